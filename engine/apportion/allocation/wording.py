"""Numbers, dollars, FTE and students as finance people write them."""

from __future__ import annotations

import math
import re

# What the count of all students is called.
STUDENT_WORDS = ("enrollment", "total enrollment", "students", "all students", "total students", "total")
EXACT = 8  # decimals that lead from FTE to the right cent
_ONE = re.compile(r"\b(students|learners|pupils|children)\b", re.IGNORECASE)
_SINGULAR = {"students": "student", "learners": "learner", "pupils": "pupil", "children": "child"}


def number(value: object, digits: int = 3) -> str:
    """A number as people write it: thousands separated, at most `digits` decimals, none that are 0.

    >>> number(1412.0), number(4.70666), number("High")
    ('1,412', '4.707', 'High')
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value).upper() if isinstance(value, bool) else "blank" if value is None else str(value)
    if float(value).is_integer():
        return f"{value:,.0f}"
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def typed(value: object) -> str:
    """A value as it would be typed into a formula, numbers at 15 digits."""
    return format(value, ".15g") if type(value) is float else number(value)


def dollars(value: float) -> str:
    """Dollars and cents, with the further digits of a cost that has them.

    >>> dollars(130086.0), dollars(-12.5), dollars(48850.090247)
    ('$130,086.00', '-$12.50', '$48,850.090247')
    """
    digits = 2 if round(value, 2) == value else _decimals_of_dollars(value)
    return f"{'-' if value < 0 else ''}${abs(value):,.{digits}f}"


def _decimals_of_dollars(value: float) -> int:
    return next((n for n in range(2, 7) if math.isclose(round(value, n), value, rel_tol=1e-12)), 6)


def fte(value: float, step: float | None = None) -> str:
    """FTE with the decimals of the step to which it was rounded, at least one; as many as lead to its cost.

    >>> fte(2.0), fte(2.25), fte(3.0, 0.01), fte(1 / 3)
    ('2.0', '2.25', '3.00', '0.33333333')
    """
    least = 2 if step is not None and not (step * 10).is_integer() else 1
    digits = next((n for n in range(least, EXACT) if math.isclose(round(value, n), value, abs_tol=1e-9)), EXACT)
    return f"{value:,.{digits}f}"


def steps_of(value: float, step: float, mode: str) -> int:
    """How many steps an amount is rounded to."""
    parts = abs(value) / step
    if mode == "up":
        return math.ceil(parts - 1e-9)
    return math.floor(parts + (0.5 if mode == "half up" else 0) + 1e-9)


def unit_of(group: str, count: float) -> str:
    """What is counted, in words, in the singular for one.

    >>> unit_of("Enrollment", 2), unit_of("English learners", 1)
    ('students', 'English learner')
    """
    unit = "students" if group.casefold() in STUDENT_WORDS else group
    return _ONE.sub(lambda found: _SINGULAR[found[0].casefold()], unit, count=1) if count == 1 else unit
