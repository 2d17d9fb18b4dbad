"""A realignment made by hand, so that its sheets can be tested apart from the optimizer.

Eight programs of Maple Valley. ESSER III pays 3 of the 12 months of FY2027 and nothing after; of its programs tutoring
goes on from the General Fund, and summer bridge is scaled back. The reading lab ends; the coaches go on at one school of
two. Dollars are whole thousands, so that every sum on a sheet can be added up in the head.
"""

from __future__ import annotations

import datetime as dt
import math
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from apportion.programs.realignment import STEP, Realignment
from tools.small_programs import SEPTEMBER_30, SMALL, portfolio_of

if TYPE_CHECKING:
    from apportion.programs.rubric import Scores
    from tools.small_programs import Rows

GENERAL, ESSER, TITLE = "General Fund", "ESSER III", "Title I, Part A"
# Code, name, origin, fund, dollars of a year, positions.
PROGRAMS = (
    ("TUT", "High-dosage tutoring", "grant-funded", ESSER, 400_000.0, 4.0),
    ("SUM", "Summer bridge", "grant-funded", ESSER, 200_000.0, 0.0),
    ("LAB", "Legacy reading lab", "legacy", GENERAL, 300_000.0, 3.0),
    ("ART", "After-school arts", "legacy", GENERAL, 100_000.0, 1.0),
    ("LIA", "Family liaisons", "legacy", TITLE, 150_000.0, 2.0),
    ("DUA", "Dual language", "legacy", GENERAL, 250_000.0, 2.0),
    ("COA", "Instructional coaches", "legacy", GENERAL, 200_000.0, 2.0),
)
TAKING_PART = {"TUT": 1_000, "SUM": 400, "LAB": 300, "ART": 300, "LIA": 500, "DUA": 400, "COA": 500}
YEARS = (2027, 2028)
FUND_YEARS: Rows = [
    *({"Fund": GENERAL, "Year": float(year), "Amount": 9_000_000.0, "For programs": 1_050_000.0} for year in YEARS),
    {"Fund": ESSER, "Year": 2027.0, "Amount": 150_000.0, "Obligate by": SEPTEMBER_30},
    *({"Fund": TITLE, "Year": float(year), "Amount": 600_000.0, "For programs": 150_000.0} for year in YEARS),
]
ROWS: dict[str, Rows] = SMALL | {
    "Programs": [
        {"Code": code, "Program": name, "Origin": origin, "Students taking part": float(TAKING_PART[code])}
        for code, name, origin, *_ in PROGRAMS
    ],
    "ProgramCosts": [
        {"Program": code, "School": school, "Year": float(year), "Fund": fund, "Dollars": dollars / parts,
         "Positions": positions / parts, "Position dollars": dollars / parts if positions else 0.0}
        for code, _, _, fund, dollars, positions in PROGRAMS
        for parts, schools in [(2, ("101", "102")) if code == "COA" else (1, (None,))]
        for school in schools for year in YEARS
    ],
    "Options": [
        {"Program": "SUM", "Option": "Half the sessions", "Kind": "scale back", "Level": 0.5},
        {"Program": "DUA", "Option": "Two more classes", "Kind": "expand", "Level": 1.2},
        *({"Program": "COA", "School": school, "Option": "End", "Kind": "end"} for school in ("101", "102")),
    ],
    "Funds": [{"Fund": GENERAL, "Recurrence": "recurring"}, {"Fund": ESSER, "Recurrence": "one-time"},
              {"Fund": TITLE, "Recurrence": "recurring"}],
    "FundYears": FUND_YEARS,
}  # fmt: skip
# Program, school, option, kind, share of the service, value, students, score, positions cut, left out.
CHOSEN = (
    ("TUT", "", "Continue", "continue", 1.0, 3_000.0, 1_000.0, 3.0, 0.0, ""),
    ("SUM", "", "Half the sessions", "scale back", 0.5, 640.0, 200.0, 3.2, 0.0,
     "“Expand” had to be decided by March 1, 2026."),
    ("LAB", "", "End", "end", 0.0, 0.0, 0.0, 1.1, 3.0, ""),
    ("ART", "", "Continue", "continue", 1.0, 840.0, 300.0, 2.8, 0.0, ""),
    ("LIA", "", "Continue", "continue", 1.0, 1_350.0, 500.0, 2.7, 0.0, ""),
    ("DUA", "", "Two more classes", "expand", 1.2, 1_440.0, 480.0, 3.0, -1.0, ""),
    ("COA", "101", "Continue", "continue", 1.0, 500.0, 250.0, 2.0, 0.0, ""),
    ("COA", "102", "End", "end", 0.0, 0.0, 0.0, 2.0, 1.0, ""),
)  # fmt: skip
PAYMENTS = ["Program", "School", "From fund", "Fund", "Year", "Dollars"]
LAST_DECISION = dt.date(2026, 5, 15)
RATED = {code: score for code, *_, score, _, _ in CHOSEN}
SCORES = cast(
    "Scores",
    SimpleNamespace(programs=pd.DataFrame({"Code": list(RATED), "Value": list(RATED.values()), "Named": False})),
)
# What pays: of the ESSER programs, ESSER itself a quarter of FY2027 and the General Fund the rest.
SHARE_OF_ESSER = {2027: 0.25, 2028: 0.0}


def realignment(**changes: Any) -> Realignment:
    """The proposal made by hand, some of its fields exchanged."""
    names, own = {code: name for code, name, *_ in PROGRAMS}, {code: each for code, *each in PROGRAMS}
    schools = {"101": "Ash", "102": "Elm"}
    choices, costs, payments = [], [], []
    for code, school, option, kind, level, value, students, score, cut, left_out in CHOSEN:
        _, _, fund, dollars, positions = own[code]
        now, held = (dollars / 2, positions / 2) if school else (dollars, positions)
        name = names[code] + (f" at {schools[school]}" if school else "")
        last = LAST_DECISION if kind == "scale back" else None
        costed = now * level
        choices.append((code, school, name, option, kind, value, students, score, last, 2, left_out, cut, now, costed,
                        now - costed, now - costed))  # fmt: skip
        for year in YEARS:
            costs.append((code, school, option, year, fund, now, costed, held, held - cut))
            split = SHARE_OF_ESSER[year] if fund == ESSER else 1.0
            payments += [(code, school, fund, fund, year, costed * split)] * (split > 0)
            payments += [(code, school, fund, GENERAL, year, costed * (1 - split))] * (split < 1)
    made = {
        "choices": pd.DataFrame(choices, columns=[
            "Program", "School", "Name", "Option", "Kind", "Value", "Students", "Score", "Last decision", "Offered",
            "Left out", "Positions cut", "Now", "Cost", "Average", "Freed",
        ]),
        "costs": pd.DataFrame(costs, columns=[
            "Program", "School", "Option", "Year", "Fund", "Now", "Dollars", "Positions now", "Positions",
        ]),
        "payments": pd.DataFrame(payments, columns=PAYMENTS),
        "funds": _funds(pd.DataFrame(payments, columns=PAYMENTS)),
        "limits": pd.DataFrame([
            ("Fund amounts", "fund amounts", "on", True, math.nan, math.nan),
            ("Positions cut in FY2027", "positions cut", "on", False, 2.5, 2.75),
            ("Loss of one school", "loss of one school", "off", False, math.nan, 250_000.0),
        ], columns=["Limit", "Kind", "Status", "Binds", "Used", "Most"]),
        "keeping": KEEPING,
        "steps": pd.DataFrame([
            (GENERAL, 2027, STEP, 480.0, "Summer bridge goes on as it is"),
            (GENERAL, 2027, -STEP, -840.0, "After-school arts ends"),
        ], columns=["Fund", "Year", "Step", "Value", "Changes"]),
        "frontier": pd.DataFrame([
            (0.8, 1_080_000.0, 6_300.0, 0.0, 5), (0.9, 1_215_000.0, 7_100.0, 0.0, 6),
            (1.0, 1_350_000.0, 7_770.0, 0.0, 7), (1.1, 1_485_000.0, 8_250.0, 0.0001, 8),
            (1.2, 1_620_000.0, 8_500.0, 0.0, 8),
        ], columns=["Share", "Dollars", "Value", "Gap", "Kept"]),
    }  # fmt: skip
    given = {"status": "optimal", "value": 7_770.0, "bound": 7_770.0, "unit": "rubric value times students"}
    portfolio = changes.pop("portfolio", None) or portfolio_of(ROWS)
    return Realignment(portfolio, SCORES, **(given | made | changes))


def conflict(*limits: str) -> Realignment:
    """No plan: these limits cannot hold together."""
    nothing = {name: pd.DataFrame() for name in (
        "choices", "costs", "payments", "funds", "limits", "keeping", "steps", "frontier",
    )}  # fmt: skip
    return realignment(status="conflict", value=math.nan, bound=math.nan, conflict=limits, **nothing)


KEEPING = pd.DataFrame(
    [
        ("LAB", "", "Legacy reading lab", "end", "keep", 910.0, 0.117, False,
         "After-school arts ends and Summer bridge ends"),
        ("SUM", "", "Summer bridge", "scale back", "keep", 31.0, 0.004, False, "Dual language goes on as it is"),
        ("SUM", "", "Summer bridge", "scale back", "give up", 20.0, 0.0026, True, ""),
        ("TUT", "", "High-dosage tutoring", "continue", "give up", 1_900.0, 0.245, False,
         "Legacy reading lab goes on as it is"),
        ("LIA", "", "Family liaisons", "continue", "give up", math.inf, math.inf, False, ""),
    ],
    columns=["Program", "School", "Name", "Proposed", "Forced", "Loss", "Share", "Bound", "Displaced"],
)  # fmt: skip


def _funds(payments: pd.DataFrame) -> pd.DataFrame:
    """Each fund and year: what it has for programs, and what it pays before and after."""
    has = {(row["Fund"], int(row["Year"])): float(row.get("For programs", row["Amount"])) for row in FUND_YEARS}
    rows = []
    for fund in (GENERAL, ESSER, TITLE):
        for year in YEARS:
            before = sum(dollars for _, _, _, own, dollars, _ in PROGRAMS if own == fund)
            after = float(payments[(payments["Fund"] == fund) & (payments["Year"] == year)]["Dollars"].sum())
            available = has.get((fund, year), 0.0)
            rows.append((fund, year, available, before, after, available - after))
    return pd.DataFrame(rows, columns=["Fund", "Year", "Available", "Before", "After", "Left"])
