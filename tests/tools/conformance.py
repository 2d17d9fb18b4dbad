"""How many formulas give what real Excel gave: `make conformance`, or this file with another file of such results.

A case is a formula, what Excel held in every reference of it, and Excel's result (see `data/README.md` beside the
project). It runs three times: as it stands; with the cells that hold a text which looks like an error given as texts,
for which a case has no words; and at its own cell, where a range stands for the value beside the formula.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openpyxl.utils.cell import get_column_letter, range_boundaries

from apportion.errors import ApportionError
from apportion.formula import ExcelError, Text, evaluate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Case = dict[str, Any]

SHARED = Path(os.environ.get("APPORTION_SHARED", Path(__file__).parents[2].parent / "shared"))
CASES = SHARED / "data" / "excel" / "excel_cases.jsonl"

# Cells in which Excel held a text such as "#DIV/0!", workbook, sheet and address: their other results show it. LEN of
# the trimmed A8 is 7; a count of "#DIV/0!" finds two of the three cells that show it; INT of A25 is #VALUE!.
TEXTS = frozenset({
    ("COUNTIF.xlsx", "Columns", "K18"),
    ("COUNTIF.xlsx", "Rows", "T11"),
    ("COUNTIFS.xlsx", "Rows2", "R11"),
    ("MROUND_TRUNC_INT.xlsx", "INT", "A25"),
    ("MROUND_TRUNC_INT.xlsx", "TRUNC", "A28"),
    ("STRING_HANDLING.xlsx", "Sheet1", "A8"),
})  # fmt: skip


def cases(path: Path = CASES) -> list[Case]:
    """All cases of a file, one JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def same(result: Any, excel: Any) -> bool:
    """Numbers to 1e-9 of their size, all else exactly; of an array the top left value."""
    result = result[0][0] if isinstance(result, list) else result
    result = str(result) if isinstance(result, ExcelError) else result
    if isinstance(excel, str):  # files write a character such as that of code 1 as _x0001_ (ECMA-376, ST_Xstring)
        excel = re.sub("_x([0-9A-F]{4})_", lambda code: chr(int(code[1], 16)), excel)
    if isinstance(excel, bool) or isinstance(result, bool):
        return result is excel
    if isinstance(excel, (int, float)):
        return isinstance(result, float) and abs(result - excel) <= 1e-9 * max(abs(result), abs(excel))
    return bool(result == excel)


def computed(case: Case, *, texts: bool = False, cell: bool = False) -> Any:
    """What Apportion makes of a case; where it refuses the formula, what it says."""
    inputs = dict(_with_texts(case)) if texts else case["inputs"]
    try:
        return evaluate(case["formula"], inputs, case["cell"].rpartition("!")[2] if cell else "")
    except ApportionError as error:
        return f"{type(error).__name__}: {error}"


def decided(case: Case) -> Any:
    """What Apportion makes of a case with all that is known about it."""
    return computed(case, texts=True, cell=True)


def _with_texts(case: Case) -> Iterator[tuple[str, Any]]:
    sheet = case["cell"].rpartition("!")[0]
    for reference, held in case["inputs"].items():
        known = {address for workbook, page, address in TEXTS if (workbook, page) == (case["source"], sheet)}
        yield reference, _marked(reference, held, known) if known else held


def _marked(reference: str, held: Any, texts: set[str]) -> Any:
    left, top, _, _ = range_boundaries(reference.rpartition("!")[2])
    if not isinstance(held, list):
        return Text(held) if f"{get_column_letter(left)}{top}" in texts else held
    return [
        [Text(each) if f"{get_column_letter(left + j)}{top + i}" in texts else each for j, each in enumerate(row)]
        for i, row in enumerate(held)
    ]


def _said(known: Iterable[Case], **how: bool) -> str:
    found = [same(computed(case, **how), case["excel"]) for case in known]
    return f"{sum(found):,} of {len(found):,} ({sum(found) / max(1, len(found)):.2%})"


def main(path: Path) -> None:
    """Prints the figures and every case that differs."""
    known = cases(path)
    print(f"Results of real Excel in {path}")
    print(f"  equal as the file has them:                    {_said(known)}")
    print(f"  texts that look like errors given as texts:    {_said(known, texts=True)}")
    print(f"  and every formula computed in its own cell:    {_said(known, texts=True, cell=True)}")
    for case in known:
        if not same(decided(case), case["excel"]):
            print(f"  {case['source']} {case['cell']} {case['formula']}: Excel {case['excel']!r}, not {decided(case)!r}")


if __name__ == "__main__":
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else CASES
    if not given.exists():
        sys.exit(f"There are no results of Excel at {given}. Give the path of a file of them.")
    main(given)
