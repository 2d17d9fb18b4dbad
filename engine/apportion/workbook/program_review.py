"""The review of programs: its tables as a workbook that people fill in, with a sheet to rate on for every rater."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from apportion.cells import text_number
from apportion.programs.portfolio import with_ratings_joined
from apportion.schema import EVERY_TABLE, TABLES
from apportion.schema_programs import PROGRAM_TABLES
from apportion.workbook.program_sheets import REVIEW_GROUPS, program_sheets
from apportion.workbook.review_start import TITLE, review_start_sheet, settings
from apportion.workbook.sheets import WorkbookDescription
from apportion.workbook.start_parts import footer_of, with_settings
from apportion.workbook.table_sheets import (
    described,
    lookup_names,
    own_sheets,
    own_table,
    schema_name,
    table_sheet,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apportion.tables import CellValue, Table

RUBRIC = "program_rubric"  # the folder with the eight parts of the public rubric
SHARED = tuple(name for _, names in REVIEW_GROUPS for name in names if name in {schema.name for schema in TABLES})


def review_workbook(tables: Mapping[str, Table] | None = None) -> WorkbookDescription:
    """The workbook of a review with these tables, or an empty one with the eight parts of the public rubric.

    Every rater has a sheet with a row for every program and part. Tables of the planner that a review has no use for,
    and those of the district's own, follow.
    """
    given = {schema_name(name): table for name, table in with_ratings_joined(tables or _rubric()).items()}
    given["Plan"] = _with_numbers(with_settings(given.get("Plan"), settings()))
    plan = described(next(schema for schema in TABLES if schema.name == "Plan"), given["Plan"])
    sheets = program_sheets(given, SHARED)
    placed = {"Plan", *SHARED, *(schema.name for schema in PROGRAM_TABLES)}
    more = [schema for schema in TABLES if schema.name in given and schema.name not in placed]
    sheets += [table_sheet(schema, described(schema, given[schema.name]), "muted") for schema in more]
    known = {schema.name for schema in EVERY_TABLE}
    own = {name: own_table(name, table) for name, table in given.items() if name not in known}
    sheets += own_sheets(own, sheets)
    names = lookup_names((*PROGRAM_TABLES, *(schema for schema in TABLES if schema.name in SHARED)), sheets)
    return WorkbookDescription((review_start_sheet(plan, sheets), *sheets), names, footer_of(plan), TITLE)


def _rubric() -> dict[str, Table]:
    from apportion.workbook.csvfolder import read_folder
    from apportion.workbook.locations import template_folder

    return dict(read_folder(template_folder() / RUBRIC).tables)


def _with_numbers(plan: Table) -> Table:
    """The plan's settings with numbers that came as texts."""
    return replace(plan, cells={**plan.cells, "Value": [_number(value) for value in plan.cells["Value"]]})


def _number(value: CellValue) -> CellValue:
    number = text_number(value) if isinstance(value, str) else None
    return value if number is None else number
