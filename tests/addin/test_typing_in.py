"""What Apportion writes stays what it is, whatever Excel makes of a text that is typed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apportion_addin.blocks import Block, blocks
from apportion_addin.typing_in import formula, serial, typed
from tools.excel import typed as excel

TODAY = dt.date(2027, 1, 15)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60))
@example("007")
@example("1-2")
@example("=HYPERLINK(1)")
@example("+1")
@example("TRUE")
@example("May 5")
@example("3:15 PM")
@example("'quoted")
@example("#N/A")
@example("  12")
@example("x" * 40 + "7")
def test_a_text_stays_that_text(text: str) -> None:
    """Against the headless Excel's own reading of what is typed, which comes from Excel's rules and not from ours."""
    found = excel.typed(typed(text), "General", TODAY)
    assert (found.kind, found.value) == ("text", text)


@pytest.mark.parametrize("text", ["Roosevelt High", "Every school gets one principal", "Überlandschule", "May"])
def test_a_text_of_letters_is_typed_as_it_is(text: str) -> None:
    """People see the apostrophe in the formula bar, so only those texts have it that need it."""
    assert typed(text) == text


@pytest.mark.parametrize(("value", "sent"), [(1.5, 1.5), (True, True), (None, ""), (dt.date(2026, 7, 1), 46204.0)])
def test_other_values_are_sent_as_excel_keeps_them(value: object, sent: object) -> None:
    """Excel counts 2026-07-01 as day 46,204."""
    assert typed(value) == sent


def test_the_time_of_a_moment_is_a_part_of_a_day() -> None:
    assert serial(dt.datetime(2026, 7, 1, 18)) == 46204.75  # noqa: DTZ001 - Excel knows no time zones


@pytest.mark.parametrize(
    ("stored", "said"),
    [("SUM(A1:A3)", "=SUM(A1:A3)"), ("=A1", "=A1"), ("_xlfn.IFS(A1>0,_xlfn._xlws.FILTER(A:A,B:B))", "=IFS(A1>0,FILTER(A:A,B:B))")],
)
def test_a_formula_is_typed_as_people_type_it(stored: str, said: str) -> None:
    assert formula(stored) == said


@given(st.dictionaries(st.tuples(st.integers(0, 6), st.integers(0, 6)), st.sampled_from("abc")))
def test_blocks_cover_every_cell_once_with_what_it_holds(cells: dict[tuple[int, int], str]) -> None:
    covered: dict[tuple[int, int], object] = {}
    for block, held in blocks(cells):
        for row in range(block.first_row, block.last_row + 1):
            for column in range(block.first_column, block.last_column + 1):
                assert (row, column) not in covered
                covered[row, column] = held
    assert covered == cells


def test_a_table_is_few_blocks() -> None:
    """Excel is asked once a block: 1,000 rows of two looks are two blocks."""
    cells = {(row, column): "code" if column < 2 else "dollars" for row in range(1000) for column in range(9)}
    assert [block for block, _ in blocks(cells)] == [Block(0, 0, 999, 1), Block(0, 2, 999, 8)]
