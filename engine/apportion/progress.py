"""How far long work has come, told to whoever watches: a terminal, a task pane, or nobody."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_watcher: ContextVar[Callable[[str, float], None] | None] = ContextVar("watcher", default=None)


def stage(text: str, done: float) -> None:
    """Tell the watcher what begins now, and what share of the whole is done (0 to 1)."""
    watcher = _watcher.get()
    if watcher is not None:
        watcher(text, done)


@contextmanager
def watched(watcher: Callable[[str, float], None]) -> Iterator[None]:
    """Within this block, `watcher` is told of every stage.

    >>> with watched(lambda text, done: print(text, done)):
    ...     stage("Reading the tables", 0.0)
    Reading the tables 0.0
    """
    token = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(token)
