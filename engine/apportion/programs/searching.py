"""The best plan of a large model in seconds: in independent parts, from a core outward, with the gap proven.

Where value follows cost, branch and bound alone takes minutes: thousands of plans are worth almost the same. Four
things help. Parts that have nothing to do with each other (funds without shifts between them) are solved one by one.
Linear prices say which options are close; a plan is sought among these first (the core, Balas and Zemel 1980), then
around the plan that is found, some of the close options at a time (local branching, Fischetti and Lodi 2003). And what
the prices prove to be worth no more than the plan that is found, up to the gap that is asked for, is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from apportion.programs.solving import (
    Answer,
    branched,
    components,
    part,
    relaxed,
    restricted,
    without_idle_rows,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from apportion.programs.solving import Model, Relaxed
    from apportion.rounding import Floats

SMALL = 120  # options: a part below takes little of the time
TINY = 12  # options: below, branch and bound alone is quickest
CORE = 80  # options beside the best of each unit among which a plan is sought first
CORE_NODES = 20
MANY = 300  # options that could still be worth more: fewer are gone through at once
QUARTERS, CLOSE, ALWAYS = 4, 100, 30  # how the options around a plan are gone through
_INSIDE = 0.999  # of the gap: what is left out stays within it


def search(model: Model, gap: float, seconds: float, start: Floats | None = None) -> Answer:
    """The best values of a model to within a relative gap, or the best found in about so many seconds."""
    small = without_idle_rows(model)
    if (np.diff(small.starts) == 0).any():  # a row that nothing is in and that does not hold
        return Answer(None, -np.inf, -np.inf, 0.0)
    values = np.zeros(len(model.objective))
    objective = bound = taken = 0.0
    parts = [(columns, part(small, columns)) for columns in components(small)]
    sizes = sum(len(columns) for columns, _ in parts if len(columns) > 1) or 1
    for columns, piece in sorted(parts, key=lambda each: len(each[0])):
        left = max(seconds - taken, 0.05) if len(columns) > SMALL else seconds * len(columns) / sizes + 0.05
        answer = _part_of(piece, gap, left, None if start is None else start[columns])
        taken += answer.seconds
        if answer.values is None:
            return Answer(None, -np.inf, -np.inf, taken)
        values[columns] = answer.values
        objective, bound = objective + answer.objective, bound + answer.bound
    return Answer(values, objective, max(bound, objective), taken)


def _part_of(model: Model, gap: float, seconds: float, start: Floats | None) -> Answer:
    if not len(model.lower_rows):
        return _free(model)
    if gap == 0 or np.count_nonzero(model.group >= 0) <= TINY:
        answer = branched(model, gap, seconds, start=start)
        return answer if np.isfinite(answer.bound) or answer.values is None else _bounded(model, answer)
    prices = relaxed(model)
    if prices is None:
        return Answer(None, -np.inf, -np.inf, 0.0)
    return _Core(model, prices, gap, seconds).searched(start)


def _bounded(model: Model, answer: Answer) -> Answer:
    """An answer whose time was over before anything was proven, with the bound of linear prices."""
    prices = relaxed(model)
    return answer if prices is None else replace(answer, bound=max(prices.objective, answer.objective))


def _free(model: Model) -> Answer:
    """The best option of every unit where nothing binds."""
    values = np.zeros(len(model.objective))
    objective = np.where(model.upper > 0, model.objective, -np.inf)
    for unit in np.unique(model.group[model.group >= 0]):
        options = np.flatnonzero(model.group == unit)
        best = options[np.argmax(objective[options])]
        if not np.isfinite(objective[best]):
            return Answer(None, -np.inf, -np.inf, 0.0)
        values[best] = 1.0
    total = float(model.objective @ values)
    return Answer(values, total, total, 0.0)


@dataclass
class _Core:
    """A search that begins among the options that prices hold close."""

    model: Model
    prices: Relaxed
    gap: float
    seconds: float

    def __post_init__(self) -> None:
        self.taken = self.prices.seconds
        self.values: Floats | None = None
        self.objective = -np.inf
        self.target = self.prices.objective / (1 + self.gap) if self.prices.objective > 0 else self.prices.objective

    def searched(self, start: Floats | None) -> Answer:
        """The plan, step by step until its gap is proven."""
        self._among_the_core(start)
        if self.objective < self.target and np.count_nonzero(self._hopeful()) > MANY:
            self._around_the_plan()
        if self.objective < self.target:
            return self._among_what_is_left()
        return Answer(self.values, self.objective, self.prices.objective, self.taken)

    def _keep(self, answer: Answer) -> None:
        self.taken += answer.seconds
        if answer.values is not None and answer.objective > self.objective:
            self.values, self.objective = answer.values, answer.objective

    def _left(self, share: float = 1.0) -> float:
        return max((self.seconds - self.taken) * share, 0.05)

    def _among_the_core(self, start: Floats | None) -> None:
        at = self.model.group >= 0
        losses = np.sort(self.prices.losses[at & (self.model.upper > 0)])
        units = len(np.unique(self.model.group[at]))
        limit = losses[min(units + CORE, len(losses) - 1)]
        close = ~at | (self.prices.losses <= limit)
        if start is not None:
            close |= start > 0.5
        core = restricted(self.model, close)
        self._keep(branched(core, self.gap / 2, self._left(0.3), start=start, target=self.target, nodes=CORE_NODES))

    def _around_the_plan(self) -> None:
        """Beside the plan each time another quarter of the options that are close, and always the closest."""
        if self.values is None:
            return
        at = (self.model.group >= 0) & (self.model.upper > 0)
        for quarter in range(QUARTERS):
            apart = np.where(at & (self.values < 0.5), self.prices.losses, np.inf)
            order = np.argsort(apart, kind="stable")[: min(QUARTERS * CLOSE, int(np.isfinite(apart).sum()))]
            near = ~at | (self.values > 0.5)
            near[order[:ALWAYS]] = near[order[quarter::QUARTERS]] = True
            around = restricted(self.model, near)
            start, seconds = self.values, self._left(0.2)
            self._keep(branched(around, self.gap / 2, seconds, start=start, target=self.target, nodes=CORE_NODES))
            if self.objective >= self.target:
                return

    def _sure(self) -> float:
        """What a plan must be worth more than, to be sought."""
        return self.objective + abs(self.objective) * self.gap * _INSIDE if self.values is not None else -np.inf

    def _hopeful(self) -> NDArray[np.bool_]:
        """Options beside the plan with which a plan could be worth more than the gap allows."""
        beside = (self.model.group >= 0) & (self.model.upper > 0)
        if self.values is not None:
            beside &= self.values < 0.5
        return beside & (self.prices.objective - self.prices.losses > self._sure())

    def _among_what_is_left(self) -> Answer:
        """All options that could still be worth more than the plan by the gap."""
        sure = self._sure()
        kept = (self.model.group < 0) | self._hopeful()
        if self.values is not None:
            kept |= self.values > 0.5
        left = restricted(self.model, kept)
        answer = branched(left, self.gap, self._left(), start=self.values, target=self.target)
        self._keep(answer)
        bound = min(self.prices.objective, max(answer.bound, sure))
        if self.values is None:
            return Answer(None, -np.inf, -np.inf, self.taken)
        return Answer(self.values, self.objective, max(bound, self.objective), self.taken)
