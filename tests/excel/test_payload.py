"""The workbook as it is sent: every field that xlwings' JavaScript sends, with the values that Excel would have."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlsxwriter

from tools.excel.dates import iso, shows_a_date
from tools.excel.payload import payload
from tools.excel.protocol import javascript
from tools.excel.workbook import open_book

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A workbook of XlsxWriter's, as it is sent."""
    path = tmp_path_factory.mktemp("payload") / "Plan.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet, _, hidden = (made.add_worksheet(name) for name in ("By school", "Empty", "Hidden"))
        day, time = (made.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "[h]:mm"))
        sheet.write_row("C3", ["Code", "Opened", "Dollars"])
        sheet.write("C4", "007")
        sheet.write_datetime("D4", datetime.datetime(2027, 1, 1, 12, 30), day)  # noqa: DTZ001 - a cell has no time zone
        sheet.write("E4", 12.5)
        sheet.write("C5", "008")
        sheet.write_number("D5", 1.5, time)
        sheet.write_formula("E5", "=E4*2", None, 25)
        sheet.write_formula("C6", '=""', None, "")
        sheet.write_formula("D6", "=1/0", None, "#DIV/0!")
        sheet.write_boolean("E6", True)  # noqa: FBT003
        sheet.write("B8", "note")
        sheet.write_comment("B8", "a long text")
        sheet.add_table("C3:E6", {"name": "Schools", "columns": [{"header": each} for each in ("Code", "Opened", "Dollars")]})
        sheet.print_area("B2:E6")
        sheet.repeat_rows(2)
        hidden.hide()
        made.define_name("Codes", "='By school'!$C$4:$C$6")
        made.define_name("Rate", "=0.05")
        made.define_name("Empty!_apportion", "=Empty!$A$1")
        chart = made.add_chart({"type": "column"})
        chart.add_series({"values": "='By school'!$E$4:$E$5"})
        sheet.insert_chart("G2", chart)
    return payload(open_book(path))


def _keys(source: str, start: str) -> set[str]:
    """The keys of a JavaScript object that begins with some text, read line by line at its own indent."""
    lines = source[source.index(start) + len(start) :].splitlines()[1:]
    indent = re.match(r" *", lines[0])[0]  # type: ignore[index]
    keys = set()
    for line in lines:
        if line.strip() and not line.startswith(indent):
            break
        if found := re.match(rf"{indent}(\w+):", line):
            keys.add(found[1])
    return keys


def test_fields_are_those_of_the_installed_javascript(sent: dict[str, Any]) -> None:
    scripts = javascript() / "custom-scripts"
    index, names, metadata = ((scripts / name).read_text() for name in ("index.js", "named-items.js", "workbook-metadata.js"))
    sheet = sent["sheets"][0]
    assert _keys(index, 'payload["book"] = {') == set(sent["book"])
    assert _keys(index, 'payload["sheets"].push({') == set(sheet)
    assert _keys(index, "tablesArray.push({") == set(sheet["tables"][0])
    assert _keys(names, "return entries.map(({ item, range, sheet, scopeSheet }) => ({") == set(sent["names"][0])
    assert _keys(metadata, "? charts.items.map((chart) => ({") == set(sheet["charts"][0])
    assert {"client", "version", "book", "names", "sheets"} == set(sent)


def test_version_is_the_installed_one(sent: dict[str, Any]) -> None:
    from importlib.metadata import version

    assert sent["version"] == version("xlwings")


def test_values_begin_at_a1(sent: dict[str, Any]) -> None:
    """Empty is "", dates and times are ISO text by their format (1.5 days are 1899-12-31 noon), errors are text."""
    sheet = sent["sheets"][0]
    assert (sheet["used_range_address"], sheet["used_range_row_count"], sheet["used_range_column_count"]) == ("B3:E8", 6, 4)
    assert sheet["values"] == [
        ["", "", "", "", ""],
        ["", "", "", "", ""],
        ["", "", "Code", "Opened", "Dollars"],
        ["", "", "007", "2027-01-01T12:30:00.000Z", 12.5],
        ["", "", "008", "1899-12-31T12:00:00.000Z", 25],
        ["", "", "", "#DIV/0!", True],
        ["", "", "", "", ""],
        ["", "note", "", "", ""],
    ]


def test_an_empty_sheet_is_one_empty_cell(sent: dict[str, Any]) -> None:
    empty = sent["sheets"][1]
    assert (empty["values"], empty["used_range_address"], empty["used_range_row_count"]) == ([[""]], None, 0)


def test_names_of_both_scopes(sent: dict[str, Any]) -> None:
    found = {(each["name"], each["scope_sheet_name"]): each for each in sent["names"]}
    codes = found["Codes", None]
    assert (codes["refers_to"], codes["type"], codes["sheet_index"], codes["address"]) == ("='By school'!$C$4:$C$6", "Range", 0, "C4:C6")
    assert codes["book_scope"]
    assert (found["Rate", None]["type"], found["Rate", None]["address"]) == ("Double", None)
    mark = found["_apportion", "Empty"]
    assert (mark["address"], mark["scope_sheet_index"], mark["book_scope"]) == ("A1", 1, False)
    assert found["Print_Titles", "By school"]["address"] == "3:3"


def test_what_else_is_sent(sent: dict[str, Any]) -> None:
    sheet, _, hidden = sent["sheets"]
    (table,) = sheet["tables"]
    assert (sheet["print_area"], sheet["notes"], hidden["visibility"]) == ("B2:E6", [{"address": "B8"}], "Hidden")
    assert (table["range_address"], table["data_body_range_address"], table["header_row_range_address"]) == ("C3:E6", "C4:E6", "C3:E3")
    assert (table["total_row_range_address"], table["show_totals"], table["columns"]) == (None, False, ["Code", "Opened", "Dollars"])
    assert sheet["charts"][0]["chart_type"] == "ColumnClustered"
    assert sheet["charts"][0]["left"] == pytest.approx(6 * 48)  # six columns of 64 pixels


def test_excluded_sheets_keep_their_place(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    book.create_sheet("Other")["A1"] = 2
    book.save(tmp_path / "b.xlsx")
    sent = payload(open_book(tmp_path / "b.xlsx"), include=["Other"])
    assert [each["values"] for each in sent["sheets"]] == [[[]], [[2]]]
    with pytest.raises(ValueError, match="not both"):
        payload(open_book(tmp_path / "b.xlsx"), include=["Other"], exclude=["Sheet"])


@pytest.mark.parametrize(
    ("code", "date"),
    [
        ("yyyy-mm-dd", True), ("m/d/yyyy", True), ("[h]:mm", True), ("[$-409]mmmm d, yyyy", True), ("h:mm AM/PM", True),
        ("General", False), ("0.00E+00", False), ('0" days"', False), ("0\\d", False), ("[Red]0", False), ("#,##0_);(#,##0)", False),
        ("@", False), ("0%", False), ("[$-409]#,##0", False), ('"FY"0', False), ("0.0 h", True),
    ],
)  # fmt: skip
def test_which_formats_show_a_date(code: str, date: bool) -> None:
    """By the comments of isDateNumberFormat: quoted, escaped and bracketed letters are none, [h] is one."""
    assert shows_a_date(code) == date


@pytest.mark.parametrize(
    ("serial", "text"),
    [
        (25569, "1970-01-01T00:00:00.000Z"), (0, "1899-12-30T00:00:00.000Z"), (46388.5, "2027-01-01T12:00:00.000Z"),
        (46388.00001157407, "2027-01-01T00:00:01.000Z"), (2958465, "9999-12-31T00:00:00.000Z"), (1, "1899-12-31T00:00:00.000Z"),
    ],
)  # fmt: skip
def test_dates_as_javascript_writes_them(serial: float, text: str) -> None:
    assert iso(serial) == text
