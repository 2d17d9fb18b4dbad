"""A school's statement on a terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from apportion.allocation.wording import number
from apportion.workbook.statement import NO_HEADING, by_heading, in_short, short_formula, sum_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from apportion.allocation.result import AllocationResult
    from apportion.workbook.statement import Statement

# Of a statement on a terminal: the most characters of a line that are good to read, the least for the name of a
# line, and the room of FTE, dollars, the prior year's dollars and the change.
WIDEST, NARROWEST, NUMBERS = 110, 16, (9, 15, 15, 14)


def show_statement(statement: Statement, result: AllocationResult, console: Console) -> None:
    """A school's statement: its totals, then each line with its reason, under headings with their subtotals."""
    lines = statement.lines
    table = _Statement(console, lines, prior=statement.has_prior)
    console.print(Text(f"{statement.name} ({statement.school}): why this allocation", style="bold cyan"))
    year = result.scenario.year
    scope = (result.district, f"scenario {result.scenario.name}", f"FY{year}")
    console.print(Text(", ".join(part for part in scope if part), style="dim"))
    if statement.whole:
        console.print(Text(in_short(statement, result)))
    console.print()
    before = f"FY{year - 1}"
    table.row("Line", ("FTE", "Dollars", before, "Change"), "bold")
    for heading, under in by_heading(lines).items():
        if statement.whole:
            console.print()
            table.sum(heading or NO_HEADING, under, "bold cyan")
        for row in under:
            table.sum(f"  {row['Line']}", [row])
            table.reason(row["Why"])
    if not lines:
        console.print("  No line gives anything here.", style="dim")
    if statement.whole:
        console.print(Text("-" * table.width, style="dim"))
        table.sum("Total", lines, "bold")
    _show_steps(statement, console)


class _Statement:
    """A statement's lines on a terminal: a text, then numbers in columns; the prior year's only where there is one."""

    def __init__(self, console: Console, lines: Sequence[dict[str, Any]], *, prior: bool) -> None:
        self.console = console
        self.text_width = min(console.width, WIDEST)
        shown = _numbers(lines)[: len(NUMBERS) if prior else 2]
        self.columns = [max(least, len(number) + 2) for least, number in zip(NUMBERS, shown, strict=False)]
        longest = max((len(text) for row in lines for text in (row["Line"], str(row["Allocation"]))), default=0) + 4
        self.first = max(NARROWEST, min(longest, self.text_width - sum(self.columns)))
        self.width = self.first + sum(self.columns)

    def row(self, label: str, numbers: tuple[str, ...], style: str = "") -> None:
        """One line; a label that is too long goes on below itself."""
        indent = " " * (len(label) - len(label.lstrip()) + 2)
        first, *rest = textwrap.wrap(label, self.first, subsequent_indent=indent, drop_whitespace=False) or [""]
        line = Text(f"{first:<{self.first}}", style=style)
        for shown, room in zip(numbers, self.columns, strict=False):
            line.append(f"{shown:>{room}}", style="red" if shown.startswith("-") else "")
        self.console.print(line, no_wrap=True, crop=False, overflow="ignore")
        for more in rest:
            self.console.print(Text(more, style=style))

    def sum(self, label: str, rows: Sequence[dict[str, Any]], style: str = "") -> None:
        """One line of sums: FTE, dollars, the prior year's, and the change; no prior year counts as nothing."""
        self.row(label, _numbers(rows), style)

    def reason(self, why: str) -> None:
        """The sentence below its line, wrapped with a hanging indent."""
        for part in why.splitlines():
            for line in textwrap.wrap(
                part, self.text_width, initial_indent=" " * 4, subsequent_indent=" " * 6, break_on_hyphens=False
            ):
                self.console.print(Text(line, style="dim"), no_wrap=True, crop=False, overflow="ignore")


def _numbers(rows: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """FTE, dollars, the prior year's dollars and the change of some lines, as they are shown."""
    dollars, prior = sum_of(rows, "Dollars"), sum_of(rows, "Prior dollars")
    change = round(dollars - prior, 2)
    return _shown(sum_of(rows, "FTE")), _shown(dollars), _shown(prior), f"{change:+,.2f}" if change else "–"


def _show_steps(statement: Statement, console: Console) -> None:
    if not statement.steps:
        return
    grid = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1))
    for name, justify in (("Step", "left"), ("Value", "right"), ("Formula", "left")):
        grid.add_column(name, overflow="fold", justify=justify)  # type: ignore[arg-type]
    for step in statement.steps:
        grid.add_row(Text(step.name), Text(_step_value(step.value)), Text(short_formula(step.formula), style="dim"))
    console.print()
    console.print(grid)


def _step_value(value: object) -> str:
    return number(value, 4) if isinstance(value, bool | int | float) else str(value)


def _shown(value: float) -> str:
    return f"{value:,.2f}" if value else "–"
