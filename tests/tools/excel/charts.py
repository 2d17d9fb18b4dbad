"""Charts: as Office.js adds and changes them, as they are read from a file, and as openpyxl writes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from openpyxl import chart as native
from openpyxl.chart.data_source import AxDataSource, StrRef
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.series_factory import SeriesFactory
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D

from tools.excel import geometry
from tools.excel.chartxml import Description, describe
from tools.excel.limits import Refusal
from tools.excel.package import DRAWING

if TYPE_CHECKING:
    from collections.abc import Callable

    import openpyxl
    from openpyxl.worksheet.worksheet import Worksheet

    from tools.excel.package import Package

# Office.js name -> openpyxl's class and its settings.
TYPES: dict[str, tuple[str, dict[str, Any]]] = {
    "ColumnClustered": ("BarChart", {"type": "col", "grouping": "clustered"}),
    "ColumnStacked": ("BarChart", {"type": "col", "grouping": "stacked", "overlap": 100}),
    "ColumnStacked100": ("BarChart", {"type": "col", "grouping": "percentStacked", "overlap": 100}),
    "BarClustered": ("BarChart", {"type": "bar", "grouping": "clustered"}),
    "BarStacked": ("BarChart", {"type": "bar", "grouping": "stacked", "overlap": 100}),
    "BarStacked100": ("BarChart", {"type": "bar", "grouping": "percentStacked", "overlap": 100}),
    "Line": ("LineChart", {"grouping": "standard"}),
    "LineMarkers": ("LineChart", {"grouping": "standard"}),
    "LineStacked": ("LineChart", {"grouping": "stacked"}),
    "LineMarkersStacked": ("LineChart", {"grouping": "stacked"}),
    "Area": ("AreaChart", {"grouping": "standard"}),
    "AreaStacked": ("AreaChart", {"grouping": "stacked"}),
    "AreaStacked100": ("AreaChart", {"grouping": "percentStacked"}),
    "Pie": ("PieChart", {}),
    "Doughnut": ("DoughnutChart", {}),
    "XYScatter": ("ScatterChart", {"style": None, "scatterStyle": "lineMarker"}),
    "XYScatterLines": ("ScatterChart", {"style": None, "scatterStyle": "lineMarker"}),
    "XYScatterLinesNoMarkers": ("ScatterChart", {"style": None, "scatterStyle": "lineMarker"}),
}
# Office.js knows these too; nobody has needed them here.
OTHERS = (
    "3D", "Bubble", "Cone", "Cylinder", "Pyramid", "Radar", "Stock", "Surface", "BarOfPie", "PieOfPie", "PieExploded",
    "DoughnutExploded", "LineStacked100", "LineMarkersStacked100", "XYScatterSmooth", "Treemap", "Sunburst", "Waterfall",
    "Funnel", "Histogram", "Pareto", "Boxwhisker", "RegionMap",
)  # fmt: skip
LEGENDS = {"Top": "t", "Bottom": "b", "Left": "l", "Right": "r", "Corner": "tr"}
MARKERS = {
    "Automatic": "auto", "None": "none", "Square": "square", "Diamond": "diamond", "Triangle": "triangle", "X": "x",
    "Star": "star", "Dot": "dot", "Dash": "dash", "Circle": "circle", "Plus": "plus",
}  # fmt: skip


@dataclass
class Series:
    """A series: references (without =) or literal texts, and what was set of its looks."""

    name: str | None
    values: str
    categories: str | None = None
    kind: str | None = None
    secondary: bool = False
    looks: dict[str, Any] = field(default_factory=dict)


@dataclass
class Chart:
    """A chart of a sheet; lengths in points. `original` is openpyxl's chart while nothing was changed."""

    name: str
    kind: str
    left: float
    top: float
    width: float
    height: float
    series: list[Series] = field(default_factory=list)
    title: str | None = None
    legend: str | None = "Bottom"
    style: int | None = None
    axes: dict[str, dict[str, Any]] = field(default_factory=dict)
    original: Any = None


def check_type(kind: str) -> None:
    """Refuse what is no type of chart; say so when it is one that is not built here."""
    if kind in TYPES:
        return
    if kind.startswith(OTHERS):
        raise NotImplementedError(f"Charts of type {kind} are not played here.")
    raise Refusal("Office.js has no such type of chart", kind)


def charts_of(package: Package, workbook: openpyxl.Workbook) -> dict[str, list[Chart]]:
    """The charts of a file by sheet."""
    charts: dict[str, list[Chart]] = {}
    for sheet in workbook.worksheets:
        parts = package.charts(sheet.title)
        read = sheet._charts if len(sheet._charts) == len(parts) else [None] * len(parts)
        charts[sheet.title] = [
            _chart(sheet, part.name, part.anchor, describe(part.root), original)
            for part, original in zip(parts, read, strict=True)
        ]
    return charts


def _chart(sheet: Worksheet, name: str, anchor: Any, found: Description, original: Any) -> Chart:
    series = [Series(each.name, each.values, each.categories) for each in found.series]
    axes = {kind: {"title": title} for kind, title in found.axis_titles.items()}
    return Chart(name, found.kind, *_rectangle(sheet, anchor), series, found.title, found.legend, found.style, axes, original)


def _rectangle(sheet: Worksheet, anchor: Any) -> tuple[float, float, float, float]:
    """Left, top, width and height of an anchor in points."""

    def corner(which: str) -> tuple[float, float]:
        marker = anchor.find(f"{DRAWING}{which}")
        column, across, row, down = (int(each.text) for each in marker)
        return (
            geometry.left_of(sheet, column + 1) + across / geometry.EMU,
            geometry.top_of(sheet, row + 1) + down / geometry.EMU,
        )

    left, top = corner("from") if anchor.find(f"{DRAWING}from") is not None else (0.0, 0.0)
    if anchor.find(f"{DRAWING}to") is not None:
        right, bottom = corner("to")
        return left, top, right - left, bottom - top
    extent = anchor.find(f"{DRAWING}ext")
    return left, top, int(extent.get("cx")) / geometry.EMU, int(extent.get("cy")) / geometry.EMU


def write_charts(workbook: openpyxl.Workbook, charts: dict[str, list[Chart]]) -> None:
    """Give every sheet its charts as openpyxl writes them."""
    for sheet in workbook.worksheets:
        sheet._charts = [
            each.original if each.original is not None else _native(sheet, each) for each in charts.get(sheet.title, [])
        ]


def _native(sheet: Worksheet, chart: Chart) -> Any:
    groups: dict[tuple[str, bool], list[tuple[int, Series]]] = {}
    for index, series in enumerate(chart.series):
        groups.setdefault((series.kind or chart.kind, series.secondary), []).append((index, series))
    made = [_plot(chart, kind, members, secondary=secondary) for (kind, secondary), members in groups.items()]
    first = made[0] if made else _plot(chart, chart.kind, [], secondary=False)
    for other in made[1:]:
        first = first + other
    first.title = chart.title
    if chart.title is None:
        first.auto_title_deleted = True
    else:
        first.title.overlay = False
    if chart.legend is None:
        first.legend = None
    else:
        first.legend.position = LEGENDS[chart.legend]
    if chart.style is not None and chart.style <= 48:
        first.style = chart.style
    first.anchor = _anchor(sheet, chart)
    return first


def _plot(chart: Chart, kind: str, members: list[tuple[int, Series]], *, secondary: bool) -> Any:
    name, settings = TYPES[kind]
    plot = getattr(native, name)()
    for key, value in settings.items():
        setattr(plot, key, value)
    for index, series in members:
        made = SeriesFactory(series.values, series.categories if name == "ScatterChart" else None)
        if series.categories and name != "ScatterChart":
            made.cat = AxDataSource(strRef=StrRef(series.categories))
        plot.series.append(made)
        if series.name is not None:
            made.tx = SeriesLabel(strRef=StrRef(series.name)) if "!" in series.name else SeriesLabel(v=series.name)
        made.idx = made.order = index
        _looks(made, kind, series.looks)
    _axes(plot, chart.axes, secondary=secondary)
    return plot


def _looks(made: Any, kind: str, looks: dict[str, Any]) -> None:
    made.spPr = made.spPr or GraphicalProperties()
    if "fill_color" in looks:
        made.spPr.solidFill = looks["fill_color"].lstrip("#")
    if "line_color" in looks:
        made.spPr.ln.solidFill = looks["line_color"].lstrip("#")
    if "line_dash" in looks:
        made.spPr.ln.prstDash = looks["line_dash"]
    elif kind == "XYScatter":
        made.spPr.ln.noFill = True
    _markers(made, kind, looks)


def _markers(made: Any, kind: str, looks: dict[str, Any]) -> None:
    if kind in {"Line", "XYScatterLinesNoMarkers"}:
        made.marker.symbol = "none"
    if "marker_style" in looks:
        made.marker.symbol = MARKERS[looks["marker_style"]]
    if "marker_size" in looks:
        made.marker.size = looks["marker_size"]
    for key, part in (("marker_background_color", "solidFill"), ("marker_foreground_color", "ln")):
        if key in looks:
            made.marker.spPr = made.marker.spPr or GraphicalProperties()
            color = looks[key].lstrip("#")
            if part == "ln":
                made.marker.spPr.ln.solidFill = color
            else:
                made.marker.spPr.solidFill = color


_CROSSES = {"automatic": "autoZero", "minimum": "min", "maximum": "max"}
_AXIS: dict[str, Callable[[Any, Any], None]] = {
    "minimum_scale": lambda axis, value: setattr(axis.scaling, "min", value),
    "maximum_scale": lambda axis, value: setattr(axis.scaling, "max", value),
    "major_unit": lambda axis, value: setattr(axis, "majorUnit", value),
    "number_format": lambda axis, value: setattr(axis, "number_format", value),
    "reverse_order": lambda axis, value: setattr(axis.scaling, "orientation", "maxMin" if value else "minMax"),
    "crosses": lambda axis, value: setattr(axis, "crosses", _CROSSES[value]),
    "visible": lambda axis, value: setattr(axis, "delete", not value),
}


def _axes(plot: Any, axes: dict[str, dict[str, Any]], *, secondary: bool) -> None:
    for kind, attribute in (("category", "x_axis"), ("value", "y_axis")):
        axis = getattr(plot, attribute, None)
        if axis is None:
            continue
        axis.delete = False
        wanted = axes.get(f"secondary_{kind}" if secondary else kind, {})
        if wanted.get("title"):
            axis.title = wanted["title"]
            axis.title.overlay = False
        for key, value in wanted.items():
            if value is not None and key in _AXIS:
                _AXIS[key](axis, value)
        if secondary and kind == "value":
            axis.axId, axis.crosses = 200, "max"


def _anchor(sheet: Worksheet, chart: Chart) -> OneCellAnchor:
    column, across, row, down = geometry.cell_at(sheet, chart.left, chart.top)
    marker = AnchorMarker(column - 1, round(across * geometry.EMU), row - 1, round(down * geometry.EMU))
    return OneCellAnchor(marker, XDRPositiveSize2D(round(chart.width * geometry.EMU), round(chart.height * geometry.EMU)))
