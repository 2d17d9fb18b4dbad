"""What stands on the sheet What if: for every cell function an example to overwrite, as data.

Rows and columns of an example count from its first line and from the first column beside the labels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apportion.tables import CellValue
    from apportion.workbook.sheets import Style

Area = tuple[int, int, int, int]


@dataclass(frozen=True)
class Line:
    """A row of an example: its label, and the cells beside it; a blank of style "" is no cell at all."""

    label: str
    values: tuple[CellValue, ...] = ()
    styles: tuple[Style | None, ...] = ()


@dataclass(frozen=True)
class Call:
    """A call whose answers begin at (line, column); its arguments are areas of the same example.

    `added_up` shows the sum of the answers instead of them.
    """

    line: int
    column: int
    areas: tuple[Area, ...]
    style: Style
    added_up: bool = False


@dataclass(frozen=True)
class Example:
    """One function's example: what it is for, its lines and its calls."""

    function: str
    title: str
    lines: tuple[Line, ...]
    calls: tuple[Call, ...]


def _captions(*words: str, label: str = "") -> Line:
    style: Style = "caption_number"
    return Line(label, words, (style,) * len(words))


def _cell(line: int, column: int) -> Area:
    return (line, column, line, column)


def _along(line: int, count: int) -> tuple[Area, ...]:
    """The first cells of a line, each an argument of its own."""
    return tuple(_cell(line, column) for column in range(count))


def _same(style: Style, *values: CellValue, label: str) -> Line:
    return Line(label, values, (style,) * len(values))


FTE_STYLES: tuple[Style, ...] = (
    "input_count", "input_number", "input", "input_number", "input_fte", "input_fte",
)  # fmt: skip
FTE = Example(
    "FTE",
    "FTE at a ratio",
    (
        _captions("Students", "Per FTE", "Rounding", "Step", "Minimum", "Maximum", "FTE"),
        Line("Counselor, today", (449.0, 500.0, "half up", 0.1, 0.4, None), FTE_STYLES),
        Line("What if one served 450", (449.0, 450.0, "half up", 0.1, 0.4, None), FTE_STYLES),
        Line("What if 30 students leave", (419.0, 500.0, "half up", 0.1, 0.4, None), FTE_STYLES),
    ),
    tuple(Call(line, 6, _along(line, 6), "answer_fte") for line in (1, 2, 3)),
)
GRADES = ("K", "Grade 1", "Grade 2", "Grade 3", "Grade 4", "Grade 5")
SECTION_AREAS: tuple[Area, ...] = ((1, 0, 1, 5), (2, 0, 2, 5), _cell(3, 0), _cell(4, 0))
SECTIONS = Example(
    "SECTIONS",
    "Classes under a class-size limit",
    (
        _captions(*GRADES, "Together"),
        _same("input_count", 73.0, 76.0, 79.0, 70.0, 76.0, 77.0, label="Students"),
        _same("input_count", 22.0, 23.0, 23.0, 23.0, 27.0, 27.0, label="Most students in a class"),
        _same("input_count", 1.0, label="Cohorts"),
        _same("input_count", None, label="Combination limit"),
        Line("Classes"),
    ),
    (
        Call(5, 0, SECTION_AREAS, "answer_count"),
        Call(5, 6, SECTION_AREAS, "answer_count", added_up=True),
    ),
)
BAND_STYLES: tuple[Style | None, ...] = ("input_count", "input_count", "input_fte")
BAND = Example(
    "BAND",
    "A step of a staffing table",
    (
        _captions("From", "To", "Value", "", "Students", "Gets"),
        Line("Librarian", (0.0, 150.0, 0.2, None, 349.0), (*BAND_STYLES, None, "input_count")),
        Line("", (150.0, 350.0, 0.5, None, 350.0), (*BAND_STYLES, None, "input_count")),
        Line("", (350.0, None, 1.0), BAND_STYLES),
    ),
    tuple(Call(line, 5, (_cell(line, 4), (0, 0, 3, 2)), "answer_fte") for line in (1, 2)),
)
WEIGHTED = Example(
    "WEIGHTED",
    "Dollars by weighted students",
    (
        _captions("All students", "Disadvantaged", "Eng. learners", "Disabilities"),
        _same("input_count", 449.0, 342.0, 152.0, 67.0, label="Students"),
        _same("input_number", 1.0, 0.25, 0.3, 0.9, label="Weight"),
        _same("input_cents", 425.0, label="Base, dollars per weight of 1"),
        Line("Dollars"),
    ),
    (Call(4, 0, ((1, 0, 1, 3), (2, 0, 2, 3), _cell(3, 0)), "answer_cents"),),
)
SHARE_AREAS: tuple[Area, ...] = (_cell(0, 0), (3, 0, 6, 0), _cell(1, 0))
SHARE = Example(
    "SHARE",
    "An amount shared out to the cent",
    (
        _same("input_cents", 100_000.0, label="Amount"),
        _same("input_number", None, label="Step (empty: a cent)"),
        _captions("Students", "Gets", label="School"),
        _same("input_count", 449.0, label="Ash"),
        _same("input_count", 612.0, label="Birch"),
        _same("input_count", 388.0, label="Cedar"),
        _same("input_count", 1_240.0, label="Dogwood"),
        Line("All of it"),
    ),
    (
        Call(3, 1, SHARE_AREAS, "answer_cents"),
        Call(7, 1, SHARE_AREAS, "answer_cents", added_up=True),
    ),
)
LIMIT_AREAS: tuple[Area, ...] = ((4, 0, 7, 0), (4, 1, 7, 1), _cell(0, 0), _cell(1, 0), _cell(2, 0))
LIMIT = Example(
    "LIMIT",
    "Hold harmless: losses kept small",
    (
        _same("input_percent", 0.05, label="Largest loss"),
        _same("input_percent", 0.10, label="Largest gain"),
        _same("input_cents", 455_790.0, label="Pool for all together"),
        _captions("Prior year", "By formula", "After limits", label="School"),
        _same("input_cents", 112_040.0, 98_715.0, label="Ash"),
        _same("input_cents", 85_900.0, 96_310.5, label="Birch"),
        _same("input_cents", 44_250.0, 45_080.0, label="Cedar"),
        _same("input_cents", 213_600.0, 215_684.5, label="Dogwood"),
        Line("Together"),
    ),
    (
        Call(4, 2, LIMIT_AREAS, "answer_cents"),
        Call(8, 2, LIMIT_AREAS, "answer_cents", added_up=True),
    ),
)
CRITERIA = ("Established", "Participation", "Value", "Outcomes")
SCORE = Example(
    "SCORE",
    "A program's score, 0 to 4",
    (
        _captions(*CRITERIA, "Score", label="Program"),
        _same("input_number", 1.0, 1.0, 1.0, 2.0, label="Weight"),
        _same("input_number", 3.0, 4.0, 2.0, 3.0, label="Reading recovery"),
        _same("input_number", 2.0, 1.0, 2.0, 1.0, label="Summer bridge"),
        _same("input_number", 3.0, None, 4.0, None, label="Two parts not rated"),
    ),
    tuple(Call(line, 4, ((line, 0, line, 3), (1, 0, 1, 3)), "answer_trial") for line in (2, 3, 4)),
)
QUADRANT = Example(
    "QUADRANT",
    "Where a program stands",
    (
        _captions("Priorities", "Outcomes", "Quadrant", label="Program"),
        _same("input_number", 2.0, 2.0, label="Threshold"),
        _same("input_number", 3.5, 3.0, label="Reading recovery"),
        _same("input_number", 3.2, 1.4, label="Summer bridge"),
    ),
    tuple(Call(line, 2, (_cell(line, 0), _cell(line, 1), _cell(1, 0), _cell(1, 1)), "answer") for line in (2, 3)),
)
PROGRESS = Example(
    "PROGRESS",
    "How far a target is reached",
    (
        _captions("Baseline", "Target", "Actual", "Progress", label="Metric"),
        _same("input_number", 41.0, 60.0, 52.0, label="Reading on grade level, %"),
        _same("input_number", 18.0, 10.0, 15.0, label="Chronically absent, %"),
    ),
    tuple(Call(line, 3, _along(line, 3), "answer_percent") for line in (1, 2)),
)
AROI = Example(
    "AROI",
    "Gain for the money",
    (
        _captions("Gain", "Students", "Dollars", "Per dollar", label="Program"),
        Line("Reading recovery", (5.0, 85.0, 62_000.0), ("input_number", "input_count", "input_dollars")),
        Line("Summer bridge", (2.0, 140.0, 48_500.0), ("input_number", "input_count", "input_dollars")),
    ),
    tuple(Call(line, 3, _along(line, 3), "answer_trial") for line in (1, 2)),
)
SCHOOLS: tuple[tuple[str, tuple[Example, ...]], ...] = (
    ("Staffing", (FTE, SECTIONS, BAND)),
    ("Money", (WEIGHTED, SHARE, LIMIT)),
)
PROGRAMS: tuple[tuple[str, tuple[Example, ...]], ...] = (("Programs", (SCORE, QUADRANT, PROGRESS, AROI)),)
"""The examples under their headings, in the order of the sheet: before and after those over the plan's own tables."""
