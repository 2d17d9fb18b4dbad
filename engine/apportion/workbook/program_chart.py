"""The quadrant as a native chart: programs by their two scores, as large as their cost, with their names."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from apportion.schema_rubric import AXES
from apportion.workbook.sheets import Chart, Series
from apportion.workbook.styles import ACCENT, MUTED, SERIES_COLORS, WHITE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apportion.rounding import Floats

    Side = Literal["right", "left", "above", "below"]
    Box = tuple[float, float, float, float]
    Range = tuple[str, int, int, int, int]

ORIGIN_COLORS = {"grant-funded": SERIES_COLORS[1], "legacy": ACCENT}
ORIGIN_WORDS = {"grant-funded": "ochre", "legacy": "teal"}
LINE, CORNER = MUTED, WHITE
END = 4.2
"""Where both axes end, above the highest score, so that what stands highest is drawn whole."""
LARGEST, SMALLEST = 40, 7  # diameters of markers in points
SIDES: tuple[Side, ...] = ("right", "left", "above", "below")
LETTER, HEIGHT = 5.4, 15.0  # pixels that a letter and a line of a label take
LONGEST_LABEL = 36
PIXELS_PER_POINT = 96 / 72
FRAME = (64.0, 60.0, 16.0, 58.0)  # pixels left of, above, right of and below the plot
ROUNDS = 12
TOO_MUCH = 40.0  # square pixels of a label that may lie under others


@dataclass(frozen=True)
class Point:
    """A program in the chart: its name and code, its scores, its cost, its color, and the cells of both scores."""

    name: str
    code: str
    priorities: float
    outcomes: float
    cost: float
    color: str
    cells: tuple[Range, Range]


@dataclass(frozen=True)
class Corner:
    """A word that stands in a corner of the chart, at the side of a point whose cells are given."""

    name: str
    priorities: float
    outcomes: float
    side: Side
    cells: tuple[Range, Range]


def diameters(costs: Sequence[float]) -> list[int]:
    """Diameters of markers in points whose areas are as the costs; the least that can be seen where a cost is small.

    >>> diameters([400.0, 100.0, 0.0])
    [40, 20, 7]
    """
    most = max(costs, default=0.0)
    return [max(SMALLEST, round(LARGEST * math.sqrt(cost / most))) if most > 0 else SMALLEST for cost in costs]


def quadrant_chart(
    points: Sequence[Point], corners: Sequence[Corner], lines: Sequence[tuple[Range, Range]], title: str,
    place: tuple[int, int], size: tuple[int, int],
) -> Chart:  # fmt: skip
    """The chart at a cell (row, column), so many pixels wide and high; `lines` are the thresholds' two cells each."""
    sizes = diameters([point.cost for point in points])
    labels = arranged(points, corners, sizes, size)
    largest_first = sorted(range(len(points)), key=lambda index: -sizes[index])
    drawn = (
        *(Series("Threshold", across, upright, LINE, line="dashed") for across, upright in lines),
        *(Series(each.name, *each.cells, CORNER, labels=True, size=2, side=each.side) for each in corners),
        *(
            Series(labels[index][0], *point.cells, point.color, labels=True, size=sizes[index], side=labels[index][1])
            for index, point in ((index, points[index]) for index in largest_first)
        ),
    )
    limits, (across, upright) = (0.0, END, 1.0), (f"{axis}, score 0 to 4" for axis in AXES)
    return Chart(
        "scatter", *place, title, drawn, x_title=across, y_title=upright, number_format="0", x_format="0",
        width=size[0], height=size[1], x_limits=limits, y_limits=limits, legend=False,
    )  # fmt: skip


def arranged(
    points: Sequence[Point], corners: Sequence[Corner], sizes: Sequence[int], size: tuple[int, int]
) -> list[tuple[str, Side]]:
    """For each program its label and the side of its marker where it hides least; its code where no name has room."""
    plot = _Plot(points, corners, sizes, size)
    plot.settle()
    plot.shorten()
    plot.settle()
    plot.lengthen()
    return [(plot.labels[index], SIDES[plot.sides[index]]) for index in range(len(points))]


class _Plot:
    """Labels while they are moved around their markers."""

    def __init__(
        self, points: Sequence[Point], corners: Sequence[Corner], sizes: Sequence[int], size: tuple[int, int]
    ) -> None:
        left, top, right, bottom = FRAME
        self.inner = (left, top, size[0] - right, size[1] - bottom)
        self.codes = [point.code for point in points]
        self.names = [label_of(point.name) for point in points]
        self.labels = list(self.names)
        self.sides = [0] * len(points)
        self.at = [self._pixel(point.priorities, point.outcomes) for point in points]
        self.radii = [diameter * PIXELS_PER_POINT / 2 for diameter in sizes]
        markers = [(x - r, y - r, x + r, y + r) for (x, y), r in zip(self.at, self.radii, strict=True)]
        fixed = [
            _box(self._pixel(corner.priorities, corner.outcomes), 1.0, corner.name, SIDES.index(corner.side))
            for corner in corners
        ]
        own = [self._box(index, 0) for index in range(len(points))]
        # Labels, which move, then what stays: markers and the words of the quadrants.
        self.boxes = np.array([*own, *markers, *fixed], dtype=float).reshape(-1, 4)

    def settle(self, rounds: int = ROUNDS) -> None:
        """Move each label to its best side until none moves any more."""
        for _ in range(rounds):
            moved = False
            for index in range(len(self.labels)):
                best = min(range(len(SIDES)), key=lambda side, index=index: (self._hidden(index, side), side))  # type: ignore[misc]
                moved |= best != self.sides[index]
                self.sides[index], self.boxes[index] = best, self._box(index, best)
            if not moved:
                return

    def shorten(self) -> None:
        """Write codes instead of names where names hide each other, the worst first."""
        for _ in self.labels:
            worst = max(range(len(self.labels)), key=lambda index: (self._left_over(index), -index), default=0)
            if not self.labels or self._left_over(worst) <= TOO_MUCH:
                return
            self.labels[worst] = self.codes[worst]
            self.settle(1)

    def lengthen(self) -> None:
        """Write names again where codes made room for them."""
        for index, point in enumerate(self.names):
            if self.labels[index] == point or self.labels[index] != self.codes[index]:
                continue
            self.labels[index] = point
            best = min(range(len(SIDES)), key=lambda side, index=index: (self._hidden(index, side), side))  # type: ignore[misc]
            if self._hidden(index, best) > TOO_MUCH:
                self.labels[index] = self.codes[index]
            else:
                self.sides[index], self.boxes[index] = best, self._box(index, best)

    def _left_over(self, index: int) -> float:
        return self._hidden(index, self.sides[index]) if self.labels[index] != self.codes[index] else 0.0

    def _hidden(self, index: int, side: int) -> float:
        """Square pixels by which a label on this side would lie under others or outside the plot."""
        box = self._box(index, side)
        under = _overlaps(box, self.boxes)
        under[[index, len(self.labels) + index]] = 0.0  # its own label and marker
        area = (box[2] - box[0]) * (box[3] - box[1])
        inside = _overlaps(box, np.array([self.inner]))
        return float(under.sum() + area - inside[0])

    def _box(self, index: int, side: int) -> Box:
        return _box(self.at[index], self.radii[index], self.labels[index], side)

    def _pixel(self, priorities: float, outcomes: float) -> tuple[float, float]:
        left, top, right, bottom = self.inner
        return left + (right - left) * priorities / END, bottom - (bottom - top) * outcomes / END


def label_of(name: str) -> str:
    """A program's name as a label: cut when it is long, and never a formula to a writer of charts.

    >>> label_of("=A1")
    ' =A1'
    """
    cut = name if len(name) <= LONGEST_LABEL else name[: LONGEST_LABEL - 1].rstrip() + "…"
    return f" {cut}" if cut.startswith("=") else cut


def _box(at: tuple[float, float], radius: float, label: str, side: int) -> Box:
    """Left, top, right and bottom of a label at the side of a marker."""
    (x, y), wide, gap = at, len(label) * LETTER + 4, radius + 2
    left, top = (
        (x + gap, y - HEIGHT / 2),
        (x - gap - wide, y - HEIGHT / 2),
        (x - wide / 2, y - gap - HEIGHT),
        (x - wide / 2, y + gap),
    )[side]
    return left, top, left + wide, top + HEIGHT


def _overlaps(box: Box, others: Floats) -> Floats:
    """Square pixels that a box has in common with each of the others, which are rows."""
    wide = np.minimum(box[2], others[:, 2]) - np.maximum(box[0], others[:, 0])
    high = np.minimum(box[3], others[:, 3]) - np.maximum(box[1], others[:, 1])
    return np.asarray(np.maximum(wide, 0.0) * np.maximum(high, 0.0))
