"""Cell functions of staffing: FTE at a ratio, classes under a limit, steps by size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import numpy as np

from apportion.combinations import left_over, shares_class
from apportion.expansions import typed_choice, typed_number, within
from apportion.functions_cells import (
    BadArgument,
    Cells,
    Rows,
    bound,
    cells,
    choice,
    known,
    number,
    numbers,
    require,
    together,
)
from apportion.registry import NotNative, function
from apportion.rounding import exact_step, step_formula, to_step

if TYPE_CHECKING:
    from apportion.rounding import Floats

Rounding = Literal["none", "half up", "up", "down", "truncate"]
ROUNDINGS = get_args(Rounding)
BAND_COLUMNS = ("From", "To", "Value")


def _fte_natively(
    students: str, ratio: str, rounding: str = "", step: str = "", minimum: str = "", maximum: str = ""
) -> str:
    mode: Any = typed_choice("rounding", rounding, "none", ROUNDINGS)
    size = exact_step(typed_number("step", step, 1.0))
    if size <= 0:
        raise NotNative("A step is larger than 0.", "Write a number, such as 0.5.")
    text = step_formula(f"{within(students)}/{within(ratio)}", size, mode)
    text = f"MAX({text},{minimum})" if minimum else text
    return f"MIN({text},{maximum})" if maximum else text


@function("FTE", expansion=_fte_natively)
def fte(
    students: Annotated[Cells, "Students, one cell or a range."],
    ratio: Annotated[Cells, "Students per FTE, one cell or a range of the same shape."],
    rounding: Annotated[Rounding, "How to round: none, half up, up, down or truncate."] = "none",
    step: Annotated[float, "Round to a multiple of this, such as 0.5; by default whole FTE."] = 1.0,
    minimum: Annotated[Cells, "At least so many FTE; empty for no minimum."] = None,
    maximum: Annotated[Cells, "At most so many FTE; empty for no maximum."] = None,
) -> Any:
    """FTE earned by students at a ratio: students / ratio, rounded, then held between minimum and maximum.

    A cell gives a number, a range gives rows of numbers. A step of 0.1667 is meant as a sixth.

    Source: Allovue Allocate help, ratio-based FTE.

    Raises BadArgument.

    >>> fte(636, 300, "half up", 0.1)
    2.1
    """
    mode: Any = choice("rounding", rounding, ROUNDINGS)
    size = exact_step(number("step", step))
    if not size > 0:
        raise BadArgument("The step must be larger than 0, such as 0.5.")
    counted, per, least, most = together(
        students=numbers("students", students),
        ratio=numbers("ratio", ratio),
        minimum=bound("minimum", minimum, -np.inf),
        maximum=bound("maximum", maximum, np.inf),
    )
    require("ratio", per, per > 0, "be larger than 0")
    if (least > most).any():
        low, high = least[least > most][0], most[least > most][0]
        raise BadArgument(f"The minimum, {low:.15g}, is larger than the maximum, {high:.15g}.")
    with np.errstate(over="ignore"):
        return cells(np.clip(to_step(counted / per, size, mode), least, most))


def _sections_natively(students: str, limit: str, cohorts: str = "", combination_limit: str = "") -> str:
    if combination_limit:
        raise NotNative(
            "SECTIONS with a combination limit needs all grades of a school, which one formula of a rule does not see.",
            'Use the method "sections" with Combine and Combination limit.',
        )
    room = f"({within(limit)}*{within(cohorts)})" if cohorts else within(limit)
    return f"ROUNDUP({within(students)}/{room},0)"


@function("SECTIONS", expansion=_sections_natively)
def sections(
    students: Annotated[Cells, "Students of a grade; a range for several grades or schools."],
    limit: Annotated[Cells, "Most students in a class, one cell or a range of the same shape."],
    cohorts: Annotated[Cells, "Groups that attend in turns, such as 2 for A and B days; by default 1."] = 1.0,
    combination_limit: Annotated[
        float | None, "Most students in a class of two neighboring grades; empty for no such classes."
    ] = None,
) -> Any:
    """Classes that hold all students: students / (limit x cohorts), rounded up for every grade.

    With a combination limit the grades of a school stand in one row, or in one column, from the lowest on. What each
    grade has beyond its full classes is left over; two neighbors that each have some left over share a class when both
    together fit in it, and a grade is in one such class at most. A shared class is counted with its lower grade.

    Source: Virginia Standards of Quality, Code of Virginia 22.1-253.13:2 (class maximum); sections per grade with a cap
    and combination classes, as districts staff elementary schools.

    Raises BadArgument.

    >>> sections([[25, 47, 24]], 24, 1, 26)
    [[2.0, 1.0, 1.0]]
    """
    counted, most, turns = together(
        students=numbers("students", students),
        limit=numbers("limit", limit),
        cohorts=bound("cohorts", cohorts, 1.0),
    )
    require("students", counted, counted >= 0, "not be negative")
    require("limit", most, most > 0, "be larger than 0")
    require("cohorts", turns, turns >= 1, "be 1 or more")
    with np.errstate(over="ignore"):
        room = most * turns
        full = to_step(counted / room, 1.0, "up")
    together_at_most = bound("combination_limit", combination_limit, np.inf)
    if np.isinf(together_at_most).all():
        return cells(full)
    together_at_most = np.asarray(number("combination_limit", combination_limit))
    require("combination_limit", together_at_most, together_at_most > 0, "be larger than 0")
    if full.ndim == 0:
        return cells(full)
    down = full.shape[1] == 1
    saved = _combined(counted.T if down else counted, room.T if down else room, float(together_at_most))
    return cells(full - (saved.T if down else saved))


def _combined(students: Floats, room: Floats, limit: float) -> Floats:
    """The classes that each grade has less because it shares one with the grade below, in rows of one school each."""
    from apportion.formula import Model

    grades = range(students.shape[1])
    table: dict[str, Any] = {f"Students {i}": students[:, i] for i in grades}
    table |= {f"Room {i}": room[:, i] for i in grades}
    table["Limit"] = np.full(len(students), limit)
    pairs = [f"[@[Pair {i}]]" for i in grades[1:]]
    texts = {f"Over {i}": f"={left_over(f'[@[Students {i}]]', f'[@[Room {i}]]')}" for i in grades}
    texts |= {
        f"Pair {i}": f"={shares_class(f'[@[Over {i - 1}]]', f'[@[Over {i}]]', '[@Limit]', pairs[: i - 1])}"
        for i in grades[1:]
    }
    run = Model(texts).run(table)
    return np.column_stack([np.zeros(len(students)), *(run.column(f"Pair {i}").numbers() for i in grades[1:])])


@function("BAND", instead='Use the method "banded FTE" or "banded dollars" with a band of the table Bands.')
def band(
    n: Annotated[Cells, "What the band goes by, such as enrollment; one cell or a range."],
    bands: Annotated[Rows, "The steps: columns From, To, Value, with or without their headers; To empty: no end."],
) -> Any:
    """Value of the step that a count falls into: from <= n < to; 0 where it is in none.

    The steps may stand in any order; with headers other columns may stand beside From, To and Value.

    Source: Allovue Allocate help, banded staffing allocation.

    Raises BadArgument when two steps overlap, or one ends before it begins.

    >>> band([[299], [300]], [["From", "To", "Value"], [0, 300, 0.5], [300, None, 1]])
    [[0.5], [1.0]]
    """
    starts, ends, values = _steps(bands)
    if len(starts) == 0:
        raise BadArgument("Bands has no step. Select the columns From, To and Value.")
    for start, end in zip(starts, ends, strict=True):
        if not end > start:
            raise BadArgument(f"The step from {start:,.15g} ends at {end:,.15g}, so that no count is in it.")
    for end, start in zip(ends, starts[1:], strict=False):
        if end > start:
            raise BadArgument(f"The step to {end:,.15g} overlaps with the next one, which starts at {start:,.15g}.")
    counted = numbers("n", n)
    place = np.searchsorted(starts, counted, side="right") - 1
    inside = (place >= 0) & (counted < ends[place])
    return cells(np.where(inside, values[place], 0.0))


def _steps(bands: Any) -> tuple[Floats, Floats, Floats]:
    """From, To and Value of the steps, the lowest first."""
    rows = bands if isinstance(bands, list) else [[bands]]
    rows = [row if isinstance(row, list) else [row] for row in rows]
    header = [str(cell).strip().casefold() for cell in rows[0]] if rows else []
    places = [header.index(each.casefold()) if each.casefold() in header else -1 for each in BAND_COLUMNS]
    headed = any(place >= 0 for place in places)
    if headed and -1 in places:
        missing = BAND_COLUMNS[places.index(-1)]
        raise BadArgument(f"Bands has no column {missing}. Name three of its columns From, To and Value.")
    if not headed and any(len(row) != len(BAND_COLUMNS) for row in rows):
        raise BadArgument("Bands must have three columns, From, To and Value, or headers that name them.")
    body = [[row[place] for place in places] for row in rows[1:]] if headed else rows
    body = [row for row in body if any(cell not in (None, "") for cell in row)]
    if not body:
        return np.zeros(0), np.zeros(0), np.zeros(0)
    columns = [[[row[i]] for row in body] for i in range(len(BAND_COLUMNS))]
    starts = known("from", columns[0]).reshape(-1)
    ends, values = bound("to", columns[1], np.inf).reshape(-1), known("value", columns[2]).reshape(-1)
    if np.isnan(starts).any() or np.isnan(values).any():
        raise BadArgument("Every step of bands needs From and Value; only To may be empty, where there is no end.")
    order = np.argsort(starts, kind="stable")
    return starts[order], ends[order], values[order]
