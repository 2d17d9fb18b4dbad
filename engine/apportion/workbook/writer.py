"""Writes a workbook's description to an .xlsx file, whole or not at all, byte for byte the same each time.

XlsxWriter is known here and in `charts` only. Every formula carries its value, and text is always text.
Functions newer than Excel 2007 come with their prefix, such as `_xlfn.IFS`.
"""

from __future__ import annotations

import datetime as dt
import math
import os
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.utility import xl_range_abs

from apportion.errors import ApportionError
from apportion.workbook.charts import native_chart
from apportion.workbook.styles import (
    ACCENT_PALE,
    BASE,
    EDITED,
    FONT,
    GAIN,
    INK,
    LINE_HEIGHT,
    LOSS,
    STYLES,
    TABS,
    TOTAL,
    header_width,
    height_needed,
    is_input,
    kind_of,
    width_needed,
    wraps,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from apportion.workbook.sheets import (
        Cell,
        Choice,
        DataTable,
        Highlight,
        Sheet,
        Spill,
        Style,
        TableColumn,
        WorkbookDescription,
    )

CREATED = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed date, so that the same workbook is the same bytes
LISTS = "_lists"
MARK = "_apportion"
MARGIN_WIDTH = 2.0
DEFAULT_WIDTH = 8.43
READABLE_WIDTH = 340
XLS_COLUMNS = 16_384
LIST_LITERAL = 255
TALLEST_ROW = 409
LONGEST_TEXT = 32_767
LONGEST_FORMULA = 8_192
FILTER_FROM = 5
KEPT_FORMULAS = 4096
KEPT_IN_TOTALS = ("num_format", "align", "indent")
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
           "use_future_functions": False, "remove_timezone": True}  # fmt: skip


class _Exact(float):
    """A number that is written with all its digits; XlsxWriter formats numbers with 16, which is one too few."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return repr(float(self))


class NotWritten(ApportionError, OSError):
    """Raised when a workbook cannot be written where it was asked for; nothing is left behind."""


class NotRepresentable(ApportionError, ValueError):
    """Raised when Excel has no place for what a description asks for."""


def write_workbook(description: WorkbookDescription, path: Path) -> None:
    """Write the file through a temporary one beside it; the same description gives the same bytes.

    Raises NotWritten when the folder is missing or the file cannot be replaced, NotRepresentable
    when Excel has no place for the content. An older file of that name then stays as it was.
    """
    if not path.parent.is_dir():
        raise NotWritten(f"{path} cannot be written: there is no folder {path.parent}. Make it, or choose another.")
    content = workbook_bytes(description)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        why = error.strerror or error
        raise NotWritten(f"{path} cannot be written: {why}. Close it where it is open, or choose another.") from error


def workbook_bytes(description: WorkbookDescription) -> bytes:
    """The .xlsx file of a description, as bytes."""
    target = BytesIO()
    book = Workbook(target, OPTIONS)
    book.set_properties({"title": description.title, "author": "Apportion", "created": CREATED})
    book.set_calc_mode("auto")
    writer = _Writer(book, description)
    try:
        for sheet in description.sheets:
            writer.add(sheet)
        for name, formula in sorted(description.names.items()):
            if book.define_name(name, formula) != 0:
                raise NotRepresentable(f"Excel takes no name such as {name}.")
        writer.add_lists()
        book.close()
    except XlsxWriterException as error:
        raise NotRepresentable(str(error)) from error
    return target.getvalue()


def escaped(header: str) -> str:
    """A header as it stands inside a structured reference.

    >>> escaped("Grade #1")
    "Grade '#1"
    """
    return "".join(f"'{each}" if each in "[]#'@" else each for each in header)


def unique_headers(headers: Sequence[str]) -> list[str]:
    """Headers as Excel keeps them: none empty, and no two the same but for their case.

    >>> unique_headers(["Code", "", "code"])
    ['Code', 'Column2', 'code2']
    """
    seen: set[str] = set()
    unique = []
    for number, header in enumerate(headers, 1):
        name, count = header or f"Column{number}", 1
        while name.casefold() in seen:
            count += 1
            name = f"{header}{count}"
        seen.add(name.casefold())
        unique.append(name)
    return unique


@dataclass
class _Layout:
    """What is known of a sheet's columns and rows while it is written."""

    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)

    def widen(self, column: int, width: float) -> None:
        self.widths[column] = max(self.widths.get(column, 0.0), width)

    def raise_row(self, row: int, height: float) -> None:
        if height > LINE_HEIGHT + 3:
            self.heights[row] = max(self.heights.get(row, 0.0), height)

    def width(self, column: int) -> float:
        return self.widths.get(column, DEFAULT_WIDTH)


class _Writer:
    """One workbook in the making: its formats by style, and the lists that are too long for a drop-down."""

    def __init__(self, book: Workbook, description: WorkbookDescription) -> None:
        self.book = book
        self.description = description
        self.formats: dict[tuple[str, str], Format] = {}
        self.lists: dict[tuple[str, ...], int] = {}

    def format(self, style: Style, variant: str = "") -> Format:
        """The format of a style: plain, "total", "header" (of a column in that style) or "highlight"."""
        key = (style, variant)
        if key not in self.formats:
            self.formats[key] = self.book.add_format(self._properties(style, variant))
        return self.formats[key]

    def _properties(self, style: Style, variant: str) -> dict[str, Any]:
        own: dict[str, Any] = dict(STYLES[style])
        if variant == "highlight":
            return {name: own[name] for name in EDITED if name in own}
        if variant.startswith("header"):
            side = {"align": "right", "indent": 2 if variant == "header_filter" else 1} if kind_of(style) else {}
            side = {"align": "center"} if own.get("align") == "center" else side
            return {**BASE, **STYLES["header"], **side}
        if variant == "total":
            plain: dict[str, Any] = {name: own[name] for name in KEPT_IN_TOTALS if name in own}
            return {**BASE, **plain, **TOTAL}
        return {**BASE, **own}

    # -- sheets ---------------------------------------------------------------------------------------------------

    def add(self, sheet: Sheet) -> None:
        """One sheet with its title, cells, tables, highlights and charts."""
        page = self.book.add_worksheet(sheet.name)
        # XlsxWriter searches every formula for some thirty functions; the rows of a column have the same one.
        page._prepare_formula = lru_cache(KEPT_FORMULAS)(page._prepare_formula)  # noqa: SLF001
        layout = _Layout()
        layout.widths[0] = MARGIN_WIDTH
        self._measure(sheet, layout)
        self._title(page, sheet, layout)
        for table in sheet.tables:
            self._table(page, table, layout)
        for cell in sheet.cells:
            self._cell(page, cell, layout)
        for spill in sheet.spills:
            self._spill(page, spill)
        for highlight in sheet.highlights:
            self._highlight(page, highlight)
        for table in sheet.tables:
            self._stripes(page, table)
        for chart in sheet.charts:
            page.insert_chart(chart.row, chart.column, native_chart(self.book, chart), {"object_position": 2})
        self._arrange(page, sheet, layout)
        self._print_setup(page, sheet, layout)
        if sheet.mark:
            quoted = sheet.name.replace("'", "''")
            # Not through define_name, which finds no sheet with ' or ! in its name.
            self.book.defined_names.append([MARK, page.index, f"'{quoted}'!$A$1", False])

    def _measure(self, sheet: Sheet, layout: _Layout) -> None:
        for table in sheet.tables:
            for index, column in enumerate(table.columns):
                totals = [_total(column)] if column.total == "sum" else []
                numbers = width_needed(column.style, [*map(_plain, column.values), *totals])
                title = header_width(column.header, filtered=_filtered(table))
                layout.widen(table.column + index, max(column.width, numbers, title))
        layout.widths.update(sheet.widths)

    def _title(self, page: Worksheet, sheet: Sheet, layout: _Layout) -> None:
        if not sheet.title:
            return
        layout.heights[0] = 8
        layout.heights[1] = 30
        page.write_string(1, 1, sheet.title, self.format("title"))
        page.write_string(2, 1, sheet.subtitle, self.format("subtitle"))

    def _arrange(self, page: Worksheet, sheet: Sheet, layout: _Layout) -> None:
        first, last = sheet.outline or (0, -1)
        for column, width in layout.widths.items():
            inside = {"level": 1, "hidden": sheet.folded} if first <= column <= last else {}
            page.set_column(column, column, width, None, inside)
        if sheet.outline is not None:  # the button stands above the column after the last
            width = layout.width(last + 1)
            page.set_column(last + 1, last + 1, width, None, {"collapsed": sheet.folded})
        for row, height in {**layout.heights, **sheet.heights}.items():
            page.set_row(row, min(height, TALLEST_ROW))
        page.hide_gridlines(2)
        page.set_tab_color(TABS[sheet.tab])
        page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        if sheet.freeze is not None:
            page.freeze_panes(*sheet.freeze)

    def _print_setup(self, page: Worksheet, sheet: Sheet, layout: _Layout) -> None:
        """Letter, one page wide; a table too wide to be read that way takes more, each with the frozen columns."""
        page.set_paper(1)
        if sheet.landscape:
            page.set_landscape()
        printed = sheet.printed or XLS_COLUMNS
        first, last = sheet.outline if sheet.outline is not None and sheet.folded else (0, -1)
        shown = sum(
            width for place, width in layout.widths.items() if place < printed and not first <= place <= last
        )
        pages = math.ceil(shown / READABLE_WIDTH)
        if sheet.printed:
            page.print_area(0, 0, page.dim_rowmax, sheet.printed - 1)
        if sheet.fit:
            page.fit_to_pages(pages, 0)
        if (pages > 1 or not sheet.fit) and sheet.freeze is not None and sheet.freeze[1]:
            page.repeat_columns(0, sheet.freeze[1] - 1)
        page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        if len(sheet.tables) == 1 and not sheet.charts:
            table = sheet.tables[0]
            page.repeat_rows(table.row - (1 if table.band else 0), table.row)
        if not sheet.tables and sheet.freeze is not None and sheet.freeze[0]:
            page.repeat_rows(sheet.freeze[0] - 1)
        said = "  ·  ".join(part for part in ("Apportion", self.description.footer) if part)
        page.set_footer(f"&L&8{said.replace('&', '&&')[:180]}&R&8&A  ·  page &P of &N")

    def _cell(self, page: Worksheet, cell: Cell, layout: _Layout) -> None:
        style = self.format(cell.style)
        if cell.link:
            page.write_url(cell.row, cell.column, cell.link, style, str(cell.value))
        self._write(page, cell.row, cell.column, cell.value, style, cell.formula)
        if isinstance(cell.value, str) and wraps(cell.style):
            layout.raise_row(cell.row, height_needed(cell.value, layout.width(cell.column)))
        self._validate_choice(page, cell)

    def _validate_choice(self, page: Worksheet, cell: Cell) -> None:
        if cell.choice is not None and self._known(cell.choice):
            rule = self._offered(cell.choice, "Not in the list")
            page.data_validation(cell.row, cell.column, cell.row, cell.column, rule)

    def _spill(self, page: Worksheet, spill: Spill) -> None:
        """One formula over all cells that its results fill, each with the value that is stored for it."""
        _require_length(page, "formula", spill.formula, LONGEST_FORMULA)
        wide = max(map(len, spill.rows))
        styles = [*spill.styles, *[spill.styles[-1]] * (wide - len(spill.styles))][:wide]
        below = [[None] * wide] * spill.spare_rows
        for offset, values in enumerate([*spill.rows, *below]):
            for place, (value, style) in enumerate(zip(values, styles, strict=True)):
                heads = spill.header and offset == 0
                look = self.format(style, "header") if heads else self.format(style)
                if offset == place == 0:
                    last = spill.row + len(spill.rows) - 1, spill.column + wide - 1
                    value = _result(_plain(value))  # noqa: PLW2901
                    page.write_dynamic_array_formula(spill.row, spill.column, *last, spill.formula, look, value)
                else:
                    self._write(page, spill.row + offset, spill.column + place, value, look)

    def _write(self, page: Worksheet, row: int, column: int, value: object, style: Format, formula: str = "") -> None:
        value = _plain(value)
        if formula:
            _require_length(page, "formula", formula, LONGEST_FORMULA)
            page.write_formula(row, column, formula, style, _result(value))
        elif value is None or value == "":
            page.write_blank(row, column, None, style)
        elif isinstance(value, bool):
            page.write_boolean(row, column, value, style)
        elif isinstance(value, int | float):
            page.write_number(row, column, _Exact(value), style)
        elif isinstance(value, dt.date):
            page.write_datetime(row, column, value, style)
        else:
            _require_length(page, "text", str(value), LONGEST_TEXT)
            page.write_string(row, column, str(value).replace("\r\n", "\n").replace("\r", "\n"), style)

    # -- tables ---------------------------------------------------------------------------------------------------

    def _table(self, page: Worksheet, table: DataTable, layout: _Layout) -> None:
        first, last = _data_rows(table)
        headers = unique_headers([column.header for column in table.columns])
        self._declare(page, table, headers)
        self._band(page, table)
        for index, (header, column) in enumerate(zip(headers, table.columns, strict=True)):
            place = table.column + index
            room = layout.width(place) - (2 if _filtered(table) else -1)
            layout.raise_row(table.row, height_needed(header, room) + 5)
            self._note(page, table.row, place, column.note)
            self._column(page, table, index, layout)
            self._validate(page, column, (first, place, last, place))
            if table.total_row:
                self._total(page, table, index, header, last + 1)
        if not _count(table) and table.empty:
            page.write_string(last + 2, table.column, table.empty, self.format("subtitle"))

    def _declare(self, page: Worksheet, table: DataTable, headers: list[str]) -> None:
        """The Excel Table itself. Its cells are written afterwards, each formula with its own value."""
        _, last = _data_rows(table)
        bottom, right = last + (1 if table.total_row else 0), table.column + len(table.columns) - 1
        variant = "header_filter" if _filtered(table) else "header"
        columns = [
            {"header": header, "header_format": self.format(column.style, variant)}
            | ({"total_function": "sum"} if column.total == "sum" and table.total_row else {})
            | ({"total_string": "Total"} if column.total == "label" and table.total_row else {})
            for header, column in zip(headers, table.columns, strict=True)
        ]
        look = {"style": None, "banded_rows": False, "autofilter": _filtered(table), "total_row": table.total_row}
        options = {"name": table.name, "columns": columns, **look}
        if page.add_table(table.row, table.column, bottom, right, options) != 0:
            rows = bottom - table.row + 1
            raise NotRepresentable(f"Excel takes no table of this name or size: {table.name}, {rows:,} rows.")
        # Declared here and not through add_table, which would write every cell once more, with the value 0.
        for declared, column in zip(page.tables[-1]["columns"], table.columns, strict=True):
            declared["formula"] = column.formula

    def _column(self, page: Worksheet, table: DataTable, index: int, layout: _Layout) -> None:
        column, place = table.columns[index], table.column + index
        first, last = _data_rows(table)
        style_name: Style = "wrap" if table.wrap_rows and column.style == "text" else column.style
        style, width = self.format(style_name), layout.width(place)
        dated = self.format("input_date" if style_name.startswith("input") else "date")
        measured = wraps(style_name)
        for offset, value in enumerate(column.values):
            formula = column.formulas[offset] if column.formulas else column.formula
            # A date among other values shows as a date, and not as its number.
            self._write(page, first + offset, place, value, dated if isinstance(value, dt.date) else style, formula)
            if measured and isinstance(value, str):
                layout.raise_row(first + offset, height_needed(value, width))
        for row in range(first + len(column.values), last + 1):
            self._write(page, row, place, None, style, column.formula)

    def _total(self, page: Worksheet, table: DataTable, index: int, header: str, row: int) -> None:
        column, place = table.columns[index], table.column + index
        style = self.format(column.style, "total")
        if column.total == "sum":
            formula = f"SUBTOTAL(109,{table.name}[{escaped(header)}])"
            self._write(page, row, place, _total(column), style, formula)
        else:
            self._write(page, row, place, "Total" if column.total == "label" else None, style)

    def _band(self, page: Worksheet, table: DataTable) -> None:
        starts = sorted(table.band)
        for start, end in zip(starts, [*starts, len(table.columns)][1:], strict=True):
            for index in range(start, end):
                label = table.band[start] if index == start else None
                if table.band[start]:
                    self._write(page, table.row - 1, table.column + index, label, self.format("heading"))

    def _note(self, page: Worksheet, row: int, column: int, note: str) -> None:
        if note:
            size = {"width": 260, "height": 14 + 15 * height_needed(note, 44) / LINE_HEIGHT}
            look = {"font_name": FONT, "font_size": 10, "color": "#FFFFFF", "author": "Apportion"}
            page.write_comment(row, column, note, {**size, **look})

    def _stripes(self, page: Worksheet, table: DataTable) -> None:
        """Pale rows under computed columns, as conditional formats so that they stay when rows are sorted."""
        first, last = _data_rows(table)
        pale = self._pale()
        for start, end in _runs([not is_input(column.style) for column in table.columns]):
            rule = {"type": "formula", "criteria": f"=MOD(ROW()-{first},2)=0", "format": pale}
            page.conditional_format(first, table.column + start, last, table.column + end, rule)

    def _pale(self) -> Format:
        key = ("", "stripe")
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"bg_color": ACCENT_PALE})
        return self.formats[key]

    # -- drop-downs and highlights --------------------------------------------------------------------------------

    def _validate(self, page: Worksheet, column: TableColumn, place: tuple[int, int, int, int]) -> None:
        rule: dict[str, Any] | None = None
        if column.choice is not None and self._known(column.choice):
            rule = self._offered(column.choice, column.header[:32])
        elif column.least is not None:
            rule = {"validate": "decimal", "criteria": ">=", "value": column.least, "error_title": column.header[:32]}
            rule |= {"error_message": f"A number of at least {column.least:g}."}
        if rule is not None:
            page.data_validation(*place, rule)

    def _offered(self, choice: Choice, title: str) -> dict[str, Any]:
        return {
            "validate": "list",
            "error_title": title,
            **self._source(choice),
            "error_type": "stop" if choice.strict else "warning",
            "show_error": not choice.suggests,
            "error_message": _refusal(choice),
        }

    def _known(self, choice: Choice) -> bool:
        """Whether the drop-down's name is in this workbook; a sheet can stand in another one without it."""
        name = choice.source.removeprefix("=")
        return not name.isidentifier() or name in self.description.names

    def _source(self, choice: Choice) -> dict[str, Any]:
        if choice.source:
            return {"source": choice.source if choice.source.startswith("=") else f"={choice.source}"}
        if len(",".join(choice.items)) <= LIST_LITERAL and not any("," in item for item in choice.items):
            return {"source": list(choice.items)}
        column = self.lists.setdefault(choice.items, len(self.lists))
        return {"source": f"={LISTS}!{xl_range_abs(0, column, len(choice.items) - 1, column)}"}

    def add_lists(self) -> None:
        """A hidden sheet with the lists that are too long to stand in a drop-down itself."""
        if not self.lists:
            return
        page = self.book.add_worksheet(LISTS)
        page.hide()
        for items, column in self.lists.items():
            for row, item in enumerate(items):
                page.write_string(row, column, item)

    def _highlight(self, page: Worksheet, highlight: Highlight) -> None:
        bars = {"type": "data_bar", "bar_color": GAIN, "bar_negative_color": LOSS, "bar_solid": True,
                "bar_axis_color": INK, "bar_only": highlight.bar_only, "data_bar_2010": True}  # fmt: skip
        said = highlight.equals.replace('"', '""')
        rules: dict[str, dict[str, Any]] = {
            "bar": bars,
            "equals": {"type": "cell", "criteria": "==", "value": f'="{said}"'},
            "formula": {"type": "formula", "criteria": "=" + highlight.formula.removeprefix("=")},
        }
        rule = rules[highlight.kind]
        if highlight.kind != "bar":
            rule["format"] = self.format(highlight.style, "highlight")
        page.conditional_format(*highlight.first, *highlight.last, rule)


def _require_length(page: Worksheet, kind: str, content: str, longest: int) -> None:
    if len(content) > longest:
        said = f"{len(content):,} characters, and Excel takes {longest:,}"
        raise NotRepresentable(f"{page.get_name()}: a {kind} has {said}. It starts with: {content[:60]}")


def _plain(value: Any) -> Any:
    """A value of Python's own: numpy's scalars unwrapped, NaN and NaT as None, error values as their text."""
    if value is None or isinstance(value, str | bool):
        return value
    if hasattr(value, "item") and getattr(value, "ndim", 0) == 0:
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "#NUM!"
    if isinstance(value, int | float | str | bool):
        return value
    if isinstance(value, dt.date):
        return value if str(value) != "NaT" else None
    return None if value is None or str(value) in ("NaT", "<NA>") else str(value)


def _result(value: Any) -> float | str | bool:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return (dt.datetime(value.year, value.month, value.day) - dt.datetime(1899, 12, 30)).days  # noqa: DTZ001 - Excel's day count
    return value  # type: ignore[no-any-return]


def _count(table: DataTable) -> int:
    return max((len(column.values) for column in table.columns), default=0)


def _data_rows(table: DataTable) -> tuple[int, int]:
    """First and last row of the table's body; without rows it has one, since Excel needs one."""
    return table.row + 1, table.row + max(1, _count(table) + table.spare_rows)


def _filtered(table: DataTable) -> bool:
    return _count(table) + table.spare_rows >= FILTER_FROM


def _total(column: TableColumn) -> float:
    values = map(_plain, column.values)
    return math.fsum(each for each in values if isinstance(each, int | float) and not isinstance(each, bool))


def _refusal(choice: Choice) -> str:
    if choice.source:
        return "This is not among the entries that the list offers."
    message = f"One of: {', '.join(choice.items)}."
    return message if len(message) <= LIST_LITERAL else "One of the entries of the list."


def _runs(wanted: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """First and last position of each unbroken run of True."""
    start: int | None = None
    for position, each in enumerate([*wanted, False]):
        if each and start is None:
            start = position
        elif not each and start is not None:
            yield start, position - 1
            start = None
