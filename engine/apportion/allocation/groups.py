"""Counted groups: the grades among the columns of Enrollment, and the groups that StudentGroups makes of columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apportion.allocation.wording import STUDENT_WORDS
from apportion.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from apportion.allocation.rule import Rule
    from apportion.errors import Finding
    from apportion.intake import Intake

GRADE_NAME = re.compile(
    r"(?:grades? ?)?"
    r"(?:(?:pre-?k|pk|tk)(?:indergarten)? ?\d?|k(?:g|indergarten|\d)?|\d{1,2}(?:st|nd|rd|th)?(?: grade)?)",
    re.IGNORECASE,
)
ENROLLMENT = "Enrollment"


@dataclass(frozen=True)
class StudentGroup:
    """A group of StudentGroups: the columns of Enrollment that it adds up, or a formula over counts."""

    index: int
    name: str
    columns: tuple[str, ...]
    formula: str
    unit: str


def read_student_groups(intake: Intake, given: tuple[str, ...], findings: list[Finding]) -> dict[str, StudentGroup]:
    """The groups of StudentGroups in order; what they add up are columns of Enrollment or groups above them."""
    known: dict[str, tuple[str, ...]] = {name.casefold(): (name,) for name in given}
    taken = {str(name).casefold(): (str(name),) for name in intake.frames["Schools"].columns}
    made: dict[str, StudentGroup] = {}
    frame = intake.frames["StudentGroups"]
    for index, row in zip(frame.index, frame.to_dict("records"), strict=True):
        name, formula = row["Student group"], row["Formula"]
        parts = [part.strip() for part in re.split(r"[,;+]", row["Adds up"]) if part.strip()]
        ways = (
            (not parts and not formula, "Adds up", f'student group "{name}" adds up nothing and has no formula.',
             "Name columns of Enrollment, such as K, Grade 1, or write a formula."),
            (bool(parts) and bool(formula), "Formula", f'student group "{name}" adds up columns and has a formula.',
             "Keep one of the two."),
            (name.casefold() in known | taken, "Student group",
             f'"{name}" is a column of Schools, of Enrollment or a group above.', "Give the group a name of its own."),
            *((True, "Adds up", f'there is no counted group "{part}".',
               did_you_mean(part, [*given, *(each.name for each in made.values())]) or "Add it to Enrollment.")
              for part in parts if part.casefold() not in known),
        )  # fmt: skip
        for wrong, column, what, remedy in ways:
            if wrong:
                findings.append(intake.finding("error", "StudentGroups", int(str(index)), column, what, remedy))
        if name.casefold() in known | taken:
            continue
        columns = dict.fromkeys(each for part in parts for each in known.get(part.casefold(), ()))
        made[name.casefold()] = StudentGroup(int(str(index)), name, tuple(columns), formula, row["Unit"])
        if columns:
            known[name.casefold()] = tuple(columns)
    return made


def all_students(
    given: tuple[str, ...], made: dict[str, StudentGroup], schools: pd.DataFrame
) -> tuple[str, dict[str, StudentGroup]]:
    """The group of all students and the groups with it.

    It is a column called so, a group of StudentGroups called so, or where the first column is a grade a group
    Enrollment that adds up every grade; otherwise the first column.
    """
    if column := next((name for name in given if name.casefold() in STUDENT_WORDS), ""):
        return column, made
    if group := next((each.name for fold, each in made.items() if fold in STUDENT_WORDS and each.columns), ""):
        return group, made
    taken = {*made, *(str(name).casefold() for name in schools.columns)}
    if not given or not GRADE_NAME.fullmatch(given[0]) or ENROLLMENT.casefold() in taken:
        return given[0] if given else "", made
    grades = tuple(name for name in given if GRADE_NAME.fullmatch(name))
    return ENROLLMENT, made | {ENROLLMENT.casefold(): StudentGroup(0, ENROLLMENT, grades, "", "students")}


def grades_of(group: str, groups: tuple[str, ...], made: Mapping[str, StudentGroup], total: str) -> tuple[str, ...]:
    """The grades that a rule per grade counts for its group: those that it adds up, of all students every one."""
    if group.casefold() in made:
        return made[group.casefold()].columns
    if group == total and not GRADE_NAME.fullmatch(group):
        return tuple(each for each in groups if GRADE_NAME.fullmatch(each))
    return (group,) if group in groups else ()


def counted_grades(
    rules: tuple[Rule, ...], groups: tuple[str, ...], made: Mapping[str, StudentGroup], total: str
) -> tuple[str, ...]:
    """The columns of Enrollment that some rule per grade counts one by one, in their order."""
    used = {
        grade
        for rule in rules
        if rule.grain == "school, model and grade"
        for grade in grades_of(rule.group, groups, made, total)
    }
    return tuple(each for each in groups if each in used)
