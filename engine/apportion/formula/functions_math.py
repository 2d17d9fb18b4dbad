"""Rounding, arithmetic and powers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion import rounding
from apportion.formula.arithmetic import power
from apportion.formula.declaration import Function, Style, parameters
from apportion.formula.values import DIV, NUM, where

if TYPE_CHECKING:
    from apportion.formula.arithmetic import Result
    from apportion.formula.values import Data

_LARGEST_QUOTIENT = 2.0**27 * 8388608


def _mod(number: Data, divisor: Data) -> Result:
    zero = divisor == 0
    divisor = np.where(zero, 1.0, divisor)
    quotient = number / divisor
    result = np.mod(number, divisor)
    errors = zero * DIV + (~zero & (np.abs(quotient) >= _LARGEST_QUOTIENT)) * NUM
    return result, errors if errors.any() else None


def _sqrt(number: Data) -> Result:
    negative = number < 0
    return np.sqrt(np.where(negative, 0.0, number)), where(negative, NUM)


def _ceiling(number: Data, significance: Data) -> Result:
    zero = significance == 0
    result = np.where(zero, 0.0, -rounding.floor(-number / np.where(zero, 1.0, significance)) * significance)
    return result + 0.0, where((number > 0) & (significance < 0), NUM)


def _floor(number: Data, significance: Data) -> Result:
    zero = significance == 0
    result = np.where(zero, 0.0, rounding.floor(number / np.where(zero, 1.0, significance)) * significance)
    errors = ((number > 0) & (significance < 0)) * NUM + (zero & (number != 0)) * DIV
    return result + 0.0, errors if errors.any() else None


def _mround(number: Data, multiple: Data) -> Result:
    zero = multiple == 0
    steps = rounding.round_half_up(number / np.where(zero, 1.0, multiple))
    return np.where(zero, 0.0, steps * multiple), where(number * multiple < 0, NUM)


def _rows(name: str, declared: str, body: object, since: str = "2007") -> Function:
    source = f"Microsoft Support, {name} function"
    return Function(name, parameters(declared), Style.ROWS, body, since=since, source=source)  # type: ignore[arg-type]


FUNCTIONS = (
    _rows("ROUND", "number:number num_digits:number", rounding.round_half_up),
    _rows("ROUNDUP", "number:number num_digits:number", rounding.round_up),
    _rows("ROUNDDOWN", "number:number num_digits:number", rounding.round_down),
    _rows("TRUNC", "number:number num_digits:number=0", rounding.round_down),
    _rows("INT", "number:number", rounding.floor),
    _rows("CEILING", "number:number significance:number", _ceiling),
    _rows("FLOOR", "number:number significance:number", _floor),
    _rows("MROUND", "number:strict multiple:strict", _mround),
    _rows("MOD", "number:number divisor:number", _mod),
    _rows("ABS", "number:number", np.abs),
    _rows("SIGN", "number:number", np.sign),
    _rows("SQRT", "number:number", _sqrt),
    _rows("POWER", "number:number power:number", power),
)
