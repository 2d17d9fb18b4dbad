"""Conditions. A branch that is not taken is not computed, and its errors do not leak."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from apportion.formula.calls import aligned, guard
from apportion.formula.coercion import numbers, truths
from apportion.formula.comparison import compare
from apportion.formula.declaration import Function, Style, Type, parameters
from apportion.formula.limits import not_together
from apportion.formula.pool import Pool, how_many, reduced
from apportion.formula.values import BOOLEAN, NA, NUMBER, VALUE, Value, choose, constant, merged, where

if TYPE_CHECKING:
    from collections.abc import Callable

    from apportion.formula.values import Codes, Data
    from apportion.formula.work import Work

    Step = Callable[[Any], Value]

_FALSE = constant(item=False)
_NONE = Value(NUMBER, np.zeros((1, 1, 1, 1)), np.full((1, 1, 1, 1), NA))


def with_errors(value: Value, errors: Codes | None) -> Value:
    """The value, with errors before its own."""
    if errors is None:
        return value
    if any(size != other and 1 not in (size, other) for size, other in zip(value.shape, errors.shape, strict=True)):
        value, wrong = aligned([value, Value(NUMBER, np.zeros(errors.shape), errors)])
        errors = np.zeros(wrong.shape, np.int8) if wrong.errors is None else wrong.errors
    shape = np.broadcast_shapes(value.shape, errors.shape)
    value = value.broadcast(shape)
    return Value(value.kind, value.data, merged(np.broadcast_to(errors, shape), value.errors), value.texts, value.kinds)


def chosen(work: Work, mask: Data, yes: Value, no: Value) -> Value:
    """Element by element one of two; of arrays with different lengths what has no partner is #N/A.

    A condition that is one value takes one of the two as it is; where they differ in size, row by row.
    """
    if mask.shape[2:] == (1, 1):
        if mask.all() or not mask.any():
            return yes if mask.all() else no
        if yes.shape[2:] != no.shape[2:]:
            return not_together(mask)
    tested, yes, no = aligned([Value(BOOLEAN, mask), yes, no])
    guard(work, [tested, yes, no])
    return with_errors(choose(tested.data, yes, no), tested.errors)


def _as_wide(value: Value, tested: Data) -> Value:
    """A branch that all elements of a condition take, once for each of them."""
    if tested.shape[2:] == (1, 1):
        return value
    other, value = aligned([Value(BOOLEAN, tested), value])
    return with_errors(value, np.zeros(other.shape, np.int8) if other.errors is None else other.errors)


def _if(context: Any, test: Step, yes: Step, no: Step | None = None) -> Value:
    mask, errors = truths(test(context))
    if errors is None:
        if mask.all():
            return _as_wide(yes(context), mask)
        if not mask.any():
            return _as_wide(no(context) if no else _FALSE, mask)
    return with_errors(chosen(context.work, mask, yes(context), no(context) if no else _FALSE), errors)


def _ifs(context: Any, *steps: Step) -> Value:
    chain = []
    open_rows: Data | None = None
    for test, yes in zip(steps[::2], steps[1::2], strict=False):
        mask, errors = truths(test(context))
        wrong = mask if errors is None else mask | (errors != 0)
        if not wrong.any():
            continue
        chain.append((mask, errors, with_errors(yes(context), None) if mask.any() else _FALSE))
        open_rows = _both(open_rows, ~wrong)
        if not open_rows.any():
            break
    value = _NONE
    for mask, errors, yes_value in reversed(chain):
        if errors is None and mask.all():
            value = _as_wide(yes_value, mask)
        else:
            value = with_errors(chosen(context.work, mask, yes_value, value), errors)
    return value


def _both(first: Data | None, second: Data) -> Data:
    if first is None:
        return second
    one, other = aligned([Value(BOOLEAN, first), Value(BOOLEAN, second)])
    return np.asarray(one.data & other.data)


def _switch(context: Any, subject: Step, *steps: Step) -> Value:
    value = subject(context)
    pairs = [*zip(steps[::2], steps[1::2], strict=False)]
    result = steps[-1](context) if len(steps) % 2 else _NONE
    tested = []
    for case, yes in pairs:
        sides = aligned([value, case(context)])
        guard(context.work, sides)
        same = compare("=", *sides)
        tested.append((same, yes))
        if same.errors is None and same.data.all():
            break
    for same, yes in reversed(tested):
        if same.data.any():
            result = chosen(context.work, same.data, yes(context), result)
        result = with_errors(result, same.errors)
    return result


def _choose(context: Any, index: Step, *steps: Step) -> Value:
    place, errors = numbers(index(context))
    place = np.trunc(place)
    bad = (place < 1) | (place > len(steps))
    errors = merged(errors, where(bad, VALUE))
    fine = ~bad if errors is None else ~bad & (errors == 0)
    result: Value | None = None
    for number in np.unique(place[fine]).astype(int).tolist():
        value = steps[number - 1](context)
        result = value if result is None else chosen(context.work, place == number, value, result)
    return with_errors(_as_wide(_FALSE if result is None else result, place), errors)


def _if_error(context: Any, value: Step, instead: Step, only: int = 0) -> Value:
    tried = value(context)
    if tried.errors is None:
        return tried
    wrong = tried.errors == only if only else tried.errors != 0
    return chosen(context.work, wrong, instead(context), tried) if wrong.any() else tried


def _if_na(context: Any, value: Step, instead: Step) -> Value:
    return _if_error(context, value, instead, int(NA))


def _all(pool: Pool) -> tuple[Data, Codes | None]:
    parts, errors = pool.truth_parts()
    return reduced(parts, np.logical_and, neutral=True), merged(errors, _nothing(parts))


def _any(pool: Pool) -> tuple[Data, Codes | None]:
    parts, errors = pool.truth_parts()
    return reduced(parts, np.logical_or, neutral=False), merged(errors, _nothing(parts))


def _odd(pool: Pool) -> tuple[Data, Codes | None]:
    parts, errors = pool.truth_parts()
    return reduced(parts, np.logical_xor, neutral=False), merged(errors, _nothing(parts))


def _nothing(parts: list[tuple[Data, Data | None]]) -> Codes | None:
    if any(mask is None for _, mask in parts):
        return None
    return where(how_many(parts) == 0, VALUE)


def _lazy(name: str, declared: str, body: object, repeats: int = 0, since: str = "2007") -> Function:
    source = f"Microsoft Support, {name} function"
    return Function(name, parameters(declared), Style.LAZY, body, repeats, since=since, source=source)  # type: ignore[arg-type]


def _truths(name: str, body: object, since: str = "2007") -> Function:
    source = f"Microsoft Support, {name} function"
    declared = parameters("logical1:truth")
    return Function(name, declared, Style.AGGREGATE, body, 1, Type.TRUTH, since=since, source=source)  # type: ignore[arg-type]


def _constant(name: str, *, truth: bool) -> Function:
    value = constant(truth)
    return Function(name, (), Style.VALUES, lambda: value, source=f"Microsoft Support, {name} function")


FUNCTIONS = (
    _lazy("IF", "logical_test:lazy value_if_true:lazy value_if_false:lazy=FALSE", _if),
    _lazy("IFS", "logical_test1:lazy value_if_true1:lazy", _ifs, repeats=2, since="2019"),
    _lazy("SWITCH", "expression:lazy value1:lazy result1:lazy", _switch, repeats=1, since="2019"),
    _lazy("CHOOSE", "index_num:lazy value1:lazy", _choose, repeats=1),
    _lazy("IFERROR", "value:lazy value_if_error:lazy", _if_error),
    _lazy("IFNA", "value:lazy value_if_na:lazy", _if_na, since="2013"),
    _truths("AND", _all),
    _truths("OR", _any),
    _truths("XOR", _odd, since="2013"),
    Function("NOT", parameters("logical:truth"), Style.ROWS, np.logical_not, gives=Type.TRUTH,
             source="Microsoft Support, NOT function"),
    _constant("TRUE", truth=True),
    _constant("FALSE", truth=False),
)  # fmt: skip
