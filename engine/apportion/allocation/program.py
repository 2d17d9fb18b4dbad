"""A plan compiled: the columns in which rules, lines and funds come about, and their live formulas."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from apportion.allocation.plan import Plan
    from apportion.allocation.result import Line
    from apportion.allocation.rule import Rule


@dataclass(frozen=True)
class FundSteps:
    """What one fund pays of a line: the column of its share in DistrictTotals, of its dollars in Schools."""

    fund: str
    share: str
    dollars: str


@dataclass(frozen=True)
class RuleSteps:
    """The columns in which one rule comes about; "" where it has no such step.

    `count`, `rate`, `reached` (filter and threshold), `earned`, `classes` (held to the class maximum), `rounded` and
    `limited` (minimum and maximum of a campus or the district) are columns of the grain's table, `applies` of
    `applies_table`; `school_reached`, `together` and `result` are columns of Schools. `least` and `most` are the limits
    and `threshold` the grain's: a number, or the column with the rate. `share` and `shares` are the columns of a
    school's part and of all parts. `trace` has every column in order, as (table, column).
    """

    rule: Rule
    table: str
    applies_table: str
    applies: str
    count: str
    rate: str
    reached: str
    earned: str
    classes: str
    rounded: str
    school_reached: str
    result: str
    limited: str = ""
    together: str = ""
    combined: str = ""
    least: str | float | None = None
    most: str | float | None = None
    threshold: str | float | None = None
    share: str = ""
    shares: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    trace: tuple[tuple[str, str], ...] = ()

    @property
    def amount(self) -> str:
        """The column of the grain's table with the amount after rounding."""
        return self.rounded or self.classes or self.earned


@dataclass(frozen=True)
class LineSteps:
    """One line: its rules and the columns of Schools with its FTE ("" when it has none) and dollars.

    `funds` has the columns of what each fund pays where more than one does.
    """

    line: Line
    rules: tuple[RuleSteps, ...]
    fte: str
    dollars: str
    funds: tuple[FundSteps, ...] = ()


@dataclass(frozen=True)
class Program:
    """A compiled plan: the tables as they are evaluated, and the live formula of every column that is computed.

    `formulas` maps (table, column) to text without `=`, in the order in which people read it; `checks` are formulas
    whose only use is to find what is wrong.
    """

    plan: Plan
    tables: Mapping[str, pd.DataFrame]
    formulas: Mapping[tuple[str, str], str]
    checks: Mapping[tuple[str, str], str]
    lines: tuple[LineSteps, ...]
