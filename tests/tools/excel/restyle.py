"""Formats of cells, changed once per kind of cell and not once per cell."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import column_index_from_string, get_column_letter

from tools.excel.limits import COLUMNS, ROWS

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.worksheet.worksheet import Worksheet

    from tools.excel.areas import Area


def restyle(sheet: Worksheet, area: Area, change: Callable[[Any], None]) -> None:
    """Apply a change (of font, fill, ...) to every cell; of whole rows or columns, to those that exist."""
    seen: dict[tuple[int, ...], Any] = {}
    for cell in cells(sheet, area):
        before = tuple(cell._style or ())
        if before not in seen:
            change(cell)
            seen[before] = copy.copy(cell._style)
        else:
            cell._style = copy.copy(seen[before])
    if area.rows == ROWS:
        for column in range(area.left, area.right + 1):
            change(sheet.column_dimensions[get_column_letter(column)])


def cells(sheet: Worksheet, area: Area) -> list[Any]:
    """The cells of an area; of whole rows or columns, those that exist."""
    if area.rows == ROWS or area.columns == COLUMNS:
        return existing(sheet, area)
    return [sheet.cell(row, column) for row, column in area]


def existing(sheet: Worksheet, area: Area) -> list[Any]:
    """The cells of an area that hold a value or a format."""
    return [
        cell
        for cell in list(sheet._cells.values())
        if area.top <= cell.row <= area.bottom and area.left <= cell.column <= area.right
    ]


def make_plain(sheet: Worksheet, area: Area) -> None:
    """Take formats and links away from an area, and from columns that lie in it as a whole."""
    for cell in existing(sheet, area):
        cell._style = StyleArray()
        if getattr(cell, "hyperlink", None) is not None:
            cell.hyperlink = None
    if area.rows == ROWS:
        for letter, dimension in sheet.column_dimensions.items():
            if area.left <= column_index_from_string(letter) <= area.right:
                dimension._style = StyleArray()


def merged(cell: Any, attribute: str, **changes: Any) -> None:
    """Change some properties of a cell's font, alignment, ... and keep the others."""
    value = copy.copy(getattr(cell, attribute))
    for key, new in changes.items():
        setattr(value, key, new)
    setattr(cell, attribute, value)
