"""Two arrays compared in pairs, and straight lines through them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from apportion.formula.coercion import numbers
from apportion.formula.declaration import Function, Style, parameters
from apportion.formula.functions_logic import with_errors
from apportion.formula.functions_lookup import failed
from apportion.formula.pool import Pool, first_error, limit
from apportion.formula.values import DIV, NA, Value, merged, where

if TYPE_CHECKING:
    from collections.abc import Callable

    from apportion.formula.values import Codes, Data

    Counted = tuple[Data, Codes | None]


@dataclass(frozen=True)
class Pairs:
    """The pairs in which both are numbers: deviations from the means, their sums, and the errors, for each row."""

    count: Data
    mean_y: Data
    mean_x: Data
    yy: Data
    xy: Data
    xx: Data
    errors: Codes | None


def _flat(pool: Pool, position: int) -> tuple[Data, Data, Codes | None]:
    data, mask, errors = pool.one(position)
    shape = (*data.shape[:2], 1, data.shape[2] * data.shape[3])
    counted = np.ones(shape, bool) if mask is None else mask.reshape(shape)
    return data.reshape(shape), counted, first_error(errors)


def _both(pool: Pool, first: int) -> tuple[Data, Data, Data, Codes | None] | None:
    """Two arguments flattened, a mask of the pairs of numbers, and the errors; None when their sizes differ."""
    (y, of_y, wrong_y), (x, of_x, wrong_x) = _flat(pool, first), _flat(pool, first + 1)
    if y.shape[3] != x.shape[3]:
        return None
    limit(np.broadcast_shapes(y.shape[:2], x.shape[:2]), y.shape[3])
    return y, x, of_y & of_x, merged(wrong_y, wrong_x)


def _centered(data: Data, mask: Data, count: Data) -> tuple[Data, Data]:
    """The mean, and the deviations from it; what does not vary deviates by exactly 0."""
    mean = np.where(mask, data, 0.0).sum(axis=3, keepdims=True) / np.maximum(count, 1)
    least = np.where(mask, data, np.inf).min(axis=3, keepdims=True, initial=np.inf)
    same = least == np.where(mask, data, -np.inf).max(axis=3, keepdims=True, initial=-np.inf)
    mean = np.where(same, least, mean)
    return mean, np.where(mask, data - mean, 0.0)


def _pairs(pool: Pool, first: int = 0) -> Pairs | None:
    both = _both(pool, first)
    if both is None:
        return None
    y, x, mask, errors = both
    count = mask.sum(axis=3, keepdims=True).astype(np.float64)
    (mean_y, dy), (mean_x, dx) = _centered(y, mask, count), _centered(x, mask, count)
    yy, xy, xx = ((one * other).sum(axis=3, keepdims=True) for one, other in ((dy, dy), (dy, dx), (dx, dx)))
    return Pairs(count, mean_y, mean_x, yy, xy, xx, errors)


def _correlation(held: Pairs) -> Counted:
    bad = (held.xx == 0) | (held.yy == 0)
    size = np.where(bad, 1.0, np.sqrt(held.xx) * np.sqrt(held.yy))
    return np.clip(held.xy / size, -1.0, 1.0), where(bad, DIV)


def _determination(held: Pairs) -> Counted:
    result, errors = _correlation(held)
    return result * result, errors


def _slope(held: Pairs) -> Counted:
    bad = held.xx == 0
    return held.xy / np.where(bad, 1.0, held.xx), where(bad, DIV)


def _intercept(held: Pairs) -> Counted:
    slope, errors = _slope(held)
    return held.mean_y - slope * held.mean_x, errors


def _error_of_estimate(held: Pairs) -> Counted:
    slope, errors = _slope(held)
    few = held.count < 3
    rest = np.maximum(held.yy - slope * held.xy, 0.0) / np.where(few, 1.0, held.count - 2)
    return np.sqrt(rest), merged(errors, where(few, DIV))


def _covariance(held: Pairs, *, sample: bool) -> Counted:
    free = held.count - 1 if sample else held.count
    return held.xy / np.maximum(free, 1), where(free < 1, DIV)


def _of_pairs(body: Callable[[Pairs], Counted]) -> Callable[[Pool], Counted | Value]:
    def run(pool: Pool) -> Counted | Value:
        held = _pairs(pool)
        if held is None:
            return failed(NA)
        result, errors = body(held)
        return result, merged(held.errors, errors)

    return run


def _forecast(pool: Pool) -> Counted | Value:
    """The value of the line at `x`."""
    x, wrong = numbers(pool.values[0])
    held = _pairs(pool, 1)
    if held is None:
        return with_errors(failed(NA), wrong)
    slope, errors = _slope(held)
    return held.mean_y + slope * (x - held.mean_x), merged(wrong, merged(held.errors, errors))


def _sum_of_pairs(pool: Pool, *, term: Callable[[Data, Data], Data]) -> Counted | Value:
    """The sum of a term over all pairs of numbers."""
    both = _both(pool, 0)
    if both is None:
        return failed(NA)
    x, y, mask, errors = both
    total = np.where(mask, term(x.astype(np.float64), y.astype(np.float64)), 0.0).sum(axis=3, keepdims=True)
    return total, merged(errors, where(np.asarray(~mask.any(axis=3, keepdims=True)), DIV))


def _row(name: str, declared: str, body: Callable[[Pool], object], since: str = "2007") -> Function:
    source = f"Microsoft Support, {name} function"
    return Function(name, parameters(declared), Style.AGGREGATE, body, since=since, source=source)


_ARRAYS = "array1:range array2:range"
_LINE = "known_y's:range known_x's:range"
_SUMS = "array_x:range array_y:range"

FUNCTIONS = (
    _row("CORREL", _ARRAYS, _of_pairs(_correlation)),
    _row("PEARSON", _ARRAYS, _of_pairs(_correlation)),
    _row("RSQ", _LINE, _of_pairs(_determination)),
    _row("SLOPE", _LINE, _of_pairs(_slope)),
    _row("INTERCEPT", _LINE, _of_pairs(_intercept)),
    _row("STEYX", _LINE, _of_pairs(_error_of_estimate)),
    _row("COVAR", _ARRAYS, _of_pairs(partial(_covariance, sample=False))),
    _row("COVARIANCE.P", _ARRAYS, _of_pairs(partial(_covariance, sample=False)), "2010"),
    _row("COVARIANCE.S", _ARRAYS, _of_pairs(partial(_covariance, sample=True)), "2010"),
    _row("FORECAST", f"x:number {_LINE}", _forecast),
    _row("FORECAST.LINEAR", f"x:number {_LINE}", _forecast, "2016"),
    _row("SUMX2MY2", _SUMS, partial(_sum_of_pairs, term=lambda x, y: x * x - y * y)),
    _row("SUMX2PY2", _SUMS, partial(_sum_of_pairs, term=lambda x, y: x * x + y * y)),
    _row("SUMXMY2", _SUMS, partial(_sum_of_pairs, term=lambda x, y: (x - y) ** 2)),
)
