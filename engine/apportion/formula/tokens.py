"""The tokens of a formula's text: one pattern, and what each kind of token means to the parser of `formulas`."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Excel's own limits, and one on chains of operators, which Excel does not have.
LONGEST_TEXT = 8192
DEEPEST_NESTING = 64
DEEPEST_TREE = 250
MOST_ARGUMENTS = 255

_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9]\d{0,6}"
_WORD = r"[^\W\d][\w.\\?]*|\\[\w.]*"
_BRACKETS = r"\[(?:'.|[^\[\]']|\[(?:'.|[^\[\]'])*\])*\]"

PATTERN = re.compile(
    rf"""
    (?P<string>"(?:[^"]|"")*")
  | (?P<error>\#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|SPILL!|CALC!))
  | (?P<column>(?:{_WORD})?{_BRACKETS})
  | (?P<function>(?:{_WORD})\s*\()
  | (?P<name>(?:'(?:[^']|'')+'!|(?:{_WORD})!)?
        (?:{_CELL}(?::{_CELL})?\#?(?![\w.])|\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}(?![\w.])|\$?\d+:\$?\d+(?![\w.])
        |{_WORD}))
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?:E[+-]?\d+)?(?![\w.]))
  | (?P<operator><=|>=|<>|[-+*/^&=<>])
  | (?P<percent>%)
  | (?P<open>\()
  | (?P<close>\))
  | (?P<comma>,)
  | (?P<array>[{{}};])
  | (?P<at>@)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
SPACE = " \t\r\n\v\xa0"
ANYTHING = re.compile(r"(?P<name>.*)", re.DOTALL)

_ITEM = re.compile(r"\s*\[((?:'.|[^\[\]'])*)\]\s*", re.DOTALL)
_ESCAPED = re.compile(r"'(.)", re.DOTALL)


_DIGITS = 15


def fifteen_digits(number: str) -> str:
    """A number as Excel keeps it when it is typed: digits after the fifteenth are zeros.

    Source: Microsoft Support, "Keeping leading zeros and large numbers".

    >>> fifteen_digits("1234567890123456789"), fifteen_digits("0.12345678901234567E2")
    ('1234567890123450000', '0.12345678901234500E2')
    """
    mantissa, exponent, power = number.upper().partition("E")
    leading = len(mantissa) - len(mantissa.lstrip("0."))
    kept = leading + _DIGITS + ("." in mantissa[leading : leading + _DIGITS + 1])
    return mantissa[:kept] + re.sub(r"\d", "0", mantissa[kept:]) + exponent + power


@dataclass(frozen=True)
class Structured:
    """The parts of a structured reference; `problem` says what Apportion cannot read in it."""

    table: str | None = None
    column: str = ""
    last: str | None = None
    this_row: bool = False
    problem: str = ""


def structured(text: str) -> Structured:
    """A structured reference taken apart.

    >>> structured("Schools[[#This Row],[Grade '#1]]")
    Structured(table='Schools', column='Grade #1', last=None, this_row=True, problem='')
    """
    table, _, inside = text.partition("[")
    inside = inside[:-1].strip()
    this_row = inside.startswith("@")
    inside = inside[1:].strip() if this_row else inside
    if not inside.startswith("["):
        if not inside:
            return Structured(problem="A column name is missing between the brackets.")
        if inside.startswith("#"):
            return Structured(problem=f"{inside} is not supported here; name a column.")
        return Structured(table or None, _ESCAPED.sub(r"\1", inside), None, this_row)
    return _of_items(table or None, inside, this_row=this_row)


def _of_items(table: str | None, inside: str, *, this_row: bool) -> Structured:
    columns: list[str] = []
    position, separator = 0, ""
    while found := _ITEM.match(inside, position):
        item = found[1].strip()
        if item.startswith("#"):
            if columns or item.casefold() not in ("#this row", "#data"):
                return Structured(problem=f"{item} is not supported; [#This Row] and [#Data] are.")
            this_row = this_row or item.casefold() == "#this row"
        elif columns and separator != ":":
            return Structured(problem="Two columns are joined by a comma; use a colon for a span of columns.")
        else:
            columns.append(_ESCAPED.sub(r"\1", found[1]))
        position = found.end()
        separator = inside[position : position + 1]
        position += separator in (",", ":") and bool(separator)
    if position < len(inside) or not columns or len(columns) > 2:
        return Structured(problem="The brackets do not name one column or one span of columns.")
    return Structured(table, columns[0], columns[1] if columns[1:] else None, this_row)
