"""What is to be done next with an investment, in a sentence for the office."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from apportion.programs.progress_of import BEHIND
from apportion.programs.states import fiscal_year
from apportion.schema_realign import DECIDED
from apportion.spoken import fiscal, together

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    Row = Mapping[Hashable, Any]
    Standing = Mapping[str, Any]  # a row of the review's investments

DECISIONS = f"{', '.join(DECIDED[:-1])} or a {DECIDED[-1]}"
NAMED = 2  # metrics that a sentence names when there are several more
NEW_ROW = "Enter {what} as a new row of Investments that follows {code}."


def next_step(investment: Standing, metrics: Sequence[Row], year: int) -> str:
    """What is to be done, by the state of an investment as the review has it; `year` is that of the review's day."""
    return STEPS[investment["State"]](investment, metrics, year)


def _draft(_investment: Standing, _metrics: Sequence[Row], _year: int) -> str:
    return "Complete the request and submit it."


def _submitted(_investment: Standing, _metrics: Sequence[Row], _year: int) -> str:
    return "Approve, return or deny it, with a reason."


def _returned(_investment: Standing, _metrics: Sequence[Row], _year: int) -> str:
    return "Change what it was returned for, and submit it again."


def _approved(investment: Standing, _metrics: Sequence[Row], year: int) -> str:
    start = investment["First year"]
    if math.isnan(start):
        return "Enter the fiscal year in which it starts."
    if start > year:
        return f"It starts in {fiscal(start)}."
    return f"It starts in {fiscal(start)}: enter the state active with its date in States."


def _denied(_investment: Standing, _metrics: Sequence[Row], _year: int) -> str:
    return "Nothing. A changed request is a new row of Investments."


def _active(investment: Standing, metrics: Sequence[Row], year: int) -> str:
    missing, review = _not_measured(metrics, year), investment["Review year"]
    if investment["Due"]:
        when = f"in {fiscal(review)}" if review >= year else f"now: it was due in {fiscal(review)}"
        before = f"Measure {missing} first. " if missing else ""
        return f"{before}Review it {when}: enter review due in States, then the decision in Decisions."
    if review > year >= investment["First year"]:
        late = [metric for metric in metrics if metric["Status"] == BEHIND]
        behind = f"{_named(late)} {'is' if len(late) == 1 else 'are'} behind" if late else ""
        said = (
            f"Measure {missing} in {fiscal(year)}." if missing else "",
            f"Find out why: {behind}." if behind else "",
        )
        return " ".join([*filter(None, said), f"Review in {fiscal(review)}."])
    if (start := investment["First year"]) > year:
        return f"It is active before its cycle begins in {fiscal(start)}: correct Start or States."
    return "Enter its Start and Cycle years, so that its review has a year."


def _review_due(investment: Standing, metrics: Sequence[Row], year: int) -> str:
    last = investment["Last year"]
    missing = _not_measured(metrics, year if math.isnan(last) else int(min(year, last)))
    before = f"Measure {missing} first. " if missing else ""
    return f"{before}Decide: {DECISIONS}. Enter it with its reason in Decisions, and decided in States."


def _decided(investment: Standing, _metrics: Sequence[Row], _year: int) -> str:
    decision, code = investment["Decision"], investment["Code"]
    if not decision:
        return "Enter what was decided, with its reason, in Decisions."
    if decision == "end":
        plan = investment["Exit plan"]
        return f"Carry out the exit plan: {plan}" if plan else "Write how it ends in Exit plan, and carry it out."
    if investment["Followed by"]:
        return f"Nothing: it goes on as {investment['Followed by']}."
    return NEW_ROW.format(what="its next cycle", code=code)


def _not_begun(_investment: Standing, _metrics: Sequence[Row], _year: int) -> str:
    return "Enter its first step in States."


STEPS: Mapping[str, Callable[[Standing, Sequence[Row], int], str]] = {
    "": _not_begun,
    "draft": _draft,
    "submitted": _submitted,
    "returned": _returned,
    "approved": _approved,
    "denied": _denied,
    "active": _active,
    "review due": _review_due,
    "decided": _decided,
}


def _not_measured(metrics: Sequence[Row], year: int) -> str:
    """The names of metrics without a reading in a fiscal year."""
    return _named([row for row in metrics if row["Date"] is None or fiscal_year(row["Date"]) < year])


def _named(metrics: Sequence[Row]) -> str:
    """Metrics by name, of which group where it is of one.

    >>> _named([{"Metric": "Reading", "Student group": group} for group in ("", "English learners")])
    'Reading and Reading (English learners)'
    """
    groups = ((row["Metric"], row["Student group"]) for row in metrics)
    names = [f"{metric} ({group})" if group else metric for metric, group in groups]
    return together(names, NAMED if len(names) > NAMED + 1 else 0)
