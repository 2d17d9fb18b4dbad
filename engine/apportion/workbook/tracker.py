"""The sheet Tracker, fit for publication: every investment with its metrics against their targets.

It is made of `published` alone, which has no number that is withheld. Every chart has its data in the small table
beside it; a metric that is not published has neither.
"""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

from apportion.programs.progress_of import AHEAD, AHEAD_FROM, BEHIND, NO_READING, ON_TRACK, ON_TRACK_FROM
from apportion.programs.publication import published
from apportion.programs.suppression import LEAST_PUBLISHED
from apportion.spoken import counted, day
from apportion.workbook.charts import axis_limits
from apportion.workbook.marks import words
from apportion.workbook.results_figures import LEFT, TOP, cells
from apportion.workbook.sheets import Cell, Chart, DataTable, Series, Sheet, TableColumn
from apportion.workbook.styles import ACCENT, LINE_HEIGHT, MUTED, height_needed, width_needed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apportion.programs.cycles import Review
    from apportion.programs.publication import Card, PublicMetric
    from apportion.workbook.sheets import Highlight, Style

NAME = "Tracker"
LABEL, CYCLE, NUMBER, WIDE = 26.0, 13.0, 12.0, 46.0  # widths of columns
NUMBERS = 6  # columns of numbers: the baseline and up to five years
LAST = LEFT + NUMBERS + 1  # the column of charts
ACROSS = LABEL + CYCLE + (NUMBERS - 1) * NUMBER + WIDE
LETTERS = int(ACROSS * 1.25)  # of a line over all columns: it has few capitals
ROW, GAP, HEADING = 17.0, 7.0, 22.0  # heights in points
CHART_ROWS = 6
CHART = (324, 134)  # width and height in pixels
PAGE = 540.0, 690.0  # points of a letter page in portrait that are printed on
SAFE = 0.95  # the share of a page that is filled: hosts measure rows a little differently
POINTS_PER_LETTER = 5.5
STATUS_STYLES: dict[str, Style] = {AHEAD: "ok", ON_TRACK: "ok", BEHIND: "look", NO_READING: "center", "": "center"}
STATUS_COLORS = {status: style for status, style in STATUS_STYLES.items() if style != "center"}
LEGEND = (
    (
        "Charts: dashed from the baseline through the targets, solid with points as measured. On track is from "
        f"{ON_TRACK_FROM:.0%} of the way to the target of the year of the reading, ahead from {AHEAD_FROM:.0%}."
    ),
    (
        f"Groups of fewer than {LEAST_PUBLISHED} students are suppressed, with all that could tell them; where one "
        "group alone would be left out beside the total, the next smallest is too."
    ),
)
EMPTY = "No investment has been approved yet."


def tracker_sheet(review: Review) -> Sheet:
    """The table Tracker, an investment a row, then a card for each: dollars, metrics, charts, decision."""
    cards = published(review)
    portfolio = review.portfolio
    page = _Page(cards)
    page.table()
    for card in cards:
        page.card(card)
    page.cells.append(Cell(page.row, LEFT, None))  # so that the last chart is printed whole
    years = [part for part in (portfolio.district, f"FY{portfolio.year}", _as_of(review)) if part]
    return Sheet(
        NAME,
        "What we pay for a cycle, and how it does",
        "  ·  ".join([*years, counted(len(cards), "investment")]),
        cells=tuple(page.cells),
        tables=(page.overview,),
        charts=tuple(page.charts),
        highlights=page.highlights(),
        widths=_widths(cards),
        heights=page.heights,
        landscape=False,
        mark=True,
        printed=LAST + 1,
        breaks=tuple(page.breaks),
    )


def _as_of(review: Review) -> str:
    as_of = review.portfolio.settings.as_of
    return f"as of {day(as_of)}" if as_of else ""


def _widths(cards: Sequence[Card]) -> dict[int, float]:
    """Every column has its width; those of dollars are wider where the district's are."""
    dollars = width_needed("dollars", [sum(card.dollars for card in cards)])
    widths = {**dict.fromkeys(range(LEFT, LAST), NUMBER), LEFT: LABEL, LEFT + 1: CYCLE, LAST: WIDE}
    return widths | dict.fromkeys((LEFT + 3, LEFT + 4), max(NUMBER, dollars))


class _Page:
    """The sheet's cells and charts, from the top down, with the heights of their rows and where pages end."""

    def __init__(self, cards: Sequence[Card]) -> None:
        self.cards = cards
        self.row = TOP
        self.cells: list[Cell] = []
        self.charts: list[Chart] = []
        self.heights: dict[int, float] = {}
        self.breaks: list[int] = []
        self.used = 60.0  # points of this page that are taken: at first by the title

    @property
    def room(self) -> float:
        """Points that rows of one page may take together, at the scale at which the columns fit."""
        across = (ACROSS + 2) * POINTS_PER_LETTER
        return PAGE[1] * max(1.0, across / PAGE[0]) * SAFE

    # -- the table ------------------------------------------------------------------------------------------------

    def table(self) -> None:
        """All investments, with live sums of their dollars; before it what the charts and words mean."""
        for text in LEGEND:
            self.line(text, "muted")
        self.next(GAP)
        columns = (
            TableColumn("Investment", cells(card.name for card in self.cards), "wrap", LABEL, total="label"),
            TableColumn("Cycle", cells(card.cycle or card.state for card in self.cards), "wrap", CYCLE),
            TableColumn("Review in FY", cells(card.review_year for card in self.cards), "year", NUMBER),
            TableColumn("Dollars", cells(card.dollars for card in self.cards), "dollars", NUMBER, total="sum"),
            TableColumn("Spent", cells(card.spent for card in self.cards), "dollars", NUMBER, total="sum"),
            TableColumn("On track", cells(card.on_track for card in self.cards), "center", NUMBER),
            TableColumn("Status", cells(card.status for card in self.cards), "center", NUMBER),
            TableColumn("What it is for", cells(card.priority for card in self.cards), "wrap", WIDE),
        )
        self.overview = DataTable(NAME, self.row, LEFT, columns, empty=EMPTY, total_row=True, wrap_rows=True)
        self.next(2 * ROW)
        for card in self.cards:
            texts = ((card.priority, WIDE), (card.name, LABEL), (card.cycle, CYCLE))
            self.next(max(ROW, *(height_needed(text, width) for text, width in texts)))
        self.row += 2 if self.cards else 5

    def highlights(self) -> tuple[Highlight, ...]:
        """Colors behind the words of the table's column Status."""
        return words(self.overview, "Status", STATUS_COLORS)

    # -- cards ----------------------------------------------------------------------------------------------------

    def card(self, card: Card) -> None:
        """One investment; it stands on one page where it fits on one."""
        facts = [line for text in (card.purpose, *card.facts) for line in _lines(text)]
        head = HEADING + ROW * len(facts) + GAP
        blocks = [_height(metric) for metric in card.metrics] or [ROW]
        whole = head + sum(blocks)
        self.keep(whole if whole <= self.room else head + blocks[0])
        self.cells += [Cell(self.row, place, None, "heading") for place in range(LEFT + 1, LAST)]
        self.cells.append(Cell(self.row, LEFT, card.name, "heading"))
        self.cells.append(Cell(self.row, LAST, card.cycle or card.state, "heading"))
        self.next(HEADING)
        for text in facts:
            self.cells.append(Cell(self.row, LEFT, text, "muted"))
            self.next(ROW)
        self.next(GAP)
        for metric, height in zip(card.metrics, blocks, strict=False):
            self.keep(height)
            self.metric(metric)
        if not card.metrics:
            self.line("Nothing is measured yet.", "muted")
        self.next(ROW)

    def metric(self, metric: PublicMetric) -> None:
        """One metric: its status, its small table, and the chart that is drawn from it; or why it is not published."""
        for text in _titles(metric):
            self.cells.append(Cell(self.row, LEFT, text, "strong"))
            self.next(ROW)
        if metric.withheld:
            self.line(f"{metric.withheld[0].upper()}{metric.withheld[1:]}.", "muted")
        else:
            self._numbers(metric)
            self.line(metric.said, "muted")
        self.line(f"Source: {metric.source}" if metric.source else "", "muted")
        self.next(GAP)

    def _numbers(self, metric: PublicMetric) -> None:
        top, captions = self.row, ("Baseline", *(f"FY{year}" for year in metric.years))
        self.cells.append(Cell(top, LEFT, metric.status, STATUS_STYLES[metric.status]))
        self.cells += [Cell(top, LEFT + 1 + place, text, "caption_number") for place, text in enumerate(captions)]
        for down, (label, values) in enumerate((("Target", metric.targets), ("Measured", metric.readings)), 1):
            self.cells.append(Cell(top + down, LEFT, label, "row"))
            row = zip(range(LEFT + 1, LAST), cells((metric.baseline, *values)), strict=False)
            self.cells += [Cell(top + down, place, value, "row_measure") for place, value in row]
        if metric.years:
            self.charts.append(_chart(metric, top))
        for _ in range(3):
            self.next(ROW)

    # -- rows -----------------------------------------------------------------------------------------------------

    def line(self, text: str, style: Style) -> None:
        """A text over all columns, on as many rows as it needs; an empty one takes a row too."""
        for part in _lines(text) or [""]:
            if part:
                self.cells.append(Cell(self.row, LEFT, part, style))
            self.next(ROW)

    def next(self, height: float) -> None:
        """Go on below a row of a height in points."""
        self.heights[self.row] = height
        self.used += height
        self.row += 1

    def keep(self, height: float) -> None:
        """Begin a new page when so many points do not fit on this one."""
        if self.used + height > self.room:
            self.breaks.append(self.row)
            self.used = 0.0


def _lines(text: str) -> list[str]:
    return textwrap.wrap(text, LETTERS)


def _titles(metric: PublicMetric) -> list[str]:
    """What is measured, of whom, in which unit, on as many lines as fit beside the chart."""
    group = f", {metric.group}" if metric.group else ""
    return textwrap.wrap(f"{metric.name}{group} ({metric.unit})", int((ACROSS - WIDE) * 1.05))


def _height(metric: PublicMetric) -> float:
    lines = (3 if metric.withheld else CHART_ROWS) + len(_titles(metric)) - 1
    return lines * ROW + GAP


def _chart(metric: PublicMetric, top: int) -> Chart:
    """The targets, dashed from the baseline, and what was measured, on the numbers of the small table at `top`."""
    last = LEFT + 1 + len(metric.years)
    categories = (NAME, top, LEFT + 1, top, last)
    series = [Series("Target", categories, (NAME, top + 1, LEFT + 1, top + 1, last), MUTED, line="dashed")]
    if any(not math.isnan(value) for value in metric.readings):
        series.append(Series("Measured", categories, (NAME, top + 2, LEFT + 1, top + 2, last), ACCENT, size=6))
    limits = axis_limits([metric.baseline, *metric.targets, *metric.readings])
    width, height = CHART
    return Chart(
        "line", top - 1, LAST, "", tuple(series), width=width, height=height, y_limits=limits, legend=False,
    )  # fmt: skip


assert int(LINE_HEIGHT) <= ROW  # noqa: S101 - a line of text fits in a row
