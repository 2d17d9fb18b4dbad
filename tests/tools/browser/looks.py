"""How a cell looks: between openpyxl's objects and the words of the stub's model (Office.js has the same words)."""

from __future__ import annotations

from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

# What a cell has when nothing is said; the model holds only what differs. The same table stands in workbook.js.
DEFAULTS: dict[str, Any] = {
    "numberFormat": "General", "fontName": "Calibri", "fontSize": 11, "bold": False, "italic": False, "underline": "None",
    "strikethrough": False, "color": "#000000", "fill": "", "horizontal": "General", "vertical": "Bottom", "wrap": False,
    "indent": 0, "shrink": False, "orientation": 0, "locked": True, "formulaHidden": False, "borders": None, "quoted": False,
}  # fmt: skip
# The colors of Office's own theme, by their number in a file.
THEME = (
    "#FFFFFF", "#000000", "#EEECE1", "#1F497D", "#4F81BD", "#C0504D", "#9BBB59", "#8064A2", "#4BACC6", "#F79646",
    "#0000FF", "#800080",
)  # fmt: skip
LINES = {
    "thin": ("Continuous", "Thin"), "medium": ("Continuous", "Medium"), "thick": ("Continuous", "Thick"), "hair": ("Continuous", "Hairline"),
    "double": ("Double", "Thick"), "dashed": ("Dash", "Thin"), "mediumDashed": ("Dash", "Medium"), "dotted": ("Dot", "Thin"),
    "dashDot": ("DashDot", "Thin"), "dashDotDot": ("DashDotDot", "Thin"), "slantDashDot": ("SlantDashDot", "Medium"),
}  # fmt: skip
SIDES = ("top", "bottom", "left", "right")
HORIZONTAL = {"centerContinuous": "CenterAcrossSelection", None: "General"}
# Built-in formats are named by number in a file; Excel shows them with the user's own date order.
BUILT_IN = {"mm-dd-yy": "m/d/yyyy"}


def color(given: Any) -> str:
    """The color as #RRGGBB, or an empty text when there is none."""
    if given is None:
        return ""
    if given.type == "theme":
        return THEME[given.theme] if given.theme < len(THEME) else "#000000"
    return f"#{given.rgb[-6:].upper()}" if given.type == "rgb" and isinstance(given.rgb, str) else ""


def _word(text: str | None, words: dict[str | None, str]) -> str:
    return words.get(text) or str(text)[:1].upper() + str(text)[1:]


def _borders(border: Any) -> dict[str, Any] | None:
    found = {}
    for side in SIDES:
        line = getattr(border, side)
        if line is not None and line.style:
            style, weight = LINES[line.style]
            found[side] = {"color": color(line.color) or "#000000", "style": style, "weight": weight}
    return found or None


def read_look(cell: Any) -> dict[str, Any]:
    """The look of openpyxl's cell, column or row, without what is the default."""
    font, alignment = cell.font, cell.alignment
    look = {
        "numberFormat": BUILT_IN.get(cell.number_format, cell.number_format),
        "fontName": font.name or "Calibri",
        "fontSize": font.sz or 11,
        "bold": bool(font.b),
        "italic": bool(font.i),
        "underline": _word(font.u, {None: "None"}),
        "strikethrough": bool(font.strike),
        "color": color(font.color) or "#000000",
        "fill": color(cell.fill.fgColor) if cell.fill.fill_type == "solid" else "",
        "horizontal": _word(alignment.horizontal, HORIZONTAL),
        "vertical": _word(alignment.vertical, {None: "Bottom"}),
        "wrap": bool(alignment.wrap_text),
        "indent": int(alignment.indent or 0),
        "shrink": bool(alignment.shrink_to_fit),
        "orientation": int(alignment.text_rotation or 0),
        "locked": bool(cell.protection.locked),
        "formulaHidden": bool(cell.protection.hidden),
        "borders": _borders(cell.border),
        "quoted": bool(getattr(cell, "quotePrefix", False)),
    }
    return {key: value for key, value in look.items() if value != DEFAULTS[key]}


def _argb(text: str) -> str:
    return "FF" + text.lstrip("#")


def write_look(cell: Any, look: dict[str, Any]) -> None:
    """Give openpyxl's cell the look."""
    full = {**DEFAULTS, **look}
    cell.number_format = full["numberFormat"]
    cell.font = Font(
        name=full["fontName"],
        sz=full["fontSize"],
        b=full["bold"],
        i=full["italic"],
        u=None if full["underline"] == "None" else full["underline"][0].lower() + full["underline"][1:],
        strike=full["strikethrough"],
        color=_argb(full["color"]),
    )
    if full["fill"]:
        cell.fill = PatternFill("solid", fgColor=_argb(full["fill"]))
    back = {word: key for key, word in HORIZONTAL.items()}
    horizontal = back.get(full["horizontal"], full["horizontal"].lower())
    cell.alignment = Alignment(
        horizontal=horizontal,
        vertical=None if full["vertical"] == "Bottom" else full["vertical"].lower(),
        wrap_text=full["wrap"] or None,
        indent=full["indent"],
        shrink_to_fit=full["shrink"] or None,
        text_rotation=full["orientation"],
    )
    cell.protection = Protection(locked=full["locked"], hidden=full["formulaHidden"])
    if full["borders"]:
        back_lines = {pair: key for key, pair in LINES.items()}
        sides = {
            side: Side(style=back_lines.get((line["style"], line["weight"]), "thin"), color=_argb(line["color"]))
            for side, line in full["borders"].items()
            if side in SIDES
        }
        cell.border = Border(**sides)
    if full["quoted"]:
        cell.quotePrefix = True
