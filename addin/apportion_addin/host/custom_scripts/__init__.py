"""What xlwings Server serves as scripts: every command of the registry, and where the plan stands."""

from xlwings import XlwingsError

from apportion_addin.registered import COMMANDS
from apportion_addin.scripts import command_script, look_script

globals().update({entry.name: command_script(entry) for entry in COMMANDS.values()})
look = look_script(COMMANDS["check"])


def __getattr__(name: str) -> object:
    """Whoever asks for a script by a name that no command has made a mistake, and is told so."""
    if name.startswith("_"):  # Python's own questions
        raise AttributeError(name)
    raise XlwingsError(f'Apportion has no command "{name}".')
