"""Serial numbers of dates, and which number formats show one (the rule of xlwings' workbook-metadata.js)."""

from __future__ import annotations

import datetime
import math
import re
from typing import Any

from openpyxl.utils.datetime import to_excel

_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.')
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]")
_GENERAL = re.compile("general", re.IGNORECASE)
_DIGITS = re.compile(r"[0#?.][0#?.,Ee+\-%]*")
_DATE = re.compile(r"[ymdhseg]|b[12]|a/p|am/pm", re.IGNORECASE)


def shows_a_date(number_format: str) -> bool:
    """Whether xlwings sends a number with this format as a date."""
    rest = _LITERAL.sub("", number_format)
    if _ELAPSED.search(rest):
        return True
    rest = _DIGITS.sub("", _GENERAL.sub("", _BRACKETS.sub("", rest)))
    return "[" not in rest and bool(_DATE.search(rest))


def number(value: Any, epoch: datetime.datetime) -> Any:
    """A date or time as the serial number that a cell holds; other values as they are."""
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return to_excel(value, epoch)
    return value


def iso(serial: float) -> str:
    """What JavaScript makes of a serial number: milliseconds since 1970, rounded half up, as ISO text in UTC."""
    milliseconds = math.floor((serial - 25569) * 86400 * 1000 + 0.5)
    moment = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(milliseconds=milliseconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.").zfill(20) + f"{moment.microsecond // 1000:03d}Z"


def serial(year: int, month: int, day: int) -> int:
    """The serial number of a date; 1900-02-29, which Excel believes in, keeps later ones one higher."""
    days = (datetime.date(year, month, day) - datetime.date(1899, 12, 30)).days
    return days if days > 60 else days - 1
