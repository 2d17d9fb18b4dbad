"""Rectangles of a sheet and their addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.utils import column_index_from_string, get_column_letter

from tools.excel.limits import COLUMNS, ROWS, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

_CELL = r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})"
_CELLS = re.compile(rf"{_CELL}(?::{_CELL})?")
_WHOLE_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})")
_WHOLE_ROWS = re.compile(r"\$?([0-9]{1,7}):\$?([0-9]{1,7})")


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells; rows and columns count from 1."""

    top: int
    left: int
    rows: int = 1
    columns: int = 1

    def __post_init__(self) -> None:
        if min(self.top, self.left, self.rows, self.columns) < 1:
            raise Refusal("a range has at least one cell", self)
        if self.bottom > ROWS or self.right > COLUMNS:
            raise Refusal(f"a sheet has {ROWS:,} rows and {COLUMNS:,} columns", self)

    @property
    def bottom(self) -> int:
        """The last row."""
        return self.top + self.rows - 1

    @property
    def right(self) -> int:
        """The last column."""
        return self.left + self.columns - 1

    @property
    def address(self) -> str:
        """As Excel writes it, without dollar signs: B5, B5:D9, B:D or 5:7."""
        first, last = get_column_letter(self.left), get_column_letter(self.right)
        if self.rows == ROWS and self.columns == COLUMNS:
            return f"{self.top}:{self.bottom}"
        if self.rows == ROWS:
            return f"{first}:{last}"
        if self.columns == COLUMNS:
            return f"{self.top}:{self.bottom}"
        if self.rows == self.columns == 1:
            return f"{first}{self.top}"
        return f"{first}{self.top}:{last}{self.bottom}"

    @property
    def absolute(self) -> str:
        """The same with dollar signs."""
        return re.sub(r"([A-Z]+|[0-9]+)", r"$\1", self.address)

    def overlaps(self, other: Area) -> bool:
        """Whether the two share a cell."""
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )

    def holds(self, other: Area) -> bool:
        """Whether the other lies wholly in this one."""
        return (
            self.top <= other.top
            and other.bottom <= self.bottom
            and self.left <= other.left
            and other.right <= self.right
        )

    def without(self, other: Area) -> list[Area]:
        """What is left of this rectangle, as rectangles."""
        if not self.overlaps(other):
            return [self]
        top, bottom = max(self.top, other.top), min(self.bottom, other.bottom)
        left, right = max(self.left, other.left), min(self.right, other.right)
        pieces = (
            (self.top, self.left, top - self.top, self.columns),
            (bottom + 1, self.left, self.bottom - bottom, self.columns),
            (top, self.left, bottom - top + 1, left - self.left),
            (top, right + 1, bottom - top + 1, self.right - right),
        )
        return [Area(*piece) for piece in pieces if piece[2] > 0 and piece[3] > 0]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Row and column of every cell, row by row."""
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield row, column


def area(address: str) -> Area:
    """The rectangle that an address without a sheet names; refused when it names none."""
    if found := _CELLS.fullmatch(address):
        first, top, last, bottom = found[1], int(found[2]), found[3] or found[1], int(found[4] or found[2])
        return _between(top, column_index_from_string(first), bottom, column_index_from_string(last))
    if found := _WHOLE_COLUMNS.fullmatch(address):
        return _between(1, column_index_from_string(found[1]), ROWS, column_index_from_string(found[2]))
    if found := _WHOLE_ROWS.fullmatch(address):
        return _between(int(found[1]), 1, int(found[2]), COLUMNS)
    raise Refusal("an address is like B5, B5:D9, B:D or 5:7", address)


def without(remaining: list[Area], covered: list[Area]) -> list[Area]:
    """What the covered rectangles leave of the others."""
    for each in covered:
        remaining = [part for piece in remaining for part in piece.without(each)]
    return remaining


def _between(row: int, column: int, other_row: int, other_column: int) -> Area:
    top, bottom = sorted((row, other_row))
    left, right = sorted((column, other_column))
    if top < 1:
        raise Refusal("rows count from 1", top)
    return Area(top, left, bottom - top + 1, right - left + 1)
