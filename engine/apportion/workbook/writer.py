"""Writes a workbook's description to an .xlsx file, whole or not at all, byte for byte the same each time.

XlsxWriter is known here and in `charts` only. Every formula carries its value, and text is always text.
Functions newer than Excel 2007 come with their prefix, such as `_xlfn.IFS`.
"""

from __future__ import annotations

import datetime as dt
import os
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.utility import xl_range_abs

from apportion.cells import serial
from apportion.errors import ApportionError
from apportion.workbook.charts import native_chart
from apportion.workbook.drawing import DEFAULT_WIDTH, draw, footers
from apportion.workbook.grids import LISTS, MARK
from apportion.workbook.styles import FONT, GAIN, INK, LINE_HEIGHT, LOSS, TABS, height_needed, look

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from apportion.workbook.drawing import Drawing, DrawnCell, DrawnTable, Rule
    from apportion.workbook.sheets import Cell, Choice, Style, TableColumn, WorkbookDescription
    from apportion.workbook.styles import Variant

CREATED = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed date, so that the same workbook is the same bytes
LIST_LITERAL = 255
OTHER_ENTRY = "Not in the list"
LONGEST_TEXT = 32_767
LONGEST_FORMULA = 8_192
KEPT_FORMULAS = 4096
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
            writer.add(draw(sheet))
        for name, formula in sorted(description.names.items()):
            if book.define_name(name, formula) != 0:
                raise NotRepresentable(f"Excel takes no name such as {name}.")
        writer.add_lists()
        book.close()
    except XlsxWriterException as error:
        raise NotRepresentable(str(error)) from error
    return target.getvalue()


class _Writer:
    """One workbook in the making: its formats by look, and the lists that are too long for a drop-down."""

    def __init__(self, book: Workbook, description: WorkbookDescription) -> None:
        self.book = book
        self.description = description
        self.formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self.by_look: dict[tuple[str, str], Format] = {}
        self.lists: dict[tuple[str, ...], int] = {}

    def format(self, style: Style, variant: Variant = "") -> Format:
        """The format of a style: plain, "total", or "header" (of a column in that style)."""
        key = (style, variant)
        if key not in self.by_look:
            self.by_look[key] = self.format_of(look(style, variant))
        return self.by_look[key]

    def format_of(self, properties: Mapping[str, Any]) -> Format:
        """The format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(dict(properties))
        return self.formats[key]

    # -- sheets ---------------------------------------------------------------------------------------------------

    def add(self, drawing: Drawing) -> None:
        """One sheet with its title, cells, tables, highlights and charts."""
        sheet = drawing.sheet
        page = self.book.add_worksheet(sheet.name)
        # XlsxWriter searches every formula for some thirty functions; the rows of a column have the same one.
        page._prepare_formula = lru_cache(KEPT_FORMULAS)(page._prepare_formula)  # noqa: SLF001
        for table in drawing.tables:
            self._declare(page, table)
        for drawn in drawing.cells:
            self._cell(page, drawn)
        for row, column, note in drawing.notes:
            self._note(page, row, column, note)
        for table in drawing.tables:
            for index, declared in enumerate(table.table.columns):
                place = table.table.column + index
                self._validate(page, declared, (table.first_row, place, table.last_row, place))
        for cell in sheet.cells:
            self._offer(page, cell)
        for rule in drawing.rules:
            self._rule(page, rule)
        for chart in sheet.charts:
            page.insert_chart(chart.row, chart.column, native_chart(self.book, chart), {"object_position": 2})
        self._arrange(page, drawing)
        self._print_setup(page, drawing)
        if sheet.mark:
            quoted = sheet.name.replace("'", "''")
            # Not through define_name, which finds no sheet with ' or ! in its name.
            self.book.defined_names.append([MARK, page.index, f"'{quoted}'!$A$1", False])

    def _arrange(self, page: Worksheet, drawing: Drawing) -> None:
        sheet = drawing.sheet
        first, last = sheet.outline or (0, -1)
        for column, width in drawing.widths.items():
            inside = {"level": 1, "hidden": sheet.folded} if first <= column <= last else {}
            page.set_column(column, column, width, None, inside)
        if sheet.outline is not None:  # the button stands above the column after the last
            width = drawing.widths.get(last + 1, DEFAULT_WIDTH)
            page.set_column(last + 1, last + 1, width, None, {"collapsed": sheet.folded})
        for row, height in drawing.heights.items():
            page.set_row(row, height)
        page.hide_gridlines(2)
        page.set_tab_color(TABS[sheet.tab])
        page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        if sheet.freeze is not None:
            page.freeze_panes(*sheet.freeze)

    def _print_setup(self, page: Worksheet, drawing: Drawing) -> None:
        """Letter, one page wide; a table too wide to be read that way takes more, each with the frozen columns."""
        sheet, pages = drawing.sheet, drawing.pages
        page.set_paper(1)
        if sheet.landscape:
            page.set_landscape()
        if drawing.printed is not None:
            page.print_area(0, 0, *drawing.printed)
        if sheet.fit:
            page.fit_to_pages(pages, 0)
        if drawing.repeated_columns:
            page.repeat_columns(0, drawing.repeated_columns - 1)
        if sheet.breaks:
            page.set_h_pagebreaks(list(sheet.breaks))
        page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        if drawing.repeated_rows is not None:
            page.repeat_rows(*drawing.repeated_rows)
        left, right = footers(self.description.footer)
        page.set_footer(f"&L{left}&R{right}")

    def _cell(self, page: Worksheet, cell: DrawnCell) -> None:
        style = self.format(cell.style, cell.variant)
        if cell.link:
            page.write_url(cell.row, cell.column, cell.link, style, str(cell.value))
        self._write(page, cell, style)

    def _write(self, page: Worksheet, cell: DrawnCell, style: Format) -> None:
        row, column, value = cell.row, cell.column, cell.value
        if cell.formula:
            _require_length(page, "formula", cell.formula, LONGEST_FORMULA)
            if cell.fills == (0, 0):
                page.write_formula(row, column, cell.formula, style, _result(value))
            else:  # without this Excel shows @ before the function, and one value; the other cells follow as values
                last = row + cell.fills[0] - 1, column + cell.fills[1] - 1
                braced = f"{{={cell.formula}}}"  # XlsxWriter takes one closing brace away, be it the formula's own
                page.write_dynamic_array_formula(row, column, *last, braced, style, _result(value))
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

    def _declare(self, page: Worksheet, drawn: DrawnTable) -> None:
        """The Excel Table itself. Its cells are written afterwards, each formula with its own value."""
        table = drawn.table
        bottom, right = drawn.last_row + (1 if table.total_row else 0), drawn.last_column
        columns = [
            {"header": header, "header_format": self.format(column.style, drawn.header_variant)}
            | ({"total_function": "sum"} if column.total == "sum" and table.total_row else {})
            | ({"total_string": table.total_label} if column.total == "label" and table.total_row else {})
            for header, column in zip(drawn.headers, table.columns, strict=True)
        ]
        shown = {"style": None, "banded_rows": False, "autofilter": drawn.filtered, "total_row": table.total_row}
        options = {"name": table.name, "columns": columns, **shown}
        if page.add_table(table.row, table.column, bottom, right, options) != 0:
            rows = bottom - table.row + 1
            raise NotRepresentable(f"Excel takes no table of this name or size: {table.name}, {rows:,} rows.")
        # Declared here and not through add_table, which would write every cell once more, with the value 0.
        for declared, column in zip(page.tables[-1]["columns"], table.columns, strict=True):
            declared["formula"] = column.formula

    def _note(self, page: Worksheet, row: int, column: int, note: str) -> None:
        size = {"width": 260, "height": 14 + 15 * height_needed(note, 44) / LINE_HEIGHT}
        shown = {"font_name": FONT, "font_size": 10, "color": "#FFFFFF", "author": "Apportion"}
        page.write_comment(row, column, note, {**size, **shown})

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

    def _offer(self, page: Worksheet, cell: Cell) -> None:
        if cell.choice is not None and self._known(cell.choice):
            rule = self._offered(cell.choice, OTHER_ENTRY)
            page.data_validation(cell.row, cell.column, cell.row, cell.column, rule)

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

    def _rule(self, page: Worksheet, rule: Rule) -> None:
        bars = {"type": "data_bar", "bar_color": GAIN, "bar_negative_color": LOSS, "bar_solid": True,
                "bar_axis_color": INK, "bar_only": rule.bar_only, "data_bar_2010": True}  # fmt: skip
        said = rule.text.replace('"', '""')
        kinds: dict[str, dict[str, Any]] = {
            "bar": bars,
            "equals": {"type": "cell", "criteria": "==", "value": f'="{said}"'},
            "formula": {"type": "formula", "criteria": "=" + rule.text},
        }
        native = kinds[rule.kind]
        if rule.kind != "bar":
            native["format"] = self.format_of(rule.properties)
        page.conditional_format(*rule.first, *rule.last, native)


def _require_length(page: Worksheet, kind: str, content: str, longest: int) -> None:
    if len(content) > longest:
        said = f"{len(content):,} characters, and Excel takes {longest:,}"
        raise NotRepresentable(f"{page.get_name()}: a {kind} has {said}. It starts with: {content[:60]}")


def _result(value: Any) -> float | str | bool:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return serial(value)
    return value  # type: ignore[no-any-return]


def _refusal(choice: Choice) -> str:
    if choice.source:
        return "This is not among the entries that the list offers."
    message = f"One of: {', '.join(choice.items)}."
    return message if len(message) <= LIST_LITERAL else "One of the entries of the list."
