"""The workbook of a review of programs: filled and read again, its rating sheets, and what people do to them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest

from apportion.build import REVIEW, build
from apportion.programs.portfolio import Portfolio, read_portfolio
from apportion.schema_programs import PROGRAM_TABLES
from apportion.tables import Table, table_from_rows
from apportion.workbook.block_headings import block_heading
from apportion.workbook.csvfolder import read_folder
from apportion.workbook.locations import template_folder
from apportion.workbook.planner import planner_workbook
from apportion.workbook.program_review import review_workbook
from apportion.workbook.reader import read_workbook
from apportion.workbook.writer import write_workbook
from tools import programs as made
from tools.comparison import differences
from tools.recalculation import register

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from apportion.errors import Finding
    from tools.recalculation import Pair

HEADER = 5  # the row of a table's headers
PROGRAM, CRITERION, RATER, QUESTIONS, SCORE, SAYS, EVIDENCE, MEND, DATE = range(2, 11)  # columns of a rating sheet
VEGA, OKAFOR = "Rating Marisol Vega", "Rating Daniel Okafor"
FIRST_SCORE = HEADER + 2  # below the heading of the first block: High-dosage tutoring, Well established


@register("sample_review")
def _write_sample(path: Path) -> None:
    write_workbook(review_workbook(read_folder(template_folder() / "sample_programs").tables), path)


STRAYS: list[list[float | str | None]] = [
    ["HDT", "Value provided", "marisol vega", 3.0, "First"],
    ["HDT", "value provided", "Marisol Vega", 1.0, "Second"],
    ["XYZ", "Value provided", "Marisol Vega", 2.0, "Unknown"],
    ["HDT", "Charm", "Marisol Vega", 4.0, None],
    ["HDT", "Well established", "Marisol Vega", 2.5, None],
    ["HDT", "Well established", "Nobody", "good", None],
    ["HDT", "value provided", "Nobody", 0.0, "Stray"],
    ["HDT", "Charm", "Nobody", 4.0, None],
    ["HDT", "Sustainability", "Nobody", "not rated", None],
    ["HDT", "Equity of reach", "Nobody", 2.5, "Between two levels"],
]
"""Ratings that fit no block: of an unknown program or criterion, given twice, no score, of nobody in Raters."""


@register("review_with_strays")
def _write_strays(path: Path) -> None:
    tables = read_folder(template_folder() / "sample_programs").tables
    write_workbook(review_workbook({**tables, "Ratings": _ratings(STRAYS)}), path)


@pytest.fixture(scope="module")
def tables() -> dict[str, Table]:
    """The sample's tables."""
    return dict(read_folder(template_folder() / "sample_programs").tables)


@pytest.fixture(scope="module")
def written(tables: dict[str, Table], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's review as a workbook."""
    path = tmp_path_factory.mktemp("review") / "review.xlsx"
    write_workbook(review_workbook(tables), path)
    return path


def portfolio_of(path: Path) -> tuple[Portfolio, tuple[Finding, ...]]:
    book = read_workbook(path)
    portfolio, findings = read_portfolio(book.tables)
    return portfolio, (*book.findings, *findings)


def assert_same(one: Portfolio, other: Portfolio) -> None:
    """Every table has the same rows in the same order, and the district the same settings."""
    for name, frame in one.intake.frames.items():
        pd.testing.assert_frame_equal(frame, other.intake.frames[name], check_dtype=False)
    assert (one.settings, one.district, one.year) == (other.settings, other.district, other.year)


def changed(written: Path, tmp_path: Path, change: Callable[[Workbook], None]) -> Path:
    """The sample's review after a person changed and saved it, in a program that stores no values of formulas."""
    book = openpyxl.load_workbook(written)
    change(book)
    path = tmp_path / "changed.xlsx"
    book.save(path)
    return path


# -- round trip -------------------------------------------------------------------------------------------------------


def test_the_template_is_a_fresh_build(tmp_path: Path, project: Path) -> None:
    """`python -m apportion.build` was run after the last change."""
    build(tmp_path)
    assert (tmp_path / REVIEW).read_bytes() == (project / "workbook_templates" / REVIEW).read_bytes()


def test_a_filled_review_reads_back_as_it_was(tables: dict[str, Table], written: Path) -> None:
    again, findings = portfolio_of(written)
    assert findings == ()
    assert_same(read_portfolio(tables)[0], again)
    assert read_workbook(written).other_sheets == ()


def test_libreoffice_changes_nothing_of_it(tables: dict[str, Table], recalculated: Callable[[str], Pair]) -> None:
    """Every formula comes to what was written, and what is read back is the same."""
    pair = recalculated("sample_review")
    count, differ = differences(pair)
    assert differ == []
    assert count > 26 * 8 * 4 * 2  # beside every score what it says, and what is to be mended
    again, findings = portfolio_of(pair.recalculated)
    assert findings == ()
    assert_same(read_portfolio(tables)[0], again)


def test_what_stray_ratings_say_is_what_formulas_come_to(recalculated: Callable[[str], Pair]) -> None:
    """Questions and level texts are those of the criterion in Criteria, however a stray rating spells it."""
    pair = recalculated("review_with_strays")
    assert differences(pair)[1] == []
    sheet = openpyxl.load_workbook(pair.written, data_only=True)["Ratings"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEADER + 1, max_row=HEADER + 5, min_col=PROGRAM, max_col=MEND)]
    at = {name: column - PROGRAM for name, column in {"criterion": CRITERION, "says": SAYS, "mend": MEND, "questions": QUESTIONS}.items()}
    assert [(row[at["criterion"]], row[at["says"]], row[at["mend"]]) for row in rows] == [
        ("Well established", None, "Score from 0 to 4"),
        ("Value provided", "no gain reported, or another program does the same", None),
        ("Charm", None, "Say what it rests on"),
        ("Sustainability", None, None),
        ("Equity of reach", None, "Score from 0 to 4"),
    ]
    assert [bool(row[at["questions"]]) for row in rows] == [True, True, False, True, True]


def test_an_empty_review_only_lacks_rows(project: Path) -> None:
    """It has the eight parts of the public rubric; programs, costs, raters and the fiscal year are to be filled in."""
    portfolio, findings = portfolio_of(project / "workbook_templates" / REVIEW)
    assert [(finding.table, finding.what) for finding in findings] == [
        ("Programs", "the table Programs has no rows."),
        ("ProgramCosts", "the table ProgramCosts has no rows."),
        ("Raters", "the table Raters has no rows."),
        ("Plan", "the plan does not say its fiscal year."),
    ]
    assert len(portfolio.table("Criteria")) == 8
    assert portfolio.settings.least_coverage == pytest.approx(0.75)


def test_every_table_has_its_sheet(project: Path) -> None:
    """In the order of the work; without raters all ratings stand in one table."""
    book = openpyxl.load_workbook(project / "workbook_templates" / REVIEW)
    assert book.sheetnames == [
        *("Start", "Programs", "Program costs", "Participation", "Priorities", "Criteria", "Raters", "Ratings"),
        *("Funds", "Fund years", "Fund uses", "Shifts", "Options", "Option costs", "Limits", "Allocation changes"),
        *("Decisions", "Investments", "Investment costs", "States", "Metrics", "Readings", "Schools"),
    ]
    for schema in PROGRAM_TABLES:
        if schema.name != "Ratings":
            headers = [column.name for column in book[schema.sheet].tables[schema.name].tableColumns]
            assert headers == [field.name for field in schema.fields]


def test_excel_opens_reviews_without_repair(
    tables: dict[str, Table], written: Path, project: Path, tmp_path: Path,
    validate: Callable[[list[Path]], list[str]],
) -> None:  # fmt: skip
    """Empty, filled, with a rater of nobody, and a planner that has the review's tables."""
    both = tmp_path / "both.xlsx"
    write_workbook(planner_workbook({**tables, **read_folder(template_folder() / "sample_district").tables}), both)
    stray = tmp_path / "stray.xlsx"
    write_workbook(review_workbook({**tables, "Ratings": _ratings([["HDT", "Value provided", "Nobody", 3.0]])}), stray)
    assert validate([written, project / "workbook_templates" / REVIEW, both, stray]) == []


# -- what stands there ------------------------------------------------------------------------------------------------


def test_start_says_where_it_stands(written: Path) -> None:
    """Steps, sheets and settings with what they mean."""
    sheet = openpyxl.load_workbook(written, data_only=True)["Start"]
    cells = {str(sheet.cell(row, 3).value): row for row in range(1, 60) if sheet.cell(row, 3).value}
    stands = {name: (sheet.cell(row, 5).value, sheet.cell(row, 6).value) for name, row in cells.items()}
    assert stands["List programs"] == ("26 programs", "✓ fine")
    assert stands["Rate them"] == ("832 of 832 scored", "✓ fine")
    assert stands["Press a button"] == ("38 fund years, 86 options", "✓ fine")
    assert stands["Score"][0] == "button, or apportion score REVIEW.xlsx"
    assert stands["Rating Priya Raman"][0] == "208 of 208 scored"
    assert stands["Limits"][0] == "9 rows"
    assert [sheet.cell(cells["Differ by"], column).value for column in (4, 5)] == [
        2, "From this distance between scores on, raters differ.",
    ]  # fmt: skip
    assert sheet.cell(cells["Rating Priya Raman"], 3).hyperlink.location == "'Rating Priya Raman'!A1"


def test_a_rating_sheet_has_a_block_for_every_program(written: Path) -> None:
    """The heading tells the program; below it a row for each of the eight parts, with questions and level texts."""
    sheet = openpyxl.load_workbook(written, data_only=True)[OKAFOR]
    (table,) = sheet.tables.values()
    assert (table.name, table.ref) == ("Ratings_2", "B5:O239")
    heading = [sheet.cell(HEADER + 1, column).value for column in range(PROGRAM, DATE + 1)]
    assert heading[0] == "HDT"
    assert heading[1] is heading[2] is heading[4] is heading[6] is heading[8] is None
    assert heading[3] == (
        "High-dosage tutoring\n"
        "Three tutoring sessions a week in groups of three for readers below grade level in grades 1-3.\n"
        "$1,368,000 in FY2027, 18 positions.\n"
        "960 of 1,420 students with access take part (68%)."
    )
    parts = [sheet.cell(row, CRITERION).value for row in range(FIRST_SCORE, FIRST_SCORE + 8)]
    assert parts == [
        *("Well established", "Meaningful participation", "Value provided", "Measured outcomes"),
        *("Strategic alignment", "Equity of reach", "Cost-effectiveness", "Sustainability"),
    ]
    participation = FIRST_SCORE + 1
    assert sheet.cell(participation, SCORE).value == 3
    assert sheet.cell(participation, SAYS).value == "50-79%"
    assert [sheet.cell(participation, DATE + 1 + level).value for level in range(5)] == [
        "hardly anyone with access takes part", "under 25%", "25-49%", "50-79%",
        "80% or more, underserved students at least in proportion",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("access", "part", "said"),
    [
        (None, 1.0, "1 student takes part."),
        (None, 2.0, "2 students take part."),
        (1.0, 1.0, "1 of 1 student with access takes part (100%)."),
        (2000.0, 1500.0, "1,500 of 2,000 students with access take part (75%)."),
        (2000.0, None, "Who takes part is not known."),
    ],
)
def test_a_heading_says_in_sentences_who_takes_part(access: float | None, part: float | None, said: str) -> None:
    program = {"Code": "P", "Program": "Reading", "Students with access": access, "Students taking part": part}
    costs = [{"Program": "P", "Year": 2027.0, "Fund": "General", "Dollars": 1250000.0, "Positions": 1.0}]
    portfolio = made.portfolio(made.tables([program], [], costs))
    assert block_heading(portfolio, "P", own=False).split("\n") == ["Reading", "$1,250,000 in FY2027, 1 position.", said]


def test_an_owner_is_told_so(written: Path) -> None:
    """Daniel Okafor owns Online tutoring on demand, Marisol Vega does not."""
    book = openpyxl.load_workbook(written)
    place = HEADER + 10  # the heading of the second block
    assert book[OKAFOR].cell(place, PROGRAM).value == book[VEGA].cell(place, PROGRAM).value == "OLT"
    said = "Your own program: your rating stands apart."
    assert book[OKAFOR].cell(place, QUESTIONS).value.endswith(said)
    assert said not in book[VEGA].cell(place, QUESTIONS).value


def test_scores_are_chosen_and_other_entries_refused(written: Path) -> None:
    sheet = openpyxl.load_workbook(written)[VEGA]
    (rule,) = [each for each in sheet.data_validations.dataValidation if f"F{FIRST_SCORE}" in each.sqref]
    assert (rule.formula1, rule.errorStyle, rule.showErrorMessage) == ('"0,1,2,3,4,not rated"', None, True)


@pytest.mark.parametrize(
    ("score", "evidence", "says", "mend"),
    [
        (2, None, "partly implemented, known problems", None),
        (4, None, "in all intended schools, stakeholders invested", "Say what it rests on"),
        (0, "Nothing has begun.", "planned only", None),
        ("not rated", None, None, None),
        (5, "Excellent", None, "Score from 0 to 4"),
        ("good", None, None, "Score from 0 to 4"),
        (None, None, None, None),
    ],
)
def test_what_a_score_says_and_what_is_to_be_mended(
    tables: dict[str, Table], tmp_path: Path, score: object, evidence: str | None, says: str | None, mend: str | None
) -> None:
    """Beside every score its level's text; an extreme without evidence, or no score at all, is named."""
    given = _ratings([["HDT", "Well established", "Marisol Vega", score, evidence]])  # type: ignore[list-item]
    write_workbook(review_workbook({**tables, "Ratings": given}), tmp_path / "r.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx", data_only=True)[VEGA]
    assert (sheet.cell(FIRST_SCORE, SAYS).value, sheet.cell(FIRST_SCORE, MEND).value) == (says, mend)


def test_drop_downs_offer_what_other_tables_have(written: Path) -> None:
    book = openpyxl.load_workbook(written)
    assert _offered(book["Program costs"], "Program") == "ProgramCodes"
    assert _offered(book["Program costs"], "Fund") == _offered(book["Shifts"], "From fund") == "FundNames"
    assert _offered(book["Program costs"], "School") == "SchoolCodes"
    assert _offered(book["Investment costs"], "Investment") == "InvestmentCodes"
    assert _offered(book["Investments"], "Priority") == "PriorityNames"
    assert _offered(book["Decisions"], "Option") == "OptionNames"
    assert _offered(book["Readings"], "Metric") == "MetricNames"
    assert _offered(book["Options"], "Kind") == '"continue,expand,scale back,end"'
    assert book.defined_names["ProgramCodes"].attr_text == "'Programs'!$B$6:$B$56"


def _offered(sheet: Worksheet, header: str) -> str:
    cell = next(each for each in sheet[HEADER] if each.value == header)
    place = f"{cell.column_letter}{HEADER + 1}"
    return next(each.formula1 for each in sheet.data_validations.dataValidation if place in each.sqref)


# -- what people do to it ---------------------------------------------------------------------------------------------


def test_sorted_rows_are_the_same_ratings(tables: dict[str, Table], written: Path, tmp_path: Path) -> None:
    """A rating sheet sorted upside down, headings among the rows, and a column moved."""

    def turn(book: Workbook) -> None:
        sheet = book[VEGA]
        rows = [[cell.value for cell in row] for row in sheet["B6:O239"]]
        for number, row in enumerate(reversed(rows), HEADER + 1):
            for column, value in enumerate(row, 2):
                sheet.cell(number, column).value = value
        for row in range(HEADER, 240):
            score, evidence = sheet.cell(row, SCORE), sheet.cell(row, EVIDENCE)
            score.value, evidence.value = evidence.value, score.value
        columns = sheet.tables["Ratings_1"].tableColumns
        columns[SCORE - 2].name, columns[EVIDENCE - 2].name = "Evidence", "Score"

    again, findings = portfolio_of(changed(written, tmp_path, turn))
    assert findings == ()
    key = ["Rater", "Program", "Criterion"]
    expected = read_portfolio(tables)[0].table("Ratings").sort_values(key, ignore_index=True)
    found = again.table("Ratings")[expected.columns].sort_values(key, ignore_index=True)
    pd.testing.assert_frame_equal(found, expected)


def test_a_score_of_5_is_named_with_its_cell(written: Path, tmp_path: Path) -> None:
    def five(book: Workbook) -> None:
        book[OKAFOR].cell(FIRST_SCORE, SCORE).value = 5

    (finding,) = portfolio_of(changed(written, tmp_path, five))[1]
    assert (finding.severity, finding.sheet, finding.cell) == ("error", OKAFOR, f"F{FIRST_SCORE}")
    assert "5" in finding.what


def test_the_same_rating_twice_is_named_with_its_row(written: Path, tmp_path: Path) -> None:
    """A part that was changed into another one of the same program."""

    def twice(book: Workbook) -> None:
        book[VEGA].cell(FIRST_SCORE + 2, CRITERION).value = "Well established"

    (finding,) = portfolio_of(changed(written, tmp_path, twice))[1]
    assert (finding.severity, finding.sheet, finding.row) == ("error", VEGA, FIRST_SCORE + 2)
    assert finding.what == f"the same Program, Criterion, Rater stands in row {FIRST_SCORE}."


def test_an_unknown_program_part_or_rater_is_named(written: Path, tmp_path: Path) -> None:
    def misspell(book: Workbook) -> None:
        sheet = book[VEGA]
        sheet.cell(FIRST_SCORE, PROGRAM).value = "HDX"
        sheet.cell(FIRST_SCORE + 1, CRITERION).value = "Participation"
        sheet.cell(FIRST_SCORE + 2, RATER).value = "Marisol Vegas"

    findings = portfolio_of(changed(written, tmp_path, misspell))[1]
    assert {(finding.cell, finding.what) for finding in findings} == {
        (f"B{FIRST_SCORE}", 'no program "HDX" in Programs.'),
        (f"C{FIRST_SCORE + 1}", 'no criterion "Participation" in Criteria.'),
        (f"D{FIRST_SCORE + 2}", 'no rater "Marisol Vegas" in Raters.'),
    }


def test_a_score_without_its_part_is_not_lost(written: Path, tmp_path: Path) -> None:
    """Such a row is no heading: the criterion is missed, with its cell."""

    def blank(book: Workbook) -> None:
        book[VEGA].cell(FIRST_SCORE, CRITERION).value = None

    (finding,) = portfolio_of(changed(written, tmp_path, blank))[1]
    assert (finding.cell, finding.what) == (f"C{FIRST_SCORE}", "Criterion is empty.")


def test_a_deleted_column_is_named_where_it_is_needed(written: Path, tmp_path: Path) -> None:
    """Without the parts on one sheet every score there misses its own; what is only shown may go."""

    def rename(header: str, column: int) -> Callable[[Workbook], None]:
        def change(book: Workbook) -> None:
            sheet = book[VEGA]
            sheet.cell(HEADER, column).value = header
            sheet.tables["Ratings_1"].tableColumns[column - 2].name = header
            for row in range(HEADER + 1, 240):
                sheet.cell(row, column).value = None

        return change

    assert portfolio_of(changed(written, tmp_path, rename("Level 0", DATE + 1)))[1] == ()
    findings = portfolio_of(changed(written, tmp_path, rename("Column1", CRITERION)))[1]
    missed = [finding for finding in findings if finding.what.startswith("Criterion is empty.")]
    assert missed
    assert {finding.sheet for finding in missed} == {VEGA}


# -- other reviews ----------------------------------------------------------------------------------------------------


def _ratings(rows: list[list[float | str | None]]) -> Table:
    header = ["Program", "Criterion", "Rater", "Score", "Evidence"]
    return table_from_rows("Ratings", header, [[*row, *[None] * (len(header) - len(row))] for row in rows])


def test_raters_without_ratings_get_a_row_for_everything(tables: dict[str, Table], tmp_path: Path) -> None:
    """Blank scores are not rated."""
    without = {name: table for name, table in tables.items() if name != "Ratings"}
    write_workbook(review_workbook(without), tmp_path / "r.xlsx")
    portfolio, findings = portfolio_of(tmp_path / "r.xlsx")
    assert findings == ()
    assert len(portfolio.table("Ratings")) == 26 * 8 * 4
    assert set(portfolio.table("Ratings")["Score"]) == {"not rated"}


def test_ratings_that_fit_no_block_are_kept(tables: dict[str, Table], tmp_path: Path) -> None:
    """Of an unknown program or given twice at the end of the rater's sheet, of nobody on a sheet of their own."""
    strays = [row for row in STRAYS if row[-1] in {"First", "Second", "Unknown", "Stray"}]
    write_workbook(review_workbook({**tables, "Ratings": _ratings(strays)}), tmp_path / "r.xlsx")
    portfolio, findings = portfolio_of(tmp_path / "r.xlsx")
    kept = portfolio.table("Ratings").query("Evidence != ''")
    assert sorted(zip(kept["Program"], kept["Score"], kept["Evidence"], strict=True)) == [
        ("HDT", "0", "Stray"), ("HDT", "1", "Second"), ("HDT", "3", "First"), ("XYZ", "2", "Unknown"),
    ]  # fmt: skip
    assert {(finding.sheet, finding.row) for finding in findings} == {(VEGA, 240), (VEGA, 241), ("Ratings", 6)}


def test_what_is_to_be_mended_stands_out_in_every_row_of_the_table_for_all(project: Path) -> None:
    """In an empty review too, in whose 25 rows people will paste."""
    sheet = openpyxl.load_workbook(project / "workbook_templates" / REVIEW)["Ratings"]
    marked = [str(each.sqref) for each in sheet.conditional_formatting if ['$I6<>""'] in [rule.formula for rule in each.rules]]
    assert (sheet.tables["Ratings"].ref, marked) == ("B5:J30", ["I6:I30"])


def test_a_table_whose_name_begins_like_ratings_is_the_districts_own(tables: dict[str, Table], tmp_path: Path) -> None:
    """Its rows come back, and none of them is a rating."""
    own = {name: table_from_rows(name, ["Year", "Mean"], [[2025.0, 2.5]]) for name in ("RatingsHistory", "Ratings_history")}
    write_workbook(review_workbook({**tables, **own}), tmp_path / "r.xlsx")
    again, findings = portfolio_of(tmp_path / "r.xlsx")
    assert findings == ()
    assert_same(read_portfolio(tables)[0], again)
    back = read_workbook(tmp_path / "r.xlsx").tables
    assert [(back[name].cells["Year"], back[name].cells["Mean"]) for name in own] == [([2025.0], [2.5])] * 2


def test_a_hundred_raters_have_formulas_that_excel_takes(tables: dict[str, Table], tmp_path: Path) -> None:
    """Excel takes 8,192 characters; how many scores there are is added up from a cell for each sheet."""
    names = [f"Rater {number}" for number in range(100)]
    given = {
        **tables,
        "Raters": table_from_rows("Raters", ["Rater"], [[name] for name in names]),
        "Programs": table_from_rows("Programs", ["Code", "Program"], [["P", "Reading"]]),
        "Ratings": _ratings([["P", "Well established", names[0], 2.0], ["P", "Well established", names[99], 4.0]]),
    }
    write_workbook(review_workbook(given), tmp_path / "r.xlsx")
    formulas = [cell.value for row in openpyxl.load_workbook(tmp_path / "r.xlsx")["Start"].iter_rows() for cell in row if cell.data_type == "f"]
    assert max(map(len, formulas)) < 1000
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx", data_only=True)["Start"]
    stands = {sheet.cell(row, 3).value: (sheet.cell(row, 5).value, sheet.cell(row, 6).value) for row in range(1, 200)}
    assert stands["Rate them"] == ("2 of 800 scored, 1 to mend", "look here")
    assert stands["Rating Rater 99"][0] == "1 of 8 scored, 1 to mend"


def test_names_of_rating_sheets_fit_excel(tables: dict[str, Table], tmp_path: Path) -> None:
    """At most 31 characters, no two alike, without the signs that Excel takes for sheets."""
    names = ["Ana-Sofia Montgomery-Featherstonehaugh", "Ana-Sofia Montgomery-Featherstone", "O'Hara [North/South]"]
    raters = table_from_rows("Raters", ["Rater"], [[name] for name in names])
    write_workbook(review_workbook({**tables, "Raters": raters, "Ratings": _ratings([])}), tmp_path / "r.xlsx")
    sheets = openpyxl.load_workbook(tmp_path / "r.xlsx", read_only=True).sheetnames
    ours = [name for name in sheets if name.startswith("Rating ")]
    assert ours == ["Rating Ana-Sofia Montgomery-Fea", "Rating Ana-Sofia Montgomery 2", "Rating O'Hara  North South"]
    assert set(portfolio_of(tmp_path / "r.xlsx")[0].table("Ratings")["Rater"]) == set(names)


def test_a_review_keeps_the_districts_own_tables_and_columns(tables: dict[str, Table], tmp_path: Path) -> None:
    own = table_from_rows("Bus_routes", ["Route", "Miles"], [["East", 12.5]])
    programs = tables["Programs"]
    with_color = replace(programs, cells={**programs.cells, "Color": ["blue"] * len(programs)})
    write_workbook(review_workbook({**tables, "Bus_routes": own, "Programs": with_color}), tmp_path / "r.xlsx")
    again = read_workbook(tmp_path / "r.xlsx").tables
    assert again["Bus_routes"].cells["Miles"] == [12.5]
    assert set(again["Programs"].cells["Color"]) == {"blue"}


def test_a_planner_keeps_the_review_that_a_plan_has(tables: dict[str, Table], tmp_path: Path) -> None:
    """Its sheets follow the planner's own, and Start lists them."""
    district = dict(read_folder(template_folder() / "sample_district").tables)
    both = {**tables, **district, "FundYears": tables["FundYears"], "Funds": tables["Funds"], "Plan": tables["Plan"]}
    write_workbook(planner_workbook(both), tmp_path / "both.xlsx")
    book = openpyxl.load_workbook(tmp_path / "both.xlsx", data_only=True)
    assert book.sheetnames.index("Programs") == book.sheetnames.index("Adjustments") + 1
    assert VEGA in book.sheetnames
    listed = {book["Start"].cell(row, 3).value: book["Start"].cell(row, 5).value for row in range(1, 80)}
    assert "Review of programs" in listed
    assert listed["Programs"] == "26 rows"
    again, findings = portfolio_of(tmp_path / "both.xlsx")
    assert findings == ()
    assert_same(read_portfolio(tables)[0], again)
