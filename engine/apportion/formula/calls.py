"""Calls: a declared function and its computed arguments become one step of a compiled formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from apportion.formula.coercion import numbers, strict_numbers, texts, truths
from apportion.formula.declaration import Function, Style, Type
from apportion.formula.errors import ExcelError
from apportion.formula.limits import LARGEST_ARRAY, TooLarge
from apportion.formula.pool import Origin, Pool
from apportion.formula.values import BOOLEAN, NA, NUM, NUMBER, TEXT, VALUE, Value, from_objects, merged, where
from apportion.formula.work import CALL, LETTER, SOUGHT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from apportion.formula.values import Codes, Data
    from apportion.formula.work import Work

    Step = Callable[[Any], Value]

LONGEST_TEXT = 32767
# Combinations are numbered; before the numbers become too large for 64 bits, they are counted anew.
_LARGEST_KEY = 1 << 62

_CONVERT: dict[Type, Callable[[Value], tuple[Data, Codes | None]]] = {
    Type.NUMBER: numbers,
    Type.STRICT: strict_numbers,
    Type.TRUTH: truths,
}
_KIND = {Type.NUMBER: NUMBER, Type.TRUTH: BOOLEAN}


def step(function: Function, arguments: Sequence[Step], origins: Sequence[int]) -> Step:
    """What computes a call of `function` from the steps that compute its arguments; `origins` says what each is."""
    if function.style is not Style.AGGREGATE:
        arguments = [
            _one_cell(each) if origin == Origin.REFERENCE and function.parameter(i).type is Type.STRICT else each
            for i, (each, origin) in enumerate(zip(arguments, origins, strict=True))
        ]
    return _STYLES[function.style](function, arguments, origins)


def _one_cell(argument: Step) -> Step:
    """Functions that once were the Analysis ToolPak take an array, but of a reference only a single cell."""

    def run(context: Any) -> Value:
        value = argument(context)
        return Value(NUMBER, np.zeros((1, 1, 1, 1)), np.full((1, 1, 1, 1), VALUE)) if value.is_array else value

    return run


def guard(work: Work, values: Sequence[Value]) -> None:
    """Raises `TooLarge` before the arguments broadcast to an array that memory should not hold, or `TooMuch`."""
    if not any(value.is_array for value in values):
        return
    size = 1
    for value in values:
        size *= value.data.size
    if size > LARGEST_ARRAY:
        shape = np.broadcast_shapes(*(value.data.shape for value in values)) if _fit(values) else (1,)
        size = int(np.prod(shape, dtype=float))
        if LARGEST_ARRAY < size <= work.left:
            raise TooLarge
    work.spend(size)


def _matched(function: Function, values: Sequence[Any]) -> list[Any]:
    """The arguments of a call, with those that are no range brought to one size where they are arrays."""
    which = [i for i, each in enumerate(values) if each is not None and function.parameter(i).type is not Type.RANGE]
    fitting = dict(zip(which, aligned([values[i] for i in which]), strict=True))
    return [fitting.get(i, each) for i, each in enumerate(values)]


def charge(work: Work, values: Sequence[Value | None], weight: int) -> None:
    """Takes the elements of arrays off what a formula may compute; to sort or to look up takes longer than to add."""
    size = sum(value.data.size for value in values if value is not None and value.is_array)
    if size:
        work.spend(size * weight)


def _fit(values: Sequence[Value]) -> bool:
    return all(len({value.shape[axis] for value in values} - {1}) <= 1 for axis in range(4))


def aligned(values: list[Value]) -> list[Value]:
    """Arrays of different lengths brought to the longest; what has no partner is #N/A, as in Excel."""
    if _fit(values):
        return values
    longest = [max(value.shape[axis] for value in values) for axis in (2, 3)]
    return [_extended(value, longest[0], longest[1]) for value in values]


def _extended(value: Value, height: int, width: int) -> Value:
    shape = (*value.shape[:2], height if value.shape[2] > 1 else 1, width if value.shape[3] > 1 else 1)
    if shape == value.shape:
        return value
    errors = np.full(shape, NA)
    data = np.zeros(shape, value.data.dtype)
    inside = np.s_[:, :, : value.shape[2], : value.shape[3]]
    errors[inside] = 0 if value.errors is None else value.errors
    data[inside] = value.data
    kinds = None
    if value.kinds is not None:
        kinds = np.full(shape, np.int8(NUMBER))
        kinds[inside] = value.kinds
    return Value(value.kind, data, errors, value.texts, kinds)


def _rows(function: Function, arguments: Sequence[Step], _origins: Sequence[int]) -> Step:
    body, kind = function.body, _KIND[function.gives]
    convert = [_CONVERT[function.parameter(i).type] for i in range(len(arguments))]
    pairs = list(zip(arguments, convert, strict=True))

    def run(context: Any) -> Value:
        values = [argument(context) for argument in arguments]
        guard(context.work, values)
        errors: Codes | None = None
        data = []
        for value, (_, converter) in zip(values, pairs, strict=True):
            x, wrong = converter(value)
            data.append(x)
            if wrong is not None:
                if errors is not None and not _fit(values):
                    return _rows(function, [_given(each) for each in aligned(values)], ())(context)
                errors = merged(errors, wrong)
        try:
            with np.errstate(over="raise", divide="raise", invalid="raise"):
                return _result(kind, body(*data), errors)
        except FloatingPointError:
            return _finite(kind, body(*data), errors)
        except ValueError:
            if _fit(values):
                raise
            return _rows(function, [_given(value) for value in aligned(values)], ())(context)

    return run


def _given(value: Value) -> Step:
    return lambda _: value


def _result(kind: int, result: Any, errors: Codes | None) -> Value:
    if type(result) is tuple:
        result, more = result
        errors = merged(errors, more)
    return Value(kind, result, errors)


def _finite(kind: int, result: Any, errors: Codes | None) -> Value:
    value = _result(kind, result, errors)
    if kind == BOOLEAN:
        return value
    bad = ~np.isfinite(value.data)
    return Value(kind, np.where(bad, 0.0, value.data), merged(value.errors, where(bad, NUM)))


def _aggregate(function: Function, arguments: Sequence[Step], origins: Sequence[int]) -> Step:
    body, kind, weight = function.body, _KIND[function.gives], function.weight

    def run(context: Any) -> Value:
        values = [argument(context) for argument in arguments]
        charge(context.work, values, weight)
        fitting = values if function.repeats else _matched(function, values)
        return aggregated(body, Pool(fitting, origins, context.work), kind)

    return run


def aggregated(body: Callable[[Pool], Any], pool: Pool, kind: int = NUMBER) -> Value:
    """What the body of an aggregate function makes of a pool; what is not finite is #NUM!."""
    result = body(pool)
    return result if isinstance(result, Value) else _finite(kind, *result)


def _values(function: Function, arguments: Sequence[Step | None], _origins: Sequence[int]) -> Step:
    body, weight = function.body, function.weight

    def run(context: Any) -> Value:
        values = [None if argument is None else argument(context) for argument in arguments]
        charge(context.work, values, weight)
        values = _matched(function, values)
        result: Value = body(*values)
        return result

    return run


def _elements(function: Function, arguments: Sequence[Step], _origins: Sequence[int]) -> Step:
    body = function.body

    def run(context: Any) -> Value:
        values = aligned([argument(context) for argument in arguments])
        guard(context.work, values)
        result: Value = body(*values)
        return result

    return run


def _lazy(function: Function, arguments: Sequence[Step], _origins: Sequence[int]) -> Step:
    body = function.body
    return lambda context: body(context, *arguments)


def _each(function: Function, arguments: Sequence[Step], _origins: Sequence[int]) -> Step:
    body = function.body
    types = [function.parameter(i).type for i in range(len(arguments))]

    def run(context: Any) -> Value:
        values = aligned([argument(context) for argument in arguments])
        guard(context.work, values)
        return mapped(context.work, body, values, types, max(CALL, function.weight))

    return run


def mapped(
    work: Work, body: Callable[..., Any], values: Sequence[Value], types: Sequence[Type], each: int = CALL
) -> Value:
    """A plain function applied element by element, called once for every distinct combination of arguments.

    `each` is what a call takes off the work.
    """
    errors: Codes | None = None
    choices: list[tuple[Data, list[Any]]] = []
    key: Data | None = None
    size = 1
    for value, kind in zip(values, types, strict=True):
        if kind is Type.TEXT and value.kind != TEXT:
            work.spend(value.data.size * CALL)
        codes, distinct, wrong = _distinct(value, kind)
        errors = merged(errors, wrong)
        choices.append((codes, distinct))
        if key is not None and size * len(distinct) > _LARGEST_KEY:
            known, again = np.unique(key, return_inverse=True)
            key, size = again.reshape(key.shape), len(known)
        key, size = codes if key is None else key * len(distinct) + codes, size * len(distinct)
    if key is None:
        return from_objects([body()], (1, 1, 1, 1))
    work.spend(key.size * SOUGHT)
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    places = np.unravel_index(first, key.shape)
    taken = [_taken(np.broadcast_to(codes, key.shape)[places], distinct) for codes, distinct in choices]
    work.spend(len(first) * each)
    results = []
    for combination in zip(*taken, strict=True):
        result = _limited(body(*combination))
        work.spend(len(result) * LETTER if isinstance(result, str) else 0)
        results.append(result)
    value = from_objects(results, (len(results),)).item((inverse.reshape(key.shape),))
    return Value(value.kind, value.data, merged(errors, value.errors), value.texts, value.kinds)


def _distinct(value: Value, kind: Type) -> tuple[Data, list[Any], Codes | None]:
    if kind is Type.TEXT:
        value = texts(value)
        return value.data, list(value.words.items), value.errors
    if kind is Type.ANY:
        index: dict[Any, int] = {}
        items = [(type(item), item) for item in value.objects()]
        codes = np.array([index.setdefault(item, len(index)) for item in items]).reshape(value.shape)
        return codes, [item for _, item in index], None
    data, errors = numbers(value) if kind is Type.NUMBER else truths(value)
    distinct, inverse = np.unique(data, return_inverse=True)
    return inverse.reshape(data.shape), distinct.tolist(), errors


def _taken(codes: Data, distinct: list[Any]) -> list[Any]:
    return [distinct[code] for code in codes.tolist()]


def _limited(result: object) -> object:
    return ExcelError.VALUE if isinstance(result, str) and len(result) > LONGEST_TEXT else result


_STYLES = {
    Style.ROWS: _rows,
    Style.EACH: _each,
    Style.AGGREGATE: _aggregate,
    Style.VALUES: _values,
    Style.ELEMENTS: _elements,
    Style.LAZY: _lazy,
}
