"""How far each running request has come, by the number that the task pane gave it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import contextmanager
from typing import TYPE_CHECKING

from apportion.progress import watched

if TYPE_CHECKING:
    from collections.abc import Iterator

KEPT = 200  # runs that are remembered; a task pane asks about its own only while it waits
_told: OrderedDict[str, tuple[str, float]] = OrderedDict()
_lock = threading.Lock()


@contextmanager
def run(number: str) -> Iterator[None]:
    """Remember the stages of what happens in this block under its number, if it has one."""
    if not number:
        yield
        return

    def tell(text: str, done: float) -> None:
        with _lock:
            _told[number] = text, done
            _told.move_to_end(number)
            while len(_told) > KEPT:
                _told.popitem(last=False)

    with watched(tell):
        try:
            yield
        finally:
            with _lock:
                _told.pop(number, None)


def told(number: str) -> dict[str, str | float]:
    """The stage of a run and the share done, for JSON; empty when it is over or was never known."""
    with _lock:
        text, done = _told.get(number, ("", 0.0))
    return {"stage": text, "done": done}
