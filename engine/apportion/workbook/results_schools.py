"""The sheet By school: what every school, program and department gets, added up live, and averages by level."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apportion.allocation.grains import quoted
from apportion.workbook.results_figures import (
    ADDED,
    COMPARED,
    LEFT,
    TOP,
    cells,
    money,
    summing,
    whole,
    widest,
    width_of,
)
from apportion.workbook.results_levels import AVERAGES, level_table
from apportion.workbook.sheets import Cell, DataTable, Highlight, Sheet, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from apportion.tables import CellValue
    from apportion.workbook.results_figures import Figures
    from apportion.workbook.sheets import Style

SCHOOLS, OTHERS = "BySchool", "ByDepartment"
NAME, STUDENTS, PER_PUPIL = 0, 4, 9
NEW = "new"


def schools_sheet(figures: Figures) -> Sheet:
    """Schools and charters, then programs and departments without per-pupil figures, then the district and averages."""
    schools = _table(figures, figures.schools, SCHOOLS, TOP)
    below = TOP + max(len(figures.schools), 2) + 4
    tables, notes = [schools], []
    if len(figures.others):
        notes.append(Cell(below - 1, LEFT, "Programs and departments", "heading"))
        tables.append(_table(figures, figures.others, OTHERS, below))
        below += len(figures.others) + 3
    notes += _district(figures, below)
    if len(figures.schools) + len(figures.others):
        notes.append(Cell(below + 3, LEFT, AVERAGES, "heading"))
        tables.append(level_table(figures, below + 4))
    return Sheet(
        "By school",
        "Allocation by school",
        figures.scope,
        cells=tuple(notes),
        tables=tuple(tables),
        highlights=_bars(figures, schools),
        freeze=(TOP + 1, LEFT + 1),
    )


def key_columns(figures: Figures, frame: pd.DataFrame, label: str) -> list[TableColumn]:
    """Name, code, type and level of organizations; tables that stand below each other have them at the same width."""
    everyone = {name: [*figures.schools[name], *figures.others[name]] for name in ("Name", "Code", "Type", "Level")}
    return [
        TableColumn(label, cells(frame["Name"]), width=widest("School", everyone["Name"], 36), total="label"),
        TableColumn("Code", cells(frame["Code"]), width=widest("Code", everyone["Code"], 14)),
        TableColumn("Type", cells(frame["Type"]), "muted", widest("Type", everyone["Type"], 14)),
        TableColumn("Level", cells(frame["Level"]), "muted", widest("Level", everyone["Level"], 24)),
    ]


def codes_of(figures: Figures) -> list[str]:
    """The codes of all organizations, as the formulas' criteria."""
    return [str(code) for code in (*figures.schools["Code"], *figures.others["Code"])]


def of_schools(schools: pd.DataFrame, column: str) -> list[str]:
    """The formulas that look up each school's figure on By school by its code."""
    codes = [quoted(re.sub(r"([~*?])", r"~\1", str(code))) for code in schools["Code"]]
    return [f"INDEX({SCHOOLS}[{column}],MATCH({code},{SCHOOLS}[Code],0))" for code in codes]


def _table(figures: Figures, frame: pd.DataFrame, name: str, row: int) -> DataTable:
    """One table; both have the same columns at the same place, except that only schools have dollars per pupil."""
    schools = name == SCHOOLS
    columns = key_columns(figures, frame, "School" if schools else "Program or department")
    columns += [_sum(figures, frame, name, header, style) for header, style in ADDED]
    columns.append(_per_pupil(frame, live=figures.live) if schools else _share(figures, frame))
    if figures.has_prior:
        columns += [_sum(figures, frame, name, header, style) for header, style in COMPARED]
        columns += [_percent(figures, frame, name), *([_against(figures, frame)] if schools else [])]
    empty = "No school is open in this year."
    return DataTable(name, row, LEFT, tuple(columns), empty=empty, total_row=True)


def _sum(figures: Figures, frame: pd.DataFrame, table: str, header: str, style: Style) -> TableColumn:
    codes = codes_of(figures)
    code = f"{table}[[#This Row],[Code]]"
    own = f"{table}[[#This Row],[{{}}]]".format
    formulas = {
        "FTE": summing("FTE", "School", codes, code),
        "Staff": f'SUMIFS(Allocations[Dollars],Allocations[School],{code},Allocations[FTE],"<>0")',
        "Non-staff": f"ROUND({own('Total')}-{own('Staff')},2)",
        "Total": summing("Dollars", "School", codes, code),
        "Prior year": summing("Prior year", "School", codes, code),
        "Change": f"ROUND({own('Total')}-{own('Prior year')},2)",
    }
    if formulas["Total"].startswith("SUMPRODUCT"):
        formulas["Staff"] = f"SUMPRODUCT((Allocations[School]={code})*(Allocations[FTE]<>0)*Allocations[Dollars])"
    district = figures.schools[header].sum() + figures.others[header].sum()
    width = width_of(header, (), ",.0f" if style == "dollars" else ",.1f", float(district))
    formula = formulas.get(header, "") if figures.live else ""
    return TableColumn(header, cells(frame[header]), style, max(10.0, width), formula=formula, total="sum")


def _per_pupil(frame: pd.DataFrame, *, live: bool) -> TableColumn:
    own = f"{SCHOOLS}[[#This Row],[{{}}]]".format
    formula = f'IF({own("Students")}>0,{own("Total")}/{own("Students")},"")' if live else ""
    return TableColumn("Per pupil", cells(frame["Per pupil"], "" if live else None), "dollars", 13, formula=formula)


def _share(figures: Figures, frame: pd.DataFrame) -> TableColumn:
    """A department's part of all dollars, where a school has its dollars per pupil."""
    total = figures.total
    values = [float(amount) / total if total else 0.0 for amount in frame["Total"]]
    own, all_dollars = f"{OTHERS}[[#This Row],[Total]]", "SUM(Allocations[Dollars])"
    formula = f"IF({all_dollars}=0,0,{own}/{all_dollars})" if figures.live else ""
    return TableColumn("Share", cells(values), "percent", 13, "Its part of the district's dollars.", formula=formula)


def change_shares(frame: pd.DataFrame) -> list[CellValue]:
    """Change as a share of the prior year; "new" for what had nothing before, blank where no share says anything."""
    new = (frame["Prior year"] == 0) & (frame["Total"] != 0)
    return [NEW if is_new else share for share, is_new in zip(cells(frame["Change %"], ""), new, strict=True)]


def _percent(figures: Figures, frame: pd.DataFrame, table: str) -> TableColumn:
    own = f"{table}[[#This Row],[{{}}]]".format
    new = f'IF(AND({own("Prior year")}=0,{own("Total")}<>0),"{NEW}","")'
    formula = f"IF({own('Prior year')}>0,{own('Change')}/{own('Prior year')},{new})" if figures.live else ""
    return TableColumn("Change %", change_shares(frame), "percent", 12, formula=formula)


def _against(figures: Figures, frame: pd.DataFrame) -> TableColumn:
    share = f"{SCHOOLS}[[#This Row],[Change %]]"
    formula = f'IF(ISNUMBER({share}),{share},"")' if figures.live else ""
    return TableColumn("Against last year", cells(frame["Change %"], ""), "percent", 21, formula=formula)


def _bars(figures: Figures, table: DataTable) -> tuple[Highlight, ...]:
    """Bars of the schools' change; a department's would need a scale of its own."""
    rows = len(table.columns[0].values)
    if not rows or not figures.has_prior:
        return ()
    column = table.column + len(table.columns) - 1
    return (Highlight((table.row + 1, column), (table.row + rows, column), "bar", bar_only=True),)


def _district(figures: Figures, row: int) -> list[Cell]:
    """One line that ties both tables to the Allocations."""
    schools, others = figures.schools, figures.others
    names = [SCHOOLS] * bool(len(schools)) + [OTHERS] * bool(len(others))
    headers = [*ADDED, *(COMPARED if figures.has_prior else ())]
    places = [*range(STUDENTS, STUDENTS + len(ADDED)), PER_PUPIL + 1, PER_PUPIL + 2]
    line = [Cell(row, LEFT + NAME, "District", "strong")]
    for (header, style), place in zip(headers, places, strict=False):
        total = schools[header].sum() + others[header].sum()
        value = money(total) if style == "dollars" else whole(total)
        formula = "+".join(f"SUM({name}[{header}])" for name in names) if figures.live else ""
        line.append(Cell(row, LEFT + place, value, style, formula))
    students, total = schools["Students"].sum(), schools["Total"].sum()
    if students > 0:
        formula = f"SUM({SCHOOLS}[Total])/SUM({SCHOOLS}[Students])" if figures.live else ""
        line.append(Cell(row, LEFT + PER_PUPIL, float(total / students), "dollars", formula))
        line.append(Cell(row + 1, LEFT, "Dollars per pupil count schools and charters only.", "muted"))
    if figures.has_prior and figures.prior > 0:
        formula = "+".join(f"SUM({name}[Change])" for name in names)
        before = "+".join(f"SUM({name}[Prior year])" for name in names)
        value = money(figures.total - figures.prior) / figures.prior
        line.append(Cell(row, LEFT + PER_PUPIL + 3, value, "percent", f"({formula})/({before})"))
    return line
