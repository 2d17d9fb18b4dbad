"""One declaration, many hosts: the functions and commands that Excel, the command line and Python offer.

No host is known here. A host reads `FUNCTIONS` and `COMMANDS` and adapts each entry; the domain's code carries no
decorator of any host.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from apportion.errors import ApportionError

Call = TypeVar("Call", bound=Callable[..., Any])
REQUIRED = inspect.Parameter.empty


class BadDeclaration(ApportionError, ValueError):
    """Raised when an entry of the registry has a taken name, or lacks the help that people will read."""


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


@dataclass(frozen=True)
class Entry:
    """A function or command: what it is called, what it does in a sentence, and how it is called."""

    name: str
    call: Callable[..., Any]
    help: str
    label: str
    group: str

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The arguments in order, read from the signature when a host asks."""
        hints = typing.get_type_hints(self.call, include_extras=True)
        return tuple(
            _parameter(name, hints[name], parameter.default)
            for name, parameter in inspect.signature(self.call).parameters.items()
        )


FUNCTIONS: dict[str, Entry] = {}
COMMANDS: dict[str, Entry] = {}


def function(name: str) -> Callable[[Call], Call]:
    """Declare a plain typed function as a cell function `=APPORTION.<name>(...)`."""
    return _declare(FUNCTIONS, name, "", "")


def command(name: str, *, label: str, group: str) -> Callable[[Call], Call]:
    """Declare a verb: a ribbon button with a label in a group, a command of the command line, a call of Python."""
    return _declare(COMMANDS, name, label, group)


def _declare(entries: dict[str, Entry], name: str, label: str, group: str) -> Callable[[Call], Call]:
    def add(call: Call) -> Call:
        if name.casefold() in {known.casefold() for known in entries}:
            raise BadDeclaration(f"The name {name} is taken.")
        text = inspect.getdoc(call)
        if not text:
            raise BadDeclaration(f"{name} has no docstring, which people read as its help.")
        entries[name] = Entry(name, call, text.split("\n\n")[0].replace("\n", " "), label, group)
        return call

    return add


def _parameter(name: str, hint: Any, default: Any) -> Parameter:
    if typing.get_origin(hint) is Annotated:
        annotation, *notes = typing.get_args(hint)
        return Parameter(name, annotation, next((note for note in notes if isinstance(note, str)), ""), default)
    return Parameter(name, hint, "", default)


def undocumented(entries: Mapping[str, Entry]) -> list[str]:
    """The arguments that carry no help, as "name.argument"; the book that a command works on needs none."""
    return [
        f"{entry.name}.{parameter.name}"
        for entry in entries.values()
        for parameter in entry.parameters
        if not parameter.help and parameter.name != "book"
    ]
