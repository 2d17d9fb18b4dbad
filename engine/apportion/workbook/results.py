"""The results of an allocation as a workbook: sheets to read, then the plan that they come from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from apportion.workbook.results_figures import figures_of, money, scope_of
from apportion.workbook.results_funds import fund_sheet
from apportion.workbook.results_headings import headings_sheet
from apportion.workbook.results_jobs import jobs_sheet
from apportion.workbook.results_need import need_sheet
from apportion.workbook.results_schools import schools_sheet
from apportion.workbook.results_summary import summary_sheet
from apportion.workbook.results_tables import allocations_sheet, checks_sheet, findings_sheet
from apportion.workbook.sheets import Sheet, WorkbookDescription

if TYPE_CHECKING:
    from collections.abc import Callable

    from apportion.allocation.result import AllocationResult, Scenario
    from apportion.errors import Finding
    from apportion.workbook.results_figures import Figures


SHEETS: tuple[Callable[[Figures], Sheet | None], ...] = (
    summary_sheet, checks_sheet, schools_sheet, headings_sheet, need_sheet, jobs_sheet, fund_sheet, allocations_sheet,
)  # fmt: skip


NAMES = ("Summary", "Checks", "By school", "By heading", "By need", "By job type", "By fund", "Allocations")
"""The sheets that there can be; some plans have nothing for some of them."""


def nothing_for(name: str) -> Sheet:
    """What takes the place of an earlier allocation's sheet for which the new one has nothing."""
    return Sheet(name, name, "The last allocation has nothing for this sheet.", mark=True)


def results_workbook(result: AllocationResult, plan_sheets: tuple[Sheet, ...] = ()) -> WorkbookDescription:
    """One scenario's amounts as sheets, each tied to the same total of dollars, followed by `plan_sheets` unchanged.

    What adds up is a live formula over the table Allocations, and carries its value. The sheets carry Apportion's
    mark: when the workbook is read as a plan again, only the plan's own sheets are.
    """
    figures = figures_of(result)
    made = [make(figures) for make in SHEETS]
    return WorkbookDescription(
        (*(replace(sheet, mark=True) for sheet in made if sheet is not None), *plan_sheets),
        footer=f"{result.district}  ·  FY{result.scenario.year}",
        title=f"Allocation of {result.district}, FY{result.scenario.year}",
    )


NOTHING_ALLOCATED = "nothing is allocated while errors stand"


def checks_workbook(
    findings: tuple[Finding, ...], district: str, scenario: Scenario, result: AllocationResult | None
) -> WorkbookDescription:
    """The sheet Checks alone, the same as among the results; while errors stand it ties to nothing."""
    total = None if result is None else money(result.amounts["Dollars"].sum())
    scope = scope_of(district, scenario, NOTHING_ALLOCATED if total is None else f"ties to ${total:,.2f}")
    return _checks(findings, scope, district, scenario.year)


def program_checks_workbook(findings: tuple[Finding, ...], district: str, year: int) -> WorkbookDescription:
    """The sheet Checks of a review of programs."""
    scope = "  ·  ".join(part for part in ("Review of programs", f"FY{year}" if year else "", district) if part)
    return _checks(findings, scope, district, year)


def _checks(findings: tuple[Finding, ...], scope: str, district: str, year: int) -> WorkbookDescription:
    sheet = replace(findings_sheet(findings, scope), mark=True)
    footer = "  ·  ".join(part for part in (district, f"FY{year}" if year else "") if part)
    return WorkbookDescription((sheet,), footer=footer, title="What to look at")
