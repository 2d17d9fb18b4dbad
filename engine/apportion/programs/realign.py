"""Realigning: for every program what it should become, within what binds, to keep the most rubric value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from apportion.programs.choices import choices
from apportion.programs.conflicts import conflict
from apportion.programs.frontier import FRONTIER_COLUMNS, STEP_COLUMNS, frontier, steps
from apportion.programs.keeping import COLUMNS as KEEPING_COLUMNS
from apportion.programs.keeping import keeping
from apportion.programs.limits import active, limits
from apportion.programs.limits_used import limits_used
from apportion.programs.planning import GAP, any_plan, plan_for, task
from apportion.programs.proposal import FRAMES, frames
from apportion.programs.realignment import Realignment
from apportion.progress import stage

if TYPE_CHECKING:
    from apportion.programs.portfolio import Portfolio
    from apportion.programs.realignment import Status
    from apportion.programs.rubric import Scores

# Of the seconds that are given, the share of each kind of answer beside the plan.
KEEPING, STEPS, FRONTIER = 0.6, 0.2, 0.2


def realign(portfolio: Portfolio, scores: Scores, *, seconds: float = 20.0, answers: bool = True) -> Realignment:
    """The proposal that keeps the most value within the limits, its proven gap, and what else was close.

    The best plan is found to within 0.01% (up to 60 units exactly), or the best in about so many seconds; the answers
    about keeping, further dollars and other budgets take about as many again, and are left out without `answers`. When
    nothing fits, the smallest set of limits that conflict.

    Sources: Allovue, "A decision support framework for district administrators"; GFOA, "Best Practices in School
    Budgeting" (evaluate choices, avoidable cost); ESEA section 1118 (maintenance of effort; supplement, not supplant).
    """
    stage("What could become of each program", 0.0)
    found, holding = choices(portfolio, scores.programs), active(limits(portfolio))
    asked = task(found, holding)
    stage("The best plan", 0.05)
    plan = plan_for(asked, seconds) or any_plan(asked, seconds)
    empty = {name: pd.DataFrame(columns=list(columns)) for name, columns in FRAMES.items()}
    empty |= {
        "keeping": pd.DataFrame(columns=list(KEEPING_COLUMNS)),
        "steps": pd.DataFrame(columns=list(STEP_COLUMNS)),
        "frontier": pd.DataFrame(columns=list(FRONTIER_COLUMNS)),
    }
    if plan is None:
        conflicting = conflict(found, holding)
        return Realignment(portfolio, scores, "conflict", 0.0, 0.0, found.unit, **empty, conflict=conflicting)
    results = empty | frames(asked, plan)
    results["limits"] = limits_used(asked, plan, resolve=answers)
    if answers:
        results["keeping"] = keeping(asked, plan, seconds * KEEPING)
        results["steps"] = steps(asked, plan, seconds * STEPS)
        results["frontier"] = frontier(asked, plan, seconds * FRONTIER)
    stage("The plan", 1.0)
    status: Status = "optimal" if plan.gap <= GAP else "within limits of time"
    return Realignment(portfolio, scores, status, plan.value, plan.bound, found.unit, **results, conflict=())
