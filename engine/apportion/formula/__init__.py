"""Formulas over tables: text to tree to columns to sentence and live formula. Knows no school."""

from apportion.formula.errors import CycleError, ExcelError, FormulaError, Unknown, UnknownReferences
from apportion.formula.evaluation import evaluate
from apportion.formula.formula import Formula, Reference, parse

__all__ = [
    "CycleError",
    "ExcelError",
    "Formula",
    "FormulaError",
    "Reference",
    "Unknown",
    "UnknownReferences",
    "evaluate",
    "parse",
]
