"""Calls of Apportion's cell functions as a file holds them: the formula's text, and the value stored for it.

Both come from the same arguments, so that a cell shows what its formula gives before the add-in is loaded.
"""

from __future__ import annotations

import math
import typing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apportion.errors import ApportionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apportion.registry import Entry
    from apportion.tables import CellValue

    Rows = tuple[tuple[CellValue, ...], ...]

STORED = "_xldudf_APPORTION_"
"""What stands before a function's name in a saved workbook; people see `APPORTION.` there."""
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
        given = entry.call(*_with_defaults(entry, arguments))
    except REFUSED:
        return NO_RESULT
    rows = given if isinstance(given, list) else [[given]]
    return tuple(tuple(map(_stored, row if isinstance(row, list) else [row])) for row in rows) or NO_RESULT


def _with_defaults(entry: Entry, arguments: Sequence[Argument]) -> list[Any]:
    return [
        parameter.default if argument.value is None and not parameter.required else argument.value
        for parameter, argument in zip(entry.parameters, arguments, strict=False)
    ]


def _stored(value: Any) -> CellValue:
    return "#NUM!" if isinstance(value, float) and not math.isfinite(value) else value


def signature(entry: Entry) -> str:
    """How people write the call: `APPORTION.FTE(students, ratio, [rounding])`, optional arguments in brackets."""
    named = (each.name if each.required else f"[{each.name}]" for each in entry.parameters)
    return f"APPORTION.{entry.name}({', '.join(named)})"


def words(entry: Entry, position: int) -> tuple[str, ...]:
    """The words among which an argument is chosen, such as "half up"; () when it is free."""
    annotation = entry.parameters[position].annotation
    return typing.get_args(annotation) if typing.get_origin(annotation) is typing.Literal else ()
