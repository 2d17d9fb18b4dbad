"""What binds a realignment: rows that can be switched on and off, and those that hold when no row says otherwise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apportion.schema_realign import LIMIT_KINDS, LIMITS_ABOUT

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Mapping

    from apportion.programs.portfolio import Portfolio

ALWAYS = tuple(kind for kind, columns in LIMITS_ABOUT.items() if "Amount" not in columns)
"""Kinds that hold where no row of RealignLimits is about them; the others need an amount, so they need a row."""


@dataclass(frozen=True)
class Limit:
    """One limit: what it limits, where, and whether it is switched on. `index` is its row, None when it has none."""

    name: str
    kind: str
    on: bool = True
    fund: str = ""
    school: str = ""
    year: int | None = None
    amount: float = math.nan
    index: int | None = None

    def covers(self, fund: str = "", year: int | None = None, school: str = "") -> bool:
        """Whether it is about a fund, a fiscal year and a school."""
        mine = not self.fund or self.fund.casefold() == fund.casefold()
        return mine and (self.year is None or self.year == year) and (not self.school or self.school == school)

    def counts(self, fund: str, year: int, *, recurring: bool) -> bool:
        """Whether, of maintenance of effort, what a fund pays in a year counts: of its fund, or of a recurring."""
        return self.covers(fund, year) and (bool(self.fund) or recurring)

    @property
    def narrowness(self) -> int:
        """How much of it is said: a row for one fund goes before a row for all."""
        return bool(self.fund) + bool(self.school) + (self.year is not None)

    def sentence(self) -> str:
        """What it says, with its name: for people who must choose which one gives way."""
        where = "".join(
            [f" of {self.fund}" * bool(self.fund), f" of school {self.school}" * bool(self.school),
             f" in FY{self.year}" if self.year else ""]
        )  # fmt: skip
        unit = "positions" if self.kind == "positions cut" else "dollars"
        amount = "" if math.isnan(self.amount) else f", {self.amount:,.15g} {unit}"
        said = f"{self.kind}{where}{amount}"
        place = "holds unless a row of Limits says otherwise" if self.index is None else said
        return f"{self.name} ({place})"


def limits(portfolio: Portfolio) -> tuple[Limit, ...]:
    """The limits of a portfolio by kind: its rows, and one of each kind that holds where no row is about it."""
    rows = [_limit(index, row) for index, row in enumerate(portfolio.table("RealignLimits").to_dict("records"))]
    implied = [Limit(kind, kind) for kind in ALWAYS if not any(_is_for_all(row) for row in rows if row.kind == kind)]
    return tuple(sorted([*rows, *implied], key=lambda limit: LIMIT_KINDS.index(limit.kind)))


def _limit(index: int, row: Mapping[Hashable, Any]) -> Limit:
    about = LIMITS_ABOUT[row["Kind"]]
    year = None if math.isnan(row["Year"]) or "Year" not in about else int(row["Year"])
    return Limit(
        row["Limit"], row["Kind"], row["Status"] != "off",
        row["Fund"] if "Fund" in about else "", row["School"] if "School" in about else "", year,
        float(row["Amount"]) if "Amount" in about else math.nan, index,
    )  # fmt: skip


def _is_for_all(limit: Limit) -> bool:
    return limit.narrowness == 0


@dataclass(frozen=True)
class Active:
    """The limits that are taken to hold, as places in `all`."""

    all: tuple[Limit, ...]
    places: frozenset[int]

    def holds(self, kind: str, fund: str = "", year: int | None = None) -> bool:
        """Whether a limit of a kind that needs no amount holds for a fund in a year: the narrowest row decides."""
        place = self.deciding(kind, fund, year)
        return place is not None and place in self.places

    def deciding(self, kind: str, fund: str = "", year: int | None = None) -> int | None:
        """The place of the limit that decides; None when none is about it."""
        about = [i for i, each in enumerate(self.all) if each.kind == kind and each.covers(fund, year)]
        return max(about, key=lambda i: (self.all[i].narrowness, -i), default=None)

    def amounts(self, kind: str) -> list[tuple[int, Limit]]:
        """The limits of a kind that hold, with their places; those without an amount hold nothing."""
        return [
            (i, each)
            for i, each in enumerate(self.all)
            if each.kind == kind and i in self.places and not math.isnan(each.amount)
        ]

    def only(self, places: Collection[int]) -> Active:
        """The same limits, of which these hold."""
        return Active(self.all, frozenset(places))


def active(all_limits: tuple[Limit, ...]) -> Active:
    """Those that are switched on."""
    return Active(all_limits, frozenset(i for i, limit in enumerate(all_limits) if limit.on))
