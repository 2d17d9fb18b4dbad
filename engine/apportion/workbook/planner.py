"""The planner: a plan's tables as a workbook that people fill in, with a Start sheet that says where it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from apportion.programs.portfolio import with_ratings_joined
from apportion.schema import BY_NAME, TABLES
from apportion.schema_programs import PROGRAM_TABLES
from apportion.workbook.program_sheets import program_sheets
from apportion.workbook.rulelab import lab_sheet
from apportion.workbook.sheets import Cell, Sheet, WorkbookDescription
from apportion.workbook.start import CORE, OPTIONAL, start_sheet
from apportion.workbook.start_parts import SETTINGS, footer_of, with_settings
from apportion.workbook.table_sheets import (
    GROUPS,
    cells_of,
    described,
    headers_of,
    lookup_names,
    own_sheets,
    own_table,
    schema_name,
    table_sheet,
)
from apportion.workbook.whatif import what_if_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apportion.registry import Entry
    from apportion.tables import Table
    from apportion.workbook.sheets import DataTable

PLAN_NAME = "ApportionPlan"
FIRST_SELDOM = "Of"  # from this column of Rules on, only some methods read what stands there
SELDOM = "The + above opens the columns that only some methods need."
PROGRAM_NAMES = {schema.name for schema in PROGRAM_TABLES}


def planner_workbook(
    tables: Mapping[str, Table] | None = None, plan_id: str = "", functions: Mapping[str, Entry] | None = None
) -> WorkbookDescription:
    """The planner with a plan's tables, or empty; `plan_id` is kept in the defined name ApportionPlan.

    Every table of the schema has its sheet; those of a review of programs follow when the plan has any, then tables of
    the district's own. With the registry's `functions` there is a sheet to try them, What if, whose stored answers are
    computed anew.
    """
    given = {schema_name(name): table for name, table in with_ratings_joined(tables or {}).items()}
    given["Plan"] = with_settings(given.get("Plan"), dict.fromkeys(SETTINGS))
    planned = {schema.name: described(schema, given.get(schema.name)) for schema in TABLES}
    own = {
        name: own_table(name, table)
        for name, table in given.items()
        if name not in planned and name not in PROGRAM_NAMES
    }
    sheets = [_sheet(name, planned[name]) for name in _in_order() if name != "Plan"]
    tried = [lab_sheet(planned)]
    if functions is not None:
        tried.append(what_if_sheet(planned, f"={cells_of('Rules', 'Line', sheets)}", functions))
    sheets[len(CORE) - 1 : len(CORE) - 1] = tried
    programs = program_sheets(given) if PROGRAM_NAMES & set(given) else []
    sheets += programs
    sheets += own_sheets(own, sheets)
    start = start_sheet(planned, sheets, programs)
    names = lookup_names((*TABLES, *(PROGRAM_TABLES if programs else ())), sheets)
    names[GROUPS] = headers_of("Enrollment", len(BY_NAME["enrollment"].fields), sheets)
    names[PLAN_NAME] = '"{}"'.format(plan_id.replace('"', '""'))
    return WorkbookDescription((start, *sheets), names, footer_of(planned["Plan"]), "District planner")


def _in_order() -> list[str]:
    """The tables in the order of their sheets: what every plan has, then what only some need, group by group."""
    ordered = [*CORE, *(name for _, names in OPTIONAL for name in names)]
    return [*ordered, *(schema.name for schema in TABLES if schema.name not in ordered)]


def _sheet(name: str, table: DataTable) -> Sheet:
    sheet = table_sheet(BY_NAME[name.casefold()], table, "accent" if name in CORE else "muted")
    return _with_seldom_folded(sheet, table) if name == "Rules" else sheet


def _with_seldom_folded(sheet: Sheet, table: DataTable) -> Sheet:
    """Rules with the columns that only some methods need in a group, folded away while nothing stands in them."""
    first = [column.header for column in table.columns].index(FIRST_SELDOM)
    last = len(BY_NAME["rules"].fields) - 1
    folded = not any(value is not None for column in table.columns[first : last + 1] for value in column.values)
    place = table.column + last + 1
    said = () if last + 1 < len(table.columns) else (Cell(table.row - 1, place, SELDOM, "muted"),)
    outline = (table.column + first, table.column + last)
    return replace(sheet, outline=outline, folded=folded, cells=said)
