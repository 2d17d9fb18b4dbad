"""Colors behind the cells of a table's column: by the word that stands there, or where a number is above 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apportion.tables import column_letters
from apportion.workbook.sheets import Highlight

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apportion.workbook.sheets import DataTable, Style

    Block = tuple[tuple[int, int], tuple[int, int]]


def words(table: DataTable, header: str, looks: Mapping[str, Style]) -> tuple[Highlight, ...]:
    """A color behind each word of a column, spare rows included; none without rows."""
    block = _block(table, header)
    return tuple(Highlight(*block, "equals", equals=word, style=look) for word, look in looks.items() if block)


def above_zero(table: DataTable, header: str, style: Style) -> tuple[Highlight, ...]:
    """A color behind the numbers of a column that are above 0; none without rows."""
    block = _block(table, header)
    if not block:
        return ()
    row, column = block[0]
    return (Highlight(*block, "formula", formula=f"${column_letters(column + 1)}{row + 1}>0", style=style),)


def _block(table: DataTable, header: str) -> Block | tuple[()]:
    """First and last cell of a column below its header; () without rows."""
    place = table.column + [each.header for each in table.columns].index(header)
    rows = len(table.columns[0].values) + table.spare_rows
    return ((table.row + 1, place), (table.row + rows, place)) if rows else ()
