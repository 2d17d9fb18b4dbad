"""Texts that are meant to hang or to exhaust: each is refused or done at once."""

from __future__ import annotations

import contextlib
import random
import time

import numpy as np
import pytest

from apportion.formula import FormulaError, Model, evaluate
from apportion.formula.catalogue import FUNCTIONS

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
    return draw.choice(("{0}+{1}", "{0}-{1}", "{0}*{1}", "{0}/{1}", "{0}&{1}", "{0}={1}", "{0}<{1}", "({0})", "-{0}%")).format(left, right)


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
