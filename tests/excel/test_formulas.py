"""Which formulas Excel takes, and how its files write them."""

from __future__ import annotations

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

from tools.excel import writing
from tools.excel.limits import Refusal
from tools.excel.references import place
from tools.excel.syntax import parse
from tools.excel.workbook import Book


@pytest.fixture
def book() -> Book:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "By school"
    for column, header in enumerate(("Code", "Students [K-5]", "Dollars"), 2):
        sheet.cell(5, column, header)
    for row in range(6, 9):
        sheet.cell(row, 2, str(row))
    table = Table(displayName="Schools", ref="B5:D9", totalsRowCount=1)
    sheet.add_table(table)
    table._initialise_columns()
    for column, header in zip(table.tableColumns, ("Code", "Students [K-5]", "Dollars"), strict=True):
        column.name = header
    made.create_sheet("Rates")
    made.defined_names["Base"] = DefinedName("Base", attr_text="'By school'!$D$6")
    return Book("b.xlsx", made)


@pytest.mark.parametrize(
    ("reference", "cell", "address"),
    [
        ("$B$2:C3", None, "B2:C3"),
        ("'By school'!A1", None, "A1"),
        ("Base", None, "D6"),
        ("Schools", None, "B6:D8"),
        ("Schools[#All]", None, "B5:D9"),
        ("Schools[Code]", None, "B6:B8"),
        ("Schools[[#Headers],[Code]]", None, "B5"),
        ("Schools[[#Totals],[Dollars]]", None, "D9"),
        ("Schools[[#Headers],[#Data],[Code]]", None, "B5:B8"),
        ("Schools[[Code]:[Dollars]]", None, "B6:D8"),
        ("Schools[Students '[K-5']]", None, "C6:C8"),  # brackets of a name stand behind apostrophes
        ("Schools[[#This Row],[Dollars]]", (7, 6), "D7"),
        ("Schools[@Dollars]", (7, 6), "D7"),
        ("[@Dollars]", (7, 3), "D7"),
    ],
)
def test_references(book: Book, reference: str, cell: tuple[int, int] | None, address: str) -> None:
    """Microsoft: "Using structured references with Excel tables"."""
    assert place(reference, book, "By school", cell).area.address == address


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("=SUM(1", "too early"),
        ("=1+", "too early"),
        ("=SUM(1))", "cannot read"),
        ('="a', "cannot read"),
        ("=1 2", "behind its end"),
        ("=Missing!A1", "no such sheet"),
        ("='By'!A1", "no such sheet"),
        ("=SUM(Nowhere[Code])", "no such table"),
        ("=SUM(Schools[Nothing])", "no such column"),
        ("=[@Code]", "stands inside one"),
        ("=Schools[@Code]", "this row"),
        ("=[other.xlsx]Sheet1!A1", "another workbook"),
        ("=_xlfn.XLOOKUP(1,A1:A2,B1:B2)", "_xlfn"),
        ("=_xldudf_APPORTION_FTE(1,2)", "_xldudf_"),
        ("=A1048577", "rows"),
        ('="' + "x" * 256 + '"', "255"),
        ("=" + "+".join(["1"] * 4098), "8,192"),
        ("=" + "(" * 65 + "1" + ")" * 65, "64"),
        ("=SUM(" + ",".join(["1"] * 256) + ")", "255"),
    ],
)
def test_refused(book: Book, formula: str, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        writing.check_formula(book, book.sheets[0], (20, 9), formula)


@pytest.mark.parametrize(
    ("formula", "known"),
    [
        ('=IF(A1>=2,"a""b",)', True),
        ("=SUM(A1:INDEX(B:B,3))*-2%^2", True),
        ("={1,2;3,4}", True),
        ("=XLOOKUP(B1,Schools[Code],Schools[Dollars],0)", True),
        ("=LET(total,SUM(A1:A3),total*2)", True),
        ("=APPORTION.FTE(A1,300)", True),
        ("=Nobody", False),
        ("=NOSUCH(1)", False),
    ],
)
def test_taken(book: Book, formula: str, known: bool) -> None:
    """A name or function that nobody knows is taken and shows #NAME?."""
    assert writing.check_formula(book, book.sheets[0], (20, 9), formula) == known


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("=XLOOKUP(1,A:A,B:B)", "=_xlfn.XLOOKUP(1,A:A,B:B)"),
        ("=FILTER(A1:A3,B1:B3)", "=_xlfn._xlws.FILTER(A1:A3,B1:B3)"),
        ("=FORMULATEXT(A1)", "=_xlfn.FORMULATEXT(A1)"),
        ('="XLOOKUP("&SUM(1)', '="XLOOKUP("&SUM(1)'),
        ("=APPORTION.FTE(1,2)", "=_xldudf_APPORTION_FTE(1,2)"),
        ("=apportion.rules.check(Rules[#All])", "=_xldudf_APPORTION_RULES_CHECK(Rules[#All])"),
        ("=[@Dollars]*2", "=Schools[[#This Row],[Dollars]]*2"),
        ("=Other[@[a b]]", "=Other[[#This Row],[a b]]"),
    ],
)
def test_as_stored(typed: str, stored: str) -> None:
    """[MS-XLSX] 2.2.2: functions that are newer than the format have a prefix in files, own ones too."""
    assert writing.as_stored(typed, "Schools") == stored


def test_a_unary_minus_binds_before_the_power() -> None:
    """Microsoft, "Calculation operators and precedence": -2^2 is 4 in Excel."""
    tree = parse("=-2^2")
    assert tree.operator == "^"  # type: ignore[union-attr]
