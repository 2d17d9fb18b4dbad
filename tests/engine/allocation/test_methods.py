"""Every method of the catalogue on cases worked out by hand or taken from a published formula."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from apportion.allocation.staffing import staff
from apportion.errors import has_errors
from apportion.intake import read_tables
from apportion.tables import Table, table_from_rows

CASES = Path(__file__).parents[2] / "cases" / "methods"
YEAR = 2027
LINE = "The line"


def cases() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.yaml")):
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
        found += [pytest.param(case, id=case["fact"]) for case in loaded]
    return found


def records(name: str, rows: list[dict[str, Any]]) -> Table:
    header = list(dict.fromkeys(key for row in rows for key in row))
    cells = [
        [float(v) if isinstance(v := row.get(key), int) and not isinstance(v, bool) else v for key in header]
        for row in rows
    ]
    return table_from_rows(name, header, cells)


def plan_of(case: dict[str, Any]) -> dict[str, Table]:
    """The planner's tables for a case: schools with counts by model or in person, one rule, what it needs."""
    schools, enrollment = [], []
    for code, given in case["schools"].items():
        by_model = {key: value for key, value in given.items() if isinstance(value, dict)}
        counts = {key: value for key, value in given.items() if key in ("Enrollment", "English learners")}
        schools.append(
            {"Code": code, "Name": f"School {code}"} | {k: v for k, v in given.items() if k not in {*by_model, *counts}}
        )
        for model, group in (by_model or {"In person": counts}).items():
            enrollment.append({"School": code, "Instructional model": model} | group)
    job = {"Job type": case["rule"].get("Job type", "Teacher"), "Year": YEAR}
    job |= case.get("job", {"Average cost": case.get("cost", 100000)})
    tables = {
        "Plan": [{"Setting": "District", "Value": "Case"}, {"Setting": "Fiscal year", "Value": str(YEAR)}],
        "Schools": schools,
        "Enrollment": enrollment,
        "JobTypes": [job],
        "Rules": [{"Line": LINE} | case["rule"]],
        "Rates": case.get("rates", []),
        "Bands": case.get("bands", []),
        "Adjustments": [{"Line": LINE} | each for each in case.get("adjustments", [])],
    }
    return {name: records(name, rows) for name, rows in tables.items() if rows}


@pytest.mark.parametrize("case", cases())
def test_method(case: dict[str, Any]) -> None:
    staffing = staff(read_tables(plan_of(case)))
    assert not has_errors(staffing.findings), [str(each) for each in staffing.findings]
    assert staffing.result is not None
    rows = staffing.result.amounts.set_index("School")
    for school, expected in case["expect"].items():
        for column, value in expected.items():
            name = {"fte": "FTE", "dollars": "Dollars", "count": "Count", "rate": "Rate"}[column]
            actual = rows[name].get(school, 0.0)
            assert actual == pytest.approx(value, abs=1e-9), (school, column)
    for school, sentence in case.get("why", {}).items():
        assert rows["Why"][school] == sentence
