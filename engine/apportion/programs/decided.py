"""Decisions beside the proposal, and what they leave of each fund for the rules that allocate."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from apportion.programs.choices import Reading
from apportion.programs.states import is_later
from apportion.programs.taking import fund_years_after
from apportion.rounding import in_cents

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Hashable, Iterator, Mapping

    from apportion.errors import Finding
    from apportion.programs.choices import Choices, Option, Unit
    from apportion.programs.portfolio import Portfolio
    from apportion.programs.realignment import Realignment

    Row = Mapping[Hashable, Any]

DECISION_COLUMNS = (
    "Program", "School", "Name", "Decided", "Option", "Reason", "Decided by", "Date", "Proposed", "Proposed option",
    "Agrees", "Value difference", "Cost difference",
)  # fmt: skip
HISTORY_COLUMNS = ("Date", "Program", "School", "Decision", "Option", "Reason", "Decided by", "Counts")
KIND_OF = {"new cycle": "continue"}
"""What a decision means for realigning where it is no kind of option."""


@dataclass(frozen=True)
class Decided:
    """What people decided, beside what is proposed; dollars are exact cents.

    `decisions` has one row per unit that is decided on, a program or a program at one school, in the order of Programs:
    Program, School, Name, Decided (kind; "" while undecided), Option, Reason, Decided by, Date (None while undecided),
    Proposed (kind; "" without a proposal), Proposed option, Agrees (bool), Value difference and Cost difference (of the
    first year): decided less proposed, NaN where there is nothing to compare. The latest decision of a unit counts, of
    one day the lowest row; `history` has every decision of programs up to the day of the review, the oldest first,
    with Counts (bool).

    `fund_years` has one row per fund and year: Fund, Year, Amount (carried in included), Programs before (what going on
    as it is takes), Programs after (as decided; undecided as proposed, or as it is without a proposal), For rules
    before, For rules after (what is left for the rules that allocate).
    """

    decisions: pd.DataFrame
    history: pd.DataFrame
    fund_years: pd.DataFrame


def decided(portfolio: Portfolio, realignment: Realignment | None) -> Decided:
    """The decisions of a portfolio, and what they leave of each fund; without a proposal beside nothing."""
    proposal = realignment if realignment is not None and len(realignment.choices) else None
    reading = Deciding(portfolio, None if proposal is None else proposal.scores.programs)
    latest = reading.latest
    proposed = _proposed(proposal)
    answers = {unit: reading.option(unit, row, _name(proposed.get(unit))) for unit, row in latest.items()}
    rows = [_compared(unit, latest, answers, proposed) for unit in reading.units.values()]
    frame = pd.DataFrame(rows, columns=list(DECISION_COLUMNS))
    agreed = {(row["Program"], row["School"]) for row in frame[frame["Agrees"]].to_dict("records")}
    costs = {unit: answers[unit].cost for unit in answers if unit not in agreed}
    counting = {row["Index"] for row in latest.values()}
    history = reading.rows.assign(Counts=reading.rows["Index"].isin(counting))
    return Decided(
        frame,
        history[list(HISTORY_COLUMNS)].reset_index(drop=True),
        fund_years_after(reading.present, costs, proposal),
    )


def check_decided(portfolio: Portfolio) -> Iterator[Finding]:
    """Decisions that nothing can be made of: about a school that is not decided apart, an option that is not there.

    Of those that a later one has taken the place of nothing is said, and of those after the day of the review that
    they do not count yet.
    """
    reading = Deciding(_only(portfolio, set(portfolio.table("Decisions")["Program"])))
    for index, (program, date) in enumerate(portfolio.table("Decisions")[["Program", "Date"]].to_numpy().tolist()):
        if program and date is not None and is_later(portfolio, date):
            what = f"the date lies after {portfolio.settings.as_of}, the day of the review: the row does not count yet."
            remedy = "Correct it, or As of on the sheet Start."
            yield portfolio.intake.finding("warning", "Decisions", index, "Date", what, remedy)
    rows, counting = reading.rows.to_dict("records"), {row["Index"] for row in reading.latest.values()}
    for place, row in enumerate(rows):
        if row["Program"] not in portfolio.names or not row["Decision"]:
            continue  # said where the tables are read
        units = [unit for unit in reading.units.values() if _about(row, unit)]
        index, name = int(row["Index"]), portfolio.names[row["Program"]]
        if index not in counting if units else any(_replaces(later, row) for later in rows[place + 1 :]):
            continue
        if not units:
            what = f'"{name}" is decided as a whole, so that a decision about school {row["School"]} changes nothing.'
            remedy = "Leave the school empty, or give the program options with schools in Options."
            yield portfolio.intake.finding("error", "Decisions", index, "School", what, remedy)
            continue
        unit = units[0]
        known = [option for option in unit.options if option.kind == _kind(row)]
        if row["Option"] and row["Option"].casefold() not in {option.name.casefold() for option in known}:
            what = f'"{unit.name}" has no option "{row["Option"]}" to {_kind(row)}.'
            names = ", ".join(f'"{option.name}"' for option in known)
            remedy = f"Options has {names}." if known else "Add it to Options, with its level and costs."
            yield portfolio.intake.finding("error", "Decisions", index, "Option", what, remedy)
        elif not known:
            what = f'"{unit.name}" has no option to {_kind(row)}, so that nobody knows what the decision costs.'
            remedy = "Add one to Options, with its level."
            yield portfolio.intake.finding("error", "Decisions", index, "Decision", what, remedy)
        elif not row["Option"] and len(known) > 1:
            what = f'"{unit.name}" has {len(known)} options to {_kind(row)}, and the decision does not say which.'
            remedy = f'Write it under Option; until then it is "{known[0].name}".'
            yield portfolio.intake.finding("warning", "Decisions", index, "Option", what, remedy)


@dataclass(frozen=True)
class Deciding:
    """The decisions about programs of a portfolio, and the options that they chose from on their day."""

    portfolio: Portfolio
    rated: pd.DataFrame | None = None

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The decisions about programs up to the day of the review, the oldest first; Index is the row of each."""
        rows = self.portfolio.table("Decisions")
        counts = rows["Date"].map(lambda date: date is not None and not is_later(self.portfolio, date)).astype(bool)
        rows = rows.assign(Index=range(len(rows)))[(rows["Program"] != "") & counts]
        return rows.sort_values(["Date", "Index"], kind="stable").reset_index(drop=True)

    @cached_property
    def _reading(self) -> Reading:
        return Reading(self.portfolio, self.rated)

    @cached_property
    def present(self) -> Choices:
        """All units with all options that there ever were."""
        return self._reading.choices(None)

    @cached_property
    def units(self) -> dict[tuple[str, str], Unit]:
        """The units by program and school."""
        return {(unit.program, unit.school): unit for unit in self.present.units}

    @cached_property
    def latest(self) -> dict[tuple[str, str], Row]:
        """The decision that counts for each unit that has one."""
        by_program: dict[str, list[Row]] = {}
        for row in self.rows.to_dict("records"):
            by_program.setdefault(row["Program"].casefold(), []).append(row)
        found = {
            key: [row for row in by_program.get(unit.program.casefold(), []) if _about(row, unit)]
            for key, unit in self.units.items()
        }
        return {key: own[-1] for key, own in found.items() if own}

    @cached_property
    def _on_their_day(self) -> dict[tuple[dt.date, str, str], Unit]:
        """The units that were decided on each day, with the options that could be taken then."""
        programs = {row["Code"]: row for row in self.portfolio.table("Programs").to_dict("records")}
        days = dict.fromkeys((row["Date"], program) for (program, _), row in self.latest.items())
        return {
            (day, unit.program, unit.school): unit
            for day, program in days
            for unit in self._reading.units(programs[program], day)
        }

    def option(self, key: tuple[str, str], row: Row, proposed: str) -> Option:
        """The option that a decision chose: by name, else the proposed one of its kind, else the first of its kind.

        One that could not be taken any more on that day is taken all the same; without any, the program goes on.
        """
        for unit in (self._on_their_day[row["Date"], *key], self.units[key]):
            of_kind = [option for option in unit.options if option.kind == _kind(row)]
            for wanted in (row["Option"], proposed if not row["Option"] else ""):
                named = [option for option in of_kind if option.name.casefold() == wanted.casefold()]
                if named:
                    return named[0]
            if of_kind and not row["Option"]:
                return of_kind[0]
        fallback = [option for option in self.units[key].options if option.kind in (_kind(row), "continue")]
        return min(fallback, key=lambda option: option.kind != _kind(row))


def _only(portfolio: Portfolio, codes: set[str]) -> Portfolio:
    """The portfolio with some of its programs alone."""
    programs = portfolio.table("Programs")
    kept = programs[programs["Code"].isin(codes)]
    return replace(portfolio, intake=replace(portfolio.intake, frames={**portfolio.intake.frames, "Programs": kept}))


def _about(row: Row, unit: Unit) -> bool:
    """Whether a decision is about a unit: of its program, and of its school or of all of them."""
    same = str(row["Program"]).casefold() == unit.program.casefold()
    return same and (not row["School"] or row["School"] == unit.school)


def _replaces(later: Row, row: Row) -> bool:
    """Whether a later decision takes the place of another: about the same program, and all that the other is about."""
    same = str(later["Program"]).casefold() == str(row["Program"]).casefold()
    return same and later["School"] in ("", row["School"])


def _kind(row: Row) -> str:
    return KIND_OF.get(str(row["Decision"]), str(row["Decision"]))


def _name(proposed: Row | None) -> str:
    return str(proposed["Option"]) if proposed is not None else ""


def _proposed(proposal: Realignment | None) -> dict[tuple[str, str], Row]:
    if proposal is None:
        return {}
    return {(row["Program"], row["School"]): row for row in proposal.choices.to_dict("records")}


def _compared(
    unit: Unit,
    latest: Mapping[tuple[str, str], Row],
    answers: Mapping[tuple[str, str], Option],
    proposed: Mapping[tuple[str, str], Row],
) -> tuple[Any, ...]:
    """One row of the decisions: what was decided of a unit beside what is proposed."""
    key = unit.program, unit.school
    own, row = proposed.get(key), latest.get(key)
    beside = (str(own["Kind"]), str(own["Option"])) if own is not None else ("", "")
    if row is None:
        return (*key, unit.name, "", "", "", "", None, *beside, False, math.nan, math.nan)
    option = answers[key]
    agrees = own is not None and option.name.casefold() == beside[1].casefold()
    value, cost = math.nan, math.nan
    if own is not None:
        value = option.value - float(own["Value"])
        cost = int(option.cost.cents[:1].sum() - in_cents(own["Cost"])) / 100
    said = (row["Decision"], option.name, row["Reason"], row["Decided by"], row["Date"])
    return (*key, unit.name, *said, *beside, agrees, value, 0.0 if agrees else cost)
