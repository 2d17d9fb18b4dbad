"""What each fund has for programs in each fiscal year, and how many months of the year it may pay."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from apportion.rounding import round_half_up

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import ArrayLike

    from apportion.programs.portfolio import Portfolio
    from apportion.rounding import Floats

MONTHS = 12
FIRST_MONTH = 7  # a fiscal year runs from July 1 to June 30
MONTHS_IN_ORDER = (*range(FIRST_MONTH, MONTHS + 1), *range(1, FIRST_MONTH))


def months_covered(year: int, available_from: dt.date | None, obligate_by: dt.date | None) -> int:
    """Months of a July fiscal year, by its ending year, in which a fund may pay; a month counts when it is whole.

    Source: U.S. Department of Education, obligation by September 30 (34 CFR 76.709): 3 of the 12 months.

    >>> months_covered(2027, None, dt.date(2026, 9, 30))
    3
    >>> months_covered(2027, dt.date(2027, 1, 1), None)
    6
    """
    starts = [dt.date(year - 1 if month >= FIRST_MONTH else year, month, 1) for month in MONTHS_IN_ORDER]
    return sum(
        (available_from is None or available_from <= start) and (obligate_by is None or obligate_by >= _last_day(start))
        for start in starts
    )


def in_months(cents: ArrayLike, months: ArrayLike) -> Floats:
    """What of a year's cents a fund pays that may pay so many months of it, in whole cents.

    >>> float(in_months(100_00, 3))
    2500.0
    """
    return round_half_up(np.asarray(cents) * np.asarray(months) / MONTHS)


def _last_day(first: dt.date) -> dt.date:
    following = first.replace(day=28) + dt.timedelta(days=4)
    return following - dt.timedelta(days=following.day)


def fund_years(portfolio: Portfolio) -> pd.DataFrame:
    """One row per fund that pays or may pay programs and fiscal year of the portfolio.

    Columns: Fund, Year, Recurring (whether the fund is), Months (in which it may pay, 0 to 12), Ends (its last day to
    commit, None without one), Amount (dollars that FundYears gives, carried in included), Available (dollars for
    programs: For programs, or the amount where that is blank, but at least 0; 0 without a month). A fund without a row
    for a year has nothing in it; a fund whose last day is over has no months in later years.
    """
    funds, rows = portfolio.table("Funds"), portfolio.table("FundYears")
    lasting = recurring(portfolio)
    known: dict[str, dict[int, dict[Hashable, Any]]] = {}
    for each in rows.dropna(subset=["Year", "Amount"]).sort_values("Year", kind="stable").to_dict("records"):
        known.setdefault(each["Fund"], {})[int(each["Year"])] = each
    found = []
    for fund in dict.fromkeys([*funds["Fund"], *rows["Fund"], *portfolio.costs["Fund"]]):
        own = known.get(fund, {})
        for year in portfolio.years:
            row = own.get(year)
            # The last day of its newest money up to that year.
            ends = next((own[of]["Obligate by"] for of in reversed(own) if of <= year), None)
            months = 0 if row is None else months_covered(year, row["Available from"], row["Obligate by"])
            amount = 0.0 if row is None else float(row["Amount"]) + _number(row["Carried in"])
            meant = math.nan if row is None else float(row["For programs"])
            available = 0.0 if not months else max(amount, 0.0) if math.isnan(meant) else meant
            found.append((fund, year, lasting.get(fund, True), months, ends, amount, available))
    return pd.DataFrame(found, columns=["Fund", "Year", "Recurring", "Months", "Ends", "Amount", "Available"])


def recurring(portfolio: Portfolio) -> dict[str, bool]:
    """Whether each fund of Funds recurs; a fund that Funds does not have is taken to."""
    funds = portfolio.table("Funds")
    return dict(zip(funds["Fund"], funds["Recurrence"] != "one-time", strict=True))


def _number(value: float) -> float:
    return 0.0 if math.isnan(value) else float(value)
