"""Functions that give arrays: parts of an array, sorted, without repeats, turned, or counted up."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from apportion.formula.coercion import numbers, truths
from apportion.formula.declaration import Function, Style, parameters
from apportion.formula.functions_lookup import failed
from apportion.formula.limits import LARGEST_ARRAY, TooLarge, not_together
from apportion.formula.pool import first_error
from apportion.formula.sorting import first_of_each, order_of
from apportion.formula.values import CALC, MIXED, NUMBER, VALUE, Value, assembled, constant, merged
from apportion.formula.work import LONGER, RANKED

if TYPE_CHECKING:
    from collections.abc import Callable

    from apportion.formula.pool import Pool
    from apportion.formula.values import Codes, Data

_FALSE = constant(item=False)
_ROWS, _COLUMNS = 2, 3
_MOST_ROWS, _MOST_COLUMNS = 1 << 20, 1 << 14


class _Refused(Exception):
    """A setting of a whole call is wrong; the value is what the call gives."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


def _settings(value: Value | None, default: float) -> list[float]:
    """Numbers that decide about a whole call, such as the columns to sort by.

    Raises `_Refused` where one is an error or scenarios differ, and `OneByOne` where rows differ.
    """
    if value is None:
        return [default]
    data, errors = numbers(value)
    if errors is not None and errors.any():
        failed = _failed_with(errors)
        whole = failed.errors is None or bool((failed.errors != 0).all())
        raise _Refused(failed if whole else not_together(errors))
    flat = data.reshape(-1, data.shape[2] * data.shape[3])
    if not flat.size or not (flat == flat[0]).all():
        raise _Refused(not_together(data))
    return [float(each) for each in flat[0]]


def _setting(value: Value | None, default: float) -> int:
    return int(np.trunc(_settings(value, default)[0]))


def _failed_with(errors: Codes) -> Value:
    """The first error of each row, as one value in each."""
    first = first_error(errors)
    return Value(NUMBER, np.zeros((*errors.shape[:2], 1, 1)), first)


def _taken(array: Value, place: Data, axis: int) -> Value:
    """Elements along an axis at positions; `place` has the shape (scenarios, rows, positions)."""
    if place.shape[:2] == (1, 1):
        found = array.item((slice(None),) * axis + (place.ravel(),))
    else:
        scenarios = np.arange(place.shape[0])[:, None, None, None] if array.shape[0] > 1 else 0
        rows = np.arange(place.shape[1])[None, :, None, None] if array.shape[1] > 1 else 0
        if axis == _ROWS:
            index = (scenarios, rows, place[..., None], np.arange(array.shape[_COLUMNS]))
        else:
            index = (scenarios, rows, np.arange(array.shape[_ROWS])[:, None], place[:, :, None])
        found = array.item(index)
    return _plain(found)


def _plain(value: Value) -> Value:
    """The value in its plainest form: of one kind, where no others are left."""
    if value.kind != MIXED or not value.data.size:
        return value
    return assembled(value.data, value.element_kinds(), value.errors, value.texts)


def _filter(array: Value, include: Value, if_empty: Value | None = None) -> Value:
    """The rows or columns for which `include` is true; without any `if_empty`, or #CALC!."""
    mask, errors = truths(include)
    if include.shape[_COLUMNS] == 1 and include.shape[_ROWS] == array.shape[_ROWS]:
        axis = _ROWS
    elif include.shape[_ROWS] == 1 and include.shape[_COLUMNS] == array.shape[_COLUMNS]:
        axis = _COLUMNS
    else:
        return failed(VALUE)
    if errors is not None:
        return _failed_with(errors) if include.shape[:2] == (1, 1) else not_together(mask)
    mask = mask.reshape(*mask.shape[:2], -1)
    counts = mask.sum(axis=2)
    if not counts.size or counts.min() != counts.max():
        return not_together(mask)
    if not counts.flat[0]:
        return failed(CALC) if if_empty is None else if_empty
    if mask.shape[:2] == (1, 1):
        return _taken(array, np.flatnonzero(mask).reshape(1, 1, -1), axis)
    place = np.argsort(~mask, axis=2, kind="stable")[..., : int(counts.flat[0])]
    outer = np.broadcast_shapes(place.shape[:2], array.shape[:2])
    return _taken(array, np.broadcast_to(place, (*outer, place.shape[2])), axis)


def _line(array: Value, axis: int, number: float) -> Value:
    """One column of an array whose rows are sorted (axis 2), or one row."""
    place = int(number) - 1
    if not 0 <= place < array.shape[_ROWS + _COLUMNS - axis]:
        raise _Refused(failed(VALUE))
    cut = slice(place, place + 1)
    return array.item((slice(None),) * 3 + (cut,) if axis == _ROWS else (slice(None), slice(None), cut))


def _directions(orders: list[float], count: int) -> list[int]:
    """1 or -1 for each key; one stands for all."""
    whole = [int(order) for order in orders]
    if not set(whole) <= {1, -1} or len(whole) not in (1, count):
        raise _Refused(failed(VALUE))
    return whole * count if len(whole) == 1 else whole


def _sort(
    array: Value, sort_index: Value | None = None, sort_order: Value | None = None, by_col: Value = _FALSE
) -> Value:
    """The rows, or columns, in the order of one or several of their elements."""
    try:
        axis = _COLUMNS if _setting(_as_number(by_col), 0) else _ROWS
        lines = [_line(array, axis, number) for number in _settings(sort_index, 1)]
        directions = _directions(_settings(sort_order, 1), len(lines))
    except _Refused as refused:
        return refused.value
    return _taken(array, order_of(lines, directions), axis)


def _as_number(value: Value) -> Value:
    """Truths as 1 and 0."""
    data, errors = truths(value)
    return Value(NUMBER, data.astype(np.float64), errors)


def _sort_by(array: Value, *keys: Value | None) -> Value:
    """The rows, or columns, in the order of other arrays."""
    lines = [key for key in keys[::2] if key is not None]
    if not lines or len(lines) != len(keys[::2]):
        return failed(VALUE)
    if all(key.shape[_COLUMNS] == 1 and key.shape[_ROWS] == array.shape[_ROWS] for key in lines):
        axis = _ROWS
    elif all(key.shape[_ROWS] == 1 and key.shape[_COLUMNS] == array.shape[_COLUMNS] for key in lines):
        axis = _COLUMNS
    else:
        return failed(VALUE)
    given = [*keys[1::2], *[None] * (len(lines) - len(keys[1::2]))]
    try:
        directions = [_directions(_settings(order, 1), 1)[0] for order in given]
    except _Refused as refused:
        return refused.value
    return _taken(array, order_of(lines, directions), axis)


def _unique(array: Value, by_col: Value = _FALSE, exactly_once: Value = _FALSE) -> Value:
    """The rows, or columns, without repeats; with `exactly_once` only those that are not repeated."""
    try:
        axis = _COLUMNS if _setting(_as_number(by_col), 0) else _ROWS
        once = bool(_setting(_as_number(exactly_once), 0))
    except _Refused as refused:
        return refused.value
    if array.shape[:2] != (1, 1):
        return not_together(array.data)
    place = first_of_each(array, axis, once=once)
    return _taken(array, place.reshape(1, 1, -1), axis) if place.size else failed(CALC)


def _sequence(
    rows: Value | None = None, columns: Value | None = None, start: Value | None = None, step: Value | None = None
) -> Value:
    """Numbers that count up by a step, row by row."""
    try:
        height, width = _setting(rows, 1), _setting(columns, 1)
    except _Refused as refused:
        return refused.value
    if height < 1 or width < 1:
        return failed(VALUE if min(height, width) < 0 else CALC)
    if height > _MOST_ROWS or width > _MOST_COLUMNS:
        return failed(VALUE)
    first, wrong = (np.ones((1, 1, 1, 1)), None) if start is None else numbers(start)
    by, wrong_step = (np.ones((1, 1, 1, 1)), None) if step is None else numbers(step)
    if first.shape[2:] != (1, 1) or by.shape[2:] != (1, 1):
        return failed(VALUE)
    if height * width * max(first.size, by.size) > LARGEST_ARRAY:
        raise TooLarge
    count = np.arange(float(height * width)).reshape(1, 1, height, width)
    return Value(NUMBER, first + by * count, merged(wrong, wrong_step))


def _transpose(array: Value) -> Value:
    """Rows as columns."""
    errors, kinds = (None if each is None else np.swapaxes(each, 2, 3) for each in (array.errors, array.kinds))
    return Value(array.kind, np.swapaxes(array.data, 2, 3), errors, array.texts, kinds)


def _size(pool: Pool, axis: int) -> Value:
    value = pool.values[0]
    if pool.direct[0] and value.errors is not None:
        return value
    return constant(float(value.shape[axis]))


def _first(count: int, size: int) -> slice:
    return slice(count) if count > 0 else slice(max(0, size + count), size)


def _rest(count: int, size: int) -> slice:
    return slice(count, size) if count >= 0 else slice(max(0, size + count))


def _part(
    array: Value, rows: Value | None = None, columns: Value | None = None, *, cut: Callable[[int, int], slice]
) -> Value:
    """The rows and columns that a cut leaves; what is not said is not cut, and nothing left is #CALC!."""
    index = [slice(None), slice(None)]
    try:
        for given, axis in ((rows, _ROWS), (columns, _COLUMNS)):
            size = array.shape[axis]
            index.append(slice(None) if given is None else cut(_setting(given, 0), size))
    except _Refused as refused:
        return refused.value
    found = array.item(tuple(index))
    return _plain(found) if found.data.size else failed(CALC)


def _row(
    name: str, declared: str, body: object, since: str = "2021", repeats: int = 0, weight: int = LONGER
) -> Function:
    source = f"Microsoft Support, {name} function"
    return Function(name, parameters(declared), Style.VALUES, body, repeats, since=since, source=source, weight=weight)  # type: ignore[arg-type]


def _size_row(name: str, axis: int) -> Function:
    source = f"Microsoft Support, {name} function"
    return Function(name, parameters("array:range"), Style.AGGREGATE, partial(_size, axis=axis), source=source)


_PART = "array:range rows:number= columns:number="

FUNCTIONS = (
    _row("FILTER", "array:range include:range if_empty:any=", _filter),
    _row("SORT", "array:range sort_index:number= sort_order:number= by_col:truth=FALSE", _sort, weight=RANKED),
    _row("SORTBY", "array:range by_array1:range sort_order1:number=", _sort_by, repeats=2, weight=RANKED),
    _row("UNIQUE", "array:range by_col:truth=FALSE exactly_once:truth=FALSE", _unique, weight=RANKED),
    _row("SEQUENCE", "rows:number= columns:number= start:number= step:number=", _sequence),
    _row("TAKE", _PART, partial(_part, cut=_first), "2024"),
    _row("DROP", _PART, partial(_part, cut=_rest), "2024"),
    _row("TRANSPOSE", "array:range", _transpose, "2007"),
    _size_row("ROWS", _ROWS),
    _size_row("COLUMNS", _COLUMNS),
)
