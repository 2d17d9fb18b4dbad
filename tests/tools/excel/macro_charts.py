"""Apportion's macro for charts: series of any cells, which xlwings' own actions cannot make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tools.excel import geometry
from tools.excel.areas import area
from tools.excel.charts import Chart, Series
from tools.excel.limits import check
from tools.excel.protocol import Context, ScriptError
from tools.excel.references import Place

if TYPE_CHECKING:
    from tools.excel.workbook import Book

# What the script in the task pane makes of our kinds of chart; Microsoft's names are those of Excel.ChartType.
KINDS = {
    "bar": "BarClustered", "column": "ColumnClustered", "stacked_bar": "BarStacked", "stacked_column": "ColumnStacked",
    "scatter": "XYScatter", "line": "LineMarkers",
}  # fmt: skip
POINTS = ("marker_background_color", "marker_foreground_color")
COLORED = {"scatter": POINTS, "line": ("line_color", *POINTS)}
DASHES = {"plain": "solid", "dashed": "dash"}
CHART = "kind anchor width height title xTitle yTitle numberFormat xFormat xLimits yLimits reverse legend series"
SERIES = "name categories values color labels size line side"


def fields(given: Any, names: str, what: str) -> dict[str, Any]:
    """The object, when it has exactly these fields."""
    if not isinstance(given, dict) or set(given) != set(names.split()):
        raise ScriptError(f"{what} has exactly the fields {names}, not {given!r:.200}")
    return given


def apportion_charts(context: Context, name: str, charts: Any) -> None:
    """Draw charts on a sheet, each at its anchor."""
    context.sync()
    sheet, book = context.book[name], context.book
    for each in charts:
        chart = fields(each, CHART, "a chart")
        if not chart["series"]:
            raise ScriptError("A chart has at least one series")
        corner = area(chart["anchor"])
        shown = {"category": (chart["xTitle"], chart["xFormat"]), "value": (chart["yTitle"], chart["numberFormat"])}
        axes = {
            axis: {"title": title or None, **({"number_format": written} if written else {})}
            for axis, (title, written) in shown.items()
        }
        for axis, limits in (("category", chart["xLimits"]), ("value", chart["yLimits"])):
            axes[axis] |= dict(zip(("minimum_scale", "maximum_scale", "major_unit"), limits or (), strict=False))
        axes["category"]["reverse_order"] = chart["reverse"]
        made = Chart(
            f"Chart {len(book.charts.get(sheet.title, [])) + 1}",
            KINDS[chart["kind"]],
            geometry.left_of(sheet, corner.left),
            geometry.top_of(sheet, corner.top),
            float(chart["width"]),
            float(chart["height"]),
            [_series(book, chart["kind"], fields(one, SERIES, "a series")) for one in chart["series"]],
            chart["title"] or None,
            "Bottom" if chart["legend"] else None,
            axes=axes,
        )
        book.charts.setdefault(sheet.title, []).append(made)
    context.sync()


def _series(book: Book, kind: str, series: dict[str, Any]) -> Series:
    if series["line"]:
        looks = {"line_color": series["color"], "marker_style": "None", "line_dash": DASHES[series["line"]]}
    else:
        looks = dict.fromkeys(COLORED.get(kind, ("fill_color",)), series["color"])
    if kind in COLORED and not series["line"]:
        looks |= {"marker_style": "Circle", "marker_size": series["size"]}
    return Series(series["name"], _cells(book, series["values"]), _cells(book, series["categories"]), looks=looks)


def _cells(book: Book, source: list[str]) -> str:
    sheet, address = source
    cells = area(address)
    check(1 in (cells.rows, cells.columns), "a series takes its numbers from one row or column", address)
    return Place(book.sheet_title(sheet), cells).text
