"""The review of investments: where each stands, how it does, what it returns, and what is to be done next.

Source: Jefferson County Public Schools (Yan), "Cycle-based budgeting and continuous improvement", 2016 and 2017.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from apportion.programs.history import history_of
from apportion.programs.next_steps import next_step
from apportion.programs.progress_of import AHEAD, BEHIND, NO_READING, ON_TRACK, progress_of, readings_of
from apportion.programs.returns import actual, dollars_of, expected
from apportion.programs.states import GRANTED, Cycle, cycles_of, is_later, now_of, steps_of
from apportion.programs.suppression import withheld
from apportion.spoken import together

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from apportion.programs.portfolio import Portfolio
    from apportion.programs.progress_of import Key
    from apportion.programs.states import Step

    Row = Mapping[Hashable, Any]

CARRIED = (
    "Code", "Name", "Program", "Owner", "Origin", "Priority", "Rationale", "Students", "Expected gain", "Gain unit",
    "Exit plan", "Follows",
)  # fmt: skip


@dataclass(frozen=True)
class Review:
    """The investments of a district as they stand on the day of the review, in the order of their table.

    `investments`, one row each: Code, Name, Program (code), Owner, Origin, Priority, Rationale, Students, Expected
    gain, Gain unit, Exit plan, Follows; State, Since, By (who did that step); Cycle ("year 2 of 3"), First year, Last
    year, Review year; Due (whether it is to be reviewed in the plan's year); Metrics and On track (how many), Progress
    ("2 of 3"), Status (ahead, on track, behind, no reading); Dollars and Spent in the years of the cycle; Expected
    A-ROI and Actual A-ROI (gain x students / dollars, in the gain's unit per dollar) with Gain, Measured (students)
    and the words Expected word and Actual word where there is none; Decision, Decided on, Reason; Followed by (codes);
    Next (a sentence: what is to be done).

    `metrics` is that of `progress_of`, with Withheld (why it is not published, in words; "" where it is). `readings`
    has those of each metric within its cycle. `history` has a row per dated row of States, Decisions and Readings up to
    the day of the review: Investment, Name, Date, Event, What, By. `legacy`: Code, Program, Dollars (of the plan's
    year), Investment (the cycles that it is on; "" where it is on none yet).
    """

    portfolio: Portfolio
    investments: pd.DataFrame
    metrics: pd.DataFrame
    readings: Mapping[Key, pd.DataFrame]
    history: pd.DataFrame
    legacy: pd.DataFrame

    @property
    def due(self) -> pd.DataFrame:
        """The investments that are to be reviewed in the plan's year, those overdue first."""
        due = self.investments[self.investments["Due"].astype(bool)]
        return due.sort_values("Review year", kind="stable", ignore_index=True)


def review(portfolio: Portfolio) -> Review:
    """Where every investment of the portfolio stands in the plan's year, on the day that Start names."""
    cycles = cycles_of(portfolio)
    readings = readings_of(portfolio, cycles)
    metrics = progress_of(portfolio, readings, cycles)
    rows = portfolio.table("Investments")
    helped = dict(zip(rows["Code"], rows["Students"], strict=True))
    reasons = withheld(metrics.to_dict("records"), readings, helped)
    metrics = metrics.assign(Withheld=pd.Series(reasons, dtype=object))
    maker = _Maker(portfolio, metrics, cycles)
    investments = pd.DataFrame([maker.row(row) for row in rows.to_dict("records")], columns=list(COLUMNS)).reset_index(
        drop=True
    )
    return Review(portfolio, investments, metrics, readings, history_of(portfolio), _legacy(portfolio))


COLUMNS = (
    *CARRIED, "State", "Since", "By", "Cycle", "First year", "Last year", "Review year", "Due", "Metrics", "On track",
    "Progress", "Status", "Dollars", "Spent", "Expected A-ROI", "Expected word", "Actual A-ROI", "Actual word", "Gain",
    "Measured", "Decision", "Decided on", "Reason", "Followed by", "Next",
)  # fmt: skip


class _Maker:
    """Rows of the review, with what the tables say of every investment at hand."""

    def __init__(self, portfolio: Portfolio, metrics: pd.DataFrame, cycles: Mapping[str, Cycle]) -> None:
        self.portfolio = portfolio
        self.metrics = rows_by(metrics, "Investment")
        self.costs = rows_by(portfolio.table("InvestmentCosts"), "Investment")
        self.now = now_of(portfolio)
        self.steps = steps_of(portfolio)
        self.cycles = cycles
        self.decisions = decisions_of(portfolio)
        self.followed = portfolio.table("Investments").groupby("Follows")["Code"].agg(together)

    def row(self, investment: Row) -> dict[str, Any]:
        code, year = investment["Code"], self.portfolio.year
        cycle, step, metrics = self.cycles[code], _last(self.steps[code]), self.metrics[code]
        state = "" if step is None else step.state
        decision = self.decisions.get(code, {})
        made = {
            **{name: investment[name] for name in CARRIED},
            **_standing(step),
            **_years(cycle, year, state),
            "Due": cycle.is_due(state, year),
            **_measured(metrics),
            **self._money(investment, cycle),
            "Decision": decision.get("Decision", ""),
            "Decided on": decision.get("Date"),
            "Reason": decision.get("Reason", ""),
            "Followed by": self.followed.get(code, ""),
        }
        return {**made, "Next": next_step(made, metrics, self.now)}

    def _money(self, investment: Row, cycle: Cycle) -> dict[str, Any]:
        given, spent = dollars_of(self.costs[investment["Code"]], cycle, self.portfolio.year)
        hoped = expected(investment, given)
        reached = actual(investment, self.metrics[investment["Code"]], spent)
        return {
            "Dollars": given,
            "Spent": spent,
            "Expected A-ROI": hoped.value,
            "Expected word": hoped.word,
            "Actual A-ROI": reached.value,
            "Actual word": reached.word,
            "Gain": reached.gain,
            "Measured": reached.students,
        }


def rows_by(frame: pd.DataFrame, column: str) -> Mapping[str, Sequence[Row]]:
    """The rows of a frame by the texts of a column; of any other text none."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in frame.to_dict("records"):
        found[row[column]].append(row)
    return found


def _last(steps: tuple[Step, ...]) -> Step | None:
    return steps[-1] if steps else None


def _standing(step: Step | None) -> dict[str, Any]:
    if step is None:
        return {"State": "", "Since": None, "By": ""}
    return {"State": step.state, "Since": step.date, "By": step.by}


def _years(cycle: Cycle, year: int, state: str) -> dict[str, Any]:
    return {
        "Cycle": cycle.said(year) if state in GRANTED else cycle.asked(),
        "First year": cycle.start,
        "Last year": cycle.last,
        "Review year": cycle.review,
    }


def _measured(metrics: Sequence[Row]) -> dict[str, Any]:
    """How many metrics there are and are on track, and what that makes of the investment."""
    good = sum(metric["Status"] in (AHEAD, ON_TRACK) for metric in metrics)
    return {
        "Metrics": len(metrics),
        "On track": good,
        "Progress": f"{good} of {len(metrics)}" if len(metrics) else "",
        "Status": overall([metric["Status"] for metric in metrics]),
    }


def overall(statuses: list[str]) -> str:
    """What the statuses of metrics say together: behind when one is, ahead when all that were measured are.

    >>> overall(["ahead", "on track", "no reading"]), overall(["ahead", "behind"]), overall([])
    ('on track', 'behind', 'no reading')
    """
    measured = {status for status in statuses if status and status != NO_READING}
    if not measured:
        return NO_READING
    return BEHIND if BEHIND in measured else AHEAD if measured == {AHEAD} else ON_TRACK


def decisions_of(portfolio: Portfolio) -> dict[str, dict[Hashable, Any]]:
    """By the code of an investment: the latest row of Decisions about it, up to the day of the review."""
    rows = [row for row in portfolio.table("Decisions").to_dict("records") if row["Investment"] and row["Date"]]
    past = [row for row in rows if not is_later(portfolio, row["Date"])]
    return {row["Investment"]: row for row in sorted(past, key=lambda row: row["Date"])}


def _legacy(portfolio: Portfolio) -> pd.DataFrame:
    """The legacy programs and the cycles that they are on."""
    programs, investments, costs = (portfolio.table(name) for name in ("Programs", "Investments", "ProgramCosts"))
    legacy = programs[programs["Origin"] == "legacy"]
    year = costs[costs["Year"] == portfolio.year].groupby("Program")["Dollars"].sum()
    codes = investments.groupby("Program")["Code"].agg("; ".join) if len(investments) else pd.Series(dtype=object)
    return pd.DataFrame(
        {
            "Code": legacy["Code"],
            "Program": legacy["Program"],
            "Dollars": legacy["Code"].map(year).fillna(0.0).astype(float),
            "Investment": legacy["Code"].map(codes).fillna("").astype(object),
        }
    ).reset_index(drop=True)
