"""A sheet's description laid out: every cell with its look, and how wide columns and how high rows must be.

Both renderers draw from this, so that a sheet looks the same in a file and in an open workbook. No library that writes
workbooks is known here.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from apportion.workbook.styles import (
    ACCENT_PALE,
    LINE_HEIGHT,
    header_width,
    height_needed,
    is_input,
    look,
    width_needed,
    wraps,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from apportion.tables import CellValue
    from apportion.workbook.sheets import Cell, DataTable, Highlight, Sheet, Spill, Style, TableColumn
    from apportion.workbook.styles import Variant

MARGIN_WIDTH = 2.0
DEFAULT_WIDTH = 8.43
READABLE_WIDTH = 340
XLS_COLUMNS = 16_384
TALLEST_ROW = 409
FILTER_FROM = 5


@dataclass(frozen=True)
class DrawnCell:
    """One cell: where it stands (from 0), a value of Python's own, its formula without `=`, its look and its link.

    `fills` is how many rows and columns the results of a spilling formula take; (0, 0) for every other cell.
    """

    row: int
    column: int
    value: Any
    style: Style
    variant: Variant = ""
    formula: str = ""
    link: str = ""
    fills: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class DrawnTable:
    """An Excel Table: its headers as Excel keeps them, and the first and last row of its body (from 0)."""

    table: DataTable
    headers: tuple[str, ...]
    first_row: int
    last_row: int
    filtered: bool

    @property
    def last_column(self) -> int:
        """The last column, from 0."""
        return self.table.column + len(self.headers) - 1

    @property
    def header_variant(self) -> Variant:
        """The look of its header cells."""
        return "header_filter" if self.filtered else "header"


@dataclass(frozen=True)
class Rule:
    """A conditional format over a block of cells: data bars, or properties of the look where a condition holds."""

    first: tuple[int, int]
    last: tuple[int, int]
    kind: str
    text: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)
    bar_only: bool = False


@dataclass(frozen=True)
class Drawing:
    """Everything on a sheet, in the order in which it is drawn.

    `widths` are in characters by column, `heights` in points by row, `pages` is how many pages it prints wide.
    """

    sheet: Sheet
    cells: tuple[DrawnCell, ...]
    tables: tuple[DrawnTable, ...]
    rules: tuple[Rule, ...]
    notes: tuple[tuple[int, int, str], ...]
    widths: Mapping[int, float]
    heights: Mapping[int, float]
    pages: int

    @property
    def printed(self) -> tuple[int, int] | None:
        """The last row and column that are printed, when not all columns are."""
        rows = (*(cell.row for cell in self.cells), *(drawn.table.row for drawn in self.tables))
        return (max(rows, default=0), self.sheet.printed - 1) if self.sheet.printed else None

    @property
    def repeated_rows(self) -> tuple[int, int] | None:
        """First and last row that every printed page begins with: an only table's header, or the frozen one."""
        sheet = self.sheet
        if len(sheet.tables) == 1 and not sheet.charts:
            table = sheet.tables[0]
            return table.row - (1 if table.band else 0), table.row
        if not sheet.tables and sheet.freeze is not None and sheet.freeze[0]:
            return sheet.freeze[0] - 1, sheet.freeze[0] - 1
        return None

    @property
    def repeated_columns(self) -> int:
        """How many columns every printed page begins with: the frozen ones, if it prints over several."""
        sheet = self.sheet
        several = self.pages > 1 or not sheet.fit
        return sheet.freeze[1] if several and sheet.freeze is not None else 0


def draw(sheet: Sheet) -> Drawing:
    """The sheet, laid out."""
    return _Draft(sheet).drawing()


def footers(said: str) -> tuple[str, str]:
    """What pages say at the lower left and right, in Excel's codes: Apportion and `said`; sheet and page.

    >>> footers("Oak & Elm")
    ('&8Apportion  ·  Oak && Elm', '&8&A  ·  page &P of &N')
    """
    left = "  ·  ".join(part for part in ("Apportion", said) if part)
    return f"&8{left.replace('&', '&&')[:180]}", "&8&A  ·  page &P of &N"


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


def escaped(header: str) -> str:
    """A header as it stands inside a structured reference.

    >>> escaped("Grade #1")
    "Grade '#1"
    """
    return "".join(f"'{each}" if each in "[]#'@" else each for each in header)


def own(table: str, header: str) -> str:
    """The cell of a table's row under a header, in a formula.

    >>> own("Counts", "Grade #1")
    "Counts[[#This Row],[Grade '#1]]"
    """
    return f"{table}[[#This Row],[{escaped(header)}]]"


class _Draft:
    """A sheet while it is laid out."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.cells: list[DrawnCell] = []
        self.notes: list[tuple[int, int, str]] = []
        self.widths: dict[int, float] = {0: MARGIN_WIDTH}
        self.heights: dict[int, float] = {}

    def drawing(self) -> Drawing:
        sheet = self.sheet
        self._measure()
        self._title()
        tables = tuple(map(self._table, sheet.tables))
        for cell in sheet.cells:
            self._cell(cell)
        for spill in sheet.spills:
            self._spill(spill)
        rules = (*map(_highlight, sheet.highlights), *(stripe for table in tables for stripe in _stripes(table)))
        heights = {row: min(height, TALLEST_ROW) for row, height in {**self.heights, **sheet.heights}.items()}
        cells, notes = tuple(self.cells), tuple(self.notes)
        return Drawing(sheet, cells, tables, rules, notes, self.widths, heights, self._pages())

    def _measure(self) -> None:
        for table in self.sheet.tables:
            for index, column in enumerate(table.columns):
                totals = [_total(column)] if column.total == "sum" else []
                numbers = width_needed(column.style, [*map(plain, column.values), *totals])
                title = header_width(column.header, filtered=_filtered(table))
                place = table.column + index
                self.widths[place] = max(self.widths.get(place, 0.0), column.width, numbers, title)
        self.widths.update(self.sheet.widths)

    def _title(self) -> None:
        if not self.sheet.title:
            return
        self.heights[0] = 8
        self.heights[1] = 30
        self.cells.append(DrawnCell(1, 1, self.sheet.title, "title"))
        self.cells.append(DrawnCell(2, 1, self.sheet.subtitle, "subtitle"))

    def _cell(self, cell: Cell) -> None:
        self.cells.append(
            DrawnCell(cell.row, cell.column, plain(cell.value), cell.style, "", cell.formula, cell.link)
        )
        if isinstance(cell.value, str) and wraps(cell.style):
            self._raise(cell.row, height_needed(cell.value, self._width(cell.column)))

    def _spill(self, spill: Spill) -> None:
        """The cells that a formula fills, the first of which has the formula."""
        wide = max(map(len, spill.rows))
        styles = [*spill.styles, *[spill.styles[-1]] * (wide - len(spill.styles))][:wide]
        for down, values in enumerate(spill.rows):
            for across, (value, style) in enumerate(zip(values, styles, strict=True)):
                variant: Variant = "header" if spill.header and down == 0 else ""
                cell = DrawnCell(spill.row + down, spill.column + across, plain(value), style, variant)
                first = down == across == 0
                self.cells.append(
                    replace(cell, formula=spill.formula, fills=(len(spill.rows), wide)) if first else cell
                )

    def _table(self, table: DataTable) -> DrawnTable:
        headers = unique_headers([column.header for column in table.columns])
        first, last = table.row + 1, table.row + max(1, _count(table) + table.spare_rows)
        drawn = DrawnTable(table, tuple(headers), first, last, _filtered(table))
        self._band(table)
        for index, (header, column) in enumerate(zip(headers, table.columns, strict=True)):
            place = table.column + index
            room = self._width(place) - (2 if drawn.filtered else -1)
            self._raise(table.row, height_needed(header, room) + 5)
            if column.note:
                self.notes.append((table.row, place, column.note))
            self._column(drawn, column, place)
            if table.total_row:
                self._total(table, column, header, last + 1, place)
        if not _count(table) and table.empty:
            self.cells.append(DrawnCell(last + 2, table.column, table.empty, "subtitle"))
        return drawn

    def _column(self, drawn: DrawnTable, column: TableColumn, place: int) -> None:
        style: Style = "wrap" if drawn.table.wrap_rows and column.style == "text" else column.style
        dated: Style = "input_date" if style.startswith("input") else "date"
        measured, width = wraps(style), self._width(place)
        for offset, value in enumerate(map(plain, column.values)):
            formula = column.formulas[offset] if column.formulas else column.formula
            row = drawn.first_row + offset
            # A date among other values shows as a date, and not as its number.
            own = dated if isinstance(value, dt.date) else style
            self.cells.append(DrawnCell(row, place, value, own, "", formula))
            if measured and isinstance(value, str):
                self._raise(row, height_needed(value, width))
        for row in range(drawn.first_row + len(column.values), drawn.last_row + 1):
            self.cells.append(DrawnCell(row, place, None, style, "", column.formula))

    def _total(self, table: DataTable, column: TableColumn, header: str, row: int, place: int) -> None:
        if column.total == "sum":
            formula = f"SUBTOTAL(109,{table.name}[{escaped(header)}])"
            self.cells.append(DrawnCell(row, place, _total(column), column.style, "total", formula))
        else:
            said = table.total_label if column.total == "label" else None
            self.cells.append(DrawnCell(row, place, said, column.style, "total"))

    def _band(self, table: DataTable) -> None:
        starts = sorted(table.band)
        for start, end in zip(starts, [*starts, len(table.columns)][1:], strict=True):
            for index in range(start, end):
                label = table.band[start] if index == start else None
                if table.band[start]:
                    self.cells.append(DrawnCell(table.row - 1, table.column + index, label, "heading"))

    def _pages(self) -> int:
        """How many pages it prints wide: a table too wide to be read on one takes more."""
        sheet = self.sheet
        printed = sheet.printed or XLS_COLUMNS
        first, last = sheet.outline if sheet.outline is not None and sheet.folded else (0, -1)
        shown = sum(width for place, width in self.widths.items() if place < printed and not first <= place <= last)
        return math.ceil(shown / READABLE_WIDTH)

    def _width(self, column: int) -> float:
        return self.widths.get(column, DEFAULT_WIDTH)

    def _raise(self, row: int, height: float) -> None:
        if height > LINE_HEIGHT + 3:
            self.heights[row] = max(self.heights.get(row, 0.0), height)


def plain(value: Any) -> Any:
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


def _highlight(highlight: Highlight) -> Rule:
    shown = {} if highlight.kind == "bar" else look(highlight.style, "highlight")
    text = highlight.equals if highlight.kind == "equals" else highlight.formula.removeprefix("=")
    return Rule(highlight.first, highlight.last, highlight.kind, text, shown, highlight.bar_only)


def _stripes(drawn: DrawnTable) -> Iterator[Rule]:
    """Pale rows under computed columns, as conditional formats so that they stay when rows are sorted."""
    column = drawn.table.column
    for start, end in _runs([not is_input(each.style) for each in drawn.table.columns]):
        first, last = (drawn.first_row, column + start), (drawn.last_row, column + end)
        yield Rule(first, last, "formula", f"MOD(ROW()-{drawn.first_row},2)=0", {"bg_color": ACCENT_PALE})


def _count(table: DataTable) -> int:
    return max((len(column.values) for column in table.columns), default=0)


def _filtered(table: DataTable) -> bool:
    return _count(table) + table.spare_rows >= FILTER_FROM


def _total(column: TableColumn) -> float:
    values: Iterator[CellValue] = map(plain, column.values)
    return math.fsum(each for each in values if isinstance(each, int | float) and not isinstance(each, bool))


def _runs(wanted: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """First and last position of each unbroken run of True."""
    start: int | None = None
    for position, each in enumerate([*wanted, False]):
        if each and start is None:
            start = position
        elif not each and start is not None:
            yield start, position - 1
            start = None


