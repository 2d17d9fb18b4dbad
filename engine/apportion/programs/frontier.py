"""What more or less money would buy: the next and the last dollars of each fund, and the value by budget."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from apportion.programs.choices import KEEPS
from apportion.programs.planning import plan_for
from apportion.programs.realignment import STEP
from apportion.programs.wording import changes
from apportion.progress import stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apportion.programs.planning import Plan, Task


SHARES = (0.7, 0.8, 0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.2, 1.3)
STEP_COLUMNS = ("Fund", "Year", "Step", "Value", "Changes")
FRONTIER_COLUMNS = ("Share", "Dollars", "Value", "Gap", "Kept")
_LEAST_SECONDS = 5.0
_SAME = "Nothing changes"
_NOTHING_FITS = "Nothing fits without them"


def steps(asked: Task, plan: Plan, seconds: float) -> pd.DataFrame:
    """What 100,000 dollars more, or less, of each fund would change; columns as `Realignment.steps`.

    Of a recurring fund they come in Year and every year after it, of a one-time fund in Year alone. Value is NaN where
    nothing fits without them.
    """
    near, rows = replace(asked, near=plan.chosen), []
    wanted, paid = list(_wanted(asked)), np.zeros(asked.available.shape)
    for _, _, pays, year, cents in plan.payments:
        paid[year, pays] += cents
    for place, (fund, years, step) in enumerate(wanted):
        stage("What the next dollars would buy", 0.6 + 0.2 * place / len(wanted))
        available = asked.available.copy()
        available[years, fund] = np.maximum(available[years, fund] + step * 100, 0.0)
        found: Plan | None = plan
        if step > 0 or (available[years, fund] < paid[years, fund]).any():
            start = plan.chosen if step > 0 else None
            found = plan_for(replace(near, available=available), _each(asked, seconds / len(wanted)), start)
        value = math.nan if found is None else found.value - plan.value
        what = _NOTHING_FITS if found is None else changes(asked.choices, plan.chosen, found.chosen) or _SAME
        rows.append((asked.choices.fund_names[fund], asked.choices.years[years[0]], step, value, what))
    return pd.DataFrame(rows, columns=list(STEP_COLUMNS))


def _wanted(asked: Task) -> Iterator[tuple[int, list[int], float]]:
    """Funds with the years in which they have money for programs, and by how much each is changed."""
    choices = asked.choices
    recurring, months = choices.by_fund("Recurring"), choices.by_fund("Months")
    for fund, name in enumerate(choices.fund_names):
        years = [
            year
            for year, fiscal in enumerate(choices.years)
            if months[year, fund] and asked.available[year, fund] and asked.limits.holds("fund amounts", name, fiscal)
        ]
        lasting = bool(years) and bool(recurring[years[0], fund])
        for together in [years] if lasting else [[year] for year in years]:
            for step in (STEP, -STEP):
                yield fund, together, step


def frontier(asked: Task, plan: Plan, seconds: float) -> pd.DataFrame:
    """The value by budget, from 70% to 130% of the money that is there; columns as `Realignment.frontier`.

    With less money all programs together may cost that much in each year, whichever fund gives less; with more every
    fund has more in proportion. Dollars are those of the first year. What fits with less money fits with more, so the
    value never falls. Budgets with which nothing fits are left out.
    """
    rows: list[tuple[float, float, float, float, int]] = []
    best: Plan | None = None
    money = float(asked.available[:1].sum()) / 100
    for place, share in enumerate(SHARES):
        stage("What each budget would be worth", 0.8 + 0.2 * place / len(SHARES))
        found = plan if share == 1 else _with_share(asked, plan, share, _each(asked, seconds / len(SHARES)), best)
        if best is not None and (found is None or found.value < best.value):
            found = replace(best, bound=best.bound if found is None else max(found.bound, best.value))
        if found is not None:
            best = found
            kept = sum(asked.choices.options[option].kind in KEEPS for option in found.chosen)
            rows.append((share, round(money * share, 2), found.value, found.gap, kept))
    return pd.DataFrame(rows, columns=list(FRONTIER_COLUMNS))


def _each(asked: Task, seconds: float) -> float:
    """Seconds for one answer: a small portfolio is solved without a gap, whatever the machine does beside it."""
    return max(seconds, _LEAST_SECONDS) if asked.is_small else seconds


def _with_share(asked: Task, plan: Plan, share: float, seconds: float, before: Plan | None) -> Plan | None:
    near = replace(asked, near=plan.chosen)
    money = np.floor(asked.available * share)
    changed = replace(near, most=money.sum(axis=1)) if share < 1 else replace(near, available=money)
    return plan_for(changed, seconds, None if before is None else before.chosen)
