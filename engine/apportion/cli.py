"""The command line: the verbs of `commands` over files, shown with rich."""

from __future__ import annotations

import json
import sys
from importlib.metadata import entry_points
from pathlib import Path  # noqa: TC003 - typer reads the signatures
from typing import TYPE_CHECKING, Annotated, Any

import typer

from apportion.cli_programs import app as programs
from apportion.errors import ApportionError
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
    from apportion.outcome import Outcome
    from apportion.workbook.book import Book

SCENARIO = Annotated[str | None, typer.Option(help="Name of the scenario; by default the first of Scenarios.")]
USAGE = 2

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Allocates staff and dollars to schools from a planner workbook, and explains every number.",
    epilog="Exit codes: 0 clean, 1 errors among the findings, 2 usage.",
    pretty_exceptions_enable=False,
)
app.add_typer(programs)


def main() -> None:
    """Run the command line; a caller's mistake is one sentence and exit code 2."""
    try:
        app()
    except ApportionError as error:
        console(stderr=True).print(str(error), style="red", markup=False, highlight=False)
        sys.exit(USAGE)


@app.command()
def check(
    plan: PLAN,
    scenario: SCENARIO = None,
    out: Annotated[Path | None, typer.Option(help="A workbook for the list too, with the sheet Checks.")] = None,
) -> None:
    """List everything that is wrong in the plan's tables, with sheet, cell and remedy."""
    from apportion.commands import check as run

    refuse_overwriting_plan(plan, out)
    with working("Reading the plan and checking every table …"):
        outcome = run(open_plan(plan), scenario)
    show_findings(outcome)
    console().print(f"{plan.name}: {tally(outcome.findings)}.", markup=False, highlight=False)
    if out is not None:
        write(outcome, out, said="Wrote the checks to")
    finish(outcome)


@app.command()
def allocate(
    plan: PLAN,
    scenario: SCENARIO = None,
    out: Annotated[Path | None, typer.Option(help="The results workbook; by default beside the plan.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the allocation as JSON and write no workbook unless --out is given.")
    ] = False,
    wide: Annotated[
        Path | None,
        typer.Option(help="A CSV file with a row per school, and no results workbook unless --out is given too."),
    ] = None,
) -> None:
    """Give every school its FTE and dollars, each with its reason, in a new workbook."""
    from apportion.commands import allocate as run

    if wide is not None and not _allocate_wide(plan, scenario, wide, alone=out is None and not as_json):
        return
    with working("Reading the plan and allocating …"):
        outcome = run(open_plan(plan), scenario)
        target = out or (None if as_json else plan.parent / f"{plan.stem} results.xlsx")
        refuse_overwriting_plan(plan, target)
    if as_json:
        sys.stdout.write(json.dumps(_as_data(outcome), indent=1, allow_nan=False) + "\n")
    else:
        show_findings(outcome)
    if outcome.result is None:
        if not as_json:
            console().print("Nothing was written: mend the errors above first.", style="red")
        finish(outcome)
        return
    if target is not None:
        from apportion.workbook.writer import write_workbook

        workbook = outcome.file
        assert workbook is not None  # noqa: S101 - there is a result
        write_workbook(workbook, target)
    if not as_json:
        result = outcome.result
        console().print(
            f"{len(result.schools)} organizations, {result.total_fte:,.2f} FTE, ${result.total_dollars:,.2f} "
            f"(scenario {result.scenario.name}, FY{result.scenario.year}; {tally(outcome.findings)}).",
            markup=False,
            highlight=False,
        )
        console().print(f"Wrote {target}", markup=False, highlight=False)
    finish(outcome)


def _allocate_wide(plan: Path, scenario: str | None, target: Path, *, alone: bool) -> bool:
    """Write the wide CSV file; True when a workbook or JSON is wanted beside it, which then tells of the findings."""
    from apportion.outcome import Outcome
    from apportion.workbook.wide import allocate_wide, refuse_plan, write_wide

    refuse_plan(plan, target)
    with working("Reading the plan and allocating …"):
        wide, findings = allocate_wide(open_plan(plan), scenario)
        if wide is not None:
            write_wide(wide, target)
    if not alone:
        return True
    outcome = Outcome(findings)
    show_findings(outcome)
    if wide is None:
        console().print("Nothing was written: mend the errors above first.", style="red")
    else:
        console().print(
            f"{len(wide)} organizations, {wide.total_fte:,.2f} FTE, ${wide.total_dollars:,.2f} "
            f"(scenario {wide.scenario.name}, FY{wide.scenario.year}; {tally(outcome.findings)}).",
            markup=False,
            highlight=False,
        )
        console().print(f"Wrote {target}", markup=False, highlight=False)
    finish(outcome)
    return False


def _as_data(outcome: Outcome) -> dict[str, Any]:
    """What `--json` prints; fields are only ever added."""
    findings = [
        {key: getattr(each, key) for key in ("severity", "sheet", "table", "row", "cell", "what", "remedy")}
        for each in outcome.findings
    ]
    result = outcome.result
    if result is None:
        return {"findings": findings}
    names = {column: column.lower().replace(" ", "_") for column in result.amounts.columns}
    records = result.amounts.rename(columns=names).to_dict("records")
    return {
        "district": result.district,
        "scenario": result.scenario.name,
        "year": result.scenario.year,
        "projection": result.scenario.projection,
        "total_fte": result.total_fte,
        "total_dollars": result.total_dollars,
        "allocations": [{str(key): plain(value) for key, value in record.items()} for record in records],
        "funding": [
            {str(key).lower(): plain(value) for key, value in record.items()}
            for record in result.funding.to_dict("records")
        ],
        "findings": findings,
    }


@app.command()
def explain(
    plan: PLAN,
    school: Annotated[str, typer.Argument(help="Code or name of the school.")],
    line: Annotated[str | None, typer.Argument(help="One line, to see its steps.")] = None,
    scenario: SCENARIO = None,
    out: Annotated[Path | None, typer.Option(help="A workbook for the statement too, with the sheet Explain.")] = None,
) -> None:
    """Tell why a school gets what it gets, line by line, in sentences."""
    from apportion.commands import explain as run
    from apportion.terminal import show_statement

    refuse_overwriting_plan(plan, out)
    with working("Reading the plan and allocating …"):
        outcome = run(open_plan(plan), school, line, scenario)
    if outcome.statement is None or outcome.result is None:
        show_findings(outcome)
    else:
        show_statement(outcome.statement, outcome.result, console())
        if out is not None:
            write(outcome, out, said="Wrote the statement to")
    finish(outcome)


@app.command()
def prove(
    plan: PLAN,
    out: Annotated[Path, typer.Option(help="The proof workbook.")],
    scenario: SCENARIO = None,
) -> None:
    """Write the allocation as live formulas, which Excel or LibreOffice recalculates without Apportion."""
    from apportion.commands import prove as run

    refuse_overwriting_plan(plan, out)
    with working("Reading the plan and writing its formulas …"):
        outcome = run(open_plan(plan), scenario)
    if outcome.failed:
        show_findings(outcome)
    write(outcome, out, said="Wrote the proof to")
    finish(outcome)


@app.command()
def new(
    planner: Annotated[Path, typer.Argument(help="The workbook to make.")],
    sample: Annotated[bool, typer.Option("--sample", help="Fill it with a fictional district.")] = False,
    programs: Annotated[bool, typer.Option("--programs", help="A review of programs in place of the planner.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Make a new planner or review of programs, empty or with a fictional district."""
    from apportion.commands import new as run

    if planner.exists() and not force:
        message = f"{planner} is already there. Choose another name, or say --force."
        raise ApportionError(message)
    write(run(sample, programs), planner, said="Wrote")


@app.command("to-csv")
def to_csv(plan: PLAN, folder: Annotated[Path, typer.Argument(help="The folder for the CSV files.")]) -> None:
    """Write a planner's tables, or those of a review of programs, as CSV files for review and version control."""
    from apportion.programs.portfolio import with_ratings_joined
    from apportion.workbook.csvfolder import write_folder

    book = open_plan(plan)
    outcome = _read_outcome(book)
    finish(outcome)
    tables = with_ratings_joined(book.tables)
    write_folder(tables, folder)
    console().print(f"Wrote {len(tables)} tables to {folder}", markup=False, highlight=False)
    _name_left_behind(book)


@app.command("from-csv")
def from_csv(
    folder: Annotated[Path, typer.Argument(help="A folder of CSV files.")],
    planner: Annotated[Path, typer.Argument(help="The workbook to make.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Make a planner, or a review of programs, from a folder of CSV files."""
    from apportion.commands import workbook_of
    from apportion.outcome import Outcome

    if planner.exists() and not force:
        message = f"{planner} is already there. Choose another name, or say --force."
        raise ApportionError(message)
    book = open_plan(folder)
    finish(_read_outcome(book))
    write(Outcome(workbook=workbook_of(book.tables)), planner, said="Wrote")


def _read_outcome(book: Book) -> Outcome:
    from apportion.outcome import Outcome

    outcome = Outcome(tuple(book.findings))
    show_findings(outcome)
    return outcome


def _name_left_behind(book: Book) -> None:
    if book.other_sheets:
        console().print(
            f"Not carried over, since they are not part of the plan: {', '.join(book.other_sheets)}.",
            markup=False,
            highlight=False,
        )


@app.command(context_settings={"ignore_unknown_options": True})  # -2 is a number, not an option
def call(
    function: Annotated[str, typer.Argument(help="A cell function, such as FTE.")],
    arguments: Annotated[
        list[str] | None,
        typer.Argument(help="Its arguments in order: a number, a text, '' for none, or rows such as '[[1],[2]]'."),
    ] = None,
) -> None:
    """Call a cell function: the same result that Excel shows, a line per row."""
    import apportion.functions as declared
    from apportion.registry import find_function

    assert declared.MODULES  # noqa: S101 - importing them fills the registry
    entry = find_function(function)
    result = entry.call(*entry.arguments([_cell(each) for each in arguments or ()]))
    for row in result if isinstance(result, list) else [[result]]:
        typer.echo("\t".join(_as_cell(each) for each in row))


def _cell(text: str) -> Any:
    """An argument as it was typed: a number or rows as JSON, otherwise a text; an empty one is nothing."""
    try:
        value = json.loads(text) if text else None
    except ValueError:
        return text
    return text if isinstance(value, str | dict) else value


def _as_cell(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, int | float) else "" if value is None else str(value)


@app.command()
def reference(
    out: Annotated[Path | None, typer.Option(help="The Markdown file to write; by default it is printed.")] = None,
) -> None:
    """Describe every cell function and command: how it is written, what it does, its arguments, an example."""
    from apportion.reference import markdown
    from apportion.workbook.csvfolder import write_text

    text = markdown()
    if out is None:
        typer.echo(text, nl=False)
        return
    write_text(out, text)
    console().print(f"Wrote {out}", markup=False, highlight=False)


def _join_in() -> None:
    """Take in the commands of other packages: an entry point of the group `apportion.cli` is a typer app of them."""
    for entry in entry_points(group="apportion.cli"):
        app.add_typer(entry.load())


_join_in()
