"""How Apportion's workbooks look: the palette, a format for every style, and how much room a text needs."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from apportion.workbook.sheets import Style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apportion.tables import CellValue

INK, MUTED, RULE, WHITE = "#1B2A33", "#5C6B73", "#D9E0E3", "#FFFFFF"
ACCENT, ACCENT_LIGHT, ACCENT_PALE = "#0F5C5C", "#D9EAE9", "#F2F8F8"
INPUT_INK, INPUT_FILL, INPUT_RULE = "#0B3D91", "#FFF8E1", "#EADFBF"
STOP_INK, STOP_FILL, LOOK_FILL, OK_FILL = "#B3261E", "#FBE9E7", "#FFF3D6", "#E5F2E7"
GAIN, LOSS = "#4FA3A0", "#D98880"
SERIES_COLORS = (ACCENT, "#C98B2B", GAIN, "#8A5A83", MUTED, "#9CCBC8")
TABS = {"accent": ACCENT, "muted": "#A9B7BC", "input": "#E8C766"}
FONT = "Calibri"
CODE_FONT = "Consolas"

NUMBER_FORMATS = {
    "count": '#,##0;[Red]-#,##0;"–"',
    "until": '[>=1000000000]"no end";#,##0',
    "fte": '#,##0.0#;[Red]-#,##0.0#;"–"',
    "dollars": '$#,##0;[Red]-$#,##0;"–"',
    "cents": '$#,##0.00;[Red]-$#,##0.00;"–"',
    "percent": '0.0%;[Red]-0.0%;"–"',
    "number": 'General;[Red]-General;"–"',
    "score": "0.00",
    "points": "0",
    "trial": '#,##0.00##;[Red]-#,##0.00##;"–"',
    "year": "0",
    "date": "yyyy-mm-dd",
}
BASE: dict[str, Any] = {"font_name": FONT, "font_size": 11, "font_color": INK, "valign": "vcenter"}
INPUT: dict[str, Any] = {
    "font_color": INPUT_INK, "bg_color": INPUT_FILL, "border": 1, "border_color": INPUT_RULE, "locked": False,
}  # fmt: skip
LINE: dict[str, Any] = {"bottom": 1, "bottom_color": RULE, "text_wrap": True}
AT_BOTTOM: dict[str, Any] = {"valign": "bottom", "align": "left"}  # without a side, XlsxWriter loses the indent
HEADER: dict[str, Any] = {"bold": True, "font_color": WHITE, "bg_color": ACCENT, "text_wrap": True, "indent": 1}
SUM: dict[str, Any] = {"bold": True, "font_color": ACCENT, "bottom": 1, "bottom_color": ACCENT}
TOTAL: dict[str, Any] = {"bold": True, "top": 1, "top_color": INK}
ANSWER: dict[str, Any] = {"bold": True, "bg_color": ACCENT_PALE, "bottom": 1, "bottom_color": RULE}
CAPTION: dict[str, Any] = {**AT_BOTTOM, "indent": 1, "font_size": 10, "font_color": MUTED}
WRAPPED: dict[str, Any] = {"indent": 1, "text_wrap": True}


def _number(kind: str, **more: Any) -> dict[str, Any]:
    return {**more, "num_format": NUMBER_FORMATS[kind], "align": "right", "indent": 1}


ROW_KINDS = ("fte", "cents", "dollars", "count", "score", "number")
STYLES: Mapping[str, Mapping[str, Any]] = {
    "text": {"indent": 1},
    "muted": {"indent": 1, "font_color": MUTED},
    "strong": {"indent": 1, "bold": True},
    "wrap": WRAPPED,
    "title": {"font_size": 20, "bold": True, "font_color": ACCENT},
    "subtitle": {"font_color": MUTED},
    "heading": {"bold": True, "font_color": ACCENT, "bottom": 1, "bottom_color": ACCENT},
    "center": {"align": "center"},
    **{kind: _number(kind) for kind in ("count", "until", "fte", "dollars", "cents", "percent", "number")},
    **{kind: _number(kind) for kind in ("score", "points", "year")},
    "date": _number("date"),
    "input": {**INPUT, "indent": 1, "align": "left"},
    **{f"input_{kind}": _number(kind, **INPUT) for kind in ("count", "fte", "dollars", "cents", "number", "year")},
    "input_percent": {**_number("percent", **INPUT), "num_format": '0.0##%;[Red]-0.0##%;"–"'},
    "input_date": _number("date", **INPUT),
    "input_trial": _number("trial", **INPUT),
    "input_wrap": {**INPUT, **WRAPPED},
    "ok": {"align": "center", "bg_color": OK_FILL},
    "look": {"align": "center", "bg_color": LOOK_FILL, "bold": True},
    "stop": {"align": "center", "bg_color": STOP_FILL, "font_color": STOP_INK, "bold": True},
    "header": HEADER,
    "row": {**LINE, "indent": 1},
    "row_strong": {**LINE, "bold": True, "indent": 1},
    "row_muted": {**LINE, "font_color": MUTED, "indent": 1},
    "row_center": {**LINE, "align": "center"},
    "row_link": {**LINE, "bold": True, "font_color": ACCENT, "underline": 1, "indent": 1},
    "input_code": {**INPUT, **WRAPPED, "num_format": "@"},
    "code": {**WRAPPED, **AT_BOTTOM, "font_name": CODE_FONT, "font_size": 9, "font_color": MUTED},
    "setting": {"indent": 1, "align": "left"},
    "said": {"bold": True},
    "header_number": {**HEADER, "align": "right"},
    **{f"row_{kind}": {**_number(kind, **LINE), "text_wrap": False} for kind in ROW_KINDS},
    "row_measure": {**LINE, "align": "right", "indent": 1, "text_wrap": False},  # 0 is a reading like any other
    "row_code": {**LINE, "font_name": CODE_FONT, "font_size": 9, "font_color": MUTED, "indent": 1},
    "sum": {**SUM, "indent": 1},
    **{f"sum_{kind}": _number(kind, **SUM) for kind in ("fte", "cents", "score")},
    "total": {**TOTAL, "indent": 1},
    **{f"total_{kind}": _number(kind, **TOTAL) for kind in ("fte", "cents", "dollars")},
    "section": {"font_size": 14, "bold": True, "font_color": ACCENT, "valign": "bottom"},
    "notice": {"indent": 1, "bg_color": LOOK_FILL},
    "caption": CAPTION,
    "caption_number": {**CAPTION, "align": "right"},
    "answer": {**ANSWER, "indent": 1, "align": "left"},
    **{f"answer_{kind}": _number(kind, **ANSWER) for kind in ("fte", "count", "cents", "percent", "trial")},
    "call": {**SUM, "bold": False, "font_name": CODE_FONT, "font_size": 9, "font_color": MUTED},
    "answer_said": {"indent": 1, "bold": True},
    "small": {**WRAPPED, "font_size": 9, "font_color": MUTED},
    "block": {"bold": True, "font_color": ACCENT, "bg_color": ACCENT_LIGHT},
    "group": {**AT_BOTTOM, "indent": 1, "font_size": 10, "bold": True, "font_color": MUTED},
}
"""Style -> format properties of XlsxWriter, over BASE; complete, see below."""

KEPT_IN_TOTALS = ("num_format", "align", "indent")
EDITED = ("bg_color", "font_color", "bold")
"""What a highlight changes of the cell below it."""

Variant: TypeAlias = Literal["", "total", "header", "header_filter", "highlight"]

LINE_HEIGHT = 15.0
LETTERS_PER_WIDTH = 1.08  # a width counts digits, and letters are a little narrower on average
DECIMALS = {"cents": 2, "fte": 2, "score": 2, "percent": 1}


def look(style: Style, variant: Variant = "") -> dict[str, Any]:
    """The format properties of a cell: plain, in a total row, the header of a column in that style, or a highlight.

    >>> look("strong")["bold"]
    True
    """
    own: dict[str, Any] = dict(STYLES[style])
    if variant == "highlight":
        return {name: own[name] for name in EDITED if name in own}
    if variant in ("header", "header_filter"):
        side = {"align": "right", "indent": 2 if variant == "header_filter" else 1} if kind_of(style) else {}
        side = {"align": "center", "indent": 0} if own.get("align") == "center" else side
        return {**BASE, **STYLES["header"], **side}
    if variant == "total":
        plain: dict[str, Any] = {name: own[name] for name in KEPT_IN_TOTALS if name in own}
        return {**BASE, **plain, **TOTAL}
    return {**BASE, **own}


def kind_of(style: Style) -> str:
    """The kind of number that a style shows; "" for texts.

    >>> kind_of("input_dollars")
    'dollars'
    """
    kind = style.removeprefix("input_")
    return kind if kind in NUMBER_FORMATS else ""


def is_input(style: Style) -> bool:
    """Whether people type into cells of this style."""
    return style.startswith("input")


def wraps(style: Style) -> bool:
    """Whether a long text continues on the next line of its cell."""
    return bool(STYLES[style].get("text_wrap"))


def lines_needed(text: str, width: float) -> int:
    """How many lines a text takes in a column `width` characters wide.

    >>> lines_needed("Every school gets 1.0 principal.", 16)
    3
    """
    room = max(4, int(width * LETTERS_PER_WIDTH - 2))
    if len(text) <= room and "\n" not in text:
        return 1
    return sum(max(1, len(textwrap.wrap(part, room))) for part in text.split("\n"))


def height_needed(text: str, width: float, size: float = 11) -> float:
    """The row height in points in which a text of this font size shows whole."""
    return lines_needed(text, width * 11 / size) * LINE_HEIGHT * size / 11 + 3


def width_needed(style: Style, values: Sequence[CellValue]) -> float:
    """The column width that shows the widest of the numbers whole; 0 for texts."""
    kind = kind_of(style)
    if not kind:
        return 0.0
    if kind == "date":
        return 11.5
    numbers = [abs(float(each)) for each in values if isinstance(each, int | float) and math.isfinite(each)]
    if kind == "number":  # written with as many digits as it has
        return max((len(f"{each:.15g}") for each in numbers), default=1) + 3.5
    largest = max(numbers, default=0.0) * (100 if kind == "percent" else 1)
    digits = len(f"{largest:,.0f}") + (DECIMALS.get(kind, 0) + 1 if kind in DECIMALS else 0)
    return digits + (1 if kind in ("dollars", "cents", "percent") else 0) + 3.5


def header_width(header: str, *, filtered: bool) -> float:
    """The width in which a header's longest word stands whole, beside the filter's button."""
    longest = max((len(word) for word in header.split()), default=0)
    return longest * 1.1 + (4.5 if filtered else 2.5)


assert set(STYLES) == set(get_args(Style))  # noqa: S101 - the table is complete
