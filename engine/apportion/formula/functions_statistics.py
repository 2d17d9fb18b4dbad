"""Sums, counts, averages and extremes over the numbers in all arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.formula.coercion import numbers
from apportion.formula.declaration import Function, Style, parameters
from apportion.formula.functions_lookup import failed
from apportion.formula.pool import ARRAY_AXES, Origin, Pool, first_error, how_many, reduced
from apportion.formula.values import AXES, BLANK, DIV, NUMBER, TEXT, VALUE, Value, merged, where

if TYPE_CHECKING:
    from apportion.formula.pool import Parts
    from apportion.formula.values import Codes, Data

    Counted = tuple[Data, Codes | None]


def _sum(pool: Pool) -> Counted:
    parts, errors = pool.parts()
    return reduced(parts, np.add, 0.0), errors


def _product(pool: Pool) -> Counted:
    parts, errors = pool.parts()
    return np.where(how_many(parts) == 0, 0.0, reduced(parts, np.multiply, 1.0)), errors


def _least(pool: Pool) -> Counted:
    return _extreme(*pool.parts(), np.minimum, np.inf)


def _greatest(pool: Pool) -> Counted:
    return _extreme(*pool.parts(), np.maximum, -np.inf)


def _extreme(parts: Parts, errors: Codes | None, combine: np.ufunc, neutral: float) -> Counted:
    """The least or greatest number; 0 where there is none."""
    result = reduced(parts, combine, neutral)
    sure = any(mask is None and data.size for data, mask in parts)
    return result if sure else np.where(result == neutral, 0.0, result), errors


def _average(pool: Pool) -> Counted:
    return _mean(*pool.parts())


def _mean(parts: Parts, errors: Codes | None) -> Counted:
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


def _count_blank(pool: Pool) -> Value:
    """How many cells are blank or hold the empty text; only references have cells."""
    value = pool.values[0]
    if pool.origins[0] != Origin.REFERENCE:
        return failed(VALUE)
    mask = value.is_kind(BLANK)
    if "" in value.words.items:
        mask = mask | (value.is_kind(TEXT) & (value.data == value.words.items.index("")))
    return Value(NUMBER, mask.sum(axis=ARRAY_AXES, keepdims=True).astype(np.float64))


def _average_of_all(pool: Pool) -> Counted:
    parts, errors = pool.all_parts(texts_in_arrays=True)
    return _mean(parts, errors)


def _least_of_all(pool: Pool) -> Counted:
    return _extreme(*pool.all_parts(), np.minimum, np.inf)


def _greatest_of_all(pool: Pool) -> Counted:
    return _extreme(*pool.all_parts(), np.maximum, -np.inf)


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


FUNCTIONS = (
    _aggregate("SUM", _sum),
    _aggregate("PRODUCT", _product),
    _aggregate("MIN", _least),
    _aggregate("MAX", _greatest),
    _aggregate("AVERAGE", _average),
    _aggregate("COUNT", _count),
    _aggregate("COUNTA", _count_all),
    _row("COUNTBLANK", "range:range", Style.AGGREGATE, _count_blank),
    _row("AVERAGEA", "value1:any", Style.AGGREGATE, _average_of_all, repeats=1),
    _row("MINA", "value1:any", Style.AGGREGATE, _least_of_all, repeats=1),
    _row("MAXA", "value1:any", Style.AGGREGATE, _greatest_of_all, repeats=1),
    _row("SUMPRODUCT", "array1:range", Style.VALUES, _sum_of_products, repeats=1),
)
