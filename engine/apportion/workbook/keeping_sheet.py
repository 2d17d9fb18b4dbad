"""The sheets Keeping and Frontier: what else each answer would change, and the value of more and of less money."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from apportion.programs.keeping import NEAR
from apportion.programs.realignment import STEP
from apportion.spoken import fiscal, whole_dollars
from apportion.workbook.charts import short_dollars
from apportion.workbook.realign_words import budget_message, means
from apportion.workbook.results_figures import LEFT, TOP, cells, texts
from apportion.workbook.sheets import Cell, Chart, DataTable, Highlight, Series, Sheet, TableColumn
from apportion.workbook.styles import ACCENT, SERIES_COLORS

if TYPE_CHECKING:
    import pandas as pd

    from apportion.programs.realignment import Realignment

KEEPING, FRONTIER = "Keeping", "Frontier"
MEANS, DOLLARS, BUDGET = "WhatKeepingMeans", "NextDollars", "ValueByBudget"
NOTHING = "Nothing changes"
NO_PLAN, AT_LEAST, EXACT = "no plan", "at least", "exactly"


def keeping_sheet(realignment: Realignment, scope: str) -> Sheet | None:
    """What keeping or giving up each program means, close ones first, and what the next dollars would buy."""
    if realignment.keeping.empty and realignment.steps.empty:
        return None
    rows = _ordered(realignment.keeping)
    said = (
        "Each row forces another answer for one program, and says what else would change then.",
        f"Loss is what the whole plan would lose of its value ({realignment.unit}).",
        "Where the loss is “at least” so much, it is a bound: what would be lost may be more.",
    )
    table = _means_table(rows, TOP + len(said) + 2)
    steps = _steps_table(realignment.steps, table.row + max(len(rows), 2) + 4)
    first, last = table.row + 1, table.row + len(rows)
    marks = (Highlight((first, LEFT + 2), (last, LEFT + 2), "equals", equals="close", style="look"),)
    return Sheet(
        KEEPING,
        _message(rows),
        scope,
        cells=(
            *(Cell(row, LEFT, text, "strong" if row == TOP else "text") for row, text in enumerate(said, TOP)),
            Cell(table.row - 1, LEFT, "What keeping means", "heading"),
            Cell(steps.row - 1, LEFT, f"What {whole_dollars(STEP)} more or less would change", "heading"),
        ),
        tables=(table, steps),
        highlights=marks if len(rows) else (),
        freeze=None,
        mark=True,
    )


def _message(rows: pd.DataFrame) -> str:
    close = int(_is_close(rows).sum())
    if not close:
        return "What keeping a program means: no other answer is close"
    verb = "answer is" if close == 1 else "answers are"
    return f"What keeping a program means: {close} other {verb} close, at less than {NEAR:.1%} of the value"


def _is_close(rows: pd.DataFrame) -> pd.Series:
    """What is known to cost little; of a bound that is not known."""
    return (rows["Share"] < NEAR) & ~rows["Bound"].astype(bool)


def _ordered(keeping: pd.DataFrame) -> pd.DataFrame:
    """Near-ties first, then by loss; what fits no plan last."""
    return keeping.sort_values("Loss", kind="stable").reset_index(drop=True)


def _means_table(rows: pd.DataFrame, row: int) -> DataTable:
    loss = [None if math.isinf(each) else each for each in rows["Loss"].astype(float)]
    share = [None if math.isinf(each) else each for each in rows["Share"].astype(float)]
    known = np.isfinite(rows["Loss"].to_numpy(dtype=float))
    labels = np.where(~known, NO_PLAN, np.where(rows["Bound"].to_numpy(dtype=bool), AT_LEAST, EXACT)).tolist()
    columns = (
        TableColumn("Program", texts(rows["Name"]), "wrap", 30),
        TableColumn("What it means", [means(each) for each in rows.to_dict("records")], "wrap", 62),
        TableColumn("Close", ["close" if each else None for each in _is_close(rows)], "center", 12),
        TableColumn("Loss is", labels, width=12),
        TableColumn("Loss of value", loss, "count", 14),
        TableColumn("Share of value", share, "percent", 14),
        TableColumn("Proposed", texts(rows["Proposed"]), width=14),
        TableColumn("Forced", texts(rows["Forced"]), width=12),
    )
    return DataTable(MEANS, row, LEFT, columns, "Nothing was computed.", wrap_rows=True)


def _steps_table(steps: pd.DataFrame, row: int) -> DataTable:
    size = steps["Value"].abs().fillna(math.inf)
    rows = steps.assign(Size=-size).sort_values(["Size", "Year", "Fund"], kind="stable")
    told = [_sentence(*each) for each in zip(rows["Step"], rows["Changes"], strict=True)]
    columns = (
        TableColumn("Fund", texts(rows["Fund"]), "wrap"),
        TableColumn("What it buys", told, "wrap"),
        TableColumn("Year", [fiscal(year) for year in rows["Year"]], "center"),
        TableColumn("Dollars", cells(rows["Step"]), "dollars"),
        TableColumn("Change of value", cells(rows["Value"]), "count"),
    )
    return DataTable(DOLLARS, row, LEFT, columns, "Nothing was computed.", wrap_rows=True)


def _sentence(step: float, changes: str) -> str:
    """What the next dollars buy, or what is lost without the last ones."""
    begin = f"{'The next' if step > 0 else 'Without the last'} {whole_dollars(abs(step))}"
    said = changes.rstrip(".") or NOTHING
    return f"{begin}: {said[:1].lower() + said[1:] if said.startswith('Nothing') else said}."


def frontier_sheet(realignment: Realignment, scope: str) -> Sheet | None:
    """The most value that each budget can reach, as a line with the present budget marked."""
    rows = realignment.frontier.sort_values("Dollars", kind="stable").reset_index(drop=True)
    if rows.empty:
        return None
    columns = (
        TableColumn("Budget", cells(rows["Share"]), "percent", 16, "Share of the money that there is."),
        TableColumn(
            "Dollars", cells(rows["Dollars"]), "dollars", 20, f"For programs in {fiscal(realignment.portfolio.year)}."
        ),
        TableColumn("Value", cells(rows["Value"]), "count", 16, f"In {realignment.unit}."),
        TableColumn("Programs kept", cells(rows["Kept"]), "count", 18),
        TableColumn("Proven", [_proven(gap) for gap in rows["Gap"]], "center", 18),
    )
    table = DataTable(BUDGET, TOP, LEFT, columns)
    message = budget_message(rows)
    return Sheet(
        FRONTIER, message, scope,
        tables=(table,), charts=(_chart(realignment, rows, message),), landscape=True, mark=True,
    )  # fmt: skip


def _top(largest: float) -> tuple[float, float]:
    """The end of an axis from 0 that has room for the largest value, and its step: 1, 2 or 5 of a power of ten."""
    power = 10.0 ** math.floor(math.log10(largest)) if largest > 0 else 1.0
    step = next(power * part for part in (0.1, 0.2, 0.5, 1, 2) if power * part * 6 >= largest)
    return step * math.ceil(largest / step * 1.02), step


def _proven(gap: float) -> str:
    return f"within {gap:.2%}" if gap > 0 else "the most there is"


def _chart(realignment: Realignment, rows: pd.DataFrame, message: str) -> Chart:
    first, last = TOP + 1, TOP + len(rows)

    def column(at: int, top: int = first, bottom: int = last) -> tuple[str, int, int, int, int]:
        return FRONTIER, top, LEFT + at, bottom, LEFT + at

    series = [Series("Most value", column(1), column(2), ACCENT, line="plain")]
    present = first + int((rows["Share"] - 1).abs().argmin())
    series.append(
        Series("Present budget", column(1, present, present), column(2, present, present), SERIES_COLORS[1],
               labels=True, size=11, side="below")
    )  # fmt: skip
    series.append(Series("Other budgets", column(1), column(2), ACCENT, size=5))
    return Chart(
        "scatter", last + 2, LEFT, message, tuple(series),
        x_title=f"Dollars for programs in {fiscal(realignment.portfolio.year)}", y_title=f"Value ({realignment.unit})",
        number_format="#,##0", y_limits=(0, *_top(float(rows["Value"].max()))),
        x_format=short_dollars(float(rows["Dollars"].max())).split(";")[-1], width=860, height=380, legend=False,
    )  # fmt: skip
