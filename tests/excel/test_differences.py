"""Two workbooks beside each other: every kind of difference is found, and equal ones have none.

The workbooks are XlsxWriter's; what is compared is read by openpyxl and from the XML.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

from tools.excel.differences import differences, sheets_untouched
from tools.excel.workbook import open_book

if TYPE_CHECKING:
    from pathlib import Path

PLAIN: dict[str, Any] = {
    "value": 10, "formula": "=SUM(C6:C7)", "format": {"num_format": "$#,##0", "font_name": "Calibri", "font_size": 11}, "width": 18,
    "height": 24, "table": {"name": "Lines", "total_row": False, "columns": [{"header": "Code"}, {"header": "Dollars"}]}, "rule": "=$C6>5",
    "rule_color": "#E0F0F0", "validation": {"validate": "list", "source": ["a", "b"]}, "link": "internal:Other!A1", "note": "why",
    "chart": "column", "title": "Dollars", "axis": "School", "series": "=Lines!$C$6:$C$7", "freeze": 5, "tab": "#0F5C5C",
}  # fmt: skip


def write(path: Path, **changes: Any) -> Path:
    spec = {**PLAIN, **changes}
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Lines")
        other = book.add_worksheet("Other")
        other.write("A1", spec.get("other", 1))
        sheet.write("A1", spec["value"], book.add_format(spec["format"]))
        sheet.write_formula("A2", spec["formula"], None, spec.get("result", 30))
        sheet.set_column(1, 1, spec["width"])
        sheet.set_row(1, spec["height"])
        sheet.write_column("B6", ["104", "105"])
        sheet.write_column("C6", [10, 20])
        sheet.add_table("B5:C7", spec["table"])
        fill = book.add_format({"bg_color": spec["rule_color"]})
        sheet.conditional_format("B6:C7", {"type": "formula", "criteria": spec["rule"], "format": fill})
        sheet.data_validation("E6:E9", spec["validation"])
        sheet.write_url("E1", spec["link"], string="Go")
        sheet.write_comment("E2", spec["note"])
        chart = book.add_chart({"type": spec["chart"]})
        chart.add_series({"values": spec["series"], "name": "Dollars"})
        chart.set_title({"name": spec["title"]})
        chart.set_x_axis({"name": spec["axis"]})
        sheet.insert_chart("G2", chart)
        sheet.freeze_panes(spec["freeze"], 0)
        sheet.set_tab_color(spec["tab"])
    return path


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("differences") / "plain.xlsx")


def test_equal_workbooks_do_not_differ(plain: Path, tmp_path: Path) -> None:
    assert differences(plain, write(tmp_path / "same.xlsx"), results=True) == []


def test_a_saved_workbook_is_still_the_same(plain: Path, tmp_path: Path) -> None:
    """What openpyxl rewrites keeps everything that is compared, results of formulas too."""
    open_book(plain).save(tmp_path / "saved.xlsx")
    assert differences(plain, tmp_path / "saved.xlsx", results=True) == []


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"value": 11}, "Lines cell A1: 10 / 11"),
        ({"value": "10"}, "Lines cell A1: 10 / '10'"),
        ({"formula": "=SUM(C6:C8)"}, "Lines cell A2: '=SUM(C6:C7)' / '=SUM(C6:C8)'"),
        ({"format": {"num_format": "0"}}, "Lines number format A1"),
        ({"format": {**PLAIN["format"], "bold": True}}, "Lines font A1"),
        ({"format": {**PLAIN["format"], "font_color": "#AA0000"}}, "Lines font A1"),
        ({"format": {**PLAIN["format"], "underline": 1}}, "Lines font A1"),
        ({"format": {**PLAIN["format"], "bg_color": "#E0F0F0"}}, "Lines fill A1: None / ('solid', 'E0F0F0')"),
        ({"format": {**PLAIN["format"], "align": "right"}}, "Lines alignment A1"),
        ({"format": {**PLAIN["format"], "text_wrap": True}}, "Lines alignment A1"),
        ({"format": {**PLAIN["format"], "indent": 1}}, "Lines alignment A1"),
        ({"format": {**PLAIN["format"], "bottom": 1, "bottom_color": "#0F5C5C"}}, "Lines borders A1"),
        ({"width": 19}, "Lines width B"),
        ({"height": 30}, "Lines height 2"),
        ({"table": {**PLAIN["table"], "name": "Other"}}, "Lines table Lines"),
        ({"table": {**PLAIN["table"], "columns": [{"header": "Code"}, {"header": "Amount"}]}}, "Lines table Lines"),
        ({"table": {**PLAIN["table"], "total_row": True}}, "Lines table Lines"),
        ({"table": {**PLAIN["table"], "autofilter": False}}, "Lines table Lines"),
        ({"rule": "=$C6>6"}, "Lines conditional format rule 1"),
        ({"rule_color": "#FFFFFF"}, "Lines conditional format rule 1"),
        ({"validation": {"validate": "list", "source": ["a"]}}, "Lines validation E6:E9"),
        ({"validation": {"validate": "list", "source": ["a", "b"], "error_message": "No."}}, "Lines validation E6:E9"),
        ({"link": "internal:Other!A2"}, "Lines link E1: 'Other!A1' / 'Other!A2'"),
        ({"note": "other"}, "Lines note E2: 'why' / 'other'"),
        ({"chart": "bar"}, "Lines chart chart 1"),
        ({"title": "FTE"}, "Lines chart chart 1"),
        ({"axis": "Level"}, "Lines chart chart 1"),
        ({"series": "=Lines!$C$6:$C$8"}, "Lines chart chart 1"),
        ({"freeze": 4}, "Lines sheet frozen: 'A6' / 'A5'"),
        ({"tab": "#FFFFFF"}, "Lines sheet tab: '0F5C5C' / 'FFFFFF'"),
    ],
)
def test_a_difference_is_found(plain: Path, tmp_path: Path, change: dict[str, Any], line: str) -> None:
    found = differences(plain, write(tmp_path / "changed.xlsx", **change))
    assert [each for each in found if each.startswith(line)], found
    assert all(each.startswith("Lines ") for each in found)


def test_widths_within_half_a_character_are_equal(plain: Path, tmp_path: Path) -> None:
    assert differences(plain, write(tmp_path / "wide.xlsx", width=18.4)) == []


def test_results_are_compared_when_asked(plain: Path, tmp_path: Path) -> None:
    changed = write(tmp_path / "changed.xlsx", result=31)
    assert differences(plain, changed) == []
    assert differences(plain, changed, results=True) == ["Lines result A2: 30 / 31"]


def test_prefixes_and_needless_quotes_are_no_difference(tmp_path: Path) -> None:
    one = write(tmp_path / "one.xlsx", formula="=_xlfn.CONCAT('Other'!A1)")
    assert differences(one, write(tmp_path / "other.xlsx", formula="=CONCAT(Other!A1)")) == []


def test_untouched_sheets(plain: Path, tmp_path: Path) -> None:
    changed = write(tmp_path / "changed.xlsx", value=11, other=2)
    assert sheets_untouched(plain, write(tmp_path / "same.xlsx"), ["Lines", "Other"]) == []
    assert sheets_untouched(plain, write(tmp_path / "first.xlsx", value=11), ["Other"]) == []
    assert sheets_untouched(plain, changed, ["Lines", "Other"]) == ["Lines cell A1: 10 / 11", "Other cell A1: 1 / 2"]
    assert sheets_untouched(plain, changed, ["Nowhere"])[0].startswith("Nowhere: not in ")
