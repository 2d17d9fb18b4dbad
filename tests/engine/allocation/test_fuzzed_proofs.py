"""Plans that nobody thought of, proved: LibreOffice recalculates every cell of them to what the engine computed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from apportion.allocation.staffing import staff
from apportion.intake import read_tables
from apportion.workbook.proof import proof_workbook
from apportion.workbook.writer import write_workbook
from tools.comparison import differences
from tools.plans import plan
from tools.recalculation import Pair, register

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SEEDS = range(6)


def _rule(draw: random.Random) -> dict[str, Any]:
    return {
        "Method": draw.choice(["fixed FTE", "ratio FTE", "per-pupil dollars", "formula"]),
        "Rate": float(draw.randint(1, 400)),
        "Rounding": draw.choice(["none", "half up", "up", "down", "truncate"]),
        "Step": draw.choice([1.0, 0.5, 0.2, 0.1, 0.01, 0.25, 2.5]),
        "Applies to": draw.choice([None, '[@Level]="High"', "[@Enrollment]>=300", 'NOT([@Level]="Middle")']),
        "Per": draw.choice(["school", "school and model"]),
        "Minimum": draw.choice([None, 0.5]),
        "Maximum": draw.choice([None, 40.0]),
        "Threshold": draw.choice([None, 250.0]),
    }


def _write(seed: int, path: Path) -> None:
    draw = random.Random(seed)  # noqa: S311 - the same plans in every run
    levels = ("Elementary", "Middle", "High")
    schools = [(draw.randint(0, 2000), draw.randint(0, 500), draw.choice(levels)) for _ in range(30)]
    staffing = staff(read_tables(plan(schools, [_rule(draw) for _ in range(12)])))
    assert staffing.result is not None, [str(each) for each in staffing.findings]
    write_workbook(proof_workbook(staffing), path)


for _seed in SEEDS:
    register(f"fuzzed_proof_{_seed}")(lambda path, seed=_seed: _write(seed, path))  # type: ignore[misc]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_drawn_by_chance_recalculates_in_every_cell(recalculated: Callable[[str], Pair], seed: int) -> None:
    count, differ = differences(recalculated(f"fuzzed_proof_{seed}"))
    assert differ == []
    assert count > 1000
