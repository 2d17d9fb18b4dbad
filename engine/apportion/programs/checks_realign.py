"""What is wrong in the tables of realigning, beyond what is wrong in their cells."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from apportion.errors import did_you_mean
from apportion.functions_programs import MIDDLE
from apportion.programs.checks_options import check_options
from apportion.programs.effects import needs_and_excludes
from apportion.programs.limits import ALWAYS
from apportion.programs.panel import read_panel
from apportion.programs.portfolio import listed
from apportion.schema_realign import LIMITS_ABOUT
from apportion.spoken import day

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping

    from apportion.errors import Finding
    from apportion.programs.portfolio import Portfolio

    Row = Mapping[Hashable, Any]

_DATES = (
    ("Available from", "Obligate by", "ends before it begins: it may be committed until {1}, and spent from {0} on"),
    ("Obligate by", "Liquidate by", "is to be paid out by {1}, before its last day to commit it, {0}"),
)


def check_realign(portfolio: Portfolio) -> Iterator[Finding]:
    """Everything that is wrong with options, their costs, funds, shifts and limits, in the order of the tables."""
    for check in CHECKS:
        yield from check(portfolio)


def _not_rated(portfolio: Portfolio) -> Iterator[Finding]:
    """Programs that nobody but their owner rated, and that have no value of the district's own."""
    own = portfolio.table("Options")
    valued = {code.casefold() for code in own.loc[own["Value"].notna(), "Program"]}
    others = read_panel(portfolio).others
    rated = [bool((~np.isnan(each)).any()) for each in others]
    rows = portfolio.table("Programs")
    for index, (code, name) in enumerate(zip(rows["Code"], rows["Program"], strict=True)):
        if code and code.casefold() not in valued and not rated[index]:
            what = f"realigning takes a rubric value of {MIDDLE:g} for {name}, because nobody has rated it."
            remedy = "Let raters score it, or fill Value of its options."
            yield portfolio.intake.finding("warning", "Programs", index, "Code", what, remedy)


def _contradictions(portfolio: Portfolio) -> Iterator[Finding]:
    """A program that needs what it excludes, or what excludes it."""
    rows, excludes = portfolio.table("Programs"), set(needs_and_excludes(portfolio)[1])
    for index, (code, text) in enumerate(zip(rows["Code"], rows["Needs"], strict=True)):
        for other in listed(text):
            pair = code.casefold(), other.casefold()
            if code and pair[0] != pair[1] and (pair in excludes or pair[::-1] in excludes):
                what = f"{code} needs {other}, and the two exclude each other: {code} could only end."
                remedy = "Take one of the two out of Needs or Excludes."
                yield portfolio.intake.finding("error", "Programs", index, "Needs", what, remedy)


def _positions_without_dollars(portfolio: Portfolio) -> Iterator[Finding]:
    """Positions that no dollars pay: to end them would save nothing."""
    rows = portfolio.table("ProgramCosts")
    bare = (rows["Positions"] > 0) & ~(rows["Position dollars"] > 0) & (rows["Dollars"] > 0)
    for index in np.flatnonzero(bare).tolist():
        what = f"{rows['Positions'].iloc[index]:g} positions of {rows['Program'].iloc[index]} have no position dollars."
        remedy = "Write what they cost under Position dollars; else they are saved in part, not in whole positions."
        yield portfolio.intake.finding("warning", "ProgramCosts", index, "Position dollars", what, remedy)


def _uses(portfolio: Portfolio) -> Iterator[Finding]:
    """Costs meant for a fund that does not allow what the program is for."""
    programs, costs, uses = (portfolio.table(name) for name in ("Programs", "ProgramCosts", "FundUses"))
    use_of = {code.casefold(): use for code, use in zip(programs["Code"], programs["Use"], strict=True)}
    allowed: dict[str, dict[str, str]] = {}
    for fund, use in zip(uses["Fund"], uses["Use"], strict=True):
        allowed.setdefault(fund.casefold(), {})[use.casefold()] = use
    said = set()
    for index, (program, fund) in enumerate(zip(costs["Program"], costs["Fund"], strict=True)):
        key, use = (program.casefold(), fund.casefold()), use_of.get(program.casefold())
        if use is None or key in said or fund.casefold() not in allowed or use.casefold() in allowed[fund.casefold()]:
            continue
        said.add(key)
        for_what = f'for "{use}"' if use else "for a program without a Use"
        what = f"{fund} is meant to pay {program}, and FundUses does not allow it {for_what}."
        near = did_you_mean(use, allowed[fund.casefold()].values()) if use else ""
        remedy = f"{near} Add the use to FundUses, or name another fund; otherwise only a shift can pay it.".strip()
        yield portfolio.intake.finding("warning", "ProgramCosts", index, "Fund", what, remedy)


def _fund_dates(portfolio: Portfolio) -> Iterator[Finding]:
    """Funds that end before they begin, and that are paid out before they are committed."""
    rows = portfolio.table("FundYears")
    for first, second, sentence in _DATES:
        for index, (begin, end) in enumerate(zip(rows[first], rows[second], strict=True)):
            if begin is not None and end is not None and end < begin:
                said = sentence.format(day(begin), day(end))
                what, remedy = f"{rows['Fund'].iloc[index]} {said}.", f"Correct {first} or {second}."
                yield portfolio.intake.finding("error", "FundYears", index, second, what, remedy)


def _for_programs(portfolio: Portfolio) -> Iterator[Finding]:
    """More for programs than there is, and less than nothing that there is."""
    rows = portfolio.table("FundYears")
    there = rows["Amount"] + rows["Carried in"].fillna(0.0)
    for index in np.flatnonzero((there < 0).to_numpy(dtype=bool)).tolist():
        what = f"{rows['Fund'].iloc[index]} is ${-there.iloc[index]:,.2f} short: programs have nothing of it."
        remedy = "Correct Amount or Carried in, if more is there."
        yield portfolio.intake.finding("warning", "FundYears", index, "Carried in", what, remedy)
    there = there.clip(lower=0.0)
    for index in np.flatnonzero((rows["For programs"] > there).to_numpy(dtype=bool)).tolist():
        what = (
            f"{rows['Fund'].iloc[index]} gives programs ${rows['For programs'].iloc[index]:,.2f}, "
            f"more than the ${there.iloc[index]:,.2f} that it has."
        )
        remedy = "Lower For programs, or raise Amount or Carried in."
        yield portfolio.intake.finding("error", "FundYears", index, "For programs", what, remedy)


def _shifts(portfolio: Portfolio) -> Iterator[Finding]:
    """Shifts from a fund to itself."""
    rows = portfolio.table("Shifts")
    for index, (origin, goal) in enumerate(zip(rows["From fund"], rows["To fund"], strict=True)):
        if origin and origin.casefold() == goal.casefold():
            what, remedy = f"{origin} shifts to itself.", "Name the fund that takes over, or remove the row."
            yield portfolio.intake.finding("error", "Shifts", index, "To fund", what, remedy)


def _limits(portfolio: Portfolio) -> Iterator[Finding]:
    """Limits without the amount they need, about what they cannot be about, and two that say the same."""
    seen: dict[tuple[object, ...], str] = {}
    for index, row in enumerate(portfolio.table("RealignLimits").to_dict("records")):
        if row["Kind"] not in LIMITS_ABOUT:
            continue
        yield from _columns_of_limit(portfolio, index, row)
        key = (row["Kind"], row["Fund"].casefold(), row["School"], str(row["Year"]))
        if key in seen:
            what = f'"{row["Limit"]}" is about the same as "{seen[key]}": {row["Kind"]}.'
            remedy = "Keep one of the two rows; to switch the limit off, write off in Status of that one."
            yield portfolio.intake.finding("warning", "RealignLimits", index, "Kind", what, remedy)
        seen.setdefault(key, row["Limit"])


def _columns_of_limit(portfolio: Portfolio, index: int, row: Row) -> Iterator[Finding]:
    kind, about = row["Kind"], LIMITS_ABOUT[row["Kind"]]
    if "Amount" in about and math.isnan(row["Amount"]):
        unit = "positions" if kind == "positions cut" else "dollars"
        what, remedy = (
            f'the limit "{row["Limit"]}" has no amount.',
            f"Write under Amount how many {unit}; or remove it.",
        )
        yield portfolio.intake.finding("error", "RealignLimits", index, "Amount", what, remedy)
    for column in ("Fund", "School", "Year", "Amount"):
        empty = row[column] == "" if isinstance(row[column], str) else math.isnan(row[column])
        if column not in about and not empty:
            what = f'the limit "{row["Limit"]}" names a {column.lower()}, and a limit on {kind} has none.'
            remedy = (
                f"Empty {column}: it is not read." if kind in ALWAYS else f"Empty {column}, or choose another kind."
            )
            yield portfolio.intake.finding("warning", "RealignLimits", index, column, what, remedy)
    if "Year" in about and not math.isnan(row["Year"]) and portfolio.years and row["Year"] not in portfolio.years:
        what = f'the limit "{row["Limit"]}" is about FY{row["Year"]:.0f}, which no program has costs in.'
        remedy = f"Choose FY{portfolio.years[0]} to FY{portfolio.years[-1]}, or empty Year."
        yield portfolio.intake.finding("warning", "RealignLimits", index, "Year", what, remedy)


CHECKS: tuple[Callable[[Portfolio], Iterator[Finding]], ...] = (
    _not_rated, _contradictions, _positions_without_dollars, _uses, check_options, _limits, _shifts, _fund_dates,
    _for_programs,
)  # fmt: skip
