"""What kind a value is; the only functions, with IFERROR, that take an error as an argument like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.formula.declaration import Function, Style, parameters
from apportion.formula.values import BLANK, BOOLEAN, NA, NUMBER, TEXT, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from apportion.formula.values import Data


def _is_error(value: Value) -> Data:
    return np.zeros(value.shape, bool) if value.errors is None else value.errors != 0


def _is_not_available(value: Value) -> Data:
    return _is_error(value) & (value.errors == NA) if value.errors is not None else _is_error(value)


def _tests(kind: int) -> Callable[[Value], Data]:
    return lambda value: value.is_kind(kind)


def _not_available() -> Value:
    return Value(NUMBER, np.zeros((1, 1, 1, 1)), np.full((1, 1, 1, 1), NA))


def _row(name: str, test: Callable[[Value], Data]) -> Function:
    source = f"Microsoft Support, {name} function"
    return Function(name, parameters("value:any"), Style.VALUES, lambda x: Value(BOOLEAN, test(x)), source=source)


FUNCTIONS = (
    _row("ISBLANK", _tests(BLANK)),
    _row("ISNUMBER", _tests(NUMBER)),
    _row("ISTEXT", _tests(TEXT)),
    _row("ISLOGICAL", _tests(BOOLEAN)),
    _row("ISNONTEXT", lambda value: ~value.is_kind(TEXT)),
    _row("ISERROR", _is_error),
    _row("ISERR", lambda value: _is_error(value) & ~_is_not_available(value)),
    _row("ISNA", _is_not_available),
    Function("NA", (), Style.VALUES, _not_available, source="Microsoft Support, NA function"),
)
