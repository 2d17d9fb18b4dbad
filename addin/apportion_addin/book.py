"""The workbook that is open in Excel, as the engine's port `Book`.

The cells are taken from the request itself. Reading them through xlwings' ranges would keep every workbook that was
ever sent in a cache without end, and its selection is that of whichever request came last.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from apportion.cells import as_text
from apportion.tables import column_number
from apportion.workbook.book import FileBook
from apportion.workbook.grids import MARK, Grid, Placed, lab_on, tables_on
from apportion.workbook.labtexts import WITH_FORMULAS, with_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlwings import Book

_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_ADDRESS = re.compile(r"(?:.*!)?\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")


def read_book(book: Book) -> FileBook:
    """The plan in the open workbook; Excel sends values and not formulas, which a plan keeps as text."""
    grids = [_grid(sheet, book.api["names"]) for sheet in book.api["sheets"]]
    found = tables_on(grids, book.api["book"]["name"])
    lab = None if found.lab is None else lab_on(*found.lab, {})
    for name in WITH_FORMULAS & set(found.tables):
        found.tables[name] = with_texts(found.tables[name], lab, {}, found.findings)
    return FileBook(book.api["book"]["name"], found.tables, tuple(found.findings), found.other_sheets(grids))


def selected_texts(book: Book) -> tuple[str, ...]:
    """The texts of the row in which the selected cell stands, the cell's own first; none when a chart is selected."""
    place = _ADDRESS.fullmatch(book.api["book"]["selection"] or "")
    if place is None:
        return ()
    values = book.api["sheets"][book.api["book"]["active_sheet_index"]]["values"]
    row, column = int(place[2]), column_number(place[1])
    cells = values[row - 1] if row <= len(values) else ()
    return tuple(as_text(cell) for cell in (*cells[column - 1 : column], *cells) if cell not in ("", None))


def has_marked(book: Book, name: str) -> bool:
    """Whether there is a sheet of this name that Apportion wrote."""
    there = any(sheet["name"].casefold() == name.casefold() for sheet in book.api["sheets"])
    return there and is_marked(name, book.api["names"])


def is_marked(sheet: str, names: Sequence[Mapping[str, Any]]) -> bool:
    """Whether Apportion wrote the sheet."""
    return any(
        each["name"].casefold() == MARK and (each["scope_sheet_name"] or "").casefold() == sheet.casefold()
        for each in names
    )


def placed(table: Mapping[str, Any]) -> Placed:
    """An Excel Table of the request."""
    first_row, first_column, last_row, last_column = corners(table["range_address"])
    totals = 1 if table["show_totals"] else 0
    return Placed(table["name"], first_row, first_column, last_row, last_column, bool(table["show_headers"]), totals)


def corners(address: str) -> tuple[int, int, int, int]:
    """First row and column, last row and column of an address, from 1.

    >>> corners("B5:D9")
    (5, 2, 9, 4)
    """
    found = _ADDRESS.fullmatch(address)
    if found is None:
        message = f"{address} is no address of a block of cells."
        raise ValueError(message)
    first_row, first_column = int(found[2]), column_number(found[1])
    if found[3] is None:
        return first_row, first_column, first_row, first_column
    return first_row, first_column, int(found[4]), column_number(found[3])


def _grid(sheet: Mapping[str, Any], names: Sequence[Mapping[str, Any]]) -> Grid:
    values = sheet["values"]

    def rows(first_row: int, last_row: int, first_column: int, last_column: int) -> Iterator[Sequence[Any]]:
        wide = last_column - first_column + 1
        for number in range(first_row, last_row + 1):
            cells = values[number - 1] if number <= len(values) else ()
            block = [_value(cell) for cell in cells[first_column - 1 : last_column]]
            yield block + [None] * (wide - len(block))

    tables = tuple(map(placed, sheet["tables"]))
    wide = max(map(len, values), default=0)
    return Grid(sheet["name"], tables, len(values), wide, rows, is_marked(sheet["name"], names))


def _value(cell: Any) -> Any:
    """A cell as Python sees it: an empty one is None, a date comes as its ISO text."""
    if cell == "":
        return None
    if isinstance(cell, str) and _DATE.fullmatch(cell):
        return dt.datetime.fromisoformat(cell.removesuffix("Z"))
    return cell
