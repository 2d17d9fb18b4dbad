"""What every test can ask for: the real data, LibreOffice's second opinion, and the Open XML SDK's verdict."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tools import openxml, recalculation

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def project() -> Path:
    """The root of the checkout."""
    return PROJECT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real districts' data beside the project; without it the test skips."""
    folder = Path(os.environ.get("APPORTION_SHARED", PROJECT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"real districts' data is not beside the project ({folder})")
    return folder


@pytest.fixture(scope="session")
def recalculated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], recalculation.Pair]:
    """By name: a registered workbook as it was written and as LibreOffice recalculated it.

    Producers are registered with `tools.recalculation.register` when their modules are imported. At the first use all
    of them are written and LibreOffice is started once for all files.
    """
    return recalculation.Recalculation(tmp_path_factory.mktemp("recalculated")).pair


@pytest.fixture(scope="session")
def validate(tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[Path]], list[str]]:
    """What the Open XML SDK finds wrong in workbooks, a line per fault."""
    del tmp_path_factory
    return openxml.validate


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI nothing may be missing: a skipped test is a failure there."""
    report = yield
    if report.skipped and os.environ.get("CI", "").lower() == "true" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which CI does not allow: {reason}"
    return report
