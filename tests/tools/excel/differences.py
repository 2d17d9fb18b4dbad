"""Two workbooks beside each other: every difference that a person could see, as readable lines.

`differences(one, other)` compares sheet by sheet; results of formulas only when asked, since they are Excel's to compute.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from tools.excel import dates
from tools.excel.appearance import Looks, color
from tools.excel.areas import area
from tools.excel.chartxml import describe
from tools.excel.geometry import COLUMN, ROW
from tools.excel.package import ART, CHART, Package

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

HALF = 0.5  # characters of a width, points of a height
Aspect = dict[Any, Any]


def differences(one: Path, other: Path, sheets: Iterable[str] | None = None, *, results: bool = False) -> list[str]:
    """What differs between two files, as "Sheet B5 what: this / that"; empty when a person would see no difference."""
    first, second = _File(one, results=results), _File(other, results=results)
    wanted = list(sheets) if sheets is not None else None
    lines = []
    if wanted is None:
        names = [each.book.sheetnames for each in (first, second)]
        lines += [f"sheets: {names[0]} / {names[1]}"] if names[0] != names[1] else []
        lines += _unequal("names", *({key: _formula(each.attr_text) for key, each in file.book.defined_names.items()} for file in (first, second)))
    for title in wanted if wanted is not None else first.book.sheetnames:
        absent = [str(file.path) for file in (first, second) if title not in file.book.sheetnames]
        if absent and wanted is not None:
            lines.append(f"{title}: not in {', '.join(absent)}")
        if absent:
            continue
        for name, aspect in ASPECTS.items():
            lines += _unequal(f"{title} {name}", aspect(first, title), aspect(second, title))
    return lines


def sheets_untouched(before: Path, after: Path, names: Iterable[str]) -> list[str]:
    """The differences in sheets that nobody should have changed; sheets whose parts are equal are not even read."""
    one, other = Package(before), Package(after)
    shared = ("xl/styles.xml", "xl/sharedStrings.xml")
    same = all(one.parts.get(part) == other.parts.get(part) for part in shared)
    there = one.sheets.keys() & other.sheets.keys()
    touched = [name for name in names if not same or name not in there or _part(one, name) != _part(other, name)]
    return differences(before, after, touched, results=True) if touched else []


def _part(package: Package, sheet: str) -> list[bytes | None]:
    path = package.sheets[sheet]
    return [package.parts.get(each) for each in (path, *(target for _, target in package.related(path).values()))]


def _unequal(what: str, one: Aspect, other: Aspect) -> list[str]:
    keys = sorted(set(one) | set(other), key=_order)
    return [f"{what} {key}: {one.get(key)!r} / {other.get(key)!r}" for key in keys if not _same(one.get(key), other.get(key))]


def _order(key: Any) -> tuple[Any, ...]:
    found = re.match(r"([A-Z]+)([0-9]+)", str(key))
    return (int(found[2]), len(found[1]), str(key)) if found else (0, 0, str(key))


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Width) and isinstance(other, Width):
        return abs(one - other) <= HALF
    if isinstance(one, bool) != isinstance(other, bool):
        return False
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= 1e-12 * max(abs(one), abs(other))
    return bool(one == other)


class Width(float):
    """A length that is compared within half a unit."""


class _File:
    def __init__(self, path: Path, *, results: bool) -> None:
        self.path, self.package = path, Package(path)
        self.book = openpyxl.load_workbook(path)
        self.stored = openpyxl.load_workbook(path, data_only=True) if results else None
        self.looks = Looks(self.book)


# --- what is compared, each by address or name


def _contents(file: _File, title: str) -> Aspect:
    found = {}
    for cell in file.book[title]._cells.values():
        value = cell.value
        if isinstance(value, ArrayFormula):
            found[cell.coordinate] = (_formula(value.text), value.ref)
        elif isinstance(value, DataTableFormula):
            found[cell.coordinate] = "=TABLE()"
        elif cell.data_type == "f":
            found[cell.coordinate] = _formula(value)
        elif value is not None:
            found[cell.coordinate] = dates.number(value, file.book.epoch)
    return found


def _results(file: _File, title: str) -> Aspect:
    if file.stored is None:
        return {}
    formulas = [cell for cell in file.book[title]._cells.values() if cell.data_type == "f"]
    values = {cell.coordinate: file.stored[title].cell(cell.row, cell.column).value for cell in formulas}
    return {key: dates.number(value, file.stored.epoch) for key, value in values.items() if value not in {None, ""}}


def _formula(text: str) -> str:
    """A formula without what only the file needs: prefixes of newer functions, needless quotes of a sheet's name."""
    text = re.sub(r"_xlfn\.(_xlws\.)?", "", str(text))
    text = re.sub(r"'([A-Za-z_][A-Za-z0-9_.]*)'!", r"\1!", text)
    text = re.sub(r"\[\[#This Row\],\[([^\[\]]*)\]\]", r"[@[\1]]", text, flags=re.IGNORECASE)
    return re.sub(r"\[@\[([A-Za-z0-9_.]*)\]\]", r"[@\1]", text)


def _appearance(name: str) -> Callable[[_File, str], Aspect]:
    def aspect(file: _File, title: str) -> Aspect:
        plain = file.looks.plain[name]
        shown = {cell.coordinate: file.looks.of(cell)[name] for cell in file.book[title]._cells.values()}
        return {key: value for key, value in shown.items() if value != plain}

    return aspect


def _widths(file: _File, title: str) -> Aspect:
    """Widths that are not the standard one, and columns that are hidden or in an outline."""
    sheet = file.book[title]
    standard = float(sheet.sheet_format.defaultColWidth or COLUMN)
    found: Aspect = {}
    for key, each in sheet.column_dimensions.items():
        first, last = each.min or area(f"{key}1").left, each.max or area(f"{key}1").left
        for column in range(first, min(last, sheet.max_column + 1) + 1):
            hidden, letter = (bool(each.hidden), each.outlineLevel or 0), get_column_letter(column)
            if each.customWidth and abs(each.width - standard) > HALF:
                found[letter] = Width(each.width)
            if any(hidden):
                found[f"{letter} hidden, outline"] = hidden
    return found


def _heights(file: _File, title: str) -> Aspect:
    """Heights that are not the standard one, and hidden rows."""
    rows = file.book[title].row_dimensions
    heights = {row: Width(each.height) for row, each in rows.items() if each.height and abs(each.height - ROW) > HALF}
    return heights | {f"{row} hidden": True for row, each in rows.items() if each.hidden}


def _tables(file: _File, title: str) -> Aspect:
    return {
        each.displayName: {
            "ref": each.ref, "columns": [column.name for column in each.tableColumns],
            "totals": each.totalsRowCount or 0, "headers": each.headerRowCount != 0, "filter": each.autoFilter is not None,
            "style": each.tableStyleInfo.name if each.tableStyleInfo else None,
            "stripes": bool(each.tableStyleInfo and each.tableStyleInfo.showRowStripes),
        }
        for each in file.book[title].tables.values()
    }  # fmt: skip


def _where(ranges: Any) -> str:
    return " ".join(sorted(str(ranges).replace("$", "").split()))


def _conditional(file: _File, title: str) -> Aspect:
    """Rules by their order of priority."""
    rules = [(rule.priority, _where(each.sqref), rule) for each in file.book[title].conditional_formatting for rule in each.rules]
    return {
        f"rule {number}": (where, rule.type, rule.operator, [_formula(each) for each in rule.formula], *_rule_colors(rule))
        for number, (_, where, rule) in enumerate(sorted(rules, key=lambda each: each[0]), 1)
    }


def _rule_colors(rule: Any) -> tuple[Any, ...]:
    style = rule.dxf
    fill = color(style.fill.bgColor) if style and style.fill else None
    font = (color(style.font.color), bool(style.font.b), bool(style.font.i)) if style and style.font else (None, False, False)
    scale = [color(each) for each in rule.colorScale.color] if rule.colorScale else None
    bar = color(rule.dataBar.color) if rule.dataBar else None
    return (fill, *font, scale, bar, rule.iconSet.iconSet if rule.iconSet else None)


def _validations(file: _File, title: str) -> Aspect:
    return {
        _where(each.sqref): (
            each.type, (each.operator or "between") if each.type not in {"list", "custom"} else None,
            _formula(each.formula1 or ""), _formula(each.formula2 or ""), bool(each.showDropDown),
            (each.errorStyle or "stop", each.errorTitle or "", each.error or "") if each.showErrorMessage else None,
        )
        for each in file.book[title].data_validations.dataValidation
    }  # fmt: skip


def _links(file: _File, title: str) -> Aspect:
    linked = [cell for cell in file.book[title]._cells.values() if cell.hyperlink]
    return {cell.coordinate: _formula(cell.hyperlink.location or cell.hyperlink.target or "") for cell in linked}


def _notes(file: _File, title: str) -> Aspect:
    return {cell.coordinate: cell.comment.text for cell in file.book[title]._cells.values() if cell.comment}


def _charts(file: _File, title: str) -> Aspect:
    found = {}
    for number, part in enumerate(file.package.charts(title), 1):
        each = describe(part.root)
        series = [tuple(_formula(text or "") for text in (one.name, one.values, one.categories)) for one in each.series]
        drawn = [_drawn(one) for one in part.root.iter(f"{CHART}ser")]
        scales = [(_given(one, "min"), _given(one, "max")) for one in part.root.iter(f"{CHART}scaling")]
        found[f"chart {number}"] = {"kind": each.kind, "title": each.title, "series": series, "axes": each.axis_titles}
        found[f"looks of chart {number}"] = {"series": drawn, "scales": scales}
    return found


def _drawn(series: Any) -> tuple[str | None, ...]:
    """The marker, its size and the dashes of a series; a line that is not dashed is solid."""
    marker = series.find(f"{CHART}marker")
    symbol, size = (None if marker is None else _given(marker, name) for name in ("symbol", "size"))
    dash = series.find(f"{CHART}spPr/{ART}ln/{ART}prstDash")
    return symbol, size, "solid" if dash is None else dash.get("val")


def _given(element: Any, name: str) -> str | None:
    found = element.find(f"{CHART}{name}")
    value = None if found is None else found.get("val")
    return value if value is None or not value.replace(".", "").isdigit() else f"{float(value):g}"


def _sheet(file: _File, title: str) -> Aspect:
    sheet: Worksheet = file.book[title]
    return {
        "frozen": sheet.freeze_panes,
        "tab": color(sheet.sheet_properties.tabColor),
        "visibility": sheet.sheet_state,
        "gridlines": sheet.sheet_view.showGridLines is not False,
        "print area": _formula(sheet.print_area or ""),
        "breaks": [each.id for each in sheet.row_breaks.brk],
        "footer": [(part.text, part.size) for part in (sheet.oddFooter.left, sheet.oddFooter.right)],
        "merged": sorted(str(each) for each in sheet.merged_cells.ranges),
        "orientation": sheet.page_setup.orientation or "portrait",
        "repeated": _formula(sheet.print_titles or ""),
        "names": {key: _formula(each.attr_text) for key, each in sheet.defined_names.items()},
    }


ASPECTS: dict[str, Callable[[_File, str], Aspect]] = {
    "cell": _contents,
    "result": _results,
    **{name: _appearance(name) for name in ("number format", "font", "fill", "alignment", "borders")},
    "width": _widths,
    "height": _heights,
    "table": _tables,
    "conditional format": _conditional,
    "validation": _validations,
    "link": _links,
    "note": _notes,
    "chart": _charts,
    "sheet": _sheet,
}
