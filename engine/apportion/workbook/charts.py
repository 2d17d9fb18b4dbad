"""Native charts of a workbook: a message for a title, named axes, direct labels, few colors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from apportion.workbook.styles import ACCENT, FONT, INK, LOSS, MUTED, RULE, SERIES_COLORS, WHITE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlsxwriter import Workbook

    from apportion.workbook.sheets import Chart, Series

TYPES: dict[str, dict[str, str]] = {
    "bar": {"type": "bar"},
    "column": {"type": "column"},
    "stacked_bar": {"type": "bar", "subtype": "stacked"},
    "stacked_column": {"type": "column", "subtype": "stacked"},
    "scatter": {"type": "scatter"},
    "line": {"type": "line"},
}
GRID = {"visible": True, "line": {"color": RULE}}
DARK = (ACCENT, MUTED, SERIES_COLORS[3])
MARKER, LINE_MARKER = 9, 6  # diameters in points
SMALL = {"name": FONT, "size": 9, "color": MUTED}


def native_chart(book: Workbook, chart: Chart) -> Any:
    """XlsxWriter's chart of a description, ready to be inserted."""
    native = book.add_chart(TYPES[chart.kind])
    for index, series in enumerate(chart.series):
        native.add_series(_series(chart, series, series.color or SERIES_COLORS[index % len(SERIES_COLORS)]))
    native.set_title(_title(chart.title))
    across, upright = _categories(chart), _values(chart)
    if "bar" in chart.kind:
        across, upright = upright, across
    native.set_x_axis(across)
    native.set_y_axis(upright)
    native.set_legend(_legend(chart))
    native.set_size({"width": chart.width, "height": chart.height})
    native.set_chartarea({"border": {"none": True}, "fill": {"color": WHITE}})
    return native


def _title(message: str) -> dict[str, Any]:
    if not message:
        return {"none": True}
    font = {"name": FONT, "size": 12, "bold": True, "color": INK}
    return {"name": message, "name_font": font, "layout": {"x": 0.015, "y": 0.02}}


def _series(chart: Chart, series: Series, color: str) -> dict[str, Any]:
    options: dict[str, Any] = {
        "name": series.name,
        "categories": list(series.categories),
        "values": list(series.values),
    }
    if series.line:
        dash = "dash" if series.line == "dashed" else "solid"
        options |= {"marker": {"type": "none"}, "line": {"color": color, "width": 1.25, "dash_type": dash}}
    elif chart.kind == "scatter":
        fill, border = {"color": color, "transparency": 25}, {"color": color}
        options["marker"] = {"type": "circle", "size": series.size or MARKER, "fill": fill, "border": border}
    elif chart.kind == "line":
        options |= {
            "line": {"color": color, "width": 2.25},
            "marker": {
                "type": "circle",
                "size": series.size or LINE_MARKER,
                "fill": {"color": color},
                "border": {"color": color},
            },
        }
    else:
        options |= {"fill": {"color": color}, "border": {"none": True}, "gap": 60}
        if not chart.kind.startswith("stacked"):
            options |= {"invert_if_negative": True, "invert_if_negative_color": LOSS}
    if series.labels:
        options["data_labels"] = _labels(chart, series, color)
    return options


def _labels(chart: Chart, series: Series, color: str) -> dict[str, Any]:
    font = {"name": FONT, "size": 9, "color": INK}
    if chart.kind == "scatter":
        return {"series_name": True, "value": False, "position": series.side, "font": font}
    labels: dict[str, Any] = {"value": True, "font": font}
    if chart.number_format:
        labels["num_format"] = chart.number_format
    if chart.kind.startswith("stacked"):
        labels |= {"position": "center", "font": {**font, "color": WHITE if color in DARK else INK}}
    else:
        labels["position"] = "above" if chart.kind == "line" else "outside_end"
    return labels


def _axis(title: str) -> dict[str, Any]:
    axis: dict[str, Any] = {"num_font": SMALL, "line": {"color": RULE}, "major_gridlines": {"visible": False}}
    if title:
        axis |= {"name": title, "name_font": {"name": FONT, "size": 10, "bold": False, "color": INK}}
    return axis


def _categories(chart: Chart) -> dict[str, Any]:
    axis = {**_axis(chart.x_title), "label_position": "low"}
    if chart.kind == "scatter":
        written = {"num_format": chart.x_format} if chart.x_format else {}
        return {**axis, "major_gridlines": GRID, **written, **_limits(chart.x_limits)}
    # Every category is labelled, however little room there is.
    return {**axis, "reverse": chart.reverse, "major_tick_mark": "none", "interval_unit": 1}


def _values(chart: Chart) -> dict[str, Any]:
    axis = {**_axis(chart.y_title), "major_gridlines": GRID, **_limits(chart.y_limits)}
    if chart.number_format:
        axis["num_format"] = chart.number_format
    if chart.reverse and "bar" in chart.kind:
        axis["label_position"] = "high"  # a reversed upright axis carries the other one on top
    return axis


def _limits(limits: tuple[float, float, float] | None) -> dict[str, Any]:
    return {} if limits is None else {"min": limits[0], "max": limits[1], "major_unit": limits[2]}


def has_legend(chart: Chart) -> bool:
    """Whether its series need names beside it: there are several, and none stands at its own points."""
    named_in_place = chart.kind == "scatter" and all(series.labels for series in chart.series)
    return chart.legend and len(chart.series) > 1 and not named_in_place


def _legend(chart: Chart) -> dict[str, Any]:
    return {"position": "bottom", "font": SMALL} if has_legend(chart) else {"none": True}


def short_dollars(largest: float) -> str:
    """The number format of a chart's dollars by the largest of them; what is too small to be read is left blank."""
    return f'[<{max(abs(largest) / 25, 0.5):.0f}]"";{axis_dollars(largest)}'


def axis_dollars(largest: float) -> str:
    """The number format of dollars along an axis by the largest of them, 0 included."""
    size = abs(largest)
    return '$#,##0.0,,"M"' if size >= 10_000_000 else '$#,##0,"K"' if size >= 100_000 else "$#,##0"


def axis_limits(values: Iterable[float], steps: int = 3) -> tuple[float, float, float]:
    """Least, most and step of an axis, all round, that holds some values, NaN left out, in about so many steps.

    >>> axis_limits([40.0, 50.0, 58.0])
    (40.0, 60.0, 10.0)
    """
    known = [value for value in values if not math.isnan(value)]
    least, most = min(known), max(known)
    rough = (most - least or abs(most) or 1.0) / steps
    size = 10.0 ** math.floor(math.log10(rough))
    step = size * next(round_one for round_one in (1.0, 2.0, 2.5, 5.0, 10.0) if rough <= round_one * size * 1.0001)
    low, high = math.floor(least / step) * step, math.ceil(most / step) * step
    return round(low, 10), round(high if high > low else low + step, 10), round(step, 10)
