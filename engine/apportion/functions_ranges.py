"""Ranges with a header row, as a cell function gets them, to a plan's tables, and problems told at their places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from apportion.cells import as_text, read_year
from apportion.errors import did_you_mean
from apportion.functions_cells import BadArgument
from apportion.schema import BY_NAME as SCHEMAS
from apportion.tables import Origin, Table, column_number, table_from_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from apportion.errors import Finding

    Rows = list[list[Any]]

# The argument of a table, and how a problem shows that it is missing.
ARGUMENTS = {"Rules": "rules", "Schools": "schools", "Enrollment": "enrollment", "JobTypes": "job_types",
             "Rates": "rates", "StudentGroups": "student_groups", "Bands": "bands", "Weights": "weights"}  # fmt: skip
LEFT_OUT = {
    "Rates": re.compile(r"\bRates\b"),
    "StudentGroups": re.compile(r"\bStudentGroups\b|counted group"),
    "Bands": re.compile(r"\bBands\b"),
    "Weights": re.compile(r"\bWeights\b"),
}
# Tables that a planner has and no argument takes.
NOT_TAKEN = re.compile(r"\b(Bundles|PriorYear|FundYears|Funding|Funds|Adjustments)\b")
TOLD_AT_MOST = 8
NO_YEAR = 2000  # stands for the year of a plan in which nothing has one
_NUMBERS = (float, int)  # as a range has them, where TRUE is none
_CELL = re.compile(r"([A-Z]+)([0-9]+)")


def as_table(name: str, argument: str, rows: object) -> Table:
    """A range with its header row as a table; its rows have the numbers of the range, its header is row 1.

    Blank rows and columns without a header are left out. Raises BadArgument when the range is no such table.
    """
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        message = f"The argument {argument} must be a range with its header row, such as {name}[#All]."
        raise BadArgument(message)
    if len({len(row) for row in rows}) > 1:
        message = f"The rows of {argument} have different lengths."
        raise BadArgument(message)
    headers = [as_text(cell) for cell in rows[0]] if rows else []
    known = {" ".join(header.split()).casefold() for header in headers}
    if known.isdisjoint(SCHEMAS[name.casefold()].by_name):
        message = f"The first row of {argument} must hold its headers: give {name}[#All], not {name}."
        raise BadArgument(message)
    if again := sorted({header for header in headers if header and headers.count(header) > 1}):
        message = f'{name}: two columns are called "{again[0]}". Rename one of them.'
        raise BadArgument(message)
    kept = [(number, row) for number, row in enumerate(rows[1:], 2) if any(as_text(cell) for cell in row)]
    cells = {header: [_cell(row[i]) for _, row in kept] for i, header in enumerate(headers) if header}
    return Table(name, cells, [number for number, _ in kept], Origin(name))


def _cell(cell: Any) -> Any:
    return float(cell) if isinstance(cell, int) and not isinstance(cell, bool) else None if cell == "" else cell


def without_counts(rows: Rows) -> Rows:
    """A range of Enrollment with every number of students as 0, to tell whether anything else has changed."""
    fields = SCHEMAS["enrollment"].by_name
    counted = [" ".join(as_text(cell).split()).casefold() not in fields for cell in rows[0]]
    return [
        [0.0 if of and type(cell) in _NUMBERS and cell >= 0 else cell for of, cell in zip(counted, row, strict=True)]
        for row in rows
    ]


def scenario_table(given: object, tables: Mapping[str, Table]) -> Table:
    """The one scenario as a row of Scenarios: of a range its first row; of a cell a projection, or a fiscal year.

    What it does not say is what the tables have: their only projection, the newest year, their only funding formula.
    Raises BadArgument when they have several, or not the one that is asked for.
    """
    said: dict[str, Any] = {}
    projections = _distinct(tables["Enrollment"], "Projection", "Base")
    if isinstance(given, list):
        table = as_table("Scenarios", "scenario", given)
        said = {" ".join(name.split()).casefold(): cells[0] for name, cells in table.cells.items() if cells}
    elif text := as_text(given):
        said = _one_cell(text, projections)
    row = {
        "Scenario": as_text(said.get("scenario")) or "Scenario",
        "Year": said.get("year") or _newest_year(tables),
        "Projection": as_text(said.get("projection")) or _only(projections, "Enrollment", "projections"),
        "Funding formula": as_text(said.get("funding formula"))
        or _only(_distinct(tables["Rules"], "Funding formula", ""), "Rules", "funding formulas"),
    }
    return table_from_rows("Scenarios", list(row), [list(row.values())])


def _one_cell(text: str, projections: list[str]) -> dict[str, Any]:
    if text.casefold() in {each.casefold() for each in projections}:
        return {"projection": text}
    year, wrong, *_ = read_year(text, SCHEMAS["scenarios"].by_name["year"])
    if not wrong:
        return {"year": year}
    known = f"Enrollment has: {', '.join(projections)}." if projections else "Enrollment names no projections."
    near = did_you_mean(text, projections) or known
    message = f'The scenario "{text}" is no projection in Enrollment and no fiscal year. {near}'
    raise BadArgument(message)


def _only(names: list[str], table: str, noun: str) -> str:
    if len(names) > 1:
        message = (
            f"{table} has the {noun} {', '.join(names)}, and the last argument does not say which. Give it the row "
            "of Scenarios with its header"
        )
        raise BadArgument(f"{message}, or the projection's name." if noun == "projections" else f"{message}.")
    return names[0] if names else ""


def _distinct(table: Table, column: str, blank: str) -> list[str]:
    """The names in a column in their first spelling; a blank cell means `blank`, "" being no name."""
    spelled: dict[str, str] = {}
    for cell in table.column(column):
        name = as_text(cell) or blank
        spelled.setdefault(name.casefold(), name)
    return [name for name in spelled.values() if name]


def _newest_year(tables: Mapping[str, Table]) -> float:
    """The newest year of JobTypes, otherwise of the other tables that have years; `NO_YEAR` when none has."""
    field = SCHEMAS["scenarios"].by_name["year"]
    for name in ("JobTypes", "Rates", "Bands", "Weights"):
        if name in tables:
            read: list[float] = [read_year(cell, field)[0] for cell in tables[name].column("Year")]
            if years := [year for year in read if year == year]:  # noqa: PLR0124 - NaN
                return max(years)
    if any(as_text(cell) for column in ("Open year", "Close year") for cell in tables["Schools"].column(column)):
        message = "Schools open and close, and nothing says which fiscal year it is: name it in the last argument."
        raise BadArgument(message)
    return NO_YEAR


def job_types_missing(rules: Table) -> str:
    """What is wrong when rules name positions and nothing says what those cost; "" when they name none."""
    for number, cell in zip(rules.rows, rules.column("Job type"), strict=False):
        if job := as_text(cell):
            return (
                f'Rules row {number}, Job type: nothing says what "{job}" costs. Is the argument job_types left out? '
                "Give it JobTypes[#All]."
            )
    return ""


def problems(findings: Sequence[Finding], tables: Mapping[str, Table]) -> str:
    """All errors as one text, a line each: where in its range, what is wrong and what to do."""
    told = list(dict.fromkeys(_told(findings, tables)))
    more = len(told) - TOLD_AT_MOST
    shown = [*told[:TOLD_AT_MOST], *([f"And {more} more."] if more > 0 else [])]
    return "\n".join(shown).replace(f" for FY{NO_YEAR}", "")


def _told(findings: Sequence[Finding], tables: Mapping[str, Table]) -> Iterator[str]:
    for each in findings:
        told = f"{_place(each, tables)}: {each.what}"
        absent = next((name for name, sign in LEFT_OUT.items() if name not in tables and sign.search(str(each))), "")
        if other := NOT_TAKEN.search(f"{each.what} {each.remedy}"):
            yield (
                f"{told} This function takes no table {other[1]}: use the button Allocate, or set the rule's Status "
                "to off."
            )
        else:
            hint = f"Is the argument {ARGUMENTS[absent]} left out?" if absent else ""
            yield " ".join(filter(None, (told, each.remedy, hint)))


def _place(finding: Finding, tables: Mapping[str, Table]) -> str:
    """The table, and the row within its range with the column's name, such as "Rules row 14, Rate"."""
    table, at = tables.get(finding.table), _CELL.fullmatch(finding.cell)
    name = "scenario" if finding.table == "Scenarios" else finding.table
    place = name if finding.row is None else f"{name} row {finding.row}"
    if table is None or at is None:
        return place
    return f"{place}, {'column ' if finding.row is None else ''}{table.columns[column_number(at[1]) - 1]}"
