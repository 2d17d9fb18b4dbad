"""The arithmetic operators: floats in, floats out, with Excel's 15 digits where a difference cancels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.formula.values import DIV, NUM, where
from apportion.rounding import significant

if TYPE_CHECKING:
    from apportion.formula.values import Codes, Data

    Result = Data | tuple[Data, Codes | None]

# Numbers that agree to 15 digits are at least this close; the others need no second look.
_CLOSE = 1e-14
# What a few operations leave behind; the same part as LibreOffice takes.
_NOISE = 2.0**-48
_LAST_DIGIT = 2.0**-52


def add(x: Data, y: Data) -> Data:
    """The sum; exactly 0 where the two cancel to 15 digits.

    >>> add(np.array([0.5 - 0.4]), np.array([-0.1])).tolist()
    [0.0]
    """
    return _cancelled(x + y, x, y)


def subtract(x: Data, y: Data) -> Data:
    """The difference; exactly 0 where the two agree to 15 digits."""
    return _cancelled(x - y, x, y)


def _cancelled(result: Data, x: Data, y: Data) -> Data:
    if result.size and (least := float(result.min())) > _CLOSE * max(float(x.max()), -float(x.min())) and least > 0:
        return result  # the usual case, seen without another array
    size = np.abs(result)
    close = size < np.abs(x) * _CLOSE
    if not close.any():
        return result
    close &= size > 0
    if not close.any():
        return result
    first, second = (np.broadcast_to(np.abs(each), result.shape)[close] for each in (x, y))
    result[close] = np.where(_agree(first, second, size[close]), 0.0, result[close])
    return result


def _agree(first: Data, second: Data, gap: Data) -> Data:
    """Whether two numbers are the same to 15 digits, or as good as that when one of them was computed.

    A number that was typed has no more than 15 digits, and the difference of two such numbers is real.
    """
    one, other = significant(first), significant(second)
    typed = (one == first) & (other == second)
    return np.asarray((one == other) | (~typed & (gap <= first * _NOISE)))


def multiply(x: Data, y: Data) -> Data:
    """The product."""
    return x * y


def divide(x: Data, y: Data) -> Result:
    """The quotient; #DIV/0! where the divisor is 0."""
    zero = y == 0
    if not zero.any():
        return x / y
    return x / np.where(zero, 1.0, y), where(np.broadcast_to(zero, np.broadcast_shapes(x.shape, y.shape)), DIV)


def power(x: Data, y: Data) -> Result:
    """`x` to the power of `y`; 0^0 is #NUM!, 0 to a negative power #DIV/0!.

    Of a negative number there are the odd roots: (-8)^(1/3) is -2, (-8)^0.5 and (-8)^(2/3) are #NUM!.
    """
    x, y = np.broadcast_arrays(x, y)
    root = (x < 0) & (y != np.rint(y))
    odd = root & _is_odd_root(y) if root.any() else root
    undefined = ((x == 0) & (y == 0)) | (root & ~odd)
    infinite = (x == 0) & (y < 0)
    errors = undefined * NUM + infinite * DIV
    result = np.power(np.where(undefined | infinite, 1.0, np.where(odd, -x, x)), y)
    return np.where(odd, -result, result) if odd.any() else result, errors if errors.any() else None


def _is_odd_root(y: Data) -> Data:
    """Whether a power is 1 divided by an odd number, to the last digit."""
    number = np.rint(1 / np.where(y == 0, np.inf, y))
    found: Data = (number % 2 == 1) & (np.abs(y * number - 1) <= _LAST_DIGIT)
    return found


def negate(x: Data) -> Data:
    """The number with the other sign; 0 stays 0."""
    return 0.0 - x


def percent(x: Data) -> Data:
    """A hundredth."""
    return x / 100.0


def identity(x: Data) -> Data:
    """The number itself."""
    return x
