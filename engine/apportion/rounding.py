"""Rounding as Excel and school finance do it; the only place where Apportion rounds.

Excel rounds the decimal that a person would see: the value at 15 significant digits, half away from
zero. A binary product such as 440 * 0.587 * 12.5% is a hair below 32.285 and still rounds to 32.29.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import numpy as np

from apportion.errors import ApportionError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

Mode = Literal["none", "half up", "up", "down", "truncate"]
_Rule = Literal["half up", "up", "down", "floor"]

DIGITS = 15
_LIMIT = 308
_POWERS = np.array([float(f"1e{exponent}") for exponent in range(_LIMIT + 1)])
_WHOLE_POWERS = np.array([10**exponent for exponent in range(19)], dtype=np.int64)
# Half a unit in the 15th digit is at most this part of a value: closer to a boundary, decimals decide.
_SLACK = 5e-15
_NO_DECIMALS = 1e15
_LIKELY_PARTS = range(2, 13)
_TYPED_DIGITS = (3, 4, 5, 6)
_MOST_STEPS = 1e14  # as many as 15 digits can tell apart
_REST_DIGITS = 6
CENT = 0.01
_FUNCTIONS = {"half up": "ROUND", "up": "ROUNDUP", "down": "ROUNDDOWN", "truncate": "TRUNC"}


class CannotSplit(ApportionError, ValueError):
    """Raised when an amount is to be divided by weights that do not add up to something positive."""


def round_half_up(x: ArrayLike, digits: ArrayLike = 0) -> Floats:
    """`x` rounded to `digits` decimals, half away from zero, as Excel's ROUND does.

    Source: Microsoft Support, "ROUND function"; 15 digits: "Floating-point arithmetic may give inaccurate results".

    >>> float(round_half_up(440 * 0.587 * 0.125, 2))
    32.29
    """
    return _round(x, digits, "half up")


def round_up(x: ArrayLike, digits: ArrayLike = 0) -> Floats:
    """`x` rounded to `digits` decimals, away from zero, as Excel's ROUNDUP does.

    >>> float(round_up(0.14 * 100))
    14.0
    """
    return _round(x, digits, "up")


def round_down(x: ArrayLike, digits: ArrayLike = 0) -> Floats:
    """`x` rounded to `digits` decimals, toward zero, as Excel's ROUNDDOWN and TRUNC do.

    >>> float(round_down(-2.79, 1))
    -2.7
    """
    return _round(x, digits, "down")


def floor(x: ArrayLike) -> Floats:
    """The largest whole number not above `x`, as Excel's INT does.

    >>> float(floor(66.24 * 100))
    6624.0
    """
    return _round(x, 0, "floor")


def cents(x: ArrayLike) -> Floats:
    """Dollars rounded half up to the cent.

    >>> float(cents(2.675))
    2.68
    """
    return round_half_up(x, 2)


def in_cents(x: ArrayLike) -> NDArray[np.int64]:
    """Dollars as whole cents, rounded half up.

    >>> int(in_cents(2.675))
    268
    """
    return np.asarray(round_half_up(np.asarray(x, dtype=np.float64) * 100.0)).astype(np.int64)


def significant(x: ArrayLike) -> Floats:
    """`x` at 15 significant digits: what Excel shows, compares and rounds.

    >>> float(significant(0.1 + 0.2))
    0.3
    """
    values = np.asarray(x, dtype=np.float64)
    size = np.abs(values)
    usable = (size > 1e-290) & (size < 1e290)
    mantissa, places = _decimal(np.where(usable, size, 1.0))
    return np.where(usable, np.copysign(_scaled(mantissa, -places), values), values)


def to_step(x: ArrayLike, step: float, mode: Mode) -> Floats:
    """`x` rounded to a multiple of `step` (FTE or dollars) in one of the modes of the rule catalogue.

    "up" is away from zero; "down" and "truncate" are toward zero.

    >>> float(to_step(2.12, 0.1, "half up")), float(to_step(2.12, 0.25, "up"))
    (2.1, 2.25)
    """
    values = np.asarray(x, dtype=np.float64)
    if mode == "none":
        return values
    rule: _Rule = "half up" if mode == "half up" else "up" if mode == "up" else "down"
    digits, parts = _step_as(step)
    if digits is not None:
        return _round(values, digits, rule)
    if parts is not None:
        return _round(values * parts, 0, rule) / parts
    return _round(values / step, 0, rule) * step


def step_formula(inner: str, step: float, mode: Mode) -> str:
    """The native Excel formula, without "=", that rounds the formula text `inner` as `to_step` does.

    >>> step_formula("[@Students]/20+1", 0.5, "up")
    'ROUNDUP(([@Students]/20+1)*2,0)/2'
    """
    if mode == "none":
        return inner
    function = _FUNCTIONS[mode]
    digits, parts = _step_as(step)
    if digits is not None:
        return f"{function}({inner},{digits})"
    factor = f"({inner})" if _binds_weaker_than_a_product(inner) else inner
    if parts is not None:
        return f"{function}({factor}*{parts},0)/{parts}"
    return f"{function}({factor}/{step:.15g},0)*{step:.15g}"


def exact_step(step: float) -> float:
    """A step as it was meant: 0.1667 is a sixth.

    >>> exact_step(0.1667) == 1 / 6, exact_step(0.2)
    (True, 0.2)
    """
    for parts in _LIKELY_PARTS:
        if step != 1 / parts and any(round(1 / parts, digits) == step for digits in _TYPED_DIGITS):
            return 1 / parts
    return step


def whole_parts(step: float) -> int | None:
    """How many steps make 1, when that is a whole number.

    >>> whole_parts(0.2), whole_parts(0.3)
    (5, None)
    """
    digits, parts = _step_as(step)
    return parts if digits is None else 10**digits if digits >= 0 else None


def split_exactly(amount: float, weights: ArrayLike, step: float = CENT) -> Floats:
    """Parts of an amount by weight, in whole steps that add up to it (method of the largest remainder).

    The amount, in dollars or FTE, is first rounded half up to the step: by default a cent. Equal remainders go to the
    first in order. Raises `CannotSplit` when no weight is positive or the steps are too many.

    >>> split_exactly(100, [1, 1, 1]).tolist()
    [33.34, 33.33, 33.33]
    """
    parts = np.asarray(weights, dtype=np.float64)
    if parts.size == 0 or not np.isfinite(parts).all() or (parts < 0).any() or not 0 < parts.sum() < np.inf:
        message = "An amount can be divided only by weights that are not negative and add up to more than 0."
        raise CannotSplit(message)
    per_one = whole_parts(step)
    size = np.abs(significant(amount))
    whole = float(round_half_up(size / step if per_one is None else size * per_one))
    if not whole <= _MOST_STEPS:
        message = f"An amount is divided into at most {_MOST_STEPS:,.0f} steps; {amount:,.15g} has more."
        raise CannotSplit(message)
    total = parts.sum()
    given = round_down(parts * whole / total)
    left = int(whole - given.sum())
    # Times the total, so that equal remainders of whole weights are equal in binary numbers too.
    rest = round_half_up(parts * whole - given * total, _REST_DIGITS)
    order = np.argsort(-rest, kind="stable")
    given[order[:left]] += 1
    return np.copysign(given * step if per_one is None else given / per_one, amount) + 0.0


def _round(x: ArrayLike, digits: ArrayLike, rule: _Rule) -> Floats:
    values = np.asarray(x, dtype=np.float64)
    places = np.clip(np.trunc(np.asarray(digits, dtype=np.float64)), -_LIMIT, _LIMIT).astype(np.int64)
    if places.size == 1 and values.ndim >= max(places.ndim, 1):
        places = places.reshape(())
    else:
        values, places = np.broadcast_arrays(values, places)
    with np.errstate(all="ignore"):
        scaled = _scaled(values, places)
        rounded = _nearest_whole(scaled, rule)
        largest = max(float(scaled.max()), -float(scaled.min())) if scaled.size else 0.0
        whole = np.abs(scaled) >= _NO_DECIMALS if largest >= _NO_DECIMALS else None
        # Arrays are used again: to get new memory takes longer than to compute.
        gap = np.abs(np.subtract(scaled, rounded, out=scaled), out=scaled)
        result = _scaled(rounded, -places, rounded)
        result += 0.0
    margin = largest * _SLACK
    boundary = 0.5 if rule == "half up" else 1.0
    if whole is not None:
        result = np.asarray(np.where(whole, values, result))
        gap = np.where(whole, 0.0, gap)
        margin = min(margin, boundary)
    unsure = gap >= boundary - margin
    if not unsure.any():
        return result
    if whole is not None:
        unsure &= ~whole
    where = np.broadcast_to(places, values.shape)[unsure]
    result[unsure] = _round_decimal(values[unsure], where, rule)
    return result


def _nearest_whole(scaled: Floats, rule: _Rule) -> Floats:
    if rule == "half up":
        return np.asarray(np.rint(scaled))
    if rule == "floor":
        return np.asarray(np.floor(scaled))
    if rule == "down":
        return np.asarray(np.trunc(scaled))
    size = np.asarray(np.abs(scaled))
    return np.asarray(np.copysign(np.ceil(size, out=size), scaled, out=size))


def _round_decimal(x: Floats, places: NDArray[np.int64], rule: _Rule) -> Floats:
    """The slow and exact way, in whole numbers of 15 digits, for the few values close to a boundary."""
    mantissa, shift = _decimal(np.where(x == 0, 1.0, np.abs(x)))
    dropped = np.clip(shift - places, 0, 18)
    unit = _WHOLE_POWERS[dropped]
    quotient, rest = np.divmod(mantissa.astype(np.int64), unit)
    up = (x < 0) if rule == "floor" else np.full(x.shape, rule == "up")
    more = (2 * rest >= unit) & (dropped > 0) if rule == "half up" else up & (rest > 0)
    short = shift <= places
    result = np.where(short, _scaled(mantissa, -shift), _scaled((quotient + more).astype(np.float64), -places))
    return np.copysign(np.where(x == 0, 0.0, result), x) + 0.0


def _decimal(size: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Positive numbers as a whole number of 15 digits and the count of decimal places in it."""
    places = (DIGITS - 1 - np.floor(np.log10(size))).astype(np.int64)
    return np.rint(_scaled(size, places)), places


def _scaled(x: Floats, places: NDArray[np.int64], out: Floats | None = None) -> Floats:
    """`x` times ten to the power of `places`, with one rounding for every power that is exact; `out` may be used."""
    if places.ndim == 0:
        power = _POWERS[abs(int(places))]
        return np.asarray((np.multiply if places >= 0 else np.divide)(x, power, out=out))
    power = _POWERS[np.minimum(np.abs(places), _LIMIT)]
    return np.asarray(np.where(places >= 0, x * power, x / power))


def _step_as(step: float) -> tuple[int | None, int | None]:
    """A step as a count of decimals (0.1 is 1, 10 is -1), or as equal parts of one (0.25 is 4)."""
    if not np.isfinite(step) or step <= 0:
        message = f"A rounding step is a number above 0, not {step}."
        raise CannotSplit(message)
    exponent = round(float(np.log10(step)))
    if float(f"1e{exponent}") == step:
        return -exponent, None
    parts = 1 / step
    return None, int(parts) if parts == int(parts) else None


_QUIET = re.compile(r'"(?:[^"]|"")*"|\[(?:\'.|[^\[\]\']|\[(?:\'.|[^\[\]\'])*\])*\]|\'(?:[^\']|\'\')*\'', re.DOTALL)


def _binds_weaker_than_a_product(inner: str) -> bool:
    """Whether the text has +, -, & or a comparison outside of parentheses, texts and names."""
    text = _QUIET.sub("x", inner)
    text = re.sub(r"(?i)(?<![\w.])(\d+\.?\d*|\.\d+)E[+-]?\d+", "1", text)
    depth = 0
    for character in text:
        depth += (character in "({") - (character in ")}")
        if depth == 0 and character in "+-&=<>":
            return True
    return False
