"""Reads the Excel Tables of a workbook, wherever they stand, and trusts nothing about the file."""

from __future__ import annotations

import re
import warnings
import zipfile
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from apportion.errors import Finding
from apportion.schema import shown_only
from apportion.workbook.book import FileBook
from apportion.workbook.grids import MARK, Grid, Placed, lab_on, tables_on
from apportion.workbook.labtexts import WITH_FORMULAS, not_taken, with_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from apportion.tables import Table

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LARGEST_FILE = 200 * 1024 * 1024
LARGEST_UNPACKED = 1024 * 1024 * 1024
LARGEST_RATIO = 400  # a workbook of plain cells packs 10 to 60 times
MOST_PARTS = 5000
# A formula cell without a value; of a text ("str") an empty value is one, of everything else it is none.
_FORMULA = rb"<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)"
_FORMULA_WITHOUT_VALUE = re.compile(
    rb'<c(?=[^>]*\sr="([A-Z]+[0-9]+)")(?:[^>]*\st="str"[^>]*>\s*'
    + _FORMULA
    + rb'\s*</c>|(?![^>]*\st="str")[^>]*>\s*'
    + _FORMULA
    + rb"\s*(?:<v\s*/>|<v></v>)?\s*</c>)"
)
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))


def read_workbook(path: Path) -> FileBook:
    """The plan in a workbook; a file that is none, or is not safe to read, is a finding."""
    refused = _refused(path)
    if refused is not None:
        return FileBook(path.name, {}, (refused,))
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl on parts that it leaves out
            book = openpyxl.load_workbook(path, data_only=True, keep_links=False)
        return _Reader(path, book).book()
    except Exception as error:  # noqa: BLE001 - whatever a damaged file makes the library raise
        what = f"{path.name} cannot be read as a workbook ({type(error).__name__})."
        return FileBook(path.name, {}, (Finding("error", what, "Open it in Excel, save it as .xlsx and try again."),))


def _refused(path: Path) -> Finding | None:
    """Why a file is not opened at all."""
    remedy = "Save it in Excel as an Excel Workbook (.xlsx)."
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return Finding(
            "error",
            f"{path.name} is protected by a password, or is an old .xls file.",
            f"Remove the password. {remedy}",
        )
    if path.stat().st_size > LARGEST_FILE or not zipfile.is_zipfile(path):
        return Finding("error", f"{path.name} is not an Excel workbook.", remedy)
    try:
        with zipfile.ZipFile(path) as packed:
            return _refused_parts(path, packed)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
        return Finding(
            "error", f"{path.name} is damaged: its parts cannot be unpacked.", f"Take another copy. {remedy}"
        )


def _refused_parts(path: Path, packed: zipfile.ZipFile) -> Finding | None:
    parts = packed.infolist()
    unpacked = sum(part.file_size for part in parts)
    too_dense = any(
        part.file_size > LARGEST_RATIO * max(part.compress_size, 1) and part.file_size > 2**20 for part in parts
    )
    if len(parts) > MOST_PARTS or unpacked > LARGEST_UNPACKED or too_dense:
        return Finding(
            "error", f"{path.name} unpacks to more than a plan can hold, and is not opened.", "Use a new planner."
        )
    if "xl/workbook.xml" not in packed.namelist():
        return Finding(
            "error", f"{path.name} is a packed file, but not an Excel workbook.", "Save the plan in Excel as .xlsx."
        )
    for part in parts:
        if part.filename.endswith((".xml", ".rels", ".vml")):
            data = packed.read(part)
            if any(each in data for each in _FORBIDDEN):
                return Finding(
                    "error", f"{path.name} declares XML entities, which Excel never writes.", "Use a new planner."
                )
    return None


class _Reader:
    def __init__(self, path: Path, book: Workbook) -> None:
        self.path = path
        self.grids = [_grid(sheet) for sheet in book.worksheets]
        self.found = tables_on(self.grids, path.name)

    def book(self) -> FileBook:
        self._formulas_without_values()
        self._take_over(self.found.lab)
        others = self.found.other_sheets(self.grids)
        return FileBook(self.path.name, self.found.tables, tuple(self.found.findings), others)

    def _formulas_without_values(self) -> None:
        """Formulas whose value was never stored, by a program that does not calculate."""
        with zipfile.ZipFile(self.path) as packed:
            parts = _sheet_parts(packed)
            for grid in self.grids:
                tables = [each for each in self.found.tables.items() if each[1].origin.sheet == grid.title]
                inside = _FORMULA_WITHOUT_VALUE.findall(packed.read(parts[grid.title])) if tables else []
                for name, table in tables:
                    self._without_value(name, table, [cell.decode() for cell in inside])

    def _take_over(self, place: tuple[Grid, Placed] | None) -> None:
        """Let formulas take their texts from the Rule lab, and name what was tried there and not taken over."""
        tables = self.found.tables
        with zipfile.ZipFile(self.path) as packed:
            parts = _sheet_parts(packed)
            lab = None if place is None else lab_on(*place, _formulas(packed, parts[place[0].title]))
            for name, table in tables.items():
                if name in WITH_FORMULAS:
                    live = _formulas(packed, parts[table.origin.sheet])
                    tables[name] = with_texts(table, lab, live, self.found.findings)
        if lab is not None:
            self.found.findings += not_taken(lab, tables)

    def _without_value(self, name: str, table: Table, cells: list[str]) -> None:
        from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

        rows, first = set(table.rows), table.origin.first_column
        aside = shown_only(name)
        read = {first + i for i, header in enumerate(table.columns) if header not in aside}
        for cell in cells:
            letters, row = coordinate_from_string(cell)
            if row in rows and column_index_from_string(letters) in read:
                what = "the formula here has no stored value."
                remedy = "Open the workbook in Excel and save it, or type the value."
                finding = Finding("error", what, remedy, table.origin.sheet, name, row, cell)
                self.found.findings.append(finding)


def _grid(sheet: Worksheet) -> Grid:
    def rows(first_row: int, last_row: int, first_column: int, last_column: int) -> Iterator[Sequence[Any]]:
        if last_row >= first_row and last_column >= first_column:
            for row in sheet.iter_rows(first_row, last_row, first_column, last_column, values_only=True):
                yield [_unescaped(cell) if isinstance(cell, str) and "_x" in cell else cell for cell in row]

    tables = tuple(map(_placed, sheet.tables.values()))
    return Grid(sheet.title, tables, sheet.max_row, sheet.max_column, rows, MARK in sheet.defined_names)


def _placed(table: Any) -> Placed:
    from openpyxl.utils import range_boundaries

    first_column, first_row, last_column, last_row = range_boundaries(table.ref)
    totals = table.totalsRowCount or 0
    header = table.headerRowCount != 0
    return Placed(table.displayName, first_row, first_column, last_row, last_column, header, totals)


def _formulas(packed: zipfile.ZipFile, part: str) -> dict[str, str]:
    """The formulas of a sheet without `=`, by the cell's address; of a shared one, the first cell's text."""
    cells = ((cell.get("r"), cell.find(f"{{{_MAIN}}}f")) for cell in _parsed(packed, part).iter(f"{{{_MAIN}}}c"))
    return {str(address): formula.text or "" for address, formula in cells if formula is not None}


def _sheet_parts(packed: zipfile.ZipFile) -> dict[str, str]:
    """The part of the file that holds each sheet, by the sheet's name."""
    targets = {each.get("Id"): str(each.get("Target")) for each in _parsed(packed, "xl/_rels/workbook.xml.rels")}
    sheets = _parsed(packed, "xl/workbook.xml").iter(f"{{{_MAIN}}}sheet")
    paths = {str(sheet.get("name")): targets[sheet.get(f"{{{_RELATIONS}}}id")] for sheet in sheets}
    return {name: path.lstrip("/") if path.startswith("/") else f"xl/{path}" for name, path in paths.items()}


def _parsed(packed: zipfile.ZipFile, part: str) -> ElementTree.Element:
    return ElementTree.fromstring(packed.read(part))  # noqa: S314 - a file that declares entities was refused before


def _unescaped(text: str) -> str:
    """A text with what the file writes as _x000D_ and the like; a line break in a cell is LF."""
    from openpyxl.utils.escape import unescape

    return str(unescape(text)).replace("\r\n", "\n").replace("\r", "\n")
