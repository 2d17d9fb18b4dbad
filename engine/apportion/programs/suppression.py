"""Which metrics may not be published, because a reader could learn something about a few students.

A group of fewer than 10 students is suppressed. So is the next smallest group of the same metric while all students
are shown beside it: a single group that is left out, or several that are fewer than 10 students together, could be
worked out from the rest.

Source: U.S. Department of Education, Privacy Technical Assistance Center, "Frequently Asked Questions - Disclosure
Avoidance" (complementary suppression); NCES 2011-603, where most states publish groups of 10 students and more.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from apportion.programs.progress_of import key_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    import pandas as pd

    from apportion.programs.progress_of import Key

LEAST_PUBLISHED = 10  # students
SMALL = "suppressed (fewer than 10 students)"
TOGETHER = "suppressed (so that a group of fewer than 10 students cannot be worked out)"
UNKNOWN = "not published (the number of students is not entered)"


def withheld(
    metrics: Sequence[Mapping[Hashable, Any]], readings: Mapping[Key, pd.DataFrame], helped: Mapping[str, float]
) -> list[str]:
    """Why each metric is not published, in words; "" where it is.

    A reading of all students without a number of its own is of the students whom the investment helped, by its code.
    """
    fewest = [_fewest(row, readings.get(key_of(row)), helped) for row in metrics]
    reasons = ["" if count is None or count >= LEAST_PUBLISHED else SMALL for count in fewest]
    reasons = [UNKNOWN if count is not None and math.isnan(count) else why for count, why in zip(fewest, reasons)]  # noqa: B905 - one from the other
    by_metric: dict[tuple[str, str], list[int]] = {}
    for index, row in enumerate(metrics):
        by_metric.setdefault(key_of(row)[:2], []).append(index)
    for places in by_metric.values():
        for place in _complementary(places, metrics, fewest, reasons):
            reasons[place] = TOGETHER
    return reasons


def is_small(students: float) -> bool:
    """Whether a number of students is not published, nor what is computed from it."""
    return students < LEAST_PUBLISHED


def _fewest(row: Mapping[Hashable, Any], readings: pd.DataFrame | None, helped: Mapping[str, float]) -> float | None:
    """The fewest students of any reading, NaN where one of them has no number.

    Before its first reading the size of a group is not known, and its baseline may be that of a few students; all
    students are those helped, and None where that is not entered.
    """
    group, known = row["Student group"], helped.get(row["Investment"], math.nan)
    if readings is None:
        return math.nan if group else None if math.isnan(known) else known
    counts = readings["Students"] if group else readings["Students"].fillna(known)
    return math.nan if counts.isna().any() else float(counts.min())


def _complementary(
    places: Sequence[int],
    metrics: Sequence[Mapping[Hashable, Any]],
    fewest: Sequence[float | None],
    reasons: Sequence[str],
) -> list[int]:
    """Groups of one metric that must be left out beside those that are, the smallest first."""
    total_is_shown = any(not metrics[place]["Student group"] and not reasons[place] for place in places)
    groups = [place for place in places if metrics[place]["Student group"]]
    hidden = [place for place in groups if reasons[place]]
    if not hidden or not total_is_shown:
        return []
    count = {place: 0.0 if math.isnan(number := fewest[place] or 0.0) else number for place in groups}
    others = sorted((place for place in groups if not reasons[place]), key=lambda place: count[place])
    added: list[int] = []
    while others and (len(hidden) + len(added) < 2 or is_small(sum(count[place] for place in (*hidden, *added)))):
        added.append(others.pop(0))
    return added
