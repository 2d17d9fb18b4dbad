"""The cliff: what one-time money pays for, when it ends, and what has no fund then, by fiscal year and fund."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from apportion.programs.money import fund_years, in_months
from apportion.programs.portfolio import listed
from apportion.rounding import cents, in_cents, significant, split_exactly

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apportion.programs.portfolio import Portfolio

EVERY_SCHOOL, SCHOOL_SEPARATOR = "all schools", "; "
FUND_COLUMNS = ("Fund", "Year", "Recurring", "Ends", "Months", "Available", "Costs", "Covered", "Gap")
PROGRAM_COLUMNS = (
    "Code", "Program", "Origin", "Fund", "Year", "Dollars", "Months", "Covered", "Gap", "Positions", "Schools",
)  # fmt: skip


@dataclass(frozen=True)
class Cliff:
    """What continuing every program costs in each fiscal year, and what of it no fund pays; dollars are exact cents.

    `funds` has one row per fund and year: Fund, Year, Recurring, Ends (its last day to commit, None without one),
    Months (in which it may pay, 0 to 12), Available (dollars for programs), Costs (meant for it), Covered, Gap.
    `programs` has one row per program, fund and year: Code, Program, Origin, Fund, Year, Dollars, Months, Covered, Gap,
    Positions (that are in the cost), Schools (names with semicolons).
    `years` has one row per year: Year, Costs, Covered, Gap, Programs and Positions (of which some cost has no fund),
    and of what is covered Recurring and One-time (dollars that such funds pay).
    """

    portfolio: Portfolio
    funds: pd.DataFrame
    programs: pd.DataFrame
    years: pd.DataFrame


def cliff(portfolio: Portfolio) -> Cliff:
    """What ends when, and the gap that it leaves, in dollars by fiscal year and fund.

    A fund pays the months of the fiscal year in which it may, as 3 of 12 where its last day is September 30. Where it
    has less than that, each program gets its part of what there is, to the cent.
    """
    funds = fund_years(portfolio)
    programs = _covered(_costs(portfolio), funds)
    sums = programs.groupby(["Fund", "Year"])[["Dollars", "Covered", "Gap"]].sum()
    found = pd.MultiIndex.from_frame(funds[["Fund", "Year"]])
    totals = cents(sums.reindex(found).fillna(0.0).to_numpy(dtype=float))
    funds = funds.assign(Costs=totals[:, 0], Covered=totals[:, 1], Gap=totals[:, 2])
    return Cliff(portfolio, funds[list(FUND_COLUMNS)], programs, _years(portfolio, funds, programs))


def _costs(portfolio: Portfolio) -> pd.DataFrame:
    """What each program costs by fund and year, its schools together."""
    costs, programs = portfolio.costs, portfolio.table("Programs")
    keys = ["Program", "Fund", "Year"]
    sums = costs.groupby(keys, sort=False)[["Dollars", "Positions"]].sum().reset_index()
    told = _schools_of(portfolio)
    names = portfolio.names
    origins = dict(zip(programs["Code"], programs["Origin"], strict=True))
    order = {code: number for number, code in enumerate(programs["Code"])}
    made = pd.DataFrame(
        {
            "Code": sums["Program"],
            "Program": [names.get(code, code) for code in sums["Program"]],
            "Origin": [origins.get(code, "") for code in sums["Program"]],
            "Fund": sums["Fund"],
            "Year": sums["Year"].astype(int),
            "Dollars": cents(sums["Dollars"].to_numpy(dtype=float)),
            "Positions": significant(sums["Positions"].to_numpy(dtype=float)),
            "Schools": [told.get(code, EVERY_SCHOOL) for code in sums["Program"]],
        }
    )
    made = made.assign(Order=[order.get(code, len(order)) for code in made["Code"]])
    return made.sort_values(["Order", "Year", "Fund"], kind="stable").drop(columns="Order").reset_index(drop=True)


def _schools_of(portfolio: Portfolio) -> Mapping[str, str]:
    """The names of the schools that each program serves, by its code: those that it lists, or those of its costs."""
    schools, programs, costs = portfolio.table("Schools"), portfolio.table("Programs"), portfolio.costs
    names = dict(zip(schools["Code"], schools["Name"], strict=True))
    own = {str(code): list(dict.fromkeys(rows)) for code, rows in costs.groupby("Program")["School"]}
    served = dict(zip(programs["Code"], map(listed, programs["Schools served"]), strict=True))
    found = {code: served.get(code) or [each for each in own.get(code, []) if each] for code in programs["Code"]}
    return {
        code: SCHOOL_SEPARATOR.join(names.get(each) or each for each in codes) for code, codes in found.items() if codes
    }


def _covered(costs: pd.DataFrame, funds: pd.DataFrame) -> pd.DataFrame:
    """The costs with Months, Covered and Gap."""
    months = dict(zip(zip(funds["Fund"], funds["Year"], strict=True), funds["Months"], strict=True))
    available = dict(zip(zip(funds["Fund"], funds["Year"], strict=True), funds["Available"], strict=True))
    own = np.array([months[key] for key in zip(costs["Fund"], costs["Year"], strict=True)], dtype=int)
    dollars = costs["Dollars"].to_numpy(dtype=float)
    covered = in_months(in_cents(dollars), own) / 100
    for key, amount in available.items():
        rows = np.flatnonzero((costs["Fund"] == key[0]) & (costs["Year"] == key[1]))
        has, asked = float(cents(np.array(amount))), covered[rows]
        if has < float(cents(asked.sum())):
            covered[rows] = split_exactly(has, asked)
    costs = costs.assign(Months=own, Covered=covered, Gap=cents(dollars - covered))
    return costs[list(PROGRAM_COLUMNS)]


def _years(portfolio: Portfolio, funds: pd.DataFrame, programs: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for year in portfolio.years:
        own, lost = funds[funds["Year"] == year], programs[(programs["Year"] == year) & (programs["Gap"] > 0)]
        recurring = own["Recurring"].to_numpy(dtype=bool)
        covered = own["Covered"].to_numpy(dtype=float)
        dollars = [own["Costs"].sum(), covered.sum(), own["Gap"].sum()]
        paid = [covered[recurring].sum(), covered[~recurring].sum()]
        counted = [lost["Code"].nunique(), float(significant(lost["Positions"].sum()))]
        rows.append((year, *map(float, cents(np.array(dollars))), *counted, *map(float, cents(np.array(paid)))))
    columns = ["Year", "Costs", "Covered", "Gap", "Programs", "Positions", "Recurring", "One-time"]
    return pd.DataFrame(rows, columns=columns)
