"""Where an investment stands: the states that it goes through, and the years of its cycle.

The way is a table: a request is written, submitted, returned or approved or denied, active in its years, due for
review, and decided. `decided` and `denied` are ends. Whatever is decided, what goes on goes on as a new row of
Investments that follows this one: so each cycle keeps its own baseline, targets and dollars, and none is overwritten.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise, permutations
from typing import TYPE_CHECKING

from apportion.programs.money import FIRST_MONTH

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from apportion.programs.portfolio import Portfolio

FOLLOWING: Mapping[str, tuple[str, ...]] = {
    "": ("draft", "submitted"),
    "draft": ("submitted",),
    "submitted": ("returned", "approved", "denied"),
    "returned": ("submitted",),
    "approved": ("active",),
    "denied": (),
    "active": ("review due",),
    "review due": ("decided",),
    "decided": (),
}
"""What may follow a state; "" is before the first. A review may be brought forward: active, review due, decided."""
FIRST_OF_LEGACY = (*FOLLOWING[""], "approved")
"""What a legacy program that is reset onto a cycle may begin with: it is paid for already."""
GRANTED = ("approved", "active", "review due", "decided")
"""States in which an investment has been approved; from then on the public may see it."""
ENDED = ("denied", "decided")
MONTHS_AFTER = 6  # in which results of a cycle's last year arrive
MOST_TOGETHER = 5  # rows of one date whose other orders are looked at


@dataclass(frozen=True)
class Step:
    """A row of States: the state it came into, when, by whom and why, and its index in the frame."""

    state: str
    date: dt.date
    by: str
    reason: str
    index: int


@dataclass(frozen=True)
class Cycle:
    """The fiscal years of an investment, by their ending years, NaN where they are not entered."""

    start: float
    years: float
    review_year: float = math.nan

    @property
    def last(self) -> float:
        """The last fiscal year of the cycle."""
        return self.start + self.years - 1

    @property
    def review(self) -> float:
        """The fiscal year in which it is reviewed: the last one, unless another is named."""
        return self.last if math.isnan(self.review_year) else self.review_year

    def number_of(self, year: float) -> float:
        """Which year of the cycle a fiscal year is, from 1; below 1 before it, above its years after it.

        >>> Cycle(2026, 3).number_of(2027)
        2.0
        """
        return float(year - self.start + 1)

    def holds(self, year: float) -> bool:
        """Whether a fiscal year is one of the cycle's; where these are not entered, every year is."""
        return math.isnan(self.last) or not (year < self.start or year > self.last)

    def counted_for(self, day: dt.date) -> float:
        """The fiscal year of the cycle for which what was measured on a day counts, NaN where it counts for none.

        It is the year of the day itself. Results of the last year come after it has ended: up to six months after,
        what was measured counts for the last year.

        >>> import datetime
        >>> days = datetime.date(2029, 5, 20), datetime.date(2029, 7, 15), datetime.date(2030, 1, 1)
        >>> [Cycle(2027, 3).counted_for(day) for day in days]
        [2029.0, 2029.0, nan]
        """
        year = float(fiscal_year(day))
        if self.holds(year):
            return year
        late = year == self.last + 1 and (day.month - FIRST_MONTH) % 12 < MONTHS_AFTER
        return float(self.last) if late else math.nan

    def said(self, year: int) -> str:
        """Where a fiscal year stands in the cycle.

        >>> Cycle(2026, 3).said(2027), Cycle(2028, 1).said(2027), Cycle(2024, 2).said(2027)
        ('year 2 of 3', 'starts in FY2028', 'ended with FY2025')
        """
        number = self.number_of(year)
        if math.isnan(number) or math.isnan(self.years):
            return ""
        if number < 1:
            return f"starts in FY{self.start:.0f}"
        if number > self.years:
            return f"ended with FY{self.last:.0f}"
        return f"year {number:.0f} of {self.years:.0f}"

    def asked(self) -> str:
        """The cycle of a request that is not approved yet.

        >>> Cycle(2028, 3).asked(), Cycle(2028, 1).asked()
        ('3 years from FY2028', '1 year from FY2028')
        """
        if math.isnan(self.start) or math.isnan(self.years):
            return ""
        return f"{self.years:.0f} year{'' if self.years == 1 else 's'} from FY{self.start:.0f}"

    def is_due(self, state: str, year: int) -> bool:
        """Whether an investment in a state is to be reviewed in a fiscal year, or was to be before."""
        return state == "review due" or (state == "active" and year >= self.review)


def fiscal_year(day: dt.date) -> int:
    """The fiscal year of a day, by its ending year.

    >>> import datetime
    >>> fiscal_year(datetime.date(2026, 7, 1)), fiscal_year(datetime.date(2026, 6, 30))
    (2027, 2026)
    """
    return day.year + (day.month >= FIRST_MONTH)


def following(state: str, *, legacy: bool = False) -> tuple[str, ...]:
    """What may follow a state; of a legacy program that is reset, "" may also lead to approved."""
    return FIRST_OF_LEGACY if legacy and not state else FOLLOWING[state]


def refused(before: str, steps: Sequence[Step], *, legacy: bool = False) -> Iterator[tuple[str, Step]]:
    """The steps that may not be taken after a state, each with the one before it; steps are in their order."""
    for state, step in zip((before, *(step.state for step in steps)), steps, strict=False):
        if step.state not in following(state, legacy=legacy):
            yield state, step


def other_order(before: str, steps: Sequence[Step], *, legacy: bool = False) -> tuple[Step, ...]:
    """An order in which steps of one date may follow a state; () when there is none, or they are too many to tell."""
    if len(steps) > MOST_TOGETHER:
        return ()
    for order in permutations(steps):
        states = (before, *(step.state for step in order))
        if all(after in following(state, legacy=legacy) for state, after in pairwise(states)):
            return order
    return ()


def steps_of(portfolio: Portfolio) -> dict[str, tuple[Step, ...]]:
    """By code: the rows of States up to the day of the review, by date; of one date in the order of their rows."""
    found: dict[str, list[Step]] = {code: [] for code in portfolio.table("Investments")["Code"]}
    for step, code in _rows(portfolio.table("States")):
        if code in found and not is_later(portfolio, step.date):
            found[code].append(step)
    return {code: tuple(sorted(steps, key=lambda step: step.date)) for code, steps in found.items()}


def is_later(portfolio: Portfolio, day: dt.date) -> bool:
    """Whether a day lies after the one on which the review stands."""
    return portfolio.settings.as_of is not None and day > portfolio.settings.as_of


def _rows(states: pd.DataFrame) -> Iterator[tuple[Step, str]]:
    columns = (states[name] for name in ("Investment", "State", "Date", "By", "Reason"))
    for index, (code, state, date, by, reason) in enumerate(zip(*columns, strict=True)):
        if date is not None and state:
            yield Step(state, date, by, reason, index), code


def now_of(portfolio: Portfolio) -> int:
    """The fiscal year of the day on which the review stands, at most the plan's; without a day the plan's."""
    as_of = portfolio.settings.as_of
    return portfolio.year if as_of is None else min(portfolio.year, fiscal_year(as_of))


def cycles_of(portfolio: Portfolio) -> dict[str, Cycle]:
    """The cycle of every investment by its code."""
    rows = portfolio.table("Investments")
    columns = (rows[name] for name in ("Code", "Start", "Cycle years", "Review year"))
    return {code: Cycle(start, years, review) for code, start, years, review in zip(*columns, strict=True)}
