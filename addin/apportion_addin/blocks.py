"""Cells gathered into blocks, so that Excel is asked once for many cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from apportion.tables import column_letters

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping


class Block(NamedTuple):
    """A rectangle of cells, rows and columns from 0, both ends inside."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    @property
    def address(self) -> str:
        """Its address.

        >>> Block(4, 1, 8, 3).address
        'B5:D9'
        """
        first = f"{column_letters(self.first_column + 1)}{self.first_row + 1}"
        last = f"{column_letters(self.last_column + 1)}{self.last_row + 1}"
        return first if first == last else f"{first}:{last}"


def blocks(cells: Mapping[tuple[int, int], Hashable]) -> list[tuple[Block, Hashable]]:
    """Cells by (row, column) that hold the same, as few blocks: runs down a column, then side by side.

    >>> blocks({(0, 0): "a", (1, 0): "a", (0, 1): "a", (1, 1): "a", (3, 0): "b"})
    [(Block(first_row=0, first_column=0, last_row=1, last_column=1), 'a'), (Block(first_row=3, first_column=0, last_row=3, last_column=0), 'b')]
    """  # noqa: E501
    runs: list[tuple[int, int, int, Hashable]] = []
    for (row, column), held in sorted(cells.items(), key=lambda each: (each[0][1], each[0][0])):
        if runs and runs[-1][0] == column and runs[-1][2] == row - 1 and runs[-1][3] == held:
            runs[-1] = (column, runs[-1][1], row, held)
        else:
            runs.append((column, row, row, held))
    merged: dict[tuple[int, int, Hashable], list[list[int]]] = {}
    for column, first, last, held in runs:
        across = merged.setdefault((first, last, held), [])
        if across and across[-1][1] == column - 1:
            across[-1][1] = column
        else:
            across.append([column, column])
    found = [
        (Block(first, left, last, right), held)
        for (first, last, held), across in merged.items()
        for left, right in across
    ]
    return sorted(found, key=lambda each: each[0])
