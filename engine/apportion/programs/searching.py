"""The best plan of a large model in seconds: in independent parts, from a core outward, with the gap proven.

Where value follows cost, branch and bound alone takes minutes: thousands of plans are worth almost the same. Three
things help. Parts that have nothing to do with each other (funds without shifts between them) are solved one by one.
Linear prices say which options are close; a plan is sought among these first (the core, Balas and Zemel 1980). And
what the prices prove to be worth no more than the plan that is found, up to the gap that is asked for, is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
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

    from apportion.programs.solving import Floats, Model, Relaxed

SMALL = 120  # options: a part below takes little of the time
TINY = 12  # options: below, branch and bound alone is quickest
CORE = 80  # options beside the best of each unit among which a plan is sought first
CORE_NODES = 60
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
        return branched(model, gap, seconds, start=start)
    prices = relaxed(model)
    if prices is None:
        return Answer(None, -np.inf, -np.inf, 0.0)
    return _Core(model, prices, gap, seconds).searched(start)


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
        for step in (self._among_the_core, self._with_payments_as_priced):
            step(start)
            if self.objective >= self.target:
                return Answer(self.values, self.objective, self.prices.objective, self.taken)
        return self._among_what_is_left()

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
        self._keep(
            branched(core, self.gap / 2, self._left(0.3), start=start, target=self.target, nodes=CORE_NODES)
        )

    def _with_payments_as_priced(self, _: Floats | None) -> None:
        """Each fund pays what it pays at the prices: then the funds have nothing to do with each other."""
        money = np.flatnonzero(self.model.group < 0)
        if not len(money):
            return
        fixed = _paid(self.model, self.prices.values, money)
        pieces = [(columns, part(fixed, columns)) for columns in components(fixed)]
        if len(pieces) < 2:
            return
        values = np.zeros(len(self.model.objective))
        for columns, piece in pieces:
            if not (piece.group >= 0).any():
                continue
            answer = branched(piece, self.gap / 2, self._left(0.5 / len(pieces)), nodes=CORE_NODES)
            self.taken += answer.seconds
            if answer.values is None:
                return
            values[columns] = answer.values
        # The choices are whole; HiGHS finds who pays them, and goes on from there.
        self._keep(branched(restricted(self.model, (values > 0.5) | (self.model.group < 0)), 0.0, self._left(0.1)))

    def _among_what_is_left(self) -> Answer:
        """All options that could still be worth more than the plan by the gap."""
        sure = self.objective + abs(self.objective) * self.gap * _INSIDE if self.values is not None else -np.inf
        hopeful = (self.model.group < 0) | (self.prices.objective - self.prices.losses > sure)
        if self.values is not None:
            hopeful |= self.values > 0.5
        left = restricted(self.model, hopeful)
        answer = branched(left, self.gap, self._left(), start=self.values, target=self.target)
        self._keep(answer)
        bound = min(self.prices.objective, max(answer.bound, sure))
        if self.values is None:
            return Answer(None, -np.inf, -np.inf, self.taken)
        return Answer(self.values, self.objective, max(bound, self.objective), self.taken)


def _paid(model: Model, values: Floats, money: NDArray[np.int64]) -> Model:
    """The model in which columns of dollars are at most what they are: in every row they stand as numbers."""
    given = np.zeros(len(values))
    given[money] = values[money]
    activity = model.activity(given)
    inside = model.group[model.index] >= 0
    counts = np.bincount(model.rows[inside], minlength=len(model.lower_rows))
    kept = counts > 0
    # Dollars that are moved need not all be used: what a class of programs costs is at most what pays it.
    upper = np.where(np.isfinite(model.upper_rows), model.upper_rows - activity, np.inf)
    lower = np.where(model.lower_rows == model.upper_rows, -np.inf, model.lower_rows - activity)
    return type(model)(
        model.objective, np.where(model.group < 0, 0.0, model.upper), model.group,
        np.cumsum([0, *counts[kept]]), model.index[inside], model.coefficients[inside], lower[kept], upper[kept],
    )  # fmt: skip
