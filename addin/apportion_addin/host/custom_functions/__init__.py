"""What xlwings Server serves as cell functions: every function of the registry, adapted."""

from typing import Any

from xlwings import XlwingsError

from apportion.errors import UnknownName
from apportion.registry import find_function
from apportion_addin.adapter import cell_function
from apportion_addin.registered import FUNCTIONS

LONGEST_SHOWN = 60

globals().update({name: cell_function(entry) for name, entry in FUNCTIONS.items()})


def __getattr__(name: str) -> Any:
    """Say that there is no such function; otherwise Excel would be told of a fault and call three times again."""
    if name.startswith("__"):  # Python's own questions to a module
        raise AttributeError(name)
    try:
        return globals()[find_function(name[:LONGEST_SHOWN]).name]  # as it is typed in a cell, in any case
    except UnknownName as error:
        raise XlwingsError(str(error)) from error
