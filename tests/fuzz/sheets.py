"""A sheet of a round: a table that was drawn, and formulas in its columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fuzz.expressions import Expression
    from fuzz.tables import Table


@dataclass(frozen=True)
class Sheet:
    """A table and the formulas that stand in its columns behind the given ones."""

    table: Table
    formulas: tuple[Expression, ...]

    @cached_property
    def places(self) -> range:
        """The columns of the formulas, counted from 1."""
        first = len(self.table.columns) + 1
        return range(first, first + len(self.formulas))
