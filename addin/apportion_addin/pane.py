"""What the task pane's page shows of the registry: groups of commands with their help and options."""

from __future__ import annotations

import typing
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from apportion_addin.registered import COMMANDS, by_group

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from apportion.registry import Entry, Parameter

# How the pane asks for an option: some names have a list to choose from, everything else goes by its type.
FIELDS_BY_NAME = {"scenario": "scenario", "school": "school"}
FIELDS_BY_TYPE = {bool: "check"}


@dataclass(frozen=True)
class Option:
    """One option of a command: its name, a label, a sentence, and the field (scenario, school, check, text)."""

    name: str
    label: str
    help: str
    field: str


@dataclass(frozen=True)
class PaneCommand:
    """A button: the command's name, its label, its help in a sentence, and its options in order."""

    name: str
    label: str
    help: str
    options: tuple[Option, ...]

    @property
    def asked(self) -> tuple[Option, ...]:
        """The options that stand below the button; the scenario is chosen once for all commands."""
        return tuple(each for each in self.options if each.field != "scenario")


@dataclass(frozen=True)
class Group:
    """A group of the ribbon with its commands in order."""

    name: str
    commands: tuple[PaneCommand, ...]


def ribbon_groups(commands: Mapping[str, Entry] = COMMANDS) -> tuple[Group, ...]:
    """The commands in the groups of the ribbon."""
    return tuple(Group(name, tuple(map(_pane_command, entries))) for name, entries in by_group(commands).items())


def command_list(groups: tuple[Group, ...]) -> list[dict[str, Any]]:
    """The same commands in one list that becomes JSON, for the page's JavaScript."""
    return [asdict(command) for group in groups for command in group.commands]


def furnish(names: MutableMapping[str, Any]) -> None:
    """Give the page's template (through the names that all templates know) what it shows."""
    names["ribbon_groups"] = ribbon_groups
    names["command_list"] = command_list


def _pane_command(entry: Entry) -> PaneCommand:
    options = tuple(map(_option, entry.options))
    return PaneCommand(entry.name, entry.label, entry.help, options)


def _option(parameter: Parameter) -> Option:
    kinds = set(typing.get_args(parameter.annotation)) or {parameter.annotation}
    by_type = next((field for kind, field in FIELDS_BY_TYPE.items() if kind in kinds), "text")
    field = FIELDS_BY_NAME.get(parameter.name, by_type)
    return Option(parameter.name, parameter.name.replace("_", " ").capitalize(), parameter.help, field)
