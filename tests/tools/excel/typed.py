"""What a text becomes when it is typed into a cell of an en-US Excel, which is also what Office.js makes of it.

Reading order as in Excel: an apostrophe, a cell of format Text, a formula, a logical value, an error value, a number
(money, percent, thousands, exponent, fraction), a time, a date. What matches none of them is text.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.excel import dates, limits

if TYPE_CHECKING:
    from collections.abc import Callable

GENERAL, TEXT = "General", "@"
ERRORS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """The value of a cell after typing; `kind` is number, text, logical, error, formula or empty."""

    value: Any
    kind: str
    number_format: str = GENERAL
    apostrophe: bool = False


def typed(value: Any, cell_format: str, today: datetime.date) -> Typed:
    """What a cell with this number format holds after a value was written to it."""
    if isinstance(value, bool | int | float):
        return Typed(value, "logical" if isinstance(value, bool) else "number")
    if not isinstance(value, str):
        raise limits.Refusal("a value is a number, text, a logical value or null", value)
    if value.startswith("'"):
        return _text(value[1:], apostrophe=True)
    if value == "" or cell_format == TEXT:
        return _text(value) if value else Typed(None, "empty")
    plain = value.strip(" ")
    for read in (_logical, _error, _number, _fraction, _time, _moment(today)):
        if found := _formula(value) or read(plain):
            return found
    return _text(value)


def _text(text: str, *, apostrophe: bool = False) -> Typed:
    limits.check_text(text)
    return Typed(text, "text", apostrophe=apostrophe)


def _formula(text: str) -> Typed | None:
    """=x is a formula, and so is +x, -x and @x unless it is a number; a sign alone is text."""
    if text[0] not in "=+-@" or len(text) == 1:
        return None
    if text.startswith("="):
        return Typed(text, "formula")
    return Typed(f"={text}", "formula") if _number(text.strip(" ")) is None else None


def _logical(text: str) -> Typed | None:
    return Typed(text.upper() == "TRUE", "logical") if text.upper() in {"TRUE", "FALSE"} else None


def _error(text: str) -> Typed | None:
    return Typed(text.upper(), "error") if text.upper() in ERRORS else None


_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<money>\$?)(?P<inner>[+-]?)"
    r"(?P<whole>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+|)(?P<decimals>\.[0-9]*|)(?P<power>[eE][+-]?[0-9]+|) ?(?P<percent>%?)"
)
_DIGITS_AND_COMMAS = re.compile(r"[$+-]*[0-9]+(?:,[0-9]*)+(?:\.[0-9]*)?%?")


def _number(text: str) -> Typed | None:
    negative = text.startswith("(") and text.endswith(")")
    found = _NUMBER.fullmatch(text[1:-1] if negative else text)
    if not found or not (found["whole"] or found["decimals"].strip(".")):
        if _DIGITS_AND_COMMAS.fullmatch(text):
            raise NotImplementedError(f"What Excel makes of {text!r} is not known here; write it with an apostrophe.")
        return None
    signs = found["sign"] + found["inner"]
    if len(signs) > 1 or (negative and signs) or (found["money"] and found["percent"]):
        return None
    number = _fifteen_digits(f"{found['whole'].replace(',', '') or '0'}{found['decimals']}{found['power']}")
    if abs(number) > 1.7976931348623157e308:
        return None  # too large for a number: Excel leaves the text
    number = -number if negative or signs == "-" else number
    number = number / 100 if found["percent"] else number
    return Typed(int(number) if number == int(number) else number, "number", _number_format(found))


def _fifteen_digits(text: str) -> float:
    """Excel keeps fifteen significant digits of what is typed and puts zeros for the others."""
    mantissa, _, power = text.lower().partition("e")
    kept, count = "", 0
    for each in mantissa:
        significant = each.isdigit() and (count > 0 or each != "0")
        count += significant
        kept += each if count <= 15 or not each.isdigit() else "0"
    return float(f"{kept}e{power or 0}")


def _number_format(found: re.Match[str]) -> str:
    decimals = len(found["decimals"]) > 1
    if found["money"]:
        return '"$"#,##0.00_);[Red]\\("$"#,##0.00\\)' if decimals else '"$"#,##0_);[Red]\\("$"#,##0\\)'
    if found["percent"]:
        return "0.00%" if decimals else "0%"
    if found["power"]:
        return "0.00E+00"
    if "," in found["whole"]:
        return "#,##0.00" if decimals else "#,##0"
    return GENERAL


_FRACTION = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]+) (?P<above>[0-9]{1,3})/(?P<below>[0-9]{1,3})")


def _fraction(text: str) -> Typed | None:
    """1 1/2 is one and a half; without the whole number it is a date."""
    found = _FRACTION.fullmatch(text)
    if not found or int(found["below"]) == 0:
        return None
    value = int(found["whole"]) + int(found["above"]) / int(found["below"])
    form = "# ??/??" if max(len(found["above"]), len(found["below"])) > 1 else "# ?/?"
    return Typed(-value if found["sign"] else value, "number", form)


_TIME = re.compile(r"(?P<h>[0-9]{1,4})(?::(?P<m>[0-9]{1,2})(?::(?P<s>[0-9]{1,2}))?)?(?: (?P<half>[AaPp])[Mm]?)?")


def _time(text: str) -> Typed | None:
    """12:30, 1:02:03, 25:00 and 5 p; a number alone is none."""
    found = _TIME.fullmatch(text)
    if not found or not (found["m"] or found["half"]):
        return None
    hours, minutes, seconds = int(found["h"]), int(found["m"] or 0), int(found["s"] or 0)
    if minutes > 59 or seconds > 59 or (found["half"] and not 1 <= hours <= 12):
        return None
    if found["half"]:
        hours = hours % 12 + (12 if found["half"] in "Pp" else 0)
    form = "h:mm:ss" if found["s"] else "h:mm"
    if hours > 23:
        form = "[h]:mm:ss"
    elif found["half"]:
        form += " AM/PM"
    return Typed((hours * 3600 + minutes * 60 + seconds) / 86400, "number", form)


_MONTH = r"(?P<name>[A-Za-z]{3,9})"
_DATES: tuple[tuple[str, str], ...] = (
    (r"(?P<m>[0-9]{1,2})[/-](?P<d>[0-9]{1,2})[/-](?P<y>[0-9]{4}|[0-9]{1,2})", "m/d/yyyy"),
    (r"(?P<y>[0-9]{4})[/-](?P<m>[0-9]{1,2})[/-](?P<d>[0-9]{1,2})", "m/d/yyyy"),
    (r"(?P<m>[0-9]{1,2})[/-](?P<d>[0-9]{1,2})", "d-mmm"),
    (r"(?P<m>[0-9]{1,2})[/-](?P<y>[0-9]{4}|[0-9]{2})", "mmm-yy"),
    (r"(?P<y>[0-9]{4})[/-](?P<m>[0-9]{1,2})", "mmm-yy"),
    (_MONTH + r"[ -]?(?P<d>[0-9]{1,2})", "d-mmm"),
    (r"(?P<d>[0-9]{1,2})[ -]?" + _MONTH, "d-mmm"),
    (_MONTH + r"[ -]?(?P<y>[0-9]{4}|[0-9]{2})", "mmm-yy"),
    (_MONTH + r" (?P<d>[0-9]{1,2}),? ?(?P<y>[0-9]{4}|(?<=[, ])[0-9]{2})", "d-mmm-yy"),
    (r"(?P<d>[0-9]{1,2})[ -]?" + _MONTH + r"[ -]?(?P<y>[0-9]{4}|[0-9]{2})", "d-mmm-yy"),
)


def _moment(today: datetime.date) -> Callable[[str], Typed | None]:
    def read(text: str) -> Typed | None:
        if (date := _date(text, today)) is not None:
            return date
        day, _, clock = text.partition(" ")
        date, time = _date(day, today), _time(clock)
        if date is None or time is None:
            return None
        return Typed(date.value + time.value, "number", "m/d/yyyy h:mm")

    return read


def _date(text: str, today: datetime.date) -> Typed | None:
    for pattern, form in _DATES:
        if (found := re.fullmatch(pattern, text)) and (value := _serial(found.groupdict(), today)) is not None:
            return Typed(value, "number", form)
    return None


def _serial(parts: dict[str, str | None], today: datetime.date) -> int | None:
    month = int(parts["m"] or 0) if "m" in parts else _month(parts["name"] or "")
    year = _year(parts["y"]) if parts.get("y") else today.year
    try:
        return dates.serial(year, month, int(parts.get("d") or 1)) if 1900 <= year <= 9999 else None
    except ValueError:  # no such day, so this reading does not hold
        return None


def _month(name: str) -> int:
    """Jan, January and Sept; 0 for any other word."""
    word = name.lower()
    found = [index for index, month in enumerate(MONTHS, 1) if word in {month, month[:3]}]
    return found[0] if found else 9 * (word == "sept")


def _year(digits: str | None) -> int:
    """00 to 29 lie in this century, 30 to 99 in the last one."""
    year = int(digits or 0)
    return year if len(digits or "") == 4 else year + (2000 if year < 30 else 1900)
