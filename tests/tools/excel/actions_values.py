"""Actions on contents of cells: values, formulas, clearing, copying, sorting, inserting and deleting."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from openpyxl.formula.translate import Translator

from tools.excel import writing
from tools.excel.areas import Area, area
from tools.excel.limits import Refusal, check
from tools.excel.protocol import Action, Context, ScriptError, plays
from tools.excel.restyle import cells, existing, make_plain
from tools.excel.workbook import filled

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.worksheet.worksheet import Worksheet


@plays("setValues")
def set_values(context: Context, action: Action) -> None:
    sheet, place = context.range(action)
    context.order(lambda: _write(context, sheet, place, action["values"], writing.put))
    context.sync()


@plays("setFormula")
def set_formula(context: Context, action: Action) -> None:
    sheet, place = context.range(action)
    context.order(lambda: _write(context, sheet, place, action["values"], writing.put_formula))
    context.sync()


def _write(context: Context, sheet: Worksheet, place: Area, values: Any, write: Callable[..., None]) -> None:
    """One value fills the range, relative references following; else the matrix has the range's shape."""
    if not isinstance(values, list):
        fill(context, sheet, place, values, write)
        return
    check(
        len(values) == place.rows and all(isinstance(row, list) and len(row) == place.columns for row in values),
        f"the values have the shape of the range ({place.rows} rows, {place.columns} columns)",
        f"{len(values)} rows, {len(values[0]) if values and isinstance(values[0], list) else '?'} columns",
    )
    for row, given in zip(range(place.top, place.bottom + 1), values, strict=True):
        for column, value in zip(range(place.left, place.right + 1), given, strict=True):
            write(context.book, sheet, row, column, value, context.today)


def fill(context: Context, sheet: Worksheet, place: Area, value: Any, write: Callable[..., None]) -> None:
    """Write one value into every cell of a range."""
    origin = Area(place.top, place.left).address
    for row, column in place:
        moved = value
        if isinstance(value, str) and value.startswith("="):
            moved = Translator(value, origin).translate_formula(Area(row, column).address)
        write(context.book, sheet, row, column, moved, context.today)


# --- clearing


def clear(context: Context, sheet: Worksheet, place: Area, *, contents: bool, formats: bool) -> None:
    """Empty cells, take their formats away, or both; formats include links."""
    if contents:
        for cell in existing(sheet, place):
            if cell.value is not None:
                writing.empty(context.book, sheet, cell.row, cell.column)
    if formats:
        make_plain(sheet, place)


def _clearing(name: str, *, contents: bool, formats: bool, sync: bool = True) -> None:
    @plays(name)
    def play(context: Context, action: Action) -> None:
        sheet, place = context.range(action) if not name.startswith("sheet") else (context.sheet(action), area("1:1048576"))
        context.order(lambda: clear(context, sheet, place, contents=contents, formats=formats))
        if sync:
            context.sync()


_clearing("rangeClearContents", contents=True, formats=False)
_clearing("rangeClearFormats", contents=False, formats=True)
_clearing("rangeClear", contents=True, formats=True)
_clearing("sheetClear", contents=True, formats=True, sync=False)
_clearing("sheetClearContents", contents=True, formats=False, sync=False)
_clearing("sheetClearFormats", contents=False, formats=True, sync=False)


# --- finding and sorting


@plays("rangeReplaceAll")
def replace_all(context: Context, action: Action) -> None:
    old, new, whole, match_case = _four(action)
    sheet, place = context.range(action)

    def replace() -> None:
        pattern = re.compile(re.escape(old), 0 if match_case else re.IGNORECASE)
        for cell in cells(sheet, place):
            if isinstance(cell.value, str) and (pattern.fullmatch(cell.value) if whole else pattern.search(cell.value)):
                changed = pattern.sub(lambda _: new, cell.value)
                writing.put(context.book, sheet, cell.row, cell.column, changed, context.today)

    context.order(replace)
    context.sync()


def _four(action: Action) -> tuple[str, str, bool, bool]:
    arguments = action.get("args")
    if not (
        isinstance(arguments, list)
        and [type(each) for each in arguments] == [str, str, bool, bool]
        and arguments[0]
    ):
        raise ScriptError("Invalid range replacement arguments")
    return arguments[0], arguments[1], arguments[2], arguments[3]


@plays("rangeSort")
def sort_range(context: Context, action: Action) -> None:
    keys, ascending, headers = action["args"]
    check_keys(keys, ascending, action["column_count"])
    if not isinstance(headers, bool) or action["row_count"] < 1 + headers:
        raise ScriptError("Invalid range sort arguments")
    sheet, place = context.range(action)
    if any(area(table.ref).overlaps(place) for table in sheet.tables.values()):
        raise ScriptError("Range.sort() does not support ranges intersecting a table; use Table.sort() instead")
    body = Area(place.top + headers, place.left, place.rows - headers, place.columns)
    context.order(lambda: sort(context, sheet, body, keys, ascending))
    context.sync()


def check_keys(keys: Any, ascending: Any, columns: int) -> None:
    """Raise unless keys are different columns from 1, each with a direction."""
    if not (
        isinstance(keys, list) and isinstance(ascending, list)
        and 0 < len(keys) == len(ascending) == len(set(keys))
        and all(type(key) is int and 1 <= key <= columns for key in keys)
        and all(type(each) is bool for each in ascending)
    ):  # fmt: skip
        raise ScriptError("Invalid sort arguments")


def sort(context: Context, sheet: Worksheet, place: Area, keys: list[int], ascending: list[bool]) -> None:
    """Excel's order: numbers, texts, logical values, errors; empty cells last, whichever way."""
    rows = []
    for row in range(place.top, place.bottom + 1):
        line = [sheet.cell(row, column) for column in range(place.left, place.right + 1)]
        if any(cell.data_type == "f" for cell in line):
            raise NotImplementedError(f"Sorting rows with formulas is not played here ({sheet.title}!{place.address}).")
        rows.append([(cell.value, cell.data_type, copy.copy(cell._style)) for cell in line])
    for key, up in reversed(list(zip(keys, ascending, strict=True))):
        rows.sort(key=lambda row, key=key: _rank(row[key - 1]), reverse=not up)
        rows.sort(key=lambda row, key=key: row[key - 1][0] is None)
    for row, line in zip(range(place.top, place.bottom + 1), rows, strict=True):
        for column, (value, kind, style) in zip(range(place.left, place.right + 1), line, strict=True):
            cell = sheet.cell(row, column)
            cell.value, cell.data_type, cell._style = value, kind, style
            context.book.forget(sheet.title, row, column)


def _rank(content: tuple[Any, str, Any]) -> tuple[int, Any]:
    value, kind, _ = content
    if value is None:
        return 9, 0
    if isinstance(value, bool):
        return 2, value
    if isinstance(value, str):
        return (3, 0) if kind == "e" else (1, value.casefold())
    return 0, value


# --- copying, inserting, deleting


@plays("copyRange")
def copy_range(context: Context, action: Action) -> None:
    context.sync()
    target = context.sheet_at(int(action["args"][0]))
    sheet, place = context.range(action)
    corner = area(str(action["args"][1]).rpartition("!")[2])
    context.order(lambda: _copy(context, sheet, place, target, (corner.top, corner.left)))


def _copy(context: Context, sheet: Worksheet, place: Area, target: Worksheet, corner: tuple[int, int]) -> None:
    taken = {(row, column): sheet.cell(row, column) for row, column in place}
    contents = {key: (cell.value, cell.data_type, copy.copy(cell._style)) for key, cell in taken.items()}
    for (row, column), (value, kind, style) in contents.items():
        to = target.cell(corner[0] + row - place.top, corner[1] + column - place.left)
        writing.release(context.book, target, to.row, to.column)
        context.book.forget(target.title, to.row, to.column)
        if kind == "f" and isinstance(value, str):
            value = Translator(value, taken[row, column].coordinate).translate_formula(to.coordinate)  # noqa: PLW2901
        to.value, to.data_type, to._style = value, kind, style


@plays("rangeInsert")
def insert(context: Context, action: Action) -> None:
    sheet, place = context.range(action)
    shift = str(action["args"][0])
    context.order(lambda: _shift(context, sheet, place, down=place.rows * (shift == "down"), right=place.columns * (shift == "right")))


@plays("rangeDelete")
def delete(context: Context, action: Action) -> None:
    sheet, place = context.range(action)
    shift = str(action["args"][0])

    def play() -> None:
        clear(context, sheet, place, contents=True, formats=True)
        _shift(context, sheet, place, down=-place.rows * (shift == "up"), right=-place.columns * (shift == "left"))

    context.order(play)


def _shift(context: Context, sheet: Worksheet, place: Area, *, down: int = 0, right: int = 0) -> None:
    """Move what lies below or to the right; refused through tables and not played where formulas would follow."""
    below = [cell for cell in filled(sheet) if _beyond(cell, place, down=bool(down))]
    moved = Area(
        place.top, place.left, 1_048_577 - place.top if down else place.rows,
        place.columns if down else 16_385 - place.left,
    )  # fmt: skip
    if any(area(table.ref).overlaps(moved) for table in sheet.tables.values()):
        raise Refusal("cells of a table cannot be shifted this way", place.address)
    if any(cell.data_type == "f" for each in context.book.sheets for cell in filled(each)):
        raise NotImplementedError("Shifting cells in a workbook with formulas is not played here.")
    contents = [(cell.row, cell.column, cell.value, cell.data_type, copy.copy(cell._style)) for cell in below]
    for row, column, *_ in contents:
        sheet.cell(row, column).value = None
    for row, column, value, kind, style in contents:
        to = sheet.cell(row + down, column + right)
        to.value, to.data_type, to._style = value, kind, style


def _beyond(cell: Any, place: Area, *, down: bool) -> bool:
    if down:
        return bool(cell.row >= place.top and place.left <= cell.column <= place.right)
    return bool(cell.column >= place.left and place.top <= cell.row <= place.bottom)
