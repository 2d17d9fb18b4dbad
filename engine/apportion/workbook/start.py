"""The planner's Start sheet: what to do, where it stands, and what the colors mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apportion.rounding import round_half_up
from apportion.spoken import counted as said
from apportion.workbook.grids import WHAT_IF
from apportion.workbook.start_parts import (
    OWN_GROUP,
    Listed,
    Standing,
    Step,
    add_colors,
    add_sheets,
    add_steps,
    aside,
    check,
    checked,
    counted,
    filled,
    key,
    plan_standing,
    start_of,
    values_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apportion.workbook.sheets import Cell, DataTable, Sheet

CORE = ("Plan", "Schools", "Enrollment", "JobTypes", "Rules")
OPTIONAL: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Counts and groups", ("StudentGroups", "Projections")),
    ("Rates and weights", ("Rates", "Bands", "Weights", "Bundles")),
    ("Money", ("Funds", "FundYears", "Funding")),
    ("Scenarios", ("Scenarios", "Changes")),
    ("History and exceptions", ("PriorYear", "Adjustments")),
)
"""The tables that a plan can do without, as Start lists them and in the order of their sheets."""
PROGRAMS_GROUP = "Review of programs"
TRYING = (
    ("Rule lab", "If you like: try a rule as a live formula over your schools."),
    (WHAT_IF, "If you like: ask one question in one cell, with the add-in."),
)
COMMANDS = (
    ("Check", "Everything that is wrong: sheet, cell and remedy.", "button, or apportion check PLAN.xlsx"),
    ("Allocate", "Every school, every line, each with its reason.", "button, or apportion allocate PLAN.xlsx"),
    ("Explain", "One school's allocation in sentences.", "button, or apportion explain PLAN.xlsx SCHOOL"),
    ("Prove", "The whole allocation as live Excel formulas.", "button, or apportion prove PLAN.xlsx --out P.xlsx"),
)


def start_sheet(tables: Mapping[str, DataTable], sheets: Sequence[Sheet], programs: Sequence[Sheet] = ()) -> Sheet:
    """What to do, where it stands in live formulas, what the colors mean, and how to run it.

    `programs` are those of the sheets that belong to the review of programs.
    """
    plan = tables["Plan"]
    cells: list[Cell] = []
    known = {sheet.name for sheet in sheets}
    row = add_steps(cells, plan.row + 2 + len(plan.columns[0].values), _steps(tables, known))
    first_option = row + 2
    listed = [each for each in sheets if each.name not in dict(TRYING) and each.tables[0].name not in CORE]
    grouped = [Listed(PROGRAMS_GROUP if each in programs else group_of(each.tables[0].name), each) for each in listed]
    row = add_sheets(cells, row + 1, "Only if you need it", grouped)
    options = range(first_option, row + 1)
    add_colors(cells, row + 1)
    subtitle = "Fill in the blue cells, sheet by sheet. Apportion does the rest, and says why."
    return start_of("District planner", subtitle, plan, cells, options)


def _steps(tables: Mapping[str, DataTable], known: set[str]) -> tuple[Step, ...]:
    return (
        Step("District and year", "", "Fill in the two blue cells above.", plan_standing(tables["Plan"])),
        Step(
            "Schools", "Schools", "One row per school, charter, program or department.", _schools_standing(tables)
        ),
        Step("Enrollment", "Enrollment", "Paste projected students by school and model.", _enrollment_standing(tables)),
        Step("Job types", "Job types", "What one FTE of each position costs.", _jobs_standing(tables)),
        Step("Rules", "Rules", "Who gets what, per what, rounded how.", _rules_standing(tables)),
        *(Step(name, name, what, Standing("", "")) for name, what in TRYING if name in known),
        *(Step(name, "", what, Standing("", command)) for name, what, command in COMMANDS),
    )


def group_of(table: str) -> str:
    """The group in which Start lists an optional table.

    >>> group_of("Funds"), group_of("Bus_routes")
    ('Money', 'Your own tables')
    """
    return next((group for group, names in OPTIONAL if table in names), OWN_GROUP)


def _schools_standing(tables: Mapping[str, DataTable]) -> Standing:
    types = [key(value) for value in values_of(tables["Schools"], "Type")]
    every, named = (filled(values_of(tables["Schools"], column)) for column in ("Code", "Name"))
    others = sum(each in ("program", "department") for each in types)
    schools = 'COUNTA(Schools[Code])-COUNTIF(Schools[Type],"program")-COUNTIF(Schools[Type],"department")'
    rest = '(COUNTIF(Schools[Type],"program")+COUNTIF(Schools[Type],"department"))'
    beside = f'IF({rest}=0,"",", "&{counted(rest, "other organization", "other organizations")})'
    return Standing(
        f'IF(COUNTA(Schools[Code])=0,"none yet",{counted(f"({schools})", "school", "schools")}&{beside})',
        said(every - others, "school", "schools") + aside(others, "other organization", "other organizations")
        if every
        else "none yet",
        checked("COUNTA(Schools[Code])", "COUNTA(Schools[Code])<>COUNTA(Schools[Name])"),
        check(every, look=every != named),
    )


def _enrollment_standing(tables: Mapping[str, DataTable]) -> Standing:
    table = tables["Enrollment"]
    rows = filled(values_of(table, "School"))
    enrolled = {key(value) for value in values_of(table, "School")}
    codes = values_of(tables["Schools"], "Code")
    types = [key(value) for value in values_of(tables["Schools"], "Type")]
    without = sum(
        key(code) not in enrolled
        for code, kind in zip(codes, types, strict=True)
        if key(code) and kind not in ("program", "department")
    )
    missing = (
        'SUMPRODUCT((Schools[Code]<>"")*(Schools[Type]<>"program")*(Schools[Type]<>"department")'
        "*(COUNTIF(Enrollment[School],Schools[Code])=0))"
    )
    formula, told = _students(table)
    lacks = f'IF({missing}=0,"",", "&{counted(missing, "school without a row", "schools without a row")})'
    return Standing(
        f'IF(COUNTA(Enrollment[School])=0,"none yet",{formula}&{lacks})',
        told + aside(without, "school without a row", "schools without a row") if rows else "none yet",
        checked("COUNTA(Enrollment[School])", f"{missing}>0"),
        check(rows, look=without > 0),
    )


def _students(table: DataTable) -> tuple[str, str]:
    """The students of the first projection, or the number of rows when no column is called Enrollment."""
    total = next((column for column in table.columns if column.header.casefold() == "enrollment"), None)
    if total is None:
        rows = filled(values_of(table, "School"))
        return counted("COUNTA(Enrollment[School])", "row", "rows"), said(rows, "row", "rows")
    projections = values_of(table, "Projection")
    first = projections[0] if projections else None
    numbers = [
        value
        for value, projection in zip(total.values, projections, strict=True)
        if key(projection) == key(first) and isinstance(value, int | float)
    ]
    students = f"SUMPRODUCT(--(Enrollment[Projection]=INDEX(Enrollment[Projection],1)),Enrollment[{total.header}])"
    where = 'IF(INDEX(Enrollment[Projection],1)="",""," in projection “"&INDEX(Enrollment[Projection],1)&"”")'
    told = f"{float(round_half_up(sum(numbers))):,.0f} students" + (f" in projection “{first}”" if first else "")
    return f'TEXT({students},"#,##0")&" students"&{where}', told


def _jobs_standing(tables: Mapping[str, DataTable]) -> Standing:
    rows = filled(values_of(tables["JobTypes"], "Job type"))
    known = {key(value) for value in values_of(tables["JobTypes"], "Job type")}
    without = sum(key(job) not in known for job in values_of(tables["Rules"], "Job type") if key(job))
    missing = 'SUMPRODUCT((Rules[Job type]<>"")*(COUNTIF(JobTypes[Job type],Rules[Job type])=0))'
    lacks = f'IF({missing}=0,"",", "&{counted(missing, "rule without a cost", "rules without a cost")})'
    return Standing(
        f'IF(COUNTA(JobTypes[Job type])=0,"none yet",{counted("COUNTA(JobTypes[Job type])", "row", "rows")}&{lacks})',
        said(rows, "row", "rows") + aside(without, "rule without a cost", "rules without a cost")
        if rows
        else "none yet",
        checked("COUNTA(JobTypes[Job type])", f"{missing}>0"),
        check(rows, look=without > 0),
    )


def _rules_standing(tables: Mapping[str, DataTable]) -> Standing:
    rules, methods = (filled(values_of(tables["Rules"], column)) for column in ("Line", "Method"))
    off = sum(key(value) == "off" for value in values_of(tables["Rules"], "Status"))
    resting = 'COUNTIF(Rules[Status],"off")'
    beside = f'IF({resting}=0,"",", "&{resting}&" off")'
    return Standing(
        f'IF(COUNTA(Rules[Line])=0,"none yet",{counted("COUNTA(Rules[Line])", "rule", "rules")}&{beside})',
        said(rules, "rule", "rules") + (f", {off} off" if off else "") if rules else "none yet",
        checked("COUNTA(Rules[Line])", "COUNTA(Rules[Line])<>COUNTA(Rules[Method])"),
        check(rules, look=rules != methods),
    )
