"""The review of programs on the command line: score, cliff, realign, review."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from apportion.outcome import tally
from apportion.shell import (
    PLAN,
    console,
    finish,
    open_plan,
    plain,
    refuse_overwriting_plan,
    show_findings,
    working,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from apportion.outcome import Outcome
    from apportion.workbook.book import Book

OUT = Annotated[Path | None, typer.Option(help="The workbook of the results; by default beside the plan.")]
AS_JSON = Annotated[
    bool, typer.Option("--json", help="Print the results as JSON and write no workbook unless --out is given.")
]

app = typer.Typer()


@app.command()
def rate(plan: PLAN, out: Annotated[Path, typer.Option(help="The workbook to make.")]) -> None:
    """Make the review anew, with a sheet for every rater, a block for every program, and what was rated already."""
    from apportion.commands import rate as run

    refuse_overwriting_plan(plan, out)
    with working("Reading the programs …"):
        outcome = run(open_plan(plan))
    show_findings(outcome)
    write(outcome, out, said="Wrote")
    finish(outcome)


@app.command()
def score(
    plan: PLAN,
    pages: Annotated[bool, typer.Option("--pages", help="A page for each program too, to read and print.")] = False,
    out: OUT = None,
    as_json: AS_JSON = False,
) -> None:
    """Place every program by its ratings: District Priorities against Student Outcomes & Value."""
    from apportion.commands import score as run

    _run(plan, "scores", out, lambda book: run(book, pages), as_json=as_json)


@app.command()
def cliff(plan: PLAN, out: OUT = None, as_json: AS_JSON = False) -> None:
    """Show what ends when money ends: by year and fund, which programs, positions and schools, and the gap."""
    from apportion.commands import cliff as run

    _run(plan, "cliff", out, run, as_json=as_json)


@app.command()
def realign(
    plan: PLAN,
    seconds: Annotated[float, typer.Option(help="Most seconds to search for the best plan.", min=0)] = 20.0,
    out: OUT = None,
    as_json: AS_JSON = False,
) -> None:
    """Propose what to continue, expand, scale back or end within every fund, and say what each choice displaces."""
    from apportion.commands import realign as run

    _run(plan, "realigned", out, lambda book: run(book, seconds), as_json=as_json)


@app.command()
def review(plan: PLAN, out: OUT = None, as_json: AS_JSON = False) -> None:
    """Say which investments are due for review, how they did against their targets, and what comes next."""
    from apportion.commands import review as run

    _run(plan, "review", out, run, as_json=as_json)


def _run(plan: Path, named: str, out: Path | None, run: Callable[[Book], Outcome], *, as_json: bool) -> None:
    target = out or (None if as_json else plan.parent / f"{plan.stem} {named}.xlsx")
    refuse_overwriting_plan(plan, target)
    with working("Reading the programs …"):
        outcome = run(open_plan(plan))
    if as_json:
        sys.stdout.write(json.dumps(_as_data(outcome), indent=1, allow_nan=False) + "\n")
    else:
        show_findings(outcome)
        said = outcome.said or "Nothing was written: mend the errors above first."
        console().print(f"{said} ({tally(outcome.findings)})" if outcome.said else said, markup=False, highlight=False)
    if target is not None:
        write(outcome, target, said="Wrote")
    finish(outcome)


def _as_data(outcome: Outcome) -> dict[str, Any]:
    """What `--json` prints: the sentence, every table as records, the findings. Fields are only ever added."""
    from dataclasses import asdict

    tables = {name: [_record(row) for row in frame.to_dict("records")] for name, frame in outcome.tables.items()}
    return {"said": outcome.said, **tables, "findings": [asdict(finding) for finding in outcome.findings]}


def _record(row: dict[Any, Any]) -> dict[str, Any]:
    return {str(key).lower().replace(" ", "_"): plain(value) for key, value in row.items()}
