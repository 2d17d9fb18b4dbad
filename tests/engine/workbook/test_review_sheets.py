"""The sheets Review and Tracker: live figures for the office, and for the public nothing that must not be known."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apportion.programs.cycles import Review, review
from apportion.programs.portfolio import read_portfolio
from apportion.programs.publication import is_person, published
from apportion.workbook.charts import axis_limits
from apportion.workbook.csvfolder import read_folder
from apportion.workbook.review_sheets import review_sheets, said_of
from apportion.workbook.sheets import DataTable, Sheet, WorkbookDescription
from apportion.workbook.tracker import tracker_sheet
from apportion.workbook.writer import workbook_bytes, write_workbook
from tools.comparison import differences
from tools.investments import ONE, investment, metric, portfolio_of, reading, way_to
from tools.openxml import validate
from tools.recalculation import Pair, register

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# openpyxl knows no charts' data labels and no data bars of 2010, and says so.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

SAMPLE = Path(__file__).parents[3] / "workbook_templates" / "sample_programs"
SPRING = dt.date(2026, 5, 20)


def sample() -> Review:
    return review(read_portfolio(read_folder(SAMPLE).tables)[0])


def nothing() -> Review:
    return review(portfolio_of({"Programs": [{"Code": "MUS", "Program": "Music", "Origin": "grant-funded"}]}))


def tiny() -> Review:
    """One investment in its second year: $1,000 given, $800 spent, 40 to 45 percent where 60 is the target now."""
    own = {"Students": 50, "Expected_gain": 20, "Gain_unit": "% of students", "Rationale": "Dana Ortiz wants it."}
    return review(
        portfolio_of({
            "Investments": [investment(Owner="Dana Ortiz", **own), investment("A2", Start=2028)],
            "InvestmentCosts": [{"Investment": ONE, "Year": 2026, "Fund": "General", "Dollars": 1000, "Spent": 800}],
            "States": [*way_to("active"), *way_to("draft", "A2")],
            "Metrics": [metric(**{"Counts for A-ROI": "yes"}), metric(**{"Student group": "English learners"})],
            "Readings": [reading("2026-05-20", 45, 48), reading("2026-05-20", 44, 9, **{"Student group": "English learners"})],
        })
    )  # fmt: skip


def book_of(found: Review) -> WorkbookDescription:
    return WorkbookDescription(review_sheets(found), footer="Tiny Unified")


def column(sheet: Sheet, name: str, header: str) -> list[Any]:
    table = next(each for each in sheet.tables if each.name == name)
    return list(next(each.values for each in table.columns if each.header == header))


def written(sheets: Iterable[Sheet]) -> str:
    """Everything that a file of these sheets says: cells, texts and charts, with the numbers that charts keep."""
    with zipfile.ZipFile(BytesIO(workbook_bytes(WorkbookDescription(tuple(sheets))))) as book:
        names = [name for name in book.namelist() if re.search(r"worksheets/|charts/|sharedStrings|comments|drawings/", name)]
        return "\n".join(book.read(name).decode() for name in names)


# -- Review --------------------------------------------------------------------------------------------------------


def test_the_review_of_one_investment() -> None:
    """By hand: 5 of 10 points to FY2026's target is half; 20 x 50 / $1,000 expected, 5 x 48 / $800 reached."""
    sheet = review_sheets(tiny())[0]
    assert column(sheet, "InvestmentStates", "Code") == [ONE, "A2"]
    assert column(sheet, "InvestmentStates", "Cycle") == ["year 2 of 3", "3 years from FY2028"]
    assert column(sheet, "InvestmentStates", "Expected A-ROI") == [1000.0, None]
    assert column(sheet, "InvestmentStates", "Actual A-ROI") == [300.0, None]
    assert column(sheet, "MetricProgress", "Progress") == [0.5, 0.4]
    assert column(sheet, "MetricProgress", "Target of FY") == [2026.0, 2026.0]
    assert column(sheet, "MetricProgress", "On the Tracker") == ["published", "suppressed (fewer than 10 students)"]
    assert column(sheet, "ReviewDue", "Code") == []


def test_the_review_of_the_sample() -> None:
    found = sample()
    assert column(review_sheets(found)[0], "ReviewDue", "Code") == ["INV-23-01", "INV-24-01", "INV-25-01", "INV-26-02"]
    assert said_of(found) == (
        "4 of 10 investments due in FY2027: Health and construction pathways; Reading labs, reset; High-dosage tutoring; "
        "Online tutoring on demand. 5 of 18 metrics behind."
    )


def test_empty_tables_say_what_belongs_in_them() -> None:
    sheets = review_sheets(nothing())
    said = {table.name: table.empty for sheet in sheets for table in sheet.tables}
    assert list(said) == ["ReviewDue", "InvestmentStates", "MetricProgress", "LegacyPrograms", "ReviewHistory", "Tracker"]
    assert all(said.values())
    assert said_of(nothing()) == "Investments has no rows yet."


# -- Tracker -------------------------------------------------------------------------------------------------------


def test_the_card_of_an_investment() -> None:
    """The metric of all students with its targets and reading; English learners by name only."""
    (card,) = published(tiny())
    assert (card.cycle, card.dollars, card.spent, card.status, card.on_track) == ("year 2 of 3", 1000.0, 800.0, "behind", "0 of 1")
    whole, few = card.metrics
    assert (whole.years, whole.targets) == ((2026, 2027, 2028), (50.0, 60.0, 70.0))
    assert whole.readings[0] == 45.0
    assert whole.said == "50% of the way to the target of 50 for FY2026; measured May 20, 2026, 48 students"
    assert (few.name, few.withheld, few.years, few.said, few.status) == ("Reading", "suppressed (fewer than 10 students)", (), "", "")


def test_charts_draw_what_stands_beside_them() -> None:
    """Each chart's series are the rows Target and Measured of its small table, with the baseline first."""
    sheet = tracker_sheet(tiny())
    (chart,) = sheet.charts
    cells = {(cell.row, cell.column): cell.value for cell in sheet.cells}
    drawn = {}
    for series in chart.series:
        name, row, first, last_row, last = series.values
        assert (name, row) == ("Tracker", last_row)
        assert cells[row, first - 1] == series.name
        drawn[series.name] = [cells[row, place] for place in range(first, last + 1)]
        _, top, start, _, end = series.categories
        assert [cells[top, place] for place in range(start, end + 1)] == ["Baseline", "FY2026", "FY2027", "FY2028"]
    assert drawn == {"Target": [40.0, 50.0, 60.0, 70.0], "Measured": [40.0, 45.0, None, None]}
    assert [series.line for series in chart.series] == ["dashed", ""]


def test_requests_are_not_published() -> None:
    """Of ten investments of the sample a draft, a returned and a denied one are not."""
    names = [card.name for card in published(sample())]
    assert len(names) == 7
    assert not {"Robotics laboratories", "Dual language, reset", "Elementary math coaches, second cycle"} & set(names)


def test_no_person_is_named_on_the_tracker() -> None:
    """Names that the tables have, also where a text of the investment has one."""
    assert "Dana" not in written([tracker_sheet(tiny())])
    found = sample()
    frames = found.portfolio.intake.frames
    columns = (("Programs", "Owner"), ("Raters", "Rater"), ("Investments", "Owner"), ("States", "By"))
    people = {name for table, header in columns for name in frames[table][header] if is_person(name)}
    assert {"Marisol Vega", "Daniel Okafor", "Marcus Bell", "Dr. Amara Diallo"} <= people
    said = written([tracker_sheet(found)])
    assert not [name for name in people if name in said]


def test_what_few_students_helped_would_tell_is_not_said() -> None:
    """Eight students: neither their number nor a return, from which it could be worked out."""
    own = {"Students": 8, "Expected_gain": 3, "Gain_unit": "months"}
    tables = {
        "Investments": [investment(**own)], "States": way_to("active"),
        "InvestmentCosts": [{"Investment": ONE, "Year": 2026, "Dollars": 1000, "Spent": 1000}],
    }  # fmt: skip
    (card,) = published(review(portfolio_of(tables)))
    assert "fewer than 10 students" in card.facts[0]
    assert not any("A-ROI" in fact for fact in card.facts)


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        ([40.0, 50.0, 58.0], (40.0, 60.0, 10.0)),
        ([0.0, 0.5, 1.0], (0.0, 1.0, 0.5)),
        ([91.0, 96.2, float("nan")], (90.0, 98.0, 2.0)),
        ([-3.0, 4.0], (-5.0, 5.0, 2.5)),
        ([7.0, 7.0], (5.0, 7.5, 2.5)),
        ([0.0, 0.0], (0.0, 0.5, 0.5)),
    ],
)
def test_limits_of_axes(values: list[float], limits: tuple[float, float, float]) -> None:
    """Round numbers around the values, a few steps apart."""
    assert axis_limits(values) == limits


# -- what must not be known ----------------------------------------------------------------------------------------


@st.composite
def portfolios(draw: st.DrawFn) -> tuple[Review, dict[str, tuple[list[str], float]]]:
    """Metrics by group with numbers that occur nowhere else: by group these numbers and its fewest students."""
    numbers = count(1)
    # Seven digits that no row, width or other number of a file has.
    unlike = lambda: round(1234.0 + (next(numbers) * 0.6180339887 % 1) * 777.7777777, 7)  # noqa: E731
    metrics, readings, known = [], [], {}
    groups = [""] * draw(st.booleans()) + [f"Group {name}" for name in "ABCD"[: draw(st.integers(1, 4))]]
    for group in groups:
        own = {"Baseline": unlike()} | {f"Target year {year}": unlike() for year in (1, 2, 3)}
        metrics.append(metric(**own, **{"Student group": group, "Counts for A-ROI": "yes" if group == groups[0] else "no"}))
        taken = [(day, unlike(), float(draw(st.integers(0, 30)))) for day in draw(st.sets(st.integers(1, 28), min_size=1, max_size=3))]
        readings += [reading(SPRING.replace(day=day), value, students, **{"Student group": group}) for day, value, students in sorted(taken)]
        known[group] = ([*map(repr, own.values()), *(repr(value) for _, value, _ in taken)], min(students for *_, students in taken))
    tables = {
        "Investments": [investment(Students=500, Expected_gain=2, Gain_unit="% of students")],
        "InvestmentCosts": [{"Investment": ONE, "Year": 2026, "Dollars": 7000, "Spent": 6000}],
        "States": way_to("active"), "Metrics": metrics, "Readings": readings,
    }  # fmt: skip
    return review(portfolio_of(tables)), known


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(portfolios())
def test_what_is_suppressed_appears_nowhere_in_the_file(drawn: tuple[Review, dict[str, tuple[list[str], float]]]) -> None:
    """No number of a group of fewer than 10, nor its progress or return, in cells, texts or charts of the Tracker.

    Nor can it be worked out: beside a total either no group is left out, or all are, or at least two of 10 students
    and more together. What is not suppressed is there.
    """
    found, known = drawn
    said = written([tracker_sheet(found)])
    hidden = {group for group, (values, _) in known.items() if not any(value in said for value in values)}
    assert hidden >= {group for group, (_, fewest) in known.items() if fewest < 10}
    rows = found.metrics.to_dict("records")
    # Two groups can have come the same rounded part of the way.
    shown = {f"{row['Progress']:.0%} of the way" for row in rows if row["Student group"] not in hidden}
    for row in rows:
        texts, _ = known[row["Student group"]]
        if row["Student group"] in hidden:
            progress = f"{row['Progress']:.0%} of the way"
            assert progress in shown or progress not in said
            assert not row["Counts"] or "so far not known" in said
        else:
            assert all(text in said for text in texts[:4])
    groups = set(known) - {""}
    if "" in known and "" not in hidden and hidden and not groups <= hidden:
        assert len(hidden) >= 2
        assert sum(known[group][1] for group in hidden) >= 10


# -- the files -----------------------------------------------------------------------------------------------------

BOOKS: dict[str, Callable[[], Review]] = {"review_tiny": tiny, "review_sample": sample, "review_nothing": nothing}
for _name, _make in BOOKS.items():
    register(_name)(lambda path, make=_make: write_workbook(book_of(make()), path))  # type: ignore[misc]


@pytest.mark.parametrize(("name", "at_least"), [("review_tiny", 4), ("review_sample", 30), ("review_nothing", 0)])
def test_libreoffice_computes_the_same(name: str, at_least: int, recalculated: Callable[[str], Pair]) -> None:
    formulas, differ = differences(recalculated(name))
    assert differ == []
    assert formulas >= at_least


def test_excel_opens_them_without_repair(tmp_path: Path) -> None:
    for name, make in BOOKS.items():
        write_workbook(book_of(make()), tmp_path / f"{name}.xlsx")
    assert validate(sorted(tmp_path.glob("*.xlsx"))) == []


def test_the_tracker_prints_upright_on_one_page_across_and_no_card_is_cut(tmp_path: Path) -> None:
    write_workbook(book_of(sample()), tmp_path / "review.xlsx")
    page = openpyxl.load_workbook(tmp_path / "review.xlsx")["Tracker"]
    assert (page.page_setup.orientation, page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == ("portrait", 1, 0)
    cards = {card.name for card in published(sample())}
    names = {cell.row for cell in page["B"] if cell.value in cards}
    assert [each.id + 1 for each in page.row_breaks.brk]
    assert {each.id + 1 for each in page.row_breaks.brk} <= names


def table_of(sheet: Sheet) -> DataTable:
    return sheet.tables[0]


def test_the_table_of_the_tracker_adds_up_live() -> None:
    """$17,564,600 for the seven cycles of the sample, by hand from InvestmentCosts."""
    table = table_of(tracker_sheet(sample()))
    assert table.total_row
    dollars = next(each for each in table.columns if each.header == "Dollars")
    assert dollars.total == "sum"
    assert sum(dollars.values) == 4_815_000 + 4_345_000 + 640_000 + 3_988_000 + 1_492_500 + 1_250_000 + 1_034_100
