"""The chart of the sheet Scores, from the scores of programs and the thresholds that the district sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apportion.functions_programs import NOT_PLACED, QUADRANTS
from apportion.schema_rubric import AXES
from apportion.tables import column_letters
from apportion.workbook.program_chart import END, ORIGIN_COLORS, Corner, Point, quadrant_chart
from apportion.workbook.results_figures import TOP, read_as_meant
from apportion.workbook.sheets import Cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from apportion.programs.rubric import Scores
    from apportion.workbook.program_chart import Range
    from apportion.workbook.sheets import Chart

NAME, TABLE = "Scores", "ProgramScores"
SCORED = ("Priorities", "Outcomes")
SETTINGS_ROW = TOP + 4
MOST_CHARTED = 60
DRAWN = "The chart draws these cells, which find scores in the table to the left, however it is sorted. Let them stand."


def setting(number: int) -> str:
    """The cell of a threshold on the sheet Scores: of priorities, of outcomes, of what must be rated."""
    return f"$D${SETTINGS_ROW + number + 1}"


def live_of(programs: pd.DataFrame) -> bool:
    """Whether formulas can look programs up by their codes: there are some, and none is read as another one."""
    return len(programs) > 0 and read_as_meant(programs["Code"].tolist())


def charted_of(programs: pd.DataFrame) -> pd.DataFrame:
    """The programs in the chart: all that are placed, or of very many those that cost most."""
    placed = programs[programs["Place"] != NOT_PLACED]
    if len(placed) <= MOST_CHARTED:
        return placed
    kept = placed.sort_values(["Named", "Cost"], ascending=False, kind="stable").head(MOST_CHARTED)
    return placed.loc[placed.index.isin(kept.index)]


def quadrant(
    scores: Scores, charted: pd.DataFrame, at: tuple[int, int], size: tuple[int, int], behind: int
) -> tuple[Chart, list[Cell]]:
    """The chart of the sheet Scores at (row, column), and the cells behind it, from the column `behind` on.

    They find the scores in the table ProgramScores, so that it may be sorted.
    """
    row = at[0]
    heads = ("Mark or line", "Code", *SCORED)
    helpers = [Cell(row - 1, behind, DRAWN, "muted")]
    helpers += [Cell(row, behind + along, head, "heading") for along, head in enumerate(heads)]
    points, live = [], live_of(charted)
    for place, program in enumerate(charted.to_dict("records"), row + 1):
        code = f"${column_letters(behind + 2)}{place + 1}"
        found = [f"INDEX({TABLE}[{name}],MATCH({code},{TABLE}[Code],0))" if live else "" for name in SCORED]
        xy = (program["Priorities"], program["Outcomes"])
        helpers += _helper((place, behind), program["Program"], xy, found, program["Code"])
        color, named = ORIGIN_COLORS[program["Origin"]], (program["Program"], program["Code"])
        points.append(Point(*named, *xy, program["Cost"], color, _cells(place, place, behind)))
    corners, lines = [], []
    row += len(charted) + 1
    for words, x, y in _corners(scores):
        helpers += _helper((row, behind), words, (x, y))
        corners.append(Corner(words.upper(), x, y, "above", _cells(row, row, behind)))
        row += 1
    for axis, ends in enumerate(_lines(scores)):
        formulas = (setting(0) if axis == 0 else "", setting(1) if axis == 1 else "")
        for place, end in enumerate(ends, row):
            helpers += _helper((place, behind), f"From here on {AXES[axis]} are high", end, formulas)
        lines.append(_cells(row, row + 1, behind))
        row += len(ends)
    return quadrant_chart(points, corners, lines, _title(scores), at, size), helpers


def _corners(scores: Scores) -> Iterator[tuple[str, float, float]]:
    """The words of each quadrant, and where they stand: at the middle of its upper or lower edge."""
    high = scores.portfolio.settings.priority_threshold
    middle = {True: (high + END) / 2, False: high / 2}
    for (on_priorities, on_outcomes), words in QUADRANTS.items():
        yield words, middle[on_priorities], END if on_outcomes else 0.0


def _lines(scores: Scores) -> tuple[tuple[tuple[float, float], tuple[float, float]], ...]:
    """Both ends of the line of each threshold."""
    settings = scores.portfolio.settings
    high, good = settings.priority_threshold, settings.outcome_threshold
    return ((high, 0.0), (high, END)), ((0.0, good), (END, good))


def _helper(
    place: tuple[int, int], words: str, at: tuple[float, float], formulas: Sequence[str] = ("", ""), code: str = ""
) -> list[Cell]:
    row, column = place
    named = [Cell(row, column, words, "muted"), Cell(row, column + 1, code, "muted")]
    return [*named, *(Cell(row, column + 2 + axis, at[axis], "score", formulas[axis]) for axis in range(len(at)))]


def _cells(first: int, last: int, behind: int) -> tuple[Range, Range]:
    across, upright = behind + 2, behind + 3
    return (NAME, first, across, last, across), (NAME, first, upright, last, upright)


def _title(scores: Scores) -> str:
    """The chart's message."""
    number = int(scores.programs["Named"].sum())
    few = {0: "No program is", 1: "1 program is"}
    return f"{few.get(number, f'{number} programs are')} high on priorities and low on outcomes"
