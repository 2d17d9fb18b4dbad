"""The sheet By job type: FTE, average cost and dollars of every job type, this year and last, added up live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.rounding import cents, significant
from apportion.workbook.results_figures import LEFT, NO_JOB_TYPE, TOP, cells, summing_named, widest, width_of
from apportion.workbook.sheets import Cell, DataTable, Highlight, Sheet, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from apportion.workbook.results_figures import Figures
    from apportion.workbook.sheets import Style

NAME = "ByJobType"
SHARE = 4
OWN = f"{NAME}[[#This Row],[{{}}]]".format


def jobs_sheet(figures: Figures) -> Sheet:
    """The table ByJobType, the most dollars first; what no job type gets, such as supplies, is its last row."""
    jobs = jobs_of(figures)
    columns = [
        TableColumn("Job type", cells(jobs["Name"]), width=widest("Job type", jobs["Name"], 40), total="label"),
        _sum(figures, jobs, "FTE", "FTE", "fte"),
        _average(figures, jobs),
        _sum(figures, jobs, "Dollars", "Dollars", "cents"),
        _share(figures, jobs),
    ]
    if figures.has_prior_fte:
        columns += [_sum(figures, jobs, "Prior FTE", "Prior FTE", "fte"), _change(jobs, "FTE", "Prior FTE", "fte")]
    if figures.has_prior:
        columns.append(_sum(figures, jobs, "Prior dollars", "Prior year", "cents"))
        columns.append(_change(jobs, "Dollars", "Prior year", "cents"))
    empty = "No line gives anything in this scenario."
    table = DataTable(NAME, TOP, LEFT, tuple(columns), empty=empty, total_row=True)
    first, last = (TOP + 1, LEFT + SHARE), (TOP + len(jobs), LEFT + SHARE)
    return Sheet(
        "By job type",
        "Allocation by job type",
        figures.scope,
        cells=tuple(_notes(jobs)),
        tables=(table,),
        highlights=(Highlight(first, last, "bar"),) if len(jobs) else (),
        freeze=(TOP + 1, LEFT + 1),
    )


def jobs_of(figures: Figures) -> pd.DataFrame:
    """Name, FTE, Dollars, Prior FTE and Prior dollars by job type, the most dollars first, without job type last."""
    jobs = figures.by("Job type", NO_JOB_TYPE)
    jobs = jobs[(jobs[["FTE", "Dollars", "Prior FTE", "Prior dollars"]] != 0).any(axis=1)]
    ranked = jobs.sort_values("Dollars", ascending=False, kind="stable")
    return ranked.sort_values("Name", key=lambda names: names == NO_JOB_TYPE, kind="stable")


def _sum(figures: Figures, jobs: pd.DataFrame, measure: str, header: str, style: Style) -> TableColumn:
    formulas = summing_named(figures, header, "Job type", [*jobs["Name"]], OWN("Job type"))
    width = width_of(header, (), ",.2f" if style == "cents" else ",.1f", float(jobs[measure].sum()))
    return TableColumn(header, cells(jobs[measure]), style, width, formulas=formulas, total="sum")


def _average(figures: Figures, jobs: pd.DataFrame) -> TableColumn:
    """Dollars of one FTE; blank without FTE, and for what no job type gets."""
    paid = (jobs["FTE"] > 0) & (jobs["Name"] != NO_JOB_TYPE)
    values = np.divide(jobs["Dollars"], jobs["FTE"], out=np.full(len(jobs), np.nan), where=paid)
    formula = f'IF({OWN("FTE")}>0,{OWN("Dollars")}/{OWN("FTE")},"")'
    formulas = ["" if name == NO_JOB_TYPE or not figures.live else formula for name in jobs["Name"]]
    return TableColumn("Average cost", cells(values, ""), "dollars", 15, "Dollars for one FTE.", formulas=formulas)


def _share(figures: Figures, jobs: pd.DataFrame) -> TableColumn:
    total = figures.total
    values = [float(dollars) / total if total else 0.0 for dollars in jobs["Dollars"]]
    of_all = f"IF(SUM({NAME}[Dollars])=0,0,{OWN('Dollars')}/SUM({NAME}[Dollars]))"
    return TableColumn("Share", values, "percent", 18, "Its part of all dollars.", formula=of_all if len(jobs) else "")


def _change(jobs: pd.DataFrame, header: str, prior: str, style: Style) -> TableColumn:
    """This year's less last year's."""
    before = jobs["Prior FTE" if header == "FTE" else "Prior dollars"]
    clean, digits = (significant, 6) if header == "FTE" else (cents, 2)
    values = clean((jobs[header] - before).to_numpy(dtype=float))
    name = "FTE change" if header == "FTE" else "Change"
    formula = f"ROUND({OWN(header)}-{OWN(prior)},{digits})" if len(jobs) else ""
    width = width_of(name, (), ",.2f" if style == "cents" else ",.1f", float(np.abs(values).sum()))
    return TableColumn(name, cells(values), style, width, formula=formula, total="sum")


def _notes(jobs: pd.DataFrame) -> list[Cell]:
    """What stands in the row without job type, below the table; of last year that may be whole lines."""
    none = jobs[jobs["Name"] == NO_JOB_TYPE]
    if none.empty:
        return []
    said = [f"“{NO_JOB_TYPE}” is what is given without a position: supplies, per-pupil dollars, start-up costs."]
    if none["Prior FTE"].iloc[0] != 0:
        said.append("Its prior FTE are of lines that name no job type this year, such as those no longer given.")
    return [Cell(row, LEFT, text, "muted") for row, text in enumerate(said, TOP + len(jobs) + 3)]
