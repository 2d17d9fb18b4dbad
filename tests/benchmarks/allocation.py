"""Whole allocations: a district in the engine at its finest grain, and a state from CSV files to one wide CSV file.

The state's totals are computed a second time, in plain numpy that shares no code with the engine, so that the figure
cannot be fast and wrong.
"""

from __future__ import annotations

import csv
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from apportion.tables import Table

SEED = 20270701
RUNS = 7

DISTRICT_SCHOOLS = 113
DISTRICT_RULES = 60
DISTRICT_GRAIN = "school, model and grade"
DISTRICT_GOAL = 0.100  # seconds, a run of compiled rules

STATE_SCHOOLS = 98_000
STATE_GOAL = 10.0  # seconds, the whole process

GRADES = ("K", *(f"Grade {n}" for n in range(1, 13)))
STATE_GRADES = GRADES[:9]
GROUPS = ("English learners", "Students with disabilities", "Economically disadvantaged")
LEVELS = ("Elementary", "Middle", "High")
REGIONS = ("North", "East", "South", "West")
LOCALES = ("City", "Suburb", "Town", "Rural")

Rows = list[list[Any]]

JOB_TYPES = {
    "Principal": 168_215.40,
    "Assistant principal": 142_310.00,
    "Teacher": 97_412.55,
    "Counselor": 101_220.10,
    "Librarian": 99_008.00,
    "Nurse": 88_750.25,
    "Aide": 41_306.75,
    "Custodian": 58_213.30,
    "Clerk": 52_907.00,
}
RATES = (
    ("AP_ratio", 450, '[@Level]="High"'),
    ("AP_ratio", 525, '[@Level]="Middle"'),
    ("AP_ratio", 600, ""),
    ("EL_ratio", 35, '[@Locale]="Rural"'),
    ("EL_ratio", 45, ""),
    ("Supply_rate", 96.25, 'AND([@Level]="High",[@Region]="North")'),
    ("Supply_rate", 91.4, 'AND([@Level]="High",[@Region]<>"North")'),
    ("Supply_rate", 74.15, ""),
    ("Base_amount", 312.5, ""),
    ("Small_rate", 428.31, '[@Locale]="Rural"'),
    ("Small_rate", 217.06, ""),
)
BANDS = {
    "Counselor": ((0, 200, 0.5), (200, 450, 1), (450, 900, 2), (900, None, 3)),
    "Librarian": ((0, 150, 0.2), (150, 350, 0.5), (350, None, 1)),
}
RULE_COLUMNS = (
    "Order", "Line", "Allocation", "Method", "Group", "Threshold", "Rate", "Rounding", "Step", "Minimum", "Maximum",
    "Per", "Applies to", "Job type", "Fund", "Formula", "Status",
)  # fmt: skip


def _rule(line: str, method: str, job: str = "", /, **given: Any) -> dict[str, Any]:
    named = {key.replace("_", " ").capitalize(): value for key, value in given.items()}
    heading = "Staff" if job else "Dollars"
    fixed = {"Line": line, "Method": method, "Job type": job, "Allocation": heading, "Fund": "General Fund"}
    return fixed | {"Status": "active"} | named


def _sum_of(grades: tuple[str, ...]) -> str:
    return "+".join(f"[@[{grade}]]" for grade in grades)


STATE_RULES = (
    _rule("Principal", "fixed FTE", "Principal", rate=1),
    _rule(
        "Assistant principal", "ratio FTE", "Assistant principal",
        group="Enrollment", rate="AP_ratio", rounding="half up", step=0.5, applies_to='[@Level]<>"Elementary"',
    ),
    _rule("Kindergarten teacher", "ratio FTE", "Teacher", group="K", rate=20, rounding="up", step=1),
    _rule(
        "Grades 1-5 teacher", "formula", "Teacher",
        formula=f"({_sum_of(STATE_GRADES[1:6])})/24", rounding="half up", step=0.1,
    ),
    _rule(
        "Middle school teacher", "formula", "Teacher",
        formula=f"({_sum_of(STATE_GRADES[6:])})/27.5", rounding="half up", step=0.2, applies_to='[@Level]="Middle"',
    ),
    _rule("Counselor", "banded FTE", "Counselor", group="Enrollment", rate="Counselor"),
    _rule("Librarian", "banded FTE", "Librarian", group="Enrollment", rate="Librarian", threshold=50),
    _rule(
        "Nurse", "ratio FTE", "Nurse",
        group="Enrollment", rate=750, rounding="half up", step=0.1, minimum=0.2, maximum=2,
    ),
    _rule(
        "English learner teacher", "ratio FTE", "Teacher",
        group="English learners", rate="EL_ratio", rounding="half up", step=0.2, threshold=10,
    ),
    _rule(
        "Special education teacher", "ratio FTE", "Teacher",
        group="Students with disabilities", rate=16, rounding="truncate", step=0.25,
    ),
    _rule("Kindergarten aide", "formula", "Aide", formula="[@[Kindergarten teacher FTE]]*0.5"),
    _rule("Custodian", "formula", "Custodian", formula="[@[Square feet]]/21500", rounding="half up", step=0.5),
    _rule("Clerk", "formula", "Clerk", formula="IF([@Enrollment]>600,2,1)+ROUND([@Enrollment]/1200,1)"),
    _rule("Supplies", "per-pupil dollars", group="Enrollment", rate="Supply_rate"),
    _rule("Technology", "per-pupil dollars", group="Enrollment", rate=87.5),
    _rule(
        "Title I", "per-pupil dollars",
        group="Economically disadvantaged", rate=640.15, applies_to='[@[Title I]]="yes"',
    ),
    _rule("Poverty supplement", "formula", formula="[@Enrollment]*Base_amount*[@[Poverty share]]"),
    _rule(
        "Substitutes", "formula",
        formula="0.03*([@[Kindergarten teacher dollars]]+[@[Grades 1-5 teacher dollars]]+[@[Nurse dollars]])",
    ),
    _rule("Small school", "formula", formula="MAX(0,350-[@Enrollment])*Small_rate", applies_to="[@Enrollment]>0"),
    _rule("Local share", "formula", formula="-MIN([@[Supplies dollars]],[@[Assessed value]]*0.00085)"),
)  # fmt: skip


class State:
    """Schools and counts of a made-up state, as arrays: one element per school."""

    def __init__(self, size: int, seed: int = SEED) -> None:
        random = np.random.default_rng(seed)
        self.size = size
        self.codes = [f"{number:07d}" for number in random.permutation(size * 9)[:size]]
        words = ("Alder", "Birch", "Cedar, North", "Élan", 'The "Grove"', "NA", "Oak")
        self.names = [f"{words[n % len(words)]} {n}" if n % 9973 else "NA" for n in range(size)]
        self.level = random.choice(LEVELS, size, p=(0.6, 0.2, 0.2))
        self.region, self.locale = random.choice(REGIONS, size), random.choice(LOCALES, size)
        self.title_one = np.where(random.random(size) < 0.55, "yes", "no")
        self.poverty = np.round(random.random(size), 3)
        self.square_feet = random.integers(80, 2400, size) * 100
        self.assessed = np.round(random.random(size) * 4e8, 2)
        self.grades = random.integers(0, 130, (len(STATE_GRADES), size))
        self.enrollment = self.grades.sum(axis=0)
        shares = random.random((len(GROUPS), size)) * np.array([[0.3], [0.25], [0.9]])
        self.groups = np.floor(self.enrollment * shares).astype(int)

    def write(self, folder: Path) -> None:
        """The state's plan as CSV files."""
        blank = [""] * self.size
        _write(
            folder / "Schools.csv",
            ["Code", "Name", "Type", "Level", "Campus", "Open year", "Close year", "Region", "Locale", "Title I",
             "Poverty share", "Square feet", "Assessed value"],
            zip(self.codes, self.names, ["school"] * self.size, self.level.tolist(), blank, blank, blank,
                self.region.tolist(), self.locale.tolist(), self.title_one.tolist(), self.poverty.tolist(),
                self.square_feet.tolist(), self.assessed.tolist(), strict=True),
        )  # fmt: skip
        counts = [self.enrollment, *self.grades, *self.groups]
        _write(
            folder / "Enrollment.csv",
            ["Projection", "School", "Instructional model", "Enrollment", *STATE_GRADES, *GROUPS],
            zip(["Base"] * self.size, self.codes, ["In person"] * self.size, *(each.tolist() for each in counts),
                strict=True),
        )  # fmt: skip
        _write_shared(folder, STATE_RULES, "Made-up state")

    def by_hand(self) -> tuple[float, float, list[float]]:
        """FTE, dollars, and dollars by line in the order of the rules, in plain numpy."""
        high, middle = self.level == "High", self.level == "Middle"
        rural, students = self.locale == "Rural", self.enrollment
        learners, disabled, poor = self.groups
        grades = self.grades
        kindergarten = np.ceil(grades[0] / 20)
        fte: dict[str, tuple[str, Any]] = {
            "Principal": ("Principal", np.ones(self.size)),
            "Assistant principal": (
                "Assistant principal",
                np.where(high | middle, _nearest(students / np.where(high, 450, 525), 0.5), 0),
            ),
            "Kindergarten teacher": ("Teacher", kindergarten),
            "Grades 1-5 teacher": ("Teacher", _nearest(grades[1:6].sum(axis=0) / 24, 0.1)),
            "Middle school teacher": (
                "Teacher",
                np.where(middle, _nearest(grades[6:].sum(axis=0) / 27.5, 0.2), 0),
            ),
            "Counselor": ("Counselor", np.array([0.5, 1, 2, 3])[np.digitize(students, [200, 450, 900])]),
            "Librarian": (
                "Librarian",
                np.where(students >= 50, np.array([0.2, 0.5, 1])[np.digitize(students, [150, 350])], 0),
            ),
            "Nurse": ("Nurse", np.clip(_nearest(students / 750, 0.1), 0.2, 2)),
            "English learner teacher": (
                "Teacher",
                np.where(learners >= 10, _nearest(learners / np.where(rural, 35, 45), 0.2), 0),
            ),
            "Special education teacher": ("Teacher", disabled // 4 / 4),
            "Kindergarten aide": ("Aide", kindergarten * 0.5),
            "Custodian": ("Custodian", _nearest(self.square_feet / 21500, 0.5)),
            "Clerk": ("Clerk", np.where(students > 600, 2, 1) + _nearest(students / 1200, 0.1)),
        }
        money = {line: _nearest(given * JOB_TYPES[job], 0.01) for line, (job, given) in fte.items()}
        supply = np.where(high, np.where(self.region == "North", 96.25, 91.4), 74.15)
        money["Supplies"] = _nearest(students * supply, 0.01)
        money["Technology"] = _nearest(students * 87.5, 0.01)
        money["Title I"] = np.where(self.title_one == "yes", _nearest(poor * 640.15, 0.01), 0)
        money["Poverty supplement"] = _nearest(students * 312.5 * self.poverty, 0.01)
        paid = money["Kindergarten teacher"] + money["Grades 1-5 teacher"] + money["Nurse"]
        money["Substitutes"] = _nearest(0.03 * paid, 0.01)
        small = np.maximum(0, 350 - students) * np.where(rural, 428.31, 217.06)
        money["Small school"] = np.where(students > 0, _nearest(small, 0.01), 0)
        money["Local share"] = -_nearest(np.minimum(money["Supplies"], self.assessed * 0.00085), 0.01)
        by_line = [float(money[rule["Line"]].sum()) for rule in STATE_RULES]
        return float(sum(given.sum() for _, given in fte.values())), float(sum(by_line)), by_line


def _nearest(x: Any, step: float) -> Any:
    """Half up to a step, of numbers that are not below 0, with a hair for what binary fractions miss."""
    parts = round(1 / step)
    return np.floor(np.round(x * parts, 7) + 0.5) / parts


def _write(path: Path, header: list[str], rows: Any) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _write_shared(folder: Path, rules: tuple[dict[str, Any], ...], district: str) -> None:
    _write(folder / "Plan.csv", ["Setting", "Value"], [["District", district], ["Fiscal year", 2027]])
    _write(
        folder / "JobTypes.csv",
        ["Job type", "Year", "Average cost"],
        [[job, 2027, cost] for job, cost in JOB_TYPES.items()],
    )
    _write(
        folder / "Rates.csv",
        ["Rate", "Year", "Where", "Value", "Source"],
        [[name, 2027, where, value, "made up"] for name, value, where in RATES],
    )
    _write(
        folder / "Bands.csv",
        ["Band", "Year", "From", "To", "Value"],
        [
            [band, 2027, *("" if each is None else each for each in step)]
            for band, steps in BANDS.items()
            for step in steps
        ],
    )
    numbered = [{"Order": 10 * n} | rule for n, rule in enumerate(rules, 1)]
    _write(
        folder / "Rules.csv", list(RULE_COLUMNS), [[rule.get(name, "") for name in RULE_COLUMNS] for rule in numbered]
    )


def district_tables(grain: str = DISTRICT_GRAIN) -> dict[str, Table]:
    """The tables of a made-up district: every second school teaches online too, and all rules count at the grain."""
    from apportion.tables import table_from_rows

    random = np.random.default_rng(SEED)
    level = random.choice(LEVELS, DISTRICT_SCHOOLS).tolist()
    region, locale = (random.choice(words, DISTRICT_SCHOOLS).tolist() for words in (REGIONS, LOCALES))
    schools = [
        [f"{number:03d}", f"School {number}", "school", *each]
        for number, each in enumerate(zip(level, region, locale, strict=True), 1)
    ]
    counts: Rows = []
    for number in range(1, DISTRICT_SCHOOLS + 1):
        for model in ("In person", "Virtual")[: 1 + number % 2]:
            grades = random.integers(0, 90, len(GRADES)).tolist()
            groups = [float(int(sum(grades) * share)) for share in (0.12, 0.15, 0.4)]
            counts.append(["Base", f"{number:03d}", model, float(sum(grades)), *map(float, grades), *groups])
    jobs = list(JOB_TYPES)
    rules: Rows = []
    for number in range(DISTRICT_RULES):
        given = DISTRICT_KINDS[number % len(DISTRICT_KINDS)] | {"Per": grain, "Line": f"Line {number:02d}"}
        if not given["Method"].endswith("dollars"):
            given |= {"Job type": jobs[number % len(jobs)]}
        rules.append([given.get(name) for name in RULE_COLUMNS])
    bands = [[band, None, *map(_number, step)] for band, steps in BANDS.items() for step in steps]
    headers: dict[str, tuple[list[str], Rows]] = {
        "Plan": (["Setting", "Value"], [["Fiscal year", "2027"]]),
        "Schools": (["Code", "Name", "Type", "Level", "Region", "Locale"], schools),
        "Enrollment": (["Projection", "School", "Instructional model", "Enrollment", *GRADES, *GROUPS], counts),
        "JobTypes": (["Job type", "Year", "Average cost"], [[job, 2027.0, cost] for job, cost in JOB_TYPES.items()]),
        "Rates": (["Rate", "Where", "Value"], [[name, where or None, float(value)] for name, value, where in RATES]),
        "Bands": (["Band", "Year", "From", "To", "Value"], bands),
        "Rules": (list(RULE_COLUMNS), rules),
    }
    return {name: table_from_rows(name, header, rows) for name, (header, rows) in headers.items()}


DISTRICT_KINDS: tuple[dict[str, Any], ...] = (
    {"Method": "ratio FTE", "Group": "Enrollment", "Rate": "AP_ratio", "Rounding": "half up", "Step": 0.5},
    {"Method": "ratio FTE", "Group": "K", "Rate": 20.0, "Rounding": "up", "Step": 1.0, "Maximum": 9.0},
    {"Method": "ratio FTE", "Group": "English learners", "Rate": "EL_ratio", "Threshold": 10.0, "Step": 0.2, "Rounding": "half up"},
    {"Method": "fixed FTE", "Rate": 1.0, "Applies to": '[@Level]="High"'},
    {"Method": "banded FTE", "Group": "Enrollment", "Rate": "Counselor"},
    {"Method": "per-pupil dollars", "Group": "Enrollment", "Rate": "Supply_rate"},
    {"Method": "per-pupil dollars", "Group": "Economically disadvantaged", "Rate": 640.15, "Applies to": '[@Region]<>"North"'},
    {"Method": "formula", "Formula": f"({_sum_of(GRADES[1:6])})/24", "Rounding": "half up", "Step": 0.1},
    {"Method": "formula", "Formula": "IF([@Enrollment]>600,2,1)+ROUND([@Enrollment]/1200,1)", "Minimum": 0.5},
    {"Method": "formula", "Formula": "[@Enrollment]/AP_ratio+[@[English learners]]/EL_ratio"},
)  # fmt: skip


def _number(cell: Any) -> float | None:
    return None if cell is None else float(cell)


def district() -> None:
    """The district in the engine: read, checked, compiled, run, and told, each the median of several times."""
    from apportion.allocation.plan import read_plan
    from apportion.allocation.rules import compile_plan
    from apportion.allocation.staffing import evaluated, staff
    from apportion.formula import Model
    from apportion.intake import read_tables

    intake = read_tables(district_tables())
    plan, found = read_plan(intake)
    program, wrong = compile_plan(plan)
    assert not [each for each in (*intake.findings, *found, *wrong) if each.severity == "error"]
    texts = {key: f"={text}" for key, text in (*program.formulas.items(), *program.checks.items())}
    others = {name: frame for name, frame in program.tables.items() if name != "Schools"}
    schools = program.tables["Schools"]

    def compiled() -> Model:
        compile_plan(plan)
        return Model(texts, others)

    taken = {
        "compile: rules to formulas to steps": median(lambda _: compiled()),
        "run: every column for every school": median(lambda model: model.run(schools), lambda: Model(texts, others)),
        "the whole engine, plan to checked columns": median(lambda _: evaluated(intake)),
        "the same, with a row per school and line": median(lambda _: staff(intake, sentences=False)),
        "the same, with every sentence": median(lambda _: staff(intake)),
    }
    rows = len(program.tables["Grades"])
    print(f"{DISTRICT_SCHOOLS} schools x {DISTRICT_RULES} rules per {DISTRICT_GRAIN} ({rows} rows), median of {RUNS}")
    for said, seconds in taken.items():
        goal = (
            f"   goal {DISTRICT_GOAL * 1000:.0f} ms: {_verdict(seconds, DISTRICT_GOAL)}"
            if said.startswith("run")
            else ""
        )
        print(f"  {said:<56}{seconds * 1000:9.1f} ms{goal}")


def median(work: Callable[[Any], object], before: Callable[[], object] = lambda: None) -> float:
    """The median time in seconds of a piece of work, after one that is not counted; what comes before it is not timed."""
    taken = []
    for _ in range(RUNS + 1):
        given = before()
        start = time.perf_counter()
        work(given)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken[1:])


def _verdict(took: float, goal: float) -> str:
    return "met" if took <= goal else "missed"


def state(size: int = STATE_SCHOOLS) -> None:
    """The state as a process of its own, from CSV files to one CSV file, and its totals beside those of plain numpy."""
    made = State(size)
    with tempfile.TemporaryDirectory() as folder:
        plan, wide = Path(folder) / "plan", Path(folder) / "wide.csv"
        plan.mkdir()
        made.write(plan)
        command = [sys.executable, "-m", "apportion", "allocate", str(plan), "--wide", str(wide)]
        seconds, processor, memory = measured(command)
        fte, dollars, by_line = made.by_hand()
        with wide.open(newline="", encoding="utf-8") as file:
            header, *rows = csv.reader(file)
        given = [
            np.array([float(row[header.index(f"{rule['Line']} dollars")]) for row in rows]) for rule in STATE_RULES
        ]
        total = {name: sum(float(row[header.index(name)]) for row in rows) for name in ("Total FTE", "Total dollars")}
        weight = sum(path.stat().st_size for path in plan.iterdir()) / 1e6, wide.stat().st_size / 1e6
    print(f"{size:,} schools x {len(STATE_RULES)} rules, CSV ({weight[0]:.0f} MB) to one wide CSV ({weight[1]:.0f} MB)")
    print(f"  {'whole process':<56}{seconds:9.2f} s    goal {STATE_GOAL:.0f} s: {_verdict(seconds, STATE_GOAL)}")
    print(f"  {'processor time, most memory':<56}{processor:9.2f} s {memory:9.0f} MB")
    print(f"  {'dollars':<44}{total['Total dollars']:21,.2f}   by hand {dollars:21,.2f}")
    print(f"  {'FTE':<44}{total['Total FTE']:21,.2f}   by hand {fte:21,.2f}")
    for rule, line, hand in zip(STATE_RULES, given, by_line, strict=True):
        assert round(float(line.sum()), 2) == round(hand, 2), (rule["Line"], float(line.sum()), hand)
    assert [row[0] for row in rows] == made.codes
    assert [row[1] for row in rows] == made.names
    assert round(total["Total dollars"], 2) == round(dollars, 2)
    assert round(total["Total FTE"], 4) == round(fte, 4)


def measured(command: list[str]) -> tuple[float, float, float]:
    """Seconds from start to end, seconds of processor time, and the most memory in MB, of a process of its own."""
    start = time.perf_counter()
    child = os.posix_spawn(
        command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    )
    _, status, used = os.wait4(child, 0)
    taken = time.perf_counter() - start
    assert os.waitstatus_to_exitcode(status) == 0, f"{' '.join(command)} failed"
    return taken, used.ru_utime + used.ru_stime, used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    district()
    print()
    state()
