"""The sheet Cliff: what of each fiscal year has no fund, what ends when, and which programs it pays for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apportion.programs.cliff import SCHOOL_SEPARATOR
from apportion.programs.money import MONTHS
from apportion.spoken import counted, day, fiscal, together, whole_dollars
from apportion.workbook.charts import short_dollars
from apportion.workbook.drawing import own
from apportion.workbook.marks import above_zero
from apportion.workbook.results_figures import ALL_YEARS, LEFT, TOP, cells, summing, texts
from apportion.workbook.sheets import Cell, Chart, DataTable, Series, Sheet, TableColumn
from apportion.workbook.styles import ACCENT, LOSS, SERIES_COLORS

if TYPE_CHECKING:
    import pandas as pd

    from apportion.programs.cliff import Cliff
    from apportion.workbook.sheets import Style

NAME, YEARS, FUNDS, PROGRAMS = "Cliff", "CliffByYear", "CliffByFund", "CliffByProgram"
MOST_TOGETHER = 4  # names in a sentence
MONEY = {True: "recurring", False: "one-time"}
CHART_ROWS = 22
NOTHING = "No program has a cost in this or a later year: fill the table ProgramCosts."
# Of the columns in which the three tables stand below each other.
WIDTHS = dict(enumerate((28, 12, 16, 17, 17, 16, 12, 12, 26, 28), LEFT))


def cliff_sheets(cliff: Cliff) -> tuple[Sheet, ...]:
    """The sheet Cliff: its message, a chart by year, and the tables CliffByYear, CliffByFund and CliffByProgram."""
    if cliff.programs.empty:
        return (Sheet(NAME, "The cliff", _scope(cliff), (Cell(TOP, LEFT, NOTHING, "strong"),), mark=True),)
    funds = _worst_first(cliff.funds[cliff.funds["Costs"] > 0])
    programs = cliff.programs.sort_values(["Gap", "Year"], ascending=[False, True], kind="stable")
    said, money = sentences(cliff), _style(cliff.programs[["Dollars", "Covered"]])
    years = TOP + len(said) + 2
    by_fund = years + len(cliff.years) + CHART_ROWS + 5
    by_program = by_fund + len(funds) + 4
    headings = (
        (years, "By fiscal year"),
        (by_fund, "By fund, the largest gap first"),
        (by_program, "By program, the largest gap first"),
    )
    tables = (
        _year_table(cliff.years, years, money),
        _fund_table(cliff, funds, by_fund, money),
        _program_table(programs, by_program, money),
    )
    return (
        Sheet(
            NAME,
            message(cliff),
            _scope(cliff),
            cells=(
                *(Cell(row, LEFT, text, "strong" if row == TOP else "text") for row, text in enumerate(said, TOP)),
                *(Cell(row - 1, LEFT, text, "heading") for row, text in headings),
            ),
            tables=tables,
            charts=(_chart(cliff, years),),
            highlights=tuple(mark for each in tables[1:] for mark in above_zero(each, "No fund", "stop")),
            widths={column: float(width) for column, width in WIDTHS.items()},
            breaks=(by_fund - 1,),
            mark=True,
        ),
    )


def said_of(cliff: Cliff) -> str:
    """The cliff in a sentence."""
    return NOTHING if cliff.programs.empty else f"{message(cliff)}."


def _worst_first(funds: pd.DataFrame) -> pd.DataFrame:
    """Funds by the gap of all their years, each year after year."""
    gaps = funds.groupby("Fund")["Gap"].sum()
    ordered = funds.assign(All=funds["Fund"].map(gaps)).sort_values(
        ["All", "Year"], ascending=[False, True], kind="stable"
    )
    names = list(dict.fromkeys(ordered["Fund"]))
    return funds.sort_values("Fund", key=lambda own: own.map(names.index), kind="stable").reset_index(drop=True)


def _style(amounts: pd.DataFrame) -> Style:
    """Dollars, with cents where any amount has some."""
    return "dollars" if bool((amounts == amounts.round()).all(axis=None)) else "cents"


def _places(schools: str) -> str:
    """The schools that a program serves, as many as a cell has room for."""
    return together(schools.split(SCHOOL_SEPARATOR), 2)


def message(cliff: Cliff) -> str:
    """The number of the cliff: what has no fund in the year in which the gap grows most."""
    gaps = cliff.years["Gap"].tolist()
    steps = [gap - before for gap, before in zip(gaps, [0.0, *gaps], strict=False)]
    if not any(gaps):
        first, last = (fiscal(cliff.years["Year"].iloc[at]) for at in (0, -1))
        return f"Every program has a fund in {first}" + (f" to {last}" if first != last else "")
    worst = steps.index(max(steps))
    return f"{whole_dollars(gaps[worst])} of {fiscal(cliff.years['Year'].iloc[worst])} has no fund"


def sentences(cliff: Cliff) -> list[str]:
    """What has no fund year by year, then what each fund that ends pays for and until when."""
    gaps = cliff.years[cliff.years["Gap"] > 0]
    told = [
        f"{fiscal(year['Year'])}: {whole_dollars(year['Gap'])} of {whole_dollars(year['Costs'])} has no fund; "
        f"{counted(year['Programs'], 'program')}{_with(year['Positions'])} "
        f"{'is' if year['Programs'] == 1 else 'are'} affected."
        for year in gaps.to_dict("records")
    ] or ["What programs cost is covered in every year."]
    short = cliff.funds[cliff.funds["Recurring"].astype(bool) & (cliff.funds["Gap"] > 0)]
    for fund, rows in short.groupby("Fund", sort=False):
        years = [f"{whole_dollars(row['Gap'])} in {fiscal(row['Year'])}" for row in rows.to_dict("records")]
        told.append(f"{fund} comes year after year, and is short of {together(years, MOST_TOGETHER)}.")
    ending = cliff.funds[~cliff.funds["Recurring"].astype(bool) & (cliff.funds["Costs"] > 0)]
    return told + [text for _, rows in ending.groupby("Fund", sort=False) for text in _of_fund(cliff, rows)]


def _with(positions: float) -> str:
    return f" with {counted(positions, 'position')}" if positions else ""


def _of_fund(cliff: Cliff, rows: pd.DataFrame) -> list[str]:
    """One fund: its last day, what it pays of each year, and for what."""
    last, fund = rows.iloc[-1], str(rows["Fund"].iloc[0])
    ends = f"ends on {day(last['Ends'])}" if last["Ends"] is not None else "is one-time money"
    part, none = rows[rows["Months"].between(1, MONTHS - 1)], rows[rows["Months"] == 0]
    pays = [f"pays {year['Months']} of the {MONTHS} months of {fiscal(year['Year'])}"
            for year in part.to_dict("records")]  # fmt: skip
    pays += [f"pays nothing in {together([fiscal(year) for year in none['Year']], MOST_TOGETHER)}"] if len(none) else []
    own = cliff.programs[cliff.programs["Fund"] == fund]
    names = list(dict.fromkeys(own.sort_values("Dollars", ascending=False, kind="stable")["Program"]))
    positions = float(own.groupby("Year")["Positions"].sum().max())
    paid = f"It pays for {together(names, MOST_TOGETHER)}{_with(positions)}."
    return [f"{fund} {ends}{'; it ' if pays else ''}{', and '.join(pays)}.", paid]


def _scope(cliff: Cliff) -> str:
    first = fiscal(cliff.portfolio.year)
    said = (cliff.portfolio.district, f"{first} and later", "what it costs to go on with every program as it is")
    return "  ·  ".join(part for part in said if part)


def _year_table(years: pd.DataFrame, row: int, money: Style) -> DataTable:
    """The numbers of the chart, added up live over CliffByFund and CliffByProgram."""
    year = own(YEARS, "Year")
    paid = f"SUMIFS({FUNDS}[Covered],{FUNDS}[Year],{year},{FUNDS}[Money],"
    affected = f'{PROGRAMS}[Year],{year},{PROGRAMS}[No fund],">0"'
    columns = (
        TableColumn("Year", [fiscal(each) for each in years["Year"]]),
        TableColumn("Programs affected", cells(years["Programs"]), "count", note="Some of their cost has no fund."),
        TableColumn("Cost", cells(years["Costs"]), money, formula=f"SUMIFS({FUNDS}[Cost],{FUNDS}[Year],{year})"),
        TableColumn("Recurring money", cells(years["Recurring"]), money, formula=f'{paid}"recurring*")'),
        TableColumn("One-time money", cells(years["One-time"]), money, formula=f'{paid}"one-time*")'),
        TableColumn("No fund", cells(years["Gap"]), money, formula=f"SUMIFS({FUNDS}[No fund],{FUNDS}[Year],{year})"),
        TableColumn("Positions affected", cells(years["Positions"]), "fte", note="Some of their cost has no fund.",
                    formula=f"SUMIFS({PROGRAMS}[Positions],{affected})"),
    )  # fmt: skip
    return DataTable(YEARS, row, LEFT, columns)


def _fund_table(cliff: Cliff, funds: pd.DataFrame, row: int, money: Style) -> DataTable:
    """What is meant for each fund and what it covers of it, added up live over CliffByProgram."""
    names, year = [str(name) for name in funds["Fund"]], [("Year", own(FUNDS, "Year"))]
    sums, covered = (summing(of, "Fund", names, own(FUNDS, "Fund"), PROGRAMS, year) for of in ("Cost", "Covered"))
    gap = f"ROUND({own(FUNDS, 'Cost')}-{own(FUNDS, 'Covered')},2)"
    columns = (
        TableColumn("Fund", texts(funds["Fund"]), "wrap", total="label"),
        TableColumn("Year", [fiscal(year) for year in funds["Year"]]),
        TableColumn("Cost", cells(funds["Costs"]), money, formula=sums, total="sum"),
        TableColumn("Covered", cells(funds["Covered"]), money, formula=covered, total="sum"),
        TableColumn("No fund", cells(funds["Gap"]), money, formula=gap, total="sum"),
        TableColumn("Has", cells(funds["Available"]), money, note="What it has for programs."),
        TableColumn("Months", cells(funds["Months"]), "count", note="Months of the year in which it may pay."),
        TableColumn("Programs", [_programs_of(cliff, fund).nunique() for fund in funds.to_dict("records")], "count"),
        TableColumn("Pays for", [_paid_for(cliff, fund) for fund in funds.to_dict("records")], "wrap"),
        TableColumn("Money", [_money(fund) for fund in funds.to_dict("records")], "wrap"),
    )
    return DataTable(FUNDS, row, LEFT, columns, total_row=True, wrap_rows=True, total_label=ALL_YEARS)


def _programs_of(cliff: Cliff, fund: dict[Any, Any]) -> pd.Series:
    """The names of the programs that a fund is meant to pay in a year, the dearest first."""
    rows = cliff.programs[(cliff.programs["Fund"] == fund["Fund"]) & (cliff.programs["Year"] == fund["Year"])]
    names: pd.Series = rows.sort_values("Dollars", ascending=False, kind="stable")["Program"]
    return names


def _money(fund: dict[Any, Any]) -> str:
    """Whether a fund's money recurs, and until when it may be committed."""
    until = f", until {day(fund['Ends'])}" if fund["Ends"] is not None else ""
    return f"{MONEY[bool(fund['Recurring'])]}{until}"


def _paid_for(cliff: Cliff, fund: dict[Any, Any]) -> str:
    return together([str(name) for name in _programs_of(cliff, fund)], 3)


def _program_table(programs: pd.DataFrame, row: int, money: Style) -> DataTable:
    gap = f"ROUND({own(PROGRAMS, 'Cost')}-{own(PROGRAMS, 'Covered')},2)"
    columns = (
        TableColumn("Program", texts(programs["Program"]), "wrap", total="label"),
        TableColumn("Year", [fiscal(year) for year in programs["Year"]]),
        TableColumn("Cost", cells(programs["Dollars"]), money, total="sum"),
        TableColumn("Covered", cells(programs["Covered"]), money, total="sum"),
        TableColumn("No fund", cells(programs["Gap"]), money, formula=gap, total="sum"),
        TableColumn("Origin", texts(programs["Origin"])),
        TableColumn("Months", cells(programs["Months"]), "count", note="Months of the year that the fund may pay."),
        TableColumn("Positions", cells(programs["Positions"]), "fte", note="Positions that are in the cost."),
        TableColumn("Fund", texts(programs["Fund"]), "wrap"),
        TableColumn("Schools", [_places(each) for each in programs["Schools"]], "wrap"),
    )
    return DataTable(PROGRAMS, row, LEFT, columns, total_row=True, wrap_rows=True, total_label=ALL_YEARS)


def _title(years: pd.DataFrame) -> str:
    """What one-time money pays in the first year and in the last one."""
    paid = years["One-time"].tolist()
    if not any(paid):
        return "No program is paid from one-time money"
    first, last = (fiscal(years["Year"].iloc[at]) for at in (0, -1))
    if first == last:
        return f"One-time money pays {whole_dollars(paid[0])} of {first}"
    then = whole_dollars(paid[-1]) if paid[-1] else "nothing"
    return f"One-time money pays {whole_dollars(paid[0])} of {first} and {then} of {last}"


def _chart(cliff: Cliff, row: int) -> Chart:
    first, last = row + 1, row + len(cliff.years)
    years = (NAME, first, LEFT, last, LEFT)
    shown = (
        ("Covered by recurring money", 3, ACCENT),
        ("Covered by one-time money", 4, SERIES_COLORS[1]),
        ("No fund", 5, LOSS),
    )
    return Chart(
        "stacked_column", last + 2, LEFT, _title(cliff.years),
        tuple(Series(name, years, (NAME, first, LEFT + at, last, LEFT + at), color, labels=True)
              for name, at, color in shown),
        x_title="Fiscal year", y_title="Cost of the programs, dollars",
        number_format=short_dollars(float(cliff.years["Costs"].max())), width=860, height=20 * CHART_ROWS - 10,
    )  # fmt: skip
