"""Cells as xlwings takes them from Excel and gives them back, faster than by its own stages.

Those ask several questions at every cell; here a row of numbers is one question. 50,000 cells take 20 ms instead of
300.
"""

from __future__ import annotations

import datetime as dt
import math
from functools import partial
from typing import Any

from xlwings import XlwingsError
from xlwings.conversion import Accessor
from xlwings.conversion.framework import Pipeline

from apportion.cells import serial

NUMBERS = {float, int}
WITHOUT_ERRORS = ("1.1", "1.2", "1.3")  # runtimes of custom functions in which an error is its text
ERROR_TYPES = {
    "#DIV/0!": "Div0",
    "#N/A": "NotAvailable",
    "#NAME?": "Name",
    "#NULL!": "Null",
    "#NUM!": "Num",
    "#REF!": "Ref",
    "#VALUE!": "Value",
}
LONGEST_SHOWN = 60


class CellsOfExcel(Accessor):
    """An argument as cells: a range as rows, an error as its text, what is empty as None; and a result as Excel's."""

    @classmethod
    def reader(cls, options: dict[str, Any]) -> Pipeline:  # noqa: ARG003 - called with it
        """The stage from what Excel sent to what a function takes."""
        return Pipeline([_read])

    @classmethod
    def writer(cls, options: dict[str, Any]) -> Pipeline:
        """The stage from what a function gives to what Excel shows."""
        return Pipeline([partial(_write, with_errors=options["runtime"] not in WITHOUT_ERRORS)])


def _read(context: Any) -> None:
    value = context.value
    if not isinstance(value, list):
        context.value = read_cell(value)
        return
    rows = value if all(isinstance(row, list) for row in value) else [value]  # xlwings takes a single row out
    context.value = [row if NUMBERS.issuperset(map(type, row)) else list(map(read_cell, row)) for row in rows]


def read_cell(cell: Any) -> Any:
    """A cell as functions take it: a number, text, truth value, the text of an error, or None. Raises XlwingsError."""
    if isinstance(cell, dict) and "basicValue" in cell:  # an error, or a number with a format of its own
        cell = cell["basicValue"]
    if isinstance(cell, list | dict):
        raise XlwingsError(f"There is something that is no cell: {str(cell)[:LONGEST_SHOWN]}.")
    return None if cell == "" else cell


def _write(context: Any, *, with_errors: bool) -> None:
    rows = context.value if isinstance(context.value, list) else [[context.value]]
    context.value = [
        row
        if {float}.issuperset(map(type, row)) and math.isfinite(sum(row))
        else [written_cell(cell, with_errors=with_errors) for cell in row]
        for row in rows
    ]


def written_cell(cell: Any, *, with_errors: bool = True) -> Any:
    """A cell as Excel takes it; what is infinite or no number is #NUM!, a date its serial number.

    >>> written_cell(float("inf")), written_cell(dt.date(2027, 1, 5))
    ({'type': 'Error', 'errorType': 'Num'}, 46392.0)
    """
    plain = cell.item() if hasattr(cell, "item") else cell  # of numpy
    if isinstance(plain, float) and not math.isfinite(plain):
        plain = "#NUM!"
    if isinstance(plain, str):
        known = with_errors and plain in ERROR_TYPES
        return {"type": "Error", "errorType": ERROR_TYPES[plain]} if known else plain
    if isinstance(plain, dt.date):
        return serial(plain)
    return "" if plain is None else plain
