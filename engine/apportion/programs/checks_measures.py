"""What is wrong with metrics and their readings, each named at its cell with its remedy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from apportion.errors import did_you_mean
from apportion.programs.progress_of import key_of
from apportion.programs.returns import same_unit
from apportion.programs.states import GRANTED, Cycle, is_later
from apportion.schema_cycles import BETTER, TARGETS
from apportion.spoken import fiscal

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from apportion.errors import Finding, Severity
    from apportion.programs.portfolio import Portfolio
    from apportion.programs.progress_of import Key

    Row = Mapping[Hashable, Any]
    Way = tuple[bool, Severity, str, str, str]  # whether it is wrong, how badly, the column, what, and the remedy


def findings_of(portfolio: Portfolio, table: str, index: int, ways: Iterable[Way]) -> Iterator[Finding]:
    """The findings of the ways in which a row is wrong."""
    for wrong, severity, column, what, remedy in ways:
        if wrong:
            yield portfolio.intake.finding(severity, table, index, column, what, remedy)


def check_metrics(portfolio: Portfolio, states: Mapping[str, str], cycles: Mapping[str, Cycle]) -> Iterator[Finding]:
    """Metrics without targets, or whose targets ask for nothing, and gains that no A-ROI can be made of.

    `states` has the present state of each investment by its code.
    """
    investments = {row["Code"]: row for row in portfolio.table("Investments").to_dict("records")}
    counting: dict[str, str] = {}
    for index, row in enumerate(portfolio.table("Metrics").to_dict("records")):
        code = row["Investment"]
        if code not in investments:
            continue
        ways = [*_target_ways(row, states.get(code, "")), *_year_ways(row, cycles[code])]
        if row["Counts for A-ROI"] == "yes":
            ways += _gain_ways(row, investments[code]["Gain unit"], counting.get(code, ""))
            counting.setdefault(code, row["Metric"])
        yield from findings_of(portfolio, "Metrics", index, ways)


def _target_ways(row: Row, state: str) -> tuple[Way, ...]:
    """No target at all; or targets that ask for no gain, or for less than there was."""
    targets = {name: row[name] for name in TARGETS if not math.isnan(row[name])}
    baseline, sign = row["Baseline"], BETTER[row["Better"]]
    equal = next((name for name, target in targets.items() if target == baseline), "")
    worse = next((name for name, target in targets.items() if (target - baseline) * sign < 0), "")
    severity: Severity = "error" if state in GRANTED else "warning"
    return (
        (
            not targets, severity, TARGETS[0],
            f'the metric "{row["Metric"]}" has no target.', "Write where it should be at the end of each year.",
        ),
        (
            bool(equal), "warning", equal,
            f'the target of "{row["Metric"]}" is its baseline, {baseline:g}: it asks to hold the line.',
            "Nothing needs to be done if that is meant: it is on track while readings are no worse.",
        ),
        (
            bool(worse), "warning", worse,
            f'the target of "{row["Metric"]}" is worse than its baseline, {baseline:g}: {row["Better"]} is better.',
            "Correct Better, the baseline or the target. If it is meant, readings at least as good are on track.",
        ),
    )  # fmt: skip


def _year_ways(row: Row, cycle: Cycle) -> tuple[Way, ...]:
    """Targets of years that the cycle does not have, and of its last year none."""
    if cycle.years not in range(1, len(TARGETS) + 1):
        return ()
    length = int(cycle.years)
    known = [year for year, name in enumerate(TARGETS, 1) if not math.isnan(row[name])]
    beyond = next((year for year in known if year > length), 0)
    return (
        (
            bool(beyond), "warning", f"Target year {beyond}",
            f'"{row["Metric"]}" has a target for year {beyond}, and the cycle has {length}.',
            "Remove it, or correct Cycle years.",
        ),
        (
            bool(known) and length not in known, "warning", f"Target year {length}",
            f'"{row["Metric"]}" has no target for the last year of the cycle.',
            "Write where it should be when it is reviewed; until then the nearest year's target is used.",
        ),
    )  # fmt: skip


def _gain_ways(row: Row, unit: str, before: str) -> tuple[Way, ...]:
    """A second metric that counts for A-ROI, or one whose unit is not that of the expected gain."""
    return (
        (
            bool(before), "error", "Counts for A-ROI",
            f'"{row["Metric"]}" counts for A-ROI, and so does "{before}".', "Let one metric of an investment count.",
        ),
        (
            not same_unit(row["Unit"], unit), "error", "Unit",
            f'"{row["Metric"]}" counts for A-ROI in {row["Unit"] or "no unit"}, the gain is in {unit or "no unit"}.',
            "Write the same unit in both, or let another metric count: units are never mixed.",
        ),
    )  # fmt: skip


def check_readings(portfolio: Portfolio, cycles: Mapping[str, Cycle]) -> Iterator[Finding]:
    """Readings of no metric, out of the order of their dates, without students, too late, or outside the cycle."""
    metrics = portfolio.table("Metrics").to_dict("records")
    baselines = {key_of(row): row["Baseline date"] for row in metrics}
    latest: dict[Key, Any] = {}
    for index, row in enumerate(portfolio.table("Readings").to_dict("records")):
        key, date = key_of(row), row["Date"]
        if key not in baselines:
            yield _unknown(portfolio, index, row, metrics)
            continue
        if date is None:
            continue
        cycle = cycles.get(row["Investment"], Cycle(math.nan, math.nan))
        ways = (*_order_ways(row, baselines[key], latest.get(key)), *_day_ways(portfolio, row, cycle))
        yield from findings_of(portfolio, "Readings", index, ways)
        latest[key] = max(date, latest.get(key, date))


def _order_ways(row: Row, baseline: Any, before: Any) -> tuple[Way, ...]:
    date = row["Date"]
    return (
        (
            baseline is not None and date < baseline, "error", "Date",
            f'a reading of "{row["Metric"]}" on {date} is before its baseline of {baseline}.',
            "Correct the date, or the date of the baseline in Metrics.",
        ),
        (
            before is not None and date < before, "error", "Date",
            f'a reading of "{row["Metric"]}" on {date} stands below one of {before}: dates are out of order.',
            "Correct the date, or move the row: readings stand in the order in which they were measured.",
        ),
        (
            before is not None and date == before, "warning", "Date",
            f'"{row["Metric"]}" has two readings on {date}; this one, the lower row, counts.',
            "Nothing needs to be done if it corrects the other one.",
        ),
    )  # fmt: skip


def _day_ways(portfolio: Portfolio, row: Row, cycle: Cycle) -> tuple[Way, ...]:
    """A reading that does not count, or of so many students that nobody knows."""
    as_of, later = portfolio.settings.as_of, is_later(portfolio, row["Date"])
    return (
        (
            later, "warning", "Date",
            f"the reading lies after {as_of}, the day of the review: it does not count yet.",
            "Correct it, or As of on the sheet Start.",
        ),
        (
            not later and math.isnan(cycle.counted_for(row["Date"])), "warning", "Date",
            f"it does not count: the cycle is {fiscal(cycle.start)} to {fiscal(cycle.last)}, and six months after.",
            "Correct the date, or Start or Cycle years in Investments, or enter it for the cycle that follows.",
        ),
        (
            math.isnan(row["Students"]) and bool(row["Student group"]), "warning", "Students",
            f'a reading of "{row["Metric"]}" does not say how many students were measured.',
            "Write it: without the number it is not published, since the group may be small.",
        ),
    )  # fmt: skip


def _unknown(portfolio: Portfolio, index: int, row: Row, metrics: Sequence[Row]) -> Finding:
    """A reading whose metric, or student group, Metrics does not have."""
    own = [each for each in metrics if each["Investment"] == row["Investment"]]
    same = [each for each in own if str(each["Metric"]).casefold() == row["Metric"].casefold()]
    if not same:
        near = did_you_mean(row["Metric"], [each["Metric"] for each in own])
        what = f'no metric "{row["Metric"]}" of investment "{row["Investment"]}" in Metrics.'
        remedy = f"{near} Correct it, or add it to Metrics.".strip()
        return portfolio.intake.finding("error", "Readings", index, "Metric", what, remedy)
    group = row["Student group"]
    near = did_you_mean(group, [each["Student group"] for each in same if each["Student group"]])
    whom = f'the group "{group}"' if group else "all students"
    what = f'the metric "{row["Metric"]}" is not measured for {whom}.'
    remedy = f"{near} Correct the student group, or add the metric with it to Metrics.".strip()
    return portfolio.intake.finding("error", "Readings", index, "Student group", what, remedy)
