"""Actions on looks: number formats, fonts, fills, borders, alignment, widths, heights, merging, outlines."""

from __future__ import annotations

import re
from typing import Any

from openpyxl.styles import Border, PatternFill, Side

from tools.excel import limits
from tools.excel.areas import Area
from tools.excel.limits import Refusal, check
from tools.excel.protocol import Action, Context, ScriptError, plays
from tools.excel.restyle import merged, restyle

HORIZONTAL = {
    "General": "general", "Left": "left", "Center": "center", "Right": "right", "Fill": "fill", "Justify": "justify",
    "CenterAcrossSelection": "centerContinuous", "Distributed": "distributed",
}  # fmt: skip
VERTICAL = {"Top": "top", "Center": "center", "Bottom": "bottom", "Justify": "justify", "Distributed": "distributed"}
SIDES = {
    "edge_top": "top", "edge_bottom": "bottom", "edge_left": "left", "edge_right": "right",
    "inside_vertical": "vertical", "inside_horizontal": "horizontal", "diagonal_down": "", "diagonal_up": "",
}  # fmt: skip
LINES = {
    "continuous": "thin", "dash": "dashed", "dash_dot": "dashDot", "dash_dot_dot": "dashDotDot", "dot": "dotted",
    "double": "double", "slant_dash_dot": "slantDashDot", "none": None,
}  # fmt: skip
WEIGHTS = {"hairline": "hair", "thin": "thin", "medium": "medium", "thick": "thick"}
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def color(value: Any, what: str = "a color") -> str:
    """RRGGBB of #RRGGBB; refused otherwise."""
    check(isinstance(value, str) and bool(_HEX.fullmatch(value)), f"{what} is #RRGGBB", value)
    return str(value).removeprefix("#").upper()


def number_format(value: Any) -> str:
    """A number format that Excel accepts: at most four parts, quotes and brackets closed."""
    check(isinstance(value, str) and 0 < len(value) <= limits.NAME, "a number format has 1 to 255 characters", value)
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.', "", value)
    check('"' not in bare, "a text in a number format ends with a quotation mark", value)
    check(bare.count(";") <= 3, "a number format has at most four parts", value)
    check(bare.count("[") == bare.count("]"), "brackets in a number format are closed", value)
    return str(value)


@plays("setNumberFormat")
def set_number_format(context: Context, action: Action) -> None:
    sheet, place = context.range(action)
    code = str(action["args"][0])
    context.order(lambda: restyle(sheet, place, lambda cell: setattr(cell, "number_format", number_format(code))))


@plays("setFontProperty")
def set_font(context: Context, action: Action) -> None:
    sheet, place = context.range(action)
    name, value = action["args"][0], action["args"][1]
    context.order(lambda: restyle(sheet, place, lambda cell: merged(cell, "font", **font_changes(name, value))))
    context.sync()


def font_changes(name: str, value: Any) -> dict[str, Any]:
    """What Office.js' RangeFont property means for openpyxl's font."""
    if name in {"bold", "italic"}:
        return {name: bool(value)}
    if name == "color":
        return {"color": color(value, "a font's color")}
    if name == "size":
        limits.check_number(value, *limits.FONT_SIZES, "a font's size")
        return {"size": float(value)}
    if name == "name":
        check(isinstance(value, str) and bool(value), "a font has a name", value)
        return {"name": value, "scheme": None}
    raise ScriptError(f"RangeFont has no property {name}")


@plays("setRangeColor")
def set_fill(context: Context, action: Action) -> None:
    sheet, place = context.range(action)
    value = action["args"][0]
    context.order(lambda: restyle(sheet, place, lambda cell: set_cell_fill(cell, value)))
    context.sync()


@plays("setRangeColors")
def set_fills(context: Context, action: Action) -> None:
    rows, columns, colors = action["row_count"], action["column_count"], action["args"][0]
    if rows * columns > 10_000:
        raise ScriptError("Range.set_colors() supports at most 10000 cells per call.")
    if not isinstance(colors, list) or len(colors) != rows or any(len(row) != columns for row in colors):
        raise ScriptError("set_colors() matrix shape does not match the range.")
    if any(each not in {None, "keep"} and not _HEX.fullmatch(str(each)) for row in colors for each in row):
        raise ScriptError("set_colors() contains an invalid color.")
    sheet, place = context.range(action)

    def paint() -> None:
        for (row, column), each in zip(place, [each for line in colors for each in line], strict=True):
            if each != "keep":
                set_cell_fill(sheet.cell(row, column), each)

    context.order(paint)
    context.sync()


def set_cell_fill(cell: Any, value: str | None) -> None:
    cell.fill = PatternFill() if value is None else PatternFill("solid", fgColor=color(value, "a fill"))


@plays("setWrapText")
def set_wrap(context: Context, action: Action) -> None:
    _align(context, action, wrap_text=bool(action["args"][0]))


@plays("setHorizontalAlignment")
def set_horizontal(context: Context, action: Action) -> None:
    value = action["args"][0]
    _align(context, action, horizontal=HORIZONTAL.get(value, Refusal("no such horizontal alignment", value)))


@plays("setVerticalAlignment")
def set_vertical(context: Context, action: Action) -> None:
    value = action["args"][0]
    _align(context, action, vertical=VERTICAL.get(value, Refusal("no such vertical alignment", value)))


def _align(context: Context, action: Action, **changes: Any) -> None:
    sheet, place = context.range(action)

    def play() -> None:
        for value in changes.values():
            if isinstance(value, Refusal):
                raise value
        restyle(sheet, place, lambda cell: merged(cell, "alignment", **changes))

    context.order(play)
    context.sync()


@plays("rangeAdjustIndent")
def adjust_indent(context: Context, action: Action) -> None:
    sheet, place = context.range(action)
    steps = int(action["args"][0])

    def indent(cell: Any) -> None:
        level = (cell.alignment.indent or 0) + steps
        limits.check_number(level, 0, limits.INDENT, "an indent")
        horizontal = cell.alignment.horizontal
        merged(cell, "alignment", indent=level, horizontal="left" if horizontal in {None, "general"} else horizontal)

    context.order(lambda: restyle(sheet, place, indent))


@plays("setBorderProperty")
def set_border(context: Context, action: Action) -> None:
    side, attribute, value = action["args"]
    if side not in SIDES:
        raise ScriptError(f"Unknown border side: {side}")
    if attribute == "line_style" and value is not None and value not in LINES:
        raise ScriptError(f"Unknown border line style: {value}")
    if attribute == "weight" and value not in WEIGHTS:
        raise ScriptError(f"Unknown border weight: {value}")
    if attribute == "color" and not _HEX.fullmatch(str(value)):
        raise ScriptError(f"Border color must be #RRGGBB, not {value}")
    if attribute not in {"line_style", "weight", "color"}:
        raise ScriptError(f"Unknown border attribute: {attribute}")
    if not SIDES[side]:
        raise NotImplementedError("Diagonal borders are not played here.")
    sheet, place = context.range(action)

    def play() -> None:
        for row, column in place:
            for edge in _edges(SIDES[side], place, row, column):
                _set_side(sheet.cell(row, column), edge, attribute, value)

    context.order(play)
    context.sync()


def _edges(side: str, place: Area, row: int, column: int) -> list[str]:
    """The sides of one cell that a side of the range runs along."""
    at = {
        "top": ["top"] * (row == place.top),
        "bottom": ["bottom"] * (row == place.bottom),
        "left": ["left"] * (column == place.left),
        "right": ["right"] * (column == place.right),
        "horizontal": ["bottom"] * (row < place.bottom) + ["top"] * (row > place.top),
        "vertical": ["right"] * (column < place.right) + ["left"] * (column > place.left),
    }
    return at[side]


def _set_side(cell: Any, edge: str, attribute: str, value: Any) -> None:
    sides = {name: getattr(cell.border, name) or Side() for name in ("left", "right", "top", "bottom")}
    old = sides[edge]
    if attribute == "line_style":
        style = LINES[value or "none"]
        sides[edge] = Side(style, old.color if style else None)
    elif attribute == "weight":
        sides[edge] = Side(WEIGHTS[value], old.color)
    else:
        sides[edge] = Side(old.style or "thin", color(value))
    cell.border = Border(**sides)
