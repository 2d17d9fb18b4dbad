"""Writing into cells as Excel does: what is typed is read, formulas are checked, merged cells and spills stay whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl.cell.cell import MergedCell
from openpyxl.formula.tokenizer import Token, Tokenizer
from openpyxl.utils import FORMULAE

from tools.excel import limits, references, syntax
from tools.excel.areas import Area
from tools.excel.typed import GENERAL, TEXT, Typed, typed
from tools.excel.workbook import Spill

if TYPE_CHECKING:
    import datetime

    from openpyxl.worksheet.worksheet import Worksheet

    from tools.excel.workbook import Book

NAMESPACE = "APPORTION."
STORED = "_xldudf_"
# Functions that are newer than the file format: a file has _xlfn. before them ("Issue: An _xlfn. prefix is displayed
# in front of a formula", support.microsoft.com, and [MS-XLSX] 2.2.2).
NEWER = frozenset(
    ["AGGREGATE", "CONCAT", "IFS", "MAXIFS", "MINIFS", "SWITCH", "TEXTJOIN", "XOR", "IFNA", "FORMULATEXT", "ISFORMULA", "SHEET", "SHEETS", "NUMBERVALUE", "DAYS", "UNICODE", "UNICHAR", "LET", "LAMBDA", "XLOOKUP", "XMATCH", "UNIQUE", "SEQUENCE", "RANDARRAY", "SORTBY", "VSTACK", "HSTACK", "TAKE", "DROP", "TOCOL", "TOROW", "CHOOSECOLS", "CHOOSEROWS", "WRAPROWS", "WRAPCOLS", "EXPAND", "TEXTSPLIT", "TEXTBEFORE", "TEXTAFTER", "MAP", "REDUCE", "SCAN", "BYROW", "BYCOL", "MAKEARRAY", "STDEV.S", "STDEV.P", "VAR.S", "VAR.P", "RANK.EQ", "RANK.AVG", "PERCENTILE.INC", "PERCENTILE.EXC", "QUARTILE.INC", "QUARTILE.EXC", "MODE.SNGL", "CEILING.MATH", "FLOOR.MATH", "ARRAYTOTEXT", "VALUETOTEXT", "ISOMITTED", "PERCENTRANK.INC", "PERCENTRANK.EXC"]
)
NEWEST = frozenset({"FILTER", "SORT"})  # their prefix is _xlfn._xlws.
OLD = frozenset(FORMULAE) | {"IFERROR", "AVERAGEIF", "AVERAGEIFS", "SUMIFS", "COUNTIFS"}


def put(book: Book, sheet: Worksheet, row: int, column: int, value: Any, today: datetime.date) -> None:
    """Write a value as if it was typed; None leaves the cell as it is, an empty text empties it."""
    if value is None:
        return
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        limits.check(value == "", "only the first cell of a merged range holds something", cell.coordinate)
        return
    found = typed(value, cell.number_format, today)
    if found.kind == "formula":
        put_formula(book, sheet, row, column, found.value, today)
        return
    found = _header(book, sheet, row, column, found)
    release(book, sheet, row, column)
    book.forget(sheet.title, row, column)
    store(sheet, row, column, found)


def store(sheet: Worksheet, row: int, column: int, found: Typed) -> None:
    """Put a typed value into a cell without asking further."""
    cell = sheet.cell(row, column)
    cell.value = found.value
    if found.kind == "error":
        cell.data_type = "e"
    elif found.kind == "text":
        cell.data_type = "s"  # also when the text begins with an equal sign
    if bool(cell.quotePrefix) != found.apostrophe:
        cell.quotePrefix = found.apostrophe
    if found.number_format != GENERAL and cell.number_format == GENERAL:
        cell.number_format = found.number_format


def put_formula(book: Book, sheet: Worksheet, row: int, column: int, formula: Any, today: datetime.date) -> None:
    """Write a formula; what is none is typed, and a cell of format Text keeps the formula as text."""
    if formula is None:
        return
    cell = sheet.cell(row, column)
    if not isinstance(formula, str) or not formula.startswith("=") or cell.number_format == TEXT:
        put(book, sheet, row, column, formula, today)
        return
    limits.check(not isinstance(cell, MergedCell), "only the first cell of a merged range holds something", cell.coordinate)
    known = check_formula(book, sheet, (row, column), formula)
    _header(book, sheet, row, column, Typed(formula, "formula"))
    release(book, sheet, row, column)
    book.forget(sheet.title, row, column)
    table = book.table_at(sheet.title, (row, column))
    cell.value = as_stored(formula, table.table.displayName if table else "")
    if STORED in cell.value:
        book.spills.setdefault(sheet.title, {})[row, column] = Spill(Area(row, column))
    if not known:
        book.keep_value(sheet.title, row, column, syntax.ErrorValue("#NAME?"))


def check_formula(book: Book, sheet: Worksheet, cell: tuple[int, int] | None, formula: str) -> bool:
    """Refuse what Excel cannot enter; False when it can but has a name or function that nobody knows (#NAME?)."""
    for prefix in ("_xlfn", "_xlws", "_xludf", STORED):
        limits.check(prefix.lower() not in formula.lower(), f"{prefix} is how files write a function, not people", formula)
    tree, known = syntax.parse(formula), True
    for each in syntax.references(tree):
        try:
            references.place(each.text, book, sheet.title, cell)
        except references.UnknownName:
            known = known and each.text.casefold() in _bound(tree)
        except references.NoCells:
            pass
    for call in syntax.calls(tree):
        name = call.name.upper()
        known = known and (name in OLD or name in NEWER or name in NEWEST or name.startswith(NAMESPACE))
    return known


def _bound(tree: syntax.Node) -> set[str]:
    """Names that LET and LAMBDA give within the formula."""
    return {
        each.text.casefold()
        for call in syntax.calls(tree)
        if call.name.upper() in {"LET", "LAMBDA"}
        for each in call.arguments
        if isinstance(each, syntax.Reference)
    }


def as_stored(formula: str, table: str = "") -> str:
    """A formula as its file has it.

    Newer functions get their prefix, own functions become _xldudf_APPORTION_NAME, and what stands in a table gets the
    table's name: [@Dollars] is Allocations[[#This Row],[Dollars]].
    """
    made = []
    for token in Tokenizer(formula).items:
        text = str(token.value)
        if token.type == Token.FUNC and token.subtype == Token.OPEN:
            text = _function(text)
        elif token.type == Token.OPERAND and token.subtype == Token.RANGE and "[" in text:
            text = _structured(text, table)
        made.append(text)
    return "=" + "".join(made)


def _function(text: str) -> str:
    start, colon, name = text.rpartition(":")
    upper = name.removesuffix("(").upper()
    if upper.startswith(NAMESPACE):
        name = f"{STORED}{upper.replace('.', '_')}("
    elif upper in NEWER:
        name = f"_xlfn.{upper}("
    elif upper in NEWEST:
        name = f"_xlfn._xlws.{upper}("
    return start + colon + name


def _structured(text: str, table: str) -> str:
    name, _, inside = text.partition("[")
    inside = inside.removesuffix("]")
    if inside.startswith("@"):
        column = inside[1:]
        column = column if column.startswith("[") or not column else f"[{column}]"
        inside = f"[#This Row],{column}" if column else "#This Row"
    return f"{name or table}[{inside}]"


def empty(book: Book, sheet: Worksheet, row: int, column: int) -> None:
    """Take a cell's contents away; its format stays, and a table's header gets a name again."""
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        return
    release(book, sheet, row, column)
    book.forget(sheet.title, row, column)
    found = _header(book, sheet, row, column, Typed(None, "empty"))
    cell.value = found.value


def release(book: Book, sheet: Worksheet, row: int, column: int) -> None:
    """End the spill that a cell is part of before the cell is written; arrays that were entered as such refuse."""
    for (first_row, first_column), spill in list(book.spills.get(sheet.title, {}).items()):
        if not spill.area.holds(Area(row, column)):
            continue
        limits.check(spill.dynamic or spill.area.rows * spill.area.columns == 1, "part of an array cannot be changed", spill)
        del book.spills[sheet.title][first_row, first_column]
        for each in spill.area:
            if each != (first_row, first_column):
                sheet.cell(*each).value = None
        if (row, column) != (first_row, first_column):
            formula = book.formula(sheet, first_row, first_column)
            sheet.cell(first_row, first_column).value = formula
            book.keep_value(sheet.title, first_row, first_column, syntax.ErrorValue("#SPILL!"))


def _header(book: Book, sheet: Worksheet, row: int, column: int, found: Typed) -> Typed:
    """What a header of a table becomes: text, different from the others, and Column1 where it was emptied."""
    table = book.table_at(sheet.title, (row, column)) if sheet.tables else None
    if table is None or table.table.headerRowCount == 0 or table.area.top != row:
        return found
    limits.check(found.kind != "formula", "the header of a table cannot be a formula", sheet.cell(row, column).coordinate)
    headers, index = [str(each.name) for each in table.table.tableColumns], column - table.area.left
    headers[index] = f"Column{index + 1}" if found.value is None else str(found.value)
    limits.check_headers(headers)
    table.table.tableColumns[index].name = headers[index]
    return Typed(headers[index], "text", apostrophe=found.apostrophe)
