"""Texts joined from ranges and split into arrays."""

from __future__ import annotations

from itertools import cycle, islice, zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np

from apportion.formula.calls import LONGEST_TEXT
from apportion.formula.coercion import truths
from apportion.formula.declaration import parameters
from apportion.formula.errors import ExcelError
from apportion.formula.functions_logic import with_errors
from apportion.formula.functions_text_search import occurrences
from apportion.formula.limits import LARGEST_ARRAY, TooLarge, not_together
from apportion.formula.text_calls import elements, joined_rows, on_values, optional_body
from apportion.formula.text_units import text_from, units
from apportion.formula.values import BOOLEAN, Value, constant, from_objects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from apportion.formula.work import Work

_YES, _EMPTY = constant(item=True), constant("")


def _concatenated(work: Work, *values: Value | None) -> Value:
    return joined_rows(work, _filled(values), lambda lists: _joined([text for texts in lists for text in texts]))


def _filled(values: Iterable[Value | None]) -> list[Value]:
    """An argument left empty is an empty text."""
    return [_EMPTY if each is None else each for each in values]


def _text_joined(work: Work, delimiter: Value | None, ignore_empty: Value | None, *values: Value | None) -> Value:
    mask, errors = truths(_YES if ignore_empty is None else ignore_empty)
    return joined_rows(work, _filled((delimiter, Value(BOOLEAN, mask, errors), *values)), _with_delimiters)


def _joined(parts: list[str]) -> str | ExcelError:
    return "".join(parts) if sum(map(len, parts)) <= LONGEST_TEXT else ExcelError.VALUE


def _with_delimiters(arguments: list[list[str]]) -> str | ExcelError:
    delimiters, (ignore, *_), *texts = arguments
    parts = [text for each in texts for text in each if text or ignore == "FALSE"]
    between = cycle(delimiters)
    pairs = zip_longest(parts, islice(between, max(len(parts) - 1, 0)), fillvalue="")
    return _joined([part for pair in pairs for part in pair])


def _split(
    work: Work, text: Value, columns: Value | None = None, rows: Value | None = None, ignore_empty: Value | None = None,
    match_mode: Value | None = None, pad_with: Value | None = None,
) -> Value:  # fmt: skip
    """An array; of an array of texts the first part of each."""
    across = [] if columns is None else elements(columns)
    down = [] if rows is None else elements(rows)
    arrays: dict[int, list[list[Any]]] = {}
    body = _splitter(len(across), arrays, given=pad_with is not None)
    declared = [f"delimiter{i}:text" for i in range(len(across) + len(down))]
    call = optional_body(" ".join(["text:text", *declared, "ignore:truth= fold:number= pad:any="]), body, waits=1)
    which = call(work, text, *across, *down, ignore_empty, match_mode, pad_with)
    if not arrays:
        return which
    if text.is_array:  # of each text its first part
        every = from_objects([arrays.get(i, [[None]])[0][0] for i in range(max(arrays) + 1)], (max(arrays) + 1,))
        return with_errors(every.item((which.data.astype(np.intp),)), which.errors)
    sizes = {(len(array), len(array[0])) for array in arrays.values()}
    if len(sizes) > 1:
        return not_together(which.data)
    ((height, width),) = sizes
    if height * width * len(arrays) > LARGEST_ARRAY:
        raise TooLarge
    nothing = [[ExcelError.NA] * width] * height
    blocks = [arrays.get(i, nothing) for i in range(max(arrays) + 1)]
    every = from_objects([item for block in blocks for row in block for item in row], (len(blocks), height, width))
    scenarios, lines = which.shape[:2]
    picked = every.item((which.data.reshape(-1).astype(np.intp),))
    return with_errors(picked.reshaped((scenarios, lines, height, width)), which.errors)


def _splitter(across: int, arrays: dict[int, list[list[Any]]], *, given: bool) -> Callable[..., object]:
    """A body that keeps the array of each text and gives its number."""

    def body(text: str, *more: Any) -> object:
        *delimiters, ignore, fold, pad = more
        if int(fold or 0) not in (0, 1) or "" in delimiters or not delimiters:
            return ExcelError.VALUE
        fill = pad if given else ExcelError.NA
        folding = bool(int(fold or 0))
        lines = _parts(units(text), delimiters[across:], fold=folding, ignore=bool(ignore))
        table = [_parts(line, delimiters[:across], fold=folding, ignore=bool(ignore)) for line in lines]
        table = [line for line in table if line]
        if not table:
            return ExcelError.CALC
        width = max(map(len, table))
        if width * len(table) > LARGEST_ARRAY:
            raise TooLarge
        number = len(arrays)
        arrays[number] = [[*map(text_from, line), *[fill] * (width - len(line))] for line in table]
        return float(number)

    return body


def _parts(text: str, delimiters: list[str], *, fold: bool, ignore: bool) -> list[str]:
    parts, start = [], 0
    for begin, end in occurrences(text, [units(each) for each in delimiters], fold=fold):
        parts.append(text[start:begin])
        start = end
    return [part for part in [*parts, text[start:]] if part or not ignore]


FUNCTIONS = (
    on_values("CONCAT", parameters("text1:range"), _concatenated, 1, "2019"),
    on_values("TEXTJOIN", parameters("delimiter:range ignore_empty:any= text1:range"), _text_joined, 1, "2019"),
    on_values(
        "TEXTSPLIT",
        parameters("text:text col_delimiter:any row_delimiter:any= ignore_empty:any= match_mode:any= pad_with:any="),
        _split,
        since="2024",
    ),
)
