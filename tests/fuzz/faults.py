"""The table of faults.

A source that begins with "not documented" is an open question: no page and no result of Excel was found that decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.faults_ironcalc import IRONCALC
from fuzz.faults_libreoffice import LIBREOFFICE
from fuzz.patterns import IRON, LO, Fault

if TYPE_CHECKING:
    from fuzz.comparing import Disagreement

_EXACT = "Microsoft forum, Excel 2010 MOD bug: the exact remainder; excel_cases.jsonl, MOD_QUOTIENT.xlsx!C20"
_BOTH = tuple(
    Fault(peer, functions, when, gives, example, excel, source)
    for peer in (LO, IRON)
    for functions, when, gives, example, excel, source in (
        ("MOD", "", "#NUM!>number", "=MOD(1E+300,5)", "#NUM!", "Microsoft Support article 119083: large quotients are #NUM!"),
        ("MOD", "fraction", "number>number", "=MOD(10,0.1)", "0.1", _EXACT),
        ("LARGE SMALL", "2:number+fraction", "", "=LARGE([Day],1.5)", "the second largest", "Apache POI, AggregateFunction: the position is rounded up"),
        ("TEXT", "1:number+fraction", "text>text", '=TEXT(19336.4479166667,"General")', '"19336.44792"',
         "Microsoft Support, Number format codes: General shows up to 11 digits"),
        ("UPPER", "accent", "text>text", '=UPPER("straße")', '"STRAßE"', "not documented: three programs, three results"),
        ("TIME", "number+huge/positive", "#NUM!>number", "=TIME(0,0,40000)", "#NUM!", "Microsoft Support, TIME function: from 0 to 32767"),
        ("TIME", "fraction/tiny", "number>number", "=TIME(0,0.9,0)", "0", "Microsoft Support, TIME function: whole hours, minutes and seconds"),
        ("VAR VAR.S VARP VAR.P STDEV STDEV.S STDEVP STDEV.P MEDIAN AVERAGE MIN MAX PRODUCT COUNT COUNTA DEVSQ AVEDEV GEOMEAN HARMEAN",
         "by_IFNA/by_IFERROR/by_SWITCH/by_IFS", "", "=COUNTA(IFNA([@Empty],1))", "1",
         "LibreOffice's table of the classes of Excel's functions (formulabase.cxx): IF gives a reference, IFERROR a value"),
        ("DATEVALUE TIMEVALUE", "text", "zero>#VALUE!", '=DATEVALUE("6:15 PM")', "0", "Microsoft Support, DATEVALUE function: the time in a text is ignored"),
        ("SEARCH FIND", "blank/empty", "number>#VALUE!", '=SEARCH("","")', "1", "Microsoft Support, FIND function: an empty text matches the first character"),
        ("VARPA VARA STDEVA STDEVPA AVERAGEA MINA MAXA", "text+literal/computed", "#VALUE!>", '=VARA("x",1)', "#VALUE!",
         "Microsoft Support, each function: texts typed as arguments that are no numbers are errors"),
        ("DATEDIF", "", "#NUM!>", '=DATEDIF([@Day],[@Day],"x")', "#NUM!", "not documented: an unknown unit"),
    )
)
FAULTS: tuple[Fault, ...] = (*LIBREOFFICE, *IRONCALC, *_BOTH)


def explained(one: Disagreement) -> Fault | None:
    """The fault that a disagreement is an example of."""
    return next((fault for fault in FAULTS if fault.explains(one)), None)
