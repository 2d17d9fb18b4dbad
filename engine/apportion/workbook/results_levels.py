"""The table ByLevel: averages by type and level of school; charters apart, and who is no school without per pupil."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apportion.schema import SCHOOL_TYPES
from apportion.workbook.results_figures import ADDED, COMPARED, LEFT, money, whole
from apportion.workbook.sheets import DataTable, TableColumn

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from apportion.tables import CellValue
    from apportion.workbook.results_figures import Figures
    from apportion.workbook.sheets import Style

NAME = "ByLevel"
AVERAGES = "By type and level"
PLURALS = {"school": "Schools", "charter": "Charters", "program": "Programs", "department": "Departments"}


@dataclass(frozen=True)
class Group:
    """Organizations of one type, schools also of one level: rows of By school or of its programs and departments."""

    name: str
    type: str
    level: str
    members: pd.DataFrame

    @property
    def of_schools(self) -> bool:
        """Whether the group is of schools or charters, which have dollars per pupil."""
        return self.type.casefold() in SCHOOL_TYPES

    def sum(self, column: str) -> float:
        """A column added up over the members: dollars to the cent, other numbers without noise."""
        return (whole if column in ("Students", "FTE") else money)(self.members[column].sum())

    def ratio(self, above: str, below: str) -> float | str:
        """One sum by another; "" when nothing is there to divide by."""
        divisor = self.sum(below)
        return self.sum(above) / divisor if divisor > 0 else ""


def groups_of(figures: Figures) -> list[Group]:
    """District schools by level, charters by level, then programs and departments; levels as By school orders them."""
    schools, others = figures.schools, figures.others
    folded = schools["Level"].str.casefold()
    groups = []
    for kind in SCHOOL_TYPES:
        for level in folded[schools["Type"] == kind].unique():
            members = schools[(schools["Type"] == kind) & (folded == level)]
            groups.append(_group(kind, str(members["Level"].iloc[0]), members))
    return groups + [_group(str(kind), "", others[others["Type"] == kind]) for kind in others["Type"].unique()]


def _group(kind: str, level: str, members: pd.DataFrame) -> Group:
    plural = PLURALS.get(kind, kind.capitalize())
    name = plural if not level else level if kind == "school" else f"{plural}, {level}"
    return Group(name, kind, level, members)


def level_table(figures: Figures, row: int) -> DataTable:
    """One row per group, its columns below those of By school, live over both of its tables."""
    groups = groups_of(figures)
    columns = [
        TableColumn("Group", [group.name for group in groups]),
        _sum(groups, "Number", "count", lambda group: len(group.members)),
        TableColumn("Type", [group.type for group in groups], "muted"),
        TableColumn("Level", [group.level or None for group in groups], "muted"),
        *(_sum(groups, header, style) for header, style in ADDED),
        _ratio(groups, "Per pupil", "Total", "Students", "dollars"),
    ]
    if figures.has_prior:
        columns += [_sum(groups, header, style) for header, style in COMPARED]
        columns.append(_ratio(groups, "Change %", "Change", "Prior year", "percent"))
    columns.append(_ratio(groups, "Students per FTE", "Students", "FTE", "fte"))
    return DataTable(NAME, row, LEFT, tuple(columns))


def _sum(groups: list[Group], header: str, style: Style, value: Callable[[Group], float] | None = None) -> TableColumn:
    values: list[CellValue] = [value(group) if value else group.sum(header) for group in groups]
    return TableColumn(header, values, style, formulas=[_adding(group, header) for group in groups])


def _adding(group: Group, header: str) -> str:
    """The formula that adds up a column over a group's members; "Number" counts them."""
    table = "BySchool" if group.of_schools else "ByDepartment"
    which = f"({table}[Type]={NAME}[[#This Row],[Type]])"
    if group.of_schools:
        which += f"*({table}[Level]={NAME}[[#This Row],[Level]])"
    return f"SUMPRODUCT({which}*{'1' if header == 'Number' else f'{table}[{header}]'})"


def _ratio(groups: list[Group], header: str, above: str, below: str, style: Style) -> TableColumn:
    """One column by another; per pupil and students per FTE are only for schools."""
    own = f"{NAME}[[#This Row],[{{}}]]".format
    has = [header == "Change %" or group.of_schools for group in groups]
    formula = f'IF({own(below)}>0,{own(above)}/{own(below)},"")'
    return TableColumn(
        header,
        [group.ratio(above, below) if shown else None for group, shown in zip(groups, has, strict=True)],
        style,
        formulas=[formula if shown else "" for shown in has],
    )
