"""The planner: what a district sees when it opens one, empty or filled."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import openpyxl
import pytest

from apportion.build import PLANNER, build
from apportion.schema import TABLES
from apportion.tables import Table, table_from_rows
from apportion.workbook.csvfolder import read_folder
from apportion.workbook.locations import template_folder
from apportion.workbook.planner import planner_workbook
from apportion.workbook.reader import read_workbook
from apportion.workbook.writer import write_workbook
from tools import recalculation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

STANDS, CHECK = 5, 6  # columns of Start
SCHOOLS = 30


def _district() -> dict[str, Table]:
    """Thirty schools and a department, two of them not enrolled, a table of the district's own."""
    levels = ("Elementary", "Middle", "High")
    schools = [[float(100 + i), f"School {i}", "school", levels[i % 3], i / 100, float(i)] for i in range(SCHOOLS)]
    schools[0][1] = '=HYPERLINK("http://x","y")'
    schools.append([900.0, "Student services", "department", None, None, None])
    enrollment = [["Base", float(100 + i), "In person", 400.0 + i, 40.5] for i in range(SCHOOLS - 2)]
    enrollment += [["Low", float(100 + i), "In person", 300.0, 30.0] for i in range(SCHOOLS - 2)]
    return {
        "Plan": table_from_rows("Plan", ["Setting", "Value"], [["Fiscal year", 2027.0], ["District", "Cedar & Falls"]]),
        "Schools": table_from_rows("Schools", ["code", "Name", "Type", "Level", "Poverty", "Rooms"], schools),
        "Enrollment": table_from_rows(
            "Enrollment", ["Projection", "School", "Instructional model", "Enrollment", "English learners"], enrollment
        ),
        "JobTypes": table_from_rows("JobTypes", ["Job type", "Year", "Average cost"], [["Teacher", 2027.0, 93_040.55]]),
        "Rules": table_from_rows(
            "Rules",
            ["Line", "Method", "Job type", "Applies to", "Status"],
            [
                ["Teacher", "ratio FTE", "Teacher", '[@Level]="High"', "active"],
                ["Nurse", "fixed FTE", "Nurse", None, "off"],
            ],
        ),
        "Adjustments": table_from_rows(
            "Adjustments",
            ["School", "Line", "FTE", "Reason", "Date"],
            [["100", "Teacher", 1.0, "Growth", "2026-03-17"]],
        ),
        "Funds": table_from_rows("Funds", ["Fund"], [["General Fund"], ["Title I, Part A"]]),
        "Funding": table_from_rows(
            "Funding",
            ["Line", "Order", "Fund", "Takes", "Share"],
            [["Nurse", 1.0, "Title I, Part A", "share", 0.4], ["Nurse", 2.0, "General Fund", "rest", None]],
        ),
        "Bus routes": table_from_rows("Bus routes", ["Route", "Miles"], [["A/B: east", 12.5]]),
    }


@recalculation.register("planner_filled")
def _write_filled(path: Path) -> None:
    write_workbook(planner_workbook(_district(), "plan-7"), path)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The planner of the thirty schools."""
    path = tmp_path_factory.mktemp("planner") / "filled.xlsx"
    _write_filled(path)
    return path


def _standing(sheet: Worksheet) -> dict[str, tuple[object, object]]:
    return {
        str(sheet.cell(row, 3).value): (sheet.cell(row, STANDS).value, sheet.cell(row, CHECK).value)
        for row in range(9, 50)
        if sheet.cell(row, 3).value is not None
    }


def test_the_template_is_a_fresh_build(tmp_path: Path, project: Path) -> None:
    """`python -m apportion.build` was run after the last change."""
    build(tmp_path)
    assert (tmp_path / PLANNER).read_bytes() == (project / "workbook_templates" / PLANNER).read_bytes()


def test_every_table_of_the_schema_has_its_sheet(project: Path) -> None:
    """What every plan has, two sheets to try, what only some need by group; each with its columns and rows to type into."""
    book = openpyxl.load_workbook(project / "workbook_templates" / PLANNER)
    assert book.sheetnames == [
        *("Start", "Schools", "Enrollment", "Job types", "Rules", "Rule lab", "What if"),
        *("Student groups", "Projections", "Rates", "Bands", "Weights", "Bundles", "Funds", "Fund years", "Funding"),
        *("Scenarios", "Changes", "Prior year", "Adjustments", "_lists"),
    ]
    assert {schema.sheet for schema in TABLES} <= set(book.sheetnames)
    for schema in TABLES:
        table = book[schema.sheet].tables[schema.name]
        headers = [column.name for column in table.tableColumns]
        assert headers[: len(schema.fields)] == [each.name for each in schema.fields]
    assert book["Enrollment"].tables["Enrollment"].ref == "B5:H30"
    assert book["Schools"]["B6"].number_format == "@"
    assert book["Rules"]["O6"].number_format == "@"


def test_a_filled_planner_reads_back_as_it_was(filled: Path) -> None:
    """All tables, codes as text, dates as dates, own columns and tables with them."""
    tables = read_workbook(filled).tables
    assert tables["Schools"].cells["Code"][:2] == ["100", "101"]
    assert tables["Schools"].cells["Name"][0] == '=HYPERLINK("http://x","y")'
    assert tables["Schools"].cells["Poverty"][29] == pytest.approx(0.29)
    assert len(tables["Enrollment"]) == 2 * (SCHOOLS - 2)
    assert tables["Rules"].cells["Applies to"][0] == '[@Level]="High"'
    assert tables["Adjustments"].cells["Date"] == [dt.date(2026, 3, 17)]
    assert tables["Plan"].cells["Value"] == [2027.0, "Cedar & Falls"]
    assert tables["Bus_routes"].cells["Miles"] == [12.5]


def test_start_says_where_it_stands(filled: Path) -> None:
    """In words that were computed when the file was written."""
    standing = _standing(openpyxl.load_workbook(filled, data_only=True)["Start"])
    assert standing["District and year"] == ("Cedar & Falls, FY2027", "✓ fine")
    assert standing["Schools"] == ("30 schools, 1 other organization", "✓ fine")
    expected = "11,578 students in projection “Base”, 2 schools without a row"  # 28 x 400 + 0 + 1 + ... + 27
    assert standing["Enrollment"] == (expected, "look here")
    assert standing["Job types"] == ("1 row, 1 rule without a cost", "look here")
    assert standing["Rules"] == ("2 rules, 1 off", "✓ fine")
    assert standing["Adjustments"][0] == "1 row"
    assert standing["Bands"][0] == "not used"
    assert standing["Bus routes"][0] == "1 row"


def test_an_empty_planner_says_what_is_to_do(project: Path) -> None:
    """Before anything is typed."""
    standing = _standing(openpyxl.load_workbook(project / "workbook_templates" / PLANNER, data_only=True)["Start"])
    assert [standing[step][1] for step in ("District and year", "Schools", "Enrollment", "Rules")] == ["to do"] * 4


def test_libreoffice_agrees_where_it_stands(recalculated: Callable[[str], recalculation.Pair]) -> None:
    """The formulas come to the very words that were stored."""
    pair = recalculated("planner_filled")
    written, again = (_standing(openpyxl.load_workbook(path, data_only=True)["Start"]) for path in pair)
    assert again == written


def test_names(filled: Path) -> None:
    """Drop-downs reach the codes and the spare rows; the plan keeps its id."""
    names = openpyxl.load_workbook(filled).defined_names
    assert names["SchoolCodes"].attr_text == "'Schools'!$B$6:$B$61"
    assert names["ApportionPlan"].attr_text == '"plan-7"'


def _offered(sheet: Worksheet, header: str) -> tuple[str, str | None, bool]:
    """A column's drop-down: its source, how it refuses, and whether it says anything."""
    cell = next(each for each in sheet[5] if each.value == header)
    below = f"{cell.column_letter}6"
    found = next(each for each in sheet.data_validations.dataValidation if below in each.sqref)
    return found.formula1, found.errorStyle, bool(found.showErrorMessage)


def test_drop_downs_offer_what_other_tables_have(filled: Path) -> None:
    """Funds, lines and counted groups are offered, and others are taken; a method must be one of the words."""
    book = openpyxl.load_workbook(filled)
    assert _offered(book["Rules"], "Fund") == ("FundNames", "warning", False)
    assert _offered(book["Funding"], "Line") == ("LineNames", "warning", False)
    assert _offered(book["Rules"], "Group") == ("CountedGroups", "warning", False)
    assert _offered(book["Rules"], "Method") == ("_lists!$A$1:$A$22", None, True)
    assert [cell.value for cell in book["_lists"]["A"]][:3] == ["fixed FTE", "ratio FTE", "student-group ratio FTE"]
    assert book["_lists"].sheet_state == "hidden"
    assert book.defined_names["FundNames"].attr_text == "'Funds'!$B$6:$B$32"
    assert book.defined_names["LineNames"].attr_text == "'Rules'!$D$6:$D$32"
    assert book.defined_names["CountedGroups"].attr_text == "'Enrollment'!$E$5:$F$5"


def test_a_plan_without_funds_offers_none(project: Path) -> None:
    """Rather than an empty list."""
    book = openpyxl.load_workbook(project / "workbook_templates" / PLANNER)
    assert "FundNames" not in book.defined_names
    validated = [str(each.sqref) for each in book["Rules"].data_validations.dataValidation]
    assert not any(place.startswith("Q") for place in validated)
    assert book["Rules"]["Q5"].value == "Fund"


def test_columns_that_few_methods_need_are_folded_away(filled: Path, tmp_path: Path) -> None:
    """From Of to Rate step, until one of them is filled."""
    rules = openpyxl.load_workbook(filled)["Rules"]
    assert (rules["X5"].value, rules["AH5"].value) == ("Of", "Rate step")
    groups = [each for each in rules.column_dimensions.values() if each.hidden]
    assert [number for each in groups for number in range(each.min, each.max + 1)] == list(range(24, 35))
    assert {each.outlineLevel for each in groups} == {1}
    assert rules.column_dimensions["AI"].collapsed
    tables = _district()
    tables["Rules"] = table_from_rows("Rules", ["Line", "Method", "Of"], [["Room", "bundle", "Autism room"]])
    write_workbook(planner_workbook(tables), tmp_path / "p.xlsx")
    shown = openpyxl.load_workbook(tmp_path / "p.xlsx")["Rules"].column_dimensions["X"]
    assert (shown.hidden, shown.outlineLevel) == (False, 1)


def test_numbers_look_like_what_they_are(filled: Path) -> None:
    """Cents show where costs have cents, and a share is not rounded to a whole number."""
    book = openpyxl.load_workbook(filled)
    assert book["Job types"]["G6"].number_format.startswith("$#,##0.00")
    assert book["Schools"]["I6"].number_format.startswith("General")
    assert book["Schools"]["J6"].number_format.startswith("#,##0;")
    assert book["Enrollment"]["F6"].number_format.startswith("General")


def test_excel_opens_planners_without_repair(
    filled: Path, project: Path, tmp_path: Path, validate: Callable[[list[Path]], list[str]]
) -> None:
    """Empty, filled, and the sample district's."""
    sample = tmp_path / "sample.xlsx"
    write_workbook(planner_workbook(read_folder(template_folder() / "sample_district").tables), sample)
    assert validate([filled, project / "workbook_templates" / PLANNER, sample]) == []
