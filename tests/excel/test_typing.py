"""What Excel makes of what is typed, en-US, in January 2027.

Sources: Microsoft, "Stop automatically changing numbers to dates", "Format numbers as dates or times", "Change the date
system, format, or two-digit year interpretation", "Keeping leading zeros and large numbers", "Display or hide fractions".
Serial numbers: 46054 is 2026-02-02 (so 2027-01-01 is 46388), 36526 is 2000-01-01.
"""

from __future__ import annotations

import datetime

import pytest

from tools.excel.limits import Refusal
from tools.excel.typed import typed

TODAY = datetime.date(2027, 1, 15)
NEW_YEAR = 46388  # 2027-01-01

CASES = [
    # text, cell's format, value, kind, number format, reason
    ("007", "General", 7, "number", "General", "leading zeros of a number are dropped"),
    ("007", "@", "007", "text", "General", "a cell of format Text keeps what is typed"),
    ("'007", "General", "007", "text", "General", "an apostrophe makes text and is not shown"),
    ("'=x", "General", "=x", "text", "General", "nor is it a formula then"),
    ("'", "General", "", "text", "General", "an apostrophe alone is an empty text"),
    ("", "General", None, "empty", "General", "an empty text empties the cell"),
    ("1-2", "General", NEW_YEAR + 1, "number", "d-mmm", "a dash between month and day is a date of this year"),
    ("3/4", "General", NEW_YEAR + 31 + 28 + 3, "number", "d-mmm", "so is a slash: March 4"),
    ("9-12", "General", NEW_YEAR + 243 + 11, "number", "d-mmm", "a span of grades becomes September 12"),
    ("6-8", "General", NEW_YEAR + 151 + 7, "number", "d-mmm", "and middle school becomes June 8"),
    ("K-5", "General", "K-5", "text", "General", "K is no month"),
    ("2026-27", "General", "2026-27", "text", "General", "a school year has no month 27"),
    ("2010-11", "General", 40483, "number", "mmm-yy", "but this one is November 2010"),
    ("1-32", "General", 11689, "number", "mmm-yy", "32 is no day, so it is January 1932"),
    ("2/30", "General", 10990, "number", "mmm-yy", "nor has February a 30th: February 1930"),
    ("13/4", "General", "13/4", "text", "General", "month 13 does not exist"),
    ("7/1/2027", "General", NEW_YEAR + 181, "number", "m/d/yyyy", "month, day, year"),
    ("7/1/29", "General", 47300, "number", "m/d/yyyy", "00 to 29 are this century"),
    ("7/1/30", "General", 11140, "number", "m/d/yyyy", "30 to 99 are the last one"),
    ("2027-07-01", "General", NEW_YEAR + 181, "number", "m/d/yyyy", "an ISO date is a date"),
    ("7/2027", "General", NEW_YEAR + 181, "number", "mmm-yy", "month and year are its first day"),
    ("Jan 5", "General", NEW_YEAR + 4, "number", "d-mmm", "a month by its name"),
    ("5-Jan", "General", NEW_YEAR + 4, "number", "d-mmm", "either way round"),
    ("MARCH1", "General", NEW_YEAR + 59, "number", "d-mmm", "the gene whose name Excel changes"),
    ("SEPT2", "General", NEW_YEAR + 244, "number", "d-mmm", "the other one"),
    ("Jan 5, 2027", "General", NEW_YEAR + 4, "number", "d-mmm-yy", "with a year"),
    ("July 2027", "General", NEW_YEAR + 181, "number", "mmm-yy", "month and year by name"),
    ("Jan", "General", "Jan", "text", "General", "a month alone is a word"),
    ("7/1/2027 12:00", "General", NEW_YEAR + 181.5, "number", "m/d/yyyy h:mm", "a date with a time"),
    ("12:30", "General", 12.5 / 24, "number", "h:mm", "a time is a part of a day"),
    ("1:02:03", "General", 3723 / 86400, "number", "h:mm:ss", "with seconds"),
    ("25:00", "General", 25 / 24, "number", "[h]:mm:ss", "more than a day"),
    ("5 p", "General", 17 / 24, "number", "h:mm AM/PM", "a number, a space and p is an afternoon"),
    ("5A", "General", "5A", "text", "General", "without the space it is text"),
    ("5%", "General", 0.05, "number", "0%", "percent"),
    ("5.5%", "General", 0.055, "number", "0.00%", "with decimals"),
    ("$5", "General", 5, "number", '"$"#,##0_);[Red]\\("$"#,##0\\)', "money"),
    ("-$5.25", "General", -5.25, "number", '"$"#,##0.00_);[Red]\\("$"#,##0.00\\)', "negative money with cents"),
    ("(5)", "General", -5, "number", "General", "brackets are a minus in accounting"),
    ("1,234", "General", 1234, "number", "#,##0", "thousands"),
    ("1,234.5", "General", 1234.5, "number", "#,##0.00", "with decimals"),
    ("1e3", "General", 1000, "number", "0.00E+00", "an exponent: a code such as 1E3 is lost"),
    ("1E400", "General", "1E400", "text", "General", "too large for a number"),
    ("+5", "General", 5, "number", "General", "a sign"),
    (" 7 ", "General", 7, "number", "General", "spaces around a number do not count"),
    (".5", "General", 0.5, "number", "General", "without the zero"),
    ("5.", "General", 5, "number", "General", "without decimals"),
    ("1234567890123456", "General", 1234567890123450, "number", "General", "fifteen digits are kept"),
    ("1 1/2", "General", 1.5, "number", "# ?/?", "a whole number and a fraction"),
    ("TRUE", "General", True, "logical", "General", "a logical value"),
    ("false", "General", False, "logical", "General", "in any case"),
    ("#N/A", "General", "#N/A", "error", "General", "an error value"),
    ("#hash", "General", "#hash", "text", "General", "no error value"),
    ("=1+1", "General", "=1+1", "formula", "General", "a formula"),
    ("=1+1", "@", "=1+1", "text", "General", "which a cell of format Text keeps as text"),
    ("=", "General", "=", "text", "General", "an equal sign alone"),
    ("+A1", "General", "=+A1", "formula", "General", "a plus begins a formula"),
    ("-A1", "General", "=-A1", "formula", "General", "so does a minus"),
    ("-", "General", "-", "text", "General", "a dash for nothing is text"),
    ("1.2.3", "General", "1.2.3", "text", "General", "a section number"),
    ("12-34-5", "General", "12-34-5", "text", "General", "no day 34"),
    ("Lincoln Elementary", "General", "Lincoln Elementary", "text", "General", "text"),
    ("NaN", "General", "NaN", "text", "General", "Excel has no such number"),
    ("Infinity", "General", "Infinity", "text", "General", "nor this one"),
    (5, "@", 5, "number", "General", "a number stays one, also where text is expected"),
    (True, "General", True, "logical", "General", "a logical value as it is"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "cell_format", "value", "kind", "number_format", "reason"), CASES)
def test_typed(text: object, cell_format: str, value: object, kind: str, number_format: str, reason: str) -> None:
    found = typed(text, cell_format, TODAY)
    assert (found.kind, found.number_format) == (kind, number_format), reason
    assert type(found.value) is type(value) or isinstance(value, int | float), reason
    assert found.value == (pytest.approx(value) if isinstance(value, float) else value), reason


def test_an_apostrophe_is_remembered() -> None:
    assert typed("'007", "General", TODAY).apostrophe
    assert not typed("007", "@", TODAY).apostrophe


def test_what_is_not_known_is_said() -> None:
    """1,23 is read differently by different versions; whoever writes it shall say what it is."""
    with pytest.raises(NotImplementedError, match="apostrophe"):
        typed("1,23", "General", TODAY)


def test_a_cell_holds_32767_characters() -> None:
    assert typed("x" * 32_767, "General", TODAY).kind == "text"
    with pytest.raises(Refusal, match="32,767"):
        typed("x" * 32_768, "General", TODAY)
