"""Days as Excel numbers them: 1 is January 1, 1900, 60 a February 29, 1900 that was none, 2958465 December 31, 9999.

Serial 0 is "January 0, 1900". Arrays in, arrays out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.formula.values import NUM, where

if TYPE_CHECKING:
    from apportion.formula.values import Codes, Data

LAST_SERIAL = 2958465
_UNIX_EPOCH = 25569  # January 1, 1970
_LEAP_DAY = 60  # February 29, 1900
_FIRST_MONTH = 1970 * 12
_SECONDS = 86400


def outside(*dates: Data) -> Codes | None:
    """#NUM! where one of the dates is before serial 0 or after December 31, 9999."""
    wrong = np.zeros((1,) * 4, dtype=bool)
    for date in dates:
        wrong = wrong | (date < 0) | (date >= LAST_SERIAL + 1)
    return where(wrong, NUM)


def days(dates: Data) -> Data:
    """The whole days of dates, as int64; those outside of the calendar become 0."""
    whole = np.floor(dates)
    return np.where((whole < 0) | (whole > LAST_SERIAL), 0.0, whole).astype(np.int64)


def clock_days(dates: Data) -> Data:
    """The days that YEAR, MONTH and DAY show: half a second before midnight already is the next day.

    >>> clock_days(np.array([41484.9999942129, 41484.9999942130])).tolist()
    [41484, 41485]
    """
    return days(np.floor((dates * _SECONDS + 0.5) / _SECONDS))


def seconds(dates: Data) -> Data:
    """The seconds since midnight, rounded to whole ones, as HOUR, MINUTE and SECOND see them."""
    return np.mod(np.floor(dates * _SECONDS + 0.5), _SECONDS)


def as_days(serials: Data) -> Data:
    """Days as numpy counts them. Days of the week go on without a break also across the leap day that was none."""
    return (serials - _UNIX_EPOCH).astype("datetime64[D]")


def calendar(serials: Data) -> tuple[Data, Data, Data]:
    """Year, month and day of the month, as int64.

    >>> [int(part[0]) for part in calendar(np.array([60]))]
    [1900, 2, 29]
    """
    real = as_days(serials + (serials < _LEAP_DAY) + (serials == 0))
    months = real.astype("datetime64[M]")
    day = (real - months.astype("datetime64[D]")).astype(np.int64) + 1
    count = months.astype(np.int64) + _FIRST_MONTH
    return count // 12, count % 12 + 1, day + (serials == _LEAP_DAY) - (serials == 0)


def month_number(year: Data, month: Data | int) -> Data:
    """Months since January of the year 0."""
    return year * 12 + month - 1


def first_of(months: Data) -> Data:
    """The serial of a month's first day; before 1900 it goes on below 0.

    >>> first_of(np.array([1900 * 12, 1900 * 12 + 2])).tolist()
    [1, 61]
    """
    real = _real_first(months)
    return real - (real <= _LEAP_DAY)


def length_of(months: Data) -> Data:
    """How many days a month has; February 1900 has 28, as EDATE and EOMONTH know."""
    return _real_first(months + 1) - _real_first(months)


def _real_first(months: Data) -> Data:
    return (months - _FIRST_MONTH).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + _UNIX_EPOCH


def weekday(serials: Data) -> Data:
    """The day of the week, 0 for Monday; Excel's January 1, 1900 is a Sunday."""
    return (serials + 5) % 7


def is_leap(year: Data) -> Data:
    """Whether a year has a February 29."""
    return np.asarray((year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0)))


def is_last_of_february(year: Data, month: Data, day: Data) -> Data:
    """Whether a date is the last of February, which in Excel's 1900 is the 29th."""
    return np.asarray((month == 2) & (day == np.where(is_leap(year) | (year == 1900), 29, 28)))
