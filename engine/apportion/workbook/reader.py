"""Reads the Excel Tables of a workbook, wherever they stand, and trusts nothing about the file."""

from __future__ import annotations

import datetime as dt
import re
import warnings
import zipfile
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from apportion.errors import Finding
from apportion.schema import BY_NAME, TABLES, TableSchema
from apportion.tables import Origin, Table, column_letters
from apportion.workbook.book import FileBook
from apportion.workbook.labtexts import LAB_TABLE, RATES_TABLE, Lab, not_taken, with_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from apportion.tables import CellValue

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LISTS = "_lists"  # the hidden sheet of long drop-down lists
MARK = "_apportion"  # the sheet-scoped name of a sheet that Apportion wrote
LARGEST_FILE = 200 * 1024 * 1024
LARGEST_UNPACKED = 1024 * 1024 * 1024
LARGEST_RATIO = 400  # a workbook of plain cells packs 10 to 60 times
MOST_PARTS = 5000
HEADER_WITHIN = 30  # rows in which the header of a plain range is looked for
GAP = 20  # empty rows after which a plain range has ended
# A formula cell without a value; of a text ("str") an empty value is one, of everything else it is none.
_FORMULA = rb"<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)"
_FORMULA_WITHOUT_VALUE = re.compile(
    rb'<c(?=[^>]*\sr="([A-Z]+[0-9]+)")(?:[^>]*\st="str"[^>]*>\s*'
    + _FORMULA
    + rb'\s*</c>|(?![^>]*\st="str")[^>]*>\s*'
    + _FORMULA
    + rb"\s*(?:<v\s*/>|<v></v>)?\s*</c>)"
)
_WITH_FORMULAS = {schema.name for schema in TABLES if any(field.kind == "formula" for field in schema.fields)}
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
        self.workbook = book
        self.findings: list[Finding] = []
        self.tables: dict[str, Table] = {}
        self.used: set[str] = set()
        self.sheets = [sheet for sheet in book.worksheets if MARK not in sheet.defined_names]

    def book(self) -> FileBook:
        everything = [(sheet, table) for sheet in self.sheets for table in sheet.tables.values()]
        lab = next((each for each in everything if each[1].displayName.casefold() == LAB_TABLE.casefold()), None)
        made = (LAB_TABLE.casefold(), RATES_TABLE.casefold())
        found = [each for each in everything if each[1].displayName.casefold() not in made]
        own = []
        for sheet, table in found:
            schema = BY_NAME.get(table.displayName.casefold())
            if schema is None:
                own.append((sheet, table))
            else:
                self._take(sheet, table, schema.name)
        renamed = self._renamed(own)
        for sheet, table in own:
            self._take(sheet, table, renamed.get(table.displayName, table.displayName))
        for schema in TABLES:
            if schema.name not in self.tables:
                self._plain_range(schema)
        self._formulas_without_values()
        self._take_over(lab)
        marked = {sheet.title for sheet in self.workbook.worksheets} - {sheet.title for sheet in self.sheets}
        planned = {schema.sheet for schema in TABLES} | self.used | marked | {LISTS, lab[0].title if lab else ""}
        others = tuple(title for title in self.workbook.sheetnames if title not in planned)
        if not set(self.tables) & {schema.name for schema in TABLES}:
            what = f"{self.path.name} has none of a plan's tables."
            self.findings.append(Finding("error", what, "Start from a new planner: apportion new PLAN.xlsx"))
        return FileBook(self.path.name, self.tables, tuple(self.findings), others)

    def _take(self, sheet: Worksheet, table: Any, name: str) -> None:
        from openpyxl.utils import range_boundaries

        first_column, first_row, last_column, last_row = range_boundaries(table.ref)
        if table.headerRowCount == 0:
            what, remedy = f"the table {name} has no header row.", "Switch on Header Row in Table Design."
            self.findings.append(Finding("error", what, remedy, sheet.title, name))
            return
        totals = table.totalsRowCount or 0
        last_row = min(last_row, max(sheet.max_row, first_row + totals))
        last_column = min(last_column, max(sheet.max_column, first_column))
        rows = list(sheet.iter_rows(first_row, last_row - totals, first_column, last_column, values_only=True))
        self._add(sheet, name, rows, first_row, first_column)
        if not totals:
            self._typed_below(sheet, name, last_row, first_column, last_column)

    def _add(
        self, sheet: Worksheet, name: str, rows: Sequence[Sequence[Any]], first_row: int, first_column: int
    ) -> None:
        header = ["" if cell is None else str(cell).strip() for cell in rows[0]]
        named = [i for i, text in enumerate(header) if text and text not in header[:i]]
        for i, text in enumerate(header):
            if text and text in header[:i]:
                cell = f"{column_letters(first_column + i)}{first_row}"
                self.findings.append(
                    Finding(
                        "error", f'two columns are called "{text}".', "Rename one.", sheet.title, name, first_row, cell
                    )
                )
        filled = [
            (first_row + i, row) for i, row in enumerate(rows) if i and any(cell not in (None, "") for cell in row)
        ]
        cells = {header[i]: [_value(row[i]) for _, row in filled] for i in named}
        origin = Origin(sheet.title, first_row, first_column + (named[0] if named else 0))
        self.tables[name] = Table(name, cells, [number for number, _ in filled], origin)
        self.used.add(sheet.title)

    def _typed_below(self, sheet: Worksheet, name: str, last_row: int, first: int, last: int) -> None:
        below = next(sheet.iter_rows(last_row + 1, last_row + 1, first, last, values_only=True))
        if sum(cell not in (None, "") for cell in below) > 1:
            what = f"row {last_row + 1} stands below the table {name} and is not part of it."
            remedy = "Drag the table's lower right corner over it."
            self.findings.append(
                Finding(
                    "warning", what, remedy, sheet.title, name, last_row + 1, f"{column_letters(first)}{last_row + 1}"
                )
            )

    def _renamed(self, tables: list[tuple[Worksheet, Any]]) -> dict[str, str]:
        """By a table's name, the planner table that it must be by its headers; two that could be one are an error."""
        alike: dict[str, list[tuple[Worksheet, Any]]] = {}
        for sheet, table in tables:
            headers = self._headers(sheet, table)
            missing = (schema for schema in TABLES if schema.name not in self.tables)
            if (schema := next((each for each in missing if _looks_like(each, headers)), None)) is not None:
                alike.setdefault(schema.name, []).append((sheet, table))
        for name, found in alike.items():
            sheet, table = found[0]
            cell = table.ref.split(":")[0]
            if len(found) > 1:
                named = " and ".join(f'"{each.displayName}" on {where.title}' for where, each in found)
                what, remedy = f"{named} have the columns of {name}.", f"Name the right one {name} in Table Design."
                self.findings.append(Finding("error", what, remedy, sheet.title, name, None, cell))
            else:
                what = f'the table "{table.displayName}" has the columns of {name} and is read as it.'
                remedy = f"Name it {name} in Table Design."
                self.findings.append(Finding("warning", what, remedy, sheet.title, name, None, cell))
        return {found[0][1].displayName: name for name, found in alike.items() if len(found) == 1}

    def _headers(self, sheet: Worksheet, table: Any) -> set[str]:
        from openpyxl.utils import range_boundaries

        first, row, last, _ = range_boundaries(table.ref)
        cells = next(sheet.iter_rows(row, row, first, min(last, sheet.max_column), values_only=True), ())
        return {str(cell).strip().casefold() for cell in cells}

    def _plain_range(self, schema: TableSchema) -> None:
        """Read a table that someone turned into a plain range."""
        sheet = next(
            (
                each
                for each in self.sheets
                if each.title.casefold() in (schema.sheet.casefold(), schema.name.casefold())
            ),
            None,
        )
        if sheet is None or sheet.tables:
            return
        for number, row in enumerate(sheet.iter_rows(1, HEADER_WITHIN, values_only=True), 1):
            if not _looks_like(schema, {str(cell).strip().casefold() for cell in row if cell is not None}):
                continue
            first = next(i for i, cell in enumerate(row) if cell is not None)
            last = max(i for i, cell in enumerate(row) if cell is not None)
            rows = _until_gap(sheet.iter_rows(number, None, first + 1, last + 1, values_only=True))
            self._add(sheet, schema.name, rows, number, first + 1)
            what = (
                f"{schema.name} is a plain range, not an Excel Table; it is read down to the first gap of {GAP} rows."
            )
            remedy = f"Select it, press Ctrl+T, and name it {schema.name} in Table Design."
            cell = f"{column_letters(first + 1)}{number}"
            self.findings.append(Finding("warning", what, remedy, sheet.title, schema.name, number, cell))
            return

    def _formulas_without_values(self) -> None:
        """Formulas whose value was never stored, by a program that does not calculate."""
        with zipfile.ZipFile(self.path) as packed:
            parts = _sheet_parts(packed)
            for sheet in self.sheets:
                inside = [cell.decode() for cell in _FORMULA_WITHOUT_VALUE.findall(packed.read(parts[sheet.title]))]
                for name, table in self.tables.items():
                    if table.origin.sheet == sheet.title:
                        self._without_value(name, table, inside)

    def _take_over(self, place: tuple[Worksheet, Any] | None) -> None:
        """Let formulas take their texts from the Rule lab, and name what was tried there and not taken over."""
        with zipfile.ZipFile(self.path) as packed:
            parts = _sheet_parts(packed)
            lab = None if place is None else _lab(*place, _formulas(packed, parts[place[0].title]))
            for name, table in self.tables.items():
                if name in _WITH_FORMULAS:
                    live = _formulas(packed, parts[table.origin.sheet])
                    self.tables[name] = with_texts(table, lab, live, self.findings)
        if lab is not None:
            self.findings += not_taken(lab, self.tables)

    def _without_value(self, name: str, table: Table, cells: list[str]) -> None:
        from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

        rows, first = set(table.rows), table.origin.first_column
        for cell in cells:
            letters, row = coordinate_from_string(cell)
            if row in rows and first <= column_index_from_string(letters) < first + len(table.columns):
                what = "the formula here has no stored value."
                remedy = "Open the workbook in Excel and save it, or type the value."
                self.findings.append(Finding("error", what, remedy, table.origin.sheet, name, row, cell))


def _lab(sheet: Worksheet, table: Any, formulas: dict[str, str]) -> Lab:
    from openpyxl.utils import range_boundaries

    first, header_row, last, last_row = range_boundaries(table.ref)
    last_row = min(last_row, sheet.max_row)
    headers = next(sheet.iter_rows(header_row, header_row, first, min(last, sheet.max_column), values_only=True))
    columns = {column_letters(first + i): str(header or "") for i, header in enumerate(headers)}
    values = {cell.coordinate: _value(cell.value) for row in sheet.iter_rows(1, last_row) for cell in row}
    return Lab(sheet.title, values, formulas, columns, header_row + 1, last_row)


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


def _looks_like(schema: TableSchema, headers: set[str]) -> bool:
    required = {field.name.casefold() for field in schema.fields if field.required}
    known = headers & set(schema.by_name)
    return (
        required <= headers
        and len(known) >= max(2, len(required))
        and (bool(schema.more) or 2 * len(known) > len(headers))
    )


def _unescaped(text: str) -> str:
    """A text with what the file writes as _x000D_ and the like; a line break in a cell is LF."""
    from openpyxl.utils.escape import unescape

    return str(unescape(text)).replace("\r\n", "\n").replace("\r", "\n")


def _until_gap(rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    kept: list[Sequence[Any]] = []
    empty = 0
    for row in rows:
        empty = 0 if any(cell not in (None, "") for cell in row) else empty + 1
        if empty > GAP:
            break
        kept.append(row)
    return kept


def _value(cell: Any) -> CellValue:
    if cell is None or isinstance(cell, bool):
        return cell
    if isinstance(cell, int | float):
        return float(cell)
    if isinstance(cell, str):
        return (_unescaped(cell) if "_x" in cell else cell) or None
    if isinstance(cell, dt.datetime):
        return cell.date() if cell.time() == dt.time() else cell
    return cell if isinstance(cell, dt.date) else str(cell)
