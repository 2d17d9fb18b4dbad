"""What the sheets of programs say alike: years, days, counts, positions and money in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def fiscal(year: int) -> str:
    """A fiscal year as people write it.

    >>> fiscal(2028)
    'FY2028'
    """
    return f"FY{year}"


def day(date: dt.date) -> str:
    """A day in words, such as September 30, 2026."""
    return f"{MONTH_NAMES[date.month - 1]} {date.day}, {date.year}"


def whole_dollars(amount: float) -> str:
    """Dollars without cents; a negative amount with its sign before the dollar.

    >>> whole_dollars(3214000.4)
    '$3,214,000'
    """
    return f"{'−' if round(amount) < 0 else ''}${abs(amount):,.0f}"


def counted(number: float, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "program"), counted(2.5, "position")
    ('1 program', '2.5 positions')
    """
    shown = f"{number:,.2f}".rstrip("0").rstrip(".")
    return f"{shown} {noun}{'' if number == 1 else 's'}"


def together(names: Sequence[str], most: int = 4) -> str:
    """Names as a list in a sentence; of more than `most` the others are counted.

    >>> together(["a", "b"]), together(["a", "b", "c", "d", "e"], 3)
    ('a and b', 'a, b, c and 2 more')
    """
    shown = list(names) if len(names) <= most else [*names[:most], f"{len(names) - most} more"]
    return " and ".join(part for part in (", ".join(shown[:-1]), *shown[-1:]) if part)


def short_dollars(largest: float) -> str:
    """The number format of a chart's dollars by the largest of them; what is too small to be read is left blank."""
    size = abs(largest)
    pattern = '$#,##0.0,,"M"' if size >= 10_000_000 else '$#,##0,"K"' if size >= 100_000 else "$#,##0"
    return f'[<{max(size / 25, 0.5):.0f}]"";{pattern}'
