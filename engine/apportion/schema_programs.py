"""The tables of the review of programs, in the order of the work: rate, realign, invest in cycles.

A list in a cell, such as the schools that a program serves, is written with semicolons between its entries.
"""

from __future__ import annotations

from apportion.schema_cycles import INVESTMENT_COSTS, INVESTMENTS, METRICS, READINGS, STATES
from apportion.schema_realign import (
    ALLOCATION_CHANGES,
    DECISIONS,
    FUND_USES,
    OPTION_COSTS,
    OPTIONS,
    REALIGN_LIMITS,
    SHIFTS,
)
from apportion.schema_rubric import CRITERIA, PARTICIPATION, PRIORITIES, PROGRAM_COSTS, PROGRAMS, RATERS, RATINGS

PROGRAM_TABLES = (
    PROGRAMS,
    PROGRAM_COSTS,
    PARTICIPATION,
    CRITERIA,
    RATERS,
    RATINGS,
    PRIORITIES,
    OPTIONS,
    OPTION_COSTS,
    REALIGN_LIMITS,
    SHIFTS,
    FUND_USES,
    ALLOCATION_CHANGES,
    DECISIONS,
    INVESTMENTS,
    INVESTMENT_COSTS,
    STATES,
    METRICS,
    READINGS,
)
