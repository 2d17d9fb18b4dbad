"""Faults of IronCalc 0.9."""

from __future__ import annotations

from fuzz.patterns import IRON, Fault

_AGGREGATES = "SUM PRODUCT MIN MAX AVERAGE COUNT MEDIAN SUMSQ DEVSQ AVEDEV"
_SPREAD = "VAR VAR.S VARP VAR.P STDEV STDEV.S STDEVP STDEV.P"
_A_VERSIONS = "AVERAGEA MINA MAXA VARA VARPA STDEVA STDEVPA"
_PAIRS = ("CORREL PEARSON RSQ SLOPE INTERCEPT STEYX COVAR COVARIANCE.P COVARIANCE.S FORECAST FORECAST.LINEAR SUMX2MY2 SUMX2PY2 SUMXMY2 "
          "TREND")  # fmt: skip
_RANKS = ("RANK RANK.EQ RANK.AVG PERCENTRANK PERCENTRANK.INC PERCENTRANK.EXC PERCENTILE PERCENTILE.INC PERCENTILE.EXC QUARTILE "
          "QUARTILE.INC QUARTILE.EXC MODE MODE.SNGL MODE.MULT TRIMMEAN LARGE SMALL")  # fmt: skip
_CRITERIA = "SUMIF COUNTIF AVERAGEIF SUMIFS COUNTIFS AVERAGEIFS MINIFS MAXIFS"
_TEXTS = ("& CONCAT CONCATENATE TEXTJOIN LOWER UPPER PROPER LEFT RIGHT MID LEN TRIM CLEAN EXACT REPT FIND SEARCH SUBSTITUTE REPLACE "
          "TEXTBEFORE TEXTAFTER")  # fmt: skip
_COMPARISONS = "= <> < > <= >="
_DIGITS = "Microsoft Learn, Excel specifications: 15 digits of precision"
_TYPED = "Microsoft Support, each function: texts of numbers typed as arguments count, other such texts are errors"
_CONVERTED = "Microsoft Support, Calculation operators: a text that is a number, a date or money is converted"
_EACH = "Microsoft Support, each function: arrays of different length are #N/A, other errors are those in the arguments"

_OPERATORS = "+ - * / ^ & u- u% u+ = <> < > <= >="

IRONCALC = (
    Fault(IRON, "SUBTOTAL", "1:number", "zero>number", "=SUBTOTAL(6,[Empty])", "0", "Microsoft Support, PRODUCT function: without numbers 0"),
    Fault(IRON, "SUM PRODUCT MIN MAX AVERAGE COUNT MEDIAN SUMSQ DEVSQ GEOMEAN HARMEAN MODE MODE.SNGL", "boolean+reference", "", "=SUM(5,Yes), Yes a cell with TRUE", "5",
          "Microsoft Support, SUM function: logical values in references do not count"),
    Fault(IRON, "TEXTJOIN", "empty+computed", "text>text", '=TEXTJOIN("-",TRUE,1,""&"")', '"1"', "Microsoft Support, TEXTJOIN function: ignore_empty"),
    Fault(IRON, "MATCH LOOKUP XMATCH VLOOKUP HLOOKUP XLOOKUP", "2:in:blank", "", "=MATCH(0.5,[Empty])", "#N/A", "Microsoft Support, MATCH function: a blank cell matches no number"),
    Fault(IRON, "LARGE SMALL", "2:boolean", ">#VALUE!", "=SMALL([Count],TRUE)", "the smallest", "Microsoft Support, Calculation operators: TRUE is 1 where a number is expected"),
    Fault(IRON, "LET", "local", "text>boolean", "=LET(x,1,x&((2>FALSE)&x))", '"1FALSE1"', "Microsoft Support, Calculation operators: parentheses come first; IronCalc drops them"),
    Fault(IRON, "SWITCH", "tiny", "", "=SWITCH(-2.8E-17,0,1,2)", "2", "Microsoft Learn, Floating-point arithmetic: 15 digits of each number"),
    Fault(IRON, "XMATCH XLOOKUP", "1:error", "error>", "=XMATCH(#NUM!,[Code])", "#NUM!", "excel_cases.jsonl, HVLOOKUP.xlsx!HLOOKUP!Q8, of HLOOKUP"),
    Fault(IRON, "MODE MODE.SNGL MODE.MULT", "text+literal/computed", "", '=MODE(0,"0")', "0", _TYPED),
    Fault(IRON, f"{_AGGREGATES} GEOMEAN HARMEAN", "text+reference", "", "=GEOMEAN(5,Label), Label a cell with a text", "5", "Microsoft Support, each function: a text in a reference does not count"),
    Fault(IRON, "SUM MAX MIN COUNT SUMPRODUCT", "by_FILTER+in:text", "", '=SUM(FILTER([Day],[Empty],"5%"))', "0", "Microsoft Support, SUM function: a text that a function gives beside arrays does not count"),
    Fault(IRON, "TEXTBEFORE TEXTAFTER", "3:negative", "text>#NA", '=TEXTBEFORE("virtual","virtual",-1)', '""', "Microsoft Support, TEXTBEFORE function: the text before the delimiter"),
    Fault(IRON, "ISEVEN ISODD", "text", "#VALUE!>boolean", '=ISEVEN("255711,525571")', "#VALUE!", "Microsoft Support, ISEVEN function: what is no number is #VALUE!"),
    Fault(IRON, "CONCAT TEXTJOIN", "in:fraction/in:tiny/in:huge/in:zero", "text>text", "=CONCAT([Noise])", "15 digits of each", _DIGITS),
    Fault(IRON, f"AND OR XOR {_AGGREGATES}", "computed_array", "error>", "=AND(UNIQUE([Flag],FALSE,TRUE)), none of them once", "#CALC!", "Microsoft Support, #CALC! error: an empty array"),
    Fault(IRON, _OPERATORS, "by_&/by_=/by_<>/by_</by_>/by_<=/by_>=", "", "=-3-(FALSE&1)", "#VALUE!", "Microsoft Support, Calculation operators: parentheses come first; IronCalc drops them"),
    Fault(IRON, _COMPARISONS, "by_IFERROR/by_IFNA", "boolean>boolean", "=FALSE>IFERROR(,1)", "FALSE", "not documented: what an argument left empty is to a comparison"),
    Fault(IRON, "LET", "local", "error>text", '=LET(x,"a",x&(EXP(1000)&x))', "#NUM!", "Microsoft Support, #NUM! error: a number too large"),
    Fault(IRON, "LET", "local", ">#VALUE!", "=LET(x,2,x+(DOLLAR(-10)+x))", "-6", _CONVERTED),
    Fault(IRON, "SUM MAX MIN COUNT SUMPRODUCT", "computed_array+in:blank", "number>number", '=SUM("a"<>UNIQUE([Empty]))', "1", "not documented: whether an array of one element is one value"),
    Fault(IRON, "MODE MODE.SNGL MODE.MULT", "boolean+literal/computed", "", "=MODE(FALSE,TRUE,1)", "1", _TYPED),
    Fault(IRON, "TEXTBEFORE TEXTAFTER", "3:numeric", "error>error", '=TEXTAFTER("a","/","(5)")', "#N/A", _CONVERTED),
    Fault(IRON, "LET", "local", "boolean>boolean", "=LET(x,FALSE,x=(1<=2=x))", "FALSE", "Microsoft Support, Calculation operators: parentheses come first; IronCalc drops them"),
    Fault(IRON, "SUM MAX MIN COUNT SUMPRODUCT", "by_TEXTSPLIT", "", '=SUMPRODUCT(TEXTSPLIT("a ", " ","l",1,1,5))', "0", "not documented: rows without any text"),
    Fault(IRON, "MEDIAN MIN MAX AVERAGE PRODUCT SUMSQ", "array/computed_array", "number>number", "=MEDIAN({2;0.5})", "1.25", "Microsoft Support, MEDIAN function: numbers in an array count"),
    Fault(IRON, "LET", "zero/local", "text>text", "=LET(x,-0.4,ROUND(x,0)&x)", '"0-0.4"', "Microsoft Learn, Floating-point arithmetic: no negative zero is shown"),
    Fault(IRON, "TEXT", "1:text", "text>text", '=TEXT("2","0.0")', '"2.0"', "Microsoft Support, TEXT function: a text that is a number is formatted"),
    Fault(IRON, "SUM MAX MIN COUNT SUMPRODUCT AVERAGE", "by_IF", "", '=SUM(IF([@Flag],[@Code],[Part])), "(5)"', "0", "LibreOffice's table of the classes of Excel's functions (formulabase.cxx): IF gives a reference"),
    Fault(IRON, _PAIRS, "in:huge", "", "=FORECAST(1,{1,2},{1,1E+300})", "1.5", "not documented: the square is beyond the largest number"),
    Fault(IRON, _TEXTS, "number+fraction/huge/tiny", "text/number/boolean>", "=LOWER(1/3)", '"0.333333333333333"', _DIGITS),
    Fault(IRON, f"{_TEXTS} TEXT", "boolean", "text>boolean", "=UPPER(TRUE)", '"TRUE"', "Microsoft Support, UPPER function: the result is a text"),
    Fault(IRON, _COMPARISONS, "by_=/by_<>/by_</by_>/by_<=/by_>=", "boolean>boolean", "=[@Flag]=(TRUE<2)", "TRUE",
          "Microsoft Support, Calculation operators: parentheses come first; IronCalc drops them in a comparison"),
    Fault(IRON, f"{_AGGREGATES} {_SPREAD}", "boolean+literal/computed", "", "=SUMSQ(TRUE)", "1",
          "Microsoft Support, each function: logical values typed into the list of arguments are counted"),
    Fault(IRON, _A_VERSIONS, "boolean/text/blank/in:boolean/in:text", "", "=MAXA([@Flag]), TRUE", "1",
          "Microsoft Support, each function: a text in a reference is 0, TRUE is 1"),
    Fault(IRON, _PAIRS, "", "error>error", "=CORREL({1,2},{1;2;3})", "#N/A", _EACH),
    Fault(IRON, _PAIRS, "in:blank/in:text/in:boolean", "number/#DIV0!>number/error", "=SUMXMY2([Amount],[Flag])", "pairs of numbers only",
          "Microsoft Support, each function: pairs with a text, a logical value or an empty cell are ignored"),
    Fault(IRON, _RANKS, "in:boolean/in:error/error/boolean", "error>error", "=RANK(1,[Flag])", "#N/A",
          "the result for texts, where LibreOffice agrees with the engine: a range without numbers"),
    Fault(IRON, f"{_AGGREGATES} {_SPREAD} HARMEAN GEOMEAN", "text+literal/computed", "", '=VAR.P(".5",7)', "10.5625", _TYPED),
    Fault(IRON, f"{_AGGREGATES} {_SPREAD} {_A_VERSIONS} HARMEAN GEOMEAN", "boolean", "#NUM!>#DIV0!", "=AVEDEV(Yes), Yes a cell of TRUE", "#NUM!",
          "the result for a text there, where LibreOffice agrees with the engine: no numbers"),
    Fault(IRON, "LEFT RIGHT MID REPT ROUND ROUNDUP ROUNDDOWN TRUNC RANK RANK.EQ RANK.AVG NETWORKDAYS.INTL WORKDAY.INTL", "boolean", ">#VALUE!",
          '=LEFT("ab",TRUE)', '"a"', "Microsoft Support, Calculation operators: TRUE is 1 where a number is expected"),
    Fault(IRON, "SUM MAX MIN COUNT SUMPRODUCT", "by_SORT/by_SORTBY/by_TREND/by_-/by_u-/by_plus/by_*+in:error", "error>error", "=MAX(SORT([Trouble]))",
          "the first error", "not documented: the order of errors among each other"),
    Fault(IRON, "SUM MAX MIN COUNT SUMPRODUCT", "by_SORTBY", "#VALUE!>", "=SUM(SORTBY([Word],[[Count]:[Gap]]))", "#VALUE!",
          "Microsoft Support, SORTBY function: by_array is one row or one column"),
    Fault(IRON, "SUM MAX MIN COUNT SUMPRODUCT MEDIAN AVERAGE PRODUCT", "by_SEQUENCE/by_TEXTSPLIT/by_MODE.MULT", "error>", "=SUM(SEQUENCE(0,-1))", "#VALUE!", "not documented: which of two errors"),
    Fault(IRON, "TEXTBEFORE TEXTAFTER", "5:positive", "", '=TEXTBEFORE("a/b","/",2,1,1)', '"a/b"', "Microsoft Support, TEXTBEFORE function, match_end: the end of the text counts as a delimiter"),
    Fault(IRON, "TEXTBEFORE TEXTAFTER", "4:positive", "", '=TEXTBEFORE("VIRTUAL","virtual",-1,1)', '""', "Microsoft Support, TEXTBEFORE function, match_mode: 1 is without case"),
    Fault(IRON, _TEXTS, "zero", "text>text", "=TEXTJOIN(0*-1,TRUE,1,2)", '"102"', "Microsoft Learn, Floating-point arithmetic: no negative zero is shown"),
    Fault(IRON, "SUM MAX MIN COUNT SUMPRODUCT", "by_TREND", "", "=SUM(TREND([Count],[Empty]))", "as FORECAST.LINEAR", _EACH),
    Fault(IRON, "TEXTBEFORE TEXTAFTER", "6:blank/error", "", '=TEXTAFTER("a","-",1,0,0,[@Empty])', "0", "not documented: a blank cell is 0 as the result of a formula"),
    Fault(IRON, "TEXTBEFORE TEXTAFTER", "1:blank/empty", "", '=TEXTBEFORE("","")', '""', "not documented"),
    Fault(IRON, "XMATCH XLOOKUP", "1:number/boolean/text", "", "=XMATCH(10,[Empty],-1)", "#N/A", "Microsoft Support, MATCH function: a value matches its type only"),
    Fault(IRON, "XMATCH XLOOKUP", "1:blank", "", "=XMATCH([@Empty],[Flag]), with a blank cell", "the blank cell", "Microsoft Support, XLOOKUP function, lookup_value: blank cells are found"),
    Fault(IRON, "DATEDIF", "", "error>error", '=DATEDIF([@Day],[@Day],"x")', "#NUM!", "Microsoft Support, DATEDIF function"),
    Fault(IRON, "DOLLAR FIXED", "huge/negative/tiny", "text>text", "=FIXED(-2,-1)", '"0"', "not documented: Excel shows no zero with a sign"),
    Fault(IRON, "TEXT", "number+fraction", "text>text", '=TEXT([@Day],"General"), a day with its time', "at most 11 characters", "not documented"),
    Fault(IRON, "POWER ^", "", "#NUM!>#DIV0!", "=POWER(1E+300,4)", "#NUM!", "Microsoft Support, #NUM! error: a number too large"),
    Fault(IRON, _CRITERIA, "wide/in:error", "#VALUE!>number/#DIV0!", '=SUMIFS([[Word]:[Flag]],[Word],"10")', "#VALUE!",
          "Microsoft Support, SUMIFS function: ranges of different shape are #VALUE!"),
    Fault(IRON, "COUNT", "array/computed_array", "number>number", "=COUNT({2;2})", "2", "Microsoft Support, COUNT function: numbers in an array count"),
    Fault(IRON, "LET", "number+fraction/tiny/huge", "text/number/boolean>", '=LET(x,1/3,x&"")', '"0.333333333333333"', _DIGITS),
    Fault(IRON, "HLOOKUP VLOOKUP", "3:negative/zero/blank/fraction/FALSE/text", "#VALUE!>#REF!", "=VLOOKUP(1,[[Amount]:[Part]],0)", "#VALUE!",
          "Microsoft Support, VLOOKUP function: a column number below 1 is #VALUE!"),
    Fault(IRON, "XLOOKUP XMATCH", "2:!range+!array", "", "=XLOOKUP(1,[@A],[@B])", "[@B] where they are equal", "Microsoft Support, XLOOKUP function: a cell is a range of one"),
    Fault(IRON, "MATCH XMATCH HLOOKUP VLOOKUP LOOKUP XLOOKUP", "1:boolean/blank/missing", "#NA>", "=XMATCH(FALSE,[Gap])", "#N/A",
          "Microsoft Support, MATCH function: a value matches its type only"),
    Fault(IRON, "MATCH LOOKUP XLOOKUP", "2:wide/line/array/computed_array", ">unreadable", "=MATCH(1,{1,2;3,4})", "#N/A", "not documented: IronCalc has no result at all"),
    Fault(IRON, "SUMPRODUCT", "wide/line/array", "#VALUE!>error", "=SUMPRODUCT([[Code]:[Mix]],[Mix])", "#VALUE!",
          "Microsoft Support, SUMPRODUCT function: arrays of different dimensions are #VALUE!"),
    Fault(IRON, _CRITERIA, "in:boolean/in:error/boolean/error/truth/signed_truth/signed_error", "", '=COUNTIF([Mix],"<=TRUE")', "FALSE and TRUE",
          "Microsoft Support, Order of types in comparisons: FALSE before TRUE, each type by itself"),
    Fault(IRON, _CRITERIA, "in:tiny", "", "=SUMIF([Noise],0), a cell of -2.8E-17", "0", "Microsoft Learn, Floating-point arithmetic: 15 digits of each number"),
    Fault(IRON, "TEXTBEFORE TEXTAFTER", "3:number/numeric", "#VALUE!>", '=TEXTAFTER("a-b","-",100)', "#VALUE!",
          "Microsoft Support, TEXTAFTER function: an instance_num beyond the length of the text is #VALUE!"),
)  # fmt: skip
