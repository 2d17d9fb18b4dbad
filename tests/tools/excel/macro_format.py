"""Apportion's own macro apportionFormat: everything about a sheet's looks in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl.styles import Border, Protection, Side
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties

from tools.excel import actions_grid, actions_looks, actions_names, limits, writing
from tools.excel.areas import area
from tools.excel.limits import COLUMNS, ROWS, check
from tools.excel.protocol import Context, ScriptError
from tools.excel.restyle import merged, restyle

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.worksheet.worksheet import Worksheet

    from tools.excel.workbook import Book


def fields(given: Any, allowed: str, what: str, *, needed: str = "") -> dict[str, Any]:
    """The object, when it has only the allowed fields and all the needed ones."""
    if not isinstance(given, dict):
        raise ScriptError(f"{what} is an object, not {given!r}")
    unknown, missing = set(given) - set(allowed.split()), set(needed.split()) - set(given)
    if unknown or missing:
        raise ScriptError(f"{what}: unknown fields {sorted(unknown)}, missing fields {sorted(missing)}")
    return given


def apportion_format(context: Context, name: str, spec: Any) -> None:
    """Everything about a sheet's looks."""
    parts = "formats areas widths heights tab links notes outline print"
    fields(spec, parts, "apportionFormat")
    for index, each in enumerate(spec.get("formats", [])):
        _check_format(each, index)
    context.sync()
    sheet = context.book[name]
    for part, play in PARTS.items():
        if spec.get(part):
            context.order(lambda part=part, play=play: play(context.book, sheet, spec[part], spec))
    context.sync()


FORMAT = {
    "numberFormat": str, "fontName": str, "fontSize": (int, float), "bold": bool, "underline": bool, "color": str,
    "fill": str, "horizontal": str, "vertical": str, "wrap": bool, "indent": int, "locked": bool, "borders": dict,
}  # fmt: skip
HORIZONTAL = ("Left", "Right", "Center", "General")
VERTICAL = ("Top", "Center", "Bottom")


def _check_format(given: Any, index: int) -> None:
    what = f"format {index}"
    fields(given, " ".join(FORMAT), what)
    for key, value in given.items():
        if not isinstance(value, FORMAT[key]) or (isinstance(value, bool) and FORMAT[key] is not bool):
            raise ScriptError(f"{what}: {key} cannot be {value!r}")
    if given.get("horizontal", "Left") not in HORIZONTAL or given.get("vertical", "Top") not in VERTICAL:
        raise ScriptError(f"{what}: alignment is one of {HORIZONTAL} and {VERTICAL}")
    fields(given.get("borders", {}), "top bottom left right", f"{what}: borders")


def _areas(_: Book, sheet: Worksheet, areas: list[Any], spec: dict[str, Any]) -> None:
    for address, index in areas:
        check(isinstance(index, int) and 0 <= index < len(spec.get("formats", [])), "an area's format is one of formats", index)
        changes = _changes(spec["formats"][index])
        restyle(sheet, area(address), lambda cell, changes=changes: [change(cell) for change in changes])


def _changes(given: dict[str, Any]) -> list[Callable[[Any], None]]:
    """What a format does to a cell; absent fields do nothing."""
    made: list[Callable[[Any], None]] = []
    if "numberFormat" in given:
        code = actions_looks.number_format(given["numberFormat"])
        made.append(lambda cell: setattr(cell, "number_format", code))
    font: dict[str, Any] = {}
    for key, name in (("fontName", "name"), ("fontSize", "size"), ("bold", "bold"), ("color", "color")):
        if key in given:
            font |= actions_looks.font_changes(name, given[key])
    if "underline" in given:
        font["underline"] = "single" if given["underline"] else None
    if font:
        made.append(lambda cell: merged(cell, "font", **font))
    if "fill" in given:
        made.append(lambda cell: actions_looks.set_cell_fill(cell, given["fill"]))
    alignment = {
        **({"horizontal": actions_looks.HORIZONTAL[given["horizontal"]]} if "horizontal" in given else {}),
        **({"vertical": actions_looks.VERTICAL[given["vertical"]]} if "vertical" in given else {}),
        **({"wrap_text": given["wrap"]} if "wrap" in given else {}),
        **({"indent": given["indent"]} if "indent" in given else {}),
    }
    limits.check_number(given.get("indent", 0), 0, limits.INDENT, "an indent")
    if alignment:
        made.append(lambda cell: merged(cell, "alignment", **alignment))
    if "locked" in given:
        made.append(lambda cell: setattr(cell, "protection", Protection(locked=given["locked"])))
    if given.get("borders"):
        lines = {side: Side("thin", actions_looks.color(color)) for side, color in given["borders"].items()}
        made.append(lambda cell: _borders(cell, lines))
    return made


def _borders(cell: Any, lines: dict[str, Side]) -> None:
    sides = {side: getattr(cell.border, side) for side in ("top", "bottom", "left", "right")}
    cell.border = Border(**(sides | lines))


def _widths(_: Book, sheet: Worksheet, widths: list[Any], __: Any) -> None:
    for first, last, characters in widths:
        limits.check_number(characters, 0, limits.COLUMN_WIDTH, "a column's width in characters")
        check(0 <= first <= last < COLUMNS, "a width has a first and a last column, from 0", [first, last])
        for column in range(first + 1, last + 2):
            # Excel rounds the characters to whole pixels, half up, and adds a margin of five.
            pixels = int(7 * characters + 0.5) + 5 if characters else 0
            actions_grid.set_column_points(sheet, column, pixels * 0.75)


def _heights(_: Book, sheet: Worksheet, heights: list[Any], __: Any) -> None:
    for row, points in heights:
        limits.check_number(points, 0, limits.ROW_HEIGHT, "a row's height in points")
        sheet.row_dimensions[row + 1].height = points


def _tab(_: Book, sheet: Worksheet, color: Any, __: Any) -> None:
    sheet.sheet_properties.tabColor = actions_looks.color(color, "a tab's color")


def _links(book: Book, sheet: Worksheet, links: list[Any], _: Any) -> None:
    for address, target in links:
        if not str(target).startswith("http"):
            known = writing.check_formula(book, sheet, None, f"={target}")
            check(known, "a link leads to a place of the workbook or begins with http", target)
        actions_names.link(sheet, address, str(target))


def _notes(_: Book, sheet: Worksheet, notes: list[Any], __: Any) -> None:
    for address, text in notes:
        actions_names.note(sheet, address, str(text))


def _outline(_: Book, sheet: Worksheet, outline: Any, __: Any) -> None:
    fields(outline, "columns folded", "outline", needed="columns folded")
    place = area(outline["columns"])
    check(place.rows == ROWS, "an outline is of whole columns", outline["columns"])
    for column in range(place.left, place.right + 1):
        dimension = actions_grid.single_column(sheet, column)
        dimension.outlineLevel, dimension.hidden = 1, bool(outline["folded"])


def _print(_: Book, sheet: Worksheet, given: Any, __: Any) -> None:
    fields(given, "landscape fit pages rows columns footer area breaks", "print")
    sheet.page_setup.orientation = "landscape" if given.get("landscape") else "portrait"
    if given.get("fit"):
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = given.get("pages", 1), 0
    if given.get("rows"):
        check(area(given["rows"]).columns == COLUMNS, "repeated rows are whole rows", given["rows"])
        sheet.print_title_rows = given["rows"]
    if given.get("columns"):
        check(area(given["columns"]).rows == ROWS, "repeated columns are whole columns", given["columns"])
        sheet.print_title_cols = given["columns"]
    if given.get("area"):
        sheet.print_area = area(given["area"]).address
    for cell in given.get("breaks", ()):
        sheet.row_breaks.append(Break(id=area(cell).top - 1))  # the last row of the page that ends
    if footer := given.get("footer"):
        check(len(footer) == 2, "a footer has a left and a right text", footer)
        check(sum(map(len, footer)) <= limits.FOOTER, f"a footer has at most {limits.FOOTER} characters", footer)
        sheet.oddFooter.left.text, sheet.oddFooter.right.text = footer


PARTS: dict[str, Callable[[Book, Worksheet, Any, Any], None]] = {
    "areas": _areas, "widths": _widths, "heights": _heights, "tab": _tab, "links": _links, "notes": _notes,
    "outline": _outline, "print": _print,
}  # fmt: skip
