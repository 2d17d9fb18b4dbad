"""Comparison as Excel does it: at 15 digits, ignoring case, numbers before texts before booleans."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING
from unicodedata import combining, normalize

import numpy as np

from apportion.formula.coercion import numbers
from apportion.formula.values import BLANK, BOOLEAN, MIXED, NUMBER, TEXT, Texts, Value, merged
from apportion.rounding import significant

if TYPE_CHECKING:
    from collections.abc import Callable

    from apportion.formula.values import Data

    Test = Callable[[Data, Data], Data]

TESTS: dict[str, Test] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_CLOSE = 1e-14
_RANK = np.array([0, 1, 2, -1], dtype=np.int8)


def compare(sign: str, left: Value, right: Value) -> Value:
    """TRUE where the comparison holds; errors pass through.

    >>> from apportion.formula.values import constant
    >>> compare("=", constant(0.1 * 3), constant(0.3)).objects()
    [True]
    """
    errors = merged(left.errors, right.errors)
    test = TESTS[sign]
    if left.kind == NUMBER == right.kind:
        return Value(BOOLEAN, compare_numbers(test, left.data, right.data, exact=left.clean and right.clean), errors)
    if _is_numeric(left) and _is_numeric(right):
        return Value(BOOLEAN, compare_numbers(test, numbers(left)[0], numbers(right)[0]), errors)
    if left.kind == TEXT == right.kind:
        return Value(BOOLEAN, _compare_texts(sign, left, right), errors)
    return Value(BOOLEAN, _compare_mixed(sign, left, right), errors)


def _is_numeric(value: Value) -> bool:
    """Whether all elements are numbers or blanks, which stand for 0 beside a number and equal each other."""
    if value.kind in (NUMBER, BLANK):
        return True
    return value.kind == MIXED and value.texts is None and not (value.element_kinds() == BOOLEAN).any()


def compare_numbers(test: Test, x: Data, y: Data, *, exact: bool = False) -> Data:
    """The test on numbers at 15 significant digits; `exact` when both are known to have no more."""
    result = test(x, y)
    if exact:
        return result
    gap = np.abs(x - y)
    close = gap < np.abs(x) * _CLOSE
    if not close.any():
        return result
    close &= gap > 0
    if not close.any():
        return result
    result = np.array(result)
    first, second = (np.broadcast_to(each, result.shape)[close] for each in (x, y))
    result[close] = test(significant(first), significant(second))
    return result


def _compare_texts(sign: str, left: Value, right: Value) -> Data:
    test = TESTS[sign]
    if sign in ("=", "<>"):
        if left.texts is right.texts:
            return test(left.folded, right.folded)
        return test(left.folded, _ids_of(right, left.words))
    x, y = _order(left.words, right.words)
    return test(x[left.data], y[right.data])


def _ids_of(value: Value, known: Texts) -> Data:
    """The elements as ids of other texts; those unknown there are different from all."""
    return value.words.ids_in(known)[value.data]


def _order(left: Texts, right: Texts) -> tuple[Data, Data]:
    """For the codes of both texts their place in the alphabet."""
    place = {item: i for i, item in enumerate(sorted({*left.folded, *right.folded}, key=sort_key))}
    first, second = (np.array([place[item] for item in each.folded], dtype=np.intp) for each in (left, right))
    return first, second


def sort_key(folded: str) -> tuple[list[int], str]:
    """Where a folded text stands in Excel's order: signs before digits before letters, accents only in a tie.

    >>> sorted(["b", "1", "_", "a"], key=sort_key)
    ['_', '1', 'a', 'b']
    """
    plain = folded if folded.isascii() else "".join(each for each in normalize("NFD", folded) if not combining(each))
    return [(2 if each.isalpha() else 1 if each.isdigit() else 0) * 0x110000 + ord(each) for each in plain], folded


def _compare_mixed(sign: str, left: Value, right: Value) -> Data:
    """Element by element: a blank takes the type of the other side, then the types decide, then the values."""
    test = TESTS[sign]
    kinds, others = np.broadcast_arrays(left.element_kinds(), right.element_kinds())
    kinds, others = (
        np.where(kinds == BLANK, others, kinds),
        np.where(others == BLANK, kinds, others),
    )
    result = np.array(test(_RANK[kinds], _RANK[others]))
    same = kinds == others
    alike = same & ((kinds == NUMBER) | (kinds == BOOLEAN))
    if alike.any():
        x, y = (np.broadcast_to(numbers(each)[0], result.shape)[alike] for each in (left, right))
        result[alike] = compare_numbers(test, x, y)
    alike = same & (kinds == TEXT)
    if alike.any():
        x, y = _order(_texts(left), _texts(right))
        first, second = (np.broadcast_to(_codes(each), result.shape)[alike] for each in (left, right))
        result[alike] = test(x[first], y[second])
    return result


def _texts(value: Value) -> Texts:
    """The texts with the empty one, which a blank stands for, at the end."""
    return Texts([*value.words.items, ""])


def _codes(value: Value) -> Data:
    last = len(value.words.items)
    if value.kind in (TEXT, MIXED):
        return np.where(value.element_kinds() == TEXT, value.data, last).astype(np.intp)
    return np.full(value.shape, last, dtype=np.intp)
