"""One formula on its own: values in, value out."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from apportion.formula.calls import TooLarge
from apportion.formula.errors import ExcelError
from apportion.formula.formula import parse
from apportion.formula.functions_lookup import failed
from apportion.formula.intersection import intersection
from apportion.formula.steps import Compiled, compiled
from apportion.formula.values import NAME, Value, constant, from_objects, held
from apportion.formula.work import MOST_FOR_ONE, TooMuch, Work

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apportion.formula.tree import ColumnReference, Name


def evaluate(text: str, inputs: Mapping[str, Any] | None = None, cell: str = "") -> Any:
    """The value of a formula: float, str, bool or `ExcelError`; of an array a list of rows.

    `inputs` maps each reference, written as it stands in the text, to a scalar or to a list of rows. None is a
    blank; a text such as "#N/A" is that error unless it is a `Text`. A reference without an input is #NAME?.
    `cell` is the address where the formula stands on its sheet in a file made before Excel had dynamic arrays: where
    the result would be an array, it is the value in the cell's own row or column.

    >>> evaluate("=SUM(A1:A3)*Rate", {"A1:A3": [[1], [2], [None]], "Rate": 0.5})
    1.5
    >>> evaluate("=ROUND(A1:A3,0)", {"A1:A3": [[1.5], [2.5], [3.4]]}, cell="B2")
    3.0
    """
    context = _Inputs(text, inputs or {})
    with np.errstate(all="ignore"):
        try:
            value = _compiled(text).step(context)
        except (TooLarge, TooMuch):
            return ExcelError.CALC
    found = result(value)
    return intersection(parse(text), found, cell) if cell and isinstance(found, list) else found


@lru_cache(maxsize=1024)
def _compiled(text: str) -> Compiled:
    return compiled(parse(text).tree)


def result(value: Value) -> Any:
    """A value as Python objects; a blank result is 0, as in a cell."""
    items = [0.0 if item is None else item for item in value.objects()]
    height, width = value.shape[2:]
    if (height, width) == (1, 1):
        return items[0]
    return [items[i * width : (i + 1) * width] for i in range(height)]


class _Inputs:
    """The inputs of one evaluation, found by the text of the reference."""

    def __init__(self, text: str, inputs: Mapping[str, Any]) -> None:
        self.text = text
        self.inputs = {_key(name): item for name, item in inputs.items()}
        self.memo: dict[object, Value] = {}
        self.shared: dict[object, Value] = {}
        self.values: dict[str, Value] = {}
        self.work = Work(MOST_FOR_ONE)

    def column(self, node: ColumnReference) -> Value:
        return self._value(self.text[node.start : node.end])

    def name(self, node: Name) -> Value:
        return self._value(self.text[node.start : node.end])

    def _value(self, reference: str) -> Value:
        key = _key(reference)
        if key not in self.values:
            self.values[key] = self._made(self.inputs[key]) if key in self.inputs else failed(NAME)
        return self.values[key]

    def _made(self, item: object) -> Value:
        if not isinstance(item, (list, tuple)):
            return constant(held(item))
        rows = [row if isinstance(row, (list, tuple)) else [row] for row in item]
        return from_objects((held(each) for row in rows for each in row), (1, 1, len(rows), len(rows[0])))


def _key(reference: str) -> str:
    return reference.strip().casefold()
