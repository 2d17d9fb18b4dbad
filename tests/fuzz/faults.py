"""The table of faults."""

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
          f"excel_cases.jsonl, COUNTIF.xlsx; {_TRUTHS}"),
    Fault(LO, "LEFT RIGHT MID LEN TRIM UPPER LOWER EXACT", "1:boolean", "", "=LEN([@Flag]), TRUE", "4",
          f"Microsoft Support, LEN function, a value is turned into its text; {_TRUTHS}"),
    Fault(LO, "MROUND", "boolean", "#VALUE!>", "=MROUND(TRUE,3)", "#VALUE!", f"excel_cases.jsonl, MROUND_TRUNC_INT.xlsx; {_TRUTHS}"),
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
          "excel_cases.jsonl, SMALL_LARGE.xlsx!C4 (a fraction is not rounded as LibreOffice does); Apache POI, AggregateFunction"),
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
    Fault(IRON, "POWER ^", "", "#NUM!>#DIV0!", "=POWER(1E+300,4)", "#NUM!", "excel_cases.jsonl; LibreOffice gives #NUM!, too"),
    Fault(IRON, "LARGE SMALL", "2:number+fraction", "number>number", "=LARGE([Day],1.5)", "the second largest",
          "Apache POI, AggregateFunction: the position is rounded up"),
)

FAULTS: tuple[Fault, ...] = (*_BOOLEANS, *_ILLEGAL, *_LIBREOFFICE, *_IRONCALC)


def explained(one: Disagreement) -> Fault | None:
    """The fault that a disagreement is an example of."""
    return next((fault for fault in FAULTS if fault.explains(one)), None)
