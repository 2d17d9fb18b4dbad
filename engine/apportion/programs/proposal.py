"""A plan as tables: what becomes of each program, what it costs, who pays, and what each fund has left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from apportion.programs.model import forbidden

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apportion.programs.choices import Choices, Unit
    from apportion.programs.planning import Plan, Task

FRAMES: Mapping[str, tuple[str, ...]] = {
    "choices": (
        "Program", "School", "Name", "Option", "Kind", "Value", "Students", "Score", "Last decision", "Offered",
        "Left out", "Positions cut", "Now", "Cost", "Average", "Freed",
    ),
    "costs": (
        "Program", "School", "Option", "Year", "Fund", "Now", "Dollars", "Positions now", "Positions",
    ),
    "payments": ("Program", "School", "From fund", "Fund", "Year", "Dollars"),
    "funds": ("Fund", "Year", "Available", "Before", "After", "Left"),
    "limits": ("Limit", "Kind", "Status", "Binds", "Used", "Most"),
}  # fmt: skip


def frames(asked: Task, plan: Plan) -> dict[str, pd.DataFrame]:
    """The tables of a plan, with columns as in `Realignment`."""
    rows: dict[str, Iterator[tuple[Any, ...]]] = {
        "choices": _choices(asked, plan),
        "costs": _costs(asked.choices, plan),
        "payments": _payments(asked.choices, plan),
        "funds": _funds(asked, plan),
    }
    return {name: pd.DataFrame(list(each), columns=list(FRAMES[name])) for name, each in rows.items()}


def _choices(asked: Task, plan: Plan) -> Iterator[tuple[Any, ...]]:
    choices = asked.choices
    closed = forbidden(choices, asked.limits)
    for place, (unit, chosen) in enumerate(zip(choices.units, plan.chosen.tolist(), strict=True)):
        option = choices.options[chosen]
        own = closed[choices.starts[place] : choices.starts[place + 1]]
        now, cost = (each.cents[:1].sum() / 100 for each in (unit.now, option.cost))
        cut = float(np.round(unit.now.positions[:1].sum() - option.cost.positions[:1].sum(), 9))
        average = float(np.round(now * (1 - option.level), 2))
        yield (
            unit.program, unit.school, unit.name, option.name, option.kind, option.value, option.students, unit.score,
            option.last_decision, int((~own).sum()), " ".join([*unit.left_out, *_not_allowed(unit, own)]), cut + 0.0,
            now, cost, average + 0.0, round(now - cost, 2) + 0.0,
        )  # fmt: skip


def _not_allowed(unit: Unit, closed: np.ndarray) -> Iterator[str]:
    """Why options that are still in time may not be taken."""
    for option, is_closed in zip(unit.options, closed.tolist(), strict=True):
        if is_closed and option.level < unit.least:
            yield f"{option.name} is less than the {unit.least:.0%} of service that its mandate requires."
        elif is_closed:
            yield f"{option.name} would keep it as it is, which the rule of the rubric does not allow."


def _costs(choices: Choices, plan: Plan) -> Iterator[tuple[Any, ...]]:
    for unit, chosen in zip(choices.units, plan.chosen.tolist(), strict=True):
        now, new = unit.now, choices.options[chosen].cost
        some = (now.cents > 0) | (new.cents > 0) | (now.positions > 0) | (new.positions > 0)
        for year, fund in np.argwhere(some).tolist():
            yield (
                unit.program, unit.school, choices.options[chosen].name, choices.years[year],
                choices.fund_names[fund], now.cents[year, fund] / 100, new.cents[year, fund] / 100,
                float(now.positions[year, fund]), float(new.positions[year, fund]),
            )  # fmt: skip


def _payments(choices: Choices, plan: Plan) -> Iterator[tuple[Any, ...]]:
    together: dict[tuple[int, int, int, int], int] = {}
    for unit, meant, pays, year, cents in plan.payments:
        together[unit, year, meant, pays] = together.get((unit, year, meant, pays), 0) + cents
    for (unit, year, meant, pays), cents in sorted(together.items()):
        of = choices.units[unit]
        names = choices.fund_names
        yield of.program, of.school, names[meant], names[pays], choices.years[year], cents / 100


def _funds(asked: Task, plan: Plan) -> Iterator[tuple[Any, ...]]:
    choices = asked.choices
    shape = len(choices.years), len(choices.fund_names)
    before, after = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for unit in choices.units:
        before += unit.now.cents
    for _, _, pays, year, cents in plan.payments:
        after[year, pays] += cents
    for fund, name in enumerate(choices.fund_names):
        for year, fiscal in enumerate(choices.years):
            available = asked.available[year, fund]
            left = available - after[year, fund]
            yield name, fiscal, available / 100, before[year, fund] / 100, after[year, fund] / 100, left / 100
