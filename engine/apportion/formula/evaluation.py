"""One formula on its own: values in, value out."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from apportion.formula.errors import ExcelError
from apportion.formula.formula import parse
from apportion.formula.functions_lookup import failed
from apportion.formula.limits import TooLarge
from apportion.formula.steps import Compiled, compiled
from apportion.formula.values import NAME, Value, constant, from_objects

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apportion.formula.tree import ColumnReference, Name


def evaluate(text: str, inputs: Mapping[str, Any] | None = None) -> Any:
    """The value of a formula: float, str, bool or `ExcelError`; of an array a list of rows.

    `inputs` maps each reference, written as it stands in the text, to a scalar or to a list of rows. None is a
    blank; a text such as "#N/A" is that error. A reference without an input is #NAME?.

    >>> evaluate("=SUM(A1:A3)*Rate", {"A1:A3": [[1], [2], [None]], "Rate": 0.5})
    1.5
    """
    context = _Inputs(text, inputs or {})
    with np.errstate(all="ignore"):
        try:
            value = _compiled(text).step(context)
        except TooLarge:
            return ExcelError.CALC
    return result(value)


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
            return constant(item)
        rows = [row if isinstance(row, (list, tuple)) else [row] for row in item]
        return from_objects([each for row in rows for each in row], (1, 1, len(rows), len(rows[0])))


def _key(reference: str) -> str:
    return reference.strip().casefold()
