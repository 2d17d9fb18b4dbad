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


def scored_row(book: openpyxl.Workbook, program: str, criterion: str) -> tuple[str, dict[str, str]]:
    """The first rater's sheet, and the cells of its row for a program and criterion by their headers."""
    sheet = next(each for each in book.worksheets if each.title.startswith("Rating "))
    (table,) = sheet.tables.values()
    top, *rows = sheet[table.ref]
    headers = [str(cell.value) for cell in top]
    at = {header: index for index, header in enumerate(headers)}
    wanted = (program, criterion)
    row = next(each for each in rows if (each[at["Program"]].value, each[at["Criterion"]].value) == wanted)
    return sheet.title, {header: cell.coordinate for header, cell in zip(headers, row, strict=True)}


def given(session: Session, path: Path) -> dict[tuple[str, str], list[float | None]]:
    """What every rater gave each program and criterion, on the sheet that Score writes: formulas add it up there."""
    assert session.click("score").ok
    sheet = openpyxl.load_workbook(session.save(path))["Criterion scores"]
    (table,) = sheet.tables.values()
    top, *rows = ([cell.value for cell in row] for row in sheet[table.ref])
    code, criterion, first = (top.index(name) for name in ("Code", "Criterion", "Marisol Vega"))
    return {(row[code], row[criterion]): row[first:] for row in rows}


def test_a_score_typed_on_a_rater_s_sheet_is_scored(apportion: Served, review: Path, tmp_path: Path) -> None:
    """Driver education, Strategic alignment: the first of four raters gives 3 where all gave 0."""
    session = Session(apportion.address, review)
    before = given(session, tmp_path / "before.xlsx")
    sheet, cells = scored_row(openpyxl.load_workbook(review), "DRV", "Strategic alignment")
    session.type(sheet, cells["Score"], 3)
    after = given(session, tmp_path / "after.xlsx")
    assert {key for key in before if after[key] != before[key]} == {("DRV", "Strategic alignment")}
    assert before["DRV", "Strategic alignment"] == [0, 0, 0, 0]
    assert after["DRV", "Strategic alignment"] == [3, 0, 0, 0]


def test_a_score_of_5_stops_score_at_its_cell(apportion: Served, review: Path, tmp_path: Path) -> None:
    session = Session(apportion.address, review)
    sheet, cells = scored_row(openpyxl.load_workbook(review), "HDT", "Well established")
    session.type(sheet, cells["Score"], 5)
    assert session.click("score").ok
    assert session.shown is not None
    (finding,) = (each for each in session.shown["findings"] if each["severity"] == "error")
    assert (finding["sheet"], finding["cell"]) == (sheet, cells["Score"])
    assert finding["what"] == 'Score is "5", which is not one of its words.'
    assert finding["remedy"].endswith("0, 1, 2, 3, 4, not rated.")
    after = session.save(tmp_path / "after.xlsx")
    assert "Scores" not in openpyxl.load_workbook(after, read_only=True).sheetnames
