"""Bad tables of investments: every problem is found at its cell, with what to do about it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from apportion.programs.checks_cycles import check_cycles
from apportion.programs.portfolio import read_portfolio
from apportion.workbook.csvfolder import read_folder
from tools.investments import ONE, investment, metric, portfolio_of, reading, way_to

if TYPE_CHECKING:
    from pathlib import Path

Rows = list[dict[str, Any]]
GROUP = {"Student group": "English learners"}


def tables(state: str = "active", **more: Rows) -> dict[str, Rows]:
    """A sound investment in a state, with other tables in place of its own."""
    decided = [{"Investment": ONE, "Date": dt.date(2025, 6, 1), "Decision": "continue", "Reason": "It works."}]
    made = {"Investments": [investment()], "Metrics": [metric()], "States": way_to(state)}
    return made | ({"Decisions": decided} if state == "decided" else {}) | more


def found(given: dict[str, Rows], **more: Any) -> list[tuple[str, str, str]]:
    return [(each.severity, each.table, each.cell) for each in check_cycles(portfolio_of(given, **more))]


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "approved", "denied", "active", "review due", "decided"])
def test_nothing_is_wrong_with_a_sound_investment(state: str) -> None:
    given = tables(state, Readings=[reading("2026-05-20", 45), reading("2027-05-20", 55)])
    assert found(given) == []


def last_without_reason(state: str) -> Rows:
    steps = way_to(state)
    return [*steps[:-1], steps[-1] | {"Reason": ""}]


def on(day: str, *states: str) -> Rows:
    return [{"Investment": ONE, "State": state, "Date": dt.date.fromisoformat(day)} for state in states]


DECISION = {"Investment": ONE, "Date": dt.date(2026, 6, 1), "Decision": "continue", "Reason": "It works."}
# The tables, severity, table and cell of the only finding, words of it. Letters of columns are those of the schema.
BAD: list[tuple[str, dict[str, Rows], str, str, str, str]] = [
    ("a state that may not follow", tables(States=[*way_to("approved"), *on("2026-01-01", "draft")]), "error", "States", "C5", "may not follow"),
    ("the order on one date is not clear", tables(States=[*on("2025-01-01", "draft"), *on("2025-02-01", "approved", "submitted"), *on("2025-07-01", "active")]), "error", "States", "B3", "order is not clear"),
    ("returned without a reason", tables("returned", States=last_without_reason("returned")), "error", "States", "E4", "without a reason"),
    ("denied without a reason", tables("denied", States=last_without_reason("denied")), "error", "States", "E4", "without a reason"),
    ("decided, and nobody knows what", tables("decided", Decisions=[]), "error", "States", "C7", "does not say what"),
    ("a decision without a reason", tables("review due", Decisions=[DECISION | {"Reason": ""}]), "error", "Decisions", "G2", "no reason"),
    ("a decision before the review is due", tables("active", Decisions=[DECISION]), "error", "Decisions", "A2", "is active on 2026-06-01"),
    ("no whole number of years", tables(Investments=[investment(Cycle_years=2.5)]), "error", "Investments", "N2", "2.5 years"),
    ("more than five years", tables(Investments=[investment(Cycle_years=6)]), "error", "Investments", "N2", "6 years"),
    ("a review after the cycle", tables(Investments=[investment(Review_year=2029)]), "error", "Investments", "P2", "FY2026 to FY2028"),
    ("a review before the cycle", tables(Investments=[investment(Review_year=2025)]), "error", "Investments", "P2", "FY2026 to FY2028"),
    ("active without a start", tables(Investments=[investment(Start=None)]), "error", "Investments", "O2", "first fiscal year"),
    ("active without a length", tables(Investments=[investment(Cycle_years=None)]), "error", "Investments", "N2", "length of its cycle"),
    ("approved without a timeline", tables("approved", Investments=[investment(Start=None)]), "error", "Investments", "O2", "timeline"),
    ("submitted without a timeline", tables("submitted", Investments=[investment(Start=None)]), "warning", "Investments", "O2", "timeline"),
    ("approved without a priority", tables("approved", Investments=[investment(Priority="")]), "error", "Investments", "H2", "serves no priority"),
    ("submitted without a priority", tables("submitted", Investments=[investment(Priority="")]), "warning", "Investments", "H2", "serves no priority"),
    ("approved without a metric", tables("approved", Metrics=[]), "error", "Investments", "A2", "has no metric"),
    ("without an exit plan", tables(Investments=[investment(Exit_plan="")]), "warning", "Investments", "S2", "exit plan"),
    ("it follows itself", tables(Investments=[investment(Follows=ONE)]), "error", "Investments", "T2", "follows itself"),
    ("a metric without a target", tables(Metrics=[metric(**{f"Target year {year}": None for year in (1, 2, 3)})]), "error", "Metrics", "H2", "has no target"),
    ("a target that is the baseline", tables(Metrics=[metric(**{"Target year 1": 40})]), "warning", "Metrics", "H2", "hold the line"),
    ("a target that is worse", tables(Metrics=[metric(**{"Target year 1": 39})]), "warning", "Metrics", "H2", "worse than its baseline"),
    ("a target beyond the cycle", tables(Metrics=[metric(**{"Target year 4": 80})]), "warning", "Metrics", "K2", "year 4"),
    ("no target for the last year", tables(Metrics=[metric(**{"Target year 3": None})]), "warning", "Metrics", "J2", "last year"),
    ("two that count for A-ROI", tables(Investments=[investment(Gain_unit="% of students")], Metrics=[metric(**{"Counts for A-ROI": "yes"}), metric(**{"Counts for A-ROI": "yes", "Metric": "Mathematics"})]), "error", "Metrics", "N3", "and so does"),
    ("a gain in another unit", tables(Investments=[investment(Gain_unit="months")], Metrics=[metric(**{"Counts for A-ROI": "yes"})]), "error", "Metrics", "D2", "% of students, the gain is in months"),
    ("a reading of no metric", tables(Readings=[reading("2026-05-20", 45, Metric="Readng")]), "error", "Readings", "B2", 'Nearest: "Reading"'),
    ("a reading of another group", tables(Readings=[reading("2026-05-20", 45, **GROUP)]), "error", "Readings", "C2", 'not measured for the group "English learners"'),
    ("a reading before the baseline", tables(Metrics=[metric(**{"Baseline date": dt.date(2026, 1, 1)})], Readings=[reading("2025-12-31", 45)]), "error", "Readings", "D2", "before its baseline"),
    ("a reading before the cycle", tables(Readings=[reading("2025-06-30", 41)]), "warning", "Readings", "D2", "FY2026 to FY2028"),
    ("a reading long after the cycle", tables(Readings=[reading("2028-12-31", 70), reading("2029-01-01", 71)]), "warning", "Readings", "D3", "does not count"),
    ("readings out of order", tables(Readings=[reading("2026-05-20", 45), reading("2025-12-01", 42)]), "error", "Readings", "D3", "out of order"),
    ("two readings on one date", tables(Readings=[reading("2026-05-20", 45), reading("2026-05-20", 46)]), "warning", "Readings", "D3", "lower row"),
    ("a group without its number", tables(Metrics=[metric(**GROUP)], Readings=[reading("2026-05-20", 45, None, **GROUP)]), "warning", "Readings", "F2", "how many students"),
    ("one-time money after the cycle", tables(Investments=[investment(Recurrence="one-time")], InvestmentCosts=[{"Investment": ONE, "Year": 2029, "Dollars": 5}]), "warning", "InvestmentCosts", "B2", "one-time money in FY2029"),
    ("money of an ending fund after the cycle", tables(Funds=[{"Fund": "Grant", "Recurrence": "one-time"}], InvestmentCosts=[{"Investment": ONE, "Year": 2029, "Fund": "Grant", "Dollars": 5}]), "warning", "InvestmentCosts", "B2", "one-time money in FY2029"),
    ("money before the cycle", tables(InvestmentCosts=[{"Investment": ONE, "Year": 2025, "Dollars": 5}]), "warning", "InvestmentCosts", "B2", "money in FY2025"),
    ("an unknown fund", tables(Funds=[{"Fund": "Grant"}], InvestmentCosts=[{"Investment": ONE, "Year": 2026, "Fund": "Grants", "Dollars": 5}]), "error", "InvestmentCosts", "C2", 'Nearest: "Grant"'),
]


@pytest.mark.parametrize(("given", "severity", "table", "cell", "said"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_bad_tables(given: dict[str, Rows], severity: str, table: str, cell: str, said: str) -> None:
    (finding,) = check_cycles(portfolio_of(given))
    assert (finding.severity, finding.table, finding.cell) == (severity, table, cell)
    assert said in str(finding)
    assert finding.remedy


def test_circles_and_unfinished_cycles() -> None:
    """A1 follows A2 and A2 follows A1; neither has ended. A3 follows one that ended, and starts no later than it."""
    rows = [investment(ONE, Follows="A2"), investment("A2", Follows=ONE), investment("A3", Follows="A4"), investment("A4")]
    given = tables(
        Investments=rows,
        Metrics=[metric(row["Code"]) for row in rows],
        States=[*way_to("active"), *way_to("active", "A2"), *way_to("draft", "A3"), *way_to("denied", "A4")],
    )
    said = [(each.cell, each.what) for each in check_cycles(portfolio_of(given))]
    assert [cell for cell, _ in said] == ["T2", "T2", "O2", "T3", "T3", "O3", "O4"]
    assert "in a circle" in said[0][1]
    assert "has not ended" in said[1][1]
    assert "not after" in said[6][1]


def test_rows_after_the_day_of_the_review_are_said_and_do_not_count() -> None:
    given = tables("active", Readings=[reading("2026-05-20", 45)])
    assert found(given, as_of=dt.date(2025, 1, 25)) == [("warning", "States", "B5"), ("warning", "Readings", "D2")]


def test_a_decision_after_the_day_of_the_review_is_said_and_does_not_count() -> None:
    given = tables("review due", Decisions=[DECISION])
    assert found(given, as_of=dt.date(2026, 5, 31)) == [("warning", "Decisions", "A2")]
    assert found(given, as_of=dt.date(2026, 6, 1)) == []


def test_a_cycle_that_follows_one_which_another_follows_already_is_said() -> None:
    """A1 is decided; A2 and A3 both follow it."""
    rows = [investment(), *(investment(code, Follows=ONE, Start=2029) for code in ("A2", "A3"))]
    given = tables("decided", Investments=rows, Metrics=[metric(row["Code"]) for row in rows])
    (finding,) = check_cycles(portfolio_of(given))
    assert (finding.severity, finding.cell) == ("warning", "T4")
    assert '"A2"' in finding.what


def test_where_the_length_of_a_cycle_is_not_entered_every_year_may_have_money() -> None:
    given = tables("draft", Investments=[investment(Cycle_years=None)])
    given["InvestmentCosts"] = [{"Investment": ONE, "Year": 2025, "Dollars": 5}]
    assert found(given) == []


def test_a_metric_without_baseline_is_refused_when_the_tables_are_read() -> None:
    portfolio = portfolio_of(tables(Metrics=[metric(Baseline=None)]))
    said = [(each.severity, each.cell, each.what) for each in portfolio.intake.findings if each.table == "Metrics"]
    assert said == [("error", "F2", "Baseline is empty.")]


def test_the_sample_has_nothing_to_correct(project: Path) -> None:
    book = read_folder(project / "workbook_templates" / "sample_programs")
    assert list(check_cycles(read_portfolio(book.tables)[0])) == []
