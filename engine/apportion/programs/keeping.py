"""What keeping a program, or giving it up, would displace; and which choices are close."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from apportion.programs.choices import KEEPS
from apportion.programs.planning import GAP, plan_for
from apportion.programs.solving import Probe, without_idle_rows
from apportion.programs.wording import changes
from apportion.progress import stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apportion.programs.choices import Choices
    from apportion.programs.planning import Plan, Task
    from apportion.programs.solving import Places


NEAR = 0.005  # share of the value: a choice that costs less is close
KEEP, GIVE_UP = "keep", "give up"
COLUMNS = ("Program", "School", "Name", "Proposed", "Forced", "Loss", "Share", "Bound", "Displaced")
_EACH_AT_MOST = 3.0  # seconds for one answer of a large portfolio


@dataclass(frozen=True)
class Answer:
    """A unit with another kind of option forced on it: the options that are closed then, and what it loses."""

    unit: int
    forced: str
    closed: Places
    loss: float = 0.0
    is_bound: bool = True
    displaced: str = ""


def keeping(asked: Task, plan: Plan, seconds: float) -> pd.DataFrame:
    """For every unit what another kind of answer loses and displaces; columns as `Realignment.keeping`.

    In a small portfolio every answer is solved. In a large one prices first bound the loss of each, and those that may
    be closest are solved while time allows; the others are said to be bounds.
    """
    answers = list(_other_answers(asked.choices, plan))
    near = replace(asked, near=plan.chosen)
    if asked.is_small:
        solved = []
        for place, answer in enumerate(answers):
            stage("What keeping each program would displace", 0.2 + 0.4 * place / len(answers))
            solved.append(_solved(near, plan, answer, max(seconds, _EACH_AT_MOST)))
    else:
        solved = _closest_first(near, plan, _bounded(near, plan, answers), seconds)
    return _frame(asked.choices, plan, solved)


def is_close(answers: pd.DataFrame) -> pd.Series:
    """Which answers are known to lose less than half a percent of the value; of a bound that is not known."""
    return (answers["Share"] < NEAR) & ~answers["Bound"].astype(bool)


def _other_answers(choices: Choices, plan: Plan) -> Iterator[Answer]:
    """To keep what is not kept in full, to give up what is not given up: by the nearest that is offered to either."""
    starts = choices.starts.tolist()
    for place, unit in enumerate(choices.units):
        chosen = plan.chosen[place] - starts[place]
        levels = [option.level for option in unit.options]
        kept = [i for i, option in enumerate(unit.options) if option.kind in KEEPS]
        ended = [i for i, option in enumerate(unit.options) if option.kind == "end"]
        lowest = [i for i, level in enumerate(levels) if level == min(levels)]
        for forced, these in ((KEEP, kept), (GIVE_UP, ended or [i for i in lowest if levels[i] < 1])):
            if these and chosen not in these:
                others = [starts[place] + i for i in range(len(levels)) if i not in these]
                yield Answer(place, forced, np.array(others, np.int64))


def _solved(near: Task, plan: Plan, answer: Answer, seconds: float) -> Answer:
    """The answer with the best plan that gives it."""
    found = plan_for(replace(near, closed=answer.closed), seconds)
    if found is None:
        return replace(answer, loss=np.inf, is_bound=False)
    displaced = changes(near.choices, plan.chosen, found.chosen, beside=(answer.unit,))
    return replace(answer, loss=max(plan.value - found.value, 0.0), is_bound=found.gap > GAP, displaced=displaced)


def _bounded(near: Task, plan: Plan, answers: list[Answer]) -> list[Answer]:
    """The answers with what they lose at least, by linear prices."""
    columns = near.columns()
    probe, found = Probe(without_idle_rows(columns.model)), []
    for place, answer in enumerate(answers):
        stage("What keeping each program would displace", 0.2 + 0.2 * place / len(answers))
        most = probe.bound(answer.closed) * columns.value
        impossible = most == -np.inf
        found.append(replace(answer, loss=max(plan.value - most, 0.0), is_bound=not impossible))
    return found


def _closest_first(near: Task, plan: Plan, answers: list[Answer], seconds: float) -> list[Answer]:
    """The answers, of which the closest are solved while time allows."""
    solved, left = list(answers), seconds
    for done, place in enumerate(sorted(range(len(answers)), key=lambda i: answers[i].loss)):
        if left <= 0 or not answers[place].is_bound:
            break
        stage("What keeping each program would displace", 0.4 + 0.2 * done / len(answers))
        found = plan_for(replace(near, closed=answers[place].closed), min(left, _EACH_AT_MOST))
        if found is None:
            solved[place] = replace(answers[place], loss=np.inf, is_bound=False)
            continue
        left -= found.seconds
        if found.gap <= GAP:
            displaced = changes(near.choices, plan.chosen, found.chosen, beside=(answers[place].unit,))
            loss = max(plan.value - found.value, 0.0)
            solved[place] = replace(answers[place], loss=loss, is_bound=False, displaced=displaced)
    return solved


def _frame(choices: Choices, plan: Plan, answers: list[Answer]) -> pd.DataFrame:
    size = max(abs(plan.value), 1e-9)
    rows = [
        (
            choices.units[each.unit].program, choices.units[each.unit].school, choices.units[each.unit].name,
            choices.options[plan.chosen[each.unit]].name, each.forced, each.loss, each.loss / size, each.is_bound,
            each.displaced,
        )
        for each in answers
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))
