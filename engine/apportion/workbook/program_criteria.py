"""The sheets Criterion scores and Rater differences: every step from what raters gave to the two scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.programs.agreement import in_words
from apportion.tables import column_letters
from apportion.workbook.drawing import escaped, own, unique_headers
from apportion.workbook.results_figures import LEFT, TOP, cells, summing, widest
from apportion.workbook.sheets import Cell, DataTable, Highlight, Sheet, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from apportion.programs.rubric import Scores
    from apportion.workbook.sheets import Style

CRITERIA, CRITERIA_SHEET = "ProgramCriteria", "Criterion scores"
DIFFERENCES, DIFFERENCES_SHEET = "RaterDifferences", "Rater differences"
STEPS = (
    "A criterion's score is the mean of its raters, the owner not counted. What is not rated has no weight.",
    "Points are weight times score; an axis's score is its points by its counted weight. A condition never counts.",
)
RATER_WIDTH = 11.0
NONE_DIFFER = "No two raters are that far apart on any criterion."
KEYS = ("Program", "Code", "Criterion", "Axis", "Role")
CRITERIA_MEASURES: Mapping[str, Style] = {
    "Weight": "fte", "Score": "score", "Lowest": "points", "Highest": "points", "Owner score": "score",
    "Counted weight": "fte", "Points": "score",
}  # fmt: skip
ALPHA = "Krippendorff's alpha: 1 where raters give the same, 0 where they differ as much as by chance."


def added(measure: str, axis: str, codes: Sequence[str], cell: str, *, role: str = "") -> str:
    """The formula that adds up a column of ProgramCriteria for the program whose code, one of `codes`, is in `cell`."""
    further = [("Axis", f'"{axis}"'), *([("Role", f'"{role}"')] if role else [])]
    return summing(measure, "Code", codes, cell, CRITERIA, further)


def criteria_sheet(scores: Scores, scope: str) -> Sheet:
    """The table ProgramCriteria: the score of each program on each criterion, live from what each rater gave."""
    return Sheet(
        CRITERIA_SHEET,
        "Criterion scores",
        scope,
        tuple(Cell(TOP + row, LEFT, text, "muted") for row, text in enumerate(STEPS)),
        (DataTable(CRITERIA, TOP + 3, LEFT, _criteria_columns(scores), empty="No program, or no criterion."),),
        freeze=(TOP + 4, LEFT + 3),
        mark=True,
    )


def _criteria_columns(scores: Scores) -> tuple[TableColumn, ...]:
    rows = scores.criteria
    names = rows["Code"].map(scores.portfolio.names)
    counted = rows["Weight"].where((rows["Role"] == "score") & rows["Score"].notna(), 0.0).clip(lower=0.0)
    headers = unique_headers([*KEYS, *CRITERIA_MEASURES, *scores.panel.raters])
    first, last = (escaped(headers[place]) for place in (len(headers) - len(scores.panel.raters), -1))
    given = f"{CRITERIA}[[#This Row],[{first}]:[{last}]]"
    live = bool(scores.panel.raters)
    score, weight, counts = (own(CRITERIA, header) for header in ("Score", "Weight", "Counted weight"))
    formulas = {
        "Score": f'IF(COUNT({given})=0,"",AVERAGE({given}))',
        "Lowest": f'IF(COUNT({given})=0,"",MIN({given}))',
        "Highest": f'IF(COUNT({given})=0,"",MAX({given}))',
        "Counted weight": f'IF(AND({own(CRITERIA, "Role")}="score",{score}<>""),{weight},0)',
        "Points": f"IF({counts}>0,{counts}*{score},0)",
    }
    values = {
        **{name: cells(rows[name], "") for name in ("Weight", "Score", "Lowest", "Highest", "Owner score")},
        "Counted weight": cells(counted),
        "Points": cells(counted * rows["Score"].fillna(0.0)),
    }
    return (
        TableColumn("Program", cells(names), width=widest("Program", names, 34)),
        TableColumn("Code", cells(rows["Code"]), width=widest("Code", rows["Code"], 12)),
        TableColumn("Criterion", cells(rows["Criterion"]), width=widest("Criterion", rows["Criterion"], 30)),
        TableColumn("Axis", cells(rows["Axis"]), width=27),
        TableColumn("Role", cells(rows["Role"]), width=12),
        *(
            TableColumn(name, values[name], style, 11, formula=formulas.get(name, "") if live else "")
            for name, style in CRITERIA_MEASURES.items()
        ),
        *_rater_columns(scores, np.arange(len(rows))),
    )


def _rater_columns(scores: Scores, rows: NDArray[np.int64]) -> list[TableColumn]:
    """What each rater gave, in rows of program and criterion; empty where nothing, or where the rater is the owner."""
    others = scores.panel.others
    flat = others.reshape(-1, others.shape[-1])[rows]
    return [
        TableColumn(rater, cells(flat[:, place]), "points", max(RATER_WIDTH, min(16.0, len(rater) * 0.8)))
        for place, rater in enumerate(scores.panel.raters)
    ]


def differences_sheet(scores: Scores, scope: str) -> Sheet:
    """The table RaterDifferences: on which criteria raters differ, the farthest apart first, and how far all agree."""
    alpha, least = scores.agreement, scores.portfolio.settings.differ_by
    rows = differing(scores)
    text = f"Here are all criteria on which two raters of a program are {least:g} points or more apart."
    return Sheet(
        DIFFERENCES_SHEET,
        "Rater differences",
        scope,
        (
            Cell(TOP, LEFT, "Agreement of the raters", "strong"),
            Cell(TOP, LEFT + 1, None if np.isnan(alpha) else alpha, "score"),
            Cell(TOP, LEFT + 2, f"{in_words(alpha)} {ALPHA}", "text"),
            Cell(TOP + 1, LEFT, f"{text} The owner's own rating is not compared.", "muted"),
        ),
        (DataTable(DIFFERENCES, TOP + 3, LEFT, _difference_columns(scores, rows), empty=NONE_DIFFER),),
        highlights=_extremes(scores, len(rows)),
        freeze=(TOP + 4, LEFT + 3),
        mark=True,
    )


def differing(scores: Scores) -> NDArray[np.int64]:
    """The rows of `scores.criteria` on which raters differ, the farthest apart first."""
    apart = (scores.criteria["Highest"] - scores.criteria["Lowest"]).fillna(-1.0).to_numpy(dtype=float)
    far = np.flatnonzero(apart >= scores.portfolio.settings.differ_by)
    return far[np.argsort(-apart[far], kind="stable")]


def _difference_columns(scores: Scores, rows: NDArray[np.int64]) -> tuple[TableColumn, ...]:
    about = scores.criteria.iloc[rows]
    names = about["Code"].map(scores.portfolio.names)
    spread = f"{own(DIFFERENCES, 'Highest')}-{own(DIFFERENCES, 'Lowest')}"
    return (
        TableColumn("Program", cells(names), width=widest("Program", names, 34)),
        TableColumn("Code", cells(about["Code"]), width=widest("Code", about["Code"], 12)),
        TableColumn("Criterion", cells(about["Criterion"]), width=widest("Criterion", about["Criterion"], 30)),
        TableColumn("Lowest", cells(about["Lowest"]), "points", 10),
        TableColumn("Highest", cells(about["Highest"]), "points", 10),
        TableColumn("Range", cells(about["Highest"] - about["Lowest"]), "points", 9, formula=spread),
        *_rater_columns(scores, rows),
        TableColumn("Owner score", cells(about["Owner score"]), "score", 10, "The owner's own, not compared."),
    )


def _extremes(scores: Scores, rows: int) -> tuple[Highlight, ...]:
    """The lowest and the highest score of a row stand out among the raters' columns."""
    raters = len(scores.panel.raters)
    if not rows or not raters:
        return ()
    row, column = TOP + 4, LEFT + 6
    cell, low, high = (f"{letters}{row + 1}" for letters in (column_letters(column + 1), "$E", "$F"))
    shown = f'AND({cell}<>"",OR({cell}={low},{cell}={high}))'
    return (Highlight((row, column), (row + rows - 1, column + raters - 1), "formula", formula=shown, style="look"),)
