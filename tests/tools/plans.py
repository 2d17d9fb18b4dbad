"""Plans for tests: small ones of a few rules, and ones drawn by chance over the whole catalogue and every table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apportion.allocation.catalogue import METHODS, Method
from apportion.tables import Table, table_from_rows

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

# Every method at every grain where it makes sense.
PAIRS = tuple((method, grain) for method in METHODS for grain in method.grains)
LEVELS = ("Elementary", "Middle", "High")
GRADES = ("K", "Grade 1", "Grade 2", "Grade 3")
GRADE_GRAIN = "school, model and grade"
SHARED_GRAINS = ("campus", "district")
# The last one is of the school alone: other projections are not told apart by model.
GROUPS = ("Enrollment", "English learners", "At-risk", "K", "Grades 1-3", "Grades K-3", "Not at risk", "Protected")
GRADE_GROUPS = ("Enrollment", "K", "Grades 1-3", "Grades K-3")
STEPS = (1.0, 0.5, 0.2, 0.1, 0.01, 0.25, 0.1667, 2.5)
# A base line of each position, so that what counts employees always finds some.
BASE_LINES = {"Base teacher": "Teacher", "Base aide": "Aide"}
# Coaches alone are staffed by employees: of two lines that counted each other neither could be computed.
COACH = "Coach"
FORMULAS = {
    "school": (
        "=[@Enrollment]/Ratio+[@[Risk share]]",
        '=IF([@Level]="High",ROUND([@[Base teacher FTE]]/3,1),[@Protected]/400)',
        "=MAX([@[Square feet]]/22000,[@[Base aide FTE]])",
    ),
    "school and model": ('=[@Enrollment]/Ratio+IF([@[Instructional model]]="Virtual",0.5,0)', "=[@[At-risk]]*[@[Square feet]]/1E6"),
    GRADE_GRAIN: ('=[@Students]/Ratio+IF([@Grade]="K",0.5,0)', "=ROUNDUP([@Students]/Class_size,0)*0.9"),
    "campus": ("=ROUNDUP([@Enrollment]/300,0)", "=[@[Base teacher FTE]]/10"),
    "district": ("=SUM(Schools[Enrollment])/1000", "=[@[Base teacher FTE]]/10+[@[At-risk]]/Ratio"),
}  # fmt: skip
FILTERS = (
    None, '[@Level]="High"', "[@Enrollment]>=300", 'OR([@Level]="Middle",[@[Square feet]]>60000)', "[@[Risk share]]>0.2",
    "[@Protected]>[@Enrollment]",
)  # fmt: skip


def table(name: str, rows: list[dict[str, Any]]) -> Table:
    header = list(dict.fromkeys(key for row in rows for key in row))
    return table_from_rows(name, header, [[row.get(key) for key in header] for row in rows])


def plan(given_schools: list[tuple[int, int, str]], given_rules: list[dict[str, Any]]) -> dict[str, Table]:
    """Schools with in-person and virtual students, and one line per rule."""
    lines = []
    for number, rule in enumerate(given_rules):
        extra = {"Formula": f"=[@Enrollment]/{rule['Rate']:.0f}+[@Virtuals]"} if rule["Method"] == "formula" else {}
        job = {} if rule["Method"] == "per-pupil dollars" else {"Job type": "Teacher"}
        lines.append({"Line": f"Line {number}", "Group": "Enrollment"} | rule | extra | job)
    numbered = list(enumerate(given_schools))
    counts = [("In person", 0), ("Virtual", 1)]
    return {
        "Plan": table("Plan", [{"Setting": "Fiscal year", "Value": "2027"}]),
        "Schools": table(
            "Schools", [{"Code": f"S{i}", "Name": f"School {i}", "Level": level} for i, (_, _, level) in numbered]
        ),
        "Enrollment": table(
            "Enrollment",
            [
                {
                    "School": f"S{i}",
                    "Instructional model": model,
                    "Enrollment": float(school[at]),
                    "Virtuals": float(at),
                }
                for i, school in numbered
                for model, at in counts
            ],
        ),
        "JobTypes": table("JobTypes", [{"Job type": "Teacher", "Year": 2027.0, "Average cost": 93040.37}]),
        "Rules": table("Rules", lines),
    }


def drawn_plan(draw: random.Random, schools: int, pairs: Sequence[tuple[Method, str]]) -> dict[str, Table]:
    """A plan with every table: campuses, models, grades, student groups, weights, bundles, split funding, last year.

    It has a rule for each pair of a method and a grain, a line of its own; what else the rule says is drawn.
    """
    given = [_drawn_rule(draw, f"Line {number}", *pair) for number, pair in enumerate(pairs)]
    base = [{"Line": line, "Method": "ratio FTE", "Rate": 25.0, "Job type": job} for line, job in BASE_LINES.items()]
    lines = [each["Line"] for each in given if each["Method"] != "bundle"]
    tables = {
        "Plan": [{"Setting": "Fiscal year", "Value": "2027"}],
        "Schools": [_drawn_school(draw, number) for number in range(schools)],
        "Enrollment": [row for number in range(schools) for row in _drawn_counts(draw, f"S{number}")],
        "JobTypes": [
            {"Job type": job, "Year": 2027.0, "Average cost": cost}
            for job, cost in (("Teacher", 93040.37), ("Aide", 40000.0), (COACH, 71234.561))
        ],
        "Rules": [*base, *given],
        "Rates": _rates(),
        "StudentGroups": _student_groups(),
        "Bands": [
            {"Band": "Size", "From": 0.0, "To": 60.0, "Value": 0.5},
            {"Band": "Size", "From": 60.0, "To": 300.0, "Value": 1.25},
            {"Band": "Size", "From": 300.0, "Value": 3.0},
        ],
        "Weights": _weights(),
        "Bundles": [
            {"Bundle": "Room", "Job type": "Teacher", "FTE per unit": 1.0},
            {"Bundle": "Room", "Job type": "Aide", "FTE per unit": 2.0},
        ],
        "PriorYear": [
            {"School": f"S{number}", "Line": "Supplies", "Year": 2026.0, "FTE": draw.randint(0, 40) / 10, "Dollars": draw.randint(0, 10**7) / 100}
            for number in range(0, schools, 2)
        ],
        "Adjustments": [
            {"School": f"S{draw.randrange(schools)}", "Line": draw.choice(list(BASE_LINES)), "FTE": draw.randint(-4, 4) / 4, "Reason": "Drawn"}
            for _ in range(2)
        ],
        "Funding": _drawn_funding(draw, [*lines, *BASE_LINES]),
        "FundYears": [
            {"Fund": fund, "Year": 2027.0, "Amount": amount}
            for fund, amount in (("General", 1e9), ("Title I", 1e9), ("Title II", draw.randint(0, 10**8) / 100))
        ],
        "Scenarios": [{"Scenario": "Base", "Projection": "Base"}],
    }  # fmt: skip
    return {name: table(name, each) for name, each in tables.items() if each}


def _drawn_school(draw: random.Random, number: int) -> dict[str, Any]:
    """A school; now and then a department, which rules do not reach."""
    return {
        "Code": f"S{number}",
        "Name": f"School {number}",
        "Type": draw.choice(["school"] * 8 + ["charter", "department"]) if number else "school",
        "Level": draw.choice(LEVELS),
        "Campus": draw.choice([None, "North", "South", "north"]),
        "Square feet": float(draw.randrange(0, 90000, 500)),
    }


def _drawn_counts(draw: random.Random, school: str) -> list[dict[str, Any]]:
    """Rows of Enrollment: one or two instructional models now, and last year."""
    models = draw.choice([("In person",), ("In person", "Virtual"), ("In person", "Hybrid")])
    rows = []
    for projection, model in [*(("Base", model) for model in models), ("Actual 2026", "In person")]:
        grades = {grade: float(draw.choice([0, 1, 7, 18, 19, 23, 40, 75, draw.randint(0, 200)])) for grade in GRADES}
        students = sum(grades.values()) + draw.choice([0.0, 0.0, 250.0])
        needs = {group: float(draw.randint(0, int(students))) for group in ("English learners", "At-risk")}
        row = {"Projection": projection, "School": school, "Instructional model": model, "Enrollment": students}
        rows.append(row | needs | grades)
    return rows


def _rates() -> list[dict[str, Any]]:
    return [
        {"Rate": "Class_size", "Value": 24.0},
        {"Rate": "Class_size", "Student group": "K", "Value": 18.0},
        {"Rate": "Class_size", "Student group": "Grades 1-3", "Value": 22.0},
        {"Rate": "Class_size", "Student group": "K", "Model": "Virtual", "Value": 30.0},
        {"Rate": "Ratio", "Value": 350.0},
        {"Rate": "Ratio", "Where": '[@Level]="High"', "Value": 250.0},
        {"Rate": "Base", "Value": 4028.47},
        {"Rate": "Base", "Model": "Virtual", "Value": 3500.0},
        {"Rate": "Cohorts", "Value": 1.0},
        {"Rate": "Cohorts", "Model": "Hybrid", "Value": 2.0},
    ]


def _student_groups() -> list[dict[str, Any]]:
    return [
        {"Student group": "Grades 1-3", "Adds up": "Grade 1, Grade 2, Grade 3"},
        {"Student group": "Grades K-3", "Adds up": "K, Grades 1-3"},
        {"Student group": "Risk share", "Formula": "IF([@Enrollment]=0,0,[@[At-risk]]/[@Enrollment])"},
        {"Student group": "Not at risk", "Formula": "=[@Enrollment]-[@[At-risk]]"},
        {"Student group": "Protected", "Formula": "=MAX([@Enrollment],[@[Actual 2026: Enrollment]])"},
    ]


def _weights() -> list[dict[str, Any]]:
    slides = "=0.47+MAX(0,MIN(0.1,([@[Risk share]]-0.2)/0.4*0.1))"
    return [
        {"Weights": "Need", "Student group": "K", "Weight": 1.6},
        {"Weights": "Need", "Student group": "Grades 1-3", "Weight": 1.4},
        {"Weights": "Need", "Student group": "At-risk", "Formula": slides},
        {"Weights": "Need", "Student group": "English learners", "Weight": 0.5, "Where": '[@Level]="High"'},
        {"Weights": "Need", "Student group": "English learners", "Weight": 0.75, "Where": '[@Level]<>"High"'},
        {"Weights": "Lines", "Student group": "K", "Weight": 1.8, "Line": "Weighted K"},
        {"Weights": "Lines", "Student group": "At-risk", "Weight": 0.24, "Line": "Weighted at-risk"},
    ]


def _drawn_rule(draw: random.Random, line: str, method: Method, grain: str) -> dict[str, Any]:
    by_grade, shared = grain == GRADE_GRAIN, grain in SHARED_GRAINS
    rule: dict[str, Any] = {
        "Line": line,
        "Method": method.name,
        "Per": None if grain == method.grains[0] and draw.random() < 0.5 else grain,
        "Fund": draw.choice(["General", "Title I", None]),
        "Applies to": draw.choice(FILTERS if grain == "school" or shared else FILTERS[:4]),
    }
    if method.formula:
        rule |= {
            "Rounding": draw.choice(["none", "half up", "up", "down", "truncate"]),
            "Step": draw.choice(STEPS),
            "Minimum": draw.choice([None, None, 0.5]),
            "Maximum": draw.choice([None, None, 40.0]),
            "Threshold": draw.choice([None, None, 20.0, 250.0]),
        }
    known = GRADE_GROUPS if by_grade else GROUPS if grain == "school" or shared else GROUPS[:-1]
    if method.counts or method.name == "proportional share" or by_grade or rule.get("Threshold"):
        rule["Group"] = draw.choice(known)
    if shared:
        rule["Share step"] = draw.choice([None, 0.2, 0.5, 0.01])
        rule["Share by"] = draw.choice([None, "schools", "At-risk", "Square feet"])
    rule |= _asked(draw, method, grain)
    if method.gives == "FTE" or (method.gives == "either" and draw.random() < 0.5):
        # A line that counts the base lines' employees is of another position, so that nothing goes in a circle.
        counts_lines = method.name == "reserve" or "Base " in rule.get("Formula", "") or "{employees}" in method.formula
        rule["Job type"] = COACH if counts_lines else draw.choice(["Teacher", "Aide", COACH])
    return {key: value for key, value in rule.items() if value is not None}


def _asked(draw: random.Random, method: Method, grain: str) -> dict[str, Any]:
    """What the method asks for and may read, drawn."""
    students = draw.choice([float(draw.randint(1, 60)), 21.5, "Class_size"])
    dollars = draw.choice([float(draw.randint(-500, 5000)), draw.randint(0, 10**6) / 100, "Base"])
    by_method: dict[str, dict[str, Any]] = {
        "formula": {"Formula": draw.choice(FORMULAS[grain])},
        "weighted per-pupil dollars": {"Rate": "Base", "Of": "Need"},
        "bundle": {"Rate": float(draw.randint(5, 30)), "Of": "Room"},
        "FTE per employees": {"Rate": float(draw.randint(2, 20)), "Of": draw.choice(["Teacher", "Aide"])},
        "dollars per employee": {"Rate": 250.0, "Of": draw.choice(["Teacher", "Aide"])},
        "prior-year FTE": {"Rate": 0.9, "Of": "Supplies"},
        "prior-year dollars": {"Rate": 1.03, "Of": "Supplies"},
        "reserve": {"Rate": 0.02, "Of": "Base teacher", "Applies to": '[@Code]="S0"'},
        "periods": {"Rate": students, "Periods taken": 7.0, "Periods taught": float(draw.randint(4, 6))},
        "banded FTE": {"Rate": "Size"},
        "banded dollars": {"Rate": "Size"},
        "fixed FTE": {"Rate": draw.randint(1, 12) / 4},
    }
    made = by_method.get(method.name, {"Rate": students if method.gives == "FTE" else dollars})
    if not method.formula:
        return {}
    if "Rate step" in method.reads:
        made["Rate step"] = draw.choice([None, 1.0, 0.01])
    if "Class maximum" in method.reads and method.name != "formula":
        made["Class maximum"] = draw.choice([None, 28.0, 33.0])
    if "Cohorts" in method.reads and grain not in SHARED_GRAINS:
        made["Cohorts"] = draw.choice([None, "Cohorts"]) if grain != "school" else None
    if "Combine" in method.reads and grain == GRADE_GRAIN and draw.random() < 0.7:
        made |= {"Group": "Grades K-3", "Combine": "Grades 1-3", "Combination limit": draw.choice([18.0, 24.0]), "Combinations": draw.choice([None, 1.0])}
    return made


def _drawn_funding(draw: random.Random, lines: list[str]) -> list[dict[str, Any]]:
    """A few lines that several funds pay, by share, up to what a fund has, and the rest."""
    ways = (
        [("General", "share", 0.6), ("Title I", "share", 0.4)],
        [("Title I", "share", 1 / 3), ("General", "rest", None)],
        [("Title II", "up to remaining", None), ("General", "rest", None)],
        [("Title I", "share", 0.25), ("Title II", "up to remaining", None), ("General", "rest", None)],
    )
    return [
        {"Line": line, "Order": float(order), "Fund": fund, "Takes": takes, "Share": share}
        for line in draw.sample(lines, min(3, len(lines)))
        for order, (fund, takes, share) in enumerate(draw.choice(ways))
    ]
