"""The sheet Fund years after: what programs take of each fund, and what is left for the rules that allocate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apportion.rounding import cents
from apportion.spoken import fiscal, whole_dollars
from apportion.workbook.drawing import own
from apportion.workbook.realign_tables import PAYMENTS
from apportion.workbook.results_figures import ALL_YEARS, LEFT, TOP, cells, texts
from apportion.workbook.sheets import Cell, DataTable, Sheet, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from apportion.programs.decided import Decided
    from apportion.programs.realignment import Realignment

NAME, TABLE = "Fund years after", "FundYearsAfter"
SAID = (
    "What programs do not take of a fund is there for the rules of the funding formula.",
    "After: as decided; what is not decided yet, as proposed.",
)


def fund_years_sheet(realignment: Realignment, decided: Decided, scope: str) -> Sheet:
    """The table FundYearsAfter, and which fund pays what of each program, which its sums can be followed to."""
    years = decided.fund_years
    shown = years[(years[["Programs before", "Programs after"]] != 0).any(axis=1)]
    table = _years_table(shown.reset_index(drop=True), TOP + len(SAID) + 1)
    payments = _payments_table(realignment, table.row + max(len(shown), 2) + 4)
    return Sheet(
        NAME,
        _message(shown, realignment.portfolio.year),
        scope,
        cells=(
            *(Cell(row, LEFT, text) for row, text in enumerate(SAID, TOP)),
            Cell(payments.row - 1, LEFT, "Which fund pays what, as proposed", "heading"),
        ),
        tables=(table, payments),
        mark=True,
    )


def _message(years: pd.DataFrame, year: int) -> str:
    now = years[years["Year"] == year]
    change = float(cents((now["For rules after"] - now["For rules before"]).sum()))
    if not change:
        return f"As much is left for the rules of {fiscal(year)} as before"
    return f"{whole_dollars(abs(change))} {'more' if change > 0 else 'less'} is left for the rules of {fiscal(year)}"


def _years_table(years: pd.DataFrame, row: int) -> DataTable:
    live = len(years) > 0
    left = {
        when: f"ROUND({own(TABLE, 'Amount')}-{own(TABLE, f'Programs {when}')},2)" if live else ""
        for when in ("before", "after")
    }
    change = f"ROUND({own(TABLE, 'For rules after')}-{own(TABLE, 'For rules before')},2)" if live else ""
    difference = cents((years["For rules after"] - years["For rules before"]).to_numpy(dtype=float))
    columns = (
        TableColumn("Fund", texts(years["Fund"]), "wrap", 30),
        TableColumn("Year", [fiscal(year) for year in years["Year"]], "center", 12),
        TableColumn("Amount", cells(years["Amount"]), "cents", 20, "Amount and what was carried in."),
        TableColumn("Programs before", cells(years["Programs before"]), "cents", 25),
        TableColumn("Programs after", cells(years["Programs after"]), "cents", 25),
        TableColumn("For rules before", cells(years["For rules before"]), "cents", 20, formula=left["before"]),
        TableColumn("For rules after", cells(years["For rules after"]), "cents", 20, formula=left["after"]),
        TableColumn("Change", cells(difference), "cents", 20, formula=change),
    )
    return DataTable(TABLE, row, LEFT, columns, "No fund pays a program.", wrap_rows=True)


def _payments_table(realignment: Realignment, row: int) -> DataTable:
    """What each fund pays of each program: the sums of RealignedFunds."""
    names = realignment.portfolio.names
    paid = realignment.payments[realignment.payments["Dollars"] != 0]
    columns = (
        TableColumn("Program", [names.get(code, code) for code in paid["Program"]], "wrap", total="label"),
        TableColumn("Year", [fiscal(year) for year in paid["Year"]], "center"),
        TableColumn("Dollars", cells(paid["Dollars"]), "cents", total="sum"),
        TableColumn("Fund", texts(paid["Fund"]), "wrap", note="The fund that pays."),
        TableColumn("Meant to pay", texts(paid["From fund"]), "wrap", note="The fund that was meant to pay."),
        TableColumn("Code", texts(paid["Program"])),
    )
    return DataTable(PAYMENTS, row, LEFT, columns, "No program is paid for.", total_row=True, wrap_rows=True,
                     total_label=ALL_YEARS)  # fmt: skip
