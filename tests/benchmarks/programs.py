"""Realigning 300 programs x 5 options x 4 funds x 3 years, hard instances among them, beside plain HiGHS.

Run with `python tests/benchmarks/programs.py [seeds]`. Medians and the slowest of several made-up districts. Plain HiGHS
is the same choices with a column of dollars for every program, fund and year, solved in one go (at most 60 seconds).
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from apportion.programs.choices import choices
from apportion.programs.keeping import keeping
from apportion.programs.limits import active, limits
from apportion.programs.planning import plan_for, task
from apportion.programs.realign import realign
from apportion.programs.routes import PaymentClass
from apportion.programs.solving import branched
from tools.realigning import portfolio, scored

if TYPE_CHECKING:
    from apportion.programs.portfolio import Portfolio
    from tools.realigning import Scored

PROGRAMS, YEARS = 300, (2027, 2028, 2029)
FUNDS = {"General Fund": "recurring", "Levy": "recurring", "Recovery Grant": "one-time", "Schools Grant": "one-time"}
OPTIONS = (("Continue", "continue", 1.0), ("Expand", "expand", 1.25), ("Three quarters", "scale back", 0.75), ("Half", "scale back", 0.5), ("End", "end", 0.0))
SHIFTS = (("Recovery Grant", "General Fund", None), ("Schools Grant", "Levy", 2_000_000), ("Levy", "General Fund", None))
KINDS = {
    "value at random": {}, "value follows cost": {}, "value nearly follows cost": {},
    "value follows cost, no shifts": {"shifts": False}, "value nearly follows cost, no shifts": {"shifts": False},
    "value follows cost, half of the positions may end": {"positions": 0.5}, "tight funds, value nearly follows cost": {"tight": 0.6},
}  # fmt: skip
PLAN_GOAL, KEEPING_GOAL, PLAIN_AT_MOST = 5.0, 30.0, 60.0  # seconds


def district(kind: str, seed: int, *, shifts: bool = True, positions: float | None = None, tight: float = 1.0) -> tuple[Portfolio, Scored]:
    """Programs with positions, costs of three years, five options each, and funds that do not suffice."""
    draw = random.Random(seed)  # noqa: S311 - made-up numbers
    programs, costs, options, values, total = [], [], [], {}, {}
    for number in range(PROGRAMS):
        code, base, fund = f"P{number:03d}", draw.randint(20_000, 1_500_000), draw.choice(list(FUNDS))
        people = max(1, round(base * 0.8 / 90_000))
        at_random = kind == "value at random"
        students = draw.randint(20, 800) if at_random else base // 2500 + 40
        values[code] = draw.randint(2, 16) / 4 if at_random else 2.0 + ("nearly" in kind) * draw.randint(-2, 2) / 100
        programs.append({"Code": code, "Program": f"Program {number}", "Students taking part": students})
        for year in YEARS:
            dollars = round(base * 1.03 ** (year - 2027) * draw.uniform(0.98, 1.02), 2)
            costs.append({"Program": code, "Year": year, "Fund": fund, "Dollars": dollars, "Positions": people, "Position dollars": round(dollars * 0.8, 2)})
            total[year, fund] = total.get((year, fund), 0.0) + dollars
        options += [{"Program": code, "Option": name, "Kind": each, "Level": level, "Students": None if at_random else round(students * level)} for name, each, level in OPTIONS]
    rows: dict[str, Any] = {
        "Programs": programs, "ProgramCosts": costs, "Options": options, "Funds": [{"Fund": fund, "Recurrence": each} for fund, each in FUNDS.items()],
        "FundYears": [{"Fund": fund, "Year": year, "Amount": round(dollars * draw.uniform(0.45, 0.8) * tight, 2)} for (year, fund), dollars in sorted(total.items())],
        "Shifts": [{"From fund": a, "To fund": b, "At most": most} for a, b, most in SHIFTS] if shifts else [],
    }  # fmt: skip
    if positions is not None:
        most = round(positions * sum(row["Positions"] for row in costs if row["Year"] == YEARS[0]))
        rows["RealignLimits"] = [{"Limit": "Positions", "Kind": "positions cut", "Amount": most}]
    of = portfolio(**rows)
    return of, scored(of, values)


def plain(of: Portfolio, scores: Scored) -> tuple[float, float]:
    """Seconds and gap of HiGHS on the model that does not know classes of programs, parts, cores or prices."""
    found = choices(of, scores.programs)  # type: ignore[arg-type]
    asked = task(found, active(limits(of)))
    alone = tuple(PaymentClass(each.year, each.fund, each.routes, (unit,)) for each in asked.classes for unit in each.units)
    model = replace(asked, classes=alone).columns().model
    start = time.perf_counter()
    answer = branched(model, 1e-4, PLAIN_AT_MOST)
    return time.perf_counter() - start, (answer.bound - answer.objective) / answer.objective


def said(seconds: list[float], goal: float) -> str:
    """Median, slowest and whether the goal was met."""
    slowest = max(seconds)
    return f"{statistics.median(seconds):6.2f} s   slowest {slowest:6.2f} s   goal {goal:.0f} s: {'met' if slowest <= goal else 'missed'}"


def plans(seeds: int) -> None:
    """The plan alone, by kind of district."""
    print(f"the best plan of {PROGRAMS} programs x {len(OPTIONS)} options x {len(FUNDS)} funds x {len(YEARS)} years, {seeds} districts each, tables to frames")
    for kind, more in KINDS.items():
        seconds, gaps, others = [], [], []
        for seed in range(seeds):
            of, scores = district(kind, seed, **more)  # type: ignore[arg-type]
            start = time.perf_counter()
            plan = realign(of, scores, answers=False)  # type: ignore[arg-type]
            seconds.append(time.perf_counter() - start)
            gaps.append(plan.gap)
            assert plan.status != "conflict", kind
            if seed == 0:
                others.append(plain(of, scores))
        print(f"  {kind:52} {said(seconds, PLAN_GOAL)}   widest gap {max(gaps):.6%}   plain HiGHS {others[0][0]:5.1f} s, gap {others[0][1]:.4%}", flush=True)


def answers(seeds: int) -> None:
    """What keeping every program would displace, after the plan."""
    print("what keeping or giving up each of them would displace (bounds, and the closest solved while time allows)")
    for kind in list(KINDS)[:3]:
        seconds, solved = [], []
        for seed in range(seeds):
            of, scores = district(kind, seed)
            asked = task(choices(of, scores.programs), active(limits(of)))  # type: ignore[arg-type]
            plan = plan_for(asked, 20.0)
            assert plan is not None
            start = time.perf_counter()
            frame = keeping(asked, plan, 12.0)
            seconds.append(time.perf_counter() - start)
            solved.append(int(np.count_nonzero(~frame["Bound"])))
        print(f"  {kind:52} {said(seconds, KEEPING_GOAL)}   {len(frame)} answers, {min(solved)} or more of them solved", flush=True)


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    plans(wanted)
    answers(1)
