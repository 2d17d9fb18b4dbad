"""The sheet Scores: where every program stands on the two axes, as a picture and as a table that can be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.functions_programs import NOT_PLACED, QUADRANTS
from apportion.programs.agreement import in_words
from apportion.programs.rubric import NAMED
from apportion.schema_rubric import AXES, ORIGINS
from apportion.spoken import together
from apportion.workbook.drawing import own
from apportion.workbook.marks import words
from apportion.workbook.program_chart import ORIGIN_WORDS
from apportion.workbook.program_criteria import added, criteria_sheet, differences_sheet
from apportion.workbook.program_origins import side_by_side
from apportion.workbook.program_pages import page_sheets
from apportion.workbook.program_quadrant import (
    MOST_CHARTED,
    NAME,
    SCORED,
    SETTINGS_ROW,
    TABLE,
    charted_of,
    live_of,
    quadrant,
    setting,
)
from apportion.workbook.results_figures import LEFT, TOP, cells, spoken, widest
from apportion.workbook.sheets import Cell, DataTable, Sheet, TableColumn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from apportion.programs.rubric import Scores
    from apportion.workbook.sheets import Style

PLACES = (NAMED, *(words for words in QUADRANTS.values() if words != NAMED), NOT_PLACED)
"""Places in the order of the table: what cannot be kept as is comes first."""
CHART_ROW = SETTINGS_ROW + 5
CHART_SIZE = (850, 600)
CHART_ROWS = CHART_SIZE[1] // 20 + 2
TABLE_ROW = CHART_ROW + CHART_ROWS
BESIDE, BEHIND = LEFT + 7, LEFT + 15
"""The first column beside the chart, and of what is behind it."""
PRINTED = LEFT + 12
MOST_NAMED = 4
RATED = "Share of the weight that is rated, on the axis with less of it."
PER_STUDENT = "Dollars per student who takes part."
RECURRING = "Share of the cost of the plan's year that is meant for recurring funds."
COULD_BE = "Where it would stand if one rater alone, the lowest or highest scores, or the medians were read."
OWNER = "By the owner's own rating, which does not count."
PLACE_LOOKS: dict[str, Style] = {NAMED: "stop", QUADRANTS[True, True]: "ok", NOT_PLACED: "look"}


def score_sheets(scores: Scores, *, pages: bool = True) -> tuple[Sheet, ...]:
    """The sheets of scores: Scores, Criterion scores, Rater differences, and with `pages` one for each program."""
    scope = scope_of(scores)
    return (
        scores_sheet(scores, scope),
        criteria_sheet(scores, scope),
        differences_sheet(scores, scope),
        *(page_sheets(scores) if pages else ()),
    )


def scope_of(scores: Scores) -> str:
    """The line below a title: district, year, and what the scores rest on."""
    plan = scores.portfolio
    raters = int((~np.isnan(scores.panel.scores)).any(axis=(0, 1)).sum()) if scores.panel.scores.size else 0
    said = (plan.district, f"FY{plan.year}", f"{len(scores.programs)} programs", f"{raters} raters")
    return "  ·  ".join(part for part in said if part)


def ranked(programs: pd.DataFrame) -> pd.DataFrame:
    """The programs in the order of PLACES, in each the highest on priorities first."""
    order = programs["Place"].map(PLACES.index)
    by_score = programs.assign(Order=order).sort_values(["Priorities", "Outcomes"], ascending=False, kind="stable")
    return by_score.sort_values("Order", kind="stable").drop(columns="Order")


def scores_sheet(scores: Scores, scope: str) -> Sheet:
    """The quadrant as a chart, grant-funded and legacy side by side, and the table ProgramScores."""
    programs = ranked(scores.programs)
    table = DataTable(TABLE, TABLE_ROW, LEFT, _columns(scores, programs), empty="No program.", wrap_rows=True)
    charted = charted_of(programs)
    chart, behind = quadrant(scores, charted, (CHART_ROW, LEFT), CHART_SIZE, BEHIND)
    return Sheet(
        NAME,
        "Programs: priorities against outcomes",
        scope,
        cells=(
            *_said(scores),
            *side_by_side(programs, (CHART_ROW, BESIDE), live=live_of(programs)),
            *_not_placed(programs),
            *behind,
        ),
        tables=(table,),
        charts=(chart,) if len(charted) else (),
        highlights=words(table, "Place", PLACE_LOOKS),
        printed=PRINTED,
        mark=True,
    )


def message(scores: Scores) -> str:
    """What matters in a sentence: the programs that cannot be kept as they are, or that there is none."""
    programs = scores.programs
    named = programs[programs["Named"]].sort_values("Cost", ascending=False, kind="stable")
    unplaced = int((programs["Place"] == NOT_PLACED).sum())
    rest = f" {unplaced} of {len(programs)} are not placed for want of evidence." if unplaced else ""
    if named.empty:
        return f"No program is high on {AXES[0]} and low on {AXES[1]}.{rest}"
    names = [str(name) for name in named["Program"][:MOST_NAMED]]
    more = len(named) - len(names)
    who = together([*names, *([f"{more} more"] if more else [])])
    alone = len(named) == 1
    verb, cost = (
        ("cannot be kept as it is", "It costs") if alone else ("cannot be kept as they are", "Together they cost")
    )
    amount = spoken(float(named["Cost"].sum()))
    return f"{who} {verb}: high on {AXES[0]}, low on {AXES[1]}. {cost} {amount}.{rest}"


def _said(scores: Scores) -> Iterator[Cell]:
    settings, alpha, year = scores.portfolio.settings, scores.agreement, scores.portfolio.year
    yield Cell(TOP, LEFT, message(scores), "strong")
    text = (
        "A score (0 to 4) is the weighted mean of an axis's criteria, each the mean of its raters. Not rated is left "
        "out; the owner's own rating stands apart. The sheet Criterion scores shows every step."
    )
    yield Cell(TOP + 1, LEFT, text, "muted")
    figure = "" if np.isnan(alpha) else f"Agreement of the raters (Krippendorff's alpha) is {alpha:.2f}. "
    yield Cell(TOP + 2, LEFT, f"{figure}{in_words(alpha)} See the sheet Rater differences.", "muted")
    for row, (label, value, style) in enumerate(
        (
            (f"{AXES[0]} are high from", settings.priority_threshold, "score"),
            (f"{AXES[1]} are high from", settings.outcome_threshold, "score"),
            ("Placed when of each axis is rated", settings.least_coverage, "percent"),
        ),
        SETTINGS_ROW,
    ):
        yield Cell(row, LEFT, label)
        yield Cell(row, LEFT + 2, value, style)  # type: ignore[arg-type]
    colors = ", ".join(f"{ORIGIN_WORDS[origin]} is {origin}" for origin in ORIGINS)
    text = f"In the chart {colors}; the area of a mark is its cost in FY{year}. A code stands where a name has no room."
    placed = int((scores.programs["Place"] != NOT_PLACED).sum())
    cut = f" It shows {MOST_CHARTED} of {placed}, those that cannot be kept as is and the costliest."
    yield Cell(CHART_ROW - 1, LEFT, text + (cut if placed > MOST_CHARTED else ""), "muted")


def _columns(scores: Scores, programs: pd.DataFrame) -> tuple[TableColumn, ...]:
    live = len(scores.criteria) > 0 and bool(scores.panel.raters)
    formulas = _formulas(programs["Code"].tolist()) if live else {}
    rated = programs[["Priorities coverage", "Outcomes coverage"]].min(axis=1)
    year = scores.portfolio.year
    return (
        TableColumn("Program", cells(programs["Program"]), width=widest("Program", programs["Program"], 32)),
        TableColumn("Code", cells(programs["Code"]), width=9),
        TableColumn("Origin", cells(programs["Origin"]), width=13),
        *(TableColumn(name, cells(programs[name], ""), "score", formula=formulas.get(name, "")) for name in SCORED),
        TableColumn("Rated", cells(rated), "percent", 10, RATED, formulas.get("Rated", "")),
        TableColumn("Place", cells(programs["Place"]), "center", 24, formula=formulas.get("Place", "")),
        TableColumn("Missing", cells(programs["Missing"]), "wrap", 38),
        TableColumn("Cost", cells(programs["Cost"]), "dollars", 13, f"Dollars of FY{year}."),
        TableColumn("Per student", cells(programs["Per participant"]), "dollars", 13, PER_STUDENT),
        TableColumn("Recurring share", cells(programs["Recurring share"]), "percent", 13, RECURRING),
        TableColumn("Could be", cells(programs["Could be"]), "wrap", 30, COULD_BE),
        TableColumn("Who differs", cells(programs["Differ"]), "wrap", 36),
        TableColumn("Owner: priorities", cells(programs["Owner priorities"]), "score", 12, OWNER),
        TableColumn("Owner: outcomes", cells(programs["Owner outcomes"]), "score", 12, OWNER),
    )


def _formulas(codes: Sequence[str]) -> dict[str, str]:
    """Scores, what is rated and place as formulas over ProgramCriteria and the settings above the chart."""
    code = own(TABLE, "Code")
    found, shares = {}, []
    for name, axis in zip(SCORED, AXES, strict=True):
        weight = added("Counted weight", axis, codes, code)
        found[name] = f'IFERROR({added("Points", axis, codes, code)}/{weight},"")'
        shares.append(f"IFERROR({weight}/{added('Weight', axis, codes, code, role='score')},0)")
    scored = [own(TABLE, name) for name in SCORED]
    return {
        **found,
        "Rated": f"MIN({','.join(shares)})",
        "Place": _place_formula(scored, own(TABLE, "Rated")),
    }


def _place_formula(scored: Sequence[str], rated: str) -> str:
    """The quadrant as Excel's own formula."""
    blank = ",".join(f'{cell}=""' for cell in scored)
    high, good = (f"{cell}>={setting(number)}" for number, cell in enumerate(scored))
    word = {key: f'"{words}"' for key, words in QUADRANTS.items()}
    placed = (
        f"IF({high},IF({good},{word[True, True]},{word[True, False]}),"
        f"IF({good},{word[False, True]},{word[False, False]}))"
    )
    return f'IF(OR({rated}<{setting(2)},{blank}),"{NOT_PLACED}",{placed})'


def _not_placed(programs: pd.DataFrame) -> Iterator[Cell]:
    """The programs without enough evidence, listed beside the chart in which they are not."""
    apart = programs[programs["Place"] == NOT_PLACED]
    row = CHART_ROW + len(PLACES) * 2 + 8
    if apart.empty:
        return
    for column in range(BESIDE, BESIDE + 3):
        yield Cell(row, column, "Not enough evidence: not in the chart" if column == BESIDE else "", "heading")
    room = TABLE_ROW - row - 4
    for place, program in enumerate(apart.head(room).to_dict("records"), row + 1):
        yield Cell(place, BESIDE, program["Program"])
        shares = (
            f"{program['Priorities coverage']:.0%} of priorities and {program['Outcomes coverage']:.0%} of outcomes"
        )
        yield Cell(place, BESIDE + 1, f"rated: {shares}", "muted")
    if len(apart) > room:
        yield Cell(row + room + 1, BESIDE, f"and {len(apart) - room} more, last in the table below", "muted")
