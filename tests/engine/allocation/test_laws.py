"""Laws that hold for any plan: totals tie, parts add up, independent rules commute, and the file form changes nothing."""

from __future__ import annotations

import itertools
import math
import random as chance
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
from tools.plans import GRADES, PAIRS, drawn_plan, plan, table

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


seeds = st.integers(0, 10**9)


def drawn(seed: int) -> dict[str, Table]:
    """A plan over the whole catalogue, the same for the same seed."""
    draw = chance.Random(seed)  # noqa: S311 - hypothesis chooses the seed
    return drawn_plan(draw, draw.randint(1, 9), draw.choices(PAIRS, k=draw.randint(1, 8)))


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


def whole_cents(values: Any) -> list[int]:
    """Dollars as whole cents; an amount that has parts of a cent fails."""
    cents = [round(float(value) * 100) for value in values]
    assert [round(cent / 100, 2) for cent in cents] == [float(value) for value in values]
    return cents


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_every_total_of_any_plan_ties_to_the_cent(seed: int) -> None:
    """By school, by line and by fund the whole catalogue adds up to one total, and a line's funds to the line."""
    result = allocated(drawn(seed))
    total = round(result.total_dollars * 100)
    assert sum(whole_cents(result.amounts["Dollars"])) == total
    funds = result.by_fund.assign(cents=whole_cents(result.by_fund["Dollars"]))
    assert sum(funds["cents"]) == total
    of_line = funds.groupby(["School", "Line"])["cents"].sum().to_dict()
    amounts = dict(zip(zip(result.amounts["School"], result.amounts["Line"], strict=True), whole_cents(result.amounts["Dollars"]), strict=True))  # fmt: skip
    assert {key: cents for key, cents in of_line.items() if cents} == {key: cents for key, cents in amounts.items() if cents}


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_a_fund_that_pays_what_it_has_left_is_never_overspent(seed: int) -> None:
    """Title II pays "up to remaining" alone, so that all it pays is no more than it has."""
    result = allocated(drawn(seed))
    rows = result.by_fund[result.by_fund["Fund"] == "Title II"]
    assert sum(whole_cents(rows["Dollars"])) <= round(result.fund_amounts["Title II"] * 100)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seeds)
def test_any_plan_as_csv_allocates_the_same(tmp_path: Path, seed: int) -> None:
    """Of a plan with every table: amounts, sentences and what each fund pays."""
    folder = tmp_path / str(seed)
    write_folder(drawn(seed), folder)
    read, own = allocated(dict(open_book(folder).tables)), allocated(drawn(seed))
    assert by_school_and_line(read) == by_school_and_line(own)
    assert read.funding.to_dict("records") == own.funding.to_dict("records")


counts = st.one_of(st.just(0.0), st.integers(0, 5).map(float), st.integers(0, 3000).map(float), st.floats(0.25, 900.0))
pools = st.lists(
    st.tuples(st.integers(-(10**10), 10**10).map(lambda cents: cents / 100), st.sampled_from(["district", "campus"])),
    min_size=1, max_size=6,
)  # fmt: skip


def shared_plan(weights: list[float], rules: list[dict[str, Any]]) -> dict[str, Table]:
    """Schools of two campuses with one count each, and a line per rule."""
    codes = [f"S{number}" for number in range(len(weights))]
    tables = plan([(1, 0, "High")], [])
    tables["Schools"] = table("Schools", [{"Code": code, "Name": code, "Campus": "AB"[n % 2]} for n, code in enumerate(codes)])
    tables["Enrollment"] = table("Enrollment", [{"School": code, "Enrollment": weight} for code, weight in zip(codes, weights, strict=True)])
    tables["Rules"] = table("Rules", [{"Line": f"Line {n}", "Group": "Enrollment"} | rule for n, rule in enumerate(rules)])
    return tables


@settings(max_examples=40, deadline=None)
@given(st.lists(counts, min_size=1, max_size=12), pools)
def test_the_parts_of_a_pool_add_up_to_it_exactly(weights: list[float], given_pools: list[tuple[float, str]]) -> None:
    """For any counts every pool is given out to the cent, each school within a cent of its exact part, none without a count."""
    rules = [{"Method": "proportional share", "Rate": pool, "Per": grain} for pool, grain in given_pools]
    rows = allocated(shared_plan(weights, rules)).amounts
    for number, (pool, grain) in enumerate(given_pools):
        line = rows[rows["Line"] == f"Line {number}"]
        got = dict(zip(line["School"], whole_cents(line["Dollars"]), strict=True))
        for members in [range(len(weights))] if grain == "district" else [range(0, len(weights), 2), range(1, len(weights), 2)]:
            total = math.fsum(weights[n] for n in members)
            parts = {n: got.get(f"S{n}", 0) for n in members}
            assert sum(parts.values()) == (round(pool * 100) if total else 0)
            for n, part in parts.items():
                assert abs(part - (pool * 100 * weights[n] / total if total else 0)) < 1 + 1e-3
                assert weights[n] or not part


@settings(max_examples=30, deadline=None)
@given(st.lists(counts, min_size=1, max_size=12), st.lists(st.tuples(st.integers(-40, 400), st.sampled_from([1.0, 0.5, 0.2, 0.1, 0.25, 0.1667, 0.3, 2.5])), min_size=1, max_size=6))  # fmt: skip
def test_shared_steps_are_whole_and_add_up(weights: list[float], shares: list[tuple[int, float]]) -> None:
    """Positions of the district come to schools in whole steps (a day a week is 0.2) that add up to what is shared."""
    exact = {0.1667: 1 / 6}
    rules = [
        {"Method": "fixed FTE", "Rate": steps * exact.get(step, step), "Per": "district", "Share step": step, "Job type": "Teacher"}
        for steps, step in shares
    ]  # fmt: skip
    rows = allocated(shared_plan(weights, rules)).amounts
    for number, (steps, step) in enumerate(shares):
        parts = rows.loc[rows["Line"] == f"Line {number}", "FTE"] / exact.get(step, step)
        assert (abs(parts - parts.round()) < 1e-9).all()
        assert round(parts.sum()) == (steps if any(weights) else 0)


def classes(students: list[int], limit: int, together: int, most: float) -> int:
    """Classes of the grades of one school, in plain Python: full ones first, then neighbors whose rests fit together."""
    rests = [count % limit for count in students]
    made, saved, free = sum(-(-count // limit) for count in students), 0, True
    for low, high in itertools.pairwise(rests[1:]):  # kindergarten shares with nobody
        pair = free and saved < most and low > 0 and high > 0 and low + high <= together
        saved, free = saved + pair, not pair
    return made - saved


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 130), min_size=len(GRADES), max_size=len(GRADES)), min_size=1, max_size=12),
    st.integers(1, 35),
    st.integers(1, 40),
    st.sampled_from([None, 1.0]),
)
def test_sections_hold_everyone_and_no_grade_has_a_class_too_many(
    schools_given: list[list[int]], limit: int, together: int, most: float | None
) -> None:
    """Classes seat all students, fewer than one more per grade is staffed, and combining saves what it should."""
    by_grade = "school, model and grade"
    rule = {"Method": "sections", "Rate": float(limit), "Per": by_grade, "Job type": "Teacher", "Group": "All"}
    combining = {"Combine": "Upper", "Combination limit": float(together), "Combinations": most}
    tables = plan([(1, 0, "High")] * len(schools_given), [])
    tables["Enrollment"] = table(
        "Enrollment", [{"School": f"S{n}", **dict(zip(GRADES, map(float, each), strict=True))} for n, each in enumerate(schools_given)]
    )  # fmt: skip
    tables["StudentGroups"] = table("StudentGroups", [{"Student group": "All", "Adds up": ", ".join(GRADES)}, {"Student group": "Upper", "Adds up": ", ".join(GRADES[1:])}])  # fmt: skip
    tables["Rules"] = table("Rules", [{"Line": "Plain", **rule}, {"Line": "Combined", **rule, **combining}])
    rows = allocated(tables).amounts.set_index(["Line", "School"])["FTE"]
    for n, students in enumerate(schools_given):
        plain = rows.get(("Plain", f"S{n}"), 0.0)
        seats = sum(students) / limit
        assert seats <= plain < seats + len(GRADES)
        assert plain == classes(students, limit, 0, 0)
        assert rows.get(("Combined", f"S{n}"), 0.0) == classes(students, limit, together, most or math.inf)
