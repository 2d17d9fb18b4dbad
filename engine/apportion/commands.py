"""The verbs, written once for the ribbon, the command line, Python and the tests.

A command takes a `Book` and plain options and gives an `Outcome`: findings, and what is to be shown or written.
It never prints, asks or saves: hosts do.
"""

from __future__ import annotations

from apportion.commands_plan import allocate, check, explain, new, planner, prove, workbook_of
from apportion.commands_programs import cliff, rate, realign, review, score
from apportion.outcome import Outcome, tally

__all__ = [
    "Outcome", "allocate", "check", "cliff", "explain", "new", "planner", "prove", "rate", "realign", "review", "score",
    "tally", "workbook_of",
]  # fmt: skip
