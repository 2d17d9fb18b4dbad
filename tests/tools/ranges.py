"""Tables as ranges of cells with a header row, as Excel hands them to a cell function."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apportion.tables import Table

# The tables that ALLOCATE and WHY take, in the order of their arguments.
TAKEN = ("Rules", "Schools", "Enrollment", "JobTypes", "Rates", "StudentGroups", "Bands", "Weights")
OF_OTHER_TABLES = ("bundle", "prior-year FTE", "prior-year dollars")  # methods that read tables ALLOCATE does not take

Rows = list[list[Any]]


def as_range(table: Table, spare: int = 0) -> Rows:
    """The table with its header row and some blank rows under it."""
    rows = [list(row) for row in zip(*table.cells.values(), strict=True)]
    return [list(table.columns), *rows, *([None] * len(table.columns) for _ in range(spare))]


def arguments(tables: Mapping[str, Table], spare: int = 0) -> list[Any]:
    """The arguments of ALLOCATE without the scenario; None for a table that is not there."""
    return [as_range(tables[name], spare) if name in tables else None for name in TAKEN]


def as_allocate_takes(tables: Mapping[str, Table]) -> dict[str, Table]:
    """A plan without the tables that ALLOCATE does not take, and without the rules that need those."""
    rules = tables["Rules"]
    methods = rules.cells["Method"]
    kept = [row for row, method in enumerate(methods) if method not in OF_OTHER_TABLES]
    cells = {name: [cells[row] for row in kept] for name, cells in rules.cells.items()}
    taken = {name: tables[name] for name in ("Plan", "Scenarios", *TAKEN) if name in tables}
    return taken | {"Rules": replace(rules, cells=cells, rows=[rules.rows[row] for row in kept])}


def changed(rows: Rows, column: str, row: int, value: object) -> Rows:
    """The range with another value in a row (1 is the first below the header) of a column."""
    at = rows[0].index(column)
    return [[*each[:at], value, *each[at + 1 :]] if i == row else each for i, each in enumerate(rows)]
