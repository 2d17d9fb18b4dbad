"""What number formats are made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a part of a number format stands for."""

    LITERAL = "literal"
    NUMERAL = "a digit 1 to 9 written plainly: a literal, or a fraction's denominator"
    DIGIT = "place for a digit: 0, # or ?"
    POINT = "decimal point"
    COMMA = "thousands separator, or division by a thousand"
    PERCENT = "percent sign"
    SLASH = "slash of a fraction or a date"
    POWER = "E+ or E-"
    TEXT = "place for a text"
    GENERAL = "General"
    DATE = "part of a date or a time"
    MINUTE = "minutes"
    HALF = "AM/PM or A/P"
    ELAPSED = "hours, minutes or seconds that do not start again"
    PART_OF_SECOND = "decimals of seconds"


@dataclass(frozen=True)
class Token:
    """A part of a number format with its text."""

    kind: Kind
    text: str
