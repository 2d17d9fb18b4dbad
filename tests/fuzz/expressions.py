"""Formulas taken apart: every part that can stand alone becomes a column of its own.

So a fault is found where it arises and not where it surfaces.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from apportion.formula import parse
from apportion.formula.catalogue import BINARY, FUNCTIONS, UNARY
from apportion.formula.declaration import Function, Style, Type
from apportion.formula.tree import (
    Array,
    Binary,
    Call,
    ColumnReference,
    Literal,
    Missing,
    Name,
    Node,
    Unary,
    children,
    walk,
)
from apportion.formula.writing import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator

# Functions whose result is an array whatever their arguments are.
ARRAYS = frozenset("SEQUENCE SORT SORTBY UNIQUE TAKE DROP FILTER TEXTSPLIT TRANSPOSE FREQUENCY TREND MODE.MULT".split())
# Functions of one value for each argument that make one text of whole arrays.
_JOINING = frozenset({"CONCAT", "TEXTJOIN"})
_SCALAR = (Type.NUMBER, Type.STRICT, Type.TRUTH, Type.TEXT, Type.ANY)


def function_of(node: Node) -> Function | None:
    """The declaration of a call or operator; None for a leaf."""
    if isinstance(node, Call):
        return FUNCTIONS[node.function]
    if isinstance(node, Binary):
        return BINARY[node.operator]
    return UNARY[node.operator] if isinstance(node, Unary) else None


def name_of(node: Node) -> str:
    """How a fault names the function or operator: `ROUND`, `+`, and `u-` for a sign before its operand."""
    if isinstance(node, Call):
        return node.function
    if isinstance(node, Binary):
        return node.operator
    return f"u{node.operator}" if isinstance(node, Unary) else ""


def is_array(node: Node) -> bool:
    """Whether a node may give more than one element."""
    if isinstance(node, ColumnReference):
        return not node.this_row or node.last is not None
    if isinstance(node, Array) or (isinstance(node, Call) and node.function in ARRAYS):
        return True
    if isinstance(node, Call) and node.function in _JOINING:
        return False
    function = function_of(node)
    return function is not None and any(is_array(each) for each in _spreading(node, function))


def _spreading(node: Node, function: Function) -> Iterator[Node]:
    """The arguments whose arrays make the result one."""
    if _pools(function):
        return
    for i, each in enumerate(children(node)):
        if function.style is Style.LAZY or function.parameter(i).type in _SCALAR:
            yield each


def _pools(function: Function) -> bool:
    """Whether all its arguments are ranges or values alike, as those of SUM."""
    return function.style is Style.AGGREGATE and all(each.type is not Type.RANGE for each in function.parameters)


def needs_array_formula(node: Node) -> bool:
    """Whether Excel computes it element by element only in an array formula: an array where one value is expected."""
    for each in walk(node):
        function = function_of(each)
        if function is None:
            continue
        for i, argument in enumerate(children(each)):
            direct = function.style is Style.LAZY or _pools(function) or function.parameter(i).type is Type.RANGE
            if is_array(argument) and not (direct and isinstance(argument, ColumnReference | Array)):
                return True
    return False


def is_mapped(node: Node) -> bool:
    """Whether a function of one value is called for each element of an array somewhere within."""
    return any(
        isinstance(each, Call) and each.function not in ARRAYS | {"IF"} and is_array(each) for each in walk(node)
    )


def is_constant(node: Node) -> bool:
    """Whether it is a literal, with or without a sign."""
    return isinstance(node, Literal | Missing) or (isinstance(node, Unary) and is_constant(node.operand))


@dataclass(frozen=True)
class Expression:
    """A formula, or a part of one that can stand alone."""

    text: str

    @cached_property
    def tree(self) -> Node:
        """What was read."""
        return parse(self.text).tree

    @cached_property
    def functions(self) -> frozenset[str]:
        """The names of all functions in it."""
        return parse(self.text).functions

    @cached_property
    def array(self) -> bool:
        """Whether it is written as an array formula."""
        return needs_array_formula(self.tree)

    @cached_property
    def parts(self) -> tuple[Expression, ...]:
        """The largest parts within it that can stand alone."""
        return tuple(_standing(child) for each in children(self.tree) for child in _nearest(each, _local(self.tree)))

    def whole(self) -> Iterator[Expression]:
        """It and all its parts, and theirs."""
        yield self
        for part in self.parts:
            yield from part.whole()


def _local(node: Node) -> frozenset[str]:
    if not (isinstance(node, Call) and node.function == "LET"):
        return frozenset()
    return frozenset(each.name.casefold() for each in node.arguments[:-1:2] if isinstance(each, Name))


def _nearest(node: Node, local: frozenset[str]) -> Iterator[Node]:
    if function_of(node) is None or is_constant(node):
        return
    names = {each.name.casefold() for each in walk(node) if isinstance(each, Name)}
    if not is_array(node) and names.isdisjoint(local):
        yield node
        return
    for each in children(node):
        yield from _nearest(each, local | _local(node))


def _standing(node: Node) -> Expression:
    return Expression("=" + Writer().text(node))
