"""Dates and times, made and taken apart. Dates are serial numbers; see `serials`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from apportion.formula.dates_in_text import date_in
from apportion.formula.declaration import Function, Style, parameters
from apportion.formula.errors import ExcelError
from apportion.formula.serials import (
    LAST_SERIAL,
    calendar,
    clock_days,
    days,
    first_of,
    length_of,
    month_number,
    outside,
    seconds,
    weekday,
)
from apportion.formula.values import NUM, merged, where

if TYPE_CHECKING:
    from collections.abc import Callable

    from apportion.formula.arithmetic import Result
    from apportion.formula.values import Data

# A fraction this close below a whole number is one: DATE(2025.9999999,6,15) is in 2026.
_NEARLY = 5e-7
_LARGEST_PART = 32767
_LAST_YEAR = 10000
_MOST_MONTHS = 200_000
_SECONDS = 86400
# WEEKDAY: the day that a week begins with (0 is Monday), and the number of that day.
_WEEKDAY_TYPES = {1: (6, 1), 2: (0, 1), 3: (0, 0), **{11 + day: (day, 1) for day in range(7)}}
_WEEKNUM_STARTS = {kind: begin for kind, (begin, _) in _WEEKDAY_TYPES.items() if kind != 3}
_ISO = 21


def _nearly_whole(number: Data) -> Data:
    return np.floor(number + _NEARLY)


def _date(year: Data, month: Data, day: Data) -> Result:
    year, month, day = (_nearly_whole(each) for each in (year, month, day))
    year = np.clip(year, -_LAST_YEAR, _LAST_YEAR)
    year = year + (year < 1900) * 1900
    wrong = (month < -_LARGEST_PART) | (month >= _LARGEST_PART)
    month = np.where(wrong, 1.0, month)
    day = np.where((day > _LARGEST_PART) | (day < -_LARGEST_PART - 1), _LARGEST_PART, day)
    result = first_of(month_number(year, month).astype(np.int64)) + day - 1
    return result, where(wrong | (result < 0) | (result > LAST_SERIAL), NUM)


def _time(hour: Data, minute: Data, second: Data) -> Result:
    hour, minute, second = (_nearly_whole(each) for each in (hour, minute, second))
    total = hour * 3600 + minute * 60 + second
    large = (hour > _LARGEST_PART) | (minute > _LARGEST_PART) | (second > _LARGEST_PART)
    return np.mod(total, _SECONDS) / _SECONDS, where(large | (hour < 0) | (total < 0), NUM)


def _calendar_part(position: int) -> Callable[[Data], Result]:
    def body(date: Data) -> Result:
        return calendar(clock_days(date))[position].astype(np.float64), outside(date)

    return body


def _clock_part(unit: int, count: int) -> Callable[[Data], Result]:
    return lambda date: (np.mod(seconds(date) // unit, count), outside(date))


def _date_value(text: str) -> float | ExcelError:
    serial = date_in(text)
    return ExcelError.VALUE if math.isnan(serial) else float(math.floor(serial))


def _time_value(text: str) -> float | ExcelError:
    serial = date_in(text)
    return ExcelError.VALUE if math.isnan(serial) else serial - math.floor(serial)


def _months_later(date: Data, months: Data) -> tuple[Data, Data]:
    """The month that lies some months after a date's, and the day of the month that the date has."""
    year, month, day = calendar(days(date))
    steps = np.clip(np.trunc(months), -_MOST_MONTHS, _MOST_MONTHS).astype(np.int64)
    later, day = np.broadcast_arrays(month_number(year, month) + steps, day)
    return later, day


def _same_day(date: Data, months: Data) -> Result:
    month, day = _months_later(date, months)
    return _in_calendar(date, first_of(month) + np.minimum(day, length_of(month)) - 1)


def _end_of_month(date: Data, months: Data) -> Result:
    month, _ = _months_later(date, months)
    return _in_calendar(date, first_of(month) + length_of(month) - 1)


def _in_calendar(date: Data, result: Data) -> Result:
    wrong = where((result < 0) | (result > LAST_SERIAL), NUM)
    return result.astype(np.float64), merged(outside(date), wrong)


def _days_between(end: Data, start: Data) -> Result:
    return (days(end) - days(start)).astype(np.float64), outside(end, start)


def _weekday(date: Data, kind: Data) -> Result:
    date, kind = np.broadcast_arrays(date, np.trunc(kind))
    day = weekday(days(date))
    result = np.zeros(day.shape)
    for known, (begin, number) in _WEEKDAY_TYPES.items():
        result = np.where(kind == known, (day - begin) % 7 + number, result)
    return result, merged(outside(date), where(~np.isin(kind, list(_WEEKDAY_TYPES)), NUM))


def _iso_week(serial: Data) -> Data:
    """The week that a date's Thursday is in."""
    thursday = serial - weekday(serial) + 3
    year, _, _ = calendar(np.maximum(thursday, 0))
    year = year - (thursday < 1)
    return (thursday - first_of(month_number(year, 1))) // 7 + 1


def _week_number(date: Data, kind: Data) -> Result:
    date, kind = np.broadcast_arrays(date, np.trunc(kind))
    serial = days(date)
    year, _, _ = calendar(serial)
    first = first_of(month_number(year, 1))
    result = np.where(kind == _ISO, _iso_week(serial), 0)
    for known, begin in _WEEKNUM_STARTS.items():
        result = np.where(kind == known, (serial - first + (weekday(first) - begin) % 7) // 7 + 1, result)
    wrong = where(~np.isin(kind, [_ISO, *_WEEKNUM_STARTS]), NUM)
    return result.astype(np.float64), merged(outside(date), wrong)


def _iso_week_number(date: Data) -> Result:
    return _iso_week(days(date)).astype(np.float64), outside(date)


def _row(
    name: str, declared: str, body: Callable[..., object], style: Style = Style.ROWS, since: str = "2007"
) -> Function:
    source = f"Microsoft Support, {name} function"
    return Function(name, parameters(declared), style, body, since=since, source=source)


FUNCTIONS = (
    _row("DATE", "year:number month:number day:number", _date),
    _row("TIME", "hour:number minute:number second:number", _time),
    _row("YEAR", "serial_number:number", _calendar_part(0)),
    _row("MONTH", "serial_number:number", _calendar_part(1)),
    _row("DAY", "serial_number:number", _calendar_part(2)),
    _row("HOUR", "serial_number:number", _clock_part(3600, 24)),
    _row("MINUTE", "serial_number:number", _clock_part(60, 60)),
    _row("SECOND", "serial_number:number", _clock_part(1, 60)),
    _row("DATEVALUE", "date_text:text", _date_value, Style.EACH),
    _row("TIMEVALUE", "time_text:text", _time_value, Style.EACH),
    _row("EDATE", "start_date:strict months:strict", _same_day),
    _row("EOMONTH", "start_date:strict months:strict", _end_of_month),
    _row("DAYS", "end_date:number start_date:number", _days_between, since="2013"),
    _row("WEEKDAY", "serial_number:number return_type:number=1", _weekday),
    _row("WEEKNUM", "serial_number:strict return_type:strict:=1", _week_number),
    _row("ISOWEEKNUM", "date:number", _iso_week_number, since="2013"),
)
