"""Scripts of a small project of our own, through the real runPython: xlwings' public API, broadly used, lands in Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tools.browser.reading import read_workbook
from tools.browser.writing import canonical, differences, write_workbook
from tools.excel import server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tools.browser.pane import Pane
    from tools.excel.server import Server

SCRIPTS = '''
import datetime

import xlwings as xw
from xlwings import XlwingsError
from xlwings.server import script


@script
def report(book: xw.Book):
    sheet = book.sheets.add("Results", after=book.sheets[-1])
    sheet["B2"].value = "What every school gets"
    sheet["B2"].font.bold = True
    sheet["B2"].font.size = 18
    sheet["B2"].font.color = "#0F5C5C"
    sheet["B5"].value = [["code", "school", "FTE", "dollars"], ["'007", "'=HYPERLINK(1)", 2.5, 200000], ["'1-2", "Oak", 3, 240000.5]]
    sheet["D6:D7"].number_format = "0.0"
    sheet["E6:E7"].number_format = "$#,##0"
    sheet["B5:E5"].color = "#E8F0F0"
    sheet["B5:E5"].wrap_text = True
    table = sheet.tables.add(source=sheet["B5:E7"], name="Allocations", table_style_name="TableStyleLight1", has_headers=True)
    table.show_table_style_row_stripes = False
    table.show_totals = True
    sheet["G6"].formula = "=SUM(Allocations[dollars])/Rates!$B$2"
    sheet["B:B"].column_width = 60
    sheet["B5"].row_height = 30
    sheet.names.add("_apportion", "='Results'!$A$1")
    book.names.add("Total", "='Results'!$G$6")
    sheet["D6:D7"].conditional_formats.add_data_bar("#0F5C5C", gradient=False)
    sheet["E6:E7"].conditional_formats.add_custom("=$E6>210000", fill_color="#FFF0C0")
    sheet["C6:C7"].data_validation.set_list(["Oak", "Elm"])
    chart = sheet.charts.add(left=300, top=10, width=400, height=200)
    chart.set_source_data(sheet["C5:D7"])
    chart.chart_type = "bar_clustered"
    chart.name = "FTE by school"
    chart.title = "Oak has more"
    chart.value_axis.title = "FTE"
    sheet.freeze_panes.freeze_at("A1:B5")
    sheet["B6"].add_hyperlink("https://example.org", "007", "away")
    sheet.activate()


@script
def reads(book: xw.Book, what: str = ""):
    """What Python sees of the workbook, written beside it."""
    rates = book.sheets["Rates"]
    seen = [what, book.selection.address, rates["A2"].value, rates["B2"].value, isinstance(rates["B3"].value, datetime.datetime), rates.tables[0].name]
    book.sheets.active["H1"].value = seen


@script
def fails(book: xw.Book):
    raise XlwingsError("Rules row 14: no rate \\"AP ratio\\". Add it to Rates.")


@script
def asks(book: xw.Book):
    book.app.alert("Write over the sheet?", title="Apportion", buttons="yes_no", callback="answered")
'''
RIBBON = """
  const run = (scriptName) => async (event) => { await xlwings.runPython({ scriptName }); event.completed(); };
  for (const name of ["report", "reads", "fails"]) Office.actions.associate(`script:${name}`, run(name));
"""
RATES = {
    "name": "Rates", "selection": "B2",
    "cells": {"A1": {"v": "rate"}, "B1": {"v": "value"}, "A2": {"v": "AP ratio"}, "B2": {"v": 300}, "A3": {"v": "count day"}, "B3": {"v": 46296, "s": 1}},
    "tables": [{"id": "{1}", "name": "RatesTable", "ref": "A1:B3", "headers": True, "totals": False, "style": "", "filter": True, "bandedRows": False, "bandedColumns": False, "firstColumn": False, "lastColumn": False, "columns": [{"name": "rate"}, {"name": "value"}], "criteria": {}}],
}  # fmt: skip
BOOK = {"name": "plan.xlsx", "active": "Rates", "styles": [{}, {"numberFormat": "m/d/yyyy"}], "sheets": [RATES]}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a project with a few scripts and no functions."""
    with server.project(tmp_path_factory.mktemp("project"), SCRIPTS) as served:
        yield served


@pytest.fixture
def pane(open_pane: Callable[..., Pane], project: Server) -> Pane:
    opened = open_pane(BOOK, project.address)
    opened.page.evaluate(f"() => {{ {RIBBON} }}")
    return opened


def sheet_of(model: dict[str, Any], name: str) -> dict[str, Any]:
    return next(sheet for sheet in model["sheets"] if sheet["name"] == name)


def test_a_ribbon_button_writes_a_sheet(pane: Pane) -> None:
    pane.click_ribbon("report")
    after = canonical(pane.model())
    sheet = after["sheets"]["Results"]
    assert (after["order"], after["active"], after["names"]) == (["Rates", "Results"], "Results", {"Total": "='Results'!G6"})
    assert sheet["cells"]["B2"] == {"value": "What every school gets", "bold": True, "fontSize": 18, "color": "#0F5C5C"}
    assert [sheet["cells"][address]["value"] for address in ("B6", "C6", "D6", "B7", "E7")] == ["007", "=HYPERLINK(1)", 2.5, "1-2", 240000.5]
    assert sheet["cells"]["E6"]["numberFormat"] == "$#,##0"
    assert sheet["cells"]["B5"] == {"value": "code", "fill": "#E8F0F0", "wrap": True}
    assert sheet["cells"]["G6"] == {"formula": "=SUM(Allocations[dollars])/Rates!$B$2"}
    assert sheet["cells"]["E8"] == {"formula": "=SUBTOTAL(109,Allocations[dollars])"}
    assert sheet["tables"]["Allocations"]["ref"] == "B5:E8"
    assert (sheet["widths"], sheet["heights"], sheet["freeze"]) == ({"1": 60}, {"4": 30}, {"rows": 5, "columns": 2})
    assert sheet["names"] == {"_apportion": "='Results'!A1"}
    assert [each["type"] for each in sheet["conditionalFormats"]] == ["Custom", "DataBar"]
    assert sheet["validations"][0]["rule"] == {"list": {"inCellDropDown": True, "source": "Oak,Elm"}}
    assert sheet["charts"] == [{"kind": "BarClustered", "title": "Oak has more", "axes": {"value": "FTE"}, "series": [{"name": "FTE", "values": "Results!D6:D7", "categories": "Results!C6:C7"}]}]
    assert sheet["links"] == {"B6": {"address": "https://example.org"}}


def test_other_sheets_stay_as_they_were(pane: Pane) -> None:
    before = sheet_of(pane.model(), "Rates")
    pane.click_ribbon("report")
    assert sheet_of(pane.model(), "Rates") == before


def test_python_sees_the_workbook(pane: Pane) -> None:
    pane.select("Rates!A2:B2")
    pane.run_script("reads", "asked")
    cells = sheet_of(pane.model(), "Rates")["cells"]
    assert [cells[f"{letter}1"]["v"] for letter in "HIJKLM"] == ["asked", "$A$2:$B$2", "AP ratio", 300, True, "RatesTable"]


def test_an_exception_that_is_no_message_for_people_is_not_told(pane: Pane) -> None:
    """The sheet is there already: xlwings' own ValueError is a 500, and nothing changes."""
    pane.click_ribbon("report")
    before = pane.model()
    pane.click_ribbon("report")
    assert pane.take_errors()[-1] == "An error occurred."
    assert "An error occurred." in pane.answer("OK")
    assert pane.model() == before


def test_an_error_is_a_dialog_from_the_ribbon(pane: Pane) -> None:
    before = pane.model()
    pane.click_ribbon("fails")
    assert pane.take_errors()[-1] == 'Rules row 14: no rate "AP ratio". Add it to Rates.'
    assert 'Rules row 14: no rate "AP ratio". Add it to Rates.' in pane.answer("OK")
    assert not pane.dialogs()[0]["open"]
    assert pane.model() == before


def test_a_question_comes_back(pane: Pane) -> None:
    pane.page.evaluate("xlwings.registerCallback(function answered(button) { window.said = button; })")
    pane.run_script("asks")
    assert "Write over the sheet?" in pane.answer("Yes")
    assert pane.page.evaluate("window.said") == "yes"


def test_what_no_script_has_named(pane: Pane) -> None:
    before = pane.model()
    pane.run_script("nothing")
    assert len(pane.take_errors()) == 2
    assert pane.model() == before


# Actions as the server's answer holds them, with what Excel says. The place of a range is at the end.
AT = {"sheet_position": 0, "start_row": 0, "start_column": 0, "row_count": 1, "column_count": 1}
REFUSED = [
    ({"func": "addSheet", "args": [1, "a/b"], **AT}, 'failed: "a/b" cannot be the name of a sheet'),
    ({"func": "setValues", "values": [[1, 2]], "args": [], **AT}, "doesn't match the size"),
    ({"func": "setFormula", "values": [["=Missing!A1"]], "args": [], **AT}, 'there is no sheet "Missing"'),
    ({"func": "namesAdd", "args": ["B2", "=Rates!$A$1"], **AT}, '"B2" cannot be a name'),
    ({"func": "addTable", "args": ["A2:B4", True, None, None], **AT}, "cannot overlap"),
    ({"func": "noSuchAction", "args": [], **AT}, "unknown function: noSuchAction"),
    ({"func": "runMacro", "args": ["noSuchMacro"], **AT}, "not a function"),
]


@pytest.mark.parametrize(("action", "words"), REFUSED)
def test_what_excel_refuses_stops_the_actions(pane: Pane, action: dict[str, Any], words: str) -> None:
    answer = pane.page.evaluate("action => xlwings.runActions({actions: [action]}).then(() => 'done', (error) => error.message)", action)
    assert words in answer


def test_the_workbook_can_be_saved_and_read_again(pane: Pane, tmp_path: Path) -> None:
    """As a file it is the same workbook, and openpyxl finds the same things in it."""
    pane.click_ribbon("report")
    model = pane.model()
    write_workbook(model, tmp_path / "after.xlsx")
    assert differences(canonical(model), canonical(read_workbook(tmp_path / "after.xlsx"))) == []
    sheet = openpyxl.load_workbook(tmp_path / "after.xlsx")["Results"]
    assert (sheet["B6"].value, sheet["B6"].data_type) == ("007", "s")
    assert (sheet["C6"].value, sheet["C6"].data_type) == ("=HYPERLINK(1)", "s")
    assert sheet.tables["Allocations"].ref == "B5:E8"
    assert sheet.freeze_panes == "C6"
