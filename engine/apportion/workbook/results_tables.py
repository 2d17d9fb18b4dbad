"""The sheets Allocations, By fund and Checks: every line of every school, what pays for it, and what to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apportion.workbook.results_figures import (
    LEFT, NO_FUND, TOP, cells, money, summing, summing_blank, texts, widest, width_of,
)  # fmt: skip
from apportion.workbook.sheets import Cell, DataTable, Highlight, Sheet, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from apportion.errors import Finding
    from apportion.workbook.results_figures import Figures
    from apportion.workbook.sheets import Style

KEY_COLUMNS = 4
SEVERITIES = {"error": "Error", "warning": "Warning", "note": "Note"}


def allocations_sheet(figures: Figures) -> Sheet:
    """The table Allocations: one row per school and line, with the sentence that says why."""
    amounts = figures.amounts
    own = "Allocations[[#This Row],[{}]]".format
    variance = cells((amounts["Dollars"] - amounts["Prior dollars"].fillna(0.0)).map(money)) if figures.has_prior else [None] * len(amounts)
    formula = f"ROUND({own('Dollars')}-{own('Prior year')},2)" if figures.has_prior else ""
    total = figures.total
    columns = (
        TableColumn("School", texts(amounts["School"]), width=widest("School", amounts["School"], 14), total="label"),
        TableColumn("Name", texts(amounts["Name"]), "wrap", widest("Name", amounts["Name"], 28)),
        TableColumn("Allocation", texts(amounts["Allocation"]), "wrap", widest("Allocation", amounts["Allocation"], 20)),
        TableColumn("Line", texts(amounts["Line"]), "wrap", widest("Line", amounts["Line"], 26)),
        TableColumn("Count", cells(amounts["Count"]), _plain(amounts["Count"]), 10),
        TableColumn("Rate", cells(amounts["Rate"]), _plain(amounts["Rate"]), 10),
        TableColumn("FTE", cells(amounts["FTE"]), "fte", width_of("FTE", (), ",.1f", figures.fte), total="sum"),
        TableColumn("Dollars", cells(amounts["Dollars"]), "cents", width_of("Dollars", (), total=total), total="sum"),
        TableColumn("Prior year", cells(amounts["Prior dollars"]), "cents", width_of("Prior year", (), total=figures.prior), total="sum"),
        TableColumn("Variance", variance, "cents", width_of("Variance", variance, total=total - figures.prior), formula=formula, total="sum"),
        TableColumn("Fund", texts(amounts["Fund"]), "wrap", widest("Fund", amounts["Fund"], 18)),
        TableColumn("Held", texts(amounts["Held"]), "wrap", widest("Held", amounts["Held"], 13)),
        TableColumn("Lock", texts(amounts["Lock"]), "wrap", widest("Lock", amounts["Lock"], 13)),
        TableColumn("Why", texts(amounts["Why"]), "wrap", 64),
    )
    empty = "No line gives anything to any school in this scenario."
    table = DataTable("Allocations", TOP, LEFT, columns, empty=empty, total_row=True, wrap_rows=True)
    return Sheet("Allocations", "Allocations line by line", figures.scope, tables=(table,), freeze=(TOP + 1, LEFT + KEY_COLUMNS))


def _plain(values: pd.Series) -> Style:
    given = values.dropna()
    return "count" if (given == given.round()).all() else "number"


def fund_sheet(figures: Figures) -> Sheet:
    """The table ByFund: what each fund gives, has and keeps; over its amount it is red and says so."""
    funds = funds_of(figures)
    formulas = _fund_formulas(figures, funds)
    known = bool(len(funds)) and bool(funds["Available"].notna().all())
    live = figures.live
    own = "ByFund[[#This Row],[{}]]".format
    unknown = f'{own("Available")}=""'
    columns = (
        TableColumn("Fund", cells(funds["Name"]), width=widest("Fund", funds["Name"], 40), total="label"),
        TableColumn("FTE", cells(funds["FTE"]), "fte", width_of("FTE", (), ",.1f", figures.fte), formulas=formulas["FTE"], total="sum"),
        TableColumn("Dollars", cells(funds["Dollars"]), "cents", width_of("Dollars", (), total=figures.total), formulas=formulas["Dollars"], total="sum"),
        TableColumn("Available", cells(funds["Available"]), "cents", width_of("Available", (), total=float(funds["Available"].sum())), total="sum" if known else ""),
        TableColumn(
            "Remaining", cells(funds["Remaining"], "" if live else None), "cents", width_of("Remaining", cells(funds["Remaining"]), total=figures.total),
            formula=f'IF({unknown},"",ROUND({own("Available")}-{own("Dollars")},2))' if live else "", total="sum" if known else "",
        ),
        TableColumn(
            "Share used", cells(funds["Share used"], "" if live else None), "percent", 20,
            formula=f'IF(N({own("Available")})<=0,"",{own("Dollars")}/{own("Available")})' if live else "",
        ),
        TableColumn(
            "Standing", cells(funds["Standing"]), "center", 13,
            formula=f'IF({unknown},"",IF({own("Remaining")}<0,"over","within"))' if live else "",
        ),
    )  # fmt: skip
    table = DataTable("ByFund", TOP, LEFT, columns, empty="No line names a fund, and no fund has an amount.", total_row=True)
    return Sheet("By fund", "Allocation by fund", figures.scope, tables=(table,), highlights=_fund_marks(len(funds)), freeze=(TOP + 1, LEFT + 1))


def funds_of(figures: Figures) -> pd.DataFrame:
    """Funds that have an amount, then others that pay for lines, then what no fund pays for, if that is anything."""
    used = figures.by("Fund", NO_FUND)
    used = used[(used["FTE"] != 0) | (used["Dollars"] != 0) | (used["Name"] != NO_FUND)]
    has = {name.casefold(): (name, amount) for name, amount in figures.result.fund_amounts.items()}
    last = [NO_FUND.casefold()] if NO_FUND.casefold() in used.index else []
    order = [*has, *(name for name in used.index if name not in has and name not in last), *(name for name in last if name not in has)]
    funds = used.reindex(order)
    names = [has[fold][0] if fold in has else name for fold, name in funds["Name"].items()]
    available = [float(has[fold][1]) if fold in has else float("nan") for fold in order]
    funds = funds.assign(Name=names, Available=available).fillna({"FTE": 0.0, "Dollars": 0.0})
    remaining = (funds["Available"] - funds["Dollars"]).map(money, na_action="ignore")
    share = (funds["Dollars"] / funds["Available"]).where(funds["Available"] > 0)
    standing = remaining.map(lambda left: "over" if left < 0 else "within", na_action="ignore").astype(object).fillna("")
    return funds.assign(**{"Remaining": remaining, "Share used": share, "Standing": standing})


def _fund_formulas(figures: Figures, funds: pd.DataFrame) -> dict[str, list[str]]:
    names = [str(name) for name in funds["Name"]]
    cell = "ByFund[[#This Row],[Fund]]"
    blank = bool((figures.amounts["Fund"] == "").any())
    return {
        measure: [
            summing_blank(measure, "Fund") if blank and name == NO_FUND else summing(measure, "Fund", names, cell) for name in names
        ] if figures.live else []
        for measure in ("FTE", "Dollars")
    }  # fmt: skip


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
