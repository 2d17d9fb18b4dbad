"""What belongs to the request that is being answered, for whoever answers it."""

from __future__ import annotations

from contextvars import ContextVar

# The token that this server asks for; None when it asks for none.
TOKEN: ContextVar[str | None] = ContextVar("TOKEN", default=None)
# The caller's random name for this run, under which it asks how far the run has come; "" when it did not give one.
RUN: ContextVar[str] = ContextVar("RUN", default="")
