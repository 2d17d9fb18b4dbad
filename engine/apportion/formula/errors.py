"""What can be wrong with a formula's text, and the error values that formulas compute with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from apportion.errors import ApportionError, UnknownName

_LINE = 100


class ExcelError(Enum):
    """An error value, as a cell holds it; `str()` is Excel's text.

    >>> str(ExcelError("#N/A")), ExcelError.NA is ExcelError("#N/A")
    ('#N/A', True)
    """

    NULL = "#NULL!"
    DIV = "#DIV/0!"
    VALUE = "#VALUE!"
    REF = "#REF!"
    NAME = "#NAME?"
    NUM = "#NUM!"
    NA = "#N/A"
    SPILL = "#SPILL!"
    CALC = "#CALC!"

    def __str__(self) -> str:
        return self.value

    def __repr__(self) -> str:
        return f"ExcelError({self.value!r})"


class FormulaError(ApportionError, ValueError):
    r"""Raised when a text cannot be read as a formula; knows the place in the text and what would help.

    >>> FormulaError("A parenthesis is not closed.", text="=(1+2", position=1).pointed()
    'A parenthesis is not closed.\n=(1+2\n ^'
    """

    def __init__(self, what: str, *, text: str, position: int, hint: str = "") -> None:
        super().__init__(f"{what} {hint}".strip())
        self.what = what
        self.text = text
        self.position = position
        self.hint = hint

    def pointed(self) -> str:
        """The message, then the line of the text, then a caret under the place."""
        start = self.text.rfind("\n", 0, self.position) + 1
        line = self.text[start:].split("\n", 1)[0]
        column = self.position - start
        if len(line) > _LINE:
            cut = max(0, column - _LINE // 2)
            line, column = line[cut : cut + _LINE], column - cut
        return f"{self}\n{line}\n{' ' * column}^"


class CycleError(ApportionError, ValueError):
    """Raised when formula columns need each other; `cells` names them in order, the first again at the end."""

    def __init__(self, cells: list[str]) -> None:
        super().__init__(f"These formulas need each other: {' -> '.join(cells)}. Change one of them.")
        self.cells = cells


@dataclass(frozen=True)
class Unknown:
    """A table, column or name that a formula mentions and nobody has given."""

    formula: str
    text: str
    position: int
    kind: str
    name: str
    nearest: str

    def __str__(self) -> str:
        hint = f' Nearest: "{self.nearest}".' if self.nearest else ""
        return f'{self.formula}: no {self.kind} "{self.name}" (position {self.position + 1}).{hint}'


class UnknownReferences(UnknownName):
    """Raised when formulas mention tables, columns or names that are not there; `unknown` lists all of them."""

    def __init__(self, unknown: tuple[Unknown, ...]) -> None:
        super().__init__("\n".join(map(str, unknown)))
        self.unknown = unknown
