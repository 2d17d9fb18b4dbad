"""The sheets of a realignment, from a proposal made by hand: public words, live sums, decisions, and a conflict."""

from __future__ import annotations

import dataclasses
import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from apportion.programs.decided import Decided, decided
from apportion.programs.portfolio import read_portfolio
from apportion.programs.realign import realign
from apportion.programs.rubric import score
from apportion.schema_realign import LIMIT_KINDS
from apportion.workbook.book import open_book
from apportion.workbook.locations import template_folder
from apportion.workbook.realign_sheets import NAMES, realign_sheets, said_of
from apportion.workbook.realign_words import (
    REMEDIES,
    decision_sentence,
    kinds_of,
    means,
    proof_sentence,
    shift_sentences,
)
from apportion.workbook.sheets import WorkbookDescription
from apportion.workbook.writer import write_workbook
from tools.comparison import differences
from tools.realignments import ROWS, conflict, realignment
from tools.recalculation import Pair, register
from tools.small_programs import portfolio_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from apportion.programs.realignment import Realignment
    from apportion.workbook.sheets import Sheet

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

DECISIONS = [
    {"Date": dt.date(2026, 5, 12), "Program": "LAB", "Decision": "continue", "Reason": "A year to hand over.",
     "Decided by": "Board of Education"},
    {"Date": dt.date(2026, 5, 12), "Program": "ART", "Decision": "continue", "Reason": "As proposed."},
]  # fmt: skip


def both(**changes: Any) -> tuple[Realignment, Decided]:
    portfolio = portfolio_of(ROWS | {"Decisions": DECISIONS})
    made = realignment(portfolio=portfolio, **changes)
    return made, decided(portfolio, made)


def sheets(**changes: Any) -> dict[str, Sheet]:
    return {sheet.name: sheet for sheet in realign_sheets(*both(**changes))}


def undecided() -> tuple[Sheet, ...]:
    made = realignment()
    return realign_sheets(made, decided(made.portfolio, made))


def conflicting() -> tuple[Sheet, ...]:
    made = conflict("fund amounts", "positions cut")
    return realign_sheets(made, decided(made.portfolio, made))


@cache
def sample(*without: str) -> tuple[Realignment, Decided]:
    """The sample's own proposal, without the answers that take long; some tables can be left out."""
    tables = open_book(template_folder() / "sample_programs").tables
    portfolio, _ = read_portfolio({name: table for name, table in tables.items() if name not in without})
    made = realign(portfolio, score(portfolio), answers=False)
    return made, decided(portfolio, made)


MADE: dict[str, Callable[[], tuple[Sheet, ...]]] = {
    "realigned": lambda: tuple(sheets().values()),
    "realigned_undecided": undecided,
    "realigned_conflict": conflicting,
    "realigned_sample": lambda: realign_sheets(*sample()),
}
for _name, _make in MADE.items():
    register(_name)(lambda path, make=_make: write_workbook(WorkbookDescription(make()), path))  # type: ignore[misc]


@pytest.mark.parametrize("name", ["realigned", "realigned_undecided", "realigned_sample"])
def test_every_formula_recalculates_to_what_was_written(recalculated: Callable[[str], Pair], name: str) -> None:
    count, differ = differences(recalculated(name))
    assert (count > 40, differ) == (True, [])


def rows(sheet: Sheet, name: str, *headers: str) -> list[tuple[Any, ...]]:
    columns = {each.header: each.values for table in sheet.tables if table.name == name for each in table.columns}
    return list(zip(*(columns[header] for header in headers), strict=True))


def texts(sheet: Sheet) -> list[Any]:
    return [cell.value for cell in sheet.cells]


def test_the_message_counts_programs_in_public_words() -> None:
    """Coaches are decided by school: kept at Ash, ended at Elm."""
    assert sheets()["Realignment"].title == (
        "Goals realigned: 3 programs continue, 1 expands, 1 is scaled back, 1 ends, 1 differs by school"
    )
    assert kinds_of(realignment()) == {"continue": 3, "expand": 1, "scale back": 1, "end": 1, "by school": 1}


def test_the_sentences_say_what_is_freed_proven_shifted_and_decided() -> None:
    """Freed: $300,000 of the lab, $100,000 each of summer bridge and of coaches at Elm; dual language takes $50,000."""
    value = "the value reached is 7,770 (rubric value times students)."
    assert texts(sheets()["Realignment"])[:6] == [
        f"$500,000 is freed in FY2027, $50,000 more is spent on what expands; {value}",
        "This is proven: no other plan within the limits has more value.",
        "4 positions end and 1 position is added in FY2027.",
        "General Fund pays $875,000 that ESSER III was meant to pay (FY2027 and FY2028).",
        "2 decisions made, 1 as proposed and 1 otherwise; 6 still open.",
        "This is a proposal. People decide, and enter each decision with its reason in the table Decisions.",
    ]
    assert said_of(realignment()).startswith("Goals realigned: 3 programs continue, 1 expands")


@pytest.mark.parametrize(
    ("status", "bound", "said"),
    [
        ("optimal", 7_770.5, "This is proven: no other plan within the limits has more than 0.006% more value."),
        ("within limits of time", 7_925.4,
         "The time ran out before it was proven best: another plan could have up to 2.0% more value."),
        ("within limits of time", 7_770.0, "This is proven: no other plan within the limits has more value."),
    ],
)  # fmt: skip
def test_what_is_not_proven_is_said(status: str, bound: float, said: str) -> None:
    assert proof_sentence(realignment(status=status, bound=bound)) == said


def test_programs_stand_with_what_changes_first_then_by_cost() -> None:
    assert rows(sheets()["Realignment"], "Realigned", "Program", "Kind", "Cost now", "Cost proposed", "Positions") == [
        ("Legacy reading lab", "end", 300_000, 0, -3),
        ("Instructional coaches at Elm", "end", 100_000, 0, -1),
        ("Summer bridge", "scale back", 200_000, 100_000, 0),
        ("Dual language", "expand", 250_000, 300_000, 1),
        ("High-dosage tutoring", "continue", 400_000, 400_000, 0),
        ("Family liaisons", "continue", 150_000, 150_000, 0),
        ("After-school arts", "continue", 100_000, 100_000, 0),
        ("Instructional coaches at Ash", "continue", 100_000, 100_000, 0),
    ]


def test_the_funds_before_and_after() -> None:
    """Of FY2028 the General Fund pays $850,000 as it is; as proposed $400,000 less, and $550,000 for ESSER's programs."""
    shown = rows(sheets()["Realignment"], "RealignedFunds", "Fund", "Year", "Has for programs", "As it is", "As proposed", "Left")
    assert shown[0] == ("General Fund", "FY2027", 1_050_000, 850_000, 875_000, 175_000)
    assert shown[3] == ("General Fund", "FY2028", 1_050_000, 850_000, 1_000_000, 50_000)
    assert shown[4] == ("ESSER III", "FY2028", 0, 600_000, 0, 0)


def test_the_chart_shows_the_year_that_asks_for_most() -> None:
    """As it is, ESSER's programs ask for $600,000 of FY2028 and for $450,000 more than it has in FY2027."""
    (chart,) = sheets()["Realignment"].charts
    assert chart.title == "Going on as it is asks for $600,000 that no fund has in FY2028; the proposal fits"
    assert [series.name for series in chart.series] == ["Available for programs", "As it is", "As proposed"]
    headers = ("Year", "Available", "As it is", "As proposed", "No fund as it is")
    assert rows(sheets()["Realignment"], "RealignedYears", *headers) == [
        ("FY2027", 1_350_000, 1_600_000, 1_150_000, 450_000), ("FY2028", 1_200_000, 1_600_000, 1_150_000, 600_000),
    ]  # fmt: skip


def test_limits_that_bind_come_first() -> None:
    assert rows(sheets()["Realignment"], "LimitsThatBind", "Limit", "Standing") == [
        ("Fund amounts", "binds"), ("Positions cut in FY2027", "holds"), ("Loss of one school", "off"),
    ]  # fmt: skip


def test_limits_are_shown_in_their_unit() -> None:
    """2.5 positions of 2.75 are not 3 of 3; the $250,000 that one school may lose are dollars."""
    sheet = sheets()["Realignment"]
    (limits,) = (table for table in sheet.tables if table.name == "LimitsThatBind")
    styles = {column.header: column.style for column in limits.columns}
    assert (styles["Amount, dollars"], styles["Used, positions"]) == ("dollars", "fte")
    headers = ("Used, dollars", "Amount, dollars", "Used, positions", "Amount, positions")
    assert rows(sheet, "LimitsThatBind", *headers)[1:] == [(None, None, 2.5, 2.75), (None, 250_000, None, None)]


def test_decisions_that_differ_come_first_with_their_reason() -> None:
    headers = ("Program", "As proposed", "Decided", "Proposed", "Cost difference", "Reason")
    assert rows(sheets()["Realignment"], "DecisionsCompared", *headers) == [
        ("Legacy reading lab", "no", "continue", "end", 300_000, "A year to hand over."),
        ("After-school arts", "yes", "continue", "continue", 0, "As proposed."),
    ]


def test_nothing_decided_is_said() -> None:
    made = realignment()
    said = "Nothing is decided yet: decisions are entered in the table Decisions, each with its reason."
    assert decision_sentence(decided(made.portfolio, made)) == said


def test_what_keeping_means_near_ties_first_and_no_plan_last() -> None:
    """A bound is no near-tie, however small: what would be lost may be more."""
    sheet = sheets()["Keeping"]
    assert sheet.title == "What keeping a program means: 1 other answer is close, at less than 0.5% of the value"
    assert rows(sheet, "WhatKeepingMeans", "What it means", "Close", "Loss is", "Loss of value") == [
        ("Keeping Summer bridge means that Dual language goes on as it is.", "close", "exactly", 31),
        ("Giving up Summer bridge costs at least this much value; what else changes was not computed.", None,
         "at least", 20),
        ("Keeping Legacy reading lab means that After-school arts ends and Summer bridge ends.", None, "exactly", 910),
        ("Giving up High-dosage tutoring means that Legacy reading lab goes on as it is.", None, "exactly", 1_900),
        ("Giving up Family liaisons fits no plan within the limits.", None, "no plan", None),
    ]  # fmt: skip
    assert rows(sheet, "NextDollars", "Fund", "What it buys", "Change of value") == [
        ("General Fund", "Without the last $100,000: After-school arts ends.", -840),
        ("General Fund", "The next $100,000: Summer bridge goes on as it is.", 480),
    ]


def test_keeping_that_changes_nothing_else_is_said() -> None:
    row = {"Name": "Arts", "Displaced": "", "Loss": 0.0, "Forced": "keep", "Bound": False}
    assert means(row) == "Keeping Arts changes nothing else."


def test_the_value_of_more_and_of_less_money_is_said() -> None:
    """Of 7,770: 8,250 is 6.2% more, 7,100 is 8.6% less."""
    sheet = sheets()["Frontier"]
    assert sheet.title == "10% more money would add 6.2% of value, 10% less would take 8.6%"
    assert rows(sheet, "ValueByBudget", "Budget", "Value", "Proven")[2:4] == [
        (1.0, 7_770, "the most there is"), (1.1, 8_250, "within 0.01%"),
    ]  # fmt: skip


def test_the_present_budget_is_marked_however_the_table_is_sorted() -> None:
    """Its point is two cells apart from the table, which look for 100% in it."""
    sheet = sheets()["Frontier"]
    (present,) = (series for series in sheet.charts[0].series if series.name == "Present budget")
    cells = {(sheet.name, *(cell.row, cell.column) * 2): cell for cell in sheet.cells}
    found = [cells[place] for place in (present.categories, present.values)]
    assert [(cell.value, cell.formula) for cell in found] == [
        (1_350_000, "INDEX(ValueByBudget[Dollars],MATCH(1,ValueByBudget[Budget],0))"),
        (7_770, "INDEX(ValueByBudget[Value],MATCH(1,ValueByBudget[Budget],0))"),
    ]


def test_a_budget_with_which_no_plan_fits_is_said() -> None:
    """The mandates alone take more than 90% of the money."""
    frontier = realignment().frontier
    shown = sheets(frontier=frontier[frontier["Share"] >= 1])["Frontier"]
    assert shown.title == "10% more money would add 6.2% of value, with 10% less no plan fits"


def test_the_axis_of_value_begins_at_0_and_has_room() -> None:
    """The most is 8,500: in steps of 2,000 up to 10,000."""
    assert sheets()["Frontier"].charts[0].y_limits == (0, 10_000, 2_000)


def test_fund_years_after() -> None:
    """The lab is kept: the General Fund's programs take all of their $1,050,000, so rules have $200,000 less."""
    sheet = sheets()["Fund years after"]
    assert sheet.title == "$175,000 less is left for the rules of FY2027"
    headers = ("Fund", "Year", "Programs before", "Programs after", "For rules before", "For rules after", "Change")
    assert rows(sheet, "FundYearsAfter", *headers)[0] == (
        "General Fund", "FY2027", 850_000, 1_050_000, 8_150_000, 7_950_000, -200_000,
    )  # fmt: skip


def test_without_decisions_programs_take_what_the_proposal_pays() -> None:
    """Of the sample, by fund and year to the cent."""
    made, found = sample("Decisions")
    assert (found.decisions["Decided"] == "").all()
    after = found.fund_years.set_index(["Fund", "Year"])["Programs after"]
    assert after.to_dict() == made.funds.set_index(["Fund", "Year"])["After"].to_dict()


def test_no_fund_year_is_left_below_0() -> None:
    """Decisions that differ from the proposal take what a fund has left, and no more."""
    _, found = sample()
    assert (found.fund_years["For rules after"] >= 0).all()
    assert (found.fund_years["Programs before"] <= found.fund_years["Amount"]).all()


def test_what_is_added_up_over_years_says_so() -> None:
    (payments,) = (table for table in sheets()["Fund years after"].tables if table.name == "RealignedPayments")
    assert (payments.total_row, payments.total_label) == (True, "All years shown")


def test_payments_tie_to_what_the_funds_pay() -> None:
    paid = rows(sheets()["Fund years after"], "RealignedPayments", "Fund", "Year", "Dollars")
    assert sum(dollars for fund, year, dollars in paid if (fund, year) == ("General Fund", "FY2028")) == 1_000_000


def test_without_answers_there_is_no_keeping_and_no_frontier() -> None:
    made = realignment()
    nothing = {name: getattr(made, name).iloc[:0] for name in ("keeping", "steps", "frontier")}
    assert list(sheets(**nothing)) == ["Realignment", "Fund years after"]


def test_a_conflict_says_which_limits_and_what_to_do_and_nothing_else() -> None:
    (sheet,) = conflicting()
    assert (sheet.name, sheet.title, sheet.tables, sheet.charts) == (
        "Realignment", "No plan fits all the limits", (), (),
    )  # fmt: skip
    assert texts(sheet) == [
        "These limits cannot hold together. Let go of one of them:",
        "Fund amounts",
        "Raise For programs of a fund in FundYears, or switch the limit off.",
        "Positions cut",
        "Raise its amount in Limits, or switch the limit off.",
        "Then realign again.",
    ]
    assert said_of(conflict("fund amounts")) == "No plan fits all the limits: fund amounts cannot hold whatever is done."


def test_the_remedy_of_a_named_limit_is_that_of_its_kind() -> None:
    limits = [{"Limit": "No school loses more", "Kind": "loss of one school", "Amount": 1.0}]
    made = dataclasses.replace(conflict("No school loses more"), portfolio=portfolio_of(ROWS | {"RealignLimits": limits}))
    (sheet,) = realign_sheets(made, decided(made.portfolio, made))
    assert texts(sheet)[0] == "This limit cannot hold whatever is done:"
    assert "Raise its amount in Limits, or switch the limit off." in texts(sheet)


def test_every_kind_of_limit_has_a_remedy() -> None:
    assert set(REMEDIES) == set(LIMIT_KINDS)


def test_nothing_shifts_when_each_fund_pays_its_own() -> None:
    made = realignment()
    payments = made.payments.assign(Fund=made.payments["From fund"])
    assert shift_sentences(dataclasses.replace(made, payments=payments)) == []


def test_the_sheets_are_marked_and_named() -> None:
    assert tuple(sheets()) == NAMES
    assert {sheet.mark for sheet in sheets().values()} == {True}
