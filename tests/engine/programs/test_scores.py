"""Scores of programs: cases worked out by hand, laws, the cell functions, agreement between raters."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from apportion.functions_programs import NOT_PLACED, QUADRANTS, quadrant
from apportion.functions_programs import score as score_function
from apportion.programs.agreement import UNDEFINED, agreement, in_words
from apportion.programs.rubric import Scores, score
from apportion.schema_rubric import AXES
from tools import programs as made

CASES = Path(__file__).parents[2] / "cases" / "programs" / "scores.yaml"
NAN = float("nan")


def loaded() -> list[dict[str, Any]]:
    return yaml.safe_load(CASES.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def scored(case: dict[str, Any]) -> Scores:
    program = {"Code": "P", "Program": "The program", "Origin": case.get("origin", "grant-funded"), "Owner": case.get("owner")}
    program["Students taking part"] = case.get("students")
    costs = [
        {"Program": "P", "Year": float(year), "Fund": fund, "Dollars": float(dollars)}
        for year, fund, dollars in case.get("costs", [[2027, "General", 0]])
    ]
    more: dict[str, Any] = {"Criteria": made.criteria(case.get("weights"), case.get("roles"))}
    owners = case.get("owner_of", {})
    more["Raters"] = [{"Rater": name, "Owner of": owners.get(letter)} for letter, name in made.RATERS.items()]
    if "participation" in case:
        more["Schools"] = [{"Code": "110", "Name": "Elm"}, {"Code": "116", "Name": "Oak"}]
        more["Participation"] = [
            {"Program": "P", "School": school, "Student group": group or None, "Taking part": float(part)}
            for school, group, part in case["participation"]
        ]
    said = {name: float(value) for name, value in case.get("settings", {}).items()}
    return score(made.portfolio(made.tables([program], made.ratings("P", case["ratings"]), costs, settings=said, **more)))


def same(found: Any, expected: Any) -> bool:
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    if expected is None:
        return math.isnan(found)
    if isinstance(expected, str | bool):
        return bool(found == expected)
    return bool(found == pytest.approx(expected, rel=1e-12))


@pytest.mark.parametrize("case", loaded(), ids=lambda case: case["fact"][:70])
def test_cases_worked_out_by_hand(case: dict[str, Any]) -> None:
    scores = scored(case)
    row = scores.programs.iloc[0]
    found = {name: row[name] for name in case["expect"]}
    assert {name: value for name, value in found.items() if not same(value, case["expect"][name])} == {}
    by_criterion = scores.criteria.set_index("Criterion")
    for part, expected in case.get("criteria", {}).items():
        about = by_criterion.loc[made.PARTS[part][0]]
        assert {name: about[name] for name, value in expected.items() if not same(about[name], value)} == {}


# -- laws -------------------------------------------------------------------------------------------------------------

GIVEN = st.sampled_from(["-", 0, 1, 2, 3, 4])
BY_RATER = st.fixed_dictionaries(dict.fromkeys(made.RATERS, GIVEN))
ONE = st.fixed_dictionaries(dict.fromkeys(made.PARTS, BY_RATER))
PORTFOLIO = st.lists(ONE, min_size=1, max_size=4)
WEIGHTS = st.fixed_dictionaries(dict.fromkeys(made.PARTS, st.sampled_from([0.1, 0.25, 1.0, 2.0, 7.0])))
NUMBERS = ["Priorities", "Outcomes", "Coverage", "Owner priorities", "Owner outcomes", "Value", "Range"]
WORDS = ["Place", "Named", "Missing"]
NAMING, WORD = ["Could be", "Differ"], re.compile(r"[\w.]*\w")


def review(rated: list[Any], weights: Any = None, order: Any = None, raters: Any = None, names: Any = None) -> Scores:
    """Programs P0, P1, ..., the first owned by Bo Lee; `order` and `raters` are orders of rows, `names` new names."""
    called = names or (lambda name: name)
    codes = [f"P{number}" for number in range(len(rated))]
    programs = [
        {"Code": called(code), "Program": f"Program {code}", "Owner": "Bo Lee" if code == "P0" else "Nobody", "Origin": "legacy"}
        for code in codes
    ]
    rows = [
        {**row, "Program": called(row["Program"])}
        for code, each in zip(codes, rated, strict=True)
        for row in made.ratings(code, each)
    ]
    costs = [{"Program": called(code), "Year": 2027.0, "Fund": "General", "Dollars": 1000.0} for code in codes]
    people = [{"Rater": name} for name in made.RATERS.values()]
    if order is not None:
        programs, rows, costs = programs[::-1], order(rows), costs[::-1]
    if raters is not None:
        people = raters(people)
    return score(made.portfolio(made.tables(programs, rows, costs, Criteria=made.criteria(weights), Raters=people)))


def alike(one: Scores, other: Scores, names: Any = None) -> None:
    """Both say the same of the same programs; raters may be named in another order."""
    left, right = (each.programs.set_index("Code") for each in (one, other))
    assert sorted(names(code) if names else code for code in left.index) == sorted(right.index)
    assert one.agreement == pytest.approx(other.agreement, rel=1e-9, nan_ok=True)
    for code in left.index:
        ours, theirs = left.loc[code], right.loc[names(code) if names else code]
        assert ours[NUMBERS].astype(float).tolist() == pytest.approx(theirs[NUMBERS].astype(float).tolist(), rel=1e-12, nan_ok=True)
        assert ours[WORDS].tolist() == theirs[WORDS].tolist()
        assert [sorted(WORD.findall(ours[name])) for name in NAMING] == [sorted(WORD.findall(theirs[name])) for name in NAMING]


@given(PORTFOLIO, WEIGHTS)
@settings(max_examples=25, deadline=None)
def test_scores_never_leave_0_to_4(rated: list[Any], weights: Any) -> None:
    scores = review(rated, weights)
    for name in ("Priorities", "Outcomes", "Owner priorities", "Owner outcomes", "Value"):
        assert scores.programs[name].dropna().between(0, 4).all()
    assert scores.programs["Coverage"].between(0, 1).all()
    assert set(scores.programs["Place"]) <= {*QUADRANTS.values(), NOT_PLACED}


@given(PORTFOLIO, st.sampled_from(list(made.PARTS)), st.sampled_from([0.5, 3.0]))
@settings(max_examples=25, deadline=None)
def test_a_criterion_that_nobody_rated_moves_no_score(rated: list[Any], part: str, weight: float) -> None:
    """Its weight may be anything: neither score moves, only what is rated of the axis."""
    blank = [{**each, part: dict.fromkeys(made.RATERS, "-")} for each in rated]
    light, heavy = (review(blank, {part: weight * factor}) for factor in (1, 100))
    for name in ("Priorities", "Outcomes"):
        assert light.programs[name].tolist() == pytest.approx(heavy.programs[name].tolist(), nan_ok=True)


@given(PORTFOLIO, st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_order_of_programs_raters_and_rows_does_not_matter(rated: list[Any], chance: Any) -> None:
    def shuffled(rows: list[Any]) -> list[Any]:
        return chance.sample(rows, len(rows))

    alike(review(rated), review(rated, order=shuffled, raters=shuffled))


@given(PORTFOLIO)
@settings(max_examples=25, deadline=None)
def test_names_of_programs_do_not_matter(rated: list[Any]) -> None:
    def called(code: str) -> str:
        return f"{code[1:]}-x"

    alike(review(rated), review(rated, names=called), called)


@given(PORTFOLIO, WEIGHTS, st.sampled_from([0.01, 3.0, 1000.0]))
@settings(max_examples=25, deadline=None)
def test_scaling_all_weights_does_not_matter(rated: list[Any], weights: Any, factor: float) -> None:
    alike(review(rated, weights), review(rated, {part: weight * factor for part, weight in weights.items()}))


@given(PORTFOLIO, WEIGHTS)
@settings(max_examples=25, deadline=None)
def test_the_cell_functions_say_the_same(rated: list[Any], weights: Any) -> None:
    """SCORE over the criteria of an axis and QUADRANT over both scores, as a person would call them in cells."""
    scores = review(rated, weights)
    for program in scores.programs.to_dict("records"):
        own = scores.criteria[(scores.criteria["Code"] == program["Code"]) & (scores.criteria["Role"] == "score")]
        both = []
        for axis, name in zip(AXES, ("Priorities", "Outcomes"), strict=True):
            rows = own[own["Axis"] == axis]
            cells = [["NR" if math.isnan(each) else each for each in rows["Score"]]]
            both.append(score_function(cells, [rows["Weight"].tolist()]))
            assert both[-1] == ("NR" if math.isnan(program[name]) else pytest.approx(program[name], rel=1e-12))
        enough = min(program["Priorities coverage"], program["Outcomes coverage"]) >= 0.75
        assert program["Place"] == (quadrant(*both) if enough else NOT_PLACED)


# -- agreement --------------------------------------------------------------------------------------------------------

# Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), section C: 4 observers, 12 units.
PUBLISHED = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
    [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
]


def test_agreement_is_that_of_the_published_example() -> None:
    assert agreement(np.array(PUBLISHED).T) == pytest.approx(0.849, abs=0.0005)


def test_agreement_is_not_defined_without_two_scores_or_without_difference() -> None:
    assert math.isnan(agreement(np.array([[1.0, NAN], [NAN, 3.0]])))
    assert math.isnan(agreement(np.array([[2.0, 2.0], [2.0, 2.0]])))
    assert math.isnan(agreement(np.empty((0, 3))))
    assert in_words(NAN) == UNDEFINED


@pytest.mark.parametrize(
    ("alpha", "begins"),
    [
        (1.0, "The raters read the rubric alike"), (0.8, "The raters read the rubric alike"),
        (0.7, "The raters mostly agree"), (0.3, "The raters often differ"), (-0.2, "The raters differ more than by chance"),
    ],
)  # fmt: skip
def test_what_agreement_means_in_words(alpha: float, begins: str) -> None:
    assert in_words(alpha).startswith(begins)


def test_the_owner_does_not_count_in_agreement() -> None:
    """Ana and Bo agree on two different scores; the owner, Cy, gives the opposite."""
    rated = {"W": {"A": 1, "B": 1, "C": 4}, "M": {"A": 4, "B": 4, "C": 0}}
    program = {"Code": "P", "Program": "One", "Owner": "Cy Dunn"}
    costs = [{"Program": "P", "Year": 2027.0, "Fund": "General", "Dollars": 1.0}]
    assert score(made.portfolio(made.tables([program], made.ratings("P", rated), costs))).agreement == 1.0
