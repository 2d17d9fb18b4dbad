"""Actions on data validation, with the checks of xlwings' range-action-callbacks.js."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl.worksheet.datavalidation import DataValidation

from tools.excel import limits, writing
from tools.excel.areas import Area, area, without
from tools.excel.limits import check
from tools.excel.protocol import Action, Context, need, plays
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
_DIFFERENT = "Cannot update data validation because the target cells have different validation rules."


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
    return bool(found) and (len(found) > 1 or bool(without([cells], found[0][1])))




def clear_validation(sheet: Worksheet, cells: Area) -> None:
    """Take the cells out of every rule."""
    for rule, parts in _overlapping(sheet, cells):
        left = without(parts, [cells])
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
