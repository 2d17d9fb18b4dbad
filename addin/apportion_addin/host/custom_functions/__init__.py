"""What xlwings Server serves as cell functions: every function of the registry, adapted."""

import apportion.functions  # noqa: F401 - its functions enter the registry
from apportion.registry import FUNCTIONS
from apportion_addin.adapter import cell_function

globals().update({name: cell_function(entry) for name, entry in FUNCTIONS.items()})
