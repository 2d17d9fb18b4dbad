"""The proof: what the engine computed is what LibreOffice recalculates from the live formulas, in every cell."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from apportion.allocation.staffing import Staffing, staff
from apportion.intake import read_tables
from apportion.workbook.book import open_book
from apportion.workbook.locations import template_folder
from apportion.workbook.proof import proof_workbook
from apportion.workbook.writer import write_workbook
from golden.dcps_fy16.dcps_fy16 import whole_plan
from tools.comparison import differences
from tools.recalculation import Pair, register

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE = template_folder() / "sample_district"
SHARED = Path(os.environ.get("APPORTION_SHARED", Path(__file__).parents[4] / "shared"))


def sample(scenario: str | None = None) -> Staffing:
    return staff(read_tables(open_book(SAMPLE).tables), scenario)


def dcps() -> Staffing:
    """All 113 schools with rules, and everything else that was published as adjustments."""
    folder = SHARED / "data" / "dcps"
    if not folder.is_dir():
        pytest.skip(f"real districts' data is not beside the project ({SHARED})")
    return whole_plan(folder)


register("sample_proof")(lambda path: write_workbook(proof_workbook(sample()), path))
register("tighter_proof")(lambda path: write_workbook(proof_workbook(sample("Tighter ratios")), path))
register("dcps_fy16_proof")(lambda path: write_workbook(proof_workbook(dcps()), path))


@pytest.mark.parametrize(
    ("name", "least"),
    [("sample_proof", 5000), ("tighter_proof", 5000), ("dcps_fy16_proof", 14000)],
)
def test_every_formula_recalculates_to_what_was_written(
    recalculated: Callable[[str], Pair], name: str, least: int
) -> None:
    count, differ = differences(recalculated(name))
    assert differ == []
    assert count >= least


def test_the_proof_ties_to_the_allocation(recalculated: Callable[[str], Pair]) -> None:
    """LibreOffice's own sum over all schools and lines is the allocation's total to the cent."""
    result = sample().result
    assert result is not None
    book = openpyxl.load_workbook(recalculated("sample_proof").recalculated, data_only=True)
    sheet = book["Proof by school"]
    header = next(row for row in sheet.iter_rows(values_only=True) if "Code" in row)
    names = {line.name for line in result.lines}
    given = {line for line, of_line in result.amounts.groupby("Line") if of_line["Dollars"].any()}
    # Beside the lines' dollars there are columns such as "Utilities prior dollars".
    columns = [i for i, name in enumerate(header) if str(name).removesuffix(" dollars") in names]
    columns = [i for i in columns if str(header[i]).endswith(" dollars")]
    assert {header[i].removesuffix(" dollars") for i in columns} >= given
    total = sum(
        row[i] for row in sheet.iter_rows(values_only=True) if row[1] in set(result.schools["Code"]) for i in columns
    )
    assert round(total, 2) == result.total_dollars
    assert {row[6] for row in book["Proof"].iter_rows(min_row=9, values_only=True) if row[1] in names} == {"yes"}
