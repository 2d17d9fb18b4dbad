"""The results of an allocation as a workbook: five sheets to read, then the plan that they come from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from apportion.workbook.results_figures import figures_of
from apportion.workbook.results_schools import schools_sheet
from apportion.workbook.results_summary import summary_sheet
from apportion.workbook.results_tables import allocations_sheet, checks_sheet, fund_sheet
from apportion.workbook.sheets import WorkbookDescription

if TYPE_CHECKING:
    from apportion.allocation.result import AllocationResult
    from apportion.workbook.sheets import Sheet


def results_workbook(result: AllocationResult, plan_sheets: tuple[Sheet, ...] = ()) -> WorkbookDescription:
    """One scenario's amounts as sheets, each tied to the same total of dollars, followed by `plan_sheets` unchanged.

    What adds up is a live formula over the table Allocations, and carries its value. The sheets carry Apportion's
    mark: when the workbook is read as a plan again, only the plan's own sheets are.
    """
    figures = figures_of(result)
    sheets = (summary_sheet, schools_sheet, allocations_sheet, fund_sheet, checks_sheet)
    return WorkbookDescription(
        (*(replace(sheet(figures), mark=True) for sheet in sheets), *plan_sheets),
        footer=f"{result.district}  ·  FY{result.scenario.year}",
        title=f"Allocation of {result.district}, FY{result.scenario.year}",
    )
