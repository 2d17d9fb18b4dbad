"""Results as a caller takes them: one column, as numbers, as Python values, or as a mask of errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from apportion.formula.coercion import numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from apportion.formula.values import Value


@dataclass(frozen=True)
class Column:
    """A column of results, one per row (and scenario, where names had one value per scenario)."""

    value: Value
    size: int

    def numbers(self) -> NDArray[np.float64]:
        """float64, shape (rows,) or (scenarios, rows): texts and errors are NaN, booleans 1 and 0, blanks 0."""
        data, errors = numbers(self._broadcast)
        kept = data if errors is None else np.where(errors != 0, np.nan, data)
        return self._shaped(np.array(kept, dtype=np.float64))

    def values(self) -> list[Any]:
        """Python values: float, str, bool, None or `ExcelError`; a list of lists when there are scenarios."""
        items = self._broadcast.objects()
        if self.value.shape[0] == 1:
            return items
        return [items[i : i + self.size] for i in range(0, len(items), self.size)]

    def errors(self) -> NDArray[np.bool_]:
        """Which rows hold an error."""
        value = self._broadcast
        return self._shaped(np.zeros(value.shape, bool) if value.errors is None else value.errors != 0)

    def at(self, row: int) -> Any:
        """The value in one row, counted from 0; of scenarios a list."""
        items = self._broadcast.item((slice(None), slice(row, row + 1))).objects()
        return items[0] if len(items) == 1 else items

    @property
    def _broadcast(self) -> Value:
        return self.value.broadcast((self.value.shape[0], self.size, 1, 1))

    def _shaped(self, data: NDArray[Any]) -> NDArray[Any]:
        return data.reshape(self.size) if data.shape[0] == 1 else data.reshape(-1, self.size)
