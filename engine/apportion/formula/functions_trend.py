"""TREND: values on the straight line, or the plane, through what is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.formula.coercion import truths
from apportion.formula.declaration import Function, Style, parameters
from apportion.formula.functions_lookup import failed
from apportion.formula.pool import first_error, limit
from apportion.formula.values import CALC, NUMBER, REF, VALUE, Value, constant, merged, where
from apportion.formula.work import SORTED

if TYPE_CHECKING:
    from apportion.formula.values import Codes, Data

_TRUE = constant(item=True)
# With more variables least squares take long.
_MOST_VARIABLES = 64


def _only_numbers(value: Value) -> tuple[Data, Codes | None]:
    """The numbers, and the first error of each row; here everything else is one."""
    if value.kind == NUMBER:
        return value.data, first_error(value.errors)
    wrong = where(value.element_kinds() != NUMBER, VALUE)
    return value.data.astype(np.float64), first_error(merged(value.errors, wrong))


def _trend(known_y: Value, known_x: Value | None = None, new_x: Value | None = None, const: Value = _TRUE) -> Value:
    """The value at each new x; with several variables each of them is a column beside known y's in a column."""
    height, width = known_y.shape[2:]
    if known_x is None:
        known_x = Value(NUMBER, np.arange(1.0, height * width + 1).reshape(1, 1, height, width))
    new_x = known_x if new_x is None else new_x
    y, errors = _only_numbers(known_y)
    (x, wrong), (new, wrong_new) = _only_numbers(known_x), _only_numbers(new_x)
    through, wrong_const = truths(const)
    errors = merged(merged(errors, wrong), merged(wrong_new, first_error(wrong_const)))
    shape = new.shape[2:]
    if known_x.shape[2:] == (height, width):
        x, new = (each.reshape(*each.shape[:2], -1, 1) for each in (x, new))
    elif width == 1 and x.shape[2] == height:
        shape = (shape[0], 1)
    elif height == 1 and x.shape[3] == width:
        x, new = np.swapaxes(x, 2, 3), np.swapaxes(new, 2, 3)
        shape = (1, shape[1])
    else:
        return failed(REF)
    if x.shape[3] != new.shape[3]:
        return failed(REF)
    if x.shape[3] > _MOST_VARIABLES:
        return failed(CALC)
    outer = np.broadcast_shapes(y.shape[:2], x.shape[:2], new.shape[:2])
    limit(outer, x.shape[2] * x.shape[3] + new.shape[2] * new.shape[3])
    y = y.reshape(*y.shape[:2], -1, 1)
    if through.all() or not through.any():
        result = _fitted(y, x, new, centered=bool(through.any()))
    else:
        result = np.where(through, _fitted(y, x, new, centered=True), _fitted(y, x, new, centered=False))
        outer = result.shape[:2]
    return Value(NUMBER, result.reshape(*outer, *shape), errors)


def _fitted(y: Data, x: Data, new: Data, *, centered: bool) -> Data:
    """The values at `new` by least squares; the last two axes are observations and variables."""
    mean_x = x.mean(axis=2, keepdims=True) if centered else np.zeros((1, 1, 1, 1))
    mean_y = y.mean(axis=2, keepdims=True) if centered else np.zeros((1, 1, 1, 1))
    if centered and x.shape[3] == 1 and bool((x == x[:, :, :1]).all()):
        slope = np.zeros((1, 1, 1, 1))
    elif x.shape[3] == 1:
        deviation = x - mean_x
        square = (deviation * deviation).sum(axis=2, keepdims=True)
        slope = (deviation * (y - mean_y)).sum(axis=2, keepdims=True) / np.where(square == 0, 1.0, square)
    else:
        slope = np.linalg.pinv(x - mean_x) @ (y - mean_y)
    return (new - mean_x) @ slope + mean_y


FUNCTIONS = (
    Function(
        "TREND",
        parameters("known_y's:range known_x's:range= new_x's:range= const:truth=TRUE"),
        Style.VALUES,
        _trend,
        source="Microsoft Support, TREND function",
        weight=SORTED,
    ),
)
