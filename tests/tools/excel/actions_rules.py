"""Actions on data validation and conditional formats, with the checks of xlwings' range-action-callbacks.js."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import ColorScaleRule, DataBarRule, IconSetRule, Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.datavalidation import DataValidation

from tools.excel import limits, writing
from tools.excel.areas import Area, area
from tools.excel.limits import check
from tools.excel.protocol import Action, Context, ScriptError, plays
from tools.excel.references import Place

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from tools.excel.workbook import Book

OPERATORS = {
    "between": "between", "not_between": "notBetween", "equal_to": "equal", "not_equal_to": "notEqual",
    "greater_than": "greaterThan", "less_than": "lessThan", "greater_than_or_equal": "greaterThanOrEqual",
    "less_than_or_equal": "lessThanOrEqual",
}  # fmt: skip
KINDS = {"whole_number": "whole", "decimal": "decimal", "date": "date", "time": "time", "text_length": "textLength"}
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
_DIFFERENT = "Cannot update data validation because the target cells have different validation rules."


def need(holds: Any, message: str) -> None:
    """Raise as xlwings' JavaScript does unless the condition holds."""
    if not holds:
        raise ScriptError(message)


# --- data validation


@plays("setDataValidationList")
def set_list(context: Context, action: Action) -> None:
    source, dropdown = action["args"]
    need(isinstance(dropdown, bool), "in_cell_dropdown must be a boolean.")
    formula = _list_source(context, source)
    sheet, cells = context.range(action)
    context.sync()
    need(not _mixed(sheet, cells), _DIFFERENT)
    context.order(lambda: validate(context.book, sheet, cells, {"type": "list", "formula1": formula, "showDropDown": not dropdown}))
    context.sync()


def _list_source(context: Context, source: Any) -> str:
    need(isinstance(source, dict), "Data validation list source must be an object.")
    kind = source.get("type")
    if kind == "literal":
        values = source.get("values")
        need(
            isinstance(values, list) and values and all(isinstance(each, str) and not set(each) & set(",;") for each in values),
            "Literal data validation values must be a non-empty array of strings without separators.",
        )
        need(len(",".join(values)) <= 255, "A literal data validation source cannot exceed 255 characters.")
        return literal(",".join(values))
    if kind == "range":
        numbers = [source.get(key) for key in ("sheet_position", "start_row", "start_column", "row_count", "column_count")]
        need(
            all(type(each) is int for each in numbers) and min(numbers[:3]) >= 0 and 1 in numbers[3:] and min(numbers[3:]) >= 1,
            "Data validation range sources must contain valid one-dimensional coordinates.",
        )
        sheet = context.sheet_at(numbers[0])
        return Place(sheet.title, Area(numbers[1] + 1, numbers[2] + 1, numbers[3], numbers[4])).text
    need(kind == "name", f"Unknown data validation list source: {kind}")
    need(isinstance(source.get("name"), str) and source["name"], "Data validation named sources require a name.")
    return str(source["name"])


def literal(values: str) -> str:
    """A list as a file has it."""
    check(len(values) <= limits.VALIDATION, f"a list of values has at most {limits.VALIDATION} characters", values)
    return '"' + values.replace('"', '""') + '"'


@plays("setDataValidationRule")
def set_rule(context: Context, action: Action) -> None:
    changes = _rule(action["args"][0])
    sheet, cells = context.range(action)
    context.sync()
    need(not _mixed(sheet, cells), _DIFFERENT)
    context.order(lambda: validate(context.book, sheet, cells, changes))
    context.sync()


def _rule(spec: Any) -> dict[str, Any]:
    need(isinstance(spec, dict), "Data validation rule must be an object.")
    first, second, operator = spec.get("formula1"), spec.get("formula2"), spec.get("operator")
    if spec.get("type") == "custom":
        need(
            isinstance(first, str) and 2 <= len(first) <= 255 and first.startswith("=") and operator is None and second is None,
            "Custom data validation requires one A1 formula of at most 255 characters.",
        )
        return {"type": "custom", "formula1": first[1:]}
    need(spec.get("type") in KINDS, f"Unknown data validation rule type: {spec.get('type')}")
    need(operator in OPERATORS, f"Unknown data validation operator: {operator}")
    need(isinstance(first, str) and 0 < len(first) <= 255, "Data validation formula1 must be a non-empty string.")
    between = operator in {"between", "not_between"}
    need(
        (isinstance(second, str) and 0 < len(second) <= 255) if between else second is None,
        f"formula2 {'is required' if between else 'is not valid'} for operator {operator}.",
    )
    made = {"type": KINDS[spec["type"]], "operator": OPERATORS[operator], "formula1": first.removeprefix("=")}
    return made | ({"formula2": second.removeprefix("=")} if between else {})


@plays("deleteDataValidation")
def delete_validation(context: Context, action: Action) -> None:
    sheet, cells = context.range(action)
    context.order(lambda: clear_validation(sheet, cells))
    context.sync()


def _overlapping(sheet: Worksheet, cells: Area) -> list[tuple[DataValidation, list[Area]]]:
    found = [(each, [area(str(part)) for part in each.sqref.ranges]) for each in sheet.data_validations.dataValidation]
    return [(each, parts) for each, parts in found if any(part.overlaps(cells) for part in parts)]


def _mixed(sheet: Worksheet, cells: Area) -> bool:
    """Whether some cells have a rule and others none, or another one."""
    found = _overlapping(sheet, cells)
    return bool(found) and (len(found) > 1 or bool(_left([cells], found[0][1])))




def _left(remaining: list[Area], covered: list[Area]) -> list[Area]:
    for each in covered:
        remaining = [part for piece in remaining for part in piece.without(each)]
    return remaining


def clear_validation(sheet: Worksheet, cells: Area) -> None:
    """Take the cells out of every rule."""
    for rule, parts in _overlapping(sheet, cells):
        left = _left(parts, [cells])
        if left:
            rule.sqref = type(rule.sqref)(" ".join(part.address for part in left))
        else:
            sheet.data_validations.dataValidation.remove(rule)


def validate(book: Book, sheet: Worksheet, cells: Area, changes: dict[str, Any]) -> DataValidation:
    """Give cells a rule; the messages of the rule that they had stay."""
    for name in ("formula1", "formula2"):
        formula = changes.get(name)
        if formula and not formula.startswith('"'):
            _check_source(book, sheet, formula)
    old = next((rule for rule, _ in _overlapping(sheet, cells)), None)
    kept = {} if old is None else {
        name: getattr(old, name)
        for name in ("allow_blank", "showErrorMessage", "errorStyle", "errorTitle", "error", "showInputMessage", "promptTitle", "prompt")
    }  # fmt: skip
    clear_validation(sheet, cells)
    made = DataValidation(**{"allow_blank": True, "showErrorMessage": True, "showInputMessage": True, **kept, **changes})
    made.add(cells.address)
    sheet.add_data_validation(made)
    return made


def _check_source(book: Book, sheet: Worksheet, formula: str) -> None:
    check(len(formula) <= limits.VALIDATION, f"a formula of a validation has at most {limits.VALIDATION} characters", formula)
    check("[" not in formula, "a validation cannot use structured references; give the column a name", formula)
    check(writing.check_formula(book, sheet, None, f"={formula}"), "what a validation refers to exists", formula)


# --- conditional formats


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
        parts = _left([area(part) for part in where.split()], [cells])
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

