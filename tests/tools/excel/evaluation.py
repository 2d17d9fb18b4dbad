"""What stands in and around cell functions: constants, references, simple arithmetic; whatever else raises."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.excel import references
from tools.excel.natives import NATIVE
from tools.excel.syntax import Call, Constant, ErrorValue, Missing, Node, Operation, Reference, Rows
from tools.excel.typed import ERRORS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tools.excel.workbook import Book

Matrix = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Here:
    """The cell whose formula is evaluated, and what calls a cell function for it."""

    book: Book
    sheet: str
    cell: tuple[int, int]
    call: Callable[[Here, str, list[Matrix | None]], Matrix]


def evaluate(node: Node, here: Here) -> Matrix | None:
    """The value of a part of a formula as rows; None for an argument that is left out."""
    if isinstance(node, Missing):
        return None
    if isinstance(node, Constant):
        return [[node.value]]
    if isinstance(node, Rows):
        return [list(row) for row in node.rows]
    if isinstance(node, Reference):
        return _cells(node.text, here)
    if isinstance(node, Call):
        return _called(node, here)
    return _calculated(node, here)


def _called(node: Call, here: Here) -> Matrix:
    """What a function gives: one of Excel's own, or a cell function of the add-in."""
    name = node.name.upper().removeprefix("_XLFN.").removeprefix("_XLWS.")
    if name == "IF":
        return _chosen(node, here)
    arguments = [evaluate(each, here) for each in node.arguments]
    if name in NATIVE:
        return NATIVE[name](*(each or [[None]] for each in arguments))
    return here.call(here, node.name, arguments)


def _chosen(node: Call, here: Here) -> Matrix:
    """IF with a single condition: only the branch that is taken is evaluated."""
    condition, *branches = node.arguments
    value = (evaluate(condition, here) or [[None]])[0][0]
    if isinstance(value, ErrorValue):
        return [[value]]
    if not value and len(branches) == 1:
        return [[False]]
    return evaluate(branches[0 if value else 1], here) or [[0]]


def _cells(text: str, here: Here) -> Matrix:
    """The values of a range; of whole columns, down to the last used row, as Excel cuts them."""
    try:
        found = references.place(text, here.book, here.sheet, here.cell)
    except references.UnknownName:
        return [[ErrorValue("#NAME?")]]
    except references.NoCells as name:
        return _constant(name.formula)
    sheet = here.book[found.sheet]
    bottom = min(found.area.bottom, max(sheet.max_row, found.area.top))
    right = min(found.area.right, max(sheet.max_column, found.area.left))
    return [
        [_content(here.book, sheet, row, column) for column in range(found.area.left, right + 1)]
        for row in range(found.area.top, bottom + 1)
    ]


def _content(book: Book, sheet: Any, row: int, column: int) -> Any:
    value = book.value(sheet, row, column)
    if value is None and sheet.cell(row, column).data_type == "f":
        raise NotImplementedError(f"{sheet.title}!{sheet.cell(row, column).coordinate} has a formula without a value.")
    if isinstance(value, str) and sheet.cell(row, column).data_type in {"e", "f"} and value in {*ERRORS, "#SPILL!", "#CALC!"}:
        return ErrorValue(value)
    return value


def _constant(formula: str) -> Matrix:
    """The value of a name that stands for a constant."""
    from tools.excel.syntax import parse

    if "#REF!" in formula:
        return [[ErrorValue("#REF!")]]
    node = parse(f"={formula}")
    negative = isinstance(node, Operation) and node.operator == "-" and len(node.operands) == 1
    inner = node.operands[0] if isinstance(node, Operation) else node
    if not isinstance(inner, Constant):
        raise NotImplementedError(f"The name's formula {formula} is not evaluated here.")
    return [[-inner.value if negative else inner.value]]


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "^": operator.pow,
}  # fmt: skip


def _equal(left: Any, right: Any) -> bool:
    """As Excel compares: texts in any case; an empty cell equals 0 and the empty text."""
    if left is None or right is None:
        return (right if left is None else left) in (None, 0, "")
    if isinstance(left, str) and isinstance(right, str):
        return left.casefold() == right.casefold()
    return type(left) in (int, float) and type(right) in (int, float) and left == right


_COMPARED: dict[str, Callable[[Any, Any], bool]] = {"=": _equal, "<>": lambda left, right: not _equal(left, right)}


def _calculated(node: Operation, here: Here) -> Matrix:
    operands = [evaluate(each, here) or [[None]] for each in node.operands]
    if len(operands) == 1:
        factor = {"-": -1.0, "+": 1.0, "%": 0.01}[node.operator]
        return [[_apply(operator.mul, value, factor) for value in row] for row in operands[0]]
    left, right = operands
    rows, columns = max(len(left), len(right)), max(len(left[0]), len(right[0]))
    if any(len(each) not in {1, rows} or len(each[0]) not in {1, columns} for each in operands):
        raise NotImplementedError(f"Ranges of different shapes around {node.operator} are not evaluated here.")
    return [[_both(node.operator, _at(left, row, column), _at(right, row, column)) for column in range(columns)] for row in range(rows)]


def _at(matrix: Matrix, row: int, column: int) -> Any:
    line = matrix[row if len(matrix) > 1 else 0]
    return line[column if len(line) > 1 else 0]


def _both(sign: str, left: Any, right: Any) -> Any:
    if sign == "&":
        failed = next((each for each in (left, right) if isinstance(each, ErrorValue)), None)
        return failed or _text(left) + _text(right)
    if sign in _COMPARED:
        return next((each for each in (left, right) if isinstance(each, ErrorValue)), None) or _COMPARED[sign](left, right)
    if sign not in _ARITHMETIC:
        raise NotImplementedError(f"The operator {sign} is not evaluated here.")
    return _apply(_ARITHMETIC[sign], left, right)


def _apply(calculate: Callable[[float, float], float], left: Any, right: Any) -> Any:
    for each in (left, right):
        if isinstance(each, ErrorValue):
            return each
    try:
        return calculate(*(float(each or 0) for each in (left, right)))
    except ZeroDivisionError:
        return ErrorValue("#DIV/0!")
    except (TypeError, ValueError):
        return ErrorValue("#VALUE!")
    except OverflowError:
        return ErrorValue("#NUM!")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
