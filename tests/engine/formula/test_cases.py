"""Formulas with inputs and results, one row each: see `tests/cases/formula`."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from apportion.formula import ExcelError, evaluate

FOLDER = Path(__file__).parents[2] / "cases" / "formula"


def rows() -> list[tuple[str, str, str, str]]:
    """All rows of all tables."""
    found = []
    for path in sorted(FOLDER.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += [(row["formula"], row["inputs"], row["expected"], row["why"]) for row in csv.DictReader(file)]
    return found


def plain(value: object) -> object:
    """A result as JSON writes it."""
    if isinstance(value, list):
        return [[plain(each) for each in row] for row in value]
    return str(value) if isinstance(value, ExcelError) else value


@pytest.mark.parametrize(("formula", "inputs", "expected", "why"), rows())
def test_a_formula_gives_what_excel_gives(formula: str, inputs: str, expected: str, why: str) -> None:
    """Each row says where its result comes from."""
    result = plain(evaluate(formula, json.loads(inputs or "{}")))
    wanted = json.loads(expected)
    assert result == wanted, why
    assert isinstance(result, bool) == isinstance(wanted, bool), why
