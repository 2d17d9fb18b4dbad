"""What an allocation came to: one scenario's amounts, line by line and school by school."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from apportion.rounding import cents
from apportion.schema import SCHOOL_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apportion.errors import Finding

FUNDING_COLUMNS = ("School", "Line", "Fund", "Share", "FTE", "Dollars")


@dataclass(frozen=True)
class Scenario:
    """Projection x funding formula for one fiscal year."""

    name: str
    year: int
    projection: str
    funding_formula: str


@dataclass(frozen=True)
class Line:
    """What is given under one name; `dollars_only` lines carry no FTE."""

    name: str
    allocation: str
    job_type: str
    fund: str
    held: str
    lock: str
    source: str
    dollars_only: bool


@dataclass(frozen=True)
class AllocationResult:
    """The amounts of one scenario.

    `schools` has one row per organization open in the year: Code, Name, Type, Level, Students, Need (the share of its
    students in the group `need`, NaN without one). `amounts` is long, one
    row per school and line that was reached or has an amount or a prior year, ordered by school and line: School
    (code), Name, Type, Level, Line, Allocation, Job type, Fund, Held, Lock, Count and Rate (NaN when none), FTE,
    Dollars (exact cents), Prior FTE and Prior dollars (NaN without a prior year), Why. `fund_amounts` is what each
    fund has for rules in the year, after what programs take of it (`for_programs`, of funds that pay any). `funding`
    has one row per school, line and fund where more than one fund pays a line: School, Line, Fund, Share (of the line
    in the district), FTE, Dollars (exact cents; they add up to the line's). The Fund of such a line in `amounts` is its
    funds in words.
    """

    district: str
    scenario: Scenario
    schools: pd.DataFrame
    lines: tuple[Line, ...]
    amounts: pd.DataFrame
    fund_amounts: Mapping[str, float]
    findings: tuple[Finding, ...]
    funding: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(FUNDING_COLUMNS)))
    need: str = ""
    for_programs: Mapping[str, float] = field(default_factory=dict)

    @property
    def by_fund(self) -> pd.DataFrame:
        """FTE and Dollars of every school, line and fund: School, Line, Fund, FTE, Dollars."""
        columns = ["School", "Line", "Fund", "FTE", "Dollars"]
        split = self.amounts["Line"].isin(set(self.funding["Line"]))
        whole = self.amounts.loc[~split, columns]
        return pd.concat([whole, self.funding[columns]], ignore_index=True) if split.any() else whole

    @property
    def total_dollars(self) -> float:
        """Dollars of all lines at all organizations, to the cent."""
        return float(cents(np.array(self.amounts["Dollars"].sum())))

    @property
    def total_fte(self) -> float:
        """FTE of all lines at all organizations."""
        return float(self.amounts["FTE"].sum())

    @property
    def is_school(self) -> pd.Series:
        """For each row of `schools`, whether it enters averages and per-pupil figures."""
        return self.schools["Type"].isin(SCHOOL_TYPES)
