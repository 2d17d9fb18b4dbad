"""Formulas over tables: text to tree to columns to sentence and live formula. Knows no school."""

from apportion.formula.column import Column
from apportion.formula.errors import CycleError, ExcelError, FormulaError, Unknown, UnknownReferences
from apportion.formula.evaluation import evaluate
from apportion.formula.expansion import Word
from apportion.formula.formula import Formula, Reference, parse, parse_with
from apportion.formula.model import Model, Prepared
from apportion.formula.run import Run
from apportion.formula.values import Text

__all__ = [
    "Column",
    "CycleError",
    "ExcelError",
    "Formula",
    "FormulaError",
    "Model",
    "Prepared",
    "Reference",
    "Run",
    "Text",
    "Unknown",
    "UnknownReferences",
    "Word",
    "evaluate",
    "parse",
    "parse_with",
]
