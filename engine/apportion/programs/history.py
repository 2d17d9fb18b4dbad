"""What happened to every investment up to the day of the review: its dated rows of States, Readings, Decisions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from apportion.programs.states import is_later

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from apportion.programs.portfolio import Portfolio

    Row = Mapping[Hashable, Any]

COLUMNS = ("Investment", "Name", "Date", "Event", "What", "By")


def _state(row: Row) -> tuple[str, str]:
    return f"{row['State']}{_because(row)}", row["By"]


def _reading(row: Row) -> tuple[str, str]:
    group = f", {row['Student group']}" if row["Student group"] else ""
    students = "" if math.isnan(row["Students"]) else f" ({row['Students']:,.10g} students)"
    return f"{row['Metric']}{group}: {row['Value']:,.10g}{students}", row["By"]


def _decision(row: Row) -> tuple[str, str]:
    return f"{row['Decision']}{_because(row)}", row["Decided by"]


def _because(row: Row) -> str:
    return f": {row['Reason']}" if row["Reason"] else ""


EVENTS: tuple[tuple[str, str, Callable[[Row], tuple[str, str]]], ...] = (
    ("Readings", "reading", _reading), ("States", "state", _state), ("Decisions", "decision", _decision),
)  # fmt: skip
"""Tables of dated rows, what their rows are called, and how one is said with who did it."""


def history_of(portfolio: Portfolio) -> pd.DataFrame:
    """One row per dated row up to the day of the review, by investment in the order of their table, then by date.

    Columns: Investment, Name, Date, Event (reading, state, decision), What (in words), By. On one date readings stand
    before states, and these before decisions; otherwise rows keep the order of their table.
    """
    investments = portfolio.table("Investments")
    names = dict(zip(investments["Code"], investments["Name"], strict=True))
    order = {code: place for place, code in enumerate(names)}
    found: list[tuple[Any, ...]] = []
    for table, event, said in EVENTS:
        rows = portfolio.table(table).to_dict("records")
        dated = [row for row in rows if row["Investment"] in order and row["Date"] is not None]
        known = [row for row in dated if not is_later(portfolio, row["Date"])]
        found += [(row["Investment"], names[row["Investment"]], row["Date"], event, *said(row)) for row in known]
    found.sort(key=lambda row: (order[row[0]], row[2]))
    return pd.DataFrame(found, columns=list(COLUMNS))
