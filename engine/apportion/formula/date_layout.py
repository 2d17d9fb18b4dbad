"""Dates and times in a number format's places; days are serial numbers of Excel, which knows a February 29, 1900."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import zip_longest
from typing import TYPE_CHECKING

from apportion.formula.format_tokens import Kind, Token

if TYPE_CHECKING:
    from collections.abc import Callable

LONG_DATE, LONG_TIME = "dddd, mmmm d, yyyy", "h:mm:ss AM/PM"
LAST_DAY = 2958465
_EPOCH = date(1899, 12, 30)
_LEAP_DAY = 60
_DAY = 86400
_MOST_DECIMALS = 3
_BUDDHIST = 543
_MONTHS = list(calendar.month_name)
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_NOON = 12


class NoSuchDate(ValueError):
    """A number that is no date of Excel."""


def with_minutes(tokens: tuple[Token, ...]) -> tuple[Token, ...] | None:
    """The tokens of a date, minutes told from months, decimals of seconds in one; None when they are no date."""
    joined = _with_decimals(tokens)
    if joined is None:
        return None
    told = list(joined)
    places = [i for i, token in enumerate(told) if token.kind in (Kind.DATE, Kind.ELAPSED)]
    before = ""
    for i, following in zip_longest(places, places[1:]):
        letter = told[i].text[0]
        if told[i].kind is Kind.DATE and told[i].text in ("m", "mm"):
            seconds = following is not None and told[following].text[0] == "s"
            if before == "h" or seconds:
                told[i] = Token(Kind.MINUTE, told[i].text)
                letter = "minute"
        before = letter
    return tuple(told)


def _with_decimals(tokens: tuple[Token, ...]) -> tuple[Token, ...] | None:
    joined: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.kind is Kind.DIGIT:
            return None
        end = place + 1
        while end < len(tokens) and tokens[end].kind is Kind.DIGIT and tokens[end].text == "0":
            end += 1
        if token.kind is Kind.POINT and end > place + 1:
            seconds = joined and joined[-1].kind in (Kind.DATE, Kind.ELAPSED) and joined[-1].text[0] == "s"
            if not seconds or end - place - 1 > _MOST_DECIMALS:
                return None
            joined.append(Token(Kind.PART_OF_SECOND, "0" * (end - place - 1)))
            place = end
        else:
            joined.append(token)
            place += 1
    return tuple(joined)


@dataclass(frozen=True)
class Moment:
    """A serial number taken apart; `ticks` are the parts of a second since midnight of day 0, `parts` to a second."""

    serial: int
    ticks: int
    parts: int
    halves: bool

    @property
    def seconds(self) -> int:
        """Whole seconds since midnight of day 0."""
        return self.ticks // self.parts

    @property
    def hour(self) -> int:
        """Hour of the day; of the half day where AM and PM are shown."""
        hour = self.seconds // 3600 % 24
        return (hour % _NOON or _NOON) if self.halves else hour

    @property
    def day(self) -> tuple[int, int, int]:
        """Year, month and day of the month, as Excel counts."""
        if self.serial in (0, _LEAP_DAY):
            return (1900, 1, 0) if self.serial == 0 else (1900, 2, 29)
        real = _EPOCH + timedelta(self.serial + (self.serial < _LEAP_DAY))
        return real.year, real.month, real.day

    @property
    def weekday(self) -> str:
        """Name of the day of the week, as Excel counts."""
        return _DAYS[(self.serial - 1) % 7]


def date_text(tokens: tuple[Token, ...], x: float) -> str:
    """A serial number as a date or a time; `NoSuchDate` outside the years 1900 to 9999."""
    if not 0 <= x < LAST_DAY + 1:
        raise NoSuchDate
    moment = _moment(tokens, x)
    if moment.serial > LAST_DAY:
        raise NoSuchDate
    return "".join(_PARTS[token.kind](moment, token.text) if token.kind in _PARTS else token.text for token in tokens)


def _moment(tokens: tuple[Token, ...], x: float) -> Moment:
    """Times are rounded to what is shown, at least to seconds; a day alone is not rounded up."""
    timed = any(token.kind in _TIMED or (token.kind is Kind.DATE and token.text[0] in "hs") for token in tokens)
    places = max((len(token.text) for token in tokens if token.kind is Kind.PART_OF_SECOND), default=0)
    places = places if timed else _MOST_DECIMALS + 1
    exact = Decimal(repr(x)) * _DAY * 10**places
    ticks = int(exact.to_integral_value(ROUND_HALF_UP))
    halves = any(token.kind is Kind.HALF for token in tokens)
    return Moment(ticks // (_DAY * 10**places), ticks, 10**places, halves)


_TIMED = (Kind.MINUTE, Kind.ELAPSED, Kind.HALF)


def _two(number: int, text: str) -> str:
    return f"{number:02d}" if len(text) > 1 else str(number)


def _year(moment: Moment, text: str) -> str:
    year = moment.day[0] + (_BUDDHIST if text[0] == "b" else 0)
    return f"{year % 100:02d}" if len(text) <= 2 and text[0] != "e" else f"{year:04d}"


def _month(moment: Moment, text: str) -> str:
    name = _MONTHS[moment.day[1]]
    named = {3: name[:3], 4: name, 5: name[0]}
    return _two(moment.day[1], text) if len(text) <= 2 else named.get(len(text), name)


def _day(moment: Moment, text: str) -> str:
    if len(text) <= 2:
        return _two(moment.day[2], text)
    return moment.weekday[:3] if len(text) == 3 else moment.weekday


_DATES: dict[str, Callable[[Moment, str], str]] = {
    "y": _year,
    "e": _year,
    "b": _year,
    "g": lambda *_: "",
    "m": _month,
    "d": _day,
    "h": lambda moment, text: _two(moment.hour, text),
    "s": lambda moment, text: _two(moment.seconds % 60, text),
}
_LENGTHS = {"h": 3600, "m": 60, "s": 1}


def _half(moment: Moment, text: str) -> str:
    afternoon = moment.seconds % _DAY >= _DAY // 2
    if len(text) == 3:
        return text[2] if afternoon else text[0]
    return "PM" if afternoon else "AM"


_PARTS: dict[Kind, Callable[[Moment, str], str]] = {
    Kind.DATE: lambda moment, text: _DATES[text[0]](moment, text),
    Kind.MINUTE: lambda moment, text: _two(moment.seconds // 60 % 60, text),
    Kind.HALF: _half,
    Kind.ELAPSED: lambda moment, text: str(moment.seconds // _LENGTHS[text[0]]).zfill(len(text)),
    Kind.PART_OF_SECOND: lambda moment, text: "." + str(moment.ticks % moment.parts).zfill(len(text))[: len(text)],
}
