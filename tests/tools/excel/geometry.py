"""Points of columns and rows: a column of n characters is (7n + 5) pixels wide, a pixel is 0.75 points (Calibri 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from tools.excel.limits import COLUMN_WIDTH, Refusal

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

PIXEL = 0.75
ROW = 15.0
COLUMN = 64 / 7  # the default, as a file has it: with five pixels of padding
EMU = 12_700  # English Metric Units of a point


def file_width(points: float) -> float:
    """The width that a file stores for a column so many points wide; refused beyond 255 characters."""
    pixels = points / PIXEL
    if not 0 <= (pixels - 5) / 7 <= COLUMN_WIDTH and pixels != 0:
        if pixels < 5:
            return pixels / 7
        raise Refusal(f"a column is 0 to {COLUMN_WIDTH} characters wide", points)
    return pixels / 7


def column_points(sheet: Worksheet, column: int) -> float:
    """The width of a column in points; 0 when it is hidden."""
    for key, dimension in sheet.column_dimensions.items():
        if (dimension.min or 0) <= column <= (dimension.max or 0) or key == get_column_letter(column):
            if dimension.hidden:
                return 0.0
            if dimension.customWidth:
                return float(dimension.width) * 7 * PIXEL
    return float(sheet.sheet_format.defaultColWidth or COLUMN) * 7 * PIXEL


def row_points(sheet: Worksheet, row: int) -> float:
    """The height of a row in points; 0 when it is hidden."""
    if row in sheet.row_dimensions:
        dimension = sheet.row_dimensions[row]
        if dimension.hidden:
            return 0.0
        if dimension.height is not None:
            return float(dimension.height)
    return float(sheet.sheet_format.defaultRowHeight or ROW)


def left_of(sheet: Worksheet, column: int) -> float:
    return sum(column_points(sheet, each) for each in range(1, column))


def top_of(sheet: Worksheet, row: int) -> float:
    return sum(row_points(sheet, each) for each in range(1, row))


def cell_at(sheet: Worksheet, left: float, top: float) -> tuple[int, float, int, float]:
    """Column from 1 and points into it, row from 1 and points into it, of a point of the sheet."""
    column, row = 1, 1
    while left >= (width := column_points(sheet, column)) and column < 16_384:
        left, column = left - width, column + 1
    while top >= (height := row_points(sheet, row)) and row < 1_048_576:
        top, row = top - height, row + 1
    return column, left, row, top
