"""Numbers and other values to texts and back."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from apportion.formula.declaration import Function, Style, parameters
from apportion.formula.errors import ExcelError
from apportion.formula.number_formats import compiled
from apportion.formula.number_layout import rounded_to
from apportion.formula.numbers_in_text import number_in, text_of
from apportion.formula.pool import Origin
from apportion.formula.text_calls import optional
from apportion.formula.values import BOOLEAN, MIXED, NUMBER, TEXT, Texts, Value
from apportion.formula.work import FORMATTED, LONGER

if TYPE_CHECKING:
    from apportion.formula.pool import Pool
    from apportion.formula.values import Data

_MOST_DECIMALS = 127
_STRICT = 1


def _text(value: Any, code: str) -> object:
    if isinstance(value, (bool, ExcelError)):
        return _plain(value)
    if isinstance(value, str):
        number = number_in(value)
        value = value if math.isnan(number) else number
    try:
        shown = compiled(code)
        return shown.text(value) if isinstance(value, str) else shown.number(value or 0.0)
    except ValueError:  # a format that Excel refuses, or a number that it does not show
        return ExcelError.VALUE


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return text_of(value) if isinstance(value, float) else "" if value is None else value


def _value_to_text(value: Any, form: float | None) -> object:
    if int(form or 0) not in (0, _STRICT):
        return ExcelError.VALUE
    if isinstance(value, ExcelError):
        return str(value)
    if isinstance(value, str) and int(form or 0) == _STRICT:
        return '"' + value.replace('"', '""') + '"'
    return _plain(value)


def _decimals(number: float, decimals: float, code: str) -> str | ExcelError:
    """The number rounded, then in a format with as many decimals; Excel shows no minus sign before zeros."""
    places = int(max(decimals, -400))
    if places > _MOST_DECIMALS:
        return ExcelError.VALUE
    rounded = rounded_to(number, places)
    exact = ("." + "0" * places) if places > 0 else ""
    return compiled(code.replace("0.0", f"0{exact}")).number(rounded)


def _fixed(number: float, decimals: float, no_commas: bool) -> str | ExcelError:
    return _decimals(number, decimals, "0.0" if no_commas else "#,##0.0")


def _dollar(number: float, decimals: float) -> str | ExcelError:
    shown = _decimals(abs(number), decimals, "$#,##0.0")
    return f"({shown})" if number < 0 and isinstance(shown, str) and shown.strip("$0.,") else shown


_PLAIN = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)


def _number_value(text: str, decimal: str | None, group: str | None) -> float | ExcelError:
    """Blanks count nowhere; a percent sign at the end divides by a hundred; of separators the first letter counts."""
    point, comma = "." if decimal is None else decimal[:1], "," if group is None else group[:1]
    if not point or not comma or point == comma:
        return ExcelError.VALUE
    bare = text.replace(" ", "")
    if not bare:
        return 0.0
    digits = bare.rstrip("%")
    whole, has_point, rest = digits.partition(point)
    if comma in rest:
        return ExcelError.VALUE
    plain = whole.replace(comma, "") + ("." if has_point else "") + rest
    number = number_in(plain) if _PLAIN.fullmatch(plain) else math.nan  # no dates, no money
    return ExcelError.VALUE if math.isnan(number) else number / 100.0 ** (len(bare) - len(digits))


def _value(number: Data) -> Data:
    return number


def _first_of_reference(pool: Pool) -> Value:
    (value,), (origin,) = pool.values, pool.origins
    return value.item(np.s_[:, :, :1, :1]) if origin == Origin.REFERENCE else value


def _number_of(pool: Pool) -> Value:
    value = _first_of_reference(pool)
    if value.kind == NUMBER:
        return value
    counted = value.is_kind(NUMBER) | value.is_kind(BOOLEAN)
    return Value(NUMBER, np.where(counted, value.data, 0).astype(np.float64), value.errors)


def _text_of_value(pool: Pool) -> Value:
    value = _first_of_reference(pool)
    if value.kind == TEXT:
        return value
    items = list(value.words.items)
    mask = value.is_kind(TEXT) if value.kind == MIXED else np.zeros(value.shape, bool)
    return Value(TEXT, np.where(mask, value.data, len(items)).astype(np.intp), value.errors, Texts([*items, ""]))


def _row(
    name: str, declared: str, style: Style, body: object, since: str = "2007", weight: int = LONGER
) -> Function:
    source = f"Microsoft Support, {name} function"
    return Function(name, parameters(declared), style, body, since=since, source=source, weight=weight)  # type: ignore[arg-type]


FUNCTIONS = (
    optional("TEXT", "value:any format_text:text", _text, each=FORMATTED),
    optional("VALUETOTEXT", "value:any format:number=", _value_to_text, since="2021", waits=2),
    _row("VALUE", "text:strict", Style.ROWS, _value),
    optional("NUMBERVALUE", "text:text decimal_separator:text= group_separator:text=", _number_value, since="2013"),
    _row("FIXED", "number:number decimals:number=2 no_commas:truth=FALSE", Style.EACH, _fixed, weight=FORMATTED),
    _row("DOLLAR", "number:number decimals:number=2", Style.EACH, _dollar, weight=FORMATTED),
    _row("T", "value:any", Style.AGGREGATE, _text_of_value),
    _row("N", "value:any", Style.AGGREGATE, _number_of),
)
