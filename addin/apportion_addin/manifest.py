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

from apportion.registry import NAMESPACE
from apportion_addin.registered import COMMANDS, BadRibbon, by_group
from apportion_addin.site import https_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from apportion.registry import Entry

TEMPLATES = Path(__file__).parent / "host" / "templates"
# Excel knows an add-in by this: made once, for ever.
MANIFEST_ID = "46e16170-e8c7-492d-bfaa-36a8b09bf6a4"
SIZES = (16, 32, 80)
MOST_IN_A_GROUP, LONGEST_LABEL, LONGEST_TIP, LONGEST_ID = 6, 32, 250, 32


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
    """The buttons by group, from left to right; Help comes last. Raises BadRibbon."""
    groups = {
        group: tuple(Button(entry.name, entry.label, entry.help) for entry in entries)
        for group, entries in by_group(commands).items()
    } | {"Help": HELP}
    for group, buttons in groups.items():
        for button in buttons:
            _check_button(button)
        if len(buttons) > MOST_IN_A_GROUP:
            raise BadRibbon(f"Group {group} has {len(buttons)} buttons; a group of the ribbon shows {MOST_IN_A_GROUP}.")
    return groups


def _check_button(button: Button) -> None:
    if not 0 < len(button.label) <= LONGEST_LABEL:
        raise BadRibbon(f"The label of {button.name} must have 1 to {LONGEST_LABEL} characters.")
    if not 0 < len(button.tip) <= LONGEST_TIP:
        raise BadRibbon(f"The help of {button.name} must begin with a paragraph of 1 to {LONGEST_TIP} characters.")
    if len(f"{button.name}.Label") > LONGEST_ID or not re.fullmatch(r"[a-z][a-z-]*", button.name):
        raise BadRibbon(f"{button.name} is no name that a manifest can hold: small letters and hyphens, at most 26.")


def manifest(address: str, commands: Mapping[str, Entry] = COMMANDS) -> str:
    """The manifest for a server at an address as Excel calls it, https://name:port; the registry's commands."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    groups = ribbon(commands)
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


def four_numbers(text: str) -> str:
    """A version as Office wants it: 0.2 is 0.2.0.0."""
    numbers: Iterable[str] = re.findall(r"\d+", re.split(r"[+a-z]", text)[0])
    return ".".join([*numbers, "0", "0", "0", "0"][:4])
