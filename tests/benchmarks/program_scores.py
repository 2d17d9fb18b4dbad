"""Scores of 2,000 programs by 8 criteria and 12 raters: reading apart, then scores, agreement and sheets.

Run with `python tests/benchmarks/program_scores.py`. Medians of several runs. The rubric is that of the public frame.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from apportion.programs.checks_rubric import check_rubric
from apportion.programs.portfolio import read_portfolio
from apportion.programs.rubric import score
from tools.plans import table
from tools.programs import FUNDS, PARTS, criteria

if TYPE_CHECKING:
    from collections.abc import Callable

    from apportion.tables import Table

PROGRAMS, RATERS, YEARS, RUNS = 2_000, 12, (2027, 2028, 2029), 5


def review(programs: int = PROGRAMS, raters: int = RATERS) -> dict[str, Table]:
    """The tables of a review: every rater scores every criterion of every program, one in ten not rated."""
    draw = random.Random(1)  # noqa: S311 the same data every time
    codes = [f"P{number:04d}" for number in range(programs)]
    people = [f"Rater {number}" for number in range(raters)]
    choices: list[Any] = ["not rated", *(float(score) for score in (0, 1, 1, 2, 2, 3, 3, 3, 4))]
    rows: dict[str, list[dict[str, Any]]] = {
        "Plan": [{"Setting": "Fiscal year", "Value": 2027.0}, {"Setting": "District", "Value": "Large"}],
        "Funds": FUNDS,
        "Programs": [{"Code": code, "Program": f"Program {code}", "Students taking part": 100.0} for code in codes],
        "ProgramCosts": [
            {"Program": code, "Year": float(year), "Fund": fund["Fund"], "Dollars": float(draw.randint(10_000, 900_000))}
            for code in codes
            for year in YEARS
            for fund in FUNDS
        ],
        "Criteria": criteria(),
        "Raters": [{"Rater": rater, "Owner of": codes[number]} for number, rater in enumerate(people)],
        "Ratings": [
            {"Program": code, "Criterion": name, "Rater": rater, "Score": draw.choice(choices), "Evidence": "seen"}
            for code in codes
            for name, _, _ in PARTS.values()
            for rater in people
        ],
    }
    return {name: table(name, each) for name, each in rows.items()}


def median_seconds(work: Callable[[], object], runs: int = RUNS) -> float:
    """The median time of a piece of work, after one run that warms up."""
    taken = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken[1:])


def measure() -> dict[str, float]:
    """Seconds by what was measured."""
    tables = review()
    portfolio, _ = read_portfolio(tables)
    return {
        "read the tables": median_seconds(lambda: read_portfolio(tables), 1),
        "check": median_seconds(lambda: list(check_rubric(portfolio)), 1),
        "score": median_seconds(lambda: score(portfolio)),
        "agreement of the raters": median_seconds(lambda: score(portfolio).agreement, 1),
    }


def main() -> None:
    """Print one line per measurement."""
    print(f"{f'{PROGRAMS:,} programs x {len(PARTS)} criteria x {RATERS} raters':<60}seconds")
    for said, seconds in measure().items():
        print(f"{said:<60}{seconds:7.2f}")


if __name__ == "__main__":
    main()
