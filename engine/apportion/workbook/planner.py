"""The planner: a plan's tables as a workbook that people fill in, with a Start sheet that says where it stands."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from apportion.schema import BY_NAME, TABLES
from apportion.tables import column_letters
from apportion.workbook.rulelab import lab_sheet
from apportion.workbook.sheets import Cell, Choice, DataTable, Sheet, TableColumn, WorkbookDescription
from apportion.workbook.start import CORE, FIRST_COLUMN, OPTIONAL, SETTINGS, as_code, settings_said, start_sheet
from apportion.workbook.whatif import what_if_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from apportion.fields import Field, TableSchema
    from apportion.registry import Entry
    from apportion.tables import CellValue, Table
    from apportion.workbook.sheets import Style

HEADER_ROW = 4
PLAN_NAME = "ApportionPlan"
LOOKUPS = {("Schools", "Code"): "SchoolCodes", ("JobTypes", "Job type"): "JobTypeNames"}
FUNDS, LINES, GROUPS = "FundNames", "LineNames", "CountedGroups"
# Drop-downs that help and refuse nothing, by table and column: the entries of another table as far as there are any.
OFFERED = {
    **{(table, "Fund"): FUNDS for table in ("Rules", "Bundles", "PriorYear", "Adjustments", "FundYears", "Funding")},
    **{(table, "Line"): LINES for table in ("PriorYear", "Adjustments", "Funding")},
    ("Rules", "Group"): GROUPS, ("Rules", "Share by"): GROUPS, ("Rates", "Student group"): GROUPS,
    ("Weights", "Student group"): GROUPS,
}  # fmt: skip
SOURCES = {FUNDS: ("Funds", "Fund"), LINES: ("Rules", "Line")}
FIRST_SELDOM = "Of"  # from this column of Rules on, only some methods read what stands there
SELDOM = "The + above opens the columns that only some methods need."
NEW_COUNTS = ("Enrollment", "English learners", "Students with disabilities", "Economically disadvantaged")
SPARE = ((50, 25), (500, 10))
FEWEST_SPARE = 5
WIDEST_BEFORE_WRAP = 38.0
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


def planner_workbook(
    tables: Mapping[str, Table] | None = None, plan_id: str = "", functions: Mapping[str, Entry] | None = None
) -> WorkbookDescription:
    """The planner with a plan's tables, or empty; `plan_id` is kept in the defined name ApportionPlan.

    Every table of the schema has its sheet; tables of the district's own follow on sheets of theirs. With the
    registry's `functions` there is a sheet to try them, What if, whose stored answers are computed anew.
    """
    given = {_schema_name(name): table for name, table in (tables or {}).items()}
    described = {schema.name: _described(schema, given.get(schema.name)) for schema in TABLES}
    own = {name: table for name, table in given.items() if name not in described}
    sheets = [_table_sheet(BY_NAME[name.casefold()], described[name]) for name in _in_order() if name != "Plan"]
    tried = [lab_sheet(described)]
    if functions is not None:
        lines = _range(described["Rules"], sheets, "Rules", "Line")
        tried.append(what_if_sheet(described, f"={lines}", functions))
    sheets[len(CORE) - 1 : len(CORE) - 1] = tried
    taken = {"start", "_lists", *(sheet.name.casefold() for sheet in sheets)}
    for name, table in own.items():
        described[name] = _own_table(name, table)
        sheets.append(_own_sheet(name, described[name], taken))
    start = start_sheet(described, sheets)
    names = {name: _range(described[table], sheets, table, column) for (table, column), name in LOOKUPS.items()}
    names |= {
        name: _range(described[table], sheets, table, column)
        for name, (table, column) in SOURCES.items()
        if any(_column_of(described[table], column).values)
    }
    names[GROUPS] = _headers(described["Enrollment"], sheets, "Enrollment", len(BY_NAME["enrollment"].fields))
    names[PLAN_NAME] = '"{}"'.format(plan_id.replace('"', '""'))
    district, year = settings_said(described["Plan"])
    footer = "  ·  ".join(part for part in (district, f"FY{year}" if year else "") if part)
    return WorkbookDescription((start, *sheets), names, footer, "District planner")


# -- tables -----------------------------------------------------------------------------------------------------------


def _in_order() -> list[str]:
    """The tables in the order of their sheets: what every plan has, then what only some need, group by group."""
    ordered = [*CORE, *(name for _, names in OPTIONAL for name in names)]
    return [*ordered, *(schema.name for schema in TABLES if schema.name not in ordered)]


def _column_of(table: DataTable, header: str) -> TableColumn:
    return next(column for column in table.columns if column.header == header)


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
        choice=_choice(schema, each),
        least=each.least,
    )


def _is_code(schema: TableSchema, each: Field) -> bool:
    return (schema.name, each.name) == ("Schools", "Code") or each.lookup == ("Schools", "Code")


def _converted(schema: TableSchema, each: Field, values: Sequence[CellValue]) -> list[CellValue]:
    """Codes as text, so that the ones typed later match them; dates that came as text, as dates."""
    if _is_code(schema, each):
        return [as_code(value) for value in values]
    if each.kind == "date":
        return [_as_date(value) for value in values]
    return list(values)


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


def _choice(schema: TableSchema, each: Field) -> Choice | None:
    if each.choices:
        return Choice(each.choices, strict=not each.suggested)
    if each.lookup is not None:
        return Choice(source=LOOKUPS[each.lookup], strict=False)
    offered = OFFERED.get((schema.name, each.name))
    return Choice(source=offered, strict=False, suggests=True) if offered else None


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
    sheet = Sheet(
        schema.sheet,
        schema.sheet,
        schema.doc,
        tables=(table,),
        freeze=(HEADER_ROW + 1, FIRST_COLUMN + keys),
        tab="accent" if schema.name in CORE else "muted",
    )
    return _with_seldom_folded(sheet, table) if schema.name == "Rules" else sheet


def _with_seldom_folded(sheet: Sheet, table: DataTable) -> Sheet:
    """Rules with the columns that only some methods need in a group, folded away while nothing stands in them."""
    first = [column.header for column in table.columns].index(FIRST_SELDOM)
    last = len(BY_NAME["rules"].fields) - 1
    folded = not any(value is not None for column in table.columns[first : last + 1] for value in column.values)
    place = table.column + last + 1
    said = () if last + 1 < len(table.columns) else (Cell(table.row - 1, place, SELDOM, "muted"),)
    outline = (table.column + first, table.column + last)
    return replace(sheet, outline=outline, folded=folded, cells=said)


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


def _headers(table: DataTable, sheets: Iterable[Sheet], name: str, first: int) -> str:
    """The header cells of a table from one of its columns on, by its index from 0."""
    sheet = next(each.name for each in sheets if any(own.name == name for own in each.tables)).replace("'", "''")
    start, end = (column_letters(table.column + 1 + index) for index in (first, max(first, len(table.columns) - 1)))
    return f"'{sheet}'!${start}${table.row + 1}:${end}${table.row + 1}"


def _range(table: DataTable, sheets: Iterable[Sheet], name: str, column: str) -> str:
    """The cells of a table's column with its spare rows, as names take them."""
    sheet = next(each.name for each in sheets if any(own.name == name for own in each.tables)).replace("'", "''")
    letters = column_letters(table.column + 1 + [each.header for each in table.columns].index(column))
    first = table.row + 2
    last = table.row + 1 + len(table.columns[0].values) + table.spare_rows
    return f"'{sheet}'!${letters}${first}:${letters}${last}"


# -- the Start sheet --------------------------------------------------------------------------------------------------
