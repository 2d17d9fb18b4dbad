"""What is wrong with investments, their states, metrics and readings, each named at its cell with its remedy."""

from __future__ import annotations

import math
from itertools import groupby
from typing import TYPE_CHECKING

from apportion.errors import did_you_mean
from apportion.programs.checks_measures import check_metrics, check_readings, findings_of
from apportion.programs.cycles import rows_by
from apportion.programs.states import (
    ENDED,
    GRANTED,
    cycles_of,
    following,
    is_later,
    other_order,
    refused,
    steps_of,
)
from apportion.schema_cycles import LEGACY_RESET, LONGEST_CYCLE, TARGETS
from apportion.spoken import fiscal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from apportion.errors import Finding, Severity
    from apportion.programs.checks_measures import Way
    from apportion.programs.portfolio import Portfolio
    from apportion.programs.states import Cycle, Step

REASONED = ("returned", "denied")
ASKED_FROM: Mapping[str, str] = {"submitted": "warning", **dict.fromkeys(GRANTED, "error")}
"""How bad it is, by state, when a request does not say what it must; a draft may lack anything."""


def check_cycles(portfolio: Portfolio) -> Iterator[Finding]:
    """Every problem of the tables of investments that can be read, but that no review should rest on."""
    steps, cycles = steps_of(portfolio), cycles_of(portfolio)
    yield from _check_investments(portfolio, steps, cycles)
    yield from _check_follows(portfolio, steps, cycles)
    yield from _check_states(portfolio, steps)
    yield from _check_decisions(portfolio, steps)
    yield from _check_costs(portfolio, cycles)
    yield from check_metrics(portfolio, {code: _state(own) for code, own in steps.items()}, cycles)
    yield from check_readings(portfolio, cycles)


def _state(steps: Sequence[Step]) -> str:
    return steps[-1].state if steps else ""


# -- what a request must say ----------------------------------------------------------------------------------------


def _check_investments(
    portfolio: Portfolio, steps: Mapping[str, tuple[Step, ...]], cycles: Mapping[str, Cycle]
) -> Iterator[Finding]:
    metrics = rows_by(portfolio.table("Metrics"), "Investment")
    for index, row in enumerate(portfolio.table("Investments").to_dict("records")):
        code = row["Code"]
        state, own = _state(steps.get(code, ())), metrics[code]
        ways = (*_cycle_ways(cycles[code], state), *_request_ways(row, own, state))
        yield from findings_of(portfolio, "Investments", index, ways)


def _cycle_ways(cycle: Cycle, state: str) -> tuple[Way, ...]:
    """A cycle that is no whole number of years from 1 to 5, or a review outside it."""
    years, review = cycle.years, cycle.review_year
    known, begun = not math.isnan(years), state in ("active", "review due")
    odd = known and (years != int(years) or not 1 <= years <= LONGEST_CYCLE)
    outside = not math.isnan(review) and not math.isnan(cycle.last) and not cycle.holds(review)
    return (
        (
            odd, "error", "Cycle years",
            f"the cycle has {years:g} years.", f"Write a whole number from 1 to {LONGEST_CYCLE}.",
        ),
        (
            outside and not odd, "error", "Review year",
            f"the review is in {fiscal(review)}, and the cycle is {fiscal(cycle.start)} to {fiscal(cycle.last)}.",
            "Write a year of the cycle, or leave it empty: it is then reviewed in the last one.",
        ),
        (
            begun and math.isnan(cycle.start), "error", "Start",
            f"it is {state}, and its first fiscal year is not entered.", "Write it, such as 2027.",
        ),
        (
            begun and not known, "error", "Cycle years",
            f"it is {state}, and the length of its cycle is not entered.",
            f"Write a whole number from 1 to {LONGEST_CYCLE}.",
        ),
    )  # fmt: skip


def _request_ways(row: Mapping[Any, Any], metrics: Sequence[Mapping[Any, Any]], state: str) -> tuple[Way, ...]:
    """A request states its alignment, measurable targets, a timeline, and what happens at its end.

    Source: Jefferson County Public Schools (Yan), "Cycle-based budgeting and continuous improvement", 2016.
    """
    if state not in ASKED_FROM:
        return ()
    severity: Severity = "error" if ASKED_FROM[state] == "error" else "warning"
    name = f'"{row["Code"]}" is {state}, and it'
    no_targets = bool(metrics) and all(math.isnan(metric[target]) for metric in metrics for target in TARGETS)
    timeline = state in ("submitted", "approved") and (math.isnan(row["Start"]) or math.isnan(row["Cycle years"]))
    return (
        (not row["Priority"], severity, "Priority", f"{name} serves no priority.", "Choose one of Priorities."),
        (
            not metrics, severity, "Code",
            f"{name} has no metric.", "Add a row to Metrics: what is measured, its baseline, a target for every year.",
        ),
        (
            no_targets and state == "submitted", severity, "Code",
            f"{name} has no target.", "Write targets in Metrics, one for every year of the cycle.",
        ),
        (
            timeline, severity, "Start",
            f"{name} has no timeline.", "Write its first fiscal year in Start and its length in Cycle years.",
        ),
        (
            not row["Exit plan"], "warning", "Exit plan",
            f"{name} has no exit plan.", "Write what happens when it ends: who pays, or how it stops.",
        ),
    )  # fmt: skip


def _check_follows(
    portfolio: Portfolio, steps: Mapping[str, tuple[Step, ...]], cycles: Mapping[str, Cycle]
) -> Iterator[Finding]:
    """A cycle that follows itself, goes in a circle, or follows one that has not ended or that another one follows."""
    rows = portfolio.table("Investments")
    before = dict(zip(rows["Code"], rows["Follows"], strict=True))
    first: dict[str, str] = {}
    for index, (code, follows) in enumerate(zip(rows["Code"], rows["Follows"], strict=True)):
        if not follows or follows not in before:
            continue
        state, other = _state(steps.get(follows, ())), first.setdefault(follows, code)
        ways: tuple[Way, ...] = (
            (code == follows, "error", "Follows", f'"{code}" follows itself.', "Name the cycle before, or nothing."),
            (
                code != follows and _comes_back(code, before), "error", "Follows",
                f'"{code}" follows "{follows}" in a circle.', "Name the cycle before, or nothing.",
            ),
            (
                code != follows and state not in ENDED, "error", "Follows",
                f'it follows "{follows}", which is {state or "without a state"}: that cycle has not ended.',
                f'Decide on "{follows}" first, and enter the state decided in States.',
            ),
            (
                code != follows and cycles[code].start <= cycles[follows].start, "error", "Start",
                f'it starts in {fiscal(cycles[code].start)}, not after "{follows}", which it follows.',
                "Correct Start or Follows.",
            ),
            (
                code not in (follows, other), "warning", "Follows",
                f'"{code}" follows "{follows}", and so does "{other}".',
                "Nothing needs to be done if that cycle goes on as both; otherwise correct one of them.",
            ),
        )  # fmt: skip
        yield from findings_of(portfolio, "Investments", index, ways)


def _comes_back(code: str, before: Mapping[str, str]) -> bool:
    """Whether what a cycle follows, and what that follows, leads to it again."""
    seen: set[str] = set()
    now = before[code]
    while now and now not in seen:
        if now == code:
            return True
        seen.add(now)
        now = before.get(now, "")
    return False


# -- states and decisions -------------------------------------------------------------------------------------------


def _check_states(portfolio: Portfolio, steps: Mapping[str, tuple[Step, ...]]) -> Iterator[Finding]:
    rows = portfolio.table("Investments")
    legacy = {code: origin == LEGACY_RESET for code, origin in zip(rows["Code"], rows["Origin"], strict=True)}
    decided = set(portfolio.table("Decisions")["Investment"])
    for code, own in steps.items():
        yield from _check_way(portfolio, own, legacy=legacy[code])
        for step in own:
            ways: tuple[Way, ...] = (
                (
                    step.state in REASONED and not step.reason, "error", "Reason",
                    f'"{code}" is {step.state} without a reason.', "Write why, so that it can be read later.",
                ),
                (
                    step.state == "decided" and code not in decided, "error", "State",
                    f'"{code}" is decided, and Decisions does not say what.',
                    "Enter the decision with its reason in Decisions.",
                ),
            )  # fmt: skip
            yield from findings_of(portfolio, "States", step.index, ways)
    for index, date in enumerate(portfolio.table("States")["Date"]):
        if date is not None and is_later(portfolio, date):
            yield _later(portfolio, "States", index)


def _later(portfolio: Portfolio, table: str, index: int) -> Finding:
    what = f"the date lies after {portfolio.settings.as_of}, the day of the review: the row does not count yet."
    return portfolio.intake.finding("warning", table, index, "Date", what, "Correct it, or As of on the sheet Start.")


def _check_way(portfolio: Portfolio, steps: tuple[Step, ...], *, legacy: bool) -> Iterator[Finding]:
    """States that may not follow the one before, or on one date stand in an order that is not theirs."""
    before = ""
    for _, group in groupby(steps, key=lambda step: step.date):
        together = tuple(group)
        faults = list(refused(before, together, legacy=legacy))
        if len(together) > 1 and faults and (order := other_order(before, together, legacy=legacy)):
            yield _unclear(portfolio, faults[0][1], order)
            together = order
        else:
            for state, step in faults:
                yield _may_not_follow(portfolio, step, state, legacy=legacy)
        before = together[-1].state


def _unclear(portfolio: Portfolio, step: Step, order: tuple[Step, ...]) -> Finding:
    what = f"several states have the date {step.date}, and their order is not clear."
    remedy = f"Put the rows in their order ({', '.join(each.state for each in order)}), or correct a date."
    return portfolio.intake.finding("error", "States", step.index, "Date", what, remedy)


def _may_not_follow(portfolio: Portfolio, step: Step, before: str, *, legacy: bool) -> Finding:
    allowed = following(before, legacy=legacy)
    what = f'"{step.state}" may not follow "{before}".' if before else f'"{step.state}" cannot be the first state.'
    remedy = f"After {before} comes {_either(allowed)}." if before else f"It begins with {_either(allowed)}."
    if before in ENDED:
        remedy = f"{before.capitalize()} is an end: what goes on is a new row of Investments that follows this one."
    return portfolio.intake.finding("error", "States", step.index, "State", what, remedy)


def _either(states: Sequence[str]) -> str:
    """States as a person lists them.

    >>> _either(("returned", "approved", "denied"))
    'returned, approved or denied'
    """
    return " or ".join([", ".join(states[:-1]), states[-1]] if len(states) > 1 else states)


def _check_decisions(portfolio: Portfolio, steps: Mapping[str, tuple[Step, ...]]) -> Iterator[Finding]:
    """Decisions about an investment after the day of the review, while it is not due, and those without a reason."""
    for index, row in enumerate(portfolio.table("Decisions").to_dict("records")):
        code, date = row["Investment"], row["Date"]
        if date is None or code not in steps:
            continue
        if is_later(portfolio, date):
            yield _later(portfolio, "Decisions", index)
            continue
        if not row["Reason"]:
            what = f'the decision on "{code}" has no reason.'
            yield portfolio.intake.finding("error", "Decisions", index, "Reason", what, "Write why; it is published.")
        state = _state([step for step in steps[code] if step.date <= date])
        if state not in ("review due", "decided"):
            what = f'"{code}" is {state or "without a state"} on {date}: it is decided on when its review is due.'
            remedy = "Enter the state review due with its date in States first, or correct the date of the decision."
            yield portfolio.intake.finding("error", "Decisions", index, "Date", what, remedy)


# -- money ----------------------------------------------------------------------------------------------------------


def _check_costs(portfolio: Portfolio, cycles: Mapping[str, Cycle]) -> Iterator[Finding]:
    """Money outside the years of a cycle: what is given once must not go on beyond them."""
    rows, funds = portfolio.table("Investments"), portfolio.table("Funds")
    once = set(rows["Code"][rows["Recurrence"] == "one-time"])
    ending = {name.casefold() for name in funds["Fund"][funds["Recurrence"] == "one-time"]}
    known = {name.casefold() for name in funds["Fund"]}
    for index, row in enumerate(portfolio.table("InvestmentCosts").to_dict("records")):
        cycle, fund, year = cycles.get(row["Investment"]), row["Fund"].casefold(), row["Year"]
        if fund and known and fund not in known:
            what, near = f'no fund "{row["Fund"]}" in Funds.', did_you_mean(row["Fund"], funds["Fund"])
            remedy = f"{near} Correct it, or add it to Funds.".strip()
            yield portfolio.intake.finding("error", "InvestmentCosts", index, "Fund", what, remedy)
        if cycle is None or math.isnan(year) or cycle.holds(year):
            continue
        said = "one-time money" if row["Investment"] in once or fund in ending else "money"
        what = f"{said} in {fiscal(year)}, outside the cycle ({fiscal(cycle.start)} to {fiscal(cycle.last)})."
        remedy = "Correct the year, or give it to the cycle that follows. It is not counted here."
        yield portfolio.intake.finding("warning", "InvestmentCosts", index, "Year", what, remedy)
