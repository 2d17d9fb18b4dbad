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
        ("DEVSQ", "blank/text/boolean/in:text/in:blank/in:boolean", "#NUM!>#DIV0!", "=DEVSQ([@Word])", "#NUM!", "ClosedXML, its tests against Excel"),
        ("QUARTILE QUARTILE.INC", "2:negative+fraction", "number>", "=QUARTILE([Count],-0.9)", "the smallest", "Microsoft Support, QUARTILE function: quart is cut to a whole number"),
        ("SUMIF COUNTIF AVERAGEIF SUMIFS COUNTIFS AVERAGEIFS MINIFS MAXIFS", "signed+signed_wild/signed_accent", "", '=COUNTIF([Code],"<=*")', "by the order of signs",
         "not documented: it depends on the computer's language (table of differences, Order of texts)"),
        ("SUM MAX VAR VAR.S VARP VAR.P STDEV STDEV.S STDEVP STDEV.P VARPA VARA", "text error", "#VALUE!>error", '=VAR.P("x",#DIV/0!)', "#VALUE!", "not documented: the first error is the result"),
        ("COUNT SUM MAX", "by_FREQUENCY", "", "=COUNT(FREQUENCY([Empty],[Gap]))", "one for each bin, and one", "Microsoft Support, FREQUENCY function: without data an array of zeros"),
        ("ISEVEN ISODD", "text+decorated", ">#VALUE!", '=ISEVEN("14-Mar-2025")', "FALSE", "not documented: as other functions of the former Analysis ToolPak"),
        ("CODE", "accent", "", "=CODE(UNICHAR(5096))", "63", "not documented: what the code page lacks is a question mark"),
        ("NUMBERVALUE", "empty/blank", "zero>#VALUE!", '=NUMBERVALUE("")', "0", "Microsoft Support, NUMBERVALUE function: an empty text is 0"),
        ("GCD LCM", "by_IFERROR/by_IFNA/by_SWITCH/by_IFS/by_IF/by_CHOOSE", "#VALUE!>", "=LCM(IFERROR([@Empty],1))", "as for [@Empty]",
         "not documented: what the former Analysis ToolPak makes of a blank that a function gives"),
        ("VAR VAR.S VARP VAR.P STDEV STDEV.S STDEVP STDEV.P MEDIAN AVERAGE MIN MAX PRODUCT COUNT COUNTA DEVSQ AVEDEV GEOMEAN HARMEAN", "by_uplus", "", "=COUNT(+[@Empty])", "1",
         "not documented: a sign makes a value of a reference, as -[@Empty] does"),
        ("DATEDIF", "", "#NUM!>", '=DATEDIF([@Day],[@Day],"x")', "#NUM!", "not documented: an unknown unit"),
    )
)
FAULTS: tuple[Fault, ...] = (*LIBREOFFICE, *IRONCALC, *_BOTH)


def explained(one: Disagreement) -> Fault | None:
    """The fault that a disagreement is an example of."""
    return next((fault for fault in FAULTS if fault.explains(one)), None)
