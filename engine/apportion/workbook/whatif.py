"""The sheet What if: cells that call Apportion's functions, each beside the numbers that it is asked about.

The formulas are those that Excel stores, with the values that the functions give, so that the sheet shows numbers
before the add-in is loaded. Its last block, all schools, stands to the right, where it has room to grow; on paper
are the blocks before it.
"""

from __future__ import annotations

import datetime as dt
import math
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apportion.cells import serial
from apportion.registry import NAMESPACE
from apportion.tables import column_letters
from apportion.workbook.drawing import unique_headers
from apportion.workbook.grids import WHAT_IF
from apportion.workbook.sheets import Cell, Choice, Highlight, Sheet, Spill
from apportion.workbook.styles import height_needed, width_needed
from apportion.workbook.whatif_calls import NO_RESULT, Argument, call_text, results
from apportion.workbook.whatif_examples import PROGRAMS, SCHOOLS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apportion.registry import Entry
    from apportion.tables import CellValue
    from apportion.workbook.sheets import DataTable, Style
    from apportion.workbook.whatif_calls import Rows
    from apportion.workbook.whatif_examples import Area, Example

LABELS, FIRST, LAST = 1, 2, 10  # columns: labels, then the cells of examples
PLAN = 12  # the first column of every school
NOTICED = 4
LABEL_WIDTH, WIDTH, GAP = 32.0, 15.0, 3.0
TOP = 9
SAID_WIDTH = 140
SUBTITLE = "One question, one cell: type into the blue cells, and the answers beside them follow."
NOTICES = (
    "When cells show #NAME?, the Apportion add-in is not loaded: choose Home > Add-ins > Apportion.",
    "Where it is not listed, it is still to be installed (More add-ins, or Developer > Add-ins); the README says how.",
    "Until then the answers are those of the last calculation, which are stored in this file.",
    "What you type here is for trying: it is no part of the plan, and stays in this workbook.",
)
TABLES = ("Schools", "Enrollment", "JobTypes", "Rates", "StudentGroups", "Bands", "Weights", "Scenarios")
ELSEWHERE = ("bundle", "prior-year FTE", "prior-year dollars")
"""Methods that need tables which the functions do not take."""
LEFT_OUT = f"Without adjustments, and without rules of {', '.join(ELSEWHERE)}: the button Allocate has everything."
NOTHING_YET = "OR(COUNTA(Schools[Code])=0,COUNTA(Rules[Line])=0)"
EMPTY = "Fill in Schools, Enrollment, Job types and Rules: then every school's allocation stands here."
HEADED = 8  # columns under the line of a heading
FIRST_HEADERS = ("School", "Name", "Students")
SPARE_ROWS, MOST_COLUMNS = 30, 100
NARROWEST, WIDEST, LINE_WIDTH, HEADER_HEIGHT = 12.0, 36.0, 14.0, 50.0


def what_if_sheet(tables: Mapping[str, DataTable], lines: str, functions: Mapping[str, Entry]) -> Sheet:
    """The sheet over a plan's tables; `lines` is the range of the lines of Rules, as a drop-down takes it.

    It has an example for every one of the registry's `functions` that it knows.
    """
    page = _Page(functions)
    for row, notice in enumerate(NOTICES, NOTICED):
        page.cells += [Cell(row, column, None, "notice") for column in range(FIRST, LAST + 1)]
        page.cells.append(Cell(row, LABELS, notice, "notice"))
    for section, examples in SCHOOLS:
        page.section(section, examples)
    over = _over(tables) if {"ALLOCATE", "WHY"} & functions.keys() else None
    if over is not None:
        page.one_line(over, lines)
    for section, examples in PROGRAMS:
        page.section(section, examples)
    if over is not None:
        page.every_school(over)
    return Sheet(
        WHAT_IF,
        WHAT_IF,
        SUBTITLE,
        cells=tuple(page.cells),
        spills=tuple(page.spills),
        highlights=tuple(page.highlights),
        widths=page.widths,
        heights=page.heights,
        tab="input",
        printed=LAST + 1,
    )


@dataclass(frozen=True)
class _Over:
    """The plan's tables as arguments; whether there is anything to allocate; and the school and line to ask about."""

    arguments: tuple[Argument, ...]
    filled: bool
    school: CellValue
    line: CellValue


class _Page:
    """The sheet's cells and spilling formulas, from its first section down."""

    def __init__(self, functions: Mapping[str, Entry]) -> None:
        self.functions = functions
        self.row = TOP
        self.cells: list[Cell] = []
        self.spills: list[Spill] = []
        self.highlights: list[Highlight] = []
        self.heights: dict[int, float] = {}
        self.widths = {LABELS: LABEL_WIDTH, **dict.fromkeys(range(FIRST, LAST + 1), WIDTH), LAST + 1: GAP}

    def section(self, name: str, examples: Sequence[Example]) -> None:
        """A section's heading and its examples, as far as there are the functions for them."""
        known = [each for each in examples if each.function in self.functions]
        if not known:
            return
        self._section(name)
        for example in known:
            self._heading(LABELS, LAST, example.title, example.function)
            self._example(example)
            self.row += len(example.lines) + 1
        self.row += 1

    def _section(self, name: str) -> None:
        self.cells.append(Cell(self.row, LABELS, name, "section"))
        self.heights[self.row] = 24.0
        self.row += 1

    def _heading(self, first: int, last: int, title: str, function: str) -> None:
        """What a function is for, how it is called, and its help."""
        self.cells += [Cell(self.row, column, None, "heading") for column in range(first + 2, last + 1)]
        entry = self.functions[function]
        self.cells.append(Cell(self.row, first, title, "heading"))
        self.cells.append(Cell(self.row, first + 1, f"{NAMESPACE}.{entry.usage}", "call"))
        for part in textwrap.wrap(entry.help, SAID_WIDTH):
            self.row += 1
            self.cells.append(Cell(self.row, first, part, "muted"))
        self.row += 1

    def _example(self, example: Example) -> None:
        entry = self.functions[example.function]
        offered = _offered(example, entry)
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
            formula, rows = call_text(example.function, arguments), results(entry, arguments)
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

    # -- over the plan's own tables -----------------------------------------------------------------------------------

    def one_line(self, over: _Over, lines: str) -> None:
        """One line of one school, chosen from drop-downs, and its sentence, which runs over the cells beside it."""
        if "WHY" not in self.functions:
            return
        self._section("Your plan")
        self._heading(LABELS, LAST, "Why one school gets a line", "WHY")
        asked = [
            self._asked("School", FIRST, over.school, "input_code", "SchoolCodes"),
            self._asked("Line", LABELS, over.line, "input", lines),
        ]
        arguments = [*asked, *over.arguments]
        rows = results(self.functions["WHY"], arguments) if over.filled else NO_RESULT
        missing = ",".join(f'{each.text}=""' for each in asked)
        formula = f'IF(OR({missing}),"",{call_text("WHY", arguments)})'
        self.spills.append(Spill(self.row + 2, LABELS, formula, rows, ("answer_said",)))
        if "ALLOCATE" in self.functions:
            place = _address(NOTICED, PLAN)
            said = f"Every school: from {place}"
            self.cells.append(Cell(self.row + 4, LABELS, said, "row_link", link=f"internal:'{WHAT_IF}'!{place}"))
        self.row += 6

    def _asked(self, caption: str, column: int, value: CellValue, style: Style, source: str) -> Argument:
        """A cell to choose in, with its caption."""
        self.cells.append(Cell(self.row, column, caption, "caption"))
        choice = Choice(source=source, strict=False, suggests=True)
        self.cells.append(Cell(self.row + 1, column, value, style, choice=choice))
        return Argument(_address(self.row + 1, column), value)

    def every_school(self, over: _Over) -> None:
        """Every school's allocation, with room to grow to the right and below: nothing stands there.

        Its headers stand beside the first section's, in a row that may be high.
        """
        if "ALLOCATE" not in self.functions:
            return
        self.row = NOTICED
        self._heading(PLAN, PLAN + HEADED, "Every school", "ALLOCATE")
        self.cells.append(Cell(self.row, PLAN, LEFT_OUT, "muted"))
        self.row = max(TOP, self.row + 1)
        rows = results(self.functions["ALLOCATE"], over.arguments) if over.filled else ((EMPTY,),)
        formula = f'IF({NOTHING_YET},"{EMPTY}",{call_text("ALLOCATE", over.arguments)})'
        named = [*map(str, rows[0])] if len(rows) > 1 else list(FIRST_HEADERS)
        columns = list(zip(*rows[1:], strict=True)) or [()] * len(named)
        styles = [*map(_style, named)]
        self.spills.append(Spill(self.row, PLAN, formula, rows, tuple(styles), header=len(rows) > 1))
        style: Style = "fte"
        self._grows(len(rows), len(rows[0]), [*styles, *[style] * (MOST_COLUMNS - len(styles))])
        widths = [_width(*each) for each in zip(named, styles, columns, strict=True)]
        self.widths |= {PLAN + i: width for i, width in enumerate(widths)}
        self.widths |= {PLAN + i: LINE_WIDTH for i in range(len(named), MOST_COLUMNS)}
        needed = [height_needed(name, width - 1) for name, width in zip(named, widths, strict=True)]
        self.heights[self.row] = max(HEADER_HEIGHT, *needed)

    def _grows(self, filled_rows: int, filled_columns: int, styles: Sequence[Style]) -> None:
        """The look of cells that the formula may come to fill, and of the headers that may stand above them."""
        first, last = (self.row, PLAN), (self.row, PLAN + len(styles) - 1)
        second = _address(self.row, PLAN + 1)
        named = f'AND({_address(*first)}<>"",${second}<>"")'
        self.highlights.append(Highlight(first, last, "formula", formula=named, style="header"))
        for down in range(filled_rows + SPARE_ROWS):
            for across in range(len(styles)):
                if down >= filled_rows or across >= filled_columns:
                    style: Style = "wrap" if down == 0 else styles[across]
                    self.cells.append(Cell(self.row + down, PLAN + across, None, style))


def _over(tables: Mapping[str, DataTable]) -> _Over:
    arguments = (_rules(tables["Rules"]), *(_table(tables[name]) for name in TABLES))
    filled = _filled(tables["Schools"], "Code") and _filled(tables["Rules"], "Line")
    return _Over(arguments, filled, *(_asked(tables) if filled else (None, None)))


def _offered(example: Example, entry: Entry) -> dict[tuple[int, int], Choice]:
    """Drop-downs for the cells whose argument is one of some words."""
    return {
        (area[0], area[1]): Choice(parameter.choices)
        for call in example.calls
        for parameter, area in zip(entry.parameters, call.areas, strict=False)
        if parameter.choices
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


def _rules(table: DataTable) -> Argument:
    """The table Rules without those that need what the functions do not take."""
    rules = _table(table)
    method = rules.value[0].index("Method")
    words = ",".join(f'"{each}"' for each in ELSEWHERE)
    kept = [row for row in rules.value if str(row[method]).casefold() not in {each.casefold() for each in ELSEWHERE}]
    return Argument(
        f"_xlfn._xlws.FILTER({rules.text},ISNA(MATCH(Rules[[#All],[Method]],{{{words}}},0)))", kept
    )


def _in_excel(value: CellValue) -> Any:
    """A cell as Excel hands it to a function: a date is its serial number, an empty text a blank."""
    if isinstance(value, dt.date):
        return serial(value)
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


def _style(header: str) -> Style:
    """How a column of the allocation looks, by its header.

    >>> _style("Teacher FTE"), _style("Total dollars"), _style("Name")
    ('fte', 'dollars', 'text')
    """
    kinds: tuple[tuple[str, Style], ...] = (("fte", "fte"), ("dollars", "dollars"), ("students", "count"))
    return next((style for word, style in kinds if header.casefold().endswith(word)), "text")


def _width(header: str, style: Style, values: Sequence[CellValue]) -> float:
    if style != "text":
        return max(NARROWEST if header == "Students" else LINE_WIDTH, width_needed(style, values))
    longest = max((len(value) for value in values if isinstance(value, str)), default=WIDEST * (header == "Name"))
    return max(NARROWEST, min(WIDEST, longest + 3.0))
