"""The sheet What if: cells that call Apportion's functions, each beside the numbers that it is asked about.

The formulas are those that Excel stores, with the values that the functions give, so that the sheet shows numbers
before the add-in is loaded. Its last block, all schools, stands to the right, where it has room to grow.
"""

from __future__ import annotations

import datetime as dt
import math
import textwrap
from typing import TYPE_CHECKING, Any

from apportion.registry import FUNCTIONS
from apportion.tables import column_letters
from apportion.workbook.drawing import unique_headers
from apportion.workbook.sheets import Cell, Choice, Sheet, Spill
from apportion.workbook.styles import width_needed
from apportion.workbook.whatif_calls import NO_RESULT, Argument, call_text, results, signature, words
from apportion.workbook.whatif_examples import SECTIONS_OF_THE_SHEET

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apportion.tables import CellValue
    from apportion.workbook.sheets import DataTable, Style
    from apportion.workbook.whatif_calls import Rows
    from apportion.workbook.whatif_examples import Area, Example

NAME = "What if"
LABELS, FIRST, LAST = 1, 2, 10  # columns: labels, then the cells of examples
PLAN = 12  # the first column of all schools
LABEL_WIDTH, WIDTH, GAP = 32.0, 14.0, 3.0
TOP = 9
SAID_WIDTH = 140
SUBTITLE = "One question, one cell: type into the blue cells, and the answers beside them follow."
NOTICES = (
    "When cells show #NAME?, the Apportion add-in is not loaded: choose Home > Add-ins > Apportion.",
    "Where it is not listed, it is still to be installed (More add-ins, or Developer > Add-ins); the README says how.",
    "Until then the answers are those of the last calculation, which are stored in this file.",
    "What you type here is for trying: it is no part of the plan, and stays in this workbook.",
)
TABLES = ("Rules", "Schools", "Enrollment", "JobTypes", "Rates", "StudentGroups", "Bands", "Weights")
SCENARIO = "Scenarios"
EMPTY = "Fill in Schools, Enrollment, Job types and Rules: then every school's allocation stands here."
SPARE_ROWS = 30
NARROWEST, WIDEST = 12.0, 36.0


def what_if_sheet(tables: Mapping[str, DataTable], lines: str) -> Sheet:
    """The sheet over a plan's tables; `lines` is the range of the lines of Rules, as a drop-down takes it.

    It has an example for every function of the registry that the sheet knows.
    """
    page = _Page()
    for row, notice in enumerate(NOTICES, 4):
        page.cells += [Cell(row, column, None, "notice") for column in range(FIRST, LAST + 1)]
        page.cells.append(Cell(row, LABELS, notice, "notice"))
    for section, examples in SECTIONS_OF_THE_SHEET:
        page.section(section, [each for each in examples if each.function in FUNCTIONS])
    widths = {LABELS: LABEL_WIDTH, **dict.fromkeys(range(FIRST, LAST + 1), WIDTH), LAST + 1: GAP}
    if {"ALLOCATE", "WHY"} & FUNCTIONS.keys():
        widths |= page.all_schools(tables, lines)
    return Sheet(
        NAME,
        NAME,
        SUBTITLE,
        cells=tuple(page.cells),
        spills=tuple(page.spills),
        widths=widths,
        heights=page.heights,
        tab="input",
    )


class _Page:
    """The sheet's cells and spilling formulas, from its first section down."""

    def __init__(self) -> None:
        self.row = TOP
        self.cells: list[Cell] = []
        self.spills: list[Spill] = []
        self.heights: dict[int, float] = {}

    def section(self, name: str, examples: Sequence[Example]) -> None:
        """A section's heading and its examples; nothing when it has none."""
        if not examples:
            return
        self._section(LABELS, name)
        self.row += 1
        for example in examples:
            self._heading(LABELS, LAST, example.title, example.function)
            self._example(example)
            self.row += len(example.lines) + 1
        self.row += 1

    def _section(self, column: int, name: str) -> None:
        self.cells.append(Cell(self.row, column, name, "section"))
        self.heights[self.row] = 24.0

    def _heading(self, first: int, last: int, title: str, function: str) -> None:
        """What a function is for, how it is called, and its help."""
        self.cells += [Cell(self.row, column, None, "heading") for column in range(first + 2, last + 1)]
        self.cells += [Cell(self.row, first, title, "heading"), Cell(self.row, first + 1, signature(function), "call")]
        for part in textwrap.wrap(FUNCTIONS[function].help, SAID_WIDTH):
            self.row += 1
            self.cells.append(Cell(self.row, first, part, "muted"))
        self.row += 1

    def _example(self, example: Example) -> None:
        offered = _offered(example)
        for down, line in enumerate(example.lines):
            caption = bool(line.styles) and line.styles[0] == "caption_number"
            if line.label:
                self.cells.append(Cell(self.row + down, LABELS, line.label, "caption" if caption else "text"))
            for across, (value, style) in enumerate(zip(line.values, line.styles, strict=True)):
                if style is not None:
                    choice = offered.get((down, across))
                    self.cells.append(Cell(self.row + down, FIRST + across, value, style, choice=choice))
        for call in example.calls:
            arguments = [self._argument(example, area) for area in call.areas]
            formula, rows = call_text(example.function, arguments), results(example.function, arguments)
            if call.added_up:
                formula, rows = f"SUM({formula})", _sum(rows)
            place = self.row + call.line, FIRST + call.column
            self.spills.append(Spill(*place, formula, rows, (call.style,)))

    def _argument(self, example: Example, area: Area) -> Argument:
        first_line, first, last_line, last = area
        start, end = self._address(first_line, first), self._address(last_line, last)
        rows = [
            [_value(example, line, column) for column in range(first, last + 1)]
            for line in range(first_line, last_line + 1)
        ]
        return Argument(start, rows[0][0]) if start == end else Argument(f"{start}:{end}", rows)

    def _address(self, line: int, column: int) -> str:
        return _address(self.row + line, FIRST + column)

    # -- all schools --------------------------------------------------------------------------------------------------

    def all_schools(self, tables: Mapping[str, DataTable], lines: str) -> dict[int, float]:
        """The blocks over the plan's own tables, beside the others; the widths of their columns."""
        self.row = TOP
        self._section(PLAN, "All schools")
        self.row += 1
        filled = _filled(tables["Schools"], "Code") and _filled(tables["Rules"], "Line")
        over = [*(_table(tables[name]) for name in TABLES), _table(tables[SCENARIO])]
        if "WHY" in FUNCTIONS:
            self._why(tables, over, lines, filled=filled)
        if "ALLOCATE" not in FUNCTIONS:
            return {}
        self._heading(PLAN, PLAN + 8, "Everybody", "ALLOCATE")
        rows = results("ALLOCATE", over) if filled else ((EMPTY,),)
        empty = "OR(COUNTA(Schools[Code])=0,COUNTA(Rules[Line])=0)"
        formula = f'IF({empty},"{EMPTY}",{call_text("ALLOCATE", over)})'
        header = len(rows) > 1 and all(isinstance(value, str) for value in rows[0])
        columns = list(zip(*rows[1:], strict=True)) if header else []
        styles = tuple(_style(str(name), values) for name, values in zip(rows[0], columns, strict=False)) or ("muted",)
        spare = SPARE_ROWS if header else 0
        self.spills.append(Spill(self.row, PLAN, formula, rows, styles, header=header, spare_rows=spare))
        return {
            PLAN + i: _width(str(name), style, values)
            for i, (name, style, values) in enumerate(zip(rows[0], styles, columns, strict=False))
        }

    def _why(
        self, tables: Mapping[str, DataTable], over: Sequence[Argument], lines: str, *, filled: bool
    ) -> None:
        """One school and line, chosen from drop-downs, and its sentence."""
        self._heading(PLAN, PLAN + 8, "One of them", "WHY")
        school, line = _asked(tables) if filled else (None, None)
        self.cells += [Cell(self.row, PLAN, "School", "caption"), Cell(self.row, PLAN + 1, "Line", "caption")]
        self.row += 1
        schools = Choice(source="SchoolCodes", strict=False, suggests=True)
        given = Choice(source=lines, strict=False, suggests=True)
        self.cells.append(Cell(self.row, PLAN, school, "input_code", choice=schools))
        self.cells.append(Cell(self.row, PLAN + 1, line, "input", choice=given))
        asked = [Argument(_address(self.row, PLAN), school), Argument(_address(self.row, PLAN + 1), line)]
        rows = results("WHY", [*asked, *over]) if filled else NO_RESULT
        missing = " ,".join(f'{each.text}=""' for each in asked).replace(" ,", ",")
        formula = f'IF(OR({missing}),"",{call_text("WHY", [*asked, *over])})'
        self.row += 1
        self.spills.append(Spill(self.row, PLAN, formula, rows, ("answer_said",)))
        self.row += 2


def _offered(example: Example) -> dict[tuple[int, int], Choice]:
    """Drop-downs for the cells whose argument is one of some words."""
    return {
        (area[0], area[1]): Choice(words(example.function, position))
        for call in example.calls
        for position, area in enumerate(call.areas)
        if words(example.function, position)
    }


def _value(example: Example, line: int, column: int) -> CellValue:
    values = example.lines[line].values
    return values[column] if column < len(values) else None


def _sum(rows: Rows) -> Rows:
    if rows == NO_RESULT:
        return rows
    numbers = [value for row in rows for value in row if isinstance(value, int | float)]
    return ((math.fsum(numbers),),)


def _address(row: int, column: int) -> str:
    return f"{column_letters(column + 1)}{row + 1}"


def _table(table: DataTable) -> Argument:
    """A whole table with its headers, and the rows that are still to be filled."""
    columns = [[*map(_in_excel, column.values)] for column in table.columns]
    rows = max(map(len, columns), default=0)
    blank = [[None] * len(columns)] * (table.spare_rows or int(rows == 0))
    body = [list(row) for row in zip(*columns, strict=True)] if rows else []
    headers: list[Any] = unique_headers([column.header for column in table.columns])
    return Argument(f"{table.name}[#All]", [headers, *body, *blank])


def _in_excel(value: CellValue) -> Any:
    """A cell as Excel hands it to a function: a date is its serial number, an empty text a blank."""
    if isinstance(value, dt.date):
        return float((value - dt.date(1899, 12, 30)).days)
    return None if value == "" else value


def _filled(table: DataTable, header: str) -> bool:
    return any(value not in (None, "") for value in _column(table, header))


def _column(table: DataTable, header: str) -> Sequence[CellValue]:
    return next(column.values for column in table.columns if column.header == header)


def _asked(tables: Mapping[str, DataTable]) -> tuple[CellValue, CellValue]:
    """The first school, and the first line with a ratio that every school gets, or else the first line."""
    rules = tables["Rules"]
    columns = (_column(rules, header) for header in ("Line", "Method", "Applies to", "Per"))
    given = [row for row in zip(*columns, strict=True) if row[0]]
    everywhere = [row for row in given if row[1] == "ratio FTE" and not row[2] and row[3] in (None, "", "school")]
    school = next(value for value in _column(tables["Schools"], "Code") if value not in (None, ""))
    return school, (everywhere or given)[0][0]


def _style(header: str, values: Sequence[CellValue]) -> Style:
    """How a column of the allocation looks, by its header and what it holds."""
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    if not numbers:
        return "text"
    folded = header.casefold()
    if "fte" in folded:
        return "fte"
    if "student" in folded or "count" in folded or "enrollment" in folded:
        return "count"
    return "dollars" if any(word in folded for word in ("dollar", "total", "pupil", "prior", "change")) else "number"


def _width(header: str, style: Style, values: Sequence[CellValue]) -> float:
    longest = max((len(value) for value in values if isinstance(value, str)), default=0)
    return max(NARROWEST, len(header) * 1.1 + 3, width_needed(style, values), min(WIDEST, longest + 3.0))
