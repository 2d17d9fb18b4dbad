"""Writes the table of differences, `engine/DIFFERENCES.md`: `make differences`.

Every example of Apportion is computed while the table is written, so the table cannot say what is not so.
"""

from __future__ import annotations

import sys
from pathlib import Path

from apportion.formula.differences import DIFFERENCES

PATH = Path(__file__).parents[2] / "engine" / "DIFFERENCES.md"
LONGEST = 60


def text() -> str:
    """The whole file."""
    lines = [
        "# Where formulas differ",
        "",
        "Written by `make differences`; what stands under Apportion was computed then.",
        "",
        "## From Excel",
        "",
        "| what | formula | Excel | Apportion | why |",
        "|---|---|---|---|---|",
    ]
    for each in DIFFERENCES:
        formula = f"`{_cut(each.formula)}`{', ' + each.where if each.where else ''}"
        cells = (each.topic, formula, each.excel, each.apportion, each.reason)
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _cut(formula: str) -> str:
    return formula if len(formula) <= LONGEST else f"{formula[: LONGEST // 2]}..."


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"Wrote {PATH}\n")
