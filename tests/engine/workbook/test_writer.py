"""What stands in the files that Apportion writes, read again by openpyxl."""

from __future__ import annotations

import datetime as dt
import math
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import openpyxl
import pytest

from apportion.workbook.sheets import (
    Cell,
    Chart,
    Choice,
    DataTable,
    Highlight,
    Series,
    Sheet,
    Spill,
    TableColumn,
    WorkbookDescription,
)
from apportion.workbook.writer import NotRepresentable, NotWritten, write_workbook
from tools.recalculation import register

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from tools.recalculation import Pair

# openpyxl on data bars that diverge, which Excel knows since 2010.
pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported")
NASTY = '=HYPERLINK("http://x","y")'
KINDS = get_args(Chart.__annotations__["kind"]) or ("bar", "column", "stacked_bar", "stacked_column", "scatter", "line")
LONG_LIST = tuple(f"entry {number}" for number in range(60))


class _Error:
    """An error value of a formula engine, which is only known by its text."""

    def __str__(self) -> str:
        return "#DIV/0!"


def _table() -> DataTable:
    columns = (
        TableColumn("Name", [NASTY, "0042", "+1"], total="label", note="The name. " * 40),
        TableColumn("Dollars", [1.5, -2.0, 0.0], "cents", total="sum"),
        TableColumn("Twice [#1]", [3.0, -4.0, 0.0], "cents", formula="Money[[#This Row],[Dollars]]*2", total="sum"),
        TableColumn("Each", ["#N/A", _Error(), True], formulas=["NA()", "1/0", "1=1"]),  # type: ignore[list-item]
        TableColumn("When", [dt.date(2026, 3, 4), None, math.nan], "input_date"),
        TableColumn("Why", ["word " * 30, "short", None], "wrap", 30),
        TableColumn("Pick", ["a", None, None], "input", choice=Choice(("a", "b"))),
        TableColumn("Pick long", [None, None, None], "input", choice=Choice(LONG_LIST)),
        TableColumn("From name", [None, None, None], "input", choice=Choice(source="Names", strict=False)),
        TableColumn("Count", [1.0, 2.0, 3.0], "input_count", least=0),
    )
    return DataTable("Money", 5, 1, columns, total_row=True, band={0: "Who", 1: "Money"})


def _description() -> WorkbookDescription:
    empty = DataTable("Nothing", 15, 1, (TableColumn("A", []), TableColumn("B", [], "input")), empty="Put it here.")
    first = Sheet(
        "O'Brien",
        "A title",
        "A subtitle",
        cells=(Cell(3, 1, "Charts", link="internal:'Charts'!A1"), Cell(3, 2, 4.0, "count", "2+2")),
        tables=(_table(), empty),
        highlights=(
            Highlight((6, 2), (8, 2), "bar"),
            Highlight((6, 1), (8, 1), "equals", equals="0042", style="look"),
            Highlight((6, 3), (8, 3), "formula", formula="D7<0", style="stop"),
        ),
        freeze=(6, 2),
        mark=True,
    )
    return WorkbookDescription((first, _charts()), {"Names": "'O''Brien'!$B$7:$B$9"}, "R&D  ·  FY2027", "A test")


def _charts() -> Sheet:
    data = DataTable(
        "Data",
        4,
        1,
        (
            TableColumn("School", ["A", "B"]),
            TableColumn("X", [1.0, 2.0], "count"),
            TableColumn("Y", [5.0, -3.0], "fte"),
        ),
    )
    names, x, y = (("Charts", 5, column, 6, column) for column in (1, 2, 3))
    charts = [
        Chart(
            kind,
            9 + 17 * row,
            1,
            f"A message about {kind}",
            (
                Series("X", x if kind == "scatter" else names, y, labels=True),
                *([] if kind in ("bar", "scatter") else [Series("Z", names, x, labels=True)]),
            ),
            "School",
            "Dollars",
            "$#,##0",
            reverse=kind == "bar",
        )
        for row, kind in enumerate(KINDS)
    ]
    return Sheet("Charts", "Charts", tables=(data,), charts=tuple(charts))


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """The workbook of every feature."""
    path = tmp_path / "all.xlsx"
    write_workbook(_description(), path)
    return path


def _sheet(path: Path, *, values: bool = True) -> Worksheet:
    return openpyxl.load_workbook(path, data_only=values)["O'Brien"]


def test_text_stays_text(written: Path) -> None:
    """A school's name is never a formula, and a code keeps its leading zeros."""
    cells = [_sheet(written, values=False).cell(row, 2) for row in (7, 8, 9)]
    assert [(cell.value, cell.data_type) for cell in cells[1:]] == [("0042", "s"), ("+1", "s")]
    with zipfile.ZipFile(written) as parts:
        assert "HYPERLINK" not in parts.read("xl/worksheets/sheet1.xml").decode()
        assert "=HYPERLINK" in parts.read("xl/sharedStrings.xml").decode()


def test_every_formula_carries_its_value(written: Path) -> None:
    """Calculated columns, formulas of single rows, the total row and lone cells."""
    values, formulas = _sheet(written), _sheet(written, values=False)
    assert [values.cell(row, 4).value for row in (7, 8, 9, 10)] == [3, -4, 0, -1]
    assert formulas["D7"].value == "=Money[[#This Row],[Dollars]]*2"
    assert formulas["D10"].value == "=SUBTOTAL(109,Money[Twice '['#1']])"
    assert [values.cell(row, 5).value for row in (7, 8, 9)] == ["#N/A", "#DIV/0!", True]
    assert [values.cell(row, 5).data_type for row in (7, 8, 9)] == ["e", "e", "b"]
    assert (values["C4"].value, formulas["C4"].value) == (4, "=2+2")


def test_tables_declare_what_their_cells_say(written: Path) -> None:
    """References, headers, calculated columns and total functions of the Excel Table itself."""
    sheet = _sheet(written)
    table = sheet.tables["Money"]
    assert (table.ref, sheet.tables["Nothing"].ref) == ("B6:K10", "B16:C17")
    assert [column.name for column in table.tableColumns] == [cell.value for cell in sheet["B6:K6"][0]]
    assert table.tableColumns[2].calculatedColumnFormula.attr_text == "Money[[#This Row],[Dollars]]*2"
    assert table.tableColumns[3].calculatedColumnFormula is None
    assert [column.totalsRowFunction for column in table.tableColumns[:3]] == [None, "sum", "sum"]
    assert sheet["B10"].value == "Total"
    assert sheet["B5"].value == "Who"


def test_blanks_and_dates(written: Path) -> None:
    """None and NaN are empty cells; a date is a date."""
    sheet = _sheet(written)
    assert [sheet.cell(row, 6).value for row in (7, 8, 9)] == [dt.datetime(2026, 3, 4), None, None]  # noqa: DTZ001
    assert sheet["F7"].number_format == "yyyy-mm-dd"


def test_an_empty_table_says_what_belongs_in_it(written: Path) -> None:
    """One blank row, since Excel needs one, and the sentence below."""
    assert _sheet(written)["B19"].value == "Put it here."


def test_drop_downs(written: Path) -> None:
    """A short list stands in the cell's rule, a long one on a hidden sheet, a named one by its name."""
    book = openpyxl.load_workbook(written)
    rules = {str(rule.sqref): rule for rule in book["O'Brien"].data_validations.dataValidation}
    assert rules["H7:H9"].formula1 == '"a,b"'
    assert rules["I7:I9"].formula1 == "_lists!$A$1:$A$60"
    assert (rules["J7:J9"].formula1, rules["J7:J9"].errorStyle) == ("Names", "warning")
    assert (rules["K7:K9"].operator, rules["K7:K9"].formula1) == ("greaterThanOrEqual", "0")
    assert book["_lists"].sheet_state == "hidden"
    assert book["_lists"]["A60"].value == "entry 59"


def test_a_drop_down_whose_name_is_missing_is_left_out(tmp_path: Path) -> None:
    """A sheet of the planner can stand in another workbook."""
    path = tmp_path / "other.xlsx"
    write_workbook(replace(_description(), names={}), path)
    ranges = {str(rule.sqref) for rule in _sheet(path).data_validations.dataValidation}
    assert "J7:J9" not in ranges


def test_names_mark_and_print(written: Path) -> None:
    """The workbook's names, the mark of a sheet of ours, and what comes out of the printer."""
    book = openpyxl.load_workbook(written)
    sheet = book["O'Brien"]
    assert book.defined_names["Names"].attr_text == "'O''Brien'!$B$7:$B$9"
    assert "_apportion" in sheet.defined_names
    assert "_apportion" not in book["Charts"].defined_names
    assert sheet.oddFooter.left.text == "Apportion  ·  R&&D  ·  FY2027"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.freeze_panes == "C7"
    assert sheet["B4"].hyperlink.location == "'Charts'!A1"


def test_long_sentences_show_whole(written: Path) -> None:
    """A row is as high as its wrapped text needs."""
    sheet = _sheet(written)
    assert sheet.row_dimensions[7].height >= 5 * 15
    assert sheet.row_dimensions[8].height is None


def test_the_same_description_gives_the_same_bytes(tmp_path: Path) -> None:
    """A workbook can be compared, and kept in version control."""
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    write_workbook(_description(), first)
    write_workbook(_description(), second)
    assert first.read_bytes() == second.read_bytes()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """Nothing is made on the way."""
    with pytest.raises(NotWritten, match="there is no folder"):
        write_workbook(_description(), tmp_path / "none" / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_when_the_file_cannot_be_replaced(tmp_path: Path) -> None:
    """The older one stays as it was."""
    taken = tmp_path / "taken.xlsx"
    taken.mkdir()
    with pytest.raises(NotWritten, match="cannot be written"):
        write_workbook(_description(), taken)
    assert list(tmp_path.iterdir()) == [taken]


@pytest.mark.parametrize(
    "table",
    [
        DataTable("not a name", 5, 1, (TableColumn("A", ["a"]),)),
        DataTable("Long", 5, 1, (TableColumn("A", ["a" * 40_000]),)),
        DataTable("Long", 5, 1, (TableColumn("A", [1.0], formula="1+" * 5_000 + "1"),)),
    ],
    ids=["name", "text", "formula"],
)
@pytest.mark.filterwarnings("ignore:Name")
def test_what_excel_has_no_place_for_is_refused(tmp_path: Path, table: DataTable) -> None:
    """An older file then stays, and nothing is left beside it."""
    path = tmp_path / "a.xlsx"
    path.write_text("older", encoding="utf-8")
    with pytest.raises(NotRepresentable):
        write_workbook(WorkbookDescription((Sheet("One", tables=(table,)),)), path)
    assert path.read_text(encoding="utf-8") == "older"
    assert list(tmp_path.iterdir()) == [path]


def test_headers_are_unique_but_for_their_case(tmp_path: Path) -> None:
    """As Excel itself does it."""
    path = tmp_path / "a.xlsx"
    columns = tuple(TableColumn(header, ["x"]) for header in ("Code", "", "code"))
    write_workbook(WorkbookDescription((Sheet("O'Brien", tables=(DataTable("Own", 0, 0, columns),)),)), path)
    assert [cell.value for cell in _sheet(path)[1]] == ["Code", "Column2", "code2"]


def test_excel_opens_every_feature_without_repair(written: Path, validate: Callable[[list[Path]], list[str]]) -> None:
    """Comments, drop-downs, highlights and every kind of chart."""
    assert len(openpyxl.load_workbook(written)["Charts"]._charts) == len(KINDS)
    assert validate([written]) == []


def _spilled() -> Sheet:
    numbers = tuple(Cell(row, 1, float(row), "count") for row in range(1, 4))
    spill = Spill(1, 2, "B2:B4*{10,100}", (("x", 100.0), (20.0, None), (30.0, 300.0)), ("count", "cents"), header=True)
    return Sheet("Spilled", cells=numbers, spills=(spill, Spill(6, 2, "SUM(B2:B4)", ((6.0,),), ("fte",))))


@register("spilled")
def _write_spilled(path: Path) -> None:
    write_workbook(WorkbookDescription((_spilled(),)), path)


def test_a_formula_that_fills_several_cells(recalculated: Callable[[str], Pair]) -> None:
    """All its results are stored as they are given, the first in the formula's cell; LibreOffice fills the same cells."""
    pair = recalculated("spilled")
    written, again = (openpyxl.load_workbook(path, data_only=True)["Spilled"] for path in pair)
    assert [list(row) for row in written.iter_rows(2, 4, 3, 4, values_only=True)] == [["x", 100], [20, None], [30, 300]]
    assert [list(row) for row in again.iter_rows(2, 4, 3, 4, values_only=True)] == [[10, 100], [20, 200], [30, 300]]
    assert (written["C7"].value, again["C7"].value) == (6, 6)
    formulas = openpyxl.load_workbook(pair.written)["Spilled"]
    assert (formulas["C2"].value.ref, formulas["C2"].value.text) == ("C2:D4", "=B2:B4*{10,100}")
    assert (written["C2"].font.bold, written["D3"].number_format[:8]) == (True, "$#,##0.0")
