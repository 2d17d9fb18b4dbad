"""Microsoft's Open XML SDK says whether Excel would open a workbook without repair."""

from __future__ import annotations

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

# npm puts a program for this machine there; it runs without node.
PROGRAMS = Path(__file__).parents[2] / "node_modules" / "@xarsh"


def _program() -> Path:
    """The validator: of $OOXML_VALIDATOR, or of the packages that tests/needs.sh installs."""
    given = os.environ.get("OOXML_VALIDATOR")
    found = [Path(given)] if given else sorted(PROGRAMS.glob("ooxml-validator-*/ooxml-validator*"))
    if not found:
        pytest.skip("the Open XML SDK validator is not installed (tests/needs.sh installs it)")
    return found[0]


def validate(paths: Iterable[Path]) -> list[str]:
    """What is wrong in workbooks, as "file: fault"; empty when Excel would open all of them without repair."""
    program = _program()
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # the program takes one file at a time
        return [fault for faults in pool.map(lambda path: _faults(program, path), paths) for fault in faults]


def _faults(program: Path, path: Path) -> list[str]:
    done = subprocess.run(
        [str(program), str(path)],
        check=True, capture_output=True, text=True, timeout=300,
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},  # or it would need libicu
    )  # fmt: skip
    errors = json.loads(done.stdout)["errors"]
    return [f"{path.name}: {fault['description']} ({fault['path']} {fault['xPath']})" for fault in errors]
