"""The planner: a plan's tables as a workbook that people fill in, with a Start sheet that says where it stands."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apportion.rounding import round_half_up
from apportion.schema import BY_NAME, TABLES, Field, TableSchema
from apportion.tables import column_letters
from apportion.workbook.sheets import Cell, Choice, DataTable, Highlight, Sheet, TableColumn, WorkbookDescription

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from apportion.tables import CellValue, Table
    from apportion.workbook.sheets import Style

HEADER_ROW = 4
FIRST_COLUMN = 1
PLAN_NAME = "ApportionPlan"
LOOKUPS = {("Schools", "Code"): "SchoolCodes", ("JobTypes", "Job type"): "JobTypeNames"}
CORE = ("Plan", "Schools", "Enrollment", "JobTypes", "Rules")
NEW_COUNTS = ("Enrollment", "English learners", "Students with disabilities", "Economically disadvantaged")
SETTINGS = ("District", "Fiscal year")
SPARE = ((50, 25), (500, 10))
FEWEST_SPARE = 5
WIDEST_BEFORE_WRAP = 38.0
STEP_HEIGHT = 21.0
LONGEST_SHEET_NAME = 31
STYLES_OF_KINDS: dict[str, Style] = {
    "text": "input", "number": "input_number", "dollars": "input_dollars", "fte": "input_fte",
    "percent": "input_percent", "year": "input_year", "date": "input_date", "choice": "input",
    "formula": "input_code", "value": "input_number",
}  # fmt: skip
OWN_NOTES = {
    "characteristics": "A characteristic of your own. Rules ask for it by this name.",
    "counts": "A counted group: students in this row. Rules name it under Group.",
}
OWN_TABLE = "A table of the district's own."
FINE, TO_DO, LOOK = "✓ fine", "to do", "look here"
COMMANDS = (
    ("Check", "Press Check on the Apportion tab, or type the command.", "apportion check PLAN.xlsx"),
    ("Allocate", "Every school, every line, each with its reason.", "apportion allocate PLAN.xlsx"),
    ("Explain", "One school's allocation in sentences.", "apportion explain PLAN.xlsx SCHOOL"),
    ("Prove", "The whole allocation as live Excel formulas.", "apportion prove PLAN.xlsx --out PROOF.xlsx"),
)
CHECKS: dict[str, Style] = {FINE: "ok", TO_DO: "look", LOOK: "look"}


def planner_workbook(tables: Mapping[str, Table] | None = None, plan_id: str = "") -> WorkbookDescription:
    """The planner with a plan's tables, or empty; `plan_id` is kept in the defined name ApportionPlan.

    Every table of the schema has its sheet; tables of the district's own follow on sheets of theirs.
    """
    given = {_schema_name(name): table for name, table in (tables or {}).items()}
    described = {schema.name: _described(schema, given.get(schema.name)) for schema in TABLES}
    own = {name: table for name, table in given.items() if name not in described}
    sheets = [_table_sheet(schema, described[schema.name]) for schema in TABLES if schema.name != "Plan"]
    taken = {"start", "_lists", *(sheet.name.casefold() for sheet in sheets)}
    for name, table in own.items():
        described[name] = _own_table(name, table)
        sheets.append(_own_sheet(name, described[name], taken))
    start = _start(described, sheets)
    names = {name: _range(described[table], sheets, table, column) for (table, column), name in LOOKUPS.items()}
    names[PLAN_NAME] = '"{}"'.format(plan_id.replace('"', '""'))
    district, year = _settings(described["Plan"])
    footer = "  ·  ".join(part for part in (district, f"FY{year}" if year else "") if part)
    return WorkbookDescription((start, *sheets), names, footer, "District planner")


# -- tables -----------------------------------------------------------------------------------------------------------


def _schema_name(name: str) -> str:
    schema = BY_NAME.get(name.casefold())
    return schema.name if schema else name


def _described(schema: TableSchema, table: Table | None) -> DataTable:
    """The schema's columns in order, then the columns that the district added."""
    cells = dict(table.cells) if table is not None else {}
    if schema.name == "Plan":
        cells = _with_settings(cells)
    rows = len(next(iter(cells.values()), ()))
    by_fold = {header.strip().casefold(): header for header in cells}
    columns = []
    for each in schema.fields:
        header = by_fold.get(each.name.casefold())
        columns.append(_column(schema, each, cells.pop(header) if header is not None else [None] * rows))
    added = cells if table is not None or schema.more != "counts" else {header: [] for header in NEW_COUNTS}
    columns += [_own_column(header, values, schema.more) for header, values in added.items()]
    if schema.name == "Plan":
        return DataTable("Plan", HEADER_ROW, FIRST_COLUMN + 1, tuple(columns))
    spare = _spare(rows)
    return DataTable(
        schema.name, HEADER_ROW, FIRST_COLUMN, tuple(columns), schema.empty, wrap_rows=True, spare_rows=spare
    )


def _with_settings(cells: dict[str, Sequence[CellValue]]) -> dict[str, Sequence[CellValue]]:
    """The plan's settings, with a row for each that is not there yet."""
    by_fold = {header.casefold(): header for header in cells}
    settings = list(cells.pop(by_fold.get("setting", ""), ()))
    values = list(cells.pop(by_fold.get("value", ""), [None] * len(settings)))
    known = {str(each).strip().casefold() for each in settings}
    missing = [each for each in SETTINGS if each.casefold() not in known]
    others = {header: [*column, *([None] * len(missing))] for header, column in cells.items()}
    return {"Setting": [*settings, *missing], "Value": [*values, *([None] * len(missing))], **others}


def _spare(rows: int) -> int:
    return next((spare for most, spare in SPARE if rows < most), FEWEST_SPARE)


def _column(schema: TableSchema, each: Field, values: Sequence[CellValue]) -> TableColumn:
    values = _converted(schema, each, values)
    return TableColumn(
        each.name,
        values,
        _input_style(schema, each, values),
        max(each.width, min(WIDEST_BEFORE_WRAP, _longest(values) + 3.0)),
        _note(each),
        choice=_choice(each),
        least=each.least,
    )


def _is_code(schema: TableSchema, each: Field) -> bool:
    return (schema.name, each.name) == ("Schools", "Code") or each.lookup == ("Schools", "Code")


def _converted(schema: TableSchema, each: Field, values: Sequence[CellValue]) -> list[CellValue]:
    """Codes as text, so that the ones typed later match them; dates that came as text, as dates."""
    if _is_code(schema, each):
        return [_as_code(value) for value in values]
    if each.kind == "date":
        return [_as_date(value) for value in values]
    return list(values)


def _as_code(value: CellValue) -> CellValue:
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else value


def _as_date(value: CellValue) -> CellValue:
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _input_style(schema: TableSchema, each: Field, values: Sequence[CellValue]) -> Style:
    if _is_code(schema, each):
        return "input_code"
    if (schema.name, each.name) == ("Plan", "Setting"):
        return "strong"
    if each.kind == "dollars" and any(isinstance(value, float) and not value.is_integer() for value in values):
        return "input_cents"
    if each.kind == "text" and _longest(values) > max(each.width, WIDEST_BEFORE_WRAP) - 2:
        return "input_wrap"
    return STYLES_OF_KINDS[each.kind]


def _note(each: Field) -> str:
    """What a person needs to know to fill the column."""
    sentences = [
        each.doc,
        "Required." if each.required else "",
        f"Unit: {each.unit}." if each.unit else "",
        f"Empty: {each.default}." if each.default else "",
        f"Words: {', '.join(each.choices)}{', or your own' if each.suggested else ''}." if each.choices else "",
        "Type it without a leading =, or as text." if each.kind == "formula" else "",
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _choice(each: Field) -> Choice | None:
    if each.choices:
        return Choice(each.choices, strict=not each.suggested)
    if each.lookup is not None:
        return Choice(source=LOOKUPS[each.lookup], strict=False)
    return None


def _own_column(header: str, values: Sequence[CellValue], more: str) -> TableColumn:
    style: Style = "input_count" if more == "counts" and not values else _style_of(header, values)
    width = max(11.0, min(40.0, _longest(values) + 3.0))
    least = 0 if more == "counts" else None
    return TableColumn(header, list(values), style, width, OWN_NOTES.get(more, ""), least=least)


def _longest(values: Sequence[CellValue]) -> int:
    return max((len(value) for value in values if isinstance(value, str)), default=0)


def _style_of(header: str, values: Sequence[CellValue]) -> Style:
    """An input style that suits the values of a column of the district's own."""
    present = [value for value in values if value is not None]
    if present and all(isinstance(value, dt.date) for value in present):
        return "input_date"
    numbers = [value for value in present if isinstance(value, int | float) and not isinstance(value, bool)]
    if not numbers or len(numbers) < len(present):
        return "input"
    if "year" in header.casefold().split():
        return "input_year"
    return "input_count" if all(float(number).is_integer() for number in numbers) else "input_number"


def _own_table(name: str, table: Table) -> DataTable:
    columns = tuple(_own_column(header, values, "") for header, values in table.cells.items())
    spare = _spare(len(table))
    return DataTable(re.sub(r"\W", "_", name), HEADER_ROW, FIRST_COLUMN, columns, wrap_rows=True, spare_rows=spare)


# -- sheets -----------------------------------------------------------------------------------------------------------


def _table_sheet(schema: TableSchema, table: DataTable) -> Sheet:
    keys = {"Rules": 3, "Enrollment": 3, "Schools": 2}.get(schema.name, 1)
    return Sheet(
        schema.sheet,
        schema.sheet,
        schema.doc,
        tables=(table,),
        freeze=(HEADER_ROW + 1, FIRST_COLUMN + keys),
        tab="accent" if schema.name in CORE else "muted",
    )


def _own_sheet(name: str, table: DataTable, taken: set[str]) -> Sheet:
    plain = re.sub(r"[\[\]:*?/\\]", " ", name).strip("' ")[:LONGEST_SHEET_NAME] or "Table"
    title, number = plain, 1
    while title.casefold() in taken:
        number += 1
        title = f"{plain[: LONGEST_SHEET_NAME - 4]} {number}"
    taken.add(title.casefold())
    return Sheet(
        title,
        title,
        f"A table of the district's own, {name}. Rules can look into it.",
        tables=(table,),
        freeze=(HEADER_ROW + 1, FIRST_COLUMN + 1),
        tab="muted",
    )


def _range(table: DataTable, sheets: Iterable[Sheet], name: str, column: str) -> str:
    """The cells of a table's column with its spare rows, as names take them."""
    sheet = next(each.name for each in sheets if any(own.name == name for own in each.tables)).replace("'", "''")
    letters = column_letters(table.column + 1 + [each.header for each in table.columns].index(column))
    first = table.row + 2
    last = table.row + 1 + len(table.columns[0].values) + table.spare_rows
    return f"'{sheet}'!${letters}${first}:${letters}${last}"


# -- the Start sheet --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Standing:
    """Where a step stands, as a live formula with its value, and whether that is fine."""

    formula: str
    value: str
    check: str = ""
    checked: str = ""


def _start(tables: Mapping[str, DataTable], sheets: Sequence[Sheet]) -> Sheet:
    """What to do, where it stands in live formulas, what the colors mean, and how to run it."""
    plan = tables["Plan"]
    cells: list[Cell] = []
    row = _steps(cells, plan.row + 2 + len(plan.columns[0].values), tables)
    row = _optional(cells, row + 1, sheets)
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
        widths={1: 5, 2: 26, 3: 62, 4: 48, 5: 13},
        heights=dict.fromkeys((cell.row for cell in cells if cell.style.startswith(("row", "header"))), STEP_HEIGHT),
        landscape=True,
    )


def _header(cells: list[Cell], row: int, *words: str) -> None:
    cells.extend(Cell(row, FIRST_COLUMN + i, word, "header") for i, word in enumerate(words))


def _steps(cells: list[Cell], row: int, tables: Mapping[str, DataTable]) -> int:
    _header(cells, row, "", "Step", "What to do", "Where it stands", "Check")
    steps = (
        ("District and year", "", "Fill in the two blue cells above.", _plan_standing(tables["Plan"])),
        ("Schools", "Schools", "One row per school, charter, program or department.", _schools_standing(tables)),
        ("Enrollment", "Enrollment", "Paste projected students by school and model.", _enrollment_standing(tables)),
        ("Job types", "Job types", "What one FTE of each position costs.", _jobs_standing(tables)),
        ("Rules", "Rules", "Who gets what, per what, rounded how.", _rules_standing(tables)),
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
    for sheet in sheets:
        table = sheet.tables[0]
        if table.name in CORE:
            continue
        row += 1
        schema = by_name.get(table.name)
        what = schema.doc.split(". ")[0].rstrip(".") + "." if schema else OWN_TABLE
        required = next((each.name for each in schema.fields if each.required), "") if schema else ""
        header = required or table.columns[0].header
        filled, count = f"COUNTA({table.name}[{_escaped(header)}])", _filled(_values(table, header))
        formula = f'IF({filled}=0,"not used",{_counted(filled, "row", "rows")})'
        said = _said(count, "row", "rows") if count else "not used"
        _step(cells, row, sheet.name, sheet.name, what)
        cells.append(Cell(row, FIRST_COLUMN + 3, said, "row_muted", formula))
        cells += [Cell(row, FIRST_COLUMN, None, "row"), Cell(row, FIRST_COLUMN + 4, None, "row")]
    return row + 1


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

    district, year = _settings(plan)
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


def _settings(plan: DataTable) -> tuple[str, str]:
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
    return "" if value is None else str(_as_code(value)).casefold()


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
