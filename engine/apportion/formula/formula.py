"""Formulas: a text that was read once, what it refers to, and how it stands in a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from apportion.formula.expansion import expanded
from apportion.formula.parser import read
from apportion.formula.tree import Call, ColumnReference, Name, Node, children, walk
from apportion.formula.writing import Writer, full

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apportion.formula.expansion import Word

_KEPT = 8192  # columns of about ten plans


@dataclass(frozen=True)
class Reference:
    """What a formula refers to, in the author's spelling, and where in the text.

    Either a column of a table (`table` None: the formula's own) or a name, which may also be that of a whole table.
    """

    table: str | None
    column: str | None
    this_row: bool
    name: str | None
    start: int
    end: int
    last: str | None = None


@dataclass(frozen=True)
class Formula:
    """An Excel formula that was read; equal texts give the same object.

    `tree` is as the author wrote it; `native` has Excel's own functions in place of words and is None without any.
    """

    text: str
    tree: Node = field(repr=False)
    native: Node | None = field(default=None, repr=False)

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """Every column and name in the order of the text; names that LET makes are not among them.

        >>> parse("=[@Students]/Ratio").references[1].name
        'Ratio'
        """
        return tuple(_references(self.tree, frozenset()))

    @property
    def functions(self) -> frozenset[str]:
        """The names of the functions that the formula uses."""
        return frozenset(node.function for node in walk(self.tree) if isinstance(node, Call))

    def live(self, table: str, rename: Mapping[str | tuple[str, str], str] | None = None) -> str:
        """The text for a cell of an .xlsx file whose row belongs to `table`; begins with "=".

        `rename` maps a name, or a pair of table and column, to the text that shall stand there instead.

        >>> parse("=IFS([@A]>1,Base)").live("Schools", {"Base": "Rates!$B$2"})
        '=_xlfn.IFS(Schools[[#This Row],[A]]>1,Rates!$B$2)'
        """
        if not rename and self.native is None and self.text:  # a tree that was made by hand has no text
            return _live(self.text, table)
        other = {_folded(key): text for key, text in (rename or {}).items()}

        def column(node: ColumnReference) -> str:
            return other.get(_folded((node.table or table, node.column))) or full(node, table)

        def name(text: str) -> str:
            return other.get(_folded(text), text)

        return "=" + Writer(column, name, prefixes=True).text(self.native or self.tree)


def _folded(key: str | tuple[str, str]) -> str | tuple[str, str]:
    return key.casefold() if isinstance(key, str) else (key[0].casefold(), key[1].casefold())


@lru_cache(maxsize=_KEPT)
def parse(text: str) -> Formula:
    """The formula in a text that begins with "="; a `FormulaError` with the position when it cannot be read.

    >>> sorted(parse("=ROUND(IF([@A]>1,2,3),0)").functions)
    ['IF', 'ROUND']
    """
    return Formula(text, read(text))


def parse_with(text: str, words: Mapping[str, Word]) -> Formula:
    """The formula in a text that may use words, by their names in upper case; `live` writes native functions.

    Raises FormulaError, also when a word cannot be expanded.
    """
    tree = read(text, {name: word.function for name, word in words.items()})
    used = any(isinstance(node, Call) and node.function in words for node in walk(tree))
    return Formula(text, tree, expanded(tree, text, words) if used else None)


@lru_cache(maxsize=_KEPT)
def _live(text: str, table: str) -> str:
    """A formula's live text where nothing is renamed."""
    return "=" + Writer(lambda node: full(node, table), str, prefixes=True).text(parse(text).tree)


def _references(node: Node, local: frozenset[str]) -> Iterator[Reference]:
    if isinstance(node, ColumnReference):
        yield Reference(node.table, node.column, node.this_row, None, node.start, node.end, node.last)
    elif isinstance(node, Name):
        if node.name.casefold() not in local:
            yield Reference(None, None, False, node.name, node.start, node.end)  # noqa: FBT003
    elif isinstance(node, Call) and node.function == "LET":
        for name, value in zip(node.arguments[:-1:2], node.arguments[1::2], strict=True):
            yield from _references(value, local)
            local |= {name.name.casefold()} if isinstance(name, Name) else frozenset()
        yield from _references(node.arguments[-1], local)
    else:
        for each in children(node):
            yield from _references(each, local)
