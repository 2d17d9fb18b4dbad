"""The table of differences is what the formulas give today."""

from __future__ import annotations

from apportion.formula.differences import DIFFERENCES
from tools import differences


def test_the_table_is_written_anew_when_something_changes() -> None:
    """Run `make differences`."""
    assert differences.PATH.read_text(encoding="utf-8") == differences.text()


def test_every_difference_has_a_reason_and_is_one() -> None:
    assert all(each.formula.startswith("=") and each.excel and each.reason for each in DIFFERENCES)
    assert all(each.apportion != each.excel for each in DIFFERENCES)
    assert len({each.topic for each in DIFFERENCES}) == len(DIFFERENCES)
