"""The stub of Excel against what Microsoft documents of Excel.

Sources, under https://learn.microsoft.com/en-us/: "Application-specific API model" and "Excel JavaScript object model"
(office/dev/add-ins: proxies, load, sync, null objects), the pages of Excel.Range, Excel.Table, Excel.Worksheet,
Excel.ConditionalFormatCollection and Excel.DataValidation (javascript/api/excel); under https://support.microsoft.com:
"Rename a worksheet", "Names in formulas", "Stop automatically changing numbers to dates", "Excel specifications and
limits". A case is JavaScript in Excel.run, where `sheet` is Sheet1, and what it gives; errors as "Code: message".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from tools.browser.pane import Pane
    from tools.served import Served

from tools.browser import pane as panes


@pytest.fixture(scope="module")
def page(browser: Browser, apportion: Served) -> Iterator[Pane]:
    pane = panes.Pane(browser, apportion.address)
    yield pane
    pane.close()


@pytest.fixture
def excel(page: Pane) -> Callable[[str], Any]:
    """Run JavaScript over a new, empty workbook."""
    page.page.evaluate("__office.load({})")
    return lambda body: page.excel(f'const sheet = context.workbook.worksheets.getItem("Sheet1");\n{body}')


READ = 'const r = sheet.getRange("{0}").load("{1}"); await context.sync(); return r.{1};'


def test_a_property_is_read_after_load_and_sync_only(excel: Callable[[str], Any]) -> None:
    assert excel('return sheet.getRange("A1").address;').startswith("PropertyNotLoaded: The property 'address'")
    assert excel('const r = sheet.getRange("A1").load("address"); return r.address;').startswith("PropertyNotLoaded")
    assert excel('const r = sheet.getRange("A1").load("address"); await context.sync(); return r.values;').startswith("PropertyNotLoaded")
    assert excel(READ.format("A1", "address")) == "Sheet1!A1"


def test_what_was_set_is_in_the_workbook_after_sync_only(excel: Callable[[str], Any]) -> None:
    """Calls wait in the queue; and what was loaded stays as it was until it is loaded again."""
    body = """
      const r = sheet.getRange("A1").load("values"); await context.sync();
      sheet.getRange("A1").values = [[5]]; const before = __office.dump().sheets[0].cells.A1;
      await context.sync(); const stale = r.values;
      r.load("values"); await context.sync(); return [before ?? null, stale, r.values];
    """
    assert excel(body) == [None, [[""]], [[5]]]


def test_members_that_do_not_exist_name_themselves(excel: Callable[[str], Any]) -> None:
    assert "Range.colour is not known" in excel('return sheet.getRange("A1").colour;')
    assert "RangeFont.weight is not known" in excel('sheet.getRange("A1").format.font.weight = 3;')
    assert 'no property "valus"' in excel('sheet.getRange("A1").load("valus"); await context.sync();')
    assert "can only be read" in excel('sheet.getRange("A1").address = "B2";')
    assert "Excel.nothing is not known" in excel("return Excel.nothing;")


def test_missing_items(excel: Callable[[str], Any]) -> None:
    """What getItem asks for fails at sync; getItemOrNullObject gives an object that says so (and not before sync)."""
    assert excel('context.workbook.worksheets.getItem("No"); await context.sync();').startswith("ItemNotFound")
    body = 'const s = context.workbook.worksheets.getItemOrNullObject("No"); {0} return s.isNullObject;'
    assert excel(body.format("")).startswith("PropertyNotLoaded")
    assert excel(body.format("await context.sync();")) is True
    assert excel('const n = sheet.getUsedRangeOrNullObject(true).load("address"); await context.sync(); return n.isNullObject;') is True


def test_a_failing_batch_keeps_what_came_before(excel: Callable[[str], Any]) -> None:
    """Batches are no transactions: the calls before the failing one are done, those after it are not."""
    body = """
      sheet.getRange("A1").values = [[1]]; sheet.getRange("A2:A3").values = [[1]]; sheet.getRange("A4:B4").values = [[1], [2]];
      sheet.getRange("A5").values = [[1]];
      try { await context.sync(); } catch (error) { return [error.code, Object.keys(__office.dump().sheets[0].cells)]; }
    """
    assert excel(body) == ["InvalidArgument", ["A1", "A2", "A3"]]


def test_objects_belong_to_their_context(excel: Callable[[str], Any]) -> None:
    body = 'const other = new Excel.RequestContext(); const r = other.workbook.worksheets.getItem("Sheet1").getRange("A1"); await other.sync();'
    assert excel(f'{body} sheet.getRange("B1").copyFrom(r); await context.sync();').startswith("InvalidRequestContext")


# entry, the value, its formula or None, the number format of a cell that was General
TYPED = [
    ("007", 7, None, "General"),
    ("1-2", 46024, None, "d-mmm"),  # 2 January 2026, the stub's year
    ("9-12", 46277, None, "d-mmm"),  # grades 9 to 12 become 12 September
    ("K-5", "K-5", None, "General"),
    ("13-14", "13-14", None, "General"),  # there is no month 13
    ("1/2/2026", 46024, None, "m/d/yyyy"),
    ("2026-01-02", 46024, None, "m/d/yyyy"),
    ("Jan-26", 46048, None, "d-mmm"),
    ("2026-27", "2026-27", None, "General"),
    ("5:30", 0.22916666666666666, None, "h:mm"),
    ("1,234.5", 1234.5, None, "#,##0.00"),
    ("12,34", "12,34", None, "General"),
    ("$1,200", 1200, None, '"$"#,##0_);[Red]\\("$"#,##0\\)'),
    ("MAR1", 46082, None, "d-mmm"),  # the name of a gene
    ("2026/7", 46204, None, "mmm-yy"),
    ("1-2-3", 37623, None, "m/d/yyyy"),  # 2 January 2003
    ("5 PM", 17 / 24, None, "h:mm AM/PM"),
    ("25:00", 25 / 24, None, "[h]:mm:ss"),
    ("1/1/1900", 1, None, "m/d/yyyy"),
    ("1/1/2026 12:00", 46023.5, None, "m/d/yyyy h:mm"),
    ("@x", 0, "=@x", "General"),
    ("12%", 0.12, None, "0%"),
    ("(5)", -5, None, "General"),
    ("1e3", 1000, None, "0.00E+00"),
    ("1E", "1E", None, "General"),
    (" 5 ", 5, None, "General"),
    ("true", True, None, "General"),
    ("#N/A", "#N/A", None, "General"),
    ("=1+1", 0, "=1+1", "General"),  # the stub does not calculate
    ("+1+1", 0, "=+1+1", "General"),  # a leading plus or minus sign makes a formula
    ("-", "-", None, "General"),
    ("'007", "007", None, "General"),
    ("'=x", "=x", None, "General"),
    ("''x", "'x", None, "General"),
    ("Grade 3", "Grade 3", None, "General"),
    ("", "", None, "General"),
]


@pytest.mark.parametrize(("entry", "value", "formula", "number_format"), TYPED)
def test_values_are_read_as_if_typed(excel: Callable[[str], Any], entry: str, value: Any, formula: str | None, number_format: str) -> None:
    body = f"""
      const r = sheet.getRange("A1"); r.values = [[{entry!r}]]; r.load("values,formulas,numberFormat"); await context.sync();
      return [r.values[0][0], r.formulas[0][0], r.numberFormat[0][0]];
    """
    assert excel(body) == [value, formula or value, number_format]


def test_a_text_cell_takes_text(excel: Callable[[str], Any]) -> None:
    body = 'const r = sheet.getRange("A1:D1"); r.numberFormat = [["@"]]; r.values = [["007", "=x", 5, true]]; r.load("values"); await context.sync(); return r.values;'
    assert excel(body) == [["007", "=x", "5", "TRUE"]]


def test_null_leaves_a_cell_and_an_empty_text_clears_it(excel: Callable[[str], Any]) -> None:
    body = 'const r = sheet.getRange("A1:C1"); r.values = [[1, 2, 3]]; r.values = [[null, "", 9]]; r.load("values"); await context.sync(); return r.values;'
    assert excel(body) == [[1, "", 9]]


INVALID = [
    ('sheet.getRange("A1:B2").values = [[1, 2, 3], [4, 5, 6]];', "doesn't match the size"),
    ('sheet.getRange("A1:B2").values = [1, 2];', "doesn't match the size"),
    ('sheet.getRange("A1").values = [[NaN]];', "no value of a cell"),
    ('sheet.getRange("A1").values = [["x".repeat(40000)]];', "32,767"),
    ('sheet.getRange("A1048577");', "no range"),
    ('sheet.getRange("ABCD1");', "no range"),
    ("sheet.getRangeByIndexes(0, 0, 0, 1);", "outside the sheet"),
    ('sheet.getRange("A1").format.fill.color = null;', "no color"),
    ('sheet.getRange("A1").format.fill.color = "grey-ish";', "no color"),
    ('sheet.getRange("A1").format.horizontalAlignment = "middle";', "is none of"),
    ('sheet.getRange("A1").numberFormat = [["0;0;0;0;0"]];', "no number format"),
    ('sheet.getRange("A1").formulas = [["=SUM(A2"]];', "parenthesis is not closed"),
    ('sheet.getRange("A1").formulas = [["=SUM(A2;A3)"]];', "commas"),
    ('sheet.getRange("A1").formulas = [["=Missing!A1"]];', 'no sheet "Missing"'),
    ('sheet.getRange("A1").formulas = [["=\'My sheet\'!A1+1"]];', 'no sheet "My sheet"'),
    ('sheet.getRange("A1").formulas = [["=SUM(Missing[FTE])"]];', 'no table "Missing"'),
    ('sheet.getRange("A1").formulas = [["=_xlfn.IFS(A2,1)"]];', "not typed"),
    ('sheet.getRange("A1").formulas = [["=1+"]];', "no operand"),
    ('sheet.name = "a/b";', "name of a sheet"),
    ('sheet.name = "x".repeat(32);', "name of a sheet"),
    ('sheet.name = "History";', "name of a sheet"),
    ('sheet.name = "\'x";', "name of a sheet"),
    ('context.workbook.names.add("A1", "=1");', "cannot be a name"),
    ('context.workbook.names.add("two words", "=1");', "cannot be a name"),
    ('context.workbook.names.add("R1C1", "=1");', "cannot be a name"),
    ('context.workbook.names.add("a", "=1"); context.workbook.names.add("A", "=2");', "already a name"),
    ('sheet.tables.add("A1:B3", true).name = "C";', "name of a table"),
    ('sheet.tables.add("A1:B3", true).name = "my table";', "name of a table"),
    ('sheet.tables.add("A1:B3", true); sheet.tables.add("B2:C4", true);', "overlap"),
    ('sheet.tables.add("A1:B3", true).style = "TableStyleLight99";', "no table style"),
    ('sheet.tables.add("A1:B3", true).resize("A2:B4");', "same row"),
    ('sheet.charts.add("Bars", sheet.getRange("A1:B3"));', "no type of chart"),
    ('sheet.getRange("A1").dataValidation.rule = { list: { source: "x".repeat(256) } };', "255"),
    ('sheet.getRange("A1").dataValidation.rule = { list: { source: "=Missing" } };', "not defined"),
    ('sheet.getRange("A1").dataValidation.rule = {};', "exactly one"),
    ('sheet.getRange("A1").conditionalFormats.add("Custom").custom.rule.formula = "A1>1";', "no formula"),
    ('sheet.getRange("A1").hyperlink = { textToDisplay: "x" };', "leads to"),
    ('sheet.getRange("A1").ungroup("ByColumns");', "not grouped"),
    ('sheet.visibility = "Hidden";', "at least one visible"),
    ("sheet.delete();", "at least one visible"),
]


@pytest.mark.parametrize(("body", "words"), INVALID)
def test_what_excel_refuses(excel: Callable[[str], Any], body: str, words: str) -> None:
    answer = excel(f"{body} await context.sync();")
    assert answer.startswith(("InvalidArgument", "InvalidOperation"))
    assert words in answer


def test_two_sheets_of_one_name(excel: Callable[[str], Any]) -> None:
    assert excel('context.workbook.worksheets.add("sheet1"); await context.sync();').startswith("ItemAlreadyExists")


def test_a_table_names_its_columns(excel: Callable[[str], Any]) -> None:
    """Headers are texts, never empty and never twice the same; writing a header cell renames the column."""
    body = """
      sheet.getRange("A1:D1").values = [["code", "", 2027, "code"]];
      const table = sheet.tables.add("A1:D3", true); table.columns.load("items/name"); table.load("name"); await context.sync();
      const first = table.columns.items.map((c) => c.name);
      sheet.getRange("F1").formulas = [[`=SUM(${table.name}[2027])`]]; sheet.getRange("C1").values = [["Year"]];
      table.columns.load("items/name"); const f = sheet.getRange("F1").load("formulas"); await context.sync();
      return [first, table.columns.items.map((c) => c.name), f.formulas[0][0]];
    """
    assert excel(body) == [["code", "Column2", "2027", "code2"], ["code", "Column2", "Year", "code2"], "=SUM(Table1[Year])"]


def test_a_total_row_is_added_below_and_taken_away(excel: Callable[[str], Any]) -> None:
    body = """
      sheet.getRange("A1:B3").values = [["school", "FTE"], ["116", 2], ["117", 3]];
      const table = sheet.tables.add("A1:B3", true); table.showTotals = true;
      const on = table.getRange().load("address"), total = table.getTotalRowRange().load("formulas"), body = table.getDataBodyRange().load("address");
      await context.sync(); table.showTotals = false; const off = table.getRange().load("address"), below = sheet.getRange("A4:B4").load("values"); await context.sync();
      return [on.address, total.formulas, body.address, off.address, below.values];
    """
    assert excel(body) == ["Sheet1!A1:B4", [["Total", "=SUBTOTAL(109,[FTE])"]], "Sheet1!A2:B3", "Sheet1!A1:B3", [["", ""]]]


SURVIVES = """
  sheet.getRange("A1:B3").values = [["school", "FTE"], ["116", 2], ["117", 3]];
  const table = sheet.tables.add("A1:B3", true); table.name = "Allocations";
  sheet.getRange("D1").formulas = [["=SUM(Allocations[FTE])"]]; await context.sync();
  {0} await context.sync();
  const f = sheet.getRange("D1").load("formulas"); await context.sync(); return f.formulas[0][0];
"""


@pytest.mark.parametrize(
    ("change", "formula"),
    [
        ('table.resize("A1:B9");', "=SUM(Allocations[FTE])"),
        ('table.getDataBodyRange().clear("Contents");', "=SUM(Allocations[FTE])"),
        ('table.name = "Results";', "=SUM(Results[FTE])"),
        ("table.delete();", "=SUM(#REF!)"),
        ("table.convertToRange();", "=SUM(#REF!)"),
        ('sheet.getRange("A1:B3").clear();', "=SUM(#REF!)"),  # clearing all of a table takes the table away
    ],
)
def test_formulas_follow_their_table(excel: Callable[[str], Any], change: str, formula: str) -> None:
    assert excel(SURVIVES.replace("{0}", change)) == formula


def test_formulas_follow_their_sheet(excel: Callable[[str], Any]) -> None:
    body = """
      const other = context.workbook.worksheets.add("Rates"); sheet.getRange("A1").formulas = [["=Rates!A1+Rates!B2:B3"]]; await context.sync();
      other.name = "Rates 2027"; const renamed = sheet.getRange("A1").load("formulas"); await context.sync();
      other.delete(); const gone = sheet.getRange("A1").load("formulas"); await context.sync(); return [renamed.formulas[0][0], gone.formulas[0][0]];
    """
    assert excel(body) == ["='Rates 2027'!A1+'Rates 2027'!B2:B3", "=#REF!+#REF!"]


def test_formats_of_a_range_that_differ_are_null(excel: Callable[[str], Any]) -> None:
    body = """
      sheet.getRange("A1:A2").format.font.bold = true; sheet.getRange("A1").format.fill.color = "orange";
      const r = sheet.getRange("A1:A2").load("format/font/bold,format/fill/color"), b = sheet.getRange("A1:B1").load("format/font/bold"), a = sheet.getRange("A1").load("format/fill/color");
      await context.sync(); return [r.format.font.bold, r.format.fill.color, b.format.font.bold, a.format.fill.color];
    """
    assert excel(body) == [True, "", None, "#FFA500"]


def test_whole_columns_are_formatted_without_making_cells(excel: Callable[[str], Any]) -> None:
    body = """
      sheet.getRange("B2").values = [[1]]; sheet.getRange("B:C").numberFormat = [["0.0"]]; sheet.getRange("A:A").format.columnWidth = 100;
      const r = sheet.getRange("B2:C3").load("numberFormat"), b = sheet.getRange("B1").load("left"); await context.sync();
      return [r.numberFormat, b.left, Object.keys(__office.dump().sheets[0].cells)];
    """
    assert excel(body) == [[["0.0", "0.0"], ["0.0", "0.0"]], 100, ["B2"]]


def test_a_new_conditional_format_comes_first(excel: Callable[[str], Any]) -> None:
    body = """
      const list = sheet.getRange("A1:A9").conditionalFormats;
      list.add("Custom").custom.rule.formula = "=$A1>1"; list.add("DataBar"); list.load("items/type,items/priority"); await context.sync();
      const before = list.items.map((c) => [c.priority, c.type]); sheet.getRange("A1:A5").conditionalFormats.clearAll(); await context.sync();
      return [before, __office.dump().sheets[0].conditionalFormats.map((c) => c.areas)];
    """
    assert excel(body) == [[[0, "DataBar"], [1, "Custom"]], [["A6:A9"], ["A6:A9"]]]


def test_validation_of_a_part(excel: Callable[[str], Any]) -> None:
    body = """
      sheet.getRange("A1:A4").dataValidation.rule = { wholeNumber: { formula1: 0, operator: "GreaterThanOrEqualTo" } };
      sheet.getRange("A3").dataValidation.clear();
      const a = sheet.getRange("A1:A2").dataValidation.load("type"), b = sheet.getRange("A1:A4").dataValidation.load("type"), c = sheet.getRange("A3").dataValidation.load("type");
      await context.sync(); return [a.type, b.type, c.type];
    """
    assert excel(body) == ["WholeNumber", "Inconsistent", "None"]


def test_a_hyperlink_changes_text_and_look(excel: Callable[[str], Any]) -> None:
    body = """
      const r = sheet.getRange("A1"); r.values = [[5]]; r.hyperlink = { documentReference: "Sheet1!B2", textToDisplay: "there" };
      r.load("values,hyperlink,format/font/underline"); await context.sync(); return [r.values[0][0], r.hyperlink.documentReference, r.format.font.underline];
    """
    assert excel(body) == ["there", "Sheet1!B2", "Single"]


def test_panes(excel: Callable[[str], Any]) -> None:
    body = 'sheet.freezePanes.freezeAt("A1:B5"); const l = sheet.freezePanes.getLocationOrNullObject().load("address"); await context.sync(); return l.address;'
    assert excel(body) == "Sheet1!A1:B5"
    assert excel("sheet.freezePanes.freezeRows(5); await context.sync(); return __office.dump().sheets[0].freeze;") == {"rows": 5, "columns": 0}


def test_page_breaks(excel: Callable[[str], Any]) -> None:
    """A break stands above the cell that is given; rows count from 0. Source: Excel.PageBreakCollection."""
    add = 'sheet.horizontalPageBreaks.removePageBreaks(); for (const cell of ["A5", "A9"]) sheet.horizontalPageBreaks.add(cell);'
    assert excel(f"{add} await context.sync(); return __office.dump().sheets[0].print.breaks;") == [4, 8]


@pytest.mark.parametrize(
    ("values", "by", "series"),
    [
        ([["", "FTE", "dollars"], ["116", 1, 2], ["117", 3, 4], ["118", 5, 6]], "Auto", [["FTE", "Sheet1!$B$2:$B$4", "Sheet1!$A$2:$A$4"], ["dollars", "Sheet1!$C$2:$C$4", "Sheet1!$A$2:$A$4"]]),
        ([["", "A", "B"], ["FTE", 1, 2]], "Rows", [["FTE", "Sheet1!$B$2:$C$2", "Sheet1!$B$1:$C$1"]]),
        ([[1], [2], [3]], "Columns", [["Series1", "Sheet1!$A$1:$A$3", None]]),
    ],
)
def test_series_of_a_chart_come_from_its_range(excel: Callable[[str], Any], values: list[list[Any]], by: str, series: list[Any]) -> None:
    body = f"""
      const r = sheet.getRangeByIndexes(0, 0, {len(values)}, {len(values[0])}); r.values = {str(values).replace("None", "null")};
      r.getColumn(0).numberFormat = [["@"]]; r.values = {values}; sheet.charts.add("ColumnClustered", r, "{by}"); await context.sync();
      return __office.dump().sheets[0].charts[0].series.map((s) => [s.name, s.values, s.categories ?? null]);
    """
    if by == "Columns":
        body = body.replace('r.getColumn(0).numberFormat = [["@"]];', "")
    assert excel(body) == series


def test_a_protected_sheet(excel: Callable[[str], Any]) -> None:
    body = """
      sheet.getRange("B1").format.protection.locked = false; sheet.protection.protect({}); await context.sync();
      sheet.getRange("B1").values = [[1]]; await context.sync(); sheet.getRange("A1").values = [[1]]; await context.sync();
    """
    assert excel(body).startswith("AccessDenied")


def test_selection_tells_its_listeners(excel: Callable[[str], Any]) -> None:
    body = """
      const seen = []; sheet.onSelectionChanged.add(async (event) => seen.push(event.address)); await context.sync();
      await __office.select("Sheet1!C3"); await new Promise((done) => setTimeout(done, 20));
      const r = context.workbook.getSelectedRange().load("address"); await context.sync(); return [seen, r.address];
    """
    assert excel(body) == [["C3"], "Sheet1!C3"]


def test_used_range_and_edges(excel: Callable[[str], Any]) -> None:
    body = """
      sheet.getRange("B2:B4").values = [[1], [2], [3]]; sheet.getRange("E9").format.fill.color = "#FF0000";
      const all = sheet.getUsedRange().load("address"), only = sheet.getUsedRange(true).load("address"), edge = sheet.getRange("B2").getRangeEdge("Down").load("address"), region = sheet.getRange("A1").getSurroundingRegion().load("address");
      await context.sync(); return [all.address, only.address, edge.address, region.address];
    """
    assert excel(body) == ["Sheet1!B2:E9", "Sheet1!B2:B4", "Sheet1!B4", "Sheet1!A1:B4"]


def test_requirement_sets(page: Pane) -> None:
    """1.10 comes after 1.9: versions are compared by their parts."""
    asked = 'name => ["1.2", "1.9", "1.10", "1.18", "1.99"].map(v => Office.context.requirements.isSetSupported(name, v))'
    assert page.page.evaluate(asked, "ExcelApi") == [True, True, True, True, False]
    assert page.page.evaluate(asked, "ExcelApiDesktop") == [False] * 5


def test_one_dialog_at_a_time(page: Pane) -> None:
    """Error 12007 while one is open, 12004 for another domain."""
    body = "url => new Promise(done => Office.context.ui.displayDialogAsync(url, {height: 30}, result => done([result.status, result.error?.code ?? null])))"
    assert page.page.evaluate(body, "https://example.org/x") == ["failed", 12004]
    assert page.page.evaluate(body, f"{page.address}/xlwings/alert") == ["succeeded", None]
    assert page.page.evaluate(body, f"{page.address}/xlwings/alert") == ["failed", 12007]
    page.page.evaluate("__office.dismiss()")
