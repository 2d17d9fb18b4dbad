"""The sheet Summary: key figures, and charts whose titles are messages computed from the amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from apportion.workbook.results_figures import (
    LEFT,
    NO_HEADING,
    TOP,
    cells,
    money,
    spoken,
    summing_named,
    whole,
)
from apportion.workbook.results_funds import funds_of
from apportion.workbook.results_need import need_chart
from apportion.workbook.results_schools import PER_PUPIL, SCHOOLS, STUDENTS, change_shares, of_schools
from apportion.workbook.results_tables import counted
from apportion.workbook.sheets import Cell, Chart, DataTable, Series, Sheet, TableColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apportion.tables import CellValue
    from apportion.workbook.results_figures import Figures
    from apportion.workbook.sheets import Style

    KeyFigure = tuple[str, CellValue, Style, str, str]

NAME = "Summary"
WIDTHS = {LEFT: 34.0, LEFT + 1: 21.0, LEFT + 2: 17.0, LEFT + 3: 3.0}
CHART_COLUMN = LEFT + 4
PIXELS_PER_ROW = 20
MOST_CHANGED = 10
FEWEST_POINTS = 3
TEAL = "#0F5C5C"
LINKS = {"Checks": "internal:'Checks'!A1"}
SHORT = ((10_000_000, '$#,##0.0,,"M"'), (100_000, '$#,##0,"K"'))


def summary_sheet(figures: Figures) -> Sheet:
    """Key figures and the small tables of the charts at the left, the charts at the right."""
    facts, top = _key_figures(figures), TOP + 3
    said = (Cell(TOP, LEFT, _message(figures), "strong"), Cell(TOP + 1, LEFT, _over(figures)))
    heading = (Cell(top, column, "" if column > LEFT else "Key figures", "heading") for column in range(LEFT, LEFT + 3))
    notes = [*said, *heading, *_written(facts, top + 1)]
    tables: list[DataTable] = []
    charts: list[Chart] = []
    below, right = top + len(facts) + 3, top
    for make in (_dollars_by_heading, _fte_by_heading, _changes):
        made = make(figures, below, right)
        if made is None:
            continue
        caption, table, chart = made
        notes.append(Cell(below - 1, LEFT, caption, "heading"))
        tables.append(table)
        charts.append(chart)
        below += len(_values(table, 0)) + 3 + table.total_row
        right += _rows(chart)
    scatter = need_chart(figures, right, CHART_COLUMN) or _size(figures, right)
    charts += [scatter] if scatter else []
    return Sheet(
        NAME, "Summary", figures.scope, tuple(notes), tuple(tables), tuple(charts), widths=WIDTHS, landscape=False,
    )  # fmt: skip


def _rows(chart: Chart) -> int:
    return chart.height // PIXELS_PER_ROW + 1


def _message(figures: Figures) -> str:
    """The allocation in one sentence: who gets how much, and how that compares with last year."""
    kinds = {"school": len(figures.schools), **figures.others["Type"].value_counts(sort=False).to_dict()}
    named = " and ".join(f"{number:,} {kind}{'' if number == 1 else 's'}" for kind, number in kinds.items())
    verb = "gets" if sum(kinds.values()) == 1 else "get"
    given = f"{named} {verb} {spoken(figures.total)} and {figures.fte:,.1f} FTE"
    change = money(figures.total - figures.prior)
    if not figures.has_prior or figures.prior <= 0:
        return f"{given}."
    before = f"in FY{figures.result.scenario.year - 1}"
    if change == 0:
        return f"{given}, as much as {before}."
    word = "more" if change > 0 else "less"
    return f"{given}, {spoken(abs(change))} ({abs(change) / figures.prior:.1%}) {word} than {before}."


def _over(figures: Figures) -> str:
    """The funds that give more than they have, in words; "" when none does."""
    funds = funds_of(figures)
    over = funds[funds["Remaining"] < 0]
    named = [f"{name} by ${-left:,.2f}" for name, left in zip(over["Name"], over["Remaining"], strict=True)]
    return f"Over the amount of the fund: {', '.join(named)}." if named else ""


def _written(facts: list[KeyFigure], top: int) -> list[Cell]:
    return [
        cell
        for row, (label, value, style, formula, note) in enumerate(facts, top)
        for cell in (
            Cell(row, LEFT, label),
            Cell(row, LEFT + 1, value, style, formula, LINKS.get(label, "")),
            Cell(row, LEFT + 2, note, "muted"),
        )
        if cell.value not in ("", None)
    ]


def _key_figures(figures: Figures) -> list[KeyFigure]:
    schools, live = figures.schools, figures.live
    students, at_schools = whole(schools["Students"].sum()), money(schools["Total"].sum())
    has_schools = live and len(schools) > 0
    findings = figures.result.findings
    known = {finding.severity for finding in findings}
    standing: Style = "ok" if not known else "center" if known == {"note"} else "look"
    facts: list[KeyFigure] = [
        ("Checks", counted(findings), standing, "", "see the next sheet" if known else ""),
        ("Dollars", figures.total, "cents", "SUM(Allocations[Dollars])" if live else "", ""),
        ("FTE", figures.fte, "fte", "SUM(Allocations[FTE])" if live else "", ""),
        ("Schools and charters", len(schools), "count", f"ROWS({SCHOOLS}[Code])" if has_schools else "", ""),
        ("Students", students, "count", f"SUM({SCHOOLS}[Students])" if has_schools else "", "at schools"),
    ]
    if students > 0:
        formula = f"SUM({SCHOOLS}[Total])/SUM({SCHOOLS}[Students])" if live else ""
        facts.append(("Dollars per pupil", at_schools / students, "dollars", formula, "at schools"))
    if figures.has_prior:
        change = money(figures.total - figures.prior)
        share = f"{change / figures.prior:+.1%}".replace("-", "−") if figures.prior > 0 else ""
        formula = "ROUND(SUM(Allocations[Dollars])-SUM(Allocations[Prior year]),2)"
        facts.append(("Change against last year", change, "cents", formula, share))
    return facts


def _heading_table(figures: Figures, measure: str, name: str, row: int) -> DataTable:
    """FTE or dollars by allocation heading, the largest first; headings that give none are left out."""
    sums = figures.by("Allocation", NO_HEADING)
    sums = sums[sums[measure] != 0].sort_values(measure, ascending=False, kind="stable")
    names = [str(each) for each in sums["Name"]]
    cell = f"{name}[[#This Row],[Heading]]"
    formulas = summing_named(figures, measure, "Allocation", names, cell)
    total = float(sums[measure].sum())
    share = [float(value) / total if total else 0.0 for value in sums[measure]]
    style: Style = "cents" if measure == "Dollars" else "fte"
    of_all = f"{name}[[#This Row],[{measure}]]/SUM({name}[{measure}])"
    columns = (
        TableColumn("Heading", [*names], width=WIDTHS[LEFT], total="label"),
        TableColumn(measure, cells(sums[measure]), style, WIDTHS[LEFT + 1], formulas=formulas, total="sum"),
        TableColumn("Share", [*share], "percent", WIDTHS[LEFT + 2], formula=of_all if total else ""),
    )
    return DataTable(name, row, LEFT, columns, total_row=True)


def _heading_chart(table: DataTable, right: int, title: str, axis: str, pattern: str) -> Chart:
    count = len(_values(table, 0))
    return Chart(
        "bar", right, CHART_COLUMN, title, (_series(table, 1, TEAL),), y_title=axis, number_format=pattern,
        height=max(200, 90 + 26 * count), reverse=True,
    )  # fmt: skip


def _short(table: DataTable) -> str:
    """The number format of a chart's dollars: whole, in thousands (K) or in millions (M), by the largest."""
    largest = max(abs(float(value)) for value in _values(table, 1) if isinstance(value, (int, float)))
    plain = next((text for least, text in SHORT if largest >= least), "$#,##0")
    return f"{plain};-{plain}"


def _values(table: DataTable, column: int) -> Sequence[CellValue]:
    return table.columns[column].values  # noqa: PD011 - a column of the description, not pandas'


def _series(table: DataTable, column: int, color: str) -> Series:
    first, last = table.row + 1, table.row + len(_values(table, 0))
    return Series(
        table.columns[column].header,
        (NAME, first, table.column, last, table.column),
        (NAME, first, table.column + column, last, table.column + column),
        color,
        labels=True,
    )


def _dollars_by_heading(figures: Figures, row: int, right: int) -> tuple[str, DataTable, Chart] | None:
    table = _heading_table(figures, "Dollars", "DollarsByHeading", row)
    if not _values(table, 0) or figures.total <= 0:
        return None
    first, share = _values(table, 0)[0], _values(table, 2)[0]
    title = f"{first} takes {share:.0%} of {spoken(figures.total)}"
    return "Dollars by heading", table, _heading_chart(table, right, title, "Dollars", _short(table))


def _fte_by_heading(figures: Figures, row: int, right: int) -> tuple[str, DataTable, Chart] | None:
    table = _heading_table(figures, "FTE", "FTEByHeading", row)
    if not _values(table, 0) or figures.fte <= 0:
        return None
    first, share = _values(table, 0)[0], _values(table, 2)[0]
    title = f"{share:.0%} of {figures.fte:,.1f} FTE are in {first}"
    return "FTE by heading", table, _heading_chart(table, right, title, "FTE", "#,##0.0")


def _changes(figures: Figures, row: int, right: int) -> tuple[str, DataTable, Chart] | None:
    """The schools that change most against last year; a school without a last year is not compared."""
    most = _most_changed(figures.schools[figures.schools["Had"]])
    if most.empty:
        return None
    message = _change_message(figures, most.iloc[int(most["Change"].abs().argmax())])
    change, share = of_schools(most, "Change"), of_schools(most, "Change %")
    columns = (
        TableColumn("School", cells(most["Name"]), width=WIDTHS[LEFT]),
        TableColumn("Change", cells(most["Change"]), "dollars", WIDTHS[LEFT + 1], formulas=change),
        TableColumn("Change %", change_shares(most), "percent", WIDTHS[LEFT + 2], formulas=share),
    )
    table = DataTable("LargestChanges", row, LEFT, columns)
    chart = Chart(
        "bar", right, CHART_COLUMN, message, (_series(table, 1, TEAL),),
        y_title="Change against last year, dollars", number_format=_short(table),
        height=max(200, 90 + 26 * len(most)), reverse=True,
    )  # fmt: skip
    return "Largest changes against last year", table, chart


def _most_changed(schools: pd.DataFrame) -> pd.DataFrame:
    """The largest gains, then the largest losses; either side takes the places that the other leaves."""
    ranked = schools.sort_values("Change", ascending=False, kind="stable")
    gains, losses = ranked[ranked["Change"] > 0], ranked[ranked["Change"] < 0]
    lost = min(len(losses), max(MOST_CHANGED // 2, MOST_CHANGED - len(gains)))
    return pd.concat([gains.head(MOST_CHANGED - lost), losses.tail(lost)])


def _change_message(figures: Figures, most: pd.Series) -> str:
    """Whose change is the largest, and how many schools get less."""
    had = figures.schools[figures.schools["Had"]]
    less = int((had["Change"] < 0).sum())
    verb = "gains" if most["Change"] > 0 else "loses"
    count = f"{less} of {len(had)} schools get less" if less else "no school gets less"
    return f"{most['Name']} {verb} most, {spoken(abs(most['Change']))}; {count}"


def _size(figures: Figures, right: int) -> Chart | None:
    """Dollars per pupil against students, from the table BySchool, whose schools without students stand last."""
    points = figures.schools[figures.schools["Students"] > 0]
    if len(points) < FEWEST_POINTS or not figures.live or figures.total == 0:
        return None
    first, last = TOP + 1, TOP + len(points)
    students = ("By school", first, LEFT + STUDENTS, last, LEFT + STUDENTS)
    per_pupil = ("By school", first, LEFT + PER_PUPIL, last, LEFT + PER_PUPIL)
    return Chart(
        "scatter", right, CHART_COLUMN, _size_message(points), (Series("Schools", students, per_pupil, TEAL),),
        x_title="Students", y_title="Dollars per pupil", number_format="$#,##0", height=340,
    )  # fmt: skip


def _size_message(points: pd.DataFrame) -> str:
    low, high = (points.iloc[int(place)] for place in (points["Per pupil"].argmin(), points["Per pupil"].argmax()))
    return f"From ${low['Per pupil']:,.0f} per pupil ({low['Name']}) to ${high['Per pupil']:,.0f} ({high['Name']})"
