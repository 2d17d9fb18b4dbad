"""Formulas drawn by chance from the table of functions: the engine, LibreOffice and IronCalc give one result each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.faults import FAULTS, explained
from fuzz.rounds import drawn_round, write
from fuzz.run import outcome
from tools.recalculation import Pair, register

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SEED = 1


@register("fuzzed_formulas", foreign=True)
def _write(path: Path) -> None:
    write(drawn_round(SEED, each=1), path)


def test_every_disagreement_is_a_named_fault(recalculated: Callable[[str], Pair]) -> None:
    """`make fuzz` does the same with as many formulas as there is time for."""
    found = outcome(drawn_round(SEED, each=1), *recalculated("fuzzed_formulas"))
    assert [str(one) for one in found.found if explained(one) is None] == []
    assert min(found.compared.values()) > 2000


def test_a_fault_says_what_excel_does_and_where_that_is_seen() -> None:
    """Every row names functions, an example, Excel's result and its source."""
    assert [fault for fault in FAULTS if not (fault.functions and fault.example and fault.excel and fault.source)] == []
