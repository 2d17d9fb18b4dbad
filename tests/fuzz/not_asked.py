"""Formulas of which a peer is not asked, since its answer would tell nothing of Excel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fuzz.patterns import holds, named

if TYPE_CHECKING:
    from fuzz.comparing import Case


@dataclass(frozen=True)
class NotAsked:
    """A kind of formula by its function and operands, as in `Fault`; why a peer is not asked, and an example."""

    peers: str
    functions: str
    when: str
    example: str
    why: str


_LOGICAL = "TRUE FALSE AND OR XOR NOT IF IFS IFERROR IFNA CHOOSE ISERROR ISERR ISNA ISTEXT ISNONTEXT ISBLANK + - * / u- u+ u% ^"
_SORTED = "Microsoft Support, MATCH and LOOKUP functions: values must ascend, or the result may be incorrect"

_PAIRS = ("CORREL PEARSON RSQ SLOPE INTERCEPT STEYX COVAR COVARIANCE.P COVARIANCE.S FORECAST FORECAST.LINEAR "
          "SUMX2MY2 SUMX2PY2 SUMXMY2 TREND")  # fmt: skip
_BOTH = "LibreOffice IronCalc"
_EARLY = "Both count days from 1899-12-30, without Excel's 29 February 1900 (ODF 1.3 part 4, 4.11.3), and before it."

_ROUNDED = ("ROUND ROUNDUP ROUNDDOWN TRUNC INT CEILING FLOOR MROUND CEILING.MATH FLOOR.MATH CEILING.PRECISE FLOOR.PRECISE ISO.CEILING "
            "ABS SIGN SQRT SUM PRODUCT MIN MAX AVERAGE COUNT COUNTA MEDIAN SUMPRODUCT IF IFS SWITCH IFERROR IFNA AND OR XOR NOT "
            "ISBLANK ISNUMBER ISTEXT ISLOGICAL ISNONTEXT ISERROR ISERR ISNA + - * / & = <> < > <= >= u- u% u+ MATCH VLOOKUP HLOOKUP "
            "LOOKUP XLOOKUP XMATCH SUMIF COUNTIF AVERAGEIF SUMIFS COUNTIFS AVERAGEIFS MINIFS MAXIFS LARGE SMALL TEXT CONCAT")  # fmt: skip

NOT_ASKED = (
    NotAsked("LibreOffice", f"* {_LOGICAL}", "boolean/in:boolean", '=TRUE&"", =SUM([Flag])',
             "It keeps TRUE as the number 1 that shows as TRUE (ODF 1.3 part 4, 4.5 allows that)."),
    NotAsked(_BOTH, f"* {_ROUNDED}", "nearly/in:nearly", "=ISEVEN(3997.9999999999995)",
             "No page says which functions take a number for the whole one that it shows as."),
    NotAsked(_BOTH, "*", "in:nearly+by_SEQUENCE/by_TAKE/by_DROP/by_INDEX", "=SUM(SEQUENCE(3.9999999999999996))", "As above."),
    NotAsked("IronCalc", "*", "mapped", "=SUM(ROUND([Amount],0))", "It calls a function of one value for the first element only."),

    NotAsked("IronCalc", "*", "missing", "=COUNTA(,1)", "It has no argument that is left empty."),
    NotAsked("IronCalc", _PAIRS, "elsewhere", "=RSQ(Second[Count],[Part])", "It reads pairs from its own sheet only."),
    NotAsked("IronCalc", "VALUETOTEXT", "", "=VALUETOTEXT(1,0)", "It knows the name but has no result."),
    NotAsked(_BOTH, "T N", "range/array/computed_array", "=T([Code])", "They take the cell of the formula's own row, as Excel 2007 did."),
    NotAsked(_BOTH, "MATCH", "2:unsorted 3?:!zero+!missing+!blank+!FALSE", "=MATCH(2,{3,1,2})", _SORTED),
    NotAsked(_BOTH, "MATCH", "2:not_descending 3:negative", "=MATCH(2,{1,2,3},-1)", _SORTED.replace("ascend", "descend")),
    NotAsked("IronCalc", "CONCAT TEXTJOIN", "array/computed_array", '=CONCAT({"a","b"})', "It has no text of arrays."),
    NotAsked("IronCalc", "TEXTJOIN", "1:wide/line/column/array/computed_array", "=TEXTJOIN([Word],TRUE,[Code])", "It takes one delimiter."),
    NotAsked(_BOTH, "VLOOKUP HLOOKUP", "2:unsorted 4?:!zero+!missing+!blank+!FALSE", "=VLOOKUP(2,{3;1;2},1)", _SORTED),
    NotAsked(_BOTH, "LOOKUP", "2:unsorted", "=LOOKUP(2,{3,1,2})", _SORTED),
    NotAsked(_BOTH, "YEAR MONTH DAY HOUR MINUTE SECOND WEEKDAY WEEKNUM ISOWEEKNUM EDATE EOMONTH WORKDAY WORKDAY.INTL", "1:early",
             "=DAY(59)", _EARLY),
    NotAsked(_BOTH, "DAYS DAYS360 YEARFRAC DATEDIF NETWORKDAYS NETWORKDAYS.INTL", "1:early", "=DAYS(59,[@Day])", _EARLY),
    NotAsked(_BOTH, "DAYS DAYS360 YEARFRAC DATEDIF NETWORKDAYS NETWORKDAYS.INTL", "2:early", "=DAYS([@Day],59)", _EARLY),
    NotAsked(_BOTH, "NETWORKDAYS WORKDAY", "3:early/in:early", "=WORKDAY([@Day],5,59)", _EARLY),
    NotAsked(_BOTH, "NETWORKDAYS.INTL WORKDAY.INTL", "4:early/in:early", "=WORKDAY.INTL([@Day],5,1,59)", _EARLY),
    NotAsked(_BOTH, "DATE", "1:negative/zero/missing/blank", "=DATE(0,1,1)", _EARLY),
)


def is_asked(peer: str, case: Case) -> bool:
    """Whether a peer's result of a cell is compared with the engine's."""
    return not any(
        peer in each.peers and named(case.function, each.functions) and holds(each.when, case.operands) for each in NOT_ASKED
    )
