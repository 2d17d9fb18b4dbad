"""Small portfolios of investments for tests: rows as a person enters them, and what the engine reads in them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from tools.small_programs import review_of

if TYPE_CHECKING:
    from apportion.programs.portfolio import Portfolio

YEAR = 2027
ONE = "A1"
# The way to each state, by hand: the states before it and itself.
WAYS = {
    "draft": ["draft"],
    "submitted": ["draft", "submitted"],
    "returned": ["draft", "submitted", "returned"],
    "approved": ["draft", "submitted", "approved"],
    "denied": ["draft", "submitted", "denied"],
    "active": ["draft", "submitted", "approved", "active"],
    "review due": ["draft", "submitted", "approved", "active", "review due"],
    "decided": ["draft", "submitted", "approved", "active", "review due", "decided"],
}


def portfolio_of(
    tables: dict[str, list[dict[str, Any]]], *, year: int = YEAR, as_of: dt.date | None = None
) -> Portfolio:
    """The portfolio in some tables of a district with one priority."""
    return review_of({"Priorities": [{"Priority": "Reading"}], **tables}, year, as_of, "Tiny Unified")


def investment(code: str = ONE, **own: Any) -> dict[str, Any]:
    """A row of Investments: three years from FY2026 unless it says otherwise."""
    asked = {
        "Code": code, "Name": f"Investment {code}", "Priority": "Reading", "Exit plan": "It stops.", "Cycle years": 3,
        "Start": 2026,
    }  # fmt: skip
    return asked | {name.replace("_", " "): value for name, value in own.items()}


def metric(code: str = ONE, **own: Any) -> dict[str, Any]:
    """A row of Metrics: reading from 40 to 50, 60 and 70 percent unless it says otherwise."""
    asked = {
        "Investment": code, "Metric": "Reading", "Unit": "% of students", "Better": "higher", "Baseline": 40,
        "Target year 1": 50, "Target year 2": 60, "Target year 3": 70,
    }  # fmt: skip
    return asked | own


def reading(date: str | dt.date, value: float, students: float | None = 100, **own: Any) -> dict[str, Any]:
    """A row of Readings."""
    day = dt.date.fromisoformat(date) if isinstance(date, str) else date
    return {"Investment": ONE, "Metric": "Reading", "Date": day, "Value": value, "Students": students} | own


def way_to(state: str, code: str = ONE, start: dt.date = dt.date(2025, 1, 10)) -> list[dict[str, Any]]:
    """Rows of States that lead to a state, a week apart."""
    return [
        {
            "Investment": code, "State": each, "Date": start + dt.timedelta(weeks=week),
            "By": "Budget office", "Reason": "Because.",
        }
        for week, each in enumerate(WAYS[state])
    ]  # fmt: skip
