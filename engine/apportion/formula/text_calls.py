"""Calls of functions on texts that have arguments which may be left out, or that join what is in ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from apportion.formula.calls import LONGEST_TEXT, aligned, guard, mapped
from apportion.formula.coercion import texts
from apportion.formula.declaration import Function, Parameter, Style, Type, parameters
from apportion.formula.errors import ExcelError
from apportion.formula.functions_logic import with_errors
from apportion.formula.pool import first_error, limit
from apportion.formula.values import NUMBER, Value, from_objects, merged
from apportion.formula.work import CALL, JOINED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from apportion.formula.values import Codes, Data
    from apportion.formula.work import Work

    Step = Callable[[Any], Value]


def optional(
    name: str, declared: str, body: Callable[..., object], since: str = "2007", waits: int = 0, each: int = CALL
) -> Function:
    """A function called once for each combination of plain arguments, with None for those that were not given.

    Of arguments that take anything come first; errors in the last `waits` arguments count only if the body gives them.
    """
    body_on_values = optional_body(declared, body, waits, each)
    return on_values(name, parameters(declared), body_on_values, since=since)


def on_values(
    name: str, declared: tuple[Parameter, ...], body: Callable[..., Value], repeats: int = 0, since: str = "2007"
) -> Function:
    """A function whose body gets what is left of the work and then the values, None for those that were not given."""

    def run(context: Any, *steps: Step | None) -> Value:
        values = [None if step is None else step(context) for step in steps]
        size = sum(value.data.size for value in values if value is not None and value.is_array)
        context.work.spend(size)
        return body(context.work, *values)

    return Function(name, declared, Style.LAZY, run, repeats, since=since, source=f"Microsoft Support, {name} function")


def optional_body(declared: str, body: Callable[..., object], waits: int = 0, each: int = CALL) -> Callable[..., Value]:
    """The body of `optional` on values."""
    row = parameters(declared)
    asked = len(row) - waits

    def run(work: Work, *values: Value | None) -> Value:
        places = [i for i, value in enumerate(values) if value is not None]
        given = aligned([value for value in values if value is not None])
        guard(work, given)
        types = [_type(row[i].type, value) for i, value in zip(places, given, strict=True)]
        errors: Codes | None = None
        for i, value in zip(places, given, strict=True):
            errors = merged(errors, value.errors) if i < asked and row[i].type is Type.ANY else errors

        def call(*plain: Any) -> object:
            filled: list[Any] = [None] * len(row)
            for i, item in zip(places, plain, strict=True):
                filled[i] = item
            return body(*filled)

        return with_errors(mapped(work, call, given, types, each), errors)

    return run


def _type(declared: Type, value: Value) -> Type:
    """Numbers alone are told apart faster than values of any kind."""
    return Type.NUMBER if declared is Type.ANY and value.kind == NUMBER and value.errors is None else declared


def elements(value: Value) -> list[Value]:
    """The elements of an array, row by row, each with the axes of scenarios and rows only."""
    height, width = value.shape[2:]
    if (height, width) == (1, 1):
        return [value]
    return [value.item(np.s_[:, :, i : i + 1, j : j + 1]) for i in range(height) for j in range(width)]


def joined_rows(work: Work, values: Sequence[Value], body: Callable[[list[list[str]]], object]) -> Value:
    """A body called with the texts of each argument, a list each, once for every row that differs from the others.

    The first error in the order of arguments is the result of its row; a text that is too long is #VALUE!.
    """
    shape = np.broadcast_shapes(*(value.shape[:2] for value in values))
    work.spend(JOINED * limit(shape, sum(value.shape[2] * value.shape[3] for value in values)))
    codes: list[Data] = []
    errors: Codes | None = None
    words = []
    for value in map(texts, values):
        size = (*shape, value.shape[2] * value.shape[3])
        outer = (*value.shape[:2], size[2])
        codes.append(np.broadcast_to(value.data.reshape(outer), size).reshape(-1, size[2]))
        words.append(value.words.items)
        errors = merged(errors, first_error(value.errors))
    matrix = np.concatenate(codes, axis=1)
    distinct, inverse = (matrix, np.zeros(1, np.intp)) if len(matrix) == 1 else _rows_apart(matrix)
    ends = np.cumsum([part.shape[1] for part in codes])[:-1]
    work.spend(len(distinct) * (CALL + matrix.shape[1]))
    results = []
    for row in distinct:
        parts = zip(np.split(row, ends), words, strict=True)
        result = body([[items[code] for code in part.tolist()] for part, items in parts])
        results.append(ExcelError.VALUE if isinstance(result, str) and len(result) > LONGEST_TEXT else result)
    value = from_objects(results, (len(results),)).item((inverse.reshape((*shape, 1, 1)),))
    return with_errors(value, errors)


def _rows_apart(matrix: Data) -> tuple[Data, Data]:
    distinct, inverse = np.unique(matrix, axis=0, return_inverse=True)
    return distinct, inverse.reshape(-1)
