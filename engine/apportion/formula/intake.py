"""Tables to values: columns of a DataFrame, or of a mapping of lists, become values of Excel's types."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from apportion import rounding
from apportion.formula.values import BLANK, BOOLEAN, MIXED, NUMBER, TEXT, Texts, Value, error_in, from_objects, held

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from apportion.formula.values import Data

    Table = pd.DataFrame | Mapping[str, Sequence[Any]]

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 Excel's dates have no zone
_NUMERIC = "iuf"


@dataclass(frozen=True)
class Contents:
    """A table that was read: its columns by folded name, their spelling, and the number of rows."""

    columns: dict[str, Value]
    names: dict[str, str]
    size: int
    table: Any


def contents(table: Table, before: Contents | None = None) -> Contents:
    """A table's columns as values; those that have not changed since `before` are kept as they are."""
    columns: dict[str, Value] = {}
    names: dict[str, str] = {}
    size = len(table.index) if hasattr(table, "index") else max((len(each) for each in table.values()), default=0)
    known = before.columns if before is not None and before.size == size else {}
    for name in table.keys():  # noqa: SIM118 a DataFrame iterates over its columns by `keys`
        folded = str(name).casefold()
        names.setdefault(folded, str(name))
        columns.setdefault(folded, _held(table[name], known.get(folded)))
    return Contents(columns, names, size, table)


def _held(column: Any, known: Value | None) -> Value:
    dtype = getattr(column, "dtype", None)
    if dtype is not None and getattr(dtype, "kind", "") in _NUMERIC and isinstance(dtype, np.dtype):
        value = _numbers(np.asarray(column, dtype=np.float64))
    elif dtype is not None and str(dtype) in ("str", "string") and hasattr(column, "array"):
        return known if known is not None and _same_texts(known, column) else _texts(column)
    else:
        value = _objects(column.tolist() if hasattr(column, "tolist") else list(column))
    if known is not None and same(known, value):
        return known
    value.clean = value.kind == NUMBER and _is_clean(value.data)
    return value


def _is_clean(data: Data) -> bool:
    whole = bool((np.rint(data) == data).all() and (np.abs(data) < 1e15).all())
    return whole or bool((rounding.significant(data) == data).all())


def same(one: Value, other: Value) -> bool:
    """Whether two values hold the same elements."""
    if one.kind != other.kind or one.shape != other.shape:
        return False
    arrays: tuple[tuple[Data | None, Data | None], ...] = (
        (one.data, other.data),
        (one.kinds, other.kinds),
        (one.errors, other.errors),
    )
    if any(
        (a is not None and b is not None and not np.array_equal(a, b)) or (a is None) != (b is None) for a, b in arrays
    ):
        return False
    return list(one.words.items) == list(other.words.items)


def _numbers(raw: Data) -> Value:
    data = np.array(raw).reshape(1, -1, 1, 1)
    blank = np.isnan(data)
    infinite = np.isinf(data)
    if not blank.any() and not infinite.any():
        return Value(NUMBER, data)
    if infinite.any():
        return _objects(raw.tolist())
    kinds = np.where(blank, np.int8(BLANK), np.int8(NUMBER))
    data[blank] = 0.0
    return Value(BLANK, data) if blank.all() else Value(MIXED, data, kinds=kinds)


def _texts(column: Any) -> Value:
    import pandas as pd

    codes, distinct = pd.factorize(column)
    items: list[str] = distinct.tolist()
    if (codes < 0).any() or any(item[:1] == "#" and error_in(item) for item in items):
        return _objects([None if code < 0 else items[code] for code in codes.tolist()])
    return Value(TEXT, codes.astype(np.intp).reshape(1, -1, 1, 1), None, Texts(items))


def _same_texts(value: Value, column: Any) -> bool:
    """Whether a column of texts holds what was read from it before."""
    if value.kind != TEXT or value.errors is not None:
        return False
    before = np.array(value.words.items, dtype=object)[value.data.ravel()]
    return bool((np.asarray(column.array, dtype=object) == before).all())


def _objects(items: list[Any]) -> Value:
    kinds = set(map(type, items))
    if kinds - _PLAIN:
        items = [_plain(item) for item in items]
    elif kinds == {bool}:
        return Value(BOOLEAN, np.array(items, dtype=bool).reshape(1, -1, 1, 1))
    elif kinds <= {int, float, type(None)} and kinds != {type(None)}:
        return _numbers(np.array(items, dtype=np.float64))
    return from_objects(map(held, items), (1, len(items), 1, 1))


_PLAIN = {float, int, str, bool, type(None)}


def _plain(item: Any) -> Any:
    """Dates as serial numbers, decimals as floats, and what pandas uses for a missing value as a blank."""
    if isinstance(item, datetime):
        if item != item:  # noqa: PLR0124 pandas' missing time
            return None
        span = item.replace(tzinfo=None) - _EPOCH
        return span.days + span.seconds / 86400
    if isinstance(item, date):
        return float((datetime(item.year, item.month, item.day) - _EPOCH).days)  # noqa: DTZ001
    if isinstance(item, Decimal):
        return float(item)
    return None if type(item).__name__ in ("NAType", "NaTType") else item
