"""One printed page per program for the public: place, criteria, cost, and what raters wrote, by their role."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apportion.functions_programs import NOT_PLACED, QUADRANTS
from apportion.programs.placing import axis_weights, could_be
from apportion.programs.portfolio import listed
from apportion.programs.publication import FEW, LEFT_OUT, persons_of, without_names
from apportion.programs.rubric import NAMED
from apportion.programs.suppression import is_small
from apportion.schema_rubric import AXES, LEVELS, NOT_RATED
from apportion.spoken import counted, fiscal, whole_dollars
from apportion.workbook.program_costs import cost_block, costs_of
from apportion.workbook.program_voices import roles_of, voices_of
from apportion.workbook.results_figures import LEFT
from apportion.workbook.sheets import Cell, Sheet
from apportion.workbook.styles import LINE_HEIGHT, height_needed
from apportion.workbook.table_sheets import sheet_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from apportion.programs.portfolio import Portfolio
    from apportion.programs.rubric import Scores
    from apportion.workbook.program_costs import Costs
    from apportion.workbook.program_voices import Voice
    from apportion.workbook.sheets import Style

WIDTHS = {LEFT: 27.0, LEFT + 1: 12.0, LEFT + 2: 12.0, LEFT + 3: 12.0, LEFT + 4: 50.0}
SAYS = LEFT + 4
BESIDE_LABEL, WHOLE_LINE, BESIDE_CHART = 96, 124, 70
"""Letters of a line that begins in the second column, in the first, or ends before the chart."""
PAGE_HEIGHT = 790.0  # points of a Letter page at the scale in which these widths fit
PLACE_STYLES: Mapping[str, Style] = {NAMED: "stop", QUADRANTS[True, True]: "ok"}
WORDS = {True: "high", False: "low"}


def page_sheets(scores: Scores) -> tuple[Sheet, ...]:
    """A sheet "Page CODE" for every program, in order."""
    names, persons = page_names(scores.programs["Code"].tolist()), persons_of(scores.portfolio)
    roles = roles_of([without_names(role, persons) for role in scores.portfolio.table("Raters")["Role"]])
    weights = axis_weights(scores.portfolio.table("Criteria"))
    places = scores.programs["Place"].to_numpy(dtype=object)
    moved = could_be(scores.panel, weights, scores.portfolio.settings, places, roles)
    voices = voices_of(scores, roles, persons)
    known, every = _looked_up(scores.portfolio), scores.criteria.to_dict("records")
    parts = len(scores.portfolio.table("Criteria"))
    about = scores.portfolio.table("Programs").to_dict("records")
    return tuple(
        _Page(
            scores,
            name,
            {**program, **_told(more, persons)},
            every[at * parts : (at + 1) * parts],
            known,
            moved[at],
            voices.get(program["Code"], []),
        ).sheet()
        for at, (name, program, more) in enumerate(zip(names, scores.programs.to_dict("records"), about, strict=True))
    )


def page_names(codes: Sequence[str]) -> list[str]:
    """Names of sheets for programs: without signs that Excel refuses, and no two alike.

    >>> page_names(["T01", "T/01", "T?01"])
    ['Page T01', 'Page T 01', 'Page T 01 2']
    """
    taken: set[str] = set()
    return [sheet_name(f"Page {code}", taken) for code in codes]


@dataclass(frozen=True, eq=False)
class _LookedUp:
    """What all pages look up: names of schools by code, texts of levels by criterion, costs by program."""

    schools: Mapping[str, str]
    levels: Mapping[str, Sequence[str]]
    costs: Mapping[str, Costs]


def _looked_up(portfolio: Portfolio) -> _LookedUp:
    schools, criteria = portfolio.table("Schools"), portfolio.table("Criteria")
    names = {code.casefold(): name for code, name in zip(schools["Code"], schools["Name"], strict=True)}
    levels = dict(zip(criteria["Criterion"], criteria[list(LEVELS)].to_numpy().tolist(), strict=True))
    return _LookedUp(names, levels, costs_of(portfolio))


@dataclass(frozen=True, eq=False)
class _Page:
    """The page of one program: `about` is its row of Programs and of the scores, `criteria` its rows of the rubric."""

    scores: Scores
    name: str
    about: Mapping[Any, Any]
    criteria: Sequence[Mapping[Any, Any]]
    known: _LookedUp
    moved: str
    voices: Sequence[Voice]

    def sheet(self) -> Sheet:
        """The page: what is known first, then as much of what raters wrote as has room."""
        plan = self.scores.portfolio
        blocks = [*self._standing(4)]
        blocks += self._facts(_below(blocks))
        blocks += self._criteria(_below(blocks))
        costs = cost_block(self.known.costs.get(self.about["Code"], {}), plan.years, self.name, _below(blocks), SAYS)
        blocks += [*costs.cells, *self._missing(costs.next_row)]
        row = max(_below(blocks), costs.last_row + 1)
        blocks += self._said(row, self._room(blocks, row))
        said = (plan.district, fiscal(plan.year), f"program {self.about['Code']}", self.about["Origin"])
        return Sheet(
            self.name,
            str(self.about["Program"]),
            "  ·  ".join(part for part in said if part),
            tuple(blocks),
            charts=costs.charts,
            widths=WIDTHS,
            landscape=False,
            mark=True,
            printed=SAYS + 1,
        )

    def _standing(self, row: int) -> Iterator[Cell]:
        place, settings = self.about["Place"], self.scores.portfolio.settings
        yield Cell(row, LEFT, place, PLACE_STYLES.get(place, "look"))
        high = (settings.priority_threshold, settings.outcome_threshold)
        scored = (self.about["Priorities"], self.about["Outcomes"])
        if place == NOT_PLACED:
            covered = (self.about["Priorities coverage"], self.about["Outcomes coverage"])
            parts = [f"{share:.0%} of {axis}" for axis, share in zip(AXES, covered, strict=True)]
            text = f"Rated: {parts[0]}, {parts[1]}; {settings.least_coverage:.0%} of each is needed."
        else:
            parts = [
                f"{axis} {score:.2f}: {WORDS[score >= least]}"
                for axis, score, least in zip(AXES, scored, high, strict=True)
            ]
            text = f"{parts[0]}.  {parts[1]}.  (0 to 4; high from {high[0]:.2f} and {high[1]:.2f}.)"
        yield Cell(row, LEFT + 1, text, "strong")
        for down, line in enumerate(
            textwrap.wrap(f"Read otherwise: {self.moved}" if self.moved else "", BESIDE_LABEL), 1
        ):
            yield Cell(row + down, LEFT + 1, line)

    def _facts(self, row: int) -> Iterator[Cell]:
        for label, text in self._known():
            yield Cell(row, LEFT, label, "muted")
            for line in textwrap.wrap(text, BESIDE_LABEL) or [""]:
                yield Cell(row, LEFT + 1, line)
                row += 1

    def _known(self) -> Iterator[tuple[str, str]]:
        about = self.about
        schools = [self.known.schools.get(code.casefold()) or code for code in listed(about["Schools served"])]
        mandate = str(about["Mandate"])
        if mandate and not math.isnan(about["Least service"]):
            mandate += f"; at least {about['Least service']:.0%} of the present service"
        owner = "" if about["Owner"] == LEFT_OUT else str(about["Owner"])
        rows = (
            ("Purpose", str(about["Purpose"])), ("Owner", owner), ("Mandate", mandate or "none"),
            ("Priorities served", ", ".join(listed(about["Priorities served"]))),
            ("Schools served", ", ".join(schools) if schools else "all"), ("Students", self._students()),
            ("Owner's own rating", self._owner()),
        )  # fmt: skip
        return ((label, text) for label, text in rows if text)

    def _students(self) -> str:
        """Who takes part, of those with access; of a few students neither their number nor a share of them."""
        may, part = self.about["Students with access"], self.about["Students"]
        if math.isnan(part):
            return ""
        if is_small(part):
            return f"{FEW} students take part"
        of_all = f", {part / may:.0%} of {may:,.0f} with access" if may > 0 else ""
        return f"{counted(part, 'student')} take part{of_all}"

    def _owner(self) -> str:
        scored = (self.about["Owner priorities"], self.about["Owner outcomes"])
        said = [f"{axis} {score:.2f}" for axis, score in zip(AXES, scored, strict=True) if not math.isnan(score)]
        return f"{', '.join(said)}; it stands apart and does not count" if said else ""

    def _criteria(self, row: int) -> Iterator[Cell]:
        heads = ("Criterion", "Score", "Range", "Owner", "What the score says")
        styles: tuple[Style, ...] = ("header", "header_number", "header", "header_number", "header")
        row += 1
        for place, (head, style) in enumerate(zip(heads, styles, strict=True)):
            yield Cell(row, LEFT + place, head, style)
        for title, total, rows in self._groups():
            row += 1
            yield Cell(row, LEFT, title, "sum")
            for place in range(2, len(heads)):
                yield Cell(row, LEFT + place, "", "sum")
            yield Cell(row, LEFT + 1, total, "sum" if isinstance(total, str) else "sum_score")
            for criterion in rows:
                row += 1
                yield from self._criterion(row, criterion)

    def _groups(self) -> Iterator[tuple[str, str | float, list[Mapping[Any, Any]]]]:
        rows = self.criteria
        for axis, name in zip(AXES, ("Priorities", "Outcomes"), strict=True):
            scored = self.about[name]
            yield (
                axis,
                NOT_RATED if math.isnan(scored) else scored,
                [row for row in rows if row["Axis"] == axis and row["Role"] == "score"],
            )
        conditions = [row for row in rows if row["Role"] != "score"]
        if conditions:
            yield "Conditions", "not averaged", conditions

    def _criterion(self, row: int, criterion: Mapping[Any, Any]) -> Iterator[Cell]:
        score, low, high = (criterion[name] for name in ("Score", "Lowest", "Highest"))
        rated = not math.isnan(score)
        yield Cell(row, LEFT, criterion["Criterion"], "row")
        yield Cell(row, LEFT + 1, score if rated else NOT_RATED, "row_score" if rated else "row_muted")
        apart = "" if not rated else f"{low:g}" if low == high else f"{low:g} to {high:g}"
        yield Cell(row, LEFT + 2, apart, "row")
        owner = criterion["Owner score"]
        yield Cell(row, LEFT + 3, None if math.isnan(owner) else owner, "row_score")
        yield Cell(row, SAYS, self._says(criterion) if rated else "", "row")

    def _says(self, criterion: Mapping[Any, Any]) -> str:
        """The text of the level that is nearest to the score."""
        level = math.floor(criterion["Score"] + 0.5)
        text = self.known.levels[criterion["Criterion"]][level]
        return f"{level}: {text}" if text else str(level)

    def _missing(self, row: int) -> Iterator[Cell]:
        share, year = self.about["Per participant"], fiscal(self.scores.portfolio.year)
        hidden = math.isnan(share) or is_small(self.about["Students"])
        said = [] if hidden else [f"Cost per participant: {whole_dollars(share)} in {year}."]
        shares = zip(self.scores.portfolio.years, self.about["Recurring by year"], strict=False)
        known = [f"{fiscal(of)} {part:.0%}" for of, part in shares if not math.isnan(part)]
        said += [f"Meant for recurring funds: {', '.join(known)}."] if known else []
        said += [f"What is missing. {self.about['Missing']}"] if self.about["Missing"] else []
        lines = [(line, text.startswith("What")) for text in said for line in textwrap.wrap(text, BESIDE_CHART)]
        for down, (line, strong) in enumerate(lines):
            yield Cell(row + down, LEFT, line, "strong" if strong else "text")

    def _room(self, blocks: Sequence[Cell], row: int) -> int:
        """How many lines are left on the page from a row on."""
        heights = {1: 30.0, 0: 8.0}
        for cell in blocks:
            if cell.style == "row" and isinstance(cell.value, str):
                needed = height_needed(cell.value, WIDTHS[cell.column])
                heights[cell.row] = max(heights.get(cell.row, LINE_HEIGHT), needed)
        used = sum(heights.get(each, LINE_HEIGHT) for each in range(row))
        return int((PAGE_HEIGHT - used) / LINE_HEIGHT) - 1

    def _said(self, row: int, room: int) -> Iterator[Cell]:
        """What raters wrote, one criterion after the other, as long as there is room."""
        if not self.voices or room < len(WIDTHS):
            return
        for place in range(len(WIDTHS)):
            yield Cell(row, LEFT + place, "" if place else "What raters wrote, by their role", "heading")
        last = row + room - 1
        for told, voice in enumerate(self.voices):
            lines = textwrap.wrap(voice.text, WHOLE_LINE)
            if row + len(lines) > last:
                left = len(self.voices) - told
                rest = f"{counted(left, 'further note')} {'is' if left == 1 else 'are'}"
                yield Cell(row + 1, LEFT, f"{rest} not shown.", "muted")
                return
            for line in lines:
                row += 1
                yield Cell(row, LEFT, line)


def _told(about: Mapping[Any, Any], persons: Sequence[str]) -> dict[str, Any]:
    """What Programs says of one, without names of persons."""
    texts = {name: without_names(about[name], persons) for name in ("Program", "Purpose", "Owner", "Mandate")}
    numbers = {name: about[name] for name in ("Least service", "Students with access", "Schools served")}
    return {**texts, **numbers, "Priorities served": without_names(about["Priorities"], persons)}


def _below(blocks: Sequence[Cell]) -> int:
    return max(cell.row for cell in blocks) + 1
