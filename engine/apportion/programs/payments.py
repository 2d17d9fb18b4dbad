"""Who pays what, to the cent: the plan's costs over the funds that may pay them, each program in proportion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.programs.money import MONTHS
from apportion.programs.solving import linear
from apportion.rounding import in_cents

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from apportion.programs.choices import Choices
    from apportion.programs.limits import Active
    from apportion.programs.option_costs import Cents
    from apportion.programs.routes import PaymentClass

    Row = tuple[list[int], list[float], float, float]

Payment = tuple[int, int, int, int, int]
"""A unit, the fund that is meant to pay, the one that pays, the fiscal year (all as places), and cents."""


def payments(
    choices: Choices,
    limits: Active,
    everything: Sequence[PaymentClass],
    plan: NDArray[np.int64],
    available: NDArray[np.float64],
) -> list[Payment] | None:
    """Payments in whole cents that tie out to the costs of a plan within all limits of money; None when none do.

    `everything` are the classes of all costs, `plan` the option of each unit, `available` cents by year and fund. As
    little as possible shifts. In one year this is a flow in a network, where limits in whole cents have payments in
    whole cents.
    """
    found: list[Payment] = []
    for year in range(len(choices.years)):
        own = [each for each in everything if each.year == year]
        costs = [choices.dollars[plan[list(each.units)], year, each.fund] for each in own]
        totals = [int(cost.sum()) for cost in costs]
        paid = _Year(choices, limits, year, own, totals, available[year]).paid()
        if paid is None:
            return None
        for each, cost, parts in zip(own, costs, paid, strict=True):
            found += _split(each, cost, parts)
    return found


class _Year:
    """The payments of one fiscal year by class and route."""

    def __init__(
        self, choices: Choices, limits: Active, year: int, own: Sequence[PaymentClass], totals: list[int],
        available: NDArray[np.float64],
    ) -> None:  # fmt: skip
        self.choices, self.limits, self.year, self.own, self.totals = choices, limits, year, own, totals
        self.available = available
        self.routes = [(place, *route) for place, each in enumerate(own) for route in each.routes]

    def paid(self) -> list[list[int]] | None:
        """Cents by class and route, or None."""
        cost = [0.0 if pays == self.own[place].fund else 1.0 for place, pays, _ in self.routes]
        most = [float(self.totals[place]) for place, _, _ in self.routes]
        rows = list(self._rows())
        found = linear(np.array(cost), np.array(most), rows)
        if found is None:
            return None
        whole = np.rint(found)
        for columns, signs, least, largest in rows:
            if not least <= sum(whole[column] * sign for column, sign in zip(columns, signs, strict=True)) <= largest:
                return None
        parts: list[list[int]] = [[] for _ in self.own]
        for (place, _, _), cents in zip(self.routes, whole.tolist(), strict=True):
            parts[place].append(int(cents))
        return parts

    def _rows(self) -> Iterator[Row]:
        """What must hold, in whole cents."""
        fiscal, names = self.choices.years[self.year], self.choices.fund_names
        months = self.choices.by_fund("Months")[self.year]
        for place, total in enumerate(self.totals):
            yield self._sum(lambda at, _fund, _shift, place=place: at == place, total, total)
            for fund in dict.fromkeys(pays for pays, _ in self.own[place].routes):
                if months[fund] < MONTHS and self.limits.holds("fund amounts", names[fund], fiscal):
                    # The last cent of what is not whole belongs to somebody: a share is rounded up.
                    most = -(-total * int(months[fund]) // MONTHS)
                    yield self._sum(lambda at, pays, _s, place=place, fund=fund: (at, pays) == (place, fund), 0, most)
        for fund, name in enumerate(names):
            if self.limits.holds("fund amounts", name, fiscal):
                yield self._sum(lambda _at, pays, _s, fund=fund: pays == fund, 0, float(self.available[fund]))
        for shift, most in enumerate(self.choices.portfolio.table("Shifts")["At most"]):
            if not np.isnan(most):
                yield self._sum(lambda _at, _f, by, shift=shift: by == shift, 0, float(in_cents(most)))
        recurring = self.choices.by_fund("Recurring")[self.year].astype(bool).tolist()
        for _, limit in self.limits.amounts("maintenance of effort"):
            if limit.covers(limit.fund, fiscal):
                counted = {f for f, name in enumerate(names) if limit.counts(name, fiscal, recurring=recurring[f])}
                least = float(in_cents(limit.amount))
                yield self._sum(lambda _at, pays, _s, counted=counted: pays in counted, least, np.inf)

    def _sum(self, is_in: object, least: float, most: float) -> Row:
        columns = [i for i, route in enumerate(self.routes) if is_in(*route)]  # type: ignore[operator]
        return columns, [1.0] * len(columns), least, most


def _split(each: PaymentClass, costs: Cents, parts: list[int]) -> Iterator[Payment]:
    """The parts of a class over its units, in proportion to what is left of the cost of each, tied out both ways."""
    left = costs.tolist()
    for (pays, _), part in zip(each.routes, parts, strict=True):
        if not part:
            continue
        total = sum(left)
        given = [part * cost // total for cost in left]
        order = sorted(range(len(left)), key=lambda i: -(part * left[i] % total))
        for i in order[: part - sum(given)]:
            given[i] += 1
        for i, cents in enumerate(given):
            if cents:
                left[i] -= cents
                yield each.units[i], each.fund, pays, each.year, cents
