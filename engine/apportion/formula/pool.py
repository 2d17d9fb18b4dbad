"""What an aggregate function counts: the numbers in its arguments, as Excel picks them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.formula.coercion import numbers, truths
from apportion.formula.values import AXES, BOOLEAN, NUMBER, TEXT, Value, merged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apportion.formula.values import Codes, Data

ARRAY_AXES = (2, 3)


class Pool:
    """The arguments of one call; a part is an array and a mask of what counts in it (None: everything).

    In references and arrays only numbers count; what is written as an argument of its own is converted.
    """

    __slots__ = ("direct", "references", "values")

    def __init__(self, values: Sequence[Value], references: Sequence[bool]) -> None:
        self.values, self.references = values, references
        self.direct = [not (reference or value.is_array) for value, reference in zip(values, references, strict=True)]

    def parts(self) -> tuple[list[tuple[Data, Data | None]], Codes | None]:
        """Numbers with their masks, and the first error of each row."""
        found: list[tuple[Data, Data | None]] = []
        errors: Codes | None = None
        for value, direct in zip(self.values, self.direct, strict=True):
            data, wrong = numbers(value) if direct or value.kind == NUMBER else (value.data, value.errors)
            mask = None if direct or value.kind == NUMBER else value.element_kinds() == NUMBER
            found.append((data, mask))
            errors = merged(errors, first_error(wrong))
        return found, errors

    def truth_parts(self) -> tuple[list[tuple[Data, Data | None]], Codes | None]:
        """Truths with their masks: in references and arrays numbers and booleans count."""
        found: list[tuple[Data, Data | None]] = []
        errors: Codes | None = None
        for value, direct in zip(self.values, self.direct, strict=True):
            if direct or value.kind in (NUMBER, BOOLEAN):
                data, wrong = truths(value)
                mask = None
                if value.texts is not None and "" in value.texts.items:
                    # An empty text written as an argument does not count, and is no error either.
                    empty = (value.element_kinds() == TEXT) & (value.data == value.texts.items.index(""))
                    mask, wrong = ~empty, None if wrong is None else np.where(empty, np.int8(0), wrong)
            else:
                kinds = value.element_kinds()
                data, wrong, mask = value.data != 0, value.errors, (kinds == NUMBER) | (kinds == BOOLEAN)
            found.append((data, mask))
            errors = merged(errors, first_error(wrong))
        return found, errors

    def flat(self) -> tuple[Data, Data, Codes | None]:
        """All numbers side by side, shape (scenarios, rows, 1, elements), a mask of what counts, and the errors."""
        parts, errors = self.parts()
        outer = np.broadcast_shapes(*(data.shape[:2] for data, _ in parts))
        columns, masks = [], []
        for data, mask in parts:
            shape = (*outer, 1, data.shape[2] * data.shape[3])
            columns.append(np.broadcast_to(data.reshape(*data.shape[:2], 1, -1), shape))
            counted = np.ones((1,) * AXES, dtype=bool) if mask is None else mask.reshape(*mask.shape[:2], 1, -1)
            masks.append(np.broadcast_to(counted, shape))
        return np.concatenate(columns, axis=3), np.concatenate(masks, axis=3), errors


def first_error(errors: Codes | None) -> Codes | None:
    """Of the errors in an array the first one, row by row."""
    if errors is None or errors.shape[2:] == (1, 1):
        return errors
    flat = errors.reshape(*errors.shape[:2], -1)
    place = np.argmax(flat != 0, axis=2)[..., None]
    return np.take_along_axis(flat, place, axis=2)[..., None]


def reduced(parts: list[tuple[Data, Data | None]], combine: np.ufunc, neutral: float | bool) -> Data:
    """All parts combined by a ufunc, first within each array and then across the arguments."""
    result: Data | None = None
    for data, mask in parts:
        counted = data if mask is None else np.where(mask, data, neutral)
        if counted.shape[2:] != (1, 1):
            counted = combine.reduce(counted, axis=ARRAY_AXES, keepdims=True)
        result = counted if result is None else combine(result, counted)
    return np.full((1,) * AXES, neutral) if result is None else result


def how_many(parts: list[tuple[Data, Data | None]]) -> Data:
    """How many elements count."""
    total: Data = np.zeros((1,) * AXES)
    for data, mask in parts:
        if mask is None:
            total = total + float(data.shape[2] * data.shape[3])
        else:
            total = total + mask.sum(axis=ARRAY_AXES, keepdims=True)
    return total
