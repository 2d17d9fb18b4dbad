"""The sample district's staffing handbook, worked out apart from the engine: plain Python in exact fractions.

Nothing of `apportion` is imported. Counts, costs, exceptions and last year come from the sample's CSV files; the rules
and their numbers are written here from the handbook's sentences, not from Rules and Rates.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

GRADES = tuple(f"Grade {number}" for number in range(1, 9))
CENT = Fraction(1, 100)
DISABLED, LANGUAGE, NEED = "Students with disabilities", "English learners", "Economically disadvantaged"
FIFTH, HALF, TENTH = Fraction(1, 5), Fraction(1, 2), Fraction(1, 10)
YOUNG, SECONDARY = ("Elementary", "K-8"), ("Middle", "High")
JOBS = {
    "Teacher": (
        "Kindergarten teacher", "Teacher", "Art, music and PE teacher", "Department lead", "Dual-language teacher",
        "English-learner teacher", "Growth reserve",
    ),
    "Instructional aide": ("Kindergarten aide", "Hybrid room aide", "Self-contained aide", "Special education aide"),
    "Special education teacher": ("Special education teacher", "Self-contained teacher"),
    "School secretary": ("Secretary", "Parent-center clerk"),
    "Counselor": ("Counselor", "Attendance counselor"),
}  # fmt: skip
JOB_OF = {line: job for job, lines in JOBS.items() for line in lines}


@dataclass(frozen=True)
class Option:
    """What a scenario decides: projection, first-grade class size, students per class or FTE in secondary schools."""

    projection: str = "Base"
    first_grade: int = 23
    middle: int = 29
    high: Mapping[str, int] | None = None
    virtual: int = 28


OPTIONS = {
    "Base": Option(),
    "Tighter ratios": Option("Low", 23, 31, {"In person": 33, "Hybrid": 30, "Virtual": 39}, 30),
    "Smaller first grade": Option(first_grade=22),
}
HIGH = {"In person": 31, "Hybrid": 29, "Virtual": 36}


def up(x: Fraction, step: Fraction | int = 1) -> Fraction:
    """Rounded up to a multiple of the step."""
    return ceil(x / step) * Fraction(step)


def down(x: Fraction, step: Fraction | int = 1) -> Fraction:
    """Rounded down to a multiple of the step."""
    return floor(x / step) * Fraction(step)


def nearest(x: Fraction, step: Fraction | int = 1) -> Fraction:
    """Rounded half up to a multiple of the step."""
    return floor(x / step + HALF) * Fraction(step)


def shared(amount: Fraction, parts: Mapping[str, Fraction], step: Fraction) -> dict[str, Fraction]:
    """The amount in multiples of the step, by largest remainder; equal remainders in the order of the schools."""
    total = sum(parts.values())
    exact = {code: amount / step * part / total for code, part in parts.items()}
    given = {code: floor(each) for code, each in exact.items()}
    left = int(amount / step) - sum(given.values())
    for code in sorted(exact, key=lambda code: given[code] - exact[code])[:left]:
        given[code] += 1
    return {code: each * step for code, each in given.items()}


def banded(count: Fraction, *steps: tuple[int, str]) -> Fraction:
    """The value of the last step that begins at or below the count."""
    return Fraction(next(value for least, value in reversed(steps) if count >= least))


def sections(grades: Mapping[str, Fraction], size: Mapping[str, int], *, small: bool) -> int:
    """Classes of grades 1 to 8; a small school lets up to four pairs of neighbors share a class of up to 22."""
    classes = sum(ceil(grades[grade] / size[grade]) for grade in GRADES)
    if not small:
        return classes
    saved, taken = 0, ""
    for low, high in pairwise(GRADES):
        one, other = grades[low] % size[low], grades[high] % size[high]
        if low != taken and one and other and one + other <= 22 and saved < 4:
            saved, taken = saved + 1, high
    return classes - saved


class CedarFalls:
    """The district in one scenario: `lines` holds (FTE, dollars) by school and line, `funds` what two funds pay."""

    def __init__(self, folder: Path, scenario: str) -> None:
        self.folder, self.scenario, self.option = folder, scenario, OPTIONS[scenario]
        self.schools = {row["Code"]: row for row in self._rows("Schools")}
        self.models: dict[str, dict[str, dict[str, Fraction]]] = {}
        self.last_fall: dict[str, Fraction] = {}
        for row in self._rows("Enrollment"):
            counts = {name: Fraction(row[name]) for name in list(row)[3:]}
            if row["Projection"] == self.option.projection:
                self.models.setdefault(row["School"], {})[row["Instructional model"]] = counts
            if row["Projection"] == "Actual 2026":
                self.last_fall[row["School"]] = self.last_fall.get(row["School"], Fraction(0)) + counts["Enrollment"]
        self.last = {(row["School"], row["Line"]): row for row in self._rows("PriorYear")}
        self.lines: dict[tuple[str, str], tuple[Fraction, Fraction]] = {}
        self._allocate()

    def _rows(self, table: str) -> list[dict[str, str]]:
        with (self.folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def _count(self, code: str, group: str) -> Fraction:
        return sum((counts[group] for counts in self.models.get(code, {}).values()), Fraction(0))

    def _exceptions(self) -> dict[tuple[str, str], tuple[Fraction, Fraction]]:
        added: dict[tuple[str, str], tuple[Fraction, Fraction]] = {}
        for row in self._rows("Adjustments"):
            here = row["Scenario"] in ("", self.scenario) and row["Year"] in ("", "2027")
            if here and not (row["Expires"] and int(row["Expires"]) < 2027):
                key = row["School"], row["Line"]
                fte, dollars = added.get(key, (Fraction(0), Fraction(0)))
                added[key] = fte + Fraction(row["FTE"] or 0), dollars + Fraction(row["Dollars"] or 0)
        return added

    def _costs(self) -> dict[str, Fraction]:
        return {
            row["Job type"]: Fraction(row["Average cost"])
            if row["Average cost"]
            else Fraction(row["Salary"]) * (1 + Fraction(row["Fringe %"])) + Fraction(row["Fringe flat"])
            for row in self._rows("JobTypes")
            if row["Year"] == "2027"
        }

    def _allocate(self) -> None:
        added, costs = self._exceptions(), self._costs()
        schools = [code for code, row in self.schools.items() if row["Type"] != "department"]
        staff = {code: self._with_exceptions(code, self._staff(code), added) for code in schools}
        for code in schools:
            self._after_teachers(code, staff[code])
        for line, parts in (*self._itinerants(schools).items(), ("Nurse", self._nurses(schools))):
            for code, fte in parts.items():
                staff[code][line] = fte
        teachers = sum((staff[code].get("Teacher", Fraction(0)) for code in schools), Fraction(0))
        money = {code: self._money(code, staff[code]) for code in schools}
        for code in self.schools.keys() - set(schools):
            staff[code] = self._with_exceptions(code, self._department(code, teachers), added)
        poor = {code: self._count(code, NEED) for code in schools if self.schools[code]["Title I"] == "yes"}
        for code, dollars in shared(Fraction(1_866_000), poor, CENT).items():
            money[code]["Title I school allocation"] = dollars
        for (code, line), (_, dollars) in added.items():
            if dollars:
                money[code][line] = money[code].get(line, Fraction(0)) + dollars
        for code in self.schools:
            self._cost(code, staff[code], money.get(code, {}), costs)

    def _cost(
        self, code: str, staff: Mapping[str, Fraction], money: dict[str, Fraction], costs: Mapping[str, Fraction]
    ) -> None:
        for line, fte in staff.items():
            cost = costs[JOB_OF.get(line, line)]
            self.lines[code, line] = fte, nearest(fte * cost + money.pop(line, Fraction(0)), CENT)
        for line, dollars in money.items():
            self.lines[code, line] = Fraction(0), nearest(dollars, CENT)

    @staticmethod
    def _with_exceptions(
        code: str, staff: dict[str, Fraction], added: Mapping[tuple[str, str], tuple[Fraction, Fraction]]
    ) -> dict[str, Fraction]:
        for (school, line), (fte, _) in added.items():
            if school == code and fte:
                staff[line] = staff.get(line, Fraction(0)) + fte
        return staff

    def _department(self, code: str, teachers: Fraction) -> dict[str, Fraction]:
        if self.schools[code]["Level"] != "Student services":
            return {"Program specialist": Fraction(3)}
        return {"Program specialist": Fraction(5), "Growth reserve": nearest(teachers * Fraction("0.006"))}

    def _itinerants(self, schools: list[str]) -> dict[str, dict[str, Fraction]]:
        disabled = {code: self._count(code, DISABLED) for code in schools}
        students = sum((self._count(code, "Enrollment") for code in schools), Fraction(0))
        return {
            "Speech-language pathologist": shared(nearest(sum(disabled.values(), Fraction(0)) / 145), disabled, FIFTH),
            "School psychologist": shared(nearest(students / 1100), disabled, FIFTH),
        }

    def _staff(self, code: str) -> dict[str, Fraction]:
        return {
            "Principal": Fraction(1),
            **self._offices(code),
            **self._teachers(code),
            **self._of_need(code),
            **self._support(code),
            **self._operations(code),
        }

    def _offices(self, code: str) -> dict[str, Fraction]:
        level, students = self.schools[code]["Level"], self._count(code, "Enrollment")
        made = {"Secretary": min(down(1 + max(Fraction(0), students - 400) / 350, HALF), Fraction(5))}
        ratio = {"Elementary": 600, "K-8": 550, "Middle": 400, "High": 375, "Virtual": 450}[level]
        if level not in YOUNG:
            made["Assistant principal"] = max(nearest(students / ratio, HALF), HALF)
        elif students >= 450:
            made["Assistant principal"] = min(down(students / ratio, HALF), Fraction(1))
        made["Parent-center clerk"] = Fraction(self.last.get((code, "Parent-center clerk"), {}).get("FTE") or 0)
        return made

    def _teachers(self, code: str) -> dict[str, Fraction]:
        level = self.schools[code]["Level"]
        made = {"Teacher": Fraction(0)}
        if level in YOUNG:
            kindergarten = self._count(code, "K")
            made["Kindergarten teacher"] = nearest(max(kindergarten / 22, up(kindergarten / 25)), HALF)
        for model, counts in self.models[code].items():
            here = counts["Enrollment"]
            made["Teacher"] += self._classes(level, model, counts)
            if model == "Hybrid":
                made["Hybrid room aide"] = up(here / 40)
            if model == "Virtual":
                made["Virtual learning lead"] = down(here / 180, CENT)
        return made

    def _classes(self, level: str, model: str, counts: Mapping[str, Fraction]) -> Fraction:
        option, here = self.option, counts["Enrollment"]
        if level in YOUNG:
            upper = 30 if model == "Virtual" else 28
            sizes = (option.first_grade, 23, 23, 27, 27, upper, upper, upper)
            return Fraction(sections(counts, dict(zip(GRADES, sizes, strict=True)), small=here < 300))
        if level == "Virtual":
            return up(here / option.virtual, FIFTH)
        per_class = option.middle if level == "Middle" else (option.high or HIGH)[model]
        return Fraction(ceil(here * 6 / per_class), 5)

    def _of_need(self, code: str) -> dict[str, Fraction]:
        contained, learners = self._count(code, "Self-contained"), self._count(code, LANGUAGE)
        made = {
            "Special education teacher": max(up((self._count(code, DISABLED) - contained) / 16, HALF), HALF),
            "Self-contained teacher": up(contained / 8),
            "Self-contained aide": 2 * up(contained / 8),
        }
        if learners >= 10:
            made["English-learner teacher"] = nearest(learners / 45, FIFTH)
        return made

    def _support(self, code: str) -> dict[str, Fraction]:
        level, students, poor = self.schools[code]["Level"], self._count(code, "Enrollment"), self._count(code, NEED)
        ratio = {"Elementary": 500, "Middle": 350, "High": 285}.get(level, 425)
        protected = max(students, self.last_fall.get(code, Fraction(0)))
        made = {"Counselor": max(nearest(protected / ratio, TENTH), Fraction("0.4"))}
        if level in SECONDARY and poor >= 150:
            made["Attendance counselor"] = nearest(poor / 450, FIFTH)
        if level != "Virtual":
            made["Librarian"] = banded(students, (0, "0.2"), (150, "0.5"), (350, "1"), (1000, "1.5"))
        if level in YOUNG:
            made["Reading interventionist"] = banded(poor, (0, "0"), (40, "0.5"), (150, "1"), (300, "1.5"))
        if self.schools[code]["Title I"] == "yes":
            made["Instructional coach"], made["Family liaison"] = Fraction(1), HALF
        return made

    def _operations(self, code: str) -> dict[str, Fraction]:
        school, students = self.schools[code], self._count(code, "Enrollment")
        made: dict[str, Fraction] = {}
        if school["Level"] in SECONDARY and students >= 500:
            made["Campus safety officer"] = max(down(students / 600), Fraction(1))
        if school["Type"] == "school" and school["Level"] != "Virtual":
            made["Custodian"] = max(nearest(Fraction(school["Square feet"]) / 22000, HALF), HALF)
        return made

    def _after_teachers(self, code: str, made: dict[str, Fraction]) -> None:
        """The positions that depend on others, at a school whose own exceptions are in."""
        level = self.schools[code]["Level"]
        if level in YOUNG:
            made["Art, music and PE teacher"] = nearest((made["Kindergarten teacher"] + made["Teacher"]) / 6, FIFTH)
            made["Kindergarten aide"] = made["Kindergarten teacher"] / 2
        made["Special education aide"] = nearest(made["Special education teacher"] * Fraction("1.1"), HALF)
        if level in SECONDARY:
            made["Department lead"] = nearest(self._employees(made, "Teacher") / 50, FIFTH)

    @staticmethod
    def _employees(made: Mapping[str, Fraction], job: str) -> Fraction:
        return sum((made.get(line, Fraction(0)) for line in JOBS[job]), Fraction(0))

    def _nurses(self, schools: list[str]) -> dict[str, Fraction]:
        campuses: dict[str, dict[str, Fraction]] = {}
        for code in schools:
            if self.schools[code]["Level"] != "Virtual":
                campus = self.schools[code]["Campus"] or code
                campuses.setdefault(campus, {})[code] = self._count(code, "Enrollment")
        given: dict[str, Fraction] = {}
        steps = ((0, "0.4"), (200, "0.6"), (400, "1"), (900, "1.4"), (1500, "2"))
        for parts in campuses.values():
            given |= shared(banded(sum(parts.values(), Fraction(0)), *steps), parts, FIFTH)
        return given

    def _money(self, code: str, staff: Mapping[str, Fraction]) -> dict[str, Fraction]:
        school = self.schools[code]
        level, high = school["Level"], school["Level"] == "High"
        students, poor, learners = (self._count(code, group) for group in ("Enrollment", NEED, LANGUAGE))
        teachers = self._employees(staff, "Teacher")
        made = {
            "School office": Fraction(9600 if high else 4200),
            "Technology refresh": banded(students, (0, "9000"), (300, "15000"), (600, "24000"), (1000, "41000")),
            "Substitute days": up(teachers * 1349, 10),
            "Substitute days, special education": up(self._employees(staff, "Special education teacher") * 1349, 10),
            "Professional development": teachers * 150,
        }
        if school["Type"] == "school":
            bills = Fraction(self.last.get((code, "Utilities"), {}).get("Dollars") or 0)
            made["Utilities"] = bills * Fraction("1.035")
        each = Fraction("151.25") if high else Fraction("124.5")
        made["Instructional supplies"] = sum(
            (
                counts["Enrollment"] * (212 if model == "Virtual" else each)
                for model, counts in self.models[code].items()
            ),
            Fraction(0),
        )
        base = Fraction("92.40")
        upper = sum(self._count(code, f"Grade {grade}") for grade in range(9, 13)) if high else 0
        made["Discretionary funds"] = students * base + upper * nearest(base / 5, CENT)
        weight = Fraction("0.25") + min(Fraction("0.15"), max(Fraction(0), (poor / students - Fraction("0.4")) / 2))
        made["Equity supplement"] = poor * nearest(weight * base, CENT) + learners * nearest(
            Fraction("0.3") * base, CENT
        )
        if level in SECONDARY:
            made["Activities and athletics"] = nearest((62000 if high else 14500) + students * Fraction("21.4"))
        if school["Title I"] == "yes" and Fraction(school["Poverty share"]) >= Fraction("0.75"):
            made["Title I high-poverty supplement"] = poor * 125
        return made

    def total(self) -> tuple[Fraction, Fraction]:
        """FTE and dollars of the district."""
        fte, dollars = zip(*self.lines.values(), strict=True)
        return sum(fte, Fraction(0)), sum(dollars, Fraction(0))

    def paid_by_title_two(self) -> Fraction:
        """What Title II pays of professional development: at each school its part of what coaches leave, cut to cents."""
        coaches = sum(dollars for (_, line), (_, dollars) in self.lines.items() if line == "Instructional coach")
        each = [dollars for (_, line), (_, dollars) in self.lines.items() if line == "Professional development"]
        part = min(Fraction(1), (Fraction(1_420_000 + 68_500) - coaches) / sum(each))
        return sum((down(dollars * part, CENT) for dollars in each), Fraction(0))
