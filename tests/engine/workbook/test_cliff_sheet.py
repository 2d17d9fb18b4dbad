"""The sheet Cliff: its message and sentences, and sums that are live over what each program costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from apportion.programs.cliff import cliff
from apportion.programs.portfolio import read_portfolio
from apportion.workbook.book import open_book
from apportion.workbook.cliff_sheet import cliff_sheets, message, said_of, sentences
from apportion.workbook.locations import template_folder
from apportion.workbook.sheets import WorkbookDescription
from apportion.workbook.writer import write_workbook
from tools.comparison import differences
from tools.recalculation import Pair, register
from tools.small_programs import SMALL, small

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from apportion.programs.portfolio import Portfolio
    from apportion.workbook.sheets import DataTable, Sheet

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


def sample() -> Portfolio:
    return read_portfolio(open_book(template_folder() / "sample_programs").tables)[0]


def odd_names() -> Portfolio:
    """A fund whose name SUMIFS would take for a pattern, and cents that do not divide evenly."""
    funds = [{"Fund": "Fund *"}, {"Fund": "Fund 2", "Recurrence": "one-time"}]
    costs = [
        {"Program": code, "Year": year, "Fund": fund, "Dollars": 100.01}
        for code in ("TUT", "LAB", "SUM")
        for year in (2027.0, 2028.0)
        for fund in ("Fund *", "Fund 2")
    ]
    years = [{"Fund": "Fund *", "Year": 2027.0, "Amount": 100.0}, {"Fund": "Fund 2", "Year": 2028.0, "Amount": 9.99}]
    return small(Funds=funds, ProgramCosts=costs, FundYears=years)


MADE: dict[str, Callable[[], Portfolio]] = {"cliff_small": small, "cliff_sample": sample, "cliff_odd": odd_names}


def _write(portfolio: Portfolio, path: Path) -> None:
    write_workbook(WorkbookDescription(cliff_sheets(cliff(portfolio))), path)


for _name, _make in MADE.items():
    register(_name)(lambda path, make=_make: _write(make(), path))  # type: ignore[misc]


@pytest.mark.parametrize("name", MADE)
def test_every_formula_recalculates_to_what_was_written(recalculated: Callable[[str], Pair], name: str) -> None:
    count, differ = differences(recalculated(name))
    assert (count > 20, differ) == (True, [])


def table(sheet: Sheet, name: str) -> DataTable:
    return next(each for each in sheet.tables if each.name == name)


def column(table: DataTable, header: str) -> list[Any]:
    return list(next(each for each in table.columns if each.header == header).values)


def test_the_title_is_the_year_in_which_the_gap_grows_most() -> None:
    """The gaps are $120,000 and $175,000: the step to FY2027 is the larger one."""
    assert message(cliff(small())) == "$120,000 of FY2027 has no fund"
    assert said_of(cliff(small())) == "$120,000 of FY2027 has no fund."
    whole_year = [{**each, "Obligate by": None} for each in SMALL["FundYears"]]
    assert message(cliff(small(FundYears=whole_year))) == "$175,000 of FY2028 has no fund"


def test_what_ends_when_in_words() -> None:
    assert sentences(cliff(small())) == [
        "FY2027: $120,000 of $250,000 has no fund; 2 programs with 2 positions are affected.",
        "FY2028: $175,000 of $250,000 has no fund; 3 programs with 3.5 positions are affected.",
        "General Fund comes year after year, and is short of $15,000 in FY2028.",
        "ESSER III ends on September 30, 2026; it pays 3 of the 12 months of FY2027, and pays nothing in FY2028.",
        "It pays for High-dosage tutoring and Summer bridge with 2 positions.",
    ]


def test_a_district_without_a_cliff_is_told_so() -> None:
    years = [{"Fund": fund, "Year": year, "Amount": 1e6} for fund in ("General Fund", "ESSER III") for year in (2027.0, 2028.0)]
    made = cliff(small(FundYears=years))
    assert message(made) == "Every program has a fund in FY2027 to FY2028"
    assert sentences(made)[0] == "What programs cost is covered in every year."


def test_without_costs_there_is_one_sentence() -> None:
    (sheet,) = cliff_sheets(cliff(small(ProgramCosts=[{**SMALL["ProgramCosts"][0], "Year": 2020.0}])))
    assert (sheet.tables, sheet.charts, sheet.mark) == ((), (), True)
    assert [cell.value for cell in sheet.cells] == [
        "No program has a cost in this or a later year: fill the table ProgramCosts."
    ]


def test_the_sheet_has_the_largest_gap_first() -> None:
    (sheet,) = cliff_sheets(cliff(small()))
    by_program, by_fund = table(sheet, "CliffByProgram"), table(sheet, "CliffByFund")
    assert column(by_program, "Program")[:2] == ["High-dosage tutoring", "High-dosage tutoring"]
    assert column(by_program, "No fund") == [120_000, 90_000, 40_000, 30_000, 15_000, 0]
    assert column(by_program, "Schools")[0] == "Ash and Elm"
    assert list(zip(column(by_fund, "Fund"), column(by_fund, "Year"), column(by_fund, "No fund"), strict=True)) == [
        ("ESSER III", "FY2027", 120_000),
        ("ESSER III", "FY2028", 160_000),
        ("General Fund", "FY2027", 0),
        ("General Fund", "FY2028", 15_000),
    ]
    assert column(by_fund, "Money")[0] == "one-time, until September 30, 2026"


def test_what_is_counted_beside_all_costs_is_what_is_affected() -> None:
    """In FY2027 the General Fund pays its program; both of ESSER's, with 2 positions, have no fund for part of it."""
    (sheet,) = cliff_sheets(cliff(small()))
    years = table(sheet, "CliffByYear")
    assert [column(years, header)[0] for header in ("Programs affected", "Cost", "Positions affected")] == [2, 250_000, 2]


def test_totals_over_years_say_so() -> None:
    """The title has the gap of one year, and the total rows add up both years."""
    (sheet,) = cliff_sheets(cliff(small()))
    labels = {each.name: each.total_label for each in sheet.tables if each.total_row}
    assert labels == dict.fromkeys(("CliffByFund", "CliffByProgram"), "All years shown")


def test_the_chart_has_one_column_a_year_and_the_gap_in_the_color_of_losses() -> None:
    (sheet,) = cliff_sheets(cliff(small()))
    (chart,) = sheet.charts
    years = table(sheet, "CliffByYear")
    assert chart.title == "One-time money pays $40,000 of FY2027 and nothing of FY2028"
    assert (chart.kind, chart.x_title, chart.y_title) == (
        "stacked_column", "Fiscal year", "Cost of the programs, dollars",
    )  # fmt: skip
    shown = {series.name: series.values for series in chart.series}
    assert list(shown) == ["Covered by recurring money", "Covered by one-time money", "No fund"]
    headers = [each.header for each in years.columns]
    for name, header in zip(shown, ("Recurring money", "One-time money", "No fund"), strict=True):
        place = years.column + headers.index(header)
        assert shown[name] == ("Cliff", years.row + 1, place, years.row + 2, place)
    assert chart.series[-1].color == "#D98880"
