"""Workbooks as people and programs leave them: moved, renamed, damaged, hostile."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.table import Table as ExcelTable

from apportion.workbook.book import CannotOpen, open_book

HEADER = ["Code", "Name", "Type", "Level"]
ROWS = [["101", "Alder", "school", "High"], [None] * 4, ["007", "Birch", "school", "Middle"]]


def workbook(
    path: Path,
    *,
    sheet: str = "Schools",
    table: str = "Schools",
    row: int = 3,
    column: int = 2,
    header: list[str] = HEADER,
    marked: bool = False,
) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for i, cells in enumerate([header, *ROWS]):
        for j, cell in enumerate(cells):
            page.cell(row + i, column + j, cell)
    if table:
        last = page.cell(row + len(ROWS), column + len(header) - 1).coordinate
        page.add_table(ExcelTable(displayName=table, ref=f"{page.cell(row, column).coordinate}:{last}"))
    if marked:
        page.defined_names["_apportion"] = openpyxl.workbook.defined_name.DefinedName("_apportion", attr_text="1")
    book.save(path)
    return path


def test_a_table_is_found_wherever_it_stands(tmp_path: Path) -> None:
    table = open_book(workbook(tmp_path / "p.xlsx", sheet="Somewhere", row=12, column=5)).tables["Schools"]
    assert list(table.cells["Code"]) == ["101", "007"]
    assert list(table.rows) == [13, 15]
    assert table.address(1, "Level") == "H15"
    assert table.origin.sheet == "Somewhere"


def test_a_renamed_table_is_known_by_its_headers(tmp_path: Path) -> None:
    book = open_book(workbook(tmp_path / "p.xlsx", table="Table1"))
    assert list(book.tables) == ["Schools"]
    assert [(each.severity, each.sheet, each.cell) for each in book.findings] == [("warning", "Schools", "B3")]
    assert "Name it Schools" in book.findings[0].remedy


def test_a_plain_range_is_read_with_a_warning(tmp_path: Path) -> None:
    book = open_book(workbook(tmp_path / "p.xlsx", table=""))
    assert list(book.tables["Schools"].cells["Name"]) == ["Alder", "Birch"]
    assert "plain range" in book.findings[0].what


def test_a_row_below_the_table_is_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "p.xlsx")
    book = openpyxl.load_workbook(path)
    book["Schools"]["B7"], book["Schools"]["C7"] = "103", "Cedar"
    book.save(path)
    found = open_book(path).findings
    assert [(each.severity, each.row, each.cell) for each in found] == [("warning", 7, "B7")]


def test_tables_on_sheets_that_apportion_wrote_are_not_the_plan(tmp_path: Path) -> None:
    book = open_book(workbook(tmp_path / "p.xlsx", marked=True))
    assert book.tables == {}


def test_a_formula_without_a_stored_value_is_an_error(tmp_path: Path) -> None:
    path = workbook(tmp_path / "p.xlsx")
    book = openpyxl.load_workbook(path)
    book["Schools"]["C4"] = "=1+1"  # openpyxl stores no value
    book.save(path)
    found = open_book(path).findings
    assert [(each.severity, each.cell) for each in found] == [("error", "C4")]


def test_the_value_of_a_formula_is_what_is_read(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "p.xlsx") as book:
        page = book.add_worksheet("Schools")
        page.write_row(0, 0, ["Code", "Name"])
        page.write_formula(1, 0, '="10"&1', None, "101")
        page.write_formula(1, 1, '="Al"&"der"', None, "Alder")
        page.add_table(0, 0, 1, 1, {"name": "Schools", "columns": [{"header": "Code"}, {"header": "Name"}]})
    assert list(open_book(tmp_path / "p.xlsx").tables["Schools"].cells["Name"]) == ["Alder"]


def with_part(path: Path, part: str, change: tuple[bytes, bytes]) -> Path:
    """The workbook with some bytes of a part changed."""
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    assert change[0] in parts[part]
    return packed(path, {**parts, part: parts[part].replace(*change)})


def test_an_empty_text_is_a_value(tmp_path: Path) -> None:
    """`=IF(A2="","",A2)` at an empty row has the empty text as its value."""
    with xlsxwriter.Workbook(tmp_path / "p.xlsx") as book:
        page = book.add_worksheet("Schools")
        page.add_table(0, 0, 1, 1, {"name": "Schools", "columns": [{"header": "Code"}, {"header": "Name"}]})
        page.write_row(1, 0, ["101"])
        page.write_formula(1, 1, '=IF(A9="","",A9)', None, "x")
    path = with_part(tmp_path / "p.xlsx", "xl/worksheets/sheet1.xml", (b"<v>x</v>", b"<v></v>"))
    assert open_book(path).findings == ()
    path = with_part(path, "xl/worksheets/sheet1.xml", (b"<v></v>", b""))
    assert [(each.severity, each.cell) for each in open_book(path).findings] == [("error", "B2")]


def test_an_entity_behind_a_long_comment_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "p.xlsx")
    late = b"<!--" + b"x" * 9000 + b'--><!DOCTYPE a [<!ENTITY b "c">]><workbook'
    assert "entities" in open_book(with_part(path, "xl/workbook.xml", (b"<workbook", late))).findings[0].what


def test_a_table_that_claims_every_row_is_read_to_the_last_one_there(tmp_path: Path) -> None:
    path = workbook(tmp_path / "p.xlsx", table="Table1")
    path = with_part(path, "xl/tables/table1.xml", (b'ref="B3:E6"', b'ref="B3:XFD1048576"'))
    assert list(open_book(path).tables["Schools"].cells["Code"]) == ["101", "007"]


def test_two_tables_that_could_be_the_one_are_an_error(tmp_path: Path) -> None:
    path = workbook(tmp_path / "p.xlsx", table="Table1")
    book = openpyxl.load_workbook(path)
    copy = book.copy_worksheet(book["Schools"])
    copy.add_table(ExcelTable(displayName="Table2", ref="B3:E6"))
    book.save(path)
    finding = open_book(path).findings[0]
    assert finding.severity == "error"
    assert '"Table1" on Schools and "Table2" on Schools Copy' in finding.what


def test_nothing_there_is_a_callers_mistake(tmp_path: Path) -> None:
    with pytest.raises(CannotOpen, match="There is no file"):
        open_book(tmp_path / "none.xlsx")


def packed(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return path


HOSTILE = {
    "text": b"Code,Name\n1,2\n",
    "empty": b"",
    "old or locked": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "cut off": b"PK\x03\x04" + b"\0" * 40,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_that_is_no_workbook_is_a_finding(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "p.xlsx"
    path.write_bytes(HOSTILE[kind])
    book = open_book(path)
    assert [each.severity for each in book.findings] == ["error"]
    assert book.findings[0].remedy
    assert book.tables == {}


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        ({"word/document.xml": b"<w/>"}, "not an Excel workbook"),
        ({"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><workbook/>'}, "entities"),
        ({"xl/workbook.xml": '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x><w/>'.encode("utf-16")}, "entities"),
        ({"xl/workbook.xml": b"<workbook/>", "xl/big.xml": b" " * 50_000_000}, "more than a plan can hold"),
        ({"xl/workbook.xml": b"<workbook"}, "cannot be read"),
    ],
)
def test_a_hostile_package_is_a_finding(tmp_path: Path, parts: dict[str, bytes], what: str) -> None:
    book = open_book(packed(tmp_path / "p.xlsx", parts))
    assert len(book.findings) == 1
    assert what in book.findings[0].what


def test_every_way_to_cut_a_workbook_short_is_a_finding(tmp_path: Path) -> None:
    data = workbook(tmp_path / "p.xlsx").read_bytes()
    for end in range(0, len(data) - 1, 401):
        (tmp_path / "cut.xlsx").write_bytes(data[:end])
        assert open_book(tmp_path / "cut.xlsx").findings, end
