"""Numbers as texts and texts as numbers, the way Excel converts between them (locale en-US)."""

from __future__ import annotations

import math
import re
from datetime import date

_NUMBER = re.compile(
    r"""\s*(?P<open>\()?\s*(?P<sign>[-+])?\s*(?P<money>[$€])?\s*(?P<second>[-+])?
    (?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+\.?\d*|\.\d+)(?P<power>E[+-]?\d{1,4})?
    \s*(?P<percent>%)?\s*(?P<euro>€)?\s*(?P<close>\))?\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_FRACTION = re.compile(r"\s*(-?)(\d+)\s+(\d{1,5})/(\d{1,5})\s*")
_LONGEST = 255
_SMALLEST_PLAIN, _LARGEST_PLAIN = -20, 20


def number_in(text: str) -> float:
    """The number that Excel takes a text for, such as 0.05 for "5%"; NaN when it is none.

    >>> number_in("5%"), number_in("$1,234.50"), number_in("five")
    (0.05, 1234.5, nan)
    """
    if len(text) > _LONGEST or text.isdecimal():
        return math.nan if len(text) > _LONGEST else float(text)
    found = _NUMBER.fullmatch(text)
    if found is None:
        return _other_number(text)
    twice = (found["sign"] and found["second"]) or (found["euro"] and (found["money"] or found["percent"]))
    if (found["open"] is None) != (found["close"] is None) or twice:
        return math.nan
    if (found["open"] and (found["sign"] or found["second"])) or (found["second"] and not found["money"]):
        return math.nan
    x = float(found["digits"].replace(",", "") + (found["power"] or ""))
    if math.isinf(x):
        return math.nan
    x = x / 100 if found["percent"] else x
    return -x if found["open"] or "-" in (found["sign"], found["second"]) else x


def _other_number(text: str) -> float:
    fraction = _FRACTION.fullmatch(text)
    if fraction and int(fraction[4]):
        x = int(fraction[2]) + int(fraction[3]) / int(fraction[4])
        return -x if fraction[1] else x
    return _date_in(text)


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATES = (
    re.compile(r"(?P<y>\d{4})[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})"),
    re.compile(r"(?P<m>\d{1,2})[-/](?P<d>\d{1,2})[-/](?P<y>\d{4}|\d{2})"),
    re.compile(r"(?P<d>\d{1,2})[- ](?P<m>[A-Za-z]{3,9})[- ,]+(?P<y>\d{4}|\d{2})"),
    re.compile(r"(?P<m>[A-Za-z]{3,9}) (?P<d>\d{1,2}), ?(?P<y>\d{4})"),
)
_TIME = re.compile(r"(?P<h>\d{1,4}):(?P<min>\d{1,2})(?::(?P<s>\d{1,2}(?:\.\d+)?))?(?: (?P<half>AM|PM))?", re.IGNORECASE)
_EPOCH = date(1899, 12, 30)
_FIRST_YEAR = 1900


def _date_in(text: str) -> float:
    """The serial number of a date, a time, or a date and a time."""
    first, _, second = text.partition(" ")
    if ":" in second and ":" not in first and not math.isnan(_time_in(second)):
        return _day_in(first) + _time_in(second)
    return _time_in(text) if ":" in text else _day_in(text)


def _day_in(text: str) -> float:
    for pattern in _DATES:
        found = pattern.fullmatch(text)
        if found:
            year = int(found["y"])
            year += (2000 if year < 30 else 1900) if len(found["y"]) == 2 else 0
            name = found["m"].lower()
            month = int(name) if name.isdigit() else _month(name)
            try:
                days = (date(year, month, int(found["d"])) - _EPOCH).days
            except ValueError:
                return math.nan
            # Excel counts a February 29, 1900 that was none.
            return float(days - (days < 61)) if year >= _FIRST_YEAR else math.nan
    return math.nan


def _month(name: str) -> int:
    names = [*_MONTHS]
    return names.index(name[:3]) + 1 if name[:3] in names else 0


def _time_in(text: str) -> float:
    found = _TIME.fullmatch(text)
    if not found or int(found["min"]) > 59:
        return math.nan
    hour = int(found["h"])
    if found["half"]:
        if not 1 <= hour <= 12:
            return math.nan
        hour = hour % 12 + (12 if found["half"].lower() == "pm" else 0)
    return (hour * 3600 + int(found["min"]) * 60 + float(found["s"] or 0)) / 86400


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
