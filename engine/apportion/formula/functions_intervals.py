"""The time between two dates by the calendar: years, months, and the 360-day years of accounting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from apportion.formula.coercion import strict_numbers, texts
from apportion.formula.declaration import Function, Style, parameters
from apportion.formula.serials import (
    calendar,
    clock_days,
    days,
    first_of,
    is_last_of_february,
    is_leap,
    month_number,
    outside,
)
from apportion.formula.values import NUM, NUMBER, Value, merged, where

if TYPE_CHECKING:
    from collections.abc import Callable

    from apportion.formula.arithmetic import Result
    from apportion.formula.values import Data

    Parts = tuple[Data, Data, Data]


def _real(serial: Data) -> Data:
    """Serials counted on without the leap day that was none."""
    return serial + (serial < 60)


def _new_year(year: Data) -> Data:
    return _real(first_of(month_number(year, 1)))


def _days_of_360(start: Parts, end: Parts) -> Data:
    (year, month, day), (end_year, end_month, end_day) = start, end
    return np.asarray((end_year - year) * 360 + (end_month - month) * 30 + end_day - day)


def _european(start: Parts, end: Parts) -> Data:
    return _days_of_360((*start[:2], np.minimum(start[2], 30)), (*end[:2], np.minimum(end[2], 30)))


def _days_360(start: Data, end: Data, method: Data) -> Result:
    """The American way brings an end on the 31st to the 30th only where the start is one; else to the next 1st."""
    first, last = calendar(clock_days(start)), calendar(clock_days(end))
    year, month, day = first
    day = np.where((day == 31) | is_last_of_february(year, month, day), 30, day)
    last_day = np.where((last[2] == 31) & (day >= 30), 30, last[2])
    american = _days_of_360((year, month, day), (*last[:2], last_day))
    return np.where(method, _european(first, last), american).astype(np.float64), outside(start, end)


def _fraction_american(start: Parts, end: Parts, _elapsed: Data) -> Data:
    (year, month, day), (_, _, end_day) = start, end
    february = is_last_of_february(*start)
    end_day = np.where(february & is_last_of_february(*end), 30, end_day)
    end_day = np.where((end_day == 31) & (day >= 30), 30, end_day)
    day = np.where((day == 31) | february, 30, day)
    return _days_of_360((year, month, day), (*end[:2], end_day)) / 360


def _fraction_actual(start: Parts, end: Parts, elapsed: Data) -> Data:
    """Days over the length of the year; over more than a year, over the average of all years touched."""
    (year, month, day), (end_year, end_month, end_day) = start, end
    within = (month > end_month) | ((month == end_month) & (day >= end_day))
    one_year = (year == end_year) | ((year + 1 == end_year) & within)
    leap_start = is_leap(year) & (month <= 2) & ((end_year > year) | (end_month > 2))
    leap_end = is_leap(end_year) & (end_month * 100 + end_day >= 229) & ((year < end_year) | (month <= 2))
    long = np.where(year == end_year, is_leap(year), leap_start | leap_end)
    touched = _new_year(end_year + 1) - _new_year(year)
    return elapsed / np.where(one_year, np.where(long, 366, 365), touched / (end_year - year + 1))


_BASES: dict[int, Callable[[Parts, Parts, Data], Data]] = {
    0: _fraction_american,
    1: _fraction_actual,
    2: lambda _start, _end, elapsed: elapsed / 360,
    3: lambda _start, _end, elapsed: elapsed / 365,
    4: lambda start, end, _elapsed: _european(start, end) / 360,
}


def _year_fraction(start: Data, end: Data, basis: Data) -> Result:
    first, last = days(np.minimum(start, end)), days(np.maximum(start, end))
    basis = np.floor(basis)
    # January 0, 1900 is as good as January 1 here.
    parts = calendar(np.maximum(first, 1)), calendar(np.maximum(last, 1))
    result = np.zeros(np.broadcast_shapes(first.shape, basis.shape))
    for known, fraction in _BASES.items():
        if (asked := basis == known).any():
            result = np.where(asked, fraction(*parts, last - first), result)
    wrong = where(np.broadcast_to(~np.isin(basis, list(_BASES)), result.shape), NUM)
    return result, merged(outside(start, end), wrong)


def _whole_months(start: Parts, end: Parts) -> Data:
    (year, month, day), (end_year, end_month, end_day) = start, end
    return np.asarray(month_number(end_year, end_month) - month_number(year, month) - (end_day < day))


def _rest_in_days(start: Parts, end: Parts, last: Data) -> Data:
    """Days since the start's day in the end's month or the one before; below 0 where that month is too short."""
    month = month_number(end[0], end[1]) - (end[2] < start[2])
    return np.asarray(last - (first_of(month) + start[2] - 1))


def _days_beyond_years(start: Parts, end: Parts, first: Data) -> Data:
    """Days from the start to the end's day in the start's year, or in the year after."""
    in_year = _real(first_of(month_number(start[0], end[1])) + end[2] - 1) - _real(first)
    in_next = _real(first_of(month_number(start[0] + 1, end[1])) + end[2] - 1) - _real(first)
    return np.where(in_year < 0, in_next, in_year)


_UNITS: dict[str, Callable[[Parts, Parts, Data, Data], Data]] = {
    "y": lambda start, end, _first, _last: _whole_months(start, end) // 12,
    "m": lambda start, end, _first, _last: _whole_months(start, end),
    "d": lambda _start, _end, first, last: last - first,
    "ym": lambda start, end, _first, _last: _whole_months(start, end) % 12,
    "md": lambda start, end, _first, last: _rest_in_days(start, end, last),
    "yd": lambda start, end, first, _last: _days_beyond_years(start, end, first),
}


def _date_difference(*values: Value) -> Value:
    (start, errors), (end, more) = (strict_numbers(each) for each in values[:2])
    unit = texts(values[2])
    errors = merged(merged(errors, more), unit.errors)
    first, last = days(start), days(end)
    parts = calendar(first), calendar(last)
    shape = np.broadcast_shapes(start.shape, end.shape, unit.shape)
    result, known = np.zeros(shape), np.zeros(shape, dtype=bool)
    for code, word in enumerate(unit.words.folded):
        if word in _UNITS:
            asked = unit.data == code
            result = np.where(asked, _UNITS[word](*parts, first, last), result)
            known = known | asked
    wrong: Any = outside(start, end)
    return Value(NUMBER, result, merged(errors, merged(wrong, where(~known | (last < first), NUM))))


def _row(name: str, declared: str, style: Style, body: Callable[..., object]) -> Function:
    return Function(name, parameters(declared), style, body, source=f"Microsoft Support, {name} function")


FUNCTIONS = (
    _row("DAYS360", "start_date:number end_date:number method:truth=FALSE", Style.ROWS, _days_360),
    _row("YEARFRAC", "start_date:strict end_date:strict basis:strict:=0", Style.ROWS, _year_fraction),
    _row("DATEDIF", "start_date:strict end_date:strict unit:text", Style.ELEMENTS, _date_difference),
)
