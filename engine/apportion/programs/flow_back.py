"""Decisions flow back: the tables that rules allocate from, with what programs take of each fund after decisions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from apportion.allocation.funding import FOR_PROGRAMS
from apportion.errors import has_errors
from apportion.schema import is_rating_sheet
from apportion.schema_programs import PROGRAM_TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apportion.errors import Finding
    from apportion.tables import CellValue, Table

NEEDED = ("Programs", "ProgramCosts", "FundYears")
READ = {"Programs", "ProgramCosts", "Options", "OptionCosts", "Decisions"}
"""The tables of programs that say what programs take; what is wrong in others does not hold up an allocation."""
NOT_READ = {schema.name.casefold() for schema in PROGRAM_TABLES} - {name.casefold() for name in READ}


def tables_for_rules(tables: Mapping[str, Table]) -> tuple[Mapping[str, Table], tuple[Finding, ...]]:
    """A plan's tables as rules allocate from them, and what is wrong with its decisions.

    Where a plan has programs with their costs, For programs of FundYears is what they take of each fund and year in
    dollars: as decided, and as they are where nothing is decided. Without programs the tables stay as they are.
    """
    found = {name.casefold(): name for name in tables}
    if any(not len(tables[found[name.casefold()]]) if name.casefold() in found else True for name in NEEDED):
        return tables, ()
    from apportion.programs.decided import check_decided, decided  # a plan without programs does without it
    from apportion.programs.portfolio import read_portfolio

    wanted = {name: tables[name] for fold, name in found.items() if fold not in NOT_READ and not is_rating_sheet(name)}
    portfolio, read = read_portfolio(wanted)
    findings = tuple(each for each in read if each.severity == "error" and each.table in READ)
    findings += () if findings else tuple(check_decided(portfolio))
    if has_errors(findings):
        return tables, findings
    years = decided(portfolio, None).fund_years
    taken = {
        (str(row["Fund"]).casefold(), int(row["Year"])): float(row["Programs after"])
        for row in years.to_dict("records")
    }
    name = found["fundyears"]
    table, frame = tables[name], portfolio.table("FundYears")
    header = next((each for each in table.columns if each.strip().casefold() == FOR_PROGRAMS.casefold()), FOR_PROGRAMS)
    as_written = table.cells.get(header, [None] * len(table))
    dollars: list[CellValue] = [
        taken.get((str(fund).casefold(), int(year) if year == year else 0), cell)  # noqa: PLR0124 - NaN
        for fund, year, cell in zip(frame["Fund"], frame["Year"], as_written, strict=True)
    ]
    return {**tables, name: replace(table, cells={**table.cells, header: dollars})}, findings
