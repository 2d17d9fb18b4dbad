"""The best plan under given limits, proven and checked to the cent."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from apportion.programs.choices import KEEPS
from apportion.programs.model import build
from apportion.programs.payments import payments
from apportion.programs.searching import search
from apportion.programs.solving import branched

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from apportion.programs.choices import Choices
    from apportion.programs.limits import Active
    from apportion.programs.model import Columns
    from apportion.programs.payments import Payment
    from apportion.programs.solving import Answer, Model

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

GAP = 1e-4
SMALL_UNITS = 60  # up to so many units the best plan is found, not one within the gap
_TIES = 1e-7  # share of the value that may be given up to choose between equals in a large portfolio
_EQUAL = 1e-9  # share of the value up to which two plans are worth the same
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
        return (self.bound - self.value) / max(abs(self.value), 1e-9)


@dataclass(frozen=True)
class Task:
    """A plan to be found: choices and limits, cents by year and fund, options that are closed, and a plan to stay near.

    Between plans of equal value the one that changes less is taken: less of `near`, else of what goes on at present.
    """

    choices: Choices
    limits: Active
    available: Floats
    closed: Places
    near: Places | None = None

    @property
    def is_small(self) -> bool:
        """Whether it is solved without any gap."""
        return len(self.choices.units) <= SMALL_UNITS

    def columns(self) -> Columns:
        """Its model."""
        columns = build(self.choices, self.limits, self.available, self._bonus())
        upper = columns.model.upper.copy()
        upper[self.closed] = 0.0
        return replace(columns, model=replace(columns.model, upper=upper))

    def _bonus(self) -> Floats:
        units, values = self.choices.units, self.choices.values
        preferred = np.zeros(len(values))
        if self.near is None:
            preferred[[option.kind == "continue" for option in self.choices.options]] = 1.0
        else:
            preferred[self.near] = 1.0
        best = np.zeros(len(units))
        np.maximum.at(best, self.choices.unit_of, values)
        return np.asarray(preferred * best.sum() * _TIES / max(len(units), 1))


def task(choices: Choices, limits: Active) -> Task:
    """The task of finding the best plan with the money that there is."""
    return Task(choices, limits, np.rint(choices.by_fund("Available") * 100), np.zeros(0, np.int64))


def plan_for(asked: Task, seconds: float, start: Places | None = None) -> Plan | None:
    """The best plan that can be found in about so many seconds; None when nothing fits."""
    columns = asked.columns()
    model, taken = columns.model, 0.0
    begin = None if start is None else _as_values(model, start)
    for _ in range(_TRIES):
        answer = _solved(asked, model, max(seconds - taken, 0.05), begin)
        taken += answer.seconds
        if answer.values is None:
            return None
        chosen = _chosen(asked.choices, answer.values)
        paid = payments(asked.choices, asked.limits, chosen, asked.available)
        if paid is not None:
            value = math.fsum(asked.choices.values[chosen])
            bound = max(answer.bound * columns.value, value)
            bound = value if bound - value <= _slack(asked) * abs(value) else bound
            return Plan(chosen, value, bound, tuple(paid), taken)
        model, begin = _without(model, chosen), None
    return None


def _slack(asked: Task) -> float:
    return 2 * _TIES if asked.is_small else _EQUAL


def _solved(asked: Task, model: Model, seconds: float, begin: Floats | None) -> Answer:
    answer = search(model, 0.0 if asked.is_small else GAP / 2, seconds * (0.5 if asked.is_small else 1.0), begin)
    return answer


def _as_values(model: Model, chosen: Places) -> Floats:
    values = np.zeros(len(model.objective))
    values[chosen] = 1.0
    return values


def _chosen(choices: Choices, values: Floats) -> Places:
    starts = choices.starts.tolist()
    return np.array(
        [begin + int(np.argmax(values[begin:end])) for begin, end in zip(starts, starts[1:], strict=False)], np.int64
    )


def _without(model: Model, chosen: Places) -> Model:
    """The model without one plan, which a fraction of a cent let through."""
    return replace(
        model,
        starts=np.append(model.starts, model.starts[-1] + len(chosen)),
        index=np.concatenate([model.index, chosen]),
        coefficients=np.concatenate([model.coefficients, np.ones(len(chosen))]),
        lower_rows=np.append(model.lower_rows, -np.inf),
        upper_rows=np.append(model.upper_rows, len(chosen) - 1.0),
    )
