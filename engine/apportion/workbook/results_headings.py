"""The sheet By heading: what every school gets under each allocation heading, added up live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apportion.rounding import cents
from apportion.workbook.results_figures import (
    LEFT,
    LONGEST_CRITERION,
    NO_HEADING,
    TOP,
    cells,
    money,
    summing,
    summing_heading,
    width_of,
)
from apportion.workbook.results_schools import codes_of, key_columns
from apportion.workbook.sheets import Cell, DataTable, Sheet, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from apportion.workbook.results_figures import Figures

SCHOOLS, OTHERS = "BySchoolAndHeading", "ByDepartmentAndHeading"
OWN_HEADERS = ("school", "program or department", "code", "type", "level", "total", "students", "per pupil")
KEYS = 4


def headings_sheet(figures: Figures) -> Sheet:
    """Schools with a column of dollars per heading, then programs and departments, then the district."""
    tables = [_table(figures, figures.schools, SCHOOLS, TOP)]
    below, notes = TOP + max(len(figures.schools), 2) + 4, []
    if len(figures.others):
        notes.append(Cell(below - 1, LEFT, "Programs and departments", "heading"))
        tables.append(_table(figures, figures.others, OTHERS, below))
        below += len(figures.others) + 3
    return Sheet(
        "By heading",
        "Allocation by school and heading",
        figures.scope,
        cells=(*notes, *_district(figures, below)),
        tables=tuple(tables),
        freeze=(TOP + 1, LEFT + 1),
    )


def _table(figures: Figures, frame: pd.DataFrame, name: str, row: int) -> DataTable:
    """One table; both have the same columns at the same place, and only schools have students and dollars per pupil."""
    schools = name == SCHOOLS
    codes, code = codes_of(figures), f"{name}[[#This Row],[Code]]"
    columns = key_columns(figures, frame, "School" if schools else "Program or department")
    for heading, header in zip(figures.headings, headers_of(figures.headings), strict=True):
        formula = summing_heading(figures, heading, codes, code)
        given = figures.by_heading[heading.casefold()].reindex(frame["Code"]).fillna(0.0).to_numpy(dtype=float)
        columns.append(TableColumn(header, cells(cents(given)), "dollars", 15, formula=formula, total="sum"))
    live = summing("Dollars", "School", codes, code) if figures.live else ""
    width = width_of("Total", (), ",.0f", figures.total)
    columns.append(TableColumn("Total", cells(frame["Total"]), "dollars", width, formula=live, total="sum"))
    if schools:
        own = f"{SCHOOLS}[[#This Row],[{{}}]]".format
        each = f'IF({own("Students")}>0,{own("Total")}/{own("Students")},"")' if figures.live else ""
        per_pupil = cells(frame["Per pupil"], "" if figures.live else None)
        columns += [
            TableColumn("Students", cells(frame["Students"]), "count", 10, total="sum"),
            TableColumn("Per pupil", per_pupil, "dollars", 11, formula=each),
        ]
    return DataTable(name, row, LEFT, tuple(columns), empty="No school is open in this year.", total_row=True)


def headers_of(headings: tuple[str, ...]) -> list[str]:
    """The headers of the headings' columns: no two the same, and none that of another column of the table.

    >>> headers_of(("Classroom teaching", "Students", ""))
    ['Classroom teaching', 'Students (heading)', 'No heading']
    """
    seen, headers = set(OWN_HEADERS), []
    for heading in headings:
        header = (heading or NO_HEADING)[: LONGEST_CRITERION - 20]
        while header.casefold() in seen:
            header += " (heading)"
        seen.add(header.casefold())
        headers.append(header)
    return headers


def _district(figures: Figures, row: int) -> list[Cell]:
    """One line for the whole district, added up from the Allocations and not from the tables above it."""
    line = [Cell(row, LEFT, "District", "strong")]
    for place, heading in enumerate(figures.headings, LEFT + KEYS):
        given = money(figures.by_heading[heading.casefold()].sum())
        line.append(Cell(row, place, given, "dollars", summing_heading(figures, heading)))
    place, live = LEFT + KEYS + len(figures.headings), figures.live
    line.append(Cell(row, place, figures.total, "dollars", "SUM(Allocations[Dollars])" if live else ""))
    students, total = figures.schools["Students"].sum(), figures.schools["Total"].sum()
    if students > 0:
        line.append(Cell(row, place + 1, float(students), "count", f"SUM({SCHOOLS}[Students])"))
        each = f"SUM({SCHOOLS}[Total])/SUM({SCHOOLS}[Students])" if live else ""
        line.append(Cell(row, place + 2, float(total / students), "dollars", each))
        line.append(Cell(row + 1, LEFT, "Students and dollars per pupil count schools and charters only.", "muted"))
    return line
