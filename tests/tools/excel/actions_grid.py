"""Actions on the grid: widths and heights, hidden rows and columns, merged cells, outlines."""

from __future__ import annotations

from typing import Any

from openpyxl.cell.cell import MergedCell
from openpyxl.utils import get_column_letter

from tools.excel import geometry, limits, writing
from tools.excel.areas import Area, area
from tools.excel.limits import check
from tools.excel.protocol import Action, Context, ScriptError, plays
from tools.excel.restyle import cells

# --- widths, heights, visibility


@plays("setColumnWidth")
def set_width(context: Context, action: Action) -> None:
    points = action["args"][0]
    if isinstance(points, bool) or not isinstance(points, int | float) or points < 0:
        raise ScriptError("column_width must be a non-negative number.")
    sheet, place = context.range(action)

    def play() -> None:
        for column in range(place.left, place.right + 1):
            set_column_points(sheet, column, points)

    context.order(play)
    context.sync()


def set_column_points(sheet: Any, column: int, points: float) -> None:
    width = geometry.file_width(points)
    single_column(sheet, column).width = width


def single_column(sheet: Any, column: int) -> Any:
    """The dimension of one column, taken out of one that a file gives for several columns together."""
    for key, dimension in list(sheet.column_dimensions.items()):
        if dimension.min and dimension.max and dimension.min < dimension.max and dimension.min <= column <= dimension.max:
            first, last = dimension.min, dimension.max
            shape = {name: getattr(dimension, name) for name in ("width", "hidden", "outlineLevel", "collapsed", "bestFit")}
            custom, style = dimension.customWidth, dimension._style
            del sheet.column_dimensions[key]
            for each in range(first, last + 1):
                made = sheet.column_dimensions[get_column_letter(each)]
                for name, value in shape.items():
                    if name != "width" or custom:
                        setattr(made, name, value)
                made._style = style
    return sheet.column_dimensions[get_column_letter(column)]


@plays("setRowHeight")
def set_height(context: Context, action: Action) -> None:
    sheet, place = context.range(action)
    points = float(action["args"][0])

    def play() -> None:
        limits.check_number(points, 0, limits.ROW_HEIGHT, "a row's height in points")
        for row in range(place.top, place.bottom + 1):
            sheet.row_dimensions[row].height = points

    context.order(play)
    context.sync()


@plays("setRowHidden")
def set_row_hidden(context: Context, action: Action) -> None:
    hidden = _boolean(action)
    sheet, place = context.range(action)
    context.order(lambda: [setattr(sheet.row_dimensions[row], "hidden", hidden) for row in range(place.top, place.bottom + 1)])
    context.sync()


@plays("setColumnHidden")
def set_column_hidden(context: Context, action: Action) -> None:
    hidden = _boolean(action)
    sheet, place = context.range(action)
    columns = range(place.left, place.right + 1)
    context.order(lambda: [setattr(single_column(sheet, column), "hidden", hidden) for column in columns])
    context.sync()


def _boolean(action: Action) -> bool:
    value = action["args"][0]
    if not isinstance(value, bool):
        raise ScriptError("hidden must be a boolean.")
    return value


@plays("setAutofit")
def autofit(context: Context, action: Action) -> None:
    sheet, place = context.range(action)
    if action["args"][0] == "columns":
        context.order(lambda: _fit(sheet, place))


@plays("setSheetAutofit")
def autofit_sheet(context: Context, action: Action) -> None:
    sheet = context.sheet(action)
    if action["args"][0] == "columns" and sheet._cells:
        context.order(lambda: _fit(sheet, Area(1, 1, sheet.max_row, sheet.max_column)))


def _fit(sheet: Any, place: Area) -> None:
    """Width by the number of characters: Excel measures the font, so this is near, not equal."""
    longest: dict[int, int] = {}
    for cell in cells(sheet, place):
        if cell.value is not None:
            longest[cell.column] = max(longest.get(cell.column, 0), len(str(cell.value)))
    for column, characters in longest.items():
        set_column_points(sheet, column, (7 * min(characters, limits.COLUMN_WIDTH) + 5) * geometry.PIXEL)


# --- merging and outlines


@plays("rangeMerge")
def merge(context: Context, action: Action) -> None:
    sheet, place = context.range(action)
    across = bool(action["args"][0])

    def play() -> None:
        for table in sheet.tables.values():
            check(not area(table.ref).overlaps(place), "cells of a table cannot be merged", place.address)
        rows = range(place.top, place.bottom + 1) if across else [place.top]
        for row in rows:
            part = Area(row, place.left, 1 if across else place.rows, place.columns)
            for spot in list(part)[1:]:
                if not isinstance(sheet.cell(*spot), MergedCell):
                    writing.empty(context.book, sheet, *spot)
            _unmerge(sheet, part)
            sheet.merge_cells(part.address)

    context.order(play)
    context.sync()


@plays("rangeUnmerge")
def unmerge(context: Context, action: Action) -> None:
    sheet, place = context.range(action)
    context.order(lambda: _unmerge(sheet, place))
    context.sync()


def _unmerge(sheet: Any, place: Area) -> None:
    for each in list(sheet.merged_cells.ranges):
        if area(str(each)).overlaps(place):
            sheet.unmerge_cells(str(each))


@plays("rangeGroup")
def group(context: Context, action: Action) -> None:
    _outline(context, action, 1)


@plays("rangeUngroup")
def ungroup(context: Context, action: Action) -> None:
    _outline(context, action, -1)


def _outline(context: Context, action: Action, step: int) -> None:
    sheet, place = context.range(action)
    by_columns = action["args"][0] == "columns"

    def play() -> None:
        lines = range(place.left, place.right + 1) if by_columns else range(place.top, place.bottom + 1)
        for each in lines:
            dimension = single_column(sheet, each) if by_columns else sheet.row_dimensions[each]
            level = (dimension.outlineLevel or 0) + step
            check(0 <= level <= 7, "an outline has at most seven levels", level)
            dimension.outlineLevel = level

    context.order(play)
