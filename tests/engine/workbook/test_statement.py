"""The sheet Explain, read by a principal, and the sheet Checks without any allocation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest

from apportion.allocation.result import AllocationResult, Scenario
from apportion.commands import allocate, check, explain
from apportion.tables import table_from_rows
from apportion.workbook.book import FileBook, open_book
from apportion.workbook.locations import template_folder
from apportion.workbook.statement import Statement, Step, statement_sheet, statement_workbook
from apportion.workbook.writer import write_workbook
from tools.comparison import differences
from tools.recalculation import Pair, register

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from apportion.workbook.sheets import Cell, Sheet

SAMPLE = template_folder() / "sample_district"
NAN = math.nan


def _line(line: str, heading: str, fte: float, dollars: float, prior: float = NAN, why: str = "Said.") -> dict[str, Any]:
    return {"Line": line, "Allocation": heading, "FTE": fte, "Dollars": dollars, "Prior dollars": prior, "Why": why}


LINES = (
    _line("Principal", "Leadership", 1.0, 100_000.10, 90_000.0),
    _line("Teacher", "Teaching", 10.1, 500_000.20, 510_000.05),
    _line("Tutor", "Teaching", 0.2, 7_000.0),
)


def _result(kind: str = "school") -> AllocationResult:
    schools = pd.DataFrame({"Code": ["A"], "Name": ["Ash"], "Type": [kind], "Level": [""], "Students": [200.0]})
    amounts = pd.DataFrame({"Dollars": [607_000.30]})
    return AllocationResult("Falls", Scenario("Base", 2027, "Base", ""), schools, (), amounts, {}, ())


def _sheet(lines: tuple[dict[str, Any], ...] = LINES, *, kind: str = "school", steps: tuple[Step, ...] = ()) -> Sheet:
    return statement_sheet(Statement("A", "Ash", 200.0, lines, steps), _result(kind))


def _rows(sheet: Sheet) -> list[list[Any]]:
    """The cells from the header down, as they stand, without the margin."""
    rows: dict[int, dict[int, Cell]] = {}
    for cell in sheet.cells:
        rows.setdefault(cell.row, {})[cell.column] = cell
    return [[rows[row][column].value for column in sorted(rows[row])] for row in sorted(rows)]


def test_lines_stand_under_their_headings_with_sums() -> None:
    """Added up by hand; the tutor is new, so that all of it is change."""
    assert _rows(_sheet()) == [
        ["$607,000.30 and 11.30 FTE for 200 students: $3,035 per pupil; $7,000.25 (1.2%) more than in FY2026."],
        ["Line", "FTE", "Dollars", "FY2026", "Change", "Why"],
        ["Leadership", 1.0, 100_000.10, 90_000.0, 10_000.10, None],
        ["Principal", 1.0, 100_000.10, 90_000.0, 10_000.10, "Said."],
        ["Teaching", 10.3, 507_000.20, 510_000.05, -2_999.85, None],
        ["Teacher", 10.1, 500_000.20, 510_000.05, -9_999.85, "Said."],
        ["Tutor", 0.2, 7_000.0, None, 7_000.0, "Said."],
        ["Total", 11.3, 607_000.30, 600_000.05, 7_000.25, None],
    ]


def test_the_statement_says_whose_it_is() -> None:
    sheet = _sheet()
    assert (sheet.name, sheet.mark, sheet.title) == ("Explain", True, "Ash: why this allocation")
    assert sheet.subtitle == "Falls  ·  FY2027  ·  scenario “Base”  ·  code A  ·  ties to $607,000.30"


def test_without_a_prior_year_nothing_is_compared() -> None:
    rows = _rows(_sheet(tuple({**line, "Prior dollars": NAN} for line in LINES)))
    assert rows[0] == ["$607,000.30 and 11.30 FTE for 200 students: $3,035 per pupil."]
    assert rows[1] == ["Line", "FTE", "Dollars", "Why"]
    assert rows[-1] == ["Total", 11.3, 607_000.30, None]


def test_a_department_has_no_dollars_per_pupil() -> None:
    assert "per pupil" not in _rows(_sheet(kind="department"))[0][0]


def test_one_line_shows_its_steps() -> None:
    """A single line needs no sums; a step's formula reads as its author wrote it."""
    steps = (Step("Teacher count", 202.0, "Schools[[#This Row],[Enrollment]]"), Step("Teacher applies", 1.0, "1"))
    sheet = _sheet(LINES[1:2], steps=steps)
    assert sheet.title == "Ash: Teacher"
    rows = _rows(sheet)
    assert [row[0] for row in rows[1:]] == ["Line", "Teaching", "Teacher", "Step", "Teacher count", "Teacher applies"]
    assert rows[2] == ["Teaching", None, None, None, None, None]
    assert rows[-2] == ["Teacher count", None, None, None, 202.0, "[@[Enrollment]]"]


def test_a_school_that_gets_nothing_is_told_so() -> None:
    assert _rows(_sheet(()))[-1] == ["No line gives anything here."]


def test_a_long_reason_shows_whole() -> None:
    """At some 76 characters a line, 400 characters are six lines of 15 points."""
    sheet = _sheet((_line("Teacher", "", 1.0, 1.0, why="ten chars " * 40), LINES[0]))
    assert sheet.heights[7] >= 90


CASES: dict[str, tuple[str, str | None]] = {"explained_school": ("116", None), "explained_line": ("116", "Counselor"), "explained_department": ("801", None)}


def _write(path: Path, school: str, line: str | None) -> None:
    outcome = explain(open_book(SAMPLE), school, line)
    assert outcome.workbook is not None
    write_workbook(outcome.workbook, path)


for _name, _case in CASES.items():
    register(_name)(lambda path, case=_case: _write(path, *case))  # type: ignore[misc]


@register("explained_by_hand")
def _write_by_hand(path: Path) -> None:
    write_workbook(statement_workbook(Statement("A", "Ash", 200.0, LINES), _result()), path)


@pytest.mark.parametrize("name", [*CASES, "explained_by_hand"])
def test_sums_are_live(name: str, recalculated: Callable[[str], Pair]) -> None:
    """Sums leave out the sums between them, also in LibreOffice."""
    count, differ = differences(recalculated(name))
    assert differ == []
    assert count > 0


def test_a_statement_ties_out_to_the_allocation() -> None:
    """The total of school 116 is what Allocations has of it."""
    book, outcome = open_book(SAMPLE), explain(open_book(SAMPLE), "116")
    result = allocate(book).result
    assert outcome.workbook is not None
    assert result is not None
    total = next(each for each in _rows(outcome.workbook.sheets[0]) if each[0] == "Total")
    own = result.amounts[result.amounts["School"] == "116"]
    assert (total[1], total[2]) == (pytest.approx(own["FTE"].sum()), pytest.approx(own["Dollars"].sum(), abs=0.001))


# -- Checks ------------------------------------------------------------------------------------------------------------


@register("checks_alone")
def _write_checks(path: Path) -> None:
    outcome = check(open_book(SAMPLE))
    assert outcome.workbook is not None
    write_workbook(outcome.workbook, path)


def test_checks_are_the_same_sheet_alone_and_among_the_results() -> None:
    alone, among = check(open_book(SAMPLE)).workbook, allocate(open_book(SAMPLE)).workbook
    assert alone is not None
    assert among is not None
    assert alone.sheets == tuple(sheet for sheet in among.sheets if sheet.name == "Checks")


def test_checks_stand_there_while_errors_do(tmp_path: Path) -> None:
    """A plan without schools is checked too: nothing is allocated, and the sheet says what to mend."""
    outcome = check(FileBook("p.xlsx", {"Plan": table_from_rows("Plan", ["Setting", "Value"], [["District", "Falls"], ["Fiscal year", 2027.0]])}))
    assert outcome.failed
    assert outcome.result is None
    assert outcome.workbook is not None
    write_workbook(outcome.workbook, tmp_path / "c.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "c.xlsx")["Checks"]
    assert sheet["B3"].value == "Falls  ·  FY2027  ·  scenario “Base”  ·  nothing is allocated while errors stand"
    assert (sheet["B5"].value, sheet["B6"].value) == ("Severity", "Error")
    assert "Checks" in sheet.tables
    assert allocate(FileBook("p.xlsx", {})).workbook is None
