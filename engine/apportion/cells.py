"""How one cell is read, by the kind of its column: the value, or what is wrong with it.

Each reader takes a cell as it was found and gives (value, severity, what, remedy); severity is "" when all is well.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING, Any

from apportion.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Collection

    from apportion.fields import Field

Reading = tuple[Any, str, str, str]

ERROR_VALUES = (
    "#NULL!",
    "#DIV/0!",
    "#VALUE!",
    "#REF!",
    "#NAME?",
    "#NUM!",
    "#N/A",
    "#SPILL!",
    "#CALC!",
    "#GETTING_DATA",
)
EXCEL_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - Excel knows no time zones
_NUMBER = re.compile(r"[-+(]?\s*\$?\s*[-+]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?(e[-+]?\d+)?\s*%?\)?", re.IGNORECASE)
_YEAR = re.compile(r"(?:FY|SY)?\s*'?(\d{4}|\d{2})(?:\s*[-/–]\s*(\d{4}|\d{2}))?", re.IGNORECASE)
_DATE_FORMATS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%Y-%m-%d %H:%M:%S")
_CENTURY = 2000
_PLAUSIBLE_YEARS = range(1950, 2200)
_LARGEST_SHARE = 10  # from here on, 150 say, a percent that may lie beyond 100% lacks its sign
_LARGEST_SERIAL = 2_958_465  # December 31, 9999


def clean(text: str) -> str:
    """A text without non-breaking, leading and trailing spaces."""
    return text.replace("\xa0", " ").replace("\u200b", "").strip()


def are_clean(texts: Collection[str]) -> bool:
    """Whether `clean` leaves every one of the texts as it is.

    >>> are_clean(["Alder", "Birch Hill"]), are_clean(["Alder "])
    (True, False)
    """
    joined = "".join(texts)
    ends = {text[0] for text in texts if text} | {text[-1] for text in texts if text}
    return "\xa0" not in joined and "\u200b" not in joined and not any(map(str.isspace, ends))


def serial(day: dt.date) -> float:
    """The number by which Excel keeps a date or a moment: days since the end of 1899.

    >>> serial(dt.date(2026, 7, 1))
    46204.0
    """
    moment = day if isinstance(day, dt.datetime) else dt.datetime.combine(day, dt.time())
    return (moment.replace(tzinfo=None) - EXCEL_EPOCH) / dt.timedelta(days=1)


def as_text(cell: object) -> str:
    """A cell as text: whole numbers without a decimal point, dates as ISO, blanks as "".

    >>> as_text(202.0), as_text(None), as_text(True)
    ('202', '', 'TRUE')
    """
    if isinstance(cell, str):
        return clean(cell)
    if cell is None or cell != cell:  # noqa: PLR0124 - NaN
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        return str(int(cell)) if float(cell).is_integer() and abs(cell) < 1e15 else repr(float(cell))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)


def text_number(text: str) -> float | None:
    """The number that a text stands for, such as "1,234", "$5", "25%", "(12.50)"; None when it stands for none."""
    plain = clean(text).replace("−", "-")
    if not re.search(r"\d", plain) or not _NUMBER.fullmatch(plain):
        return None
    negative = plain.startswith("(")
    if negative != plain.endswith(")"):
        return None
    digits = re.sub(r"[$,%()\s]", "", plain)
    try:
        value = float(digits)
    except ValueError:
        return None
    value = value / 100 if plain.rstrip(")").endswith("%") else value
    return (-value if negative else value) if math.isfinite(value) else None


def read_text(cell: object, field: Field) -> Reading:
    """Text; codes typed as numbers become text, and a text that looks like a formula stays one."""
    text = as_text(cell)
    if text in ERROR_VALUES:
        return (
            "",
            "error",
            f"{field.name} is the error value {text}.",
            "Mend the formula in this cell, or type the text.",
        )
    if text[:1] in "=+-@" and text and text_number(text) is None:
        return (
            text,
            "warning",
            f'{field.name} begins with "{text[0]}" and is kept as text.',
            "No formula is computed here.",
        )
    if isinstance(cell, str) and text != cell:
        return (
            text,
            "note",
            f'{field.name} "{text}" had spaces around it, which are left out.',
            "Nothing needs to be done.",
        )
    return text, "", "", ""


def read_number(cell: object, field: Field) -> Reading:
    """A number; a text that stands for one is read with a warning."""
    unit = f" ({field.unit})" if field.unit else ""
    if cell is None or (isinstance(cell, str) and not clean(cell)):
        return math.nan, "", "", ""
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return math.nan, "error", f'{field.name} is "{as_text(cell)}", not a number.', f"Type a number{unit}."
    if isinstance(cell, str):
        return _number_in_text(cell, field, unit)
    value = float(cell)
    if not math.isfinite(value):
        return (
            (math.nan, "", "", "")
            if math.isnan(value)
            else (math.nan, "error", f"{field.name} is infinite.", f"Type a number{unit}.")
        )
    return _in_range(value, field)


def _number_in_text(cell: str, field: Field, unit: str) -> Reading:
    if clean(cell) in ERROR_VALUES:
        return (
            math.nan,
            "error",
            f"{field.name} is the error value {clean(cell)}.",
            "Mend the formula in this cell, or type a number.",
        )
    value = text_number(cell)
    if value is None:
        return math.nan, "error", f'{field.name} is the text "{clean(cell)}", not a number.', f"Type a number{unit}."
    read, severity, what, remedy = _in_range(value, field)
    if severity == "error":
        return read, severity, what, remedy
    return (
        read,
        "warning",
        f'{field.name} is a number stored as text, "{cell}", and is read as {value:,.10g}.',
        "Type it as a number.",
    )


def _in_range(value: float, field: Field) -> Reading:
    if field.least is not None and value < field.least:
        return (
            math.nan,
            "error",
            f"{field.name} is {value:,.10g}, below {field.least:g}.",
            f"Type {field.least:g} or more.",
        )
    return value, "", "", ""


def read_percent(cell: object, field: Field) -> Reading:
    """A share of 1; 28.5 is read as 28.5%, with a warning."""
    value, severity, what, remedy = read_number(cell, field)
    with_sign = isinstance(cell, str) and "%" in cell
    if severity != "error" and value > (_LARGEST_SHARE if field.beyond else 1) and not with_sign:
        return value / 100, "warning", f"{field.name} is {value:g} and is read as {value:g}%.", f"Type {value:g}%."
    return value, severity, what, remedy


def read_year(cell: object, field: Field) -> Reading:
    """A fiscal year by the calendar year in which it ends: 2027, "FY2027", "FY27", "2026-27"."""
    text = as_text(cell)
    if not text:
        return math.nan, "", "", ""
    if match := _YEAR.fullmatch(text.removesuffix(".0")):
        first, last = int(match[1]), int(match[2] or match[1])
        follows = not match[2] or last % 100 == (first + 1) % 100
        year = last if last >= 100 else last + _CENTURY
        if follows and year in _PLAUSIBLE_YEARS:
            return float(year), "", "", ""
    return (
        math.nan,
        "error",
        f'{field.name} is "{text}", not a fiscal year.',
        "Type the year in which it ends, such as 2027.",
    )


def read_date(cell: object, field: Field) -> Reading:
    """A date: a date cell, Excel's serial number, ISO or month/day/year."""
    if isinstance(cell, dt.datetime):
        return cell.date(), "", "", ""
    if isinstance(cell, dt.date):
        return cell, "", "", ""
    text = as_text(cell)
    if not text:
        return None, "", "", ""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 0 < cell <= _LARGEST_SERIAL:
        return (EXCEL_EPOCH + dt.timedelta(days=float(cell))).date(), "", "", ""
    for form in _DATE_FORMATS:
        try:
            return dt.datetime.strptime(text, form).date(), "", "", ""  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    return None, "error", f'{field.name} is "{text}", not a date.', "Type a date such as 2026-05-31."


def read_choice(cell: object, field: Field) -> Reading:
    """One of the field's words, in any case; empty is the field's default."""
    text = as_text(cell)
    if not text:
        return field.default, "", "", ""
    known = {each.casefold(): each for each in field.choices}
    if text.casefold() in known:
        return known[text.casefold()], "", "", ""
    if field.suggested and text not in ERROR_VALUES:
        return text, "", "", ""
    close = nearest(text, field.choices)
    remedy = f'Nearest: "{close}".' if close else "One of: " + ", ".join(field.choices) + "."
    return field.default, "error", f'{field.name} is "{text}", which is not one of its words.', remedy


def read_formula(cell: object, field: Field) -> Reading:
    """An Excel formula as text. A live formula arrives as its value, and is refused."""
    text = as_text(cell)
    if text in ERROR_VALUES:
        remedy = (
            "Format the cell as Text and type the formula again, so that it stays text; if it takes the text from the "
            "sheet Rule lab, type a formula in that column."
        )
        return (
            "",
            "error",
            f"{field.name} is the error value {text}: the formula was computed instead of kept as text.",
            remedy,
        )
    return text, "", "", ""


def read_value(cell: object, field: Field) -> Reading:
    """A number, or the name of a rate; None when empty."""
    if isinstance(cell, str) and clean(cell) and text_number(cell) is None:
        text, severity, what, remedy = read_text(cell, field)
        return text or None, severity, what, remedy
    value, severity, what, remedy = read_number(cell, field)
    return (None if math.isnan(value) else value), severity, what, remedy


READERS = {
    "text": read_text,
    "number": read_number,
    "dollars": read_number,
    "fte": read_number,
    "percent": read_percent,
    "year": read_year,
    "date": read_date,
    "choice": read_choice,
    "formula": read_formula,
    "value": read_value,
}
NUMERIC = ("number", "dollars", "fte", "percent", "year")
