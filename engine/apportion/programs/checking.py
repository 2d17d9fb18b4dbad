"""Everything that is wrong in a review's tables, at once: of the rubric, of realigning, and of cycles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apportion.programs.checks_cycles import check_cycles
from apportion.programs.checks_realign import check_realign
from apportion.programs.checks_rubric import check_rubric
from apportion.programs.decided import check_decided
from apportion.programs.portfolio import Portfolio, read_portfolio

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apportion.errors import Finding
    from apportion.tables import Table

CHECKS = (check_rubric, check_realign, check_decided, check_cycles)


def checked(tables: Mapping[str, Table]) -> tuple[Portfolio, tuple[Finding, ...]]:
    """The portfolio in a plan's tables, and all that is wrong with it."""
    portfolio, findings = read_portfolio(tables)
    return portfolio, (*findings, *(finding for check in CHECKS for finding in check(portfolio)))
