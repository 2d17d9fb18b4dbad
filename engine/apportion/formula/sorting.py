"""The order of an array's rows, and which of them are there for the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.formula.comparison import sort_key
from apportion.formula.values import BLANK, BOOLEAN, NUMBER, TEXT, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apportion.formula.values import Data, Texts

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
    ranks = _numbered(value, None if value.texts is None else _alphabet(value.texts))
    if value.errors is not None:
        wrong = value.errors != 0
        groups, ranks = np.where(wrong, _ERRORS, groups), np.where(wrong, 0.0, ranks)
    return groups, ranks


def _numbered(value: Value, codes: Data | None) -> Data:
    """The elements as numbers: texts by the number of their code, blanks 0."""
    data = np.where(value.element_kinds() == BLANK, 0.0, value.data.astype(np.float64))
    if codes is None:
        return data
    texts = value.is_kind(TEXT)
    return np.where(texts, codes[np.where(texts, value.data, 0).astype(np.intp)], data)


def _alphabet(texts: Texts) -> Data:
    """For each code the place of its text in the alphabet, found once for the texts."""
    if texts.order is None:
        place = {each: i for i, each in enumerate(sorted(set(texts.folded), key=sort_key))}
        texts.order = np.array([place[each] for each in texts.folded], dtype=np.float64)
    return texts.order


def first_of_each(array: Value, axis: int, *, once: bool) -> Data:
    """Positions of the rows (axis 2), or columns, that are there for the first time; with `once` for the only time."""
    kinds = np.where(array.element_kinds() == BLANK, _LAST, array.element_kinds())
    ranks = _numbered(array, None if array.texts is None else array.texts.ids) + 0.0
    if array.errors is not None:
        wrong = array.errors != 0
        kinds, ranks = np.where(wrong, _LAST + array.errors, kinds), np.where(wrong, 0.0, ranks)
    lines = [each[0, 0] if axis == 2 else each[0, 0].T for each in (kinds, ranks)]
    key = np.zeros(lines[0].shape[0], dtype=np.intp)
    for line in (each[:, place] for place in range(lines[0].shape[1]) for each in lines):
        distinct, codes = np.unique(line, return_inverse=True)
        if distinct.size > 1:
            key = np.unique(key * distinct.size + codes, return_inverse=True)[1]
    _, first, counts = np.unique(key, return_index=True, return_counts=True)
    return np.sort(first[counts == 1] if once else first)
