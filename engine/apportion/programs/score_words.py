"""What is said of a program's scores in a sentence: who differs, and what is missing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from apportion.programs.placing import MOST_NAMED
from apportion.spoken import counted, fiscal, together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apportion.programs.panel import Panel


def who_differs(names: Sequence[str], panel: Panel, least: float) -> list[str]:
    """For each program the criterion on which raters are farthest apart, from `least` points on, and who gave what.

    `names` are those of the criteria.
    """
    low, high, others = panel.lowest, panel.highest, panel.others
    apart = np.nan_to_num(high - low, nan=-1.0)
    said = [""] * len(others)
    for program in np.flatnonzero((apart >= least).any(axis=-1)).tolist():
        criterion = int(apart[program].argmax())
        more = int((apart[program] >= least).sum()) - 1
        given = dict.fromkeys((high[program, criterion], low[program, criterion]))
        scores = others[program, criterion].tolist()
        who = "; ".join(f"{points:g} by {_raters(scores, points, panel.raters)}" for points in given)
        further = f" And {counted(more, 'further criterion', 'further criteria')}." if more else ""
        said[program] = f"{names[criterion]}: {who}.{further}"
    return said


def _raters(scores: list[float], points: float, raters: Sequence[str]) -> str:
    who = [rater for rater, score in zip(raters, scores, strict=True) if score == points]
    return together(who) if len(who) <= MOST_NAMED else f"{len(who)} raters"


def low_ones(names: Sequence[str], scores: Sequence[float], threshold: float) -> str:
    """The criteria below a threshold, with their scores, as a sentence; "" where none is."""
    low = [f"{name} {score:.2f}" for name, score in zip(names, scores, strict=True) if score < threshold]
    return f"Low: {together(low)}." if low else ""


def unrated_ones(names: Sequence[str], scores: Sequence[float]) -> str:
    """The criteria that nobody rated, as a sentence; "" where all are rated."""
    unrated = [name for name, score in zip(names, scores, strict=True) if math.isnan(score)]
    return f"Not rated: {together(unrated)}." if unrated else ""


def recurring_in_words(years: Sequence[int], shares: Sequence[float]) -> str:
    """For which years no recurring fund is meant, as a sentence; "" where every year of cost has some."""
    costed = [year for year, share in zip(years, shares, strict=True) if not math.isnan(share)]
    without = [year for year, share in zip(years, shares, strict=True) if share == 0]
    if not without:
        return ""
    if without == costed:
        return "No recurring fund."
    return f"No recurring fund in {together([fiscal(year) for year in without])}."
