"""The tables that the formulas of a plan see: of one scenario alone, blank texts as blanks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from apportion.allocation.funding import FOR_PROGRAMS
from apportion.allocation.grains import CAMPUS, ENROLLMENT_KEYS, GRADE, OWN_CAMPUS, escaped
from apportion.allocation.sharing import ORDER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from apportion.allocation.plan import Plan

COST_COLUMNS = ["Job type", "Year", "Salary", "Fringe %", "Fringe flat", "Average cost"]
COST = 'IF([@[Average cost]]="",[@Salary]*(1+[@[Fringe %]])+[@[Fringe flat]],[@[Average cost]])'


def _of_schools(_: Plan, tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    return {OWN_CAMPUS: f'IF([@{CAMPUS}]="",[@Code],[@{CAMPUS}])'} if "Campuses" in tables else {}


def _of_funds(_: Plan, tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    if "FundYears" not in tables:
        return {}
    programs = f"-[@[{FOR_PROGRAMS}]]" if FOR_PROGRAMS in tables["FundYears"].columns else ""
    return {"Available": f"[@Amount]+[@[Carried in]]{programs}"}


def _of_grades(plan: Plan, tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    if "Grades" not in tables or not plan.grades:
        return {}
    first, last = escaped(plan.grades[0]), escaped(plan.grades[-1])
    span = f"Enrollment[[{first}]:[{last}]]" if len(plan.grades) > 1 else f"Enrollment[{first}]"
    return {"Students": f"INDEX({span},[@[Enrollment row]],[@[Grade number]])"}


# What every plan computes beside its rules: the cost of a job type, what an adjustment is worth, students of a grade.
GIVEN: dict[str, Callable[[Plan, Mapping[str, pd.DataFrame]], dict[str, str]]] = {
    "JobTypes": lambda *_: {"Cost": COST},
    "Adjustments": lambda *_: {"Amount": "[@Dollars]+[@FTE]*[@[Cost each]]"},
    "Schools": _of_schools,
    "Grades": _of_grades,
    "FundYears": _of_funds,
}


def program_tables(plan: Plan, costed_lines: set[str], used: set[str], texts: str) -> dict[str, pd.DataFrame]:
    """The tables by name; those of other grains and of optional tables only where `used` or named in `texts`.

    An adjustment's `Cost each` is the cost of its own job type where its line has none.
    """
    schools = plan.schools
    if ORDER in texts:
        schools = schools.assign(**{ORDER: np.arange(1.0, len(schools) + 1)})
    tables = {
        "Schools": schools,
        "Enrollment": _enrollment(plan),
        "Rates": plan.rates[["Key", "Rate", "Model", "Student group", "Where", "Value", "Unit", "Source"]],
        "Bands": plan.bands[["Band", "From", "To", "Value", "Source"]],
        "JobTypes": plan.costs[COST_COLUMNS],
        "Adjustments": _adjustments(plan, costed_lines),
        **{name: make(plan) for name, make in OPTIONAL.items() if name in used or f"{name}[" in texts},
        **plan.own_tables,
    }
    return {name: _blanks(frame.reset_index(drop=True)) for name, frame in tables.items()}


def recounted_tables(plan: Plan, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """A program's tables with the counts of another plan that has the same rows and columns of Enrollment."""
    counted = {"Enrollment": _enrollment, "OtherProjections": OPTIONAL["OtherProjections"]}
    new = {name: _blanks(make(plan).reset_index(drop=True)) for name, make in counted.items() if name in tables}
    return {**tables, **new}


def _enrollment(plan: Plan) -> pd.DataFrame:
    return plan.counts[[*ENROLLMENT_KEYS, *plan.grades, *(g for g in plan.groups if g not in plan.grades)]]


def _adjustments(plan: Plan, costed_lines: set[str]) -> pd.DataFrame:
    costs = dict(zip(plan.costs["Job type"].str.casefold(), plan.costs["Cost"].fillna(0.0), strict=True))
    own_cost = [
        0.0 if line in costed_lines else costs.get(job, 0.0)
        for line, job in zip(
            plan.adjustments["Line"].str.casefold(), plan.adjustments["Job type"].str.casefold(), strict=True
        )
    ]
    return plan.adjustments[["School", "Line", "FTE", "Dollars", "Reason"]].assign(**{"Cost each": own_cost})


def _grades(plan: Plan) -> pd.DataFrame:
    """One row per row of Enrollment and grade."""
    rows, number = len(plan.counts), max(len(plan.grades), 1)
    keys = {key: np.repeat(plan.counts[key].to_numpy(), number) for key in ENROLLMENT_KEYS}
    return pd.DataFrame(
        keys
        | {
            GRADE: np.tile(np.array(plan.grades or ("",), dtype=object), rows),
            "Enrollment row": np.repeat(np.arange(1.0, rows + 1), number),
            "Grade number": np.tile(np.arange(1.0, number + 1), rows),
        }
    )


def _campuses(plan: Plan) -> pd.DataFrame:
    """Every campus; a school without one is its own."""
    campus = plan.schools["Campus"].where(plan.schools["Campus"].fillna("") != "", plan.schools["Code"])
    first = ~campus.str.casefold().duplicated()
    return pd.DataFrame({CAMPUS: campus[first].to_numpy(dtype=object)})


def _fund_years(plan: Plan) -> pd.DataFrame:
    """What each fund has in the year of the scenario, and what programs take of it where any does."""
    frame = plan.intake.frames["FundYears"]
    now: pd.DataFrame = frame[frame["Year"] == plan.scenario.year]
    taken = (FOR_PROGRAMS,) if (now[FOR_PROGRAMS] > 0).any() else ()
    return now[["Fund", "Year", "Amount", "Carried in", *taken]].fillna(dict.fromkeys(("Carried in", *taken), 0.0))


OPTIONAL: dict[str, Callable[[Plan], pd.DataFrame]] = {
    "Grades": _grades,
    "Campuses": _campuses,
    "DistrictTotals": lambda plan: pd.DataFrame({"District": [plan.district or "District"]}, dtype=object),
    "Weights": lambda plan: plan.weights[["Key", "Weights", "Student group", "Weight", "Source"]],
    "PriorYear": lambda plan: plan.prior[["School", "Line", "FTE", "Dollars"]],
    "FundYears": _fund_years,
    "OtherProjections": lambda plan: plan.other_counts[["Projection", *ENROLLMENT_KEYS, *plan.groups]],
}


def _blanks(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with blank texts as blanks, which ISBLANK and COUNTBLANK tell from texts."""
    blanked = {}
    for name, dtype in frame.dtypes.items():
        if dtype.kind not in "biuf":
            cells = frame[name].tolist()
            held = [None if cell is None or cell == "" or cell != cell else cell for cell in cells]  # noqa: PLR0124 - NaN
            if None in held:
                blanked[str(name)] = pd.Series(held, index=frame.index, dtype=object)
    return frame.assign(**blanked) if blanked else frame
