"""Sums, counts, averages and ranks over the numbers in all arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion import rounding
from apportion.formula.coercion import numbers
from apportion.formula.declaration import Function, Style, parameters
from apportion.formula.pool import ARRAY_AXES, Pool, first_error, how_many, reduced
from apportion.formula.values import AXES, BLANK, DIV, NUM, NUMBER, VALUE, Value, merged, where

if TYPE_CHECKING:
    from apportion.formula.values import Codes, Data

    Counted = tuple[Data, Codes | None]


def _sum(pool: Pool) -> Counted:
    parts, errors = pool.parts()
    return reduced(parts, np.add, 0.0), errors


def _product(pool: Pool) -> Counted:
    parts, errors = pool.parts()
    return np.where(how_many(parts) == 0, 0.0, reduced(parts, np.multiply, 1.0)), errors


def _least(pool: Pool) -> Counted:
    parts, errors = pool.parts()
    result = reduced(parts, np.minimum, np.inf)
    return np.where(result == np.inf, 0.0, result) if _has_masks(parts) else result, errors


def _greatest(pool: Pool) -> Counted:
    parts, errors = pool.parts()
    result = reduced(parts, np.maximum, -np.inf)
    return np.where(result == -np.inf, 0.0, result) if _has_masks(parts) else result, errors


def _has_masks(parts: list[tuple[Data, Data | None]]) -> bool:
    return all(mask is not None for _, mask in parts)


def _average(pool: Pool) -> Counted:
    parts, errors = pool.parts()
    count = how_many(parts)
    total = reduced(parts, np.add, 0.0) / np.maximum(count, 1)
    return total, merged(errors, where(count == 0, DIV))


def _count(pool: Pool) -> Value:
    total: Data = np.zeros((1,) * AXES)
    for value, direct in zip(pool.values, pool.direct, strict=True):
        mask = value.is_kind(NUMBER)
        if direct:
            _, errors = numbers(value)
            mask = np.ones(value.shape, bool) if errors is None else errors == 0
        total = total + mask.sum(axis=ARRAY_AXES, keepdims=True)
    return Value(NUMBER, total)


def _count_all(pool: Pool) -> Value:
    total: Data = np.zeros((1,) * AXES)
    for value, direct in zip(pool.values, pool.direct, strict=True):
        mask = np.ones(value.shape, bool) if direct else ~value.is_kind(BLANK)
        total = total + mask.sum(axis=ARRAY_AXES, keepdims=True)
    return Value(NUMBER, total)


def _median(pool: Pool) -> Counted:
    data, mask, errors = pool.flat()
    count = mask.sum(axis=3, keepdims=True)
    ordered = np.sort(np.where(mask, data, np.inf), axis=3)
    middle = np.maximum(count - 1, 0)
    low, high = (np.take_along_axis(ordered, place, axis=3) for place in (middle // 2, (middle + 1) // 2))
    none = count == 0
    return np.where(none, 0.0, (low + high) / 2), merged(errors, where(none, NUM))


def _ranked(pool: Pool, *, largest: bool) -> Value:
    place, wrong = numbers(pool.values[1])
    data, mask, errors = Pool(pool.values[:1], [not pool.direct[0]]).flat()
    count = mask.sum(axis=3, keepdims=True)
    ordered = np.sort(np.where(mask, data, np.inf), axis=3)
    rank = -rounding.floor(-place)
    inside = (place >= 1) & (rank <= count)
    position = np.where(inside, np.where(largest, count - rank, rank - 1), 0).astype(np.intp)
    outer = np.broadcast_shapes(ordered.shape[:2], position.shape[:2])
    taken = np.take_along_axis(
        np.broadcast_to(ordered, (*outer, 1, ordered.shape[3])),
        np.broadcast_to(position, (*outer, *position.shape[2:])).reshape(*outer, 1, -1),
        axis=3,
    ).reshape(*outer, *position.shape[2:])
    outside = np.broadcast_to(~inside, taken.shape)
    return Value(NUMBER, np.where(outside, 0.0, taken), merged(merged(errors, wrong), where(outside, NUM)))


def _sum_of_products(*arrays: Value) -> Value:
    if len({value.shape[2:] for value in arrays}) > 1:
        return Value(NUMBER, np.zeros((1,) * AXES), np.full((1,) * AXES, VALUE))
    total: Data = np.ones((1,) * AXES)
    errors: Codes | None = None
    for value in arrays:
        data = value.data if value.kind == NUMBER else np.where(value.is_kind(NUMBER), value.data, 0.0)
        errors = merged(errors, value.errors)
        total = total * data
    return Value(NUMBER, total.sum(axis=ARRAY_AXES, keepdims=True), first_error(errors))


def _aggregate(name: str, body: object) -> Function:
    return _row(name, "number1:number", Style.AGGREGATE, body, repeats=1)


def _row(name: str, declared: str, style: Style, body: object, repeats: int = 0) -> Function:
    source = f"Microsoft Support, {name} function"
    return Function(name, parameters(declared), style, body, repeats, source=source)  # type: ignore[arg-type]


def _large(pool: Pool) -> Value:
    return _ranked(pool, largest=True)


def _small(pool: Pool) -> Value:
    return _ranked(pool, largest=False)


FUNCTIONS = (
    _aggregate("SUM", _sum),
    _aggregate("PRODUCT", _product),
    _aggregate("MIN", _least),
    _aggregate("MAX", _greatest),
    _aggregate("AVERAGE", _average),
    _aggregate("COUNT", _count),
    _aggregate("COUNTA", _count_all),
    _aggregate("MEDIAN", _median),
    _row("LARGE", "array:range k:number", Style.AGGREGATE, _large),
    _row("SMALL", "array:range k:number", Style.AGGREGATE, _small),
    _row("SUMPRODUCT", "array1:range", Style.VALUES, _sum_of_products, repeats=1),
)
