"""How a function is declared: a row with its name, its parameters and its body.

Coercion, missing arguments and errors are handled from the declaration, so that a body is only the calculation.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from apportion.formula.tree import Missing
from apportion.formula.work import LONGER

if TYPE_CHECKING:
    from collections.abc import Callable

    from apportion.formula.tree import Node

MOST_ARGUMENTS = 255
# Functions that a file prefixes twice.
_OF_WORKSHEETS = frozenset({"FILTER", "SORT"})


class Type(Enum):
    """What a parameter takes."""

    NUMBER = "number"
    STRICT = "strict"
    TRUTH = "truth"
    TEXT = "text"
    ANY = "any"
    RANGE = "range"
    LAZY = "lazy"


class Style(Enum):
    """How a body is called.

    ROWS: with arrays of floats or booleans, element by element; gives an array, or an array and errors.
    EACH: with plain scalars, once for every distinct combination; gives a scalar or an `ExcelError`.
    AGGREGATE: with a `Pool` of the numbers in all arguments.
    VALUES: with values as they are; gives a `Value`.
    ELEMENTS: like VALUES, element by element.
    LAZY: with functions that compute the arguments when they are needed; gives a `Value`.
    """

    ROWS = "rows"
    EACH = "each"
    AGGREGATE = "aggregate"
    VALUES = "values"
    ELEMENTS = "elements"
    LAZY = "lazy"


_REQUIRED = object()


@dataclass(frozen=True)
class Parameter:
    """A parameter; without a default it must be given.

    With `fills` the default also stands for an argument left empty, as in `CEILING.MATH(7,,1)`; without, that is a
    blank, as in `LEFT("x",)`. A default of None always does.
    """

    name: str
    type: Type
    default: Any = _REQUIRED
    fills: bool = False

    @property
    def required(self) -> bool:
        """Whether a call without it is refused."""
        return self.default is _REQUIRED


@dataclass(frozen=True)
class Function:
    """A row of the table of functions; `repeats` is how many of the last parameters may be given again and again.

    `gives` is the type of the result of ROWS; `since` names the Excel that brought the function, which decides
    about the prefix that its name carries in a file. An element of an array takes `weight` times as long as to add it.
    """

    name: str
    parameters: tuple[Parameter, ...]
    style: Style
    body: Callable[..., Any]
    repeats: int = 0
    gives: Type = Type.NUMBER
    since: str = "2007"
    source: str = ""
    weight: int = LONGER

    @property
    def usage(self) -> str:
        """How it is written, such as "Write ROUND(number, [num_digits])."."""
        names = [each.name if each.required else f"[{each.name}]" for each in self.parameters]
        return f"Write {self.name}({', '.join([*names, '...'] if self.repeats else names)})."

    @property
    def prefix(self) -> str:
        """What stands before the name in a file: "_xlfn." when Excel 2007 did not have it."""
        if self.since == "2007":
            return ""
        return "_xlfn._xlws." if self.name in _OF_WORKSHEETS else "_xlfn."

    @property
    def least(self) -> int:
        """How many arguments must be given: up to the last that is required, also where some before it may be empty."""
        return max((i for i, each in enumerate(self.parameters, start=1) if each.required), default=0)

    def parameter(self, position: int) -> Parameter:
        """The parameter that the argument at a position belongs to."""
        count = len(self.parameters)
        if position < count or not self.repeats:
            return self.parameters[position]
        return self.parameters[count - self.repeats + (position - count) % self.repeats]

    def problem_with(self, arguments: tuple[Node, ...]) -> str:
        """What is wrong with the number of arguments; "" when nothing is."""
        nothing = not self.parameters and len(arguments) == 1 and isinstance(arguments[0], Missing)
        given = 0 if nothing else len(arguments)
        least = self.least
        most = MOST_ARGUMENTS if self.repeats else len(self.parameters)
        if given < least:
            return f"{self.name} needs {_count(least)}, and {_given(given)}."
        if given > most:
            return f"{self.name} takes {f'at most {_count(most)}' if most else 'no arguments'}, and {_given(given)}."
        whole = all(each.required for each in self.parameters[len(self.parameters) - self.repeats :])
        if self.repeats > 1 and whole and (given - len(self.parameters)) % self.repeats:
            return f"{self.name} takes its last arguments in pairs, and one is missing."
        return ""


def _given(number: int) -> str:
    return f"{number or 'none'} {'is' if number < 2 else 'are'} given"


def _count(number: int) -> str:
    return f"{number} argument{'' if number == 1 else 's'}"


def parameters(text: str) -> tuple[Parameter, ...]:
    """Parameters from one line of declaration: `name:type`, `name:type=default` or `name:type:=default`.

    The last one is for a default that also stands for an argument left empty.

    >>> parameters("number:number digits:number=0")[1].default
    0.0
    """
    return tuple(_parameter(word) for word in text.split())


def _parameter(word: str) -> Parameter:
    declared, equals, default = word.partition("=")
    name, _, kind = declared.partition(":")
    if not equals:
        return Parameter(name, Type(kind))
    fills = kind.endswith(":")
    known = {"": None, "TRUE": True, "FALSE": False, '""': ""}
    return Parameter(name, Type(kind.rstrip(":")), known[default] if default in known else float(default), fills)
