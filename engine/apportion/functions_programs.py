"""Cell functions of programs: scores of the rubric, quadrants, progress on metrics, academic return on investment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np

from apportion.expansions import within
from apportion.functions_cells import NOT_RATED, Cells, by_group, cells, known, numbers, ratings, require, together
from apportion.registry import function
from apportion.rounding import significant

if TYPE_CHECKING:
    from apportion.rounding import Floats

MIDDLE = 2.0  # of the rubric's scores, 0 to 4
NOT_PLACED = "Not enough evidence"
# By whether District Priorities, then whether Student Outcomes & Value are high. The decision rule that districts ask
# for first: high on priorities with low outcomes cannot simply be kept as is.
QUADRANTS = {
    (True, True): "Continue or expand",
    (True, False): "Cannot be kept as is",
    (False, True): "Continue or scale back",
    (False, False): "Scale back or end",
}


@function("SCORE", instead="Score programs on a sheet of their own: rules allocate staff and dollars.")
def score(
    scores: Annotated[Cells, 'Scores by criterion, such as 0 to 4; empty or "NR" where not rated. A row per program.'],
    weights: Annotated[Cells, "The weight of each criterion, in the same order."],
) -> Any:
    """Weighted mean of the scores that are rated; "NR" where none is. Not rated is not zero: it is left out.

    A range with a row for each program and a row of weights gives a column of scores.

    Source: GFOA, Best Practices in School Budgeting, evaluate choices among instructional priorities.

    Raises BadArgument.

    >>> score([[4, 4, "NR"], [2, 1, 0]], [[2, 1, 1]])
    [[4.0], [1.25]]
    """
    rated, weight, gather = by_group("scores", ratings("scores", scores), "weights", numbers("weights", weights))
    require("weights", weight, weight >= 0, "not be negative")
    return cells(gather(weighted_means(rated, weight)), unknown=NOT_RATED)


def weighted_means(rated: Floats, weight: Floats) -> Floats:
    """The weighted mean over the last axis of what is rated (not NaN), without binary noise; NaN where nothing is.

    >>> weighted_means(np.array([[4, 1, np.nan], [2, 2, 2]]), np.array([2.0, 1.0, 5.0])).tolist()
    [3.0, 2.0]
    """
    counted = np.where(np.isnan(rated), 0.0, weight)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        return significant(np.nansum(np.where(np.isnan(rated), 0.0, rated) * counted, axis=-1) / counted.sum(axis=-1))


@function("QUADRANT", instead="Place programs on a sheet of their own: rules allocate staff and dollars.")
def quadrant(
    priorities: Annotated[Cells, "Score on District Priorities, one cell or a range."],
    outcomes: Annotated[Cells, "Score on Student Outcomes & Value, in the same shape."],
    priority_threshold: Annotated[float, "From this score on priorities are high; by default 2 of 0 to 4."] = MIDDLE,
    outcome_threshold: Annotated[float, "From this score on outcomes are high; by default 2 of 0 to 4."] = MIDDLE,
) -> Any:
    """Where a program stands: what its scores on District Priorities and Student Outcomes & Value say to do.

    High on both: Continue or expand. High on priorities alone: Cannot be kept as is. High on outcomes alone: Continue
    or scale back. Low on both: Scale back or end. A score that is empty or "NR": Not enough evidence.

    Source: Allovue, "A decision support framework for district administrators"; the words are those of realigning.

    Raises BadArgument.

    >>> quadrant([[4], [1]], [[1], [3]])
    [['Cannot be kept as is'], ['Continue or scale back']]
    """
    first, second, high_priority, high_outcome = together(
        priorities=ratings("priorities", priorities),
        outcomes=ratings("outcomes", outcomes),
        priority_threshold=numbers("priority_threshold", priority_threshold),
        outcome_threshold=numbers("outcome_threshold", outcome_threshold),
    )
    return placed(first, second, high_priority, high_outcome).tolist()


def placed(priorities: Floats, outcomes: Floats, high_priority: Floats | float, high_outcome: Floats | float) -> Any:
    """The words of QUADRANTS for scores on both axes, in their shape; NOT_PLACED where one is NaN.

    >>> placed(np.array([4.0, np.nan]), np.array([1.0, 3.0]), 2, 2).tolist()
    ['Cannot be kept as is', 'Not enough evidence']
    """
    words = np.empty(priorities.shape, dtype=object)
    for (on_priorities, on_outcomes), text in QUADRANTS.items():
        words[((priorities >= high_priority) == on_priorities) & ((outcomes >= high_outcome) == on_outcomes)] = text
    words[np.isnan(priorities) | np.isnan(outcomes)] = NOT_PLACED
    return words


def _progress_natively(baseline: str, target: str, actual: str) -> str:
    start, end, now = within(baseline), within(target), within(actual)
    return f'IF(OR({start}="",{end}="",{now}=""),"",({now}-{start})/({end}-{start}))'


@function("PROGRESS", expansion=_progress_natively)
def progress(
    baseline: Annotated[Cells, "The metric at the start, one cell or a range."],
    target: Annotated[Cells, "The metric that is aimed at; it may be lower than the baseline."],
    actual: Annotated[Cells, "The metric as it is now; empty where it is not measured yet."],
) -> Any:
    """Share of the way from baseline to target: (actual - baseline) / (target - baseline); 1 is all of it.

    It is negative where things got worse, above 1 beyond the target, and empty where one of the three is.

    Source: cycle-based budgeting, Jefferson County Public Schools (Yan, 2016 and 2017).

    Raises BadArgument when a target is the baseline.

    >>> progress(40, 60, 55)
    0.75
    """
    start, end, now = together(
        baseline=known("baseline", baseline), target=known("target", target), actual=known("actual", actual)
    )
    require("target", end, end != start, "differ from the baseline")
    with np.errstate(over="ignore", invalid="ignore"):
        return cells(_where_known((now - start) / (end - start), start, end, now))


def _aroi_natively(gain: str, students: str, dollars: str) -> str:
    more, helped, spent = within(gain), within(students), within(dollars)
    return f'IF(OR({more}="",{helped}="",{spent}=""),"",{more}*{helped}/{spent})'


@function("AROI", expansion=_aroi_natively)
def aroi(
    gain: Annotated[Cells, "Learning increase per student, such as months or points; one cell or a range."],
    students: Annotated[Cells, "Students helped."],
    dollars: Annotated[Cells, "Dollars spent."],
) -> Any:
    """Academic return on investment: learning increase x students helped / dollars spent.

    It is in the unit of the gain per dollar, and empty where one of the three is.

    Source: GFOA, Best Practices in School Budgeting, academic return on investment (A-ROI).

    Raises BadArgument.

    >>> aroi(3, 200, 150000)
    0.004
    """
    more, helped, spent = together(
        gain=known("gain", gain), students=known("students", students), dollars=known("dollars", dollars)
    )
    require("students", helped, np.isnan(helped) | (helped >= 0), "not be negative")
    require("dollars", spent, np.isnan(spent) | (spent > 0), "be larger than 0")
    with np.errstate(over="ignore", invalid="ignore"):
        return cells(_where_known(more * helped / spent, more, helped, spent))


def _where_known(result: Any, *arguments: Any) -> Any:
    """The result, not known where an argument is not, and too large for a cell where it is not a number for itself."""
    unknown = np.isnan(np.stack(arguments)).any(axis=0)
    return np.where(unknown, np.nan, np.where(np.isnan(result), np.inf, result))
