"""Laws that hold for any plan: totals tie, independent rules commute, and the file form changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apportion.allocation.result import AllocationResult
from apportion.allocation.staffing import staff
from apportion.intake import read_tables
from apportion.tables import Table, table_from_rows
from apportion.workbook.book import open_book
from apportion.workbook.csvfolder import write_folder
from tools.plans import plan, table

LEVELS = ("Elementary", "Middle", "High")
ratios = st.integers(1, 400)
rules = st.fixed_dictionaries(
    {
        "Method": st.sampled_from(["fixed FTE", "ratio FTE", "per-pupil dollars", "formula"]),
        "Rate": ratios.map(float),
        "Rounding": st.sampled_from(["none", "half up", "up", "down", "truncate"]),
        "Step": st.sampled_from([1.0, 0.5, 0.2, 0.1, 0.01]),
        "Applies to": st.sampled_from([None, '[@Level]="High"', "[@Enrollment]>=300"]),
        "Per": st.sampled_from(["school", "school and model"]),
        "Minimum": st.sampled_from([None, 0.5]),
        "Fund": st.sampled_from(["General", "Title I", None]),
    }
)
schools = st.lists(
    st.tuples(st.integers(0, 2000), st.integers(0, 500), st.sampled_from(LEVELS)), min_size=1, max_size=8
)


def allocated(tables: dict[str, Table]) -> AllocationResult:
    staffing = staff(read_tables(tables))
    assert staffing.result is not None, [str(each) for each in staffing.findings]
    return staffing.result


def by_school_and_line(result: AllocationResult) -> dict[tuple[str, str], tuple[float, float, str]]:
    rows = result.amounts
    return {(row.School, row.Line): (row.FTE, row.Dollars, row.Why) for row in rows.itertuples()}


@settings(max_examples=40, deadline=None)
@given(schools, st.lists(rules, min_size=1, max_size=5))
def test_every_total_ties_to_the_cent(
    given_schools: list[tuple[int, int, str]], given_rules: list[dict[str, Any]]
) -> None:
    """Lines are whole cents; by school, by line and by fund they add up to the same total."""
    result = allocated(plan(given_schools, given_rules))
    cents = (result.amounts["Dollars"] * 100).round()
    assert (abs(result.amounts["Dollars"] * 100 - cents) < 1e-3).all()
    for key in ("School", "Line", "Fund"):
        assert round(cents.groupby(result.amounts[key]).sum().sum()) == round(result.total_dollars * 100)


@settings(max_examples=25, deadline=None)
@given(schools, st.lists(rules, min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_independent_rules_commute(
    given_schools: list[tuple[int, int, str]], given_rules: list[dict[str, Any]], random: Any
) -> None:
    """The order of rules that do not name each other's lines changes no amount and no sentence."""
    tables = plan(given_schools, given_rules)
    rows = list(zip(*tables["Rules"].cells.values(), strict=True))
    random.shuffle(rows)
    shuffled = tables | {"Rules": table_from_rows("Rules", tables["Rules"].columns, rows)}
    assert by_school_and_line(allocated(shuffled)) == by_school_and_line(allocated(tables))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(schools, st.lists(rules, min_size=1, max_size=4))
def test_a_plan_as_csv_allocates_the_same(
    tmp_path: Path, given_schools: list[tuple[int, int, str]], given_rules: list[dict[str, Any]]
) -> None:
    tables = plan(given_schools, given_rules)
    write_folder(tables, tmp_path)
    assert by_school_and_line(allocated(dict(open_book(tmp_path).tables))) == by_school_and_line(allocated(tables))


def test_a_line_is_never_split_into_parts_of_a_cent() -> None:
    """A third of a cent at each of three schools is no cent at any of them."""
    tables = plan([(1, 0, "High")] * 3, [])
    tables["Rules"] = table(
        "Rules", [{"Line": "Tiny", "Method": "per-pupil dollars", "Group": "Enrollment", "Rate": 0.0049}]
    )
    assert allocated(tables).total_dollars == pytest.approx(0.0, abs=0)
