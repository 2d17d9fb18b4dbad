"""Calls of Apportion's cell functions as a file holds them: the formula's text, and the value stored for it.

Both come from the same arguments, so that a cell shows what its formula gives before the add-in is loaded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apportion.errors import ApportionError
from apportion.registry import STORED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apportion.registry import Entry
    from apportion.tables import CellValue

    Rows = tuple[tuple[CellValue, ...], ...]

REFUSED = (ApportionError, TypeError, ValueError, ArithmeticError, LookupError)
NO_RESULT: Rows = (("",),)


@dataclass(frozen=True)
class Argument:
    """An argument as it stands in the formula, and what is there: a cell's value, or a range's as a list of rows."""

    text: str
    value: Any


def call_text(name: str, arguments: Sequence[Argument]) -> str:
    """The formula that calls a function, without `=`, as Excel stores it.

    >>> call_text("FTE", [Argument("C6", 636.0), Argument("D6", 300.0)])
    '_xldudf_APPORTION_FTE(C6,D6)'
    """
    return f"{STORED}{name}({','.join(each.text for each in arguments)})"


def results(entry: Entry, arguments: Sequence[Argument]) -> Rows:
    """What a function gives for the arguments, row by row; one empty text where it refuses them.

    A blank cell is the default of an optional argument, as it is in Excel.
    """
    try:
        given = entry.call(*entry.arguments([each.value for each in arguments]))
    except REFUSED:
        return NO_RESULT
    rows = given if isinstance(given, list) else [[given]]
    return tuple(tuple(map(_stored, row if isinstance(row, list) else [row])) for row in rows) or NO_RESULT


def _stored(value: Any) -> CellValue:
    return "#NUM!" if isinstance(value, float) and not math.isfinite(value) else value
