"""The formula engine against hand-written numpy: a chain of 12 formula columns over schools and one over weights.

Run with `python tests/benchmarks/formula.py [rows ...]`. Medians; "again" is after the base amount has changed.
The data is that of the comparison of formula engines in FORMULAS.md, so its totals can be compared with those.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
import tracemalloc
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from apportion.formula import Model

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = (2_000, 20_000, 100_000)
REGIONS = [f"R{number:02d}" for number in range(1, 13)]
NAMES = {"Base": 7345.67, "SmallRate": 85.5, "TeacherCost": 61234.5, "Pool": 1_000_000.0}
# Excel's own rounding gives this total of BaseAlloc at 100,000 rows.
BASE_TOTAL = 1011856267111.40

FORMULAS = {
    "Teachers": '=IF([@Model]="Virtual",ROUNDUP([@Enrolment]/MIN([@Ratio],[@Cap]),0),'
    "ROUND([@Enrolment]/[@Ratio]*2,0)/2)",
    "TeachersOK": "=IFERROR([@Teachers],0)",
    "LevelFactor": '=IFS([@Level]="Elementary",1,[@Level]="Middle",1.05,[@Level]="High",1.15,TRUE,1)',
    "RegionWeight": "=IFERROR(INDEX(Weights[Weight],MATCH([@Region],Weights[Code],0)),1)",
    "RegionAdj": "=IFERROR(VLOOKUP([@Region],Weights,3,FALSE),0)",
    "WEnrol": "=[@Enrolment]*[@LevelFactor]+[@SpEd]*0.9+[@ELL]*0.25",
    "Poverty": '=IF(AND([@FRL]>=40%,OR([@Title1]="yes",[@Enrolment]<300)),ROUND([@Enrolment]*[@FRL]*12.5%,2),0)',
    "BaseAlloc": "=ROUND(([@WEnrol]+[@Poverty])*Base*[@RegionWeight],2)",
    "Small": "=MAX(0,MIN(25000,(300-[@Enrolment])*SmallRate))",
    "Weights[Total]": "=SUMIFS(Schools[BaseAlloc],Schools[Region],[@Code])",
    "Share": "=IFERROR([@BaseAlloc]/VLOOKUP([@Region],Weights,4,FALSE),0)",
    "TeachCost": '=[@TeachersOK]*TeacherCost*IF([@Level]="High",1.1,1)',
    "Final": "=ROUND([@BaseAlloc]+[@Small]+[@RegionAdj]+[@TeachCost]+[@Share]*Pool,0)",
}


def schools(rows: int) -> dict[str, list[Any]]:
    """Schools with all that makes formulas hard: blanks, zeros, mixed case, unknown regions."""
    draw = random.Random(1)  # noqa: S311 the same data every time
    names = ("School", "Level", "Model", "Enrolment", "Ratio", "Cap", "SpEd", "ELL", "FRL", "Title1", "Region")
    table: dict[str, list[Any]] = {name: [] for name in names}
    for number in range(rows):
        table["School"].append(f"S{number:06d}")
        table["Level"].append(draw.choice(["Elementary", "elementary", "Middle", "High", "K8"]))
        table["Model"].append(draw.choice(["Virtual", "VIRTUAL", "Regular", "Regular", "Magnet"]))
        students = draw.randint(40, 2400)
        table["Enrolment"].append(None if draw.random() < 0.01 else students)
        table["Ratio"].append(draw.choice([15, 17.5, 20, 22, 25, 27.5]) if draw.random() > 0.01 else 0)
        table["Cap"].append(draw.choice([18, 20, 24, 30]))
        table["SpEd"].append(draw.randint(0, students // 8))
        table["ELL"].append(draw.randint(0, students // 5))
        table["FRL"].append(round(draw.random(), 3))
        table["Title1"].append(draw.choice(["Yes", "No", "YES", "no"]))
        table["Region"].append(draw.choice([*REGIONS, "r03"]) if draw.random() > 0.01 else "R99")
    return table


def weights() -> dict[str, list[Any]]:
    """Twelve regions with a weight and an adjustment."""
    draw = random.Random(7)  # noqa: S311
    rows = [(code, round(0.9 + draw.random() * 0.3, 4), draw.randint(0, 20) * 500) for code in REGIONS]
    return {name: [row[i] for row in rows] for i, name in enumerate(("Code", "Weight", "Adj"))}


class Handwritten:
    """The same chain in numpy as a programmer would write it, with texts coded beforehand."""

    def __init__(self, table: dict[str, list[Any]]) -> None:
        self.students = np.array([each or 0 for each in table["Enrolment"]], dtype=float)
        self.ratio, self.cap, self.special, self.learners, self.lunch = (
            np.array(table[name], dtype=float) for name in ("Ratio", "Cap", "SpEd", "ELL", "FRL")
        )
        self.level, self.levels = self._coded(table["Level"])
        self.model, self.models = self._coded(table["Model"])
        self.title, self.titles = self._coded(table["Title1"])
        place = {code: number for number, code in enumerate(REGIONS)}
        self.region = np.array([place.get(each.upper(), 12) for each in table["Region"]])
        given = weights()
        self.weight = np.array([*given["Weight"], 1.0])
        self.adjustment = np.array([*map(float, given["Adj"]), 0.0])

    @staticmethod
    def _coded(texts: list[str]) -> tuple[np.ndarray, dict[str, int]]:
        codes: dict[str, int] = {}
        return np.array([codes.setdefault(text.upper(), len(codes)) for text in texts]), codes

    @staticmethod
    def _rounded(x: np.ndarray, places: int) -> np.ndarray:
        factor = 10.0**places
        size = np.floor(np.abs(x) * factor * (1 + 4e-16) + 0.5) / factor
        return np.copysign(size, x)

    def run(self, base: float) -> dict[str, np.ndarray]:
        """The two columns whose totals are compared."""
        rounded = self._rounded
        with np.errstate(all="ignore"):
            least = np.minimum(self.ratio, self.cap)
            virtual = self.model == self.models["VIRTUAL"]
            teachers = np.where(
                virtual, np.ceil(self.students / least - 1e-9), rounded(self.students / self.ratio * 2, 0) / 2
            )
            teachers[self.ratio == 0] = 0
        factors = {"ELEMENTARY": 1, "MIDDLE": 1.05, "HIGH": 1.15}
        factor = np.array([factors.get(level, 1) for level in self.levels])[self.level]
        weighted = self.students * factor + self.special * 0.9 + self.learners * 0.25
        poor = (self.lunch >= 0.4) & ((self.title == self.titles["YES"]) | (self.students < 300))
        poverty = np.where(poor, rounded(self.students * self.lunch * 0.125, 2), 0)
        amount = rounded((weighted + poverty) * base * self.weight[self.region], 2)
        small = np.maximum(0, np.minimum(25000, (300 - self.students) * NAMES["SmallRate"]))
        total = np.bincount(self.region, amount, 13)[:13]
        share = np.where(self.region < 12, amount / np.where(total[self.region] == 0, 1, total[self.region]), 0)
        cost = teachers * NAMES["TeacherCost"] * np.where(self.level == self.levels["HIGH"], 1.1, 1)
        final = rounded(amount + small + self.adjustment[self.region] + cost + share * NAMES["Pool"], 0)
        return {"BaseAlloc": amount, "Final": final}


def timed(work: Callable[[int], object], times: int) -> float:
    """The median time of a piece of work, in seconds."""
    spans = []
    for number in range(times):
        start = time.perf_counter()
        work(number)
        spans.append(time.perf_counter() - start)
    return statistics.median(spans)


def peak(work: Callable[[], object]) -> float:
    """The most memory that a piece of work held at once, in MB."""
    tracemalloc.start()
    work()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


def measured(rows: int, times: int = 9) -> None:
    """One size, printed."""
    table = schools(rows)
    frame = pd.DataFrame(table)
    by_hand = Handwritten(table)
    model = Model(FORMULAS, {"Weights": pd.DataFrame(weights())})
    prepared = model.prepare(frame)

    def fresh(_: int) -> object:
        return Model(FORMULAS, {"Weights": pd.DataFrame(weights())}).run(frame, NAMES)

    def first(_: int) -> object:
        return model.run(model.prepare(frame), NAMES)

    handles = [model.prepare(frame) for _ in range(times)]
    for handle in handles:
        model.run(handle, NAMES | {"Base": 1.0, "SmallRate": 1.0, "TeacherCost": 1.0, "Pool": 1.0})
        handle.last = None
    model.run(prepared, NAMES)
    hand = timed(lambda i: by_hand.run(7000.0 + i), times)
    rows_of = [
        ("numpy by hand", hand),
        ("DataFrame, first", timed(fresh, 3)),
        ("DataFrame, prepared anew", timed(first, 3)),
        ("DataFrame, again", timed(lambda i: model.run(frame, NAMES | {"Base": 7000.0 + i}), times)),
        ("prepared, first", timed(lambda i: model.run(handles[i], NAMES), times)),
        ("prepared, again", timed(lambda i: model.run(prepared, NAMES | {"Base": 7000.0 + i}), times)),
    ]
    print(f"\n{rows:,} rows")
    for label, seconds in rows_of:
        print(f"  {label:26s} {seconds * 1000:10.2f} ms {seconds / hand:8.2f} x")
    run = model.run(prepared, NAMES)
    truth = by_hand.run(NAMES["Base"])
    for name in ("BaseAlloc", "Final"):
        print(f"  total {name:10s} {run.column(name).numbers().sum():22.2f}   by hand {truth[name].sum():22.2f}")
    memory = peak(lambda: model.run(model.prepare(frame), NAMES)), peak(lambda: Handwritten(table).run(7345.67))
    print(f"  peak memory {memory[0]:.1f} MB, by hand {memory[1]:.1f} MB, {memory[0] / memory[1]:.2f} x")


def many_small() -> None:
    """A thousand formula columns over 113 schools, and a chain of 12 over 30 schools again and again."""
    formulas = {f"Line {i}": f"=ROUND([@Enrolment]/{i + 10}+[@SpEd]*Base,2)" for i in range(1000)}
    frame = pd.DataFrame(schools(113))
    print("\nMany small tables")
    once = timed(lambda _: Model(formulas).run(frame, NAMES), 3)
    print(f"  1,000 formulas x 113 rows, compiled and run {once * 1000:9.1f} ms")
    model = Model(FORMULAS, {"Weights": pd.DataFrame(weights())})
    prepared = model.prepare(pd.DataFrame(schools(30)))
    again = timed(lambda i: model.run(prepared, NAMES | {"Base": 7000.0 + i}), 101)
    print(f"  12 formulas x 30 rows, again                 {again * 1000:9.2f} ms")


KINDS = (
    "=ROUND([@Enrolment]/{0},1)",
    "=ROUND([@Enrolment]/{0}*[@FRL]+[@SpEd]*Base/10000,2)",
    '=IF([@Level]="High",ROUNDUP([@Enrolment]/{0},0),ROUND([@Enrolment]/{0}*2,0)/2)',
    "=IFS([@Enrolment]>=900,3,[@Enrolment]>={0}0,2,[@Enrolment]>0,1,TRUE,0)",
    "=MAX(0,MIN(25000,({0}0-[@Enrolment])*SmallRate))",
    '=IF(AND([@FRL]>=0.{0},[@Title1]="yes"),ROUND([@Enrolment]*[@FRL]*TeacherCost/1000,2),0)',
)


def rules(count: int) -> dict[str, str]:
    """As many formulas as a district may have: ratios, steps, bands, limits and conditions."""
    return {f"Rule {i}": KINDS[i % len(KINDS)].format(15 + i) for i in range(count)}


def aims() -> None:
    """The sizes that were asked for, each computed whole: nothing is kept from the run before."""
    print("\nWhole sizes")

    def whole(label: str, model: Model, table: dict[str, list[Any]], names: dict[str, Any], goal: float) -> None:
        prepared = model.prepare(pd.DataFrame(table))
        model.run(prepared, names)

        def run(number: int) -> object:
            prepared.last = None
            return model.run(prepared, names | {"Base": names["Base"] + number + 1})

        seconds = timed(run, 5)
        print(f"  {label:52s} {seconds * 1000:8.1f} ms   (aim {goal:g} s)")

    scenarios = np.linspace(5000, 9000, 1000)
    more = NAMES | {"Base": scenarios, "SmallRate": scenarios / 100, "TeacherCost": scenarios * 8}
    whole("98,000 schools x 100 rules", Model(rules(100)), schools(98_000), NAMES, 1)
    whole("113 schools x 60 rules x 1,000 scenarios", Model(rules(60)), schools(113), more, 2)
    summed = Model({"Sum": "=SUMIFS([Enrolment],[Level],[@Level],[Region],[@Region])"})
    whole("SUMIFS with two text criteria, 100,000 rows ask", summed, schools(100_000), NAMES, 0.05)


if __name__ == "__main__":
    for size in [int(each) for each in sys.argv[1:]] or SIZES:
        measured(size)
    many_small()
    aims()
