"""DCPS FY2016: seven rules reproduce the published staffing, every exception is named, and every total ties."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from apportion.allocation.staffing import Staffing, staff
from apportion.errors import has_errors
from apportion.intake import read_tables
from golden.dcps_fy16.dcps_fy16 import COSTS, RULE_COLUMNS, exceptions, planner_tables, published, rule_rows

if TYPE_CHECKING:
    from pathlib import Path

TOTAL = 588_419_656.57  # published, data/README.md

# line, level asked for by the rule ("" is every school): schools it reaches, and at least so many reproduce.
REPRODUCED = [
    ("Principal", ("",), 113, 110),
    ("Assistant principal", ("Middle", "High"), 27, 26),
    ("Assistant principal", ("Elementary",), 65, 63),
    ("Guidance counselor", ("High",), 15, 15),
    ("Librarian", ("",), 113, 110),
    ("ELL counselor", ("",), 113, 113),
    ("Related-arts teachers", ("Elementary",), 65, 51),
]


@cache
def rules_alone(folder: Path) -> Staffing:
    """The seven rules without any adjustment."""
    return staff(read_tables(planner_tables(folder)))


@cache
def whole_plan(folder: Path) -> Staffing:
    """The rules, and everything else that was published as adjustments."""
    return staff(read_tables(planner_tables(folder, given_by_rules(folder))))


@cache
def given_by_rules(folder: Path) -> dict[tuple[str, str], float]:
    result = rules_alone(folder).result
    assert result is not None
    rows = result.amounts
    return dict(zip(zip(rows["School"], rows["Line"], strict=True), rows["FTE"], strict=True))


@pytest.fixture
def dcps(shared: Path) -> Path:
    return shared / "data" / "dcps"


def test_the_plan_has_no_errors(dcps: Path) -> None:
    assert not has_errors(whole_plan(dcps).findings)


@pytest.mark.parametrize(("line", "levels", "reached", "least"), REPRODUCED)
def test_schools_that_a_rule_alone_reproduces(
    dcps: Path, line: str, levels: tuple[str, ...], reached: int, least: int
) -> None:
    """Published dollars / published average cost is the FTE that the rule gives, at least at so many schools."""
    schools = rules_alone(dcps).result.schools  # type: ignore[union-attr]
    codes = schools["Code"] if levels == ("",) else schools["Code"][schools["Level"].isin(levels)]
    cost = COSTS[next(row["Job type"] for row in rule_rows() if row["Line"] == line)]
    amounts, given = published(dcps), given_by_rules(dcps)
    differ = {code for code in codes if abs(amounts[code][line] / cost - given.get((code, line), 0.0)) > 1e-6}
    explained = {school for school, of in exceptions() if of == line}
    assert len(codes) == reached
    assert len(codes) - len(differ) >= least
    assert differ == explained & set(codes)


def test_every_exception_says_what_was_published_and_what_the_rule_gives(dcps: Path) -> None:
    amounts, given = published(dcps), given_by_rules(dcps)
    jobs = {row["Line"]: row["Job type"] for row in rule_rows()}
    for (school, line), row in exceptions().items():
        assert float(row["Published"]) == pytest.approx(amounts[school][line] / COSTS[jobs[line]], abs=1e-6), (
            school,
            line,
        )
        assert float(row["Rule"]) == pytest.approx(given.get((school, line), 0.0), abs=1e-9), (school, line)
        assert row["Why"]


def test_no_rule_names_a_school(dcps: Path) -> None:
    schools = rules_alone(dcps).result.schools  # type: ignore[union-attr]
    text = " ".join(
        value for row in rule_rows() for key, value in row.items() if key in ("Applies to", "Rate", "Group")
    )
    assert not [code for code in (*schools["Code"], *schools["Name"]) if f'"{code}"' in text]


def test_every_line_of_every_school_ties_within_a_cent(dcps: Path) -> None:
    result = whole_plan(dcps).result
    assert result is not None
    ours = {(row.School, row.Line): row.Dollars for row in result.amounts.itertuples()}
    for school, lines in published(dcps).items():
        for line, dollars in lines.items():
            if line:
                assert ours.get((school, line), 0.0) == pytest.approx(dollars, abs=0.005 + 1e-6), (school, line)


def test_school_totals_and_the_district_total_tie(dcps: Path) -> None:
    result = whole_plan(dcps).result
    assert result is not None
    amounts = published(dcps)
    by_school = result.amounts.groupby("School")["Dollars"].sum()
    for school, lines in amounts.items():
        assert by_school[school] == pytest.approx(lines[""], abs=0.01 * len(lines)), school
    assert len(by_school) == 113
    assert result.total_dollars == pytest.approx(TOTAL, abs=1.0)
    assert set(RULE_COLUMNS) <= set(result.amounts["Line"])
