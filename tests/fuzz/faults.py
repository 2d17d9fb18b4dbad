"""The table of faults.

A source that begins with "not documented" is an open question: no page and no result of Excel was found that decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.faults_ironcalc import IRONCALC
from fuzz.faults_libreoffice import LIBREOFFICE
from fuzz.patterns import AGREES, ANY, IRON, LO, OURS, Fault

if TYPE_CHECKING:
    from fuzz.comparing import Disagreement

_AGGREGATES = ("VAR VAR.S VARP VAR.P VARA VARPA STDEV STDEV.S STDEVP STDEV.P STDEVA STDEVPA MEDIAN AVERAGE AVERAGEA MIN MINA MAX "
               "MAXA SUM PRODUCT COUNT COUNTA DEVSQ AVEDEV GEOMEAN HARMEAN")  # fmt: skip
_NO_ERROR_PASSES = ("IF IFS SWITCH CHOOSE IFERROR IFNA ISERROR ISERR ISNA ISTEXT ISNONTEXT ISNUMBER ISBLANK ISLOGICAL COUNT COUNTA AGGREGATE "
                    "SUBTOTAL COUNTIF COUNTIFS SUMIF SUMIFS AVERAGEIF AVERAGEIFS MINIFS MAXIFS XLOOKUP XMATCH LOOKUP MATCH VLOOKUP HLOOKUP "
                    "INDEX LET TEXTBEFORE TEXTAFTER")  # fmt: skip
_EXACT = "Microsoft forum, Excel 2010 MOD bug: the exact remainder; excel_cases.jsonl, MOD_QUOTIENT.xlsx!C20"
_BOTH = tuple(
    Fault(peer, functions, when, gives, example, excel, source)
    for peer in (LO, IRON)
    for functions, when, gives, example, excel, source in (
        (ANY, "one_of_several", "error>error", "=SUM(#N/A,#REF!)", "#N/A", "not documented: the first error in the order of arguments is the result"),
        (ANY, "error", "#VALUE!/#NUM!>error", '=REPLACE("a",1,"x",#NUM!)', "#VALUE!", "not documented: the first error in the order of arguments is the result"),
        ("HOUR MINUTE SECOND", "fraction/computed", "number>number", "=MINUTE(41484.9999942130)", "0", "Apache POI, TestCalendarFieldFunction: to the nearest second"),
        ("HOUR MINUTE SECOND", "positive", "#NUM!>number", "=HOUR(3000000)", "#NUM!", "Microsoft Support, Excel specifications: the last day is 9999-12-31"),
        ("RANK RANK.EQ RANK.AVG", "in:text/in:blank/in:boolean/text", "#NA>", "=RANK(1,[Word])", "#N/A", "wizardofexcel.com, RANK: a number that is not in the range is #N/A"),
        ("MOD", "", "#NUM!>number", "=MOD(1E+300,5)", "#NUM!", "Microsoft Support article 119083: large quotients are #NUM!"),
        ("MOD", "fraction/numeric", "number>number", "=MOD(10,0.1)", "0.1", _EXACT),
        ("LARGE SMALL", "2:number+fraction", "", "=LARGE([Day],1.5)", "the second largest", "Apache POI, AggregateFunction: the position is rounded up"),
        ("TEXT", "1:number+fraction/huge", "text>text", '=TEXT(19336.4479166667,"General")', '"19336.44792"',
         "Microsoft Support, Number format codes: General shows up to 11 digits"),
        ("UPPER", "accent", "text>text", '=UPPER("straße")', '"STRAßE"', "not documented: three programs, three results"),
        ("TIME", "", "#NUM!>", "=TIME(0,0,40000)", "#NUM!", "Microsoft Support, TIME function: from 0 to 32767"),
        ("TIME", "fraction/tiny/text", "number>", "=TIME(0,0.9,0)", "0", "Microsoft Support, TIME function: whole hours, minutes and seconds"),
        (_AGGREGATES, "by_IFNA/by_IFERROR/by_SWITCH/by_IFS/by_IF", "", "=COUNTA(IFNA([@Empty],1))", "1",
         "LibreOffice's table of the classes of Excel's functions (formulabase.cxx): IF gives a reference, IFERROR a value"),
        ("DATEVALUE TIMEVALUE", "text", "zero>#VALUE!", '=DATEVALUE("6:15 PM")', "0", "Microsoft Support, DATEVALUE function: the time in a text is ignored"),
        ("SEARCH FIND", "blank/empty", "number>#VALUE!", '=SEARCH("","")', "1", "Microsoft Support, FIND function: an empty text matches the first character"),
        ("VARPA VARA STDEVA STDEVPA AVERAGEA MINA MAXA", "text+literal/computed", "#VALUE!>", '=VARA("x",1)', "#VALUE!",
         "Microsoft Support, each function: texts typed as arguments that are no numbers are errors"),
        ("DEVSQ", "blank/text/boolean/in:text/in:blank/in:boolean", "#NUM!>#DIV0!", "=DEVSQ([@Word])", "#NUM!", "ClosedXML, its tests against Excel"),
        ("QUARTILE QUARTILE.INC", "2:negative+fraction", "number>", "=QUARTILE([Count],-0.9)", "the smallest", "Microsoft Support, QUARTILE function: quart is cut to a whole number"),
        ("SUMIF COUNTIF AVERAGEIF SUMIFS COUNTIFS AVERAGEIFS MINIFS MAXIFS", "signed+signed_wild/signed_accent/signed_word/signed_space", "", '=COUNTIF([Code],"<=*")', "by the order of signs",
         "not documented: it depends on the computer's language (table of differences, Order of texts)"),
        ("SUM SUMSQ MAX VAR VAR.S VARP VAR.P STDEV STDEV.S STDEVP STDEV.P VARPA VARA", "text error", "#VALUE!>error", '=VAR.P("x",#DIV/0!)', "#VALUE!", "not documented: the first error is the result"),
        ("COUNT SUM MAX MIN SUMPRODUCT", "by_FREQUENCY", "", "=COUNT(FREQUENCY([Empty],[Gap]))", "one for each bin, and one", "Microsoft Support, FREQUENCY function: without data an array of zeros"),
        ("ISEVEN ISODD", "text+decorated", ">#VALUE!", '=ISEVEN("14-Mar-2025")', "FALSE", "not documented: as other functions of the former Analysis ToolPak"),
        ("CODE", "accent", "", "=CODE(UNICHAR(5096))", "63", "not documented: what the code page lacks is a question mark"),
        ("NUMBERVALUE", "empty/blank/by_IF/by_IFERROR/by_IFNA/by_IFS/by_SWITCH/by_CHOOSE/by_LET/by_INDEX", "zero>#VALUE!", '=NUMBERVALUE("")', "0", "Microsoft Support, NUMBERVALUE function: an empty text is 0"),
        ("GCD LCM", "by_IFERROR/by_IFNA/by_SWITCH/by_IFS/by_IF/by_CHOOSE", "#VALUE!>", "=LCM(IFERROR([@Empty],1))", "as for [@Empty]",
         "not documented: what the former Analysis ToolPak makes of a blank that a function gives"),
        (f"{_AGGREGATES} MODE MODE.SNGL", "by_uplus", "", "=COUNT(+[@Empty])", "1",
         "not documented: a sign makes a value of a reference, as -[@Empty] does"),
        ("FIXED DOLLAR", "1:fraction/huge", "text>text", "=FIXED(0.285)", '"0.29"', "Microsoft Learn, Floating-point arithmetic: 15 digits of each number, as ROUND does"),
        ("POWER ^", "", "zero/tiny>error", "=0.435^14027", "0", "Microsoft Learn, Floating-point arithmetic: what is too small is 0"),
        ("POWER ^", "1:zero/blank/missing/FALSE 2:zero/blank/missing/FALSE", "#NUM!>number", "=0^0", "#NUM!", "Microsoft Support, POWER: not said; IronCalc agrees for numbers"),
        ("MATCH LOOKUP VLOOKUP HLOOKUP", "1:text/number", "#NA>", '=MATCH("x",{1,2,3})', "#N/A", "Microsoft Support, MATCH function: a value matches its type only"),
        ("DEVSQ VAR VAR.S VARP VAR.P STDEV STDEV.S STDEVP STDEV.P VARA VARPA STDEVA STDEVPA AVEDEV", "", "tiny/zero/close>tiny/zero/close", "=DEVSQ(0.8,0.8,0.8)", "0 or 3.7E-32",
         "not documented: the last digits of what cancels"),
        ("AND OR XOR", "text", "#VALUE!>boolean", '=XOR(FALSE,"007")', "#VALUE!", "excel_cases.jsonl, AND_OR_XOR.xlsx!AND XOR OR!C50"),
        ("AVERAGE SUM SUMSQ PRODUCT MIN MAX MEDIAN COUNT", "text+computed/literal", "", '=AVERAGE(LOWER("1 1/2"),1)', "1.25", "Microsoft Support, each function: texts of numbers typed as arguments count"),
        ("LOOKUP MATCH VLOOKUP HLOOKUP", "1:text 2:in:accent", "", '=LOOKUP("K-8",{"Élan"})', "by the order of letters", "not documented: it depends on the computer's language (table of differences, Order of texts)"),
        ("NUMBERVALUE", "text", "#VALUE!>number", '=NUMBERVALUE(REPT("007",99))', "#VALUE!", "not documented: a text of more than 255 letters is no number"),
        (f"* {_NO_ERROR_PASSES}", "error", "error>", "=GEOMEAN(#REF!,1,)", "#REF!", "Microsoft Support, Detect errors in formulas: an error in an argument is the result"),
        ("LET", "local/error", "error>error", '=LET(x,"2,",x*(GEOMEAN("a")*x))', "#VALUE!", "not documented: the first error in the order of operands is the result"),
        ("UNICHAR", "number", "#NA>", "=UNICHAR(56483)", "#N/A", "Microsoft Support, UNICHAR function: a partial surrogate is #N/A"),
        ("= <> < > <= >=", "accent", "boolean>boolean", '="élan"<"FA"', "TRUE", "Unicode Technical Standard 10: accents count where the letters are equal"),
        ("IFS", "", "#VALUE!>", '=IFS("462.16",1)', "#VALUE!", "Microsoft Support, IFS function: a condition that is neither TRUE nor FALSE is #VALUE!"),
        ("MROUND", "", "#NUM!>", "=MROUND(-6,0.4)", "#NUM!", "Microsoft Support, MROUND function: both arguments must have the same sign"),
        ("MROUND CEILING FLOOR CEILING.MATH FLOOR.MATH CEILING.PRECISE FLOOR.PRECISE ISO.CEILING", "tiny huge", "", "=FLOOR(-2.8E-17,1E+300)", "0",
         "Microsoft Support, Excel specifications: a quotient below 2.2E-308 is 0"),
        ("POWER ^", "1:zero/blank/missing/FALSE", "#DIV0!>", "=0^-5", "#DIV/0!", "Microsoft Support, #DIV/0! error: 0 to a negative power divides by 0"),
        ("SUMIF COUNTIF AVERAGEIF SUMIFS COUNTIFS AVERAGEIFS MINIFS MAXIFS", "signed_numeric", "", '=COUNTIF({"1 1/2"},"<>1.5")', "1",
         "IronCalc's workbook COUNTIFS.xlsx, stored by Excel: a text that looks like the number is found by = and by <>"),
        ("AND OR XOR", "by_IFNA/by_IFERROR/by_SWITCH/by_IFS/by_IF/by_CHOOSE", "boolean>", "=OR(IFERROR([@Empty],1))", "FALSE",
         "LibreOffice's table of the classes of Excel's functions (formulabase.cxx): IF gives a reference, IFERROR a value"),
        ("LARGE SMALL", "2:numeric", "number>#VALUE!", '=SMALL([Amount],"1 1/2")', "the first", "Microsoft Support, Calculation operators: a text that is a number, a date or money is converted"),
        ("ROUNDUP", "2:negative", "#NUM!>", "=ROUNDUP(3,-6522)", "#NUM!", "not documented: a power of ten beyond the largest number"),
        ("SUMIF COUNTIF AVERAGEIF SUMIFS COUNTIFS AVERAGEIFS MINIFS MAXIFS", "number/numeric in:decorated", "", '=COUNTIF({"1 1/2"},1.5)', "1",
         "IronCalc's workbook COUNTIFS.xlsx, stored by Excel: a text that looks like the number is found"),
        ("SUM MAX MIN COUNT SUMPRODUCT", "by_TREND+in:huge", "", "=SUM(TREND({1E+300;0},{2,2;1E+300,2}))", "1E+300", "not documented: the square is beyond the largest number"),
        (ANY, "year_and_month", "number>#VALUE!", '=LN("8720-3")', "of its first day", "not documented: Excel takes 2024-3 for March 2024"),
        ("ROUND ROUNDUP ROUNDDOWN TRUNC LEFT RIGHT MID", "2:numeric", ">#VALUE!", '=ROUND(0.8,"14-Mar-2025")', "0.8", "Microsoft Support, Calculation operators: a text that is a number, a date or money is converted"),
        (ANY, "long_minutes", "", '=MROUND("12:3012:30",498)', "0", "not documented: how many minutes a time may have"),
        ("DATEDIF", "", "#NUM!>", '=DATEDIF([@Day],[@Day],"x")', "#NUM!", "not documented: an unknown unit"),
    )
)
_SUMS = (
    Fault(OURS, "SUMIF AVERAGEIF", "1:wide/line/column/array", "#VALUE!>", "=SUMIF([[Count]:[Gap]],2,[Count])", "the sum of the cells beside [Count]",
          "Microsoft Support, SUMIF function: sum_range takes the size of range; table of differences"),
)
_TEXT = "Microsoft Support, Calculation operators: a text that is a number, a date or money is converted, any other is #VALUE!"
_TRUTH = "Microsoft Support, Calculation operators: TRUE is 1 where a number is expected"
_LARGE = "not documented: whether what is computed on the way is beyond the largest number"
_PASSED = "Microsoft Support, Detect errors in formulas: an error in an argument is the result"
# What shows in any function. Where the other program gives the same, the rows above must say why.
_WEAKNESSES = (
    Fault(LO, ANY, "numeric/in:numeric", "", '=GCD("1 1/2",3)', "as of 1.5", _TEXT, alone=True),
    Fault(LO, ANY, "text/in:text", "#VALUE!>", '=ROUNDUP("false",)', "#VALUE!", _TEXT, alone=True),
    Fault(IRON, ANY, "numeric/in:numeric", ">#VALUE!/#NUM!", '=TRIMMEAN([Count],"5%")', "as of 0.05", _TEXT, alone=True),
    Fault(IRON, ANY, "boolean/in:boolean", ">#VALUE!", "=RANK(TRUE,[Count])", "as of 1", _TRUTH, alone=True),
    Fault(LO, ANY, "error/in:error", "error>", "=GCD(#N/A,2)", "#N/A", _PASSED, alone=True),
    Fault(IRON, ANY, "error/in:error", "error>", "=MODE(1,1,#N/A)", "#N/A", _PASSED, alone=True),
    Fault(IRON, ANY, "", "error>error", '=QUARTILE.EXC([Empty],"x")', "#VALUE!", "not documented: which of two errors", alone=True),
    Fault(LO, ANY, "huge/in:huge", "", "=VAR(1E+300,1)", "#NUM!", _LARGE, alone=True),
    Fault(IRON, ANY, "huge/in:huge", "", "=VAR(1E+300,1)", "#NUM!", _LARGE, alone=True),
    Fault(LO, "MODE MODE.SNGL", "", "number>number", "=MODE(2,2,1,1)", "2", "not documented: of several modes the first in order, as IronCalc has it", alone=True),
)
_OUTVOTED = (
    Fault(LO, ANY, "", "", "=MODE.SNGL(0,-0.0)", "what two programs of three give", AGREES),
    Fault(IRON, ANY, "", "", "=STDEVPA(1E+300)", "what two programs of three give", AGREES),
)
# The first that fits is taken: what nobody named but two programs agree on comes last.
FAULTS: tuple[Fault, ...] = (*LIBREOFFICE, *IRONCALC, *_BOTH, *_SUMS, *_WEAKNESSES, *_OUTVOTED)


def explained(one: Disagreement) -> Fault | None:
    """The fault that a disagreement is an example of."""
    return next((fault for fault in FAULTS if fault.explains(one)), None)
