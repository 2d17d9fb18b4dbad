"""What can become of each program: the units that are decided on, their options, and what each option costs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from apportion.functions_programs import MIDDLE
from apportion.programs.money import fund_years
from apportion.programs.option_costs import given_costs, level_costs
from apportion.programs.reach import Reach
from apportion.rounding import in_cents, split_exactly
from apportion.spoken import day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Hashable, Iterator, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from apportion.programs.option_costs import Cost
    from apportion.programs.portfolio import Portfolio

    Row = Mapping[Hashable, Any]

KEEPS = ("continue", "expand")
BY_RUBRIC, OWN = "rubric value x students", "the district's own value"
BOTH = f"{BY_RUBRIC}, or {OWN} where Options gives one"


@dataclass(frozen=True)
class Option:
    """One thing that could become of a unit: what it costs, the students it reaches, and the value that is kept.

    `level` is the share of the present service, `cost` its dollars and positions by fiscal year and fund; `given` says
    that the value is the district's own.
    """

    name: str
    kind: str
    level: float
    students: float
    value: float
    given: bool
    last_decision: dt.date | None
    cost: Cost

    @property
    def runs(self) -> bool:
        """Whether anything of the program is left."""
        return self.kind != "end"


@dataclass(frozen=True)
class Unit:
    """A program, or a program at one school: what is decided on at once.

    `options` are those that can be taken, in the order of Options; `left_out` says of the others why not. `now` is what
    it costs as it is. `least` is the smallest level that its mandate allows (0 without one), `named` whether the scores
    name it as one that cannot be kept as is, `shares` the part of its dollars that each school has in each fiscal year.
    """

    program: str
    school: str
    name: str
    use: str
    score: float
    students: float
    least: float
    named: bool
    now: Cost
    options: tuple[Option, ...]
    left_out: tuple[str, ...]
    shares: Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Choices:
    """Every unit with its options, over the same fiscal years and funds."""

    portfolio: Portfolio
    years: tuple[int, ...]
    funds: pd.DataFrame
    fund_names: tuple[str, ...]
    units: tuple[Unit, ...]
    unit: str

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """The place of each unit's first option among the options of all units, and the number of them all."""
        return np.cumsum([0, *(len(unit.options) for unit in self.units)])

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """The options of all units, one after the other."""
        return tuple(option for unit in self.units for option in unit.options)

    @cached_property
    def unit_of(self) -> NDArray[np.int64]:
        """The place of the unit of each option."""
        return np.repeat(np.arange(len(self.units)), np.diff(self.starts))

    @cached_property
    def values(self) -> NDArray[np.float64]:
        """The value of each option."""
        return np.array([option.value for option in self.options])

    @cached_property
    def dollars(self) -> NDArray[np.int64]:
        """Cents by option, fiscal year and fund that is meant to pay."""
        shape = (len(self.options), len(self.years), len(self.fund_names))
        return np.array([option.cost.cents for option in self.options], dtype=np.int64).reshape(shape)

    def by_fund(self, column: str) -> NDArray[np.float64]:
        """A number of the fund years, by fiscal year and fund."""
        shape = len(self.fund_names), len(self.years)
        return self.funds[column].to_numpy(dtype=float).reshape(shape).T


def choices(portfolio: Portfolio, rated: pd.DataFrame) -> Choices:
    """The options of every program of a portfolio, by school where Options names schools.

    `rated` has for each Code its Value by the rubric and whether it is Named, as `Scores.programs`.
    """
    return Reading(portfolio, rated).choices(portfolio.settings.as_of)


@dataclass(frozen=True)
class Part:
    """What is decided on at once, as it is told: the school ("" where none is), and rows of costs and options."""

    school: str
    costs: list[Row]
    options: list[Row]


class Reading:
    """Reads the tables of a portfolio into units, once for every day on which something is decided."""

    def __init__(self, portfolio: Portfolio, rated: pd.DataFrame | None = None) -> None:
        self.portfolio = portfolio
        self.fund_years = fund_years(portfolio)
        self.fund_names = tuple(dict.fromkeys(self.fund_years["Fund"]))
        self.years = {year: place for place, year in enumerate(portfolio.years)}
        self.funds = {fund.casefold(): place for place, fund in enumerate(self.fund_names)}
        self.reach = Reach(portfolio)
        self.costs = _by_program(portfolio.costs.to_dict("records"))
        self.options = _by_program(portfolio.table("Options").to_dict("records"))
        self.option_costs = _by_program(portfolio.table("OptionCosts").to_dict("records"))
        columns = [] if rated is None else zip(rated["Code"], rated["Value"], rated["Named"], strict=True)
        self.rated = {code.casefold(): (float(value), bool(named)) for code, value, named in columns}

    def choices(self, as_of: dt.date | None) -> Choices:
        """The options that can be taken on a day; without a day all that there ever were."""
        programs = self.portfolio.table("Programs").to_dict("records")
        units = tuple(unit for program in programs for unit in self.units(program, as_of))
        given = {option.given for unit in units for option in unit.options if option.runs}
        unit = BOTH if len(given) > 1 else OWN if True in given else BY_RUBRIC
        return Choices(self.portfolio, self.portfolio.years, self.fund_years, self.fund_names, units, unit)

    def parts(self, program: Row) -> list[Part]:
        """What of a program is decided on at once, with every option that there ever was."""
        code = program["Code"].casefold()
        costs, options = self.costs.get(code, []), self.options.get(code, [])
        by_school = self.reach.in_order({row["School"] for row in options if row["School"]})
        rest = [row for row in costs if row["School"] not in by_school]
        # The part of a program that no school has is decided on by itself, if it costs or has options.
        central = not by_school or rest or any(not row["School"] for row in options)
        found = [Part("", rest, _with_present([row for row in options if not row["School"]]))] if central else []
        for school in by_school:
            own, offered = ([row for row in rows if row["School"] == school] for rows in (costs, options))
            found.append(Part(school, own, _with_present(offered)))
        return found

    def units(self, program: Row, as_of: dt.date | None) -> Iterator[Unit]:
        """The units of a program with the options that can be taken on a day, at what they cost then."""
        parts = self.parts(program)
        by_school = [part.school for part in parts if part.school]
        nows = [given_costs(part.costs, self.years, self.funds) for part in parts]
        vacant = _vacancies(program["Vacant positions"], [now.positions[:1].sum() for now in nows])
        for part, now, vacancies in zip(parts, nows, vacant, strict=True):
            yield self._unit(program, part, now, vacancies, by_school, as_of)

    def _unit(
        self, program: Row, part: Part, now: Cost, vacant: float, by_school: list[str], as_of: dt.date | None
    ) -> Unit:
        taking_part = self.reach.taking_part(program, part.school, by_school)
        score, named = self.rated.get(program["Code"].casefold(), (math.nan, False))
        late = as_of is not None and program["Notice by"] is not None and as_of > program["Notice by"]
        options, left_out = [], []
        for row in part.options:
            if is_gone(row, as_of):
                left_out.append(f"{row['Option']} had to be decided by {day(row['Last decision'])}.")
                continue
            level = _level(row)
            students = taking_part * level if math.isnan(row["Students"]) else float(row["Students"])
            given = not math.isnan(row["Value"])
            value = float(row["Value"]) if given else (MIDDLE if math.isnan(score) else score) * students
            cost = self._cost(program, part.school, row, level, now, vacant, notice_passed=late)
            last = row["Last decision"]
            options.append(Option(row["Option"], row["Kind"], level, students, value, given, last, cost))
        least = 1.0 if math.isnan(program["Least service"]) else float(program["Least service"])
        return Unit(
            program["Code"], part.school, self.reach.name(program, part.school), program["Use"], score, taking_part,
            least if program["Mandate"] else 0.0, named, now, tuple(options), tuple(left_out),
            self.reach.shares(program, part.school, part.costs, self.years),
        )  # fmt: skip

    def _cost(
        self, program: Row, school: str, row: Row, level: float, now: Cost, vacant: float, *, notice_passed: bool
    ) -> Cost:
        each = program["Separation cost"]
        separation = 0 if math.isnan(each) else int(in_cents(each))
        by_level = level_costs(now, level, vacant, separation, notice_passed=notice_passed)
        own = [
            cost
            for cost in self.option_costs.get(program["Code"].casefold(), [])
            if cost["School"] == school
            and cost["Option"].casefold() == row["Option"].casefold()
            and cost["Year"] in self.years
        ]
        return given_costs(own, self.years, self.funds, otherwise=by_level) if own else by_level


def _by_program(rows: list[dict[Hashable, Any]]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["Program"].casefold(), []).append(row)
    return found


def _row(name: str, kind: str) -> Row:
    unknown = math.nan
    return {
        "Option": name, "Kind": kind, "Level": unknown, "Students": unknown, "Value": unknown, "Last decision": None,
    }  # fmt: skip


def _with_present(rows: list[Row]) -> list[Row]:
    """The options of a unit: those that are given, and that it goes on as it is; without any it may also end."""
    if not rows:
        return [_row("Continue", "continue"), _row("End", "end")]
    return rows if any(row["Kind"] == "continue" for row in rows) else [_row("Continue", "continue"), *rows]


def _level(row: Row) -> float:
    if row["Kind"] == "end":
        return 0.0
    return 1.0 if math.isnan(row["Level"]) else float(row["Level"])


def is_gone(row: Row, as_of: dt.date | None) -> bool:
    """Whether an option cannot be taken any more on the day of the review. To continue is always possible."""
    last = row["Last decision"]
    return as_of is not None and last is not None and last < as_of and row["Kind"] != "continue"


def _vacancies(vacant: float, positions: list[float]) -> list[float]:
    """The vacant positions of a program by unit, in whole positions, in proportion to the positions of each."""
    if math.isnan(vacant) or vacant == 0 or len(positions) == 1 or not sum(positions):
        return [0.0 if math.isnan(vacant) else float(vacant)] * len(positions)
    return [float(part) for part in split_exactly(vacant, positions, 1.0 if vacant == int(vacant) else 0.01)]
