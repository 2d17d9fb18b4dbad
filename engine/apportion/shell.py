"""What the commands of the command line share: files, the terminal, findings and exit codes."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from apportion.errors import ApportionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from apportion.outcome import Outcome
    from apportion.workbook.book import Book

PLAN = Annotated[Path, typer.Argument(help="A planner workbook, or a folder of its tables as CSV files.")]


def console(*, stderr: bool = False) -> Console:
    """The terminal, or what stands for it."""
    from rich.console import Console

    return Console(stderr=stderr, soft_wrap=False)


@contextmanager
def working(text: str) -> Iterator[None]:
    """Show that work goes on, and its stage, on a terminal."""
    from apportion.progress import watched

    with console(stderr=True).status(text) as status, watched(lambda said, _: status.update(f"{said} …")):
        yield


def open_plan(path: Path) -> Book:
    """The plan at a path. Raises CannotOpen."""
    from apportion.workbook.book import open_book

    return open_book(path)


def write(outcome: Outcome, out: Path, *, said: str) -> None:
    """Write the workbook that a command made, if it made one, and say so."""
    from apportion.workbook.writer import write_workbook

    if (workbook := outcome.file) is not None:
        write_workbook(workbook, out)
        console().print(f"{said} {out}", markup=False, highlight=False)


def finish(outcome: Outcome) -> None:
    """End with exit code 1 when errors stand."""
    if outcome.failed:
        raise typer.Exit(1)


def show_findings(outcome: Outcome, *, stderr: bool = False) -> None:
    """The findings as a table: errors first, each with its place and remedy."""
    from rich.table import Table

    if not outcome.findings:
        return
    styles = {"error": "bold red", "warning": "yellow", "note": "dim"}
    order = list(styles)
    grid = Table(box=None, pad_edge=False, show_header=True, header_style="bold", padding=(0, 1))
    for name in ("", "Where", "What", "What to do"):
        grid.add_column(name, overflow="fold")
    from rich.text import Text

    for finding in sorted(outcome.findings, key=lambda each: order.index(each.severity)):
        place = f"{finding.sheet} {finding.cell}".strip()
        grid.add_row(
            Text(finding.severity, style=styles[finding.severity]),
            Text(place),
            Text(finding.what),
            Text(finding.remedy),
        )
    console(stderr=stderr).print(grid)


def refuse_overwriting_plan(plan: Path, target: Path | None) -> None:
    """Raise ApportionError when a result was to be written over the plan."""
    if target is not None and target.exists() and plan.exists() and target.samefile(plan):
        message = f"{target} is the plan itself, which is never rewritten. Give another file to --out."
        raise ApportionError(message)


def plain(value: Any) -> Any:
    """A value as JSON has it: nothing for what is not known, dates as texts."""
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    return value if value is None or isinstance(value, int | str) else str(value)
