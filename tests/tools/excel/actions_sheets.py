"""Actions on sheets, panes, printing and the application."""

from __future__ import annotations

from typing import Any

from tools.excel import limits
from tools.excel.areas import area
from tools.excel.limits import COLUMNS, ROWS, Refusal, check
from tools.excel.protocol import Action, Context, plays
from tools.excel.workbook import Book, filled

_STATES = {"Visible": "visible", "Hidden": "hidden", "VeryHidden": "veryHidden"}


@plays("addSheet")
def add_sheet(context: Context, action: Action) -> None:
    """The sheet comes last and is then moved, as two orders; it is not activated."""
    position, name = action["args"]
    book = context.book

    def add() -> None:
        titles = [sheet.title for sheet in book.sheets]
        title = name if name is not None else _free_title(titles)
        limits.check_sheet_name(str(title), titles)
        book.workbook.create_sheet(str(title))

    context.order(add, lambda: _move(book, book.sheets[-1], int(position)))


def _free_title(titles: list[str]) -> str:
    return next(f"Sheet{number}" for number in range(1, len(titles) + 2) if f"Sheet{number}" not in titles)


def _move(book: Book, sheet: Any, position: int) -> None:
    check(0 <= position < len(book.sheets), "a sheet's position is one of the workbook", position)
    active = book.workbook.active
    book.workbook.move_sheet(sheet, position - book.sheets.index(sheet))
    book.workbook.active = active


@plays("setSheetPosition")
def set_position(context: Context, action: Action) -> None:
    sheet = context.sheet(action)
    context.order(lambda: _move(context.book, sheet, int(action["args"][0])))


@plays("setSheetName")
def rename(context: Context, action: Action) -> None:
    sheet, book = context.sheet(action), context.book
    name = str(action["args"][0])

    def play() -> None:
        limits.check_sheet_name(name, [each.title for each in book.sheets if each is not sheet])
        _unless_used(book, sheet.title, "Renaming")
        for parts in (book.values, book.charts, book.spills):
            if sheet.title in parts:
                parts[name] = parts.pop(sheet.title)  # type: ignore[attr-defined]
        sheet.title = name

    context.order(play)


@plays("sheetDelete")
def delete(context: Context, action: Action) -> None:
    sheet, book = context.sheet(action), context.book

    def play() -> None:
        visible = [each for each in book.sheets if each.sheet_state == "visible"]
        check(visible != [sheet], "a workbook keeps at least one visible sheet", sheet.title)
        _unless_used(book, sheet.title, "Deleting")
        neighbor = next(each for each in visible if each is not sheet)
        active = book.workbook.active
        book.workbook.remove(sheet)
        book.workbook.active = neighbor if active is sheet else active
        for parts in (book.values, book.charts, book.spills):
            parts.pop(sheet.title, None)  # type: ignore[attr-defined]

    context.order(play)


def _unless_used(book: Book, title: str, what: str) -> None:
    """Excel would change the formulas that refer to the sheet; that is not played."""
    prefixes = (f"{title}!".casefold(), f"'{title.replace(chr(39), chr(39) * 2)}'!".casefold())
    formulas = [
        str(getattr(cell.value, "text", cell.value))
        for sheet in book.sheets if sheet.title != title
        for cell in filled(sheet) if cell.data_type == "f"
    ]  # fmt: skip
    formulas += [str(each.attr_text) for each in book.workbook.defined_names.values()]
    used = next((each for each in formulas if any(prefix in each.casefold() for prefix in prefixes)), None)
    if used:
        raise NotImplementedError(f"{what} the sheet {title} that a formula refers to ({used}) is not played here.")


@plays("setSheetVisibility")
def set_visibility(context: Context, action: Action) -> None:
    sheet, book = context.sheet(action), context.book
    value = str(action["args"][0])

    def play() -> None:
        check(value in _STATES, f"visibility is one of {', '.join(_STATES)}", value)
        others = [each for each in book.sheets if each is not sheet and each.sheet_state == "visible"]
        check(value == "Visible" or bool(others), "a workbook keeps at least one visible sheet", sheet.title)
        sheet.sheet_state = _STATES[value]
        if book.workbook.active is sheet and others and value != "Visible":
            book.workbook.active = others[0]

    context.order(play)


@plays("setShowGridlines")
def set_gridlines(context: Context, action: Action) -> None:
    sheet = context.sheet(action)
    context.order(lambda: setattr(sheet.sheet_view, "showGridLines", bool(action["args"][0])))


@plays("activateSheet")
def activate(context: Context, action: Action) -> None:
    context.sync()
    sheet = context.sheet_at(int(action["args"][0]))

    def play() -> None:
        check(sheet.sheet_state == "visible", "a hidden sheet cannot be activated", sheet.title)
        context.book.activate(sheet)

    context.order(play)


@plays("rangeSelect")
def select(context: Context, action: Action) -> None:
    sheet, place = context.range(action)

    def play() -> None:
        context.book.activate(sheet)
        context.book.selection = place.address

    context.order(play)


@plays("setPrintArea")
def set_print_area(context: Context, action: Action) -> None:
    sheet = context.sheet(action)
    given = action["args"][0]

    def play() -> None:
        sheet.print_area = ",".join(area(each.rpartition("!")[2]).address for each in str(given).split(",")) if given else None

    context.order(play)


@plays("freezePaneAtRange")
def freeze(context: Context, action: Action) -> None:
    sheet = context.sheet(action)
    context.order(lambda: freeze_at(sheet, str(action["args"][0])))


def freeze_at(sheet: Any, address: str) -> None:
    """Freeze the rows and columns of a range that begins at A1; whole rows freeze no columns, and the reverse."""
    frozen = area(address.rpartition("!")[2])
    check(frozen.top == frozen.left == 1, "what is frozen begins at A1", address)
    rows = 0 if frozen.rows == ROWS else frozen.rows
    columns = 0 if frozen.columns == COLUMNS else frozen.columns
    check(rows + columns > 0, "a whole sheet cannot be frozen", address)
    sheet.freeze_panes = sheet.cell(rows + 1, columns + 1).coordinate


@plays("freezePaneUnfreeze")
def unfreeze(context: Context, action: Action) -> None:
    sheet = context.sheet(action)
    context.order(lambda: setattr(sheet, "freeze_panes", None))


@plays("setCalculation")
def set_calculation(context: Context, action: Action) -> None:
    value = str(action["args"][0])

    def play() -> None:
        if value not in {"Automatic", "AutomaticExceptTables", "Manual"}:
            raise Refusal("calculation is Automatic, AutomaticExceptTables or Manual", value)
        context.book.calculation = value

    context.order(play)


@plays("calculate")
@plays("save")
@plays("setScreenUpdating")
def nothing_to_see(context: Context, action: Action) -> None:
    """What changes no cell here: the test calculates and saves when it wants to."""
