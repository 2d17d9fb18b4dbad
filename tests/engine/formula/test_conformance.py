"""What real Excel computed: all results of the file, with the three things that a case has no words for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools import conformance

if TYPE_CHECKING:
    from pathlib import Path

# Cases that differ as the file has them: what a cell held that looks like an error was a text, and a range stood for
# the value beside the formula. May only shrink.
UNDECIDED = 25


def test_all_results_are_those_of_excel(shared: Path) -> None:
    """With the texts that look like errors given as texts, and every formula computed in its own cell."""
    known = conformance.cases(shared / "data" / "excel" / "excel_cases.jsonl")
    different = [
        (case["source"], case["cell"], case["formula"])
        for case in known
        if not conformance.same(conformance.decided(case), case["excel"])
    ]
    assert different == []


def test_as_the_file_has_them_only_what_it_cannot_say_differs(shared: Path) -> None:
    known = conformance.cases(shared / "data" / "excel" / "excel_cases.jsonl")
    different = [case for case in known if not conformance.same(conformance.computed(case), case["excel"])]
    assert len(different) <= UNDECIDED


def test_the_comparison_can_fail() -> None:
    assert not conformance.same(1.0, True)  # noqa: FBT003
    assert not conformance.same(1.0000001, 1)
    assert not conformance.same("#N/A ", "#N/A")
