"""DCPS FY2016: what rules alone reproduce of the published budget, every exception is named, and every total ties."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from apportion.errors import has_errors
from golden.dcps_fy16.dcps_fy16 import (
    HERE,
    RULE,
    at_risk_lines,
    costs,
    exceptions,
    following,
    lines,
    lines_by_rule,
    planner_tables,
    prior_totals,
    published,
    rules_alone,
    whole_plan,
)

if TYPE_CHECKING:
    from pathlib import Path

    from golden.dcps_fy16.dcps_fy16 import Pairs

TOTAL = 588_419_656.57  # published, data/README.md
# Floors of what rules alone carry; they may only rise.
PAIRS, NONZERO, DOLLARS = 2_238, 2_136, 300_549_613.67
HALF_A_CENT = 0.005

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

# Line: the pairs of school and line that its rules reach, at least so many reproduce from counts alone, and at least
# so many when a line that it counts stands as published.
LINES = {
    "Principal": (113, 110, 110),
    "Assistant principal": (87, 82, 82),
    "Guidance counselor": (40, 40, 40),
    "Librarian": (113, 110, 110),
    "ELL counselor": (113, 113, 113),
    "Related-arts teachers": (78, 62, 62),
    "Business manager": (111, 108, 108),
    "Administrative aide": (113, 113, 113),
    "Clerk": (53, 53, 53),
    "Registrar": (19, 19, 19),
    "Attendance counselor": (21, 17, 17),
    "Custodial foreman": (110, 100, 100),
    "Instructional coach": (110, 109, 109),
    "Early childhood teachers": (78, 62, 62),
    "Early childhood aides": (78, 60, 72),
    "Kindergarten teachers": (78, 60, 60),
    "Kindergarten aides": (78, 60, 78),
    "Grade 1 teachers": (78, 60, 60),
    "Grade 2 teachers": (78, 59, 59),
    "Grade 3 teachers": (78, 53, 53),
    "Grade 4 teachers": (78, 55, 55),
    "Grade 5 teachers": (78, 49, 49),
    "Grades 6 to 8 teachers": (12, 9, 9),
    "Grades 9 to 12 teachers": (9, 7, 7),
    "ELL teachers": (42, 35, 35),
    "School psychologist": (107, 79, 79),
    "Social worker": (65, 40, 40),
    "Special education teachers": (12, 8, 8),
    "Middle-grades teachers": (27, 22, 22),
    "Exposures and excursions": (27, 27, 27),
    "Clubs and activities": (27, 27, 27),
    "Social-emotional funds": (27, 27, 27),
    "Middle-school athletics": (12, 12, 12),
    "Assistant principal for interventions": (8, 8, 8),
    "Reading specialist": (11, 8, 8),
    "Ninth-grade academy assistant principal": (8, 8, 8),
    "Athletic and activity coordinator": (17, 14, 14),
    "Computer lab premium": (19, 19, 19),
    "Administrative premium and custodial overtime": (113, 110, 110),
    "Student satisfaction": (107, 104, 104),
    "At-risk technology": (86, 81, 81),
    "Extended day": (58, 39, 39),
}


@pytest.fixture
def dcps(shared: Path) -> Path:
    return shared / "data" / "dcps"


def reproduced(dcps: Path, pairs: Pairs) -> set[tuple[str, str]]:
    """The pairs at which the published dollars and those of the rules agree within half a cent."""
    amounts, cost = published(dcps), costs()
    return {
        (school, line)
        for (school, line), given in pairs.items()
        if abs(amounts[school][line] - given * cost[line]) < HALF_A_CENT
    }


def test_the_plan_has_no_errors(dcps: Path) -> None:
    assert not has_errors(whole_plan(dcps).findings)


@pytest.mark.parametrize(("line", "levels", "reached", "least"), REPRODUCED)
def test_schools_that_a_rule_alone_reproduces(
    dcps: Path, line: str, levels: tuple[str, ...], reached: int, least: int
) -> None:
    """Published dollars / published average cost is the FTE that the rule gives, at least at so many schools."""
    schools = whole_plan(dcps).result.schools  # type: ignore[union-attr]
    codes = schools["Code"] if levels == ("",) else schools["Code"][schools["Level"].isin(levels)]
    amounts, given, cost = published(dcps), rules_alone(dcps), costs()[line]
    differ = {code for code in codes if abs(amounts[code][line] / cost - given.get((code, line), 0.0)) > 1e-6}
    explained = {school for school, of in exceptions() if of == line}
    assert len(codes) == reached
    assert len(codes) - len(differ) >= least
    assert differ == explained & set(codes)


@pytest.mark.parametrize("line", LINES)
def test_pairs_of_a_line_that_its_rules_alone_reproduce(dcps: Path, line: str) -> None:
    reached, least, least_following = LINES[line]
    alone = {pair: given for pair, given in rules_alone(dcps).items() if pair[1] == line}
    by_rule = {pair: given for pair, given in lines_by_rule(dcps).items() if pair[1] == line}
    assert len(alone) == reached
    assert len(reproduced(dcps, alone)) >= least
    assert len(reproduced(dcps, by_rule)) >= least_following


def test_every_line_with_rules_is_counted(dcps: Path) -> None:
    assert set(LINES) == {line for line, kind in lines().items() if kind == RULE}
    assert set(LINES) == {line for _, line in rules_alone(dcps)}


def test_a_rule_is_stated_only_where_it_reproduces_most_schools() -> None:
    """At least 60% of the schools that a line's rules reach."""
    assert not [line for line, (reached, least, _) in LINES.items() if least < 0.6 * reached]


def test_what_rules_alone_carry_may_only_rise(dcps: Path) -> None:
    """From counts alone, without any adjustment anywhere: a pair that differs counts nothing, not even in part."""
    amounts, same = published(dcps), reproduced(dcps, rules_alone(dcps))
    assert len(same) >= PAIRS
    assert sum(amounts[school][line] != 0 for school, line in same) >= NONZERO
    assert sum(amounts[school][line] for school, line in same) >= DOLLARS


def test_rules_and_adjustments_tie_to_the_published_total(dcps: Path) -> None:
    """What the rules carry, what they miss, and what enters as published is the published total, to the cent."""
    amounts, by_rule = published(dcps), lines_by_rule(dcps)
    same = reproduced(dcps, by_rule)
    carried = sum(amounts[school][line] for school, line in same)
    entered = sum(
        dollars for school, of in amounts.items() for line, dollars in of.items() if line and (school, line) not in same
    )
    assert carried + entered == pytest.approx(TOTAL, abs=HALF_A_CENT)
    result = whole_plan(dcps).result
    assert result is not None
    assert result.total_dollars == pytest.approx(TOTAL, abs=1.0)


def test_the_exceptions_are_the_pairs_that_rules_reach_and_do_not_reproduce(dcps: Path) -> None:
    by_rule = lines_by_rule(dcps)
    assert set(by_rule) - reproduced(dcps, by_rule) == set(exceptions()) & set(by_rule)


def test_every_exception_says_what_was_published_and_what_the_rule_gives(dcps: Path) -> None:
    amounts, given, cost = published(dcps), lines_by_rule(dcps), costs()
    for (school, line), row in exceptions().items():
        assert float(row["Published"]) == pytest.approx(amounts[school][line] / cost[line], abs=1e-6), (school, line)
        assert float(row["Rule"]) == pytest.approx(given.get((school, line), 0.0), abs=1e-6), (school, line)
        assert row["Why"]


def test_no_rule_names_a_school(dcps: Path) -> None:
    """Rules, bands and rates speak of level, counts and the share at risk, and of nothing that tells one school."""
    schools = whole_plan(dcps).result.schools  # type: ignore[union-attr]
    text = " ".join((HERE / name).read_text(encoding="utf-8") for name in ("rules.csv", "bands.csv", "rates.csv"))
    assert not [name for name in schools["Name"] if name.casefold() in text.casefold()]
    assert not [code for code in schools["Code"] if f'"{code}"' in text]
    named = set(re.findall(r"\[@\[?([^\]]+)\]", text))
    assert named == {
        "Level",
        "At-risk share",
        "Special education",
        "Early childhood teachers FTE",
        "Kindergarten teachers FTE",
    }


def test_only_aides_follow_another_line() -> None:
    assert following() == {"Early childhood aides", "Kindergarten aides"}


def test_every_line_of_every_school_ties_within_a_cent(dcps: Path) -> None:
    result = whole_plan(dcps).result
    assert result is not None
    ours = {(row.School, row.Line): row.Dollars for row in result.amounts.itertuples()}
    for school, of in published(dcps).items():
        for line, dollars in of.items():
            if line:
                assert ours.get((school, line), 0.0) == pytest.approx(dollars, abs=0.005 + 1e-6), (school, line)


def test_school_totals_and_the_district_total_tie(dcps: Path) -> None:
    result = whole_plan(dcps).result
    assert result is not None
    amounts = published(dcps)
    by_school = result.amounts.groupby("School")["Dollars"].sum()
    for school, of in amounts.items():
        assert by_school[school] == pytest.approx(of[""], abs=0.01 * len(of)), school
    assert len(by_school) == 113
    assert set(costs()) <= set(result.amounts["Line"])


def totals_before_floors(dcps: Path, without: set[str]) -> dict[str, float]:
    """Published dollars of a school's lines, without those that were granted later and those named."""
    later = {line for line, kind in lines().items() if kind == "granted later"}
    return {
        school: sum(dollars for line, dollars in of.items() if line and line not in later | without)
        for school, of in published(dcps).items()
    }


def test_no_school_gets_less_than_9000_dollars_a_student(dcps: Path) -> None:
    """PPFM is what the other lines, student satisfaction apart, are short of $9,000 x enrollment.

    At the sixth school the two differ by two teachers: the middle-grades band gives it two more than the record.
    """
    counts = planner_tables(dcps)["Enrollment"].cells
    enrollment = dict(zip(counts["School"], counts["Enrollment"], strict=True))
    before = totals_before_floors(dcps, {"PPFM", "Stabilization", "Student satisfaction"})
    paid = {school: of["PPFM"] for school, of in published(dcps).items() if of["PPFM"]}
    short = {school: 9000 * enrollment[school] - before[school] for school in paid}
    assert len(paid) == 6
    assert sum(short[school] == pytest.approx(paid[school], abs=HALF_A_CENT) for school in paid) == 5
    assert max(short[school] - paid[school] for school in paid) == pytest.approx(2 * 93040, abs=HALF_A_CENT)


def test_no_school_falls_below_95_percent_of_its_budget_of_the_year_before(dcps: Path) -> None:
    """Stabilization is what the lines before it are short of 95% of FY2015: at 96 of the 103 schools with both years."""
    before, amounts, prior = totals_before_floors(dcps, {"Stabilization"}), published(dcps), prior_totals(dcps)
    short = {school: max(0.0, 0.95 * prior[school] - before[school]) for school in amounts if school in prior}
    same = [school for school in short if abs(short[school] - amounts[school]["Stabilization"]) < HALF_A_CENT]
    assert (len(short), len(same)) == (103, 96)
    assert sum(amounts[school]["Stabilization"] > 0 for school in same) == 14


def test_at_risk_flex_fills_up_to_1871_dollars_10_a_student_at_risk(dcps: Path) -> None:
    """At 20 of the 23 schools that have it: the at-risk lines, central literacy support included, and the flex."""
    counts = planner_tables(dcps)["Enrollment"].cells
    students = dict(zip(counts["School"], counts["At-risk"], strict=True))
    flex = {school: of["At-Risk Flex"] for school, of in published(dcps).items() if of["At-Risk Flex"]}
    lines_at_risk = at_risk_lines(dcps)
    same = [s for s in flex if abs(lines_at_risk[s] + flex[s] - 1871.10 * students[s]) < HALF_A_CENT]
    assert (len(flex), len(same)) == (23, 20)
