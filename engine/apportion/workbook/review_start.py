"""The Start sheet of a review of programs: three steps, where it stands, what the district sets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from apportion.programs.portfolio import SETTINGS as REVIEW_SETTINGS
from apportion.programs.portfolio import Settings
from apportion.schema import is_rating_sheet
from apportion.schema_rubric import RATINGS
from apportion.spoken import counted as said
from apportion.tables import column_letters
from apportion.workbook.program_sheets import review_group
from apportion.workbook.rating_sheets import counting, progress_formula, progress_of, progress_said
from apportion.workbook.sheets import Cell
from apportion.workbook.start_parts import (
    CHECK_COLUMN,
    OWN_GROUP,
    SETTINGS,
    Listed,
    Standing,
    Step,
    add_colors,
    add_sheets,
    add_steps,
    check,
    checked,
    counted,
    filled,
    key,
    start_of,
    values_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apportion.tables import CellValue
    from apportion.workbook.sheets import DataTable, Sheet

TITLE, SUBTITLE = "Review of programs", "What the district pays for, what it gets for it, and what becomes of it."
WHO = {
    "District": "Its name, as it stands on every page.",
    "Fiscal year": "The first year that is planned, such as 2027.",
}
COMMANDS = (
    ("Rate", "The review anew, with sheets for raters who came later.", "rate REVIEW.xlsx --out NEW.xlsx"),
    ("Score", "Where every program stands on both axes, and who disagrees.", "score REVIEW.xlsx"),
    ("Cliff", "What ends when a fund ends: programs, positions, schools.", "cliff REVIEW.xlsx"),
    ("Realign", "A proposal within every limit, and what keeping more displaces.", "realign REVIEW.xlsx"),
    ("Review", "Which investments are due, on track, and what comes next.", "review REVIEW.xlsx"),
)
COUNTS, COUNTED = CHECK_COLUMN + 2, ("Scored", "To score", "To mend")
"""The first of the columns, folded away, that count the ratings of each sheet, and what they count."""
# What belongs on sheets whose own description is longer than a line.
BELONGS = {
    "Programs": "What can be continued, expanded, scaled back or ended.",
    "ProgramCosts": "Dollars and positions by program, year and fund.",
    "Participation": "Who could take part and who does, by school and group.",
    "Criteria": "The parts of the rubric: axis, weight, questions, levels.",
    "Ratings": "Scores and their evidence, of all raters in one table.",
    "OptionCosts": "What options cost, where it is not by their level.",
    "AllocationChanges": "What each school gains or loses by the formula.",
    "InvestmentCosts": "What each is given by year and account, and has spent.",
}


def settings() -> dict[str, CellValue]:
    """What a review sets on Start, with the values that it begins with."""
    values = ((each.name, getattr(Settings(), each.attribute)) for each in REVIEW_SETTINGS)
    return {**dict.fromkeys(SETTINGS), **dict(values)}


def review_start_sheet(plan: DataTable, sheets: Sequence[Sheet]) -> Sheet:
    """Settings and what they mean, what to do, where it stands in live formulas, where to go, and the colors."""
    tables = {table.name: table for sheet in sheets for table in sheet.tables}
    cells = _meanings(plan)
    row = add_steps(cells, plan.row + 2 + len(plan.columns[0].values), _steps(tables, sheets))
    first_option = row + 2
    row = add_sheets(cells, row + 1, "Sheets", map(_listed, sheets))
    options = range(first_option, row + 1)
    cells += [Cell(first_option - 1, COUNTS + place, word, "muted") for place, word in enumerate(COUNTED)]
    cells += _counts(sheets, [cell for cell in cells if cell.row in options])
    add_colors(cells, row + 1)
    start, last = start_of(TITLE, SUBTITLE, plan, cells, options), COUNTS + len(COUNTED) - 1
    return replace(start, printed=COUNTS, outline=(COUNTS, last), folded=True)


def _listed(sheet: Sheet) -> Listed:
    """A sheet as Start lists it; a rater's with how far the scores are."""
    table = sheet.tables[0]
    group = review_group(sheet) or OWN_GROUP
    if not is_rating_sheet(table.name):
        return Listed(group, sheet, BELONGS.get(table.name, ""))
    standing = Standing(progress_formula(*counting(table.name)), progress_said(*progress_of(table)))
    return Listed(group, sheet, "Scores and their evidence.", standing)


def _meanings(plan: DataTable) -> list[Cell]:
    """What each setting means, beside its value."""
    docs = {name.casefold(): doc for name, doc in (*WHO.items(), *((each.name, each.doc) for each in REVIEW_SETTINGS))}
    return [
        Cell(plan.row + 1 + i, plan.column + len(plan.columns), docs.get(key(name)), "muted")
        for i, name in enumerate(values_of(plan, "Setting"))
    ]


def _steps(tables: Mapping[str, DataTable], sheets: Sequence[Sheet]) -> tuple[Step, ...]:
    ratings = _rating_sheets(sheets)
    rate = "A sheet for each rater: scores from 0 to 4, with evidence."
    return (
        Step("List programs", "Programs", "Every program, what it costs by year, who takes part.", _programs(tables)),
        Step("Rate them", ratings[0].name, rate, _rated(ratings)),
        Step("Press a button", "", "Fill in Money and Realigning below; every button writes sheets.", _money(tables)),
        *(
            Step(name, "", what, Standing("", f"button, or apportion {command}"), numbered=False)
            for name, what, command in COMMANDS
        ),
    )  # fmt: skip


def _programs(tables: Mapping[str, DataTable]) -> Standing:
    """How many programs there are, and how many have no cost."""
    codes = [key(value) for value in values_of(tables["Programs"], "Code") if key(value)]
    costed = {key(value) for value in values_of(tables["ProgramCosts"], "Program")}
    without = sum(code not in costed for code in codes)
    missing = 'SUMPRODUCT((Programs[Code]<>"")*(COUNTIF(ProgramCosts[Program],Programs[Code])=0))'
    lacks = f'IF({missing}=0,"",", "&{missing}&" without a cost")'
    lacking = f", {without} without a cost" if without else ""
    number = "COUNTA(Programs[Code])"
    return Standing(
        f'IF({number}=0,"none yet",{counted(number, "program", "programs")}&{lacks})',
        said(len(codes), "program", "programs") + lacking if codes else "none yet",
        checked(number, f"{missing}>0"),
        check(len(codes), look=without > 0),
    )  # fmt: skip


def _rated(sheets: Sequence[Sheet]) -> Standing:
    """How many scores are given, of how many, and how many are to be mended."""
    scored, asked, mend = (sum(each) for each in zip(*(progress_of(sheet.tables[0]) for sheet in sheets), strict=True))
    letters = [column_letters(COUNTS + place + 1) for place in range(len(COUNTED))]
    given, all_given, lacking = (f"SUM(${each}:${each})" for each in letters)
    return Standing(
        progress_formula(given, all_given, lacking),
        progress_said(scored, asked, mend),
        checked(given, f"OR({lacking}>0,{given}<{all_given})"),
        check(scored, look=mend > 0 or scored < asked),
    )


def _rating_sheets(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets that have ratings: those of each rater, and the one for all."""
    names = [sheet.tables[0].name for sheet in sheets]
    is_one = [name == RATINGS.name or is_rating_sheet(name) for name in names]
    return [sheet for sheet, its in zip(sheets, is_one, strict=True) if its]


def _counts(sheets: Sequence[Sheet], listed: Sequence[Cell]) -> list[Cell]:
    """For each sheet with ratings, where it is listed, its counts: so many raters are never added in one formula."""
    rows = {cell.value: cell.row for cell in listed if cell.link}
    return [
        Cell(rows[sheet.name], COUNTS + place, count, "count", f"IFERROR({formula},0)")
        for sheet in _rating_sheets(sheets)
        for table in sheet.tables
        for place, (count, formula) in enumerate(zip(progress_of(table), counting(table.name), strict=True))
    ]


def _money(tables: Mapping[str, DataTable]) -> Standing:
    """How many funds have money, and how many options there are."""
    funds, options = filled(values_of(tables["FundYears"], "Fund")), filled(values_of(tables["Options"], "Option"))
    rows, kinds = "COUNTA(FundYears[Fund])", "COUNTA(Options[Option])"
    return Standing(
        f'{counted(rows, "fund year", "fund years")}&", "&{counted(kinds, "option", "options")}',
        f"{said(funds, 'fund year', 'fund years')}, {said(options, 'option', 'options')}",
        checked(rows, f"{kinds}=0"),
        check(funds, look=not options),
    )
