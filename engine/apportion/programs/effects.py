"""What options do beside what they cost: positions that end, dollars that schools lose, what depends on them."""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING

import numpy as np

from apportion.programs.portfolio import listed
from apportion.rounding import in_cents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from apportion.programs.choices import Choices
    from apportion.programs.limits import Limit
    from apportion.programs.portfolio import Portfolio
    from apportion.programs.solving import Places
    from apportion.rounding import Floats


def positions_cut(choices: Choices, limit: Limit) -> Iterator[Floats]:
    """By fiscal year of a limit: positions of that year that each option ends; 0 where it adds some."""
    for year, fiscal in enumerate(choices.years):
        if limit.covers(year=fiscal):
            cut = [
                unit.now.positions[year].sum() - option.cost.positions[year].sum()
                for unit in choices.units
                for option in unit.options
            ]
            yield np.maximum(np.round(np.array(cut, float), 9), 0.0)


def school_losses(choices: Choices, limit: Limit) -> Iterator[tuple[int, str, Floats, float]]:
    """By fiscal year (its place) and school of a limit: cents that each option takes from it, and that it loses anyway.

    What is lost anyway is the change of its allocation; a gain counts against losses. Payouts that end positions never
    reached a school: they do not make its loss smaller.
    """
    changes: dict[tuple[str, float], float] = {}
    rows = choices.portfolio.table("AllocationChanges")
    for school, year, dollars in zip(rows["School"], rows["Year"], rows["Dollars"], strict=True):
        changes[school, year] = changes.get((school, year), 0.0) - float(in_cents(np.nan_to_num(dollars)))
    schools = list(dict.fromkeys([*(code for unit in choices.units for code in unit.shares), *(s for s, _ in changes)]))
    for year, fiscal in enumerate(choices.years):
        lost = _lost(choices, year)
        for school in schools:
            if limit.covers(year=fiscal, school=school):
                own = [unit.shares.get(school) for unit in choices.units]
                shares = np.array([0.0 if each is None else each[year] for each in own])
                yield year, school, lost * shares[choices.unit_of], changes.get((school, fiscal), 0.0)


def _lost(choices: Choices, year: int) -> Floats:
    now = np.array([unit.now.cents[year].sum() for unit in choices.units], float)
    spent = choices.dollars[:, year].sum(axis=1).astype(float)
    if year == 0:
        spent -= np.array([option.cost.payouts for option in choices.options])
    return np.asarray(now[choices.unit_of] - spent)


def dependences(choices: Choices) -> Iterator[tuple[Places, Places, int]]:
    """Options of which, when one of the first is chosen, one of the second must be (0), or none may be (1).

    A program needs another at the same school where that is decided by school, else anywhere. What a program has at a
    school needs the part of it that no school has.
    """
    runs = _running(choices)
    places: dict[str, list[int]] = {}
    for place, each in enumerate(choices.units):
        places.setdefault(each.program.casefold(), []).append(place)
    needs, excludes = needs_and_excludes(choices.portfolio)
    for program, other in needs:
        for unit in places.get(program, []):
            served = _at_the_same(choices, unit, places.get(other, []))
            if served:
                yield runs[unit], np.concatenate([runs[place] for place in served]), 0
    for own in places.values():
        central = [unit for unit in own if not choices.units[unit].school]
        for unit in own if central else []:
            if choices.units[unit].school:
                yield runs[unit], runs[central[0]], 0
    for unit, other_unit in _apart(choices, places, excludes):
        yield runs[unit], runs[other_unit], 1


def _apart(
    choices: Choices, places: Mapping[str, list[int]], excludes: Iterable[tuple[str, str]]
) -> Iterator[tuple[int, int]]:
    """Units that may not run beside each other: of programs that exclude each other, at the same school or anywhere."""
    for first, second in dict.fromkeys(tuple(sorted(pair)) for pair in excludes):
        for unit, other in product(places.get(first, []), places.get(second, [])):
            schools = {choices.units[unit].school, choices.units[other].school} - {""}
            if len(schools) < 2 and unit != other:
                yield unit, other


def _running(choices: Choices) -> list[Places]:
    runs = np.array([option.runs for option in choices.options], bool)
    starts = choices.starts.tolist()
    return [begin + np.flatnonzero(runs[begin:end]) for begin, end in pairwise(starts)]


def _at_the_same(choices: Choices, unit: int, others: list[int]) -> list[int]:
    school = choices.units[unit].school
    same = [each for each in others if school and choices.units[each].school == school]
    return same or others


def needs_and_excludes(portfolio: Portfolio) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Pairs of codes, case-folded: which program needs which, and which excludes which."""
    rows = portfolio.table("Programs")
    needs, excludes = (
        [
            (code.casefold(), other.casefold())
            for code, text in zip(rows["Code"], rows[column], strict=True)
            for other in listed(text)
        ]
        for column in ("Needs", "Excludes")
    )
    return needs, excludes
