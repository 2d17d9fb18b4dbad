"""Values in the form in which Excel takes them: what is assigned to a cell is read as if it had been typed."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from apportion.cells import serial

LONGEST_NUMBER = 40  # no number, date or time that Excel reads in a text is longer
_WORDS = re.compile(r"[^\W\d_][^\d]*")
_BOOLEANS = {"TRUE", "FALSE"}


def typed(value: Any) -> float | str | bool:
    """A value as it is typed: a text with an apostrophe before it where Excel would read something else.

    "007" would become 7, "3-5" a date, "=x" a formula and "TRUE" a boolean; a text of letters alone is safe.

    >>> typed("007"), typed("Roosevelt High"), typed("=SUM(A1)"), typed(None)
    ("'007", 'Roosevelt High', "'=SUM(A1)", '')
    """
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, dt.date):
        return serial(value)
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")
    return text if not text or _is_plain(text) else f"'{text}"


def formula(text: str) -> str:
    """A formula of a file as it is typed: with `=`, and newer functions without the prefix that files have.

    >>> formula("_xlfn.IFS(A1>0,1)")
    '=IFS(A1>0,1)'
    """
    return "=" + text.removeprefix("=").replace("_xlfn._xlws.", "").replace("_xlfn.", "")


def _is_plain(text: str) -> bool:
    if text.strip().upper() in _BOOLEANS or not text[0].isalpha():
        return False
    return len(text) > LONGEST_NUMBER or _WORDS.fullmatch(text) is not None
