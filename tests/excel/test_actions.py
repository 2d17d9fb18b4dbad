"""Actions: which are played, what they do to the workbook, and what a failure leaves."""

# ruff: noqa: FBT003 - an action's arguments have no names
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

import tools.excel.session  # noqa: F401 - it registers all actions
from tools.excel.protocol import ACTIONS, ActionFailed, Context, known_actions, run_actions
from tools.excel.workbook import Book, open_book

if TYPE_CHECKING:
    from pathlib import Path

NOT_PLAYED = {
    "setFormulaArray", "copySheet", "rangeAutofill", "rangeRemoveDuplicates", "copyFromRange", "moveRange",
    "deleteTableRow", "addTableColumn", "deleteTableColumn", "showHeadersTable", "applyAutoFilterRange",
    "clearAutoFilterRange", "applyAutoFilterTable", "clearAutoFilterTable", "deleteConditionalFormat",
    "setConditionalFormat", "addComment", "setCommentText", "setCommentResolved", "addCommentReply", "deleteComment",
    "addPicture", "updatePicture", "deletePicture", "setPictureName", "setPictureWidth", "setPictureHeight", "setPictureLeft",
    "setPictureTop", "setPictureLockAspectRatio", "setShapeName", "setShapeLeft", "setShapeTop", "setShapeWidth",
    "setShapeHeight", "setShapeText", "setShapeFontProperty", "deleteShape", "scaleShape", "addPivotTable",
    "setPivotTableName", "addPivotField", "removePivotField", "addPivotValueField", "setPivotValueField",
    "removePivotValueField", "setPivotLayout", "refreshPivotTable", "deletePivotTable",
}  # fmt: skip


def action(func: str, *args: Any, at: str = "", values: Any = None, sheet: int | None = 0) -> dict[str, Any]:
    """An action as xlwings writes it; `at` is row, column, rows, columns from 0, separated by spaces."""
    place = [int(each) for each in at.split()] if at else [None] * 4
    names = ("start_row", "start_column", "row_count", "column_count")
    return {"func": func, "args": list(args), "values": values, "sheet_position": sheet, **dict(zip(names, place, strict=True))}


@pytest.fixture
def book() -> Book:
    made = openpyxl.Workbook()
    made.active.title = "Sheet1"
    made.create_sheet("Other")
    return Book("b.xlsx", made)


def run(book: Book, *actions: dict[str, Any]) -> Context:
    context = Context(book, datetime.date(2027, 1, 15))
    run_actions(context, list(actions))
    return context


def test_played_and_not_played_are_all_that_the_javascript_knows() -> None:
    known = set(known_actions())
    assert len(known) > 130
    assert set(ACTIONS) == known - NOT_PLAYED


def test_an_action_that_the_javascript_does_not_know_fails(book: Book) -> None:
    with pytest.raises(ActionFailed, match="Action 1 has an unknown function: rangeToPng"):
        run(book, action("rangeToPng", "x.png"))


def test_an_action_that_is_not_played_is_named(book: Book) -> None:
    with pytest.raises(NotImplementedError, match="copySheet"):
        run(book, action("copySheet", "After", 0, "Copy"))


# --- when things take effect


def test_what_came_before_a_failure_stays(book: Book) -> None:
    """Office.js is no transaction."""
    with pytest.raises(ActionFailed, match=r"Action 2 \(setColumnWidth\) failed.*Up to 2 actions") as failed:
        run(book, action("setValues", at="0 0 1 1", values=[[1]]), action("setColumnWidth", "wide", at="0 0 1 1"), action("setValues", at="1 0 1 1", values=[[2]]))
    assert (failed.value.index, failed.value.func) == (1, "setColumnWidth")
    assert [book.sheets[0]["A1"].value, book.sheets[0]["A2"].value] == [1, None]


def test_a_failure_is_blamed_on_the_action_that_synchronizes(book: Book) -> None:
    """AddTable only queues: that its name is bad is found out when the next action asks for its sheet."""
    values = action("setValues", at="0 0 2 1", values=[["Code"], ["104"]])
    with pytest.raises(ActionFailed, match=r"Action 3 \(setValues\) failed.*cell reference"):
        run(book, values, action("addTable", "A1:A2", True, None, "T1"), action("setValues", at="5 0 1 1", values=[[1]]))
    assert list(book.sheets[0].tables) == ["Table1"]  # the table was made before its name was refused
    assert book.sheets[0]["A6"].value is None


def test_the_last_action_fails_outside_of_the_dispatch(book: Book) -> None:
    with pytest.raises(ActionFailed) as failed:
        run(book, action("addTable", "A1:A2", True, "TableStyleNone1", None))
    assert failed.value.index is None


def test_sheets_are_synchronized_at_once(book: Book) -> None:
    """Actions with "sheet" in their name are followed by a sync."""
    with pytest.raises(ActionFailed, match=r"Action 1 \(addSheet\)"):
        run(book, action("addSheet", 0, "History", sheet=None), action("setValues", at="0 0 1 1", values=[[1]]))


# --- values and formulas


def test_values_are_typed(book: Book) -> None:
    """SetNumberFormat "@" first keeps a code; 1-2 turns into a date, and gets a date's format, elsewhere."""
    run(
        book,
        action("setNumberFormat", "@", at="0 0 1 1"),
        action("setValues", at="0 0 1 4", values=[["007", "007", "'007", "1-2"]]),
    )
    cells = book.sheets[0][1]
    assert [each.value for each in cells] == ["007", 7, "007", 46389]
    assert [each.number_format for each in cells] == ["@", "General", "General", "d-mmm"]
    assert [bool(each.quotePrefix) for each in cells] == [False, False, True, False]


def test_null_leaves_a_cell_and_empty_text_empties_it(book: Book) -> None:
    book.sheets[0].append([1, 2])
    run(book, action("setValues", at="0 0 1 2", values=[[None, ""]]))
    assert [each.value for each in book.sheets[0][1]] == [1, None]


def test_a_cell_with_a_format_keeps_it(book: Book) -> None:
    book.sheets[0]["A1"].number_format = "0.000"
    run(book, action("setValues", at="0 0 1 1", values=[["5%"]]))
    assert (book.sheets[0]["A1"].value, book.sheets[0]["A1"].number_format) == (0.05, "0.000")


def test_values_have_the_shape_of_their_range(book: Book) -> None:
    with pytest.raises(ActionFailed, match="shape"):
        run(book, action("setValues", at="0 0 2 2", values=[[1, 2]]))


def test_one_formula_fills_a_range(book: Book) -> None:
    """Range.formulas = "..." adjusts relative references."""
    run(book, action("setFormula", at="1 1 3 1", values="=A2*$A$1"))
    assert [book.sheets[0].cell(row, 2).value for row in (2, 3, 4)] == ["=A2*$A$1", "=A3*$A$1", "=A4*$A$1"]


def test_a_formula_with_an_unknown_name_shows_name_error(book: Book) -> None:
    run(book, action("setFormula", at="0 0 1 1", values=[["=Nobody"]]))
    assert book.value(book.sheets[0], 1, 1) == "#NAME?"


def test_a_formula_to_a_missing_sheet_is_refused(book: Book) -> None:
    with pytest.raises(ActionFailed, match="no such sheet"):
        run(book, action("setFormula", at="0 0 1 1", values=[["=Missing!A1"]]))


# --- sheets


def test_a_sheet_is_added_at_a_place(book: Book) -> None:
    run(book, action("addSheet", 1, "Summary", sheet=None), action("activateSheet", 1, sheet=None))
    assert (book.workbook.sheetnames, book.active) == (["Sheet1", "Summary", "Other"], 1)


def test_the_last_visible_sheet_stays(book: Book) -> None:
    with pytest.raises(ActionFailed, match="at least one visible"):
        run(book, action("sheetDelete"), action("sheetDelete"))
    assert book.workbook.sheetnames == ["Other"]


@pytest.mark.parametrize(("frozen", "pane"), [("A1:B5", "C6"), ("1:5", "A6"), ("A:B", "C1")])
def test_panes_freeze(book: Book, frozen: str, pane: str) -> None:
    """Microsoft, Excel.WorksheetFreezePanes: the given range is what is frozen, so the pane begins behind it."""
    run(book, action("freezePaneAtRange", frozen))
    assert book.sheets[0].freeze_panes == pane


# --- tables


def table(book: Book, *more: dict[str, Any]) -> None:
    values = [["Code", "Dollars"], ["'104", 10], ["'105", 20]]
    run(book, action("setValues", at="4 1 3 2", values=values), action("addTable", "$B$5:$C$7", True, "TableStyleLight1", "Schools"), *more)


def test_a_table_and_its_totals(book: Book, tmp_path: Path) -> None:
    """Excel writes Total below the first column and adds up the last one (Microsoft, "Total the data in a table")."""
    table(book, action("showTotalsTable", 0, True), action("showTableStyleRowStripes", 0, False))
    sheet = book.sheets[0]
    assert (sheet.tables["Schools"].ref, sheet["B8"].value, sheet["C8"].value) == ("B5:C8", "Total", "=SUBTOTAL(109,Schools[Dollars])")
    book.save(tmp_path / "t.xlsx")
    again = openpyxl.load_workbook(tmp_path / "t.xlsx")["Sheet1"].tables["Schools"]
    assert [(each.totalsRowLabel, each.totalsRowFunction) for each in again.tableColumns] == [("Total", None), (None, "sum")]
    assert (again.autoFilter.ref, again.totalsRowCount) == ("B5:C7", 1)


def test_totals_of_ones_own(book: Book, tmp_path: Path) -> None:
    table(book, action("showTotalsTable", 0, True), action("setFormula", at="7 1 1 2", values=[["=SUBTOTAL(103,[Code])", "=MAX([Dollars])"]]))
    book.save(tmp_path / "t.xlsx")
    again = openpyxl.load_workbook(tmp_path / "t.xlsx")["Sheet1"]
    assert [each.value for each in again[8][1:3]] == ["=SUBTOTAL(103,Schools[Code])", "=MAX(Schools[Dollars])"]
    assert [each.totalsRowFunction for each in again.tables["Schools"].tableColumns] == ["count", "custom"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ([action("addTable", "C6:D9", True, None, "Second")], "overlap"),
        ([action("setValues", at="4 2 1 1", values=[["code"]])], "different"),
        ([action("rangeMerge", False, at="5 1 2 1")], "cannot be merged"),
        ([action("setTableName", 0, "R1C1")], "cell reference"),
        ([action("setFormula", at="4 1 1 1", values=[["=1"]])], "header"),
        ([action("resizeTable", 0, "$B$6:$C$9")], "keeps its header's row"),
        ([action("setValues", at="7 1 1 1", values=[["x"]]), action("showTotalsTable", 0, True)], "empty row"),
        ([action("namesAdd", "schools", "=Sheet1!$A$1", sheet=None)], "table has this name"),
        ([action("setTableName", 3, "Other")], "no table 3"),
    ],
)
def test_tables_refuse(book: Book, more: list[dict[str, Any]], words: str) -> None:
    with pytest.raises(ActionFailed, match=words):
        table(book, *more)


def test_headers_are_texts(book: Book) -> None:
    """A year above a column becomes text when the table is made."""
    run(book, action("setValues", at="0 0 2 2", values=[["Code", 2027], ["'104", 1]]), action("addTable", "A1:B2", True, None, "T_1"))
    assert book.sheets[0]["B1"].value == "2027"


def test_a_resized_table_keeps_formulas_that_refer_to_it(book: Book) -> None:
    table(book, action("setFormula", at="0 0 1 1", values=[["=SUM(Schools[Dollars])"]]), action("resizeTable", 0, "B5:C9"))
    assert (book.sheets[0].tables["Schools"].ref, book.sheets[0]["A1"].value) == ("B5:C9", "=SUM(Schools[Dollars])")


# --- names, looks, rules, links, notes


def test_names(book: Book) -> None:
    run(book, action("namesAdd", "_apportion", "='Other'!$A$1", sheet=1), action("namesAdd", "Rate", "=0.05", sheet=None))
    assert book.sheets[1].defined_names["_apportion"].attr_text == "'Other'!$A$1"
    assert book.workbook.defined_names["Rate"].attr_text == "0.05"
    with pytest.raises(ActionFailed, match="once in its scope"):
        run(book, action("namesAdd", "RATE", "=1", sheet=None))


def test_looks(book: Book) -> None:
    run(
        book,
        action("setFontProperty", "bold", True, at="0 0 1 2"), action("setFontProperty", "color", "#0F5C5C", at="0 0 1 1"),
        action("setRangeColor", "#E0F0F0", at="0 0 1 1"), action("setHorizontalAlignment", "Right", at="0 0 1 1"),
        action("setBorderProperty", "edge_bottom", "line_style", "continuous", at="0 0 2 2"), action("setColumnWidth", 120, at="0 1 1 1"),
        action("setRowHeight", 30, at="2 0 1 1"), action("setColumnHidden", True, at="0 3 1 1"),
        action("rangeGroup", "columns", at="0 5 1 2"),
    )  # fmt: skip
    sheet = book.sheets[0]
    assert (sheet["A1"].font.b, sheet["B1"].font.b, sheet["A1"].font.color.rgb[-6:]) == (True, True, "0F5C5C")
    assert (sheet["A1"].fill.fgColor.rgb[-6:], sheet["A1"].alignment.horizontal) == ("E0F0F0", "right")
    assert [sheet[each].border.bottom.style for each in ("A1", "A2", "B2")] == [None, "thin", "thin"]
    assert sheet.column_dimensions["B"].width == pytest.approx(160 / 7)  # 120 points are 160 pixels
    assert (sheet.row_dimensions[3].height, sheet.column_dimensions["D"].hidden, sheet.column_dimensions["G"].outlineLevel) == (30, True, 1)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (action("setFontProperty", "color", "teal", at="0 0 1 1"), "#RRGGBB"),
        (action("setHorizontalAlignment", "left", at="0 0 1 1"), "horizontal"),
        (action("setBorderProperty", "edge_bottom", "line_style", "thin", at="0 0 1 1"), "Unknown border line style"),
        (action("setBorderProperty", "bottom", "weight", "thin", at="0 0 1 1"), "Unknown border side"),
        (action("setRowHidden", 1, at="0 0 1 1"), "must be a boolean"),
        (action("setColumnWidth", 1400, at="0 0 1 1"), "255"),
        (action("setRowHeight", 410, at="0 0 1 1"), "409"),
        (action("setNumberFormat", "0;0;0;@;0", at="0 0 1 1"), "four parts"),
        (action("setNumberFormat", '0"x', at="0 0 1 1"), "quotation"),
        (action("setValues", at="1048575 0 2 1", values=[[1], [2]]), "1,048,576"),
        (action("setValues", at="0 0 1 1", values=[[1]], sheet=7), "no sheet at position 7"),
        (action("addHyperlink", "https://x.org", None, "tip", at="0 0 1 1"), "toString"),
        (action("runMacro", "nobody"), "not a function"),
        (action("setDataValidationList", {"type": "literal", "values": ["a,b"]}, True, at="0 0 1 1"), "without separators"),
        (action("setDataValidationList", {"type": "literal", "values": ["x" * 128, "y" * 128]}, True, at="0 0 1 1"), "255"),
        (action("setDataValidationList", {"type": "name", "name": "Nobody"}, True, at="0 0 1 1"), "exists"),
        (action("setDataValidationRule", {"type": "decimal", "operator": "at_least", "formula1": "0"}, at="0 0 1 1"), "operator"),
        (action("addConditionalFormat", {"type": "Custom", "formula": "A1>1"}, at="0 0 1 1"), "starting with '='"),
        (action("addConditionalFormat", {"type": "Custom", "formula": "=A1>1", "colour": 1}, at="0 0 1 1"), "Invalid Custom"),
        (action("addConditionalFormat", {"type": "Custom", "formula": "=T[x]>1"}, at="0 0 1 1"), "structured"),
        (action("addConditionalFormat", {"type": "CellValue", "operator": "Between", "formula1": "1"}, at="0 0 1 1"), "formula2"),
    ],
)  # fmt: skip
def test_refused(book: Book, wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ActionFailed, match=words):
        run(book, wrong)


def test_conditional_formats_come_first(book: Book, tmp_path: Path) -> None:
    """AddConditionalFormat gives the newest rule the highest priority."""
    bar = {
        "type": "DataBar", "bar_color": "#0F5C5C", "gradient": False, "show_value": True,
        "threshold_types": ["LowestValue", "HighestValue"], "thresholds": [None, None],
    }  # fmt: skip
    rule = {"type": "CellValue", "operator": "LessThan", "formula1": "=0", "font_color": "#AA0000"}
    run(book, action("addConditionalFormat", bar, at="0 0 5 1"), action("addConditionalFormat", rule, at="0 0 5 1"))
    book.save(tmp_path / "c.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "c.xlsx")["Sheet1"]
    rules = {each.type: (each.priority, each.formula) for part in sheet.conditional_formatting for each in part.rules}
    assert rules == {"cellIs": (1, ["0"]), "dataBar": (2, [])}
    run(book, action("clearConditionalFormats", at="1 0 1 1"))
    assert sorted(str(each.sqref) for each in book.sheets[0].conditional_formatting) == ["A1 A3:A5"]


def test_validation_of_a_part_is_taken_out(book: Book) -> None:
    rule = {"type": "decimal", "operator": "greater_than_or_equal", "formula1": "0", "formula2": None}
    run(book, action("setDataValidationRule", rule, at="0 0 9 1"), action("deleteDataValidation", at="3 0 1 1"))
    (kept,) = book.sheets[0].data_validations.dataValidation
    assert (str(kept.sqref), kept.operator, kept.formula1) == ("A1:A3 A5:A9", "greaterThanOrEqual", "0")
    with pytest.raises(ActionFailed, match="different validation rules"):
        run(book, action("setDataValidationRule", rule, at="2 0 2 1"))


def test_notes_and_links(book: Book) -> None:
    run(book, action("addNote", "$B$5", "why"), action("addHyperlink", "#'Other'!A1", "Go", "there", at="0 0 1 1"))
    sheet = book.sheets[0]
    assert (sheet["B5"].comment.text, sheet["A1"].value, sheet["A1"].hyperlink.location) == ("why", "Go", "'Other'!A1")
    with pytest.raises(ActionFailed, match="already exists"):
        run(book, action("addNote", "$B$5", "again"))


# --- charts


def chart(book: Book, *more: dict[str, Any]) -> None:
    values = [["School", "Staff", "Materials"], ["Alder", 10, 1], ["Birch", 20, 2], ["Cedar", 30, 3]]
    add = action("addChart", "By kind", "ColumnStacked", "Other", "A1:C4", 10, 20, 400, 250, None, None, 201)
    run(book, action("setValues", at="0 0 4 3", values=values, sheet=1), add, *more)


def test_a_chart_and_what_is_set_of_it(book: Book, tmp_path: Path) -> None:
    """Four rows and three columns: the columns are the series, the first column names the points."""
    chart(
        book,
        action("setChartTitle", 0, "Staff takes most"), action("setChartAxis", 0, "value", {"title": "Dollars", "number_format": "$#,##0"}),
        action("setChartSeries", 0, 1, {"fill_color": "#123456"}), action("setChartLegend", 0, "position", "Right"),
    )  # fmt: skip
    book.save(tmp_path / "c.xlsx")
    (found,) = open_book(tmp_path / "c.xlsx").charts["Sheet1"]
    assert (found.name, found.kind, found.title, found.legend) == ("By kind", "ColumnStacked", "Staff takes most", "Right")
    series = [(each.name, each.values, each.categories) for each in found.series]
    assert [tuple(str(text).replace("'", "") for text in each) for each in series] == [
        ("Other!$B$1", "Other!$B$2:$B$4", "Other!$A$2:$A$4"), ("Other!$C$1", "Other!$C$2:$C$4", "Other!$A$2:$A$4"),
    ]  # fmt: skip
    assert found.axes == {"value": {"title": "Dollars"}}
    assert [round(each) for each in (found.left, found.top, found.width, found.height)] == [10, 20, 400, 250]


def test_series_by_rows(book: Book) -> None:
    chart(book, action("setChartSourceData", 0, "Other", "A1:C4", "Rows"))
    assert [each.name for each in book.charts["Sheet1"][0].series] == ["Other!$A$2", "Other!$A$3", "Other!$A$4"]


def test_a_chart_without_title_says_so(book: Book, tmp_path: Path) -> None:
    chart(book, action("setChartTitle", 0, None), action("setChartLegend", 0, "visible", False))
    book.save(tmp_path / "c.xlsx")
    (found,) = open_book(tmp_path / "c.xlsx").charts["Sheet1"]
    assert (found.title, found.legend) == (None, None)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (action("setChartAxis", 0, "y", {"title": "x"}), "Unknown chart axis type"),
        (action("setChartAxis", 0, "value", {"titel": "x"}), "Unknown chart axis attribute"),
        (action("setChartAxis", 0, "value", {"major_unit": 0}), "positive"),
        (action("setChartAxis", 0, "secondary_value", {"title": "x"}), "no secondary axis group"),
        (action("setChartSeries", 0, 5, {"name": "x"}), "No chart series at index 5"),
        (action("setChartSeries", 0, 0, {"marker_size": 1}), "2 to 72"),
        (action("setChartLegend", 0, "place", "Right"), "Unknown chart legend"),
        (action("setChartTitle", 1, "x"), "No chart at index 1"),
        (action("setChartType", 0, "column"), "no such type"),
        (action("setChartStyle", 0, 100), "style is"),
        (action("setChartSourceData", 0, "Nowhere", "A1:B2"), "no such sheet"),
        (action("setChartPosition", 0, "width", -5), "length in points"),
    ],
)
def test_charts_refuse(book: Book, wrong: dict[str, Any], words: str) -> None:
    """The last action's orders are synchronized by the end of the run."""
    with pytest.raises(ActionFailed, match=words):
        chart(book, wrong)
