"""What the order of tokens does not tell: the depth of a tree, the shape of arrays, the arguments of functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apportion.formula.catalogue import FUNCTIONS
from apportion.formula.errors import FormulaError
from apportion.formula.tokens import DEEPEST_TREE
from apportion.formula.tree import Array, Call, Name, Node, children

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apportion.formula.declaration import Function


def checked(tree: Node, text: str, more: Mapping[str, Function]) -> Node:
    """The tree, after its depth, its arrays and the arguments of its functions were looked at.

    `more` are functions that are not native.
    """
    waiting: list[tuple[Node, int]] = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST_TREE:
            what = f"More than {DEEPEST_TREE} operations follow from one another."
            raise FormulaError(what, text=text, position=node.start, hint="Use SUM, or split the formula into columns.")
        if isinstance(node, Array) and len({len(row) for row in node.rows}) > 1:
            raise FormulaError("The rows of an array differ in length.", text=text, position=max(text.find("{"), 0))
        if isinstance(node, Call):
            function = FUNCTIONS.get(node.function) or more[node.function]
            problem = function.problem_with(node.arguments) or _problem_of_let(node)
            if problem:
                raise FormulaError(problem, text=text, position=node.start, hint=function.usage)
        waiting.extend((each, depth + 1) for each in children(node))
    return tree


def _problem_of_let(node: Call) -> str:
    if node.function != "LET":
        return ""
    names = node.arguments[:-1:2]
    if len(node.arguments) % 2 == 0 or not all(isinstance(each, Name) for each in names):
        return "LET takes pairs of a name and its value, and then the calculation."
    return ""
