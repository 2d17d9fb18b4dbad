"""Texts: parts of them, their length, their case and their characters. Bodies see plain Python texts."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from apportion.formula.calls import LONGEST_TEXT
from apportion.formula.declaration import Function, Style, parameters
from apportion.formula.errors import ExcelError
from apportion.formula.text_units import lower, text_from, units, upper

if TYPE_CHECKING:
    from collections.abc import Callable

_SPACES = re.compile(" +")
_UNPRINTABLE = re.compile(r"[\x00-\x1f]")
_WORD = re.compile(r"[^\W\d_]+")
_CODE_PAGE = "cp1252"
_LARGEST_CODE, _LAST_CHARACTER = 255, 0x10FFFF
_HALVES = range(0xD800, 0xE000)
# What the code page does not know is shown as a question mark.
_UNKNOWN = 63.0


def _left(text: str, count: float) -> str | ExcelError:
    return text_from(units(text)[: int(count)]) if count >= 0 else ExcelError.VALUE


def _right(text: str, count: float) -> str | ExcelError:
    if count < 0:
        return ExcelError.VALUE
    return text_from(units(text)[-int(count) :]) if int(count) else ""


def _middle(text: str, start: float, count: float) -> str | ExcelError:
    if start < 1 or count < 0:
        return ExcelError.VALUE
    whole = units(text)
    return text_from(whole[int(start) - 1 : int(start) - 1 + int(min(count, len(whole)))])


def _length(text: str) -> float:
    return float(len(units(text)))


def _trim(text: str) -> str:
    return _SPACES.sub(" ", text).strip(" ")


def _proper(text: str) -> str:
    return _WORD.sub(lambda word: upper(word[0][0]) + lower(word[0][1:]), text)


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub("", text)


def _character(number: float) -> str | ExcelError:
    if not 1 <= number < _LARGEST_CODE + 1:
        return ExcelError.VALUE
    try:
        return bytes([int(number)]).decode(_CODE_PAGE)
    except UnicodeDecodeError:  # five codes stand for no letter and are kept as they are
        return chr(int(number))


def _code(text: str) -> float | ExcelError:
    if not text:
        return ExcelError.VALUE
    letter = text[0]
    plain = unicodedata.normalize("NFD", letter)
    for each in (letter, plain[0]) if all(map(unicodedata.combining, plain[1:])) else (letter,):
        try:
            return float(each.encode(_CODE_PAGE)[0])
        except UnicodeEncodeError:
            pass
    return float(ord(letter)) if letter <= "\xff" else _UNKNOWN


def _unicode_character(number: float) -> str | ExcelError:
    if not 1 <= number < _LAST_CHARACTER + 1:
        return ExcelError.VALUE
    return ExcelError.NA if int(number) in _HALVES else chr(int(number))


def _unicode(text: str) -> float | ExcelError:
    return float(ord(text[0])) if text else ExcelError.VALUE


def _repeated(text: str, times: float) -> str | ExcelError:
    if times < 0 or _length(text) * int(times) > LONGEST_TEXT:
        return ExcelError.VALUE
    return text * int(times) if text else ""


def _concatenated(*texts: str) -> str:
    return "".join(texts)


def _row(name: str, declared: str, body: Callable[..., object], repeats: int = 0, since: str = "2007") -> Function:
    source = f"Microsoft Support, {name} function"
    return Function(name, parameters(declared), Style.EACH, body, repeats, since=since, source=source)


CONCATENATE = _row("&", "left:text right:text", _concatenated)

FUNCTIONS = (
    _row("LEFT", "text:text num_chars:number=1", _left),
    _row("RIGHT", "text:text num_chars:number=1", _right),
    _row("MID", "text:text start_num:number num_chars:number", _middle),
    _row("LEN", "text:text", _length),
    _row("TRIM", "text:text", _trim),
    _row("CLEAN", "text:text", _clean),
    _row("UPPER", "text:text", upper),
    _row("LOWER", "text:text", lower),
    _row("PROPER", "text:text", _proper),
    _row("EXACT", "text1:text text2:text", lambda left, right: left == right),
    _row("REPT", "text:text number_times:number", _repeated),
    _row("CONCATENATE", "text1:text", _concatenated, repeats=1),
    _row("CHAR", "number:number", _character),
    _row("CODE", "text:text", _code),
    _row("UNICHAR", "number:number", _unicode_character, since="2013"),
    _row("UNICODE", "text:text", _unicode, since="2013"),
)
