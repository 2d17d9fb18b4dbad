"""Actions on conditional formats, with the checks of xlwings' range-action-callbacks.js."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import ColorScaleRule, DataBarRule, IconSetRule, Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle

from tools.excel import writing
from tools.excel.areas import Area, area, without
from tools.excel.limits import check
from tools.excel.protocol import Action, Context, need, plays

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from tools.excel.workbook import Book

CELL_OPERATORS = {
    "Between": "between", "NotBetween": "notBetween", "EqualTo": "equal", "NotEqualTo": "notEqual",
    "GreaterThan": "greaterThan", "LessThan": "lessThan", "GreaterThanOrEqual": "greaterThanOrEqual",
    "LessThanOrEqual": "lessThanOrEqual",
}  # fmt: skip
ICONS = {
    "ThreeArrows": "3Arrows", "ThreeArrowsGray": "3ArrowsGray", "ThreeFlags": "3Flags",
    "ThreeTrafficLights1": "3TrafficLights1", "ThreeTrafficLights2": "3TrafficLights2", "ThreeSigns": "3Signs",
    "ThreeSymbols": "3Symbols", "ThreeSymbols2": "3Symbols2", "FourArrows": "4Arrows", "FourArrowsGray": "4ArrowsGray",
    "FourRedToBlack": "4RedToBlack", "FourRating": "4Rating", "FourTrafficLights": "4TrafficLights",
    "FiveArrows": "5Arrows", "FiveArrowsGray": "5ArrowsGray", "FiveRating": "5Rating", "FiveQuarters": "5Quarters",
}  # fmt: skip
FIELDS = {
    "CellValue": {"operator", "formula1", "formula2"},
    "Custom": {"formula"},
    "ColorScale": {"colors", "threshold_types", "thresholds"},
    "DataBar": {"bar_color", "gradient", "show_value", "threshold_types", "thresholds"},
    "IconSet": {"icon_set", "show_value", "reverse_order", "threshold_types", "thresholds"},
}
LOOKS = {"fill_color", "font_color", "font_bold", "font_italic", "stop_if_true"}
THRESHOLDS = {
    "Automatic": None, "LowestValue": "min", "HighestValue": "max", "Number": "num", "Percent": "percent",
    "Percentile": "percentile",
}  # fmt: skip
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


@plays("addConditionalFormat")
def add_format(context: Context, action: Action) -> None:
    (spec,) = action["args"]
    check_spec(spec)
    sheet, cells = context.range(action)
    context.order(lambda: _add_format(context.book, sheet, cells, spec))
    context.sync()


def _add_format(book: Book, sheet: Worksheet, cells: Area, spec: dict[str, Any]) -> None:
    """A new rule comes first of all."""
    for name in ("formula", "formula1", "formula2"):
        if formula := spec.get(name):
            formula = formula if formula.startswith("=") else f"={formula}"
            check("[" not in formula, "a conditional format cannot use structured references", formula)
            check(writing.check_formula(book, sheet, None, formula), "what a conditional format refers to exists", formula)
    rules = _rules(sheet)
    for _, rule in rules:
        rule.priority += 1
    made = _made(spec)
    made.priority = 1
    _set_rules(sheet, [(cells.address, made), *rules])


def _rules(sheet: Worksheet) -> list[tuple[str, Rule]]:
    return [(str(each.sqref), rule) for each in sheet.conditional_formatting for rule in each.rules]


def _set_rules(sheet: Worksheet, rules: list[tuple[str, Rule]]) -> None:
    sheet.conditional_formatting = ConditionalFormattingList()
    for cells, rule in rules:
        sheet.conditional_formatting.add(cells, rule)


@plays("clearConditionalFormats")
def clear_formats(context: Context, action: Action) -> None:
    sheet, cells = context.range(action)
    context.order(lambda: clear_conditional(sheet, cells))
    context.sync()


def clear_conditional(sheet: Worksheet, cells: Area) -> None:
    """Take the cells out of every conditional format."""
    left = []
    for where, rule in _rules(sheet):
        parts = without([area(part) for part in where.split()], [cells])
        if parts:
            left.append((" ".join(part.address for part in parts), rule))
    _set_rules(sheet, left)


def _made(spec: dict[str, Any]) -> Rule:
    kind = spec["type"]
    if kind in {"CellValue", "Custom"}:
        formulas = [spec.get(name) for name in ("formula", "formula1", "formula2")]
        return Rule(
            type="expression" if kind == "Custom" else "cellIs",
            operator=None if kind == "Custom" else CELL_OPERATORS[spec["operator"]],
            formula=[each.removeprefix("=") for each in formulas if each],
            dxf=_looks(spec),
            stopIfTrue=spec.get("stop_if_true"),
        )
    types = [THRESHOLDS[each] for each in spec["threshold_types"]]
    values = spec["thresholds"]
    if kind == "ColorScale":
        names = ("start", "mid", "end") if len(types) == 3 else ("start", "end")
        given: dict[str, Any] = {}
        for name, each, value, paint in zip(names, types, values, spec["colors"], strict=True):
            given |= {f"{name}_type": each, f"{name}_value": value, f"{name}_color": "FF" + paint[1:].upper()}
        return ColorScaleRule(**given)
    if kind == "DataBar":
        return DataBarRule(
            start_type=types[0] or "min", start_value=values[0], end_type=types[1] or "max", end_value=values[1],
            color="FF" + spec["bar_color"][1:].upper(), showValue=spec["show_value"],
        )  # fmt: skip
    need(spec["icon_set"] in ICONS, f"The icon set {spec['icon_set']} is newer than openpyxl")
    return IconSetRule(ICONS[spec["icon_set"]], types[0] or "percent", [0, *values], spec["show_value"], None, spec["reverse_order"])


def _looks(spec: dict[str, Any]) -> DifferentialStyle:
    fill, paint = spec.get("fill_color"), spec.get("font_color")
    font = {"b": spec.get("font_bold"), "i": spec.get("font_italic"), "color": paint[1:].upper() if paint else None}
    return DifferentialStyle(
        font=Font(name=None, sz=None, family=None, **font) if any(each is not None for each in font.values()) else None,
        fill=PatternFill(bgColor=fill[1:].upper(), fill_type="solid") if fill else None,
    )


def check_spec(spec: Any) -> None:
    """The checks of validateConditionalFormatSpec."""
    need(isinstance(spec, dict), "Conditional-format specification must be an object.")
    kind = spec.get("type")
    need(kind in FIELDS, f"Unsupported conditional-format type: {kind}")
    for key in spec:
        need(key in LOOKS | FIELDS[kind] | {"type"}, f"Invalid {kind} conditional-format field: {key}")
    for key in ("fill_color", "font_color"):
        need(spec.get(key) is None or _hex(spec[key]), f"{key} must be #RRGGBB.")
    for key in ("font_bold", "font_italic", "stop_if_true"):
        need(spec.get(key) is None or isinstance(spec[key], bool), f"{key} must be a boolean.")
    _CHECKS[kind](spec)


def _hex(value: Any) -> bool:
    return isinstance(value, str) and bool(_HEX.fullmatch(value))


def _check_cell_value(spec: dict[str, Any]) -> None:
    need(spec.get("operator") in CELL_OPERATORS, f"Invalid conditional-format operator: {spec.get('operator')}")
    need(isinstance(spec.get("formula1"), str) and spec["formula1"], "formula1 must be a non-empty string.")
    between = spec["operator"] in {"Between", "NotBetween"}
    second = spec.get("formula2")
    need(
        (isinstance(second, str) and second) if between else second is None,
        "formula2 is required for Between and NotBetween, and only valid there.",
    )


def _check_custom(spec: dict[str, Any]) -> None:
    formula = spec.get("formula")
    need(
        isinstance(formula, str) and formula.startswith("=") and len(formula) > 1,
        "formula must be a non-empty formula starting with '='.",
    )


def _check_color_scale(spec: dict[str, Any]) -> None:
    colors = spec.get("colors")
    need(isinstance(colors, list) and len(colors) in {2, 3}, "ColorScale colors must contain two or three colors.")
    need(all(_hex(each) for each in colors), "colors must be #RRGGBB.")
    _check_visual(spec, len(colors))


def _check_data_bar(spec: dict[str, Any]) -> None:
    need(_hex(spec.get("bar_color")), "bar_color must be #RRGGBB.")
    for key in ("gradient", "show_value"):
        need(isinstance(spec.get(key), bool), f"{key} must be a boolean.")
    _check_visual(spec, 2, automatic=True)


def _check_icon_set(spec: dict[str, Any]) -> None:
    icons = str(spec.get("icon_set"))
    need(icons in ICONS or icons in {"ThreeStars", "ThreeTriangles", "FiveBoxes"}, f"Invalid conditional-format icon set: {icons}")
    for key in ("show_value", "reverse_order"):
        need(isinstance(spec.get(key), bool), f"{key} must be a boolean.")
    _check_visual(spec, {"Three": 2, "Four": 3}.get(icons[: 5 if icons.startswith("T") else 4], 4))


def _check_visual(spec: dict[str, Any], count: int, *, automatic: bool = False) -> None:
    kinds, values = spec.get("threshold_types"), spec.get("thresholds")
    need(
        isinstance(kinds, list) and isinstance(values, list) and len(kinds) == len(values) == count,
        f"Conditional-format thresholds must contain {count} entries.",
    )
    for index, (kind, value) in enumerate(zip(kinds, values, strict=True)):
        need(kind in THRESHOLDS and (automatic or kind != "Automatic"), f"Invalid threshold type: {kind}")
        bare = kind in {"Automatic", "LowestValue", "HighestValue"}
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        need(value is None if bare else number, f"Invalid threshold value at position {index}.")
        need("Percent" not in kind or 0 <= value <= 100, f"Threshold at position {index} must be between 0 and 100.")
    given = [value for value in values if value is not None]
    need(given == sorted(set(given)), "Conditional-format thresholds must be strictly increasing.")
    for key in LOOKS:
        need(spec.get(key) is None, f"{key} is not valid for {spec['type']} rules.")


_CHECKS = {
    "CellValue": _check_cell_value,
    "Custom": _check_custom,
    "ColorScale": _check_color_scale,
    "DataBar": _check_data_bar,
    "IconSet": _check_icon_set,
}
