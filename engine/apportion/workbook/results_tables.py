"""The sheets Allocations and Checks: every line of every school, and what to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from apportion.rounding import cents
from apportion.workbook.results_figures import (
    LEFT,
    TOP,
    cells,
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
    variance = cells(cents((amounts["Dollars"] - amounts["Prior dollars"].fillna(0.0)).to_numpy()))
    own = "Allocations[[#This Row],[{}]]".format
    formula = f"ROUND({own('Dollars')}-{own('Prior year')},2)" if figures.has_prior else ""
    fte = width_of("FTE", (), ",.1f", figures.fte)
    dollars, prior = width_of("Dollars", (), total=figures.total), width_of("Prior year", (), total=figures.prior)
    return [
        TableColumn("FTE", cells(amounts["FTE"]), "fte", fte, total="sum"),
        TableColumn("Dollars", cells(amounts["Dollars"]), "cents", dollars, total="sum"),
        TableColumn("Prior FTE", cells(amounts["Prior FTE"]), "fte", 9, total=sum_if(figures.has_prior_fte)),
        TableColumn("Prior year", cells(amounts["Prior dollars"]), "cents", prior, total=sum_if(figures.has_prior)),
        TableColumn(
            "Variance",
            variance if figures.has_prior else [None] * given,
            "cents",
            prior,
            formula=formula,
            total=sum_if(figures.has_prior),
        ),
    ]


def sum_if(known: bool) -> Literal["", "sum"]:
    """The total of a column that has one only when it is known."""
    return "sum" if known else ""


def _plain(values: pd.Series) -> Style:
    given = values.dropna()
    return "count" if (given == given.round()).all() else "number"


def checks_sheet(figures: Figures) -> Sheet:
    """All findings of a result, errors first; without any, one sentence that says so."""
    return findings_sheet(figures.result.findings, figures.scope)


def findings_sheet(findings: tuple[Finding, ...], scope: str) -> Sheet:
    """The sheet Checks: findings, errors first, below the line that says their scope."""
    findings = tuple(sorted(findings, key=lambda finding: list(SEVERITIES).index(finding.severity)))
    title = "What to look at"
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
