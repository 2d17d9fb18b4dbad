"""The sheet By need and its chart: dollars per pupil of every school against the share of students in need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from apportion.workbook.results_figures import LEFT, TOP, cells, money, widest
from apportion.workbook.results_levels import NAME as LEVELS
from apportion.workbook.results_levels import groups_of
from apportion.workbook.results_schools import of_schools
from apportion.workbook.sheets import Cell, Chart, DataTable, Highlight, Series, Sheet, TableColumn

if TYPE_CHECKING:
    from apportion.workbook.results_figures import Figures

NAME, SHEET = "ByNeed", "By need"
ROW = TOP + 3
NEED, PER_PUPIL, AGAINST = 4, 5, 6
FEWEST_SCHOOLS = 4
MOST_SERIES = 6
ABOUT_THE_SAME = 0.02


def need_of(figures: Figures) -> pd.DataFrame | None:
    """Schools with students and a known need, by group of level, the neediest first; None when they say nothing.

    Need is the share of students in need, Group the row of ByLevel, Average that group's dollars per pupil.
    """
    if "Need" not in figures.schools or not figures.live or figures.total == 0:
        return None
    groups = [group for group in groups_of(figures) if group.of_schools]
    parts = [group.members.assign(Group=group.name, Average=group.ratio("Total", "Students")) for group in groups]
    schools = pd.concat(parts) if parts else figures.schools
    schools = schools[(schools["Students"] > 0) & schools["Need"].notna()]
    if len(schools) < FEWEST_SCHOOLS or schools["Need"].nunique() < 2:
        return None
    order = {group.name: number for number, group in enumerate(groups)}
    by_need = schools.sort_values("Need", ascending=False, kind="stable")
    return by_need.sort_values("Group", key=lambda names: names.map(order), kind="stable").reset_index(drop=True)


def quarters(schools: pd.DataFrame) -> tuple[float, float]:
    """Dollars per pupil in the neediest and in the least needy quarter of the schools; charters are left aside."""
    own = schools[schools["Type"] == "school"]
    ranked = (own if len(own) >= FEWEST_SCHOOLS else schools).sort_values("Need", ascending=False, kind="stable")
    quarter = len(ranked) // 4
    neediest, least = ranked[:quarter], ranked[-quarter:]
    return tuple(money(part["Total"].sum() / part["Students"].sum()) for part in (neediest, least))  # type: ignore[return-value]


def _message(schools: pd.DataFrame) -> str:
    most, least = quarters(schools)
    apart = most / least - 1 if least > 0 else 0.0
    word = "about the same" if abs(apart) < ABOUT_THE_SAME else "more" if apart > 0 else "less"
    shown = f"${most:,.0f} per pupil in the neediest quarter, ${least:,.0f} in the least needy"
    return f"Schools with more need get {word}: {shown}."


def _title(schools: pd.DataFrame) -> str:
    """The same in the words that a chart has room for."""
    most, least = quarters(schools)
    return f"The neediest quarter gets ${most:,.0f} per pupil, the least needy ${least:,.0f}"


def need_sheet(figures: Figures) -> Sheet | None:
    """The table ByNeed: within each level the neediest school first, beside its level's dollars per pupil."""
    schools = need_of(figures)
    if schools is None:
        return None
    said = f"Need is the share of {_label(figures)}. Each school stands beside the dollars per pupil of its level."
    last = ROW + len(schools)
    return Sheet(
        SHEET,
        "Dollars per pupil against need",
        figures.scope,
        cells=(Cell(TOP, LEFT, _message(schools), "strong"), Cell(TOP + 1, LEFT, said, "muted")),
        tables=(_table(schools),),
        highlights=(
            Highlight((ROW + 1, LEFT + NEED), (last, LEFT + NEED), "bar"),
            Highlight((ROW + 1, LEFT + AGAINST), (last, LEFT + AGAINST), "bar"),
        ),
        freeze=(ROW + 1, LEFT + 1),
        landscape=False,
    )


def _label(figures: Figures) -> str:
    label = str(getattr(figures.result, "need", "")) or "students in need"
    label = label[:1].lower() + label[1:]
    return label if "student" in label else f"{label} students"


def _table(schools: pd.DataFrame) -> DataTable:
    own = f"{NAME}[[#This Row],[{{}}]]".format
    average = f"INDEX({LEVELS}[Per pupil],MATCH({own('Group')},{LEVELS}[Group],0))"
    against = (schools["Per pupil"] - schools["Average"].astype(float)).tolist()
    columns = (
        TableColumn("School", cells(schools["Name"]), width=widest("School", schools["Name"], 36)),
        TableColumn("Code", cells(schools["Code"]), width=widest("Code", schools["Code"], 14)),
        TableColumn("Group", cells(schools["Group"]), "muted", widest("Group", schools["Group"], 28)),
        TableColumn("Students", cells(schools["Students"]), "count", 13, formulas=of_schools(schools, "Students")),
        TableColumn("Need", cells(schools["Need"]), "percent", 20),
        TableColumn("Per pupil", cells(schools["Per pupil"]), "dollars", 14, formulas=of_schools(schools, "Per pupil")),
        TableColumn("Against its level", against, "dollars", 22, formula=f"{own('Per pupil')}-{average}"),
    )
    return DataTable(NAME, ROW, LEFT, columns)


def need_chart(figures: Figures, row: int, column: int) -> Chart | None:
    """Dollars per pupil against need, one series per level; None without need."""
    schools = need_of(figures)
    if schools is None:
        return None
    names = list(schools["Group"].unique())
    kept = names if len(names) <= MOST_SERIES else names[: MOST_SERIES - 1]
    shown = schools["Group"].where(schools["Group"].isin(kept), "Others")
    return Chart(
        "scatter", row, column, _title(schools), tuple(_series(shown, name) for name in shown.unique()),
        x_title=f"Share of {_label(figures)}", y_title="Dollars per pupil", number_format="$#,##0", x_format="0%",
        height=360,
    )  # fmt: skip


def _series(shown: pd.Series, name: str) -> Series:
    """The schools of one name, which stand together in the table ByNeed."""
    places = shown.index[shown == name]
    first, last = ROW + 1 + int(places[0]), ROW + 1 + int(places[-1])
    x, y = LEFT + NEED, LEFT + PER_PUPIL
    return Series(name, (SHEET, first, x, last, x), (SHEET, first, y, last, y))
