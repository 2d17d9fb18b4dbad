"""Apportion's own macros, which the task pane's apportion.js plays in Excel: clear, format, open, show.

Their arguments are checked strictly: what is unknown here would be passed over silently there.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import re
import zipfile
from typing import TYPE_CHECKING, Any

from tools.excel import actions_conditional, actions_tables, actions_validation
from tools.excel.actions_values import clear
from tools.excel.areas import Area, area, without
from tools.excel.limits import COLUMNS, ROWS, check
from tools.excel.macro_charts import apportion_charts
from tools.excel.macro_format import apportion_format, fields
from tools.excel.protocol import Context, ScriptError
from tools.excel.workbook import filled

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.worksheet.worksheet import Worksheet

    from tools.excel.workbook import Book

MARK = "_apportion"
EVERYTHING = Area(1, 1, ROWS, COLUMNS)


# --- apportionClear


def apportion_clear(context: Context, name: str, kept: Any) -> None:
    """Empty a sheet that Apportion wrote; tables that are kept stay where they are, with their headers alone."""
    if not isinstance(kept, list):
        raise ScriptError("apportionClear needs a list of the tables that are kept")
    refs = {each["name"]: str(each["ref"]) for each in kept if fields(each, "name ref", "a kept table", needed="name ref")}
    context.sync()
    book = context.book
    sheet = book[name]
    if MARK not in sheet.defined_names:
        raise ScriptError(f"The sheet {name} was not written by Apportion (it has no name {MARK}) and is not cleared")
    missing = set(refs) - set(sheet.tables)
    if missing:
        raise ScriptError(f"The sheet {name} has no tables {sorted(missing)}")
    context.order(lambda: _clear(context, sheet, refs))
    context.sync()


def _clear(context: Context, sheet: Worksheet, refs: dict[str, str]) -> None:
    book = context.book
    book.charts[sheet.title] = []
    actions_conditional.clear_conditional(sheet, EVERYTHING)
    actions_validation.clear_validation(sheet, EVERYTHING)
    for cell in list(sheet._cells.values()):
        cell.comment = None
    sheet.freeze_panes = None
    for table in list(sheet.tables.values()):
        if table.displayName not in refs:
            _delete_table(book, sheet, table.displayName)
    headers = []
    for table_name, ref in refs.items():
        table = sheet.tables[table_name]
        actions_tables.set_totals(book, sheet, table, shown=False)
        old, new = area(table.ref), area(ref)
        check((old.left, old.columns) == (new.left, new.columns), "a kept table keeps its columns", ref)
        headers.append(Area(old.top, old.left, 1, old.columns))
        actions_tables.resize_to(book, sheet, table, ref)
    for each in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(each))
    for piece in without([EVERYTHING], headers):
        clear(context, sheet, piece, contents=True, formats=True)
    for dimension in sheet.column_dimensions.values():
        dimension.outlineLevel, dimension.collapsed = 0, False


def _delete_table(book: Book, sheet: Worksheet, name: str) -> None:
    """Delete a table; formulas elsewhere that refer to it become #REF!, as in Excel."""
    del sheet.tables[name]
    pattern = re.compile(rf"(?i)(?<![\w.]){re.escape(name)}\[(?:[^\[\]]|\[[^\]]*\])*\]")
    for other in book.sheets:
        for cell in filled(other):
            if other is not sheet and cell.data_type == "f" and isinstance(cell.value, str) and pattern.search(cell.value):
                cell.value = pattern.sub("#REF!", cell.value)
                book.keep_value(other.title, cell.row, cell.column, "#REF!")


# --- apportionOpen and apportionShow


def apportion_open(context: Context, name: str, content: str) -> None:
    """A new workbook opens beside this one."""
    try:
        made = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ScriptError(f"The file {name} is not base64: {error}") from error
    if not zipfile.is_zipfile(io.BytesIO(made)):
        raise ScriptError(f"The file {name} is no .xlsx workbook")
    context.opened.append((name, made))


FINDING = "severity what remedy sheet table row cell"


def apportion_show(context: Context, data: Any) -> None:
    """The task pane shows an outcome; JSON must be able to carry it."""
    needed = "command label ok summary tally findings sheets plan"
    fields(data, needed, "apportionShow", needed=needed)
    fields(data["tally"], "error warning note", "tally", needed="error warning note")
    for each in data["findings"]:
        fields(each, FINDING, "a finding", needed="severity what remedy")
    if data["plan"] is not None:
        plan = "district scenario year scenarios schools"
        fields(data["plan"], plan, "plan", needed=plan)
    context.shown.append(json.loads(json.dumps(data, allow_nan=False)))


MACROS: dict[str, Callable[..., None]] = {
    "apportionCharts": apportion_charts,
    "apportionClear": apportion_clear,
    "apportionFormat": apportion_format,
    "apportionOpen": apportion_open,
    "apportionShow": apportion_show,
}
