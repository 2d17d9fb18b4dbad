"""Formulas drawn by chance from the table of functions: what a parameter declares is what its argument is drawn by.

A choice among functions depends on a drawn number and on each function's own name, so that a new function in the table
changes few of the formulas that a seed gives.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

from apportion.formula.catalogue import BINARY, FUNCTIONS, UNARY
from apportion.formula.declaration import Function, Parameter, Type
from apportion.formula.errors import FormulaError
from apportion.formula.tree import Array, Binary, Call, ColumnReference, Literal, Missing, Name, Node, Unary
from apportion.formula.writing import Writer
from fuzz.domains import DATE_FORMATS, FORMATS, ONLY_THESE, drawn_from
from fuzz.expressions import ARRAYS, Expression, is_array
from fuzz.peers import engine
from fuzz.sheets import Sheet
from fuzz.tables import CODES, COLUMNS, ERRORS, NAMES, WHOLE, WILD, WORDS, drawn

if TYPE_CHECKING:
    from collections.abc import Sequence

# Their results are never the same twice, or they read what a table does not hold.
NOT_DRAWN = frozenset(
    "NOW TODAY RAND RANDBETWEEN RANDARRAY CELL INFO OFFSET INDIRECT LAMBDA MAP REDUCE SCAN BYROW BYCOL MAKEARRAY".split()
)
_DEEPEST = 3
_WRONG_TYPE, _LEFT_EMPTY, _ERROR = 0.12, 0.03, 0.02
_GIVEN_OPTION, _REPEATED = 0.6, 0.45
_NUMBERS = (0.5, 1.5, 2.5, 0.1, 0.075, 2.675, 1e-7, 1e15, 123456789.125, 1e300, 0.285, 1.005)
_ROOM = re.compile(r"criteria\d*$", re.IGNORECASE)
# Parameters in whose place Excel takes a reference and nothing else.
_REFERENCE = re.compile(r"^(range|\w+_range\d*|ref\d*)$", re.IGNORECASE)
# Functions and operators that are called with arrays: what rules of districts do with whole columns.
_WITH_ARRAYS = frozenset(
    """SUM SUMPRODUCT MAX MIN AVERAGE COUNT MEDIAN LARGE SMALL IF ROUND ROUNDUP ROUNDDOWN INT ABS LEN LEFT RIGHT TRIM UPPER LOWER
    INDEX FILTER SORT SORTBY UNIQUE SEQUENCE TAKE DROP TRANSPOSE FREQUENCY + - * / & = <> < > <= >= u- AND OR""".split()
)
# How many arguments Excel asks for where the engine is content with fewer.
_LEAST = {"TAKE": 2, "DROP": 2, "SEQUENCE": 1}
_AGGREGATES = ("SUM", "MAX", "COUNT", "SUMPRODUCT")

_KIND_OF_TYPE = {Type.NUMBER: float, Type.STRICT: float, Type.TEXT: str, Type.TRUTH: bool}
_COLUMN_OF_TYPE = {Type.NUMBER: "number", Type.STRICT: "number", Type.TEXT: "text", Type.TRUTH: "truth"}


class Author:
    """Draws formulas for the rows of one of several tables; `gives` says what kind of result a function has."""

    def __init__(self, tables: Sequence[str], gives: dict[str, type | None]) -> None:
        self.tables = tables
        self.gives = gives
        self.draw = Random(0)  # noqa: S311 - the same formulas in every run
        self.arrays = False
        self.alike = True

    def formula(self, function: str, token: str) -> Expression | None:
        """A formula whose outermost function or operator is this one; None when Excel would not take it."""
        self.draw = Random(f"{token} {function}")  # noqa: S311 - the same formulas in every run
        self.arrays = function in ARRAYS or (function in _WITH_ARRAYS and self.draw.random() < 0.3)
        depth = self.draw.choice((0, 1) if self.arrays else (0, 1, 1, 2, _DEEPEST))
        return _read(self._enclosed(self._call(function, depth)))

    # -- calls

    def _enclosed(self, node: Node) -> Node:
        """An array within an aggregate: a cell holds one value."""
        if not is_array(node):
            return node
        return Call(self.draw.choice(_AGGREGATES), (node,))

    def _call(self, name: str, depth: int) -> Node:
        if name in BINARY:
            left, right = (self._argument(each, depth) for each in BINARY[name].parameters)
            return Binary(name, left, right)
        if name[0] == "u":
            return Unary(name[1:], self._argument(UNARY[name[1:]].parameters[0], depth))
        special = {"LET": self._let, "TEXT": self._text}.get(name)
        return special(depth) if special else Call(name, tuple(self._arguments(FUNCTIONS[name], depth)))

    def _text(self, depth: int) -> Node:
        """TEXT with a format of numbers, or of dates for a date: IronCalc stops altogether at a date after year 9999."""
        if self.draw.random() < 0.4:
            return Call("TEXT", (ColumnReference(None, "Day", this_row=True), Literal(self.draw.choice(DATE_FORMATS))))
        return Call("TEXT", (self._typed(Type.NUMBER, depth), Literal(self.draw.choice(FORMATS))))

    def _let(self, depth: int) -> Node:
        value = self._typed(Type.ANY, depth)
        kind = self.draw.choice(("+", "&", "=", "*"))
        other = self._typed(Type.ANY, depth)
        return Call("LET", (Name("x_1"), value, Binary(kind, Name("x_1"), Binary(kind, other, Name("x_1")))))

    def _arguments(self, function: Function, depth: int) -> list[Node]:
        parameters = list(function.parameters)
        required = max(function.least, _LEAST.get(function.name, 0))
        if not function.repeats:
            while len(parameters) > required and self.draw.random() > _GIVEN_OPTION:
                parameters.pop()
        while function.repeats and self.draw.random() < _REPEATED and len(parameters) < 8:
            parameters += function.parameters[-function.repeats :]
        self.alike = self.draw.random() < 0.85
        arrays = self.arrays
        made: list[Node] = []
        for each in parameters:
            self.arrays = arrays and not (function.name in ARRAYS | {"INDEX"} and each.type is not Type.RANGE)
            made.append(self._argument(each, depth, function.name))
        self.arrays = arrays
        for i in range(len(made)):
            if self.draw.random() < _LEFT_EMPTY and parameters[i].type is not Type.RANGE and len(made) > 1:
                made[i] = Missing()
        return made

    def _argument(self, parameter: Parameter, depth: int, function: str = "") -> Node:
        if parameter.type is Type.RANGE:
            return self._range(parameter.name)
        if _ROOM.search(parameter.name):
            return self._criterion()
        only = ONLY_THESE.search(f"{function}.{parameter.name}") is not None
        nested = self.draw.random() < 0.45 and depth > 0 and not only
        if only or (not nested and self.draw.random() < 0.8):
            value = drawn_from(function, parameter.name, self.draw)
            if value is not None:
                return value if isinstance(value, ColumnReference) else _constant(value)
        return self._typed(parameter.type, depth if nested else 0)

    def _typed(self, kind: Type, depth: int) -> Node:
        """An argument of a type, or at times of another."""
        if self.draw.random() < _ERROR:
            return Literal(self.draw.choice(ERRORS)) if self.draw.random() < 0.4 else ColumnReference(None, "Trouble", this_row=True)
        if kind in (Type.LAZY, Type.ANY) or kind not in _KIND_OF_TYPE or self.draw.random() < _WRONG_TYPE:
            kind = self.draw.choice((Type.NUMBER, Type.NUMBER, Type.TEXT, Type.TRUTH))
            if depth == 0 and self.draw.random() < 0.3:
                return ColumnReference(None, self.draw.choice(("Mix", "Empty", "Gap")), this_row=True)
        if depth > 0:
            allowed = _WITH_ARRAYS if self.arrays else self.gives.keys() - ARRAYS
            wanted = [name for name, gives in self.gives.items() if gives is _KIND_OF_TYPE[kind] and name in allowed]
            if wanted:
                return self._call(self._chosen(wanted), depth - 1)
        return self._leaf(kind)

    def _chosen(self, names: Sequence[str]) -> str:
        token = repr(self.draw.random())
        return max(names, key=lambda name: zlib.crc32(f"{token}{name}".encode()))

    # -- leaves

    def _leaf(self, kind: Type) -> Node:
        if self.arrays and self.draw.random() < 0.5:
            return self._array(kind) if self.draw.random() < 0.5 else self._column(kind, this_row=False)
        part = self.draw.random()
        if part < 0.6:
            return self._column(kind, this_row=True)
        if part < 0.7:
            return self._name(kind)
        return self._literal(kind)

    def _column(self, kind: Type, *, this_row: bool) -> Node:
        suits = _COLUMN_OF_TYPE[kind]
        return ColumnReference(None, self.draw.choice([name for name, (of, _) in COLUMNS.items() if of == suits]), this_row)

    def _name(self, kind: Type) -> Node:
        wanted = [name for name, value in NAMES.items() if isinstance(value, _KIND_OF_TYPE[kind])]
        return Name(self.draw.choice([*wanted, *wanted, *NAMES]))

    def _literal(self, kind: Type) -> Node:
        if kind is Type.TEXT:
            return Literal(self.draw.choice((*WORDS, *CODES)))
        if kind is Type.TRUTH:
            return Literal(self.draw.random() < 0.5)
        return _number(float(self.draw.choice((*WHOLE, *_NUMBERS))))

    def _array(self, kind: Type) -> Node:
        def one() -> Literal:
            node = self._literal(kind if self.draw.random() > _WRONG_TYPE else Type.TEXT)
            return node if isinstance(node, Literal) else Literal(2.0)

        height, width = self.draw.choice(((1, 2), (2, 1), (1, 3), (3, 1), (2, 2)))
        return Array(tuple(tuple(one() for _ in range(width)) for _ in range(height)))

    def _range(self, parameter: str) -> Node:
        only = _REFERENCE.search(parameter) is not None
        part = self.draw.random()
        if part < 0.12 and not only:
            return self._array(self.draw.choice((Type.NUMBER, Type.TEXT)))
        if part < 0.2 and not only:
            return ColumnReference(None, "Amount", this_row=True, last="Gap")
        if (part < 0.3 and not (only and self.alike)) or ("table" in parameter and part < 0.9):
            first, last = self.draw.choice((("Count", "Gap"), ("Word", "Flag"), ("Amount", "Part"), ("Code", "Mix")))
            return ColumnReference(self.draw.choice((None, *self.tables)), first, this_row=False, last=last)
        table = self.draw.choice((None, None, None, *self.tables))
        return ColumnReference(table, self.draw.choice([*COLUMNS, "Amount", "Count", "Gap", "Word"]), this_row=False)

    def _criterion(self) -> Node:
        sign = self.draw.choice(("", "", "", ">", "<>", "<=", "="))
        columns = [name for name in COLUMNS if name != "Wild"] if sign else [*COLUMNS, "Wild"]
        of = ColumnReference(None, self.draw.choice(columns), this_row=True)
        part = self.draw.random()
        if part < 0.3:
            return Literal(self.draw.choice(WILD))
        if part < 0.4:
            return _number(float(self.draw.choice(WHOLE)))
        return Binary("&", Literal(sign), of) if sign else of


def _number(x: float) -> Node:
    return Unary("-", Literal(-x)) if x < 0 else Literal(x)


def _constant(value: float | str | bool) -> Node:
    return Literal(value) if isinstance(value, (str, bool)) else _number(value)


def _read(node: Node) -> Expression | None:
    expression = Expression("=" + Writer().text(node))
    try:
        return expression if expression.tree is not None else None
    except FormulaError:
        return None


def heads() -> list[str]:
    """Everything that can be outermost in a formula: functions, operators, and signs as `u-`."""
    return [name for name in (*FUNCTIONS, *BINARY, *(f"u{sign}" for sign in UNARY)) if name not in NOT_DRAWN]


def results() -> dict[str, type | None]:
    """What kind of result each function has, found by asking the engine; None when it gave nothing but errors."""
    table = drawn("Asked", Random(7), 8)  # noqa: S311 - the same answer in every run
    author = Author((), {})
    found: dict[str, type | None] = {}
    for head in heads():
        asked = {each.text: each for i in range(8) if (each := author.formula(head, f"asked {i}")) is not None}
        values = engine([Sheet(table, tuple(asked.values()))])[table.name]
        kinds = Counter(type(x) for column in values for x in column if isinstance(x, (float, str, bool)))
        found[head] = kinds.most_common(1)[0][0] if kinds else None
    return found
