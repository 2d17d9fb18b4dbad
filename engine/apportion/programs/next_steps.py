"""What is to be done next with an investment, in a sentence for the office."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from apportion.programs.progress_of import BEHIND
from apportion.programs.states import fiscal_year

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    Row = Mapping[str, Any]

DECISIONS = "continue, expand, scale back, end or a new cycle"
NAMED = 2  # metrics that a sentence names when there are several more
NEW_ROW = "Enter {what} as a new row of Investments that follows {code}."


def next_step(investment: Row, metrics: pd.DataFrame, year: int) -> str:
    """What is to be done, by the state of an investment as the review has it; `year` is that of the review's day."""
    return STEPS[investment["State"]](investment, metrics, year)


def _draft(_investment: Row, _metrics: pd.DataFrame, _year: int) -> str:
    return "Complete the request and submit it."


def _submitted(_investment: Row, _metrics: pd.DataFrame, _year: int) -> str:
    return "Approve, return or deny it, with a reason."


def _returned(_investment: Row, _metrics: pd.DataFrame, _year: int) -> str:
    return "Change what it was returned for, and submit it again."


def _approved(investment: Row, _metrics: pd.DataFrame, year: int) -> str:
    start = investment["First year"]
    if math.isnan(start):
        return "Enter the fiscal year in which it starts."
    if start > year:
        return f"It starts in FY{start:.0f}."
    return f"It starts in FY{start:.0f}: enter the state active with its date in States."


def _denied(_investment: Row, _metrics: pd.DataFrame, _year: int) -> str:
    return "Nothing. A changed request is a new row of Investments."


def _active(investment: Row, metrics: pd.DataFrame, year: int) -> str:
    missing, review = _not_measured(metrics, year), investment["Review year"]
    if investment["Due"]:
        when = f"in FY{review:.0f}" if review >= year else f"now: it was due in FY{review:.0f}"
        before = f"Measure {missing} first. " if missing else ""
        return f"{before}Review it {when}: enter review due in States, then the decision in Decisions."
    if review > year >= investment["First year"]:
        late = metrics[metrics["Status"] == BEHIND]
        behind = f"{_named(late)} {'is' if len(late) == 1 else 'are'} behind" if len(late) else ""
        said = (f"Measure {missing} in FY{year}." if missing else "", f"Find out why: {behind}." if behind else "")
        return " ".join([*filter(None, said), f"Review in FY{review:.0f}."])
    if (start := investment["First year"]) > year:
        return f"It is active before its cycle begins in FY{start:.0f}: correct Start or States."
    return "Enter its Start and Cycle years, so that its review has a year."


def _review_due(investment: Row, metrics: pd.DataFrame, year: int) -> str:
    last = investment["Last year"]
    missing = _not_measured(metrics, year if math.isnan(last) else int(min(year, last)))
    before = f"Measure {missing} first. " if missing else ""
    return f"{before}Decide: {DECISIONS}. Enter it with its reason in Decisions, and decided in States."


def _decided(investment: Row, _metrics: pd.DataFrame, _year: int) -> str:
    decision, code = investment["Decision"], investment["Code"]
    if not decision:
        return "Enter what was decided, with its reason, in Decisions."
    if decision == "end":
        plan = investment["Exit plan"]
        return f"Carry out the exit plan: {plan}" if plan else "Write how it ends in Exit plan, and carry it out."
    if investment["Followed by"]:
        return f"Nothing: it goes on as {investment['Followed by']}."
    return NEW_ROW.format(what="its next cycle", code=code)


def _not_begun(_investment: Row, _metrics: pd.DataFrame, _year: int) -> str:
    return "Enter its first step in States."


STEPS: Mapping[str, Callable[[Row, pd.DataFrame, int], str]] = {
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


def _not_measured(metrics: pd.DataFrame, year: int) -> str:
    """The names of metrics without a reading in a fiscal year."""
    missing = [date is None or fiscal_year(date) < year for date in metrics["Date"]]
    return _named(metrics[missing]) if len(metrics) else ""


def _named(metrics: pd.DataFrame) -> str:
    """Metrics by name, of which group where it is of one.

    >>> import pandas as pd
    >>> _named(pd.DataFrame({"Metric": ["Reading", "Reading"], "Student group": ["", "English learners"]}))
    'Reading and Reading (English learners)'
    """
    pairs = zip(metrics["Metric"], metrics["Student group"], strict=True)
    names = [f"{metric} ({group})" if group else metric for metric, group in pairs]
    if len(names) > NAMED + 1:
        names = [*names[:NAMED], f"{len(names) - NAMED} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
