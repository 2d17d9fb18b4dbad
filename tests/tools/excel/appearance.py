"""How cells look, as plain values that two workbooks can be compared by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl.styles.colors import COLOR_INDEX

if TYPE_CHECKING:
    import openpyxl

_THEME_INK = 1  # the theme's first text color, which is black unless somebody changed the theme


def color(given: Any) -> str | None:
    """RRGGBB, or theme3+0.5 for a color of the theme; None for automatic and for the theme's own ink."""
    if given is None or (given.type == "indexed" and given.indexed >= 64):
        return None
    if given.type == "rgb":
        return str(given.rgb)[-6:].upper()
    if given.type == "indexed":
        return str(COLOR_INDEX[given.indexed])[-6:]
    return None if given.theme == _THEME_INK else f"theme{given.theme}{given.tint:+g}"


class Looks:
    """The looks of a workbook's cells, described once per kind of cell."""

    def __init__(self, book: openpyxl.Workbook) -> None:
        self.known: dict[tuple[int, ...], dict[str, Any]] = {}
        self.plain = _described(book.worksheets[0].__class__(book).cell(1, 1))

    def of(self, cell: Any) -> dict[str, Any]:
        """The looks of a cell, by what they are of."""
        key = tuple(cell._style or ())
        if key not in self.known:
            self.known[key] = _described(cell)
        return self.known[key]


def _described(cell: Any) -> dict[str, Any]:
    font, fill, place, border = cell.font, cell.fill, cell.alignment, cell.border
    sides = {name: getattr(border, name) for name in ("left", "right", "top", "bottom")}
    painted = fill.fill_type not in {None, "none"}
    return {
        "number format": cell.number_format,
        "font": (font.name, font.sz, bool(font.b), bool(font.i), color(font.color), font.u or "none"),
        "fill": (fill.fill_type, color(fill.fgColor)) if painted else None,
        "alignment": (
            None if place.horizontal == "general" else place.horizontal,
            place.vertical or "bottom",
            bool(place.wrap_text),
            int(place.indent or 0),
        ),
        "borders": {name: (side.style, color(side.color)) for name, side in sides.items() if side is not None and side.style},
    }
