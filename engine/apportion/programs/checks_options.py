"""What is wrong with options and what they cost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from apportion.errors import did_you_mean
from apportion.programs.choices import Reading, is_gone
from apportion.spoken import day

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping

    from apportion.errors import Finding
    from apportion.programs.portfolio import Portfolio

    Row = Mapping[Hashable, Any]

_LEVELS: Mapping[str, tuple[Callable[[float], bool], str]] = {
    "expand": (lambda level: level > 1, "more than 100%"),
    "scale back": (lambda level: 0 < level < 1, "more than 0% and less than 100%"),
    "continue": (lambda level: level == 1, "100%, or empty"),
    "end": (lambda level: level == 0, "0%, or empty"),
}


def check_options(portfolio: Portfolio) -> Iterator[Finding]:
    """Levels that do not suit their kind, options that are alike, values of two kinds, and costs of no option."""
    options = portfolio.table("Options").to_dict("records")
    alike: dict[tuple[str, str, str, float], str] = {}
    for index, row in enumerate(options):
        yield from _level(portfolio, index, row)
        key = row["Program"].casefold(), row["School"], row["Kind"], row["Level"]
        if key in alike and not math.isnan(row["Level"]):
            level = f"{row['Kind']} at {row['Level']:.0%}"
            what = f'"{row["Option"]}" and "{alike[key]}" of {row["Program"]} are both {level}.'
            remedy = "Give them different levels, or remove one: a plan could not tell them apart."
            yield portfolio.intake.finding("warning", "Options", index, "Level", what, remedy)
        alike.setdefault(key, row["Option"])
        yield from _too_late(portfolio, index, row)
    yield from _values(portfolio, options)
    yield from _students(portfolio, options)
    yield from _costs(portfolio)


def _level(portfolio: Portfolio, index: int, row: Row) -> Iterator[Finding]:
    kind, level = row["Kind"], row["Level"]
    if kind not in _LEVELS:
        return
    suits, range_of = _LEVELS[kind]
    if math.isnan(level) and kind in ("expand", "scale back"):
        what = f'"{row["Option"]}" of {row["Program"]} does not say its level.'
        remedy = f"Write the share of the present service under Level: {range_of}."
        yield portfolio.intake.finding("error", "Options", index, "Level", what, remedy)
    elif not math.isnan(level) and not suits(level):
        what = f'"{row["Option"]}" of {row["Program"]} is {kind} at {level:.0%} of the present service.'
        remedy = f"To {kind} is {range_of}: correct Level or Kind."
        yield portfolio.intake.finding("error", "Options", index, "Level", what, remedy)


def _too_late(portfolio: Portfolio, index: int, row: Row) -> Iterator[Finding]:
    if is_gone(row, portfolio.settings.as_of):
        what = f'"{row["Option"]}" of {row["Program"]} had to be decided by {day(row["Last decision"])}.'
        remedy = "It is left out of the plan. Correct Last decision if it can still be decided."
        yield portfolio.intake.finding("note", "Options", index, "Last decision", what, remedy)


def _values(portfolio: Portfolio, options: list[dict[Hashable, Any]]) -> Iterator[Finding]:
    """Some options with a value of the district's own, and some without: two units that are added up."""
    running = [(index, row) for index, row in enumerate(options) if row["Kind"] != "end"]
    without = [index for index, row in running if math.isnan(row["Value"])]
    programs = {row["Program"].casefold() for row in options}
    others = any(code.casefold() not in programs for code in portfolio.table("Programs")["Code"] if code)
    if (without or others) and len(without) < len(running):
        index = without[0] if without else running[0][0]
        what = "some options have a value of your own and others that of the rubric: the plan adds up two units."
        remedy = "Fill Value for every option of every program, or for none."
        yield portfolio.intake.finding("warning", "Options", index, "Value", what, remedy)


def _students(portfolio: Portfolio, options: list[dict[Hashable, Any]]) -> Iterator[Finding]:
    """Programs without students: by the rubric, whatever becomes of them is worth nothing."""
    told = {
        row["Program"].casefold() for row in options if row["Students"] > 0 or row["Value"] > 0
    }  # NaN is not larger than 0
    rows, participation = portfolio.table("Programs"), portfolio.table("Participation")
    told |= {code.casefold() for code in participation.loc[participation["Taking part"] > 0, "Program"]}
    for index, (code, name, taking) in enumerate(
        zip(rows["Code"], rows["Program"], rows["Students taking part"], strict=True)
    ):
        if code and not taking > 0 and code.casefold() not in told:
            what = f"{name} has no students taking part, so to keep it is worth nothing to a plan."
            remedy = (
                "Fill Students taking part, Students of its options, or Value where it serves others than students."
            )
            yield portfolio.intake.finding("warning", "Programs", index, "Students taking part", what, remedy)


def _costs(portfolio: Portfolio) -> Iterator[Finding]:
    """Costs that are those of no option or of no year, and positions that are not whole."""
    reading, programs = Reading(portfolio), portfolio.table("Programs").to_dict("records")
    known = {
        (program["Code"].casefold(), part.school): [row["Option"] for row in part.options]
        for program in programs
        for part in reading.parts(program)
    }
    positions: dict[tuple[str, str, str, float], tuple[int, float]] = {}
    said = set()
    for index, row in enumerate(portfolio.table("OptionCosts").to_dict("records")):
        place = row["Program"].casefold(), row["School"]
        names = known.get(place, [])
        key = (*place, row["Option"].casefold())
        if row["Option"] and key not in said and key[-1] not in map(str.casefold, names):
            said.add(key)
            at = f" at school {row['School']}" if row["School"] else " as a whole" if not names else ""
            what = f'{row["Program"]}{at} has no option "{row["Option"]}".'
            remedy = did_you_mean(row["Option"], names) or "Add it to Options, or correct the name or the school."
            yield portfolio.intake.finding("error", "OptionCosts", index, "Option", what, remedy)
        if row["Year"] >= portfolio.year and row["Year"] not in portfolio.years:
            what = f"FY{row['Year']:.0f} is no year of ProgramCosts, so that this cost does not count."
            remedy = "Correct the year, or add what programs cost in it to ProgramCosts."
            yield portfolio.intake.finding("warning", "OptionCosts", index, "Year", what, remedy)
        if not math.isnan(row["Positions"]):
            first, total = positions.get((*key, row["Year"]), (index, 0.0))
            positions[(*key, row["Year"])] = first, total + row["Positions"]
    for (*_, year), (index, total) in positions.items():
        if abs(total - round(total)) > 1e-9:
            name = portfolio.table("OptionCosts")["Option"].iloc[index]
            what = f'"{name}" keeps {total:g} positions in FY{year:.0f}.'
            remedy = "People come in whole positions: over all funds of the year they add up to a whole number."
            yield portfolio.intake.finding("warning", "OptionCosts", index, "Positions", what, remedy)
