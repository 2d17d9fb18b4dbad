"""How much of each limit a plan uses, and which limits bind: without them a better plan would fit."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from apportion.programs.effects import positions_cut, school_losses
from apportion.programs.planning import plan_for
from apportion.programs.proposal import FRAMES
from apportion.programs.solving import relaxed, without_idle_rows
from apportion.progress import stage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from apportion.programs.limits import Limit
    from apportion.programs.planning import Plan, Task

_BETTER = 1e-6  # share of the value from which on another plan is better
_SECONDS_EACH = 3.0
_TIGHT = 0.99  # of the most that is allowed: taken to bind where it is not solved without

Used = tuple[float, float]
"""What is used of a limit, and the most (for maintenance of effort the least) that is allowed; NaN where none is."""


def limits_used(asked: Task, plan: Plan, *, resolve: bool) -> pd.DataFrame:
    """One row per limit: what is used, the most allowed and whether it binds; columns as `Realignment.limits`.

    A limit binds when a better plan would fit without it, found by solving again (`resolve`); else when nearly all of
    it is used. Of a limit for every year or school the one that is closest to its amount is shown.
    """
    rows = []
    priced = _priced(asked) if resolve and not asked.is_small else math.nan
    for place, limit in enumerate(asked.limits.all):
        on = place in asked.limits.places
        used, most = _USED[limit.kind](asked, plan, limit)
        if not on:
            binds = False
        elif resolve:
            stage("Which limits bind", 0.1 + 0.1 * place / len(asked.limits.all))
            binds = _binds(asked, plan, place, priced)
        else:
            small, large = (most, used) if limit.kind == "maintenance of effort" else (used, most)
            binds = bool(small >= large * _TIGHT)
        rows.append((limit.name, limit.kind, "on" if on else "off", binds, used, most))
    return pd.DataFrame(rows, columns=list(FRAMES["limits"]))


def _binds(asked: Task, plan: Plan, place: int, priced: float) -> bool:
    without = replace(asked.without(place), near=plan.chosen)
    if asked.is_small:
        found = plan_for(without, _SECONDS_EACH, plan.chosen)
        return found is not None and found.value > plan.value + _BETTER * abs(plan.value)
    return _priced(without) > priced + _BETTER * abs(priced)


def _priced(asked: Task) -> float:
    columns = asked.columns()
    found = relaxed(without_idle_rows(columns.model))
    return -math.inf if found is None else found.objective * columns.value


def _of_funds(asked: Task, plan: Plan, limit: Limit) -> Used:
    names, years = asked.choices.fund_names, asked.choices.years
    used = sum(cents for _, _, pays, year, cents in plan.payments if limit.covers(names[pays], years[year]))
    most = sum(
        float(asked.available[year, fund])
        for fund, name in enumerate(names)
        for year, fiscal in enumerate(years)
        if limit.covers(name, fiscal)
    )
    return used / 100, most / 100


def _of_shifts(asked: Task, plan: Plan, limit: Limit) -> Used:
    names, years = asked.choices.fund_names, asked.choices.years
    used = sum(
        cents
        for _, meant, pays, year, cents in plan.payments
        if meant != pays and limit.covers(names[pays], years[year])
    )
    return used / 100, math.nan


def _of_effort(asked: Task, plan: Plan, limit: Limit) -> Used:
    names, years = asked.choices.fund_names, asked.choices.years
    recurring = asked.choices.by_fund("Recurring")
    paid = dict.fromkeys((year for year, fiscal in enumerate(years) if limit.covers(limit.fund, fiscal)), 0)
    for _, _, pays, year, cents in plan.payments:
        if limit.counts(names[pays], years[year], recurring=bool(recurring[year, pays])):
            paid[year] += cents
    return (min(paid.values()) / 100 if paid else math.nan), limit.amount


def _of_positions(asked: Task, plan: Plan, limit: Limit) -> Used:
    cuts = [float(cut[plan.chosen].sum()) for cut in positions_cut(asked.choices, limit)]
    return max(cuts, default=math.nan), limit.amount


def _of_schools(asked: Task, plan: Plan, limit: Limit) -> Used:
    losses = [math.fsum(lost[plan.chosen]) + anyway for _, _, lost, anyway in school_losses(asked.choices, limit)]
    return (round(max(losses) / 100, 2) if losses else math.nan), limit.amount


def _no_amount(_asked: Task, _plan: Plan, _limit: Limit) -> Used:
    return math.nan, math.nan


_USED: Mapping[str, Callable[[Task, Plan, Limit], Used]] = {
    "fund amounts": _of_funds,
    "allowable uses": _no_amount,
    "allowed shifts": _of_shifts,
    "maintenance of effort": _of_effort,
    "least service": _no_amount,
    "needs and excludes": _no_amount,
    "cannot be kept as is": _no_amount,
    "positions cut": _of_positions,
    "loss of one school": _of_schools,
}
