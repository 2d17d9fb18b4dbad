"""SUMIFS and COUNTIFS where every row asks for another bound, such as a rank: sorted once, then bisected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.formula.values import NUMBER, Value
from apportion.rounding import significant

if TYPE_CHECKING:
    from apportion.formula.criteria import Asked
    from apportion.formula.values import Data

_FEW = 32
_BOUNDS = frozenset({"<", "<=", ">", ">="})


def ranked(target: Value | None, grouped: tuple[Data, Data, int, Data], elements: Value, asked: Asked) -> Value | None:
    """The sum of `target`, or the count, of the elements of the wanted group on one side of each bound.

    `grouped` holds the group of each element, which elements are in one, how many groups there are, and which group
    each row wants. None when this way does not apply: few bounds, other criteria than bounds, errors to be summed.
    """
    bounds = asked.distinct
    if len(bounds) <= _FEW or (target is not None and target.errors is not None):
        return None
    if any(each.sign not in _BOUNDS or type(each.operand) is not float for each in bounds):
        return None
    place, inside, count, wanted = grouped
    counted = inside & elements.is_kind(NUMBER).ravel()
    numbers = significant(elements.data.ravel()[counted].astype(np.float64))
    groups = place[counted]
    order = np.lexsort((numbers, groups))
    distinct, ranks = np.unique(numbers[order], return_inverse=True)
    width = distinct.size + 1
    keys = groups[order] * width + ranks
    totals = _running(target, counted, order)
    limits = significant(np.array([each.operand for each in bounds], dtype=np.float64))
    above = np.array([each.sign[0] == ">" for each in bounds])
    # "<=" and ">" part the numbers after the bound, "<" and ">=" before it.
    after = np.array([each.sign in ("<=", ">") for each in bounds])
    rank = np.where(after, np.searchsorted(distinct, limits, "right"), np.searchsorted(distinct, limits, "left"))
    shape = np.broadcast_shapes(wanted.shape, asked.codes.shape)
    group, bound = np.broadcast_to(wanted, shape), np.broadcast_to(asked.codes, shape)
    parted = totals[np.searchsorted(keys, group * width + rank[bound])]
    start, stop = (totals[np.searchsorted(keys, np.arange(count) * width + step)] for step in (0, width))
    result = np.where(above[bound], stop[group] - parted, parted - start[group])
    return Value(NUMBER, result.astype(np.float64))


def _running(target: Value | None, counted: Data, order: Data) -> Data:
    """Sums of all elements before each place, in more digits than a float has."""
    if target is None:
        return np.arange(order.size + 1, dtype=np.float64)
    amounts = np.where(target.is_kind(NUMBER), target.data, 0.0).ravel()[counted][order]
    return np.concatenate([[0.0], np.cumsum(amounts, dtype=np.longdouble)])
