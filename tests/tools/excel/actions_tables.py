"""Actions on tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

from tools.excel import actions_values, limits, writing
from tools.excel.areas import Area, area
from tools.excel.limits import Refusal, check
from tools.excel.protocol import Action, Context, ScriptError, plays
from tools.excel.typed import Typed
from tools.excel.workbook import filled

if TYPE_CHECKING:

    from openpyxl.worksheet.worksheet import Worksheet

    from tools.excel.workbook import Book

_STYLES = re.compile(r"TableStyle(Light([1-9]|1[0-9]|2[01])|Medium([1-9]|1[0-9]|2[0-8])|Dark([1-9]|1[01]))")


@plays("addTable")
def add_table(context: Context, action: Action) -> None:
    address, has_headers, style, name = action["args"]
    sheet, book = context.sheet(action), context.book
    made: list[Table] = []
    context.order(lambda: made.append(_add(book, sheet, str(address), has_headers=bool(has_headers))))
    if style is not None:
        context.order(lambda: _style(made[0], str(style)))
    if name is not None:
        context.order(lambda: _rename(book, made[0], str(name)))


def _add(book: Book, sheet: Worksheet, address: str, *, has_headers: bool) -> Table:
    owner, _, cells = address.rpartition("!")
    check(not owner or book.sheet_title(owner.strip("'")) == sheet.title, "a table stands on its sheet", address)
    place = area(cells)
    if not has_headers:
        raise NotImplementedError("A table without headers, for which Excel shifts cells down, is not played here.")
    if place.rows == 1:  # a table has a row, if an empty one
        place = Area(place.top, place.left, 2, place.columns)
    _check_free(book, sheet, place, None)
    headers = []
    for offset, column in enumerate(range(place.left, place.right + 1), 1):
        cell = sheet.cell(place.top, column)
        check(cell.data_type != "f", "the header of a table cannot be a formula", cell.coordinate)
        headers.append(f"Column{offset}" if cell.value is None else str(cell.value))
    limits.check_headers(headers)
    for column, header in enumerate(headers, place.left):
        writing.store(sheet, place.top, column, Typed(header, "text"))
    names = {each.table.displayName.casefold() for each in book.tables}
    number = next(number for number in range(1, len(names) + 2) if f"table{number}" not in names)
    table = Table(name=f"Table{number}", displayName=f"Table{number}", ref=place.address, id=_next_id(book))
    table.tableColumns = [TableColumn(id=index, name=header) for index, header in enumerate(headers, 1)]
    table.autoFilter = AutoFilter(ref=place.address)
    table.tableStyleInfo = TableStyleInfo(
        name="TableStyleMedium2", showRowStripes=True, showFirstColumn=False, showLastColumn=False, showColumnStripes=False
    )
    sheet.add_table(table)
    return table


def _next_id(book: Book) -> int:
    return 1 + max((each.table.id for each in book.tables), default=0)


def _check_free(book: Book, sheet: Worksheet, place: Area, own: Table | None) -> None:
    """Refuse a place where another table, a merged cell or a spill is."""
    for table in sheet.tables.values():
        check(table is own or not area(table.ref).overlaps(place), "tables cannot overlap", f"{place.address}, {table.name}")
    for merged in sheet.merged_cells.ranges:
        check(not area(str(merged)).overlaps(place), "a table has no merged cells", str(merged))
    for spill in book.spills.get(sheet.title, {}).values():
        size = spill.area.rows * spill.area.columns
        check(size == 1 or not spill.area.overlaps(place), "a table has no array formulas", spill.area.address)


def _style(table: Table, style: str) -> None:
    check(bool(_STYLES.fullmatch(style)), "a table's style is one of Excel's, such as TableStyleLight1", style)
    table.tableStyleInfo.name = style


def _rename(book: Book, table: Table, name: str) -> None:
    others = [each.table.displayName for each in book.tables if each.table is not table]
    limits.check_table_name(name, [*others, *book.workbook.defined_names])
    pattern = re.compile(rf"(?i)(?<![\w.]){re.escape(table.displayName)}\[")
    for sheet in book.sheets:
        for cell in filled(sheet):
            if cell.data_type == "f" and pattern.search(str(getattr(cell.value, "text", cell.value))):
                raise NotImplementedError("Renaming a table that formulas refer to is not played here.")
    owner = next(sheet for sheet in book.sheets if table in sheet.tables.values())
    del owner.tables[table.displayName]
    table.displayName = table.name = name
    owner.tables[name] = table


@plays("setTableName")
def set_name(context: Context, action: Action) -> None:
    table = context.table(action)
    context.order(lambda: _rename(context.book, table, str(action["args"][1])))


@plays("setTableStyle")
def set_style(context: Context, action: Action) -> None:
    table = context.table(action)
    context.order(lambda: _style(table, str(action["args"][1])))


def _flag(name: str, attribute: str) -> None:
    @plays(name)
    def play(context: Context, action: Action) -> None:
        table = context.table(action)
        context.order(lambda: setattr(table.tableStyleInfo, attribute, bool(action["args"][1])))


_flag("showTableStyleFirstColumn", "showFirstColumn")
_flag("showTableStyleLastColumn", "showLastColumn")
_flag("showTableStyleRowStripes", "showRowStripes")
_flag("showTableStyleColumnStripes", "showColumnStripes")


@plays("showAutofilterTable")
def show_filter(context: Context, action: Action) -> None:
    table = context.table(action)
    context.order(lambda: setattr(table, "autoFilter", AutoFilter(ref=filtered(table)) if action["args"][1] else None))


def filtered(table: Table) -> str:
    """What a table's filter covers: all but the totals."""
    whole = area(table.ref)
    return Area(whole.top, whole.left, whole.rows - (table.totalsRowCount or 0), whole.columns).address


@plays("showTotalsTable")
def show_totals(context: Context, action: Action) -> None:
    sheet, table = context.sheet(action), context.table(action)
    context.order(lambda: set_totals(context.book, sheet, table, shown=bool(action["args"][1])))


def set_totals(book: Book, sheet: Worksheet, table: Table, *, shown: bool) -> None:
    """Show or hide the row of totals: Excel writes Total into the first column and adds up the last one."""
    if shown == bool(table.totalsRowCount):
        return
    whole = area(table.ref)
    if not shown:
        for column in range(whole.left, whole.right + 1):
            writing.empty(book, sheet, whole.bottom, column)
        _resize(table, Area(whole.top, whole.left, whole.rows - 1, whole.columns), totals=0)
        return
    below = Area(whole.bottom + 1, whole.left, 1, whole.columns)
    for spot in below:
        check(sheet.cell(*spot).value is None, "totals go into an empty row here (Excel would shift cells down)", below.address)
    _check_free(book, sheet, Area(whole.top, whole.left, whole.rows + 1, whole.columns), table)
    _resize(table, Area(whole.top, whole.left, whole.rows + 1, whole.columns), totals=1)
    last = table.tableColumns[-1].name
    numbers = [sheet.cell(row, whole.right).value for row in range(whole.top + 1, whole.bottom + 1)]
    code = 109 if all(isinstance(each, int | float | None) for each in numbers) else 103
    if whole.columns > 1:
        writing.store(sheet, below.top, whole.left, Typed("Total", "text"))
    escaped = re.sub(r"(['\[\]#])", r"'\1", last)
    sheet.cell(below.top, whole.right).value = f"=SUBTOTAL({code},{table.displayName}[{escaped}])"


def _resize(table: Table, place: Area, *, totals: int) -> None:
    table.ref, table.totalsRowCount, table.totalsRowShown = place.address, totals or None, bool(totals)
    if table.autoFilter is not None:
        table.autoFilter.ref = filtered(table)


@plays("resizeTable")
def resize(context: Context, action: Action) -> None:
    sheet, table = context.sheet(action), context.table(action)
    context.order(lambda: resize_to(context.book, sheet, table, str(action["args"][1])))


def resize_to(book: Book, sheet: Worksheet, table: Table, address: str) -> None:
    """Give a table another rectangle: it overlaps the old one, and the headers stay in their row."""
    old, new = area(table.ref), area(address.rpartition("!")[2])
    check(new.overlaps(old) and new.top == old.top, "a resized table overlaps itself and keeps its header's row", address)
    check(new.rows > 1 + (table.totalsRowCount or 0), "a table has at least one row", address)
    _check_free(book, sheet, new, table)
    headers = [str(sheet.cell(new.top, column).value or "") for column in range(new.left, new.right + 1)]
    headers = [header or f"Column{index}" for index, header in enumerate(headers, 1)]
    limits.check_headers(headers)
    for column, header in enumerate(headers, new.left):
        writing.store(sheet, new.top, column, Typed(header, "text"))
    table.tableColumns = [TableColumn(id=index, name=header) for index, header in enumerate(headers, 1)]
    _resize(table, new, totals=table.totalsRowCount or 0)


@plays("tableSort")
def sort(context: Context, action: Action) -> None:
    _, keys, ascending = action["args"]
    sheet, table = context.sheet(action), context.table(action)
    whole = area(table.ref)
    actions_values.check_keys(keys, ascending, whole.columns)
    body = Area(whole.top + 1, whole.left, whole.rows - 1 - (table.totalsRowCount or 0), whole.columns)
    context.order(lambda: actions_values.sort(context, sheet, body, keys, ascending))
    context.sync()


@plays("addTableRow")
def add_row(context: Context, action: Action) -> None:
    _, index, values = action["args"]
    sheet, table = context.sheet(action), context.table(action)
    whole = area(table.ref)
    if values is not None and (not isinstance(values, list) or len(values) != whole.columns):
        raise ScriptError("Invalid table row values.")
    if table.totalsRowCount or index != whole.rows - 1:
        raise NotImplementedError("Rows are added only at the end of a table without totals here.")

    def play() -> None:
        row = whole.bottom + 1
        if any(sheet.cell(row, column).value is not None for column in range(whole.left, whole.right + 1)):
            raise Refusal("a row is added below a table only where nothing stands here", row)
        resize_to(context.book, sheet, table, Area(whole.top, whole.left, whole.rows + 1, whole.columns).address)
        for column, value in enumerate(values or [], whole.left):
            writing.put(context.book, sheet, row, column, value, context.today)

    context.order(play)
    context.sync()

