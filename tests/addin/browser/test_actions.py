"""Every action of xlwings' JavaScript that a renderer may use runs on the stub, one after the other in one workbook."""

# ruff: noqa: FBT003 - the arguments are JSON of a protocol that is not ours
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tools.browser.pane import Pane


def action(name: str, *arguments: Any, **place: Any) -> dict[str, Any]:
    """An action as the server's answer holds it, by default on Sheet1!A1:B3."""
    return {"func": name, "args": list(arguments), "sheet_position": 0, "start_row": 0, "start_column": 0, "row_count": 3, "column_count": 2, **place}


ACTIONS = [
    action("setValues", values=[["code", "n"], ["b", 2], ["a", 1]]),
    action("rangeSort", [1], [True], True),
    action("setRangeColors", [["#FF0000", None], ["keep", "#00FF00"], [None, None]]),
    action("setBorderProperty", "edge_bottom", "line_style", "continuous"),
    action("setBorderProperty", "inside_horizontal", "color", "#112233"),
    action("setBorderProperty", "edge_top", "weight", "thick"),
    action("setHorizontalAlignment", "Center"),
    action("setVerticalAlignment", "Top"),
    action("setAutofit", "columns"),
    action("setAutofit", "rows"),
    action("setSheetAutofit", "columns"),
    action("setPrintArea", "$A$1:$B$9"),
    action("setPrintArea", None),
    action("addNote", "A1", "hello"),
    action("setNoteText", "A1", "hi"),
    action("deleteNote", "A1"),
    action("addComment", "B1", "c"),
    action("setCommentText", None, "B1", "d"),
    action("setCommentResolved", None, "B1", True),
    action("addCommentReply", None, "B1", "r"),
    action("deleteComment", None, "B1"),
    action("setRowHidden", True, start_row=8, row_count=1),
    action("setColumnHidden", True, start_column=8, column_count=1),
    action("rangeGroup", "columns", start_column=5),
    action("rangeUngroup", "columns", start_column=5),
    action("rangeReplaceAll", "a", "z", True, False),
    action("rangeRemoveDuplicates", [1], True),
    action("rangeMerge", False, start_row=20),
    action("rangeUnmerge", start_row=20),
    action("rangeAdjustIndent", 1),
    action("copyRange", 0, "E1"),
    action("copyFromRange", 0, "A1:B3", "Values", False, False, start_column=6),
    action("moveRange", 0, "K1", start_column=6),
    action("rangeInsert", "down", row_count=1, start_column=20),
    action("rangeDelete", "up", row_count=1, start_column=20),
    action("rangeSelect"),
    action("rangeClearContents", start_column=10),
    action("rangeClearFormats", start_column=10),
    action("rangeClear", start_column=10),
    action("applyAutoFilterRange", 1, {"type": "values", "values": ["a"]}),
    action("clearAutoFilterRange", None),
    action("addSheet", 1, "Two"),
    action("setSheetName", "Zwei", sheet_position=1),
    action("setSheetPosition", 0, sheet_position=1),
    action("setSheetPosition", 1, sheet_position=0),
    action("setSheetVisibility", "Hidden", sheet_position=1),
    action("setSheetVisibility", "Visible", sheet_position=1),
    action("copySheet", "After", "0", "Copy"),
    action("setShowGridlines", False),
    action("calculate"),
    action("save"),
    action("setCalculation", "Manual"),
    action("setScreenUpdating", False),
    action("addTable", "A1:B3", True, "TableStyleLight1", "Pupils"),
    action("addTableRow", 0, 2, ["x", 5]),
    action("deleteTableRow", 0, 2),
    action("addTableColumn", 0, 2, "new"),
    action("deleteTableColumn", 0, "new"),
    action("tableSort", 0, [2], [False]),
    action("applyAutoFilterTable", 0, 1, {"type": "top_items", "value": 3}),
    action("clearAutoFilterTable", 0, None),
    action("setTableName", 0, "Students"),
    action("resizeTable", 0, "A1:B9"),
    action("showAutofilterTable", 0, False),
    action("showHeadersTable", 0, True),
    action("showTotalsTable", 0, True),
    action("showTotalsTable", 0, False),
    action("showTableStyleFirstColumn", 0, True),
    action("showTableStyleLastColumn", 0, True),
    action("showTableStyleColumnStripes", 0, True),
    action("setTableStyle", 0, "TableStyleMedium3"),
    action("setRangeName", "data"),
    action("setNameRefersTo", "data", True, None, "=Sheet1!$A$1"),
    action("nameDelete", 0, 0, "data", 0, True, None),
    action("setDataValidationRule", {"type": "whole_number", "operator": "between", "formula1": "1", "formula2": "5"}),
    action("setDataValidationList", {"type": "range", "sheet_position": 0, "start_row": 0, "start_column": 0, "row_count": 3, "column_count": 1}, True),
    action("deleteDataValidation"),
    action("addConditionalFormat", {"type": "CellValue", "operator": "GreaterThan", "formula1": "=1", "fill_color": "#ff0000", "stop_if_true": False}),
    action("addConditionalFormat", {"type": "ColorScale", "colors": ["#ff0000", "#00ff00"], "threshold_types": ["LowestValue", "HighestValue"], "thresholds": [None, None]}),
    action("addConditionalFormat", {"type": "IconSet", "icon_set": "ThreeArrows", "show_value": True, "reverse_order": False, "threshold_types": ["Percent", "Percent"], "thresholds": [33, 67]}),
    action("addConditionalFormat", {"type": "DataBar", "bar_color": "#123456", "gradient": True, "show_value": True, "threshold_types": ["Automatic", "Automatic"], "thresholds": [None, None]}),
    action("clearConditionalFormats"),
    action("addChart", "C1", "ColumnClustered", "Sheet1", "A1:B4", None, None, 300, 200, "Columns", "D2", 201),
    action("setChartAxis", 0, "value", {"title": "FTE", "minimum_scale": 0, "number_format": "0.0", "reverse_order": False}),
    action("setChartAxis", 0, "category", {"reverse_order": True, "title": None}),
    action("setChartSeries", 0, 0, {"name": "x", "fill_color": "#0F5C5C", "line_color": "#0F5C5C"}),
    action("setChartLegend", 0, "position", "Bottom"),
    action("setChartPlotBy", 0, "Columns"),
    action("setChartStyle", 0, 201),
    action("setChartSourceData", 0, "Sheet1", "A1:B4", "Columns"),
    action("setChartXAxisValues", 0, "Sheet1", "A2:A4"),
    action("setChartTitle", 0, None),
    action("setChartPosition", 0, "left", 50),
    action("setChartType", 0, "BarStacked"),
    action("setChartName", 0, "C2"),
    action("deleteChart", 0),
    action("addHyperlink", "https://x.org", "t", "s"),
    action("freezePaneAtRange", "$A$1:$B$2"),
    action("freezePaneUnfreeze"),
    action("sheetClearFormats", sheet_position=1),
    action("sheetClearContents", sheet_position=1),
    action("sheetClear", sheet_position=1),
    action("sheetDelete", sheet_position=1),
    action("activateSheet", 0),
    action("setFontProperty", "bold", True),
    action("setNumberFormat", "0.0"),
    action("setFormula", values=[["=1+1"]], start_row=30, row_count=1, column_count=1),
    action("setRangeColor", "#E8F0F0"),
    action("setRangeColor", None),
    action("setWrapText", True),
    action("setRowHeight", 20),
    action("setColumnWidth", 60),
    action("namesAdd", "_apportion", "='Sheet1'!$A$1"),
    action("showTableStyleRowStripes", 0, False),
]  # fmt: skip
# Pictures, shapes and pivot tables are nothing that Apportion makes; the last two answers come from test_scripts.
NOT_HERE = {
    "addPicture", "addPivotField", "addPivotTable", "addPivotValueField", "deletePicture", "deletePivotTable", "deleteShape", "rangeAutofill", "refreshPivotTable", "removePivotField",
    "removePivotValueField", "scaleShape", "setConditionalFormat", "deleteConditionalFormat", "setFormulaArray", "setPictureHeight", "setPictureLeft", "setPictureLockAspectRatio", "setPictureName",
    "setPictureTop", "setPictureWidth", "setPivotLayout", "setPivotTableName", "setPivotValueField", "setShapeFontProperty", "setShapeHeight", "setShapeLeft", "setShapeName", "setShapeText",
    "setShapeTop", "setShapeWidth", "updatePicture", "alert", "runMacro",
}  # fmt: skip
# What a script can ask of a range while it runs.
READS = (
    "values", "formulas", "number_format", "color", "colors", "wrap_text", "horizontal_alignment", "vertical_alignment", "column_width", "row_height", "row_hidden", "column_hidden", "left", "top",
    "width", "height", "font", "hyperlink", "current_region", "merge_area", "merge_cells", "table", "data_validation", "conditional_formats", "borders",
)  # fmt: skip
APPLY = "action => xlwings.runActions({actions: [action]}).then(() => null, (error) => error.message)"
READ = "key => xlwings.getRangeData('Sheet1', 'A1:B2', [key]).then(() => null, (error) => error.message)"


def test_every_action_runs_and_every_range_can_be_read(open_pane: Callable[..., Pane]) -> None:
    pane = open_pane()
    refused = {f"{each['func']}{each['args']}": pane.page.evaluate(APPLY, each) for each in ACTIONS}
    unread = {key: pane.page.evaluate(READ, key) for key in READS}
    assert {name: why for name, why in {**refused, **unread}.items() if why} == {}


def test_no_action_is_forgotten(open_pane: Callable[..., Pane]) -> None:
    """The list of actions is xlwings' own; a new one is either run here or named as not needed."""
    known = {name for name in open_pane().page.evaluate("Object.keys(callbacks)") if not name.startswith("apportion")}
    assert known == {each["func"] for each in ACTIONS} | NOT_HERE


@pytest.mark.parametrize("name", ["T1", "R1C1", "my table"])
def test_table_names_that_look_like_cells(open_pane: Callable[..., Pane], name: str) -> None:
    message = open_pane().page.evaluate(APPLY, action("addTable", "A1:B3", True, None, name))
    assert f'"{name}" cannot be the name of a table' in message
