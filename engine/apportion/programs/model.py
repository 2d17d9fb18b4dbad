"""The choices and limits of a realignment as rows and columns: options first, then dollars by who pays them.

Programs whose costs the same funds may pay are one class: what a fund pays is a column of the class and year, not of
each program. That is exact, because what pays a class can be split over its programs in proportion (payments.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from apportion.programs.choices import KEEPS
from apportion.programs.effects import dependences, positions_cut, school_losses
from apportion.programs.money import MONTHS
from apportion.programs.solving import Model
from apportion.rounding import in_cents

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from apportion.programs.choices import Choices
    from apportion.programs.limits import Active
    from apportion.programs.routes import PaymentClass
    from apportion.programs.solving import Places
    from apportion.rounding import Floats

    Term = tuple[Places, Floats]  # columns and what each counts
    Row = tuple[Places, Floats, float, float]  # the same, and the two ends between which their sum must lie

HALF_A_CENT = 0.5
_SLACK = 1e-6  # positions
_NOTHING: Term = (np.zeros(1, np.int64), np.zeros(1))
_LARGEST = 1000.0  # of a coefficient, so that a cent stays far above the solver's tolerance


@dataclass(frozen=True)
class Columns:
    """A model and its units: the cents and the value of one."""

    model: Model
    cents: float
    value: float


@dataclass
class _Rows:
    """Rows as they are added."""

    index: list[Places] = field(default_factory=list)
    coefficients: list[Floats] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)

    def add(self, index: Sequence[int] | Places, values: Floats, lower: float, upper: float) -> None:
        """One row, without the columns in which it has nothing."""
        kept = np.flatnonzero(values)
        if len(kept) or lower > 0 or upper < 0:
            self.index.append(np.asarray(index, np.int64)[kept])
            self.coefficients.append(np.asarray(values, float)[kept])
            self.lower.append(lower)
            self.upper.append(upper)


def build(
    choices: Choices,
    limits: Active,
    classes: tuple[PaymentClass, ...],
    available: Floats,
    most: Floats | None = None,
    bonus: Floats | None = None,
) -> Columns:
    """The model of the choices under the limits that hold.

    `available` are cents by fiscal year and fund, `most` what all programs together may cost in each year, `bonus` what
    each option is worth beside its value: less than any difference that counts, to choose between equals.
    """
    building = _Building(choices, limits, classes, available)
    rows = [*building.fund_rows(), *building.program_rows(), *building.budget_rows(most)]
    together = _Rows()
    for index, values, lower, upper in rows:
        together.add(index, values, lower, upper)
    worth = choices.values if bonus is None else choices.values + bonus
    value = max(float(np.abs(choices.values).max(initial=0.0)), 1e-9) / _LARGEST
    money = len(building.most)
    model = Model(
        np.concatenate([worth / value, np.zeros(money)]),
        np.concatenate([np.where(forbidden(choices, limits), 0.0, 1.0), np.array(building.most)]),
        np.concatenate([choices.unit_of, np.full(money, -1)]),
        np.cumsum([0, *map(len, together.index)]),
        np.concatenate([np.zeros(0, np.int64), *together.index]),
        np.concatenate([np.zeros(0), *together.coefficients]),
        np.array(together.lower, float),
        np.array(together.upper, float),
    )
    return Columns(model, building.cents, value)


def forbidden(choices: Choices, limits: Active) -> NDArray[np.bool_]:
    """The options that a mandate's least service, or the rule of the rubric, does not allow."""
    least, named = limits.holds("least service"), limits.holds("cannot be kept as is")
    return np.array(
        [
            (least and option.level < unit.least) or (named and unit.named and option.kind in KEEPS)
            for unit in choices.units
            for option in unit.options
        ],
        dtype=bool,
    )


class _Building:
    """Makes the rows, in the unit of the model."""

    def __init__(self, choices: Choices, limits: Active, classes: tuple[PaymentClass, ...], available: Floats) -> None:
        self.choices, self.limits, self.classes, self.available = choices, limits, classes, available
        self.months = choices.by_fund("Months")
        largest = choices.dollars.sum(axis=2).max(axis=1, initial=0)
        self.cents = max(float(largest.sum()), 1.0) / _LARGEST
        self.most: list[float] = []
        self.first = len(choices.options)

    def fund_rows(self) -> Iterator[Row]:
        """What each class costs is paid, within months, shifts and amounts, and efforts are maintained."""
        paid: dict[tuple[int, int], list[Term]] = {}
        shifted: dict[tuple[int, int], list[Term]] = {}
        for each in self.classes:
            index, costs = self._costs(each)
            own = self._columns_of(each, costs, index)
            if len(each.routes) != 1:
                columns = np.array([column for column, _ in own], np.int64)
                yield np.concatenate([index, columns]), np.concatenate([costs, -np.ones(len(own))]), 0.0, 0.0
            for (pays, shift), (column, single) in zip(each.routes, own, strict=True):
                term = (index, costs) if single else (np.array([column]), np.ones(1))
                paid.setdefault((each.year, pays), []).append(term)
                if shift is not None:
                    shifted.setdefault((each.year, shift), []).append(term)
            yield from self._months(each, index, costs, own)
        for (_, shift), terms in shifted.items():
            most = self.choices.portfolio.table("Shifts")["At most"].iloc[shift]
            if not np.isnan(most):
                yield (*_joined(terms), -np.inf, float(in_cents(most)) / self.cents)
        for (year, fund), terms in paid.items():
            if self._has_amount(fund, year):
                yield (*_joined(terms), -np.inf, self.available[year, fund] / self.cents)
        yield from self._efforts(paid)

    def _costs(self, each: PaymentClass) -> Term:
        starts = self.choices.starts
        index = np.concatenate([np.arange(starts[unit], starts[unit + 1]) for unit in each.units])
        return index, self.choices.dollars[index, each.year, each.fund] / self.cents

    def _columns_of(self, each: PaymentClass, costs: Floats, index: Places) -> list[tuple[int, bool]]:
        """The column of each route; a class with one route needs none, its costs stand for it."""
        if len(each.routes) == 1:
            return [(-1, True)]
        units = self.choices.unit_of[index]
        largest = np.zeros(len(self.choices.units))
        np.maximum.at(largest, units, costs)
        columns = []
        for _ in each.routes:
            columns.append((self.first + len(self.most), False))
            self.most.append(float(largest.sum()))
        return columns

    def _has_amount(self, fund: int, year: int) -> bool:
        return self.limits.holds("fund amounts", self.choices.fund_names[fund], self.choices.years[year])

    def _months(self, each: PaymentClass, index: Places, costs: Floats, own: list[tuple[int, bool]]) -> Iterator[Row]:
        """A fund pays of every cost at most the months of the year in which it may pay."""
        for fund in dict.fromkeys(pays for pays, _ in each.routes):
            months = self.months[each.year, fund]
            if months == MONTHS or not self._has_amount(fund, each.year):
                continue
            share = months / MONTHS
            if own[0][1]:
                yield index, costs * (1 - share), -np.inf, 0.0
                continue
            columns = [column for (pays, _), (column, _) in zip(each.routes, own, strict=True) if pays == fund]
            terms = np.concatenate([index, np.array(columns, np.int64)])
            yield terms, np.concatenate([-share * costs, np.ones(len(columns))]), -np.inf, 0.0

    def _efforts(self, paid: dict[tuple[int, int], list[Term]]) -> Iterator[Row]:
        recurring = self.choices.by_fund("Recurring")
        for _, limit in self.limits.amounts("maintenance of effort"):
            for year, fiscal in enumerate(self.choices.years):
                if not limit.covers(limit.fund, fiscal):
                    continue
                terms = [
                    term
                    for fund, name in enumerate(self.choices.fund_names)
                    if limit.counts(name, fiscal, recurring=bool(recurring[year, fund]))
                    for term in paid.get((year, fund), [])
                ]
                floor = float(in_cents(limit.amount)) / self.cents
                if floor > 0:
                    yield (*_joined(terms or [_NOTHING]), floor, np.inf)

    def program_rows(self) -> Iterator[Row]:
        """Programs that need or exclude each other, positions cut, and the loss of each school."""
        if self.limits.holds("needs and excludes"):
            for these, those, most in dependences(self.choices):
                signs = np.concatenate([np.ones(len(these)), np.full(len(those), 1.0 if most else -1.0)])
                yield np.concatenate([these, those]), signs, -np.inf, float(most)
        every = np.arange(len(self.choices.options))
        for _, limit in self.limits.amounts("positions cut"):
            for cut in positions_cut(self.choices, limit):
                yield every, cut, -np.inf, limit.amount + _SLACK
        for _, limit in self.limits.amounts("loss of one school"):
            for _, _, lost, anyway in school_losses(self.choices, limit):
                end = float(in_cents(limit.amount)) + HALF_A_CENT - anyway
                yield every, lost / self.cents, -np.inf, end / self.cents

    def budget_rows(self, most: Floats | None) -> Iterator[Row]:
        """What all programs together may cost in each year."""
        for year, cents in enumerate([] if most is None else most.tolist()):
            costs = self.choices.dollars[:, year].sum(axis=1) / self.cents
            yield np.arange(len(costs)), costs, -np.inf, cents / self.cents


def _joined(terms: Sequence[Term]) -> Term:
    """One term of several; a column that is in two of them counts for both."""
    index, place = np.unique(np.concatenate([columns for columns, _ in terms]), return_inverse=True)
    return index, np.bincount(place, np.concatenate([values for _, values in terms]), len(index)).astype(float)
