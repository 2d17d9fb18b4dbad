"""How counts, lists, years, days and dollars are said in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def fiscal(year: float) -> str:
    """A fiscal year as people write it.

    >>> fiscal(2028)
    'FY2028'
    """
    return f"FY{year:.0f}"


def day(date: dt.date) -> str:
    """A day as people say it, in any locale.

    >>> import datetime
    >>> day(datetime.date(2026, 9, 30))
    'September 30, 2026'
    """
    return f"{MONTHS[date.month - 1]} {date.day}, {date.year}"


def whole_dollars(amount: float) -> str:
    """Dollars without cents; a negative amount with its sign before the dollar.

    >>> whole_dollars(3214000.4)
    '$3,214,000'
    """
    return f"{'−' if round(amount) < 0 else ''}${abs(amount):,.0f}"


def counted(number: float, one: str, many: str = "") -> str:
    """A number with its noun, by default with an s for more than one.

    >>> counted(1, "program"), counted(2.5, "position"), counted(2000, "criterion", "criteria")
    ('1 program', '2.5 positions', '2,000 criteria')
    """
    shown = f"{number:,.2f}".rstrip("0").rstrip(".")
    return f"{shown} {one if number == 1 else many or f'{one}s'}"


def together(names: Sequence[str], most: int = 0) -> str:
    """Names as a list in a sentence; of more than `most`, where that is given, the others are counted.

    >>> together(["a", "b"]), together(["a", "b", "c", "d", "e"], 3)
    ('a and b', 'a, b, c and 2 more')
    """
    shown = list(names) if not most or len(names) <= most else [*names[:most], f"{len(names) - most} more"]
    return " and ".join(part for part in (", ".join(shown[:-1]), *shown[-1:]) if part)
