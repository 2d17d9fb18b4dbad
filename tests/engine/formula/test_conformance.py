"""What real Excel computed: all cases whose functions are here, and the reasons for those that differ."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from apportion.errors import ApportionError
from apportion.formula import ExcelError, evaluate
from apportion.formula.catalogue import FUNCTIONS

if TYPE_CHECKING:
    from pathlib import Path

# Of the cases whose functions are all here, and how many of them give what Excel gave. May only rise.
ATTEMPTED, EQUAL = 1908, 1884

INTERSECTION = "a range stands for the value in the formula's own row, and the case does not say which that is"
LOOKS_LIKE_AN_ERROR = "Excel held a text that looks like an error, and the case cannot say so"

# Each case that differs: workbook, cell and reason; see `apportion.formula.differences`.
DIFFERENT: dict[tuple[str, str], str] = {
    ("CONCATENATE.xlsx", "Sheet2!B2"): INTERSECTION,  # =CONCATENATE(A1:A3, "!")
    ("COUNTIF.xlsx", "Columns!D20"): LOOKS_LIKE_AN_ERROR,  # =COUNTIF($B$18:$O$18, D19)
    ("COUNTIF.xlsx", "Columns!H20"): LOOKS_LIKE_AN_ERROR,  # =COUNTIF($B$18:$O$18, H19)
    ("COUNTIF.xlsx", "Columns!J20"): LOOKS_LIKE_AN_ERROR,  # =COUNTIF($B$18:$O$18, J19)
    ("COUNTIF.xlsx", "Rows!V10"): LOOKS_LIKE_AN_ERROR,  # =COUNTIF($T$2:$T$15, U10)
    ("COUNTIF.xlsx", "Rows!V4"): LOOKS_LIKE_AN_ERROR,  # =COUNTIF($T$2:$T$15, U4)
    ("COUNTIF.xlsx", "Rows!V8"): LOOKS_LIKE_AN_ERROR,  # =COUNTIF($T$2:$T$15, U8)
    ("COUNTIFS.xlsx", "Rows2!T10"): LOOKS_LIKE_AN_ERROR,  # =COUNTIFS($R$2:$R$15, S10)
    ("COUNTIFS.xlsx", "Rows2!T8"): LOOKS_LIKE_AN_ERROR,  # =COUNTIFS($R$2:$R$15, S8)
    ("FLOOR_CEILING.xlsx", "FLOOR!AG126"): INTERSECTION,  # =FLOOR.MATH($A126,$AD$47:$AH$47)
    ("FLOOR_CEILING.xlsx", "FLOOR!AG45"): INTERSECTION,  # =FLOOR($A45,$AD$47:$AH$47)
    ("FLOOR_CEILING.xlsx", "FLOOR!AG6"): INTERSECTION,  # =FLOOR($A6,$AD$47:$AH$47)
    ("MROUND_TRUNC_INT.xlsx", "INT!B25"): LOOKS_LIKE_AN_ERROR,  # =INT(A25)
    ("MROUND_TRUNC_INT.xlsx", "TRUNC!C28"): LOOKS_LIKE_AN_ERROR,  # =TRUNC(A28,B28)
    ("ROUND.xlsx", "Sheet1!L4"): INTERSECTION,  # =ROUND(J2:J7, 2)
    ("ROUND.xlsx", "Sheet1!L5"): INTERSECTION,  # =ROUND(J7:J10, 2)
    ("ROUND.xlsx", "Sheet1!N5"): INTERSECTION,  # =ROUNDDOWN(J7:J10, 2)
    ("ROUND.xlsx", "Sheet1!T4"): INTERSECTION,  # =ROUND(1.745, R2:R7)
    ("ROUND.xlsx", "Sheet1!U4"): INTERSECTION,  # =ROUNDUP(1.745, R2:R7)
    ("ROUND.xlsx", "Sheet1!V4"): INTERSECTION,  # =ROUNDDOWN(1.745, R2:R7)
    ("ROUND.xlsx", "Sheet1!V5"): INTERSECTION,  # =ROUNDDOWN(R7:R10, 2)
    ("STRING_HANDLING.xlsx", "Sheet1!H8"): LOOKS_LIKE_AN_ERROR,  # =LEFT(A8, -1)
    ("STRING_HANDLING.xlsx", "Sheet1!M8"): LOOKS_LIKE_AN_ERROR,  # =RIGHT(A8,-2)
    ("STRING_HANDLING.xlsx", "Sheet1!P8"): LOOKS_LIKE_AN_ERROR,  # =LEN(TRIM(A8))
    ("simple_functions.xlsx", "INDEX!H6"): INTERSECTION,  # =INDEX(A1:A3,0.4)
}


def cases(shared: Path) -> list[dict[str, Any]]:
    """The cases whose functions are all here."""
    lines = (shared / "data" / "excel" / "excel_cases.jsonl").read_text(encoding="utf-8").splitlines()
    known = [json.loads(line) for line in lines]
    plain = [{name.upper().removeprefix("_XLFN.") for name in case["functions"]} for case in known]
    return [case for case, names in zip(known, plain, strict=True) if names <= set(FUNCTIONS)]


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


def computed(case: dict[str, Any]) -> Any:
    """What Apportion makes of a case."""
    try:
        return evaluate(case["formula"], case["inputs"])
    except ApportionError as error:
        return f"{type(error).__name__}: {error}"


def test_results_are_those_of_excel_but_for_the_differences_that_are_listed(shared: Path) -> None:
    """Every case that differs is in the table above with its reason, and none is there that does not."""
    attempted = cases(shared)
    different = {(case["source"], case["cell"]) for case in attempted if not same(computed(case), case["excel"])}
    assert different == set(DIFFERENT)
    assert len(attempted) >= ATTEMPTED
    assert len(attempted) - len(different) >= EQUAL
