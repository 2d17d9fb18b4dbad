"""Every cell function, declared by importing its module. Names and order of arguments are frozen."""

from __future__ import annotations

from apportion import functions_money, functions_plan, functions_programs, functions_staffing
from apportion.functions_cells import BadArgument
from apportion.functions_staffing import fte

MODULES = (functions_staffing, functions_money, functions_plan, functions_programs)
# The order in which people find them; what is not named comes last.
ORDER = (
    "FTE", "SECTIONS", "BAND", "WEIGHTED", "SHARE", "LIMIT", "ALLOCATE", "WHY", "SCORE", "QUADRANT", "PROGRESS", "AROI",
)  # fmt: skip

__all__ = ["MODULES", "ORDER", "BadArgument", "fte"]
