"""Trees as text: for people as they wrote it, for .xlsx files in full and with prefixes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apportion.formula.catalogue import FUNCTIONS
from apportion.formula.numbers_in_text import text_of
from apportion.formula.tree import (
    PERCENT_PRECEDENCE,
    PRECEDENCE,
    PREFIX_PRECEDENCE,
    Array,
    Binary,
    Call,
    ColumnReference,
    Literal,
    Name,
    Node,
    Unary,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_ESCAPED = re.compile(r"['\[\]#]")
_PLAIN = re.compile(r"[^\W\d]\w*(?: \w+)*")
_ATOM = 9


def column_name(name: str) -> str:
    """A column's name as it stands between brackets: `'`, `#` and brackets are escaped.

    >>> column_name("Grade #1 [K]")
    "Grade '#1 '[K']"
    """
    return _ESCAPED.sub(lambda found: "'" + found[0], name)


def short(node: ColumnReference) -> str:
    """A structured reference as people write it, such as `[@Students]` or `Weights[Code]`."""
    table = node.table or ""
    name = column_name(node.column)
    if node.last is not None:
        span = f"[{name}]:[{column_name(node.last)}]"
        return f"{table}[@{span}]" if node.this_row else f"{table}[{span}]"
    if not node.this_row:
        return f"{table}[{name}]" if name == name.strip() and not name.startswith("@") else f"{table}[[{name}]]"
    return f"{table}[@{name}]" if _PLAIN.fullmatch(name) and " " not in name else f"{table}[@[{name}]]"


def full(node: ColumnReference, table: str) -> str:
    """A structured reference as a file holds it, such as `Schools[[#This Row],[Students]]`."""
    table = node.table or table
    name = column_name(node.column)
    if node.last is not None:
        span = f"[{name}]:[{column_name(node.last)}]"
        return f"{table}[[#This Row],{span}]" if node.this_row else f"{table}[{span}]"
    if node.this_row:
        return f"{table}[[#This Row],[{name}]]"
    return f"{table}[{name}]" if name == name.strip() and not name.startswith("@") else f"{table}[[{name}]]"


class Writer:
    """Writes a tree with as few parentheses as it takes; how names look is up to two functions."""

    def __init__(
        self,
        column: Callable[[ColumnReference], str] = short,
        name: Callable[[str], str] = str,
        *,
        prefixes: bool = False,
    ) -> None:
        self.column, self.name, self.prefixes = column, name, prefixes
        self._let: list[frozenset[str]] = [frozenset()]

    def text(self, node: Node) -> str:
        """The text of a node, without an equal sign.

        >>> Writer().text(Binary("*", Binary("+", Literal(1.0), Literal(2.0)), ColumnReference(None, "A b", True)))
        '(1+2)*[@[A b]]'
        """
        return self._written(node)[0]

    def _written(self, node: Node) -> tuple[str, int]:
        """The text, and how strongly its outermost operator binds."""
        if isinstance(node, Binary):
            rank = PRECEDENCE[node.operator]
            left, right = self._within(node.left, rank), self._within(node.right, rank + 1)
            return f"{left}{node.operator}{right}", rank
        return self._unary(node) if isinstance(node, Unary) else (self._atom(node), _ATOM)

    def _atom(self, node: Node) -> str:
        if isinstance(node, Call):
            return self._call(node)
        if isinstance(node, ColumnReference):
            return self.column(node)
        if isinstance(node, Name):
            return self._name(node.name)
        if isinstance(node, Array):
            return "{" + ";".join(",".join(map(_literal, row)) for row in node.rows) + "}"
        return _literal(node) if isinstance(node, Literal) else ""

    def _within(self, node: Node, rank: int) -> str:
        text, own = self._written(node)
        return f"({text})" if own < rank else text

    def _unary(self, node: Unary) -> tuple[str, int]:
        if node.operator == "%":
            return self._within(node.operand, PERCENT_PRECEDENCE) + "%", PERCENT_PRECEDENCE
        return node.operator + self._within(node.operand, PREFIX_PRECEDENCE), PREFIX_PRECEDENCE

    def _name(self, name: str) -> str:
        if name.casefold() in self._let[-1]:
            return f"_xlpm.{name}" if self.prefixes else name
        return self.name(name)

    def _call(self, node: Call) -> str:
        prefix = FUNCTIONS[node.function].prefix if self.prefixes else ""
        if node.function == "LET":
            names = {each.name.casefold() for each in node.arguments[:-1:2] if isinstance(each, Name)}
            self._let.append(self._let[-1] | names)
        arguments = ",".join(self.text(each) for each in node.arguments)
        if node.function == "LET":
            self._let.pop()
        return f"{prefix}{node.function}({arguments})"


def _literal(node: Literal) -> str:
    value = node.value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    if isinstance(value, float):
        short_text = text_of(value)
        return short_text if float(short_text) == value else repr(value).upper()
    return str(value)
