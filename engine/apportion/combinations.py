"""Combination classes: which neighboring grades share a class, as Excel formulas of the grades of one school.

What each grade has beyond its full classes is left over; from the lowest grade on, two neighbors of which each has
some left over share a class when both together fit in it. A grade is in one combination class at most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def left_over(students: str, room: str) -> str:
    """The formula of the students of a grade beyond its full classes of so much room.

    >>> left_over("[@K]", "22")
    '[@K]-ROUNDDOWN([@K]/22,0)*22'
    """
    return f"{students}-ROUNDDOWN({students}/{room},0)*{room}"


def shares_class(low: str, high: str, limit: str, before: Sequence[str], most: str = "") -> str:
    """The formula that is 1 where two neighbors share a class, otherwise 0.

    `low` and `high` are what the grades have left over, `limit` the students that fit in the class, `before` the
    results of the pairs below, `most` how many combination classes a school has at most ("" for any number).
    """
    conditions = [f"{low}>0", f"{high}>0", f"{low}+{high}<={limit}"]
    conditions += [f"{before[-1]}=0"] if before else []
    conditions += [f"{'+'.join(before) or '0'}<{most}"] if most else []
    return f"IF(AND({','.join(conditions)}),1,0)"
