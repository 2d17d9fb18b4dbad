"""The sheets Allocations, By fund and Checks: every line of every school, what pays for it, and what to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from apportion.rounding import cents
from apportion.workbook.results_figures import (
    LEFT,
    NO_FUND,
    TOP,
    cells,
    money,
    summing_named,
    texts,
    widest,
    width_of,
)
from apportion.workbook.sheets import Cell, DataTable, Highlight, Sheet, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from apportion.errors import Finding
    from apportion.workbook.results_figures import Figures
    from apportion.workbook.sheets import Style

KEYS = (("Name", 22), ("Allocation", 16), ("Line", 20))
"""Texts that name a row of Allocations, and how wide each may be."""
SEVERITIES = {"error": "Error", "warning": "Warning", "note": "Note"}


def allocations_sheet(figures: Figures) -> Sheet:
    """The table Allocations: one row per school and line, with the sentence that says why.

    It prints up to that sentence, so that a line can be read on paper; what the sentence says too stands behind it.
    """
    amounts = figures.amounts
    columns = (
        TableColumn("School", texts(amounts["School"]), width=widest("School", amounts["School"], 14), total="label"),
        *(_wrapped(figures, header, most) for header, most in KEYS),
        *_measures(figures),
        _wrapped(figures, "Fund", 15),
        TableColumn("Why", texts(amounts["Why"]), "wrap", 64),
        _wrapped(figures, "Job type", 22),
        TableColumn("Count", cells(amounts["Count"]), _plain(amounts["Count"]), 10),
        TableColumn("Rate", cells(amounts["Rate"]), _plain(amounts["Rate"]), 10),
        *(_wrapped(figures, header, most) for header, most in (("Held", 13), ("Lock", 14))),
    )
    empty = "No line gives anything to any school in this scenario."
    table = DataTable("Allocations", TOP, LEFT, columns, empty=empty, total_row=True, wrap_rows=True)
    return Sheet(
        "Allocations",
        "Allocations line by line",
        figures.scope,
        tables=(table,),
        freeze=(TOP + 1, LEFT + len(KEYS) + 1),
        printed=LEFT + [column.header for column in columns].index("Why") + 1,
    )


def _wrapped(figures: Figures, header: str, most: float) -> TableColumn:
    values = figures.amounts[header]
    return TableColumn(header, texts(values), "wrap", widest(header, values, most))


def _measures(figures: Figures) -> list[TableColumn]:
    """FTE, dollars, the prior year's, and their live difference; without any prior year those stay empty."""
    amounts, given = figures.amounts, len(figures.amounts)
    variance = cells((amounts["Dollars"] - amounts["Prior dollars"].fillna(0.0)).map(money))
    own = "Allocations[[#This Row],[{}]]".format
    formula = f"ROUND({own('Dollars')}-{own('Prior year')},2)" if figures.has_prior else ""
    fte = width_of("FTE", (), ",.1f", figures.fte)
    dollars, prior = width_of("Dollars", (), total=figures.total), width_of("Prior year", (), total=figures.prior)
    return [
        TableColumn("FTE", cells(amounts["FTE"]), "fte", fte, total="sum"),
        TableColumn("Dollars", cells(amounts["Dollars"]), "cents", dollars, total="sum"),
        TableColumn("Prior FTE", cells(amounts["Prior FTE"]), "fte", 9, total=_sum_if(figures.has_prior_fte)),
        TableColumn("Prior year", cells(amounts["Prior dollars"]), "cents", prior, total=_sum_if(figures.has_prior)),
        TableColumn(
            "Variance",
            variance if figures.has_prior else [None] * given,
            "cents",
            prior,
            formula=formula,
            total=_sum_if(figures.has_prior),
        ),
    ]


def _sum_if(known: bool) -> Literal["", "sum"]:
    return "sum" if known else ""


def _plain(values: pd.Series) -> Style:
    given = values.dropna()
    return "count" if (given == given.round()).all() else "number"


def fund_sheet(figures: Figures) -> Sheet:
    """The table ByFund: what each fund gives, has and keeps; over its amount it is red and says so."""
    funds = funds_of(figures)
    columns = (*_given(figures, funds), *_kept(figures, funds))
    empty = "No line names a fund, and no fund has an amount."
    table = DataTable("ByFund", TOP, LEFT, columns, empty=empty, total_row=True)
    return Sheet(
        "By fund",
        "Allocation by fund",
        figures.scope,
        tables=(table,),
        highlights=_fund_marks(len(funds)),
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


def _kept(figures: Figures, funds: pd.DataFrame) -> list[TableColumn]:
    """What each fund has and keeps; sums only where the amount of every fund is known."""
    has, given, left = (f"ByFund[[#This Row],[{header}]]" for header in ("Available", "Dollars", "Remaining"))
    total = _sum_if(bool(len(funds)) and bool(funds["Available"].notna().all()))
    missing = "" if figures.live else None
    width = width_of("Available", (), total=float(funds["Available"].sum()))
    formulas = {
        "Remaining": f'IF({has}="","",ROUND({has}-{given},2))',
        "Share used": f'IF(N({has})<=0,"",{given}/{has})',
        "Standing": f'IF({has}="","",IF({left}<0,"over","within"))',
    }
    live = formulas if figures.live else dict.fromkeys(formulas, "")
    return [
        TableColumn("Available", cells(funds["Available"]), "cents", width, total=total),
        TableColumn(
            "Remaining", cells(funds["Remaining"], missing), "cents", width, formula=live["Remaining"], total=total
        ),
        TableColumn("Share used", cells(funds["Share used"], missing), "percent", 20, formula=live["Share used"]),
        TableColumn("Standing", cells(funds["Standing"]), "center", 13, formula=live["Standing"]),
    ]


def funds_of(figures: Figures) -> pd.DataFrame:
    """Funds that have an amount, then others that pay for lines, then what no fund pays for."""
    used, none = figures.by("Fund", NO_FUND), NO_FUND.casefold()
    used = used[(used["FTE"] != 0) | (used["Dollars"] != 0) | (used.index != none)]
    has = {name.casefold(): (name, float(amount)) for name, amount in figures.result.fund_amounts.items()}
    others = sorted((fold for fold in used.index if fold not in has), key=lambda fold: fold == none)
    funds = used.reindex([*has, *others]).fillna({"FTE": 0.0, "Dollars": 0.0})
    names = [has[fold][0] if fold in has else str(used["Name"][fold]) for fold in funds.index]
    available = np.array([has[fold][1] if fold in has else np.nan for fold in funds.index], dtype=float)
    dollars = funds["Dollars"].to_numpy(dtype=float)
    left = cents(available - dollars)
    return funds.assign(
        **{
            "Name": names,
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
    return {measure: summing_named(figures, measure, "Fund", names, cell) for measure in ("FTE", "Dollars")}


def _fund_marks(rows: int) -> tuple[Highlight, ...]:
    if not rows:
        return ()
    first, last = TOP + 1, TOP + rows
    over = f'$H{first + 1}="over"'
    return (
        Highlight((first, LEFT + 5), (last, LEFT + 5), "bar"),
        Highlight((first, LEFT + 4), (last, LEFT + 4), "formula", formula=over, style="stop"),
        Highlight((first, LEFT + 6), (last, LEFT + 6), "equals", equals="over", style="stop"),
        Highlight((first, LEFT + 6), (last, LEFT + 6), "equals", equals="within", style="ok"),
    )


def checks_sheet(figures: Figures) -> Sheet:
    """All findings, errors first; without any, one sentence that says so."""
    findings = sorted(figures.result.findings, key=lambda finding: list(SEVERITIES).index(finding.severity))
    title, scope = "What to look at", figures.scope
    if not findings:
        fine = Cell(TOP, LEFT, "Every check passed: there is nothing to look at.", "ok")
        return Sheet("Checks", title, scope, cells=(fine,), widths={LEFT: 60})
    columns = (
        TableColumn("Severity", [SEVERITIES[finding.severity] for finding in findings], "center", 13),
        TableColumn("Sheet", texts(finding.sheet or finding.table for finding in findings), width=20),
        TableColumn("Cell", texts(map(_place, findings)), width=11),
        TableColumn("What", texts(_sentence(finding.what) for finding in findings), "wrap", 68),
        TableColumn("What to do", texts(finding.remedy for finding in findings), "wrap", 52),
    )
    first, last = (TOP + 1, LEFT), (TOP + len(findings), LEFT)
    marks = (
        Highlight(first, last, "equals", equals="Error", style="stop"),
        Highlight(first, last, "equals", equals="Warning", style="look"),
    )
    table = DataTable("Checks", TOP, LEFT, columns, wrap_rows=True)
    return Sheet("Checks", title, scope, tables=(table,), highlights=marks, freeze=(TOP + 1, LEFT + 1))


def _place(finding: Finding) -> str:
    return finding.cell or (f"row {finding.row}" if finding.row else "")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def counted(findings: tuple[Finding, ...]) -> str:
    """How many findings there are of each severity, in words."""
    numbers = {word: sum(finding.severity == severity for finding in findings) for severity, word in SEVERITIES.items()}
    said = [f"{number:g} {word.lower()}{'s' if number > 1 else ''}" for word, number in numbers.items() if number]
    return ", ".join(said) or "nothing to look at"
