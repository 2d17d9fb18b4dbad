"""LibreOffice as second opinion: every registered workbook is written, and all are recalculated in one start."""

from __future__ import annotations

import inspect
import shutil
import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PRODUCERS: dict[str, Callable[[Path], None]] = {}
FOREIGN: set[str] = set()

# Without this LibreOffice keeps the values stored in an .xlsx file and recalculates nothing.
ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


class Pair(NamedTuple):
    """A workbook as Apportion wrote it, and as LibreOffice recalculated it."""

    written: Path
    recalculated: Path


def register(name: str, *, foreign: bool = False) -> Callable[[Callable[[Path], None]], Callable[[Path], None]]:
    """Register a function that writes the workbook `name` to the path that it is given.

    A producer that needs data which is not there calls pytest.skip; only the tests that ask for its workbook skip.
    One that fails, fails them alone. Every registered workbook is also shown to the Open XML SDK, unless it is
    `foreign`: one that another library changed, as a person does.
    """

    def add(produce: Callable[[Path], None]) -> Callable[[Path], None]:
        # A test module that another one imports runs twice, under two names: that is the same producer again.
        if name in PRODUCERS and _place(PRODUCERS[name]) != _place(produce):
            message = f"Two producers write a workbook {name}."
            raise ValueError(message)
        PRODUCERS[name] = produce
        FOREIGN.update({name} if foreign else ())
        return produce

    return add


def _place(produce: Callable[[Path], None]) -> tuple[str, int]:
    code = inspect.unwrap(produce).__code__
    return code.co_filename, code.co_firstlineno


class Workbooks:
    """The workbooks of one test run: written at the first use, and recalculated at the first use of that."""

    def __init__(self, folder: Path, producers: dict[str, Callable[[Path], None]] = PRODUCERS) -> None:
        self.folder = folder
        self.producers = producers
        self.missing: dict[str, BaseException] = {}
        self.files: dict[str, Path] | None = None
        self.said: str | None = None

    def written(self) -> dict[str, Path]:
        """All workbooks that could be written, by name."""
        if self.files is None:
            self.files = {}
            for name, produce in self.producers.items():
                path = self.folder / f"{name}.xlsx"
                try:
                    produce(path)
                except (Exception, pytest.skip.Exception) as trouble:  # noqa: BLE001 - raised where it is asked for
                    self.missing[name] = trouble
                else:
                    self.files[name] = path
        return self.files

    def pair(self, name: str) -> Pair:
        """The workbook of that name, written and recalculated."""
        files = self.written()
        if name in self.missing:
            raise self.missing[name]
        if self.said is None:
            self.said = self._recalculate(list(files.values()))
        pair = Pair(files[name], self.folder / "recalculated" / f"{name}.xlsx")
        if not pair.recalculated.exists():
            pytest.fail(f"LibreOffice did not recalculate {name}.xlsx. It said: {self.said}")
        return pair

    def _recalculate(self, files: list[Path]) -> str:
        """Start LibreOffice once for all files; the answer is what it said."""
        if shutil.which("soffice") is None:
            pytest.skip("LibreOffice is not installed (tests/needs.sh installs it)")
        profile = self.folder / "profile"
        (profile / "user").mkdir(parents=True, exist_ok=True)
        (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE, encoding="utf-8")
        command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx"]
        done = subprocess.run(
            [*command, "--outdir", str(self.folder / "recalculated"), *map(str, files)],
            check=False, capture_output=True, text=True, timeout=600,
        )  # fmt: skip
        return f"{done.stdout}{done.stderr}"
