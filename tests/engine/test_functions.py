"""Cell functions: cases worked out by hand (tests/cases/functions), their frozen signatures, and what always holds."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import apportion.functions
from apportion.functions_cells import BadArgument
from apportion.functions_money import limit, share
from apportion.registry import FUNCTIONS, BadCall, find_function

CASES = Path(__file__).parents[1] / "cases" / "functions"
MINE = {"FTE", "SECTIONS", "BAND", "WEIGHTED", "SHARE", "LIMIT", "SCORE", "QUADRANT", "PROGRESS", "AROI"}


def loaded() -> list[dict[str, Any]]:
    return [case for path in sorted(CASES.glob("*.yaml")) for case in yaml.safe_load(path.read_text(encoding="utf-8"))]


def called(case: dict[str, Any]) -> Any:
    entry = FUNCTIONS[case["call"]]
    return entry.call(*entry.arguments(case["args"]))


def named(kind: str) -> list[Any]:
    return [pytest.param(case, id=f"{case['call']}: {case['fact']}") for case in loaded() if kind in case]


@pytest.mark.parametrize("case", named("gives"))
def test_a_function_gives(case: dict[str, Any]) -> None:
    actual, expected = called(case), case["gives"]
    assert isinstance(actual, list) == isinstance(expected, list)
    for row, wanted in zip(actual, expected, strict=True) if isinstance(expected, list) else [([actual], [expected])]:
        for cell, value in zip(row, wanted, strict=True):
            assert type(cell) is (str if isinstance(value, str) else float)
            assert cell == (value if isinstance(value, str) else pytest.approx(value, rel=1e-15, abs=0))


@pytest.mark.parametrize("case", named("says"))
def test_an_error_says_what_is_wrong(case: dict[str, Any]) -> None:
    with pytest.raises(BadArgument) as error:
        called(case)
    assert case["says"] in str(error.value)
    assert str(error.value).endswith(".")


def test_every_case_has_a_source_and_a_fact_of_its_own() -> None:
    facts = [(case["call"], case["fact"]) for case in loaded()]
    assert sorted(set(facts)) == sorted(facts)
    assert all(case["source"] for case in loaded())
    assert {case["call"] for case in loaded()} == MINE


def test_names_and_order_of_arguments_are_frozen() -> None:
    """A workbook that was saved calls them by name and place: they may gain optional arguments at the end, no more."""
    frozen = (
        "FTE(students, ratio, [rounding], [step], [minimum], [maximum])",
        "SECTIONS(students, limit, [cohorts], [combination_limit])",
        "BAND(n, bands)",
        "WEIGHTED(counts, weights, base)",
        "SHARE(amount, weights, [step])",
        "LIMIT(prior, formula, maximum_loss, maximum_gain, [pool])",
        "SCORE(scores, weights)",
        "QUADRANT(priorities, outcomes, [priority_threshold], [outcome_threshold])",
        "PROGRESS(baseline, target, actual)",
        "AROI(gain, students, dollars)",
    )
    assert tuple(FUNCTIONS[each.partition("(")[0]].usage for each in frozen) == frozen
    assert set(FUNCTIONS) <= set(apportion.functions.ORDER)


def test_a_function_is_found_as_people_write_it() -> None:
    assert find_function("=apportion.fte") is FUNCTIONS["FTE"]
    with pytest.raises(LookupError, match=r'There is no function "FTEE"\. Nearest: "FTE"'):
        find_function("FTEE")


def test_too_many_and_too_few_arguments() -> None:
    with pytest.raises(BadCall, match=r"BAND takes at most 2 arguments, and 3 are given. Write BAND\(n, bands\)."):
        FUNCTIONS["BAND"].arguments([1, 2, 3])
    with pytest.raises(BadCall, match="AROI needs students and dollars"):
        FUNCTIONS["AROI"].arguments([1])


AMOUNTS = st.floats(0, 1e7).map(lambda x: round(x, 2))
SHARES = st.none() | st.floats(0, 1).map(lambda x: round(x, 3))


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 3000), min_size=2, max_size=40), st.sampled_from([1, 5, 10, 100]))
def test_shares_add_up_in_whole_steps(steps: int, weights: list[int], per_one: int) -> None:
    """Nobody is more than a step away from the exact part, and a larger weight never gets less."""
    if not any(weights):
        return
    rows = share(steps / per_one, [[each] for each in weights], 1 / per_one)
    parts = [round(row[0] * per_one) for row in rows]
    assert [row[0] for row in rows] == [part / per_one for part in parts]
    assert sum(parts) == steps
    exact = [steps * each / sum(weights) for each in weights]
    assert all(abs(part - each) < 1 for part, each in zip(parts, exact, strict=True))
    order = sorted(range(len(weights)), key=weights.__getitem__)
    assert all(abs(parts[a]) <= abs(parts[b]) for a, b in pairwise(order) if weights[a] < weights[b])


@settings(deadline=None)
@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=2, max_size=25), SHARES, SHARES, st.floats(0.5, 1.5))
def test_a_pool_is_kept_within_the_limits(schools: list[tuple[float, float]], loss: float | None, gain: float | None, factor: float) -> None:
    """To the cent it adds up, nobody is beyond a limit, and whoever is between them gets one share of the formula."""
    prior, formula = ([[each[i]] for each in schools] for i in (0, 1))
    pool = round(sum(each[1] for each in schools) * factor, 2)
    try:
        held = [row[0] for row in limit(prior, formula, loss, gain, pool)]
    except BadArgument as error:
        assert "than the pool" in str(error)  # noqa: PT017 - any other sentence is a fault
        assert loss is not None or gain is not None or not any(each[1] for each in schools)
        return
    assert round(sum(round(each * 100) for each in held)) == round(pool * 100)
    shares = []
    for (before, earned), got in zip(schools, held, strict=True):
        low = before * (1 - loss) if before and loss is not None else 0.0
        high = before * (1 + gain) if before and gain is not None else math.inf
        assert low - 0.0100001 <= got <= max(high, low) + 0.0100001
        if low + 0.02 < got < high - 0.02:
            shares.append((got - 0.0100001) / earned)
            shares.append((got + 0.0100001) / earned)
    lows, highs = shares[::2], shares[1::2]
    assert not shares or max(lows) <= min(highs) + 1e-9


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=2, max_size=10))
def test_without_limits_a_pool_is_shared_by_the_formula(schools: list[tuple[float, float]]) -> None:
    formula = [[each[1]] for each in schools]
    if any(each[1] for each in schools):
        assert limit([[each[0]] for each in schools], formula, None, None, 12345.67) == share(12345.67, formula)


JUNK = st.one_of(
    st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=3), st.sampled_from(["#N/A", "NR", "up", "", "From"])
)  # fmt: skip
GRIDS = JUNK | st.lists(st.lists(JUNK, min_size=1, max_size=3), min_size=1, max_size=3)


@settings(deadline=None, max_examples=400)
@given(st.data())
def test_whatever_cells_hold_the_answer_is_cells_or_a_sentence(data: st.DataObject) -> None:
    """Never another error, a NaN or an infinity."""
    entry = FUNCTIONS[data.draw(st.sampled_from(sorted(MINE)))]
    given_arguments = [data.draw(GRIDS) for _ in entry.parameters]
    try:
        result = entry.call(*entry.arguments(given_arguments))
    except BadArgument as error:
        assert str(error).endswith(".")  # noqa: PT017 - which errors are right is the subject
        return
    for cell in np.ravel(np.array(result, dtype=object)):
        assert isinstance(cell, str) or math.isfinite(cell)
