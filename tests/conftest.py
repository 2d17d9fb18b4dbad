"""What every test can ask for: the real data, LibreOffice's second opinion, and the Open XML SDK's verdict."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import settings

from tools import openxml, recalculation

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

PROJECT = Path(__file__).parents[1]
collect_ignore = ["benchmarks"]  # scripts that are started one by one

if "CI" not in os.environ:  # there hypothesis itself leaves deadlines out
    settings.register_profile("unhurried", deadline=None)
    settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """For the two processes that share the tests: LibreOffice is started in one of them, a module stays in one."""
    for item in items:
        whole = "workbooks" in getattr(item, "fixturenames", ())
        item.add_marker(pytest.mark.xdist_group("LibreOffice" if whole else item.nodeid.partition("::")[0]))


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
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> recalculation.Workbooks:
    """Every workbook that was registered with `tools.recalculation.register` when its test module was imported."""
    return recalculation.Workbooks(tmp_path_factory.mktemp("workbooks"))


@pytest.fixture(scope="session")
def recalculated(workbooks: recalculation.Workbooks) -> Callable[[str], recalculation.Pair]:
    """By name: a registered workbook as it was written and as LibreOffice recalculated it.

    At the first use all registered workbooks are written, and LibreOffice is started once for all files.
    """
    return workbooks.pair


@pytest.fixture(scope="session")
def validate() -> Callable[[Iterable[Path]], list[str]]:
    """What the Open XML SDK finds wrong in workbooks, a line per fault."""
    return openxml.validate


def _failure_in_ci(report: Report, where: str) -> Report:
    """The report, as a failure if it is a skip and this is CI: nothing may be missing there."""
    if report.skipped and os.environ.get("CI", "").lower() == "true" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{where} was skipped, which CI does not allow: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test is a failure."""
    return _failure_in_ci((yield), item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """In CI a module that skips itself is a failure too."""
    return _failure_in_ci((yield), collector.nodeid)
