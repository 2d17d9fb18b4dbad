"""The planner's Start sheet: what to do, where it stands, and what the colors mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apportion.rounding import round_half_up
from apportion.schema import TABLES
from apportion.workbook.grids import WHAT_IF
from apportion.workbook.sheets import Cell, DataTable, Highlight, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from apportion.tables import CellValue
    from apportion.workbook.sheets import Style

FIRST_COLUMN = 1
CORE = ("Plan", "Schools", "Enrollment", "JobTypes", "Rules")
OPTIONAL: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Counts and groups", ("StudentGroups", "Projections")),
    ("Rates and weights", ("Rates", "Bands", "Weights", "Bundles")),
    ("Money", ("Funds", "FundYears", "Funding")),
    ("Scenarios", ("Scenarios", "Changes")),
    ("History and exceptions", ("PriorYear", "Adjustments")),
)
"""The tables that a plan can do without, as Start lists them and in the order of their sheets."""
OWN_GROUP = "Your own tables"
SETTINGS = ("District", "Fiscal year")
STEP_HEIGHT, OPTION_HEIGHT = 21.0, 18.0
ONE_LINE = 64
OWN_TABLE = "A table of the district's own."
FINE, TO_DO, LOOK = "✓ fine", "to do", "look here"
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
CHECKS: dict[str, Style] = {FINE: "ok", TO_DO: "look", LOOK: "look"}


def as_code(value: CellValue) -> CellValue:
    """A cell as a code: 202.0 is "202"; texts and blanks stay."""
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else value


@dataclass(frozen=True)
class _Standing:
    """Where a step stands, as a live formula with its value, and whether that is fine."""

    formula: str
    value: str
    check: str = ""
    checked: str = ""


def start_sheet(tables: Mapping[str, DataTable], sheets: Sequence[Sheet]) -> Sheet:
    """What to do, where it stands in live formulas, what the colors mean, and how to run it."""
    plan = tables["Plan"]
    cells: list[Cell] = []
    row = _steps(cells, plan.row + 2 + len(plan.columns[0].values), tables, {sheet.name for sheet in sheets})
    first_option = row + 2
    row = _optional(cells, row + 1, sheets)
    last_option = row
    row = _colors(cells, row + 1)
    check_column = FIRST_COLUMN + 4
    last = max(cell.row for cell in cells)
    return Sheet(
        "Start",
        "District planner",
        "Fill in the blue cells, sheet by sheet. Apportion does the rest, and says why.",
        cells=tuple(cells),
        tables=(plan,),
        highlights=tuple(
            Highlight((plan.row + 1, check_column), (last, check_column), "equals", equals=word, style=style)
            for word, style in CHECKS.items()
        ),
        widths={1: 5, 2: 24, 3: 58, 4: 46, 5: 12},
        heights={
            cell.row: OPTION_HEIGHT if first_option <= cell.row <= last_option else STEP_HEIGHT
            for cell in cells
            if cell.style.startswith(("row", "header", "group"))
        },
        landscape=False,
    )


def _header(cells: list[Cell], row: int, *words: str) -> None:
    cells.extend(Cell(row, FIRST_COLUMN + i, word, "header") for i, word in enumerate(words))


def _steps(cells: list[Cell], row: int, tables: Mapping[str, DataTable], known: set[str]) -> int:
    _header(cells, row, "", "Step", "What to do", "Where it stands", "Check")
    steps = (
        ("District and year", "", "Fill in the two blue cells above.", _plan_standing(tables["Plan"])),
        ("Schools", "Schools", "One row per school, charter, program or department.", _schools_standing(tables)),
        ("Enrollment", "Enrollment", "Paste projected students by school and model.", _enrollment_standing(tables)),
        ("Job types", "Job types", "What one FTE of each position costs.", _jobs_standing(tables)),
        ("Rules", "Rules", "Who gets what, per what, rounded how.", _rules_standing(tables)),
        *((name, name, what, _Standing("", "")) for name, what in TRYING if name in known),
        *((name, "", what, _Standing("", command)) for name, what, command in COMMANDS),
    )
    for number, (name, sheet, what, standing) in enumerate(steps, 1):
        row += 1
        cells.append(Cell(row, FIRST_COLUMN, float(number), "row_center"))
        _step(cells, row, name, sheet, what)
        cells.append(Cell(row, FIRST_COLUMN + 3, standing.value, "row_muted", standing.formula))
        cells.append(Cell(row, FIRST_COLUMN + 4, standing.checked or None, "row_center", standing.check))
    return row + 1


def _step(cells: list[Cell], row: int, name: str, sheet: str, what: str) -> None:
    link = "internal:'{}'!A1".format(sheet.replace("'", "''")) if sheet else ""
    cells.append(Cell(row, FIRST_COLUMN + 1, name, "row_link" if link else "row_strong", link=link))
    cells.append(Cell(row, FIRST_COLUMN + 2, what, "row"))


def _optional(cells: list[Cell], row: int, sheets: Sequence[Sheet]) -> int:
    _header(cells, row, "", "Only if you need it", "What belongs there", "Where it stands", "")
    by_name = {schema.name: schema for schema in TABLES}
    group = ""
    for sheet in sheets:
        if sheet.name in dict(TRYING) or (table := sheet.tables[0]).name in CORE:
            continue
        if group != (group := group_of(table.name)):
            row += 1
            cells.append(Cell(row, FIRST_COLUMN + 1, group, "group"))
        row += 1
        schema = by_name.get(table.name)
        what = _shortly(schema.doc) if schema else OWN_TABLE
        required = next((each.name for each in schema.fields if each.required), "") if schema else ""
        header = required or table.columns[0].header
        filled, count = f"COUNTA({table.name}[{_escaped(header)}])", _filled(_values(table, header))
        formula = f'IF({filled}=0,"not used",{_counted(filled, "row", "rows")})'
        said = _said(count, "row", "rows") if count else "not used"
        _step(cells, row, sheet.name, sheet.name, what)
        cells.append(Cell(row, FIRST_COLUMN + 3, said, "row_muted", formula))
        cells += [Cell(row, FIRST_COLUMN, None, "row"), Cell(row, FIRST_COLUMN + 4, None, "row")]
    return row + 1


def _shortly(doc: str) -> str:
    """The first sentence of a table's description, of a long one what stands before the colon."""
    sentence = doc.split(". ", maxsplit=1)[0].rstrip(".")
    return (sentence if len(sentence) <= ONE_LINE else sentence.split(":", maxsplit=1)[0]) + "."


def group_of(table: str) -> str:
    """The group in which Start lists an optional table.

    >>> group_of("Funds"), group_of("Bus_routes")
    ('Money', 'Your own tables')
    """
    return next((group for group, names in OPTIONAL if table in names), OWN_GROUP)


def _colors(cells: list[Cell], row: int) -> int:
    cells += [Cell(row, 2, "How to read the colors", "heading"), Cell(row, 3, None, "heading")]
    colors: tuple[tuple[str, Style, str], ...] = (
        ("yours to fill", "input", "Blue on cream: type or paste here."),
        ("computed", "text", "Black on white: comes from a formula or from Apportion."),
        ("look here", "look", "Amber: works, but somebody should know."),
        ("stop", "stop", "Red: nothing is written until this is mended."),
    )
    for word, style, meaning in colors:
        row += 1
        cells += [Cell(row, 2, word, style), Cell(row, 3, meaning, "muted")]
    return row + 1


def _plan_standing(plan: DataTable) -> _Standing:
    def setting(name: str) -> str:
        return f'INDEX(Plan[Value],MATCH("{name}",Plan[Setting],0))'

    district, year = settings_said(plan)
    both = f'AND({setting("District")}<>"",{setting("Fiscal year")}<>"")'
    said = f'{setting("District")}&", FY"&{setting("Fiscal year")}'
    return _Standing(
        f'IF({both},{said},"not filled in")',
        f"{district}, FY{year}" if district and year else "not filled in",
        f'IF({both},"{FINE}","{TO_DO}")',
        FINE if district and year else TO_DO,
    )


def _schools_standing(tables: Mapping[str, DataTable]) -> _Standing:
    types = [_key(value) for value in _values(tables["Schools"], "Type")]
    every, named = (_filled(_values(tables["Schools"], column)) for column in ("Code", "Name"))
    others = sum(each in ("program", "department") for each in types)
    schools = 'COUNTA(Schools[Code])-COUNTIF(Schools[Type],"program")-COUNTIF(Schools[Type],"department")'
    rest = '(COUNTIF(Schools[Type],"program")+COUNTIF(Schools[Type],"department"))'
    beside = f'IF({rest}=0,"",", "&{_counted(rest, "other organization", "other organizations")})'
    return _Standing(
        f'IF(COUNTA(Schools[Code])=0,"none yet",{_counted(f"({schools})", "school", "schools")}&{beside})',
        _said(every - others, "school", "schools") + _aside(others, "other organization", "other organizations")
        if every
        else "none yet",
        _checked("COUNTA(Schools[Code])", "COUNTA(Schools[Code])<>COUNTA(Schools[Name])"),
        _check(every, look=every != named),
    )


def _enrollment_standing(tables: Mapping[str, DataTable]) -> _Standing:
    table = tables["Enrollment"]
    rows = _filled(_values(table, "School"))
    enrolled = {_key(value) for value in _values(table, "School")}
    codes = _values(tables["Schools"], "Code")
    types = [_key(value) for value in _values(tables["Schools"], "Type")]
    without = sum(
        _key(code) not in enrolled
        for code, kind in zip(codes, types, strict=True)
        if _key(code) and kind not in ("program", "department")
    )
    missing = (
        'SUMPRODUCT((Schools[Code]<>"")*(Schools[Type]<>"program")*(Schools[Type]<>"department")'
        "*(COUNTIF(Enrollment[School],Schools[Code])=0))"
    )
    formula, said = _students(table)
    lacks = f'IF({missing}=0,"",", "&{_counted(missing, "school without a row", "schools without a row")})'
    return _Standing(
        f'IF(COUNTA(Enrollment[School])=0,"none yet",{formula}&{lacks})',
        said + _aside(without, "school without a row", "schools without a row") if rows else "none yet",
        _checked("COUNTA(Enrollment[School])", f"{missing}>0"),
        _check(rows, look=without > 0),
    )


def _students(table: DataTable) -> tuple[str, str]:
    """The students of the first projection, or the number of rows when no column is called Enrollment."""
    total = next((column for column in table.columns if column.header.casefold() == "enrollment"), None)
    if total is None:
        rows = _filled(_values(table, "School"))
        return _counted("COUNTA(Enrollment[School])", "row", "rows"), _said(rows, "row", "rows")
    projections = _values(table, "Projection")
    first = projections[0] if projections else None
    numbers = [
        value
        for value, projection in zip(total.values, projections, strict=True)
        if _key(projection) == _key(first) and isinstance(value, int | float)
    ]
    students = f"SUMPRODUCT(--(Enrollment[Projection]=INDEX(Enrollment[Projection],1)),Enrollment[{total.header}])"
    where = 'IF(INDEX(Enrollment[Projection],1)="",""," in projection “"&INDEX(Enrollment[Projection],1)&"”")'
    said = f"{float(round_half_up(sum(numbers))):,.0f} students" + (f" in projection “{first}”" if first else "")
    return f'TEXT({students},"#,##0")&" students"&{where}', said


def _jobs_standing(tables: Mapping[str, DataTable]) -> _Standing:
    rows = _filled(_values(tables["JobTypes"], "Job type"))
    known = {_key(value) for value in _values(tables["JobTypes"], "Job type")}
    without = sum(_key(job) not in known for job in _values(tables["Rules"], "Job type") if _key(job))
    missing = 'SUMPRODUCT((Rules[Job type]<>"")*(COUNTIF(JobTypes[Job type],Rules[Job type])=0))'
    lacks = f'IF({missing}=0,"",", "&{_counted(missing, "rule without a cost", "rules without a cost")})'
    return _Standing(
        f'IF(COUNTA(JobTypes[Job type])=0,"none yet",{_counted("COUNTA(JobTypes[Job type])", "row", "rows")}&{lacks})',
        _said(rows, "row", "rows") + _aside(without, "rule without a cost", "rules without a cost")
        if rows
        else "none yet",
        _checked("COUNTA(JobTypes[Job type])", f"{missing}>0"),
        _check(rows, look=without > 0),
    )


def _rules_standing(tables: Mapping[str, DataTable]) -> _Standing:
    rules, methods = (_filled(_values(tables["Rules"], column)) for column in ("Line", "Method"))
    off = sum(_key(value) == "off" for value in _values(tables["Rules"], "Status"))
    resting = 'COUNTIF(Rules[Status],"off")'
    beside = f'IF({resting}=0,"",", "&{resting}&" off")'
    return _Standing(
        f'IF(COUNTA(Rules[Line])=0,"none yet",{_counted("COUNTA(Rules[Line])", "rule", "rules")}&{beside})',
        _said(rules, "rule", "rules") + (f", {off} off" if off else "") if rules else "none yet",
        _checked("COUNTA(Rules[Line])", "COUNTA(Rules[Line])<>COUNTA(Rules[Method])"),
        _check(rules, look=rules != methods),
    )


def settings_said(plan: DataTable) -> tuple[str, str]:
    """District and fiscal year as text, "" where they are not filled in."""
    pairs = zip(_values(plan, "Setting"), _values(plan, "Value"), strict=True)
    found = {str(setting).strip().casefold(): value for setting, value in pairs if setting}
    district, year = (found.get(name.casefold()) for name in SETTINGS)
    return str(district or ""), f"{year:g}" if isinstance(year, float) else str(year or "")


def _values(table: DataTable, header: str) -> Sequence[CellValue]:
    return next(column.values for column in table.columns if column.header == header)


def _filled(values: Iterable[CellValue]) -> int:
    return sum(value is not None and value != "" for value in values)


def _key(value: CellValue) -> str:
    return "" if value is None else str(as_code(value)).casefold()


def _escaped(header: str) -> str:
    return "".join(f"'{each}" if each in "[]#'@" else each for each in header)


def _counted(count: str, one: str, many: str) -> str:
    return f'TEXT({count},"#,##0")&IF({count}=1," {one}"," {many}")'


def _said(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _aside(count: int, one: str, many: str) -> str:
    return f", {_said(count, one, many)}" if count else ""


def _checked(count: str, look: str) -> str:
    return f'IF({count}=0,"{TO_DO}",IF({look},"{LOOK}","{FINE}"))'


def _check(count: int, *, look: bool) -> str:
    if not count:
        return TO_DO
    return LOOK if look else FINE
