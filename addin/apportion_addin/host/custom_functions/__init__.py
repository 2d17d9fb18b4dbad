"""What xlwings Server serves as cell functions: every function of the registry, adapted."""

from typing import Any

from xlwings import XlwingsError

import apportion.functions  # noqa: F401 - its functions enter the registry
from apportion.errors import UnknownName
from apportion.registry import FUNCTIONS, find_function
from apportion_addin.adapter import cell_function

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
