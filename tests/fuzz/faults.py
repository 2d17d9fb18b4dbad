"""The table of faults.

A source that begins with "not documented" is an open question: no page and no result of Excel was found that decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.patterns import Fault

if TYPE_CHECKING:
    from fuzz.comparing import Disagreement

LO, IRON, OURS = "LibreOffice", "IronCalc", "Apportion"
_TRUTHS = "LibreOffice keeps TRUE as the number 1 (ODF 1.3 part 4, 4.5 allows that)"
_TYPES = "Microsoft Support, Order of types in comparisons: numbers before texts before FALSE and TRUE"
_AGGREGATES = "SUM PRODUCT MIN MAX AVERAGE COUNT MEDIAN LARGE SMALL SUMPRODUCT"
_LOOKUPS = "MATCH INDEX VLOOKUP HLOOKUP LOOKUP XLOOKUP XMATCH"
_CRITERIA = "SUMIF COUNTIF AVERAGEIF SUMIFS COUNTIFS AVERAGEIFS MINIFS MAXIFS"
_COMPARISONS = "= <> < > <= >="

_502 = "LibreOffice Help, Error codes: Err:502 is an invalid argument, which a file in Excel's format holds as #VALUE!"

_BOOLEANS = (
    Fault(LO, "&", "boolean", "text>text", '=">"&[@Flag], TRUE', '">TRUE"', f"Microsoft Support, Calculation operators; {_TRUTHS}"),
    Fault(LO, _COMPARISONS, "boolean", "boolean>boolean", "=[@Flag]<5, TRUE", "FALSE", f"{_TYPES}; {_TRUTHS}"),
    Fault(LO, _AGGREGATES, "boolean/in:boolean", "number/#DIV0!/#NUM!>number/boolean", "=SUM([@Flag],2), TRUE", "2",
          f"Microsoft Support, each function: logical values in references and arrays are ignored; {_TRUTHS}"),
    Fault(LO, "ISNUMBER ISLOGICAL", "boolean", "boolean>boolean", "=ISNUMBER([@Flag]), TRUE", "FALSE",
          f"Microsoft Support, IS functions; {_TRUTHS}"),
    Fault(LO, _LOOKUPS, "1:boolean", "", "=MATCH([@Flag],[Count],0), TRUE", "#N/A",
          f"Microsoft Support, MATCH function: it matches by type; {_TRUTHS}"),
    Fault(LO, _LOOKUPS, "2:in:boolean", "", "=MATCH(1,{TRUE,1},0)", "2",
          f"Microsoft Support, MATCH function: it matches by type; {_TRUTHS}"),
    Fault(LO, _CRITERIA, "boolean/in:boolean", "", "=COUNTIF([Flag],1), all TRUE", "0",
          f"excel_cases.jsonl, COUNTIF.xlsx!Columns!E35; {_TRUTHS}"),
    Fault(LO, "LEFT RIGHT MID LEN TRIM UPPER LOWER EXACT", "1:boolean", "", "=LEN([@Flag]), TRUE", "4",
          f"Microsoft Support, LEN function, a value is turned into its text; {_TRUTHS}"),
    Fault(LO, "MROUND", "boolean", "#VALUE!>", "=MROUND(TRUE,3)", "#VALUE!", f"excel_cases.jsonl, MROUND_TRUNC_INT.xlsx!MROUND!C53; {_TRUTHS}"),
)

_ILLEGAL = (
    Fault(LO, "LARGE SMALL MEDIAN SQRT POWER ^ FLOOR CEILING MROUND", "", "#NUM!>#VALUE!", "=SQRT(-1)", "#NUM!",
          f"Microsoft Support, each function; {_502}"),
    Fault(LO, "INDEX VLOOKUP HLOOKUP", "", "#REF!>#VALUE!", "=INDEX([Part],1,2)", "#REF!", f"Microsoft Support, INDEX function; {_502}"),
    Fault(LO, "FLOOR", "2:zero/missing/blank", "#DIV0!>#VALUE!", "=FLOOR(2,0)", "#DIV/0!", f"Microsoft Support, FLOOR function; {_502}"),
    Fault(LO, "SWITCH IFS", "", "#NA>#VALUE!", "=SWITCH(5,4,1)", "#N/A", f"Microsoft Support, SWITCH function; {_502}"),
)

_LIBREOFFICE = (
    Fault(LO, "MROUND", "", "#NUM!>number", "=MROUND(3,-2)", "#NUM!", "Microsoft Support, MROUND function, last example"),
    Fault(LO, "AND OR XOR", "in:text", "boolean>#VALUE!", '=XOR(TRUE,{"x";TRUE})', "FALSE",
          "Microsoft Support, XOR function: texts in an array are ignored"),
    Fault(LO, "LARGE SMALL", "2:number+fraction", "number>number", "=LARGE([Day],1.5)", "the second largest",
          "Apache POI, AggregateFunction: the position is rounded up"),
)

_IRONCALC = (
    Fault(IRON, "&", "number+fraction/tiny/huge", "text>text", '=">"&0.3480858543108898', '">0.34808585431089"',
          "Microsoft Learn, Excel specifications: 15 digits of precision"),
    Fault(IRON, _CRITERIA, "wide/in:error", "#VALUE!>number/#DIV0!", '=SUMIFS([[Word]:[Flag]],[Word],"10")', "#VALUE!",
          "Microsoft Support, SUMIFS function: ranges of different shape are #VALUE!"),
    Fault(IRON, "HLOOKUP VLOOKUP", "", "#VALUE!>#REF!", "=VLOOKUP(1,[[Amount]:[Part]],0)", "#VALUE!",
          "Microsoft Support, VLOOKUP function: less than 1 is #VALUE!"),
    Fault(IRON, "MATCH LOOKUP", "", "#NA>number/text/boolean", "=MATCH(FALSE,[Code])", "#N/A",
          "Microsoft Support, MATCH function; LibreOffice gives #N/A, too"),
    Fault(IRON, "LOOKUP", "2:wide/line/array", "#NA>unreadable", "=LOOKUP(1,[[Word]:[Flag]],[Gap])", "#N/A",
          "Microsoft Support, LOOKUP function; the array form"),
    Fault(IRON, _AGGREGATES, "array/computed_array", "", "=COUNT({0.1,10})", "2", "Microsoft Support, COUNT function: numbers in arrays count"),
    Fault(IRON, "AVERAGE COUNT MIN MAX SUM PRODUCT MEDIAN", "boolean+reference", "number>number", "=AVERAGE(2,Yes), Yes a cell with TRUE", "2",
          "Microsoft Support, AVERAGE function: logical values in references are ignored"),
    Fault(IRON, "POWER ^", "", "#NUM!>#DIV0!", "=POWER(1E+300,4)", "#NUM!", "Microsoft Support, How to correct a #NUM! error: too large a number; LibreOffice gives #NUM!, too"),
    Fault(IRON, "LARGE SMALL", "2:number+fraction", "number>number", "=LARGE([Day],1.5)", "the second largest",
          "Apache POI, AggregateFunction: the position is rounded up"),
)

_ASCENDING = "Microsoft Support, MATCH and LOOKUP functions: values must ascend, or the result may be incorrect"
_UNSORTED = tuple(
    Fault(peer, functions, when, "", "=MATCH(2,{3,1,2})", "not defined", _ASCENDING)
    for peer in (LO, IRON)
    for functions, when in (
        ("MATCH", "2:unsorted 3?:!zero+!missing+!blank+!FALSE"),
        ("VLOOKUP HLOOKUP", "2:unsorted 4?:!zero+!missing+!blank+!FALSE"),
        ("LOOKUP", "2:unsorted"),
    )
)
_EMPTY = "Microsoft Support, each function: an argument left empty is 0, and one argument"
_BOTH_AGREE = "the engine and LibreOffice agree; {}"

_FURTHER = (
    Fault(IRON, "COUNT COUNTA MEDIAN MIN MAX AVERAGE PRODUCT", "missing", "", "=COUNTA(,1)", "2", _EMPTY),
    Fault(LO, "MATCH", "1:error", "error>#VALUE!", "=MATCH(#DIV/0!,[Count],0)", "#DIV/0!", "not documented: the first error is the result"),
    Fault(LO, "MATCH", "2:wide/array/line", "#NA>#VALUE!", "=MATCH(1,{1,2;3,4})", "#N/A", f"not documented: LibreOffice says {_502}"),
    Fault(IRON, "MATCH", "2:wide/array/line", "#NA>unreadable", "=MATCH(1,{1,2;3,4})", "#N/A", "not documented: IronCalc has no result at all"),
    Fault(IRON, "XMATCH XLOOKUP", "number+!missing", "#VALUE!>", "=XMATCH(1,[Gap],0.5)", "#VALUE!",
          "Microsoft Support, XMATCH function: the match modes are 0, -1, 1 and 2"),
    Fault(IRON, "XLOOKUP", "2:!range+!array", ">#NA", "=XLOOKUP(1,Less,[@Empty],5)", "5", "not documented: a single cell is an array of one"),
    Fault(LO, "POWER ^", "1:zero/blank/missing/FALSE 2:zero/blank/missing/FALSE", "#NUM!>number", "=0^0", "#NUM!",
          "not documented: IronCalc agrees with the engine"),
    Fault(LO, "POWER ^", "", "zero>#NUM!", "=0.5^5000", "0", "Microsoft Learn, Floating-point arithmetic: what is too small is 0"),
    Fault(IRON, "AND OR XOR", "error/in:error", "error>boolean", "=OR(TRUE,#VALUE!)", "#VALUE!", "not documented: LibreOffice agrees with the engine"),
    Fault(IRON, "LOWER UPPER LEFT RIGHT MID LEN TRIM EXACT", "number+fraction/huge/tiny", "text/number/boolean>", "=LOWER(1/3)",
          '"0.333333333333333"', "Microsoft Learn, Excel specifications: 15 digits of precision"),
    Fault(LO, "& LOWER UPPER LEFT RIGHT MID LEN TRIM EXACT", "number+tiny/huge", "text/number>text/number", '=-2.7E-17&""', '"-2.7E-17"',
          "not documented: an exponent of two digits"),
    Fault(LO, "SWITCH", "blank/missing", "number>#NA", "=SWITCH(FALSE,[@Empty],1)", "1", "not documented: IronCalc agrees with the engine"),
    Fault(LO, "SWITCH", "1:number/boolean/blank", "#NA>", '=SWITCH(10,"10",1)', "#N/A", _TYPES),
    Fault(LO, "MROUND", "missing", "#NA>#VALUE!", "=MROUND(3,)", "#N/A", f"excel_cases.jsonl, MROUND_TRUNC_INT.xlsx!MROUND!C34; {_502}"),
    Fault(LO, "MROUND", "missing", "#NA>number", "=MROUND(3,)", "#N/A", "excel_cases.jsonl, MROUND_TRUNC_INT.xlsx!MROUND!C34"),
    Fault(LO, "SUMPRODUCT", "in:error in:text", "error>number", '=SUMPRODUCT({1,#N/A},{2,"x"})', "#N/A", "not documented: IronCalc agrees with the engine"),
    Fault(LO, "IFNA IFERROR", "1:missing", ">#NA", "=IFERROR(,1)", "0", _EMPTY),
    Fault(LO, "LOOKUP", "2:wide/array/line", ">#VALUE!", "=LOOKUP(2,{1,2;3,4},[Gap])", "an element", f"Microsoft Support, LOOKUP function; {_502}"),
    Fault(IRON, "LOOKUP", "2:wide/array/line", ">unreadable", "=LOOKUP(2,{1,2;3,4},[Gap])", "an element", "Microsoft Support, LOOKUP function, the array form"),
    Fault(IRON, "&", "boolean+computed", "text>boolean", '="K"&(1<2)', '"KTRUE"', "Microsoft Support, Calculation operators and precedence"),
    Fault(LO, "LEFT RIGHT MID", "number+huge", "text>#VALUE!", '=RIGHT("K",1E300)', '"K"', "Microsoft Support, RIGHT function: a number of characters beyond the length gives all"),
    Fault(IRON, _CRITERIA, "text+signed", "number/#DIV0!>number/#DIV0!", '=COUNTIF([Count],"<>x")', "all",
          "not documented: LibreOffice agrees with the engine"),
)

_ERROR_CRITERION = "not documented: an error as criterion counts such errors; IronCalc agrees with the engine"
_FIRST = "not documented: operands are converted from left to right; IronCalc agrees with the engine"
_SIZES = "where arrays have no partner the result is #N/A"
_TEXTS = "not documented for computed texts (excel_cases.jsonl, PRODUCT_SUM.xlsx!C22 for literals); IronCalc agrees"

_MORE = (
    Fault(LO, _AGGREGATES, "computed_array", "number/error>number/error", "=MAX(ISNUMBER({7}))", "0", f"not documented: {_TRUTHS}; {_SIZES}"),
    Fault(LO, _CRITERIA, "error", "", '=COUNTIF([Amount],"<>"&#N/A)', "0", _ERROR_CRITERION),
    Fault(IRON, "MINIFS MAXIFS", "in:error", "", "=MINIFS([Trouble],[Wild],1)", "the first error", "excel_cases.jsonl, SUMIFS.xlsx!H29; LibreOffice agrees with the engine"),
    Fault(LO, "MINIFS MAXIFS AVERAGEIFS SUMIFS SUMIF AVERAGEIF", "in:error", "error>error/number", "=MINIFS([Trouble],[Wild],1)", "the first error",
          "not documented: texts are ordered by the computer's language; IronCalc agrees with the engine"),
    Fault(LO, _CRITERIA, "text+wild/signed", "number/#DIV0!>number/#DIV0!", '=SUMIF([Amount],"*")', "0", "not documented in each case: wildcards match text only (Microsoft Support, SUMIF function)"),
    Fault(IRON, "COUNT", "text+reference", "number>number", "=COUNT(Typed), Typed a cell with a text", "0",
          "Microsoft Support, COUNT function: texts in references do not count"),
    Fault(IRON, "XLOOKUP XMATCH HLOOKUP VLOOKUP", "2:!array", ">unreadable", "=XLOOKUP(1,[@A],[@B],2,0,FALSE)", "2", "Microsoft Support, XLOOKUP function"),
    Fault(IRON, "XLOOKUP XMATCH", "2:error", "#NA/number/text>", "=XLOOKUP(1,#VALUE!,2)", "#N/A", "Microsoft Support, XLOOKUP function: no element matches"),
    Fault(IRON, "XMATCH HLOOKUP VLOOKUP", "1:boolean", "#NA>number", "=XMATCH(FALSE,[Gap])", "#N/A", "Microsoft Support, XMATCH function: types differ"),
    Fault(LO, "HLOOKUP VLOOKUP", "1:error", "error>#VALUE!", "=HLOOKUP(#DIV/0!,[Gap],1)", "#DIV/0!", "excel_cases.jsonl, HVLOOKUP.xlsx!HLOOKUP!Q8"),
    Fault(LO, "MOD", "", "#NUM!>number", "=MOD(1E+300,5)", "#NUM!", "Microsoft Support article 119083: large quotients are #NUM!"),
    Fault(IRON, "MOD", "", "#NUM!>number", "=MOD(1E+300,5)", "#NUM!", "Microsoft Support article 119083: large quotients are #NUM!"),
    Fault(LO, "MOD", "fraction", "number>number", "=MOD(10,0.1)", "0.1", "Microsoft forum, Excel 2010 MOD bug: the exact remainder; excel_cases.jsonl, MOD_QUOTIENT.xlsx!C20"),
    Fault(IRON, "MOD", "fraction", "number>number", "=MOD(10,0.1)", "0.1", "Microsoft forum, Excel 2010 MOD bug: the exact remainder; excel_cases.jsonl, MOD_QUOTIENT.xlsx!C20"),
    Fault(LO, "ROUND ROUNDUP ROUNDDOWN TRUNC", "2:whole/fraction", "number>#VALUE!", "=ROUND(12,45566)", "12", "excel_cases.jsonl, MROUND_TRUNC_INT.xlsx!TRUNC!C17; IronCalc agrees with the engine"),
    Fault(LO, _AGGREGATES, "text+computed/literal", "number/#VALUE!>#VALUE!/number", "=AVERAGE(RIGHT(-10,4))", "-10", _TEXTS),
    Fault(LO, "POWER ^", "1:zero/blank/missing", "#DIV0!>#NUM!", "=0^-2", "#DIV/0!", "not documented: IronCalc agrees with the engine"),
    Fault(LO, "MROUND", "text+truth", "#VALUE!>number", '=MROUND(1,"false")', "#VALUE!", "not documented: IronCalc agrees with the engine"),
    Fault(IRON, "MEDIAN", "blank/by_SWITCH", "number>#NUM!", "=MEDIAN(SWITCH(1,1,[@Empty]))", "0", "not documented: SWITCH gives a value and no reference"),
    Fault(LO, "MEDIAN", "blank/by_SWITCH", "number>#VALUE!", "=MEDIAN(SWITCH(1,1,[@Empty]))", "0", "not documented: SWITCH gives a value and no reference"),
    Fault(IRON, "LEFT RIGHT MID + - * / ^ POWER SIGN ABS ROUND ROUNDUP ROUNDDOWN TRUNC INT MOD MROUND CEILING FLOOR SQRT % u- LARGE SMALL",
          "text+numeric+decorated", ">#VALUE!", '=1-"14-Mar-2025"', "-45729", "Microsoft Support, Convert dates stored as text; LibreOffice agrees with the engine"),
    Fault(LO, "LARGE SMALL", "1:in:error", "error>#VALUE!", "=LARGE([Trouble],0)", "the first error", f"{_FIRST}; {_502}"),
    Fault(IRON, "LARGE SMALL", "2:boolean", "number>#VALUE!", "=LARGE([Gap],TRUE)", "the largest", "not documented: LibreOffice agrees with the engine"),
    Fault(IRON, _COMPARISONS, "tiny", "boolean>boolean", "=-2.7E-17=[@Empty]", "FALSE", "Microsoft Learn, Floating-point arithmetic: 15 digits of each number; LibreOffice agrees"),
    Fault(IRON, "INDEX", "tiny", "#REF!>#VALUE!", "=INDEX([Noise],100,-2E-17)", "#REF!", "Microsoft Support, INDEX function: fractions are cut"),
    Fault(LO, "INDEX", "tiny", "#REF!>#VALUE!", "=INDEX([Noise],100,-2E-17)", "#REF!", "Microsoft Support, INDEX function: fractions are cut"),
    Fault(LO, "IF IFS CHOOSE AND OR NOT", "text", "#VALUE!>number/boolean/text", '=IFS("-3",0)', "#VALUE!", "excel_cases.jsonl, AND_OR_XOR.xlsx!C50 for OR; IronCalc agrees with the engine"),
    Fault(LO, "SWITCH", "2:error", "error>", "=SWITCH(1,#NUM!,2,3)", "#NUM!", "not documented: IronCalc agrees with the engine"),
    Fault(LO, "+ - * / ^ POWER MOD MROUND ROUND & SUM SUMPRODUCT", "error text", "#VALUE!>error", '=" "+#DIV/0!', "#VALUE!", _FIRST),
    Fault(LO, "AVERAGE SUM MIN MAX PRODUCT", "#REF!+literal", "error>#REF!", "=SUM(#N/A,#REF!)", "#N/A", "not documented: the first error is the result"),
)

_UNDECIDED = tuple(
    Fault(peer, "UPPER", "accent", "text>text", '=UPPER("straße")', "not known", "not documented: three programs, three results")
    for peer in (LO, IRON)
)

FAULTS: tuple[Fault, ...] = (*_BOOLEANS, *_ILLEGAL, *_LIBREOFFICE, *_IRONCALC, *_UNSORTED, *_FURTHER, *_MORE, *_UNDECIDED)


def explained(one: Disagreement) -> Fault | None:
    """The fault that a disagreement is an example of."""
    return next((fault for fault in FAULTS if fault.explains(one)), None)
