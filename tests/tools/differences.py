"""Writes the table of differences, `engine/DIFFERENCES.md`: `make differences`.

Every example of Apportion is computed while the table is written, so the table cannot say what is not so.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from apportion.formula.catalogue import FUNCTIONS
from apportion.formula.differences import DIFFERENCES
from fuzz.faults import FAULTS
from fuzz.not_asked import NOT_ASKED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from apportion.formula.differences import Difference
    from fuzz.not_asked import NotAsked
    from fuzz.patterns import Fault

PATH = Path(__file__).parents[2] / "engine" / "DIFFERENCES.md"
LONGEST = 60
MOST_NAMED = 4


def text() -> str:
    """The whole file."""
    return "\n".join(
        [
            "# Where formulas differ",
            "",
            "Written by `make differences`; what stands under Apportion was computed then.",
            "",
            "## From Excel",
            "",
            *_table(("what", "formula", "Excel", "Apportion", "why"), map(_of_excel, DIFFERENCES)),
            "",
            "## Between Excel and other programs",
            "",
            "`make fuzz` compares random formulas with LibreOffice and IronCalc. Where they differ from Apportion for one of",
            "these reasons they differ from Excel, as far as the source says; every other disagreement is a failure.",
            "",
            *_table(("program", "functions", "example", "Excel", "source"), _of_peers(FAULTS)),
            "",
            "Of these formulas they are not asked at all:",
            "",
            *_table(("program", "functions", "example", "why"), map(_not_asked, NOT_ASKED)),
            "",
            f"## The {len(FUNCTIONS)} functions",
            "",
            ", ".join(sorted(FUNCTIONS)),
            "",
        ]
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in (heads, ["---"] * len(heads), *rows):
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def _of_excel(each: Difference) -> Sequence[str]:
    formula = each.formula if len(each.formula) <= LONGEST else f"{each.formula[: LONGEST // 2]}..."
    return each.topic, f"`{formula}`{', ' + each.where if each.where else ''}", each.excel, each.apportion, each.reason


def _of_peers(faults: Iterable[Fault]) -> Iterator[Sequence[str]]:
    """One row for what is a fault of both."""
    peers: dict[tuple[str, ...], list[str]] = {}
    for each in faults:
        row = (_first(each.functions), f"`{each.example}`", each.excel, each.source)
        peers.setdefault(row, []).append(each.peer)
    return ((", ".join(of), *row) for row, of in peers.items())


def _not_asked(each: NotAsked) -> Sequence[str]:
    return each.peers, _first(each.functions), f"`{each.example}`", each.why


def _first(functions: str) -> str:
    """A few names; "*" stands for all functions."""
    names = functions.split()
    if names[0] == "*" and names[1:]:
        return f"any but {_first(' '.join(names[1:]))}"
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED + 1 else ""
    return f"{', '.join(names[:MOST_NAMED] if more else names)}{more}".replace("*", "any" if names[0] == "*" else "*")


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"Wrote {PATH}\n")
