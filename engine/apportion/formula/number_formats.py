"""Number formats such as `#,##0.00_);(#,##0.00)`: read once, kept, and applied as TEXT does (locale en-US).

Sources: Microsoft Support, "Number format codes" and "TEXT function"; ECMA-376 part 1, 18.8.31 (numFmts).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from apportion.formula.date_layout import LONG_DATE, LONG_TIME, date_text, with_minutes
from apportion.formula.format_tokens import Kind, Token
from apportion.formula.number_layout import exponent_text, fraction_text, general_text, number_text
from apportion.formula.numbers_in_text import text_of

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_FORMAT = 255
_MOST_SECTIONS = 4
_COLOR = re.compile(r"black|blue|cyan|green|magenta|red|white|yellow|color ?\d{1,2}", re.IGNORECASE)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=) ?([-+]?\d*\.?\d+(?:E[-+]?\d{1,3})?)", re.IGNORECASE)
# Hours, minutes or seconds in all are shown with a minus sign; dates and times of the day below 0 are not shown.
_BELOW_ZERO = (Kind.ELAPSED, Kind.LITERAL)
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_MODIFIER = re.compile(r"dbnum\d|eng|hij|jpn|twn|natnum\d+", re.IGNORECASE)
_HALF = re.compile(r"am/pm|a/p", re.IGNORECASE)
_DATE_RUN = re.compile(r"(y+|m+|d+|h+|s+|e+|b+|g+)", re.IGNORECASE)
_POWER = re.compile(r"e[-+]", re.IGNORECASE)
_REFUSED = "nvw"
_SIGNS = {"0": Kind.DIGIT, "#": Kind.DIGIT, "?": Kind.DIGIT, ".": Kind.POINT, ",": Kind.COMMA, "%": Kind.PERCENT,
          "/": Kind.SLASH, "@": Kind.TEXT}  # fmt: skip
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": lambda x, limit: x < limit,
    "<=": lambda x, limit: x <= limit,
    ">": lambda x, limit: x > limit,
    ">=": lambda x, limit: x >= limit,
    "=": lambda x, limit: x == limit,
    "<>": lambda x, limit: x != limit,
}


class BadFormat(ValueError):
    """A format that Excel refuses, or a number that the format cannot show."""


@dataclass(frozen=True)
class Condition:
    """When a section applies, such as [>=100]."""

    sign: str
    limit: float

    def holds(self, x: float) -> bool:
        """Whether it applies to a number."""
        return _COMPARE[self.sign](x, self.limit)


@dataclass(frozen=True)
class Section:
    """One of up to four parts of a format: its tokens, when it applies, and how it shows a number."""

    tokens: tuple[Token, ...]
    condition: Condition | None
    show: Callable[[tuple[Token, ...], float], str]

    @property
    def shows_text(self) -> bool:
        """Whether it has a place for a text."""
        return any(token.kind is Kind.TEXT for token in self.tokens)


@dataclass(frozen=True)
class NumberFormat:
    """The sections for numbers, and the one for texts where there is one."""

    numbers: tuple[Section, ...]
    texts: Section | None

    def number(self, x: float) -> str:
        """A number in this format; `BadFormat` when it cannot be shown, as a negative date cannot.

        >>> compiled("#,##0.00_);(#,##0.00)").number(-1234.5)
        '(1,234.50)'
        """
        if not self.numbers and self.texts is not None:
            return _with_text(self.texts, text_of(x))
        section, signed = self._chosen(x)
        if section is None:
            return general_text(x)
        if x >= 0 or not signed:
            return section.show(section.tokens, abs(x))
        if section.show is date_text and not all(token.kind in _BELOW_ZERO for token in section.tokens):
            raise BadFormat
        shown = section.show(section.tokens, -x)
        return shown if _is_nothing(section, shown) else f"-{shown}"

    def text(self, value: str) -> str:
        """A text in this format; unchanged where no section is for texts."""
        return value if self.texts is None else _with_text(self.texts, value)

    def _chosen(self, x: float) -> tuple[Section | None, bool]:
        """The section for a number, and whether a minus sign is to be shown; no section stands for General."""
        sections = self.numbers
        if all(section.condition is None for section in sections):
            place = _place(len(sections), x)
            return sections[place], place == 0
        for place, section in enumerate(sections[:2]):
            holds = section.condition.holds(x) if section.condition else _holds_by_default(place, len(sections), x)
            if holds:
                return section, not self._implies_sign(place)
        if len(sections) == 2:
            raise BadFormat
        return (None, True) if len(sections) == 1 else (sections[2], True)

    def _implies_sign(self, place: int) -> bool:
        """Whether only negative numbers come to a section, which then shows them without a minus sign."""
        first = self.numbers[0].condition
        own = self.numbers[place].condition
        if own is not None:
            return own.sign in ("<", "<=") and own.limit <= 0
        return place == 1 and (len(self.numbers) > 2 or (first is not None and first.limit == 0 and ">" in first.sign))


def _place(count: int, x: float) -> int:
    if x > 0 or count == 1:
        return 0
    return 1 if x < 0 else 2 if count > 2 else 0


def _holds_by_default(place: int, count: int, x: float) -> bool:
    if place == 1:
        return count == 2 or x < 0
    return x > 0 or (x == 0 and count <= 2)


def _is_nothing(section: Section, shown: str) -> bool:
    """Whether all digits that are shown are zeros, so that a minus sign would be wrong."""
    has_digits = any(token.kind in (Kind.DIGIT, Kind.POINT) for token in section.tokens)
    literal = "".join(token.text for token in section.tokens if token.kind is Kind.LITERAL)
    counted = sum(map(str.isdigit, shown)) - shown.count("0")
    return has_digits and counted == sum(map(str.isdigit, literal)) - literal.count("0")


def _with_text(section: Section, value: str) -> str:
    places = (Kind.TEXT, Kind.GENERAL)
    return "".join(value if token.kind in places else token.text for token in section.tokens)


@lru_cache(maxsize=1024)
def compiled(code: str) -> NumberFormat:
    """A format from its code; `BadFormat` when Excel refuses it."""
    if len(code) > LONGEST_FORMAT:
        raise BadFormat
    sections = _Reader(code).sections()
    if len(sections) > _MOST_SECTIONS:
        raise BadFormat
    if len(sections) == _MOST_SECTIONS or sections[-1].shows_text:
        return NumberFormat(tuple(sections[:-1]), sections[-1])
    return NumberFormat(tuple(sections), None)


class _Reader:
    """Reads a code from left to right; every step takes something, so that its time is that of the length."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.place = 0
        self.tokens: list[Token] = []
        self.condition: Condition | None = None
        self.fixed: str | None = None

    def sections(self) -> list[Section]:
        found = []
        while self.place < len(self.code):
            if self.code[self.place] == ";":
                found.append(self._section())
                self.place += 1
            else:
                self._read(self.code[self.place])
        return [*found, self._section()]

    def _section(self) -> Section:
        tokens = tuple(self.tokens) if self.fixed is None else _Reader(self.fixed).sections()[0].tokens
        section = Section(*_kind_of(tokens, self.condition))
        self.tokens, self.condition, self.fixed = [], None, None
        return section

    def _add(self, kind: Kind, text: str) -> None:
        self.tokens.append(Token(kind, text))

    def _read(self, sign: str) -> None:
        special = _SPECIAL.get(sign)
        if special is not None:
            special(self)
            return
        if sign in _SIGNS:
            self._add(_SIGNS[sign], sign)
        elif sign.isalpha() and sign.isascii():
            self._letters(sign)
            return
        else:
            self._add(Kind.NUMERAL if sign in "123456789" else Kind.LITERAL, sign)
        self.place += 1

    def _quoted(self) -> None:
        end = self.code.find('"', self.place + 1)
        end = len(self.code) if end < 0 else end
        self._add(Kind.LITERAL, self.code[self.place + 1 : end])
        self.place = end + 1

    def _following(self) -> str:
        following = self.code[self.place + 1 : self.place + 2]
        if not following:
            raise BadFormat
        self.place += 2
        return following

    def _escaped(self) -> None:
        self._add(Kind.LITERAL, self._following())

    def _as_wide(self) -> None:
        self._following()
        self._add(Kind.LITERAL, " ")

    def _filled(self) -> None:
        self._following()

    def _bracket(self) -> None:
        end = self.code.find("]", self.place)
        if end < 0:
            raise BadFormat
        inside = self.code[self.place + 1 : end]
        self.place = end + 1
        condition = _CONDITION.fullmatch(inside)
        if inside.startswith("$"):
            symbol, _, locale = inside[1:].partition("-")
            self._add(Kind.LITERAL, symbol)
            self.fixed = {"F800": LONG_DATE, "F400": LONG_TIME}.get(locale.upper(), self.fixed)
        elif condition:
            self.condition = Condition(condition[1], float(condition[2]))
        elif _ELAPSED.fullmatch(inside):
            self._add(Kind.ELAPSED, inside.lower())
        elif not _COLOR.fullmatch(inside) and not _MODIFIER.fullmatch(inside):
            raise BadFormat

    def _letters(self, sign: str) -> None:
        for kind, pattern in _WORDS:
            found = pattern.match(self.code, self.place)
            if found:
                self._add(kind, found[0] if kind is Kind.HALF else found[0].lower())
                self.place = found.end()
                return
        if sign.lower() in _REFUSED:
            raise BadFormat
        self._add(Kind.LITERAL, sign)
        self.place += 1


_SPECIAL: dict[str, Callable[[_Reader], None]] = {
    '"': _Reader._quoted,  # noqa: SLF001 its own table
    "\\": _Reader._escaped,  # noqa: SLF001
    "_": _Reader._as_wide,  # noqa: SLF001
    "*": _Reader._filled,  # noqa: SLF001
    "[": _Reader._bracket,  # noqa: SLF001
}
_WORDS = (
    (Kind.GENERAL, re.compile("general", re.IGNORECASE)),
    (Kind.HALF, _HALF),
    (Kind.POWER, _POWER),
    (Kind.DATE, _DATE_RUN),
)


def _kind_of(
    tokens: tuple[Token, ...], condition: Condition | None
) -> tuple[tuple[Token, ...], Condition | None, Callable[[tuple[Token, ...], float], str]]:
    kinds = {token.kind for token in tokens}
    digits = bool(kinds & {Kind.DIGIT, Kind.POWER})
    if kinds & {Kind.DATE, Kind.HALF, Kind.ELAPSED}:
        timed = with_minutes(tokens)
        if timed is None or kinds & {Kind.TEXT, Kind.GENERAL, Kind.POWER}:
            raise BadFormat
        return timed, condition, date_text
    if kinds & {Kind.TEXT, Kind.GENERAL}:
        if digits:
            raise BadFormat
        return tokens, condition, _general
    if Kind.POWER in kinds:
        return tokens, condition, exponent_text
    return tokens, condition, fraction_text if Kind.SLASH in kinds and digits else number_text


def _general(tokens: tuple[Token, ...], x: float) -> str:
    return "".join(general_text(x) if token.kind is Kind.GENERAL else token.text for token in tokens)
