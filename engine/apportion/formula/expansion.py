"""Words: functions that are read in a formula's text and stand for native ones, which alone are evaluated and written.

What words there are is up to the caller; this package knows none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from apportion.formula.errors import FormulaError
from apportion.formula.parser import read
from apportion.formula.tree import Binary, Call, Node, Unary
from apportion.formula.writing import Writer
from apportion.registry import NotNative

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from apportion.formula.declaration import Function


@dataclass(frozen=True)
class Word:
    """A function that is no native one: its row as any function has one, and how it is expanded.

    `expand` takes the texts of the arguments ("" for one that is left out) and gives a native text without an equal
    sign; what it cannot expand it raises as NotNative.
    """

    function: Function
    expand: Callable[..., str]


def expanded(tree: Node, text: str, words: Mapping[str, Word]) -> Node:
    """The tree with native functions in place of the words; a `FormulaError` where a word cannot be expanded."""
    if isinstance(tree, Binary):
        return replace(tree, left=expanded(tree.left, text, words), right=expanded(tree.right, text, words))
    if isinstance(tree, Unary):
        return replace(tree, operand=expanded(tree.operand, text, words))
    if not isinstance(tree, Call):
        return tree
    arguments = tuple(expanded(each, text, words) for each in tree.arguments)
    if tree.function not in words:
        return replace(tree, arguments=arguments)
    try:
        return read(f"={words[tree.function].expand(*map(Writer().text, arguments))}")
    except NotNative as error:
        raise FormulaError(error.what, text=text, position=tree.start, hint=error.remedy) from error
    except FormulaError as error:  # it became too long or too deep
        raise FormulaError(error.what, text=text, position=tree.start, hint=error.hint) from error
