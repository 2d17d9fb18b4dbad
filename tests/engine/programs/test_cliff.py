"""The cliff, worked out by hand: what a fund that ends pays of a year, and what two programs share of too little."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from apportion.programs.checks_realign import check_realign
from apportion.programs.cliff import cliff
from tools.small_programs import SEPTEMBER_30, SMALL, portfolio_of, small

if TYPE_CHECKING:
    import pandas as pd


def row(frame: pd.DataFrame, **key: Any) -> dict[str, Any]:
    """The one row of a frame with these values."""
    for column, value in key.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1
    return frame.iloc[0].to_dict()


def test_a_fund_that_ends_on_september_30_pays_3_of_12_months() -> None:
    """Tutoring costs $120,000 in FY2027: ESSER pays July to September, $30,000; in FY2028 it pays nothing."""
    programs = cliff(small()).programs
    first = row(programs, Code="TUT", Year=2027)
    assert first == {
        "Code": "TUT", "Program": "High-dosage tutoring", "Origin": "grant-funded", "Fund": "ESSER III", "Year": 2027,
        "Dollars": 120_000.0, "Months": 3, "Covered": 30_000.0, "Gap": 90_000.0, "Positions": 2.0, "Schools": "Ash; Elm",
    }  # fmt: skip
    second = row(programs, Code="TUT", Year=2028)
    assert (second["Months"], second["Covered"], second["Gap"]) == (0, 0.0, 120_000.0)


def test_every_fund_and_year_with_its_dates() -> None:
    """ESSER: $160,000 asked in FY2027, a quarter of it paid. General Fund: $75,000 of $90,000 in FY2028."""
    funds = cliff(small()).funds
    esser, later = row(funds, Fund="ESSER III", Year=2027), row(funds, Fund="ESSER III", Year=2028)
    assert (esser["Recurring"], esser["Ends"], esser["Months"]) == (False, SEPTEMBER_30, 3)
    assert (esser["Available"], esser["Costs"], esser["Covered"], esser["Gap"]) == (500_000, 160_000, 40_000, 120_000)
    assert (later["Ends"], later["Months"], later["Costs"], later["Gap"]) == (SEPTEMBER_30, 0, 160_000, 160_000)
    general = row(funds, Fund="General Fund", Year=2028)
    assert (general["Recurring"], general["Covered"], general["Gap"]) == (True, 75_000, 15_000)


def test_the_years() -> None:
    """FY2027: ESSER leaves $120,000 of 2 programs. FY2028: $160,000 of those and $15,000 of the lab."""
    years = cliff(small()).years
    assert years.to_dict("records") == [
        {"Year": 2027, "Costs": 250_000, "Covered": 130_000, "Gap": 120_000, "Programs": 2, "Positions": 2.0,
         "Recurring": 90_000, "One-time": 40_000},
        {"Year": 2028, "Costs": 250_000, "Covered": 75_000, "Gap": 175_000, "Programs": 3, "Positions": 3.5,
         "Recurring": 75_000, "One-time": 0},
    ]  # fmt: skip


def test_two_programs_share_too_little_to_the_cent() -> None:
    """Of $100.00, programs of $100.00 and $200.00 get $33.33 and $66.67: the larger remainder takes the last cent."""
    costs = [{"Program": code, "Year": 2027.0, "Fund": "General Fund", "Dollars": dollars}
             for code, dollars in (("LAB", 100.0), ("SUM", 200.0))]  # fmt: skip
    years = [{"Fund": "General Fund", "Year": 2027.0, "Amount": 100.0}]
    programs = cliff(small(ProgramCosts=costs, FundYears=years)).programs
    assert programs["Covered"].tolist() == [33.33, 66.67]
    assert programs["Gap"].tolist() == [66.67, 133.33]


def test_months_come_before_what_there_is() -> None:
    """ESSER has $20,000 for what would take $40,000 in 3 months: each program gets half of its 3 months."""
    years = [{"Fund": "ESSER III", "Year": 2027.0, "Amount": 20_000.0, "Obligate by": SEPTEMBER_30}]
    programs = cliff(small(FundYears=[*SMALL["FundYears"][:2], *years])).programs
    assert row(programs, Code="TUT", Year=2027)["Covered"] == 15_000
    assert row(programs, Code="SUM", Year=2027)["Covered"] == 5_000


def test_a_fund_that_no_one_gave_an_amount_covers_nothing() -> None:
    costs = [{"Program": "LAB", "Year": 2027.0, "Fund": "General Fund", "Dollars": 100.0}]
    years = cliff(small(ProgramCosts=costs, FundYears=[])).years
    assert years.to_dict("records")[0]["Gap"] == 100.0


def test_a_fund_that_is_overdrawn_covers_nothing_and_is_named() -> None:
    """$10,000 after a loss of $50,000 carried in: not $40,000 less than nothing for a cost of $100."""
    costs = [{"Program": "LAB", "Year": 2027.0, "Fund": "General Fund", "Dollars": 100.0}]
    years = [{"Fund": "General Fund", "Year": 2027.0, "Amount": 10_000.0, "Carried in": -50_000.0}]
    portfolio = small(ProgramCosts=costs, FundYears=years)
    made = cliff(portfolio)
    assert made.years.to_dict("records")[0]["Gap"] == 100.0
    assert row(made.funds, Fund="General Fund", Year=2027)["Available"] == 0.0
    said = [(each.cell, each.what) for each in check_realign(portfolio) if each.table == "FundYears"]
    assert said == [("D2", "General Fund is $40,000.00 short: programs have nothing of it.")]


def test_a_program_without_a_list_of_schools_serves_all() -> None:
    assert row(cliff(small()).programs, Code="LAB", Year=2027)["Schools"] == "all schools"


CENTS = st.integers(0, 10**9).map(lambda number: number / 100)


@given(
    costs=st.lists(st.tuples(st.sampled_from(["TUT", "LAB", "SUM"]), st.sampled_from(["General Fund", "ESSER III"]),
                             st.sampled_from([2027.0, 2028.0]), CENTS), min_size=1, max_size=8,
                   unique_by=lambda each: each[:3]),
    amounts=st.tuples(CENTS, CENTS, CENTS),
)  # fmt: skip
def test_every_cent_is_covered_or_missing(costs: list[tuple[Any, ...]], amounts: tuple[float, ...]) -> None:
    """Programs, funds and years add up to the same cents; no fund gives more than it has or than is asked."""
    rows = [dict(zip(("Program", "Fund", "Year", "Dollars"), each, strict=True)) for each in costs]
    years = [
        {"Fund": fund, "Year": year, "Amount": amount, "Obligate by": until}
        for (fund, year, until), amount in zip(
            (("General Fund", 2027.0, None), ("General Fund", 2028.0, None), ("ESSER III", 2027.0, SEPTEMBER_30)),
            amounts, strict=True,
        )
    ]  # fmt: skip
    made = cliff(portfolio_of(SMALL | {"ProgramCosts": rows, "FundYears": years}))

    def total(values: Any) -> Decimal:
        return sum((Decimal(repr(float(each))) for each in values), Decimal(0))

    asked = total(row["Dollars"] for row in rows)
    assert total(made.programs["Covered"]) + total(made.programs["Gap"]) == asked
    assert total(made.funds["Covered"]) == total(made.programs["Covered"]) == total(made.years["Covered"])
    assert total(made.funds["Gap"]) == total(made.programs["Gap"]) == total(made.years["Gap"])
    assert total(made.years["Recurring"]) + total(made.years["One-time"]) == total(made.years["Covered"])
    assert (made.funds["Covered"] <= made.funds["Available"]).all()
    assert (made.programs["Covered"] <= made.programs["Dollars"]).all()
    assert (made.programs["Covered"] >= 0).all()
