"""Ranks, percentiles and what else asks for the order of numbers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from apportion import rounding
from apportion.formula.coercion import numbers
from apportion.formula.declaration import Function, Style, parameters
from apportion.formula.limits import not_together
from apportion.formula.ordered import Ordered, ordered
from apportion.formula.values import NA, NUM, NUMBER, Value, merged, where
from apportion.formula.work import RANKED, SORTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from apportion.formula.pool import Pool
    from apportion.formula.values import Codes, Data

    Counted = tuple[Data, Codes | None]

_SIGNIFICANCE = 3.0
_QUARTERS = 4


def _median(pool: Pool) -> Counted:
    held = ordered(pool, 0) if len(pool.values) == 1 else Ordered(*pool.flat())
    middle = np.maximum(held.count - 1, 0)
    result = (held.at(middle // 2) + held.at((middle + 1) // 2)) / 2
    return result, merged(held.errors, where(held.count == 0, NUM))


def _ranked(pool: Pool, *, largest: bool) -> Counted:
    """LARGE and SMALL: the number at a position, which is rounded up."""
    held = ordered(pool, 0)
    place, wrong = numbers(pool.values[1])
    rank = -rounding.floor(-place)
    outside = (place < 1) | (rank > held.count)
    result = held.at(held.count - rank if largest else rank - 1)
    return result, merged(merged(held.errors, wrong), where(outside, NUM))


def _between(held: Ordered, position: Data) -> Data:
    """The number at a position counted from 0, between two of them in proportion."""
    low = np.floor(position)
    first, second = held.at(low), held.at(low + 1)
    return np.asarray(first + (position - low) * (second - first))


def _percentile(pool: Pool, *, parts: int = 1, exclusive: bool = False) -> Counted:
    """The number below which a share of all lie; `parts` is what makes the whole, 4 for quarters."""
    held = ordered(pool, 0)
    share, wrong = numbers(pool.values[1])
    share = (np.trunc(share) if parts > 1 else share) / parts
    if exclusive:
        position = rounding.significant(share * (held.count + 1)) - 1
        outside = (share <= 0) | (share >= 1) | (position < 0) | (position > held.count - 1)
    else:
        position = rounding.significant(share * np.maximum(held.count - 1, 0))
        outside = (share < 0) | (share > 1) | (held.count == 0)
    return _between(held, position), merged(merged(held.errors, wrong), where(outside, NUM))


def _percent_rank(pool: Pool, *, exclusive: bool = False) -> Counted:
    """The share of all numbers that lie below, cut after some digits."""
    held = ordered(pool, 0)
    x, wrong = numbers(pool.values[1])
    digits, wrong_digits = (np.full((1, 1, 1, 1), _SIGNIFICANCE), None) if len(pool.values) == 2 else numbers(
        pool.values[2]
    )  # fmt: skip
    digits = np.trunc(digits)
    below = held.below(x)
    there = held.below(x, equal=True) > below
    low, high = held.at(below - 1), held.at(below)
    gap = np.where(there | (high == low), 1.0, high - low)
    place = np.where(there, below, below - 1 + (x - low) / gap)
    # The only number of all is the whole.
    last = held.count - 1
    whole = held.count + 1 if exclusive else np.maximum(last, 1)
    share = (place + 1) / whole if exclusive else np.where(last == 0, 1.0, place / whole)
    outside = ~there & ((below == 0) | (below == held.count))
    errors = merged(merged(held.errors, wrong), wrong_digits)
    errors = merged(errors, where((held.count == 0) | (digits < 1), NUM))
    return rounding.round_down(share, digits), merged(errors, where(outside, NA))


def _rank(pool: Pool, *, average: bool = False) -> Counted:
    """The place of a number among all, the largest first unless the order is ascending; all 17 digits count."""
    x, wrong = numbers(pool.values[0])
    held = ordered(pool, 1)
    order, wrong_order = numbers(pool.values[2]) if len(pool.values) == 3 else (np.zeros((1, 1, 1, 1)), None)
    below, not_above = held.below(x), held.below(x, equal=True)
    result = np.where(order == 0, held.count - not_above, below) + 1
    if average:
        result = result + (not_above - below - 1) / 2
    errors = merged(merged(wrong, held.errors), wrong_order)
    return result, merged(errors, where(below == not_above, NA))


def _trimmed_mean(pool: Pool) -> Counted:
    """The mean without a share of the numbers, the same count of the least and of the greatest."""
    held = ordered(pool, 0)
    share, wrong = numbers(pool.values[1])
    bad = (share < 0) | (share >= 1) | (held.count == 0)
    cut = np.clip(np.floor(rounding.floor(held.count * share) / 2), 0, np.floor(np.maximum(held.count - 1, 0) / 2))
    finite = np.where(np.isfinite(held.data), held.data, 0.0)
    running = np.cumsum(finite, axis=3, dtype=np.longdouble)
    running = np.concatenate([np.zeros((*running.shape[:3], 1), np.longdouble), running], axis=3)
    total = _picked(running, held.count - cut) - _picked(running, cut)
    mean = total.astype(np.float64) / np.maximum(held.count - 2 * cut, 1)
    return mean, merged(merged(held.errors, wrong), where(bad, NUM))


def _picked(data: Data, place: Data) -> Data:
    """The elements at positions along the last axis, one for each element of `place`."""
    scenarios, rows = (np.arange(size) if size > 1 else np.zeros(1, np.intp) for size in data.shape[:2])
    found: Data = data[scenarios[:, None, None, None], rows[None, :, None, None], 0, place.astype(np.intp)]
    return found


def _frequency(pool: Pool) -> Value:
    """How many numbers lie in each interval up to a bound, and how many above all bounds; without bounds 0 and all."""
    held = ordered(pool, 0)
    data, mask, errors = pool.only(1, 2).flat()
    if not mask.all():
        rows = mask.reshape(-1, mask.shape[3])
        if not (rows == rows[0]).all():
            return not_together(data)
        data = data[..., rows[0]]
    if not data.shape[3]:
        data = np.full((*data.shape[:3], 1), -np.inf)
    order = np.argsort(data, axis=3, kind="stable")
    bounds = np.take_along_axis(data, order, axis=3)
    upto = held.below(bounds, equal=True)
    outer = np.broadcast_shapes(upto.shape[:2], held.count.shape[:2])
    upto = np.broadcast_to(upto, (*outer, *upto.shape[2:]))
    all_of_them = np.broadcast_to(held.count, (*outer, 1, 1))
    counts = np.diff(np.concatenate([np.zeros((*outer, 1, 1)), upto, all_of_them], axis=3), axis=3)
    back = np.broadcast_to(np.argsort(order, axis=3), upto.shape)
    counts[..., :-1] = np.take_along_axis(counts[..., :-1], back, axis=3)
    result = Value(NUMBER, np.swapaxes(counts, 2, 3))
    errors = merged(held.errors, errors)
    return result if errors is None else Value(NUMBER, result.data, errors)


def _runs(pool: Pool) -> tuple[Data, Data, Data, Codes | None]:
    """All numbers side by side, for each whether it is the first of its kind, how often it is there; the errors."""
    data, mask, errors = pool.flat(RANKED)
    size = data.shape[3]
    plain = np.where(mask, data, np.inf)
    order = np.argsort(plain, axis=3, kind="stable")
    held = np.take_along_axis(plain, order, axis=3)
    new = np.concatenate([np.ones((*held.shape[:3], 1), bool), held[..., 1:] != held[..., :-1]], axis=3)
    place = np.arange(size)
    start = np.maximum.accumulate(np.where(new, place, 0), axis=3)
    ends = np.concatenate([new[..., 1:], np.ones((*held.shape[:3], 1), bool)], axis=3)
    stop = np.flip(np.minimum.accumulate(np.flip(np.where(ends, place, size), axis=3), axis=3), axis=3)
    back = np.argsort(order, axis=3)
    first = np.take_along_axis(new & np.isfinite(held), back, axis=3)
    return data, first, np.take_along_axis(stop - start + 1, back, axis=3), errors


def _mode(pool: Pool) -> Counted:
    """The number that is there most often; of several the one that comes first."""
    data, first, count, errors = _runs(pool)
    often = np.where(first, count, 0)
    place = np.argmax(often, axis=3)[..., None]
    rare = np.take_along_axis(often, place, axis=3) < 2
    return np.take_along_axis(data, place, axis=3), merged(errors, where(rare, NA))


def _modes(pool: Pool) -> Value:
    """All numbers that are there most often, in the order in which they come first, one below the other."""
    data, first, count, errors = _runs(pool)
    often = np.where(first, count, 0)
    most = often.max(axis=3, keepdims=True)
    chosen = (often == most) & (most >= 2)
    sizes = chosen.sum(axis=3)
    if sizes.min() != sizes.max():
        return not_together(data)
    if not sizes.flat[0]:
        return Value(NUMBER, np.zeros(most.shape), merged(errors, where(most < 2, NA)))
    place = np.argsort(~chosen, axis=3, kind="stable")[..., : int(sizes.flat[0])]
    return Value(NUMBER, np.swapaxes(np.take_along_axis(data, place, axis=3), 2, 3), errors)


def _row(
    name: str, declared: str, body: Callable[[Pool], object],
    since: str = "2007", repeats: int = 0, weight: int = SORTED,
) -> Function:  # fmt: skip
    source = f"Microsoft Support, {name} function"
    return Function(
        name, parameters(declared), Style.AGGREGATE, body, repeats, since=since, source=source, weight=weight
    )


def _named(names: str, declared: str, body: Callable[[Pool], object]) -> tuple[Function, ...]:
    """A function under its old name and under those that Excel 2010 gave it."""
    old, *new = names.split()
    return (_row(old, declared, body), *(_row(each, declared, body, "2010") for each in new))


_OF_ALL = "number1:number"
_PERCENT_RANK = "array:range x:number significance:number=3"
_RANK = "number:number ref:range order:number=0"

FUNCTIONS = (
    _row("MEDIAN", _OF_ALL, _median, repeats=1),
    _row("LARGE", "array:range k:number", partial(_ranked, largest=True)),
    _row("SMALL", "array:range k:number", partial(_ranked, largest=False)),
    *_named("PERCENTILE PERCENTILE.INC", "array:range k:number", _percentile),
    _row("PERCENTILE.EXC", "array:range k:number", partial(_percentile, exclusive=True), "2010"),
    *_named("QUARTILE QUARTILE.INC", "array:range quart:number", partial(_percentile, parts=_QUARTERS)),
    _row("QUARTILE.EXC", "array:range quart:number", partial(_percentile, parts=_QUARTERS, exclusive=True), "2010"),
    *_named("PERCENTRANK PERCENTRANK.INC", _PERCENT_RANK, _percent_rank),
    _row("PERCENTRANK.EXC", _PERCENT_RANK, partial(_percent_rank, exclusive=True), "2010"),
    *_named("RANK RANK.EQ", _RANK, _rank),
    _row("RANK.AVG", _RANK, partial(_rank, average=True), "2010"),
    _row("TRIMMEAN", "array:range percent:number", _trimmed_mean),
    _row("FREQUENCY", "data_array:range bins_array:range", _frequency, weight=RANKED),
    _row("MODE", _OF_ALL, _mode, repeats=1),
    _row("MODE.SNGL", _OF_ALL, _mode, "2010", repeats=1),
    _row("MODE.MULT", _OF_ALL, _modes, "2010", repeats=1),
)
