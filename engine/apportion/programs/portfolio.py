"""What a review of programs works on: its tables, read and joined, with the district's own settings."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from apportion.cells import as_text, read_date, read_number, read_percent, read_year, text_number
from apportion.errors import Finding, did_you_mean, has_errors
from apportion.fields import Field
from apportion.intake import Intake, read_tables
from apportion.schema import FUND_YEARS, FUNDS, PLAN, SCHOOLS, is_rating_sheet
from apportion.schema_programs import PROGRAM_TABLES
from apportion.schema_rubric import RATINGS
from apportion.tables import joined

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    import pandas as pd

    from apportion.cells import Reading
    from apportion.tables import CellValue, Table

SCHEMAS = (PLAN, replace(SCHOOLS, needed=False), FUNDS, FUND_YEARS, *PROGRAM_TABLES)
"""The tables of a review; of the planner's it shares the plan, schools and funds."""

LISTS = (
    ("Programs", "Schools served", "Schools", "Code", "school"),
    ("Programs", "Priorities", "Priorities", "Priority", "priority"),
    ("Programs", "Substitutes", "Programs", "Code", "program"),
    ("Programs", "Needs", "Programs", "Code", "program"),
    ("Programs", "Excludes", "Programs", "Code", "program"),
    ("Raters", "Owner of", "Programs", "Code", "program"),
)
"""Columns that are lists: their table, and the table and column whose entries they name."""


@dataclass(frozen=True)
class Settings:
    """What the district sets on the sheet Start; the defaults are those of the public rubric.

    From the two thresholds on (scores, 0 to 4) an axis is high; below `least_coverage` (share of the weight that is
    rated) a program is not placed; raters `differ_by` so many points when they are said to differ. `as_of` is the day
    on which the review stands: None where decision dates are not judged.
    """

    priority_threshold: float = 2.0
    outcome_threshold: float = 2.0
    least_coverage: float = 0.75
    differ_by: float = 2.0
    as_of: dt.date | None = None


@dataclass(frozen=True)
class Setting:
    """A setting as a person reads it: its name on the sheet Start, what it says, and how its cell is read."""

    name: str
    attribute: str
    doc: str
    read: Callable[[object, Field], Reading]
    least: float = 0.0
    most: float = math.inf


SETTINGS = (
    Setting("Priority threshold", "priority_threshold", "From it on, priorities are high.", read_number, most=4),
    Setting("Outcome threshold", "outcome_threshold", "From it on, outcomes are high.", read_number, most=4),
    Setting(
        "Least coverage", "least_coverage", "Share of the weight that must be rated to place a program.",
        read_percent, most=1,
    ),
    Setting("Differ by", "differ_by", "From this distance between scores on, raters differ.", read_number, 1, 4),
    Setting("As of", "as_of", "The day on which the review stands; what had to be decided before is gone.", read_date),
)  # fmt: skip


@dataclass(frozen=True)
class Portfolio:
    """The programs of a district and everything that is known of them, of fiscal year `year` and later.

    Frames have one row per row of their table, columns as in the schema: texts "" when blank, numbers NaN, dates None.
    Names of funds, and entries of the lists in `LISTS`, are spelled as in the tables that they name.
    """

    intake: Intake
    district: str
    year: int
    settings: Settings

    def table(self, name: str) -> pd.DataFrame:
        """The rows of a table, by its name in the schema."""
        return self.intake.frames[name]

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The fiscal years, this one and later, that ProgramCosts has."""
        years = self.table("ProgramCosts")["Year"].dropna()
        return tuple(sorted({int(year) for year in years if year >= self.year}))

    @cached_property
    def costs(self) -> pd.DataFrame:
        """The rows of ProgramCosts of this and later years, with Positions and Position dollars 0 where blank."""
        costs = self.table("ProgramCosts")
        return costs[costs["Year"] >= self.year].fillna({"Dollars": 0.0, "Positions": 0.0, "Position dollars": 0.0})

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The name of each program by its code."""
        programs = self.table("Programs")
        return dict(zip(programs["Code"], programs["Program"], strict=True))


def listed(text: object) -> tuple[str, ...]:
    """The entries of a list in a cell.

    >>> listed("116; 204 ;")
    ('116', '204')
    """
    return tuple(part for part in (each.strip() for each in as_text(text).split(";")) if part)


def with_ratings_joined(tables: Mapping[str, Table]) -> dict[str, Table]:
    """The tables with the sheets of all raters as one table Ratings; headings between their rows are left out."""
    sheets = [table for name, table in tables.items() if name.casefold() == "ratings" or is_rating_sheet(name)]
    others = {name: table for name, table in tables.items() if table not in sheets}
    if not sheets:
        return others
    return {**others, RATINGS.name: joined(RATINGS.name, sheets, ("Criterion", "Score", "Evidence"), RATINGS.shown)}


def _spell_alike(frames: Mapping[str, pd.DataFrame]) -> None:
    """Give funds one spelling in all tables, and entries of lists that of the table they name."""
    spellings = {name.casefold(): name for name in reversed(frames["Funds"]["Fund"].tolist()) if name}
    for schema in SCHEMAS:
        for field in schema.fields:
            if field.name == "Fund" or field.lookup == ("Funds", "Fund"):
                _respell(frames[schema.name], field.name, lambda name: spellings.setdefault(name.casefold(), name))
    for table, column, target, name, _ in LISTS:
        known = {each.casefold(): each for each in frames[target][name]}
        _respell(frames[table], column, partial(_list_as_in, known))


def _list_as_in(known: Mapping[str, str], text: str) -> str:
    return "; ".join(known.get(each.casefold(), each) for each in listed(text))


def _respell(frame: pd.DataFrame, column: str, spelled: Callable[[str], str]) -> None:
    if len(frame):  # empty frames are shared
        frame[column] = frame[column].map(spelled)


def read_portfolio(tables: Mapping[str, Table]) -> tuple[Portfolio, tuple[Finding, ...]]:
    """The portfolio in a plan's tables, and everything that is wrong in their cells and settings."""
    intake = read_tables(with_ratings_joined(tables), SCHEMAS)
    _spell_alike(intake.frames)
    said = _said(intake)
    findings = list(intake.findings)
    year, problem = _year(said)
    findings += problem
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        value, problem = _setting(setting, said.get(setting.name.casefold()))
        findings += problem
        if value is not None:
            values[setting.attribute] = value
    portfolio = Portfolio(intake, as_text(said.get("district")), year, replace(Settings(), **values))
    return portfolio, tuple(findings)


def _said(intake: Intake) -> dict[str, CellValue]:
    """What stands beside each setting on the sheet Start."""
    table = intake.tables.get("Plan")
    if table is None:
        return {}
    pairs = zip(table.column("Setting"), table.column("Value"), strict=False)
    return {as_text(setting).casefold(): value for setting, value in pairs}


def _year(said: Mapping[str, CellValue]) -> tuple[int, list[Finding]]:
    field = Field("Fiscal year", "year", "")
    year, severity, what, remedy = read_year(said.get("fiscal year"), field)
    if severity or math.isnan(year):
        what = what or "the plan does not say its fiscal year."
        remedy = remedy or "Write it beside Fiscal year on the sheet Start, such as 2027."
        return 0, [Finding("error", what, remedy, PLAN.sheet, PLAN.name)]
    return int(year), []


def _setting(setting: Setting, cell: CellValue) -> tuple[object, list[Finding]]:
    if as_text(cell) == "":
        return None, []
    if isinstance(cell, str) and (number := text_number(cell)) is not None:
        cell = number  # the column holds texts, so that CSV gives numbers as texts
    value, severity, what, remedy = setting.read(cell, Field(setting.name, "number", setting.doc))
    if severity not in ("error", "warning") and isinstance(value, float) and not setting.least <= value <= setting.most:
        severity, what = "error", f"{setting.name} is {value:g}, outside {setting.least:g} to {setting.most:g}."
        remedy = setting.doc
    found = [Finding(severity, what, remedy, PLAN.sheet, PLAN.name)] if severity in ("error", "warning") else []  # type: ignore[arg-type]
    return (None if has_errors(found) else value), found


def find_in_list(
    portfolio: Portfolio, table: str, index: int, column: str, known: Mapping[str, str], what: str
) -> list[Finding]:
    """Entries of a list in a cell that `known` (by case-folded name) does not have."""
    entries = listed(portfolio.table(table)[column].iloc[index])
    missing = [each for each in entries if each.casefold() not in known]
    return [
        portfolio.intake.finding(
            "error", table, index, column, f'no {what} "{each}".', did_you_mean(each, known.values()) or "Correct it."
        )
        for each in missing
    ]
