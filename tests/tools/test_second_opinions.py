"""The tests' own instruments: LibreOffice does recalculate, the Open XML SDK does find faults, CI allows no skips."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter

from tools.recalculation import FOREIGN, PRODUCERS, Pair, Workbooks, register

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


@register("stored_value_is_wrong")
def _stored_value_is_wrong(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Sheet1").write_formula("A1", "=1+1", None, 3)


def test_a_wrong_stored_value_comes_back_right(recalculated: Callable[[str], Pair]) -> None:
    """LibreOffice computes anew, whatever the file says, so agreement with it means something."""
    values = [openpyxl.load_workbook(path, data_only=True)["Sheet1"]["A1"].value for path in recalculated("stored_value_is_wrong")]
    assert values == [3, 2]


def test_two_workbooks_cannot_have_one_name() -> None:
    register("stored_value_is_wrong")(_stored_value_is_wrong)  # the same again, as when its module is imported twice
    with pytest.raises(ValueError, match="stored_value_is_wrong"):
        register("stored_value_is_wrong")(lambda _: None)


def test_one_failing_producer_fails_only_those_who_ask(tmp_path: Path) -> None:
    def fail(_: Path) -> None:
        raise ZeroDivisionError

    def skip(_: Path) -> None:
        pytest.skip("no data here")

    workbooks = Workbooks(tmp_path, {"fails": fail, "skips": skip, "works": _stored_value_is_wrong})
    assert list(workbooks.written()) == ["works"]
    with pytest.raises(ZeroDivisionError):
        workbooks.pair("fails")
    with pytest.raises(pytest.skip.Exception, match="no data here"):
        workbooks.pair("skips")


def test_excel_opens_every_workbook_we_write_without_repair(
    workbooks: Workbooks, validate: Callable[[Iterable[Path]], list[str]]
) -> None:
    written = workbooks.written()
    assert {name for name, trouble in workbooks.missing.items() if not isinstance(trouble, pytest.skip.Exception)} == set()
    assert PRODUCERS.keys() - workbooks.missing.keys() == written.keys()
    assert validate(path for name, path in written.items() if name not in FOREIGN) == []


def test_the_validator_finds_a_fault(tmp_path: Path, validate: Callable[[Iterable[Path]], list[str]]) -> None:
    """A cell of a type that does not exist: Excel would offer to repair the file."""
    whole, broken = tmp_path / "whole.xlsx", tmp_path / "broken.xlsx"
    _stored_value_is_wrong(whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(b'<c r="A1"', b'<c r="A1" t="nonsense"'))
    assert validate([whole]) == []
    (fault,) = validate([whole, broken])
    assert fault.startswith("broken.xlsx: ")
    assert "nonsense" in fault


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
@pytest.mark.parametrize("body", ["import pytest\ndef test_it():\n    pytest.skip('no data')", "import pytest\npytest.skip('no data', allow_module_level=True)\n"])
def test_ci_allows_no_skip(tmp_path: Path, project: Path, ci: str, code: int, body: str) -> None:
    """In CI a test or module that skips fails with its reason; elsewhere it skips."""
    (tmp_path / "conftest.py").write_text((project / "tests" / "conftest.py").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "test_it.py").write_text(f"{body}\ndef test_other():\n    pass\n" if "def" in body else body, encoding="utf-8")
    (tmp_path / "test_more.py").write_text("def test_more():\n    pass\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", str(tmp_path)],
        check=False, capture_output=True, text=True, cwd=tmp_path,
        env={**os.environ, "CI": ci, "PYTHONPATH": os.pathsep.join([str(project / "tests"), os.environ.get("PYTHONPATH", "")])},
    )  # fmt: skip
    assert (done.returncode != 0) == bool(code), done.stdout
    assert "no data" in done.stdout or not code
