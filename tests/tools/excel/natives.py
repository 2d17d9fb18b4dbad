"""The few of Excel's own functions that stand around cell functions in a planner, written for the headless Excel."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tools.excel.syntax import ErrorValue

if TYPE_CHECKING:
    from collections.abc import Callable

Matrix = list[list[Any]]
NOT_AVAILABLE = ErrorValue("#N/A")


def _flat(*ranges: Matrix) -> list[Any]:
    return [value for matrix in ranges for row in matrix for value in row]


def _numbers(*ranges: Matrix) -> list[float]:
    return [value for value in _flat(*ranges) if isinstance(value, int | float) and not isinstance(value, bool)]


def _first_error(*ranges: Matrix) -> ErrorValue | None:
    return next((value for value in _flat(*ranges) if isinstance(value, ErrorValue)), None)


def _sum(*ranges: Matrix) -> Matrix:
    return [[_first_error(*ranges) or math.fsum(_numbers(*ranges))]]


def _counta(*ranges: Matrix) -> Matrix:
    return [[sum(value is not None for value in _flat(*ranges))]]


def _or(*ranges: Matrix) -> Matrix:
    return [[_first_error(*ranges) or any(bool(value) for value in _flat(*ranges) if not isinstance(value, str))]]


def _isna(matrix: Matrix) -> Matrix:
    return [[value == NOT_AVAILABLE and isinstance(value, ErrorValue) for value in row] for row in matrix]


def _match(wanted: Matrix, among: Matrix, kind: Matrix) -> Matrix:
    """Positions from 1 of exact matches, texts in any case; an empty cell is looked for as 0, which no text is."""
    if kind != [[0]]:
        raise NotImplementedError("MATCH is evaluated here for exact matches only")
    known = [_folded(value) for value in _flat(among)]

    def position(value: Any) -> Any:
        sought = _folded(0 if value is None else value)
        return known.index(sought) + 1 if sought in known else NOT_AVAILABLE

    return [[position(value) for value in row] for row in wanted]


def _filter(matrix: Matrix, keep: Matrix) -> Matrix:
    """The rows for which a column says so."""
    if len(keep) != len(matrix) or len(keep[0]) != 1:
        raise NotImplementedError("FILTER is evaluated here for rows only")
    return [row for row, (kept,) in zip(matrix, keep, strict=True) if kept is True] or [[ErrorValue("#CALC!")]]


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


NATIVE: dict[str, Callable[..., Matrix]] = {
    "COUNTA": _counta, "FILTER": _filter, "ISNA": _isna, "MATCH": _match, "OR": _or, "SUM": _sum,
}  # fmt: skip
