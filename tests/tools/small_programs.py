"""Programs for tests: a portfolio made of rows, and a small one whose every number can be worked out by hand."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from apportion.programs.portfolio import Portfolio, read_portfolio
from apportion.schema import BY_NAME
from tools.plans import table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apportion.tables import Table

Rows = list[dict[str, Any]]
SEPTEMBER_30 = dt.date(2026, 9, 30)
# ESSER ends on September 30, 2026: it pays 3 of the 12 months of FY2027, and is not there in FY2028.
SMALL: dict[str, Rows] = {
    "Plan": [
        {"Setting": "District", "Value": "Maple Valley"},
        {"Setting": "Fiscal year", "Value": "2027"},
    ],
    "Schools": [{"Code": "101", "Name": "Ash"}, {"Code": "102", "Name": "Elm"}, {"Code": "103", "Name": "Oak"}],
    "Programs": [
        {"Code": "TUT", "Program": "High-dosage tutoring", "Origin": "grant-funded", "Schools served": "101; 102"},
        {"Code": "LAB", "Program": "Legacy reading lab", "Origin": "legacy"},
        {"Code": "SUM", "Program": "Summer bridge", "Origin": "grant-funded"},
    ],
    "ProgramCosts": [
        *({"Program": "TUT", "School": school, "Year": year, "Fund": "ESSER III", "Dollars": 60_000.0, "Positions": 1.0}
          for school in ("101", "102") for year in (2027.0, 2028.0)),
        *({"Program": "LAB", "Year": year, "Fund": "General Fund", "Dollars": 90_000.0, "Positions": 1.5}
          for year in (2027.0, 2028.0)),
        *({"Program": "SUM", "Year": year, "Fund": "ESSER III", "Dollars": 40_000.0} for year in (2027.0, 2028.0)),
    ],
    "Funds": [
        {"Fund": "General Fund", "Recurrence": "recurring"},
        {"Fund": "ESSER III", "Recurrence": "one-time"},
    ],
    "FundYears": [
        {"Fund": "General Fund", "Year": 2027.0, "Amount": 1_000_000.0, "For programs": 100_000.0},
        {"Fund": "General Fund", "Year": 2028.0, "Amount": 1_000_000.0, "For programs": 75_000.0},
        {"Fund": "ESSER III", "Year": 2027.0, "Amount": 500_000.0, "Obligate by": SEPTEMBER_30},
    ],
    "Criteria": [{"Criterion": "Value provided", "Axis": "Student Outcomes & Value"}],
    "Raters": [{"Rater": "R. Diaz"}],
}  # fmt: skip


def rows_of(name: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    """A table with every column of the schema, empty where no row has it; whole numbers are as Excel has them."""
    columns = [field.name for field in BY_NAME[name.casefold()].fields]
    assert {key for row in rows for key in row} <= set(columns), name
    return table(name, [{column: _cell(row.get(column)) for column in columns} for row in rows])


def _cell(value: Any) -> Any:
    return float(value) if type(value) is int else value


def review_of(
    rows: Mapping[str, Sequence[Mapping[str, Any]]], year: int, as_of: object = None, district: str = ""
) -> Portfolio:
    """The portfolio of these rows as of a day, whatever is wrong with them."""
    plan = {"District": district, "Fiscal year": year, "As of": as_of}
    said = [{"Setting": name, "Value": value} for name, value in plan.items() if value]
    return read_portfolio({name: rows_of(name, each) for name, each in {"Plan": said, **rows}.items() if each})[0]


def tables_of(rows: Mapping[str, Rows]) -> dict[str, Table]:
    """Tables by name, of their rows; tables without rows are left out."""
    return {name: table(name, each) for name, each in rows.items() if each}


def portfolio_in(tables: Mapping[str, Table]) -> Portfolio:
    """The portfolio of tables that must be without an error."""
    portfolio, findings = read_portfolio(tables)
    assert [each for each in findings if each.severity == "error"] == []
    return portfolio


def portfolio_of(rows: Mapping[str, Rows]) -> Portfolio:
    """The portfolio of these rows, which must be without an error."""
    return portfolio_in(tables_of(rows))


def small(**tables: Rows) -> Portfolio:
    """The small portfolio, some of its tables exchanged."""
    return portfolio_of(SMALL | tables)
