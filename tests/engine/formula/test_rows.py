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
    "RANK([@A],[A])",
    "RANK.EQ([@E],[E],1)",
    "RANK.AVG([@B],[B],[@F])",
    "RANK([@B],[@[A]:[C]])",
    "PERCENTRANK([A],[@A])",
    "PERCENTRANK.INC([A],[@G],[@C])",
    "PERCENTRANK.EXC([A],[@G],4)",
    "PERCENTRANK.INC([@[A]:[C]],[@B])",
    "PERCENTILE([A],[@P])",
    "PERCENTILE.EXC([@[A]:[C]],[@P])",
    "QUARTILE([E],[@C])",
    "QUARTILE.EXC([E],[@C])",
    "QUARTILE([@[A]:[C]],[@C])",
    "SMALL([E],[@C]+1)",
    "LARGE([@[A]:[C]],[@C])",
    "MEDIAN([@[A]:[C]],[@E])",
    "MEDIAN([@E],[@F],[@B])",
    "TRIMMEAN([A],[@P])",
    "TRIMMEAN([@[A]:[C]],[@P])",
    "MODE([@C],[@E],[@B])",
    "MODE.SNGL([@[A]:[C]],2,1)",
    "MODE.MULT([@C],[@B],[@B],[@E],[@E])",
    "SUM(MODE.MULT([@C],[@B],[@B],1,1))",
    "SUM(FREQUENCY([A],[@[A]:[C]])*{1;2;3;4})",
    "INDEX(FREQUENCY([@[A]:[C]],{1;2}),2)",
    "STDEV([@[A]:[C]])",
    "STDEV.P([@A],[@E],[@B])",
    "STDEVA([@E],[@T],[@M])",
    "VAR.S([@E],[@B])",
    "VARP([@[A]:[C]],[@E])",
    "VARPA([@M],[@F],[@E])",
    "DEVSQ([@E],[@B])",
    "AVEDEV([@[A]:[C]],[@E])",
    "GEOMEAN([@G],[@P],[@E])",
    "HARMEAN([@G],[@P])",
    "AVERAGEA([@M],[@E],[@B])",
    "MINA([@M],[@B])",
    "MAXA([@T],[@C])",
    "COUNTBLANK([@M])",
    "SUBTOTAL(9,[@[A]:[C]])",
    "SUBTOTAL([@C]+101,[@[A]:[C]])",
    "SUBTOTAL([@C]+2,[E])",
    "AGGREGATE(14,6,[@[A]:[C]]/([@[A]:[C]]>1),[@C])",
    "AGGREGATE(9,6,[@M],[@E],[@A])",
    "CORREL([@[A]:[C]],{1,2,4})",
    "SLOPE([@[A]:[C]],{2,3,5})",
    "INTERCEPT([@[A]:[C]],{2,3,5})",
    "RSQ([@[A]:[C]],{2,3,5})",
    "FORECAST([@G],[A],[E])",
    "FORECAST.LINEAR([@E],[@[A]:[C]],{2019,2020,2021})",
    "TREND([@[A]:[C]],{2019,2020,2021},[@G])",
    "TREND([A],[G],[@E])",
    "SUM(TREND([@[A]:[C]],,{4,5},[@F]=[@F]))",
    "SUMXMY2([@[A]:[C]],{1,2,3})",
    "SUMX2MY2([A],[B])+[@C]",
    'SUM(FILTER([A],[U]=[@U],"none"))',
    'IFERROR(ROWS(FILTER([G],[G]>[@G]*2)),"none")',
    "INDEX(FILTER([T],[U]=[@U]),1)",
    "COUNTA(UNIQUE(FILTER([T],[U]=[@U])))",
    "FILTER([T],[G]=[@G])",
    "INDEX(SORT([@[A]:[C]],1,-1,TRUE),1,2)",
    "INDEX(SORT([T]),[@C]+5)",
    "INDEX(SORTBY([M],[A],-1),[@C]+9)",
    "INDEX(SORT(FILTER([A],[B]=[@B])),1)",
    "INDEX(UNIQUE([T]),[@C]+3)",
    "SUM(UNIQUE([@[A]:[C]],TRUE))",
    "SUM(SEQUENCE([@C]))",
    "SUM(SEQUENCE(3,2,[@A],[@B]))",
    "SUM(TAKE([A],[@C]))",
    "SUM(DROP([A],[@E],[@E]))",
    "INDEX(TRANSPOSE([@[A]:[C]]),[@C])",
    "ROWS([A])*COLUMNS([@[A]:[C]])+[@C]",
    "SUM(INDEX([A],[@C]))",
    "SUM(INDEX([G],[@E]))",
    "MATCH([@G],[G],[@C])",
    "XMATCH([@G],[G],[@C])",
    'XLOOKUP([@G],[G],[A],"none",[@C],[@C])',
    "VLOOKUP([@G],Bands,2,[@C])",
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
