"""What the XML of a chart says: kind, title, series, axis titles, legend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tools.excel.package import ART, CHART

_LEGENDS = {"t": "Top", "b": "Bottom", "l": "Left", "r": "Right", "tr": "Corner"}
_GROUPINGS = {"clustered": "Clustered", "stacked": "Stacked", "percentStacked": "Stacked100", "standard": ""}


@dataclass(frozen=True, slots=True)
class SeriesOf:
    """A series of a chart, as references without = or literal text."""

    name: str | None
    values: str
    categories: str | None
    color: str | None


@dataclass(frozen=True, slots=True)
class Description:
    """What a chart shows; axis titles by "category" and "value"."""

    kind: str
    title: str | None
    series: tuple[SeriesOf, ...]
    axis_titles: dict[str, str]
    legend: str | None
    style: int | None


def describe(root: Any) -> Description:
    """The description of a chart's XML."""
    area = next(root.iter(f"{CHART}plotArea"))
    plots = [each for each in area if each.tag.endswith("Chart")]
    series = sorted(
        ((int(_value(ser, "order") or 0), _series(ser)) for plot in plots for ser in plot.findall(f"{CHART}ser")),
        key=lambda each: each[0],
    )
    chart = next(root.iter(f"{CHART}chart"))
    legend = chart.find(f"{CHART}legend")
    style = root.find(f"{CHART}style")
    return Description(
        _kind(plots[0]) if plots else "",
        _title(chart),
        tuple(each for _, each in series),
        _axis_titles(area),
        None if legend is None else _LEGENDS[_value(legend, "legendPos") or "r"],
        None if style is None else int(style.get("val")),
    )


def _value(element: Any, name: str) -> str | None:
    found = element.find(f"{CHART}{name}")
    return None if found is None else found.get("val")


def _kind(plot: Any) -> str:
    """The name that Office.js has for it."""
    name = plot.tag.removeprefix(CHART).removesuffix("Chart")
    grouping = _GROUPINGS.get(_value(plot, "grouping") or "standard", "")
    if name == "bar":
        return ("Bar" if _value(plot, "barDir") == "bar" else "Column") + (grouping or "Clustered")
    if name == "line":
        symbols = {_value(each, "symbol") for each in plot.iter(f"{CHART}marker") if len(each)}
        return ("LineMarkers" if symbols - {"none"} or not symbols else "Line") + grouping
    if name == "scatter":
        drawn = [each.find(f"{CHART}spPr/{ART}ln/{ART}noFill") is None for each in plot.findall(f"{CHART}ser")]
        return "XYScatterLines" if any(drawn) else "XYScatter"
    return {"area": "Area", "pie": "Pie", "doughnut": "Doughnut", "radar": "Radar"}.get(name, name) + grouping


def _title(element: Any) -> str | None:
    title = element.find(f"{CHART}title")
    if title is None:
        return None
    return "".join(each.text or "" for each in title.iter(f"{ART}t")) or _reference(title, "tx") or ""


def _reference(element: Any, name: str) -> str | None:
    found = element.find(f"{CHART}{name}")
    if found is None:
        return None
    for reference in found.iter(f"{CHART}f"):
        return (reference.text or "").removeprefix("=")
    return next((each.text for each in found.iter(f"{CHART}v")), None)


def _series(ser: Any) -> SeriesOf:
    color = ser.find(f"{CHART}spPr/{ART}solidFill/{ART}srgbClr")
    return SeriesOf(
        _reference(ser, "tx"),
        _reference(ser, "val") or _reference(ser, "yVal") or "",
        _reference(ser, "cat") or _reference(ser, "xVal"),
        None if color is None else color.get("val"),
    )


def _axis_titles(area: Any) -> dict[str, str]:
    axes = [each for each in area if each.tag.endswith("Ax")]
    by_kind = all(each.tag == f"{CHART}valAx" for each in axes)
    titles: dict[str, str] = {}
    for index, axis in enumerate(axes):
        horizontal = index == 0 if by_kind else axis.tag != f"{CHART}valAx"
        if title := _title(axis):
            titles.setdefault("category" if horizontal else "value", title)
    return titles
