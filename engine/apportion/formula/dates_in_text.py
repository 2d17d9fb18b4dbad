"""Dates and times in texts, the way Excel reads them (locale en-US)."""

from __future__ import annotations

import math
import re
from calendar import monthrange
from datetime import date

_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_BETWEEN = r" *+[-/] *+"
_LOOSE = r"(?: *+[-/,] *+| ++|(?<=[a-z])(?=[0-9])|(?<=[0-9])(?=[a-z]))"
_DAY, _MONTH, _NAME = r"(?P<d>[0-9]{1,2})", r"(?P<m>[0-9]{1,2})", r"(?P<m>[a-z]{3,9})"
_YEAR, _SHORT_OR_YEAR = r"(?P<y>[0-9]{4})", r"(?P<y>[0-9]{4}|[0-9]{2})"
_DATES = tuple(
    re.compile("".join(parts))
    for parts in (
        (_YEAR, _BETWEEN, _MONTH, _BETWEEN, _DAY),
        (_MONTH, _BETWEEN, _DAY, _BETWEEN, _SHORT_OR_YEAR),
        (_DAY, _LOOSE, _NAME, _LOOSE, _SHORT_OR_YEAR),
        (_NAME, _LOOSE, _DAY, _LOOSE, _YEAR),
        (_NAME, _LOOSE, _DAY, r" *+, *+", _SHORT_OR_YEAR),
        (_YEAR, _LOOSE, _NAME, _LOOSE, _DAY),
        (_YEAR, _BETWEEN, _MONTH),
        (_MONTH, _BETWEEN, _SHORT_OR_YEAR),
        (_NAME, _LOOSE, _SHORT_OR_YEAR),
    )
)
_HALF = re.compile(
    r" *+(?P<h>[0-9]{1,2})(?: *+: *+(?P<m>[0-9]{1,2}))?(?: *+: *+(?P<s>[0-9]{1,2}(?:\.[0-9]*)?))? "
    r"++(?P<half>[ap])m?\.? *+"
)
_PART = r"0?[0-9]|[1-9][0-9]{1,3}"
_CLOCK = re.compile(rf" *+(?P<h>{_PART}) *+: *+(?:(?P<m>{_PART})(?: *+: *+(?P<s>(?:{_PART})(?:\.[0-9]*)?)?)?)? *+")
_MINUTES = re.compile(rf" *+(?P<m>{_PART}) *+: *+(?P<s>(?:{_PART})\.[0-9]*) *+")
_TIME_AFTER = re.compile(r"(?P<date>.*?[0-9]) +(?P<time>[0-9]{1,4} *(?::.*|[ap]m?\.?) *)")
_EPOCH = date(1899, 12, 30)
_FIRST_YEAR = 1900
_NEXT_CENTURY = 30
_LEAP_DAY = (_FIRST_YEAR, 2, 29)


def date_in(text: str) -> float:
    """The serial number of a date, a time, or a date and a time; NaN when a text is none.

    A date without a year is none here, as there is no clock that knows the current one.

    >>> date_in("Jan 2, 2024"), date_in("1/2/2024 6:00 PM"), date_in("24:30"), date_in("2-Jan")
    (45293.0, 45293.75, 1.0208333333333333, nan)
    """
    text = text.lower()
    if not any(map(str.isdecimal, text)) or not text.isascii():
        return math.nan
    found = _TIME_AFTER.fullmatch(text)
    if found and not math.isnan(day := _day_in(found["date"])):
        return day + _time_in(found["time"])
    time = _time_in(text)
    return _day_in(text.rstrip(" ")) if math.isnan(time) else time


def _day_in(text: str) -> float:
    for pattern in _DATES:
        found = pattern.fullmatch(text)
        if found and not math.isnan(serial := _serial(found.groupdict())):
            return serial
    return math.nan


def _serial(parts: dict[str, str]) -> float:
    short = len(parts["y"]) == 2
    year = int(parts["y"])
    month = int(parts["m"]) if parts["m"].isdecimal() else _month(parts["m"])
    if not 1 <= month <= 12:
        return math.nan
    if "d" not in parts and short and year <= monthrange(2000, month)[1]:
        # The number is a day, and the year is missing.
        return math.nan
    if short:
        year += 2000 if year < _NEXT_CENTURY else 1900
    day = int(parts.get("d", "1"))
    if (year, month, day) == _LEAP_DAY:
        return 60.0
    if year < _FIRST_YEAR or not 1 <= day <= monthrange(year, month)[1]:
        return math.nan
    days = (date(year, month, day) - _EPOCH).days
    # Excel counts a February 29, 1900 that was none.
    return float(days - (days < 61))


def _month(name: str) -> int:
    return next((i for i, each in enumerate(_NAMES, start=1) if each.startswith(name)), 0)


def _time_in(text: str) -> float:
    if found := _HALF.fullmatch(text):
        hour, minute, second = int(found["h"]), int(found["m"] or 0), float(found["s"] or 0)
        if hour > 12 or minute > 59 or second >= 60:
            return math.nan
        return _time(hour % 12 + 12 * (found["half"] == "p"), minute, second)
    if found := _CLOCK.fullmatch(text):
        hour, minute, second = int(found["h"]), int(found["m"] or 0), float(found["s"] or 0)
    elif found := _MINUTES.fullmatch(text):
        hour, minute, second = 0, int(found["m"]), float(found["s"])
    else:
        return math.nan
    over = (hour > 23) + (minute > 59) + (second >= 60)
    return _time(hour, minute, second) if over <= 1 else math.nan


def _time(hour: int, minute: int, second: float) -> float:
    """The part of a day; Excel reads no less than milliseconds."""
    return (hour * 3600 + minute * 60 + math.floor(second * 1000 + 0.5) / 1000) / 86400
