"""What is kept of earlier computations, so that a plan with a few changed numbers pays only for what they reach.

What is kept is never taken on trust: a run compares every column and every formula with those of the earlier one.
So it matters to speed alone which run is found, or whether one is.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable

    from apportion.allocation.program import Program
    from apportion.formula import Run

Kind = TypeVar("Kind")
PLANS = 16
LARGEST = 4_000_000  # cells: some 40 MB; a state is not kept


class Kept(Generic[Kind]):
    """A few things by key, the longest unused forgotten first; threads may share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: OrderedDict[Hashable, Kind] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Kind | None:
        """What was last put under the key; None when nothing was, or it is forgotten."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
            return self._things.get(key)

    def put(self, key: Hashable, thing: Kind) -> None:
        """Keep a thing under a key."""
        with self._lock:
            self._things[key] = thing
            self._things.move_to_end(key)
            while len(self._things) > self._most:
                self._things.popitem(last=False)


class EarlierRuns:
    """The last run of each of a few plans; threads may share it."""

    def __init__(self, plans: int = PLANS, largest: int = LARGEST) -> None:
        self._largest = largest
        self._runs: Kept[Run] = Kept(plans)

    def of(self, program: Program) -> Run | None:
        """The last run of a program with these schools and lines, whatever else was different; None without one."""
        return self._runs.get(_key(program))

    def keep(self, program: Program, run: Run) -> None:
        """Keep a run as the last one of its plan, unless it is too large."""
        rows = {name.casefold(): len(frame) for name, frame in program.tables.items()}
        if sum(rows.get(table.casefold(), 0) for table, _ in program.formulas) <= self._largest:
            self._runs.put(_key(program), run)


def _key(program: Program) -> tuple[str, ...]:
    return (*program.tables["Schools"]["Code"].tolist(), "", *(line.line.name for line in program.lines))
