"""The workbooks that the commands write: registered here, so that the Open XML SDK and LibreOffice see every one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter

from apportion.commands import Outcome, allocate, new
from apportion.workbook.book import open_book
from apportion.workbook.locations import template_folder
from apportion.workbook.writer import write_workbook
from tools.comparison import differences
from tools.recalculation import Pair, register

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE = template_folder() / "sample_district"
OUTCOMES: dict[str, Callable[[], Outcome]] = {
    "empty_planner": new,
    "sample_planner": lambda: new(sample=True),
    "empty_review": lambda: new(programs=True),
    "sample_results": lambda: allocate(open_book(SAMPLE)),
    "tighter_results": lambda: allocate(open_book(SAMPLE), "Tighter ratios"),
}


def _write(outcome: Outcome, path: Path) -> None:
    workbook = outcome.file
    assert workbook is not None
    write_workbook(workbook, path)


for _name, _make in OUTCOMES.items():
    register(_name)(lambda path, make=_make: _write(make(), path))  # type: ignore[misc]


@register("wrong_on_purpose")
def _wrong_on_purpose(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Sheet1").write_formula("A1", "=1+1", None, 3)


@pytest.mark.parametrize("name", OUTCOMES)
def test_every_formula_recalculates_to_what_was_written(recalculated: Callable[[str], Pair], name: str) -> None:
    count, differ = differences(recalculated(name))
    assert differ == []
    assert count > 0


def test_the_comparison_can_fail(recalculated: Callable[[str], Pair]) -> None:
    """A value stored wrong on purpose is named."""
    assert differences(recalculated("wrong_on_purpose"))[1] == ["Sheet1!A1 =1+1: 3, LibreOffice 2"]


def test_a_planner_read_again_is_the_same_plan(recalculated: Callable[[str], Pair]) -> None:
    """Through the workbook, and through LibreOffice, no cell of the sample's tables is lost."""
    source = open_book(SAMPLE).tables
    for path in recalculated("sample_planner"):
        tables = open_book(path).tables
        assert [name for name, table in tables.items() if name not in source and len(table)] == []
        for name, table in source.items():
            read = {column: [cell or None for cell in cells] for column, cells in tables[name].cells.items()}
            kept = {column: [cell or None for cell in cells] for column, cells in table.cells.items()}
            assert read == {column: [None] * len(table) for column in read} | kept, name


def test_numbers_and_line_breaks_come_back_as_they_were(tmp_path: Path) -> None:
    """0.1 + 0.2 keeps its last digit; a line break in a cell is a line feed."""
    from apportion.workbook.planner import planner_workbook

    tables = dict(open_book(SAMPLE).tables)
    schools = tables["Schools"]
    shares, names = [0.1 + 0.2, *list(schools.cells["Poverty share"])[1:]], ["a\r\nb", *list(schools.cells["Name"])[1:]]
    built = [dt.date(1996, 9, 3), "unknown", 1960.0, *[None] * (len(schools) - 3)]
    changed = {**schools.cells, "Poverty share": shares, "Name": names, "Built": built}
    tables["Schools"] = type(schools)("Schools", changed, schools.rows, schools.origin)
    write_workbook(planner_workbook(tables), tmp_path / "p.xlsx")
    cells = open_book(tmp_path / "p.xlsx").tables["Schools"].cells
    assert (cells["Poverty share"][0], cells["Name"][0]) == (0.1 + 0.2, "a\nb")
    assert list(cells["Built"]) == built


def test_no_table_of_a_district_can_be_called_like_one_that_is_written() -> None:
    from apportion.schema import BY_NAME, RESERVED

    outcomes = [make().file for make in OUTCOMES.values()]
    tables = {table.name for book in outcomes if book for sheet in book.sheets for table in sheet.tables}
    assert {name for name in tables if name.casefold() not in BY_NAME} <= set(RESERVED)


def test_text_stays_text(tmp_path: Path) -> None:
    """A school named like a formula, and a rule's formula, are texts in the planner."""
    tables = dict(open_book(SAMPLE).tables)
    names = ['=HYPERLINK("http://example.org","x")', *list(tables["Schools"].cells["Name"])[1:]]
    tables["Schools"] = type(tables["Schools"])(
        "Schools", {**tables["Schools"].cells, "Name": names}, tables["Schools"].rows, tables["Schools"].origin
    )
    from apportion.workbook.planner import planner_workbook

    write_workbook(planner_workbook(tables), tmp_path / "p.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "p.xlsx")["Schools"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == names[0]]
    assert [cell.data_type for cell in cells] == ["s"]
