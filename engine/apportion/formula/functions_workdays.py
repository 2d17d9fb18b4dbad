"""Working days between dates, and so many working days later; weekends and holidays as they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from apportion.formula.calls import aligned
from apportion.formula.coercion import strict_numbers
from apportion.formula.declaration import Function, Style, parameters
from apportion.formula.limits import LARGEST_ARRAY, TooLarge
from apportion.formula.pool import first_error
from apportion.formula.serials import LAST_SERIAL, as_days, days, outside
from apportion.formula.values import BLANK, NUM, NUMBER, VALUE, Value, constant, merged
from apportion.formula.work import APART

if TYPE_CHECKING:
    from collections.abc import Callable

    from apportion.formula.values import Codes, Data

    Counting = Callable[[Data, Data, np.busdaycalendar], Data]

_WEEK = 7
_DEFAULT = constant(1.0)
_NOTHING = np.int8(0)
_MOST_DAYS = 3_000_000
# What is worked in a week from Monday on, and the numbers of weekends: 1 is Saturday and Sunday, 2 Sunday and
# Monday, and so on; 11 is Sunday only, 12 Monday only, and so on.
_NEVER = "0" * _WEEK
_WORKED = {
    **{1 + shift: ("1111100" * 2)[_WEEK - shift :][:_WEEK] for shift in range(_WEEK)},
    **{11 + shift: ("1111110" * 2)[_WEEK - shift :][:_WEEK] for shift in range(_WEEK)},
}
_OPPOSITE = str.maketrans("01", "10")


def _worked(weekend: Any) -> tuple[str, int]:
    """What is worked in a week with this weekend, and an error. As a text it marks free days with 1, from Monday on."""
    if isinstance(weekend, str):
        known = len(weekend) == _WEEK and set(weekend) <= {"0", "1"}
        return (weekend.translate(_OPPOSITE), 0) if known else (_NEVER, int(VALUE))
    found = _WORKED.get(int(weekend or 0))
    return (found, 0) if found else (_NEVER, int(NUM))


def _weeks(value: Value) -> tuple[Data, list[str], Codes | None]:
    """For each element the position of its week, the weeks, and the errors."""
    keys = value.data * 8.0 + value.element_kinds()
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    flat = Value(value.kind, value.data.ravel()[first], None, value.texts,
                 None if value.kinds is None else value.kinds.ravel()[first])  # fmt: skip
    found = [_worked(item) for item in flat.objects()]
    inverse = inverse.reshape(value.shape)
    errors = np.array([error for _, error in found], dtype=np.int8)[inverse]
    return inverse, [week for week, _ in found], merged(value.errors, errors if errors.any() else None)


def _holidays(value: Value | None) -> tuple[Data, list[Data], Codes | None]:
    """For each scenario and row the position of its list of holidays, the lists, and the errors."""
    if value is None:
        return np.zeros((1,) * 4, dtype=np.intp), [np.zeros(0, dtype=np.int64)], None
    data, errors = strict_numbers(value)
    errors = first_error(merged(errors, outside(data)))
    # A blank is no holiday: the day before all days.
    serials = np.where(value.is_kind(BLANK), -1, days(data)).reshape(
        data.shape[0] * data.shape[1], data.shape[2] * data.shape[3]
    )
    # As plain bytes: told apart by columns, a list of 100,000 days would be a record of as many fields.
    as_bytes = np.ascontiguousarray(serials).view(np.dtype((np.void, serials.itemsize * serials.shape[1]))).ravel()
    _, first, inverse = np.unique(as_bytes, return_index=True, return_inverse=True)
    return inverse.reshape(*data.shape[:2], 1, 1), list(serials[first]), errors


def _counted(
    counting: Counting, never: np.int8, first: Value, second: Value, weekend: Value, holidays: Value | None
) -> Value:
    """What `counting` gives, called once for each week and list of holidays that occur together.

    `never` is the error where no day of the week is worked; NaN stands for #NUM!.
    """
    values = aligned([first, second, weekend])
    if np.prod(np.broadcast_shapes(*(value.shape for value in values)), dtype=float) > LARGEST_ARRAY:
        raise TooLarge
    (start, errors), (other, more) = (strict_numbers(each) for each in values[:2])
    which, weeks, wrong = _weeks(values[2])
    list_of, lists, also = _holidays(holidays)
    for each in (more, wrong, also):
        errors = merged(errors, each)
    key = which * len(lists) + list_of
    shape = np.broadcast_shapes(start.shape, other.shape, key.shape)
    start, other, key = (np.broadcast_to(each, shape).ravel() for each in (start, other, key))
    order = np.argsort(key, kind="stable")
    known, begins = np.unique(key[order], return_index=True)
    result: Data = np.zeros(start.size)
    found: Codes = np.zeros(start.size, dtype=np.int8)
    for combination, places in zip(known.tolist(), np.split(order, begins)[1:], strict=True):
        week = weeks[combination // len(lists)]
        if week == _NEVER:
            found[places] = never
            continue
        free = as_days(lists[combination % len(lists)])
        result[places] = counting(start[places], other[places], np.busdaycalendar(weekmask=week, holidays=free))
    found = np.where(np.isnan(result), NUM, found)
    result = np.where(np.isnan(result), 0.0, result).reshape(shape)
    return Value(NUMBER, result, merged(errors, found.reshape(shape)))


def _between(start: Data, end: Data, kept: np.busdaycalendar) -> Data:
    """Working days from the one to the other, both counted; negative where the end comes first."""
    first, last = days(np.minimum(start, end)), days(np.maximum(start, end))
    count = np.busday_count(as_days(first), as_days(last + 1), busdaycal=kept)
    wrong = (np.minimum(start, end) < 0) | (np.maximum(start, end) >= LAST_SERIAL + 1)
    return np.where(wrong, np.nan, np.where(start <= end, count, -count))


def _later(start: Data, steps: Data, kept: np.busdaycalendar) -> Data:
    """The day that lies so many working days later; a start on a free day counts from the working day before it."""
    steps = np.clip(np.floor(steps), -_MOST_DAYS, _MOST_DAYS).astype(np.int64)
    day = days(start)
    result = day.copy()
    for ahead, roll in ((steps > 0, "backward"), (steps < 0, "forward")):
        moved = np.busday_offset(as_days(day[ahead]), steps[ahead], roll=roll, busdaycal=kept)  # type: ignore[call-overload]
        result[ahead] = day[ahead] + (moved - as_days(day[ahead])).astype(np.int64)
    wrong = (start < 0) | (start >= LAST_SERIAL + 1) | (result < 0) | (result > LAST_SERIAL)
    return np.where(wrong, np.nan, result)


def _days_between(start: Value, end: Value, holidays: Value | None = None) -> Value:
    return _counted(_between, _NOTHING, start, end, _DEFAULT, holidays)


def _days_between_by_week(start: Value, end: Value, weekend: Value = _DEFAULT, holidays: Value | None = None) -> Value:
    return _counted(_between, _NOTHING, start, end, weekend, holidays)


def _day_later(start: Value, steps: Value, holidays: Value | None = None) -> Value:
    return _counted(_later, VALUE, start, steps, _DEFAULT, holidays)


def _day_later_by_week(start: Value, steps: Value, weekend: Value = _DEFAULT, holidays: Value | None = None) -> Value:
    return _counted(_later, VALUE, start, steps, weekend, holidays)


def _row(name: str, declared: str, body: Callable[..., Value]) -> Function:
    source = f"Microsoft Support, {name} function"
    return Function(name, parameters(declared), Style.VALUES, body, source=source, weight=APART)


_BETWEEN, _LATER = "start_date:strict end_date:strict", "start_date:strict days:strict"

# Those with a choice of weekends came with Excel 2010, but their names carry no prefix in files.
FUNCTIONS = (
    _row("NETWORKDAYS", f"{_BETWEEN} holidays:any=", _days_between),
    _row("NETWORKDAYS.INTL", f"{_BETWEEN} weekend:any:=1 holidays:any=", _days_between_by_week),
    _row("WORKDAY", f"{_LATER} holidays:any=", _day_later),
    _row("WORKDAY.INTL", f"{_LATER} weekend:any:=1 holidays:any=", _day_later_by_week),
)
