"""Whole commands, each a process of its own: medians of several runs, after one that warms the disk."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 5


def median_seconds(*arguments: str) -> float:
    """The median time of a command from start to end."""
    command = [sys.executable, "-m", "apportion", *arguments]
    taken = []
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken[1:])


def main() -> None:
    """Print one line per command."""
    with tempfile.TemporaryDirectory() as folder:
        plan, csv = Path(folder) / "plan.xlsx", Path(folder) / "csv"
        for arguments in (["new", str(plan), "--sample"], ["to-csv", str(plan), str(csv)]):
            subprocess.run([sys.executable, "-m", "apportion", *arguments], check=True, capture_output=True)
        out = str(Path(folder) / "out.xlsx")
        print(f"{'whole command, median of ' + str(RUNS):<60}seconds")
        for said, arguments in {
            "apportion --help": ["--help"],
            "apportion check, sample workbook": ["check", str(plan)],
            "apportion allocate, sample workbook to results workbook": ["allocate", str(plan), "--out", out],
            "apportion allocate, sample CSV folder to JSON": ["allocate", str(csv), "--json"],
            "apportion prove, sample workbook to proof workbook": ["prove", str(plan), "--out", out],
        }.items():
            print(f"{said:<60}{median_seconds(*arguments):7.2f}")


if __name__ == "__main__":
    main()
