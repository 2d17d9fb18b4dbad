"""When nothing fits: the smallest set of limits that cannot hold together."""

from __future__ import annotations

from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

from apportion.programs.planning import any_plan, task
from apportion.progress import stage

if TYPE_CHECKING:
    from collections.abc import Collection

    from apportion.programs.choices import Choices
    from apportion.programs.limits import Active

_SETS_AT_MOST = 600  # sets of limits that are tried one by one
_SECONDS_EACH = 5.0


def conflict(choices: Choices, limits: Active) -> tuple[str, ...]:
    """The limits, in words, that cannot hold together; without any one of them the others can.

    First limits are taken away as long as the rest still conflicts; then every smaller set is tried, so that the set is
    the smallest there is unless there are too many to try.
    """
    found = _irreducible(choices, limits)
    every = sorted(limits.places)
    for size in range(1, len(found)):
        if comb(len(every), size) > _SETS_AT_MOST:
            break
        smaller = next((these for these in combinations(every, size) if not _fits(choices, limits, these)), None)
        if smaller is not None:
            found = list(smaller)
            break
    return tuple(limits.all[place].sentence() for place in found)


def _irreducible(choices: Choices, limits: Active) -> list[int]:
    kept = sorted(limits.places)
    for place in sorted(limits.places):
        stage("Which limits conflict", 0.5)
        fewer = [each for each in kept if each != place]
        if not _fits(choices, limits, fewer):
            kept = fewer
    return kept


def _fits(choices: Choices, limits: Active, places: Collection[int]) -> bool:
    """Whether there is any plan under these limits that can be paid."""
    return any_plan(task(choices, limits.only(places)), _SECONDS_EACH) is not None
