"""The sheets of scores: a quadrant that can be read, a table that can be checked, pages fit for the public."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from apportion.functions_programs import NOT_PLACED
from apportion.programs.portfolio import read_portfolio
from apportion.programs.rubric import Scores, score
from apportion.workbook.csvfolder import read_folder
from apportion.workbook.drawing import draw
from apportion.workbook.locations import template_folder
from apportion.workbook.program_chart import Point, arranged, diameters
from apportion.workbook.program_pages import page_names
from apportion.workbook.program_scores import message, score_sheets
from apportion.workbook.program_voices import voices_of
from apportion.workbook.sheets import WorkbookDescription
from apportion.workbook.writer import write_workbook
from tools import programs as made
from tools.comparison import differences
from tools.recalculation import Pair, register

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from apportion.workbook.sheets import Chart, DataTable, Sheet

# Ratings of three programs by two raters, the first of whom owns the third, and of one that is hardly rated.
ALIKE = {part: {"A": 3, "B": 3} for part in made.PARTS}
NAMED = {part: {"A": 1, "B": 1} for part in "WMVO"} | {part: {"A": 4, "B": 4} for part in "SE"} | {"C": {"A": 0}, "U": {"B": 0}}
APART = {part: {"A": 4, "B": 1, "C": 3} for part in made.PARTS}
HARDLY = {"W": {"A": 4}}
PROGRAMS = [
    {"Code": "P1", "Program": "Reading", "Origin": "legacy", "Students taking part": 50.0, "Purpose": "=1+1"},
    {"Code": "P2", "Program": "Tutoring", "Origin": "grant-funded", "Students taking part": 100.0},
    {"Code": "P3", "Program": "=Arts", "Origin": "legacy", "Owner": "Ana Ruiz", "Mandate": "Board order 7", "Least service": 0.5},
    {"Code": "P4", "Program": "New program", "Origin": "grant-funded"},
]
COSTS = [("P1", 2027, "General", 400000), ("P2", 2027, "Grant", 90000), ("P2", 2027, "General", 10000),
         ("P2", 2028, "Grant", 95000), ("P3", 2027, "General", 25000), ("P4", 2027, "Grant", 5000)]  # fmt: skip


def small(**settings: float) -> Scores:
    rated = [row for code, each in zip(("P1", "P2", "P3", "P4"), (ALIKE, NAMED, APART, HARDLY), strict=True) for row in made.ratings(code, each)]
    costs = [{"Program": code, "Year": float(year), "Fund": fund, "Dollars": float(dollars)} for code, year, fund, dollars in COSTS]
    said = {name.replace("_", " "): value for name, value in settings.items()}
    return score(made.portfolio(made.tables(PROGRAMS, rated, costs, settings=said)))


def sample() -> Scores:
    portfolio, _ = read_portfolio(read_folder(template_folder() / "sample_programs").tables)
    return score(portfolio)


def odd() -> Scores:
    """Codes that Excel's own functions cannot tell apart, a rater with the name of a column, and one with brackets."""
    programs = [{"Code": code, "Program": f"Program {code}"} for code in ("007", "7", "P*")]
    raters = [{"Rater": "Score"}, {"Rater": "Lee [Bo] #1"}]
    names = {"A": "Score", "B": "Lee [Bo] #1"}
    rated = [
        {**row, "Rater": names[letter]}
        for code, points in (("007", 1), ("7", 3), ("P*", 4))
        for letter in "AB"
        for row in made.ratings(code, {part: {letter: points} for part in made.PARTS})
    ]
    costs = [{"Program": "007", "Year": 2027.0, "Fund": "General", "Dollars": 1.0}]
    return score(made.portfolio(made.tables(programs, rated, costs, Raters=raters)))


@register("scores_small")
def write_small(path: Path) -> None:
    write_workbook(WorkbookDescription(score_sheets(small())), path)


@register("scores_sample")
def write_sample(path: Path) -> None:
    write_workbook(WorkbookDescription(score_sheets(sample())), path)


@register("scores_odd_names")
def write_odd(path: Path) -> None:
    write_workbook(WorkbookDescription(score_sheets(odd())), path)


@register("scores_of_nothing")
def write_nothing(path: Path) -> None:
    programs = [{"Code": "P", "Program": "Alone"}]
    scores = score(made.portfolio(made.tables(programs, [], [{"Program": "P", "Year": 2027.0, "Fund": "General", "Dollars": 0.0}])))
    write_workbook(WorkbookDescription(score_sheets(scores)), path)


@pytest.mark.parametrize(("name", "least"), [("scores_small", 150), ("scores_sample", 1000), ("scores_odd_names", 100), ("scores_of_nothing", 20)])
def test_libreoffice_computes_the_same_from_what_raters_gave(name: str, least: int, recalculated: Callable[[str], Pair]) -> None:
    count, differ = differences(recalculated(name))
    assert differ == []
    assert count >= least


def columns(table: DataTable) -> dict[str, list[Any]]:
    return {column.header: list(column.values) for column in table.columns}


def sheet_of(scores: Scores, name: str) -> Sheet:
    return next(sheet for sheet in score_sheets(scores) if sheet.name == name)


def text_of(sheet: Sheet) -> list[str]:
    return [str(cell.value) for cell in sheet.cells if cell.value not in (None, "")]


def test_the_sheets_and_their_tables() -> None:
    sheets = score_sheets(small())
    assert [sheet.name for sheet in sheets] == [
        "Scores", "Criterion scores", "Rater differences", "Page P1", "Page P2", "Page P3", "Page P4",
    ]  # fmt: skip
    assert [table.name for sheet in sheets for table in sheet.tables] == ["ProgramScores", "ProgramCriteria", "RaterDifferences"]
    assert all(sheet.mark for sheet in sheets)


def test_what_cannot_be_kept_comes_first_and_what_is_not_placed_last() -> None:
    """P1: 3 and 3. P2: 4 and 1. P3, owned by Ana: the mean of 1 and 3. P4: one criterion of six."""
    table = columns(sheet_of(small(), "Scores").tables[0])
    assert table["Program"] == ["Tutoring", "Reading", "=Arts", "New program"]
    assert table["Place"] == ["Cannot be kept as is", "Continue or expand", "Continue or expand", NOT_PLACED]
    assert table["Priorities"] == [4.0, 3.0, 2.0, ""]
    assert table["Outcomes"] == [1.0, 3.0, 2.0, 4.0]
    assert table["Rated"] == [1.0, 1.0, 1.0, 0.0]
    assert table["Cost"] == [100000.0, 400000.0, 25000.0, 5000.0]
    assert table["Per student"] == [1000.0, 8000.0, None, None]
    assert table["Recurring share"] == [0.1, 1.0, 1.0, 0.0]
    assert table["Owner: priorities"] == [None, None, 4.0, None]
    assert table["Could be"][2] == "Scale back or end by Bo Lee alone and the lowest scores."
    assert table["Who differs"] == ["", "", "Well established: 3 by Cy Dunn; 1 by Bo Lee. And 7 further criteria.", ""]


def test_the_message_names_the_program_and_its_cost() -> None:
    assert message(small()) == (
        "Tutoring cannot be kept as it is: high on District Priorities, low on Student Outcomes & Value. It costs $100,000. "
        "1 of 4 is not placed for want of evidence."
    )
    scores = small(Outcome_threshold=1.0)
    assert message(scores).startswith("No program is high on District Priorities and low on Student Outcomes & Value.")


def test_one_program_and_one_rater_are_not_said_as_several() -> None:
    rated = made.ratings("P1", {"W": {"A": 3}})
    costs = [{"Program": "P1", "Year": 2027.0, "Fund": "General", "Dollars": 900.0}]
    scores = score(made.portfolio(made.tables(PROGRAMS[:1], rated, costs)))
    assert sheet_of(scores, "Scores").subtitle == "Elm City  ·  FY2027  ·  1 program  ·  1 rater"
    assert message(scores).endswith("1 of 1 is not placed for want of evidence.")


def chart_of(scores: Scores) -> Chart:
    return sheet_of(scores, "Scores").charts[0]


def values(sheet: Sheet, place: tuple[str, int, int, int, int]) -> list[Any]:
    _, first_row, first, last_row, last = place
    known = {(cell.row, cell.column): cell.value for cell in sheet.cells}
    return [known[row, column] for row in range(first_row, last_row + 1) for column in range(first, last + 1)]


def test_the_chart_has_a_mark_for_every_program_that_is_placed() -> None:
    """The area of a mark is as the cost: 400,000 to 100,000 to 25,000 is 2 to 1 to a half in diameter."""
    sheet = sheet_of(small(), "Scores")
    marks = [series for series in sheet.charts[0].series if series.size > 2]
    assert [(series.name.strip(), series.size, series.color) for series in marks] == [
        ("Reading", 40, "#0F5C5C"), ("Tutoring", 20, "#C98B2B"), ("=Arts", 10, "#0F5C5C"),
    ]  # fmt: skip
    assert [(values(sheet, series.categories), values(sheet, series.values)) for series in marks] == [([3.0], [3.0]), ([4.0], [1.0]), ([2.0], [2.0])]
    assert not any(series.name.startswith("=") for series in sheet.charts[0].series)
    assert "New program" in text_of(sheet)


def test_the_lines_of_the_chart_are_the_thresholds_that_the_district_set() -> None:
    sheet = sheet_of(small(Priority_threshold=3.0, Outcome_threshold=1.5), "Scores")
    lines = [(values(sheet, each.categories), values(sheet, each.values)) for each in sheet.charts[0].series if each.line]
    assert lines == [([3.0, 3.0], [0.0, 4.2]), ([0.0, 4.2], [1.5, 1.5])]


def test_the_words_of_the_quadrants_stand_in_their_quadrant() -> None:
    sheet = sheet_of(small(), "Scores")
    corners = {each.name: (values(sheet, each.categories)[0] > 2, values(sheet, each.values)[0] > 2) for each in sheet.charts[0].series if each.size == 2}
    assert corners == {
        "CONTINUE OR EXPAND": (True, True), "CANNOT BE KEPT AS IS": (True, False),
        "CONTINUE OR SCALE BACK": (False, True), "SCALE BACK OR END": (False, False),
    }  # fmt: skip


def test_what_the_chart_draws_stands_apart_from_the_table_and_says_what_it_is() -> None:
    """A column is left free, so that Excel does not take the cells for columns of the table."""
    sheet = sheet_of(small(), "Scores")
    (table,) = sheet.tables
    first = min(min(series.values[2], series.categories[2]) for series in sheet.charts[0].series) - 2
    assert first > table.column + len(table.columns)
    assert next(cell.value for cell in sheet.cells if cell.column == first).startswith("The chart draws these cells")
    assert first >= sheet.printed


def test_grant_funded_and_legacy_side_by_side() -> None:
    sheet = sheet_of(small(), "Scores")
    cells = {(cell.row, cell.column): cell.value for cell in sheet.cells}
    row, column = next(place for place, value in cells.items() if value == "Side by side")
    found = {cells[at, column]: (cells[at, column + 1], cells[at, column + 2]) for at in range(row + 1, row + 15)}
    assert found["Programs"] == (2, 2)
    assert found["District Priorities, mean score"] == (4.0, 2.5)
    assert found["Student Outcomes & Value, mean score"] == (2.5, 2.5)
    assert found["Cannot be kept as is: programs"] == (1, 0)
    assert found["Cannot be kept as is: cost"] == (100000.0, 0.0)
    assert found["Continue or expand: cost"] == (0.0, 425000.0)
    assert found["Not enough evidence: cost"] == (5000.0, 0.0)
    assert found["Cost"] == (105000.0, 425000.0)


def test_who_differs_is_told_criterion_by_criterion() -> None:
    table = columns(sheet_of(small(), "Rater differences").tables[0])
    assert table["Program"] == ["=Arts"] * 8
    assert (table["Lowest"][0], table["Highest"][0], table["Range"][0]) == (1.0, 3.0, 2.0)
    assert (table["Ana Ruiz"][0], table["Bo Lee"][0], table["Cy Dunn"][0], table["Owner score"][0]) == (None, 1.0, 3.0, 4.0)


# -- labels -----------------------------------------------------------------------------------------------------------


def test_areas_are_as_costs() -> None:
    assert diameters([1600.0, 400.0, 100.0, 0.0]) == [40, 20, 10, 7]
    assert diameters([0.0, 0.0]) == [7, 7]


def boxes_of(scores: Scores) -> list[tuple[str, float, float, float, float]]:
    """Where labels stand by the test's own reckoning: 5 pixels a letter, 11 high, on the plot that Excel draws."""
    sheet, chart = sheet_of(scores, "Scores"), chart_of(scores)
    found = []
    for series in chart.series:
        if series.line:
            continue
        (x,), (y,) = values(sheet, series.categories), values(sheet, series.values)
        at = (64 + (chart.width - 80) * x / 4.2, chart.height - 58 - (chart.height - 118) * y / 4.2)
        away, wide = series.size * 96 / 72 / 2 + 3, 5 * len(series.name)
        left, top = {
            "right": (at[0] + away, at[1] - 5.5), "left": (at[0] - away - wide, at[1] - 5.5),
            "above": (at[0] - wide / 2, at[1] - away - 11), "below": (at[0] - wide / 2, at[1] + away),
        }[series.side]  # fmt: skip
        found.append((series.name, left, top, left + wide, top + 11))
    return found


def test_labels_of_the_sample_do_not_collide() -> None:
    scores = sample()
    boxes = boxes_of(scores)
    collide = [
        (one[0], other[0])
        for one, other in itertools.combinations(boxes, 2)
        if min(one[3], other[3]) - max(one[1], other[1]) > 1 and min(one[4], other[4]) - max(one[2], other[2]) > 1
    ]
    assert collide == []
    placed = scores.programs[scores.programs["Place"] != NOT_PLACED]
    labels = {name for name, *_ in boxes}
    assert len(labels & set(placed["Program"])) >= 20
    assert len(labels & {*placed["Program"], *placed["Code"]}) == len(placed) == 24


def test_programs_on_one_point_have_names_on_different_sides() -> None:
    cell = ("Scores", 0, 0, 0, 0)
    points = [Point(f"Program {number}", f"P{number}", 2.0, 2.0, 1.0, "#000000", (cell, cell)) for number in range(4)]
    assert len({side for _, side in arranged(points, (), [10] * 4, (800, 600))}) == 4


# -- pages ------------------------------------------------------------------------------------------------------------


def test_names_of_pages_are_names_that_excel_takes() -> None:
    codes = ["A/B", "A?B", "a:b", "X" * 40, "X" * 41, "[1]", "C\\D"]
    names = page_names(codes)
    assert len({name.casefold() for name in names}) == len(codes)
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)
    assert names[0] == "Page A B"


def test_a_page_tells_place_conditions_and_what_is_missing() -> None:
    text = text_of(sheet_of(small(), "Page P2"))
    assert "Cannot be kept as is" in text
    assert "District Priorities 4.00: high.  Student Outcomes & Value 1.00: low.  (0 to 4; high from 2.00 and 2.00.)" in text
    assert "Cost per participant: $1,000 in FY2027." in text
    assert "Meant for recurring funds: FY2027 10%, FY2028 0%." in text
    assert any(line.startswith("What is missing. Low: Well established 1.00") for line in text)
    assert "1: Well established at 1" in text
    assert "not averaged" in text


def test_a_page_shows_the_owner_apart_and_the_mandate() -> None:
    text = text_of(sheet_of(small(), "Page P3"))
    assert "Board order 7; at least 50% of the present service" in text
    assert "District Priorities 4.00, Student Outcomes & Value 4.00; it stands apart and does not count" in text
    assert "1 to 3" in text
    assert "Read otherwise: Scale back or end by Teacher alone and the lowest scores." in text


def test_pages_quote_raters_by_their_role_and_name_none() -> None:
    pages = [sheet for sheet in score_sheets(small()) if sheet.name.startswith("Page ")]
    quoted = [line for page in pages for line in text_of(page) if "“" in line]
    assert any("Well established  ·  Teacher, 1: “" in line for line in quoted)
    persons = made.RATERS.values()
    assert [line for page in pages for line in text_of(page) if any(name in line for name in persons)] == []


def page_of(**about: Any) -> list[str]:
    """The texts of the page of one program, with $1,200 in FY2027 and two raters."""
    rated = made.ratings("P1", {part: {"A": 3, "B": 1} for part in made.PARTS})
    rated[0]["Evidence"] = "bo lee told Ana Ruiz and Eve Stone so"
    program = {"Code": "P1", "Program": "Reading with Cy Dunn", "Origin": "legacy"} | {name.replace("_", " "): each for name, each in about.items()}
    costs = [{"Program": "P1", "Year": 2027.0, "Fund": "General", "Dollars": 1200.0}]
    sheet = sheet_of(score(made.portfolio(made.tables([program], rated, costs))), "Page P1")
    return [*text_of(sheet), sheet.title, sheet.subtitle]


def test_a_page_names_no_person_anywhere() -> None:
    """Eve Stone, the owner, rates nothing; the title, the purpose, the mandate and what raters wrote name persons."""
    text = page_of(Owner="Eve Stone", Purpose="Eve Stone reads.", Mandate="Order of Di Fox", Priorities="Reading; Bo Lee's")
    assert [line for line in text if any(name.casefold() in line.casefold() for name in (*made.RATERS.values(), "Eve Stone"))] == []
    assert "(name left out) reads." in text
    assert "Well established  ·  Principal 1, 3: “(name left out) told (name left out) and (name left out) so”" in text


def test_an_office_that_answers_for_a_program_is_named_on_its_page() -> None:
    assert "Reading Office" in page_of(Owner="Reading Office")


@pytest.mark.parametrize(
    ("taking_part", "access", "said", "per_participant"),
    [
        (3.0, 4.0, "fewer than 10 students take part", ""),
        (9.0, 60.0, "fewer than 10 students take part", ""),
        (0.0, 60.0, "fewer than 10 students take part", ""),
        (10.0, 60.0, "10 students take part, 17% of 60 with access", "Cost per participant: $120 in FY2027."),
        (12.0, None, "12 students take part", "Cost per participant: $100 in FY2027."),
    ],
)
def test_a_page_tells_nothing_of_fewer_than_10_students(taking_part: float, access: float | None, said: str, per_participant: str) -> None:
    """Neither how many they are, nor a share of them, nor what each costs: $1,200 by the cost of each is their number."""
    text = page_of(Students_taking_part=taking_part, Students_with_access=access)
    assert [line for line in text if "take part" in line] == [said]
    assert [line for line in text if "participant" in line] == ([per_participant] if per_participant else [])


def test_voices_come_in_turn_with_what_is_farthest_from_the_mean_first_and_the_owner_last() -> None:
    """On each of 8 criteria of P3 Bo Lee gave 1 and Cy Dunn 3, both one point from the mean; Ana Ruiz, its owner, 4."""
    voices = [voice.text.split(":")[0] for voice in voices_of(small(), ["One", "Two", "Three", "Four"], ())["P3"]]
    assert voices[:2] == ["Well established  ·  Two, 1", "Meaningful participation  ·  Two, 1"]
    assert voices[8:10] == ["Well established  ·  Three, 3", "Meaningful participation  ·  Three, 3"]
    assert voices[16:18] == ["Well established  ·  Owner, 4", "Meaningful participation  ·  Owner, 4"]
    assert len(voices) == 24


def test_the_cost_of_a_page_adds_up_by_fund() -> None:
    sheet = sheet_of(small(), "Page P2")
    cells = {(cell.row, cell.column): cell for cell in sheet.cells}
    row, column = next(place for place, cell in cells.items() if cell.value == "Cost by the fund to pay it")
    assert [[cells[at, column + along].value for along in range(3)] for at in range(row + 1, row + 4)] == [
        ["Grant", 90000.0, 95000.0], ["General", 10000.0, 0.0], ["Total", 100000.0, 95000.0],
    ]  # fmt: skip


@pytest.mark.parametrize(("dollars", "limits", "shown"), [(900.0, (0.0, 1000.0, 250.0), "$#,##0"), (400000.0, (0.0, 400000.0, 100000.0), '$#,##0,"K"')])
def test_the_axis_of_a_cost_is_in_dollars_that_can_be_told_apart(dollars: float, limits: tuple[float, ...], shown: str) -> None:
    """Of $900 in thousands the axis read $0K, $0K, $1K."""
    costs = [{"Program": "P1", "Year": 2027.0, "Fund": "General", "Dollars": dollars}]
    sheet = sheet_of(score(made.portfolio(made.tables(PROGRAMS[:1], [], costs))), "Page P1")
    (chart,) = sheet.charts
    assert (chart.y_limits, chart.x_title, chart.y_title) == (limits, "Fiscal year", "Cost")
    assert chart.number_format.split(";")[-1] == shown


def test_a_page_says_no_names_of_tables() -> None:
    """A reader of a page has no table: many long notes that have no room are counted, and so is a cost not known."""
    rated = [{**row, "Evidence": f"{row['Rater'][:2]}{row['Criterion']} {'so ' * 300}"} for row in made.ratings("P1", APART)]
    costs = [{"Program": "P2", "Year": 2027.0, "Fund": "General", "Dollars": 1.0}]
    text = text_of(sheet_of(score(made.portfolio(made.tables(PROGRAMS[:2], rated, costs))), "Page P1"))
    assert "No cost is known for these years." in text
    assert [line for line in text if line.endswith("further notes are not shown.")]
    assert [line for line in text if "ProgramCosts" in line or "Ratings" in line] == []


def test_every_page_of_the_sample_is_one_printed_page() -> None:
    """A Letter page is 11 inches high; these widths print at 86%, and margins take 1.3 inches."""
    for sheet in score_sheets(sample())[3:]:
        drawing = draw(sheet)
        last = max(cell.row for cell in drawing.cells)
        height = sum(drawing.heights.get(row, 15.0) for row in range(last + 1))
        wide = sum(drawing.widths.values()) * 7 / 96
        assert height * min(1.0, 7.5 / wide) <= (11 - 1.3) * 72
        assert len(sheet.charts) == 1


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "scores.xlsx"
    write_small(path)
    book = openpyxl.load_workbook(path)
    assert [cell.data_type for row in book["Page P3"].iter_rows() for cell in row if cell.value == "=Arts"] == ["s"]
    assert [cell.data_type for row in book["Page P1"].iter_rows() for cell in row if cell.value == "=1+1"] == ["s"]
