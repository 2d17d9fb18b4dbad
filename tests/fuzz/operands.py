"""Kinds of operands and results, by which a fault says when it happens."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from apportion.formula import ExcelError
from apportion.formula.numbers_in_text import number_in
from apportion.formula.tree import Array, Call, ColumnReference, Literal, Missing, Name, Node, Unary, children, walk
from apportion.formula.writing import Writer
from fuzz.expressions import function_of, is_array, is_constant, is_mapped, name_of
from fuzz.peers import Unreadable
from fuzz.tables import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from fuzz.tables import Table

Kinds = frozenset[str]
_HUGE, _TINY = 1e9, 1e-9
_YEAR_1901 = 367
_LAST_DIGITS = 1e-15
_PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?", re.IGNORECASE)
_LOOKS = {"wild": re.compile(r"[*?~]"), "long minutes": re.compile(r":\d{3}"), "year and month": re.compile(r"^\d{4}-\d{1,2}$")}
_TRUTHS = ("true", "false")
_TELL_TRUTHS = frozenset("= <> < > <= >= AND OR NOT".split())


def kinds(value: Any) -> Kinds:
    """What a value is, in words: its type, its sign, and what a text looks like.

    >>> sorted(kinds("5%"))
    ['decorated', 'early', 'numeric', 'text']
    """
    if isinstance(value, Unreadable):
        return frozenset({"unreadable"})
    if isinstance(value, ExcelError):
        return frozenset({"error", str(value)})
    if value is None:
        return frozenset({"blank", "early"})
    if isinstance(value, bool):
        return frozenset({"boolean", "early", str(value).upper()})
    return frozenset(_of_number(float(value)) if isinstance(value, (int, float)) else _of_text(value))


def _of_number(x: float) -> Iterator[str]:
    yield "number"
    yield "zero" if x == 0 else "negative" if x < 0 else "positive"
    yield "whole" if x == math.floor(x) else "fraction"
    if abs(x) > _HUGE:
        yield "huge"
    if 0 < abs(x) < _TINY:
        yield "tiny"
    if x < _YEAR_1901:
        yield "early"
    if x != round(x) and abs(x - round(x)) <= _LAST_DIGITS * max(abs(x), 1):
        yield "nearly"


def _of_text(text: str) -> Iterator[str]:
    yield "text"
    if not text.strip():
        yield "empty" if not text else "space"
    number = number_in(text)
    if not math.isnan(number):
        yield "numeric"
        if number < _YEAR_1901:
            yield "early"
        yield "plain" if _PLAIN_NUMBER.fullmatch(text) else "decorated"
    elif text.lower() in _TRUTHS:
        yield "truth"
    elif text:
        yield "word"
    yield from (kind for kind, pattern in _LOOKS.items() if pattern.search(text))
    if text[:1] in ("<", ">", "="):
        yield "signed"
        yield from (f"signed {each}" for each in _of_text(text.lstrip("<>=")) if each not in ("text", "signed"))
    if not text.isascii():
        yield "accent"
    if text != text.strip():
        yield "padded"


def operands(node: Node, table: Table, row: int, tables: Mapping[str, Table], value: Callable[[str], Any]) -> list[Kinds]:
    """The kinds of each operand of a node in a row; `value` gives the result of a part by its text."""
    return [_operand(each, table, row, tables, value) for each in children(node)]


def _operand(node: Node, table: Table, row: int, tables: Mapping[str, Table], value: Callable[[str], Any]) -> Kinds:
    if isinstance(node, Missing):
        return frozenset({"missing", "early"})
    if isinstance(node, Literal):
        return kinds(node.value) | {"literal"}
    if isinstance(node, Unary) and is_constant(node):
        return kinds(value("=" + Writer().text(node))) | {"literal"}
    if isinstance(node, Array):
        return _elements([each.value for line in node.rows for each in line]) | {"array"}
    if isinstance(node, Name):
        return kinds(NAMES[node.name]) | {"reference"} if node.name in NAMES else frozenset({"local"})
    if isinstance(node, ColumnReference):
        return _referred(node, table, row, tables)
    if _is_local(node):
        return _leaves(node, table, row, tables, value) | {"local"}
    if is_array(node):
        inside = frozenset(each.removeprefix("in:") for each in _leaves(node, table, row, tables, value))
        told = {f"in:{each}" for each in inside - {"range", "array", "column", "wide", "line", "elsewhere"}}
        told |= {"in:boolean"} if any(name_of(each) in _TELL_TRUTHS for each in walk(node)) else set()
        told |= {"missing"} if any(isinstance(each, Missing) for each in walk(node)) else set()
        told |= {"mapped"} if is_mapped(node) else set()
        told |= {_by(each) for each in walk(node) if function_of(each) is not None}
        return frozenset(told | {"computed array"} | ({"unsorted"} & inside))
    return kinds(value("=" + Writer().text(node))) | {"computed", _by(node)}


def _is_local(node: Node) -> bool:
    """Whether it stands within a LET whose names it uses."""
    if isinstance(node, Call) and node.function == "LET":
        return False
    return any(isinstance(each, Name) and each.name not in NAMES for each in walk(node))


def _leaves(node: Node, table: Table, row: int, tables: Mapping[str, Table], value: Callable[[str], Any]) -> Kinds:
    leaves = [each for each in walk(node) if isinstance(each, (Literal, Array, ColumnReference)) or (isinstance(each, Name) and each.name in NAMES)]
    return frozenset().union(*(_operand(each, table, row, tables, value) for each in leaves))


def _by(node: Node) -> str:
    """The function or operator that a part is computed by; + joins kinds in a condition."""
    return f"by {name_of(node).replace('+', 'plus')}"


def _referred(node: ColumnReference, table: Table, row: int, tables: Mapping[str, Table]) -> Kinds:
    of = tables[node.table or table.name]
    if node.this_row and node.last is None:
        return kinds(of.columns[node.column][row]) | {"reference"}
    names = list(of.columns)
    first, last = names.index(node.column), names.index(node.last or node.column)
    columns = [of.columns[name] for name in names[min(first, last) : max(first, last) + 1]]
    cells = [cells[row] for cells in columns] if node.this_row else [x for cells in columns for x in cells]
    where = {"elsewhere"} if of is not table else set()
    return _elements(cells) | {"range", "line" if node.this_row else "wide" if len(columns) > 1 else "column"} | where


def _elements(cells: Sequence[Any]) -> Kinds:
    """What is in a range or array, and whether it does not ascend: numbers, texts, truths; an error has no place."""
    inside = frozenset(f"in:{kind}" for cell in cells for kind in kinds(cell))
    order = [(float, str, bool).index(type(cell)) for cell in cells if isinstance(cell, (float, str, bool))]
    numbers = [cell for cell in cells if isinstance(cell, float)]
    errors = any(isinstance(cell, ExcelError) for cell in cells)
    ascend = not errors and order == sorted(order) and all(
        list(same) == sorted(same)
        for kind in (float, str, bool)
        if (same := [cell.lower() if isinstance(cell, str) else cell for cell in cells if isinstance(cell, kind)])
    )
    descend = len(cells) == len(numbers) and numbers == sorted(numbers, reverse=True)
    return inside | {kind for kind, sorted_so in (("unsorted", ascend), ("not descending", descend)) if not sorted_so}


def constants(node: Node) -> Iterator[Node]:
    """The signed literals among the operands of a node: their values are asked for, too."""
    return (each for each in children(node) if isinstance(each, Unary) and is_constant(each))


def is_call(node: Node, *names: str) -> bool:
    """Whether a node is a call of one of these functions."""
    return isinstance(node, Call) and node.function in names
