"""The sheet Explain: one school's allocation in sentences, as its principal reads it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from apportion.tables import column_letters
from apportion.workbook.sheets import Cell, Sheet, WorkbookDescription
from apportion.workbook.styles import height_needed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from apportion.allocation.result import AllocationResult
    from apportion.tables import CellValue
    from apportion.workbook.sheets import Style

NAME = "Explain"
LEFT, SAID, HEADER = 1, 3, 5
LINE_WIDTH, WHY_WIDTH = 30.0, 74.0
ROOM = 21.0
NO_HEADING = "No heading"
NUMBERS: tuple[tuple[str, str, Style, float], ...] = (
    ("FTE", "FTE", "row_fte", 9.0),
    ("Dollars", "Dollars", "row_cents", 16.0),
    ("", "Prior dollars", "row_cents", 16.0),
    ("Change", "", "row_cents", 15.0),
)
"""The columns of numbers: header (of the prior year its name), the record's field, style and width."""
BEFORE = 2  # so many of them when there is no prior year
NOTHING = "No line gives anything here."


@dataclass(frozen=True)
class Step:
    """One step of a line at a school: the column in which it came about, its value, and its live formula."""

    name: str
    value: object
    formula: str


@dataclass(frozen=True)
class Statement:
    """One school's allocation in sentences: a record per line, and of a single line its steps."""

    school: str
    name: str
    students: float
    lines: tuple[dict[str, Any], ...]
    steps: tuple[Step, ...] = field(default=())

    @property
    def has_prior(self) -> bool:
        """Whether any line has dollars of the prior year."""
        return any(not math.isnan(row["Prior dollars"]) for row in self.lines)

    @property
    def whole(self) -> bool:
        """Whether there are several lines to add up."""
        return len(self.lines) > 1


def statement_workbook(statement: Statement, result: AllocationResult) -> WorkbookDescription:
    """A workbook with the statement alone."""
    scenario = result.scenario
    footer = "  ·  ".join(part for part in (result.district, f"FY{scenario.year}") if part)
    sheet = statement_sheet(statement, result)
    return WorkbookDescription((sheet,), footer=footer, title=f"{statement.name}, FY{scenario.year}")


def statement_sheet(statement: Statement, result: AllocationResult) -> Sheet:
    """The lines under their headings with live sums, each with its reason; of a single line the steps below it.

    What a line gave is a value, what adds up a formula with its value.
    """
    numbers = NUMBERS if statement.has_prior else NUMBERS[:BEFORE]
    rows = _Rows(statement, numbers)
    rows.header(f"FY{result.scenario.year - 1}")
    for heading, under in by_heading(statement.lines).items():
        rows.heading(heading or NO_HEADING, under)
    if not statement.lines:
        rows.cells.append(Cell(HEADER + 1, LEFT, NOTHING, "muted"))
    if statement.whole:
        rows.total()
    rows.steps()
    widths = {LEFT: LINE_WIDTH, rows.why: WHY_WIDTH}
    widths |= {LEFT + 1 + place: width for place, (_, _, _, width) in enumerate(numbers)}
    return Sheet(
        NAME,
        f"{statement.name}: {statement.lines[0]['Line'] if statement.steps else 'why this allocation'}",
        _scope(statement, result),
        cells=(Cell(SAID, LEFT, in_short(statement, result), "said"), *rows.cells),
        widths=widths,
        heights={row: max(ROOM, rows.needed.get(row, 0.0)) for row in range(HEADER, rows.row + 1)},
        freeze=(HEADER + 1, LEFT + 1) if statement.whole else None,
        mark=True,
    )


def _scope(statement: Statement, result: AllocationResult) -> str:
    scenario = result.scenario
    total = sum_of(statement.lines, "Dollars")
    said = (
        result.district,
        f"FY{scenario.year}",
        f"scenario “{scenario.name}”",
        f"code {statement.school}",
        f"ties to ${total:,.2f}",
    )
    return "  ·  ".join(part for part in said if part)


class _Rows:
    """The statement's cells, from the header down; sums leave out the sums between them, as SUBTOTAL does."""

    def __init__(self, statement: Statement, numbers: Sequence[tuple[str, str, Style, float]]) -> None:
        self.statement = statement
        self.numbers = numbers
        self.why = LEFT + len(numbers) + 1
        self.row = HEADER
        self.cells: list[Cell] = []
        self.needed: dict[int, float] = {}

    def header(self, before: str) -> None:
        """The headers of the lines, with the name of the prior year."""
        self.cells.append(Cell(self.row, LEFT, "Line", "header"))
        for place, (label, _, _, _) in enumerate(self.numbers, LEFT + 1):
            self.cells.append(Cell(self.row, place, label or before, "header_number"))
        self.cells.append(Cell(self.row, self.why, "Why", "header"))

    def heading(self, heading: str, lines: Sequence[Mapping[str, Any]]) -> None:
        """A heading with its sums, and its lines below it."""
        self.row += 1
        first, last = self.row + 1, self.row + len(lines)
        self.cells.append(Cell(self.row, LEFT, heading, "sum"))
        if self.statement.whole:
            self._sums(lines, "sum", first, last)
        else:
            self.cells += [Cell(self.row, LEFT + 1 + place, None, "sum") for place in range(len(self.numbers))]
        self.cells.append(Cell(self.row, self.why, None, "sum"))
        for line in lines:
            self.row += 1
            self._line(line)

    def _line(self, line: Mapping[str, Any]) -> None:
        self.cells.append(Cell(self.row, LEFT, line["Line"], "row"))
        for place, (_, source, style, _) in enumerate(self.numbers, LEFT + 1):
            value = line[source] if source else _change([line])
            formula = "" if source else self._difference(place)
            self.cells.append(Cell(self.row, place, _known(value), style, formula))
        self.cells.append(Cell(self.row, self.why, line["Why"], "row_muted"))
        self.needed[self.row] = max(height_needed(line["Why"], WHY_WIDTH), height_needed(line["Line"], LINE_WIDTH))

    def total(self) -> None:
        """The sum of all lines."""
        self.row += 1
        self.cells.append(Cell(self.row, LEFT, "Total", "total"))
        self._sums(self.statement.lines, "total", HEADER + 1, self.row - 1)
        self.cells.append(Cell(self.row, self.why, None, "total"))

    def _sums(self, lines: Sequence[Mapping[str, Any]], look: str, first: int, last: int) -> None:
        for place, (_, source, style, _) in enumerate(self.numbers, LEFT + 1):
            letter = column_letters(place + 1)
            formula = f"SUBTOTAL(9,{letter}{first + 1}:{letter}{last + 1})" if source else self._difference(place)
            value = sum_of(lines, source) if source else _change(lines)
            looks: Style = style.replace("row", look)  # type: ignore[assignment]
            self.cells.append(Cell(self.row, place, value, looks, formula))

    def _difference(self, place: int) -> str:
        """This year's dollars less the prior year's; a line without a prior year had nothing."""
        return f"ROUND({column_letters(place - 1)}{self.row + 1}-{column_letters(place)}{self.row + 1},2)"

    def steps(self) -> None:
        """Below one line its steps, in the order in which they came about."""
        if not self.statement.steps:
            return
        self.row += 3
        self._step("Step", "Value", "Formula", ("header", "header_number", "header"))
        for step in self.statement.steps:
            self.row += 1
            value = step.value if isinstance(step.value, bool | int | float) else str(step.value)
            self._step(step.name, value, short_formula(step.formula), ("row", "row_number", "row_code"))

    def _step(self, name: str, value: CellValue, formula: str, styles: tuple[Style, Style, Style]) -> None:
        self.cells += [Cell(self.row, place, None, styles[0]) for place in range(LEFT + 1, self.why - 1)]
        given = zip((LEFT, self.why - 1, self.why), (name, value, formula), styles, strict=True)
        self.cells += [Cell(self.row, *each) for each in given]
        self.needed[self.row] = max(height_needed(name, LINE_WIDTH), height_needed(formula, WHY_WIDTH))


def _known(value: Any) -> CellValue:
    return None if isinstance(value, float) and math.isnan(value) else value


# -- what the terminal says too -------------------------------------------------------------------------------------


def by_heading(lines: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The lines under their allocation headings, in order; "" for lines without one."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    for row in lines:
        heading = row["Allocation"] if isinstance(row["Allocation"], str) else ""  # NaN: not reached by the line
        grouped.setdefault(heading, []).append(row)
    return grouped


def in_short(statement: Statement, result: AllocationResult) -> str:
    """The statement in a sentence; only schools and charters have dollars per pupil."""
    lines = statement.lines
    dollars, prior = sum_of(lines, "Dollars"), sum_of(lines, "Prior dollars")
    said = [f"${dollars:,.2f} and {sum_of(lines, 'FTE'):,.2f} FTE"]
    position = result.schools["Code"].tolist().index(statement.school)
    if result.is_school.iloc[position] and statement.students > 0:
        each = dollars / statement.students
        said[0] += f" for {statement.students:,.0f} students: ${each:,.0f} per pupil"
    change = round(dollars - prior, 2)
    if statement.has_prior and change:
        share = f" ({abs(change) / prior:.1%})" if prior > 0 else ""
        said.append(
            f"${abs(change):,.2f}{share} {'more' if change > 0 else 'less'} than in FY{result.scenario.year - 1}"
        )
    return "; ".join(said) + "."


def sum_of(lines: Iterable[Mapping[str, Any]], column: str) -> float:
    """A column added up without the noise of binary fractions; what is not known counts as nothing."""
    return round(math.fsum(row[column] for row in lines if not math.isnan(row[column])), 6)


def _change(lines: Sequence[Mapping[str, Any]]) -> float:
    return round(sum_of(lines, "Dollars") - sum_of(lines, "Prior dollars"), 2)


def short_formula(formula: str) -> str:
    """A live formula with references to its own row as authors write them.

    >>> short_formula("ROUND(Schools[[#This Row],[Enrollment]]/450,1)")
    'ROUND([@[Enrollment]]/450,1)'
    """
    return re.sub(r"\b\w+\[\[#This Row\],\[((?:'.|[^\]'])+)\]\]", r"[@[\1]]", formula)
