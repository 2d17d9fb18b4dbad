"""Implicit intersection: what a range stands for where one value is expected, in files made before dynamic arrays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from apportion.formula.catalogue import FUNCTIONS
from apportion.formula.errors import ExcelError

if TYPE_CHECKING:
    from apportion.formula.formula import Formula

_RANGE = re.compile(r"(?:.*!)?\$?([A-Za-z]{1,3})\$?([0-9]{1,7}):\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_CELL = re.compile(r"(?:.*!)?\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
DYNAMIC = "2021"  # the first Excel whose formulas spill


def intersection(formula: Formula, result: list[list[Any]], cell: str) -> Any:
    """Of a formula's array the element in the cell's own row or column; #VALUE! where there is none.

    A formula that uses a function of dynamic arrays spills: its first element.
    """
    place = _CELL.fullmatch(cell)
    if place is None or any(FUNCTIONS[name].since >= DYNAMIC for name in formula.functions):
        return result[0][0]
    height, width = len(result), len(result[0])
    for reference in formula.references:
        found = _RANGE.fullmatch(reference.name or "")
        if found is None:
            continue
        left, right = sorted((_number(found[1]), _number(found[3])))
        top, bottom = sorted((int(found[2]), int(found[4])))
        row, column = int(place[2]) - top, _number(place[1]) - left
        if width == 1 and bottom - top + 1 == height:
            return result[row][0] if 0 <= row < height else ExcelError.VALUE
        if height == 1 and right - left + 1 == width:
            return result[0][column] if 0 <= column < width else ExcelError.VALUE
    return ExcelError.VALUE if height > 1 and width > 1 else result[0][0]


def _number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
