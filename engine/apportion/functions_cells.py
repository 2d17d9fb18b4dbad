"""How the arguments of cell functions are read, and how a result stands in cells again.

A cell is a number, a text, a truth value, a date or blank (None, or the empty text that a formula leaves); a range is
a list of rows. An error stands as its text, such as "#N/A".
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from apportion.cells import ERROR_VALUES, clean
from apportion.errors import ApportionError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from apportion.rounding import Floats

    Gather = Callable[[Floats], Floats]

Cells = Any  # a cell, or a range as a list of rows
Rows = list[list[Any]]  # a range, also where it is one cell
NOT_RATED = "NR"
TOO_LARGE = "#NUM!"
_UNRATED = ("nr", "not rated", "n/a")


class BadArgument(ApportionError, ValueError):
    """Raised when an argument of a cell function is not what its help asks for."""


def numbers(name: str, cells: Cells, *, blank: float = 0.0) -> Floats:
    """The numbers of an argument, of a range as rows; blank cells as `blank`. Raises BadArgument.

    >>> numbers("students", [[300], [None]]).tolist()
    [[300.0], [0.0]]
    """
    return _read(name, cells, blank, unrated=())


def ratings(name: str, cells: Cells) -> Floats:
    """Scores of an argument; blank cells and "NR" (not rated) as NaN. Raises BadArgument.

    >>> ratings("scores", [[3, "NR", None]]).tolist()
    [[3.0, nan, nan]]
    """
    return _read(name, cells, np.nan, unrated=_UNRATED)


def known(name: str, cells: Cells) -> Floats:
    """The numbers of an argument; blank cells as NaN, since they are not known yet. Raises BadArgument."""
    return _read(name, cells, np.nan, unrated=())


def bound(name: str, cells: Cells, none: float) -> Floats:
    """The limits of an argument; blank cells as `none`, which is no limit. Raises BadArgument.

    >>> bound("maximum", [[2], [None]], np.inf).tolist()
    [[2.0], [inf]]
    """
    given = known(name, cells)
    return np.where(np.isnan(given), none, given)


def number(name: str, cell: Any) -> float:
    """The number of an argument that takes one cell. Raises BadArgument."""
    read = numbers(name, cell)
    if read.ndim:
        raise BadArgument(f"The {_words(name)} must be one cell, not a range.")
    return float(read)


def together(**arrays: Floats) -> list[Floats]:
    """The arguments in one shape: a cell stands for every cell of the ranges. Raises BadArgument.

    >>> [each.tolist() for each in together(students=np.array([[300.0, 450.0]]), ratio=np.array(25.0))]
    [[[300.0, 450.0]], [[25.0, 25.0]]]
    """
    ranges = {name: array for name, array in arrays.items() if array.ndim}
    shapes = {array.shape for array in ranges.values()}
    if len(shapes) > 1:
        said = ", ".join(f"{_words(name)} {_size(array)}" for name, array in ranges.items())
        raise BadArgument(f"Ranges must have the same shape; here {said}. Select as many cells in each, or one cell.")
    return [np.broadcast_to(array, next(iter(shapes), ())) for array in arrays.values()]


def require(name: str, array: Floats, holds: Any, must: str) -> None:
    """Refuse an argument whose cells do not all hold; says the first that does not. Raises BadArgument.

    `must` is what is asked, such as "be larger than 0".
    """
    wrong = np.argwhere(~np.broadcast_to(holds, array.shape))
    if not len(wrong):
        return
    place = tuple(wrong[0])
    shown = f"{float(array[place]):.15g}"
    where = f"{_place(place)} it is {shown}" if array.ndim else f"it is {shown}"
    raise BadArgument(f"The {_words(name)} must {must}; {where.strip()}.")


def choice(name: str, text: Any, choices: Sequence[str]) -> str:
    """The one of the choices that a text means, in any case. Raises BadArgument."""
    if isinstance(text, list):
        raise BadArgument(f"The {_words(name)} must be one cell, not a range.")
    said = _words(name).capitalize()
    if isinstance(text, str) and text in ERROR_VALUES:
        raise BadArgument(_error(said, text, ""))
    folded = clean(str(text)).casefold()
    for each in choices:
        if each.casefold() == folded:
            return each
    raise BadArgument(f'{said} "{text}" is none of: {", ".join(choices)}.')


def by_group(name: str, values: Floats, weights_name: str, weights: Floats) -> tuple[Floats, Floats, Gather]:
    """Values and weights with the groups along their last axis, and how what is made of them stands in cells.

    Weights in a row belong to the columns of the values, weights in a column to their rows; weights of the same shape
    as several rows of values are each row's own. A single weight belongs to every value. Raises BadArgument.
    """
    table, weight = np.atleast_2d(values), np.atleast_2d(weights)
    if weight.size == 1:
        return table[..., None], np.broadcast_to(weight, (*table.shape, 1)), lambda made: made.reshape(values.shape)
    if weight.shape[1] == 1 and table.shape[0] == weight.shape[0]:  # groups go down, a column for each school
        return table.T, np.broadcast_to(weight.T, table.T.shape), lambda made: _alone(made.reshape(1, -1))
    if weight.shape in ((1, table.shape[1]), table.shape):
        return table, np.broadcast_to(weight, table.shape), lambda made: _alone(made.reshape(-1, 1))
    raise BadArgument(
        f"There must be one of the {_words(weights_name)} for each group; here {_words(name)} {_size(table)}, "
        f"{_words(weights_name)} {_size(weight)}. Select as many cells, in the same direction."
    )


def _alone(made: Floats) -> Floats:
    return made if made.size > 1 else made.reshape(())


def cells(values: Any, unknown: str = "") -> Any:
    """A result as cells: a number, or rows; what is too large for a cell is #NUM!, NaN is what is not known.

    >>> cells(np.array([[2.0, np.inf, np.nan]]))
    [[2.0, '#NUM!', '']]
    """
    array = np.asarray(values, dtype=float)
    return array.tolist() if np.isfinite(array).all() else _finite(array.tolist(), unknown)


def _finite(value: Any, unknown: str) -> Any:
    if isinstance(value, list):
        return [_finite(each, unknown) for each in value]
    return value if np.isfinite(value) else unknown if np.isnan(value) else TOO_LARGE


def _read(name: str, cells: Cells, blank: float, unrated: Sequence[str]) -> Floats:
    said = _words(name).capitalize()
    rows = _rows(said, cells)
    if not set().union(*(map(type, row) for row in rows)) <= {float, int}:
        ranged = isinstance(cells, list)
        rows = [
            [_number(said, cell, (i, j) if ranged else (), blank, unrated) for j, cell in enumerate(row)]
            for i, row in enumerate(rows)
        ]
    try:
        array = np.array(rows, float)
    except OverflowError:
        raise BadArgument(f"{said} has a number that is too large for a cell.") from None
    if not np.isfinite(array).all() and not (np.isnan(blank) and not np.isinf(array).any()):
        raise BadArgument(f"{said} has a value that is not a number.")
    return array if array.size > 1 else array.reshape(())


def _rows(said: str, cells: Cells) -> list[list[Any]]:
    if isinstance(cells, np.ndarray):
        cells = cells.tolist()
    rows = list(cells) if isinstance(cells, list | tuple) else [[cells]]
    rows = [list(row) if isinstance(row, list | tuple) else [row] for row in rows]
    if not rows or not rows[0]:
        raise BadArgument(f"{said} is an empty range. Select at least one cell.")
    if len({len(row) for row in rows}) > 1:
        raise BadArgument(f"The rows of {said.lower()} have different lengths.")
    return rows


def _number(said: str, cell: Any, place: tuple[int, ...], blank: float, unrated: Sequence[str]) -> float:
    if cell is None or cell == "":
        return blank
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if isinstance(cell, float) and np.isnan(cell):
            raise BadArgument(f"{said} has a value that is not a number{_place(place)}.")
        return cell
    if isinstance(cell, str) and clean(cell).casefold() in unrated:
        return np.nan
    where = _place(place)
    for holds, tell in _FAULTS:
        if holds(cell):
            raise BadArgument(tell(said, cell, where))
    raise BadArgument(f'{said} has "{cell}"{where}, which is not a number.')


def _error(said: str, cell: Any, where: str) -> str:
    return f"{said} has {cell}{where}: mend that cell first, or catch it with IFERROR."


def _truth(said: str, cell: Any, where: str) -> str:
    return f"{said} has {str(cell).upper()}{where}, which is not a number: type one, or select other cells."


def _date(said: str, cell: Any, where: str) -> str:
    return f"{said} has the date {cell.isoformat()}{where}, which is not a number: type one, or select other cells."


def _text(said: str, cell: Any, where: str) -> str:
    mend = "turn the text into a number" if _looks_like_a_number(cell) else "type a number, or leave the cell empty"
    return f'{said} has "{cell}"{where}, which is not a number: {mend}.'


_FAULTS: tuple[tuple[Callable[[Any], bool], Callable[[str, Any, str], str]], ...] = (
    (lambda cell: isinstance(cell, str) and cell in ERROR_VALUES, _error),
    (lambda cell: isinstance(cell, bool), _truth),
    (lambda cell: isinstance(cell, dt.date), _date),
    (lambda cell: isinstance(cell, str), _text),
)


def _looks_like_a_number(text: str) -> bool:
    return clean(text).replace(",", "").replace(".", "", 1).lstrip("$-").isdigit()


def _place(place: Sequence[int]) -> str:
    """Where in its range a cell stands, counted from 1."""
    return f" in row {place[0] + 1}, column {place[1] + 1}" if len(place) else ""


def _size(array: Floats) -> str:
    return f"{array.shape[0]} x {array.shape[1]}"


def _words(name: str) -> str:
    """The name of an argument as people say it."""
    return name.replace("_", " ")
