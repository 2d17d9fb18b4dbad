"""The sheets of a review's tables, group by group as Start lists them, with a sheet for every rater."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apportion.schema import BY_NAME, is_rating_sheet
from apportion.schema_programs import PROGRAM_TABLES
from apportion.schema_rubric import RATINGS
from apportion.workbook.rating_sheets import rating_sheets
from apportion.workbook.table_sheets import described, table_sheet

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from apportion.tables import Table
    from apportion.workbook.sheets import Sheet

REVIEW_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Programs", ("Programs", "ProgramCosts", "Participation", "Priorities")),
    ("Rubric and ratings", ("Criteria", "Raters", "Ratings")),
    ("Money", ("Funds", "FundYears", "FundUses", "Shifts")),
    ("Realigning", ("Options", "OptionCosts", "RealignLimits", "AllocationChanges", "Decisions")),
    ("Investments in cycles", ("Investments", "InvestmentCosts", "States", "Metrics", "Readings")),
    ("District", ("Schools",)),
)
"""The tables of a review, in the order of their sheets."""
CORE = ("Programs", "ProgramCosts", "Criteria", "Raters", "Funds", "FundYears", "Options")


def program_sheets(given: Mapping[str, Table], named: Collection[str] = ()) -> list[Sheet]:
    """The sheets of all tables of programs, filled with those that are given, and of others of a review by name."""
    wanted = {*(schema.name for schema in PROGRAM_TABLES), *named}
    return [sheet for _, names in REVIEW_GROUPS for name in names if name in wanted for sheet in _sheets(name, given)]


def _sheets(name: str, given: Mapping[str, Table]) -> list[Sheet]:
    if name == RATINGS.name:
        return rating_sheets(given)
    schema = BY_NAME[name.casefold()]
    return [table_sheet(schema, described(schema, given.get(name)), "accent" if name in CORE else "muted")]


def review_group(sheet: Sheet) -> str:
    """The group in which Start lists a sheet of the review; "" when it is of none."""
    table = sheet.tables[0].name
    name = RATINGS.name if is_rating_sheet(table) else table
    return next((group for group, names in REVIEW_GROUPS if name in names), "")
