"""Grant-funded and legacy programs side by side: how many, how they score, and what each place costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.functions_programs import NOT_PLACED, QUADRANTS
from apportion.programs.rubric import NAMED
from apportion.schema_rubric import AXES, ORIGINS
from apportion.workbook.program_quadrant import SCORED, TABLE
from apportion.workbook.sheets import Cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from apportion.workbook.sheets import Style

PLACES = (NAMED, *(words for words in QUADRANTS.values() if words != NAMED), NOT_PLACED)
"""Places in the order of both tables: what cannot be kept as is comes first."""


def side_by_side(programs: pd.DataFrame, at: tuple[int, int], *, live: bool) -> Iterator[Cell]:
    """Cells from (row, column) on: a label, grant-funded and legacy, with formulas over ProgramScores."""
    row, column = at
    for place, head in enumerate(("Side by side", *(origin.capitalize() for origin in ORIGINS))):
        yield Cell(row, column + place, head, "header_number" if place else "header")
    for down, (label, style, kind, where) in enumerate(_rows(), row + 1):
        yield Cell(down, column, label, "row")
        for place, origin in enumerate(ORIGINS, 1):
            value, formula = _figure(programs, origin, kind, where)
            yield Cell(down, column + place, value, style, formula if live else "")


def _rows() -> Iterator[tuple[str, Style, str, str]]:
    yield "Programs", "row_count", "count", ""
    for axis, name in zip(AXES, SCORED, strict=True):
        yield f"{axis}, mean score", "row_score", "mean", name
    for place in PLACES:
        yield f"{place}: programs", "row_count", "count", place
    yield "Cost", "row_dollars", "sum", ""
    for place in PLACES:
        yield f"{place}: cost", "row_dollars", "sum", place


def _figure(programs: pd.DataFrame, origin: str, kind: str, where: str) -> tuple[float | str, str]:
    """A count, sum or mean of one origin, and the formula that says the same."""
    own = programs[programs["Origin"] == origin]
    of_origin = f'{TABLE}[Origin],"{origin}"'
    if kind == "mean":
        known = own[where].dropna()
        formula = f'IFERROR(AVERAGEIFS({TABLE}[{where}],{of_origin}),"")'
        return (float(np.mean(known)) if len(known) else ""), formula
    own, placed = (own[own["Place"] == where], f',{TABLE}[Place],"{where}"') if where else (own, "")
    if kind == "count":
        return len(own), f"COUNTIFS({of_origin}{placed})"
    return float(own["Cost"].sum()), f"SUMIFS({TABLE}[Cost],{of_origin}{placed})"
