"""Faults of LibreOffice 7.4, as it stores its results in a file of Excel's format."""

from __future__ import annotations

from fuzz.patterns import ANY, LO, Fault

_A_VERSIONS = "AVERAGEA MINA MAXA VARA VARPA STDEVA STDEVPA"
_PAIRS = ("CORREL PEARSON RSQ SLOPE INTERCEPT STEYX COVAR COVARIANCE.P COVARIANCE.S FORECAST FORECAST.LINEAR SUMX2MY2 SUMX2PY2 SUMXMY2 "
          "TREND")  # fmt: skip
_CRITERIA = "SUMIF COUNTIF AVERAGEIF SUMIFS COUNTIFS AVERAGEIFS MINIFS MAXIFS"
_TEXTS = ("& CONCAT CONCATENATE TEXTJOIN LOWER UPPER PROPER LEFT RIGHT MID LEN TRIM CLEAN EXACT REPT FIND SEARCH SUBSTITUTE REPLACE "
          "TEXT CODE UNICODE")  # fmt: skip
_TYPES = "Microsoft Support, Order of types in comparisons: numbers before texts before FALSE and TRUE"
_TYPED = "Microsoft Support, each function: texts of numbers typed as arguments count, other such texts are errors"
_PARTNER = "Microsoft Support, Guidelines and examples of array formulas: #N/A where arrays differ in size"
_EMPTY = "Microsoft Support, each function: an argument left empty is 0, FALSE or an empty text"
_ATP = "excel_cases.jsonl, GCD_LCM.xlsx!Sheet1!E34 and MROUND_TRUNC_INT.xlsx!MROUND!C34"
_IGNORED = "Microsoft Support, each function: pairs with a text, a logical value or an empty cell are ignored"

LIBREOFFICE = (
    Fault(LO, _CRITERIA, "error", "", '=COUNTIF([Amount],"<>"&#N/A)', "all", "not documented: an error as a criterion counts such errors"),
    Fault(LO, _PAIRS, "error/in:error", "error>error", "=CORREL([Count],[Trouble])", "the first error in a pair that counts", "not documented"),
    Fault(LO, _PAIRS, "in:error", "error>number", "=CORREL([Mix],[Gap])", "the first error in a pair that counts", "not documented: LibreOffice skips such pairs"),
    Fault(LO, _PAIRS, "array/line/in:huge", "", "=CORREL({1,2},{2;3})", "1", "Microsoft Support, CORREL function: the number of data points must be the same"),
    Fault(LO, "AGGREGATE", "1:number", "number>number", "=AGGREGATE(13,5,{3;1;1;3})", "3, the first", "LibreOffice's own MODE.SNGL agrees with the engine"),
    Fault(LO, "MAX MIN SUM SUMPRODUCT COUNT AVERAGE", "computed_array+in:text", "", '=MAX(ROUND({"false";2},0))', "#VALUE!",
          "Microsoft Support, Calculation operators: only a text that is a number is converted"),
    Fault(LO, "MEDIAN MAX MIN SUM SUMPRODUCT COUNT AVERAGE", "by_ROUND/by_ROUNDUP/by_ROUNDDOWN/by_LEFT/by_RIGHT/by_MID", ">#VALUE!", "=SUM(ROUND({5,2},45566))", "7", "excel_cases.jsonl, MROUND_TRUNC_INT.xlsx!TRUNC!C17"),
    Fault(LO, "COUNT MAX MIN SUM SUMPRODUCT", "by_ROUND/by_ROUNDUP/by_ROUNDDOWN", "number>number", "=COUNT(ROUND({5,2},45566))", "2", "excel_cases.jsonl, MROUND_TRUNC_INT.xlsx!TRUNC!C17"),
    Fault(LO, ANY, "by_COUNTIF/by_COUNTIFS/by_SUMIF/by_SUMIFS/by_AVERAGEIF/by_AVERAGEIFS/by_MINIFS/by_MAXIFS", ">error", "=1+COUNTIF([Count],#N/A)", "1",
          "not documented: an error as a criterion counts such errors"),
    Fault(LO, "GCD LCM", "huge", "", "=GCD(5,1E+30)", "#NUM!", "Microsoft Support, GCD function: from 2^53 on #NUM!"),
    Fault(LO, "IF", "1:text", "#VALUE!>", '=IF("14-Mar-2025",1,2)', "#VALUE!", "excel_cases.jsonl, AND_OR_XOR.xlsx!AND XOR OR!C50, of XOR: a text of a number is no condition"),
    Fault(LO, "REPLACE", "huge", ">#VALUE!", '=REPLACE("ab",1,1E+300,"c")', '"c"', "not documented: a count beyond the longest text"),
    Fault(LO, "AND OR XOR", "empty", "boolean>#VALUE!", '=XOR("",TRUE)', "TRUE", "not documented: as an empty text in a cell"),
    Fault(LO, "MAX MIN SUM SUMPRODUCT COUNT AVERAGE", "computed_array", "number>number", "=MAX(TRIM({1,2}),-3)", "-3", "Microsoft Support, MAX function: texts in an array do not count"),
    Fault(LO, "CONCAT TEXTJOIN", "in:fraction/in:tiny/in:huge", "text>text", "=CONCAT([Noise])", "15 digits", "Microsoft Learn, Excel specifications: 15 digits; LibreOffice rounds twice and writes E-017"),
    Fault(LO, "SWITCH", "missing", "", "=SWITCH(1,2,3,)", "0", _EMPTY),
    Fault(LO, "PERCENTRANK PERCENTRANK.INC PERCENTRANK.EXC", "", "number>number", "=PERCENTRANK.INC({13,12,11,8,4,3,2,1,1,1},4)", "0.555",
          "Microsoft Support, PERCENTRANK.INC function, example: 5/9 is cut off"),
    Fault(LO, _A_VERSIONS, "text+literal/computed", "", '=MAXA("coop")', "#VALUE!", _TYPED),
    Fault(LO, "AVEDEV DEVSQ VAR VAR.S VARP VAR.P STDEV STDEV.S STDEVP STDEV.P GEOMEAN HARMEAN", "text+literal/computed", "", '=AVEDEV(1,"14-Mar-2025")', "22864.5", _TYPED),
    Fault(LO, "CHAR UNICHAR", "early", "#VALUE!>text", "=CHAR(0)", "#VALUE!", "Microsoft Support, CHAR function: from 1 to 255; UNICHAR function: 0 is #VALUE!"),
    Fault(LO, "DAYS", "fraction", "", "=DAYS([@Day],1.5), 30000.75", "29999", "not documented: whole days, as IronCalc has them"),
    Fault(LO, "DOLLAR", "negative/numeric", "text>text", "=DOLLAR(-1)", '"($1.00)"', "Microsoft Support, DOLLAR function: ($#,##0.00)"),
    Fault(LO, "GEOMEAN", "zero/in:zero/blank/missing", "#NUM!>number", "=GEOMEAN(0)", "#NUM!", "Microsoft Support, GEOMEAN function: data not above 0 are #NUM!"),
    Fault(LO, "RANK RANK.EQ RANK.AVG", "", "#NA>number", "=RANK(0.1,[Gap])", "#N/A", "LibreOffice tdf#154627, mended in a later version"),
    Fault(LO, "WEEKNUM", "number", "number>number", "=WEEKNUM(45657)", "53", "Microsoft Support, WEEKNUM function: week 1 is that of January 1"),
    Fault(LO, "ROUND ROUNDUP ROUNDDOWN TRUNC LEFT RIGHT MID", "", ">#VALUE!", "=ROUND(12,45566)", "12", "excel_cases.jsonl, MROUND_TRUNC_INT.xlsx!TRUNC!C17"),
    Fault(LO, "SWITCH", "blank", "", "=SWITCH(FALSE,[@Empty],1)", "1", "not documented: a blank cell equals 0 and FALSE, as it does for ="),
    Fault(LO, "SWITCH", "text", "", '=SWITCH(10,"10",1)', "#N/A", _TYPES),
    Fault(LO, _TEXTS, "number+tiny/huge", "text/number>text/number", '=-2.7E-17&""', '"-2.7E-17"',
          "Microsoft Support, Available number formats, Scientific: E-17; LibreOffice writes E-017"),
    Fault(LO, "IFNA IFERROR", "1:missing", ">#NA", "=IFERROR(,1)", "0", "Microsoft Support, IFERROR function: an empty value is an empty string"),
    Fault(LO, "GCD LCM MROUND QUOTIENT EDATE EOMONTH WORKDAY WORKDAY.INTL NETWORKDAYS NETWORKDAYS.INTL YEARFRAC DATEDIF ISEVEN ISODD",
          "missing", "#NA>", "=GCD(,5)", "#N/A", _ATP),
    Fault(LO, "SUBSTITUTE RIGHT LEFT MID WEEKNUM POWER ^ RANK RANK.EQ RANK.AVG TIME IFS SWITCH SEARCH FIND TRUNC TEXTJOIN OR AND FIXED DOLLAR NUMBERVALUE", "missing", "", '=SUBSTITUTE("ab","a","c",)', '"cb"', _EMPTY),
    Fault(LO, _TEXTS, "number+fraction", "text/number>text/number", '=1.9842512542064945&""', '"1.98425125420649"',
          "Microsoft Learn, Excel specifications: 15 digits; LibreOffice rounds twice, to ...2065"),
    Fault(LO, "YEAR MONTH DAY HOUR MINUTE SECOND WEEKDAY ISOWEEKNUM WEEKNUM", "huge/number", "#NUM!>number", "=YEAR(3000000)", "#NUM!",
          "Microsoft Support, Excel specifications: the last day is 9999-12-31"),
    Fault(LO, "SUM MAX MIN SUMPRODUCT COUNT", "computed_array", "#NA>number", "=SUM([Count]+{2;12})", "#N/A", _PARTNER),
    Fault(LO, "SUM MAX MIN SUMPRODUCT COUNT", "by_FREQUENCY", ">#VALUE!/zero", "=COUNT(FREQUENCY([Empty],[Gap]))", "one for each bin, and one",
          "Microsoft Support, FREQUENCY function: without data an array of zeros"),
    Fault(LO, "SUMXMY2 SUMX2PY2 SUMX2MY2", "in:blank/in:text/in:error/in:boolean", "number/#DIV0!/error>number",
          "=SUMXMY2({1,2},[[@Gap]:[@Word]])", "pairs of numbers only", _IGNORED),
)  # fmt: skip
