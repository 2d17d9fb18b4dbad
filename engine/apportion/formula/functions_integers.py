"""Divisors, multiples, factorials, and even and odd numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from apportion.formula.coercion import strict_numbers
from apportion.formula.declaration import Function, Style, Type, parameters
from apportion.formula.errors import ExcelError
from apportion.formula.pool import Pool, first_error
from apportion.formula.values import BLANK, NUM, VALUE, merged, where
from apportion.formula.work import ALONE, SORTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from apportion.formula.arithmetic import Result
    from apportion.formula.values import Codes, Data

# From here on not every whole number is a float; Excel takes and gives smaller ones only.
_TOO_LARGE = 2.0**53
_FACTORIALS = np.array([float(math.factorial(n)) for n in range(171)])
_MOST_ITEMS = 2147483647
_LARGEST_EXPONENT = 710.0


def _whole_numbers(pool: Pool) -> tuple[Data, Data, Codes | None]:
    """The whole parts side by side, shape (scenarios, rows, elements), what counts, and the errors.

    A blank cell given alone does not count; inside a range it is 0. Negative and huge numbers are #NUM!.
    """
    columns, masks = [], []
    errors: Codes | None = None
    for value in pool.values:
        data, wrong = strict_numbers(value)
        bad = (data < 0) | (data >= _TOO_LARGE)
        errors = merged(errors, first_error(merged(wrong, where(bad, NUM))))
        columns.append(np.where(bad, 0.0, data).astype(np.int64))
        masks.append(np.full(value.shape, fill_value=True) if value.is_array else ~value.is_kind(BLANK))
    outer = pool.together([(each, None) for each in columns], SORTED)

    def beside(parts: list[Data]) -> Data:
        sizes = [each.shape[2] * each.shape[3] for each in parts]
        flat = [each.reshape(*each.shape[:2], size) for each, size in zip(parts, sizes, strict=True)]
        wide = [np.broadcast_to(each, (*outer, size)) for each, size in zip(flat, sizes, strict=True)]
        return np.concatenate(wide, axis=2)

    counts = beside(masks)
    nothing = where(np.asarray(~counts.any(axis=2))[..., None, None], VALUE)
    return beside(columns), counts, merged(errors, nothing)


def _divisor(pool: Pool) -> tuple[Data, Codes | None]:
    numbers, counts, errors = _whole_numbers(pool)
    result = np.gcd.reduce(np.where(counts, numbers, 0), axis=2)
    return result.astype(np.float64)[..., None, None], errors


def _multiple(pool: Pool) -> tuple[Data, Codes | None]:
    numbers, counts, errors = _whole_numbers(pool)
    numbers = np.where(counts, numbers, 1)
    result = np.ones(numbers.shape[:2], dtype=np.int64)
    large = np.zeros(result.shape, dtype=bool)
    pool.work.spend(numbers.shape[2] * ALONE)
    for i in range(numbers.shape[2]):
        each = numbers[:, :, i]
        divisor = np.maximum(np.gcd(result, each), 1)
        too_large = (result // divisor).astype(np.float64) * each > _TOO_LARGE
        large |= too_large
        result = np.where(too_large, 1, result // divisor * np.where(too_large, 1, each))
        if large.all():
            break
    return result.astype(np.float64)[..., None, None], merged(errors, where(large[..., None, None], NUM))


def _factorial(number: Data) -> Result:
    outside = (number < 0) | (number >= _FACTORIALS.size)
    return _FACTORIALS[np.where(outside, 0.0, number).astype(np.intp)], where(outside, NUM)


def _combinations(number: float, chosen: float) -> float | ExcelError:
    if min(number, chosen) < 0 or max(number, chosen) >= _MOST_ITEMS or math.floor(number) < math.floor(chosen):
        return ExcelError.NUM
    n = math.floor(number)
    k = min(math.floor(chosen), n - math.floor(chosen))
    if math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) > _LARGEST_EXPONENT:
        return ExcelError.NUM
    result = math.comb(n, k)
    return ExcelError.NUM if result.bit_length() > 1024 else float(result)


def _is_odd(number: Data) -> Data:
    return np.asarray(np.mod(np.trunc(number), 2.0) == 1)


def _is_even(number: Data) -> Data:
    return ~_is_odd(number)


def _pi() -> float:
    return math.pi


def _row(
    name: str, declared: str, style: Style, body: Callable[..., object], repeats: int = 0, gives: Type = Type.NUMBER
) -> Function:
    source = f"Microsoft Support, {name} function"
    return Function(name, parameters(declared), style, body, repeats, gives, source=source)


FUNCTIONS = (
    _row("GCD", "number1:strict", Style.AGGREGATE, _divisor, 1),
    _row("LCM", "number1:strict", Style.AGGREGATE, _multiple, 1),
    _row("FACT", "number:number", Style.ROWS, _factorial),
    _row("COMBIN", "number:number number_chosen:number", Style.EACH, _combinations),
    _row("ISEVEN", "number:strict", Style.ROWS, _is_even, gives=Type.TRUTH),
    _row("ISODD", "number:strict", Style.ROWS, _is_odd, gives=Type.TRUTH),
    _row("PI", "", Style.EACH, _pi),
)
