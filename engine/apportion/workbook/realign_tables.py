"""The tables of the sheet Realignment: programs, funds, limits, and decisions beside the proposal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.programs.cliff import cliff
from apportion.rounding import cents, significant
from apportion.spoken import fiscal
from apportion.workbook.drawing import own
from apportion.workbook.realign_words import CHANGING_FIRST
from apportion.workbook.results_figures import LEFT, cells, summing, texts
from apportion.workbook.sheets import DataTable, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from apportion.programs.decided import Decided
    from apportion.programs.realignment import Realignment
    from apportion.workbook.sheets import Style

PROGRAMS, FUNDS, LIMITS, DECISIONS = "Realigned", "RealignedFunds", "LimitsThatBind", "DecisionsCompared"
PAYMENTS, YEARS = "RealignedPayments", "RealignedYears"
STANDING = {(True, True): "binds", (True, False): "holds", (False, False): "off", (False, True): "off"}
UNITS: dict[str, Style] = {"dollars": "dollars", "positions": "fte"}


def realigned_table(realignment: Realignment, row: int) -> DataTable:
    """Every program and what is proposed for it, what changes first, then by cost."""
    rows = _ordered(realignment.choices)
    freed, now = cents(rows["Freed"].to_numpy(dtype=float)), cents(rows["Now"].to_numpy(dtype=float))
    cost = cents(rows["Cost"].to_numpy(dtype=float))
    simple = bool((cents(now - cost) == freed).all())
    live = f"ROUND({own(PROGRAMS, 'Cost now')}-{own(PROGRAMS, 'Cost proposed')},2)" if simple and len(rows) else ""
    columns = (
        TableColumn("Program", texts(rows["Name"]), "wrap", 30, total="label"),
        TableColumn("Kind", texts(rows["Kind"]), "center", 12),
        TableColumn("Cost now", cells(now), "dollars", 14, "First year, when it goes on as it is.", total="sum"),
        TableColumn("Cost proposed", cells(cost), "dollars", 14, "First year, as proposed.", total="sum"),
        TableColumn("Freed", cells(freed), "dollars", 14, "What can be avoided.", formula=live, total="sum"),
        TableColumn("On average", cells(cents(rows["Average"].to_numpy(dtype=float))), "dollars", 14,
                    "What the service given up costs on average: more than can be avoided.", total="sum"),
        TableColumn("Positions", cells(significant(-rows["Positions cut"].to_numpy(dtype=float)) + 0.0), "fte", 13,
                    "Change of positions in the first year.", total="sum"),
        TableColumn("Students", cells(rows["Students"]), "count", 12, "Students reached.", total="sum"),
        TableColumn("Score", cells(rows["Score"]), "score", 10, "Rubric value, 0 to 4."),
        TableColumn("Value", cells(rows["Value"]), "count", 12, f"In {realignment.unit}.", total="sum"),
        TableColumn("Proposed", texts(rows["Option"]), "wrap", 22),
        TableColumn("Decide by", cells(rows["Last decision"]), "date", 13, "Last day on which it can be decided."),
        TableColumn("What could not be chosen", texts(rows["Left out"]), "wrap", 34),
    )  # fmt: skip
    empty = "No program has a cost in this or a later year."
    return DataTable(PROGRAMS, row, LEFT, columns, empty, total_row=True, wrap_rows=True)


def _ordered(choices: pd.DataFrame) -> pd.DataFrame:
    order = {kind: number for number, kind in enumerate(CHANGING_FIRST)}
    by_size = choices.sort_values("Now", ascending=False, kind="stable")
    return by_size.sort_values("Kind", key=lambda kinds: kinds.map(order), kind="stable").reset_index(drop=True)


def with_gaps(realignment: Realignment) -> pd.DataFrame:
    """The funds of a realignment with the Gap, in dollars, that going on as it is would leave: the cliff's."""
    gaps = cliff(realignment.portfolio).funds[["Fund", "Year", "Gap"]]
    return realignment.funds.merge(gaps, on=["Fund", "Year"], how="left").fillna({"Gap": 0.0})


def funds_table(realignment: Realignment, gaps: pd.DataFrame, row: int) -> DataTable:
    """What each fund of `gaps` has for programs, and what they take as they are and as proposed, year after year."""
    rows = gaps.sort_values("Year", kind="stable").reset_index(drop=True)
    used = rows[(rows[["Available", "Before", "After"]] != 0).any(axis=1)].reset_index(drop=True)
    names = [str(name) for name in used["Fund"]]
    paid = summing("Dollars", "Fund", names, own(FUNDS, "Fund"), PAYMENTS, [("Year", own(FUNDS, "Year"))])
    live = len(used) > 0 and len(realignment.payments) > 0
    left = f"ROUND({own(FUNDS, 'Has for programs')}-{own(FUNDS, 'As proposed')},2)"
    columns = (
        TableColumn("Fund", texts(used["Fund"]), "wrap"),
        TableColumn("Year", [fiscal(year) for year in used["Year"]], "center"),
        TableColumn("Has for programs", cells(used["Available"]), "dollars"),
        TableColumn("As it is", cells(used["Before"]), "dollars", note="When every program goes on as it is."),
        TableColumn("As proposed", cells(used["After"]), "dollars", formula=paid if live else ""),
        TableColumn("Left", cells(used["Left"]), "dollars", formula=left if len(used) else ""),
        TableColumn("No fund as it is", cells(used["Gap"]), "dollars", note="The gap on the sheet Cliff."),
    )
    return DataTable(FUNDS, row, LEFT, columns, "No fund has money for programs.", wrap_rows=True)


def years_table(gaps: pd.DataFrame, row: int) -> DataTable:
    """The numbers of the chart: what there is for programs in each year and what they take, added up over funds."""
    sums = gaps.groupby("Year")[["Available", "Before", "Gap", "After"]].sum()
    amounts = {name: cells(cents(sums[name].to_numpy(dtype=float))) for name in sums.columns}
    live = f"SUMIFS({FUNDS}[{{}}],{FUNDS}[Year],{own(YEARS, 'Year')})" if len(sums) else ""
    columns = (
        TableColumn("Year", [fiscal(year) for year in sums.index]),
        TableColumn("Available", amounts["Available"], "dollars", formula=live.format("Has for programs")),
        TableColumn("As it is", amounts["Before"], "dollars", formula=live.format("As it is")),
        TableColumn("As proposed", amounts["After"], "dollars", formula=live.format("As proposed")),
        TableColumn("No fund as it is", amounts["Gap"], "dollars", formula=live.format("No fund as it is")),
    )
    return DataTable(YEARS, row, LEFT, columns, "No fund has money for programs.")


def limits_table(realignment: Realignment, row: int) -> DataTable:
    """The limits, those that bind first, each in its unit: dollars or positions."""
    limits = realignment.limits
    standing = [
        STANDING[status == "on", bool(binds)] for status, binds in zip(limits["Status"], limits["Binds"], strict=True)
    ]
    order = [*dict.fromkeys(STANDING.values())]
    rows = limits.assign(Standing=standing).sort_values(
        "Standing", key=lambda words: words.map(order.index), kind="stable"
    )
    positions = rows["Kind"] == "positions cut"
    columns = (
        TableColumn("Limit", texts(rows["Limit"]), "wrap"),
        TableColumn("Standing", texts(rows["Standing"]), "center"),
        *(
            TableColumn(f"{header}, {unit}", cells(rows[amount].where(positions == (unit == "positions"))), style)
            for unit, style in UNITS.items()
            for header, amount in (("Used", "Used"), ("Amount", "Most"))
        ),
        TableColumn("Kind", texts(rows["Kind"]), "wrap"),
    )
    return DataTable(LIMITS, row, LEFT, columns, "No limit is given.", wrap_rows=True)


def decisions_table(decided: Decided, row: int) -> DataTable:
    """What people decided beside what is proposed; decisions that differ first."""
    made = decided.decisions[decided.decisions["Decided"] != ""].sort_values("Agrees", kind="stable")
    agrees = np.where(made["Agrees"].to_numpy(dtype=bool), "yes", "no").tolist() if len(made) else []
    columns = (
        TableColumn("Program", texts(made["Name"]), "wrap", total="label"),
        TableColumn("As proposed", agrees, "center"),
        TableColumn("Decided", texts(made["Decided"])),
        TableColumn("Proposed", texts(made["Proposed"])),
        TableColumn("Cost difference", cells(made["Cost difference"]), "dollars", total="sum",
                    note="Decided less proposed, in the first year."),
        TableColumn("Value difference", cells(made["Value difference"]), "count", total="sum",
                    note="Decided less proposed."),
        TableColumn("Date", cells(made["Date"]), "date"),
        TableColumn("Decided by", texts(made["Decided by"]), "wrap"),
        TableColumn("School", texts(made["School"])),
        TableColumn("Code", texts(made["Program"])),
        TableColumn("Option decided", texts(made["Option"]), "wrap"),
        TableColumn("Option proposed", texts(made["Proposed option"]), "wrap"),
        TableColumn("Reason", texts(made["Reason"]), "wrap"),
    )  # fmt: skip
    empty = "No program is decided yet. Enter decisions on the sheet Decisions, each with its reason."
    return DataTable(DECISIONS, row, LEFT, columns, empty, total_row=len(made) > 0, wrap_rows=True)
