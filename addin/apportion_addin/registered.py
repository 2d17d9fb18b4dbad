"""The registry with everything in it: what Apportion offers to Excel."""

from __future__ import annotations

import apportion.commands
import apportion.functions  # noqa: F401 - both enter what they declare into the registry
from apportion.registry import COMMANDS, FUNCTIONS

__all__ = ["COMMANDS", "FUNCTIONS"]
