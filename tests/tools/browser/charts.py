"""Charts between openpyxl and the stub's model: kind, title, series and place."""

from __future__ import annotations

from typing import Any

from openpyxl.chart import BarChart, LineChart, PieChart, Reference, ScatterChart, Series
from openpyxl.chart.data_source import AxDataSource, StrRef
from openpyxl.chart.marker import Marker
from openpyxl.chart.series_factory import SeriesFactory
from openpyxl.utils.units import EMU_to_pixels

GROUPINGS = {"clustered": "Clustered", "stacked": "Stacked", "percentStacked": "Stacked100"}
BY_KIND = {
    f"{shape}{suffix}": (direction, grouping)
    for shape, direction in (("Bar", "bar"), ("Column", "col"))
    for grouping, suffix in GROUPINGS.items()
}
POINTS_PER_CENTIMETER = 72 / 2.54


def _kind(chart: Any) -> str:
    if isinstance(chart, BarChart):
        return {"bar": "Bar", "col": "Column"}[chart.barDir] + GROUPINGS[chart.grouping or "clustered"]
    names = {LineChart: "Line", ScatterChart: "XYScatter", PieChart: "Pie"}
    return next((name for kind, name in names.items() if isinstance(chart, kind)), type(chart).__name__)


def _text(title: Any) -> str:
    if title is None or title.tx is None or title.tx.rich is None:
        return ""
    return "\n".join("".join(run.t for run in paragraph.r or ()) for paragraph in title.tx.rich.p)


def _reference(source: Any) -> str:
    if source is None:
        return ""
    found = source.numRef or getattr(source, "strRef", None)
    return found.f if found is not None else ""


def _series(one: Any, at: int) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": f"Series{at + 1}", "values": _reference(one.val or one.yVal)}
    if categories := _reference(one.cat or one.xVal):
        entry["categories"] = categories
    if one.tx is not None and one.tx.strRef is not None:
        entry["nameFrom"] = one.tx.strRef.f
        cache = one.tx.strRef.strCache
        entry["name"] = cache.pt[0].v if cache is not None and cache.pt else entry["name"]
    elif one.tx is not None and one.tx.v is not None:
        entry["name"] = one.tx.v
    return entry


def _axes(chart: Any) -> dict[str, Any]:
    """The axes that have titles."""
    found = {}
    for name, axis in (("category", getattr(chart, "x_axis", None)), ("value", getattr(chart, "y_axis", None))):
        if axis is not None and (text := _text(axis.title)):
            found[name] = {"title": {"visible": True, "text": text}}
    return found


def read_chart(chart: Any, at: int) -> dict[str, Any]:
    """The model of openpyxl's chart."""
    title = _text(chart.title)
    anchor = chart.anchor
    place: dict[str, Any] = {}
    start = getattr(anchor, "_from", None)
    if start is not None:
        place["cell"] = [start.row, start.col]
    extent = getattr(anchor, "ext", None)
    size = (EMU_to_pixels(extent.width) * 0.75, EMU_to_pixels(extent.height) * 0.75) if extent is not None else (360, 216)
    return {
        "id": f"{{chart{at}}}", "name": f"Chart {at + 1}", "type": _kind(chart), "left": 0, "top": 0, "width": size[0], "height": size[1], "style": 2,
        "plotBy": "Columns", "title": {"visible": bool(title), "text": title}, "legend": {"visible": chart.legend is not None}, "axes": _axes(chart), "place": place,
        "series": [_series(one, n) for n, one in enumerate(chart.series)],
    }  # fmt: skip


def write_chart(sheet: Any, model: dict[str, Any]) -> Any:
    """The model as a chart of openpyxl; kinds that it does not have become columns."""
    kind = model["type"]
    chart: Any
    if kind.startswith("XYScatter"):
        chart = ScatterChart()
        chart.style, chart.scatterStyle = None, "lineMarker"
    elif kind.startswith("Line"):
        chart = LineChart()
    elif kind.startswith("Pie"):
        chart = PieChart()
    else:
        chart = BarChart()
        chart.barDir, chart.grouping = BY_KIND.get(kind, ("col", "clustered"))
        if "Stacked" in kind:
            chart.overlap = 100
    title = model.get("title", {})
    chart.title = title.get("text") if title.get("visible", True) else None
    for one in model["series"]:
        chart.series.append(_written(sheet, one, scatter=isinstance(chart, ScatterChart)))
    for name, axis in (("category", getattr(chart, "x_axis", None)), ("value", getattr(chart, "y_axis", None))):
        words = model.get("axes", {}).get(name, {}).get("title", {})
        if axis is not None:
            axis.delete = False
            axis.title = words.get("text") if words.get("visible") else None
    if not model.get("legend", {}).get("visible", True):
        chart.legend = None
    chart.width, chart.height = model["width"] / POINTS_PER_CENTIMETER, model["height"] / POINTS_PER_CENTIMETER
    return chart


def _written(sheet: Any, one: dict[str, Any], *, scatter: bool) -> Series:
    values = Reference(sheet, range_string=one["values"])
    categories = Reference(sheet, range_string=one["categories"]) if one.get("categories") else None
    if scatter:
        dots = SeriesFactory(values, categories, title=one["name"])
        dots.graphicalProperties.line.noFill = True
        dots.marker = Marker(symbol="circle")
        return dots
    series = SeriesFactory(values, title=one["name"])
    if categories is not None:
        series.cat = AxDataSource(strRef=StrRef(f=str(categories)))
    return series
