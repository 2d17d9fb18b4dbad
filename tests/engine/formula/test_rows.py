"""A column gives in each row what the formula gives alone with that row's values."""

from __future__ import annotations

import random
from typing import Any

import pytest

from apportion.formula import ExcelError, Model, evaluate

SIZE = 150
FORMULAS = [
    "ROUND([@A],[@C])",
    "ROUNDUP([@A],[@C])",
    "ROUNDDOWN([@A],[@C])",
    "ROUND([@G]*[@P]*12.5%,2)",
    "ROUND([@A]/[@B],2)",
    "CEILING([@A],[@B])",
    "FLOOR([@A],[@B])",
    "MROUND([@A],[@B])",
    "INT([@A]*100)",
    "TRUNC([@A],1)",
    "MOD([@A],[@B])",
    "[@A]=[@B]*2",
    "[@P]*3=[@P]+[@P]+[@P]",
    "[@A]-[@A]*0.9-[@A]*0.1=0",
    "[@T]=[@U]",
    "[@T]<[@U]",
    '[@T]<>"virtual"',
    '[@T]=""',
    "[@T]>5",
    "[@E]=0",
    '[@E]=""',
    "[@E]>[@T]",
    "[@F]>[@A]",
    "[@F]=1",
    "[@F]*[@A]",
    '[@T]&"-"&[@E]',
    '[@A]&""',
    "[@T]+1",
    '"10"+[@E]',
    "[@B]^-1",
    "[@A]^0.5",
    "2^[@C]",
    "[@E]/[@E]",
    'IF([@E]=0,"none",[@T])',
    "IF([@E],1,2)",
    "IF([@B]=0,0,[@A]/[@B])",
    'IFERROR([@A]/[@B],"x")',
    "IFERROR([@T]+1,0)",
    "IF([@T],1,2)",
    "AND([@E],[@F])",
    "OR([@E]>20,[@A]/[@B]>1)",
    "NOT([@E])",
    "MIN([@A],[@B],[@E])",
    "MAX([@E],[@B]-5)",
    "SUM([@A],[@E],[@T])",
    "IFS([@G]>2000,1,[@G]>1000,[@T],[@F],[@A])",
    'SWITCH([@T],"virtual",1,[@U],2,[@M])',
    "CHOOSE([@C],[@A],[@T],[@M])",
    "SUMIFS([G],[T],[@U])",
    'SUMIFS([G],[T],"<>"&[@U])',
    "COUNTIFS([M],[@M])",
    "COUNTIFS([E],[@E],[F],[@F])",
    'SUMIFS([G],[E],">="&[@B])',
    'COUNTIFS([A],"<"&[@A],[F],[@F])',
    "MATCH([@U],[T],0)",
    "MATCH([@M],[M],0)",
    "INDEX([G],MATCH([@U],[T],0))",
    "INDEX([M],[@E])",
    "VLOOKUP([@G],Bands,2)",
    "VLOOKUP([@G],Bands,[@B])",
    "XLOOKUP([@M],[M],[T],[@A],-1)",
    'XLOOKUP([@E],[E],[M],"-",1,-1)',
    "LARGE([A],[@E])",
    "AVERAGE([E])",
    "[@A]/SUM([A])",
    "SUMPRODUCT([G]*([F]=[@F]))",
    "SUMPRODUCT(--([A]>[@A]))",
    "--[@M]",
    "[@M]+[@M]",
    "[@M]&[@M]",
    "[@M]=[@T]",
    "[@M]<[@A]",
    'IF([@M]="",[@E],[@M])',
    "ISNUMBER([@M])&ISBLANK([@M])&ISTEXT([@M])",
    "LEFT([@M],[@C])",
    "MID([@T],[@C],3)",
    "LEN([@M])",
    "TRIM(UPPER([@T]))",
    'TEXT([@M],"#,##0.0;(0)")',
    'TEXT([@A],"0.00")&TEXT([@G],"yyyy-mm-dd")',
    "CONCAT([@T],[@A],[@E])",
    'TEXTJOIN("-",[@F],[@T],[@M],[@E])',
    'TEXTJOIN(",",TRUE,[U],[@T])',
    'CONCATENATE([@T],"-",[@M],[@A],[@E],[@G],[@U],[@P])',
    'TEXTBEFORE([@T],"r",1,1,0,[@M])',
    'TEXTAFTER([@T],{"-","r"})',
    'INDEX(TEXTSPLIT([@U],"-"),1)',
    "FIND([@C],[@A])",
    'SEARCH("?i*"&RIGHT([@U]),[@T])',
    'SUBSTITUTE([@T],"i",[@M],[@C])',
    "REPLACE([@M],[@B],1,[@T])",
    "REPT([@M],[@C])",
    "PROPER([@T])&VALUETOTEXT([@E],1)",
    "VALUE([@M])",
    "NUMBERVALUE([@T])",
    "FIXED([@A],[@C])&DOLLAR([@A])",
    "T([@M])&N([@M])",
    "EXACT([@T],[@M])",
    "CODE([@M])&CHAR([@G])&UNICODE([@T])&CLEAN([@M])",
    "LET(x,[@A]*2,y,x+[@E],IF(x>y,x,y))",
    'COUNTIFS([@M],"*a*",[@E],">3")',
    "SUM([@[A]:[C]])",
    "CEILING.MATH([@A],[@B],[@C])",
    "FLOOR.MATH([@A],[@M],[@F])",
    "CEILING.PRECISE([@A],[@B])",
    "FLOOR.PRECISE([@A])",
    "QUOTIENT([@A],[@B])",
    "ODD([@A])+EVEN([@M])",
    "EXP([@C])",
    "LN([@A])",
    "LOG([@A],[@B])",
    "LOG10([@G])",
    "SUMSQ([@A],[@E],[@M])",
    "GCD([@E],[@G])",
    "LCM([@E],[@M],[@C])",
    "GCD([@[A]:[C]])",
    "FACT([@E])",
    "COMBIN([@E],[@C])",
    "ISODD([@M])",
    "ISEVEN([@E])",
    "DATE([@G],[@E],[@A])",
    "TIME([@E],[@G],[@B])",
    "YEAR([@A])",
    "MONTH([@M])",
    "DAY([@A]*10)",
    "HOUR([@P])&MINUTE([@P])&SECOND([@A])",
    'DATEVALUE([@C]+3&"/1/"&[@G]+1900)',
    'TIMEVALUE([@E]&":"&[@G])',
    "EDATE([@A],[@B])",
    "EOMONTH([@G],[@E])",
    "DAYS([@A],[@M])",
    "DAYS360([@A],[@G],[@F])",
    "YEARFRAC([@A],[@G],[@C])",
    'DATEDIF([@E],[@G]*9,IF([@F],"YD","md"))',
    'DATEDIF([@A],[@G]*9,IF([@E]>20,"Y","YM"))',
    "WEEKDAY([@A],[@B])",
    "WEEKNUM([@G],[@E])",
    "ISOWEEKNUM([@G])",
    "NETWORKDAYS([@A],[@G],[E])",
    "NETWORKDAYS.INTL([@A],[@G],[@E],[@B])",
    "WORKDAY([@G],[@E],[E])",
    "WORKDAY.INTL([@G]+5,[@C],[@M],[@[A]:[C]])",
]


def table() -> dict[str, list[Any]]:
    """Every type that a cell can hold."""
    draw = random.Random(11)  # noqa: S311 the same data every time
    mixed = [None, 0, 1, 2.5, -3, "", "a", "A*", "2.5", "5%", "TRUE", True, False, "#N/A", "#DIV/0!", "a?b"]
    words = ["Virtual", "virtual", "VIRTUAL ", "Regular", "K-8", "", "10", "1e2", "TRUE", "a?b", None]
    return {
        "A": [round(draw.uniform(-500, 5000), draw.randint(0, 3)) for _ in range(SIZE)],
        "B": [draw.choice([0, 1, 2, 0.1, 0.05, 0.25, 15, 22.5, 3, -2, 7]) for _ in range(SIZE)],
        "C": [draw.choice([0, 1, 2, -1, -2, 3]) for _ in range(SIZE)],
        "T": [draw.choice(words) for _ in range(SIZE)],
        "U": [draw.choice(["virtual", "regular", "k-8", "Ab*", "10", "a?b", "V*"]) for _ in range(SIZE)],
        "E": [None if draw.random() < 0.25 else draw.randint(0, 40) for _ in range(SIZE)],
        "F": [bool(draw.getrandbits(1)) for _ in range(SIZE)],
        "P": [round(draw.random(), 3) for _ in range(SIZE)],
        "G": [draw.randint(0, 3000) for _ in range(SIZE)],
        "M": [draw.choice(mixed) for _ in range(SIZE)],
    }


def alone(formula: str, data: dict[str, list[Any]], bands: dict[str, list[Any]], row: int) -> Any:
    """The formula with nothing but one row, and whole columns as ranges."""
    inputs: dict[str, Any] = {f"[@{name}]": column[row] for name, column in data.items()}
    inputs |= {f"[{name}]": [[each] for each in column] for name, column in data.items()}
    inputs["Bands"] = [list(each) for each in zip(*bands.values(), strict=True)]
    inputs["[@[A]:[C]]"] = [[data[name][row] for name in "ABC"]]
    return evaluate(f"={formula}", inputs)


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_row_of_a_column_is_what_the_formula_gives_alone(formula: str) -> None:
    """Vectors change nothing: not types, not errors, not the last digit (sums may differ in the fifteenth)."""
    data = table()
    bands = {"From": [0, 300, 600, 1200], "Name": ["small", "middle", 7, True], "Rate": [1, None, "#N/A", 4]}
    column = Model({"Result": f"={formula}"}, {"Bands": bands}).run(data).column("Result").values()
    for row in range(SIZE):
        expected = alone(formula, data, bands, row)
        expected = ExcelError.SPILL if isinstance(expected, list) else expected
        if isinstance(expected, float) and isinstance(column[row], float):
            assert column[row] == pytest.approx(expected, rel=1e-13, abs=1e-300), (row, formula)
        else:
            assert (type(column[row]), column[row]) == (type(expected), expected), (row, formula)
    assert not all(isinstance(each, ExcelError) for each in column)


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_table_without_rows_has_results_without_rows(formula: str) -> None:
    """A district that has not entered a school yet gets no error."""
    empty: dict[str, list[Any]] = {name: [] for name in table()}
    bands = {"From": [0, 300], "Name": ["small", "large"], "Rate": [1, 2]}
    assert Model({"Result": f"={formula}"}, {"Bands": bands}).run(empty).column("Result").values() == []
