"""The review of programs from the command line, as a newcomer goes through it: new, check, score, cliff, realign, review."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from apportion.cli import app
from apportion.workbook.locations import template_folder

SAMPLE = template_folder() / "sample_programs"
SHEETS = {
    "score": ["Scores", "Criterion scores", "Rater differences"],
    "cliff": ["Cliff"],
    "realign": ["Realignment", "Keeping", "Frontier", "Fund years after"],
    "review": ["Review", "Tracker"],
}
WRITTEN = {"score": "scores", "cliff": "cliff", "realign": "realigned", "review": "review"}


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(each) for each in arguments], catch_exceptions=False)
    return done.exit_code, done.output


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("review") / "programs.xlsx"
    assert run("new", path, "--sample", "--programs")[0] == 0
    return path


def changed(folder: Path, table: str, row: int, **cells: object) -> Path:
    """A copy of the sample with some cells of a row (from 0) of a table changed; a new row where there is none yet."""
    shutil.copytree(SAMPLE, folder)
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if row == len(rows):
        rows.append(dict.fromkeys(rows[0], ""))
    rows[row] |= {name.replace("_", " "): str(value) for name, value in cells.items()}
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


@pytest.mark.parametrize("command", SHEETS)
def test_each_command_writes_its_sheets_beside_the_review(review: Path, command: str) -> None:
    before = review.read_bytes()
    code, said = run(command, review)
    path = review.parent / f"programs {WRITTEN[command]}.xlsx"
    assert code == 0, said
    assert openpyxl.load_workbook(path, read_only=True).sheetnames == SHEETS[command]
    assert review.read_bytes() == before


def test_the_sample_is_clean(review: Path) -> None:
    code, said = run("check", review)
    assert code == 0
    assert "error" not in said
    assert "warning" not in said


def test_a_page_for_every_program(review: Path, tmp_path: Path) -> None:
    assert run("score", review, "--pages", "--out", tmp_path / "scores.xlsx")[0] == 0
    sheets = openpyxl.load_workbook(tmp_path / "scores.xlsx", read_only=True).sheetnames
    assert len([name for name in sheets if name.startswith("Page ")]) == 26


def test_json_has_the_sentence_and_the_tables(review: Path) -> None:
    """What cannot be kept as is: high on District Priorities, low on Student Outcomes & Value (DOMAIN.md section 4)."""
    code, said = run("score", review, "--json")
    answer = json.loads(said)
    assert code == 0
    assert set(answer) == {"said", "programs", "criteria", "findings"}
    named = {row["program"] for row in answer["programs"] if row["named"]}
    assert {"Online tutoring on demand", "Reading labs", "One-to-one device refresh"} == named
    assert all(name in answer["said"] for name in named)
    placed = [row for row in answer["programs"] if row["named"]]
    assert all(row["priorities"] >= 2 > row["outcomes"] for row in placed)


def test_the_workbook_and_its_csv_files_are_one(review: Path, tmp_path: Path) -> None:
    """The raters' sheets come together in one file, and go back to sheets of their own."""
    assert run("to-csv", review, tmp_path / "csv")[0] == 0
    assert sorted(each.name for each in (tmp_path / "csv").glob("Rating*")) == ["Ratings.csv"]
    assert run("from-csv", tmp_path / "csv", tmp_path / "again.xlsx")[0] == 0
    one, other = (run("score", each, "--json")[1] for each in (review, tmp_path / "again.xlsx"))
    assert one == other


@pytest.mark.parametrize(
    ("table", "row", "cells", "words"),
    [
        ("Ratings", 0, {"Score": 5}, ["Score", "5", "0, 1, 2, 3, 4"]),
        ("Ratings", 0, {"Program": "XYZ"}, ["no program", "XYZ"]),
        ("Criteria", 0, {"Weight": 0}, ["weighs 0", "larger than 0"]),
        ("Criteria", 0, {"Weight": -1}, ["weighs -1", "larger than 0"]),
        ("FundYears", 0, {"Available_from": "2027-07-01", "Obligate_by": "2026-06-30"}, ["before"]),
        ("Metrics", 0, {"Baseline": ""}, ["Baseline"]),
    ],
)
def test_what_is_wrong_is_named_with_its_cell_and_nothing_is_written(
    tmp_path: Path, table: str, row: int, cells: dict[str, object], words: list[str]
) -> None:
    folder = changed(tmp_path / "bad", table, row, **cells)
    for command in SHEETS:
        code, said = run(command, folder, "--out", tmp_path / "out.xlsx", "--json")
        assert code == 1
        errors = [each for each in json.loads(said)["findings"] if each["severity"] == "error"]
        assert any(
            each["table"] == table and each["cell"] and each["remedy"] and all(word in str(each) for word in words)
            for each in errors
        ), errors
        assert not (tmp_path / "out.xlsx").exists()


def test_a_rater_and_a_program_that_came_later_get_their_place_to_rate(tmp_path: Path) -> None:
    """What was rated already stands where it stood; the new rater has a sheet with a block for every program."""
    folder = changed(tmp_path / "more", "Raters", 4, Rater="Noor Haddad", Role="Student, grade 11")
    assert run("rate", folder, "--out", tmp_path / "rated.xlsx")[0] == 0
    book = openpyxl.load_workbook(tmp_path / "rated.xlsx")
    assert "Rating Noor Haddad" in book.sheetnames
    (table,) = book["Rating Noor Haddad"].tables.values()
    rows = list(book["Rating Noor Haddad"][table.ref])
    at = {cell.value: index for index, cell in enumerate(rows[0])}
    scored = [row for row in rows[1:] if row[at["Criterion"]].value]
    assert len(scored) == 26 * 8
    assert {row[at["Score"]].value for row in scored} == {None}
    before, after = (json.loads(run("score", each, "--json")[1]) for each in (folder, tmp_path / "rated.xlsx"))
    assert before["programs"] == after["programs"]
