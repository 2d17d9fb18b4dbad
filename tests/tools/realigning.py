"""Reviews of programs made of a few rows, and a second opinion of what realigning them is worth.

The second opinion knows nothing of the engine's model: it goes through every combination of options with exact
fractions, and asks a maximum flow of its own whether the costs can be paid.
"""

from __future__ import annotations

import itertools
from collections import deque
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd

from tools.small_programs import review_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from apportion.programs.portfolio import Portfolio


@dataclass(frozen=True)
class Scored:
    """Scores as realigning reads them."""

    programs: pd.DataFrame


def portfolio(year: int = 2027, as_of: object = None, **rows: Sequence[Mapping[str, Any]]) -> Portfolio:
    """A review of programs."""
    return review_of(rows, year, as_of)


def scored(of: Portfolio, values: Mapping[str, float] | None = None, named: Sequence[str] = ()) -> Scored:
    """Scores by code: 2 where none is given."""
    codes = list(of.table("Programs")["Code"])
    given = [float((values or {}).get(code, 2.0)) for code in codes]
    return Scored(pd.DataFrame({"Code": codes, "Value": given, "Named": [code in named for code in codes]}))


# --- the second opinion -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """An option as the second opinion sees it: cents by year and fund."""

    kind: str
    level: float
    value: Fraction
    cents: Mapping[tuple[int, str], int]


def flow(edges: Mapping[tuple[str, str], Fraction], source: str, sink: str) -> Fraction:
    """The maximum flow, by shortest augmenting paths (Edmonds and Karp 1972), in exact fractions."""
    left: dict[str, dict[str, Fraction]] = {}
    for (a, b), capacity in edges.items():
        left.setdefault(a, {})[b] = left.get(a, {}).get(b, Fraction(0)) + capacity
        left.setdefault(b, {}).setdefault(a, Fraction(0))
    total = Fraction(0)
    while True:
        came: dict[str, str] = {source: ""}
        queue = deque([source])
        while queue and sink not in came:
            at = queue.popleft()
            for to, capacity in left.get(at, {}).items():
                if capacity > 0 and to not in came:
                    came[to] = at
                    queue.append(to)
        if sink not in came:
            return total
        path = [sink]
        while path[-1] != source:
            path.append(came[path[-1]])
        path.reverse()
        most = min(left[a][b] for a, b in itertools.pairwise(path))
        for a, b in itertools.pairwise(path):
            left[a][b] -= most
            left[b][a] += most
        total += most


@dataclass(frozen=True)
class District:
    """A small district of the second opinion. Shifts: (from, to, program or "", most cents or None)."""

    programs: Mapping[str, Sequence[Choice]]
    years: Sequence[int]
    available: Mapping[tuple[int, str], int]
    months: Mapping[tuple[int, str], int]
    use: Mapping[str, str]
    uses: Mapping[str, set[str]]
    shifts: Sequence[tuple[str, str, str, int | None]]
    least: Mapping[str, float]
    named: set[str]
    needs: Sequence[tuple[str, str]]
    excludes: Sequence[tuple[str, str]]

    def can_be_paid(self, plan: Mapping[str, Choice]) -> bool:
        """Whether the funds can pay a plan in every year."""
        return all(self._year_can_be_paid(plan, year) for year in self.years)

    def _year_can_be_paid(self, plan: Mapping[str, Choice], year: int) -> bool:  # noqa: C901 - one network
        edges: dict[tuple[str, str], Fraction] = {}
        total = Fraction(0)
        for program, choice in plan.items():
            for (of, meant), cents in choice.cents.items():
                if of != year or not cents:
                    continue
                total += cents
                cost = f"cost {program} {meant}"
                edges["source", cost] = Fraction(cents)
                for fund in {fund for _, fund in self.available}:
                    if fund in self.uses and self.use[program] not in self.uses[fund]:
                        continue
                    routes = [
                        (number, most)
                        for number, (a, b, only, most) in enumerate(self.shifts)
                        if a == meant and b == fund and only in ("", program)
                    ]
                    if fund != meant and not routes:
                        continue
                    share = f"{cost} by {fund}"
                    edges[cost, share] = Fraction(cents) * self.months[year, fund] / 12
                    if fund == meant:
                        edges[share, fund] = Fraction(cents)
                    for number, most in routes if fund != meant else []:
                        edges[share, f"shift {number}"] = Fraction(cents)
                        edges[f"shift {number}", fund] = Fraction(10**15 if most is None else most)
        for (of, fund), cents in self.available.items():
            if of == year:
                edges[fund, "sink"] = Fraction(cents)
        return flow(edges, "source", "sink") == total

    def allowed(self, plan: Mapping[str, Choice]) -> bool:
        """Whether a plan keeps mandates, the rule of the rubric, needs and excludes."""
        runs = {program for program, choice in plan.items() if choice.kind != "end"}
        return (
            all(plan[program].level >= least for program, least in self.least.items())
            and all(plan[program].kind not in ("continue", "expand") for program in self.named)
            and all(other in runs for program, other in self.needs if program in runs)
            and not any(program in runs and other in runs for program, other in self.excludes)
        )

    def plans(self) -> Iterator[dict[str, Choice]]:
        """Every combination of options that is allowed and can be paid, the most valuable first."""
        names = list(self.programs)
        every = [dict(zip(names, each, strict=True)) for each in itertools.product(*self.programs.values())]
        every.sort(key=lambda plan: -sum(choice.value for choice in plan.values()))
        return (plan for plan in every if self.allowed(plan) and self.can_be_paid(plan))

    def best(self) -> Fraction | None:
        """The most value that there can be; None when nothing fits."""
        plan = next(self.plans(), None)
        return None if plan is None else sum((choice.value for choice in plan.values()), Fraction(0))

