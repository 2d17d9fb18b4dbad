"""Positions of values in an array: a table of what stands where is made once for an array, then asked."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np

from apportion.formula.comparison import sort_key
from apportion.formula.values import BLANK, BOOLEAN, MIXED, NUMBER, TEXT, Value
from apportion.formula.wildcards import pattern
from apportion.formula.work import TooMuch
from apportion.rounding import significant

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from apportion.formula.values import Data

MISSING = -1
_WILD = ("match 0", "table False", "xlookup 2")  # rules in which texts are patterns
_SIGNS = frozenset("*?~")
# Texts that may be held against patterns for one call: some ten seconds of them.
_MOST_PATTERNS = 1 << 25


class Directory:
    """Where every distinct value of an array stands first and last, by kind; errors are never found."""

    def __init__(self, array: Value) -> None:
        self.kinds = np.where(np.ravel(array.errors) != 0, -1, np.ravel(array.element_kinds())) if (
            array.errors is not None
        ) else np.ravel(array.element_kinds())  # fmt: skip
        self.data = np.ravel(array.data).astype(np.float64)
        self.texts = array.texts
        self.sorted: dict[tuple[int, bool], tuple[Data, Data]] = {}
        self.first: dict[str, int] | None = None
        self.last: dict[str, int] = {}
        self.answers: dict[tuple[int, str], tuple[object, Data]] = {}
        self.orders: dict[int, tuple[list[Any], Data]] = {}

    def numbers(self, kind: int, *, last: bool) -> tuple[Data, Data]:
        """Distinct numbers in ascending order, at 15 digits, and where each stands first (or last)."""
        found = self.sorted.get((kind, last))
        if found is None:
            places = np.flatnonzero(self.kinds == kind)
            places = places[::-1] if last else places
            distinct, first = np.unique(significant(self.data[places]), return_index=True)
            found = self.sorted[kind, last] = (distinct, places[first])
        return found

    def names(self, *, last: bool) -> dict[str, int]:
        """Folded texts to where each stands first (or last)."""
        if self.first is None:
            self.first = {}
            if self.texts is not None:
                folded = self.texts.folded
                for place in np.flatnonzero(self.kinds == TEXT).tolist():
                    name = folded[int(self.data[place])]
                    self.first.setdefault(name, place)
                    self.last[name] = place
        return self.last if last else self.first

    def ordered(self, kind: int) -> tuple[list[Any], Data]:
        """The elements of one kind in the order in which they stand, as sort keys, and where each stands."""
        if kind not in self.orders:
            places = np.flatnonzero(self.kinds == kind)
            keys: list[Any] = significant(self.data[places]).tolist()
            if kind == TEXT and self.texts is not None:
                folded = self.texts.folded
                keys = [sort_key(folded[int(code)]) for code in self.data[places].tolist()]
            self.orders[kind] = keys, places
        return self.orders[kind]


def directory(array: Value) -> Directory:
    """The directory of an array, made when first asked for and kept with the array."""
    kept = array.indexed("directory")
    if "whole" not in kept:
        kept["whole"] = Directory(array)
    found: Directory = kept["whole"]
    return found


def positions(
    value: Value,
    array: Value,
    texts: Callable[[Directory, str], int],
    others: Callable[[Directory, int, Data], Data],
    rule: str,
) -> Data:
    """For every element its position in the array, or `MISSING`.

    `texts` answers for one folded text and is asked once for each; `others` answers for an array of numbers
    of a kind.
    """
    known = directory(array)
    if value.kind == TEXT:
        return _text_positions(known, value, texts, rule)[value.data]
    if value.kind in (NUMBER, BOOLEAN, BLANK):
        return others(known, value.kind, value.data.astype(np.float64))
    result = np.full(value.shape, MISSING, dtype=np.intp)
    kinds = value.element_kinds()
    for kind in (NUMBER, TEXT, BOOLEAN, BLANK):
        mask = kinds == kind
        if not mask.any():
            continue
        data = value.data[mask]
        if kind == TEXT:
            result[mask] = _text_positions(known, value, texts, rule)[data.astype(np.intp)]
        else:
            result[mask] = others(known, kind, data)
    return result


def _text_positions(known: Directory, value: Value, answer: Callable[[Directory, str], int], rule: str) -> Data:
    """For each of the texts' codes its position; kept as long as the same texts are asked for."""
    key = (id(value.texts), rule)
    kept = known.answers.get(key)
    if kept is None or kept[0] is not value.texts:
        folded = value.words.folded
        used = np.unique(value.data if value.kind != MIXED else value.data[value.element_kinds() == TEXT])
        result = np.full(len(folded), MISSING, dtype=np.intp)
        if rule.startswith(_WILD):
            patterns = sum(bool(_SIGNS.intersection(folded[code])) for code in used.astype(np.intp).tolist())
            if patterns * len(known.names(last=False)) > _MOST_PATTERNS:
                raise TooMuch
        for code in used.astype(np.intp).tolist() if len(used) < len(folded) // 2 else range(len(folded)):
            result[code] = answer(known, folded[code])
        if len(used) < len(folded) // 2:
            return result
        kept = known.answers[key] = (value.texts, result)
    return kept[1]


def exact(*, last: bool = False, wild: bool = False, blanks: bool = False) -> tuple[Any, Any]:
    """The rules of an exact match: of the first or last one, with wildcards or without."""

    def text(known: Directory, folded: str) -> int:
        names = known.names(last=last)
        if not wild or _SIGNS.isdisjoint(folded):
            return names.get(folded, MISSING)
        wanted = pattern(folded)
        if wanted.plain is not None:
            return names.get(wanted.plain, MISSING)
        places = (place for name, place in names.items() if wanted.matches(name))
        # The names stand in the order in which each comes first.
        return max(places, default=MISSING) if last else next(places, MISSING)

    def other(known: Directory, kind: int, data: Data) -> Data:
        if kind == BLANK:
            places = np.flatnonzero(known.kinds == BLANK)
            found = int(places[-1 if last else 0]) if blanks and places.size else MISSING
            return np.full(data.shape, found, dtype=np.intp)
        distinct, places = known.numbers(kind, last=last)
        if not distinct.size:
            return np.full(data.shape, MISSING, dtype=np.intp)
        wanted = significant(data)
        place = np.minimum(np.searchsorted(distinct, wanted), distinct.size - 1)
        return np.where(distinct[place] == wanted, places[place], MISSING)

    return text, other


_ORDER = (NUMBER, TEXT, BOOLEAN)


def nearest(step: int, *, last: bool = False, last_beside: bool = False) -> tuple[Any, Any]:
    """The rules of XLOOKUP's next smaller (`step` -1) or next larger (1) element, in any order.

    All numbers come before all texts, and these before the booleans. `last` and `last_beside` say which of equal
    elements is taken, when it is the one looked for and when it is the one beside.
    """

    def extreme(known: Directory, kind: int) -> int:
        """Where the nearest element of the kinds beyond stands."""
        beyond = _ORDER[: _ORDER.index(kind)][::-1] if step < 0 else _ORDER[_ORDER.index(kind) + 1 :]
        for other_kind in beyond:
            if other_kind == TEXT and known.names(last=last_beside):
                names = known.names(last=last_beside)
                return names[(max if step < 0 else min)(names, key=sort_key)]
            distinct, places = known.numbers(other_kind, last=last_beside)
            if other_kind != TEXT and distinct.size:
                return int(places[-1 if step < 0 else 0])
        return MISSING

    def text(known: Directory, folded: str) -> int:
        if folded in known.names(last=last):
            return known.names(last=last)[folded]
        names, key = known.names(last=last_beside), sort_key(folded)
        if step < 0:
            best = max((name for name in names if sort_key(name) < key), key=sort_key, default=None)
        else:
            best = min((name for name in names if sort_key(name) > key), key=sort_key, default=None)
        return extreme(known, TEXT) if best is None else names[best]

    def other(known: Directory, kind: int, data: Data) -> Data:
        if kind == BLANK:
            return np.full(data.shape, MISSING, dtype=np.intp)
        found = exact(last=last)[1](known, kind, data)
        distinct, places = known.numbers(kind, last=last_beside)
        place = np.searchsorted(distinct, significant(data), side="right") - (step < 0)
        inside = (place >= 0) & (place < distinct.size)
        beside = np.where(inside, places[np.clip(place, 0, distinct.size - 1)], extreme(known, kind)) if (
            distinct.size
        ) else np.full(data.shape, extreme(known, kind), dtype=np.intp)  # fmt: skip
        return np.where(found >= 0, found, beside)

    return text, other


def ascending() -> tuple[Any, Any]:
    """The rules of MATCH type 1 and of an approximate VLOOKUP: bisection for the last element not above."""

    def text(known: Directory, folded: str) -> int:
        keys, places = known.ordered(TEXT)
        place = bisect_right(keys, sort_key(folded)) - 1
        return int(places[place]) if place >= 0 else MISSING

    def other(known: Directory, kind: int, data: Data) -> Data:
        return _bisected(known, kind, data, lambda keys, x: bisect_right(keys, x) - 1)

    return text, other


def descending() -> tuple[Any, Any]:
    """The rules of MATCH type -1: the last element not below, in an array that descends."""

    def last_not_below(keys: list[Any], x: object) -> int:
        if x in keys:
            return keys.index(x)
        above = [key > x for key in keys]
        return (above.index(False) if False in above else len(above)) - 1

    def text(known: Directory, folded: str) -> int:
        keys, places = known.ordered(TEXT)
        place = last_not_below(keys, sort_key(folded))
        return int(places[place]) if place >= 0 else MISSING

    def other(known: Directory, kind: int, data: Data) -> Data:
        return _bisected(known, kind, data, last_not_below)

    return text, other


def _bisected(known: Directory, kind: int, data: Data, search: Callable[[list[Any], float], int]) -> Data:
    if kind == BLANK:
        return np.full(data.shape, MISSING, dtype=np.intp)
    keys, places = known.ordered(kind)
    distinct, inverse = np.unique(significant(data), return_inverse=True)
    found = np.array([search(keys, x) for x in distinct.tolist()], dtype=np.intp)
    taken = places[np.maximum(found, 0)] if places.size else np.full(found.shape, MISSING)
    return np.where(found >= 0, taken, MISSING)[inverse].reshape(data.shape)
