"""Actions on charts, with the checks of xlwings' chart-action-callbacks.js."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from tools.excel import geometry
from tools.excel.areas import Area, area
from tools.excel.charts import LEGENDS, MARKERS, Chart, Series, check_type
from tools.excel.limits import check
from tools.excel.protocol import Action, Context, ScriptError, plays
from tools.excel.references import Place

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from tools.excel.workbook import Book

WIDTH, HEIGHT = 360.0, 216.0  # what Excel gives a new chart, in points
DIRECTIONS = ("Auto", "Columns", "Rows")
POSITIONS = ("left", "top", "width", "height")
AXES = ("category", "value", "secondary_category", "secondary_value")
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


@plays("addChart")
def add_chart(context: Context, action: Action) -> None:
    name, kind, source_sheet, source, left, top, width, height, by, anchor, style = (*action["args"], *[None] * 11)[:11]
    context.sync()
    sheet, book = context.sheet(action), context.book

    def add() -> None:
        check_type(str(kind))
        place = Place(book.sheet_title(str(source_sheet)), area(str(source).rpartition("!")[2]))
        series = series_of(book, place, by)
        title = (_text(book, series[0].name) if len(series) == 1 else "Chart Title") if series else None
        chart = Chart(str(name), str(kind), 0.0, 0.0, WIDTH, HEIGHT, series, title)
        book.charts.setdefault(sheet.title, []).append(chart)
        if anchor is not None:
            corner = area(str(anchor).rpartition("!")[2])
            chart.left, chart.top = geometry.left_of(sheet, corner.left), geometry.top_of(sheet, corner.top)
        for attribute, value in zip(POSITIONS, (left, top, width, height), strict=True):
            if value is not None:
                _position(chart, attribute, value)
        if style is not None:
            _style(chart, style)

    context.order(add)
    context.sync()


def series_of(book: Book, source: Place, by: Any) -> list[Series]:
    """The series that Excel finds in a range: a first row and column of texts name them and their points."""
    by = "Auto" if by is None else str(by)
    check(by in DIRECTIONS, f"series are taken by one of {', '.join(DIRECTIONS)}", by)
    sheet, place = book[source.sheet], source.area
    named_above, named_left = _names(book, sheet, place)
    down = place.rows - named_above >= place.columns - named_left if by == "Auto" else by == "Columns"
    rows = range(place.top + named_above, place.bottom + 1)
    columns = range(place.left + named_left, place.right + 1)

    def text(top: int, left: int, height: int, width: int) -> str:
        return Place(source.sheet, Area(top, left, height, width)).text

    if down:
        points = text(rows.start, place.left, len(rows), 1) if named_left else None
        return [
            Series(text(place.top, column, 1, 1) if named_above else None, text(rows.start, column, len(rows), 1), points)
            for column in columns
        ]
    points = text(place.top, columns.start, 1, len(columns)) if named_above else None
    return [
        Series(text(row, place.left, 1, 1) if named_left else None, text(row, columns.start, 1, len(columns)), points)
        for row in rows
    ]


def _names(book: Book, sheet: Worksheet, place: Area) -> tuple[int, int]:
    """1 where the first row, and the first column, hold texts and no numbers."""

    def wordy(spots: list[tuple[int, int]]) -> int:
        values = [book.value(sheet, *spot) for spot in spots]
        numbers = [each for each in values if isinstance(each, int | float) and not isinstance(each, bool)]
        return int(bool(values) and not numbers and any(isinstance(each, str) and each for each in values))

    above = wordy([(place.top, column) for column in range(place.left + (place.columns > 1), place.right + 1)])
    left = wordy([(row, place.left) for row in range(place.top + (place.rows > 1), place.bottom + 1)]) if place.columns > 1 else 0
    return above, left


def _text(book: Book, name: str | None) -> str | None:
    if name is None or "!" not in name:
        return name
    sheet, _, cells = name.rpartition("!")
    corner = area(cells)
    return str(book.value(book[sheet.strip("'").replace("''", "'")], corner.top, corner.left) or "")


@plays("setChartSourceData")
def set_source(context: Context, action: Action) -> None:
    _, sheet, source, by = (*action["args"], None)[:4]
    chart, book = context.chart(action), context.book

    def play() -> None:
        chart.series = series_of(book, Place(book.sheet_title(str(sheet)), area(str(source).rpartition("!")[2])), by)

    context.order(play)


@plays("setChartXAxisValues")
def set_categories(context: Context, action: Action) -> None:
    _, sheet, source = action["args"]
    chart, book = context.chart(action), context.book

    def play() -> None:
        place = Place(book.sheet_title(str(sheet)), area(str(source).rpartition("!")[2]))
        for each in chart.series:
            each.categories = place.text

    context.order(play)
    context.sync()


@plays("setChartPlotBy")
def set_direction(context: Context, action: Action) -> None:
    context.chart(action)
    raise NotImplementedError("Changing a chart's direction later is not played here; say it with its source.")


@plays("setChartName")
def set_name(context: Context, action: Action) -> None:
    chart = context.chart(action)
    context.order(lambda: setattr(chart, "name", str(action["args"][1])))


@plays("setChartType")
def set_type(context: Context, action: Action) -> None:
    chart = context.chart(action)
    kind = str(action["args"][1])

    def play() -> None:
        check_type(kind)
        chart.kind = kind

    context.order(play)


@plays("setChartPosition")
def set_position(context: Context, action: Action) -> None:
    chart = context.chart(action)
    _, attribute, value = action["args"]
    context.order(lambda: _position(chart, str(attribute), value))


def _position(chart: Chart, attribute: str, value: Any) -> None:
    check(attribute in POSITIONS, f"a chart's position is {', '.join(POSITIONS)}", attribute)
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
    check(number and (value > 0 or attribute in {"left", "top"}), f"a chart's {attribute} is a length in points", value)
    setattr(chart, attribute, float(value))


@plays("deleteChart")
def delete(context: Context, action: Action) -> None:
    chart = context.chart(action)
    sheet = context.sheet(action)
    context.order(lambda: context.book.charts[sheet.title].remove(chart))


@plays("setChartTitle")
def set_title(context: Context, action: Action) -> None:
    chart, text = context.chart(action), action["args"][1]
    context.order(lambda: setattr(chart, "title", None if text is None else str(text)))


@plays("setChartStyle")
def set_style(context: Context, action: Action) -> None:
    chart = context.chart(action)
    context.order(lambda: _style(chart, action["args"][1]))


def _style(chart: Chart, style: Any) -> None:
    whole = isinstance(style, int) and not isinstance(style, bool)
    check(whole and (1 <= style <= 48 or 201 <= style <= 353), "a chart's style is 1 to 48 or 201 to 353", style)
    chart.style = style


@plays("setChartLegend")
def set_legend(context: Context, action: Action) -> None:
    chart = context.chart(action)
    _, attribute, value = action["args"]
    if attribute == "visible":
        context.order(lambda: setattr(chart, "legend", (chart.legend or "Bottom") if value else None))
    elif attribute == "position":
        context.order(lambda: _legend(chart, str(value)))
    else:
        raise ScriptError(f"Unknown chart legend attribute: {attribute}")


def _legend(chart: Chart, position: str) -> None:
    check(position in LEGENDS, f"a legend stands at {', '.join(LEGENDS)}", position)
    chart.legend = position


# --- axes and series: JavaScript checks every value before Excel sees one


def _number_or_null(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value))


AXIS_VALUES = {
    "title": (lambda value: value is None or isinstance(value, str), "a string or null"),
    "minimum_scale": (_number_or_null, "a finite number or null"),
    "maximum_scale": (_number_or_null, "a finite number or null"),
    "major_unit": (lambda value: _number_or_null(value) and (value is None or value > 0), "a positive number or null"),
    "number_format": (lambda value: isinstance(value, str), "a string"),
    "visible": (lambda value: isinstance(value, bool), "a boolean"),
    "reverse_order": (lambda value: isinstance(value, bool), "a boolean"),
    "crosses": (lambda value: value in {"automatic", "minimum", "maximum"}, "automatic, minimum or maximum"),
}


def _is_color(value: Any) -> bool:
    return isinstance(value, str) and bool(_HEX.fullmatch(value))


SERIES_VALUES = {
    "name": (lambda value: isinstance(value, str) and len(value) <= 255, "a string of at most 255 characters"),
    "marker_style": (lambda value: value in MARKERS, f"one of {', '.join(MARKERS)}"),
    "marker_size": (lambda value: type(value) is int and 2 <= value <= 72, "an integer from 2 to 72"),
    "marker_foreground_color": (_is_color, "a #RRGGBB color"),
    "marker_background_color": (_is_color, "a #RRGGBB color"),
    "line_color": (_is_color, "a #RRGGBB color"),
    "fill_color": (_is_color, "a #RRGGBB color"),
    "chart_type": (lambda value: isinstance(value, str) and bool(value), "a non-empty string"),
    "axis_group": (lambda value: value in {"Primary", "Secondary"}, "Primary or Secondary"),
}


def _checked(values: Any, rules: dict[str, Any], what: str) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise ScriptError(f"Chart {what} values must be an object")
    for key, value in values.items():
        if key not in rules:
            raise ScriptError(f"Unknown chart {what} attribute: {key}")
        holds, words = rules[key]
        if not holds(value):
            raise ScriptError(f"Chart {what} {key} must be {words}")
    return values


@plays("setChartAxis")
def set_axis(context: Context, action: Action) -> None:
    _, axis, given = action["args"]
    if axis not in AXES:
        raise ScriptError(f"Unknown chart axis type: {axis}")
    values = _checked(given, AXIS_VALUES, "axis")
    chart = context.chart(action)
    if axis.startswith("secondary") and not any(each.secondary for each in chart.series):
        raise ScriptError("The chart has no secondary axis group. Move a series to it first with series.axis_group = 'secondary'.")
    old = chart.axes.setdefault(axis, {})
    shows = values.get("visible") is True or values.get("title") is not None or (values.get("visible") is False and len(values) > 1)
    if old.get("visible") is False and not shows and set(values) - {"title", "visible"}:
        raise ScriptError(f"The chart has no visible {axis} axis. Set visible=True first.")

    def play() -> None:
        check(chart.kind not in {"Pie", "Doughnut"}, "a pie has no axes", chart.kind)
        old.update({"visible": True} if shows else {})
        old.update(values)

    context.order(play)
    context.sync()


@plays("setChartSeries")
def set_series(context: Context, action: Action) -> None:
    _, index, given = action["args"]
    values = _checked(given, SERIES_VALUES, "series")
    chart = context.chart(action)
    context.sync()
    if not isinstance(index, int) or not 0 <= index < len(chart.series):
        raise ScriptError(f"No chart series at index {index}")
    series = chart.series[index]

    def play() -> None:
        if "chart_type" in values:
            check_type(values["chart_type"])
            series.kind = values["chart_type"]
        if "axis_group" in values:
            series.secondary = values["axis_group"] == "Secondary"
        if "name" in values:
            series.name = values["name"]
        series.looks |= {key: value for key, value in values.items() if key not in {"chart_type", "axis_group", "name"}}

    context.order(play)
    context.sync()
