"""The workbook as xlwings' `getBookData` sends it: static/js/custom-scripts/index.js and workbook-metadata.js."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from openpyxl.worksheet.table import TableStyleInfo

from tools.excel import dates
from tools.excel.areas import Area, area
from tools.excel.references import NoCells, UnknownName, place
from tools.excel.workbook import Book, filled, visibility

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openpyxl.worksheet.table import Table
    from openpyxl.worksheet.worksheet import Worksheet

VERSION = "0.37.8"


def payload(book: Book, *, include: Iterable[str] = (), exclude: Iterable[str] = ()) -> dict[str, Any]:
    """What Excel sends with a script: everything but formulas and formats; excluded sheets without their contents."""
    included, excluded = set(include), set(exclude)
    if included and excluded:
        raise ValueError("Either use 'include' or 'exclude', but not both!")
    hidden = {sheet.title for sheet in book.sheets if sheet.title in excluded or (included and sheet.title not in included)}
    return {
        "client": "Office.js",
        "version": VERSION,
        "book": {
            "name": book.name,
            "active_sheet_index": book.active,
            "selection": book.selection,
            "calculation": book.calculation,
        },
        "names": _names(book, hidden),
        "sheets": [_sheet(book, sheet, excluded=sheet.title in hidden) for sheet in book.sheets],
    }


# --- names


def _names(book: Book, excluded: set[str]) -> list[dict[str, Any]]:
    found = [_entry(book, name, each.attr_text, None) for name, each in book.workbook.defined_names.items()]
    for sheet in book.sheets:
        if sheet.title not in excluded:
            found += [_entry(book, name, each.attr_text, sheet) for name, each in sheet.defined_names.items()]
            found += [_entry(book, name, formula, sheet) for name, formula in _print_names(sheet)]
    return found


def _print_names(sheet: Worksheet) -> list[tuple[str, str]]:
    """Excel's own names for what is printed, which openpyxl keeps apart."""
    areas, titles = sheet.print_area, sheet.print_titles
    return [(name, text) for name, text in (("Print_Area", areas), ("Print_Titles", titles)) if text]


def _entry(book: Book, name: str, formula: str, scope: Worksheet | None) -> dict[str, Any]:
    formula = formula.removeprefix("=")
    sheets = [sheet.title for sheet in book.sheets]
    try:
        found = place(formula, book, scope.title if scope else sheets[0])
    except (NoCells, UnknownName, ValueError):
        found = None
    return {
        "name": name,
        "refers_to": f"={formula}",
        "type": "Range" if found else _kind(formula),
        "sheet_index": sheets.index(found.sheet) if found else None,
        "address": found.area.address if found else None,
        "scope_sheet_name": scope.title if scope else None,
        "scope_sheet_index": sheets.index(scope.title) if scope else None,
        "book_scope": scope is None,
    }


def _kind(formula: str) -> str:
    """The kind of a name that stands for no single range, as Office.js' NamedItemType."""
    if re.fullmatch(r'"(?:[^"]|"")*"', formula):
        return "String"
    if re.fullmatch(r"[+-]?[0-9]+", formula):
        return "Integer"
    if re.fullmatch(r"[+-]?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?", formula):
        return "Double"
    if formula.upper() in {"TRUE", "FALSE"}:
        return "Boolean"
    if formula.startswith("{"):
        return "Array"
    return "Error" if formula.startswith("#") or "#REF!" in formula else "Range" if "!" in formula else "String"


# --- sheets


def used_area(sheet: Worksheet) -> Area | None:
    """The rectangle of all cells that hold something; None for an empty sheet."""
    cells = filled(sheet)
    if not cells:
        return None
    top, left = min(cell.row for cell in cells), min(cell.column for cell in cells)
    return Area(top, left, max(cell.row for cell in cells) - top + 1, max(cell.column for cell in cells) - left + 1)


def _sheet(book: Book, sheet: Worksheet, *, excluded: bool) -> dict[str, Any]:
    used = None if excluded else used_area(sheet)
    return {
        "name": sheet.title,
        "visibility": visibility(sheet),
        "show_gridlines": sheet.sheet_view.showGridLines is not False,
        "print_area": _print_area(sheet),
        "notes": [] if excluded else [{"address": cell.coordinate} for cell in _noted(sheet)],
        "notes_supported": True,
        "used_range_address": used.address if used else None,
        "used_range_row_count": used.rows if used else 0,
        "used_range_column_count": used.columns if used else 0,
        "values": [[]] if excluded else _values(book, sheet, used),
        "pictures": [],
        "shapes": [],
        "charts": [] if excluded else _charts(book, sheet),
        "tables": [] if excluded else [_table(table) for table in sheet.tables.values()],
        "pivot_tables": [],
    }


def _values(book: Book, sheet: Worksheet, used: Area | None) -> list[list[Any]]:
    """Values from A1 to the last used cell; an empty sheet is one empty cell."""
    bottom, right = (used.bottom, used.right) if used else (1, 1)
    rows: list[list[Any]] = [[""] * right for _ in range(bottom)]
    for cell in filled(sheet):
        rows[cell.row - 1][cell.column - 1] = shown(book.value(sheet, cell.row, cell.column), cell.number_format)
    return rows


def shown(value: Any, number_format: str) -> Any:
    """A value as xlwings sends it: dates as ISO text, empty as an empty text."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool) and dates.shows_a_date(number_format):
        return dates.iso(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return int(value)  # JavaScript has no other way to write it
    return value if isinstance(value, bool | int | float) else str(value)


def _print_area(sheet: Worksheet) -> str | None:
    areas = re.findall(r"\$?[A-Z]+\$?[0-9]+(?::\$?[A-Z]+\$?[0-9]+)?", re.sub(r"'[^']*'!|[^!,]*!", "", sheet.print_area or ""))
    return ",".join(each.replace("$", "") for each in areas) or None


def _noted(sheet: Worksheet) -> list[Any]:
    return [cell for cell in list(sheet._cells.values()) if cell.comment is not None]


def _charts(book: Book, sheet: Worksheet) -> list[dict[str, Any]]:
    return [
        {"name": chart.name, "chart_type": chart.kind, **{key: getattr(chart, key) for key in ("left", "top", "width", "height")}}
        for chart in book.charts.get(sheet.title, [])
    ]




def _table(table: Table) -> dict[str, Any]:
    whole = area(table.ref)
    head, totals = int(table.headerRowCount != 0), table.totalsRowCount or 0
    body = Area(whole.top + head, whole.left, whole.rows - head - totals, whole.columns)
    style = table.tableStyleInfo or TableStyleInfo()
    return {
        "name": table.displayName,
        "range_address": whole.address,
        "row_count": whole.rows,
        "column_count": whole.columns,
        "columns": [column.name for column in table.tableColumns],
        "header_row_range_address": Area(whole.top, whole.left, 1, whole.columns).address if head else None,
        "data_body_range_address": body.address,
        "total_row_range_address": Area(whole.bottom, whole.left, 1, whole.columns).address if totals else None,
        "show_headers": bool(head),
        "show_totals": bool(totals),
        "table_style": style.name or "",
        "show_autofilter": table.autoFilter is not None,
        "show_table_style_first_column": bool(style.showFirstColumn),
        "show_table_style_last_column": bool(style.showLastColumn),
        "show_table_style_row_stripes": bool(style.showRowStripes),
        "show_table_style_column_stripes": bool(style.showColumnStripes),
    }
