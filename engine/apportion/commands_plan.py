"""The verbs of a plan: make one, check it, allocate, explain, prove."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from apportion.errors import Finding, has_errors, position_of
from apportion.outcome import Outcome
from apportion.progress import stage
from apportion.registry import command
from apportion.schema import TABLES
from apportion.schema_programs import PROGRAM_TABLES
from apportion.workbook.book import Book  # noqa: TC001 - the registry reads the signatures
from apportion.workbook.statement import Statement, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apportion.allocation.staffing import Staffing
    from apportion.formula import Run
    from apportion.tables import Table
    from apportion.workbook.sheets import WorkbookDescription

SCENARIO = "Name of the scenario; by default the first of Scenarios."
# By which tables a workbook is known to be a plan, a review of programs, or both.
_OF_PLAN = {schema.name.casefold() for schema in TABLES if schema.needed and schema.name != "Schools"}
_OF_PROGRAMS = {schema.name.casefold() for schema in PROGRAM_TABLES}


def _staffed(book: Book, scenario: str | None, *, sentences: bool = True) -> Staffing:
    from apportion.allocation.staffing import staff
    from apportion.intake import read_tables
    from apportion.programs.flow_back import tables_for_rules

    stage("Checking every table", 0.05)
    tables, of_programs = tables_for_rules(book.tables)
    staffing = staff(read_tables(tables), scenario, sentences=sentences)
    findings = (*book.findings, *of_programs, *staffing.findings)
    return _with_findings(staffing, findings)


def _with_findings(staffing: Staffing, findings: tuple[Finding, ...]) -> Staffing:
    result = None if staffing.result is None or has_errors(findings) else replace(staffing.result, findings=findings)
    return replace(staffing, result=result, findings=findings)


@command("new", label="New", group="Plan")
def new(
    sample: Annotated[bool, "Fill it with a fictional district."] = False,
    programs: Annotated[bool, "A review of programs in place of the planner."] = False,
) -> Outcome:
    """Makes a new planner or review of programs, empty or with a fictional district."""
    from apportion.workbook.csvfolder import read_folder
    from apportion.workbook.locations import template_folder
    from apportion.workbook.program_review import review_workbook

    folder = template_folder() / ("sample_programs" if programs else "sample_district")
    tables: dict[str, Table] = dict(read_folder(folder).tables) if sample else {}
    return Outcome(workbook=review_workbook(tables) if programs else planner(tables), separate=True)


@command("check", label="Check", group="Plan")
def check(book: Book, scenario: Annotated[str | None, SCENARIO] = None) -> Outcome:
    """Lists everything that is wrong in the plan's tables, with sheet, cell and remedy."""
    from apportion.programs.checking import checked
    from apportion.workbook.results import checks_workbook, program_checks_workbook

    of_programs: tuple[Finding, ...] = ()
    if _has(book.tables, _OF_PROGRAMS):
        portfolio, of_programs = checked(book.tables)
        if not _has(book.tables, _OF_PLAN):
            findings = (*book.findings, *of_programs)
            return Outcome(findings, program_checks_workbook(findings, portfolio.district, portfolio.year))
    staffing = _staffed(book, scenario, sentences=False)
    plan = staffing.plan
    findings = tuple(dict.fromkeys((*staffing.findings, *of_programs)))  # both tell of what programs take of funds
    workbook = checks_workbook(findings, plan.district, plan.scenario, staffing.result)
    return Outcome(findings, workbook, staffing.result)


@command("allocate", label="Allocate", group="Plan")
def allocate(book: Book, scenario: Annotated[str | None, SCENARIO] = None) -> Outcome:
    """Gives every school its FTE and dollars, each with its reason."""
    from apportion.workbook.planner import planner_workbook
    from apportion.workbook.results import NAMES, results_workbook

    staffing = _staffed(book, scenario)
    if staffing.result is None:
        return Outcome(staffing.findings)
    return Outcome(
        staffing.findings,
        results_workbook(staffing.result),
        staffing.result,
        plan_sheets=lambda: planner_workbook(book.tables).sheets,
        left=NAMES,
    )


@command("explain", label="Explain", group="Plan")
def explain(
    book: Book,
    school: Annotated[str, "Code or name of the school."],
    line: Annotated[str | None, "One line, to see its steps; by default all lines."] = None,
    scenario: Annotated[str | None, SCENARIO] = None,
) -> Outcome:
    """Tells why a school gets what it gets, line by line, in sentences with its own numbers."""
    from apportion.workbook.statement import statement_workbook

    staffing = _staffed(book, scenario)
    if staffing.result is None:
        return Outcome(staffing.findings)
    statement = _statement(staffing, school, line)
    workbook = statement_workbook(statement, staffing.result)
    return Outcome(staffing.findings, workbook, staffing.result, statement)


def _statement(staffing: Staffing, school: str, line: str | None) -> Statement:
    from apportion.allocation.sentences import Sentences

    result, run = staffing.result, staffing.run
    if result is None or run is None:
        message = "There is nothing to explain while errors stand."
        raise ValueError(message)
    position = position_of("school", school, *(result.schools[each].tolist() for each in ("Code", "Name")))
    code = result.schools["Code"].iloc[position]
    rows = result.amounts[result.amounts["School"] == code]
    steps: tuple[Step, ...] = ()
    if line is not None:
        names = [each.line.name for each in staffing.program.lines]
        chosen = staffing.program.lines[position_of("line", line, names)]
        rows = rows[rows["Line"] == chosen.line.name]
        if rows.empty:
            why = Sentences(staffing.program, run).why(chosen, position)
            rows = rows.reindex([0]).assign(Line=chosen.line.name, FTE=0.0, Dollars=0.0, Why=why)
        steps = _steps(staffing, chosen.line.name, position)
    return Statement(
        str(code),
        str(result.schools["Name"].iloc[position]),
        float(result.schools["Students"].iloc[position]),
        tuple(rows.to_dict("records")),
        steps,
    )


def _steps(staffing: Staffing, line: str, school: int) -> tuple[Step, ...]:
    """Every column of a line at a school, of a finer grain once per instructional model."""
    program, run = staffing.program, staffing.run
    if run is None:
        return ()
    chosen = next(each for each in program.lines if each.line.name == line)
    code = run.column("Code").values()[school]
    reaching = [each for each in chosen.rules if run.column(each.school_reached).numbers()[school]]
    wanted = {key for each in reaching or chosen.rules for key in each.trace}
    wanted |= {("Schools", chosen.fte), ("Schools", chosen.dollars)}
    wanted |= {("Schools", each.dollars) for each in chosen.funds} | {("DistrictTotals", f.share) for f in chosen.funds}
    steps = []
    for (table, column), formula in program.formulas.items():
        if (table, column) not in wanted:
            continue
        values = run.column(column, table).values()
        steps += [Step(f"{column}{told}", values[row], formula) for row, told in _rows_at(run, table, school, code)]
    return tuple(steps)


def _rows_at(run: Run, table: str, school: int, code: object) -> list[tuple[int, str]]:
    """The rows of a grain's table that belong to a school, each with what tells it from the others."""
    if table in ("Schools", "DistrictTotals"):
        return [(school, "") if table == "Schools" else (0, ", district")]
    if table == "Campuses":
        own = str(run.column("Own campus").values()[school]).casefold()
        names = run.column("Campus", table).values()
        return [(row, f", campus {name}") for row, name in enumerate(names) if str(name).casefold() == own]
    keys = ("Instructional model", *(("Grade",) if table == "Grades" else ()))
    columns = [run.column(key, table).values() for key in keys]
    owners = run.column("School", table).values()
    return [
        (row, "".join(f", {column[row]}" for column in columns)) for row, owner in enumerate(owners) if owner == code
    ]


@command("prove", label="Prove", group="Plan")
def prove(book: Book, scenario: Annotated[str | None, SCENARIO] = None) -> Outcome:
    """Writes the allocation as live formulas, which Excel or LibreOffice recalculates without Apportion."""
    from apportion.workbook.proof import proof_workbook

    staffing = _staffed(book, scenario)
    if staffing.result is None:
        return Outcome(staffing.findings)
    return Outcome(staffing.findings, proof_workbook(staffing), staffing.result, separate=True)


def planner(tables: Mapping[str, Table]) -> WorkbookDescription:
    """The planner of these tables, with a sheet to try every cell function."""
    import apportion.functions  # noqa: F401 - its functions enter the registry
    from apportion.registry import FUNCTIONS
    from apportion.workbook.planner import planner_workbook

    return planner_workbook(tables, functions=FUNCTIONS)


def workbook_of(tables: Mapping[str, Table]) -> WorkbookDescription:
    """The workbook in which people work on these tables: the planner, or a review of programs."""
    from apportion.workbook.program_review import review_workbook

    is_review = _has(tables, _OF_PROGRAMS) and not _has(tables, _OF_PLAN)
    return review_workbook(tables) if is_review else planner(tables)


def _has(tables: Mapping[str, Table], names: set[str]) -> bool:
    return not names.isdisjoint(name.casefold() for name in tables)
