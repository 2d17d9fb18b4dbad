"""The real server, started once for all tests that need it, and one session of the headless Excel with the sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from tools.excel.differences import differences
from tools.excel.session import Outcome, Session
from tools.served import Served, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Excel asks for a table's style by name, where a file can have none; every cell has its own look over it.
STYLE = ("'style': 'TableStyleLight1'", "'style': None")


@pytest.fixture(scope="session")
def apportion(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A running `apportion serve`, without TLS and without a token."""
    with served(tmp_path_factory.mktemp("server"), "--no-tls") as running:
        yield running


@pytest.fixture(scope="session")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample district's planner, as `apportion new --sample` writes it."""
    path = tmp_path_factory.mktemp("plan") / "planner.xlsx"
    run("new", str(path), "--sample")
    return path


@dataclass(frozen=True)
class Click:
    """What one press did: the session after it, its outcome, and the workbook as it was saved."""

    session: Session
    outcome: Outcome
    path: Path


@pytest.fixture(scope="session")
def allocated(apportion: Served, planner: Path, tmp_path_factory: pytest.TempPathFactory) -> Click:
    """The button Allocate, pressed once on the sample district's planner."""
    session = Session(apportion.address, planner)
    outcome = session.click("allocate")
    return Click(session, outcome, session.save(tmp_path_factory.mktemp("clicked") / "allocated.xlsx"))


def run(*arguments: str) -> str:
    """What the command line prints; it must end without errors."""
    from apportion.cli import app

    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def unlike(one: Path, other: Path, sheets: tuple[str, ...]) -> list[str]:
    """The differences of some sheets, apart from the tables' styles."""
    found = differences(one, other, sheets)
    return [each for each in found if len(set(each.replace(*STYLE).partition(": ")[2].split(" / "))) > 1]
