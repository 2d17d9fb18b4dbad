"""SUBTOTAL and AGGREGATE: other functions by number. A table of Apportion has no hidden rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.formula import functions_order, functions_spread, functions_statistics
from apportion.formula.calls import aggregated
from apportion.formula.coercion import numbers
from apportion.formula.declaration import Function, Style, parameters
from apportion.formula.functions_logic import with_errors
from apportion.formula.functions_lookup import failed
from apportion.formula.pool import Origin, Pool
from apportion.formula.values import BLANK, MIXED, VALUE, Value, choose
from apportion.formula.work import SORTED

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMBERED = (
    "AVERAGE", "COUNT", "COUNTA", "MAX", "MIN", "PRODUCT", "STDEV", "STDEVP", "SUM", "VAR", "VARP",
    "MEDIAN", "MODE", "LARGE", "SMALL", "PERCENTILE", "QUARTILE", "PERCENTILE.EXC", "QUARTILE.EXC",
)  # fmt: skip
_BODIES = {
    row.name: row.body
    for module in (functions_statistics, functions_spread, functions_order)
    for row in module.FUNCTIONS
}
_AGGREGATE = {float(number): _BODIES[name] for number, name in enumerate(_NUMBERED, start=1)}
_OF_ARRAYS = 14
_OPTIONS = 7
_WITHOUT_ERRORS = (2.0, 3.0, 6.0, 7.0)
# With 100 added, rows that were hidden by hand do not count; here there are none.
_SUBTOTAL = {number + more: body for number, body in _AGGREGATE.items() if number <= 11 for more in (0.0, 100.0)}


def _by_number(chosen: Value, compute: Callable[[float], Value]) -> Value:
    """What the function of each number gives, where that number is asked for."""
    data, errors = numbers(chosen)
    data = np.trunc(data)
    distinct = np.unique(data if errors is None else data[errors == 0]).tolist()
    result = compute(distinct[0]) if distinct else failed(VALUE)
    for number in distinct[1:]:
        result = choose(data == number, compute(number), result)
    return with_errors(result, errors)


def _subtotal(pool: Pool) -> Value:
    rest = pool.only(1)

    def compute(number: float) -> Value:
        if number not in _SUBTOTAL or any(origin != Origin.REFERENCE for origin in rest.origins):
            return failed(VALUE)
        return aggregated(_SUBTOTAL[number], rest)

    return _by_number(pool.values[0], compute)


def _without_errors(value: Value) -> Value:
    """The value with blanks in the place of errors; kept with it."""
    if value.errors is None:
        return value
    kept = value.indexed("without errors")
    if "whole" not in kept:
        kinds = np.where(value.errors != 0, np.int8(BLANK), value.element_kinds())
        kept["whole"] = Value(MIXED, value.data.astype(np.float64), None, value.texts, kinds)
    found: Value = kept["whole"]
    return found


def _chosen(pool: Pool) -> Value:
    option, wrong = numbers(pool.values[1])
    option = np.trunc(option)
    if wrong is not None or not ((option >= 0) & (option <= _OPTIONS)).all():
        return with_errors(failed(VALUE), wrong)
    rest = pool.only(2)
    if np.isin(option, _WITHOUT_ERRORS).any():
        rest = Pool([_without_errors(value) for value in rest.values], rest.origins, pool.work)

    def compute(number: float) -> Value:
        body = _AGGREGATE.get(number)
        two = number >= _OF_ARRAYS
        if body is None or (two and len(rest.values) != 2):
            return failed(VALUE)
        if not two and any(origin != Origin.REFERENCE for origin in rest.origins):
            return failed(VALUE)
        return aggregated(body, rest)

    return _by_number(pool.values[0], compute)


FUNCTIONS = (
    Function(
        "SUBTOTAL",
        parameters("function_num:number ref1:range"),
        Style.AGGREGATE,
        _subtotal,
        repeats=1,
        source="Microsoft Support, SUBTOTAL function",
    ),
    Function(
        "AGGREGATE",
        parameters("function_num:number options:number ref1:range"),
        Style.AGGREGATE,
        _chosen,
        repeats=1,
        since="2010",
        source="Microsoft Support, AGGREGATE function",
        weight=SORTED,
    ),
)
