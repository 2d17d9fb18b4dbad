"""The results workbook: every sheet ties to the same dollars, worked out by hand for three schools and a department."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from apportion.allocation.result import AllocationResult, Line, Scenario
from apportion.commands import allocate
from apportion.errors import Finding
from apportion.workbook.book import open_book
from apportion.workbook.locations import template_folder
from apportion.workbook.results import results_workbook
from apportion.workbook.results_figures import summing
from apportion.workbook.sheets import Sheet
from apportion.workbook.writer import write_workbook
from tools.comparison import differences
from tools.openxml import validate
from tools.recalculation import Pair, register

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from apportion.workbook.sheets import DataTable, WorkbookDescription

# openpyxl knows no data bars of 2010, and says so.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

NAN = float("nan")
SCHOOLS = pd.DataFrame(
    [
        ("101", "Ash", "school", "Elementary", 400.0),
        ("102", "Elm", "school", "Elementary", 100.0),
        ("103", "Oak", "charter", None, 50.0),
        ("900", "Central", "department", None, 0.0),
    ],
    columns=["Code", "Name", "Type", "Level", "Students"],
)
LINES = (
    Line("Teacher", "Teaching", "Teacher", "General", "school", "required", "", dollars_only=False),
    Line("Supplies", "Materials", "", "General", "school", "flexible", "", dollars_only=True),
    Line("Tutor", "Teaching", "Tutor", "Title I", "school", "flexible", "", dollars_only=False),
    Line("Director", "Central office", "Director", "", "central", "required", "", dollars_only=False),
)
# School, line, count, rate, FTE, dollars, prior dollars. Oak is new: it has no prior year.
GIVEN = [
    ("101", "Teacher", 400.0, 20.0, 20.0, 1_000_000.10, 990_000.10),
    ("101", "Supplies", 400.0, 25.0, 0.0, 10_000.00, NAN),
    ("101", "Tutor", NAN, NAN, 1.0, 40_000.20, 60_000.20),
    ("102", "Teacher", 100.0, 20.0, 5.0, 250_000.05, 300_000.05),
    ("102", "Supplies", 100.0, 25.0, 0.0, 2_500.00, 2_500.00),
    ("103", "Teacher", 50.0, 20.0, 2.5, 125_000.00, NAN),
    ("900", "Director", NAN, NAN, 1.0, 150_000.00, 140_000.00),
]
TOTAL, PRIOR = 1_577_500.35, 1_492_500.35


def result(given: list[tuple[Any, ...]] = GIVEN, schools: pd.DataFrame = SCHOOLS, **more: Any) -> AllocationResult:
    """The hand-made allocation: General has more than it gives, Title I less, the director has no fund."""
    numbers = pd.DataFrame(
        given, columns=["School", "Line", "Count", "Rate", "FTE", "Dollars", "Prior dollars"]
    ).astype(dict.fromkeys(("Count", "Rate", "FTE", "Dollars", "Prior dollars"), float))
    lines = pd.DataFrame(
        [(line.name, line.allocation, line.job_type, line.fund, line.held, line.lock) for line in LINES],
        columns=["Line", "Allocation", "Job type", "Fund", "Held", "Lock"],
    )
    named = schools.rename(columns={"Code": "School"})[["School", "Name", "Type", "Level"]]
    amounts = numbers.merge(lines, on="Line", how="left").merge(named, on="School", how="left")
    amounts = amounts.assign(**{"Prior FTE": np.nan, "Why": "Because."})
    stated: dict[str, Any] = {
        "district": "Tiny Unified",
        "scenario": Scenario("Base", 2027, "Base", "Base"),
        "schools": schools,
        "lines": LINES,
        "amounts": amounts,
        "fund_amounts": {"General": 2_000_000.0, "Title I": 40_000.0, "Grant": 5_000.0},
        "findings": (),
    }
    return AllocationResult(**(stated | more))


def without_prior() -> AllocationResult:
    return result([(*row[:-1], NAN) for row in GIVEN])


def without_students() -> AllocationResult:
    return result(schools=SCHOOLS.assign(Students=0.0))


def with_prior_fte() -> AllocationResult:
    """The same with last year's FTE: Ash had 19 teachers and 1.5 tutors, Elm 6 teachers, Central its director."""
    given = result()
    return replace(given, amounts=given.amounts.assign(**{"Prior FTE": [19.0, NAN, 1.5, 6.0, NAN, NAN, 1.0]}))


NEEDY = pd.DataFrame(
    [
        ("101", "Ash", "school", "Elementary", 400.0, 0.25),
        ("102", "Elm", "school", "Elementary", 100.0, 0.75),
        ("103", "Oak", "charter", None, 50.0, 0.9),
        ("104", "Fir", "school", "High", 200.0, 0.5),
        ("105", "Yew", "school", "High", 100.0, 0.1),
        ("106", "Bay", "school", "High", 0.0, NAN),
        ("900", "Central", "department", None, 0.0, NAN),
    ],
    columns=["Code", "Name", "Type", "Level", "Students", "Need"],
)


def with_need() -> AllocationResult:
    """Per pupil Elm, the neediest of four district schools, gets $2,500.50 and Yew, the least needy, $2,000."""
    money = (("101", 1_000_000.0), ("102", 250_050.0), ("103", 500_000.0), ("104", 440_000.0), ("105", 200_000.0))
    given = [(code, "Teacher", NAN, NAN, dollars / 50_000, dollars, NAN) for code, dollars in money]
    made = result(given, NEEDY)
    object.__setattr__(made, "need", "Economically disadvantaged")
    return made


def sheet(book: WorkbookDescription, name: str) -> Sheet:
    return next(each for each in book.sheets if each.name == name)


def table(book: WorkbookDescription, name: str) -> DataTable:
    return next(each for page in book.sheets for each in page.tables if each.name == name)


def column(book: WorkbookDescription, name: str, header: str) -> list[Any]:
    return list(next(each.values for each in table(book, name).columns if each.header == header))  # noqa: PD011


def headers(book: WorkbookDescription, name: str) -> list[str]:
    return [each.header for each in table(book, name).columns]


def key_figures(book: WorkbookDescription) -> dict[Any, Any]:
    beside = {(cell.row, cell.column): cell.value for cell in sheet(book, "Summary").cells}
    return {value: beside[row, 2] for (row, place), value in beside.items() if place == 1 and (row, 2) in beside}


def titles(book: WorkbookDescription) -> list[str]:
    return [chart.title for chart in sheet(book, "Summary").charts]


def test_sheets_stand_in_order_before_the_plan() -> None:
    """What to look at stands right after the summary, every line last; then the plan's own sheets, unchanged."""
    plan = (Sheet("Start"), Sheet("Rules"))
    named = [each.name for each in results_workbook(result(), plan).sheets]
    assert named == [
        "Summary", "Checks", "By school", "By heading", "By job type", "By fund", "Allocations", "Start", "Rules",
    ]  # fmt: skip
    assert results_workbook(result(), plan).sheets[-2:] == plan
    assert [each.name for each in results_workbook(with_need()).sheets][4] == "By need"


def test_every_sheet_says_its_scope_and_what_it_ties_to() -> None:
    said = {each.subtitle for each in results_workbook(result()).sheets}
    assert said == {"Tiny Unified  ·  FY2027  ·  scenario “Base”  ·  ties to $1,577,500.35"}


def test_schools_add_up() -> None:
    """Worked out by hand; staff are dollars that come with FTE."""
    book = results_workbook(result())
    assert column(book, "BySchool", "School") == ["Ash", "Elm", "Oak"]
    assert column(book, "BySchool", "FTE") == [21.0, 5.0, 2.5]
    assert column(book, "BySchool", "Staff") == [1_040_000.30, 250_000.05, 125_000.0]
    assert column(book, "BySchool", "Non-staff") == [10_000.0, 2_500.0, 0.0]
    assert column(book, "BySchool", "Total") == [1_050_000.30, 252_500.05, 125_000.0]
    assert column(book, "BySchool", "Prior year") == [1_050_000.30, 302_500.05, 0.0]
    assert column(book, "BySchool", "Change") == [0.0, -50_000.0, 125_000.0]
    assert column(book, "BySchool", "Change %") == [0.0, -50_000 / 302_500.05, "new"]


def test_only_schools_have_dollars_per_pupil() -> None:
    """$1,427,500.35 at schools for 550 students; the director's $150,000 does not enter."""
    book = results_workbook(result())
    assert column(book, "BySchool", "Per pupil") == [1_050_000.30 / 400, 252_500.05 / 100, 2_500.0]
    assert "Per pupil" not in headers(book, "ByDepartment")
    assert key_figures(book)["Dollars per pupil"] == 1_427_500.35 / 550
    assert column(book, "ByDepartment", "Total") == [150_000.0]


def test_headings_have_a_column_each_in_the_order_of_the_rules() -> None:
    """Worked out by hand: teaching is teachers and tutors."""
    book = results_workbook(result())
    assert headers(book, "BySchoolAndHeading") == [
        "School", "Code", "Type", "Level", "Teaching", "Materials", "Central office", "Total", "Students", "Per pupil",
    ]  # fmt: skip
    assert column(book, "BySchoolAndHeading", "Teaching") == [1_040_000.30, 250_000.05, 125_000.0]
    assert column(book, "BySchoolAndHeading", "Materials") == [10_000.0, 2_500.0, 0.0]
    assert column(book, "BySchoolAndHeading", "Central office") == [0.0, 0.0, 0.0]
    assert column(book, "BySchoolAndHeading", "Total") == [1_050_000.30, 252_500.05, 125_000.0]
    assert column(book, "ByDepartmentAndHeading", "Central office") == [150_000.0]
    assert "Per pupil" not in headers(book, "ByDepartmentAndHeading")
    district = {cell.column: cell.value for cell in sheet(book, "By heading").cells if cell.row == 15}
    assert list(district.values()) == ["District", 1_415_000.35, 12_500.0, 150_000.0, TOTAL, 550.0, 1_427_500.35 / 550]


def odd_headings() -> AllocationResult:
    """Headings that SUMIFS would misread, one that is called as another column is, and lines without any."""
    given = result()
    names = {"Teaching": "Total", "Materials": "A*", "Central office": ""}
    lines = tuple(replace(line, allocation=names[line.allocation]) for line in given.lines)
    return replace(given, lines=lines, amounts=given.amounts.assign(Allocation=given.amounts["Allocation"].map(names)))


def test_a_heading_may_be_called_as_another_column_is() -> None:
    book = results_workbook(odd_headings())
    assert headers(book, "BySchoolAndHeading")[4:8] == ["Total (heading)", "A*", "No heading", "Total"]
    assert column(book, "BySchoolAndHeading", "Total (heading)") == [1_040_000.30, 250_000.05, 125_000.0]
    assert column(book, "ByDepartmentAndHeading", "No heading") == [150_000.0]


def test_job_types() -> None:
    """27.5 teachers for $1,375,000.15 cost $50,000.01 each; supplies have no job type and stand last."""
    book = results_workbook(with_prior_fte())
    assert column(book, "ByJobType", "Job type") == ["Teacher", "Director", "Tutor", "No job type"]
    assert column(book, "ByJobType", "FTE") == [27.5, 1.0, 1.0, 0.0]
    assert column(book, "ByJobType", "Average cost") == [1_375_000.15 / 27.5, 150_000.0, 40_000.20, ""]
    assert column(book, "ByJobType", "Dollars") == [1_375_000.15, 150_000.0, 40_000.20, 12_500.0]
    assert column(book, "ByJobType", "Share") == [
        dollars / TOTAL for dollars in (1_375_000.15, 150_000.0, 40_000.20, 12_500.0)
    ]
    assert column(book, "ByJobType", "Prior FTE") == [25.0, 1.0, 1.5, 0.0]
    assert column(book, "ByJobType", "FTE change") == [2.5, 0.0, -0.5, 0.0]
    assert column(book, "ByJobType", "Prior year") == [1_290_000.15, 140_000.0, 60_000.20, 2_500.0]
    assert column(book, "ByJobType", "Change") == [85_000.0, 10_000.0, -20_000.0, 10_000.0]


def test_types_of_organizations_are_kept_apart_in_averages() -> None:
    """Two elementary schools get $1,302,500.35 for 500 students; the charter and the department do not enter."""
    book = results_workbook(result())
    assert column(book, "ByLevel", "Group") == ["Elementary", "Charters", "Departments"]
    assert column(book, "ByLevel", "Number") == [2, 1, 1]
    assert column(book, "ByLevel", "Type") == ["school", "charter", "department"]
    assert column(book, "ByLevel", "Students") == [500.0, 50.0, 0.0]
    assert column(book, "ByLevel", "FTE") == [26.0, 2.5, 1.0]
    assert column(book, "ByLevel", "Total") == [1_302_500.35, 125_000.0, 150_000.0]
    assert column(book, "ByLevel", "Per pupil") == [1_302_500.35 / 500, 2_500.0, None]
    assert column(book, "ByLevel", "Students per FTE") == [500 / 26, 20.0, None]
    assert column(book, "ByLevel", "Change") == [-50_000.0, 125_000.0, 10_000.0]


def test_dollars_per_pupil_against_need() -> None:
    """One series per level; a school without students has no point, and the charter enters no quarter."""
    book = results_workbook(with_need())
    assert column(book, "ByNeed", "School") == ["Elm", "Ash", "Fir", "Yew", "Oak"]
    assert column(book, "ByNeed", "Per pupil") == [2_500.50, 2_500.0, 2_200.0, 2_000.0, 10_000.0]
    assert column(book, "ByNeed", "Against its level") == pytest.approx([0.4, -0.1, 200 / 3, -400 / 3, 0.0])
    chart = sheet(book, "Summary").charts[-1]
    assert chart.title == "The neediest quarter gets $2,500 per pupil, the least needy $2,000"
    assert chart.x_title == "Share of economically disadvantaged students"
    drawn = [(each.name, *each.categories) for each in chart.series]
    assert drawn == [
        ("Elementary", "By need", 8, 5, 9, 5), ("High", "By need", 10, 5, 11, 5), ("Charters", "By need", 12, 5, 12, 5),
    ]  # fmt: skip
    said = sheet(book, "By need").cells[0].value
    assert said == (
        "Schools with more need get more: $2,500 per pupil in the neediest quarter, $2,000 in the least needy."
    )


def test_without_need_there_is_no_chart_of_it() -> None:
    """The district counts no such group, or all schools have the same need."""
    for schools in (NEEDY.assign(Need=NAN), NEEDY.assign(Need=0.5), NEEDY.drop(columns="Need")):
        book = results_workbook(replace(with_need(), schools=schools))
        assert "By need" not in [each.name for each in book.sheets]
        assert titles(book)[-1] == "From $2,000 per pupil (Yew) to $10,000 (Oak)"


def test_checks_come_first() -> None:
    summary = [cell for cell in sheet(results_workbook(result()), "Summary").cells if cell.column == 1]
    heading = next(place for place, cell in enumerate(summary) if cell.value == "Key figures")
    assert summary[heading + 1].value == "Checks"


def test_a_printed_line_of_allocations_ends_with_its_reason(tmp_path: Path) -> None:
    """The table's header is row 5, below it seven lines and the total."""
    write_workbook(results_workbook(result()), tmp_path / "results.xlsx")
    page = openpyxl.load_workbook(tmp_path / "results.xlsx")["Allocations"]
    assert page.print_area == "'Allocations'!$A$1:$L$13"
    assert page["L5"].value == "Why"


def test_key_figures() -> None:
    figures = key_figures(results_workbook(result()))
    assert figures["Dollars"] == TOTAL
    assert figures["FTE"] == 29.5
    assert figures["Schools and charters"] == 3
    assert figures["Students"] == 550
    assert figures["Change against last year"] == 85_000.0
    assert figures["Checks"] == "nothing to look at"


def test_variance_counts_a_missing_prior_year_as_nothing() -> None:
    """So that the column adds up to this year's dollars less last year's."""
    variance = column(results_workbook(result()), "Allocations", "Variance")
    assert variance == [10_000.0, 10_000.0, -20_000.0, -50_000.0, 0.0, 125_000.0, 10_000.0]
    assert round(sum(variance), 2) == round(TOTAL - PRIOR, 2)


def test_no_cell_is_nan() -> None:
    for page in results_workbook(result()).sheets:
        for each in (value for held in page.tables for kept in held.columns for value in kept.values):  # noqa: PD011
            assert each == each, page.name  # noqa: PLR0124 - NaN is not itself


def test_funds() -> None:
    """Title I gives $40,000.20 of $40,000; Grant gives nothing; no amount is known for what names no fund."""
    book = results_workbook(result())
    assert column(book, "ByFund", "Fund") == ["General", "Title I", "Grant", "No fund named"]
    assert column(book, "ByFund", "Dollars") == [1_387_500.15, 40_000.20, 0.0, 150_000.0]
    assert column(book, "ByFund", "FTE") == [27.5, 1.0, 0.0, 1.0]
    assert column(book, "ByFund", "Available") == [2_000_000.0, 40_000.0, 5_000.0, None]
    assert column(book, "ByFund", "Remaining") == [612_499.85, -0.20, 5_000.0, ""]
    assert column(book, "ByFund", "Standing") == ["within", "over", "within", ""]


def test_chart_titles_are_messages() -> None:
    """Teaching is $1,415,000.35 of $1,577,500.35, and 28.5 of 29.5 FTE; of two schools with a prior year Elm loses."""
    assert titles(results_workbook(result())) == [
        "Teaching takes 90% of $1.6 million",
        "97% of 29.5 FTE are in Teaching",
        "Elm loses most, $50,000; 1 of 2 schools get less",
        "From $2,500 per pupil (Oak) to $2,625 (Ash)",
    ]


def test_the_summary_says_the_allocation_in_a_sentence() -> None:
    """$85,000 is 5.7% of last year's $1,492,500.35; Title I gives 20 cents more than it has."""
    said = [cell.value for cell in sheet(results_workbook(result()), "Summary").cells]
    assert said[:2] == [
        "3 schools and 1 department get $1.6 million and 29.5 FTE, $85,000 (5.7%) more than in FY2026.",
        "Over the amount of the fund: Title I by $0.20.",
    ]
    before = [cell.value for cell in sheet(results_workbook(without_prior()), "Summary").cells]
    assert before[0] == "3 schools and 1 department get $1.6 million and 29.5 FTE."


def test_losses_are_drawn_beside_larger_gains() -> None:
    """Twelve schools gain $1,001 to $1,012, two lose $5 and $10: both losses are among the ten that are shown."""
    codes = [f"S{number}" for number in range(1, 15)]
    schools = pd.DataFrame({"Code": codes, "Name": codes, "Type": "school", "Level": "", "Students": 10.0})
    changes = [*(1_000.0 + number for number in range(1, 13)), -5.0, -10.0]
    given = [
        (code, "Teacher", 10.0, 10.0, 1.0, 5_000.0 + more, 5_000.0) for code, more in zip(codes, changes, strict=True)
    ]
    book = results_workbook(result(given, schools))
    assert column(book, "LargestChanges", "School") == ["S12", "S11", "S10", "S9", "S8", "S7", "S6", "S5", "S13", "S14"]
    assert titles(book)[2] == "S12 gains most, $1,012; 2 of 14 schools get less"


def test_results_are_read_as_the_plan_that_they_came_from(tmp_path: Path) -> None:
    """The sheets of results are marked, so only the plan's own tables are read again."""
    plan = open_book(template_folder() / "sample_district")
    outcome = allocate(plan)
    workbook = outcome.file
    assert workbook is not None
    write_workbook(workbook, tmp_path / "results.xlsx")
    again = open_book(tmp_path / "results.xlsx")
    assert set(again.tables) == set(plan.tables)
    assert (again.findings, again.other_sheets) == ((), ())


def test_without_a_prior_year_nothing_is_compared() -> None:
    book = results_workbook(without_prior())
    assert headers(book, "BySchool")[-1] == "Per pupil"
    assert column(book, "Allocations", "Variance") == [None] * 7
    assert "Change against last year" not in key_figures(book)
    assert len(titles(book)) == 3


def test_without_students_nothing_is_per_pupil() -> None:
    book = results_workbook(without_students())
    assert column(book, "BySchool", "Per pupil") == ["", "", ""]
    assert "Dollars per pupil" not in key_figures(book)
    assert len(titles(book)) == 3


def test_without_lines_tables_say_what_belongs_there() -> None:
    book = results_workbook(result([], fund_amounts={}))
    assert titles(book) == []
    assert table(book, "Allocations").empty
    assert table(book, "ByFund").empty
    assert column(book, "BySchool", "Total") == [0.0, 0.0, 0.0]


def test_findings_stand_errors_first() -> None:
    note = Finding("note", "has expired.", "Remove it.", sheet="Adjustments", cell="M11")
    warning = Finding("warning", 'fund "Title I" is over.', sheet="Funds", row=7)
    error = Finding("error", "no rate.", "Add it.", table="Rates")
    book = results_workbook(replace(result(), findings=(note, warning, error)))
    assert column(book, "Checks", "Severity") == ["Error", "Warning", "Note"]
    assert column(book, "Checks", "Sheet") == ["Rates", "Funds", "Adjustments"]
    assert column(book, "Checks", "Cell") == [None, "row 7", "M11"]
    assert column(book, "Checks", "What")[2] == "Has expired."
    assert key_figures(book)["Checks"] == "1 error, 1 warning, 1 note"


def test_without_findings_one_sentence_says_so() -> None:
    checks = sheet(results_workbook(result()), "Checks")
    assert [cell.value for cell in checks.cells] == ["Every check passed: there is nothing to look at."]
    assert checks.tables == ()


@pytest.mark.parametrize(
    ("codes", "function"),
    (
        (["101", "102"], "SUMIFS"),
        (["7", "007"], "SUMPRODUCT"),
        (["A*", "AB"], "SUMPRODUCT"),
        ([">5", "6"], "SUMPRODUCT"),
    ),
)
def test_codes_that_sumifs_would_misread(codes: list[str], function: str) -> None:
    """SUMIFS reads "007" as the number 7, and * as a pattern; then an exact comparison adds up."""
    assert summing("Dollars", "School", codes, "A1").startswith(function)


def renamed(given: AllocationResult) -> AllocationResult:
    """The same with codes that SUMIFS would confuse."""
    codes = {"101": "7", "102": "007", "103": "7*"}
    schools = given.schools.assign(Code=given.schools["Code"].replace(codes))
    return replace(given, schools=schools, amounts=given.amounts.assign(School=given.amounts["School"].replace(codes)))


CASES: dict[str, Callable[[], AllocationResult]] = {
    "results_by_hand": result,
    "results_confusable": lambda: renamed(result()),
    "results_no_prior": without_prior,
    "results_no_students": without_students,
    "results_prior_fte": with_prior_fte,
    "results_need": with_need,
    "results_headings": odd_headings,
    "results_no_lines": lambda: result([], fund_amounts={}),
    "results_nobody": lambda: result([], schools=SCHOOLS.iloc[:0], fund_amounts={}),
}
for _name, _make in CASES.items():
    register(_name)(lambda path, make=_make: write_workbook(results_workbook(make()), path))  # type: ignore[misc]


@pytest.mark.parametrize("name", CASES)
def test_live_formulas_give_what_was_written(name: str, recalculated: Callable[[str], Pair]) -> None:
    """Every formula carries the value that LibreOffice computes from it."""
    assert differences(recalculated(name))[1] == []


def test_every_formula_carries_a_value(tmp_path: Path) -> None:
    path = tmp_path / "results.xlsx"
    write_workbook(results_workbook(result()), path)
    formulas, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    empty = {
        f"{page.title}!{cell.coordinate}"
        for page in formulas
        for row in page.iter_rows()
        for cell in row
        if cell.data_type == "f" and values[page.title][cell.coordinate].value is None
    }
    # Oak has no last year to draw and its group no change in percent; no amount is known for what names no fund.
    assert empty == {"By school!O8", "By school!N22", "By fund!F9", "By fund!G9", "By fund!H9"}


def test_excel_opens_them_without_repair(tmp_path: Path) -> None:
    for name, make in CASES.items():
        write_workbook(results_workbook(make()), tmp_path / f"{name}.xlsx")
    assert validate(sorted(tmp_path.glob("*.xlsx"))) == []
