"""Starting a server and asking it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tools.excel.server import Server, free_port
from tools.excel.session import Session
from tools.excel.web import Answer

if TYPE_CHECKING:
    from pathlib import Path


def test_a_server_that_ends_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="ended with 3: no port"), Server(
        [sys.executable, "-c", "print('no port', flush=True); raise SystemExit(3)"], free_port(), tmp_path / "log"
    ):
        pass


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Answer(400, {"detail": "Too many arguments."}), "Too many arguments."),
        (Answer(400, {"error": "No."}), "No."),
        (Answer(422, {"loc": 1}), '{"loc": 1}'),
        (Answer(400, "There is no plan."), "There is no plan."),
        (Answer(502, ""), "Bad Gateway"),
    ],
)
def test_what_a_person_reads_of_an_error(answer: Answer, text: str) -> None:
    """index.js: detail, else error, else the JSON, else the text, else the status."""
    assert answer.text == text


def test_nobody_listens(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "b.xlsx")
    session = Session(f"http://127.0.0.1:{free_port()}", tmp_path / "b.xlsx")
    with pytest.raises(ConnectionRefusedError):
        session.click("check")


def test_values_are_taken_from_a_recalculated_copy(tmp_path: Path) -> None:
    """Excel's own functions are not computed here: another program's values are taken over."""
    book = openpyxl.Workbook()
    book.active["A1"] = "=1+1"
    book.save(tmp_path / "b.xlsx")
    session = Session("http://127.0.0.1:1", tmp_path / "b.xlsx")
    assert session.book.uncalculated == ["Sheet!A1"]
    other = Session("http://127.0.0.1:1", tmp_path / "b.xlsx")
    other.book.keep_value("Sheet", 1, 1, 2)
    session.take_values(other.save(tmp_path / "recalculated.xlsx"))
    assert (session.value("Sheet", "A1"), session.book.uncalculated) == (2, [])
