"""Small portfolios for tests: criteria of the public rubric, raters, ratings and costs of a few programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tools.plans import table
from tools.small_programs import portfolio_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apportion.tables import Table

OUTCOMES, PRIORITIES = "Student Outcomes & Value", "District Priorities"
# The eight parts of DOMAIN section 4 by a letter: name, axis and role.
PARTS = {
    "W": ("Well established", OUTCOMES, "score"), "M": ("Meaningful participation", OUTCOMES, "score"),
    "V": ("Value provided", OUTCOMES, "score"), "O": ("Measured outcomes", OUTCOMES, "score"),
    "S": ("Strategic alignment", PRIORITIES, "score"), "E": ("Equity of reach", PRIORITIES, "score"),
    "C": ("Cost-effectiveness", PRIORITIES, "condition"), "U": ("Sustainability", PRIORITIES, "condition"),
}  # fmt: skip
RATERS = {"A": "Ana Ruiz", "B": "Bo Lee", "C": "Cy Dunn", "D": "Di Fox"}
ROLES = {"A": "Principal, Elm", "B": "Teacher", "C": "Principal, Oak", "D": "Finance"}
portfolio = portfolio_in  # of tables that have nothing wrong in their cells
FUNDS = [{"Fund": "General"}, {"Fund": "Grant", "Recurrence": "one-time"}]


def criteria(weights: Mapping[str, float] | None = None, roles: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    return [
        {"Criterion": name, "Axis": axis, "Role": (roles or {}).get(letter, role), "Weight": (weights or {}).get(letter)}
        | {f"Level {level}": f"{name} at {level}" for level in range(5)}
        for letter, (name, axis, role) in PARTS.items()
    ]


def ratings(program: str, given: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of Ratings, by criterion and rater; "-" is not rated, and all have evidence."""
    return [
        {
            "Program": program,
            "Criterion": PARTS[part][0],
            "Rater": RATERS[rater],
            "Score": "not rated" if score == "-" else float(score),
            "Evidence": f"What {ROLES[rater]} saw of {program} on {PARTS[part][0]}",
        }
        for part, by_rater in given.items()
        for rater, score in by_rater.items()
    ]


def tables(
    programs: Sequence[Mapping[str, Any]], rated: Sequence[Mapping[str, Any]], costs: Sequence[Mapping[str, Any]], **more: Any
) -> dict[str, Table]:
    """The tables of a review of FY2027; `more` replaces rows of a table, or adds `settings`."""
    settings = {"District": "Elm City", "Fiscal year": 2027.0} | more.pop("settings", {})
    rows: dict[str, Any] = {
        "Plan": [{"Setting": name, "Value": value} for name, value in settings.items()],
        "Funds": FUNDS,
        "Programs": programs,
        "ProgramCosts": costs,
        "Criteria": criteria(),
        "Raters": [{"Rater": name, "Role": ROLES[letter]} for letter, name in RATERS.items()],
        "Ratings": rated or [{"Program": None, "Criterion": None, "Rater": None, "Score": None}],
    } | more
    return {name: table(name, [dict(each) for each in each_of]) for name, each_of in rows.items() if each_of}
