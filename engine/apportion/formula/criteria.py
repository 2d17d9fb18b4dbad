"""Criteria of SUMIFS and its family: what a criterion means, and which elements of a range meet it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from apportion.formula.comparison import TESTS, compare_numbers, sort_key
from apportion.formula.errors import ExcelError
from apportion.formula.numbers_in_text import number_in
from apportion.formula.values import BLANK, BOOLEAN, CODE, MIXED, NUMBER, TEXT, Texts, Value, error_in
from apportion.formula.wildcards import pattern
from apportion.rounding import significant

if TYPE_CHECKING:
    from apportion.formula.values import Data

_SIGNS = ("<=", ">=", "<>", "<", ">", "=")
_BOUNDS = frozenset({"<", "<=", ">", ">="})
_TRUTHS = {"true": True, "false": False}
NO_GROUP = -1


@dataclass(frozen=True)
class Criterion:
    """A comparison with a number, text, boolean, error, or None: nothing at all stood after the sign."""

    sign: str
    operand: float | str | bool | ExcelError | None
    written: bool = False

    @property
    def equal(self) -> Criterion:
        """The criterion that asks for what equals the operand."""
        return Criterion("=", self.operand, self.written)


def criterion(item: Any) -> Criterion:
    """What an argument means as a criterion; a blank cell means 0.

    >>> criterion(">=40%"), criterion("<>x"), criterion(None)
    (Criterion(sign='>=', operand=0.4, written=True), Criterion(sign='<>', operand='x', written=True), \
Criterion(sign='=', operand=0.0, written=False))
    """
    if not isinstance(item, str):
        return Criterion("=", 0.0 if item is None else item)
    sign = next((each for each in _SIGNS if item.startswith(each)), "")
    return Criterion(sign or "=", _operand(item[len(sign) :], bool(sign)), bool(sign))


def _operand(text: str, signed: bool) -> float | str | bool | ExcelError | None:
    if not text and signed:
        return None
    number = number_in(text)
    if not math.isnan(number):
        return number
    if text.lower() in _TRUTHS:
        return _TRUTHS[text.lower()]
    return error_in(text) or text


@dataclass(frozen=True)
class Asked:
    """The distinct criteria of one argument and, for every element of it, which one it is."""

    distinct: list[Criterion]
    codes: Data


def meets(wanted: Criterion, elements: Value) -> Data:
    """Which elements meet the criterion, in the shape of the elements."""
    operand = wanted.operand
    if wanted.sign == "<>":
        equal = meets(wanted.equal, elements)
        # A text that looks like the number is found by "=" and by "<>".
        return ~(equal & elements.is_kind(NUMBER)) if type(operand) is float else ~equal
    if operand is None:
        return elements.is_kind(BLANK) if wanted.sign == "=" else np.zeros(elements.shape, bool)
    if isinstance(operand, ExcelError):
        found = elements.errors == CODE[operand] if elements.errors is not None else np.zeros(elements.shape, bool)
        return found if wanted.sign == "=" else np.zeros(elements.shape, bool)
    if isinstance(operand, str):
        return _meets_text(wanted, operand, elements)
    if isinstance(operand, bool):
        test = TESTS[wanted.sign]
        return elements.is_kind(BOOLEAN) & test(elements.data.astype(np.float64), np.array(float(operand)))
    return _meets_number(wanted, operand, elements)


def meets_each(wanted: list[Criterion], elements: Value) -> Data:
    """For each criterion which elements meet it: one row per criterion, one column per element."""
    sign = wanted[0].sign
    if sign not in _BOUNDS or any(each.sign != sign or type(each.operand) is not float for each in wanted):
        return np.array([meets(each, elements).ravel() for each in wanted])
    operands = np.array([each.operand for each in wanted], dtype=np.float64)
    numbers = elements.data.ravel().astype(np.float64)
    found = compare_numbers(TESTS[sign], numbers[None, :], operands[:, None])
    return found & elements.is_kind(NUMBER).ravel()


def _meets_number(wanted: Criterion, operand: float, elements: Value) -> Data:
    test = TESTS[wanted.sign]
    if elements.kind == NUMBER and elements.errors is None:
        return compare_numbers(test, elements.data, np.array(operand))
    found = elements.is_kind(NUMBER) & compare_numbers(test, elements.data.astype(np.float64), np.array(operand))
    if wanted.sign == "=" and elements.texts is not None:
        found |= _texts_that(elements, significant(elements.texts.numbers) == significant(operand))
    return found


def _meets_text(wanted: Criterion, operand: str, elements: Value) -> Data:
    if wanted.sign == "=":
        if elements.texts is None:
            known = np.zeros(0, dtype=bool)
        else:
            like = pattern(operand)
            known = np.array([like.matches(item) for item in elements.texts.folded], dtype=bool)
        found = _texts_that(elements, known)
        return found | elements.is_kind(BLANK) if not operand else found
    if elements.texts is None:
        return np.zeros(elements.shape, bool)
    test, key = TESTS[wanted.sign], sort_key(operand.lower())
    known = np.array([test(sort_key(item), key) for item in elements.texts.folded], dtype=bool)  # type: ignore[arg-type]
    return _texts_that(elements, known)


def _texts_that(elements: Value, known: Data) -> Data:
    """Which elements are texts whose code the mask `known` holds true."""
    if not known.size or not known.any():
        return np.zeros(elements.shape, bool)
    texts = elements.is_kind(TEXT)
    return texts & known[np.where(texts, elements.data, 0).astype(np.intp)]


def group_key(wanted: Criterion) -> Any:
    """A key that is equal for elements that meet a plain equality; None when the criterion is no such thing."""
    operand = wanted.operand
    if wanted.sign != "=" or operand is None or operand == "" or isinstance(operand, ExcelError):
        return None
    if isinstance(operand, str):
        plain = pattern(operand).plain
        return None if plain is None else plain
    return (BOOLEAN, operand) if isinstance(operand, bool) else float(significant(operand))


def _text_keys(texts: Texts) -> list[Any]:
    """For each text its key as a criterion, found once for texts that several columns share."""
    if texts.criteria is None:
        numbers = significant(texts.numbers).tolist()
        texts.criteria = [
            group_key(criterion(item)) if math.isnan(number) else number
            for item, number in zip(texts.items, numbers, strict=True)
        ]
    return texts.criteria


class Groups:
    """The elements of a range told apart by what a plain equality sees: made once for a range.

    `size` counts the groups and, as the last of them, the one that no element is in.
    """

    def __init__(self, elements: Value) -> None:
        self.index: dict[Any, int] = {}
        self._asking: tuple[Texts, Data] | None = None
        self.ids = np.full(elements.data.size, NO_GROUP, dtype=np.intp)
        data = elements.data.ravel()
        texts = elements.is_kind(TEXT).ravel()
        if texts.any():
            words = elements.words
            numbers = significant(words.numbers).tolist()
            names = [self._id(item if math.isnan(x) else x) for item, x in zip(words.folded, numbers, strict=True)]
            self.ids[texts] = np.array(names, dtype=np.intp)[data[texts].astype(np.intp)]
        for kind in (NUMBER, BOOLEAN):
            mask = elements.is_kind(kind).ravel()
            if mask.any():
                distinct, inverse = np.unique(significant(data[mask]), return_inverse=True)
                keys = distinct.tolist() if kind == NUMBER else [(BOOLEAN, bool(x)) for x in distinct]
                self.ids[mask] = np.array([self._id(key) for key in keys], dtype=np.intp)[inverse]

    def _id(self, key: object) -> int:
        return self.index.setdefault(key, len(self.index))

    @property
    def size(self) -> int:
        """How many groups there are, with the one for what is not in the range."""
        return len(self.index) + 1

    def wanted(self, asking: Value) -> Data | None:
        """The group that each element asks for as a criterion; None when one of them is no plain equality."""
        if asking.errors is not None or asking.kind == MIXED:
            return None
        if asking.kind != TEXT:
            keys = [group_key(criterion(item)) for item in asking.objects()] if asking.data.size == 1 else [None]
            return None if None in keys else np.full(asking.shape, self.index.get(keys[0], len(self.index)))
        known = self._asking
        if known is None or known[0] is not asking.words:
            keys = _text_keys(asking.words)
            places = [NO_GROUP if key is None else self.index.get(key, len(self.index)) for key in keys]
            known = self._asking = asking.words, np.array(places, dtype=np.intp)
        found = known[1][asking.data]
        return None if (found == NO_GROUP).any() else found


def groups(elements: Value) -> Groups:
    """The groups of a range, made when first asked for and kept with it."""
    kept = elements.indexed("groups")
    if "all" not in kept:
        kept["all"] = Groups(elements)
    found: Groups = kept["all"]
    return found
