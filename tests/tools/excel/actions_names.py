"""Actions on defined names, notes and links, and those that call something beside the grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.hyperlink import Hyperlink

from tools.excel import limits, writing
from tools.excel.areas import area
from tools.excel.limits import check
from tools.excel.protocol import Action, Context, ScriptError, plays
from tools.excel.references import Place
from tools.excel.typed import Typed

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from tools.excel.workbook import Book


@plays("namesAdd")
def add_name(context: Context, action: Action) -> None:
    name, refers_to = _texts(action, 2)
    if action["sheet_position"] is None:
        context.sync()
        context.order(lambda: define(context.book, None, name, refers_to))
    else:
        sheet = context.sheet(action)
        context.order(lambda: define(context.book, sheet, name, refers_to))


@plays("setRangeName")
def name_range(context: Context, action: Action) -> None:
    sheet, place = context.range(action)
    (name,) = _texts(action, 1)
    context.order(lambda: define(context.book, None, name, f"={Place(sheet.title, place).text}"))


def define(book: Book, sheet: Worksheet | None, name: str, refers_to: str) -> None:
    """Add a name to the workbook, or to one sheet; its formula is checked as a cell's is."""
    holder = book.workbook if sheet is None else sheet
    limits.check_defined_name(name, holder.defined_names)
    tables = [each.table.displayName for each in book.tables]
    check(name.casefold() not in {each.casefold() for each in tables}, "a table has this name already", name)
    holder.defined_names[name] = DefinedName(name, attr_text=_formula(book, sheet, refers_to))


def _formula(book: Book, sheet: Worksheet | None, refers_to: str) -> str:
    check(refers_to.startswith("="), "what a name refers to begins with an equal sign", refers_to)
    known = writing.check_formula(book, sheet or book.sheets[0], None, refers_to)
    check(known, "what a name refers to exists", refers_to)
    return writing.as_stored(refers_to).removeprefix("=")


@plays("setNameRefersTo")
def redefine(context: Context, action: Action) -> None:
    name, book_scope, position, refers_to = action["args"]
    context.sync()
    sheet = None if book_scope else context.sheet_at(position)

    def play() -> None:
        definition = _existing(context.book, sheet, str(name))
        definition.attr_text = _formula(context.book, sheet, str(refers_to))

    context.order(play)


@plays("nameDelete")
def delete_name(context: Context, action: Action) -> None:
    name, book_scope, position = str(action["args"][2]), action["args"][4], action["args"][5]
    context.sync()
    sheet = None if book_scope else context.sheet_at(position)

    def play() -> None:
        definition = _existing(context.book, sheet, name)
        del (context.book.workbook if sheet is None else sheet).defined_names[definition.name]

    context.order(play)


def _existing(book: Book, sheet: Worksheet | None, name: str) -> DefinedName:
    holder = book.workbook if sheet is None else sheet
    found = [each for key, each in holder.defined_names.items() if key.casefold() == name.rpartition("!")[2].casefold()]
    check(bool(found), "there is no such name (ItemNotFound)", name)
    return found[0]


def _texts(action: Action, count: int) -> list[str]:
    """The first arguments as texts; JavaScript cannot call toString() of null."""
    texts = action["args"][:count]
    if len(texts) < count or any(each is None for each in texts):
        raise ScriptError("Cannot read properties of null (reading 'toString')")
    return [str(each) for each in texts]


# --- notes and links


@plays("addNote")
def add_note(context: Context, action: Action) -> None:
    address, text = _texts(action, 2)
    sheet = context.sheet(action)
    place = area(address.replace("$", ""))
    if place.rows * place.columns != 1:
        raise ScriptError("A note can only be added to a single cell")
    if sheet.cell(place.top, place.left).comment is not None:
        raise ScriptError(f"A note already exists on {address}")
    context.order(lambda: note(sheet, address, text))


def note(sheet: Worksheet, address: str, text: str) -> None:
    limits.check_text(text)
    place = area(address.replace("$", ""))
    sheet.cell(place.top, place.left).comment = Comment(text, "")


@plays("setNoteText")
def set_note(context: Context, action: Action) -> None:
    address, text = _texts(action, 2)
    sheet = context.sheet(action)
    place = area(address.replace("$", ""))
    if sheet.cell(place.top, place.left).comment is None:
        raise ScriptError(f"There's no note on {address} to set the text of.")
    context.order(lambda: note(sheet, address, text))


@plays("deleteNote")
def delete_note(context: Context, action: Action) -> None:
    (address,) = _texts(action, 1)
    sheet = context.sheet(action)
    place = area(address.replace("$", ""))
    context.order(lambda: setattr(sheet.cell(place.top, place.left), "comment", None))


@plays("addHyperlink")
def add_link(context: Context, action: Action) -> None:
    address, text, tip = _texts(action, 3)
    sheet, place = context.range(action)

    def play() -> None:
        for row, column in place:
            writing.release(context.book, sheet, row, column)
            context.book.forget(sheet.title, row, column)
            writing.store(sheet, row, column, Typed(text or address, "text"))
            link(sheet, sheet.cell(row, column).coordinate, address, tip or None)
            sheet.cell(row, column).style = "Hyperlink"

    context.order(play)
    context.sync()


def link(sheet: Worksheet, address: str, target: str, tip: str | None = None) -> None:
    """Put a link on a cell without changing what it shows; a target that begins with # or has no scheme is a place."""
    cell = sheet[address]
    outside = "://" in target or target.startswith("mailto:")
    value, style = cell.value, cell._style
    count = sum(1 for each in sheet._cells.values() if each.hyperlink is not None)
    check(count < limits.HYPERLINKS, f"a sheet has at most {limits.HYPERLINKS:,} links", target)
    if outside:
        cell.hyperlink = target
    else:
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=target.removeprefix("#"))
    cell.hyperlink.tooltip = tip
    cell.value, cell._style = value, style


# --- beside the grid


@plays("alert")
def alert(context: Context, action: Action) -> None:
    prompt, title, buttons, mode, callback = _texts(action, 5)
    context.alerts.append({"prompt": prompt, "title": title, "buttons": buttons, "mode": mode, "callback": callback})


@plays("runMacro")
def run_macro(context: Context, action: Action) -> None:
    name, *arguments = action["args"]
    macro: Any = context.macros.get(str(name))
    if macro is None:
        raise ScriptError(f"globalThis.callbacks[{name!r}] is not a function")
    macro(context, *arguments)
