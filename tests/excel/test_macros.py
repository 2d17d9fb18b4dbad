"""Apportion's own macros as the add-in's actions call them."""

# ruff: noqa: FBT003 - an action's arguments have no names
from __future__ import annotations

import base64
import datetime
import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

import tools.excel.session  # noqa: F401 - it registers all actions
from tools.excel.macros import MACROS
from tools.excel.protocol import ActionFailed, Context, run_actions
from tools.excel.workbook import Book, open_book

if TYPE_CHECKING:
    from pathlib import Path


def action(func: str, *args: Any, at: str = "", values: Any = None, sheet: int | None = 0) -> dict[str, Any]:
    place = [int(each) for each in at.split()] if at else [None] * 4
    names = ("start_row", "start_column", "row_count", "column_count")
    return {"func": func, "args": list(args), "values": values, "sheet_position": sheet, **dict(zip(names, place, strict=True))}


def run(book: Book, *actions: dict[str, Any]) -> Context:
    context = Context(book, datetime.date(2027, 1, 15), macros=MACROS)
    run_actions(context, list(actions))
    return context


def macro(*args: Any) -> dict[str, Any]:
    return action("runMacro", *args, sheet=None)


@pytest.fixture
def book() -> Book:
    """A sheet that Apportion wrote: a table with totals, a chart, rules, notes; and a user's sheet that refers to it."""
    made = openpyxl.Workbook()
    made.active.title = "Mine"
    made.create_sheet("Allocations")
    book = Book("b.xlsx", made)
    run(
        book,
        action("namesAdd", "_apportion", "=Allocations!$A$1", sheet=1),
        action("setValues", at="4 1 3 2", values=[["Code", "Dollars"], ["'104", 10], ["'105", 20]], sheet=1),
        action("setValues", at="0 0 1 1", values=[["Title"]], sheet=1),
        action("addTable", "B5:C7", True, "TableStyleLight1", "Allocations", sheet=1),
        action("showTotalsTable", 0, True, sheet=1),
        action("setValues", at="10 1 2 1", values=[["Other"], [1]], sheet=1),
        action("addTable", "B11:B12", True, None, "Gone", sheet=1),
        action("addChart", "c", "ColumnClustered", "Allocations", "B5:C7", 0, 0, 300, 200, sheet=1),
        action("addConditionalFormat", {"type": "Custom", "formula": "=$C6>5", "fill_color": "#E0F0F0"}, at="5 1 2 2", sheet=1),
        action("addNote", "B5", "why", sheet=1),
        action("freezePaneAtRange", "A1:B5", sheet=1),
        action("setFormula", at="0 0 2 1", values=[["=SUM(Allocations[Dollars])"], ["=SUM(Gone[Other])"]], sheet=0),
    )
    return book


def test_clear_keeps_a_table_and_what_refers_to_it(book: Book) -> None:
    run(book, macro("apportionClear", "Allocations", [{"name": "Allocations", "ref": "B5:C9"}]))
    sheet = book["Allocations"]
    assert (list(sheet.tables), sheet.tables["Allocations"].ref, sheet.tables["Allocations"].totalsRowCount) == (["Allocations"], "B5:C9", None)
    assert {cell.coordinate: cell.value for cell in sheet._cells.values() if cell.value is not None} == {"B5": "Code", "C5": "Dollars"}
    assert (book.charts["Allocations"], list(sheet.conditional_formatting), sheet["B5"].comment, sheet.freeze_panes) == ([], [], None, None)
    assert [book["Mine"][each].value for each in ("A1", "A2")] == ["=SUM(Allocations[Dollars])", "=SUM(#REF!)"]
    assert "_apportion" in sheet.defined_names


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("Mine", []), "was not written by Apportion"),
        (("Allocations", [{"name": "Allocations", "ref": "B6:C9"}]), "header's row"),
        (("Allocations", [{"name": "Allocations", "ref": "B5:D9"}]), "keeps its columns"),
        (("Allocations", [{"name": "Nowhere", "ref": "B5:D9"}]), "has no tables"),
        (("Allocations", [{"name": "Allocations"}]), "missing fields"),
        (("Nowhere", []), "no such sheet"),
    ],
)
def test_clear_refuses(book: Book, arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(ActionFailed, match=words):
        run(book, macro("apportionClear", *arguments))


SPEC = {
    "formats": [
        {"numberFormat": "$#,##0", "bold": True, "color": "#1B2A33", "fill": "#E0F0F0", "borders": {"bottom": "#0F5C5C"}},
        {"horizontal": "Right", "vertical": "Top", "wrap": True, "indent": 1, "fontName": "Calibri", "fontSize": 9, "underline": True, "locked": False},
    ],
    "areas": [["C6:C7", 0], ["C7", 1]],
    "widths": [[0, 0, 2.5], [1, 2, 18]],
    "heights": [[1, 24]],
    "tab": "#0F5C5C",
    "links": [["B6", "Mine!A1"], ["B7", "https://example.org"]],
    "notes": [["C5", "in dollars"]],
    "outline": {"columns": "E:F", "folded": True},
    "print": {"landscape": True, "fit": True, "pages": 1, "rows": "5:5", "columns": "A:B", "footer": ["left", "right"], "area": "A1:C9"},
}


def test_format_does_everything_at_once(book: Book, tmp_path: Path) -> None:
    run(book, macro("apportionFormat", "Allocations", SPEC))
    book.save(tmp_path / "f.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "f.xlsx")["Allocations"]
    first, second = sheet["C6"], sheet["C7"]
    assert (first.number_format, first.font.b, first.fill.fgColor.rgb[-6:], first.border.bottom.style) == ("$#,##0", True, "E0F0F0", "thin")
    assert (second.number_format, second.font.b, second.font.sz, second.font.u) == ("$#,##0", True, 9, "single")  # the later one adds
    assert (second.alignment.horizontal, second.alignment.vertical, second.alignment.wrap_text, second.alignment.indent) == ("right", "top", True, 1)
    assert (first.protection.locked, second.protection.locked) == (True, False)
    # 18 characters are 131 pixels; a file counts in sevenths of a pixel with the padding
    assert sheet.column_dimensions["B"].width == pytest.approx(131 / 7)
    assert (sheet.row_dimensions[2].height, sheet.sheet_properties.tabColor.rgb[-6:]) == (24, "0F5C5C")
    assert (sheet["B6"].value, sheet["B6"].hyperlink.location, sheet["B7"].hyperlink.target) == ("104", "Mine!A1", "https://example.org")
    assert (sheet["C5"].comment.text, sheet.column_dimensions["E"].hidden, sheet.column_dimensions["E"].outlineLevel) == ("in dollars", True, 1)
    assert (sheet.page_setup.orientation, sheet.print_title_rows, sheet.print_title_cols) == ("landscape", "$5:$5", "$A:$B")
    assert sheet.print_area == "'Allocations'!$A$1:$C$9"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"colour": "#000000"}, "unknown fields"),
        ({"formats": [{"align": "Left"}]}, "unknown fields"),
        ({"formats": [{"bold": 1}]}, "bold cannot be 1"),
        ({"formats": [{"horizontal": "left"}]}, "alignment"),
        ({"formats": [{"fontSize": 0}], "areas": [["A1", 0]]}, "font's size"),
        ({"formats": [], "areas": [["A1", 0]]}, "one of formats"),
        ({"widths": [[0, 0, 256]]}, "255"),
        ({"tab": "teal"}, "#RRGGBB"),
        ({"links": [["A1", "Nowhere!A1"]]}, "no such sheet"),
        ({"print": {"rows": "A:B"}}, "whole rows"),
        ({"print": {"footer": ["x" * 200, "y" * 56]}}, "255"),
        ({"outline": {"columns": "B:C"}}, "missing fields"),
    ],
)
def test_format_refuses(book: Book, change: dict[str, Any], words: str) -> None:
    with pytest.raises(ActionFailed, match=words):
        run(book, macro("apportionFormat", "Allocations", change))


SHOWN: dict[str, Any] = {
    "command": "check", "label": "Check", "ok": False, "summary": "One error.", "tally": {"error": 1, "warning": 0, "note": 0},
    "findings": [{"severity": "error", "what": "No rate.", "remedy": "Add it.", "sheet": "Rules", "table": "Rules", "row": 14, "cell": "D14"}],
    "sheets": [], "plan": None,
}  # fmt: skip


def test_show_and_open(book: Book) -> None:
    content = io.BytesIO()
    openpyxl.Workbook().save(content)
    context = run(book, macro("apportionShow", SHOWN), macro("apportionOpen", "new.xlsx", base64.b64encode(content.getvalue()).decode()))
    assert context.shown == [SHOWN]
    ((name, opened),) = context.opened
    assert (name, openpyxl.load_workbook(io.BytesIO(opened)).sheetnames) == ("new.xlsx", ["Sheet"])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (macro("apportionShow", {**SHOWN, "extra": 1}), "unknown fields"),
        (macro("apportionShow", {key: value for key, value in SHOWN.items() if key != "tally"}), "missing fields"),
        (macro("apportionShow", {**SHOWN, "findings": [{"what": "x"}]}), "missing fields"),
        (macro("apportionOpen", "x.xlsx", "not base64!"), "base64"),
        (macro("apportionOpen", "x.xlsx", "eA=="), "no .xlsx"),
    ],
)
def test_show_and_open_refuse(book: Book, call: dict[str, Any], words: str) -> None:
    with pytest.raises(ActionFailed, match=words):
        run(book, call)


def test_a_cleared_book_opens_again(book: Book, tmp_path: Path) -> None:
    run(book, macro("apportionClear", "Allocations", []))
    book.save(tmp_path / "c.xlsx")
    assert list(open_book(tmp_path / "c.xlsx")["Allocations"].tables) == []
