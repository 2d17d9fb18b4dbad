"""The table of all functions and operators that formulas may use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apportion.formula import (
    arithmetic,
    functions_arrays,
    functions_criteria,
    functions_dates,
    functions_information,
    functions_integers,
    functions_intervals,
    functions_logic,
    functions_lookup,
    functions_math,
    functions_order,
    functions_regression,
    functions_spread,
    functions_statistics,
    functions_subtotal,
    functions_text,
    functions_text_conversion,
    functions_text_joining,
    functions_text_search,
    functions_trend,
    functions_workdays,
)
from apportion.formula.calls import aligned
from apportion.formula.comparison import TESTS, compare
from apportion.formula.declaration import Function, Style, parameters

if TYPE_CHECKING:
    from collections.abc import Callable

_MODULES = (
    functions_math,
    functions_statistics,
    functions_logic,
    functions_information,
    functions_text,
    functions_text_search,
    functions_text_joining,
    functions_text_conversion,
    functions_lookup,
    functions_criteria,
    functions_integers,
    functions_dates,
    functions_intervals,
    functions_workdays,
    functions_spread,
    functions_order,
    functions_regression,
    functions_trend,
    functions_subtotal,
    functions_arrays,
)
_LET = Function(
    "LET",
    parameters("name1:lazy name_value1:lazy calculation:lazy"),
    Style.LAZY,
    lambda *_: None,
    repeats=1,
    since="2021",
    source="Microsoft Support, LET function",
)


def _operator(sign: str, body: Callable[..., Any], declared: str = "left:number right:number") -> Function:
    return Function(sign, parameters(declared), Style.ROWS, body, source="Microsoft Support, Calculation operators")


def _comparison(sign: str) -> Function:
    def body(left: Any, right: Any) -> Any:
        return compare(sign, *aligned([left, right]))

    return Function(sign, parameters("left:any right:any"), Style.ELEMENTS, body)


FUNCTIONS: dict[str, Function] = {row.name: row for module in _MODULES for row in module.FUNCTIONS} | {"LET": _LET}

BINARY: dict[str, Function] = {
    "+": _operator("+", arithmetic.add),
    "-": _operator("-", arithmetic.subtract),
    "*": _operator("*", arithmetic.multiply),
    "/": _operator("/", arithmetic.divide),
    "^": _operator("^", arithmetic.power),
    "&": functions_text.CONCATENATE,
    **{sign: _comparison(sign) for sign in TESTS},
}

UNARY: dict[str, Function] = {
    "-": _operator("-", arithmetic.negate, "operand:number"),
    "%": _operator("%", arithmetic.percent, "operand:number"),
    "+": Function("+", parameters("operand:any"), Style.VALUES, arithmetic.identity),
}
