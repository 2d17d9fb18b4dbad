"""The table of differences is true: an example that is a formula alone gives what the table says."""

from __future__ import annotations

import pytest

from apportion.formula import evaluate
from apportion.formula.differences import DIFFERENCES, Difference

ALONE = (
    "Cancellation inside a formula",
    "Money other than dollars and euros",
    "Dates without a year",
    "Order of texts",
)


@pytest.mark.parametrize("topic", ALONE)
def test_an_example_gives_what_the_table_says(topic: str) -> None:
    (difference,) = (each for each in DIFFERENCES if each.topic == topic)
    assert said(difference) == difference.apportion


def said(difference: Difference) -> str:
    value = evaluate(difference.formula, {})
    return str(value).upper() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def test_every_difference_has_an_example_and_a_reason() -> None:
    assert all(each.formula and each.excel and each.apportion and each.reason for each in DIFFERENCES)
    assert len({each.topic for each in DIFFERENCES}) == len(DIFFERENCES)
