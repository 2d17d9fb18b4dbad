"""The ribbon's group Programs, pressed in the headless Excel on the sample's review, against the command line's files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from addin.conftest import run, unlike
from tools.excel.differences import sheets_untouched
from tools.excel.session import Session

if TYPE_CHECKING:
    from pathlib import Path

    from tools.served import Served

BUTTONS = {
    "score": ("Scores", "Criterion scores", "Rater differences"),
    "cliff": ("Cliff",),
    "realign": ("Realignment", "Keeping", "Frontier", "Fund years after"),
    "review": ("Review", "Tracker"),
}


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's review of programs, as `apportion new --sample --programs` writes it."""
    path = tmp_path_factory.mktemp("programs") / "program_review.xlsx"
    run("new", str(path), "--sample", "--programs")
    return path


@pytest.mark.parametrize("name", BUTTONS)
def test_a_button_writes_what_the_command_line_writes(
    apportion: Served, review: Path, tmp_path: Path, name: str
) -> None:
    """Cell by cell and chart by chart; the review's own sheets stay as they were, after the first."""
    session = Session(apportion.address, review)
    assert session.click(name).ok
    clicked = session.save(tmp_path / "clicked.xlsx")
    run(name, str(review), "--out", str(tmp_path / "written.xlsx"))
    assert unlike(clicked, tmp_path / "written.xlsx", BUTTONS[name]) == []
    first, *others = openpyxl.load_workbook(review, read_only=True).sheetnames
    assert openpyxl.load_workbook(clicked, read_only=True).sheetnames == [first, *BUTTONS[name], *others]
    assert sheets_untouched(review, clicked, [first, *others]) == []
    assert session.shown is not None
    assert session.shown["sheets"] == list(BUTTONS[name])
    assert session.shown["plan"]["year"] == 2027


def test_rate_opens_the_review_anew(apportion: Served, review: Path, tmp_path: Path) -> None:
    """Byte for byte the command line's file; the open workbook is not touched."""
    session = Session(apportion.address, review)
    assert session.click("rate").ok
    run("rate", str(review), "--out", str(tmp_path / "rated.xlsx"))
    ((_, content),) = session.opened
    assert content == (tmp_path / "rated.xlsx").read_bytes()
    sheets = openpyxl.load_workbook(review, read_only=True).sheetnames
    assert sheets_untouched(review, session.save(tmp_path / "after.xlsx"), sheets) == []


def test_a_score_typed_on_a_rating_sheet_moves_the_program(apportion: Served, review: Path, tmp_path: Path) -> None:
    """A rater's sheet is where scores are typed: the next Score reads what stands there."""
    session = Session(apportion.address, review)
    book = openpyxl.load_workbook(review)
    sheet = next(each for each in book.worksheets if each.title.startswith("Rating "))
    table = next(iter(sheet.tables.values()))
    top = sheet[table.ref][0]
    headers = {cell.value: cell for cell in top}
    row = next(r for r in range(top[0].row + 1, sheet.max_row) if sheet.cell(r, headers["Criterion"].column).value)
    cell = f"{headers['Score'].column_letter}{row}"
    session.type(sheet.title, cell, 5)
    outcome = session.click("score")
    assert outcome.ok
    assert session.shown is not None
    (finding,) = (each for each in session.shown["findings"] if each["severity"] == "error")
    assert (finding["sheet"], finding["cell"], finding["severity"]) == (sheet.title, cell, "error")
    assert "5" in finding["what"]
    assert "0" in finding["remedy"]
    assert "4" in finding["remedy"]
    after = session.save(tmp_path / "after.xlsx")
    assert "Scores" not in openpyxl.load_workbook(after, read_only=True).sheetnames
