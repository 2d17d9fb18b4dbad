"""Cell functions of money: weighted students, shares that tie out, gains and losses held in limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np

from apportion.expansions import within
from apportion.functions_cells import (
    BadArgument,
    Cells,
    bound,
    by_group,
    cells,
    known,
    number,
    numbers,
    require,
    together,
)
from apportion.registry import function
from apportion.rounding import CannotSplit, cents, exact_step, split_exactly, to_step

if TYPE_CHECKING:
    from apportion.rounding import Floats

HALF_A_CENT = 0.005


def _weighted_natively(counts: str, weights: str, base: str) -> str:
    return f"SUMPRODUCT({counts},{weights})*{within(base)}"


@function("WEIGHTED", expansion=_weighted_natively)
def weighted(
    counts: Annotated[Cells, "Students by group: a row (or column) of groups, or a row for each school."],
    weights: Annotated[Cells, "The weight of each group, in the same order."],
    base: Annotated[Cells, "Dollars per weighted student, one cell or one per school; 1 for weighted students."],
) -> Any:
    """Dollars of weighted students: each count x its weight, added up, x the base amount.

    A range with a row for each school and a row of weights gives a column of dollars; so does one with a column for
    each school and a column of weights give a row. One weight is that of a single group.

    Source: weighted student funding, such as D.C. Code 38-2905.

    Raises BadArgument.

    >>> weighted([[400, 120]], [[1, 0.3]], 5000)
    2180000.0
    """
    counted, weight, gather = by_group("counts", numbers("counts", counts), "weights", numbers("weights", weights))
    with np.errstate(over="ignore", invalid="ignore"):
        students, dollars = together(counts=gather((counted * weight).sum(axis=-1)), base=numbers("base", base))
        return cells(np.nan_to_num(students * dollars, nan=np.inf, posinf=np.inf, neginf=-np.inf))


@function("SHARE", instead='Use Per "district" or "campus", which shares an amount out, with Share by and Share step.')
def share(
    amount: Annotated[float, "Dollars or FTE to share out."],
    weights: Annotated[Cells, "What each one's part goes by, such as students; a range."],
    step: Annotated[float, "Parts are multiples of this; by default a cent. A day a week is 0.2 FTE."] = 0.01,
) -> Any:
    """Parts of an amount by weight that add up to it exactly (largest remainder), in the shape of the weights.

    Everyone first gets its whole steps; those left over go to the largest remainders, equal ones in order.

    Source: the method of the largest remainder (Hamilton), as in the apportionment of seats.

    Raises BadArgument.

    >>> share(100, [[1], [1], [1]])
    [[33.34], [33.33], [33.33]]
    """
    parts = numbers("weights", weights)
    require("weights", parts, parts >= 0, "not be negative")
    whole, size = number("amount", amount), exact_step(number("step", step))
    if not size > 0:
        raise BadArgument("The step must be larger than 0, such as 0.01 or 0.2.")
    if not parts.any():
        raise BadArgument("The weights are all 0, so nothing can be shared out. Select the counts to share by.")
    if abs(float(to_step(whole, size, "half up")) - whole) > HALF_A_CENT + abs(whole) * 1e-15:
        raise BadArgument(
            f"The amount, {whole:,.15g}, is no whole number of steps of {size:.4g}, so that parts cannot add up to it. "
            "Round the amount first, or choose a smaller step."
        )
    try:
        return cells(split_exactly(whole, parts.reshape(-1), size).reshape(parts.shape))
    except CannotSplit as error:
        raise BadArgument(str(error)) from None


@function("LIMIT", instead="Hold the amount with MAX and MIN around [@[Prior dollars]], or with Minimum and Maximum.")
def limit(
    prior: Annotated[Cells, "Last year's dollars, one cell or a range; empty or 0 for a new school."],
    formula: Annotated[Cells, "Dollars by the formula, in the same shape."],
    maximum_loss: Annotated[Cells, "The most to lose against last year, such as 5%; empty for no limit."],
    maximum_gain: Annotated[Cells, "The most to gain against last year, such as 6%; empty for no limit."],
    pool: Annotated[float | None, "What all together get, such as the sum of the formula; empty: no pool."] = None,
) -> Any:
    """Dollars held between last year's less the maximum loss and plus the maximum gain, to the cent.

    A school without last year's dollars has no limits. With a pool the results add up to it exactly: what some are
    held harmless for is paid by the others. All get the same percentage of their formula amount, except those that it
    would take below their least or above their most, who get that; the percentage is the one at which everything adds
    up to the pool, and the cents left over go to the largest remainders.

    Source: hold harmless and ratable reduction as in ESEA section 1122(b) and (c), 20 U.S.C. 6332.

    Raises BadArgument, also when the limits promise more, or allow less, than the pool.

    >>> limit([[100], [100]], [[80], [120]], 0.05, None, 200)
    [[95.0], [105.0]]
    """
    before, earned, loss, gain = together(
        prior=numbers("prior", prior),
        formula=numbers("formula", formula),
        maximum_loss=bound("maximum_loss", maximum_loss, np.inf),
        maximum_gain=bound("maximum_gain", maximum_gain, np.inf),
    )
    require("prior", before, before >= 0, "not be negative")
    require("formula", earned, earned >= 0, "not be negative")
    require("maximum_loss", loss, ((loss >= 0) & (loss <= 1)) | np.isinf(loss), "be a share from 0 to 1, such as 5%")
    require("maximum_gain", gain, ((gain >= 0) & (gain <= 1)) | np.isinf(gain), "be a share from 0 to 1, such as 6%")
    old = before > 0
    least = np.where(old & np.isfinite(loss), before * (1 - np.where(np.isfinite(loss), loss, 1.0)), 0.0)
    most = np.where(old & np.isfinite(gain), before * (1 + np.where(np.isfinite(gain), gain, 0.0)), np.inf)
    total = known("pool", pool)
    if np.isnan(total).all():
        return cells(cents(np.clip(earned, least, most)))
    whole = number("pool", pool)
    if whole < 0:
        raise BadArgument("The pool must not be negative.")
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            held = _within_pool(earned.reshape(-1), least.reshape(-1), most.reshape(-1), float(cents(whole)))
    except CannotSplit as error:
        raise BadArgument(str(error)) from None
    return cells(held.reshape(earned.shape))


def _within_pool(formula: Floats, least: Floats, most: Floats, pool: float) -> Floats:
    """The amounts between their limits that are one share of the formula and add up to the pool, to the cent.

    The total rises with the share, straight between those shares at which a school reaches or leaves a limit: the
    neighbors of the right one are found by bisection among these, and the share in between by proportion.
    """
    some = formula > 0
    given = np.where(some, formula, 1.0)
    leaves, reaches = np.where(some, least / given, np.inf), np.where(some, most / given, np.inf)

    def amounts(share: float) -> Floats:
        return np.where(leaves <= share, np.minimum(share * formula, most), least)

    ends = np.unique(np.concatenate([[0.0], leaves[np.isfinite(leaves)], reaches[np.isfinite(reaches)]]))
    _refuse_pool(pool, least.sum(), np.where(some, most, least).sum())
    low, high = 0, len(ends)  # the total at ends[low] is at most the pool
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if amounts(ends[middle]).sum() <= pool else (low, middle)
    held = amounts(ends[low])
    rising = (leaves <= ends[low]) & (ends[low] < reaches)
    if rising.any() and (left := pool - held.sum()) > 0:
        held = np.where(rising, held + left * formula / formula[rising].sum(), held)
    return split_exactly(pool, held) if pool else np.zeros(len(held))


def _refuse_pool(pool: float, least: float, most: float) -> None:
    """Refuse a pool that the limits cannot meet, to the cent."""
    if pool < float(cents(least)):
        raise BadArgument(
            f"The limits promise at least ${least:,.2f} in all, more than the pool of ${pool:,.2f}. "
            "Allow a larger loss, or enlarge the pool."
        )
    if pool > float(cents(most)):
        raise BadArgument(
            f"The limits allow at most ${most:,.2f} in all, less than the pool of ${pool:,.2f}. "
            "Allow a larger gain, or reduce the pool."
        )
