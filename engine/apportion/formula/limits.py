"""What a computation of rows together cannot do: it is then done in smaller blocks, or row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.formula.values import NUMBER, SPILL, Value

if TYPE_CHECKING:
    from apportion.formula.values import Data

# How many elements an intermediate array may have; more than that is computed in blocks of rows.
LARGEST_ARRAY = 1 << 22


class TooLarge(Exception):
    """An intermediate array would have more elements than allowed."""


class OneByOne(Exception):
    """Rows need arrays of different sizes: compute them one by one."""


def not_together(*arrays: Data) -> Value:
    """#SPILL! where scenarios need arrays of different sizes; raises `OneByOne` where rows do."""
    if any(array.shape[1] > 1 for array in arrays):
        raise OneByOne
    return Value(NUMBER, np.zeros((1, 1, 1, 1)), np.full((1, 1, 1, 1), SPILL))
