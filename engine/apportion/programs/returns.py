"""The academic return on investment (A-ROI) of an investment: expected when it was approved, and actual.

Source: GFOA, Best Practices in School Budgeting: learning increase x students helped / dollars spent. A gain has a
unit, and so has its A-ROI; two of different units are neither compared nor added, and where units do not fit each
other there is a word in place of the number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apportion.functions_programs import aroi

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from apportion.programs.states import Cycle

    Row = Mapping[Hashable, Any]

NO_UNIT = "the gain has no unit"
NO_METRIC = "no metric counts for A-ROI"
SEVERAL = "several metrics count for A-ROI"
DIFFER = "units differ"
NO_GAIN, NO_READING = "no expected gain", "no reading yet"
NO_STUDENTS, NOT_MEASURED = "no number of students", "students measured are not entered"
NO_DOLLARS, NO_SPENDING = "no dollars", "spending is not entered"


@dataclass(frozen=True)
class Return:
    """A gain x students / dollars with gain and students, in its unit per dollar; NaN and a word where it has none."""

    gain: float
    students: float
    value: float
    word: str = ""


def same_unit(first: str, second: str) -> bool:
    """Whether two texts name one unit: only case and spaces may differ.

    >>> same_unit("Months of reading", "months  of reading"), same_unit("months", "points")
    (True, False)
    """
    return " ".join(first.split()).casefold() == " ".join(second.split()).casefold()


def dollars_of(costs: Sequence[Row], cycle: Cycle, before: int) -> tuple[float, float]:
    """Dollars given and spent in the years of a cycle; spent is NaN while that of a year `before` is not entered."""
    own = [row for row in costs if cycle.holds(row["Year"])]
    given = round(math.fsum(row["Dollars"] for row in own if not math.isnan(row["Dollars"])), 2)
    spent = [row["Spent"] for row in own if not math.isnan(row["Spent"])]
    if not spent or any(math.isnan(row["Spent"]) and row["Year"] < before for row in own):
        return given, math.nan
    return given, round(math.fsum(spent), 2)


def expected(investment: Row, dollars: float) -> Return:
    """What the request expects: its gain x students / dollars of the cycle."""
    words = (
        (not investment["Gain unit"], NO_UNIT),
        (math.isnan(investment["Expected gain"]), NO_GAIN),
        (math.isnan(investment["Students"]), NO_STUDENTS),
        (not dollars > 0, NO_DOLLARS),
    )
    return _return(investment["Expected gain"], investment["Students"], dollars, words)


def actual(investment: Row, metrics: Sequence[Row], spent: float) -> Return:
    """What was reached: the gain of the metric that counts x its students measured / dollars spent.

    `metrics` are the investment's, as `progress_of` makes them. The metric's unit must be that of the expected gain.
    """
    counting = [metric for metric in metrics if metric["Counts"]]
    if len(counting) != 1:
        return Return(math.nan, math.nan, math.nan, SEVERAL if counting else NO_METRIC)
    (metric,) = counting
    differ = not same_unit(metric["Unit"], investment["Gain unit"])
    word = f"{DIFFER}: {metric['Unit']}, not {investment['Gain unit']}"
    words = (
        (not investment["Gain unit"], NO_UNIT),
        (differ, word),
        (math.isnan(metric["Gain"]), NO_READING),
        (math.isnan(metric["Students"]), NOT_MEASURED),
        (not spent > 0, NO_SPENDING),
    )
    return _return(math.nan if differ else metric["Gain"], metric["Students"], spent, words)


def _return(gain: float, students: float, dollars: float, words: tuple[tuple[bool, str], ...]) -> Return:
    word = next((word for holds, word in words if holds), "")
    if word:
        return Return(gain, students, math.nan, word)
    value = aroi(float(gain), float(students), float(dollars))
    return Return(gain, students, value if isinstance(value, float) else math.nan)
