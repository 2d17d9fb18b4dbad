"""Cell functions: allocation arithmetic for a cell or a range. Names and argument order are frozen."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np

from apportion.errors import ApportionError
from apportion.registry import function
from apportion.rounding import to_step

Cells = Any  # a cell, or a range as a list of rows


class BadArgument(ApportionError, ValueError):
    """Raised when an argument of a cell function is not what its help asks for."""


@function("FTE")
def fte(
    students: Annotated[Cells, "Students, one cell or a range."],
    ratio: Annotated[Cells, "Students per FTE, one cell or a range of the same shape."],
    rounding: Annotated[Literal["none", "half up", "up", "down", "truncate"], "How to round."] = "none",
    step: Annotated[float, "Round to a multiple of this, such as 0.5."] = 1.0,
    minimum: Annotated[float | None, "At least so many FTE."] = None,
    maximum: Annotated[float | None, "At most so many FTE."] = None,
) -> Any:
    """FTE earned by students at a ratio: students / ratio, rounded, then held between minimum and maximum.

    A cell gives a number, a range gives rows of numbers. Raises BadArgument.

    >>> fte(636, 300, "half up", 0.1)
    2.1
    """
    counted, per = _numbers("students", students), _numbers("ratio", ratio)
    if (per <= 0).any():
        raise BadArgument("The ratio must be larger than 0.")
    if rounding not in ("none", "half up", "up", "down", "truncate"):
        raise BadArgument(f'Rounding "{rounding}" is none of: none, half up, up, down, truncate.')
    step, least, most = _number("step", step), _bound("minimum", minimum), _bound("maximum", maximum)
    if not step > 0:
        raise BadArgument("The step must be larger than 0, such as 0.5.")
    if least is not None and most is not None and least > most:
        raise BadArgument(f"The minimum, {least:g}, is larger than the maximum, {most:g}.")
    try:
        with np.errstate(over="ignore"):
            earned = to_step(counted / per, step, rounding)
    except ValueError:
        raise BadArgument(f"Students {counted.shape} and ratio {per.shape} must have the same shape.") from None
    held = np.clip(earned, least, most) if least is not None or most is not None else earned
    return held.tolist() if np.ndim(held) else float(held)


def _number(name: str, cell: Any) -> float:
    """The cell of an argument that takes no range."""
    if isinstance(cell, list):
        raise BadArgument(f"The {name} must be one cell, not a range.")
    return float(_numbers(name, cell))


def _bound(name: str, cell: Any) -> float | None:
    return None if cell is None else _number(name, cell)


def _numbers(name: str, cells: Cells) -> np.ndarray:
    """The cells as numbers, blanks as 0."""
    rows = cells if isinstance(cells, list) else [[cells]]
    rows = [row if isinstance(row, list) else [row] for row in rows]
    if len({len(row) for row in rows}) > 1:
        raise BadArgument(f"The rows of {name} have different lengths.")
    for row in rows:
        for cell in row:
            if isinstance(cell, bool) or not isinstance(cell, int | float | None):
                raise BadArgument(f'{name.capitalize()} has "{cell}", which is not a number.')
    numbers = np.array([[0.0 if cell is None else cell for cell in row] for row in rows], float)
    if not np.isfinite(numbers).all():
        raise BadArgument(f"{name.capitalize()} has a value that is not a number.")
    return numbers if isinstance(cells, list) else numbers.reshape(())


from apportion import functions_plan  # noqa: E402, F401 - its functions enter the registry; it needs BadArgument
