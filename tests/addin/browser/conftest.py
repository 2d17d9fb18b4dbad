"""The task pane for tests: a server for the session, a browser for a module, a pane for a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tools.browser import pane as panes
from tools.browser import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from tools.browser.pane import Pane
    from tools.browser.serving import Served


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The add-in's server as it is."""
    with serving.serve(tmp_path_factory.mktemp("server")) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. For a module only: while Playwright is there, nothing else in this thread can use asyncio."""
    with panes.chromium() as running:
        yield running


@pytest.fixture
def open_pane(browser: Browser, server: Served) -> Iterator[Callable[..., Pane]]:
    """Open the pane over a workbook (a file, a model, or an empty one).

    After the test no request may have left loopback, and the page may have complained of nothing that was not taken.
    """
    opened: list[Pane] = []

    def make(workbook: Any = None, address: str = server.address, **options: Any) -> Pane:
        opened.append(panes.Pane(browser, address, workbook, **options))
        return opened[-1]

    yield make
    complaints = [(pane.outside, pane.errors) for pane in opened]
    for pane in opened:
        pane.close()
    assert complaints == [([], [])] * len(opened)
