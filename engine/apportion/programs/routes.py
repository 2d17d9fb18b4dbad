"""Which funds may pay which costs: the fund that is meant to, and those to which its costs may shift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from apportion.programs.choices import Choices, Unit
    from apportion.programs.limits import Active

    Route = tuple[int, int | None]  # the fund that pays, and the row of Shifts that allows it (None: none is needed)


@dataclass(frozen=True)
class PaymentClass:
    """The costs of a fiscal year, meant for one fund, of programs that the same funds may pay.

    `year`, `fund` and the funds of `routes` are places among those of the choices, `units` places of units.
    """

    year: int
    fund: int
    routes: tuple[Route, ...]
    units: tuple[int, ...]


def classes(choices: Choices, limits: Active) -> tuple[PaymentClass, ...]:
    """The classes of all costs, in the order of years, funds and units."""
    routing = _Routing(choices, limits)
    starts = choices.starts[:-1]
    costs = np.add.reduceat(choices.dollars, starts, axis=0) if len(starts) else choices.dollars
    found: dict[tuple[int, int, tuple[Route, ...]], list[int]] = {}
    for year, fund, unit in np.argwhere(costs.transpose(1, 2, 0) > 0).tolist():
        key = year, fund, routing.of(choices.units[unit], year, fund)
        found.setdefault(key, []).append(unit)
    return tuple(PaymentClass(*key, tuple(units)) for key, units in found.items())


class _Routing:
    """Finds the funds that may pay, once for every use and program with shifts of its own."""

    def __init__(self, choices: Choices, limits: Active) -> None:
        self.choices, self.limits = choices, limits
        self.months = choices.by_fund("Months")
        places = {name.casefold(): place for place, name in enumerate(choices.fund_names)}
        uses = choices.portfolio.table("FundUses")
        self.uses: dict[int, set[str]] = {}
        for name, use in zip(uses["Fund"], uses["Use"], strict=True):
            if name.casefold() in places:
                self.uses.setdefault(places[name.casefold()], set()).add(use.casefold())
        shifts = choices.portfolio.table("Shifts")
        self.shifts: dict[int, list[tuple[int, int, str, bool]]] = {}
        for row, (origin, goal, program, most) in enumerate(
            zip(shifts["From fund"], shifts["To fund"], shifts["Program"], shifts["At most"], strict=True)
        ):
            ends = places.get(origin.casefold()), places.get(goal.casefold())
            if ends[0] is not None and ends[1] is not None and ends[0] != ends[1]:
                self.shifts.setdefault(ends[0], []).append((row, ends[1], program.casefold(), bool(np.isnan(most))))
        self.apart = {program for rows in self.shifts.values() for _, _, program, _ in rows if program}
        self.known: dict[tuple[str, str, int, int], tuple[Route, ...]] = {}

    def of(self, unit: Unit, year: int, fund: int) -> tuple[Route, ...]:
        """The routes by which a unit's cost of a year, meant for a fund, may be paid."""
        code = unit.program.casefold()
        key = unit.use.casefold(), code if code in self.apart else "", year, fund
        if key not in self.known:
            self.known[key] = tuple(self._routes(*key))
        return self.known[key]

    def _routes(self, use: str, program: str, year: int, fund: int) -> list[Route]:
        found: list[Route] = [(fund, None)]
        listed = self.shifts.get(fund, [])
        for pays, name in enumerate(self.choices.fund_names):
            if pays == fund:
                continue
            if not self.limits.holds("allowed shifts", name, self.choices.years[year]):
                found.append((pays, None))
                continue
            rows = [(row, free) for row, goal, of, free in listed if goal == pays and of in ("", program)]
            # A shift without a limit of its own makes the others needless.
            free = [row for row, unlimited in rows if unlimited]
            found += [(pays, row) for row in (free[:1] or [row for row, _ in rows])]
        return [route for route in found if self._may_pay(route[0], use, year)]

    def _may_pay(self, fund: int, use: str, year: int) -> bool:
        where = self.choices.fund_names[fund], self.choices.years[year]
        if not self.months[year, fund] and self.limits.holds("fund amounts", *where):
            return False
        allowed = self.uses.get(fund)
        return allowed is None or use in allowed or not self.limits.holds("allowable uses", *where)
