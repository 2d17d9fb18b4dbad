"""What an option costs by fiscal year and fund, in whole cents and whole positions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from apportion.rounding import in_cents, round_half_up, split_exactly

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from numpy.typing import NDArray

    from apportion.rounding import Floats

    Cents = NDArray[np.int64]


@dataclass(frozen=True)
class Cost:
    """Cents, positions, and the cents of these that pay positions, by fiscal year (rows) and fund (columns).

    `payouts` are the cents of the first year that end positions: leave payouts, unemployment.
    """

    cents: Cents
    positions: Floats
    position_cents: Cents
    payouts: int = 0


def given_costs(
    rows: Sequence[Mapping[Hashable, Any]],
    years: Mapping[int, int],
    funds: Mapping[str, int],
    otherwise: Cost | None = None,
) -> Cost:
    """The cost that rows of ProgramCosts or OptionCosts give; positions `otherwise` where no row says any."""
    shape = len(years), len(funds)
    cents, positions, paying = np.zeros(shape, np.int64), np.zeros(shape), np.zeros(shape, np.int64)
    said = False
    for row in rows:
        year, fund = years.get(row["Year"]), funds.get(row["Fund"].casefold())
        if year is None or fund is None or math.isnan(row["Dollars"]):
            continue
        cents[year, fund] += in_cents(row["Dollars"])
        said = said or not math.isnan(row["Positions"])
        positions[year, fund] += np.nan_to_num(row["Positions"])
        paying[year, fund] += in_cents(np.nan_to_num(row.get("Position dollars", 0.0)))
    if otherwise is not None and not said:
        positions = otherwise.positions
    return Cost(cents, positions, paying)


def level_costs(now: Cost, level: float, vacant: float, separation: int, *, notice_passed: bool) -> Cost:
    """What a share of the present service costs: positions whole, their dollars with them, the rest by the level.

    Positions that end beyond the `vacant` ones cost `separation` cents each, once, in the first year; when the day of
    notice has passed they are also paid for that year. By year the cents are split over the funds that are meant to
    pay in proportion to what they pay now, and tie out.

    Source: GFOA, Best Practices in School Budgeting: savings are what can be avoided, not an average.
    """
    if level == 1 or not now.cents.size:
        return now
    present = now.positions.sum(axis=1)
    # Rounded up, but for what binary numbers leave behind the ninth decimal.
    stay = -(-np.rint(present * level * 1e9) // 10**9) + 0.0
    stay = np.minimum(stay, present) if level < 1 else stay
    filled = max(present[0] - stay[0] - vacant, 0.0)
    paid = stay + 0.0
    paid[0] += filled if notice_passed else 0.0
    share = np.divide(paid, present, out=np.full_like(present, level), where=present > 0)
    others = now.cents - now.position_cents
    for_positions = _in_proportion(now.position_cents, share)
    cents, payouts = for_positions + _in_proportion(others, np.full_like(present, level)), round(filled * separation)
    if payouts:
        first = next(each for each in (now.position_cents[0], now.positions[0], now.cents[0]) if each.any())
        cents[0] += split_cents(payouts, first)
    kept = np.divide(stay, present, out=np.zeros_like(present), where=present > 0)
    return Cost(cents, now.positions * kept[:, None], for_positions, payouts)


def _in_proportion(cents: Cents, share: Floats) -> Cents:
    """Each year's cents times its share, to the cent, split over the funds in proportion."""
    if not cents.any():
        return cents
    totals = round_half_up(cents.sum(axis=1) * share).astype(np.int64)
    return np.array([split_cents(int(total), row) for total, row in zip(totals, cents, strict=True)], np.int64)


def split_cents(amount: int, weights: NDArray[Any]) -> Cents:
    """Whole cents split over weights by the largest remainder: they add up to the amount.

    >>> split_cents(100, np.array([1, 1, 1])).tolist()
    [34, 33, 33]
    """
    paying = np.flatnonzero(weights)
    given = np.zeros(len(weights), np.int64)
    if amount == 0:
        return given
    if len(paying) == 1:
        given[paying[0]] = amount
    elif len(paying):
        given[paying] = np.rint(split_exactly(float(amount), weights[paying], 1.0)).astype(np.int64)
    return given
