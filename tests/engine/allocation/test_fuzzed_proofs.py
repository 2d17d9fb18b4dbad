"""Plans that nobody thought of, proved: LibreOffice recalculates every cell of them to what the engine computed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from apportion.allocation.staffing import staff
from apportion.intake import read_tables
from apportion.workbook.proof import proof_workbook
from apportion.workbook.writer import write_workbook
from tools.comparison import differences
from tools.plans import PAIRS, drawn_plan
from tools.recalculation import Pair, register

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from apportion.allocation.catalogue import Method

PLANS = 6
SEEDS = range(PLANS)


def _pairs(draw: random.Random, seed: int) -> list[tuple[Method, str]]:
    """This plan's part of every method at every grain, and some more by chance, in any order."""
    pairs = [*PAIRS[seed::PLANS], *draw.choices(PAIRS, k=10)]
    draw.shuffle(pairs)
    return pairs


def _write(seed: int, path: Path) -> None:
    draw = random.Random(seed)  # noqa: S311 - the same plans in every run
    staffing = staff(read_tables(drawn_plan(draw, 12, _pairs(draw, seed))))
    assert staffing.result is not None, [str(each) for each in staffing.findings if each.severity == "error"]
    assert len(staffing.result.amounts) > 100
    write_workbook(proof_workbook(staffing), path)


for _seed in SEEDS:
    register(f"fuzzed_proof_{_seed}")(lambda path, seed=_seed: _write(seed, path))  # type: ignore[misc]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_drawn_by_chance_recalculates_in_every_cell(recalculated: Callable[[str], Pair], seed: int) -> None:
    """Between them the plans have every method of the catalogue at every grain where it makes sense."""
    count, differ = differences(recalculated(f"fuzzed_proof_{seed}"))
    assert differ == []
    assert count > 3000
