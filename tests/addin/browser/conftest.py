"""The task pane for tests: a server for the session, a browser for a module, a pane for a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tools.browser import pane as panes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from tools.browser.pane import Pane
    from tools.served import Served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. For a module only: while Playwright is there, nothing else in this thread can use asyncio."""
    with panes.chromium() as running:
        yield running


@pytest.fixture
def open_pane(browser: Browser, apportion: Served) -> Iterator[Callable[..., Pane]]:
    """Open the pane over a workbook (a file, a model, or an empty one).

    After the test no request may have left loopback, and the page may have complained of nothing that was not taken.
    """
    opened: list[Pane] = []

    def make(workbook: Any = None, address: str = apportion.address, **options: Any) -> Pane:
        opened.append(panes.Pane(browser, address, workbook, **options))
        return opened[-1]

    yield make
    complaints = [(pane.outside, pane.errors) for pane in opened]
    for pane in opened:
        pane.close()
    assert complaints == [([], [])] * len(opened)
