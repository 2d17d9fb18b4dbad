"""The best plan under given limits, proven and checked to the cent."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from apportion.programs.model import build
from apportion.programs.payments import payments
from apportion.programs.realignment import gap_between
from apportion.programs.routes import classes
from apportion.programs.searching import search
from apportion.programs.solving import relaxed
from apportion.rounding import in_cents

if TYPE_CHECKING:
    from apportion.programs.choices import Choices
    from apportion.programs.limits import Active
    from apportion.programs.model import Columns
    from apportion.programs.payments import Payment
    from apportion.programs.routes import PaymentClass
    from apportion.programs.solving import Model, Places
    from apportion.rounding import Floats


GAP = 1e-4
SMALL_UNITS = 60  # up to so many units the best plan is found, not one within the gap
_TIES = 1e-7  # share of the value that may be given up to choose between equals in a large portfolio
_EQUAL = 1e-9  # share of the value up to which two plans are worth the same
_INSIDE = 0.99  # of the gap is asked for, so that what is preferred between equals leaves it proven
_TRIES = 20  # plans that do not tie out to the cent before it is given up


@dataclass(frozen=True)
class Plan:
    """The option of each unit (as places among all options), its value, what no plan exceeds, and who pays."""

    chosen: Places
    value: float
    bound: float
    payments: tuple[Payment, ...]
    seconds: float

    @property
    def gap(self) -> float:
        """The proven share by which a better plan could exceed the value."""
        return gap_between(self.value, self.bound)


@dataclass(frozen=True)
class Task:
    """A plan to be found: choices and limits, who may pay, cents by year and fund, and options that are closed.

    Between plans of equal value the one that changes less is taken: less of `near`, else of what goes on at present.
    All programs together cost at most `most` cents in each year.
    """

    choices: Choices
    limits: Active
    classes: tuple[PaymentClass, ...]
    available: Floats
    closed: Places
    near: Places | None = None
    most: Floats | None = None

    def without(self, place: int) -> Task:
        """The task without one of its limits."""
        limits = self.limits.only(self.limits.places - {place})
        return replace(self, limits=limits, classes=classes(self.choices, limits))

    @property
    def is_small(self) -> bool:
        """Whether it is solved without any gap."""
        return len(self.choices.units) <= SMALL_UNITS

    def columns(self) -> Columns:
        """Its model."""
        columns = build(self.choices, self.limits, self.classes, self.available, self.most, self._bonus())
        upper = columns.model.upper.copy()
        upper[self.closed] = 0.0
        return replace(columns, model=replace(columns.model, upper=upper))

    def _bonus(self) -> Floats:
        if self.near is None and self.is_small:
            return np.zeros(len(self.choices.values))  # ties are broken afterwards, exactly
        best = np.zeros(len(self.choices.units))
        np.maximum.at(best, self.choices.unit_of, self.choices.values)
        each = float(best.sum()) * _TIES / max(len(best), 1)
        return np.asarray(self.preferred() * each, dtype=float)

    def preferred(self) -> Floats:
        """1 for the options that are taken between equals."""
        if self.near is None:
            return np.array([option.kind == "continue" for option in self.choices.options], float)
        preferred = np.zeros(len(self.choices.values))
        preferred[self.near] = 1.0
        return preferred


def task(choices: Choices, limits: Active) -> Task:
    """The task of finding the best plan with the money that there is."""
    money = in_cents(choices.by_fund("Available")).astype(float)
    return Task(choices, limits, classes(choices, limits), money, np.zeros(0, np.int64))


def plan_for(asked: Task, seconds: float, start: Places | None = None) -> Plan | None:
    """The best plan that can be found in about so many seconds; None when nothing fits."""
    columns = asked.columns()
    begin = None if start is None else _as_values(columns.model, start)
    found = _checked(asked, columns, seconds, begin)
    if found is None or not asked.is_small or asked.near is not None or found.value < found.bound:
        return found
    tied = _checked(asked, _among_equals(asked, columns, found), max(seconds - found.seconds, 0.05), None)
    if tied is None or tied.value < found.value - _EQUAL * abs(found.value):
        return found
    return replace(tied, bound=max(tied.value, found.bound), seconds=found.seconds + tied.seconds)


def any_plan(asked: Task, seconds: float) -> Plan | None:
    """A plan that fits and can be paid to the cent, whatever it is worth; None when there is none."""
    columns = asked.columns()
    nothing = replace(columns.model, objective=np.zeros(len(columns.model.objective)))
    found = _checked(asked, replace(columns, model=nothing), seconds, None)
    prices = None if found is None else relaxed(columns.model)
    if found is None or prices is None:
        return found
    return replace(found, bound=max(found.value, prices.objective * columns.value))


def _checked(asked: Task, columns: Columns, seconds: float, begin: Floats | None) -> Plan | None:
    """The best plan of a model that can be paid to the cent."""
    model, taken, gap = columns.model, 0.0, 0.0 if asked.is_small else GAP * _INSIDE
    for _ in range(_TRIES):
        answer = search(model, gap, max(seconds - taken, 0.05), begin)
        taken += answer.seconds
        if answer.values is None:
            return None
        chosen = _chosen(asked.choices, answer.values)
        paid = payments(asked.choices, asked.limits, asked.classes, chosen, asked.available)
        if paid is not None:
            value = math.fsum(asked.choices.values[chosen])
            bound = max(answer.bound * columns.value, value)
            equal = _EQUAL if asked.near is None else 2 * _TIES
            return Plan(chosen, value, value if bound - value <= equal * abs(value) else bound, tuple(paid), taken)
        model, begin = _without(model, chosen), None
    return None


def _among_equals(asked: Task, columns: Columns, found: Plan) -> Columns:
    """The model of plans worth as much: the most programs go on as they are, then the least cost."""
    options, model = len(asked.choices.values), columns.model
    costs = asked.choices.dollars.sum(axis=(1, 2))
    total = max(float(costs.sum()), 1.0)
    objective = np.zeros(len(model.objective))
    objective[:options] = (asked.preferred() - costs / total) * len(asked.choices.units)
    worth = asked.choices.values / columns.value
    kept = np.flatnonzero(worth)
    least = found.value / columns.value
    more = _with_row(model, kept, worth[kept], least - _EQUAL * abs(least), np.inf)
    return replace(columns, model=replace(more, objective=objective))


def _with_row(model: Model, index: Places, values: Floats, lower: float, upper: float) -> Model:
    return replace(
        model,
        starts=np.append(model.starts, model.starts[-1] + len(index)),
        index=np.concatenate([model.index, index]),
        coefficients=np.concatenate([model.coefficients, values]),
        lower_rows=np.append(model.lower_rows, lower),
        upper_rows=np.append(model.upper_rows, upper),
    )


def _as_values(model: Model, chosen: Places) -> Floats:
    values = np.zeros(len(model.objective))
    values[chosen] = 1.0
    return values


def _chosen(choices: Choices, values: Floats) -> Places:
    starts = choices.starts.tolist()
    return np.array([begin + int(np.argmax(values[begin:end])) for begin, end in pairwise(starts)], np.int64)


def _without(model: Model, chosen: Places) -> Model:
    """The model without one plan, which a fraction of a cent let through."""
    return _with_row(model, chosen, np.ones(len(chosen)), -np.inf, len(chosen) - 1.0)
