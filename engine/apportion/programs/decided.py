"""Decisions beside the proposal, and what they leave of each fund for the rules that allocate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from apportion.errors import Finding


@dataclass(frozen=True)
class Decided:
    """What people decided, beside what is proposed; dollars are exact cents.

    `decisions` has one row per unit that is decided on, a program or a program at one school, in the order of Programs:
    Program, School, Name, Decided (kind; "" while undecided), Option, Reason, Decided by, Date (None while undecided),
    Proposed (kind; "" without a proposal), Proposed option, Agrees (bool), Value difference and Cost difference (of the
    first year): decided less proposed, NaN where there is nothing to compare. The latest decision of a unit counts, of
    one day the lowest row; `history` has every decision of programs, the oldest first, with Counts (bool).

    `fund_years` has one row per fund and year: Fund, Year, Amount (carried in included), Programs before (what going on
    as it is takes), Programs after (as decided; undecided as proposed, or as it is without a proposal), For rules
    before, For rules after (what is left for the rules that allocate).
    """

    decisions: pd.DataFrame
    history: pd.DataFrame
    fund_years: pd.DataFrame
    findings: tuple[Finding, ...] = ()
