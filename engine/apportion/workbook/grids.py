"""The tables of a plan as they stand on sheets, of a file or of an open workbook, and what is wrong with that."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from apportion.errors import Finding
from apportion.schema import BY_NAME, EVERY_TABLE, is_rating_sheet
from apportion.tables import Origin, Table, column_letters
from apportion.workbook.labtexts import LAB_TABLE, RATES_TABLE, Lab

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from apportion.fields import TableSchema
    from apportion.tables import CellValue

LISTS = "_lists"  # the hidden sheet of long drop-down lists
WHAT_IF = "What if"  # the sheet to try cell functions; what is typed there is no part of the plan
MARK = "_apportion"  # the sheet-scoped name of a sheet that Apportion wrote
HEADER_WITHIN = 30  # rows in which the header of a plain range is looked for
GAP = 20  # empty rows after which a plain range has ended
MADE = (LAB_TABLE.casefold(), RATES_TABLE.casefold())


@dataclass(frozen=True)
class Placed:
    """An Excel Table on its sheet: rows and columns count from 1, `last_row` takes in `totals` rows of totals."""

    name: str
    first_row: int
    first_column: int
    last_row: int
    last_column: int
    header: bool = True
    totals: int = 0

    @property
    def corner(self) -> str:
        """The address of its top left cell."""
        return f"{column_letters(self.first_column)}{self.first_row}"


@dataclass(frozen=True)
class Grid:
    """One sheet: its tables, how far it is filled, and its cells.

    `rows(first_row, last_row, first_column, last_column)` gives the values of a block, None for an empty cell.
    `marked` says that Apportion wrote the sheet, which therefore holds nothing of the plan.
    """

    title: str
    tables: tuple[Placed, ...]
    last_row: int
    last_column: int
    rows: Callable[[int, int, int, int], Iterable[Sequence[Any]]]
    marked: bool = False


@dataclass
class FoundTables:
    """What was found on a workbook's sheets: tables by name, findings, the sheets used, and where the Rule lab is."""

    tables: dict[str, Table] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    lab: tuple[Grid, Placed] | None = None

    def other_sheets(self, grids: Sequence[Grid]) -> tuple[str, ...]:
        """The sheets that are neither the plan's nor Apportion's own."""
        made = {LISTS, WHAT_IF, self.lab[0].title if self.lab else ""}
        known = {schema.sheet for schema in EVERY_TABLE} | self.used | made
        return tuple(grid.title for grid in grids if grid.title not in known and not grid.marked)


def tables_on(grids: Sequence[Grid], name: str) -> FoundTables:
    """The plan's tables on the sheets of the workbook `name`, wherever they stand, and the district's own."""
    return _Search(grids, name).found


def lab_on(grid: Grid, table: Placed, formulas: Mapping[str, str]) -> Lab:
    """The Rule lab that stands on a sheet; `formulas` are its live formulas by address, as far as they are known."""
    last_row = min(table.last_row, grid.last_row)
    last = min(table.last_column, grid.last_column)
    header = next(iter(grid.rows(table.first_row, table.first_row, table.first_column, last)), ())
    columns = {column_letters(table.first_column + i): str(text or "") for i, text in enumerate(header)}
    values = {
        f"{column_letters(column)}{number}": _value(cell)
        for number, row in enumerate(grid.rows(1, last_row, 1, grid.last_column), 1)
        for column, cell in enumerate(row, 1)
    }
    return Lab(grid.title, values, formulas, columns, table.first_row + 1, last_row)


class _Search:
    def __init__(self, grids: Sequence[Grid], name: str) -> None:
        self.found = FoundTables()
        self.grids = [grid for grid in grids if not grid.marked]
        everything = [(grid, table) for grid in self.grids for table in grid.tables]
        self.found.lab = next((each for each in everything if each[1].name.casefold() == MADE[0]), None)
        own = []
        for grid, table in (each for each in everything if each[1].name.casefold() not in MADE):
            schema = BY_NAME.get(table.name.casefold())
            if schema is None and is_rating_sheet(table.name):
                self._take(grid, table, table.name)
            elif schema is None:
                own.append((grid, table))
            else:
                self._take(grid, table, schema.name)
        renamed = self._renamed(own)
        for grid, table in own:
            self._take(grid, table, renamed.get(table.name, table.name))
        for schema in EVERY_TABLE:
            if schema.name not in self.found.tables:
                self._plain_range(schema)
        if not set(self.found.tables) & {schema.name for schema in EVERY_TABLE}:
            what = f"{name} has none of a plan's tables."
            self._finding("error", what, "Start from a new planner: press New, or apportion new PLAN.xlsx")

    def _finding(self, *parts: Any) -> None:
        self.found.findings.append(Finding(*parts))

    def _take(self, grid: Grid, table: Placed, name: str) -> None:
        if not table.header:
            what, remedy = f"the table {name} has no header row.", "Switch on Header Row in Table Design."
            self._finding("error", what, remedy, grid.title, name)
            return
        last_row = min(table.last_row, max(grid.last_row, table.first_row + table.totals))
        last_column = min(table.last_column, max(grid.last_column, table.first_column))
        rows = list(grid.rows(table.first_row, last_row - table.totals, table.first_column, last_column))
        self._add(grid, name, rows, table.first_row, table.first_column)
        if not table.totals:
            self._typed_below(grid, name, last_row, table.first_column, last_column)

    def _add(self, grid: Grid, name: str, rows: Sequence[Sequence[Any]], first_row: int, first_column: int) -> None:
        header = ["" if cell is None else str(cell).strip() for cell in rows[0]]
        named = [i for i, text in enumerate(header) if text and text not in header[:i]]
        for i, text in enumerate(header):
            if text and text in header[:i]:
                cell = f"{column_letters(first_column + i)}{first_row}"
                what = f'two columns are called "{text}".'
                self._finding("error", what, "Rename one.", grid.title, name, first_row, cell)
        filled = [
            (first_row + i, row) for i, row in enumerate(rows) if i and any(cell not in (None, "") for cell in row)
        ]
        cells = {header[i]: [_value(row[i]) for _, row in filled] for i in named}
        origin = Origin(grid.title, first_row, first_column + (named[0] if named else 0))
        self.found.tables[name] = Table(name, cells, [number for number, _ in filled], origin)
        self.found.used.add(grid.title)

    def _typed_below(self, grid: Grid, name: str, last_row: int, first: int, last: int) -> None:
        below = next(iter(grid.rows(last_row + 1, last_row + 1, first, last)), ())
        if sum(cell not in (None, "") for cell in below) > 1:
            what = f"row {last_row + 1} stands below the table {name} and is not part of it."
            remedy = "Drag the table's lower right corner over it."
            cell = f"{column_letters(first)}{last_row + 1}"
            self._finding("warning", what, remedy, grid.title, name, last_row + 1, cell)

    def _renamed(self, tables: list[tuple[Grid, Placed]]) -> dict[str, str]:
        """By a table's name, the planner table that it must be by its headers; two that could be one are an error."""
        alike: dict[str, list[tuple[Grid, Placed]]] = {}
        for grid, table in tables:
            headers = _headers(grid, table)
            missing = (schema for schema in EVERY_TABLE if schema.name not in self.found.tables)
            if (schema := next((each for each in missing if _looks_like(each, headers)), None)) is not None:
                alike.setdefault(schema.name, []).append((grid, table))
        for name, found in alike.items():
            grid, table = found[0]
            if len(found) > 1:
                named = " and ".join(f'"{each.name}" on {where.title}' for where, each in found)
                what, remedy = f"{named} have the columns of {name}.", f"Name the right one {name} in Table Design."
                self._finding("error", what, remedy, grid.title, name, None, table.corner)
            else:
                what = f'the table "{table.name}" has the columns of {name} and is read as it.'
                remedy = f"Name it {name} in Table Design."
                self._finding("warning", what, remedy, grid.title, name, None, table.corner)
        return {found[0][1].name: name for name, found in alike.items() if len(found) == 1}

    def _plain_range(self, schema: TableSchema) -> None:
        """Read a table that someone turned into a plain range."""
        known = (schema.sheet.casefold(), schema.name.casefold())
        grid = next((each for each in self.grids if each.title.casefold() in known), None)
        if grid is None or grid.tables:
            return
        for number, row in enumerate(grid.rows(1, min(HEADER_WITHIN, grid.last_row), 1, grid.last_column), 1):
            if not _looks_like(schema, {str(cell).strip().casefold() for cell in row if cell is not None}):
                continue
            first = next(i for i, cell in enumerate(row) if cell is not None)
            last = max(i for i, cell in enumerate(row) if cell is not None)
            rows = _until_gap(grid.rows(number, grid.last_row, first + 1, last + 1))
            self._add(grid, schema.name, rows, number, first + 1)
            what = (
                f"{schema.name} is a plain range, not an Excel Table; it is read down to the first gap of {GAP} rows."
            )
            remedy = f"Select it, press Ctrl+T, and name it {schema.name} in Table Design."
            cell = f"{column_letters(first + 1)}{number}"
            self._finding("warning", what, remedy, grid.title, schema.name, number, cell)
            return


def _headers(grid: Grid, table: Placed) -> set[str]:
    last = min(table.last_column, grid.last_column)
    cells = next(iter(grid.rows(table.first_row, table.first_row, table.first_column, last)), ())
    return {str(cell).strip().casefold() for cell in cells}


def _looks_like(schema: TableSchema, headers: set[str]) -> bool:
    required = {field.name.casefold() for field in schema.fields if field.required}
    known = headers & set(schema.by_name)
    return (
        required <= headers
        and len(known) >= max(2, len(required))
        and (bool(schema.more) or 2 * len(known) > len(headers))
    )


def _until_gap(rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    kept: list[Sequence[Any]] = []
    empty = 0
    for row in rows:
        empty = 0 if any(cell not in (None, "") for cell in row) else empty + 1
        if empty > GAP:
            break
        kept.append(row)
    return kept


def _value(cell: Any) -> CellValue:
    if cell is None or isinstance(cell, bool):
        return cell
    if isinstance(cell, int | float):
        return float(cell)
    if isinstance(cell, dt.datetime):
        return cell.date() if cell.time() == dt.time() else cell
    return cell if isinstance(cell, dt.date) else str(cell) or None
