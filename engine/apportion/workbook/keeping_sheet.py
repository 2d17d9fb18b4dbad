"""The sheets Keeping and Frontier: what else each answer would change, and the value of more and of less money."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from apportion.programs.keeping import NEAR, is_close
from apportion.programs.realignment import STEP
from apportion.spoken import fiscal, whole_dollars
from apportion.workbook.charts import axis_dollars, axis_limits
from apportion.workbook.marks import words
from apportion.workbook.realign_words import budget_message, means
from apportion.workbook.results_figures import LEFT, TOP, cells, texts
from apportion.workbook.sheets import Cell, Chart, DataTable, Series, Sheet, TableColumn
from apportion.workbook.styles import ACCENT, SERIES_COLORS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from apportion.programs.realignment import Realignment
    from apportion.workbook.sheets import Style

KEEPING, FRONTIER = "Keeping", "Frontier"
MEANS, DOLLARS, BUDGET = "WhatKeepingMeans", "NextDollars", "ValueByBudget"
PRESENT, PRESENT_ROW = "Present budget", TOP
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
        highlights=words(table, "Close", {"close": "look"}),
        freeze=None,
        mark=True,
    )


def _message(rows: pd.DataFrame) -> str:
    close = int(is_close(rows).sum())
    if not close:
        return "What keeping a program means: no other answer is close"
    verb = "answer is" if close == 1 else "answers are"
    return f"What keeping a program means: {close} other {verb} close, at less than {NEAR:.1%} of the value"


def _ordered(keeping: pd.DataFrame) -> pd.DataFrame:
    """Near-ties first, then by loss; what fits no plan last."""
    near_first = keeping.assign(Others=~is_close(keeping)).sort_values(["Others", "Loss"], kind="stable")
    return near_first.drop(columns="Others").reset_index(drop=True)


def _means_table(rows: pd.DataFrame, row: int) -> DataTable:
    loss = [None if math.isinf(each) else each for each in rows["Loss"].astype(float)]
    share = [None if math.isinf(each) else each for each in rows["Share"].astype(float)]
    known = np.isfinite(rows["Loss"].to_numpy(dtype=float))
    labels = np.where(~known, NO_PLAN, np.where(rows["Bound"].to_numpy(dtype=bool), AT_LEAST, EXACT)).tolist()
    columns = (
        TableColumn("Program", texts(rows["Name"]), "wrap", 30),
        TableColumn("What it means", [means(each) for each in rows.to_dict("records")], "wrap", 62),
        TableColumn("Close", ["close" if each else None for each in is_close(rows)], "center", 12),
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
    table = DataTable(BUDGET, PRESENT_ROW + 2, LEFT, columns)
    message = budget_message(rows)
    return Sheet(
        FRONTIER, message, scope, cells=tuple(_present(rows)),
        tables=(table,), charts=(_chart(realignment, rows, table, message),), landscape=True, mark=True,
    )  # fmt: skip


def _present(rows: pd.DataFrame) -> Iterator[Cell]:
    """The present budget and its value above their columns, found in the table so that it may be sorted."""
    yield Cell(PRESENT_ROW, LEFT, PRESENT, "strong")
    now = rows[rows["Share"] == 1].iloc[0]
    styles: dict[str, Style] = {"Dollars": "dollars", "Value": "count"}
    for place, (header, style) in enumerate(styles.items(), LEFT + 1):
        live = f"INDEX({BUDGET}[{header}],MATCH(1,{BUDGET}[Budget],0))"
        yield Cell(PRESENT_ROW, place, float(now[header]), style, live)


def _proven(gap: float) -> str:
    return f"within {gap:.2%}" if gap > 0 else "the most there is"


def _chart(realignment: Realignment, rows: pd.DataFrame, table: DataTable, message: str) -> Chart:
    first, last = table.row + 1, table.row + len(rows)
    budgets, values = ((FRONTIER, first, LEFT + at, last, LEFT + at) for at in (1, 2))
    budget, value = ((FRONTIER, PRESENT_ROW, LEFT + at, PRESENT_ROW, LEFT + at) for at in (1, 2))
    series = (
        Series("Most value", budgets, values, ACCENT, line="plain"),
        Series(PRESENT, budget, value, SERIES_COLORS[1], labels=True, size=11, side="below"),
        Series("Other budgets", budgets, values, ACCENT, size=5),
    )
    return Chart(
        "scatter", last + 2, LEFT, message, series,
        x_title=f"Dollars for programs in {fiscal(realignment.portfolio.year)}", y_title=f"Value ({realignment.unit})",
        number_format="#,##0", y_limits=axis_limits([0.0, float(rows["Value"].max())], 5),
        x_format=axis_dollars(float(rows["Dollars"].max())), width=860, height=380, legend=False,
    )  # fmt: skip
