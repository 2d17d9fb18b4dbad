"""The order of an array's rows, and which of them are there for the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.formula.comparison import sort_key
from apportion.formula.values import BLANK, BOOLEAN, NUMBER, TEXT, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apportion.formula.values import Data

# The order of kinds: numbers, texts, truths, errors; blanks come last in either direction.
_PLACES = {NUMBER: 0, TEXT: 1, BOOLEAN: 2}
_ERRORS, _LAST = 3, 9


def order_of(keys: Sequence[Value], directions: Sequence[int]) -> Data:
    """Positions in the order of the keys, the first one before all others; shape (scenarios, rows, positions).

    Each key is one line of an array; a direction is 1 or -1. What is equal keeps its order.
    """
    outer = np.broadcast_shapes(*(key.shape[:2] for key in keys))
    sorted_by: list[Data] = []
    for key, direction in zip(keys, directions, strict=True):
        groups, ranks = _comparable(key)
        ranked = np.where(groups == _LAST, _LAST, direction * groups), direction * ranks
        sorted_by += [
            np.broadcast_to(each.reshape(*each.shape[:2], -1), (*outer, groups[0, 0].size)) for each in ranked
        ]
    return np.lexsort(tuple(reversed(sorted_by)), axis=-1)


def _comparable(value: Value) -> tuple[Data, Data]:
    """For each element the place of its kind, and a number that orders it among its kind."""
    kinds = value.element_kinds()
    groups = np.full(value.shape, _LAST)
    for kind, group in _PLACES.items():
        groups[kinds == kind] = group
    ranks = np.where(kinds == BLANK, 0.0, value.data.astype(np.float64))
    if value.texts is not None:
        folded = value.texts.folded
        place = {each: i for i, each in enumerate(sorted(set(folded), key=sort_key))}
        order = np.array([place[each] for each in folded], dtype=np.float64)
        texts = value.is_kind(TEXT)
        ranks = np.where(texts, order[np.where(texts, value.data, 0).astype(np.intp)], ranks)
    if value.errors is not None:
        wrong = value.errors != 0
        groups, ranks = np.where(wrong, _ERRORS, groups), np.where(wrong, 0.0, ranks)
    return groups, ranks


def first_of_each(array: Value, axis: int, *, once: bool) -> Data:
    """Positions of the rows (axis 2), or columns, that are there for the first time; with `once` for the only time."""
    groups, ranks = _comparable(array)
    if array.errors is not None:
        ranks = np.where(array.errors != 0, array.errors, ranks)
    lines = np.stack(
        [each[0, 0] if axis == 2 else each[0, 0].T for each in (groups.astype(float), ranks + 0.0)], axis=-1
    )
    _, first, counts = np.unique(lines.reshape(lines.shape[0], -1), axis=0, return_index=True, return_counts=True)
    return np.sort(first[counts == 1] if once else first)
