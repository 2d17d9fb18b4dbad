"""Numbers as texts and texts as numbers, the way Excel converts between them (locale en-US)."""

from __future__ import annotations

import math
import re

from apportion.formula.dates_in_text import date_in

# Spaces are taken all at once, so that many of them cost no time. A no-break space is none: such a text is no number.
_NUMBER = re.compile(
    r"""\s*+(?P<open>\()?\s*+(?P<first>%)?\s*+(?P<sign>[-+])?\s*+(?P<money>[$€])?\s*+(?P<second>[-+])?
    (?P<digits>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?|[0-9]+\.?[0-9]*|\.[0-9]+)(?P<power>E[+-]?[0-9]{1,4})?
    \s*+(?P<percent>%)?\s*+(?P<euro>€)?\s*+(?P<close>\))?\s*+""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_FRACTION = re.compile(r" *+([-+]?) *+([0-9]+) ([0-9]{1,5})/([0-9]{1,5}) *+")
_LARGEST_IN_FRACTION = 32767
_LONGEST = 255
_SMALLEST_PLAIN, _LARGEST_PLAIN = -20, 20


def number_in(text: str) -> float:
    """The number that Excel takes a text for, such as 0.05 for "5%"; NaN when it is none.

    >>> number_in("5%"), number_in("$1,234.50"), number_in("five")
    (0.05, 1234.5, nan)
    """
    if len(text) > _LONGEST:
        return math.nan
    if text.isascii() and text.isdecimal():
        return float(text)
    found = _NUMBER.fullmatch(text)
    return _other_number(text) if found is None else _plain_number(found)


def _plain_number(found: re.Match[str]) -> float:
    if (found["open"] is None) != (found["close"] is None) or (found["sign"] and found["second"]):
        return math.nan
    if (found["open"] and (found["sign"] or found["second"])) or (found["second"] and not found["money"]):
        return math.nan
    percent = (found["first"] is not None) + (found["percent"] is not None)
    money = (found["money"] is not None) + (found["euro"] is not None)
    if percent + money > 1:
        return math.nan
    x = float(found["digits"].replace(",", "") + (found["power"] or ""))
    if math.isinf(x):
        return math.nan
    x = x / 100 if percent else x
    return -x if found["open"] or "-" in (found["sign"], found["second"]) else x


def _other_number(text: str) -> float:
    fraction = _FRACTION.fullmatch(text)
    if fraction:
        above, below = int(fraction[3]), int(fraction[4])
        if below == 0 or max(above, below) > _LARGEST_IN_FRACTION:
            return math.nan
        x = int(fraction[2]) + above / below
        return -x if fraction[1] == "-" else x
    return date_in(text)


def text_of(x: float) -> str:
    """A number as Excel turns it into text: at most 15 digits, an exponent only where it must be.

    >>> text_of(1 / 3), text_of(1e21), text_of(300.0)
    ('0.333333333333333', '1E+21', '300')
    """
    if x == 0:
        return "0"
    mantissa, _, power = f"{x:.14e}".partition("e")
    exponent = int(power)
    digits = mantissa.rstrip("0").rstrip(".")
    count = len(digits.lstrip("-").replace(".", ""))
    if exponent > _LARGEST_PLAIN or (exponent < 0 and count - exponent > _LARGEST_PLAIN):
        return f"{digits}E{exponent:+03d}"
    return f"{float(digits + 'e' + power):.{max(0, count - 1 - exponent)}f}"
