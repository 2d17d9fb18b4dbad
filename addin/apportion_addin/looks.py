"""How a sheet looks, as the task pane's own script takes it: every property of every cell in one message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apportion.tables import column_letters
from apportion.workbook.charts import LINE_MARKER, MARKER, has_legend
from apportion.workbook.drawing import footers
from apportion.workbook.styles import SERIES_COLORS, TABS, look
from apportion_addin.blocks import Block, blocks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apportion.workbook.drawing import Drawing
    from apportion.workbook.sheets import Chart

# Property of a style -> name of the message, and what its values are called there.
NAMES: Mapping[str, tuple[str, Mapping[Any, Any]]] = {
    "num_format": ("numberFormat", {}),
    "font_name": ("fontName", {}),
    "font_size": ("fontSize", {}),
    "font_color": ("color", {}),
    "bold": ("bold", {}),
    "underline": ("underline", {1: True}),
    "bg_color": ("fill", {}),
    "align": ("horizontal", {"left": "Left", "right": "Right", "center": "Center"}),
    "valign": ("vertical", {"vcenter": "Center", "bottom": "Bottom", "top": "Top"}),
    "text_wrap": ("wrap", {}),
    "indent": ("indent", {}),
    "locked": ("locked", {}),
}
POINTS = 0.75  # of a pixel
SIDES = ("top", "bottom", "left", "right")


def format_of(properties: Mapping[str, Any]) -> dict[str, Any]:
    """A style's properties in the words of the message.

    >>> format_of({"bold": True, "align": "right", "top": 1, "top_color": "#1B2A33"})
    {'bold': True, 'horizontal': 'Right', 'borders': {'top': '#1B2A33'}}
    """
    said = {NAMES[name][0]: NAMES[name][1].get(value, value) for name, value in properties.items() if name in NAMES}
    if "indent" in said:  # Excel indents from a side
        said.setdefault("horizontal", "Left")
    borders = {
        side: properties.get(f"{side}_color", properties.get("border_color"))
        for side in SIDES
        if properties.get(side) or properties.get("border")
    }
    return {**said, "borders": borders} if borders else said


def looks(drawing: Drawing, footer: str) -> dict[str, Any]:
    """The message `apportionFormat` of a sheet; `footer` is what its pages say after Apportion's name."""
    by_cell: dict[tuple[int, int], tuple[str, str]] = {}
    for drawn in drawing.tables:
        for index, column in enumerate(drawn.table.columns):
            by_cell[drawn.table.row, drawn.table.column + index] = (column.style, drawn.header_variant)
    by_cell |= {(cell.row, cell.column): (cell.style, cell.variant) for cell in drawing.cells}
    order = {each: index for index, each in enumerate(dict.fromkeys(by_cell.values()))}
    areas = blocks({place: order[each] for place, each in by_cell.items()})
    sheet = drawing.sheet
    return {
        "formats": [format_of(look(style, variant)) for style, variant in order],  # type: ignore[arg-type]
        "areas": [[block.address, index] for block, index in areas],
        "widths": [[column, column, width] for column, width in sorted(drawing.widths.items())],
        "heights": [[row, height] for row, height in sorted(drawing.heights.items())],
        "tab": TABS[sheet.tab],
        "links": [[_address(cell.row, cell.column), _target(cell.link)] for cell in drawing.cells if cell.link],
        "notes": [[_address(row, column), note] for row, column, note in drawing.notes],
        "outline": _outline(drawing),
        "print": _print(drawing, footer),
    }


def charts(drawing: Drawing) -> list[dict[str, Any]]:
    """The message `apportionCharts` of a sheet."""
    return [_chart(chart) for chart in drawing.sheet.charts]


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "kind": chart.kind,
        "anchor": _address(chart.row, chart.column),
        "width": chart.width * POINTS,
        "height": chart.height * POINTS,
        "title": chart.title,
        "xTitle": chart.x_title,
        "yTitle": chart.y_title,
        "numberFormat": chart.number_format,
        "xFormat": chart.x_format,
        "xLimits": list(chart.x_limits) if chart.x_limits else None,
        "yLimits": list(chart.y_limits) if chart.y_limits else None,
        "reverse": chart.reverse,
        "legend": has_legend(chart),
        "series": [
            {
                "name": series.name,
                "categories": _source(series.categories),
                "values": _source(series.values),
                "color": series.color or SERIES_COLORS[index % len(SERIES_COLORS)],
                "labels": series.labels,
                "size": series.size or (LINE_MARKER if chart.kind == "line" else MARKER),
                "line": series.line,
                "side": series.side,
            }
            for index, series in enumerate(chart.series)
        ],
    }


def _source(cells: tuple[str, int, int, int, int]) -> list[str]:
    """A series' cells as sheet and address."""
    sheet, *corners = cells
    return [sheet, Block(*corners).address]


def _outline(drawing: Drawing) -> dict[str, Any] | None:
    if drawing.sheet.outline is None:
        return None
    first, last = drawing.sheet.outline
    columns = ":".join(_address(0, column).removesuffix("1") for column in (first, last))
    return {"columns": columns, "folded": drawing.sheet.folded}


def _print(drawing: Drawing, footer: str) -> dict[str, Any]:
    """As the file has it: Letter, one page wide where that can be read, headers and frozen columns on every page."""
    rows, columns, printed = drawing.repeated_rows, drawing.repeated_columns, drawing.printed
    return {
        "landscape": drawing.sheet.landscape,
        "fit": drawing.sheet.fit,
        "pages": drawing.pages,
        "rows": f"{rows[0] + 1}:{rows[1] + 1}" if rows else None,
        "columns": f"A:{column_letters(columns)}" if columns else None,
        "area": Block(0, 0, *printed).address if printed else None,
        "breaks": [_address(row, 0) for row in drawing.sheet.breaks],
        "footer": list(footers(footer)),
    }


def _address(row: int, column: int) -> str:
    return Block(row, column, row, column).address


def _target(link: str) -> str:
    return link.removeprefix("internal:")
