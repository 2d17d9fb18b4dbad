"""The sheet Scores: where every program stands on the two axes, as a picture and as a table that can be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.functions_programs import NOT_PLACED, QUADRANTS
from apportion.programs.agreement import in_words
from apportion.programs.placing import enumerated
from apportion.programs.rubric import NAMED
from apportion.schema_rubric import AXES, ORIGINS
from apportion.workbook.program_chart import ORIGIN_COLORS, ORIGIN_WORDS, Corner, Point, quadrant_chart
from apportion.workbook.program_criteria import added, criteria_sheet, differences_sheet
from apportion.workbook.program_origins import side_by_side
from apportion.workbook.program_pages import page_sheets
from apportion.workbook.results_figures import LEFT, TOP, cells, read_as_meant, spoken, widest
from apportion.workbook.sheets import Cell, DataTable, Highlight, Sheet, TableColumn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from apportion.programs.rubric import Scores
    from apportion.workbook.sheets import Chart

NAME, TABLE = "Scores", "ProgramScores"
PLACES = (NAMED, *(words for words in QUADRANTS.values() if words != NAMED), NOT_PLACED)
"""Places in the order of the table: what cannot be kept as is comes first."""
SETTINGS_ROW = TOP + 4
CHART_ROW = SETTINGS_ROW + 4
CHART_SIZE = (1060, 600)
CHART_ROWS = CHART_SIZE[1] // 20 + 2
TABLE_ROW = CHART_ROW + CHART_ROWS
BESIDE = LEFT + 11
"""The first column beside the chart."""
MOST_CHARTED, MOST_NAMED = 60, 4
PLACE_COLUMN, PRIORITIES_COLUMN = LEFT + 7, LEFT + 3
CORNERS: tuple[tuple[str, float, float, str], ...] = (
    (QUADRANTS[True, True], 4.0, 4.0, "left"), (QUADRANTS[True, False], 4.0, 0.0, "left"),
    (QUADRANTS[False, True], 0.0, 4.0, "right"), (QUADRANTS[False, False], 0.0, 0.0, "right"),
)  # fmt: skip


def score_sheets(scores: Scores) -> tuple[Sheet, ...]:
    """The sheets of scores: Scores, Criterion scores, Rater differences, and a page for each program."""
    scope = scope_of(scores)
    return (
        scores_sheet(scores, scope),
        criteria_sheet(scores, scope),
        differences_sheet(scores, scope),
        *page_sheets(scores),
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
    behind = TABLE_ROW + max(1, len(programs)) + 3
    charted = _charted(programs)
    chart, helpers = _chart(scores, charted, behind)
    return Sheet(
        NAME,
        "Programs: priorities against outcomes",
        scope,
        cells=(
            *_said(scores),
            *side_by_side(programs, (CHART_ROW, BESIDE), live=_live(programs)),
            *_not_placed(programs),
            *helpers,
        ),
        tables=(table,),
        charts=(chart,) if len(charted) else (),
        highlights=_marks(len(programs)),
        mark=True,
    )


def _live(programs: pd.DataFrame) -> bool:
    return len(programs) > 0 and read_as_meant(programs["Code"].tolist())


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
    who = enumerated([*names, *([f"{more} more"] if more else [])])
    verb, cost = ("cannot be kept as it is", "costs") if len(named) == 1 else ("cannot be kept as they are", "cost")
    amount = spoken(float(named["Cost"].sum()))
    return f"{who} {verb}: high on {AXES[0]}, low on {AXES[1]}. Together they {cost} {amount}.{rest}".replace(
        "Together they costs", "It costs"
    )


def _said(scores: Scores) -> Iterator[Cell]:
    settings, alpha = scores.portfolio.settings, scores.agreement
    yield Cell(TOP, LEFT, message(scores), "strong")
    text = (
        "A score (0 to 4) is the weighted mean of an axis's criteria, each the mean of its raters. Not rated is left out"
        " and lowers what is rated; the owner's own rating stands apart."
    )
    yield Cell(TOP + 1, LEFT, text, "muted")
    figure = "" if np.isnan(alpha) else f" (Krippendorff's alpha {alpha:.2f})"
    yield Cell(TOP + 2, LEFT, f"{in_words(alpha)}{figure} See the sheet Rater differences.".replace(".(", " ("), "muted")
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


def _setting(number: int) -> str:
    return f"$D${SETTINGS_ROW + number + 1}"


def _columns(scores: Scores, programs: pd.DataFrame) -> tuple[TableColumn, ...]:
    codes = programs["Code"].tolist()
    own = f"{TABLE}[[#This Row],[Code]]"
    cell = {name: f"{TABLE}[[#This Row],[{name}]]" for name in (*SCORED, *SCORED.values())}
    live = len(scores.criteria) > 0 and bool(scores.panel.raters)
    scored, rated = {}, {}
    for (name, coverage), axis in zip(SCORED.items(), AXES, strict=True):
        weight = added("Counted weight", axis, codes, own)
        scored[name] = f'IF({cell[coverage]}=0,"",{added("Points", axis, codes, own)}/{weight})'
        rated[coverage] = f"IFERROR({weight}/{added('Weight', axis, codes, own, role='score')},0)"
    place = _place_formula([cell[name] for name in SCORED], [cell[name] for name in SCORED.values()])
    covered = {"Priorities rated": "Priorities coverage", "Outcomes rated": "Outcomes coverage"}
    return (
        TableColumn("Program", cells(programs["Program"]), "text", widest("Program", programs["Program"], 34)),
        TableColumn("Code", cells(programs["Code"]), width=9),
        TableColumn("Origin", cells(programs["Origin"]), width=14),
        *(TableColumn(name, cells(programs[name], ""), "score", 11, formula=scored[name] if live else "") for name in SCORED),
        *(TableColumn(name, cells(programs[of]), "percent", 11, formula=rated[name] if live else "") for name, of in covered.items()),
        TableColumn("Place", cells(programs["Place"]), "center", 24, formula=place if live else ""),
        TableColumn("Cost", cells(programs["Cost"]), "dollars", 13, f"Dollars of FY{scores.portfolio.year}."),
        TableColumn("Per participant", cells(programs["Per participant"]), "dollars", 13, "Dollars per student taking part."),
        TableColumn("Recurring share", cells(programs["Recurring share"]), "percent", 12, RECURRING),
        TableColumn("Missing", cells(programs["Missing"]), "wrap", 40),
        TableColumn("Who differs", cells(programs["Differ"]), "wrap", 34),
        TableColumn("Could be", cells(programs["Could be"]), "wrap", 34, COULD_BE),
        TableColumn("Owner: priorities", cells(programs["Owner priorities"]), "score", 12, OWNER),
        TableColumn("Owner: outcomes", cells(programs["Owner outcomes"]), "score", 12, OWNER),
    )


SCORED = {"Priorities": "Priorities rated", "Outcomes": "Outcomes rated"}
RECURRING = "Share of the cost of the plan's year that is meant for recurring funds."
COULD_BE = "Where it would stand if one rater alone, the lowest or highest scores, or the medians were read."
OWNER = "By the owner's own rating, which does not count."


def _place_formula(scored: Sequence[str], rated: Sequence[str]) -> str:
    """The quadrant as Excel's own formula, by the three settings above the chart."""
    short = ",".join(f"{cell}<{_setting(2)}" for cell in rated)
    blank = ",".join(f'{cell}=""' for cell in scored)
    high, good = (f"{cell}>={_setting(number)}" for number, cell in enumerate(scored))
    word = {key: f'"{words}"' for key, words in QUADRANTS.items()}
    placed = (
        f"IF({high},IF({good},{word[True, True]},{word[True, False]}),"
        f"IF({good},{word[False, True]},{word[False, False]}))"
    )
    return f'IF(OR({short},{blank}),"{NOT_PLACED}",{placed})'


def _marks(rows: int) -> tuple[Highlight, ...]:
    if not rows:
        return ()
    first, last = TABLE_ROW + 1, TABLE_ROW + rows
    return (
        Highlight((first, PLACE_COLUMN), (last, PLACE_COLUMN), "equals", equals=NAMED, style="stop"),
        Highlight((first, PLACE_COLUMN), (last, PLACE_COLUMN), "equals", equals=QUADRANTS[True, True], style="ok"),
        Highlight((first, PLACE_COLUMN), (last, PLACE_COLUMN), "equals", equals=NOT_PLACED, style="look"),
        Highlight((first, PLACE_COLUMN + 1), (last, PLACE_COLUMN + 1), "bar"),
    )


def _not_placed(programs: pd.DataFrame) -> Iterator[Cell]:
    """The programs without enough evidence, listed beside the chart in which they are not."""
    apart = programs[programs["Place"] == NOT_PLACED]
    row = CHART_ROW + len(PLACES) * 2 + 8
    if apart.empty:
        return
    for column in range(BESIDE, BESIDE + 3):
        yield Cell(row, column, "Not enough evidence: not in the chart" if column == BESIDE else "", "heading")
    room = TABLE_ROW - row - 3
    for place, program in enumerate(apart.head(room).to_dict("records"), row + 1):
        yield Cell(place, BESIDE, program["Program"])
        shares = f"{program['Priorities coverage']:.0%} of priorities and {program['Outcomes coverage']:.0%} of outcomes"
        yield Cell(place, BESIDE + 1, f"rated: {shares}", "muted")
    if len(apart) > room:
        yield Cell(row + room + 1, BESIDE, f"and {len(apart) - room} more, last in the table below", "muted")


def _charted(programs: pd.DataFrame) -> pd.DataFrame:
    """The programs in the chart: all that are placed, or of very many those that cost most."""
    placed = programs[programs["Place"] != NOT_PLACED]
    if len(placed) <= MOST_CHARTED:
        return placed
    kept = placed.sort_values(["Named", "Cost"], ascending=False, kind="stable").head(MOST_CHARTED)
    return placed.loc[placed.index.isin(kept.index)]


def _chart(scores: Scores, charted: pd.DataFrame, row: int) -> tuple[Chart, list[Cell]]:
    """The chart, and the cells behind it: they find their scores in the table, so that it may be sorted."""
    columns = (LEFT, LEFT + 1, PRIORITIES_COLUMN, PRIORITIES_COLUMN + 1)
    heads = ("Behind the chart", "", "Priorities", "Outcomes")
    helpers = [Cell(row, column, head, "heading") for column, head in zip(columns, heads, strict=True)]
    helpers.append(Cell(row, LEFT + 2, "", "heading"))
    records = charted.to_dict("records")
    points, live = [], _live(charted)
    for at, program in enumerate(records, row + 1):
        helpers += [Cell(at, columns[0], program["Program"], "muted"), Cell(at, columns[1], program["Code"], "muted")]
        for column, name in zip(columns[2:], SCORED, strict=True):
            found = f"INDEX({TABLE}[{name}],MATCH($C{at + 1},{TABLE}[Code],0))" if live else ""
            helpers.append(Cell(at, column, program[name], "score", found))
        color = ORIGIN_COLORS[program["Origin"]]
        points.append(Point(program["Program"], program["Code"], program["Priorities"], program["Outcomes"], program["Cost"], color, _cells(at)))
    last = row + len(records) + 1
    corners = []
    for at, (words, x, y, side) in enumerate(CORNERS, last):
        helpers += _helper(at, words, (x, y), ("", ""))
        corners.append(Corner(words.upper(), x, y, side, _cells(at)))
    lines, settings = [], scores.portfolio.settings
    high, good = settings.priority_threshold, settings.outcome_threshold
    ends = (((high, 0.0), (high, 4.0)), ((0.0, good), (4.0, good)))
    for axis, pair in enumerate(ends):
        at = last + len(CORNERS) + 2 * axis
        for end, (x, y) in enumerate(pair):
            formulas = (_setting(0) if axis == 0 else "", _setting(1) if axis == 1 else "")
            helpers += _helper(at + end, f"Threshold of {AXES[axis]}", (x, y), formulas)
        lines.append(((NAME, at, columns[2], at + 1, columns[2]), (NAME, at, columns[3], at + 1, columns[3])))
    chart = quadrant_chart(points, corners, lines, _title(scores), (CHART_ROW, LEFT), CHART_SIZE)
    return chart, helpers


def _helper(row: int, words: str, at: tuple[float, float], formulas: tuple[str, str]) -> list[Cell]:
    named = Cell(row, LEFT, words, "muted")
    return [
        named,
        *(Cell(row, PRIORITIES_COLUMN + place, at[place], "score", formulas[place]) for place in range(len(at))),
    ]


def _cells(row: int) -> tuple[tuple[str, int, int, int, int], tuple[str, int, int, int, int]]:
    across, upright = PRIORITIES_COLUMN, PRIORITIES_COLUMN + 1
    return (NAME, row, across, row, across), (NAME, row, upright, row, upright)


def _title(scores: Scores) -> str:
    """The chart's message, with what sizes and colors mean."""
    number = int(scores.programs["Named"].sum())
    found = {0: "No program is high on priorities and low on outcomes", 1: "1 program is high on priorities, low on outcomes"}
    said = found.get(number, f"{number} programs are high on priorities, low on outcomes")
    colors = ", ".join(f"{ORIGIN_WORDS[origin]} {origin}" for origin in ORIGINS)
    return f"{said}  ·  area: cost in FY{scores.portfolio.year}; {colors}"
