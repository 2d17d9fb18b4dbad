"""What an aggregate function counts: the numbers in its arguments, as Excel picks them."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from apportion.formula.coercion import numbers, truths
from apportion.formula.limits import LARGEST_ARRAY, TooLarge
from apportion.formula.values import AXES, BLANK, BOOLEAN, NUMBER, TEXT, Value, merged
from apportion.formula.work import SORTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apportion.formula.values import Codes, Data
    from apportion.formula.work import Work

    Parts = list[tuple[Data, Data | None]]

ARRAY_AXES = (2, 3)


class Origin(IntEnum):
    """Where an argument comes from: written or computed as one value, a reference, or an array."""

    VALUE = 0
    REFERENCE = 1
    ARRAY = 2


class Pool:
    """The arguments of one call; a part is an array and a mask of what counts in it (None: everything).

    In references and arrays only numbers count; what is written as an argument of its own is converted.
    """

    __slots__ = ("direct", "origins", "values", "work")

    def __init__(self, values: Sequence[Value], origins: Sequence[int], work: Work) -> None:
        self.values, self.work = values, work
        self.origins = [
            Origin.ARRAY if value.is_array and not origin else Origin(origin)
            for value, origin in zip(values, origins, strict=True)
        ]
        self.direct = [origin == Origin.VALUE for origin in self.origins]

    def only(self, start: int, stop: int | None = None) -> Pool:
        """The arguments from one position to another."""
        return Pool(self.values[start:stop], self.origins[start:stop], self.work)

    def one(self, position: int) -> tuple[Data, Data | None, Codes | None]:
        """One argument: its numbers, a mask of what counts in it, and its errors."""
        value, direct = self.values[position], self.direct[position]
        data, wrong = numbers(value) if direct or value.kind == NUMBER else (value.data, value.errors)
        return data, None if direct or value.kind == NUMBER else value.element_kinds() == NUMBER, wrong

    def parts(self) -> tuple[Parts, Codes | None]:
        """Numbers with their masks, and the first error of each row."""
        found: Parts = []
        errors: Codes | None = None
        for position in range(len(self.values)):
            data, mask, wrong = self.one(position)
            found.append((data, mask))
            errors = merged(errors, first_error(wrong))
        return found, errors

    def all_parts(self, *, texts_in_arrays: bool = False) -> tuple[Parts, Codes | None]:
        """Like `parts`, but in references texts count as 0 and truths as 1 and 0; texts in arrays when asked for."""
        found: Parts = []
        errors: Codes | None = None
        for position, (value, origin) in enumerate(zip(self.values, self.origins, strict=True)):
            data, mask, wrong = self.one(position)
            if mask is not None:
                kinds = value.element_kinds()
                if origin == Origin.REFERENCE:
                    mask = kinds != BLANK
                elif texts_in_arrays:
                    mask = mask | (kinds == TEXT)
                data = np.where(kinds == TEXT, 0.0, data)
            found.append((data, mask))
            errors = merged(errors, first_error(wrong))
        return found, errors

    def truth_parts(self) -> tuple[Parts, Codes | None]:
        """Truths with their masks: in references and arrays numbers and booleans count."""
        found: Parts = []
        errors: Codes | None = None
        for value, direct in zip(self.values, self.direct, strict=True):
            if direct or value.kind in (NUMBER, BOOLEAN):
                data, wrong = truths(value)
                mask = None
                if value.texts is not None and "" in value.texts.items:
                    # An empty text written as an argument does not count, and is no error either.
                    empty = (value.element_kinds() == TEXT) & (value.data == value.texts.items.index(""))
                    empty = empty if value.errors is None else empty & (value.errors == 0)
                    mask, wrong = ~empty, None if wrong is None else np.where(empty, np.int8(0), wrong)
            else:
                kinds = value.element_kinds()
                data, wrong, mask = value.data != 0, value.errors, (kinds == NUMBER) | (kinds == BOOLEAN)
            found.append((data, mask))
            errors = merged(errors, first_error(wrong))
        return found, errors

    def together(self, parts: Parts, each: int) -> tuple[int, ...]:
        """Scenarios and rows of an array of all parts for each row, which is paid for: `each` for an element."""
        outer = np.broadcast_shapes(*(data.shape[:2] for data, _ in parts))
        self.work.spend(each * limit(outer, sum(data.shape[2] * data.shape[3] for data, _ in parts)))
        return outer

    def flat(self, each: int = SORTED) -> tuple[Data, Data, Codes | None]:
        """All numbers side by side, shape (scenarios, rows, 1, elements), a mask of what counts, and the errors."""
        parts, errors = self.parts()
        outer = self.together(parts, each)
        columns, masks = [], []
        for data, mask in parts:
            shape = (*outer, 1, data.shape[2] * data.shape[3])
            columns.append(np.broadcast_to(data.reshape(*data.shape[:2], 1, -1), shape))
            counted = np.ones((1,) * AXES, dtype=bool) if mask is None else mask.reshape(*mask.shape[:2], 1, -1)
            masks.append(np.broadcast_to(counted, shape))
        if not any(column.size for column in columns):
            return np.zeros((*outer, 1, 1)), np.zeros((*outer, 1, 1), dtype=bool), errors
        return np.concatenate(columns, axis=3), np.concatenate(masks, axis=3), errors


def limit(outer: tuple[int, ...], elements: int) -> int:
    """The size of an array for each row; raises `TooLarge` if memory should not hold it, but one row always may."""
    size = outer[0] * outer[1] * elements
    if outer[1] > 1 and size > LARGEST_ARRAY:
        raise TooLarge
    return size


def first_error(errors: Codes | None) -> Codes | None:
    """Of the errors in an array the first one, row by row."""
    if errors is None or errors.shape[2:] == (1, 1):
        return errors
    flat = errors.reshape(*errors.shape[:2], -1)
    place = np.argmax(flat != 0, axis=2)[..., None]
    return np.take_along_axis(flat, place, axis=2)[..., None]


def reduced(parts: Parts, combine: np.ufunc, neutral: float | bool) -> Data:
    """All parts combined by a ufunc, first within each array and then across the arguments."""
    result: Data | None = None
    for data, mask in parts:
        counted = data if mask is None else np.where(mask, data, neutral)
        if counted.shape[2:] != (1, 1):
            counted = combine.reduce(counted, axis=ARRAY_AXES, keepdims=True)
        result = counted if result is None else combine(result, counted)
    return np.full((1,) * AXES, neutral) if result is None else result


def how_many(parts: Parts) -> Data:
    """How many elements count."""
    total: Data = np.zeros((1,) * AXES)
    for data, mask in parts:
        if mask is None:
            total = total + float(data.shape[2] * data.shape[3])
        else:
            total = total + mask.sum(axis=ARRAY_AXES, keepdims=True)
    return total
