"""The manifest: the file that tells Excel where the add-in is, what stands on its ribbon, and what its functions are.

Written from the registry. Microsoft's limits: learn.microsoft.com, "Office Add-ins manifest reference" (String,
CustomTab, Group, Control of type Button).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from apportion.errors import ApportionError
from apportion_addin.site import https_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from apportion.registry import Entry

TEMPLATES = Path(__file__).parent / "host" / "templates"
NAMESPACE = "APPORTION"
# Excel knows an add-in by this: made once, for ever.
MANIFEST_ID = "46e16170-e8c7-492d-bfaa-36a8b09bf6a4"
# The groups of the ribbon from left to right, and their buttons. A command that is not named comes after those.
GROUPS = {
    "Plan": ("new", "check", "allocate", "explain", "compare", "prove"),
    "Change": ("move", "solve", "adopt", "true-up", "history"),
    "Schools": ("distribute", "collect", "status", "return", "approve"),
    "Programs": ("score", "cliff", "realign", "review"),
    "Accounts": ("import-actuals", "balances", "export-budget", "report"),
    "Help": ("task-pane", "help"),
}
SIZES = (16, 32, 80)
MOST_IN_A_GROUP, LONGEST_LABEL, LONGEST_TIP, LONGEST_ID = 6, 32, 250, 32


class BadRibbon(ApportionError, ValueError):
    """Raised when a command has no place on the ribbon, or says more than fits there."""


@dataclass(frozen=True)
class Button:
    """A button of the ribbon; it runs a function of the task pane's JavaScript, or opens the pane."""

    name: str
    label: str
    tip: str

    @property
    def function(self) -> str:
        """The id under which the JavaScript associates what happens, or "" for the one that opens the pane."""
        return "" if self.name == "task-pane" else f"apportion-{self.name}"


HELP = (
    Button("task-pane", "Task pane", "Shows where the plan stands, what is wrong in it, and the results."),
    Button("help", "Help", "Opens the reference of all functions and commands."),
)


def ribbon(commands: Mapping[str, Entry]) -> dict[str, tuple[Button, ...]]:
    """The buttons of every group that has any, in the order of `GROUPS`."""
    buttons = [(entry.group, Button(name, entry.label, entry.help)) for name, entry in commands.items()]
    buttons += [("Help", button) for button in HELP]
    for group, button in buttons:
        _check_button(group, button)
    shown = {
        group: tuple(sorted((each for its, each in buttons if its == group), key=lambda each: _place(each, order)))
        for group, order in GROUPS.items()
    }
    for group, of in shown.items():
        if len(of) > MOST_IN_A_GROUP:
            raise BadRibbon(f"Group {group} has {len(of)} buttons; a group of the ribbon shows {MOST_IN_A_GROUP}.")
    return {group: of for group, of in shown.items() if of}


def _place(button: Button, order: tuple[str, ...]) -> int:
    return order.index(button.name) if button.name in order else len(order)


def _check_button(group: str, button: Button) -> None:
    if group not in GROUPS:
        raise BadRibbon(f"Command {button.name} is in group {group}, which the ribbon does not have: {list(GROUPS)}.")
    if not 0 < len(button.label) <= LONGEST_LABEL:
        raise BadRibbon(f"The label of {button.name} must have 1 to {LONGEST_LABEL} characters.")
    if not 0 < len(button.tip) <= LONGEST_TIP:
        raise BadRibbon(f"The help of {button.name} must begin with a paragraph of 1 to {LONGEST_TIP} characters.")
    if len(f"{button.name}.Label") > LONGEST_ID or not re.fullmatch(r"[a-z][a-z-]*", button.name):
        raise BadRibbon(f"{button.name} is no name that a manifest can hold: small letters and hyphens, at most 26.")


def manifest(address: str, commands: Mapping[str, Entry] | None = None) -> str:
    """The manifest for a server at an address as Excel calls it, https://name:port; the registry's commands."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    groups = ribbon(_registered() if commands is None else commands)
    pages = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        loader=FileSystemLoader(TEMPLATES),
    )  # fmt: skip
    return pages.get_template("manifest.xml").render(
        id=MANIFEST_ID,
        version=four_numbers(version("apportion")),
        address=https_address(address),
        namespace=NAMESPACE,
        groups=groups,
        buttons=[button for of in groups.values() for button in of],
        sizes=SIZES,
    )


def _registered() -> Mapping[str, Entry]:
    from apportion_addin.registered import COMMANDS

    return COMMANDS


def four_numbers(text: str) -> str:
    """A version as Office wants it: 0.2 is 0.2.0.0."""
    numbers: Iterable[str] = re.findall(r"\d+", re.split(r"[+a-z]", text)[0])
    return ".".join([*numbers, "0", "0", "0", "0"][:4])
