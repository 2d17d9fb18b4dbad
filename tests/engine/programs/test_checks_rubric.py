"""Every mistake in the tables of programs and ratings is found, with its cell and what to do."""

from __future__ import annotations

from typing import Any

import pytest

from apportion.errors import Finding
from apportion.programs.checks_rubric import check_rubric
from apportion.programs.portfolio import read_portfolio
from tools import programs as made

RATED = {part: {"A": 2, "B": 2, "C": 2, "D": 2} for part in made.PARTS}


def rows() -> dict[str, list[dict[str, Any]]]:
    """A review with nothing wrong: two programs, four raters, a school, a priority."""
    programs = [
        {
            "Code": code, "Program": f"Program {code}", "Owner": "Ana Ruiz", "Origin": "legacy", "Priorities": "Reading",
            "Students with access": 100.0, "Students taking part": 60.0, "Schools served": "110", "Mandate": None,
            "Least service": None, "Substitutes": None, "Needs": None, "Excludes": None,
        }
        for code in ("P", "Q")
    ]  # fmt: skip
    return {
        "Programs": programs,
        "ProgramCosts": [
            {"Program": code, "Year": 2027.0, "Fund": "General", "Dollars": 100.0, "Position dollars": None} for code in ("P", "Q")
        ],
        "Ratings": [*made.ratings("P", RATED), *made.ratings("Q", RATED)],
        "Criteria": made.criteria(),
        "Raters": [{"Rater": name, "Role": made.ROLES[letter], "Owner of": None} for letter, name in made.RATERS.items()],
        "Schools": [{"Code": "110", "Name": "Elm"}],
        "Priorities": [{"Priority": "Reading"}],
        "Participation": [{"Program": "P", "School": "110", "With access": 10.0, "Taking part": 5.0}],
    }


def found(given: dict[str, list[dict[str, Any]]]) -> list[Finding]:
    """Everything that is found on reading and checking."""
    tables = dict(given)
    programs, ratings, costs = (tables.pop(name) for name in ("Programs", "Ratings", "ProgramCosts"))
    portfolio, findings = read_portfolio(made.tables(programs, ratings, costs, **tables))
    return [*findings, *check_rubric(portfolio)]


def test_a_sound_review_has_no_findings() -> None:
    assert [str(each) for each in found(rows())] == []


# What is changed: table, row from 0, column, value; then severity, sheet's table, cell, what is said, what to do.
MISTAKES = [
    ("a score of 5", ("Ratings", 0, "Score", 5.0), "error", "Ratings", "D2", "5", "0, 1, 2, 3, 4"),
    ("an unknown program", ("Ratings", 1, "Program", "R"), "error", "Ratings", "A3", 'no program "R" in Programs.', "Correct it"),
    ("an unknown criterion", ("Ratings", 1, "Criterion", "Cost"), "error", "Ratings", "B3", 'no criterion "Cost"', "Correct it"),
    ("an unknown rater", ("Ratings", 1, "Rater", "Ana Ruis"), "error", "Ratings", "C3", 'no rater "Ana Ruis"', 'Nearest: "Ana Ruiz"'),
    ("the same rater twice", ("Ratings", 1, "Rater", "Ana Ruiz"), "error", "Ratings", "C3", "stands in row 2", "Remove or change one"),
    ("a weight of zero", ("Criteria", 2, "Weight", 0.0), "error", "Criteria", "D4", "Value provided weighs 0.", "make its role condition"),
    ("a negative weight", ("Criteria", 2, "Weight", -1.0), "error", "Criteria", "D4", "weighs -1.", "larger than 0"),
    ("evidence missing for 4", ("Ratings", 0, "Evidence", None, "Score", 4.0), "error", "Ratings", "E2",
     "Ana Ruiz gives Program P a 4 on Well established without evidence.", "Write under Evidence"),
    ("evidence missing for 0", ("Ratings", 0, "Evidence", None, "Score", 0.0), "error", "Ratings", "E2", "a 0 on", "Write under Evidence"),
    ("an unknown school", ("Programs", 1, "Schools served", "110; 111"), "error", "Programs", "H3", 'no school "111".', 'Nearest: "110"'),
    ("an unknown priority", ("Programs", 0, "Priorities", "Readin"), "error", "Programs", "E2", 'no priority "Readin".', 'Nearest: "Reading"'),
    ("an unknown substitute", ("Programs", 0, "Substitutes", "X"), "error", "Programs", "K2", 'no program "X".', "Correct it"),
    ("an unknown need", ("Programs", 0, "Needs", "Q; X"), "error", "Programs", "L2", 'no program "X".', "Correct it"),
    ("an unknown exclusion", ("Programs", 0, "Excludes", "X"), "error", "Programs", "M2", 'no program "X".', "Correct it"),
    ("a program that needs itself", ("Programs", 0, "Needs", "P"), "error", "Programs", "L2", "P stands in its own Needs.", "Take it out"),
    ("an owner of no program", ("Raters", 1, "Owner of", "P; Z"), "error", "Raters", "C3", 'no program "Z".', "Correct it"),
    ("an owner almost a rater", ("Programs", 0, "Owner", "Ana Ruis"), "warning", "Programs", "C2", 'the owner "Ana Ruis"', 'Nearest: "Ana Ruiz"'),
    ("nobody answers", ("Programs", 0, "Owner", None), "warning", "Programs", "C2", "nobody answers for Program P.", "Name its owner."),
    ("more take part than may", ("Programs", 0, "Students taking part", 101.0), "error", "Programs", "G2", "101 students take part, and 100", "Correct"),
    ("more at one school", ("Participation", 0, "Taking part", 11.0), "error", "Participation", "D2", "11 students take part, and 10", "Correct"),
    ("a least service alone", ("Programs", 0, "Least service", 0.5), "warning", "Programs", "J2", "a least service of 50%, and no mandate", "Name the law"),
    ("no cost in the year", ("ProgramCosts", 1, "Year", 2028.0), "warning", "Programs", "A3", "Program Q has no cost in FY2027.", "ProgramCosts"),
    ("positions dearer than all", ("ProgramCosts", 0, "Position dollars", 101.0), "error", "ProgramCosts", "E2", "positions cost $101.00", "correct one"),
]  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake[0])
def test_a_mistake_is_found_at_its_cell(mistake: Any) -> None:
    _, (table, row, *changed), severity, named, cell, what, remedy = mistake
    given = rows()
    for column, value in zip(changed[::2], changed[1::2], strict=True):
        given[table][row][column] = value
    findings = [each for each in found(given) if (each.table, each.cell) == (named, cell)]
    assert [each.severity for each in findings] == [severity]
    assert what in findings[0].what
    assert remedy in findings[0].remedy


def test_a_plan_without_its_year_asks_for_no_cost_of_a_year() -> None:
    """That it lacks its year is said once, and not as costs of FY0 that no program has."""
    given = rows()
    tables = {name: each for name, each in given.items() if name not in {"Programs", "Ratings", "ProgramCosts"}}
    made_of = made.tables(given["Programs"], given["Ratings"], given["ProgramCosts"], settings={"Fiscal year": None}, **tables)
    portfolio, findings = read_portfolio(made_of)
    assert [each.what for each in (*findings, *check_rubric(portfolio))] == ["the plan does not say its fiscal year."]


def test_an_axis_without_a_criterion_that_is_scored() -> None:
    given = rows()
    given["Criteria"] = made.criteria(roles={"S": "condition", "E": "condition"})
    messages = [str(each) for each in found(given) if each.severity == "error"]
    said = "Criteria: no criterion with the role score is on the axis District Priorities."
    remedy = "Add one, or give one of its criteria the role score: without it no program can be placed."
    assert messages == [f"{said} {remedy}"]


def test_a_program_that_nobody_rated_and_a_rater_who_rated_nothing() -> None:
    given = rows()
    given["Ratings"] = made.ratings("P", {part: {"A": 2, "B": 2, "C": 2} for part in made.PARTS})
    said = {(each.severity, each.what, each.cell) for each in found(given)}
    assert said == {("warning", "nobody has rated Program Q.", "A3"), ("note", "Di Fox has rated nothing.", "A5")}


def test_a_program_that_only_its_owner_rated() -> None:
    given = rows()
    given["Ratings"] = [*made.ratings("P", RATED), *made.ratings("Q", {part: {"A": 2} for part in made.PARTS})]
    assert [(each.severity, each.what) for each in found(given)] == [("warning", "only its owner has rated Program Q.")]


def test_many_scores_without_evidence_are_told_for_every_rater_and_not_one_by_one() -> None:
    given = rows()
    for row in given["Ratings"]:
        row["Evidence"], row["Score"] = None, 4.0
    messages = [each.what for each in found(given)]
    assert len(messages) == 4 * 8
    assert sum(message.endswith("And 8 more of Ana Ruiz's ratings alike.") for message in messages) == 1
