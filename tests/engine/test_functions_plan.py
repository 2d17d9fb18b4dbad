"""ALLOCATE and WHY: whole plans given as ranges; the same amounts as the command, every problem at its place."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from apportion.allocation.staffing import staff
from apportion.commands import allocate as allocate_command
from apportion.errors import UnknownName
from apportion.functions import BadArgument
from apportion.functions_plan import allocate, why
from apportion.intake import read_tables
from apportion.registry import FUNCTIONS
from apportion.tables import Table, table_from_rows
from apportion.workbook.book import FileBook, open_book
from apportion.workbook.locations import template_folder
from tools.ranges import arguments, as_allocate_takes, as_range, changed

RULES = [
    ["Line", "Method", "Group", "Rate", "Rounding", "Step", "Applies to", "Job type"],
    ["Teacher", "ratio FTE", "Students", 25.0, "half up", 0.5, None, "Teacher"],
    ["Principal", "fixed FTE", None, 1.0, None, None, '[@Level]="High"', "Principal"],
    [None] * 8,
    ["Supplies", "per-pupil dollars", "Students", "Supply_rate", None, None, None, None],
]
SCHOOLS = [["Code", "Name", "Level"], ["007", "Alder", "High"], ["104", "Birch", "Elementary"], [None, "", " "]]
ENROLLMENT = [["School", "Students"], ["007", 510.0], [104.0, 236.0]]
JOBS = [
    ["Job type", "Year", "Average cost"],
    ["Teacher", 2026.0, 80000.0],
    ["Teacher", 2027.0, 90000.5],
    ["Principal", 2027.0, 150000.0],
]
RATES = [["Rate", "Where", "Value"], ["Supply_rate", None, 80.25], ["Supply_rate", '[@Level]="High"', 100.0]]
SMALL = (RULES, SCHOOLS, ENROLLMENT, JOBS, RATES)

# By hand. Alder: 510 / 25 = 20.4, to 20.5 FTE x 90,000.50 = 1,845,010.25; 510 x 100 = 51,000.
# Birch: 236 / 25 = 9.44, to 9.5 FTE x 90,000.50 = 855,004.75; 236 x 80.25 = 18,939.
SPILLED = [
    ["School", "Name", "Students", "Teacher FTE", "Teacher dollars", "Principal FTE", "Principal dollars",
     "Supplies dollars", "Total FTE", "Total dollars"],
    ["007", "Alder", 510.0, 20.5, 1845010.25, 1.0, 150000.0, 51000.0, 21.5, 2046010.25],
    ["104", "Birch", 236.0, 9.5, 855004.75, 0.0, 0.0, 18939.0, 9.5, 873943.75],
]  # fmt: skip


def sample() -> dict[str, Table]:
    return as_allocate_takes(open_book(template_folder() / "sample_district").tables)


def sample_arguments(scenario: int = 1) -> list[Any]:
    """The sample district with spare rows; the scenario is a row of Scenarios under its header."""
    tables = sample()
    scenarios = as_range(tables["Scenarios"])
    return [*arguments(tables, spare=20), [scenarios[0], scenarios[scenario]]]


def test_the_argument_order_is_frozen() -> None:
    """Saved workbooks hold it."""
    tables = ["rules", "schools", "enrollment", "job_types", "rates", "student_groups", "bands", "weights", "scenario"]
    assert [each.name for each in FUNCTIONS["ALLOCATE"].parameters] == tables
    assert [each.name for each in FUNCTIONS["WHY"].parameters] == ["school", "line", *tables]
    assert [each.name for each in FUNCTIONS["WHY"].parameters if each.required] == ["school", "line", *tables[:3]]


def test_a_small_plan_by_hand() -> None:
    assert allocate(*SMALL) == SPILLED


def test_a_small_plan_told_by_hand() -> None:
    told = "510 students / 25 per FTE = 20.4, rounded half up to 0.5 = 20.5 FTE x $90,000.50 = $1,845,010.25."
    assert why("007", "teacher", *SMALL) == told
    assert why("Birch", "Principal", *SMALL) == 'Not reached: [@Level]="High".'
    assert why(104.0, None, *SMALL) == [
        ["Line", "FTE", "Dollars", "Why"],
        ["Teacher", 9.5, 855004.75,
         "236 students / 25 per FTE = 9.44, rounded half up to 0.5 = 9.5 FTE x $90,000.50 = $855,004.75."],
        ["Supplies", 0.0, 18939.0, "236 students x $80.25 per student = $18,939.00."],
    ]  # fmt: skip


@pytest.mark.parametrize("scenario", [2026.0, "FY2026", "2025-26", [["Scenario", "Year"], ["Last", 2026.0]]])
def test_a_year_chooses_the_cost_of_the_year(scenario: Any) -> None:
    """9.5 FTE x 80,000; there is no principal's cost before 2027."""
    rules = [each for each in RULES if each[0] != "Principal"]
    assert allocate(rules, *SMALL[1:], scenario=scenario)[2][3:5] == [9.5, 760000.0]


@pytest.mark.parametrize("scenario", [1, 2])
def test_the_sample_district_equals_the_command(scenario: int) -> None:
    """Every school and line to the cent, in two scenarios; a line that a school does not get is 0 here."""
    tables, given = sample(), sample_arguments(scenario)
    name = str(given[-1][1][0])
    header, *rows = allocate(*given)
    outcome = allocate_command(FileBook("sample", tables), name)
    assert outcome.result is not None
    amounts = outcome.result.amounts.set_index(["School", "Line"])
    lines = [each.removesuffix(" dollars") for each in header if each.endswith(" dollars") and each != "Total dollars"]
    assert [row[0] for row in rows] == outcome.result.schools["Code"].tolist()
    assert [row[2] for row in rows] == outcome.result.schools["Students"].tolist()
    assert len(lines) > 30
    for row in rows:
        spilled = dict(zip(header, row, strict=True))
        for line in lines:
            had = amounts.loc[(row[0], line)] if (row[0], line) in amounts.index else {"FTE": 0.0, "Dollars": 0.0}
            assert spilled[f"{line} dollars"] == had["Dollars"], (row[0], line)
            assert spilled.get(f"{line} FTE", 0.0) == had["FTE"], (row[0], line)
        assert spilled["Total dollars"] == round(sum(spilled[f"{line} dollars"] for line in lines), 2)
    assert sum(row[-1] for row in rows) > 1e7


def test_the_sample_district_is_told_as_by_the_command() -> None:
    outcome = allocate_command(FileBook("sample", sample()))
    assert outcome.result is not None
    told = outcome.result.amounts[outcome.result.amounts["School"] == "304"]
    rows = why("304", "", *sample_arguments())[1:]
    assert rows == told[["Line", "FTE", "Dollars", "Why"]].to_numpy().tolist()


@pytest.mark.parametrize(
    ("table", "column", "row", "value"),
    [(0, "Minimum", 2, 1.0), (2, "Enrollment", 1, 640.0), (2, "Grade 3", 4, 0.0), (2, "English learners", 6, None), (2, "Instructional model", 2, "Virtual"),
     (4, "Value", 3, 999.0),
     (3, "Average cost", 2, 1.0), (1, "Title I", 1, "yes"), (7, "Weight", 1, 3.0), (0, "Status", 1, "off")],
)  # fmt: skip
def test_a_changed_number_gives_what_a_first_call_gives(table: int, column: str, row: int, value: object) -> None:
    """What was kept of an earlier call never shows: the engine that keeps nothing says the same."""
    given = sample_arguments()
    before = allocate(*given)
    given[table] = changed(given[table], column, row, value)
    header, *rows = allocate(*given)
    names = ("Rules", "Schools", "Enrollment", "JobTypes", "Rates", "StudentGroups", "Bands", "Weights")
    tables = {name: table_from_rows(name, rows[0], _filled(rows[1:])) for name, rows in zip(names, given, strict=False)}
    fresh = staff(read_tables(tables | {"Scenarios": sample()["Scenarios"]})).result
    assert fresh is not None
    totals = fresh.amounts.groupby("School")["Dollars"].sum()
    assert [header, *rows] != before
    assert {row[0]: row[-1] for row in rows if row[-1]} == {
        code: round(total, 2) for code, total in totals.items() if round(total, 2)
    }


def _filled(rows: list[list[Any]]) -> list[list[Any]]:
    return [row for row in rows if any(cell is not None for cell in row)]


def test_columns_that_change_places_are_seen() -> None:
    """A span of columns means what stands between them now."""
    rules = [["Line", "Method", "Formula"], ["Money", "formula", "=SUM(Enrollment[[K]:[Grade 2]])"]]
    counts = [["School", "K", "Grade 1", "Grade 2", "Grade 3"], ["007", 1.0, 10.0, 100.0, 1000.0]]
    schools = SCHOOLS[:2]
    moved = [[row[0], row[1], row[4], row[2], row[3]] for row in counts]
    assert allocate(rules, schools, counts)[1][3] == 111.0
    assert allocate(rules, schools, moved)[1][3] == 1111.0
    assert allocate(rules, schools, counts)[1][3] == 111.0


def test_eight_threads_get_what_one_gets() -> None:
    """Calls with different numbers, mixed over threads, three times each."""
    variants = [(RULES, SCHOOLS, changed(ENROLLMENT, "Students", 1, float(n)), JOBS, RATES) for n in range(0, 240, 30)]
    variants += [(changed(RULES, "Rate", 1, float(n)), SCHOOLS, ENROLLMENT, JOBS, RATES) for n in range(10, 18)]
    expected = [allocate(*each) for each in variants]
    first = [row[1][4] for row in expected]
    assert len(set(map(str, first))) > 8
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda given: allocate(*given), variants * 3))
    assert got == expected * 3


def test_eight_threads_on_the_sample_district() -> None:
    """Sentences and amounts of one plan whose numbers change under way."""
    given = sample_arguments()
    variants = [[*given[:2], changed(given[2], "K", n, 60.0 + n), *given[3:]] for n in range(1, 5)]
    expected = [(allocate(*each), why("104", "", *each)) for each in variants]
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda each: (allocate(*each), why("104", "", *each)), variants * 2))
    assert got == expected * 2


BAD: list[tuple[str, tuple[Any, ...], str]] = [
    ("no header", (RULES, SCHOOLS[1:], ENROLLMENT),
     "The first row of schools must hold its headers: give Schools[#All], not Schools."),
    ("a cell", (RULES, SCHOOLS, 5.0), "The argument enrollment must be a range with its header row, such as Enrollment[#All]."),
    ("nothing", (None, SCHOOLS, ENROLLMENT), "The argument rules must be a range with its header row, such as Rules[#All]."),
    ("ragged", (RULES, [["Code", "Name"], ["1"]], ENROLLMENT), "The rows of schools have different lengths."),
    ("twice a header", (RULES, [["Code", "Name", "Name"]], ENROLLMENT),
     'Schools: two columns are called "Name". Rename one of them.'),
    ("a misspelled rate, below a blank row", (changed(RULES, "Rate", 4, "Suply_rate"), *SMALL[1:]),
     'Rules row 5, Rate: no rate "Suply_rate" for FY2027. Nearest: "Supply_rate". Add it to Rates.'),
    ("no job types", (*SMALL[:3], None, RATES),
     ('Rules row 2, Job type: nothing says what "Teacher" costs. Is the argument job_types left out? '
      "Give it JobTypes[#All].")),
    ("no year and none needed", (RULES[:1] + RULES[4:], SCHOOLS, ENROLLMENT),
     'Rules row 2, Rate: no rate "Supply_rate". Add it to Rates. Is the argument rates left out?'),
    ("an unknown projection", (*SMALL, None, None, None, "Hihg"),
     'The scenario "Hihg" is no projection in Enrollment and no fiscal year. Enrollment names no projections.'),
    ("an error value", (RULES, SCHOOLS, changed(ENROLLMENT, "Students", 2, "#N/A"), JOBS, RATES),
     "Enrollment row 3, Students: Students is the error value #N/A. Mend the formula in this cell, or type a number."),
    ("a table it does not take", (changed(RULES, "Method", 2, "prior-year FTE"), *SMALL[1:]),
     ('Rules row 3: PriorYear has no line "Principal". This function takes no table PriorYear: use the button '
      "Allocate, or set the rule's Status to off.")),
    ("two schools", ([["Line", "Method", "Rate"], ["Money", "gross dollars", 1.0]], [*SCHOOLS, SCHOOLS[1]], ENROLLMENT),
     "Schools row 5, Code: the same Code stands in row 2. Remove or change one of the two rows."),
]  # fmt: skip


@pytest.mark.parametrize(("given", "said"), [each[1:] for each in BAD], ids=[each[0] for each in BAD])
def test_what_is_wrong_is_said_at_its_place(given: tuple[Any, ...], said: str) -> None:
    with pytest.raises(BadArgument) as caught:
        allocate(*given)
    assert str(caught.value) == said


def test_all_problems_at_once_and_no_more_than_eight() -> None:
    rules = [RULES[0], *([f"Line {n}", "ratio FTE", f"Grup {n}", 20.0, None, None, None, "Teacher"] for n in range(12))]
    with pytest.raises(BadArgument) as caught:
        allocate(rules, *SMALL[1:])
    told = str(caught.value).splitlines()
    assert len(told) == 9
    assert told[0].startswith('Rules row 2, Group: there is no counted group "Grup 0"')
    assert told[-1] == "And 4 more."


def test_several_projections_need_a_name() -> None:
    counts = [["Projection", *ENROLLMENT[0]], ["Base", *ENROLLMENT[1]], ["High", "007", 600.0]]
    with pytest.raises(BadArgument, match=r"^Enrollment has the projections Base, High, and the last argument does not"):
        allocate(RULES, SCHOOLS, counts, JOBS, RATES)
    assert allocate(RULES, SCHOOLS, counts, JOBS, RATES, scenario="high")[1][2] == 600.0
    row = [["Scenario", "Year", "Projection"], ["Growth", 2027.0, "High"], ["Base", 2027.0, "Base"]]
    assert allocate(RULES, SCHOOLS, counts, JOBS, RATES, scenario=row)[1][2] == 600.0


def test_several_funding_formulas_need_a_scenario() -> None:
    """Otherwise the rules of both would quietly give nothing."""
    rules = [["Funding formula", *RULES[0]], ["Now", *RULES[1]], ["Tighter", *changed(RULES, "Rate", 1, 30.0)[1]]]
    with pytest.raises(BadArgument, match="Rules has the funding formulas Now, Tighter"):
        allocate(rules, *SMALL[1:])
    assert allocate(rules[:2], *SMALL[1:])[1][3] == 20.5
    row = [["Scenario", "Funding formula"], ["Cut", "Tighter"]]
    assert allocate(rules, *SMALL[1:], scenario=row)[1][3] == 17.0


def test_an_unknown_school_or_line_is_said() -> None:
    with pytest.raises(UnknownName, match=r'There is no school "Aldr"\. Nearest: "Alder"\.'):
        why("Aldr", None, *SMALL)
    with pytest.raises(UnknownName, match=r'There is no line "Techer"\. Nearest: "Teacher"\.'):
        why("007", "Techer", *SMALL)
    with pytest.raises(BadArgument, match=r"The school must be one cell, not a range\."):
        why([["007"], ["104"]], None, *SMALL)
