"""`make fuzz`: rounds of random tables and formulas until the time is over; the exit code says whether all is explained."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from fuzz.comparing import Comparison, Disagreement, compared, grouped
from fuzz.faults import explained
from fuzz.patterns import Fault
from fuzz.peers import engine, ironcalc, libreoffice, patient
from fuzz.rounds import Round, drawn_round, write
from tools.recalculation import Workbooks

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.peers import Results

_SHOWN = 3
_EACH = 6
_LINE = 500


def outcome(made: Round, path: Path, recalculated: Path, iron: Callable[..., Results] = ironcalc) -> Comparison:
    """A round that was written and recalculated, compared cell by cell."""
    theirs = {"LibreOffice": libreoffice(made.sheets, recalculated), "IronCalc": iron(made.sheets, path)}
    return compared(made, engine(made.sheets), theirs)


def _round(seed: int, each: int, folder: Path) -> Comparison:
    made = drawn_round(seed, each=each)
    workbooks = Workbooks(folder, {f"round_{seed}": lambda path: write(made, path)})
    return outcome(made, *workbooks.pair(f"round_{seed}"), patient)


def main() -> int:
    """Rounds until the minutes are over; then what was found."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=5.0)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--each", type=int, default=_EACH, help="formulas of every function in a round")
    given = asked.parse_args()
    end, seed = time.monotonic() + given.minutes * 60, given.seed
    cells: Counter[str] = Counter()
    counts: Counter[Fault] = Counter()
    rest: list[Disagreement] = []
    unknown: dict[str, frozenset[str]] = {}
    while not cells or time.monotonic() < end:
        with tempfile.TemporaryDirectory() as folder:
            found = _round(seed, given.each, Path(folder))
        if "SUM" in found.unknown["IronCalc"]:  # it stopped: without a third program nobody can be outvoted
            print(f"seed {seed}: not compared", flush=True)
            seed += 1
            continue
        cells.update(found.compared)
        unknown = found.unknown
        before = len(rest)
        for one in found.found:
            fault = explained(one)
            if fault is None:
                rest.append(one)
            else:
                counts[fault] += 1
        print(f"seed {seed}: {found.compared}, {len(rest) - before} unexplained", flush=True)
        for _, members in grouped(rest[before:]):
            print(f"         {members[0].peer}: {members[0]}"[:_LINE], flush=True)
        seed += 1
    report(cells, counts, rest, unknown)
    return 1 if rest else 0


def report(
    cells: Counter[str], counts: Counter[Fault], rest: list[Disagreement], unknown: dict[str, frozenset[str]]
) -> None:
    """Cells compared, disagreements by fault, those that no document decides, and what nothing explains."""
    print(f"\nCells compared: {', '.join(f'{count:,} with {peer}' for peer, count in cells.items())}.")
    for peer, names in unknown.items():
        print(f"{peer} does not know {', '.join(sorted(names)) or 'none of the functions less'}.")
    print("\nExplained, by fault:")
    for fault, count in counts.most_common():
        mark = "  OPEN" if fault.open else ""
        print(f"{count:7,}  {fault.peer:12} {fault.functions[:40]:40} {fault.example} = {fault.excel}{mark}")
    print(f"\nUnexplained: {len(rest):,}.")
    for (peer, function, ours, theirs), members in grouped(rest):
        print(f"{len(members):7,}  {function}: engine {ours}, {peer} {theirs}; {_votes(members[0])}")
        for one in members[:_SHOWN]:
            print(f"         seed's table {one.sheet.table.name}, row {one.row + 1}: {str(one)[:500]}")


def _votes(one: Disagreement) -> str:
    others = [peer for peer in one.witnesses if peer != one.peer]
    if not others:
        return "no third opinion"
    return f"{others[0]} agrees with {'the engine' if one.sides_with_engine(others[0]) else one.peer if one.others_side_with_peer() else 'neither'}"


if __name__ == "__main__":
    sys.exit(main())
