"""What xlwings Server serves behind ribbon buttons: none yet."""

from xlwings import XlwingsError


def __getattr__(name: str) -> object:
    """Whoever asks for a script by a name that no command has made a mistake, and is told so."""
    if name.startswith("_"):  # Python's own questions
        raise AttributeError(name)
    raise XlwingsError(f'Apportion has no command "{name}".')
