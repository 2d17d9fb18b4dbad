"""The scores that raters gave: an array of programs x criteria x raters, the owners' own apart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from apportion.programs.portfolio import listed
from apportion.schema_rubric import NOT_RATED, SCORES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from apportion.programs.portfolio import Portfolio
    from apportion.rounding import Floats

POINTS = {text: float(text) for text in SCORES if text != NOT_RATED}


@dataclass(frozen=True, eq=False)
class Panel:
    """What every rater gave: `scores` by program, criterion and rater (0 to 4, NaN where not rated).

    `owns` says by program and rater whose rating is the owner's, and stands apart. Programs, criteria and raters are
    in the order of their tables.
    """

    raters: tuple[str, ...]
    scores: Floats
    owns: NDArray[np.bool_]

    @cached_property
    def others(self) -> Floats:
        """The scores of all who do not own the program; the owner's are NaN."""
        return np.where(self.owns[:, np.newaxis, :], np.nan, self.scores)

    @cached_property
    def owners(self) -> Floats:
        """The owner's own scores; all others are NaN."""
        return np.where(self.owns[:, np.newaxis, :], self.scores, np.nan)

    @cached_property
    def lowest(self) -> Floats:
        """The lowest score that each program was given on each criterion, the owner's not counted."""
        return np.asarray(np.fmin.reduce(self.others, axis=-1, initial=np.nan))

    @cached_property
    def highest(self) -> Floats:
        """The highest score that each program was given on each criterion, the owner's not counted."""
        return np.asarray(np.fmax.reduce(self.others, axis=-1, initial=np.nan))


def read_panel(portfolio: Portfolio) -> Panel:
    """The scores of a portfolio's Ratings. A rating of a program, criterion or rater that is unknown is left out."""
    codes, criteria, raters = (
        portfolio.table(table)[column]
        for table, column in (("Programs", "Code"), ("Criteria", "Criterion"), ("Raters", "Rater"))
    )
    scores = np.full((len(codes), len(criteria), len(raters)), np.nan)
    given = portfolio.table("Ratings")
    about = (("Program", codes), ("Criterion", criteria), ("Rater", raters))
    at = np.array([_found(given[column], names) for column, names in about])
    known = (at >= 0).all(axis=0)
    points = np.array([*POINTS.values(), np.nan])
    scores[tuple(at[:, known])] = points[_found(given["Score"], POINTS)][known]
    return Panel(tuple(raters), scores, _owned(portfolio))


def _owned(portfolio: Portfolio) -> NDArray[np.bool_]:
    programs, raters = portfolio.table("Programs"), portfolio.table("Raters")
    place = {code.casefold(): number for code, number in _places(programs["Code"]).items()}
    owner = programs["Owner"].str.casefold().to_numpy(dtype=object)
    owns = owner[:, np.newaxis] == raters["Rater"].str.casefold().to_numpy(dtype=object)[np.newaxis, :]
    owns = np.asarray(owns, dtype=bool).reshape(len(programs), len(raters))
    for rater, codes in enumerate(raters["Owner of"]):
        owns[[place[code.casefold()] for code in listed(codes) if code.casefold() in place], rater] = True
    return owns


def _found(asked: pd.Series, names: Iterable[str]) -> NDArray[np.int64]:
    """Where each of the texts asked for stands among the names; -1 where it does not."""
    places = _places(names)
    place = np.array([*places.values(), -1])
    return place[pd.Index(list(places), dtype=object).get_indexer(pd.Index(asked, dtype=object))]


def _places(names: Iterable[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names)}


def counts(scores: Floats) -> NDArray[np.int64]:
    """How many scores there are along the last axis."""
    number: NDArray[np.int64] = (~np.isnan(scores)).sum(axis=-1)
    return number


def means(scores: Floats) -> Floats:
    """The mean of the scores along the last axis; NaN where there is none."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.nansum(scores, axis=-1) / counts(scores))


def medians(scores: Floats) -> Floats:
    """The median of the scores along the last axis; NaN where there is none."""
    if not scores.shape[-1]:
        return np.full(scores.shape[:-1], np.nan)
    ordered, number = np.sort(scores, axis=-1), counts(scores)  # NaN comes last
    lower, upper = (np.maximum(number - 1, 0) // 2, np.minimum(number // 2, scores.shape[-1] - 1))
    middle = [np.take_along_axis(ordered, place[..., np.newaxis], axis=-1)[..., 0] for place in (lower, upper)]
    return (middle[0] + middle[1]) / 2
