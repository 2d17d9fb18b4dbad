"""Texts that are meant to hang or to exhaust: each is refused or done at once."""

from __future__ import annotations

import contextlib
import random
import time

import numpy as np
import pytest

from apportion.formula import FormulaError, Model, evaluate
from apportion.formula.catalogue import FUNCTIONS
from apportion.formula.work import MOST_FOR_COLUMN

LONG = "a" * 32767
HOSTILE = [
    "=" + "1+" * 4000 + "1",
    "=" + "(" * 5000,
    "=" + "(" * 60 + "1" + ")" * 60,
    "=" + "-" * 8000 + "1",
    "=" + "SUM(" * 2000,
    "=" + "[" * 8000,
    "=" + "'" * 8001,
    "=" + '"' * 8001,
    "=" + "A1:" * 2500,
    "=" + "1%" + "%" * 8000,
    "=" + "9" * 8000,
    "=1E" + "9" * 8000,
    "=SUM(" + "1," * 3000 + "1)",
    "=SUM(" + "1," * 254 + "1)",
    "={" + "1," * 4000 + "1}",
    "=ROUND(1.5,1E300)",
    "=TRUNC(5,9.99E307)",
    "=ROUNDUP(1E-300,-1E300)",
    "=9^9^9^9^9",
    "=MOD(1E300,1E-300)",
    "=COMBIN(2147483646,1073741823)",
    "=FACT(1E300)",
    "=LCM({" + ",".join(map(str, range(1, 2000))) + "})",
    "=NETWORKDAYS(0,2958465,{" + ",".join(map(str, range(1, 2000))) + "})",
    "=WORKDAY(1,1E300)",
    "=EDATE(1,-1E300)",
    "=DATE(1E300,1E300,-1E300)",
    '="' + "1/" * 120 + '"*1',
    '="' + " " * 120 + '1 : 1"*1',
    "=IF(" * 63 + "1" + ",1,2)" * 63,
    "=LET(" + ",".join(f"x{i},{i}" for i in range(100)) + ",x99)",
    "=LET(" + "a,1," + ",".join(f"a{i + 1},a{i or ''}+a{i or ''}" for i in range(100)) + ",a100)",
    '="' + "a" * 8000 + '"&"' + "b" * 100 + '"',
    "=" + "\n" * 8000 + "1",
    "=[" + "'[" * 4000 + "]",
    "=\x00",
    "=1\u2028+1",
    "=" + "é" * 8000,
    '=TEXT(1E300,REPT("#,",127))',
    '=TEXT(1E308,"0.' + "0" * 250 + 'E+0")',
    '=TEXT(1,REPT("0",32767))',
    '=TEXT(1,"' + "[" * 250 + '")',
    '=TEXT(0.1,"# ' + "?" * 100 + "/" + "?" * 100 + '")',
    '=SEARCH("*a?"&REPT("a",200)&"?b",REPT("a",32767))',
    '=SEARCH(REPT("*a",120)&"b",REPT("a",32767))',
    '=SUBSTITUTE(REPT("a",32767),"a",REPT("b",32767))',
    '=TEXTJOIN(REPT("a",32767),FALSE,TEXTSPLIT(REPT("b,",16000),","))',
    '=TEXTSPLIT(REPT("a,",8000)&REPT("b;",8000),",",";")',
    '=REPT("ab",1E300)',
    "=FIXED(1E308,-1E308)",
    '=MID("abc",1E300,1E300)',
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_refused_or_done_at_once(text: str) -> None:
    """A second is far more than any of them takes; a hang would take minutes."""
    start = time.process_time()
    with contextlib.suppress(FormulaError):
        evaluate(text, {})
    assert time.process_time() - start < 1


@pytest.mark.parametrize("pattern", ("*a*a*a*a*a*a*a*b", "*" * 200 + "b", "?" * 200, "~" * 200, "*?*?*?*?*?*?*?*b"))
def test_wildcards_take_linear_time(pattern: str) -> None:
    """A backtracking matcher needs longer than the universe has."""
    start = time.process_time()
    evaluate("=COUNTIF(A1:A3,P)", {"A1:A3": [["a" * 5000], ["b"], [None]], "P": pattern})
    assert time.process_time() - start < 1


def test_texts_end_at_the_length_that_a_cell_holds() -> None:
    """Longer ones are #VALUE!, so that they cannot double again and again."""
    assert str(evaluate("=A1&A1", {"A1": LONG})) == "#VALUE!"


def test_an_array_larger_than_memory_should_hold_is_an_error_value() -> None:
    """A column against itself comes in blocks of rows; one row of it must fit."""
    column = {"A": list(range(3000))}
    assert Model({"B": "=SUMPRODUCT(--([A]<[@A]))"}).run(column).column("B").values() == [float(i) for i in range(3000)]
    wide = [[float(i) for i in range(3000)]]
    tall = [[float(i)] for i in range(3000)]
    assert str(evaluate("=SUM(Wide*Tall)", {"Wide": wide, "Tall": tall})) == "#CALC!"


def test_a_column_that_would_take_minutes_is_an_error_value_at_once() -> None:
    """100,000 rows that each look at 100,000 are ten thousand million comparisons."""
    column = {"A": [float(i) for i in range(100_000)]}
    start = time.process_time()
    assert {str(each) for each in Model({"B": "=SUMPRODUCT(--([A]<[@A]))"}).run(column).column("B").values()} == {
        "#CALC!"
    }
    assert time.process_time() - start < 1


# Calls for whose arguments a few letters ask for a lot; the inputs are named in a formula.
HOSTILE_CALLS = [
    "=SUM(SEQUENCE(1E6,1E6))",
    "=SUM(SEQUENCE(1E300))",
    "=SUM(SEQUENCE(4000,1000)*SEQUENCE(1,1000))",
    "=INDEX(SORT(SEQUENCE(1000,1000,1,-1)),1)",
    "=INDEX(SORTBY(SEQUENCE(1000,1000),SEQUENCE(1000)),1)",
    "=ROWS(UNIQUE(MOD(SEQUENCE(1000,1000),7)))",
    "=SUM(FREQUENCY(SEQUENCE(1000,1000),SEQUENCE(1000,1000)))",
    "=INDEX(MODE.MULT(SEQUENCE(1000,1000),SEQUENCE(1000,1000)),1)",
    "=MEDIAN(SEQUENCE(1000,1000),SEQUENCE(1000,1000))",
    "=SUM(LARGE(SEQUENCE(1000,1000),SEQUENCE(1000,1000)))",
    "=SUM(RANK(SEQUENCE(1000,1000),SEQUENCE(1000,1000)))",
    "=INDEX(TREND(SEQUENCE(1000000),SEQUENCE(1000000)),1)",
    "=INDEX(TREND(SEQUENCE(2000),SEQUENCE(2000,1000)),1)",
    "=LCM(SEQUENCE(1000,1000))",
    "=GCD(SEQUENCE(1000,1000))",
    "=AGGREGATE(14,6,SEQUENCE(1000,1000)/(SEQUENCE(1000,1000)>5),1)",
    "=MATCH(1,SEQUENCE(1000,1000),0)",
    "=SUM(MATCH(SEQUENCE(1000000),SEQUENCE(1000000),0))",
    "=SUM(XLOOKUP(SEQUENCE(1000000),SEQUENCE(1000000),SEQUENCE(1000000)))",
    "=SUM(COMBIN(SEQUENCE(1000,1000,1E9),5E8))",
    "=SUM(FACT(SEQUENCE(1000,1000)))",
    "=COMBIN(1E9,5E8)",
    "=FACT(1E300)",
    "=NETWORKDAYS(0,2958465,SEQUENCE(100000))",
    "=SUM(NETWORKDAYS(0,2958465,SEQUENCE(1000000)))",
    '=NETWORKDAYS.INTL(0,2958465,"1111110")',
    "=WORKDAY(1,1E9)",
    "=WORKDAY(1,2900000,SEQUENCE(100000))",
    '=WORKDAY.INTL(2958465,-1E300,"0111111")',
    "=SUM(DATE(SEQUENCE(1000,1000),SEQUENCE(1000,1000),1E300))",
    '=LEN(REPT("x",1E300))',
    '=LEN(REPT(REPT("x",32767),32767))',
    '=LEN(SUBSTITUTE(REPT("a",32767),"a",REPT("b",32767)))',
    '=LEN(SUBSTITUTE(REPT("a",32767),"a","b",32767))',
    '=LEN(REPLACE(REPT("a",32767),1,0,REPT("a",32767)))',
    '=LEN(TEXTJOIN(REPT("x",32767),TRUE,SEQUENCE(100000)))',
    "=LEN(TEXTJOIN(SEQUENCE(100000),TRUE,SEQUENCE(100000)))",
    "=LEN(CONCAT(SEQUENCE(1000,1000)))",
    '=ROWS(TEXTSPLIT(REPT("a,",16000),,","))',
    '=ROWS(TEXTSPLIT(REPT("a,",16000),CHAR(SEQUENCE(255))))',
    '=LEN(TEXTAFTER(REPT("a",32767),"a",-32000))',
    '=FIND(REPT("a",16000)&"b",REPT("a",32767))',
    '=SEARCH(REPT("a*",100)&"b",REPT("a",32767))',
    '=SEARCH(REPT("*?",5000)&"b",REPT("a",32767))',
    '=SUM(LEN(REPT("x",SEQUENCE(32767))))',
    f'=TEXT(1.5,"{"0" * 7900}")',
    f'=TEXT(1.5,"{"#,##0.00;" * 800}")',
    f'=TEXT(45000,"{"yyyy" * 1900}")',
    f'=TEXT(1.5,"{"?/" * 3900}")',
    f'=TEXT(1.5,"# {"?" * 300}/{"?" * 300}")',
    '=TEXT(1E300,"#,##0.00")',
    f'=TEXT(1.5,"{"[" * 7900}")',
    '=SUM(LEN(TEXT(SEQUENCE(1000,1000),"#,##0.00")))',
    "=FIXED(1E300,127)",
    f'=NUMBERVALUE("{"1" * 7900}")',
    "=COUNTIF(SEQUENCE(10),1)",
    "=LET(a,SEQUENCE(1000,1000)," + ",".join(f"{b},{a}+{a}" for a, b in zip("abcdefghij", "bcdefghijk", strict=True)) + ",SUM(k))",
    '=LET(a,"xx",' + ",".join(f"a{i},a{i - 1 or ''}&a{i - 1 or ''}" for i in range(1, 60)) + ",LEN(a59))",
    "=LET(a,SEQUENCE(2000)," + ",".join(f"b{i},SUM(a*TRANSPOSE(a))" for i in range(60)) + ",b59)",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE_CALLS, ids=range(len(HOSTILE_CALLS)))
def test_a_hostile_call_is_refused_or_done_at_once(text: str) -> None:
    """What computes more than one formula may is #CALC!, within a second."""
    start = time.process_time()
    with contextlib.suppress(FormulaError):
        evaluate(text, {})
    assert time.process_time() - start < 1


# The same over a table: each row would need all the others, or the text of all of them.
HOSTILE_COLUMNS = [
    "=MEDIAN([A],[@A])",
    "=MODE([A],[@A])",
    "=GCD([A],[@A])",
    "=AVEDEV([A],[@A])",
    "=AGGREGATE([@A],6,[A])",
    "=AGGREGATE(14,6,[A]/([A]=[@A]),1)",
    "=COUNTA(UNIQUE(FILTER([T],[A]=[@A])))",
    "=SUM(FILTER([A],[A]=[@A]))",
    "=SUM(SEQUENCE([@A]))",
    "=INDEX(SORTBY([A],[A]*[@A]),1)",
    "=SUM(FREQUENCY([A]*[@A],[A]))",
    "=NETWORKDAYS(1,[@A],[A]+[@A])",
    "=MATCH(1,[A]*[@A],0)",
    "=SUM(IF([@A]>5,[A],0))",
    "=SUM(SWITCH([@A],1,[A],2,[A]*2))",
    "=TEXTJOIN([@T],TRUE,[T])",
    '=SUM(LEN(SUBSTITUTE([T],[@T],"")))',
    '=XMATCH([@T]&"*",[T],2)',
    '=COUNTIF([T],[@T]&"*")',
    "=SUM(SUMIFS([A],[A],[A]+[@A]))",
]


@pytest.mark.parametrize("text", HOSTILE_COLUMNS)
def test_what_a_column_may_compute_is_over_in_time(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sixteenth of what a column may compute takes a sixteenth of its ten seconds; the limit here is generous."""
    monkeypatch.setattr("apportion.formula.run.MOST_FOR_COLUMN", MOST_FOR_COLUMN // 16)
    size = 20_000
    table = {"A": [float(i % (size - 7)) for i in range(size)], "T": [f"t{i}" for i in range(size)]}
    start = time.process_time()
    Model({"B": text}).run(table)
    assert time.process_time() - start < 2


LEAVES = (
    *("1", "0", "-1", "1E300", "1E-300", "2.5", "45000", "12345678901234567890", "TRUE", "FALSE", "#N/A", ""),
    *('""', '"a"', '"5"', '"1/2/2024"', '"*"', '"%"', '"yyyy-mm-dd"', '"0.00"'),
    *("{1,2;3,4}", "{1}", '{"a",TRUE,#N/A}'),
)
INPUTS = {"A1": 5, "A1:A3": [[1], [2.5], [None]], "B1:C3": [["x", True], ["#N/A", 3], [0, "2"]], "Z9": None}
OF_ROWS = ("[@A]", "[A]", "[@B]", "[B]", "[@C]", "[C]", "[@[A]:[C]]", "[[A]:[C]]", "[A]>[@A]", "[B]=[@B]", "Base")
TABLE = {"A": [5, 1.5, None, -2, 0], "B": ["x", "5", "1/2/2024", None, "a*"], "C": [True, False, None, 1, "#N/A"]}


def drawn(draw: random.Random, leaves: tuple[str, ...], depth: int) -> str:
    """Some expression of functions, operators and leaves, which need not make sense."""
    if depth == 0 or draw.random() < 0.25:
        return draw.choice(leaves)
    if draw.random() < 0.75:
        name = draw.choice(sorted(FUNCTIONS.keys() - {"LET"}))
        count = max(0, FUNCTIONS[name].least + draw.choice((-1, 0, 0, 0, 1, 1, 2)))
        return f"{name}({','.join(drawn(draw, leaves, depth - 1) for _ in range(count))})"
    left, right = (drawn(draw, leaves, depth - 1) for _ in range(2))
    return draw.choice(
        ("{0}+{1}", "{0}-{1}", "{0}*{1}", "{0}/{1}", "{0}&{1}", "{0}={1}", "{0}<{1}", "({0})", "-{0}%")
    ).format(left, right)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_written_is_refused_or_computed(seed: int) -> None:
    """Nothing but a `FormulaError`, whatever types and shapes come together, alone and in the rows of a table."""
    draw = random.Random(seed)  # noqa: S311 the same texts every time
    for _ in range(1500):
        text = f"={drawn(draw, (*LEAVES, *INPUTS), draw.choice((1, 1, 2, 3)))}"
        with contextlib.suppress(FormulaError):
            evaluate(text, INPUTS)
    for _ in range(400):
        text = f"={drawn(draw, (*LEAVES, *OF_ROWS), draw.choice((1, 2, 2)))}"
        with contextlib.suppress(FormulaError):
            Model({"Result": text}).run(TABLE, {"Base": np.array([2.0, 7.5]) if draw.random() < 0.3 else 3.0})
