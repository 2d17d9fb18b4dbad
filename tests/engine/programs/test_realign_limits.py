"""Each limit and cost of realigning by a small case that was worked out by hand."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest

from apportion.programs.checks_options import check_options
from apportion.programs.checks_realign import check_realign
from apportion.programs.keeping import is_close
from apportion.programs.realign import realign
from apportion.programs.realignment import Realignment
from tools.realigning import portfolio, scored

ONE_YEAR = [{"Program": "A", "Year": 2027, "Fund": "General", "Dollars": 300_000, "Positions": 3, "Position dollars": 240_000}]
PLENTY = [{"Fund": "General", "Year": 2027, "Amount": 10_000_000}]


def program(code: str, **more: Any) -> dict[str, Any]:
    return {"Code": code, "Program": f"Program {code}", "Students taking part": 100} | more


def cost(code: str, dollars: float, fund: str = "General", year: int = 2027, **more: Any) -> dict[str, Any]:
    return {"Program": code, "Year": year, "Fund": fund, "Dollars": dollars} | more


def solved(values: dict[str, float] | None = None, named: tuple[str, ...] = (), as_of: dt.date | None = None, *, answers: bool = False, **rows: Any) -> Realignment:
    of = portfolio(as_of=as_of, **rows)
    return realign(of, scored(of, values, named), answers=answers)  # type: ignore[arg-type]


def kinds(plan: Realignment) -> dict[str, str]:
    assert plan.status == "optimal", plan.conflict
    return {f"{row['Program']}{row['School']}": row["Kind"] for row in plan.choices.to_dict("records")}


def half(**more: Any) -> list[dict[str, Any]]:
    """Program A can only be scaled back to half, beside going on (which the rule of the rubric rules out)."""
    return [{"Program": "A", "Option": "Half", "Kind": "scale back", "Level": 0.5} | more]


# --- what an option costs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "as_of", "dollars"),
    [
        # Half of 3 positions is 1.5: 2 stay, at 80,000 each; half of the 60,000 beside them.
        ({}, None, 2 * 80_000 + 30_000),
        # One position ends, and costs 9,000 to end.
        ({"Separation cost": 9_000}, None, 190_000 + 9_000),
        # It is vacant: nothing to pay.
        ({"Separation cost": 9_000, "Vacant positions": 1}, None, 190_000),
        # Notice was due: the position is paid for the year all the same.
        ({"Separation cost": 9_000, "Notice by": dt.date(2026, 4, 30)}, dt.date(2026, 5, 12), 190_000 + 9_000 + 80_000),
        ({"Separation cost": 9_000, "Notice by": dt.date(2026, 5, 12)}, dt.date(2026, 5, 12), 190_000 + 9_000),
        ({"Vacant positions": 1, "Notice by": dt.date(2026, 4, 30)}, dt.date(2026, 5, 12), 190_000),
    ],
)
def test_positions_are_whole_and_only_avoidable_cost_is_saved(more: dict[str, Any], as_of: dt.date | None, dollars: float) -> None:
    """GFOA: savings are avoidable cost; the average cost of half of it would be 150,000."""
    plan = solved(named=("A",), as_of=as_of, Programs=[program("A", **more)], ProgramCosts=ONE_YEAR, Options=half(), FundYears=PLENTY)
    row = plan.choices.iloc[0]
    assert (dollars, 300_000 - dollars, 150_000, 1) == (row["Cost"], row["Freed"], row["Average"], row["Positions cut"])


def test_payouts_are_of_the_first_year_only_and_split_over_the_funds_of_positions() -> None:
    costs = [
        {"Program": "A", "Year": year, "Fund": fund, "Dollars": dollars, "Positions": positions, "Position dollars": dollars}
        for year in (2027, 2028)
        for fund, dollars, positions in (("General", 200_000, 2), ("Grant", 100_000, 1))
    ]
    money = [{"Fund": fund, "Year": year, "Amount": 1_000_000} for fund in ("General", "Grant") for year in (2027, 2028)]
    ends = [{"Program": "A", "Option": "Stop", "Kind": "end"}]
    plan = solved(named=("A",), Programs=[program("A", **{"Separation cost": 1_000})], ProgramCosts=costs, Options=ends, FundYears=money)
    spent = {(row["Year"], row["Fund"]): row["Dollars"] for row in plan.costs.to_dict("records")}
    assert spent == {(2027, "General"): 2_000, (2027, "Grant"): 1_000, (2028, "General"): 0, (2028, "Grant"): 0}


def test_costs_that_are_given_take_the_place_of_the_level() -> None:
    given = [{"Program": "A", "Option": "Half", "Year": 2027, "Fund": "General", "Dollars": 123_456.78, "Positions": 2}]
    plan = solved(named=("A",), Programs=[program("A", **{"Separation cost": 9_000})], ProgramCosts=ONE_YEAR, Options=half(), OptionCosts=given, FundYears=PLENTY)
    assert tuple(plan.choices.iloc[0][["Cost", "Positions cut"]]) == (123_456.78, 1)


def test_an_option_whose_last_day_is_over_is_left_out() -> None:
    options = [*half(**{"Last decision": dt.date(2026, 5, 1)}), {"Program": "A", "Option": "Stop", "Kind": "end"}]
    plan = solved(named=("A",), as_of=dt.date(2026, 5, 2), Programs=[program("A")], ProgramCosts=ONE_YEAR, Options=options, FundYears=PLENTY)
    row = plan.choices.iloc[0]
    assert row["Kind"] == "end"
    assert "Half had to be decided by May 1, 2026." in row["Left out"]
    assert row["Offered"] == 1


# --- funds --------------------------------------------------------------------------------------------------------


def test_a_fund_that_ends_in_september_pays_three_of_twelve_months() -> None:
    """120,000 from a grant until September 30: 30,000 of it; the rest shifts to the general fund, if it may."""
    money = [
        {"Fund": "Grant", "Year": 2027, "Amount": 500_000, "Obligate by": dt.date(2026, 9, 30)},
        {"Fund": "General", "Year": 2027, "Amount": 90_000},
    ]
    shift = [{"From fund": "Grant", "To fund": "General"}]
    rows = {"Programs": [program("A")], "ProgramCosts": [cost("A", 120_000, "Grant")], "FundYears": money}
    paid = solved(**rows, Shifts=shift).payments
    assert dict(zip(paid["Fund"], paid["Dollars"], strict=True)) == {"Grant": 30_000, "General": 90_000}
    assert kinds(solved(**rows)) == {"A": "end"}
    money[1]["Amount"] = 89_999.99
    assert kinds(solved(**rows, Shifts=shift)) == {"A": "end"}


@pytest.mark.parametrize(("most", "kind"), [(60_000, "continue"), (59_999.99, "end"), (None, "continue")])
def test_a_shift_takes_over_no_more_than_its_amount(most: float | None, kind: str) -> None:
    """A costs 100,000, its grant has 40,000."""
    money = [{"Fund": "Grant", "Year": 2027, "Amount": 40_000}, {"Fund": "General", "Year": 2027, "Amount": 500_000}]
    shift = [{"From fund": "Grant", "To fund": "General", "At most": most}]
    plan = solved(Programs=[program("A")], ProgramCosts=[cost("A", 100_000, "Grant")], FundYears=money, Shifts=shift)
    assert kinds(plan) == {"A": kind}


def test_a_fund_pays_only_for_its_uses_until_the_limit_is_switched_off() -> None:
    rows = {
        "Programs": [program("A", Use="Arts")], "ProgramCosts": [cost("A", 1_000)], "FundYears": PLENTY,
        "FundUses": [{"Fund": "General", "Use": "tutoring"}],
    }  # fmt: skip
    off = [{"Limit": "Uses", "Kind": "allowable uses", "Status": "off"}]
    assert kinds(solved(**rows)) == {"A": "end"}
    assert kinds(solved(**rows, RealignLimits=off)) == {"A": "continue"}
    assert kinds(solved(**rows | {"FundUses": [{"Fund": "General", "Use": "arts"}]})) == {"A": "continue"}


def test_a_limit_that_is_switched_off_for_one_fund_holds_for_the_others() -> None:
    rows = {
        "Programs": [program("A"), program("B")], "ProgramCosts": [cost("A", 500, "One"), cost("B", 500, "Two")],
        "FundYears": [{"Fund": "One", "Year": 2027, "Amount": 100}, {"Fund": "Two", "Year": 2027, "Amount": 100}],
        "RealignLimits": [{"Limit": "One may be overdrawn", "Kind": "fund amounts", "Status": "off", "Fund": "One"}],
    }  # fmt: skip
    assert kinds(solved(**rows)) == {"A": "continue", "B": "end"}


def test_maintenance_of_effort_is_a_floor_under_what_recurring_funds_pay() -> None:
    """Either fund could pay A; the floor makes the recurring one pay at least 70,000."""
    rows = {
        "Programs": [program("A")], "ProgramCosts": [cost("A", 100_000, "Grant")],
        "Funds": [{"Fund": "Grant", "Recurrence": "one-time"}, {"Fund": "General"}],
        "FundYears": [{"Fund": fund, "Year": 2027, "Amount": 100_000} for fund in ("Grant", "General")],
        "Shifts": [{"From fund": "Grant", "To fund": "General"}],
    }  # fmt: skip
    effort = [{"Limit": "Effort", "Kind": "maintenance of effort", "Amount": 70_000}]
    free, held = solved(**rows), solved(**rows, RealignLimits=effort)
    assert dict(zip(free.payments["Fund"], free.payments["Dollars"], strict=True)) == {"Grant": 100_000}
    assert dict(zip(held.payments["Fund"], held.payments["Dollars"], strict=True)) == {"Grant": 30_000, "General": 70_000}
    row = held.limits[held.limits["Limit"] == "Effort"].iloc[0]
    assert tuple(row[["Used", "Most"]]) == (70_000, 70_000)


@pytest.mark.parametrize("about", [{"Fund": "General"}, {"Year": 2027}, {"Fund": "General", "Year": 2027}])
def test_an_effort_of_one_fund_in_one_year_counts_what_it_pays_then(about: dict[str, Any]) -> None:
    """A costs 100,000 of General, of which 50,000 must be maintained: A goes on, however the effort is told."""
    effort = [{"Limit": "Effort", "Kind": "maintenance of effort", "Amount": 50_000} | about]
    plan = solved(Programs=[program("A")], ProgramCosts=[cost("A", 100_000)], FundYears=PLENTY, RealignLimits=effort)
    assert kinds(plan) == {"A": "continue"}
    assert plan.limits[plan.limits["Limit"] == "Effort"].iloc[0]["Used"] == 100_000


# --- programs -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("least", "status", "kind"), [(0.5, "on", "scale back"), (None, "off", "end"), (0.0, "on", "end")])
def test_a_mandate_is_a_least_service_not_immunity(least: float | None, status: str, kind: str) -> None:
    """A is worth nothing; B wants the 300,000 that A takes."""
    rows = {
        "Programs": [program("A", Mandate="State law", **{"Least service": least}), program("B")],
        "ProgramCosts": [cost("A", 300_000), cost("B", 300_000)],
        "Options": [*half(), {"Program": "A", "Option": "Stop", "Kind": "end"}, {"Program": "B", "Option": "Part", "Kind": "scale back", "Level": 0.5}],
        "FundYears": [{"Fund": "General", "Year": 2027, "Amount": 300_000}],
        "RealignLimits": [{"Limit": "Mandates", "Kind": "least service", "Status": status}],
    }  # fmt: skip
    assert kinds(solved({"A": 0.0}, **rows))["A"] == kind


def test_a_program_runs_only_with_what_it_needs_and_without_what_it_excludes() -> None:
    """A (worth 400) needs B (worth 20, dear); C (worth 300) excludes A. Money for any two."""
    rows = {
        "Programs": [program("A", Needs="B"), program("B"), program("C", Excludes="A")],
        "ProgramCosts": [cost("A", 100), cost("B", 100), cost("C", 100)],
        "FundYears": [{"Fund": "General", "Year": 2027, "Amount": 200}],
    }  # fmt: skip
    values = {"A": 4.0, "B": 0.2, "C": 3.0}
    assert kinds(solved(values, **rows)) == {"A": "continue", "B": "continue", "C": "end"}
    assert kinds(solved(values | {"C": 4.3}, **rows)) == {"A": "end", "B": "continue", "C": "continue"}
    off = [{"Limit": "Together", "Kind": "needs and excludes", "Status": "off"}]
    assert kinds(solved(values, **rows, RealignLimits=off)) == {"A": "continue", "B": "end", "C": "continue"}


def test_what_the_rubric_names_is_neither_continued_nor_expanded() -> None:
    options = [*half(), {"Program": "A", "Option": "More", "Kind": "expand", "Level": 1.5}]
    rows = {"Programs": [program("A")], "ProgramCosts": ONE_YEAR, "Options": options, "FundYears": PLENTY}
    off = [{"Limit": "Rule", "Kind": "cannot be kept as is", "Status": "off"}]
    assert kinds(solved(named=("A",), **rows)) == {"A": "scale back"}
    assert kinds(solved(named=("A",), **rows, RealignLimits=off)) == {"A": "expand"}


def test_no_more_positions_end_than_the_limit_allows_and_new_ones_do_not_make_up_for_them() -> None:
    """Five positions in A and two in B; there is no money, but only four may end, whatever B gains."""
    rows = {
        "Programs": [program("A"), program("B"), program("C")],
        "ProgramCosts": [
            cost("A", 500, Positions=5, **{"Position dollars": 500}), cost("B", 200, Positions=2, **{"Position dollars": 200}),
            cost("C", 100, Positions=1, **{"Position dollars": 100}),
        ],
        "Options": [
            {"Program": "A", "Option": "Three fifths", "Kind": "scale back", "Level": 0.6}, {"Program": "A", "Option": "Stop", "Kind": "end"},
            {"Program": "B", "Option": "Stop", "Kind": "end"}, {"Program": "C", "Option": "Three", "Kind": "expand", "Level": 3},
        ],
        "FundYears": [{"Fund": "General", "Year": 2027, "Amount": 600}],
        "RealignLimits": [{"Limit": "Cut", "Kind": "positions cut", "Amount": 4}],
    }  # fmt: skip
    plan = solved({"A": 0.1, "B": 0.1, "C": 4.0}, **rows)
    # Of 600: C three times is 300, A at three fifths 300, B ends: 2 + 2 positions.
    assert kinds(plan) == {"A": "scale back", "B": "end", "C": "expand"}
    assert plan.limits[plan.limits["Limit"] == "Cut"].iloc[0]["Used"] == 4


@pytest.mark.parametrize(("about", "kind", "used"), [
    ({}, "continue", 0), ({"Year": 2028}, "continue", 0), ({"Year": 2027}, "end", 0), ({"Year": 2031}, "end", None),
])  # fmt: skip
def test_positions_are_counted_in_every_year_that_the_limit_is_about(about: dict[str, Any], kind: str, used: float | None) -> None:
    """A has no position in FY2027 and 5 in FY2028, of which 3 may end. It is worth nothing, and B wants its money."""
    rows = {
        "Programs": [program("A"), program("B")],
        "ProgramCosts": [
            *(cost("A", 500, year=year, Positions=held, **{"Position dollars": 100 * held}) for year, held in ((2027, 0), (2028, 5))),
            *(cost("B", 500, year=year) for year in (2027, 2028)),
        ],
        "FundYears": [{"Fund": "General", "Year": year, "Amount": 500} for year in (2027, 2028)],
        "RealignLimits": [{"Limit": "Cut", "Kind": "positions cut", "Amount": 3} | about],
    }  # fmt: skip
    plan = solved({"A": 0.0}, **rows)
    assert kinds(plan)["A"] == kind
    shown = plan.limits[plan.limits["Limit"] == "Cut"].iloc[0]["Used"]
    assert math.isnan(shown) if used is None else shown == used


@pytest.mark.parametrize(("amount", "kind"), [(65_000, "end"), (64_999, "continue")])
def test_the_loss_of_one_school_counts_its_allocation_change_too(amount: float, kind: str) -> None:
    """A costs 100,000; 30 of its 75 students are at E, which loses 40,000 for it and 25,000 of its allocation."""
    rows = {
        "Programs": [program("A"), program("B")], "ProgramCosts": [cost("A", 100_000), cost("B", 100_000)],
        "Schools": [{"Code": "E", "Name": "Elm"}, {"Code": "F", "Name": "Fir"}],
        "Participation": [{"Program": "A", "School": school, "Taking part": students} for school, students in (("E", 30), ("F", 45))],
        "AllocationChanges": [{"School": "E", "Year": 2027, "Dollars": -25_000}],
        "FundYears": [{"Fund": "General", "Year": 2027, "Amount": 100_000}],
        "RealignLimits": [{"Limit": "Loss", "Kind": "loss of one school", "Amount": amount, "School": "E"}],
    }  # fmt: skip
    # B is served at both schools alike: 50,000 each, less than the limit only without the allocation change.
    plan = solved({"A": 1.0, "B": 3.0}, **rows)
    if kind == "continue":
        assert plan.status == "conflict"  # 75,000 for B would be more still
        return
    assert kinds(plan) == {"A": "end", "B": "continue"}
    assert plan.limits[plan.limits["Limit"] == "Loss"].iloc[0]["Used"] == 65_000


def test_a_cost_that_names_its_school_is_lost_by_that_school() -> None:
    """In FY2027 all of A's 100,000 is Elm's; in FY2028 Elm has 40,000 and half of the 60,000 that no school has."""
    rows = {
        "Programs": [program("A"), program("B")], "Schools": [{"Code": "E", "Name": "Elm"}, {"Code": "F", "Name": "Fir"}],
        "ProgramCosts": [
            cost("A", 100_000, School="E"), cost("A", 40_000, School="E", year=2028), cost("A", 60_000, year=2028),
            *(cost("B", 100_000, year=year) for year in (2027, 2028)),
        ],
        "FundYears": [{"Fund": "General", "Year": year, "Amount": 100_000} for year in (2027, 2028)],
    }  # fmt: skip
    limits = [
        {"Limit": f"{school}{year}", "Kind": "loss of one school", "School": school, "Year": year, "Amount": 500_000}
        for school in "EF" for year in (2027, 2028)
    ]  # fmt: skip
    plan = solved({"A": 1.0, "B": 3.0}, **rows, RealignLimits=limits)
    assert kinds(plan) == {"A": "end", "B": "continue"}
    used = dict(zip(plan.limits["Limit"], plan.limits["Used"], strict=True))
    assert {name: used[name] for name in ("E2027", "F2027", "E2028", "F2028")} == {
        "E2027": 100_000, "F2027": 0, "E2028": 70_000, "F2028": 30_000,
    }  # fmt: skip


def test_schools_are_decided_one_by_one_where_options_name_them() -> None:
    rows = {
        "Programs": [program("A")], "Schools": [{"Code": "E", "Name": "Elm"}, {"Code": "F", "Name": "Fir"}],
        "ProgramCosts": [cost("A", 100, School="E"), cost("A", 100, School="F"), cost("A", 50)],
        "Participation": [{"Program": "A", "School": "E", "Taking part": 10}, {"Program": "A", "School": "F", "Taking part": 30}],
        "Options": [{"Program": "A", "School": school, "Option": "Stop", "Kind": "end"} for school in ("E", "F")],
        "FundYears": [{"Fund": "General", "Year": 2027, "Amount": 150}],
    }  # fmt: skip
    plan = solved(**rows)
    # A school's part needs the part that no school has.
    assert kinds(plan) == {"A": "continue", "AE": "end", "AF": "continue"}
    assert plan.choices["Name"].tolist() == ["Program A", "Program A at Elm", "Program A at Fir"]


def test_lists_and_funds_are_read_whatever_their_case() -> None:
    """A serves elm alone and loses its 100,000 there; without rows in Funds, general and General are one fund."""
    rows = {
        "Programs": [program("A", **{"Schools served": "ELM"}), program("B", Excludes="a")],
        "Schools": [{"Code": "elm"}, {"Code": "fir"}],
        "ProgramCosts": [cost("A", 100_000), cost("B", 100_000, "general")],
        "FundYears": [{"Fund": "GENERAL", "Year": 2027, "Amount": 100_000}],
        "RealignLimits": [
            {"Limit": school, "Kind": "loss of one school", "School": school, "Amount": 500_000} for school in ("elm", "fir")
        ],
    }  # fmt: skip
    plan = solved({"A": 1.0, "B": 3.0}, **rows)
    used = dict(zip(plan.limits["Limit"], plan.limits["Used"], strict=True))
    # B is served at both schools alike, and goes on.
    assert kinds(plan) == {"A": "end", "B": "continue"}
    assert (used["elm"], used["fir"]) == (100_000, 0)
    assert set(plan.funds["Fund"]) == {"GENERAL"}


# --- what nothing fits, what is close, what ties ------------------------------------------------------------------


def test_the_smallest_set_of_limits_that_conflict_is_named() -> None:
    """A mandate that the fund cannot pay: three limits together, and none of the others."""
    rows = {
        "Programs": [program("A", Mandate="Law"), program("B")], "ProgramCosts": [cost("A", 500), cost("B", 100)],
        "FundYears": [{"Fund": "General", "Year": 2027, "Amount": 499}, {"Fund": "Levy", "Year": 2027, "Amount": 900}],
        "Shifts": [{"From fund": "Levy", "To fund": "General"}],
        "RealignLimits": [
            {"Limit": "What there is", "Kind": "fund amounts"}, {"Limit": "Law", "Kind": "least service"},
            {"Limit": "Cut", "Kind": "positions cut", "Amount": 3},
        ],
    }  # fmt: skip
    plan = solved(**rows)
    assert plan.status == "conflict"
    assert [each.split(" (")[0] for each in plan.conflict] == ["What there is", "allowed shifts", "Law"]
    assert plan.choices.empty
    assert list(plan.choices)[:3] == ["Program", "School", "Name"]


def test_what_keeping_displaces_is_said_in_words() -> None:
    """100 dollars for A or for both halves of B."""
    rows = {
        "Programs": [program("A", Program="Reading lab"), program("B", Program="Summer bridge")],
        "ProgramCosts": [cost("A", 100), cost("B", 100)],
        "Options": [{"Program": "B", "Option": "Half", "Kind": "scale back", "Level": 0.5}, {"Program": "B", "Option": "Stop", "Kind": "end"}],
        "FundYears": [{"Fund": "General", "Year": 2027, "Amount": 150}],
    }  # fmt: skip
    plan = solved({"A": 3.0, "B": 2.0}, answers=True, **rows)
    said = {(row["Name"], row["Forced"]): (row["Loss"], row["Displaced"]) for row in plan.keeping.to_dict("records")}
    assert said == {
        ("Reading lab", "give up"): (200.0, "Summer bridge continues as it is"),
        ("Summer bridge", "keep"): (200.0, "Reading lab ends"),
        ("Summer bridge", "give up"): (100.0, ""),
    }
    assert not is_close(plan.keeping).any()


def test_between_equals_what_goes_on_is_preferred_then_what_costs_less() -> None:
    """A and B are worth the same, and one of them fits; B costs less. C continues or expands for the same value."""
    rows = {
        "Programs": [program("A"), program("B"), program("C")], "ProgramCosts": [cost("A", 100), cost("B", 90), cost("C", 10)],
        "Options": [{"Program": "C", "Option": "More", "Kind": "expand", "Level": 1.5, "Students": 100}],
        "FundYears": [{"Fund": "General", "Year": 2027, "Amount": 120}],
    }  # fmt: skip
    assert kinds(solved(**rows)) == {"A": "end", "B": "continue", "C": "continue"}


def test_own_values_take_the_place_of_the_rubric() -> None:
    options = [{"Program": code, "Option": "Go on", "Kind": "continue", "Value": value} for code, value in (("A", 1), ("B", 9))]
    options += [{"Program": code, "Option": "Stop", "Kind": "end"} for code in ("A", "B")]
    rows = {"Programs": [program("A"), program("B")], "ProgramCosts": [cost("A", 100), cost("B", 100)], "Options": options, "FundYears": [{"Fund": "General", "Year": 2027, "Amount": 100}]}
    plan = solved({"A": 4.0, "B": 0.0}, **rows)
    assert (plan.value, plan.unit) == (9.0, "the district's own value")
    assert kinds(plan) == {"A": "end", "B": "continue"}


def test_nothing_rated_counts_as_the_middle() -> None:
    rows = {"Programs": [program("A")], "ProgramCosts": ONE_YEAR, "FundYears": PLENTY}
    assert solved({"A": math.nan}, **rows).value == 2.0 * 100


# --- checks -------------------------------------------------------------------------------------------------------


def test_every_mistake_is_found_at_its_cell() -> None:
    of = portfolio(
        as_of=dt.date(2026, 5, 12),
        Programs=[program("A", Needs="B", Use="arts"), program("B", Excludes="A")],
        ProgramCosts=[cost("A", 100, "Grant", Positions=1), cost("B", 1)],
        Options=[
            {"Program": "A", "Option": "More", "Kind": "expand", "Level": 1},
            {"Program": "A", "Option": "Less", "Kind": "scale back", "Level": 0},
            {"Program": "A", "Option": "Least", "Kind": "scale back", "Level": 0},
            {"Program": "A", "Option": "Gone", "Kind": "end", "Last decision": dt.date(2026, 5, 11)},
            {"Program": "B", "Option": "Some", "Kind": "scale back", "Value": 3},
        ],
        OptionCosts=[
            {"Program": "A", "Option": "Moore", "Year": 2027, "Fund": "Grant", "Dollars": 1},
            {"Program": "A", "Option": "Less", "Year": 2027, "Fund": "Grant", "Dollars": 1, "Positions": 1.5},
        ],
        Funds=[{"Fund": "Grant"}, {"Fund": "General"}],
        FundYears=[{"Fund": "Grant", "Year": 2027, "Amount": 10, "For programs": 11, "Available from": dt.date(2026, 7, 1), "Obligate by": dt.date(2026, 6, 30), "Liquidate by": dt.date(2026, 6, 1)}],
        FundUses=[{"Fund": "Grant", "Use": "tutoring"}],
        Shifts=[{"From fund": "Grant", "To fund": "grant"}],
        RealignLimits=[
            {"Limit": "Effort", "Kind": "maintenance of effort"}, {"Limit": "Rule", "Kind": "least service", "Fund": "Grant"},
            {"Limit": "One", "Kind": "allowed shifts"}, {"Limit": "Two", "Kind": "allowed shifts"},
            {"Limit": "Late", "Kind": "fund amounts", "Year": 2031},
        ],
    )  # fmt: skip
    found = {(each.table, each.cell, each.severity) for each in check_realign(of)}
    assert found >= {
        ("Programs", "O2", "error"), ("ProgramCosts", "G2", "warning"), ("ProgramCosts", "D2", "warning"),
        ("Options", "E2", "error"), ("Options", "E3", "error"), ("Options", "E4", "error"), ("Options", "E4", "warning"),
        ("Options", "H5", "note"), ("Options", "E6", "error"), ("Options", "G2", "warning"),
        ("OptionCosts", "C2", "error"), ("OptionCosts", "G3", "warning"), ("FundYears", "J2", "error"),
        ("FundYears", "H2", "error"), ("FundYears", "I2", "error"), ("Shifts", "B2", "error"),
        ("RealignLimits", "G2", "error"), ("RealignLimits", "D3", "warning"), ("RealignLimits", "B5", "warning"),
        ("RealignLimits", "F6", "warning"),
    }  # fmt: skip
    assert all(each.remedy for each in check_realign(of))


def test_costs_that_apply_to_no_option_or_year_are_found() -> None:
    """A goes on under another name than Continue; B is decided at E alone; C has the options of every program."""
    of = portfolio(
        Programs=[program("A"), program("B"), program("C")], Schools=[{"Code": "E"}],
        ProgramCosts=[cost("A", 100), cost("B", 100, School="E"), cost("C", 100)],
        Options=[{"Program": "A", "Option": "Go on", "Kind": "continue"}, {"Program": "B", "School": "E", "Option": "Stop", "Kind": "end"}],
        OptionCosts=[
            {"Program": code, "School": school, "Option": option, "Year": year, "Fund": "General", "Dollars": 1}
            for code, school, option, year in (
                ("A", None, "Continue", 2027), ("A", None, "Go on", 2027), ("B", None, "Stop", 2027), ("B", "E", "Stop", 2027),
                ("B", "E", "Continue", 2027), ("C", None, "End", 2027), ("C", None, "End", 2030), ("C", None, "End", 2026), ("C", "E", "End", 2027),
            )
        ],
    )  # fmt: skip
    found = [(each.cell, each.severity, each.what) for each in check_options(of) if each.table == "OptionCosts"]
    assert found == [
        ("C2", "error", 'A has no option "Continue".'),
        ("C4", "error", 'B as a whole has no option "Stop".'),
        ("D8", "warning", "FY2030 is no year of ProgramCosts, so that this cost does not count."),
        ("C10", "error", 'C at school E has no option "End".'),
    ]


def test_costs_of_other_years_alone_leave_an_option_at_its_level() -> None:
    """Half of 300,000 is 190,000 in whole positions; what half cost in FY2026 says nothing about FY2027."""
    given = [{"Program": "A", "Option": "Half", "Year": 2026, "Fund": "General", "Dollars": 1}]
    plan = solved(named=("A",), Programs=[program("A")], ProgramCosts=ONE_YEAR, Options=half(), OptionCosts=given, FundYears=PLENTY)
    assert plan.choices.iloc[0]["Cost"] == 190_000
