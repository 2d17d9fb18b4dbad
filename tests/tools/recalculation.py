"""LibreOffice as second opinion: every registered workbook is written, and all are recalculated in one start."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PRODUCERS: dict[str, Callable[[Path], None]] = {}

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


def register(name: str) -> Callable[[Callable[[Path], None]], Callable[[Path], None]]:
    """Register a function that writes the workbook `name` to the path that it is given.

    A producer that needs data which is not there calls pytest.skip; only the tests that ask for its workbook skip.
    """

    def add(produce: Callable[[Path], None]) -> Callable[[Path], None]:
        PRODUCERS[name] = produce
        return produce

    return add


class Recalculation:
    """The recalculated copies of one test run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.skipped: dict[str, str] = {}
        self.done = False

    def pair(self, name: str) -> Pair:
        """The workbook of that name, written and recalculated."""
        if not self.done:
            self._recalculate()
        if name in self.skipped:
            pytest.skip(self.skipped[name])
        return Pair(self.folder / f"{name}.xlsx", self.folder / "out" / f"{name}.xlsx")

    def _recalculate(self) -> None:
        if shutil.which("soffice") is None:
            pytest.skip("LibreOffice is not installed")
        written = []
        for name, produce in PRODUCERS.items():
            try:
                produce(self.folder / f"{name}.xlsx")
                written.append(str(self.folder / f"{name}.xlsx"))
            except pytest.skip.Exception as skipped:
                self.skipped[name] = str(skipped)
        profile = self.folder / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE, encoding="utf-8")
        command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx"]
        subprocess.run(
            [*command, "--outdir", str(self.folder / "out"), *written], check=True, capture_output=True, timeout=600
        )
        self.done = True
