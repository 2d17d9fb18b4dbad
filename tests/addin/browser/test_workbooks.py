"""Real workbooks through the stub: read from a file, held in the page, given back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tools.browser.formulas import plain, shown, stored
from tools.browser.reading import read_workbook
from tools.browser.writing import canonical, differences, write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tools.browser.pane import Pane


@pytest.fixture(scope="module")
def planner(project: Path) -> Path:
    return project / "workbook_templates" / "district_planner.xlsx"


def test_the_planner_is_read_whole(planner: Path) -> None:
    """Against openpyxl's own view of the same file."""
    book = openpyxl.load_workbook(planner)
    model = read_workbook(planner)
    sheets = dict(zip(book.sheetnames, model["sheets"], strict=True))
    assert [sheet["name"] for sheet in model["sheets"]] == book.sheetnames
    assert {name: len(sheet["tables"]) for name, sheet in sheets.items()} == {sheet.title: len(sheet.tables) for sheet in book}
    assert {name["name"] for name in model["names"]} == set(book.defined_names)
    filled = {sheet.title: sum(cell.value is not None for row in sheet.iter_rows() for cell in row) for sheet in book}
    assert {name: sum("v" in cell or "f" in cell for cell in sheet["cells"].values()) for name, sheet in sheets.items()} == filled
    assert sheets["Schools"]["freeze"] == {"rows": 5, "columns": openpyxl.utils.coordinate_to_tuple(book["Schools"].freeze_panes)[1] - 1}


def test_the_planner_survives_the_page(open_pane: Callable[..., Pane], planner: Path) -> None:
    pane = open_pane(planner)
    assert differences(canonical(read_workbook(planner)), canonical(pane.model())) == []


def test_the_planner_survives_a_file(planner: Path, tmp_path: Path) -> None:
    model = read_workbook(planner)
    write_workbook(model, tmp_path / "again.xlsx")
    assert differences(canonical(model), canonical(read_workbook(tmp_path / "again.xlsx"))) == []


def test_the_payload_of_the_planner(open_pane: Callable[..., Pane], planner: Path) -> None:
    """What the server is sent: every sheet from A1 on, tables with their columns, names with their sheets."""
    payload = open_pane(planner).page.evaluate("xlwings.getBookData()")
    book = openpyxl.load_workbook(planner, data_only=True)
    sheets = {sheet["name"]: sheet for sheet in payload["sheets"]}
    assert list(sheets) == book.sheetnames
    tables = {table["name"]: (name, table["range_address"], table["columns"]) for name, sheet in sheets.items() for table in sheet["tables"]}
    assert tables == {table.name: (sheet.title, table.ref, table.column_names) for sheet in book for table in sheet.tables.values()}
    assert {name["name"] for name in payload["names"] if name["book_scope"]} == set(book.defined_names)
    assert sheets["Schools"]["values"][4][1] == book["Schools"]["B5"].value


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda sheet: sheet["cells"]["A1"].update(v=2), ["sheets/S/cells/A1/value: 1 and 2"]),
        (lambda sheet: sheet["cells"]["A2"].update(f="=A1+2"), ["sheets/S/cells/A2/formula: '=A1+1' and '=A1+2'"]),
        (lambda sheet: sheet["cells"]["A1"].update(s=1), ["sheets/S/cells/A1/bold: None and True"]),
        (lambda sheet: sheet["columns"].update({"0": {"width": 90}}), ["sheets/S/widths/0: None and 90"]),
        (lambda sheet: sheet.update(freeze={"rows": 1, "columns": 0}), ["sheets/S/freeze: None and {'rows': 1, 'columns': 0}"]),
        (lambda sheet: sheet["cells"]["A2"].update(v=7), []),  # the stub calculates nothing: a missing value is no difference
    ],
)
def test_differences_are_found(open_pane: Callable[..., Pane], change: Callable[[dict[str, Any]], Any], words: list[str]) -> None:
    pane = open_pane({"active": "S", "styles": [{}, {"bold": True}], "sheets": [{"name": "S", "cells": {"A1": {"v": 1}, "A2": {"f": "=A1+1"}}}]})
    before, after = pane.model(), pane.model()
    change(after["sheets"][0])
    assert differences(canonical(before), canonical(after)) == words


@pytest.mark.parametrize(
    ("in_file", "in_excel"),
    [
        ("=_xldudf_APPORTION_FTE(B2,25)", "=APPORTION.FTE(B2,25)"),
        ("=_xlfn.IFS(A1,1)", "=IFS(A1,1)"),
        ("=_xlfn._xlws.FILTER(A1:A3,B1:B3)", "=FILTER(A1:A3,B1:B3)"),
        ('="_xlfn.IFS("&A1', '="_xlfn.IFS("&A1'),
        ("=SUMIFS(A1:A3,B1:B3,1)", "=SUMIFS(A1:A3,B1:B3,1)"),
    ],
)
def test_formulas_in_files(in_file: str, in_excel: str) -> None:
    assert (shown(in_file), stored(in_excel)) == (in_excel, in_file)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("=[@FTE]*2", "=Rules[[#This Row],[FTE]]*2"),
        ("=Rules[@[FTE per school]]", "=Rules[[#This Row],[FTE per school]]"),
        ("=SUBTOTAL(109,[dollars])", "=SUBTOTAL(109,Rules[dollars])"),
        ('="[@FTE]"', '="[@FTE]"'),
    ],
)
def test_references_inside_a_table_are_compared_in_one_form(one: str, other: str) -> None:
    assert plain(one, "Rules") == plain(other, "Rules") == other
