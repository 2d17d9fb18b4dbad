"""A workbook described once as data, before anything is written.

Both renderers (XlsxWriter for files, xlwings in Excel) can do everything in this closed list. Rows and columns
count from 0. Text is always written as text: a school named `=HYPERLINK(...)` stays a name. Every formula
carries its value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apportion.tables import CellValue

# The names of formats; the renderer gives each its look (see STYLES in the writer).
Style = Literal[
    "text", "muted", "strong", "wrap", "title", "subtitle", "heading", "center", "count", "until", "fte", "dollars",
    "cents", "percent", "number", "score", "points", "year", "date", "input", "input_count", "input_fte",
    "input_dollars", "input_percent", "input_number", "input_year", "input_date", "input_wrap", "ok", "look",
    "stop", "header", "row", "row_strong", "row_muted", "row_center", "row_link", "input_code", "input_cents",
    "input_trial", "code", "setting", "group", "said", "header_number", "row_fte", "row_cents", "row_number",
    "row_code", "sum", "sum_fte", "sum_cents", "total", "total_fte", "total_cents", "section", "notice", "caption",
    "caption_number", "answer", "answer_fte", "answer_count", "answer_cents", "answer_percent", "answer_trial",
    "answer_said", "call", "small", "block", "row_dollars", "row_count", "row_score", "sum_score", "total_dollars",
    "row_measure",
]  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """A drop-down. `items` is the list itself, or `source` a formula that names a range.

    `strict` refuses other entries; otherwise they are questioned, or taken silently when the list only `suggests`.
    """

    items: tuple[str, ...] = ()
    source: str = ""
    strict: bool = True
    suggests: bool = False


@dataclass(frozen=True)
class Cell:
    """One cell outside a table: a text, number, or formula with its value.

    `link` leads to a place such as "internal:'Job types'!A1", or to a web address; `choice` offers what may stand here.
    """

    row: int
    column: int
    value: CellValue
    style: Style = "text"
    formula: str = ""
    link: str = ""
    choice: Choice | None = None


@dataclass(frozen=True)
class Spill:
    """A formula in the cell at (row, column) whose results fill that cell and those to its right and below it.

    `rows` are the results, row by row, as they are stored; each of the `styles` is that of a column, the last one of
    those that follow too. The first row is a `header` when it names the columns.
    """

    row: int
    column: int
    formula: str
    rows: tuple[tuple[CellValue, ...], ...]
    styles: tuple[Style, ...] = ("text",)
    header: bool = False


@dataclass(frozen=True)
class TableColumn:
    """A column of an Excel Table.

    `formula` makes it a calculated column (full structured references, without `=`); `formulas` gives each row
    its own. `values` are then the results. `total` is the total row's function or a label.
    """

    header: str
    values: Sequence[CellValue]
    style: Style = "text"
    width: float = 12
    note: str = ""
    formula: str = ""
    formulas: Sequence[str] = ()
    total: Literal["", "sum", "label"] = ""
    choice: Choice | None = None
    least: float | None = None


@dataclass(frozen=True)
class DataTable:
    """An Excel Table with its top left header cell at (row, column).

    Without rows it shows `empty`, which says what belongs in it, below one blank row.
    `band` writes a label above groups of columns: {first column's index: label}. `total_label` says what the total row
    adds up, where that is not plain.
    """

    name: str
    row: int
    column: int
    columns: tuple[TableColumn, ...]
    empty: str = ""
    total_row: bool = False
    band: Mapping[int, str] = field(default_factory=dict)
    wrap_rows: bool = False
    spare_rows: int = 0
    total_label: str = "Total"


@dataclass(frozen=True)
class Highlight:
    """A conditional format over cells: bars for their size, or a style where a condition holds.

    `kind` "bar" draws data bars, diverging around zero; "equals" gives cells with the text `equals` the `style`;
    "formula" does so where `formula` (over the first cell) is true.
    """

    first: tuple[int, int]
    last: tuple[int, int]
    kind: Literal["bar", "equals", "formula"]
    equals: str = ""
    formula: str = ""
    style: Style = "look"
    bar_only: bool = False


@dataclass(frozen=True)
class Series:
    """One series of a chart: ranges as (sheet, first row, first column, last row, last column).

    `labels` write the values at the points, in a scatter the series' name, on the `side` that is given. Of a scatter or
    line, `size` is the diameter of the markers in points (2 to 72, 0: as usual); as `line` "plain" or "dashed" it is a
    line without markers.
    """

    name: str
    categories: tuple[str, int, int, int, int]
    values: tuple[str, int, int, int, int]
    color: str = ""
    labels: bool = False
    size: int = 0
    line: Literal["", "plain", "dashed"] = ""
    side: Literal["right", "left", "above", "below"] = "right"


@dataclass(frozen=True)
class Chart:
    """A native chart, anchored at a cell, its title being its message.

    `x_title` names the categories' axis (in bar charts the upright one), `y_title` the values' axis;
    `reverse` puts the first category on top; `x_format` is how a scatter's numbers along x are written. The limits of
    an axis of numbers are (least, most, step), by default as they suit the values. A `legend` can be left out where
    the title tells the series.
    """

    kind: Literal["bar", "column", "stacked_bar", "stacked_column", "scatter", "line"]
    row: int
    column: int
    title: str
    series: tuple[Series, ...]
    x_title: str = ""
    y_title: str = ""
    number_format: str = ""
    width: int = 640
    height: int = 320
    reverse: bool = False
    x_format: str = ""
    x_limits: tuple[float, float, float] | None = None
    y_limits: tuple[float, float, float] | None = None
    legend: bool = True


@dataclass(frozen=True)
class Sheet:
    """One sheet: a title line, a line that says scope and what it ties to, then its content.

    It prints one page wide when `fit`, otherwise over as many as it needs, each with the frozen columns. `mark` says
    that Apportion wrote the sheet and may write it again. `printed` is how many columns are printed, by default all.
    `outline` groups columns, from the first to the last given, so that they can be folded away; `folded` says that
    they are. A new page begins at each of the rows `breaks`.
    """

    name: str
    title: str = ""
    subtitle: str = ""
    cells: tuple[Cell, ...] = ()
    tables: tuple[DataTable, ...] = ()
    charts: tuple[Chart, ...] = ()
    highlights: tuple[Highlight, ...] = ()
    widths: Mapping[int, float] = field(default_factory=dict)
    freeze: tuple[int, int] | None = None
    landscape: bool = True
    tab: Literal["accent", "muted", "input"] = "accent"
    heights: Mapping[int, float] = field(default_factory=dict)
    mark: bool = False
    fit: bool = True
    printed: int = 0
    outline: tuple[int, int] | None = None
    folded: bool = False
    spills: tuple[Spill, ...] = ()
    breaks: tuple[int, ...] = ()


@dataclass(frozen=True)
class WorkbookDescription:
    """Sheets in order, with the workbook's own names and the footer's first words (district and year)."""

    sheets: tuple[Sheet, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    footer: str = ""
    title: str = ""
