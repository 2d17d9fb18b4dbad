"""Decisions: the latest counts, none is overwritten, and each stands beside the proposal and changes the fund years."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

from apportion.programs.decided import check_decided, decided
from apportion.programs.portfolio import read_portfolio
from apportion.programs.realign import realign
from tools.realignments import ROWS, SCORES, realignment
from tools.small_programs import SMALL, portfolio_of, small, tables_of

if TYPE_CHECKING:
    import pandas as pd

    from apportion.programs.portfolio import Portfolio
    from tools.small_programs import Rows

APRIL, MAY, JUNE = dt.date(2026, 4, 1), dt.date(2026, 5, 1), dt.date(2026, 6, 1)


def decision(date: dt.date, program: str, what: str, **more: Any) -> dict[str, Any]:
    return {"Date": date, "Program": program, "Decision": what, "Reason": "Said at the meeting.", **more}


def row(frame: pd.DataFrame, **key: Any) -> dict[str, Any]:
    for column, value in key.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1
    return frame.iloc[0].to_dict()


def fund_year(portfolio: Portfolio, fund: str, year: int) -> tuple[float, ...]:
    """Programs before and after, for rules before and after."""
    found = row(decided(portfolio, None).fund_years, Fund=fund, Year=year)
    return tuple(found[f"{what} {when}"] for what in ("Programs", "For rules") for when in ("before", "after"))


def test_without_a_decision_nothing_changes() -> None:
    """General Fund, FY2028: the lab asks for $90,000 and there are $75,000; of $1,000,000 rules keep $925,000."""
    portfolio = small()
    assert fund_year(portfolio, "General Fund", 2027) == (90_000, 90_000, 910_000, 910_000)
    assert fund_year(portfolio, "General Fund", 2028) == (75_000, 75_000, 925_000, 925_000)
    assert set(decided(portfolio, None).decisions["Decided"]) == {""}


def test_a_program_that_ends_leaves_its_money_to_rules() -> None:
    portfolio = small(Decisions=[decision(MAY, "LAB", "end")])
    assert fund_year(portfolio, "General Fund", 2027) == (90_000, 0, 910_000, 1_000_000)
    # ESSER pays 3 of 12 months of tutoring's $120,000 and of the $40,000 of summer bridge, as before.
    assert fund_year(portfolio, "ESSER III", 2027) == (40_000, 40_000, 460_000, 460_000)


def test_the_latest_decision_counts_and_none_is_overwritten() -> None:
    """In the order of days, whatever their rows; of one day the lower row."""
    made = decided(
        small(
            Decisions=[
                decision(MAY, "LAB", "end"),
                decision(APRIL, "LAB", "continue"),
                decision(JUNE, "SUM", "end"),
                decision(JUNE, "SUM", "continue", Reason="After the hearing."),
            ]
        ),
        None,
    )
    assert row(made.decisions, Program="LAB")["Decided"] == "end"
    assert row(made.decisions, Program="SUM")["Reason"] == "After the hearing."
    assert made.history[["Date", "Program", "Decision", "Counts"]].to_numpy().tolist() == [
        [APRIL, "LAB", "continue", False],
        [MAY, "LAB", "end", True],
        [JUNE, "SUM", "end", False],
        [JUNE, "SUM", "continue", True],
    ]


def test_decisions_stand_beside_the_proposal() -> None:
    """The lab (rubric 1.1, 300 students, $300,000) was to end and is kept; arts continues, as proposed."""
    portfolio = portfolio_of(
        ROWS | {"Decisions": [decision(MAY, "LAB", "continue"), decision(MAY, "ART", "continue")]}
    )
    made = decided(portfolio, realignment(portfolio=portfolio)).decisions
    lab, arts, tutoring = (row(made, Program=code) for code in ("LAB", "ART", "TUT"))
    assert (lab["Decided"], lab["Proposed"], bool(lab["Agrees"])) == ("continue", "end", False)
    assert (round(lab["Value difference"], 9), lab["Cost difference"]) == (330.0, 300_000.0)
    assert (bool(arts["Agrees"]), arts["Cost difference"]) == (True, 0.0)
    assert (tutoring["Decided"], tutoring["Proposed"], tutoring["Date"]) == ("", "continue", None)
    assert math.isnan(tutoring["Cost difference"])


def test_undecided_programs_are_as_proposed_and_decided_ones_as_decided() -> None:
    """General Fund: the proposal takes $875,000 and $1,000,000; the lab takes what is left of its $1,050,000."""
    portfolio = portfolio_of(ROWS | {"Decisions": [decision(MAY, "LAB", "continue")]})
    years = decided(portfolio, realignment(portfolio=portfolio)).fund_years
    first, second = (row(years, Fund="General Fund", Year=year) for year in (2027, 2028))
    assert (first["Programs before"], first["Programs after"]) == (850_000, 1_050_000)
    assert (second["Programs before"], second["Programs after"]) == (850_000, 1_050_000)
    assert (second["For rules before"], second["For rules after"]) == (8_150_000, 7_950_000)
    assert row(years, Fund="ESSER III", Year=2027)["Programs after"] == 125_000


def test_a_proposal_alone_changes_the_fund_years() -> None:
    years = decided(portfolio_of(ROWS), realignment()).fund_years
    assert row(years, Fund="General Fund", Year=2027)["Programs after"] == 875_000
    assert row(years, Fund="General Fund", Year=2028)["Programs after"] == 1_000_000


def test_a_decision_is_compared_where_no_year_has_costs() -> None:
    """Nothing costs anything from FY2027 on, so that deciding otherwise costs no difference."""
    costs = [{"Program": "LAB", "Year": 2026.0, "Fund": "General Fund", "Dollars": 1.0}]
    portfolio = portfolio_of(ROWS | {"ProgramCosts": costs, "Options": [], "Decisions": [decision(MAY, "LAB", "end")]})
    assert portfolio.years == ()
    made = decided(portfolio, realign(portfolio, SCORES, answers=False)).decisions
    assert row(made, Program="LAB")["Cost difference"] == 0.0


def test_a_decision_about_the_whole_program_is_one_about_each_school() -> None:
    """Coaches at Elm were to end; kept, they cost $100,000 more. Coaches at Ash were to go on."""
    portfolio = portfolio_of(ROWS | {"Decisions": [decision(MAY, "COA", "continue")]})
    made = decided(portfolio, realignment(portfolio=portfolio)).decisions
    assert bool(row(made, Program="COA", School="101")["Agrees"])
    assert row(made, Program="COA", School="102")["Cost difference"] == 100_000
    alone = portfolio_of(ROWS | {"Decisions": [decision(MAY, "COA", "end", School="101")]})
    made = decided(alone, realignment(portfolio=alone)).decisions
    assert row(made, Program="COA", School="101")["Cost difference"] == -100_000
    assert row(made, Program="COA", School="102")["Decided"] == ""


def test_what_stays_as_proposed_is_paid_to_the_cent() -> None:
    """ESSER pays 3 of 12 months of $33.33 and $66.67: $25.00, of which $8.33 and $16.67. Ash ends, Elm goes on."""
    rows: dict[str, Rows] = SMALL | {
        "Programs": [{"Code": "COA", "Program": "Coaches", "Students taking part": 10.0}],
        "ProgramCosts": [
            {"Program": "COA", "School": school, "Year": 2027.0, "Fund": "ESSER III", "Dollars": dollars}
            for school, dollars in (("101", 33.33), ("102", 66.67))
        ],
        "Options": [{"Program": "COA", "School": school, "Option": "End", "Kind": "end"} for school in ("101", "102")],
        "Shifts": [{"From fund": "ESSER III", "To fund": "General Fund"}],
        "Decisions": [decision(MAY, "COA", "end", School="101")],
    }
    portfolio = portfolio_of(rows)
    years = decided(portfolio, realign(portfolio, SCORES, answers=False)).fund_years
    assert row(years, Fund="ESSER III", Year=2027)["Programs after"] == 16.67
    assert row(years, Fund="General Fund", Year=2027)["Programs after"] == 50.0


def test_a_new_cycle_goes_on() -> None:
    portfolio = small(Decisions=[decision(MAY, "LAB", "new cycle")])
    assert row(decided(portfolio, None).decisions, Program="LAB")["Decided"] == "new cycle"
    assert fund_year(portfolio, "General Fund", 2027) == (90_000, 90_000, 910_000, 910_000)


def test_a_decision_of_its_day_counts_after_the_option_is_gone() -> None:
    """Decided on May 1, in time for notice by May 15; the review stands on June 1, when ending could not be decided."""
    programs = [each | {"Notice by": dt.date(2026, 5, 15)} if each["Code"] == "LAB" else each for each in SMALL["Programs"]]
    costs = [{"Program": "LAB", "Year": 2027.0, "Fund": "General Fund", "Dollars": 90_000.0, "Positions": 1.0,
              "Position dollars": 80_000.0}]  # fmt: skip
    options = [{"Program": "LAB", "Option": "End", "Kind": "end", "Last decision": dt.date(2026, 5, 20)}]
    start = [*SMALL["Plan"], {"Setting": "As of", "Value": JUNE}]
    tables: dict[str, Rows] = {"Programs": programs, "ProgramCosts": costs, "Options": options, "Plan": start}
    in_time = small(**tables, Decisions=[decision(MAY, "LAB", "end")])
    assert fund_year(in_time, "General Fund", 2027)[:2] == (90_000, 0)
    # After notice the position is paid for the year all the same: $80,000.
    late = small(**tables, Decisions=[decision(dt.date(2026, 5, 18), "LAB", "end")])
    assert fund_year(late, "General Fund", 2027)[:2] == (90_000, 80_000)


def test_decisions_that_nothing_can_be_made_of_are_named() -> None:
    options = [
        {"Program": "SUM", "Option": "Half", "Kind": "scale back", "Level": 0.5},
        {"Program": "SUM", "Option": "Two weeks", "Kind": "scale back", "Level": 0.4},
    ]
    decisions = [
        decision(MAY, "LAB", "end", School="101"),
        decision(MAY, "LAB", "expand"),
        decision(MAY, "SUM", "scale back", Option="A third"),
        decision(MAY, "SUM", "scale back"),
        decision(MAY, "SUM", "scale back", Option="Two weeks"),
        decision(MAY, "SUP", "end"),
        decision(MAY, "SUM", "sell"),
    ]
    found = []
    for number, each in enumerate(decisions):
        columns = ("Date", "Program", "Decision", "Reason", "School", "Option")
        rows = {"Options": options, "Decisions": [{column: each.get(column) for column in columns}]}
        portfolio, _ = read_portfolio(tables_of(SMALL | rows))
        found += [(each.severity, number, each.cell, each.what, each.remedy) for each in check_decided(portfolio)]
    assert found == [
        ("error", 0, "E2",
         '"Legacy reading lab" is decided as a whole, so that a decision about school 101 changes nothing.',
         "Leave the school empty, or give the program options with schools in Options."),
        ("error", 1, "C2", '"Legacy reading lab" has no option to expand, so that nobody knows what the decision costs.',
         "Add one to Options, with its level."),
        ("error", 2, "F2", '"Summer bridge" has no option "A third" to scale back.', 'Options has "Half", "Two weeks".'),
        ("warning", 3, "F2", '"Summer bridge" has 2 options to scale back, and the decision does not say which.',
         'Write it under Option; until then it is "Half".'),
    ]  # fmt: skip


def test_nothing_is_said_of_decisions_whose_place_a_later_one_took() -> None:
    """Half of the lab is no option any more; it was decided to go on. At school 101 nothing is decided apart."""
    decisions = [
        decision(APRIL, "LAB", "scale back", Option="Half"),
        decision(APRIL, "LAB", "end", School="101"),
        decision(MAY, "LAB", "continue"),
    ]
    assert list(check_decided(small(Decisions=decisions))) == []
    assert [each.row for each in check_decided(small(Decisions=decisions[:2]))] == [2, 3]


def test_a_decision_after_the_day_of_the_review_does_not_count_yet() -> None:
    start = [*SMALL["Plan"], {"Setting": "As of", "Value": MAY}]
    decisions = [decision(MAY, "LAB", "continue"), decision(JUNE, "LAB", "end"), decision(JUNE, "SUM", "expand")]
    portfolio = small(Plan=start, Decisions=decisions)
    made = decided(portfolio, None)
    assert row(made.decisions, Program="LAB")["Decided"] == "continue"
    assert row(made.decisions, Program="SUM")["Decided"] == ""
    assert made.history["Date"].tolist() == [MAY]
    assert fund_year(portfolio, "General Fund", 2027)[:2] == (90_000, 90_000)
    said = [(each.severity, each.cell, each.what) for each in check_decided(portfolio)]
    what = "the date lies after 2026-05-01, the day of the review: the row does not count yet."
    assert said == [("warning", "A3", what), ("warning", "A4", what)]
