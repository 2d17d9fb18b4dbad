"""Where a program stands: its score and coverage on each axis, its quadrant, and whether another reading moves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from apportion.functions_programs import NOT_PLACED, placed, weighted_means
from apportion.programs.panel import medians
from apportion.rounding import significant
from apportion.schema_rubric import AXES
from apportion.spoken import together

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from apportion.programs.panel import Panel
    from apportion.programs.portfolio import Settings
    from apportion.rounding import Floats

MOST_NAMED = 3
"""As many raters are named one by one; of more only the number is told."""
PATTERNS = ("lowest scores", "highest scores", "medians")


@dataclass(frozen=True, eq=False)
class Standing:
    """By axis (last) the score, 0 to 4, NaN where nothing is rated, and the share of the weight that is rated."""

    scores: Floats
    coverage: Floats

    def places(self, settings: Settings) -> NDArray[np.object_]:
        """The quadrant of each, in words; not enough evidence where less of an axis is rated than is asked for."""
        enough = (self.coverage >= significant(settings.least_coverage)).all(axis=-1)
        priorities, outcomes = (np.where(enough, self.scores[..., axis], np.nan) for axis in range(len(AXES)))
        words = placed(priorities, outcomes, settings.priority_threshold, settings.outcome_threshold)
        return cast("NDArray[np.object_]", words)


def axis_weights(criteria: pd.DataFrame) -> Floats:
    """What each criterion weighs on each axis (axes x criteria): 0 off it and for conditions, 1 where it is blank."""
    weight = criteria["Weight"].fillna(1.0).to_numpy(dtype=float)
    counted = np.where((criteria["Role"] == "score") & (weight > 0), weight, 0.0)
    return np.array([np.where(criteria["Axis"] == axis, counted, 0.0) for axis in AXES])


def standing(scores: Floats, weights: Floats) -> Standing:
    """The standing by scores whose last axis is the criteria.

    >>> standing(np.array([4.0, 2.0, np.nan]), np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 2.0]])).scores.tolist()
    [3.0, nan]
    """
    rated = ~np.isnan(scores)
    share = [significant(rated @ weight / total) if (total := weight.sum()) else _none(scores) for weight in weights]
    means = [weighted_means(np.where(weight > 0, scores, np.nan), weight) for weight in weights]
    return Standing(np.stack(means, axis=-1), np.stack(share, axis=-1))


def _none(scores: Floats) -> Floats:
    return np.zeros(scores.shape[:-1])


def could_be(
    panel: Panel, weights: Floats, settings: Settings, places: NDArray[np.object_], called: Sequence[str] = ()
) -> list[str]:
    """For each program where another reading of its ratings would place it; "" where none would place it elsewhere.

    Read are each rater alone, the lowest and the highest score of each criterion, and the medians. Raters are named as
    they are `called`, by default by their names.
    """
    others = panel.others
    patterns = np.stack([panel.lowest, panel.highest, medians(others)])
    readings = np.concatenate([others.transpose(2, 0, 1), patterns])
    read = standing(readings, weights).places(settings)
    moved = (read != places) & (read != NOT_PLACED) & (places != NOT_PLACED)
    said, called = [""] * len(places), called or panel.raters
    for program in np.flatnonzero(moved.any(axis=0)).tolist():
        said[program] = _sentence(read[:, program].tolist(), np.flatnonzero(moved[:, program]).tolist(), called)
    return said


def _sentence(read: list[str], moved: list[int], raters: Sequence[str]) -> str:
    by_place: dict[str, tuple[list[str], list[str]]] = {}
    for reading in moved:
        alone, patterns = by_place.setdefault(read[reading], ([], []))
        if reading < len(raters):
            alone.append(raters[reading])
        else:
            patterns.append(f"the {PATTERNS[reading - len(raters)]}")
    return " ".join(
        f"{place} by {together([*_alone(alone), *patterns])}." for place, (alone, patterns) in by_place.items()
    )


def _alone(raters: list[str]) -> list[str]:
    if len(raters) > MOST_NAMED:
        return [f"each of {len(raters)} raters alone"]
    return [f"{together(raters)} alone"] if raters else []
