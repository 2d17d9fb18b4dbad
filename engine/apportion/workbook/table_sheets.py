"""Tables as sheets to fill in: every column of the schema with its note, drop-down and look, then the district's own.

The planner and the review of programs are made of these.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from apportion.schema import BY_NAME
from apportion.tables import column_letters
from apportion.workbook.sheets import Choice, DataTable, Sheet, TableColumn
from apportion.workbook.start_parts import FIRST_COLUMN, as_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Literal

    from apportion.fields import Field, TableSchema
    from apportion.tables import CellValue, Table
    from apportion.workbook.sheets import Style

HEADER_ROW = 4
FUNDS, LINES, GROUPS, RATERS = "FundNames", "LineNames", "CountedGroups", "RaterNames"
# The names of the cells that a column's `lookup` leads to.
LOOKUPS = {
    ("Schools", "Code"): "SchoolCodes", ("JobTypes", "Job type"): "JobTypeNames", ("Funds", "Fund"): FUNDS,
    ("Programs", "Code"): "ProgramCodes", ("Criteria", "Criterion"): "CriterionNames", ("Raters", "Rater"): RATERS,
    ("Priorities", "Priority"): "PriorityNames", ("Investments", "Code"): "InvestmentCodes",
}  # fmt: skip
OPTION_NAMES, METRICS, USES = "OptionNames", "MetricNames", "UsesOfPrograms"
# Drop-downs that help and refuse nothing, by table and column: the entries of another table as far as there are any.
OFFERED = {
    **{(table, "Fund"): FUNDS for table in ("Rules", "Bundles", "PriorYear", "Adjustments", "FundYears", "Funding")},
    **{(table, "Line"): LINES for table in ("PriorYear", "Adjustments", "Funding")},
    ("Rules", "Group"): GROUPS, ("Rules", "Share by"): GROUPS, ("Rates", "Student group"): GROUPS,
    ("Weights", "Student group"): GROUPS, ("InvestmentCosts", "Fund"): FUNDS, ("Programs", "Owner"): RATERS,
    ("OptionCosts", "Option"): OPTION_NAMES, ("Decisions", "Option"): OPTION_NAMES, ("Readings", "Metric"): METRICS,
    ("FundUses", "Use"): USES,
}  # fmt: skip
SOURCES = {
    FUNDS: ("Funds", "Fund"), LINES: ("Rules", "Line"), RATERS: ("Raters", "Rater"), METRICS: ("Metrics", "Metric"),
    OPTION_NAMES: ("Options", "Option"), USES: ("Programs", "Use"),
}  # fmt: skip
CODES = (("Schools", "Code"), ("Programs", "Code"), ("Investments", "Code"))
LISTS_OF_CODES = ("Schools served", "Owner of", "Substitutes", "Needs", "Excludes")
KEY_COLUMNS = {"Rules": 3, "Enrollment": 3, "Schools": 2, "Programs": 2, "Investments": 2}  # that stay in view
NEW_COUNTS = ("Enrollment", "English learners", "Students with disabilities", "Economically disadvantaged")
SPARE = ((50, 25), (500, 10))
FEWEST_SPARE = 5
WIDEST_BEFORE_WRAP = 38.0
LONGEST_SHEET_NAME = 31
COUNTED = ("students", "dollars, or positions")
"""Units of which thousands are told apart while all are whole."""
STYLES_OF_KINDS: dict[str, Style] = {
    "text": "input", "number": "input_number", "dollars": "input_dollars", "fte": "input_fte",
    "percent": "input_percent", "year": "input_year", "date": "input_date", "choice": "input",
    "formula": "input_code", "value": "input_number",
}  # fmt: skip
OWN_NOTES = {
    "characteristics": "A characteristic of your own. Rules ask for it by this name.",
    "counts": "A counted group: students in this row. Rules name it under Group.",
}


# -- tables -----------------------------------------------------------------------------------------------------------


def column_of(table: DataTable, header: str) -> TableColumn:
    """A table's column by its header."""
    return next(column for column in table.columns if column.header == header)


def schema_name(name: str) -> str:
    """A table's name as the schema writes it; the district's own stays.

    >>> schema_name("jobtypes")
    'JobTypes'
    """
    schema = BY_NAME.get(name.casefold())
    return schema.name if schema else name


def described(schema: TableSchema, table: Table | None) -> DataTable:
    """The schema's columns in order, then the columns that the district added."""
    cells = dict(table.cells) if table is not None else {}
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
        choice=choice_of(schema, each),
        least=each.least,
    )


def _is_code(schema: TableSchema, each: Field) -> bool:
    return (schema.name, each.name) in CODES or each.lookup in CODES or each.name in LISTS_OF_CODES


def _converted(schema: TableSchema, each: Field, values: Sequence[CellValue]) -> list[CellValue]:
    """Codes as text, so that the ones typed later match them; dates that came as text, as dates."""
    if _is_code(schema, each):
        return [as_code(value) for value in values]
    if each.kind == "date":
        return [as_date(value) for value in values]
    return list(values)


def as_date(value: CellValue) -> CellValue:
    """A cell as a date, where it is one as text; everything else stays."""
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _input_style(schema: TableSchema, each: Field, values: Sequence[CellValue]) -> Style:
    if _is_code(schema, each):
        return "input_code"
    if (schema.name, each.name) == ("Plan", "Setting"):
        return "strong"
    if each.kind == "dollars" and any(map(_is_fraction, values)):
        return "input_cents"
    if each.kind == "number" and each.unit in COUNTED and not any(map(_is_fraction, values)):
        return "input_count"
    if each.kind == "text" and _longest(values) > max(each.width, WIDEST_BEFORE_WRAP) - 2:
        return "input_wrap"
    return STYLES_OF_KINDS[each.kind]


def _is_fraction(value: CellValue) -> bool:
    return isinstance(value, float) and not value.is_integer()


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


def choice_of(schema: TableSchema, each: Field) -> Choice | None:
    """The drop-down of a column, if it has one."""
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


def own_table(name: str, table: Table) -> DataTable:
    """A table of the district's own."""
    columns = tuple(_own_column(header, values, "") for header, values in table.cells.items())
    spare = _spare(len(table))
    return DataTable(re.sub(r"\W", "_", name), HEADER_ROW, FIRST_COLUMN, columns, wrap_rows=True, spare_rows=spare)


# -- sheets -----------------------------------------------------------------------------------------------------------


def table_sheet(schema: TableSchema, table: DataTable, tab: Literal["accent", "muted", "input"]) -> Sheet:
    """The sheet of a table of the schema."""
    return Sheet(
        schema.sheet,
        schema.sheet,
        schema.doc,
        tables=(table,),
        freeze=(HEADER_ROW + 1, FIRST_COLUMN + KEY_COLUMNS.get(schema.name, 1)),
        tab=tab,
    )


def own_sheets(own: Mapping[str, DataTable], sheets: Iterable[Sheet]) -> list[Sheet]:
    """A sheet for each table of the district's own, by its name."""
    taken = {"start", "_lists", *(sheet.name.casefold() for sheet in sheets)}
    return [
        Sheet(
            title := sheet_name(name, taken),
            title,
            f"A table of the district's own, {name}. Rules can look into it.",
            tables=(table,),
            freeze=(HEADER_ROW + 1, FIRST_COLUMN + 1),
            tab="muted",
        )
        for name, table in own.items()
    ]


def sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel takes for a sheet and no other sheet has (by case-folded name); it is then taken.

    >>> sheet_name("Routes: a/b", {"routes  a b"})
    'Routes  a b 2'
    """
    plain = re.sub(r"[\[\]:*?/\\]", " ", name).strip("' ")[:LONGEST_SHEET_NAME].rstrip("' ") or "Table"
    title, number = plain, 1
    while title.casefold() in taken:
        number += 1
        title = f"{plain[: LONGEST_SHEET_NAME - 4]} {number}"
    taken.add(title.casefold())
    return title


# -- names ------------------------------------------------------------------------------------------------------------


def lookup_names(schemas: Iterable[TableSchema], sheets: Sequence[Sheet]) -> dict[str, str]:
    """The names that drop-downs of these tables need, as far as their tables stand on the sheets.

    What a column looks up has its name in any case, what is only offered when there is an entry.
    """
    tables = {table.name: table for sheet in sheets for table in sheet.tables}
    fields = [each for schema in schemas for each in schema.fields]
    looked_up = [each.lookup for each in fields if each.lookup is not None and each.lookup[0] in tables]
    names = {LOOKUPS[place]: cells_of(*place, sheets) for place in looked_up}
    names |= {
        name: cells_of(table, column, sheets)
        for name, (table, column) in SOURCES.items()
        if table in tables and any(column_of(tables[table], column).values)
    }
    return names


def cells_of(name: str, column: str, sheets: Iterable[Sheet]) -> str:
    """The cells of a table's column with its spare rows, as names take them."""
    sheet, table = _placed(name, sheets)
    letters = column_letters(table.column + 1 + [each.header for each in table.columns].index(column))
    first = table.row + 2
    last = table.row + 1 + len(table.columns[0].values) + table.spare_rows
    return f"'{sheet}'!${letters}${first}:${letters}${last}"


def headers_of(name: str, first: int, sheets: Iterable[Sheet]) -> str:
    """The header cells of a table from one of its columns on, by its index from 0."""
    sheet, table = _placed(name, sheets)
    start, end = (column_letters(table.column + 1 + index) for index in (first, max(first, len(table.columns) - 1)))
    return f"'{sheet}'!${start}${table.row + 1}:${end}${table.row + 1}"


def _placed(name: str, sheets: Iterable[Sheet]) -> tuple[str, DataTable]:
    """A table with the name of its sheet as formulas write it."""
    return next((sheet.name.replace("'", "''"), own) for sheet in sheets for own in sheet.tables if own.name == name)
