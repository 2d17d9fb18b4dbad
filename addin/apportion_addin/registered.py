"""The registry with everything in it: what Apportion offers to Excel, and the groups in which people find it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import apportion.commands
import apportion.functions  # noqa: F401 - both enter what they declare into the registry
from apportion.errors import ApportionError
from apportion.registry import COMMANDS, FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apportion.registry import Entry

__all__ = ["COMMANDS", "FUNCTIONS", "GROUPS", "BadRibbon", "by_group"]

GROUPS = ("Plan", "Change", "Schools", "Programs", "Accounts")  # from left to right; Help is the add-in's own


class BadRibbon(ApportionError, ValueError):
    """Raised when a command has no place on the ribbon, or says more than fits there."""


def by_group(commands: Mapping[str, Entry]) -> dict[str, tuple[Entry, ...]]:
    """The commands of every group that has any, as they were declared. Raises BadRibbon for a group of no name here."""
    for name, entry in commands.items():
        if entry.group not in GROUPS:
            raise BadRibbon(f"Command {name} is in group {entry.group}, which the ribbon does not have: {GROUPS}.")
    groups = {group: tuple(entry for entry in commands.values() if entry.group == group) for group in GROUPS}
    return {group: entries for group, entries in groups.items() if entries}
