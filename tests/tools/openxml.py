"""Microsoft's Open XML SDK says whether Excel would open a workbook without repair."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

PACKAGES = Path(__file__).parents[2] / "node_modules" / "@xarsh"


def _program() -> Path:
    found = [
        path
        for path in PACKAGES.glob("ooxml-validator*/**/*")
        if path.is_file() and os.access(path, os.X_OK) and path.suffix == ""
    ]
    if not found:
        pytest.skip("the Open XML SDK validator is not installed (npm ci)")
    return found[0]


def validate(paths: list[Path]) -> list[str]:
    """What is wrong in workbooks, as "file: fault"; empty when Excel would open all of them without repair."""
    faults = []
    for path in paths:
        done = subprocess.run(
            [str(_program()), str(path)],
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        )
        faults += [f"{path.name}: {fault}" for fault in _faults(done.stdout)]
    return faults


def _faults(answer: str) -> list[str]:
    result = json.loads(answer)
    return (
        []
        if result["ok"]
        else [f"{fault['description']} ({fault['path']} {fault['xPath']})" for fault in result["errors"]]
    )
