"""Every method of the catalogue at every grain, on cases worked out by hand or taken from a published formula."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from apportion.allocation.catalogue import METHODS
from apportion.allocation.staffing import staff
from apportion.errors import has_errors
from apportion.intake import read_tables
from apportion.schema import METHODS as METHOD_NAMES
from apportion.tables import Table
from tools.plans import table

CASES = Path(__file__).parents[2] / "cases" / "methods"
YEAR = 2027
LINE = "The line"
# What stands in Enrollment; everything else of a school is a characteristic. A case adds names with `counts`.
COUNTS = {"Enrollment", "English learners", "At-risk", "PK", "K", *(f"Grade {grade}" for grade in range(1, 13))}
MEASURES = {"fte": "FTE", "dollars": "Dollars", "count": "Count", "rate": "Rate"}
# Tables that a case gives row by row, as a planner has them.
GIVEN = {
    "rates": "Rates", "bands": "Bands", "student_groups": "StudentGroups", "weights": "Weights", "bundles": "Bundles",
    "prior": "PriorYear", "funding": "Funding", "fund_years": "FundYears", "changes": "Changes",
    "scenarios": "Scenarios",
}  # fmt: skip


def loaded() -> list[dict[str, Any]]:
    return [case for path in sorted(CASES.glob("*.yaml")) for case in yaml.safe_load(path.read_text(encoding="utf-8"))]


def rules_of(case: dict[str, Any]) -> list[dict[str, Any]]:
    """The rules of a case; one without a Line gives the line under test."""
    return [{"Line": LINE} | rule for rule in case.get("rules", [case.get("rule")])]


def records(name: str, rows: list[dict[str, Any]]) -> Table:
    whole = [{key: float(v) if type(v) is int else v for key, v in row.items()} for row in rows]
    return table(name, whole)


def enrollment_of(case: dict[str, Any], projection: str, schools: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of Enrollment: counts by model, or in person where a school does not tell its models apart."""
    counted = COUNTS | set(case.get("counts", ()))
    rows = []
    for code, given in schools.items():
        by_model = {key: value for key, value in given.items() if isinstance(value, dict)}
        in_person = {key: value for key, value in given.items() if key in counted}
        for model, counts in (by_model or {"In person": in_person}).items():
            rows.append({"Projection": projection, "School": code, "Instructional model": model} | counts)
    return rows


def plan_of(case: dict[str, Any]) -> dict[str, Table]:
    """The planner's tables for a case: schools with counts by model or in person, its rules, what they need."""
    counted = COUNTS | set(case.get("counts", ()))
    own = {
        code: {key: value for key, value in given.items() if key not in counted and not isinstance(value, dict)}
        for code, given in case["schools"].items()
    }
    others = case.get("projections", {})
    jobs = dict.fromkeys((rule.get("Job type", "Teacher") for rule in rules_of(case)), case.get("cost", 100000))
    costs = {job: {"Average cost": cost} for job, cost in (jobs | case.get("jobs", {})).items()}
    if "job" in case:
        costs = dict.fromkeys(costs, case["job"])
    tables = {
        "Plan": [{"Setting": "District", "Value": "Case"}, {"Setting": "Fiscal year", "Value": str(YEAR)}],
        "Schools": [{"Code": code, "Name": f"School {code}"} | each for code, each in own.items()],
        "Enrollment": [
            row
            for name, schools in {"Base": case["schools"], **others}.items()
            for row in enrollment_of(case, name, schools)
        ],
        "JobTypes": [{"Job type": job, "Year": YEAR} | cost for job, cost in costs.items()],
        "Rules": rules_of(case),
        "Scenarios": [{"Scenario": "Base", "Projection": "Base"}] if others else [],
        "Adjustments": [{"Line": LINE} | each for each in case.get("adjustments", [])],
        **{name: case.get(key, []) for key, name in GIVEN.items() if key in case},
    }
    return {name: records(name, rows) for name, rows in tables.items() if rows}


@pytest.mark.parametrize("case", [pytest.param(case, id=case["fact"]) for case in loaded()])
def test_method(case: dict[str, Any]) -> None:
    """A case expects the amounts of its line (`expect`) and of others (`lines`), and what each fund pays (`paid`)."""
    staffing = staff(read_tables(plan_of(case)), case.get("scenario"))
    assert not has_errors(staffing.findings), [str(each) for each in staffing.findings]
    assert staffing.result is not None
    rows = staffing.result.amounts.set_index(["School", "Line"])
    lines = {LINE: case.get("expect", {})} | case.get("lines", {})
    for line, by_school in lines.items():
        for school, expected in by_school.items():
            for measure, value in expected.items():
                actual = rows[MEASURES[measure]].get((school, line), 0.0)
                assert actual == pytest.approx(value, abs=1e-9), (line, school, measure)
    for school, sentence in case.get("why", {}).items():
        line, _, code = school.rpartition(" @ ")
        assert rows["Why"][code, line or LINE] == sentence
    paid = staffing.result.funding.set_index(["School", "Line", "Fund"])["Dollars"]
    for line, by_school in case.get("paid", {}).items():
        for school, by_fund in by_school.items():
            got = {fund: paid.get((school, line, fund), 0.0) for fund in by_fund}
            assert got == pytest.approx(by_fund, abs=1e-9), (line, school)


def test_every_case_says_its_source_and_expects_an_amount() -> None:
    for case in loaded():
        assert case["source"]
        assert case.get("expect") or case.get("lines") or case.get("paid"), case["fact"]


def test_no_two_cases_state_the_same_fact() -> None:
    facts = [case["fact"] for case in loaded()]
    assert sorted(set(facts)) == sorted(facts)


@pytest.mark.parametrize(("method", "grain"), [(each.name, grain) for each in METHODS for grain in each.grains])
def test_every_method_has_a_case_at_every_grain(method: str, grain: str) -> None:
    """Somewhere a case expects the amounts of a line that this method gives at this grain."""
    usual = {each.name: each.grains[0] for each in METHODS}
    covered = {
        (rule["Method"], rule.get("Per", usual[rule["Method"]]))
        for case in loaded()
        for rule in rules_of(case)
        if rule["Line"] in ({LINE: case.get("expect")} | case.get("lines", {})) or rule["Method"] == "bundle"
    }
    assert (method, grain) in covered


def test_the_catalogue_has_a_row_for_every_word_of_the_drop_down() -> None:
    assert {each.name for each in METHODS} == set(METHOD_NAMES)
