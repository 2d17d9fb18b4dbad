"""A sheet for every rater: one program a block, with questions and level texts beside the score.

A block begins with a row that tells the program and has no criterion; such rows are not read back.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from apportion.cells import as_text
from apportion.programs.portfolio import listed, read_portfolio
from apportion.schema_rubric import LEVELS, NOT_RATED, RATINGS, SCORES
from apportion.workbook.block_headings import block_heading
from apportion.workbook.drawing import own
from apportion.workbook.sheets import Cell, DataTable, Highlight, Sheet, TableColumn
from apportion.workbook.start_parts import FIRST_COLUMN, as_code
from apportion.workbook.table_sheets import HEADER_ROW, as_date, choice_of, sheet_name, table_sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from apportion.programs.portfolio import Portfolio
    from apportion.tables import CellValue, Table
    from apportion.workbook.sheets import Style

    Row = dict[str, CellValue]
    Given = dict[tuple[str, str], list[Row]]

# The columns in order, each with its look and width.
COLUMNS: tuple[tuple[str, Style, float], ...] = (
    ("Program", "small", 9), ("Criterion", "wrap", 23), ("Rater", "small", 11), ("Guiding questions", "wrap", 48),
    ("Score", "input", 11), ("This score says", "wrap", 30), ("Evidence", "input_wrap", 46), ("Mend", "small", 13),
    ("Date", "input_date", 12.5), *((level, "small", 30) for level in LEVELS),
)  # fmt: skip
PRINTED = FIRST_COLUMN + 9  # up to the date: on paper the level texts are read from the sheet Criteria
STANDING_HEIGHT = 22.0
WHAT_TO_DO = "Choose a score for every part of every program: 0 to 4, or not rated. Say what a 0 or a 4 rests on."
NO_EVIDENCE, NO_SCORE = "Say what it rests on", "Score from 0 to 4"
EXTREMES = ("0", "4")
EMPTY = "List programs and parts of the rubric first: this sheet is then written with a row for each."


def rating_sheets(tables: Mapping[str, Table]) -> list[Sheet]:
    """A sheet for each rater of a review's tables, with the ratings that are given; without raters one for all.

    Ratings that no block has a place for are kept: of an unknown program or given twice, at the end of the rater's
    sheet; of nobody in Raters, on the sheet Ratings.
    """
    portfolio, _ = read_portfolio(tables)
    given = _given_ratings(tables.get(RATINGS.name))
    raters: list[Any] = portfolio.table("Raters").drop_duplicates("Rater").to_dict("records")
    named = [rater for rater in raters if rater["Rater"]]
    taken: set[str] = set()
    sheets = [
        _sheet(portfolio, rater, f"{RATINGS.name}_{number}", given.pop(rater["Rater"].casefold(), {}), taken)
        for number, rater in enumerate(named, 1)
    ]
    others = [row for by_part in given.values() for rows in by_part.values() for row in rows]
    return sheets if sheets and not others else [*sheets, _sheet_for_all(others)]


def says_formula(table: str) -> str:
    """The formula of what a score means: its level's text in Criteria, empty without a score of 0 to 4.

    >>> says_formula("Ratings")[:35]
    'IF(Ratings[[#This Row],[Score]]="",'
    """
    score = own(table, "Score")
    levels = f"Criteria[[{LEVELS[0]}]:[{LEVELS[-1]}]]"
    return f'IF({score}="","",IFERROR(INDEX({levels},{_part(table)},{score}+1)&"",""))'


def mend_formula(table: str) -> str:
    """The formula of what is to be mended in a row: an extreme score without evidence, something that is no score."""
    score, evidence = f'{own(table, "Score")}&""', own(table, "Evidence")
    known = "{" + ",".join(f'"{each}"' for each in SCORES) + "}"
    extreme = ",".join(f'{score}="{each}"' for each in EXTREMES)
    unfounded = f'IF(AND(OR({extreme}),TRIM({evidence})=""),"{NO_EVIDENCE}","")'
    judged = f'IF(ISNUMBER(MATCH({score},{known},0)),{unfounded},"{NO_SCORE}")'
    return f'IF(OR({own(table, "Criterion")}="",{score}=""),"",{judged})'


def progress_of(table: DataTable) -> tuple[int, int, int]:
    """How many scores a rater's table has, of how many, and how many rows are to be mended."""
    columns = {column.header: column.values for column in table.columns}
    scored = sum(value is not None for value in columns["Score"])
    return scored, sum(bool(value) for value in columns["Criterion"]), sum(bool(value) for value in columns["Mend"])


def progress_formula(tables: Sequence[str]) -> str:
    """The formula that says so of the tables of these names together."""
    scored, asked = (_added(f"COUNTA({table}[{column}])" for table in tables) for column in ("Score", "Criterion"))
    mend = _added(f'COUNTIF({table}[Mend],"?*")' for table in tables)
    return f'TEXT({scored},"#,##0")&" of "&TEXT({asked},"#,##0")&" scored"&IF({mend}=0,"",", "&{mend}&" to mend")'


def progress_said(scored: int, asked: int, mend: int) -> str:
    """The same in words.

    >>> progress_said(3, 8, 1)
    '3 of 8 scored, 1 to mend'
    """
    return f"{scored:,} of {asked:,} scored" + (f", {mend} to mend" if mend else "")


def _sheet(portfolio: Portfolio, rater: Mapping[str, Any], name: str, given: Given, taken: set[str]) -> Sheet:
    """The sheet of one rater."""
    table = _table(name, _rows(portfolio, rater, given), _BY_BLOCKS)
    standing = Cell(HEADER_ROW - 1, FIRST_COLUMN, progress_said(*progress_of(table)), "said", progress_formula([name]))
    return Sheet(
        sheet_name(f"Rating {rater['Rater']}", taken),
        f"Rating: {rater['Rater']}",
        "  ·  ".join(part for part in (rater["Role"], WHAT_TO_DO) if part),
        cells=(standing,),
        tables=(table,),
        highlights=_highlights(table),
        freeze=(HEADER_ROW + 1, FIRST_COLUMN + 2),
        tab="input",
        heights={HEADER_ROW - 1: STANDING_HEIGHT},
        printed=PRINTED,
    )


def _sheet_for_all(rows: list[Row]) -> Sheet:
    """One table for all raters, where there are none yet or a rating is of nobody in Raters."""
    table = _table(RATINGS.name, rows, _FOR_ALL)
    highlights = _highlights(table)[1:]
    return replace(table_sheet(RATINGS, table, "input"), highlights=highlights, printed=PRINTED)


def _rows(portfolio: Portfolio, rater: Mapping[str, Any], given: Given) -> list[Row]:
    """A heading and a row per criterion for every program, then what else this rater has rated."""
    left = {place: list(rows) for place, rows in given.items()}
    owned = {each.casefold() for each in listed(rater["Owner of"])}
    parts = [row for row in portfolio.table("Criteria").to_dict("records") if row["Criterion"]]
    rows: list[Row] = []
    for program in dict.fromkeys(code for code in portfolio.table("Programs")["Code"] if code):
        heading = block_heading(portfolio, program, own=program.casefold() in owned)
        rows.append({"Program": program, "Guiding questions": heading})
        for part in parts:
            found = left.get((program.casefold(), part["Criterion"].casefold()), [])
            asked: Row = {header: part[header] for header in ("Criterion", "Guiding questions", *LEVELS)}
            rows.append({**(found.pop(0) if found else {}), **asked, "Program": program, "Rater": rater["Rater"]})
    return [*rows, *(row for more in left.values() for row in more)]


def _given_ratings(ratings: Table | None) -> dict[str, Given]:
    """Ratings as they were given, by rater, then program and criterion, in any case."""
    given: dict[str, Given] = {}
    for index in range(0 if ratings is None else len(ratings)):
        row = _given(ratings, index)  # type: ignore[arg-type]
        rater, program, criterion = (as_text(row.get(name)).casefold() for name in ("Rater", "Program", "Criterion"))
        given.setdefault(rater, {}).setdefault((program, criterion), []).append(row)
    return given


def _given(ratings: Table, index: int) -> Row:
    """A rating as it was given: scores as numbers, dates as dates."""
    fields = {each.name.casefold(): each.name for each in RATINGS.fields}
    row = {fields.get(header.strip().casefold(), header): cells[index] for header, cells in ratings.cells.items()}
    score = row.get("Score")
    if isinstance(score, str) and score.strip() in SCORES and score.strip() != NOT_RATED:
        row["Score"] = float(score)
    return {**row, "Program": as_code(row.get("Program")), "Date": as_date(row.get("Date"))}


def _table(name: str, rows: list[Row], kind: _Kind) -> DataTable:
    """The table of these rows; columns of the district's own follow."""
    for row in rows:
        row["This score says"], row["Mend"] = _says(row), _mend(row)
    known = {header for header, *_ in COLUMNS}
    own = dict.fromkeys(header for row in rows for header in row if header not in known)
    columns: list[tuple[str, Style, float]] = [
        *(
            (header, kind.styles.get(header, style), width)
            for header, style, width in COLUMNS
            if header not in kind.without
        ),
        *((header, "input", 14.0) for header in own),
    ]
    formulas = {"This score says": says_formula(name), "Mend": mend_formula(name)}
    formulas |= {header: write(name) for header, write in kind.formulas.items()}
    return DataTable(
        name,
        HEADER_ROW,
        FIRST_COLUMN,
        tuple(
            TableColumn(
                header, [row.get(header) for row in rows], style, width, _note(header), formulas.get(header, ""),
                choice=choice_of(RATINGS, RATINGS.by_name[header.casefold()]) if header in kind.offers else None,
            )
            for header, style, width in columns
        ),
        kind.empty,
        spare_rows=kind.spare_rows,
    )  # fmt: skip


def _note(header: str) -> str:
    field = RATINGS.by_name.get(header.casefold())
    return field.doc if field is not None else ""


def _says(row: Row) -> str:
    score = as_text(row.get("Score"))
    known = bool(row.get("Criterion")) and score in SCORES and score != NOT_RATED
    return as_text(row.get(LEVELS[int(score)])) if known else ""


def _mend(row: Row) -> str:
    score = as_text(row.get("Score"))
    if not row.get("Criterion") or not score:
        return ""
    if score.casefold() not in SCORES:
        return NO_SCORE
    return NO_EVIDENCE if score in EXTREMES and not as_text(row.get("Evidence")) else ""


def _questions_formula(table: str) -> str:
    return f'IFERROR(INDEX(Criteria[Guiding questions],{_part(table)})&"","")'


def _part(table: str) -> str:
    return f"MATCH({own(table, 'Criterion')},Criteria[Criterion],0)"


def _added(parts: Iterable[str]) -> str:
    return "(" + "+".join(parts) + ")"


def _highlights(table: DataTable) -> tuple[Highlight, ...]:
    """Headings stand out, and so does what is to be mended."""
    first, last = table.row + 1, table.row + max(1, len(table.columns[0].values))
    mend = table.column + [column.header for column in table.columns].index("Mend")
    return (
        Highlight(
            (first, table.column), (last, table.column + len(table.columns) - 1),
            "formula", formula=f'AND($B{first + 1}<>"",$C{first + 1}="")', style="block",
        ),
        Highlight((first, mend), (last, mend), "formula", formula=f'$I{first + 1}<>""', style="look"),
    )  # fmt: skip


@dataclass(frozen=True)
class _Kind:
    """What sets the table of one rater and the table for all apart."""

    offers: tuple[str, ...]
    styles: Mapping[str, Style] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    formulas: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    empty: str = EMPTY
    spare_rows: int = 0


_BY_BLOCKS = _Kind(("Score",))
_FOR_ALL = _Kind(
    ("Program", "Criterion", "Rater", "Score"),
    {"Program": "input_code", "Criterion": "input", "Rater": "input"},
    LEVELS,
    {"Guiding questions": _questions_formula},
    "One row per score, of all raters. A workbook that is written with raters has a sheet for each of them.",
    spare_rows=25,
)
