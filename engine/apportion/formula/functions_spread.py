"""Deviations from the mean: variances, standard deviations and means of other kinds."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from apportion.formula.declaration import Function, Style, parameters
from apportion.formula.pool import Pool, how_many, reduced
from apportion.formula.values import DIV, NUM, merged, where
from apportion.formula.work import LONGER

if TYPE_CHECKING:
    from collections.abc import Callable

    from apportion.formula.pool import Parts
    from apportion.formula.values import Codes, Data

    Counted = tuple[Data, Codes | None]

# Beyond these the product of the numbers loses digits or is not finite, and logarithms are added up instead.
_SMALL_PRODUCT, _LARGE_PRODUCT = 1e-290, 1e290


def _deviations(parts: Parts) -> Parts:
    """Each number less the mean of all."""
    mean = reduced(parts, np.add, 0.0) / np.maximum(how_many(parts), 1)
    return [(data - mean, mask) for data, mask in parts]


def _squares(parts: Parts) -> Data:
    """The sum of the squared deviations: those within each argument, and those of its mean from the mean of all."""
    mean = reduced(parts, np.add, 0.0) / np.maximum(how_many(parts), 1)
    total: Data = np.zeros((1, 1, 1, 1))
    for part in parts:
        ((apart, mask),) = _deviations([part])
        count = how_many([part])
        between = reduced([part], np.add, 0.0) / np.maximum(count, 1) - mean
        total = total + reduced([(apart * apart, mask)], np.add, 0.0) + count * between * between
    return total


def _variance(pool: Pool, *, sample: bool, everything: bool = False) -> Counted:
    """The mean square of the deviations; of a sample with one degree of freedom less."""
    parts, errors = pool.all_parts() if everything else pool.parts()
    count = how_many(parts)
    free = count - 1 if sample else count
    return _squares(parts) / np.maximum(free, 1), merged(errors, where(free < 1, DIV))


def _deviation(pool: Pool, *, sample: bool, everything: bool = False) -> Counted:
    variance, errors = _variance(pool, sample=sample, everything=everything)
    return np.sqrt(variance), errors


def _sum_of_squares(pool: Pool) -> Counted:
    parts, errors = pool.parts()
    return _squares(parts), merged(errors, where(how_many(parts) == 0, NUM))


def _average_deviation(pool: Pool) -> Counted:
    parts, errors = pool.parts()
    pool.together(parts, LONGER)
    count = how_many(parts)
    total = reduced([(np.abs(data), mask) for data, mask in _deviations(parts)], np.add, 0.0)
    return total / np.maximum(count, 1), merged(errors, where(count == 0, NUM))


def _positive(pool: Pool) -> tuple[Parts, Data, Codes | None]:
    """The numbers, how many there are, and errors: #NUM! where there is none or one is not above 0."""
    parts, errors = pool.parts()
    count = how_many(parts)
    bad = (count == 0) | (reduced(parts, np.minimum, np.inf) <= 0)
    return parts, np.maximum(count, 1), merged(errors, where(bad, NUM))


def _geometric_mean(pool: Pool) -> Counted:
    parts, count, errors = _positive(pool)
    product = reduced(parts, np.multiply, 1.0)
    logs = reduced([(np.log(np.where(data > 0, data, 1.0)), mask) for data, mask in parts], np.add, 0.0)
    usable = (product > _SMALL_PRODUCT) & (product < _LARGE_PRODUCT)
    return np.where(usable, np.where(usable, product, 1.0) ** (1 / count), np.exp(logs / count)), errors


def _harmonic_mean(pool: Pool) -> Counted:
    parts, count, errors = _positive(pool)
    total = reduced([(1 / np.where(data > 0, data, 1.0), mask) for data, mask in parts], np.add, 0.0)
    return count / np.where(total > 0, total, 1.0), errors


def _row(name: str, body: Callable[[Pool], object], declared: str = "number1:number", since: str = "2007") -> Function:
    source = f"Microsoft Support, {name} function"
    return Function(name, parameters(declared), Style.AGGREGATE, body, 1, since=since, source=source)


def _family(kind: str, body: Callable[..., object]) -> tuple[Function, ...]:
    """The six functions of one measure: of a sample and of all, and those that count texts and truths."""
    return (
        _row(kind, partial(body, sample=True)),
        _row(f"{kind}.S", partial(body, sample=True), since="2010"),
        _row(f"{kind}A", partial(body, sample=True, everything=True), "value1:any"),
        _row(f"{kind}P", partial(body, sample=False)),
        _row(f"{kind}.P", partial(body, sample=False), since="2010"),
        _row(f"{kind}PA", partial(body, sample=False, everything=True), "value1:any"),
    )


FUNCTIONS = (
    *_family("VAR", _variance),
    *_family("STDEV", _deviation),
    _row("DEVSQ", _sum_of_squares),
    _row("AVEDEV", _average_deviation),
    _row("GEOMEAN", _geometric_mean),
    _row("HARMEAN", _harmonic_mean),
)
