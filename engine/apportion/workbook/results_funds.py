"""The sheet By fund: what each fund gives, has and keeps, and the lines that more than one fund pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.rounding import cents
from apportion.tables import column_letters
from apportion.workbook.results_figures import (
    LEFT,
    NO_FUND,
    TOP,
    cells,
    summed_by,
    summing,
    summing_named,
    texts,
    widest,
    width_of,
)
from apportion.workbook.results_tables import sum_if
from apportion.workbook.sheets import Cell, DataTable, Highlight, Sheet, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from apportion.workbook.results_figures import Figures

SPLIT = "SplitFunding"


def fund_sheet(figures: Figures) -> Sheet:
    """The table ByFund: what each fund gives, has and keeps; over its amount it is red and says so."""
    funds = funds_of(figures)
    columns = (*_given(figures, funds), *_taken(figures, funds), *_kept(figures, funds))
    empty = "No line names a fund, and no fund has an amount."
    table = DataTable("ByFund", TOP, LEFT, columns, empty=empty, total_row=True)
    cells_below, tables = [], [table]
    if len(figures.result.funding):
        below = TOP + max(len(funds), 1) + 4
        cells_below.append(Cell(below - 1, LEFT, "Lines that more than one fund pays", "heading"))
        tables.append(_split_table(figures, below))
    return Sheet(
        "By fund",
        "Allocation by fund",
        figures.scope,
        cells=tuple(cells_below),
        tables=tuple(tables),
        highlights=_fund_marks(len(funds), LEFT + 3 + len(_taken(figures, funds))),
        freeze=(TOP + 1, LEFT + 1),
    )


def _given(figures: Figures, funds: pd.DataFrame) -> list[TableColumn]:
    """What each fund gives, live."""
    formulas = _fund_formulas(figures, funds)
    fte, dollars = width_of("FTE", (), ",.1f", figures.fte), width_of("Dollars", (), total=figures.total)
    return [
        TableColumn("Fund", cells(funds["Name"]), width=widest("Fund", funds["Name"], 40), total="label"),
        TableColumn("FTE", cells(funds["FTE"]), "fte", fte, formulas=formulas["FTE"], total="sum"),
        TableColumn("Dollars", cells(funds["Dollars"]), "cents", dollars, formulas=formulas["Dollars"], total="sum"),
    ]


def _taken(figures: Figures, funds: pd.DataFrame) -> list[TableColumn]:
    """The amount of each fund and what programs take of it before rules do; nothing when none takes any."""
    if not figures.result.for_programs:
        return []
    total = sum_if(bool(len(funds)) and bool(funds["Available"].notna().all()))
    width = width_of("For programs", (), total=float(funds["Amount"].sum()))
    note = "What programs take of it before rules allocate the rest."
    return [
        TableColumn("Amount", cells(funds["Amount"]), "cents", width, total=total),
        TableColumn("For programs", cells(funds["For programs"]), "cents", width, note, total="sum"),
    ]


def _kept(figures: Figures, funds: pd.DataFrame) -> list[TableColumn]:
    """What each fund has and keeps; sums only where the amount of every fund is known."""
    has, given, left = (f"ByFund[[#This Row],[{header}]]" for header in ("Available", "Dollars", "Remaining"))
    total = sum_if(bool(len(funds)) and bool(funds["Available"].notna().all()))
    missing = "" if figures.live else None
    width = width_of("Available", (), total=float(funds["Available"].sum()))
    formulas = {
        "Remaining": f'IF({has}="","",ROUND({has}-{given},2))',
        "Share used": f'IF(N({has})<=0,"",{given}/{has})',
        "Standing": f'IF({has}="","",IF({left}<0,"over","within"))',
    }
    live = formulas if figures.live else dict.fromkeys(formulas, "")
    amount, programs = (f"ByFund[[#This Row],[{header}]]" for header in ("Amount", "For programs"))
    less = f'IF({amount}="","",ROUND({amount}-{programs},2))' if figures.result.for_programs else ""
    available = cells(funds["Available"], "" if less else None)
    return [
        TableColumn("Available", available, "cents", width, formula=less, total=total),
        TableColumn(
            "Remaining", cells(funds["Remaining"], missing), "cents", width, formula=live["Remaining"], total=total
        ),
        TableColumn("Share used", cells(funds["Share used"], missing), "percent", 20, formula=live["Share used"]),
        TableColumn("Standing", cells(funds["Standing"]), "center", 13, formula=live["Standing"]),
    ]


def funds_of(figures: Figures) -> pd.DataFrame:
    """Funds that have an amount, then others that pay for lines, then what no fund pays for."""
    used, none = summed_by(figures.result.by_fund.fillna({"Fund": ""}), "Fund", NO_FUND), NO_FUND.casefold()
    used = used[(used["FTE"] != 0) | (used["Dollars"] != 0) | (used.index != none)]
    has = {name.casefold(): (name, float(amount)) for name, amount in figures.result.fund_amounts.items()}
    others = sorted((fold for fold in used.index if fold not in has), key=lambda fold: fold == none)
    funds = used.reindex([*has, *others]).fillna({"FTE": 0.0, "Dollars": 0.0})
    names = [has[fold][0] if fold in has else str(used["Name"][fold]) for fold in funds.index]
    available = np.array([has[fold][1] if fold in has else np.nan for fold in funds.index], dtype=float)
    dollars = funds["Dollars"].to_numpy(dtype=float)
    programs = {name.casefold(): amount for name, amount in figures.result.for_programs.items()}
    taken = np.array([programs.get(str(fold), 0.0) for fold in funds.index], dtype=float)
    left = cents(available - dollars)
    return funds.assign(
        **{
            "Name": names,
            "Amount": cents(available + taken),
            "For programs": taken,
            "Available": available,
            "Remaining": left,
            "Share used": np.divide(dollars, available, out=np.full(len(left), np.nan), where=available > 0),
            "Standing": np.select([left < 0, left >= 0], ["over", "within"], ""),
        }
    )


def _fund_formulas(figures: Figures, funds: pd.DataFrame) -> dict[str, list[str]]:
    names = [str(name) for name in funds["Name"]]
    cell = "ByFund[[#This Row],[Fund]]"
    if not figures.live:
        return {"FTE": [], "Dollars": []}
    own = {measure: summing_named(figures, measure, "Fund", names, cell) for measure in ("FTE", "Dollars")}
    if not len(figures.result.funding):
        return own
    split = {measure: summing(measure, "Fund", names, cell, SPLIT) for measure in own}
    return {measure: [f"{each}+{split[measure]}" for each in own[measure]] for measure in own}


def _split_table(figures: Figures, row: int) -> DataTable:
    """The table SplitFunding: what each fund pays of a line at a school; the parts add up to the line."""
    split = figures.result.funding.merge(
        figures.result.schools[["Code", "Name"]], left_on="School", right_on="Code", how="left"
    )
    fte, dollars = (
        width_of("FTE", (), ",.2f", split["FTE"].sum()),
        width_of("Dollars", (), total=split["Dollars"].sum()),
    )
    columns = (
        TableColumn("Fund", texts(split["Fund"]), width=widest("Fund", split["Fund"], 40), total="label"),
        TableColumn("FTE", cells(split["FTE"]), "fte", fte, total="sum"),
        TableColumn("Dollars", cells(split["Dollars"]), "cents", dollars, total="sum"),
        TableColumn("Share", cells(split["Share"]), "percent", 12, "Its share of the line in the district."),
        TableColumn("Line", texts(split["Line"]), width=24),
        TableColumn("School", texts(split["School"]), width=12),
        TableColumn("Name", texts(split["Name"]), width=widest("Name", split["Name"], 34)),
    )
    return DataTable(SPLIT, row, LEFT, columns, total_row=True)


def _fund_marks(rows: int, available: int) -> tuple[Highlight, ...]:
    """Bars of the share used, and colors where a fund is over; `available` is the column of what the fund has."""
    if not rows:
        return ()
    first, last = TOP + 1, TOP + rows
    remaining, share, standing = available + 1, available + 2, available + 3
    over = f'${column_letters(standing + 1)}{first + 1}="over"'
    return (
        Highlight((first, share), (last, share), "bar"),
        Highlight((first, remaining), (last, remaining), "formula", formula=over, style="stop"),
        Highlight((first, standing), (last, standing), "equals", equals="over", style="stop"),
        Highlight((first, standing), (last, standing), "equals", equals="within", style="ok"),
    )
