"""One declaration, many hosts: the functions and commands that Excel, the command line and Python offer.

No host is known here. A host reads `FUNCTIONS` and `COMMANDS` and adapts each entry; the domain's code carries no
decorator of any host.
"""

from __future__ import annotations

import inspect
import re
import typing
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from apportion.errors import ApportionError, UnknownName, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Call = TypeVar("Call", bound="Callable[..., Any]")
REQUIRED = inspect.Parameter.empty
NAMESPACE = "APPORTION"  # what stands before a function's name in a cell: =APPORTION.FTE(...)
STORED = f"_xldudf_{NAMESPACE}_"  # and what stands there in a saved workbook
BOOK = "book"  # the argument of a command that is the plan: the open workbook, or the file that is named
_FUNCTION_NAME = re.compile(r"[A-Z][A-Z_]*")  # no digits, or Excel might read the address of a cell
_ARGUMENT_NAME = re.compile(r"[a-z][a-z_]*")


class BadDeclaration(ApportionError, ValueError):
    """Raised when an entry of the registry has a taken name, or lacks the help that people will read."""


class BadCall(ApportionError, TypeError):
    """Raised when a function is called with too many arguments, or without one that it needs."""


class NotNative(ApportionError, ValueError):
    """Raised by an expansion when what was asked for cannot be written in Excel's own functions."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what} {remedy}")
        self.what = what
        self.remedy = remedy


@dataclass(frozen=True)
class Parameter:
    """One argument: its name, type, help, and default (`REQUIRED` when there is none)."""

    name: str
    annotation: Any
    help: str
    default: Any

    @property
    def required(self) -> bool:
        """Whether a caller must give it."""
        return self.default is REQUIRED

    @property
    def choices(self) -> tuple[str, ...]:
        """The texts that it may be, in the order of the drop-down; () when it is free."""
        return typing.get_args(self.annotation) if typing.get_origin(self.annotation) is Literal else ()


@dataclass(frozen=True)
class Entry:
    """A function or command: what it is called, what it does in a sentence, and how it is called.

    A function whose `expansion` is there is a word of rule formulas too: it takes the arguments as texts of formulas
    ("" for one that is left out) and gives the text in Excel's own functions, without an equal sign, or raises
    NotNative. `instead` is what to do in a rule where there is none. `example` is a call as it is typed in a cell;
    where it is "" the docstring's own stands for it.
    """

    name: str
    call: Callable[..., Any]
    help: str
    label: str = ""
    group: str = ""
    expansion: Callable[..., str] | None = None
    instead: str = ""
    example: str = ""

    @property
    def options(self) -> tuple[Parameter, ...]:
        """The arguments without the plan that a command works on."""
        return tuple(each for each in self.parameters if each.name != BOOK)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The arguments in order, read from the signature when a host asks."""
        hints = typing.get_type_hints(self.call, include_extras=True)
        return tuple(
            _parameter(name, hints[name], parameter.default)
            for name, parameter in inspect.signature(self.call).parameters.items()
        )

    @property
    def usage(self) -> str:
        """How it is written, optional arguments in brackets, such as "FTE(students, ratio, [rounding])"."""
        named = (each.name if each.required else f"[{each.name}]" for each in self.parameters)
        return f"{self.name}({', '.join(named)})"

    def arguments(self, given: Sequence[Any]) -> list[Any]:
        """One value for each argument; nothing given (None) means the default. Raises BadCall."""
        expected = self.parameters
        if len(given) > len(expected):
            most = f"{len(expected)} argument{'' if len(expected) == 1 else 's'}"
            raise BadCall(f"{self.name} takes at most {most}, and {len(given)} are given. Write {self.usage}.")
        if missing := [each.name for each in expected[len(given) :] if each.required]:
            raise BadCall(f"{self.name} needs {' and '.join(missing)}. Write {self.usage}.")
        values = [*given, *(None for _ in expected[len(given) :])]
        return [
            parameter.default if value is None and not parameter.required else value
            for parameter, value in zip(expected, values, strict=True)
        ]


FUNCTIONS: dict[str, Entry] = {}
COMMANDS: dict[str, Entry] = {}


def function(
    name: str, *, expansion: Callable[..., str] | None = None, instead: str = "", example: str = ""
) -> Callable[[Call], Call]:
    """Declare a plain typed function as a cell function `=APPORTION.<name>(...)`.

    With an `expansion` it is a word of rule formulas too; without, `instead` says what to do there.
    """

    def add(call: Call) -> Call:
        help_text = _help(FUNCTIONS, name, call)
        entry = Entry(name, call, help_text, expansion=expansion, instead=instead, example=example)
        _refuse_function(entry)
        FUNCTIONS[name] = entry
        return call

    return add


def command(name: str, *, label: str, group: str) -> Callable[[Call], Call]:
    """Declare a verb: a ribbon button with a label in a group, a command of the command line, a call of Python."""

    def add(call: Call) -> Call:
        entry = Entry(name, call, _help(COMMANDS, name, call), label, group)
        _refuse_unexplained(entry, apart=BOOK)
        COMMANDS[name] = entry
        return call

    return add


def find_function(name: str) -> Entry:
    """The function of that name in any case, with or without `APPORTION.` before it. Raises UnknownName."""
    known = {each.casefold(): entry for each, entry in FUNCTIONS.items()}
    asked = name.strip().removeprefix("=")
    short = asked[len(NAMESPACE) + 1 :] if asked.upper().startswith(f"{NAMESPACE}.") else asked
    if short.casefold() not in known:
        near = did_you_mean(short, FUNCTIONS) or f"There are: {', '.join(FUNCTIONS)}."
        raise UnknownName(f'There is no function "{asked}". {near}')
    return known[short.casefold()]


def _help(entries: Mapping[str, Entry], name: str, call: Callable[..., Any]) -> str:
    if name.casefold() in {known.casefold() for known in entries}:
        raise BadDeclaration(f"The name {name} is taken.")
    text = inspect.getdoc(call)
    if not text:
        raise BadDeclaration(f"{name} has no docstring, which people read as its help.")
    return text.split("\n\n")[0].replace("\n", " ")


def _refuse_function(entry: Entry) -> None:
    """Refuse what Excel would not take, and arguments that nobody explains."""
    if not _FUNCTION_NAME.fullmatch(entry.name):
        raise BadDeclaration(f"{entry.name} is no name of a function: upper case letters and underscores.")
    for parameter in entry.parameters:
        if not _ARGUMENT_NAME.fullmatch(parameter.name):
            raise BadDeclaration(f"{entry.name}: {parameter.name} is no name of an argument: lower case letters.")
    _refuse_unexplained(entry)


def _refuse_unexplained(entry: Entry, apart: str = "") -> None:
    for parameter in entry.parameters:
        if not parameter.help and parameter.name != apart:
            raise BadDeclaration(f"{entry.name}: the argument {parameter.name} has no help, which people read.")


def _parameter(name: str, hint: Any, default: Any) -> Parameter:
    if typing.get_origin(hint) is Annotated:
        annotation, *notes = typing.get_args(hint)
        return Parameter(name, annotation, next((note for note in notes if isinstance(note, str)), ""), default)
    return Parameter(name, hint, "", default)
