"""The sheets Review, for the office, and Tracker, for the public."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.programs.progress_of import BEHIND
from apportion.programs.publication import PER
from apportion.programs.states import GRANTED
from apportion.spoken import counted
from apportion.workbook.drawing import own
from apportion.workbook.marks import words
from apportion.workbook.results_figures import LEFT, TOP, cells
from apportion.workbook.sheets import Cell, DataTable, Sheet, TableColumn
from apportion.workbook.tracker import STATUS_COLORS, tracker_sheet

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping
    from typing import Any

    import pandas as pd

    from apportion.programs.cycles import Review
    from apportion.workbook.sheets import Highlight, Style

WIDTHS = (10.0, 33.0, 44.0, 14.0, 14.0, 11.0, 12.0, 11.0, 13.0, 13.0, 11.0, 11.0, 12.0, 11.0, 11.0, 12.0, 30.0)
"""Widths of the columns that all tables of the sheet share: code, name, what is said, then facts and numbers."""
STATES, METRICS = "InvestmentStates", "MetricProgress"
HAVE_STATUS = ("ReviewDue", STATES, METRICS)  # tables with a column Status
BETWEEN = 4  # rows from the last of a table to the header of the next
OFFICE = (
    "For the office: it has names, and numbers of small groups. Publish the sheet Tracker alone, as PDF or moved into "
    "a workbook of its own."
)


def review_sheets(review: Review) -> tuple[Sheet, ...]:
    """The sheet Review with the tables ReviewDue, InvestmentStates, MetricProgress, LegacyPrograms and ReviewHistory;
    and the sheet Tracker.
    """  # noqa: D205 - the tables are the result
    return review_sheet(review), tracker_sheet(review)


def said_of(review: Review) -> str:
    """The review in a sentence: what is due, and what is behind.

    Whoever reads it is in the office: metrics that are not published count too.
    """
    if review.investments.empty:
        return "Investments has no rows yet."
    due, behind = review.due, int((review.metrics["Status"] == BEHIND).sum())
    named = "; ".join(due["Name"])  # names may have commas
    first = f"{len(due)} of {counted(len(review.investments), 'investment')} due in FY{review.portfolio.year}"
    return f"{first}{f': {named}' if named else ''}. {behind} of {counted(len(review.metrics), 'metric')} behind."


def review_sheet(review: Review) -> Sheet:
    """What is due and what to do next, where each investment stands, its metrics, and its dated history."""
    page = _Page()
    for heading, name, columns, empty in (
        (f"Due for review in FY{review.portfolio.year}", "ReviewDue", _due(review), "Nothing is due for review."),
        ("Where each investment stands", STATES, _states(review), "Investments has no rows yet."),
        ("Metrics", METRICS, _metrics(review), "Metrics has no rows yet."),
        ("Legacy programs and their cycles", "LegacyPrograms", _legacy(review), "Programs has no legacy program."),
        ("What happened, by date", "ReviewHistory", _history(review), "Nothing has happened yet."),
    ):
        page.add(heading, name, columns, empty)
    portfolio = review.portfolio
    said = (portfolio.district, f"FY{portfolio.year}", _in_short(review))
    return Sheet(
        "Review",
        "Review of investments",
        "  ·  ".join(part for part in said if part),
        cells=(Cell(TOP - 1, LEFT, OFFICE, "muted"), *page.cells),
        tables=tuple(page.tables),
        highlights=tuple(page.highlights),
        widths={LEFT + place: width for place, width in enumerate(WIDTHS)},
        heights=page.heights,
        freeze=(TOP, LEFT + 2),
        mark=True,
    )


def _in_short(review: Review) -> str:
    due, behind = len(review.due), int((review.metrics["Status"] == BEHIND).sum())
    return f"{due} of {len(review.investments)} due for review, {behind} of {len(review.metrics)} metrics behind"


class _Page:
    """Tables below each other, each with a heading and the colors of its status."""

    def __init__(self) -> None:
        self.row = TOP + 2
        self.heights: dict[int, float] = {}
        self.cells: list[Cell] = []
        self.tables: list[DataTable] = []
        self.highlights: list[Highlight] = []

    def add(self, heading: str, name: str, columns: tuple[TableColumn, ...], empty: str) -> None:
        """A table below its heading."""
        count, total = len(columns[0].values), any(column.total == "sum" for column in columns)
        self.cells.append(Cell(self.row - 1, LEFT, heading, "section"))
        self.heights[self.row - 1] = 24
        self.tables.append(DataTable(name, self.row, LEFT, columns, empty=empty, total_row=total, wrap_rows=True))
        if name in HAVE_STATUS:
            self.highlights += words(self.tables[-1], "Status", STATUS_COLORS)
        self.row += max(count, 3) + total + BETWEEN


def _named(frame: pd.DataFrame, code: str, name: str) -> list[TableColumn]:
    header = "Program" if name == "Program" else "Investment"
    return [
        TableColumn("Code", cells(frame[code]), "text", total="label"),
        _texts(header, frame[name]),
    ]


def _texts(header: str, values: Iterable[str], style: Style = "wrap") -> TableColumn:
    return TableColumn(header, [value or None for value in values], style)


def _due(review: Review) -> tuple[TableColumn, ...]:
    due = review.due
    return (
        *_named(due, "Code", "Name"),
        _texts("What to do next", due["Next"]),
        _texts("State", due["State"]),
        _texts("Cycle", due["Cycle"]),
        TableColumn("Review in FY", cells(due["Review year"]), "year"),
        _texts("Status", due["Status"], "center"),
        _texts("On track", due["Progress"], "center"),
        TableColumn("Dollars", cells(due["Dollars"]), "dollars"),
        _texts("Owner", due["Owner"]),
    )


def _states(review: Review) -> tuple[TableColumn, ...]:
    """Every investment; expected and actual A-ROI are live, and where units do not fit there is a word instead."""
    rows = review.investments
    granted = rows["State"].isin(GRANTED)
    return (
        *_named(rows, "Code", "Name"),
        _texts("What to do next", rows["Next"]),
        _texts("State", rows["State"]),
        _texts("Cycle", rows["Cycle"]),
        TableColumn("Review in FY", cells(rows["Review year"]), "year"),
        _texts("Status", rows["Status"].where(granted, ""), "center"),
        _texts("On track", rows["Progress"].where(granted, ""), "center"),
        TableColumn("Dollars", cells(rows["Dollars"]), "dollars"),
        TableColumn("Spent", cells(rows["Spent"]), "dollars"),
        TableColumn("Expected gain", cells(rows["Expected gain"]), "number"),
        TableColumn("Students", cells(rows["Students"]), "count"),
        _returns("Expected A-ROI", rows, ("Expected gain", "Students", "Dollars")),
        TableColumn("Gain", cells(rows["Gain"]), "number", note="Of the metric that counts for A-ROI, to date."),
        TableColumn("Students measured", cells(rows["Measured"]), "count"),
        _returns("Actual A-ROI", rows, ("Gain", "Students measured", "Spent")),
        _texts("Unit of A-ROI", [_unit(row) for row in rows.to_dict("records")]),
    )


def _returns(header: str, rows: pd.DataFrame, parts: tuple[str, str, str]) -> TableColumn:
    """Gain x students / dollars, for 1,000 dollars; blank where there is a word instead."""
    gain, students, dollars = (own(STATES, part) for part in parts)
    formula = f"ROUND({gain}*{students}/{dollars}*{PER:.0f},4)"
    known = ~np.isnan(rows[header].to_numpy(dtype=float))
    formulas = [formula if each else "" for each in known]
    note = "Learning increase x students / dollars, for $1,000. Only investments of the same unit can be compared."
    return TableColumn(header, cells((rows[header] * PER).round(4)), "number", note=note, formulas=formulas)


def _unit(row: Mapping[Hashable, Any]) -> str:
    """The unit of an investment's A-ROI, and why one of the two is missing."""
    unit = f"{row['Gain unit']} x students for $1,000" if row["Gain unit"] else ""
    kinds = ("Expected", "Actual") if row["State"] in GRANTED else ("Expected",)
    missing = {f"{kind}: {row[f'{kind} word']}": bool(row[f"{kind} word"]) for kind in kinds}
    return ". ".join([*([unit] if unit else []), *(text for text, holds in missing.items() if holds)])


def _metrics(review: Review) -> tuple[TableColumn, ...]:
    rows = review.metrics
    start, end, now = (own(METRICS, part) for part in ("Baseline", "Target", "Latest"))
    live = f"({now}-{start})/({end}-{start})"
    known = ~np.isnan(rows["Progress"].to_numpy(dtype=float))
    return (
        _texts("Code", rows["Investment"], "text"),
        _texts("Metric", rows["Metric"]),
        _texts("Source", rows["Source"]),
        _texts("Student group", rows["Student group"]),
        _texts("Unit", rows["Unit"]),
        TableColumn("Target of FY", cells(rows["Target year"]), "year"),
        _texts("Status", rows["Status"], "center"),
        TableColumn(
            "Progress", cells(rows["Progress"]), "percent", formulas=[live if each else "" for each in known],
            note="Share of the way from the baseline to the target. Blank where the target asks to hold the line.",
        ),
        TableColumn("Baseline", cells(rows["Baseline"]), "number"),
        TableColumn("Target", cells(rows["Target"]), "number", note="Of the year in which the reading was taken."),
        TableColumn("Latest", cells(rows["Latest"]), "number"),
        TableColumn("Students", cells(rows["Students"]), "count"),
        TableColumn("Date", cells(rows["Date"]), "date"),
        _texts("Better", rows["Better"], "center"),
        TableColumn("Gain", cells(rows["Gain"].round(10)), "number", note="Positive where it got better."),
        _texts("Counts for A-ROI", ["yes" if counts else "" for counts in rows["Counts"]], "center"),
        _texts("On the Tracker", _publication(review)),
    )  # fmt: skip


def _publication(review: Review) -> list[str]:
    """Of every metric whether it stands on the Tracker, and why not."""
    rows = review.investments
    granted = set(rows["Code"][rows["State"].isin(GRANTED)])
    pairs = zip(review.metrics["Investment"], review.metrics["Withheld"], strict=True)
    return [(why or "published") if code in granted else "not approved" for code, why in pairs]


def _legacy(review: Review) -> tuple[TableColumn, ...]:
    rows = review.legacy
    said = [f"On a cycle: {codes}" if codes else "On no cycle yet: reset it onto one." for codes in rows["Investment"]]
    return (
        *_named(rows, "Code", "Program"),
        _texts("Cycle", said),
        TableColumn(f"Dollars of FY{review.portfolio.year}", cells(rows["Dollars"]), "dollars", total="sum"),
    )


def _history(review: Review) -> tuple[TableColumn, ...]:
    rows = review.history
    return (
        *_named(rows, "Investment", "Name"),
        _texts("What", rows["What"]),
        _texts("Event", rows["Event"]),
        _texts("By", rows["By"]),
        TableColumn("Date", cells(rows["Date"]), "date"),
    )
