"""The grains of rules, their tables, and how columns and texts are written in live formulas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

GRAIN_TABLES = {
    "school": "Schools",
    "school and model": "Enrollment",
    "school, model and grade": "Grades",
    "campus": "Campuses",
    "district": "DistrictTotals",
}
FINER = ("school and model", "school, model and grade")
COARSER = ("campus", "district")
STUDENTS, GRADE, OWN_CAMPUS, CAMPUS = "Students", "Grade", "Own campus", "Campus"
ENROLLMENT_KEYS = ("School", "Instructional model")
# What stands in the tables of the other grains before a rule adds its steps.
KEYS = {
    "school, model and grade": ("School", "Instructional model", GRADE, "Enrollment row", "Grade number", STUDENTS),
    "campus": (CAMPUS,),
    "district": ("District",),
}


def this_row(column: str) -> str:
    """The reference to a column in the same row, as an author writes it.

    >>> this_row("Principal [1] FTE")
    "[@[Principal '[1'] FTE]]"
    """
    return f"[@[{escaped(column)}]]"


def escaped(column: str) -> str:
    """A column's name as it stands inside the brackets of a structured reference."""
    return re.sub(r"(['\[\]#@])", r"'\1", column)


def quoted(text: str) -> str:
    """A text as an Excel string literal."""
    return '"' + text.replace('"', '""') + '"'


def exactly(text: str) -> str:
    """An Excel string literal that MATCH finds as this text alone, not as a pattern.

    >>> exactly("Aide *")
    '"Aide ~*"'
    """
    return quoted(re.sub(r"([~*?])", r"~\1", text))


def criterion(text: str) -> str:
    """An Excel string literal that, as a criterion of SUMIFS, matches exactly this text."""
    return exactly(f"={text}" if re.match(r"[<>=]", text) else text)


def grade_condition(grades: Iterable[str]) -> str:
    """The condition that a row of Grades is one of these grades.

    >>> grade_condition(["K"])
    '[@[Grade]]="K"'
    """
    each = [f"{this_row(GRADE)}={quoted(grade)}" for grade in grades]
    return f"OR({','.join(each)})" if len(each) > 1 else "".join(each)
