"""What holds of every realignment: order, names and the unit of money do not matter; mandates and time limits hold."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apportion.programs.realign import realign
from apportion.programs.realignment import Realignment
from tools.realigning import portfolio, scored

FUNDS = ("General", "Grant")


@st.composite
def districts(draw: st.DrawFn) -> dict[str, Any]:
    """Programs with whole numbers of dollars, so that a thousand times as many are exactly that."""
    count = draw(st.integers(2, 7))
    return {
        "programs": [
            {
                "base": draw(st.integers(10, 900)) * 20, "fund": draw(st.sampled_from(FUNDS)), "students": draw(st.integers(0, 300)),
                "score": draw(st.integers(0, 16)) / 4, "levels": draw(st.lists(st.sampled_from([0.25, 0.5, 0.75, 1.25, 0.0]), unique=True, min_size=1)),
                "least": draw(st.sampled_from([None, None, None, 0.5])),
            }
            for _ in range(count)
        ],
        "share": draw(st.floats(0.3, 1.1)), "shift": draw(st.booleans()),
    }  # fmt: skip


def rows_of(district: dict[str, Any], order: list[int], prefix: str = "P", unit: int = 1) -> tuple[dict[str, Any], dict[str, float]]:
    programs = [district["programs"][place] for place in order]
    codes = [f"{prefix}{place}" for place in order]
    money = {fund: int(sum(each["base"] for each in district["programs"] if each["fund"] == fund) * district["share"]) for fund in FUNDS}

    def kind(level: float) -> str:
        return "end" if level == 0 else "expand" if level > 1 else "scale back"

    rows = {
        "Programs": [
            {"Code": code, "Program": f"The {code}", "Students taking part": each["students"]}
            | ({} if each["least"] is None else {"Mandate": "Law", "Least service": each["least"]})
            for code, each in zip(codes, programs, strict=True)
        ],
        "ProgramCosts": [{"Program": code, "Year": 2027, "Fund": each["fund"], "Dollars": each["base"] * unit} for code, each in zip(codes, programs, strict=True)],
        "Options": [
            {"Program": code, "Option": f"To {level}", "Kind": kind(level), "Level": level}
            for code, each in zip(codes, programs, strict=True)
            for level in each["levels"]
        ],
        "FundYears": [{"Fund": fund, "Year": 2027, "Amount": dollars * unit} for fund, dollars in money.items()],
        "Shifts": [{"From fund": "Grant", "To fund": "General"}] if district["shift"] else [],
    }
    return rows, {code: each["score"] for code, each in zip(codes, programs, strict=True)}


def plan_of(rows: dict[str, Any], values: dict[str, float], **more: Any) -> Realignment:
    of = portfolio(**rows)
    return realign(of, scored(of, values), **{"answers": False} | more)  # type: ignore[arg-type]


@settings(max_examples=40, deadline=None)
@given(districts(), st.randoms(use_true_random=False))
def test_order_names_and_the_unit_of_money_do_not_matter(district: dict[str, Any], shuffle: random.Random) -> None:
    places = list(range(len(district["programs"])))
    first = plan_of(*rows_of(district, places))
    shuffle.shuffle(places)
    for other in (plan_of(*rows_of(district, places)), plan_of(*rows_of(district, places, "Z")), plan_of(*rows_of(district, places, unit=1000))):
        assert other.status == first.status
        assert other.value == pytest.approx(first.value, rel=1e-9)
    again = plan_of(*rows_of(district, list(range(len(places)))))
    assert again.choices.equals(first.choices)
    assert again.payments.equals(first.payments)


@settings(max_examples=40, deadline=None)
@given(districts())
def test_a_mandate_never_falls_below_its_least_service_and_no_fund_below_nothing(district: dict[str, Any]) -> None:
    plan = plan_of(*rows_of(district, list(range(len(district["programs"])))))
    if plan.status == "conflict":
        assert plan.conflict
        return
    levels = {0.25: "To 0.25", 0.0: "To 0.0"}
    for each, option in zip(district["programs"], plan.choices["Option"], strict=True):
        assert each["least"] is None or option not in levels.values()
    assert (plan.funds["Left"] >= 0).all()
    assert plan.bound >= plan.value


def large(count: int, seed: int) -> tuple[dict[str, Any], dict[str, float]]:
    """Many programs whose value follows what they cost."""
    numbers = random.Random(seed)  # noqa: S311 - made-up numbers
    programs = []
    for _ in range(count):
        base = numbers.randint(1_000, 75_000) * 20
        programs.append({"base": base, "fund": numbers.choice(FUNDS), "students": base // 2500 + 40, "score": 2.0, "levels": [1.25, 0.75, 0.5, 0.0], "least": None})
    return rows_of({"programs": programs, "share": 0.6, "shift": True}, list(range(count)))


def test_a_time_limit_still_answers_with_its_proven_gap() -> None:
    """A hundredth of a second for 300 programs; the best plan that there can be lies between value and bound."""
    rows, values = large(300, 3)
    quick, best = plan_of(rows, values, seconds=0.01), plan_of(rows, values, seconds=20.0)
    assert quick.status in ("optimal", "within limits of time")
    assert len(quick.choices) == 300
    assert best.status == "optimal"
    assert best.gap <= 1e-4
    assert quick.value <= best.bound * (1 + 1e-9)
    assert best.value <= quick.bound * (1 + 1e-9)
    assert (quick.funds["Left"] >= 0).all()


def test_a_large_portfolio_is_answered_with_bounds_that_are_labelled() -> None:
    """Of 80 programs: what is only a bound says so, displaces nothing, and what was solved loses no less than nothing."""
    rows, values = large(80, 5)
    plan = plan_of(rows, values, answers=True, seconds=3.0)
    assert (plan.gap <= 1e-4) == (plan.status == "optimal")
    assert len(plan.keeping) >= 80
    assert (plan.keeping["Loss"] >= 0).all()
    assert (plan.keeping.loc[plan.keeping["Bound"], "Displaced"] == "").all()
    assert plan.frontier["Value"].is_monotonic_increasing
    assert list(plan.steps) == ["Fund", "Year", "Step", "Value", "Changes"]
