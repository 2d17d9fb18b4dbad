"""Decisions flow back: a program that is cut leaves its money to the rules, before and after, worked out by hand.

One school of 100 students gets $1,200 for each: $120,000 of tutors. The General Fund pays up to what remains of its
$150,000, and a levy pays the rest. The reading lab takes $80,000 of the General Fund, of which programs may take $90,000.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from apportion.commands import allocate, prove
from apportion.workbook.book import FileBook
from apportion.workbook.wide import allocate_wide
from apportion.workbook.writer import write_workbook
from tools.comparison import differences
from tools.recalculation import Pair, register
from tools.small_programs import tables_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from apportion.allocation.result import AllocationResult
    from tools.small_programs import Rows

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

RULES: dict[str, Rows] = {
    "Plan": [{"Setting": "District", "Value": "Maple Valley"}, {"Setting": "Fiscal year", "Value": "2027"}],
    "Schools": [{"Code": "101", "Name": "Ash"}],
    "Enrollment": [{"School": "101", "Enrollment": 100.0}],
    "JobTypes": [{"Job type": "Tutor", "Year": 2027.0, "Average cost": 60_000.0}],
    "Rules": [{"Line": "Tutors", "Method": "per-pupil dollars", "Rate": 1_200.0}],
    "Funds": [{"Fund": "General Fund"}, {"Fund": "Levy"}],
    "Funding": [
        {"Line": "Tutors", "Order": 1.0, "Fund": "General Fund", "Takes": "up to remaining"},
        {"Line": "Tutors", "Order": 2.0, "Fund": "Levy", "Takes": "rest"},
    ],
    "FundYears": [
        {"Fund": "General Fund", "Year": 2027.0, "Amount": 140_000.0, "Carried in": 10_000.0, "For programs": 90_000.0},
        {"Fund": "Levy", "Year": 2027.0, "Amount": 500_000.0},
    ],
}
PROGRAMS: dict[str, Rows] = RULES | {
    "Programs": [{"Code": "LAB", "Program": "Legacy reading lab"}],
    "ProgramCosts": [{"Program": "LAB", "Year": 2027.0, "Fund": "General Fund", "Dollars": 80_000.0}],
}
CUT: dict[str, Rows] = PROGRAMS | {
    "Decisions": [{"Date": dt.date(2026, 5, 12), "Program": "LAB", "Decision": "end", "Reason": "Tutors do the same."}]
}


def book(rows: dict[str, Rows]) -> FileBook:
    return FileBook("plan.xlsx", tables_of(rows))


def allocated(rows: dict[str, Rows]) -> AllocationResult:
    outcome = allocate(book(rows))
    assert outcome.result is not None, outcome.findings
    return outcome.result


def paid(rows: dict[str, Rows]) -> dict[str, float]:
    """What each fund pays of the tutors."""
    result = allocated(rows)
    return dict(zip(result.funding["Fund"], result.funding["Dollars"], strict=True))


def test_a_program_that_is_cut_leaves_its_money_to_the_rules() -> None:
    """Before: $150,000 less the lab's $80,000. After: all of it, more than the tutors cost."""
    assert paid(PROGRAMS) == {"General Fund": 70_000.0, "Levy": 50_000.0}
    assert paid(CUT) == {"General Fund": 120_000.0}


def test_without_programs_the_number_of_the_fund_year_is_theirs() -> None:
    assert paid(RULES) == {"General Fund": 60_000.0, "Levy": 60_000.0}
    blank = RULES | {"FundYears": [RULES["FundYears"][0] | {"For programs": None}, RULES["FundYears"][1]]}
    assert paid(blank) == {"General Fund": 120_000.0}
    assert allocated(blank).for_programs == {}


def test_programs_take_no_more_than_they_may() -> None:
    """The lab costs $95,000 and may have $90,000: $60,000 are left."""
    costs = [PROGRAMS["ProgramCosts"][0] | {"Dollars": 95_000.0}]
    assert paid(PROGRAMS | {"ProgramCosts": costs}) == {"General Fund": 60_000.0, "Levy": 60_000.0}


def test_where_it_is_not_said_how_much_programs_may_have_they_have_what_they_cost() -> None:
    years = [{name: cell for name, cell in each.items() if name != "For programs"} for each in RULES["FundYears"]]
    assert paid(PROGRAMS | {"FundYears": years}) == {"General Fund": 70_000.0, "Levy": 50_000.0}


def test_the_wide_form_takes_the_same_way() -> None:
    """A rule that gives more than the fund has says what programs took of it."""
    rows = PROGRAMS | {"Funding": [], "Rules": [RULES["Rules"][0] | {"Fund": "General Fund"}]}
    rows["FundYears"] = RULES["FundYears"][:1]
    _, findings = allocate_wide(book(rows))
    said = 'fund "General Fund" gives $120,000.00 and has $70,000.00 after $80,000.00 for programs: $50,000.00 over.'
    assert [each.what for each in findings if each.table == "FundYears"] == [said]
    assert [each.what for each in allocated(rows).findings if each.table == "FundYears"] == [said]


def test_an_error_among_the_decisions_stops_the_allocation() -> None:
    wrong = [CUT["Decisions"][0] | {"Program": "LAP"}]
    outcome = allocate(book(CUT | {"Decisions": wrong}))
    assert outcome.result is None
    assert [(each.table, each.what) for each in outcome.findings if each.severity == "error"] == [
        ("Decisions", 'no program "LAP" in Programs.')
    ]


def test_the_allocation_asks_for_no_ratings() -> None:
    """A planner into which only programs and decisions were moved has no criteria and no raters."""
    assert [each.what for each in allocated(CUT).findings if each.severity == "error"] == []


def fund_rows(rows: dict[str, Rows], path: Path) -> list[tuple[Any, ...]]:
    outcome = allocate(book(rows))
    assert outcome.workbook is not None
    write_workbook(outcome.workbook, path)
    sheet = openpyxl.load_workbook(path, data_only=True)["By fund"]
    return [tuple(cell for cell in row[1:10]) for row in sheet.iter_rows(min_row=5, max_row=8, values_only=True)]


def test_by_fund_shows_what_programs_take_and_what_is_left(tmp_path: Path) -> None:
    header, general, levy, total = fund_rows(PROGRAMS, tmp_path / "before.xlsx")
    assert header == (
        "Fund", "FTE", "Dollars", "Amount", "For programs", "Available", "Remaining", "Share used", "Standing",
    )  # fmt: skip
    assert general == ("General Fund", 0, 70_000, 150_000, 80_000, 70_000, 0, 1, "within")
    assert levy == ("Levy", 0, 50_000, 500_000, 0, 500_000, 450_000, 0.1, "within")
    assert total[2:7] == (120_000, 650_000, 80_000, 570_000, 450_000)


def test_by_fund_is_as_ever_when_programs_take_nothing(tmp_path: Path) -> None:
    header, general, *_ = fund_rows(CUT, tmp_path / "after.xlsx")
    assert header[:7] == ("Fund", "FTE", "Dollars", "Available", "Remaining", "Share used", "Standing")
    assert general[:5] == ("General Fund", 0, 120_000, 150_000, 30_000)


@register("programs_and_rules")
def _results(path: Path) -> None:
    workbook = allocate(book(PROGRAMS)).file
    assert workbook is not None
    write_workbook(workbook, path)


@register("programs_and_rules_proof")
def _proof(path: Path) -> None:
    workbook = prove(book(PROGRAMS)).workbook
    assert workbook is not None
    write_workbook(workbook, path)


@pytest.mark.parametrize("name", ["programs_and_rules", "programs_and_rules_proof"])
def test_the_formulas_recalculate_to_what_was_written(recalculated: Callable[[str], Pair], name: str) -> None:
    count, differ = differences(recalculated(name))
    assert (count > 0, differ) == (True, [])


def test_the_proof_takes_what_programs_take_live(tmp_path: Path) -> None:
    _proof(tmp_path / "proof.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "proof.xlsx")["Fund years"]
    rows = list(sheet.iter_rows(min_row=6, max_row=7, min_col=2, values_only=True))
    assert rows[0][:6] == ("Fund", "Year", "Amount", "Carried in", "For programs", "Available")
    assert rows[1][4] == 80_000
    assert rows[1][5] == "=FundYears[[#This Row],[Amount]]+FundYears[[#This Row],[Carried in]]-FundYears[[#This Row],[For programs]]"
