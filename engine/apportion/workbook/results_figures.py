"""What the results workbook adds up: dollars by school, heading and fund, and formulas that say the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from apportion.allocation.grains import criterion, quoted
from apportion.rounding import cents, significant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from apportion.allocation.result import AllocationResult, Scenario
    from apportion.tables import CellValue
    from apportion.workbook.sheets import Style

TOP = 4
LEFT = 1
NO_FUND = "No fund named"
NO_HEADING = "No heading"
NO_JOB_TYPE = "No job type"
ALL_YEARS = "All years shown"
LONGEST_CRITERION = 255
MEASURES = {"FTE": significant, "Dollars": cents, "Prior FTE": significant, "Prior dollars": cents}
ADDED: tuple[tuple[str, Style], ...] = (
    ("Students", "count"), ("FTE", "fte"), ("Staff", "dollars"), ("Non-staff", "dollars"), ("Total", "dollars"),
)  # fmt: skip
COMPARED: tuple[tuple[str, Style], ...] = (("Prior year", "dollars"), ("Change", "dollars"))
"""What is added up over organizations, and what of the prior year beside it: header and style."""


@dataclass(frozen=True)
class Figures:
    """The amounts of one scenario, added up once for all sheets.

    `amounts` are the result's, texts without NaN; `schools` and `others` have one row per school or charter, and per
    program or department: Code, Name, Type, Level, Students, FTE, Staff, Non-staff, Total, Per pupil, Prior year,
    Change, Change %, Had (whether any line has a prior year). Without any prior year at all `has_prior` is False.
    """

    result: AllocationResult
    amounts: pd.DataFrame
    schools: pd.DataFrame
    others: pd.DataFrame
    has_prior: bool

    @property
    def total(self) -> float:
        """Dollars of all lines at all organizations, to the cent."""
        return money(self.amounts["Dollars"].sum())

    @property
    def prior(self) -> float:
        """Dollars of the prior year of all lines at all organizations, to the cent."""
        return money(self.amounts["Prior dollars"].sum())

    @property
    def fte(self) -> float:
        """FTE of all lines at all organizations."""
        return whole(self.amounts["FTE"].sum())

    @property
    def live(self) -> bool:
        """Whether there is a table Allocations for formulas to add up."""
        return len(self.amounts) > 0

    @property
    def scope(self) -> str:
        """District, year, scenario and the amount that every sheet ties to."""
        return scope_of(self.result.district, self.result.scenario, f"ties to ${self.total:,.2f}")

    @property
    def has_prior_fte(self) -> bool:
        """Whether any line has FTE of the prior year."""
        return bool(self.amounts["Prior FTE"].notna().any())

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """Allocation headings that give dollars to anyone, in the order of the rules; "" for lines without one."""
        given = self.amounts[self.amounts["Dollars"] != 0]["Allocation"].str.casefold().unique()
        ordered = [*(line.allocation for line in self.result.lines), *self.amounts["Allocation"]]
        spelled: dict[str, str] = {}
        for heading in ordered:
            spelled.setdefault(heading.casefold(), heading)
        return tuple(heading for folded, heading in spelled.items() if folded in given)

    @cached_property
    def by_heading(self) -> pd.DataFrame:
        """Dollars by code of the organization, one column per heading in lower case."""
        folded = self.amounts.assign(Heading=self.amounts["Allocation"].str.casefold())
        return folded.pivot_table("Dollars", "School", "Heading", aggfunc="sum", fill_value=0)

    def by(self, column: str, unnamed: str) -> pd.DataFrame:
        """FTE and dollars of this and the prior year by the texts of a column of `amounts` in any case.

        A blank text is called `unnamed`.
        """
        return summed_by(self.amounts, column, unnamed)


def scope_of(district: str, scenario: Scenario, tied: str) -> str:
    """The line below a sheet's title: district, year, scenario, and what the sheet ties to."""
    said = (district, f"FY{scenario.year}", f"scenario “{scenario.name}”", tied)
    return "  ·  ".join(part for part in said if part)


def summed_by(frame: pd.DataFrame, column: str, unnamed: str) -> pd.DataFrame:
    """The FTE and dollars of a frame by the texts of a column in any case; a blank one is called `unnamed`."""
    named = frame[column].where(frame[column] != "", unnamed)
    grouped = frame.assign(Name=named).groupby(named.str.casefold(), sort=False)
    measures = {name: clean for name, clean in MEASURES.items() if name in frame.columns}
    sums = grouped.agg({"Name": "first", **dict.fromkeys(measures, "sum")})
    return sums.assign(**{name: clean(sums[name].to_numpy(float)) for name, clean in measures.items()})


def figures_of(result: AllocationResult) -> Figures:
    """A result's amounts added up by school; schools without students stand last among the schools."""
    texts = result.amounts.select_dtypes(exclude="number").columns
    amounts = result.amounts.assign(**{name: result.amounts[name].fillna("").astype(str) for name in texts})
    numbers = ("Count", "Rate", "FTE", "Dollars", "Prior FTE", "Prior dollars")
    amounts = amounts.assign(**{name: amounts[name].astype(float) for name in numbers})
    summed = _organizations(result.schools, amounts)
    is_school = result.is_school.to_numpy(dtype=bool)
    schools = summed[is_school].sort_values("Students", key=lambda students: students <= 0, kind="stable")
    return Figures(result, amounts, schools, summed[~is_school], bool(amounts["Prior dollars"].notna().any()))


def _organizations(schools: pd.DataFrame, amounts: pd.DataFrame) -> pd.DataFrame:
    staff = amounts["Dollars"].where(amounts["FTE"] != 0, 0.0)
    given = amounts.assign(Staff=staff, Had=amounts["Prior dollars"].notna())
    sums = given.groupby("School")[["FTE", "Staff", "Dollars", "Prior dollars", "Had"]].sum()
    sums = sums.reindex(schools["Code"]).fillna(0.0)
    total, paid, prior = (cents(sums[name].to_numpy(dtype=float)) for name in ("Dollars", "Staff", "Prior dollars"))
    students = schools["Students"].fillna(0.0).to_numpy(dtype=float)
    change = cents(total - prior)
    columns = {
        "Students": students,
        "FTE": significant(sums["FTE"].to_numpy(dtype=float)),
        "Staff": paid,
        "Non-staff": cents(total - paid),
        "Total": total,
        "Per pupil": np.divide(total, students, out=np.full(len(total), np.nan), where=students > 0),
        "Prior year": prior,
        "Change": change,
        "Change %": np.divide(change, prior, out=np.full(len(total), np.nan), where=prior > 0),
        "Had": sums["Had"].to_numpy(dtype=float) > 0,
    }
    return schools.fillna({"Level": "", "Name": ""}).assign(**columns).reset_index(drop=True)


def money(amount: Any) -> float:
    """Dollars to the cent.

    >>> money(0.1 + 0.2)
    0.3
    """
    return float(cents(np.array(float(amount))))


def whole(number: Any) -> float:
    """A sum without the noise of binary fractions.

    >>> whole(0.1 + 0.2)
    0.3
    """
    return float(significant(np.array(float(number))))


def spoken(amount: float) -> str:
    """Dollars as people say them.

    >>> spoken(168_204_310), spoken(48_250)
    ('$168.2 million', '$48,250')
    """
    size = f"${abs(amount) / 1e6:,.1f} million" if abs(amount) >= 999_950 else f"${abs(amount):,.0f}"
    return f"−{size}" if amount < 0 else size


def cells(values: Iterable[Any], missing: CellValue = None) -> list[CellValue]:
    """Values for cells: NaN is `missing`, numpy's numbers are Python's."""
    plain = values.tolist() if isinstance(values, (pd.Series, np.ndarray)) else list(values)
    return [missing if value is None or value != value else value for value in plain]  # noqa: PLR0124 - NaN


def texts(values: Iterable[str]) -> list[CellValue]:
    """Texts for cells, nothing for a blank one, so that SUMIFS finds the blank ones."""
    return [value or None for value in values]


def summing(
    measure: str, column: str, wanted: Sequence[str], cell: str, table: str = "Allocations",
    further: Sequence[tuple[str, str]] = (),
) -> str:  # fmt: skip
    """The formula that adds up a column of Allocations (or another table) where another one has the text in `cell`.

    `further` columns have what their cells, or texts in quotes, say. It is SUMIFS, unless SUMIFS would read one of the
    `wanted` texts as something else: as a pattern, a comparison, or the same number as another ("007" and "7").

    >>> summing("Cost", "Fund", ["Title I"], "B5", "Costs", [("Year", "C5")])
    'SUMIFS(Costs[Cost],Costs[Fund],B5,Costs[Year],C5)'
    >>> summing("Cost", "Fund", ["Title *"], "B5", "Costs", [("Year", "C5")])
    'SUMPRODUCT((Costs[Fund]=B5)*(Costs[Year]=C5)*Costs[Cost])'
    """
    asked = [(column, cell), *further]
    if read_as_meant(wanted):
        return f"SUMIFS({table}[{measure}],{','.join(f'{table}[{name}],{text}' for name, text in asked)})"
    where = "*".join(f"({table}[{name}]={text})" for name, text in asked)
    return f"SUMPRODUCT({where}*{table}[{measure}])"


def summing_blank(measure: str, column: str) -> str:
    """The formula that adds up a column of Allocations where another one is empty."""
    return f'SUMIFS(Allocations[{measure}],Allocations[{column}],"=")'


def summing_named(figures: Figures, measure: str, column: str, names: Sequence[str], own: str) -> list[str]:
    """For each of the `names` of a column, unnamed lines under the last of them, the formula that adds up a measure.

    `own` is the cell that holds the name.
    """
    unnamed = {"Fund": NO_FUND, "Allocation": NO_HEADING, "Job type": NO_JOB_TYPE}[column]
    blank = bool((figures.amounts[column] == "").any())
    return [
        summing_blank(measure, column) if blank and name == unnamed else summing(measure, column, names, own)
        for name in names
    ]


def summing_heading(figures: Figures, heading: str, codes: Sequence[str] = (), cell: str = "") -> str:
    """The formula for the dollars of one heading, in all or at the school whose code, one of `codes`, is in `cell`.

    It is "" when Excel has none: a text inside a formula is at most 255 characters long.
    """
    if len(heading) > LONGEST_CRITERION:
        return ""
    if read_as_meant(codes) and read_as_meant(figures.headings):
        school = f"Allocations[School],{cell}," if cell else ""
        wanted = criterion(heading) if heading else '"="'
        return f"SUMIFS(Allocations[Dollars],{school}Allocations[Allocation],{wanted})"
    school = f"(Allocations[School]={cell})*" if cell else ""
    return f"SUMPRODUCT({school}(Allocations[Allocation]={quoted(heading)})*Allocations[Dollars])"


def read_as_meant(wanted: Sequence[str]) -> bool:
    """Whether SUMIFS reads every one of the texts as that text: not as a pattern, comparison, or equal number."""
    numbers = [number for text in wanted if (number := _number(text)) is not None]
    odd = any(set(text) & set("*?~") or text[:1] in "=<>" or len(text) > LONGEST_CRITERION for text in wanted if text)
    return not odd and len(numbers) == len(set(numbers))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def width_of(header: str, values: Iterable[CellValue], pattern: str = ",.2f", total: float = 0.0) -> float:
    """Characters that a column of numbers needs, its total and its header with a filter button included."""
    shown = [f"$-{value:{pattern}}" for value in (*values, total) if isinstance(value, (int, float))]
    return max(len(header) + 4.0, *(len(each) + 1.5 for each in shown))


def widest(header: str, values: Iterable[CellValue], most: float) -> float:
    """Characters that a column of texts needs, at most so many."""
    return min(most, max(len(header) + 4.0, *(len(str(value or "")) * 1.05 + 2.5 for value in ("", *values))))
