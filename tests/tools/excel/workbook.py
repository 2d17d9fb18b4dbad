"""The open workbook: what openpyxl knows of it, the values that its formulas last had, spills and charts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from tools.excel import dates
from tools.excel.areas import Area, area
from tools.excel.charts import Chart, charts_of
from tools.excel.limits import Refusal
from tools.excel.package import Package
from tools.excel.saving import save_book

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.table import Table
    from openpyxl.worksheet.worksheet import Worksheet

_VISIBILITY = {"visible": "Visible", "hidden": "Hidden", "veryHidden": "VeryHidden"}


@dataclass(frozen=True, slots=True)
class TableOf:
    """A table and the sheet that it stands on."""

    sheet: str
    table: Table

    @property
    def area(self) -> Area:
        """Its rectangle with headers and totals."""
        return area(self.table.ref)


@dataclass(frozen=True, slots=True)
class Spill:
    """Where an array formula puts its results; `dynamic` unless it was entered as an array."""

    area: Area
    dynamic: bool = True


@dataclass
class Book:
    """A workbook in memory.

    `values` are the results of formulas and `spills` where array formulas reach, by sheet and place (row and column
    from 1, of the first cell).
    """

    name: str
    workbook: openpyxl.Workbook
    values: dict[str, dict[tuple[int, int], Any]] = field(default_factory=dict)
    charts: dict[str, list[Chart]] = field(default_factory=dict)
    spills: dict[str, dict[tuple[int, int], Spill]] = field(default_factory=dict)
    selection: str | None = "A1"
    calculation: str = "Automatic"

    # --- sheets and tables

    @property
    def sheets(self) -> list[Worksheet]:
        """The sheets in order."""
        return self.workbook.worksheets

    @property
    def active(self) -> int:
        """The position of the shown sheet, from 0."""
        return self.sheets.index(self.workbook.active)

    def activate(self, sheet: Worksheet) -> None:
        """Show a sheet, and only that one as selected (else Excel would write into both)."""
        self.workbook.active = sheet
        for each in self.sheets:
            each.sheet_view.tabSelected = each is sheet
        self.selection = "A1"

    def __getitem__(self, title: str) -> Worksheet:
        return self.workbook[self.sheet_title(title)]

    def sheet_title(self, name: str) -> str:
        """The sheet's name as it is written, whatever the case; refused when there is none."""
        for sheet in self.sheets:
            if sheet.title.casefold() == name.casefold():
                return str(sheet.title)
        raise Refusal("the workbook has no such sheet (ItemNotFound)", name)

    @property
    def tables(self) -> Iterator[TableOf]:
        """The tables of all sheets."""
        for sheet in self.sheets:
            for table in sheet.tables.values():
                yield TableOf(sheet.title, table)

    def table(self, name: str) -> TableOf | None:
        """The table of a name, whatever the case."""
        found = (each for each in self.tables if each.table.displayName.casefold() == name.casefold())
        return next(found, None)

    def table_at(self, sheet: str, cell: tuple[int, int] | None) -> TableOf | None:
        """The table that a cell (row, column) stands in."""
        if cell is None:
            return None
        found = (each for each in self.tables if each.sheet == sheet and each.area.holds(Area(*cell)))
        return next(found, None)

    # --- cells

    def formula(self, sheet: Worksheet, row: int, column: int) -> str | None:
        """The formula of a cell as the file has it, or None."""
        content = sheet.cell(row, column).value
        if isinstance(content, ArrayFormula):
            return str(content.text)
        if isinstance(content, DataTableFormula):
            return "=TABLE()"
        return content if sheet.cell(row, column).data_type == "f" else None

    def value(self, sheet: Worksheet, row: int, column: int) -> Any:
        """What a cell shows, dates as serial numbers; None when empty or not yet calculated."""
        cell = sheet.cell(row, column)
        if cell.data_type == "f":
            return self.values.get(sheet.title, {}).get((row, column))
        return dates.number(cell.value, self.workbook.epoch)

    def keep_value(self, sheet: str, row: int, column: int, value: Any) -> None:
        """Remember what a formula resulted in."""
        self.values.setdefault(sheet, {})[row, column] = value

    def forget(self, sheet: str, row: int, column: int) -> None:
        """A formula's value is not known any more."""
        self.values.get(sheet, {}).pop((row, column), None)

    @property
    def uncalculated(self) -> list[str]:
        """Formula cells whose value nobody knows, since they were written after the last calculation."""
        return [
            f"{sheet.title}!{cell.coordinate}"
            for sheet in self.sheets
            for cell in filled(sheet)
            if cell.data_type == "f" and (cell.row, cell.column) not in self.values.get(sheet.title, {})
        ]

    def save(self, path: Path) -> None:
        """Write the workbook to a file."""
        save_book(self, path)


def open_book(path: Path) -> Book:
    """The workbook of a file, with its stored values."""
    workbook = openpyxl.load_workbook(path)
    package = Package(path)
    book = Book(path.name, workbook, charts=charts_of(package, workbook))
    for sheet in workbook.worksheets:
        dynamic = package.spilling(sheet.title)
        book.spills[sheet.title] = {
            (place.top, place.left): Spill(area(ref), dynamic=address in dynamic)
            for address, ref in sheet.array_formulae.items()
            for place in (area(address),)
        }
    take_values(book, path)
    return book


def take_values(book: Book, path: Path) -> None:
    """Give every formula of the book the value that the same cell has in a file (recalculated elsewhere, say)."""
    stored, package = openpyxl.load_workbook(path, data_only=True), Package(path)
    for sheet in book.sheets:
        texts = package.texts(sheet.title)
        for cell in filled(sheet):
            if cell.data_type == "f":
                value = stored[sheet.title].cell(cell.row, cell.column).value
                value = "" if value is None and cell.coordinate in texts else value
                if value is not None:
                    book.keep_value(sheet.title, cell.row, cell.column, dates.number(value, stored.epoch))


def filled(sheet: Worksheet) -> list[Cell]:
    """The cells of a sheet that hold something."""
    return [cell for cell in list(sheet._cells.values()) if cell.value is not None]


def visibility(sheet: Worksheet) -> str:
    return _VISIBILITY[sheet.sheet_state]
