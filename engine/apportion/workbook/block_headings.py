"""What a rater reads of a program before rating it: name, purpose, yearly cost, who takes part."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from apportion.spoken import counted, fiscal, whole_dollars

if TYPE_CHECKING:
    from apportion.programs.portfolio import Portfolio

YOUR_OWN = "Your own program: your rating stands apart."


def block_heading(portfolio: Portfolio, program: str, *, own: bool) -> str:
    """A program's name, purpose, cost of the year and participation, line by line; its owner is told to be that."""
    programs = portfolio.table("Programs")
    row = programs[programs["Code"] == program].iloc[0]
    lines = (
        row["Program"],
        row["Purpose"],
        _cost(portfolio, program),
        _participation(row["Students with access"], row["Students taking part"]),
        YOUR_OWN if own else "",
    )
    return "\n".join(line for line in lines if line)


def _cost(portfolio: Portfolio, program: str) -> str:
    """Dollars of the plan's year (the first one with costs, where that has none) and positions."""
    costs = portfolio.costs[portfolio.costs["Program"] == program]
    years = sorted({int(year) for year in costs["Year"].dropna()})
    if not years:
        return "Its cost is not known."
    year = portfolio.year if portfolio.year in years else years[0]
    of_year = costs[costs["Year"] == year]
    positions = float(of_year["Positions"].sum())
    staffed = f", {counted(positions, 'position')}" if positions else ""
    return f"{whole_dollars(of_year['Dollars'].sum())} in {fiscal(year)}{staffed}."


def _participation(access: float, taking_part: float) -> str:
    if math.isnan(taking_part):
        return "Who takes part is not known."
    takes = "takes" if taking_part == 1 else "take"
    if math.isnan(access) or not access:
        return f"{counted(taking_part, 'student')} {takes} part."
    of_all = counted(access, "student")
    return f"{taking_part:,.0f} of {of_all} with access {takes} part ({taking_part / access:.0%})."
