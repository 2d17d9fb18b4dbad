"""Texts that are meant to hang or to exhaust: each is refused or done at once."""

from __future__ import annotations

import contextlib
import time

import pytest

from apportion.formula import FormulaError, Model, evaluate

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
    assert {str(each) for each in Model({"B": "=SUMPRODUCT(--([A]<[@A]))"}).run(column).column("B").values()} == {"#CALC!"}
    assert time.process_time() - start < 1
