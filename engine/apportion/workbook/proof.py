"""The proof: a workbook with the live formulas of an allocation, which Excel or LibreOffice recalculates to the cent.

One sheet per grain holds every step of every rule as a calculated column; rates, bands, costs and adjustments are
looked up in their own sheets, so that a changed number flows through. Nothing in it needs Apportion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from apportion.allocation.grains import escaped
from apportion.rounding import cents
from apportion.workbook.sheets import Cell, DataTable, Highlight, Sheet, TableColumn, WorkbookDescription

if TYPE_CHECKING:
    from apportion.allocation.program import LineSteps, Program, RuleSteps
    from apportion.allocation.result import AllocationResult
    from apportion.allocation.staffing import Staffing
    from apportion.formula import Run
    from apportion.tables import CellValue
    from apportion.workbook.sheets import Style

HEADER_ROW = 5
WIDEST = 40.0
COUNTED = ("Schools", "Enrollment", "Grades", "Campuses", "DistrictTotals")
SAME = (
    "IF(AND(ABS(Proof[[#This Row],[Dollars stated]]-Proof[[#This Row],[Dollars recalculated]])<0.005,"
    'ABS(Proof[[#This Row],[FTE stated]]-Proof[[#This Row],[FTE recalculated]])<0.0000001),"yes","no")'
)
AGREES = "Every line agrees to the cent."
NOTHING = "No line gives anything, so there is nothing to prove."
DIFFERS = "A line does not agree: look for no below."
SHEETS = {
    "Schools": ("Proof by school", "Every step per school; a line's dollars are rounded to the cent."),
    "Enrollment": ("Proof by model", "Every step per school and instructional model, then summed on Proof by school."),
    "Grades": ("Proof by grade", "Every step per school, model and grade, then summed on Proof by school."),
    "Campuses": ("Proof by campus", "What is found once for a campus, and then shared out."),
    "DistrictTotals": ("Proof for district", "What is found once for the district, and then shared out."),
    "Rates": ("Rates", "The rates of the year. Change a value and the whole proof follows."),
    "Bands": ("Bands", "Steps by size: from <= count < to gives the value."),
    "Weights": ("Weights", "Weights of student groups on a base."),
    "PriorYear": ("Prior year", "What each school had for each line before."),
    "OtherProjections": ("Other projections", "Counts of the other projections, for rules that compare them."),
    "FundYears": ("Fund years", "What each fund has, for lines that it pays up to what remains."),
    "JobTypes": ("Job types", "The cost of one FTE: the average given, or salary with fringe."),
    "Adjustments": ("Adjustments", "Exceptions that hold in this scenario, each with its reason."),
}
COLUMN_STYLES: dict[str, Style] = {
    "Year": "year", "Open year": "year", "Close year": "year", "Salary": "dollars", "Fringe %": "percent",
    "Fringe flat": "dollars", "Average cost": "cents", "Cost": "cents", "Dollars": "cents", "Amount": "cents",
    "FTE": "fte", "Cost each": "cents", "Carried in": "cents", "Available": "cents", "From": "count", "To": "until",
    "For programs": "cents",
}  # fmt: skip
ENDINGS: dict[str, Style] = {
    " dollars": "cents",
    " FTE": "fte",
    " count": "count",
    " applies": "center",
    " reached": "center",
}
# What the columns of a fund are called between the line and the fund.
PARTS: dict[str, Style] = {" dollars from ": "cents", " share from ": "percent"}


def proof_workbook(staffing: Staffing) -> WorkbookDescription:
    """The proof of an allocation that has a result; ValueError without one."""
    program, run, result = staffing.program, staffing.run, staffing.result
    if run is None or result is None:
        message = "There is nothing to prove while errors stand."
        raise ValueError(message)
    scope = f"{result.district}  ·  FY{result.scenario.year}  ·  scenario “{result.scenario.name}”"
    notes = {column: note for line in program.lines for steps in line.rules for column, note in _notes(steps)}
    tables = program.tables
    shown = [
        name
        for name in (*SHEETS, *program.plan.own_tables)
        if name in tables and (name in ("Schools", "Enrollment") or len(tables[name]))
    ]
    return WorkbookDescription(
        (_cover(program, result, scope), *(_table_sheet(program, run, name, scope, notes) for name in shown)),
        footer=f"{result.district}  ·  FY{result.scenario.year}",
        title="Proof of the allocation",
    )


def _notes(steps: RuleSteps) -> list[tuple[str, str]]:
    rule = steps.rule
    said = [
        rule.method.name,
        f"Applies to {rule.applies_to}" if rule.applies_to else "",
        rule.formula,
        rule.fields["Source"],
    ]
    return [(steps.applies, ". ".join(part for part in said if part))]


def _cover(program: Program, result: AllocationResult, scope: str) -> Sheet:
    """What this is, and line by line whether the live formulas come to what Apportion wrote."""
    stated = result.amounts.groupby("Line")[["FTE", "Dollars"]].sum()
    lines = [line for line in program.lines if line.line.name in stated.index]
    if not lines:
        return Sheet("Proof", "Proof of the allocation", scope, cells=(Cell(4, 1, NOTHING, "strong"),), mark=True)
    table = _comparison(lines, stated.loc[[line.line.name for line in lines]])
    first, last = table.row + 1, table.row + len(lines)
    agreed = f'COUNTIF(G{first + 1}:G{last + 1},"yes")={len(lines)}'
    return Sheet(
        "Proof",
        "Proof of the allocation",
        scope,
        cells=(
            Cell(
                4,
                1,
                "Every number on the sheets Proof by … is a live formula over the tables of this workbook.",
                "text",
            ),
            Cell(5, 1, AGREES, "strong", formula=f'IF({agreed},"{AGREES}","{DIFFERS}")'),
        ),
        tables=(table,),
        highlights=(
            Highlight((first, 6), (last, 6), "equals", equals="yes", style="ok"),
            Highlight((first, 6), (last, 6), "equals", equals="no", style="stop"),
        ),
        freeze=(first, 2),
        landscape=False,
        mark=True,
    )


def _comparison(lines: list[LineSteps], stated: pd.DataFrame) -> DataTable:
    """Per line what the allocation states beside what the formulas add up to."""
    fte, dollars = stated["FTE"].tolist(), cents(stated["Dollars"].to_numpy()).tolist()
    fte_sums = [f"SUM(Schools[{escaped(line.fte)}])" if line.fte else "0" for line in lines]
    dollar_sums = [f"SUM(Schools[{escaped(line.dollars)}])" for line in lines]
    columns = (
        TableColumn("Line", [line.line.name for line in lines], width=34, total="label"),
        TableColumn("FTE stated", fte, "fte", 14),
        TableColumn("FTE recalculated", fte, "fte", 17, formulas=fte_sums),
        TableColumn("Dollars stated", dollars, "cents", 20, total="sum"),
        TableColumn("Dollars recalculated", dollars, "cents", 22, formulas=dollar_sums, total="sum"),
        TableColumn("Agrees", ["yes"] * len(lines), "center", 10, formula=SAME),
    )
    return DataTable("Proof", HEADER_ROW + 2, 1, columns, total_row=True)


def _table_sheet(program: Program, run: Run, name: str, scope: str, notes: dict[str, str]) -> Sheet:
    title, subtitle = SHEETS.get(name, (name, "A table of the district's own."))
    frame = program.tables[name]
    columns = [_input_column(column, frame[column]) for column in frame.columns]
    columns += [
        TableColumn(
            column,
            run.column(column, table).values(),
            _style(column),
            max(11.0, min(22.0, len(column) * 0.75)),
            notes.get(column, ""),
            formula=text if len(frame) else "",  # the one empty row of an empty table has nothing to look up
        )
        for (table, column), text in program.formulas.items()
        if table == name
    ]
    key_columns = {"Schools": 2, "Enrollment": 2, "Grades": 3}.get(name, 1)
    return Sheet(
        title,
        title,
        f"{scope}  ·  {subtitle}",
        tables=(DataTable(name, HEADER_ROW, 1, tuple(columns), empty="Nothing of this kind in the plan."),),
        freeze=(HEADER_ROW + 1, 1 + key_columns),
        fit=name not in COUNTED,
        mark=True,
        tab="accent" if name in COUNTED else "muted",
    )


def _input_column(column: str, values: pd.Series) -> TableColumn:
    cells: list[CellValue] = [None if pd.isna(value) else value for value in values.tolist()]
    numbers = [cell for cell in cells if isinstance(cell, float)]
    widest = max((len(str(cell)) for cell in cells if cell is not None), default=0)
    words: Style = "wrap" if widest > WIDEST else "text"
    plain: Style = words if not numbers else "count" if all(number.is_integer() for number in numbers) else "number"
    return TableColumn(
        column, cells, COLUMN_STYLES.get(column, plain), min(WIDEST, max(10.0, widest + 2.0, len(column) + 3.0))
    )


def _style(column: str) -> Style:
    if column in COLUMN_STYLES:
        return COLUMN_STYLES[column]
    named = [style for part, style in PARTS.items() if part in column]
    named += [style for ending, style in ENDINGS.items() if column.endswith(ending)]
    return named[0] if named else "number"
