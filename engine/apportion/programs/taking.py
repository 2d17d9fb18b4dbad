"""What programs take of each fund and year, as they are and as decided, and so what is left for rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.programs.money import in_months
from apportion.rounding import in_cents

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from apportion.programs.choices import Choices
    from apportion.programs.option_costs import Cents, Cost
    from apportion.programs.realignment import Realignment

    Key = tuple[str, str]


def fund_years_after(present: Choices, decided: Mapping[Key, Cost], proposal: Realignment | None) -> pd.DataFrame:
    """Each fund and year before and after decisions, as `Decided.fund_years` has them.

    `decided` is what units cost that were decided otherwise than proposed, by program and school. A fund pays the
    months of a cost in which it may, and no more than it has for programs; what is as proposed is paid by the funds
    that the proposal names.
    """
    months, has = present.by_fund("Months"), in_cents(present.by_fund("Available"))
    units = [(unit.program, unit.school) for unit in present.units]
    now = {key: unit.now.cents for key, unit in zip(units, present.units, strict=True)}
    before = np.minimum(_payable(now, months), has)
    if proposal is None:
        after = np.minimum(_payable({key: _cents(decided, key, now) for key in units}, months), has)
    else:
        paid = _paid(proposal, present, decided)
        other = _payable({key: cost.cents for key, cost in decided.items()}, months)
        after = paid + np.minimum(other, np.maximum(has - paid, 0))
    amount = in_cents(present.funds["Amount"])
    taken = [each.T.reshape(-1) for each in (before, after)]
    columns = {"Amount": amount, "Programs before": taken[0], "Programs after": taken[1]}
    columns |= {"For rules before": amount - taken[0], "For rules after": amount - taken[1]}
    return present.funds[["Fund", "Year"]].assign(**{name: cents / 100 for name, cents in columns.items()})


def _cents(decided: Mapping[Key, Cost], key: Key, now: Mapping[Key, Cents]) -> Cents:
    return decided[key].cents if key in decided else now[key]


def _payable(costs: Mapping[Key, Cents], months: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cents by year and fund of the months that each fund may pay, rounded once for each program."""
    by_program: dict[str, Cents] = {}
    for (program, _), cents in costs.items():
        by_program[program] = by_program.get(program, 0) + cents
    total = np.zeros_like(months)
    for cents in by_program.values():
        total += in_months(cents, months)
    return total


def _paid(proposal: Realignment, present: Choices, decided: Mapping[Key, Cost]) -> NDArray[np.int64]:
    """Cents by year and fund that pay for what is as proposed."""
    places = {fund: place for place, fund in enumerate(present.fund_names)}
    years = {year: place for place, year in enumerate(present.years)}
    paid = np.zeros((len(years), len(places)), np.int64)
    columns = (proposal.payments[name] for name in ("Program", "School", "Year", "Fund"))
    cents = in_cents(proposal.payments["Dollars"]).tolist()
    for program, school, year, fund, each in zip(*columns, cents, strict=True):
        if (program, school) not in decided:
            paid[years[year], places[fund]] += each
    return paid
