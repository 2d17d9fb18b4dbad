"""Realigning against a second opinion: every combination of options of hundreds of small districts, in exact numbers."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from typing import Any

import pytest

from apportion.programs.realign import realign
from apportion.programs.realignment import Realignment
from tools.realigning import Choice, District, portfolio, scored

FUNDS = {"General": "recurring", "Levy": "recurring", "Grant": "one-time"}
YEARS = (2027, 2028)
LEVELS = {"expand": 1.25, "scale back": 0.5, "end": 0.0}
KINDS = ("expand", "scale back", "end")
DISTRICTS = 240


def draw(seed: int) -> tuple[dict[str, list[dict[str, Any]]], District, dict[str, float], list[str]]:
    """A small district twice: as rows of tables, and as the second opinion takes it; with scores, and who is named."""
    random_ = random.Random(seed)  # noqa: S311 - made-up numbers
    names = [f"P{number}" for number in range(random_.randint(3, 5))]
    values = {name: random_.randint(2, 16) / 4 for name in names}
    follows = random_.random() < 0.5  # value that follows cost is what makes these hard
    programs, costs, options, option_costs = [], [], [], []
    offered: dict[str, list[Choice]] = {}
    total: dict[tuple[int, str], int] = {}
    for name in names:
        meant = random_.choice(list(FUNDS))
        base = random_.randint(20_000, 90_000) * 100 + random_.randint(0, 99)
        students = base // 20_000 if follows else random_.randint(20, 400)
        programs.append({"Code": name, "Program": f"Program {name}", "Use": random_.choice(["tutoring", "arts"]), "Students taking part": students})
        now = {(year, meant): base + 3_000 * (year - 2027) for year in YEARS}
        costs += [{"Program": name, "Year": year, "Fund": fund, "Dollars": cents / 100} for (year, fund), cents in now.items()]
        for key, cents in now.items():
            total[key] = total.get(key, 0) + cents
        choices = [Choice("continue", 1.0, Fraction(values[name]) * students, now)]
        options.append({"Program": name, "Option": "Go on", "Kind": "continue"})
        for kind in random_.sample(KINDS, random_.randint(1, 3)):
            level = LEVELS[kind]
            share = 0.0 if kind == "end" else level * random_.uniform(0.8, 1.1)
            cost = {key: round(cents * share) for key, cents in now.items()}
            options.append({"Program": name, "Option": kind, "Kind": kind, "Level": level})
            option_costs += [
                {"Program": name, "Option": kind, "Year": year, "Fund": fund, "Dollars": cents / 100} for (year, fund), cents in cost.items()
            ]
            choices.append(Choice(kind, level, Fraction(values[name]) * Fraction(level) * students, cost))
        offered[name] = choices
    tight = random_.uniform(0.4, 1.0)
    available = {(year, fund): round(total.get((year, fund), 4_000_000) * tight * random_.uniform(0.6, 1.4)) for year in YEARS for fund in FUNDS}
    ends = random_.random() < 0.4
    months = {(year, fund): 3 if ends and fund == "Grant" and year == 2027 else 12 for year in YEARS for fund in FUNDS}
    fund_years = [
        {"Fund": fund, "Year": year, "Amount": cents / 100, "Obligate by": "2026-09-30" if months[year, fund] == 3 else None}
        for (year, fund), cents in available.items()
    ]
    shifts = [
        (a, b, only, most)
        for a, b, only, most in [
            ("Grant", "General", "", random_.choice([None, 1_500_000])), ("Grant", "Levy", random_.choice(["", names[0]]), None),
            ("Levy", "General", names[-1], 2_000_000), ("General", "Grant", "", None),
        ]
        if random_.random() < 0.5
    ]
    uses = {"Grant": {"tutoring"}} if random_.random() < 0.4 else {}
    least = {name: 0.5 for name in names[:1] if random_.random() < 0.4}
    named = [name for name in names[1:2] if random_.random() < 0.3]
    needs = [(names[0], names[2])] if random_.random() < 0.3 else []
    excludes = [(names[1], names[2])] if random_.random() < 0.3 else []
    for row in programs:
        code = row["Code"]
        row.update({"Mandate": "Law", "Least service": least[code]} if code in least else {})
        row.update({"Needs": "; ".join(b for a, b in needs if a == code), "Excludes": "; ".join(b for a, b in excludes if a == code)})
    rows = {
        "Programs": programs, "ProgramCosts": costs, "Options": options, "OptionCosts": option_costs, "FundYears": fund_years,
        "Funds": [{"Fund": fund, "Recurrence": recurrence} for fund, recurrence in FUNDS.items()],
        "Shifts": [{"From fund": a, "To fund": b, "Program": only, "At most": None if most is None else most / 100} for a, b, only, most in shifts],
        "FundUses": [{"Fund": fund, "Use": use} for fund, allowed in uses.items() for use in allowed],
    }  # fmt: skip
    use = {row["Code"]: row["Use"] for row in programs}
    district = District(offered, YEARS, available, months, use, uses, shifts, least, set(named), needs, excludes)
    return rows, district, values, named


def proposed(seed: int, *, answers: bool = False) -> tuple[Realignment, District]:
    rows, district, values, named = draw(seed)
    of = portfolio(**rows)
    return realign(of, scored(of, values, named), answers=answers), district  # type: ignore[arg-type]


@pytest.mark.parametrize("block", range(8))
def test_the_plan_is_worth_what_the_best_of_all_combinations_is_worth(block: int) -> None:
    """Equal value, no gap; where no combination fits, a conflict is named."""
    fitting = 0
    for seed in range(block * DISTRICTS // 8, (block + 1) * DISTRICTS // 8):
        plan, district = proposed(seed)
        best = district.best()
        if best is None:
            assert plan.status == "conflict", seed
            assert plan.conflict, seed
            continue
        fitting += 1
        assert plan.status == "optimal", (seed, plan.conflict)
        assert float(best) == pytest.approx(plan.value, rel=1e-9), seed
        assert plan.gap == 0, seed
    assert fitting > 10  # of 30


@pytest.mark.parametrize("seed", range(0, DISTRICTS, 5))
def test_the_payments_tie_out_and_no_fund_is_overdrawn(seed: int) -> None:
    """Checked in whole cents from the frames alone."""
    plan, district = proposed(seed)
    if plan.status == "conflict":
        return

    def cents(dollars: float) -> int:
        return round(dollars * 100)

    costs: dict[tuple[str, int, str], int] = {}
    for row in plan.costs.to_dict("records"):
        costs[row["Program"], row["Year"], row["Fund"]] = cents(row["Dollars"])
    paid: dict[tuple[str, int, str], int] = {}
    by_fund: dict[tuple[int, str], int] = {}
    by_shift: dict[tuple[int, str, str], int] = {}
    for row in plan.payments.to_dict("records"):
        key = row["Program"], row["Year"], row["From fund"]
        part = cents(row["Dollars"])
        paid[key] = paid.get(key, 0) + part
        by_fund[row["Year"], row["Fund"]] = by_fund.get((row["Year"], row["Fund"]), 0) + part
        months = district.months[row["Year"], row["Fund"]]
        assert part <= math.ceil(costs[key] * months / 12) + 1
        use = district.use[row["Program"]]
        assert row["Fund"] not in district.uses or use in district.uses[row["Fund"]]
        if row["Fund"] != row["From fund"]:
            shift = row["Year"], row["From fund"], row["Fund"]
            by_shift[shift] = by_shift.get(shift, 0) + part
            assert any((a, b) == shift[1:] and only in ("", row["Program"]) for a, b, only, _ in district.shifts)
    assert {key: part for key, part in costs.items() if part} == paid
    for key, part in by_fund.items():
        assert part <= district.available[key]
    for (_, a, b), part in by_shift.items():
        most = [limit for origin, goal, _, limit in district.shifts if (origin, goal) == (a, b)]
        assert None in most or part <= sum(limit for limit in most if limit is not None)
    chosen = {row["Program"]: row["Kind"] for row in plan.choices.to_dict("records")}
    picked = {name: next(each for each in offered if each.kind == chosen[name]) for name, offered in district.programs.items()}
    assert district.allowed(picked)
    assert district.can_be_paid(picked)


@pytest.mark.parametrize("seed", range(1, DISTRICTS, 24))
def test_what_keeping_displaces_is_what_the_best_combination_with_it_loses(seed: int) -> None:
    """For every program and other kind of answer, against the best of all combinations that give it."""
    plan, district = proposed(seed, answers=True)
    if plan.status == "conflict":
        return
    best = float(district.best() or 0)
    plans = list(district.plans())
    kinds = {"keep": ("continue", "expand"), "give up": ("end",)}
    for row in plan.keeping.to_dict("records"):
        offered = {choice.kind for choice in district.programs[row["Program"]]}
        wanted = kinds[row["Forced"]] if row["Forced"] == "keep" or "end" in offered else ("scale back",)
        with_it = [each for each in plans if each[row["Program"]].kind in wanted]
        assert not row["Bound"]
        if not with_it:
            assert row["Loss"] == math.inf
            continue
        worth = max(float(sum(choice.value for choice in each.values())) for each in with_it)
        assert row["Loss"] == pytest.approx(best - worth, rel=1e-6, abs=1e-6 * max(best, 1))
    assert plan.frontier["Value"].is_monotonic_increasing
    at = plan.frontier[plan.frontier["Share"] == 1.0]["Value"]
    assert at.tolist() == [plan.value]
