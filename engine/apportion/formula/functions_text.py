"""Texts: parts of them, their length and their case. Bodies see plain Python texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apportion.formula.declaration import Function, Style, parameters
from apportion.formula.errors import ExcelError

if TYPE_CHECKING:
    from collections.abc import Callable

_SPACES = re.compile(" +")


def _left(text: str, count: float) -> str | ExcelError:
    return text[: int(count)] if count >= 0 else ExcelError.VALUE


def _right(text: str, count: float) -> str | ExcelError:
    if count < 0:
        return ExcelError.VALUE
    return text[-int(count) :] if int(count) else ""


def _middle(text: str, start: float, count: float) -> str | ExcelError:
    if start < 1 or count < 0:
        return ExcelError.VALUE
    return text[int(start) - 1 : int(start) - 1 + int(min(count, len(text)))]


def _trim(text: str) -> str:
    return _SPACES.sub(" ", text).strip(" ")


def _upper(text: str) -> str:
    return "".join(each.upper() if len(each.upper()) == 1 else each for each in text)


def _concatenated(left: str, right: str) -> str:
    return left + right


def _row(name: str, declared: str, body: Callable[..., object]) -> Function:
    return Function(name, parameters(declared), Style.EACH, body, source=f"Microsoft Support, {name} function")


CONCATENATE = _row("&", "left:text right:text", _concatenated)

FUNCTIONS = (
    _row("LEFT", "text:text num_chars:number=1", _left),
    _row("RIGHT", "text:text num_chars:number=1", _right),
    _row("MID", "text:text start_num:number num_chars:number", _middle),
    _row("LEN", "text:text", lambda text: float(len(text.encode("utf-16-le")) // 2)),
    _row("TRIM", "text:text", _trim),
    _row("UPPER", "text:text", _upper),
    _row("LOWER", "text:text", str.lower),
    _row("EXACT", "text1:text text2:text", lambda left, right: left == right),
)
