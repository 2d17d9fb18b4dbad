"""Boston FY2015 and FY2016: one rule of weighted dollars gives every published amount of a school to the dollar."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from apportion.allocation.staffing import staff
from apportion.errors import has_errors
from apportion.intake import read_tables
from tools.plans import table

if TYPE_CHECKING:
    from apportion.allocation.result import AllocationResult
    from apportion.tables import Table

HERE = Path(__file__).parent
BASE = {2015: 3922.69, 2016: 4028.47}
TOTAL = {2015: 1_566_331, 2016: 2_774_005}  # of the published amounts, README.md
PRINTED = {2015: 16, 2016: 18}  # weights and rates that the template has
# Ours and the printed one: 1.3 x 3,922.69 = 5,099.497, while a base from 3,922.6923 on (it is printed in cents) gives 5,100.
EXPLAINED = {2015: {"Grade: 3-5": (5099.0, 5100.0), "Grade: 9-12": (5099.0, 5100.0)}, 2016: {}}
YEARS = tuple(BASE)


def published(shared: Path) -> list[dict[str, str]]:
    """The rows of the school's template: category, item, and for each year students, weight, rate and amount."""
    text = (shared / "data" / "boston" / "boston_wsf_fy16_one_school.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def weights() -> list[dict[str, Any]]:
    """The planner's table Weights: the published weights of both years, each a line of its own."""
    rows = list(csv.DictReader((HERE / "weights.csv").read_text(encoding="utf-8").splitlines()))
    return [
        {
            "Weights": "WSF",
            "Student group": row["group"],
            "Year": float(year),
            "Weight": float(row[f"FY{year}"]),
            "Line": f"{row['category']}: {row['group']}",
            "Source": f"BPS FY16 weighted student funding templates, FY{year}",
        }
        for row in rows
        for year in YEARS
        if row[f"FY{year}"]
    ]


def planner(students: dict[int, dict[str, float]], rule: dict[str, Any]) -> dict[str, Table]:
    """One school, a projection and a scenario for each year, and one rule."""
    rows = {
        "Plan": [{"Setting": "District", "Value": "Boston Public Schools"}],
        "Schools": [{"Code": "S", "Name": "The school of the template"}],
        "Enrollment": [
            {"Projection": f"FY{year}", "School": "S", "Enrollment": sum(counts.values()), **counts}
            for year, counts in students.items()
        ],
        "JobTypes": [{"Job type": "Teacher", "Year": float(min(YEARS)), "Average cost": 1.0}],
        "Rules": [
            {"Line": "WSF", "Method": "weighted per-pupil dollars", "Of": "WSF", "Rate": "Base", "Per": "school"} | rule
        ],
        "Rates": [{"Rate": "Base", "Year": float(year), "Value": value} for year, value in BASE.items()],
        "Weights": weights(),
        "Scenarios": [
            {"Scenario": f"FY{year}", "Year": float(year), "Projection": f"FY{year}"} for year in students
        ],
    }
    return {name: table(name, each) for name, each in rows.items()}


def allocated(tables: dict[str, Table], year: int) -> AllocationResult:
    staffing = staff(read_tables(tables), f"FY{year}")
    assert not has_errors(staffing.findings), [str(each) for each in staffing.findings]
    assert staffing.result is not None
    return staffing.result


def numbers(shared: Path, year: int, column: str) -> dict[str, float]:
    """A column of the template by the line's name; a blank is 0."""
    return {
        f"{row['category']}: {row['item']}": float(row[f"fy{year % 100}_{column}"] or 0) for row in published(shared)
    }


@pytest.mark.parametrize("year", YEARS)
def test_every_amount_is_reproduced_to_the_dollar(shared: Path, year: int) -> None:
    students = {
        each: {row["item"]: float(row[f"fy{each % 100}_enroll"] or 0) for row in published(shared)} for each in YEARS
    }
    result = allocated(planner(students, {"Rounding": "half up", "Step": 1.0}), year)
    got = dict(zip(result.amounts["Line"], result.amounts["Dollars"], strict=True))
    expected = numbers(shared, year, "amount")
    assert {line: got.get(line, 0.0) for line in expected} == expected
    assert result.total_dollars == TOTAL[year]
    assert set(got) <= set(expected)


@pytest.mark.parametrize("year", YEARS)
def test_every_printed_rate_is_weight_times_base_in_whole_dollars(shared: Path, year: int) -> None:
    """One student of each group brings the rate that the template prints."""
    printed = {line: rate for line, rate in numbers(shared, year, "rate").items() if rate}
    students = {each: {row["item"]: 1.0 for row in published(shared)} for each in YEARS}
    result = allocated(planner(students, {"Rate step": 1.0}), year)
    got = dict(zip(result.amounts["Line"], result.amounts["Dollars"], strict=True))
    assert {line: (rate, printed[line]) for line, rate in got.items() if rate != printed[line]} == EXPLAINED[year]
    assert len(printed) == PRINTED[year]


def test_the_weights_entered_are_those_of_the_template(shared: Path) -> None:
    for year in YEARS:
        entered = {row["Line"]: row["Weight"] for row in weights() if row["Year"] == year}
        assert entered == {line: value for line, value in numbers(shared, year, "weight").items() if value}
