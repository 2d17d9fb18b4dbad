"""Runs that are kept, so that a plan computed again with a few changed numbers pays only for what they reach.

What is kept is never taken on trust: a run compares every column and every formula with those of the earlier one.
So it matters to speed alone which run is found, or whether one is.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apportion.allocation.program import Program
    from apportion.formula import Run

PLANS = 16
LARGEST = 4_000_000  # cells: some 40 MB; a state is not kept


class EarlierRuns:
    """The last run of each of a few plans, the longest unused forgotten first; threads may share it."""

    def __init__(self, plans: int = PLANS, largest: int = LARGEST) -> None:
        self._plans, self._largest = plans, largest
        self._runs: OrderedDict[tuple[str, ...], Run] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, program: Program) -> Run | None:
        """The last run of a program with these schools and lines, whatever else was different; None without one."""
        key = _key(program)
        with self._lock:
            if key in self._runs:
                self._runs.move_to_end(key)
            return self._runs.get(key)

    def keep(self, program: Program, run: Run) -> None:
        """Keep a run as the last one of its plan, unless it is too large."""
        rows = {name.casefold(): len(frame) for name, frame in program.tables.items()}
        if sum(rows.get(table.casefold(), 0) for table, _ in program.formulas) > self._largest:
            return
        key = _key(program)
        with self._lock:
            self._runs[key] = run
            self._runs.move_to_end(key)
            while len(self._runs) > self._plans:
                self._runs.popitem(last=False)


def _key(program: Program) -> tuple[str, ...]:
    return (*program.tables["Schools"]["Code"].tolist(), "", *(line.line.name for line in program.lines))
