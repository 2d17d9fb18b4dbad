"""Rows that need arrays of different sizes, and arrays that are sorted once for all rows."""

from __future__ import annotations

import numpy as np

from apportion.formula import ExcelError, Model
from apportion.formula.run import BLOCK

OWNERS = ["a", "b", "a", "c", "a"]
AMOUNTS = [1.0, 2.0, 4.0, 8.0, 16.0]
DATA = {"Data": {"Owner": OWNERS, "Amount": AMOUNTS}}


def test_each_row_filters_its_own_rows() -> None:
    """Three rows, one row and none: 1 + 4 + 16, 2, and the empty array's error."""
    model = Model({"Sum": "=SUM(FILTER(Data[Amount],Data[Owner]=[@Code]))"}, DATA)
    assert model.run({"Code": ["a", "b", "z"]}).column("Sum").values() == [21.0, 2.0, ExcelError.CALC]


def test_only_the_rows_that_hold_an_array_spill() -> None:
    model = Model({"Found": "=FILTER(Data[Amount],Data[Owner]=[@Code])"}, DATA)
    assert model.run({"Code": ["a", "b", "c"]}).column("Found").values() == [ExcelError.SPILL, 2.0, 8.0]


def test_all_elements_in_some_rows_only() -> None:
    """0 stands for all elements: 31 is the sum of the column."""
    model = Model({"Sum": "=SUM(INDEX(Data[Amount],[@Place]))"}, DATA)
    assert model.run({"Place": [0, 2, 9, 5]}).column("Sum").values() == [31.0, 2.0, ExcelError.REF, 16.0]


def test_scenarios_that_need_arrays_of_different_sizes_spill() -> None:
    model = Model({"Sum": "=SUM(FILTER(Data[Amount],Data[Amount]>Least))"}, DATA)
    found = model.run({"Code": ["a", "b"]}, {"Least": np.array([1.0, 8.0])}).column("Sum")
    assert found.value.objects() == [ExcelError.SPILL] * 2


def test_scenarios_of_one_size_are_sorted_together() -> None:
    """The least of the amounts is 1, and that of the amounts with the other sign is -16."""
    model = Model({"First": "=SUM(TAKE(SORT(Data[Amount]*Sign),1))"}, DATA)
    found = model.run({"Code": ["a"]}, {"Sign": np.array([1.0, -1.0])}).column("First")
    assert found.value.data.ravel().tolist() == [1.0, -16.0]


def test_a_rank_in_more_rows_than_a_block_holds() -> None:
    """Numbers in a known order: the rank of n among 0 ... size - 1, the largest first, is size - n."""
    size = 2 * BLOCK + 5
    numbers = [float((n * 7919) % size) for n in range(size)]
    ranks = Model({"Rank": "=RANK([@N],[N])"}).run({"N": numbers}).column("Rank").values()
    assert ranks == [size - n for n in numbers]
