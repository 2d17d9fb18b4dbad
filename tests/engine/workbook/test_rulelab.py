"""The Rule lab: a rule is a live Excel formula over real schools before it becomes one. LibreOffice plays Excel."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from apportion.allocation.staffing import staff
from apportion.commands import allocate
from apportion.intake import read_tables
from apportion.tables import table_from_rows
from apportion.workbook.book import open_book
from apportion.workbook.locations import template_folder
from apportion.workbook.planner import planner_workbook
from apportion.workbook.writer import write_workbook
from tools import plans
from tools.recalculation import Pair, register

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from apportion.tables import CellValue, Table

SAMPLE = template_folder() / "sample_district"
FIRST_ROW = 10
# What an analyst types, in the file's own form, by column; the rule's line, what it gives, and how near that is.
TYPED = {
    "Try 1": ("RuleLab[[#This Row],[Enrollment]]/RuleLab[[#This Row],[AP_ratio]]", "Tried ratio", "FTE", 1e-12),
    "Try 2": (
        'IF(RuleLab[[#This Row],[Level]]="High",62000,0)+RuleLab[[#This Row],[Grade 1]]*RuleLab[[#This Row],[AP_ratio]]',
        *("Tried dollars", "Dollars", 0.005000001),  # dollars are rounded to the cent
    ),
    "Try 3": (
        "MAX(0,RuleLab[[#This Row],[Early grades]]-200)/RuleLab[[#This Row],[Counselor_ratio]]",
        *("Tried span", "FTE", 1e-12),
    ),
    "Try 4": ("RuleLab[[#This Row],[Enrollment]]*2", "", "", 0.0),
}


def _sample() -> dict[str, Table]:
    """The sample district with a student group, and three rules that wait for their formulas."""
    kept = ("Plan", "Schools", "Enrollment", "JobTypes", "Rates", "Scenarios")
    tables = {name: table for name, table in open_book(SAMPLE).tables.items() if name in kept}
    tables["StudentGroups"] = table_from_rows(
        "StudentGroups", ["Student group", "Adds up"], [["Early grades", "K, Grade 1, Grade 2"]]
    )
    rows = [
        [line, "formula", "none", "Teacher" if measure == "FTE" else None, None]
        for _, line, measure, _ in TYPED.values()
        if line
    ]
    tables["Rules"] = table_from_rows("Rules", ["Line", "Method", "Rounding", "Job type", "Formula"], rows)
    return tables


def _lab(book: Workbook) -> tuple[Worksheet, dict[str, int], range]:
    """The sheet, its columns by header, and the rows of its table."""
    sheet = book["Rule lab"]
    first, header, last, last_row = range_boundaries(sheet.tables["RuleLab"].ref)
    columns = {sheet.cell(header, column).value: column for column in range(first, last + 1)}
    return sheet, columns, range(header + 1, last_row + 1)


@register("tried_rules", foreign=True)
def _write_tried(path: Path) -> None:
    """A planner as an analyst leaves it: formulas in the lab, and rules that refer to their texts in three ways."""
    write_workbook(planner_workbook(_sample()), path)
    book = openpyxl.load_workbook(path)
    sheet, columns, rows = _lab(book)
    for header, (formula, *_) in TYPED.items():
        for row in rows:
            sheet.cell(row, columns[header], f"={formula}")
    rules = book["Rules"]
    formula = next(cell.column for cell in rules[5] if cell.value == "Formula")
    rules.cell(6, formula, "='Rule lab'!D8").number_format = "General"
    rules.cell(7, formula, f"=_xlfn.FORMULATEXT('Rule lab'!E{FIRST_ROW})").number_format = "General"
    rules.cell(8, formula, "='Rule lab'!F8").data_type = "s"  # what Excel makes of it in a cell formatted as text
    book.save(path)


def test_the_lab_and_the_engine_agree_at_every_school(recalculated: Callable[[str], Pair]) -> None:
    """What LibreOffice computed in the lab is what the rules give that took their texts from there."""
    path = recalculated("tried_rules").recalculated
    sheet, columns, rows = _lab(openpyxl.load_workbook(path, data_only=True))
    outcome = allocate(open_book(path))
    assert outcome.result is not None, outcome.findings
    amounts = outcome.result.amounts
    schools = {row: sheet.cell(row, columns["Code"]).value for row in rows}
    types = {code: sheet.cell(row, columns["Type"]).value for row, code in schools.items()}
    compared = 0
    for header, (_, line, measure, near) in TYPED.items():
        given = amounts[amounts["Line"] == line].set_index("School")[measure] if line else {}
        for row, code in schools.items():
            if line and types[code] in ("school", "charter"):
                tried = sheet.cell(row, columns[header]).value
                assert given.get(code, 0.0) == pytest.approx(tried, rel=1e-12, abs=near), (line, code)
                compared += 1
    assert compared == 3 * 36  # rules x schools and charters


def test_what_no_rule_takes_over_is_named(recalculated: Callable[[str], Pair]) -> None:
    """With its column, and how to take it over; the others are not."""
    found = [each for each in open_book(recalculated("tried_rules").recalculated).findings if each.table == "RuleLab"]
    assert [(each.severity, each.sheet, each.cell) for each in found] == [("note", "Rule lab", f"G{FIRST_ROW}")]
    assert "Try 4 holds =[@Enrollment]*2," in found[0].what
    assert "'Rule lab'!G8" in found[0].remedy


def test_a_text_typed_by_hand_takes_a_formula_over_too(tmp_path: Path) -> None:
    """Whatever its spaces, and whether it names a rate by itself or as the lab's column."""
    path = tmp_path / "p.xlsx"
    tables = _sample()
    tables["Rules"] = table_from_rows(
        "Rules", ["Line", "Method", "Formula"], [["Tried ratio", "formula", "[@Enrollment] / AP_ratio"]]
    )
    write_workbook(planner_workbook(tables), path)
    book = openpyxl.load_workbook(path)
    sheet, columns, _ = _lab(book)
    sheet.cell(FIRST_ROW, columns["Try 1"], f"={TYPED['Try 1'][0]}")
    book.save(path)
    assert [each for each in open_book(path).findings if each.table == "RuleLab"] == []


def test_the_lab_has_the_counts_and_rates_of_every_school(tmp_path: Path) -> None:
    """By hand: two rows of Enrollment added up, the newest rate that holds at a level, a rate for a model left out."""
    tables = plans.plan([(300, 20, "Elementary"), (900, 0, "High")], [{"Method": "ratio FTE", "Rate": 25.0}])
    tables["Rates"] = plans.table(
        "Rates",
        [
            {"Rate": "AP_ratio", "Value": 450.0},
            {"Rate": "AP_ratio", "Year": 2026.0, "Where": '[@Level]="High"', "Value": 380.0},
            {"Rate": "AP_ratio", "Year": 2027.0, "Where": '[@Level]="High"', "Value": 375.0},
            {"Rate": "AP_ratio", "Year": 2028.0, "Where": '[@Level]="High"', "Value": 1.0},
            {"Rate": "Virtual_only", "Model": "Virtual", "Value": 30.0},
            {"Rate": "By_line", "Where": "[@[Teacher FTE]]>2", "Value": 2.0},
        ],
    )
    path = tmp_path / "p.xlsx"
    write_workbook(planner_workbook(tables), path)
    sheet, columns, rows = _lab(openpyxl.load_workbook(path, data_only=True))

    def column(header: str) -> list[CellValue]:
        return [sheet.cell(row, columns[header]).value or None for row in rows]

    assert column("Code") == ["S0", "S1", *[None] * 5]
    assert column("Enrollment") == [320, 900, *[None] * 5]
    assert column("AP_ratio")[:2] == [450, 375]
    assert "Virtual_only" not in columns
    assert "By_line" not in columns


def test_a_rule_may_be_written_as_the_lab_writes_it() -> None:
    """600 students per 450 are 1.3333 FTE, however the formula names its row."""
    texts = ("=RuleLab[[#This Row],[Enrollment]]/RuleLab[[#This Row],[AP_ratio]]", "=[@Enrollment]/[@AP_ratio]")
    for text in texts:
        tables = plans.plan([(600, 0, "High")], [])
        tables["Rates"] = plans.table("Rates", [{"Rate": "AP_ratio", "Value": 450.0}])
        tables["Rules"] = plans.table(
            "Rules", [{"Line": "AP", "Method": "formula", "Job type": "Teacher", "Formula": text}]
        )
        result = staff(read_tables(tables)).result
        assert result is not None
        assert result.amounts["FTE"].tolist() == pytest.approx([600 / 450])


def _with_rule_formula(tmp_path: Path, formula: str, value: str, *, kind: str = "str") -> Path:
    """The planner of one formula rule whose Formula cell is a live formula with this stored value."""
    tables = plans.plan([(600, 0, "High")], [])
    tables["Rules"] = plans.table("Rules", [{"Line": "AP", "Method": "formula", "Formula": "PLACEHOLDER"}])
    source, path = tmp_path / "source.xlsx", tmp_path / "p.xlsx"
    write_workbook(planner_workbook(tables), source)
    book = openpyxl.load_workbook(source)
    cell = next(cell for cell in book["Rules"][6] if cell.value == "PLACEHOLDER")
    cell.value = "=1"
    book.save(source)
    part = f"xl/worksheets/sheet{book.sheetnames.index('Rules') + 1}.xml"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == part:
                address = cell.coordinate.encode()
                wanted = b"<f>%s</f><v>%s</v>" % (formula.encode(), value.encode())
                data, count = re.subn(
                    rb'(<c r="' + address + rb'" s="\d+")[^>]*><f>1</f><v\s*/?>(?:</v>)?',
                    rb"\1" + f' t="{kind}">'.encode() + wanted.replace(b"\\", b"\\\\"),
                    data,
                )
                assert count == 1
            new.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        ("", "str", "Formula takes its text from ='Rule lab'!D8, and there is none."),
        ("#N/A", "e", "Formula is the error value #N/A"),
        ("1.5", "n", "Formula holds the formula ='Rule lab'!D8, which comes to 1.5: a rule needs the text of a formula."),
    ],
)
def test_a_rule_that_finds_no_text_is_an_error(tmp_path: Path, value: str, kind: str, said: str) -> None:
    path = _with_rule_formula(tmp_path, "'Rule lab'!D8", value, kind=kind)
    found = [each for each in allocate(open_book(path)).findings if each.table == "Rules"]
    assert found[0].severity == "error"
    assert said in found[0].what
    assert "Rule lab" in found[0].remedy or "column below" in found[0].remedy


def test_a_rule_takes_the_value_that_a_live_formula_has(tmp_path: Path) -> None:
    path = _with_rule_formula(tmp_path, "_xlfn.FORMULATEXT('Rule lab'!D10)", "=[@Enrollment]*2")
    assert open_book(path).tables["Rules"].cells["Formula"] == ["=[@Enrollment]*2"]
    result = allocate(open_book(path)).result
    assert result is not None
    assert result.amounts["Dollars"].tolist() == [1200.0]


def test_the_lab_is_not_a_table_of_the_districts_own(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    write_workbook(planner_workbook(_sample()), path)
    book = open_book(path)
    assert "RuleLab" not in book.tables
    assert book.other_sheets == ()
    assert book.findings == ()
