"""Every formula cell of a workbook: the value it was written with beside the value that LibreOffice computes.

Left out are cells that call the functions of an add-in (`_xldudf_...`): only Excel with the add-in knows those, and
LibreOffice shows #NAME? there. What they should say is tested where they are written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

if TYPE_CHECKING:
    from openpyxl.cell import Cell

    from tools.recalculation import Pair


ADD_IN = "_xldudf_"


def formula_of(cell: Cell) -> str:
    """A cell's formula, also of one that fills several cells."""
    return str(getattr(cell.value, "text", cell.value))


def differences(pair: Pair) -> tuple[int, list[str]]:
    """How many formula cells there are, and those whose recalculated value is not the stored one."""
    formulas = openpyxl.load_workbook(pair.written)
    stored = openpyxl.load_workbook(pair.written, data_only=True)
    again = openpyxl.load_workbook(pair.recalculated, data_only=True)
    count, differ = 0, []
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f" or ADD_IN in formula_of(cell):
                    continue
                count += 1
                ours, theirs = (book[sheet.title][cell.coordinate].value for book in (stored, again))
                if not same(ours, theirs):
                    differ.append(f"{sheet.title}!{cell.coordinate} {formula_of(cell)}: {ours!r}, LibreOffice {theirs!r}")
    return count, differ


def same(ours: object, theirs: object) -> bool:
    """Equal, numbers at 12 significant digits: LibreOffice has no boolean cells of its own, and blank text is nothing."""
    if isinstance(ours, str) or isinstance(theirs, str):
        return (ours or "") == (theirs or "")
    return float(ours or 0) == pytest.approx(float(theirs or 0), rel=1e-12, abs=1e-9)  # type: ignore[arg-type]
