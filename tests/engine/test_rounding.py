"""Rounding against exact decimals, and the native formula against the function."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apportion import rounding
from apportion.formula import evaluate

if TYPE_CHECKING:
    from collections.abc import Callable

RULES = [
    (rounding.round_half_up, ROUND_HALF_UP),
    (rounding.round_up, ROUND_UP),
    (rounding.round_down, ROUND_DOWN),
]
STEPS = (1, 0.5, 0.2, 0.1, 0.01, 0.25, 2.5, 10, 0.125, 0.3)
MODES: tuple[rounding.Mode, ...] = ("none", "half up", "up", "down", "truncate")

decimals = st.builds(
    lambda whole, places: Decimal(whole).scaleb(-places), st.integers(-(10**12), 10**12), st.integers(0, 9)
)


@pytest.mark.parametrize(("function", "mode"), RULES)
@given(x=decimals, digits=st.integers(-4, 6))
def test_rounding_is_that_of_the_exact_decimal(
    function: Callable[..., object], mode: str, x: Decimal, digits: int
) -> None:
    """A number of up to 12 digits rounds as its decimal does."""
    assert function(float(x), digits) == float(x.quantize(Decimal(1).scaleb(-digits), mode))


@given(x=decimals)
def test_floor_is_that_of_the_exact_decimal(x: Decimal) -> None:
    """INT goes down, also below 0."""
    assert rounding.floor(float(x)) == float(x.quantize(Decimal(1), ROUND_FLOOR))


@given(xs=st.lists(decimals, min_size=1, max_size=30), digits=st.integers(-3, 4))
def test_a_vector_rounds_like_its_elements(xs: list[Decimal], digits: int) -> None:
    """What one element is does not change another."""
    vector = rounding.round_half_up([float(x) for x in xs], digits).tolist()
    assert vector == [float(rounding.round_half_up(float(x), digits)) for x in xs]


@given(
    students=st.integers(0, 5000), ratio=st.integers(1, 400), step=st.sampled_from(STEPS), mode=st.sampled_from(MODES)
)
def test_the_native_formula_does_what_to_step_does(students: int, ratio: int, step: float, mode: rounding.Mode) -> None:
    """The proof workbook rounds like the engine, to the last bit."""
    formula = rounding.step_formula("Students/Ratio", step, mode)
    native = evaluate(f"={formula}", {"Students": students, "Ratio": ratio})
    assert native == float(rounding.to_step(students / ratio, step, mode))


@pytest.mark.parametrize(
    ("inner", "step", "mode", "expected"),
    (
        ("x", 0.1, "half up", "ROUND(x,1)"),
        ("x", 1, "up", "ROUNDUP(x,0)"),
        ("x", 10, "down", "ROUNDDOWN(x,-1)"),
        ("x/2", 0.5, "truncate", "TRUNC(x/2*2,0)/2"),
        ("a-b", 0.25, "half up", "ROUND((a-b)*4,0)/4"),
        ("SUM(a,b-1)", 0.5, "up", "ROUNDUP(SUM(a,b-1)*2,0)/2"),
        ("[@[a-b]]", 0.2, "half up", "ROUND([@[a-b]]*5,0)/5"),
        ("x", 2.5, "half up", "ROUND(x/2.5,0)*2.5"),
        ("x", 1, "none", "x"),
    ),
)
def test_the_native_formula_has_as_few_parentheses_as_it_takes(
    inner: str, step: float, mode: rounding.Mode, expected: str
) -> None:
    """Inner formulas are put in parentheses where an operator in them binds weaker."""
    assert rounding.step_formula(inner, step, mode) == expected


@given(amount=st.integers(-(10**9), 10**9), weights=st.lists(st.integers(0, 1000), min_size=1, max_size=40))
def test_what_is_split_adds_up_to_the_cent(amount: int, weights: list[int]) -> None:
    """Largest remainder: the parts tie out and none is a cent away from its share."""
    if sum(weights) == 0:
        with pytest.raises(rounding.CannotSplit):
            rounding.split_exactly(amount / 100, weights)
        return
    parts = rounding.split_exactly(amount / 100, weights)
    assert round(sum(round(part * 100) for part in parts)) == amount
    share = np.array(weights) * amount / sum(weights)
    assert (np.abs(parts * 100 - share) <= 1 + 1e-6).all()
