"""What xlwings Server serves as scripts: every command of the registry, and where the plan stands."""

import apportion.commands  # noqa: F401 - fills the registry
from apportion.registry import COMMANDS
from apportion_addin.scripts import command_script, look_script

globals().update({entry.name: command_script(entry) for entry in COMMANDS.values()})
look = look_script(COMMANDS["check"])
