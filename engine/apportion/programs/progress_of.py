"""How far every metric of an investment is on its way from baseline to target, and what is said of it.

A target holds at the end of a year of the cycle. A reading is therefore held against the target of the year in which
it was taken: no investment falls behind because a fiscal year begins and nothing was measured yet. What is measured up
to six months after the last year of the cycle counts for that year. While there is no reading, the target is that of
the plan's year.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from apportion.functions_programs import progress
from apportion.programs.states import Cycle, is_later
from apportion.schema_cycles import BETTER, LONGEST_CYCLE, TARGETS

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from apportion.programs.portfolio import Portfolio

AHEAD, ON_TRACK, BEHIND, NO_READING = "ahead", "on track", "behind", "no reading"
# A tenth of the way on either side of the target counts as reaching it: results of a few hundred students differ by
# that much from one test to the next without any change in teaching.
AHEAD_FROM = 1.10
ON_TRACK_FROM = 0.90
KEY = ("Investment", "Metric", "Student group")
COLUMNS = (
    *KEY, "Unit", "Better", "Baseline", "Baseline date", "Target", "Target year", "Latest", "Date", "Students",
    "Gain", "Progress", "Status", "Counts", "Source",
)  # fmt: skip

Key = tuple[str, str, str]


def key_of(row: Mapping[Hashable, Any]) -> Key:
    """What names a metric: its investment, metric and student group, in any case."""
    investment, metric, group = (str(row[name]).casefold() for name in KEY)
    return investment, metric, group


def share_of_way(baseline: float, target: float, actual: float) -> float:
    """(actual - baseline) / (target - baseline) as the cell function PROGRESS gives it; NaN where it has none.

    >>> share_of_way(40, 60, 55)
    0.75
    """
    if target == baseline:
        return math.nan
    share = progress(*(None if math.isnan(each) else each for each in (baseline, target, actual)))
    return share if isinstance(share, float) else math.nan


def asks_no_gain(baseline: float, target: float, better: str) -> bool:
    """Whether a target asks to hold the line: it is no better than the baseline."""
    return (target - baseline) * BETTER[better] <= 0


def status_of(baseline: float, target: float, latest: float, better: str) -> str:
    """What is said of a metric: ahead, on track, behind, or no reading; "" without baseline or target.

    Of a target that asks for no gain: on track while the reading is at least as good as it, otherwise behind.

    >>> status_of(40, 60, 58, "higher"), status_of(20, 20, 21, "lower")
    ('on track', 'behind')
    """
    if math.isnan(latest):
        return NO_READING
    if math.isnan(baseline) or math.isnan(target):
        return ""
    if asks_no_gain(baseline, target, better):
        return ON_TRACK if (latest - target) * BETTER[better] >= 0 else BEHIND
    share = round(share_of_way(baseline, target, latest), 9)  # 0.55 of 0.5 is 110%, not a little less
    return AHEAD if share >= AHEAD_FROM else ON_TRACK if share >= ON_TRACK_FROM else BEHIND


def target_of(row: Mapping[Hashable, Any], number: float) -> tuple[float, int]:
    """The target in a year of the cycle, and of which year it is, from 1.

    It is that of the year itself, or of the last before it that has one, or of the first after it. NaN and 0 without.
    """
    if math.isnan(number):
        return math.nan, 0
    now = int(min(max(number, 1), LONGEST_CYCLE))
    order = (*range(now, 0, -1), *range(now + 1, LONGEST_CYCLE + 1))
    known = [year for year in order if not math.isnan(row[TARGETS[year - 1]])]
    return (row[TARGETS[known[0] - 1]], known[0]) if known else (math.nan, 0)


def readings_of(portfolio: Portfolio, cycles: Mapping[str, Cycle]) -> dict[Key, pd.DataFrame]:
    """By metric: its readings that count for a year of its cycle, up to the day of the review, by date.

    Of several on one date the lower row stands last, and counts. Columns: Date, Year (of the cycle, fiscal), Value,
    Students.
    """
    found: dict[Key, list[tuple[Any, ...]]] = {}
    for row in portfolio.table("Readings").to_dict("records"):
        cycle = cycles.get(row["Investment"])
        if cycle is None or row["Date"] is None or math.isnan(row["Value"]) or is_later(portfolio, row["Date"]):
            continue
        if not math.isnan(year := cycle.counted_for(row["Date"])):
            found.setdefault(key_of(row), []).append((row["Date"], year, row["Value"], row["Students"]))
    columns = ["Date", "Year", "Value", "Students"]
    in_order = {key: sorted(readings, key=lambda reading: reading[0]) for key, readings in found.items()}
    return {key: pd.DataFrame(readings, columns=columns) for key, readings in in_order.items()}


def progress_of(
    portfolio: Portfolio, readings: Mapping[Key, pd.DataFrame], cycles: Mapping[str, Cycle]
) -> pd.DataFrame:
    """One row per metric in the order of Metrics: target, latest reading within the cycle, progress and status.

    Columns as in COLUMNS. Target year is the fiscal year whose target it is (NaN where not known); Gain is the
    reading's improvement on the baseline in the metric's unit, positive where it got better; Progress the share of the
    way to the target, NaN where the target asks for no gain; Counts whether its gain is that of the A-ROI.
    """
    rows = portfolio.table("Metrics").to_dict("records")
    made = [_measured(row, cycles.get(row["Investment"]), readings.get(key_of(row)), portfolio.year) for row in rows]
    return pd.DataFrame(made, columns=list(COLUMNS))


def _measured(
    row: Mapping[Hashable, Any], cycle: Cycle | None, readings: pd.DataFrame | None, plan_year: int
) -> dict[str, Any]:
    last = None if readings is None else readings.iloc[-1]
    latest = math.nan if last is None else float(last["Value"])
    cycle = cycle or Cycle(math.nan, math.nan)
    number = min(cycle.number_of(plan_year if last is None else last["Year"]), cycle.years)
    target, of_year = target_of(row, number)
    baseline, better = row["Baseline"], row["Better"]
    held = asks_no_gain(baseline, target, better)
    return {
        **{name: row[name] for name in (*KEY, "Unit", "Better", "Baseline", "Baseline date", "Source")},
        "Target": target,
        "Target year": cycle.start + of_year - 1 if of_year else math.nan,
        "Latest": latest,
        "Date": None if last is None else last["Date"],
        "Students": math.nan if last is None else float(last["Students"]),
        "Gain": (latest - baseline) * BETTER[better],
        "Progress": math.nan if held else share_of_way(baseline, target, latest),
        "Status": status_of(baseline, target, latest, better),
        "Counts": row["Counts for A-ROI"] == "yes",
    }
