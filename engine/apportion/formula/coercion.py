"""Conversions between Excel's types, each computed once for a value: numbers, truths, texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.formula.numbers_in_text import text_of
from apportion.formula.values import BLANK, BOOLEAN, MIXED, NUMBER, TEXT, VALUE, Texts, Value, merged, where

if TYPE_CHECKING:
    from apportion.formula.values import Codes, Data

_TRUTHS = {"true": 1.0, "false": 0.0}


def numbers(value: Value) -> tuple[Data, Codes | None]:
    """Elements as float64 and the errors: blanks are 0, TRUE is 1, texts are read or #VALUE!."""
    if value.kind == NUMBER:
        return value.data, value.errors
    if value.as_numbers is None:
        value.as_numbers = _numbers(value)
    return value.as_numbers


def _numbers(value: Value) -> tuple[Data, Codes | None]:
    if value.kind == BOOLEAN:
        return value.data.astype(np.float64), value.errors
    if value.texts is None:
        return value.data, value.errors
    if value.kind == TEXT:
        data = value.texts.numbers[value.data]
    else:
        texts = value.kinds == TEXT
        data = np.where(texts, value.texts.numbers[np.where(texts, value.data, 0).astype(np.intp)], value.data)
    bad = np.isnan(data)
    return (np.where(bad, 0.0, data), merged(value.errors, where(bad, VALUE))) if bad.any() else (data, value.errors)


def strict_numbers(value: Value) -> tuple[Data, Codes | None]:
    """Like `numbers`, but a boolean is #VALUE!, as in the functions that once were the Analysis ToolPak."""
    data, errors = numbers(value)
    return data, merged(errors, where(value.is_kind(BOOLEAN), VALUE))


def truths(value: Value) -> tuple[Data, Codes | None]:
    """Elements as booleans and the errors: 0 and blank are FALSE, other texts than TRUE and FALSE are #VALUE!."""
    if value.kind == BOOLEAN:
        return value.data, value.errors
    if value.texts is None:
        return value.data != 0, value.errors
    known = np.array([_TRUTHS.get(item, np.nan) for item in value.texts.folded])
    texts = value.element_kinds() == TEXT
    data = np.where(texts, known[np.where(texts, value.data, 0).astype(np.intp)], value.data)
    bad = np.isnan(data)
    return np.where(bad, 0.0, data) != 0, merged(value.errors, where(bad, VALUE))


def texts(value: Value) -> Value:
    """Elements as texts: numbers with up to 15 digits, TRUE and FALSE, blanks as the empty text."""
    if value.kind == TEXT:
        return value
    kinds = value.element_kinds()
    index: dict[str, int] = {}
    if value.kind == MIXED and value.texts is not None:
        index = {item: code for code, item in enumerate(dict.fromkeys(value.texts.items))}
    codes = np.zeros(value.shape, dtype=np.intp)
    for kind in (TEXT, NUMBER, BOOLEAN, BLANK):
        mask = kinds == kind
        if mask.any():
            distinct, inverse = np.unique(value.data[mask].astype(np.float64), return_inverse=True)
            names = [_text(kind, x, value.texts) for x in distinct.tolist()]
            codes[mask] = np.array([index.setdefault(name, len(index)) for name in names], dtype=np.intp)[inverse]
    return Value(TEXT, codes, value.errors, Texts(list(index)))


def _text(kind: int, x: float, known: Texts | None) -> str:
    if kind == TEXT and known is not None:
        return known.items[int(x)]
    if kind == NUMBER:
        return text_of(x)
    return ("TRUE" if x else "FALSE") if kind == BOOLEAN else ""
