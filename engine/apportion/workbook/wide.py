"""An allocation as one wide CSV file: a row per organization, with FTE and dollars of every line and their totals.

It is the form for a whole state. No sentences are made for it; `explain` tells of any school why it gets what it gets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from apportion.allocation.run_checks import check_amounts
from apportion.allocation.staffing import evaluated
from apportion.cells import as_text
from apportion.errors import ApportionError, Finding, has_errors
from apportion.intake import read_tables
from apportion.programs.flow_back import tables_for_rules
from apportion.rounding import cents, significant
from apportion.workbook.csvfolder import typed_text, write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from apportion.allocation.plan import Plan
    from apportion.allocation.result import Line, Scenario
    from apportion.allocation.staffing import Staffing
    from apportion.workbook.book import Book

    Floats = NDArray[np.float64]

TEXTS = ("Code", "Name", "Type", "Level")
TOTALS = ("Total FTE", "Total dollars")
BLOCK = 1 << 14  # rows whose texts are held at once
END = "\r\n"
_SPECIAL = re.compile(r'[",\r\n]')


class IsThePlan(ApportionError, ValueError):
    """Raised when the file to be written is a plan, or would become one of its tables."""


@dataclass(frozen=True)
class WideAllocation:
    """One scenario's amounts, a row per organization.

    `columns` holds by header one value per organization: Code, Name, Type, Level; Students; of every line its FTE, when
    it has any, and its dollars (exact cents); Total FTE and Total dollars. A line's name is its header with " FTE" or
    " dollars" after it.
    """

    scenario: Scenario
    columns: Mapping[str, list[str] | Floats]
    findings: tuple[Finding, ...]

    @property
    def total_fte(self) -> float:
        """FTE of all lines at all organizations."""
        return float(significant(np.array(np.sum(self.columns["Total FTE"]))))

    @property
    def total_dollars(self) -> float:
        """Dollars of all lines at all organizations, to the cent."""
        return float(cents(np.array(np.sum(self.columns["Total dollars"]))))

    def __len__(self) -> int:
        return len(self.columns["Code"])


def allocate_wide(book: Book, scenario: str | None = None) -> tuple[WideAllocation | None, tuple[Finding, ...]]:
    """A plan's allocation without sentences, and what was found; no allocation when errors stand.

    Raises UnknownName when there is no such scenario.
    """
    tables, of_programs = tables_for_rules(book.tables)
    staffing = evaluated(read_tables(tables), scenario)
    findings = (*book.findings, *of_programs, *staffing.findings)
    if staffing.run is None or has_errors(findings):
        return None, findings
    wide = wide_allocation(staffing)
    findings += wide.findings
    return (None if has_errors(findings) else replace(wide, findings=findings)), findings


def wide_allocation(staffing: Staffing) -> WideAllocation:
    """The amounts of an evaluated scenario, and what they show to be wrong; the staffing has a run."""
    plan, program, run = staffing.plan, staffing.program, staffing.run
    assert run is not None  # noqa: S101 - the caller has looked
    schools = program.tables["Schools"]
    columns: dict[str, list[str] | Floats] = {name: schools[name].fillna("").tolist() for name in TEXTS}
    columns["Students"] = _students(plan, schools["Code"])
    fte, dollars = np.zeros(len(schools)), np.zeros(len(schools))
    by_line: list[tuple[Line, Floats]] = []
    paid: list[tuple[str, float]] = []
    for line in program.lines:
        given = run.column(line.fte).numbers() if line.fte else np.zeros(len(schools))
        worth = cents(run.column(line.dollars).numbers())
        if line.fte:
            columns[f"{line.line.name} FTE"] = given
        columns[f"{line.line.name} dollars"] = worth
        by_line.append((line.line, given))
        funds = [(each.fund, cents(run.column(each.dollars).numbers())) for each in line.funds]
        paid += [(fund, float(amounts.sum())) for fund, amounts in funds or [(line.line.fund, worth)]]
        fte, dollars = fte + given, dollars + worth
    columns |= dict(zip(TOTALS, (significant(fte), cents(dollars)), strict=True))
    by_fund = pd.DataFrame(paid, columns=["Fund", "Dollars"])
    findings = check_amounts(plan, by_fund, _to_check(schools, by_line, dollars))
    return WideAllocation(plan.scenario, columns, tuple(findings))


def _students(plan: Plan, codes: pd.Series) -> Floats:
    if not plan.total_group:
        return np.zeros(len(codes))
    students = plan.students(plan.counts).groupby(plan.counts["School"]).sum()
    return np.asarray(students.reindex(codes).fillna(0.0), float)


def _to_check(schools: pd.DataFrame, by_line: list[tuple[Line, Floats]], dollars: Floats) -> pd.DataFrame:
    """What `check_amounts` looks for below 0, without a row for every line of every school.

    A row per school has its dollars, and a row of no dollars stands for every school at which a line has less than
    0 FTE.
    """
    parts = [pd.DataFrame({"School": schools["Code"], "Name": "", "Line": "", "FTE": 0.0, "Dollars": dollars})]
    for line, given in by_line:
        if (below := given < 0).any():
            own = schools.loc[below, ["Code", "Name"]].rename(columns={"Code": "School"})
            parts.append(own.assign(Line=line.name, FTE=given[below], Dollars=0.0))
    return pd.concat(parts, ignore_index=True)


def write_wide(wide: WideAllocation, path: Path) -> None:
    """Write the allocation as a CSV file, whole or not at all.

    Raises CannotWrite when the file cannot be written.
    """
    write_whole(path, partial(_write, wide))


def refuse_plan(plan: Path, target: Path) -> None:
    """Raise IsThePlan when the target is the plan itself or would stand among its tables."""
    if not plan.exists() or not target.parent.exists():
        return
    if target.parent.samefile(plan) or (target.exists() and target.samefile(plan)):
        message = f"{target} would become a part of the plan, which is never rewritten. Give another file to --wide."
        raise IsThePlan(message)


def _write(wide: WideAllocation, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        file.write(",".join(map(_quoted, wide.columns)) + END)
        for start in range(0, len(wide), BLOCK):
            block = [_cells(values[start : start + BLOCK]) for values in wide.columns.values()]
            file.write(END.join(map(",".join, zip(*block, strict=True))) + END)


def _quoted(text: str) -> str:
    """A text as a cell of a CSV file."""
    return '"' + text.replace('"', '""') + '"' if _SPECIAL.search(text) else text


def _cells(values: list[str] | Floats) -> list[str]:
    """Cells as the CSV files of a plan have them; a number that stands in several rows is written out once."""
    if isinstance(values, list):
        return [_quoted(typed_text(value)) for value in values]
    codes, distinct = pd.factorize(values, use_na_sentinel=False)
    texts = [as_text(value) for value in distinct.tolist()]
    return list(map(texts.__getitem__, codes.tolist()))
