"""The sheets of a realignment: the proposal, what keeping a program means, value by budget, fund years after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apportion.spoken import fiscal, whole_dollars
from apportion.workbook.charts import short_dollars
from apportion.workbook.fund_years_sheet import fund_years_sheet
from apportion.workbook.keeping_sheet import frontier_sheet, keeping_sheet
from apportion.workbook.marks import above_zero, words
from apportion.workbook.realign_tables import (
    decisions_table,
    funds_table,
    limits_table,
    realigned_table,
    with_gaps,
    years_table,
)
from apportion.workbook.realign_words import (
    conflict_sentences,
    decision_sentence,
    message,
    money_sentence,
    positions_sentence,
    proof_sentence,
    shift_sentences,
)
from apportion.workbook.results_figures import LEFT, TOP
from apportion.workbook.sheets import Cell, Chart, Series, Sheet
from apportion.workbook.styles import ACCENT, LOSS, SERIES_COLORS

if TYPE_CHECKING:
    import pandas as pd

    from apportion.programs.decided import Decided
    from apportion.programs.realignment import Realignment
    from apportion.workbook.sheets import DataTable, Style

NAMES = ("Realignment", "Keeping", "Frontier", "Fund years after")
"""The sheets that there can be; of a conflict the first alone."""
NAME = NAMES[0]
NO_PLAN = "No plan fits all the limits"
CHART_ROWS = 18
PROPOSAL = "This is a proposal. People decide, and enter each decision with its reason in the table Decisions."
MARKS: dict[str, Style] = {"end": "stop", "scale back": "look", "expand": "ok"}
AGREEMENT: dict[str, Style] = {"yes": "ok", "no": "look"}
BINDING: dict[str, Style] = {"binds": "look", "holds": "ok"}


def realign_sheets(realignment: Realignment, decided: Decided) -> tuple[Sheet, ...]:
    """The sheets Realignment, Keeping, Frontier and Fund years after; of a conflict Realignment alone, which says it.

    Keeping and Frontier are there when they were asked for.
    """
    if realignment.status == "conflict":
        return (_conflict_sheet(realignment),)
    made = (
        _sheet(realignment, decided),
        keeping_sheet(realignment, _scope(realignment)),
        frontier_sheet(realignment, _scope(realignment)),
        fund_years_sheet(realignment, decided, _scope(realignment)),
    )
    return tuple(sheet for sheet in made if sheet is not None)


def said_of(realignment: Realignment) -> str:
    """The proposal in a sentence, or the limits that conflict."""
    if realignment.status == "conflict":
        verb = "cannot hold whatever is done" if len(realignment.conflict) == 1 else "cannot hold together"
        return f"{NO_PLAN}: {'; '.join(realignment.conflict)} {verb}."
    return f"{message(realignment)}. {money_sentence(realignment)}"


def _scope(realignment: Realignment) -> str:
    portfolio = realignment.portfolio
    years = portfolio.years or (portfolio.year,)
    spoken = fiscal(years[0]) + (f" to {fiscal(years[-1])}" if len(years) > 1 else "")
    return "  ·  ".join(part for part in (portfolio.district, spoken, "proposed realignment of programs") if part)


def _conflict_sheet(realignment: Realignment) -> Sheet:
    said = conflict_sentences(realignment.portfolio, realignment.conflict)
    first = "These limits cannot hold together. Let go of one of them:"
    alone = "This limit cannot hold whatever is done:"
    last = "Then realign again."
    row = TOP + 2
    lines = [Cell(TOP, LEFT, first if len(said) > 1 else alone, "strong")]
    for limit, remedy in said:
        lines += [Cell(row, LEFT, f"{limit[:1].upper()}{limit[1:]}", "stop"), Cell(row, LEFT + 1, remedy, "wrap")]
        row += 1
    lines.append(Cell(row + 1, LEFT, last))
    return Sheet(NAME, NO_PLAN, _scope(realignment), tuple(lines), widths={LEFT: 46.0, LEFT + 1: 84.0}, mark=True)


def _sheet(realignment: Realignment, decided: Decided) -> Sheet:
    said = [
        money_sentence(realignment),
        proof_sentence(realignment),
        positions_sentence(realignment),
        *shift_sentences(realignment),
        decision_sentence(decided),
        PROPOSAL,
    ]
    said = [text for text in said if text]
    gaps = with_gaps(realignment)
    table = realigned_table(realignment, TOP + len(said) + 2)
    decisions = decisions_table(decided, _below(table))
    years = years_table(gaps, _below(decisions))
    chart = _chart(gaps, years, _below(years) - 1)
    funds = funds_table(realignment, gaps, _below(years) + CHART_ROWS + 1)
    limits = limits_table(realignment, _below(funds))
    headings = (
        (table, "Programs, what changes first"),
        (decisions, "Decisions beside the proposal"),
        (years, "Fiscal years"),
        (funds, "Funds"),
        (limits, "Limits, those that bind first"),
    )
    return Sheet(
        NAME,
        message(realignment),
        _scope(realignment),
        cells=(
            *(Cell(row, LEFT, text, _look(row, text)) for row, text in enumerate(said, TOP)),
            *(Cell(each.row - 1, LEFT, text, "heading") for each, text in headings),
        ),
        tables=(table, decisions, years, funds, limits),
        charts=(chart,) if chart else (),
        highlights=(
            *words(table, "Kind", MARKS),
            *words(limits, "Standing", BINDING),
            *words(decisions, "As proposed", AGREEMENT),
            *above_zero(funds, "No fund as it is", "stop"),
        ),
        mark=True,
        breaks=(funds.row - 1,),
    )


def _look(row: int, text: str) -> Style:
    return "strong" if row == TOP else "muted" if text == PROPOSAL else "text"


def _below(table: DataTable) -> int:
    """The header row of what stands below a table, with room for a heading."""
    return table.row + max(len(table.columns[0].values), 2) + 3 + table.total_row


def _chart(funds: pd.DataFrame, table: DataTable, row: int) -> Chart | None:
    """What there is for programs year by year, and what they take as they are and as proposed."""
    if funds.empty:
        return None
    short = funds.groupby("Year")["Gap"].sum()
    year, missing = int(short.index[int(short.argmax())]), float(short.max())
    title = f"Going on as it is asks for {whole_dollars(missing)} that no fund has in {fiscal(year)}; the proposal fits"
    if not missing:
        title = "Every fund has enough in every year, as it is and as proposed"
    first, last = table.row + 1, table.row + len(short)
    years = (NAME, first, LEFT, last, LEFT)
    shown = (("Available for programs", 1, SERIES_COLORS[5]), ("As it is", 2, LOSS), ("As proposed", 3, ACCENT))
    largest = float(funds.groupby("Year")[["Available", "Before", "After"]].sum().max().max())
    return Chart(
        "column", row, LEFT, title,
        tuple(Series(name, years, (NAME, first, LEFT + at, last, LEFT + at), color, labels=True)
              for name, at, color in shown),
        x_title="Fiscal year", y_title="Dollars of all funds", number_format=short_dollars(largest),
        width=860, height=20 * CHART_ROWS - 10,
    )  # fmt: skip
