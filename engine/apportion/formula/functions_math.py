"""Rounding, arithmetic, powers and logarithms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion import rounding
from apportion.formula.arithmetic import power
from apportion.formula.declaration import Function, Style, parameters
from apportion.formula.pool import Pool, reduced
from apportion.formula.values import DIV, NUM, where

if TYPE_CHECKING:
    from apportion.formula.arithmetic import Result
    from apportion.formula.values import Codes, Data

_BEYOND_DIGITS = 309
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


def _roundup(number: Data, digits: Data) -> Result:
    """Away from zero: what is rounded up to a power of ten beyond the largest number is none."""
    return rounding.round_up(number, digits), where((digits <= -_BEYOND_DIGITS) & (number != 0), NUM)


def _mround(number: Data, multiple: Data) -> Result:
    """The nearest multiple; of the quotient as it is in binary, so MROUND(6.05, 0.1) is 6 as Microsoft Support says."""
    zero = multiple == 0
    quotient = number / np.where(zero, 1.0, multiple)
    below = np.floor(quotient)
    steps = np.where(quotient - below >= 0.5, below + 1, below)
    return np.where(zero, 0.0, steps * multiple), where(number * multiple < 0, NUM)


def _stepped(number: Data, significance: Data, *, up: Data | bool) -> Data:
    """The multiple of the significance, without its sign, next to a number: above it or below."""
    step = np.abs(significance)
    zero = step == 0
    quotient = number / np.where(zero, 1.0, step)
    whole = np.where(up, -rounding.floor(-quotient), rounding.floor(quotient))
    return np.where(zero, 0.0, whole * step) + 0.0


def _ceiling_math(number: Data, significance: Data, mode: Data) -> Data:
    return _stepped(number, significance, up=(number >= 0) | (mode == 0))


def _floor_math(number: Data, significance: Data, mode: Data) -> Data:
    return _stepped(number, significance, up=(number < 0) & (mode != 0))


def _ceiling_precise(number: Data, significance: Data) -> Data:
    return _stepped(number, significance, up=True)


def _floor_precise(number: Data, significance: Data) -> Data:
    return _stepped(number, significance, up=False)


def _quotient(numerator: Data, denominator: Data) -> Result:
    zero = denominator == 0
    result = rounding.round_down(numerator / np.where(zero, 1.0, denominator)) + 0.0
    return result, where(np.broadcast_to(zero, result.shape), DIV)


def _even(number: Data) -> Data:
    return rounding.round_up(number / 2) * 2 + 0.0


def _odd(number: Data) -> Data:
    pairs = np.maximum(-rounding.floor((1 - np.abs(number)) / 2), 0.0)
    return np.asarray(np.where(number < 0, -1.0, 1.0) * (2 * pairs + 1))


def _log(number: Data, base: Data) -> Result:
    number, base = np.broadcast_arrays(number, base)
    undefined = (number <= 0) | (base <= 0)
    errors = undefined * NUM + (~undefined & (base == 1)) * DIV
    wrong = errors != 0
    number, base = np.where(wrong, 1.0, number), np.where(wrong, 2.0, base)
    # The library's own logarithms are exact where a quotient of two of them is not: LOG(1000) is 3.
    result = np.log(number) / np.log(base)
    for known, exact in ((2.0, np.log2), (10.0, np.log10)):
        result = np.where(base == known, exact(number), result)
    return result, errors if wrong.any() else None


def _ln(number: Data) -> Result:
    undefined = number <= 0
    return np.log(np.where(undefined, 1.0, number)), where(undefined, NUM)


def _log10(number: Data) -> Result:
    return _log(number, np.full((1,) * number.ndim, 10.0))


def _sum_of_squares(pool: Pool) -> tuple[Data, Codes | None]:
    parts, errors = pool.parts()
    return reduced([(data * data, mask) for data, mask in parts], np.add, 0.0), errors


def _rows(name: str, declared: str, body: object, since: str = "2007") -> Function:
    source = f"Microsoft Support, {name} function"
    return Function(name, parameters(declared), Style.ROWS, body, since=since, source=source)  # type: ignore[arg-type]


FUNCTIONS = (
    _rows("ROUND", "number:number num_digits:number", rounding.round_half_up),
    _rows("ROUNDUP", "number:number num_digits:number", _roundup),
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
    _rows("CEILING.MATH", "number:number significance:number:=1 mode:number=0", _ceiling_math, "2013"),
    _rows("FLOOR.MATH", "number:number significance:number:=1 mode:number=0", _floor_math, "2013"),
    _rows("CEILING.PRECISE", "number:number significance:number:=1", _ceiling_precise, "2010"),
    _rows("FLOOR.PRECISE", "number:number significance:number:=1", _floor_precise, "2010"),
    _rows("ISO.CEILING", "number:number significance:number:=1", _ceiling_precise),
    _rows("QUOTIENT", "numerator:strict denominator:strict", _quotient),
    _rows("EVEN", "number:number", _even),
    _rows("ODD", "number:number", _odd),
    _rows("EXP", "number:number", np.exp),
    _rows("LN", "number:number", _ln),
    _rows("LOG", "number:number base:number=10", _log),
    _rows("LOG10", "number:number", _log10),
    Function(
        "SUMSQ",
        parameters("number1:number"),
        Style.AGGREGATE,
        _sum_of_squares,
        repeats=1,
        source="Microsoft Support, SUMSQ function",
    ),
)
