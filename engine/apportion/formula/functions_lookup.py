"""Look-ups: positions are found once for an array, then elements are taken for all rows together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from apportion.formula import lookup
from apportion.formula.calls import aligned, charge
from apportion.formula.coercion import numbers, truths
from apportion.formula.declaration import Function, Style, parameters
from apportion.formula.functions_logic import chosen, with_errors
from apportion.formula.limits import OneByOne
from apportion.formula.values import (
    BLANK,
    NA,
    NUMBER,
    REF,
    SPILL,
    VALUE,
    Value,
    assembled,
    choose,
    constant,
    merged,
    where,
)
from apportion.formula.work import LONGER, SORTED, SOUGHT

if TYPE_CHECKING:
    from collections.abc import Callable

    from apportion.formula.values import Codes, Data

    Step = Callable[[Any], Value]

_EXACT = constant(0.0)
_ONE = constant(1.0)
_TRUE = constant(item=True)
_MATCHES = {0: lambda: lookup.exact(wild=True), 1: lookup.ascending, -1: lookup.descending}


def failed(code: np.int8) -> Value:
    """One error."""
    return Value(NUMBER, np.zeros((1, 1, 1, 1)), np.full((1, 1, 1, 1), code))


def _by_rule(rules: Value, compute: Callable[[float], Value]) -> Value:
    """The result by the rule that a number names, such as a match type; rows may name different ones.

    An error in place of the number is the result.
    """
    data, errors = numbers(rules)
    named = data if errors is None else data[errors == 0]
    if not named.size:
        return Value(NUMBER, data, errors)
    distinct = np.unique(named)
    result = compute(float(distinct[0]))
    for rule in distinct[1:].tolist():
        result = choose(data == rule, compute(rule), result)
    return with_errors(result, errors)


def _found(value: Value, array: Value, answers: tuple[Any, Any], rule: str) -> Data:
    """Positions in an array; where the array differs by row or scenario, one array after another is asked."""
    if array.shape[:2] == (1, 1):
        return lookup.positions(value, array, *answers, rule)
    outer = np.broadcast_shapes(value.shape[:2], array.shape[:2])
    wanted, arrays = value.broadcast((*outer, *value.shape[2:])), array.broadcast((*outer, *array.shape[2:]))
    result = np.full(wanted.shape, lookup.MISSING, dtype=np.intp)
    for i in range(outer[0]):
        for j in range(outer[1]):
            one = np.s_[i : i + 1, j : j + 1]
            result[one] = lookup.positions(wanted.item(one), arrays.item(one), *answers, rule)
    return result


def _vector(array: Value) -> bool:
    return array.shape[2] == 1 or array.shape[3] == 1


def _match(value: Value, array: Value, match_type: Value = _ONE) -> Value:
    def by_type(kind: float) -> Value:
        if not _vector(array):
            return failed(NA)
        rule = int(np.sign(kind))
        place = _found(value, array, _MATCHES[rule](), f"match {rule}")
        return Value(NUMBER, place + 1.0, where(place < 0, NA))

    return with_errors(_by_rule(match_type, by_type), value.errors)


def _taken(array: Value, place: Data, errors: Codes | None) -> Value:
    """Elements of an array, flattened within each row and scenario, at positions; none where `place` is missing."""
    inside = np.maximum(place, 0)
    flat = array.reshaped((*array.shape[:2], array.shape[2] * array.shape[3], 1))
    outer = np.broadcast_shapes(array.shape[:2], place.shape[:2])
    scenarios = np.arange(outer[0])[:, None, None, None] if array.shape[0] > 1 else 0
    rows = np.arange(outer[1])[None, :, None, None] if array.shape[1] > 1 else 0
    return with_errors(flat.item((scenarios, rows, inside, 0)), errors)


def _index(array: Value, row: Value, column: Value | None = None) -> Value:
    """An element, or with 0 for row or column all of them.

    Raises `OneByOne` where it is 0 in some rows of a table and not in others.
    """
    height, width = array.shape[2:]
    rows, errors = numbers(row)
    if column is not None:
        columns, wrong = numbers(column)
        errors = merged(errors, wrong)
    elif height == 1:
        rows, columns = np.ones((1, 1, 1, 1)), rows
    else:
        columns = np.full((1, 1, 1, 1), 1.0 if width == 1 else 0.0)
    rows, columns = np.trunc(rows), np.trunc(columns)
    if errors is None and all((each == each.flat[0]).all() for each in (rows, columns) if each.size):
        one = float(rows.flat[0]), float(columns.flat[0])
        if min(one) < 0 or one[0] > height or one[1] > width:
            return failed(VALUE if min(one) < 0 else REF)
        return _area(array, int(one[0]), int(one[1]))
    if errors is not None:
        rows = np.where(errors != 0, 1.0, rows)
    if _all_within(rows, height) and _all_within(columns, width):
        place = rows - 1 if width == 1 else (rows - 1) * width + columns - 1
        return _taken(array, place.astype(np.intp), errors)
    bad = (rows < 0) | (columns < 0)
    spilled = (rows == 0) | ((columns == 0) & (columns.size > 1))
    if max(rows.shape[1], columns.shape[1]) > 1 and spilled.any():
        raise OneByOne
    errors = merged(errors, merged(where(bad, VALUE), where((rows > height) | (columns > width), REF)))
    errors = merged(errors, where(spilled, SPILL))
    if columns.size == 1 and columns.flat[0] == 0:
        if rows.shape[3] > 1:
            return failed(VALUE)
        columns = np.arange(1, width + 1)
    place = (np.clip(rows, 1, height) - 1) * width + np.clip(columns, 1, width) - 1
    return _taken(array, place.astype(np.intp), errors)


def _all_within(places: Data, last: int) -> bool:
    return bool(places.size) and float(places.min()) >= 1 and float(places.max()) <= last


def _area(array: Value, row: int, column: int) -> Value:
    rows = slice(None) if row == 0 else slice(row - 1, row)
    columns = slice(None) if column == 0 else slice(column - 1, column)
    if row == 0 and column == 0:
        return array
    return array.item((slice(None), slice(None), rows, columns))


def _vlookup(value: Value, table: Value, index: Value, approximate: Value = _TRUE) -> Value:
    return _table_lookup(value, table, index, approximate, axis=3)


def _hlookup(value: Value, table: Value, index: Value, approximate: Value = _TRUE) -> Value:
    return _table_lookup(value, table, index, approximate, axis=2)


def _table_lookup(value: Value, table: Value, index: Value, approximate: Value, axis: int) -> Value:
    value = _blank_as_zero(value)
    loose, wrong = truths(approximate)
    rules = Value(NUMBER, loose.astype(np.float64), wrong)
    found = _by_rule(rules, lambda rule: _table_found(value, table, index, axis, approximate=bool(rule)))
    return with_errors(found, merged(value.errors, numbers(index)[1]))


def _table_found(value: Value, table: Value, index: Value, axis: int, *, approximate: bool) -> Value:
    edge = _line_of(table, axis, 0)
    number, errors = numbers(index)
    answers = lookup.ascending() if approximate else lookup.exact(wild=True)
    place = _found(value, edge, answers, f"table {approximate}")
    number = np.trunc(number)
    size = table.shape[axis]
    errors = merged(errors, where(number < 1, VALUE))
    errors = merged(errors, merged(where(number > size, REF), where(place < 0, NA)))
    offset = np.clip(number, 1, size).astype(np.intp) - 1
    inside = np.maximum(place, 0)
    if offset.size == 1:
        return _taken(_line_of(table, axis, int(offset.flat[0])), inside, errors)
    position = inside * table.shape[3] + offset if axis == 3 else offset * table.shape[3] + inside
    return _taken(table, position, errors)


def _line_of(table: Value, axis: int, offset: int) -> Value:
    """One column (axis 3) or row of a table, in its plainest form; kept with the table."""
    kept = table.indexed("line")
    if (axis, offset) not in kept:
        line = table.item((slice(None),) * axis + (slice(offset, offset + 1),))
        kept[axis, offset] = assembled(line.data, line.element_kinds(), line.errors, line.texts)
    found: Value = kept[axis, offset]
    return found


def _blank_as_zero(value: Value) -> Value:
    return Value(NUMBER, value.data, value.errors) if value.kind == BLANK else value


def _lookup(value: Value, array: Value, results: Value | None = None) -> Value:
    if results is None:
        tall = array.shape[2] >= array.shape[3]
        results = _area(array, 0, array.shape[3]) if tall else _area(array, array.shape[2], 0)
        array = _area(array, 0, 1) if tall else _area(array, 1, 0)
    place = _found(_blank_as_zero(value), array, lookup.ascending(), "lookup")
    beyond = place >= results.shape[2] * results.shape[3]
    errors = merged(merged(value.errors, where(place < 0, NA)), where(beyond, NA))
    return _taken(results, np.where(beyond, 0, place), errors)


def _modes(match_mode: float, search_mode: float) -> tuple[Any, Any] | None:
    last = search_mode in (-1.0, -2.0)
    if match_mode == 2 and abs(search_mode) == 2:
        return None
    known = {0.0: lookup.exact(last=last, blanks=True), 2.0: lookup.exact(last=last, wild=True, blanks=True)}
    for step in (-1, 1):
        # In Excel's bisection the element beside is the one next to the gap.
        beside = {2.0: step < 0, -2.0: step > 0}.get(search_mode, last)
        known[float(step)] = lookup.nearest(step, last=last, last_beside=beside)
    return known.get(match_mode) if search_mode in (1.0, -1.0, 2.0, -2.0) else None


def _xlookup(
    context: Any, value: Step, array: Step, results: Step, instead: Step | None = None,
    match_mode: Step | None = None, search_mode: Step | None = None,
) -> Value:  # fmt: skip
    wanted, keys, values = value(context), array(context), results(context)
    charge(context.work, (wanted, keys), SOUGHT)
    tall = keys.shape[3] == 1

    def by_modes(mode: float, search: float) -> Value:
        answers = _modes(mode, search or 1.0)
        if answers is None or not _vector(keys) or keys.shape[2 if tall else 3] != values.shape[2 if tall else 3]:
            return failed(VALUE)
        place = _found(wanted, keys, answers, f"xlookup {mode} {search}")
        missing = place < 0
        taken = _line(values, place, tall=tall)
        if instead is not None and missing.any():
            return chosen(context.work, missing, instead(context), taken)
        return with_errors(taken, where(missing, NA))

    mode, search = (match_mode(context) if match_mode else _EXACT), (search_mode(context) if search_mode else _ONE)
    wanted, mode, search = aligned([wanted, mode, search])
    found = _by_rule(mode, lambda one: _by_rule(search, lambda other: by_modes(one, other)))
    return with_errors(found, wanted.errors)


def _line(values: Value, place: Data, *, tall: bool) -> Value:
    """The row (or column) of a block of results at each position; its first element where positions lie that way."""
    width = values.shape[3]
    if tall:
        return _taken(values, np.maximum(place, 0) * width + np.arange(width if place.shape[3] == 1 else 1), None)
    height = values.shape[2] if place.shape[2] == 1 else 1
    return _taken(values, np.maximum(place, 0) + np.arange(height)[None, None, :, None] * width, None)


def _xmatch(value: Value, array: Value, match_mode: Value = _EXACT, search_mode: Value = _ONE) -> Value:
    def by_modes(mode: float, search: float) -> Value:
        answers = _modes(mode, search)
        if answers is None or not _vector(array):
            return failed(VALUE)
        place = _found(value, array, answers, f"xlookup {mode} {search}")
        return Value(NUMBER, place + 1.0, where(place < 0, NA))

    found = _by_rule(match_mode, lambda one: _by_rule(search_mode, lambda other: by_modes(one, other)))
    return with_errors(found, value.errors)


def _row(
    name: str, declared: str, body: object, style: Style = Style.VALUES, since: str = "2007", weight: int = SOUGHT
) -> Function:
    source = f"Microsoft Support, {name} function"
    return Function(name, parameters(declared), style, body, since=since, source=source, weight=weight)  # type: ignore[arg-type]


_TABLE = "lookup_value:any table_array:range {}_index_num:number range_lookup:truth=TRUE"
_X = "lookup_value:{0} lookup_array:{0} return_array:{0} if_not_found:{0}= match_mode:{0}=0 search_mode:{0}=1"

FUNCTIONS = (
    _row("MATCH", "lookup_value:any lookup_array:range match_type:number=1", _match),
    _row("INDEX", "array:range row_num:number column_num:number=", _index, weight=LONGER),
    _row("VLOOKUP", _TABLE.format("col"), _vlookup),
    _row("HLOOKUP", _TABLE.format("row"), _hlookup),
    _row("LOOKUP", "lookup_value:any lookup_vector:range result_vector:range=", _lookup, weight=SORTED),
    _row("XLOOKUP", _X.format("lazy"), _xlookup, Style.LAZY, "2021"),
    _row(
        "XMATCH", "lookup_value:any lookup_array:range match_mode:number=0 search_mode:number=1", _xmatch, since="2021"
    ),
)
