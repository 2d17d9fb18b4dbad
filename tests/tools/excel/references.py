"""What a reference of a formula points at: addresses, defined names and structured references of tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.utils import quote_sheetname

from tools.excel.areas import Area, area
from tools.excel.limits import Refusal, check, looks_like_a_cell

if TYPE_CHECKING:
    from openpyxl.workbook.defined_name import DefinedName
    from openpyxl.worksheet.table import Table

    from tools.excel.workbook import Book

_QUALIFIED = re.compile(r"(?:'((?:[^']|'')+)'|([^'!\[\]]+))!(.+)")
_ADDRESS = re.compile(r"\$?[A-Za-z]{1,3}(\$?[0-9]+)?(:\$?[A-Za-z]{1,3}(\$?[0-9]+)?)?|\$?[0-9]+:\$?[0-9]+")
_TABLE = re.compile(r"([^\[\]]*)\[(.*)\]", re.DOTALL)
_PART = re.compile(r"\[((?:'.|[^\[\]'])*)\]")
ITEMS = ("#all", "#data", "#headers", "#totals", "#this row")


class UnknownName(LookupError):
    """Raised when a formula has a name that the workbook does not know; the cell shows #NAME?."""


class NoCells(LookupError):
    """Raised when a name stands for something else than one range of cells; `formula` says for what."""

    def __init__(self, formula: str) -> None:
        super().__init__(f"{formula} is not a range of cells.")
        self.formula = formula


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle on a sheet."""

    sheet: str
    area: Area

    @property
    def text(self) -> str:
        """As a formula has it: 'By school'!$A$1:$B$2."""
        plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", self.sheet) and not looks_like_a_cell(self.sheet)
        return f"{self.sheet if plain else quote_sheetname(self.sheet)}!{self.area.absolute}"


def place(text: str, book: Book, sheet: str, cell: tuple[int, int] | None = None) -> Place:
    """Where a reference points; `sheet` and `cell` (row, column) say whose formula has it.

    Raises:
        Refusal: its sheet, table or column is not there, which Excel answers with InvalidArgument.
        UnknownName: it is a name that nobody defined.
    """
    text = text.removeprefix("@")
    check("!" not in text or "[" not in text.partition("!")[0], "a reference to another workbook is not allowed here", text)
    if found := _QUALIFIED.fullmatch(text):
        named = (found[1] or found[2]).replace("''", "'")
        sheet, text = book.sheet_title(named), found[3]
        if "#REF!" in text:
            raise NoCells(text)
        if not _ADDRESS.fullmatch(text):
            return _of_name(book, sheet, text, cell)
    if _ADDRESS.fullmatch(text) and (":" in text or any(each.isdigit() for each in text)):
        return Place(sheet, area(text))
    if found := _TABLE.fullmatch(text):
        return _structured(text, found[1], found[2], book, sheet, cell)
    return _of_name(book, sheet, text, cell)


def defined(book: Book, sheet: str, name: str) -> DefinedName | None:
    """The definition of a name as a cell of this sheet sees it: the sheet's own before the workbook's."""
    scopes = (book.workbook[sheet].defined_names, book.workbook.defined_names)
    return next((each for scope in scopes for key, each in scope.items() if key.casefold() == name.casefold()), None)


def _of_name(book: Book, sheet: str, name: str, cell: tuple[int, int] | None) -> Place:
    if definition := defined(book, sheet, name):
        formula = str(definition.attr_text)
        if not re.fullmatch(r"[^()\"{}]+", re.sub(r"'[^']*'|\[[^\]]*\]", "", formula)) or formula[:1].isdigit():
            raise NoCells(formula)
        return place(formula, book, sheet, cell)
    if table := book.table(name):
        return Place(table.sheet, _rows_of(table.table, {"#data"}, cell))
    raise UnknownName(name)


def _structured(text: str, name: str, inside: str, book: Book, sheet: str, cell: tuple[int, int] | None) -> Place:
    found = book.table(name) if name else book.table_at(sheet, cell)
    if found is None:
        raise Refusal("the workbook has no such table" if name else "[...] without a table stands inside one", text)
    items, columns = _parts(inside)
    unknown = [item for item in items if item not in ITEMS]
    check(not unknown, f"the parts of a table are {', '.join(ITEMS)}", text)
    rows = _rows_of(found.table, set(items) or {"#data"}, cell)
    if not columns:
        return Place(found.sheet, rows)
    headers = [column.name.casefold() for column in found.table.tableColumns]
    for column in columns:
        check(column.casefold() in headers, f"table {found.table.displayName} has no such column", column)
    first, last = (headers.index(column.casefold()) for column in (columns[0], columns[-1]))
    first, last = sorted((first, last))
    return Place(found.sheet, Area(rows.top, rows.left + first, rows.rows, last - first + 1))


def _parts(inside: str) -> tuple[list[str], list[str]]:
    """The special items and the columns of what stands between a table's brackets."""
    this_row = inside.startswith("@")
    inside = inside.removeprefix("@")
    pieces = _PART.findall(inside) if inside.startswith("[") else [inside] if inside else []
    items = [piece.casefold() for piece in pieces if piece.startswith("#")]
    columns = [re.sub(r"'(.)", r"\1", piece) for piece in pieces if not piece.startswith("#")]
    return items + ["#this row"] * this_row, columns


def _rows_of(table: Table, items: set[str], cell: tuple[int, int] | None) -> Area:
    whole = area(table.ref)
    head = 0 if table.headerRowCount == 0 else 1
    totals = table.totalsRowCount or 0
    first, last = whole.top + head, whole.bottom - totals
    if "#this row" in items:
        row = cell[0] if cell else 0
        check(first <= row <= last, "this row is none of the table's", row)
        return Area(row, whole.left, 1, whole.columns)
    if "#all" in items:
        return whole
    check("#headers" not in items or head == 1, "the table has no headers", table.displayName)
    check("#totals" not in items or totals == 1, "the table has no row of totals", table.displayName)
    top = whole.top if "#headers" in items else first if "#data" in items else whole.bottom
    bottom = whole.bottom if "#totals" in items else last if "#data" in items else whole.top
    return Area(top, whole.left, bottom - top + 1, whole.columns)
