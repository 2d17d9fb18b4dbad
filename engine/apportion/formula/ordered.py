"""The numbers of an array in ascending order: sorted once, then asked by all rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from apportion.formula.pool import first_error

if TYPE_CHECKING:
    from apportion.formula.pool import Pool
    from apportion.formula.values import Codes, Data

# So many comparisons are done at once; more of them take longer than to bisect for each row.
_SMALL = 1 << 16


class Ordered:
    """Numbers in ascending order along the last axis, infinity where there are no more of them.

    `data` has the shape (scenarios, rows, 1, elements), `count` says how many numbers there are, `errors` is the
    first error of each row.
    """

    __slots__ = ("count", "data", "errors")

    def __init__(self, data: Data, mask: Data | None, errors: Codes | None) -> None:
        shape = (*data.shape[:2], 1, data.shape[2] * data.shape[3])
        plain = data if mask is None else np.where(mask, data, np.inf)
        self.data = np.sort(plain.reshape(shape).astype(np.float64), axis=3)
        if not shape[3]:
            self.data = np.full((*shape[:3], 1), np.inf)
        self.count = np.isfinite(self.data).sum(axis=3, keepdims=True).astype(np.float64)
        self.errors = first_error(errors)

    def at(self, place: Data) -> Data:
        """The numbers at positions counted from 0; what lies outside gives the nearest that is inside."""
        inside = np.clip(place, 0, np.maximum(self.count - 1, 0)).astype(np.intp)
        if self.data.shape[:2] == (1, 1):
            found = self.data.ravel()[inside]
        else:
            scenarios, rows = (
                np.arange(size).reshape((-1, 1, 1, 1) if axis == 0 else (1, -1, 1, 1)) if size > 1 else 0
                for axis, size in enumerate(self.data.shape[:2])
            )
            found = self.data[scenarios, rows, 0, inside]
        return np.where(np.isfinite(found), found, 0.0)

    def below(self, x: Data, *, equal: bool = False) -> Data:
        """How many of the numbers are less than each `x`, or with `equal` not greater."""
        side: Literal["left", "right"] = "right" if equal else "left"
        data = self.data
        if data.shape[:2] == (1, 1):
            return _place(data.ravel(), x, side)
        if data.shape[1] == 1:
            asked = np.broadcast_to(x, (data.shape[0], *x.shape[1:]))
            pairs = zip(data[:, 0, 0], asked, strict=True)
            return np.stack([_place(each, wanted, side) for each, wanted in pairs])
        outer = np.broadcast_shapes(data.shape[:2], x.shape[:2])
        flat = x.reshape(*x.shape[:2], -1)
        if outer[0] * outer[1] * flat.shape[2] * data.shape[3] < _SMALL:
            found: Data = (data <= flat[..., None] if equal else data < flat[..., None]).sum(axis=3, dtype=np.float64)
        else:
            held, asked = (np.broadcast_to(each, (*outer, each.shape[-1])) for each in (data[:, :, 0], flat))
            found = np.stack([_place(held[i], asked[i], side) for i in np.ndindex(outer)])
        return found.reshape(*outer, *x.shape[2:])


def _place(data: Data, x: Data, side: Literal["left", "right"]) -> Data:
    return np.asarray(np.searchsorted(data, x, side), dtype=np.float64)


def ordered(pool: Pool, position: int) -> Ordered:
    """The numbers in one argument, kept with its value, so that an array is sorted once for all rows."""
    value = pool.values[position]
    kept = value.indexed("ordered")
    key = pool.direct[position]
    if key not in kept:
        kept[key] = Ordered(*pool.one(position))
    found: Ordered = kept[key]
    return found
