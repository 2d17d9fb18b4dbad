"""Excel would open every workbook that Apportion writes without repair, says Microsoft's Open XML SDK."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from apportion.commands import allocate, new, prove
from apportion.workbook.book import open_book
from apportion.workbook.locations import template_folder
from apportion.workbook.writer import write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE = template_folder() / "sample_district"
WORKBOOKS = {
    "empty planner": lambda: new(False),
    "sample planner": lambda: new(True),
    "results": lambda: allocate(open_book(SAMPLE)),
    "results of another scenario": lambda: allocate(open_book(SAMPLE), "Tighter ratios"),
    "proof": lambda: prove(open_book(SAMPLE)),
}


@pytest.mark.parametrize("name", WORKBOOKS)
def test_excel_would_open_it(name: str, tmp_path: Path, validate: Callable[[list[Path]], list[str]]) -> None:
    outcome = WORKBOOKS[name]()
    assert outcome.workbook is not None
    write_workbook(outcome.workbook, tmp_path / "book.xlsx")
    assert validate([tmp_path / "book.xlsx"]) == []


def test_the_built_template_opens(validate: Callable[[list[Path]], list[str]]) -> None:
    assert validate([template_folder() / "district_planner.xlsx"]) == []


def test_a_fault_is_found(tmp_path: Path, validate: Callable[[list[Path]], list[str]]) -> None:
    """A workbook in which a cell has an attribute that the format does not know."""
    good, bad = template_folder() / "district_planner.xlsx", tmp_path / "bad.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        for part in source.namelist():
            data = source.read(part)
            target.writestr(part, data.replace(b"<sheetData>", b'<sheetData wrong="1">'))
    assert any("wrong" in fault for fault in validate([bad]))
