"""The tree of a formula: frozen nodes that compare by meaning, each with its place in the text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from apportion.formula.errors import ExcelError

if TYPE_CHECKING:
    from collections.abc import Iterator

Scalar = float | str | bool | ExcelError

PRECEDENCE = {"=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
PERCENT_PRECEDENCE = 6
PREFIX_PRECEDENCE = 7


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, text, boolean or error written into the formula."""

    value: Scalar
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Literal) and type(self.value) is type(other.value) and self.value == other.value

    def __hash__(self) -> int:
        return hash((type(self.value), self.value))


@dataclass(frozen=True, slots=True)
class Missing:
    """An argument that was left empty, as in `ROUND([@A],)`."""

    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A name, a whole table, or a cell address, as it stands in the text."""

    name: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ColumnReference:
    """A structured reference: a column of a table, or its value in this row; `last` makes it a span of columns."""

    table: str | None
    column: str
    this_row: bool
    last: str | None = None
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """A sign before an operand, or a percent sign after it."""

    operator: str
    operand: Node
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and the operator between them."""

    operator: str
    left: Node
    right: Node
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments; the name is in upper case and without `_xlfn.`."""

    function: str
    arguments: tuple[Node, ...]
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Array:
    """An array written into the formula, `{1,2;3,4}`, row by row."""

    rows: tuple[tuple[Literal, ...], ...]
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


Node = Literal | Missing | Name | ColumnReference | Unary | Binary | Call | Array


def children(node: Node) -> tuple[Node, ...]:
    """The operands or arguments of a node, left to right.

    >>> children(Binary("+", Literal(1.0), Name("Base")))
    (Literal(value=1.0, start=0, end=0), Name(name='Base', start=0, end=0))
    """
    if isinstance(node, Call):
        return node.arguments
    if isinstance(node, Binary):
        return (node.left, node.right)
    return (node.operand,) if isinstance(node, Unary) else ()


def walk(node: Node) -> Iterator[Node]:
    """Every node of the tree, in the order in which they stand in the text, a parent before its children."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        yield each
        waiting.extend(reversed(children(each)))
