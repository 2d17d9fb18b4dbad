"""What programs take of each fund and year, as they are and as decided, and so what is left for rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.programs.money import MONTHS, fund_years
from apportion.rounding import round_half_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from apportion.programs.choices import Choices
    from apportion.programs.option_costs import Cost
    from apportion.programs.portfolio import Portfolio
    from apportion.programs.realignment import Realignment

    Cents = NDArray[np.int64]
    Key = tuple[str, str]


def fund_years_after(
    portfolio: Portfolio, present: Choices, decided: Mapping[Key, Cost], proposal: Realignment | None
) -> pd.DataFrame:
    """Each fund and year before and after decisions, as `Decided.fund_years` has them.

    `decided` is what units cost that were decided otherwise than proposed, by program and school. A fund pays the
    months of a cost in which it may, and no more than it has for programs; what is as proposed is paid by the funds
    that the proposal names.
    """
    funds = fund_years(portfolio)
    shape = len(present.fund_names), len(present.years)
    months, available = (funds[name].to_numpy(dtype=float).reshape(shape).T for name in ("Months", "Available"))
    has = np.asarray(round_half_up(available * 100))
    units = [(unit.program, unit.school) for unit in present.units]
    now = {key: unit.now.cents for key, unit in zip(units, present.units, strict=True)}
    before = np.minimum(_payable(now, months), has)
    if proposal is None:
        after = np.minimum(_payable({key: _cents(decided, key, now) for key in units}, months), has)
    else:
        paid = _paid(proposal, present, decided)
        other = _payable({key: cost.cents for key, cost in decided.items()}, months)
        after = paid + np.minimum(other, np.maximum(has - paid, 0))
    amount = np.asarray(round_half_up(funds["Amount"].to_numpy(dtype=float) * 100))
    taken = [each.T.reshape(-1) for each in (before, after)]
    columns = {"Amount": amount, "Programs before": taken[0], "Programs after": taken[1]}
    columns |= {"For rules before": amount - taken[0], "For rules after": amount - taken[1]}
    return funds[["Fund", "Year"]].assign(**{name: cents / 100 for name, cents in columns.items()})


def _cents(decided: Mapping[Key, Cost], key: Key, now: Mapping[Key, Cents]) -> Cents:
    return decided[key].cents if key in decided else now[key]


def _payable(costs: Mapping[Key, Cents], months: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cents by year and fund of the months that each fund may pay, rounded once for each program."""
    by_program: dict[str, Cents] = {}
    for (program, _), cents in costs.items():
        by_program[program] = by_program.get(program, 0) + cents
    total = np.zeros_like(months)
    for cents in by_program.values():
        total += round_half_up(cents * months / MONTHS)
    return total


def _paid(proposal: Realignment, present: Choices, decided: Mapping[Key, Cost]) -> NDArray[np.float64]:
    """Cents by year and fund that pay for what is as proposed.

    Where a program has other units that were decided otherwise, its payments are those of its costs that are not.
    """
    keys = list(zip(proposal.costs["Program"], proposal.costs["School"], strict=True))
    costs = proposal.costs.assign(Kept=[0.0 if key in decided else 1.0 for key in keys])
    costs = costs.assign(Kept=costs["Kept"] * costs["Dollars"])
    sums = costs.groupby(["Program", "Fund", "Year"])[["Dollars", "Kept"]].sum()
    share = (sums["Kept"] / sums["Dollars"].where(sums["Dollars"] != 0)).fillna(1.0)
    places = {fund: place for place, fund in enumerate(present.fund_names)}
    years = {year: place for place, year in enumerate(present.years)}
    paid = np.zeros((len(years), len(places)))
    for row in proposal.payments.to_dict("records"):
        kept = share.get((row["Program"], row["From fund"], row["Year"]), 1.0)
        paid[years[int(row["Year"])], places[row["Fund"]]] += float(round_half_up(row["Dollars"] * kept * 100))
    return paid
