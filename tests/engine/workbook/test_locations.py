"""The templates are found wherever Apportion runs: from an installed wheel and from a checkout."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from apportion.workbook import locations
from apportion.workbook.locations import TemplatesMissing, template_folder

INSTALLED = "site-packages" in Path(locations.__file__).parts


def files(folder: Path) -> set[str]:
    """The files of a folder that git would know."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and not path.name.startswith(("~$", "."))}


def test_the_checkout_has_its_templates_at_the_top(project: Path) -> None:
    """Started from the sources, as while developing, the folder at the top of the project is used."""
    code = "from apportion.workbook.locations import template_folder; print(template_folder())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(project / "engine")},
    )  # fmt: skip
    assert Path(done.stdout.strip()) == project / "workbook_templates"


@pytest.mark.skipif(not INSTALLED, reason="the tests run from the sources, not from the installed wheel (make test)")
def test_the_wheel_carries_every_template(project: Path) -> None:
    assert template_folder() == Path(locations.__file__).parents[1] / "workbook_templates"
    pictures = {name for name in files(project / "workbook_templates") if name.startswith("pictures")}
    assert files(template_folder()) == files(project / "workbook_templates") - pictures


@pytest.mark.skipif(not INSTALLED, reason="the tests run from the sources, not from the installed wheel (make test)")
def test_the_wheel_carries_the_folder_that_xlwings_server_is_pointed_at(project: Path) -> None:
    spec = importlib.util.find_spec("apportion_addin")
    assert spec is not None
    assert spec.origin is not None
    host = Path(spec.origin).parent / "host"
    sources = {name for name in files(project / "addin" / "apportion_addin" / "host") if "__pycache__" not in name}
    assert {name for name in files(host) if "__pycache__" not in name} == sources


def test_without_templates_the_message_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lone = tmp_path / "lib" / "apportion" / "workbook" / "locations.py"
    lone.parent.mkdir(parents=True)
    shutil.copy(locations.__file__, lone)
    monkeypatch.setattr(locations, "__file__", str(lone))
    with pytest.raises(TemplatesMissing, match="Install Apportion again"):
        template_folder()
