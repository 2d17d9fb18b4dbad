"""Cell functions over a whole plan: what every school gets, and why. Names and argument order are frozen."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

from apportion.errors import position_of
from apportion.functions_cells import BadArgument
from apportion.registry import function

if TYPE_CHECKING:
    from apportion.allocation.earlier import EarlierRuns, Kept
    from apportion.allocation.staffing import Staffing
    from apportion.tables import Table

Cells = Any  # a cell, or a range as a list of rows
KEPT = 16  # plans whose last answer is kept
LONGEST_KEPT = 8_000_000  # characters of the tables of such a plan

Rules = Annotated[Cells, "The table of rules with its header row: Rules[#All]."]
Schools = Annotated[Cells, "The table of schools with its header row: Schools[#All]."]
Enrollment = Annotated[Cells, "The table of counts with its header row: Enrollment[#All]."]
JobTypes = Annotated[Cells, "What positions cost: JobTypes[#All]. Needed when rules name job types."]
Rates = Annotated[Cells, "Named numbers that rules use: Rates[#All]."]
StudentGroups = Annotated[Cells, "Groups made of counted columns: StudentGroups[#All]."]
Bands = Annotated[Cells, "Steps by size: Bands[#All]."]
Weights = Annotated[Cells, "Weights of student groups: Weights[#All]."]
Scenario = Annotated[
    Cells,
    "A projection or a fiscal year in one cell, or a row of Scenarios with its header. "
    "By default the only projection and the newest year.",
]


@function("ALLOCATE")
def allocate(
    rules: Rules,
    schools: Schools,
    enrollment: Enrollment,
    job_types: JobTypes = None,
    rates: Rates = None,
    student_groups: StudentGroups = None,
    bands: Bands = None,
    weights: Weights = None,
    scenario: Scenario = None,
) -> list[list[Any]]:
    """FTE and dollars of every school and line: a header row, then a row per school with its students and totals.

    Each table is a range with its header row; blank rows are left out. Raises BadArgument with every problem.

    >>> allocate(
    ...     [["Line", "Method", "Group", "Rate"], ["Supplies", "per-pupil dollars", "Students", 90.5]],
    ...     [["Code", "Name"], ["104", "Alder"]],
    ...     [["School", "Students"], ["104", 20]],
    ... )
    [['School', 'Name', 'Students', 'Supplies dollars', 'Total FTE', 'Total dollars'], \
['104', 'Alder', 20.0, 1810.0, 0.0, 1810.0]]
    """
    from apportion.workbook.wide import wide_allocation

    staffing = _staffing(rules, schools, enrollment, job_types, rates, student_groups, bands, weights, scenario)
    given = wide_allocation(staffing).columns
    columns = {"School": given["Code"]} | {name: given[name] for name in given if name not in _NOT_SPILLED}
    cells = [each if isinstance(each, list) else each.tolist() for each in columns.values()]
    return [list(columns), *map(list, zip(*cells, strict=True))]


_NOT_SPILLED = ("Code", "Type", "Level")


@function("WHY")
def why(
    school: Annotated[Cells, "Code or name of the school."],
    line: Annotated[Cells, "One line of Rules; left blank, all lines that the school gets, a row each."],
    rules: Rules,
    schools: Schools,
    enrollment: Enrollment,
    job_types: JobTypes = None,
    rates: Rates = None,
    student_groups: StudentGroups = None,
    bands: Bands = None,
    weights: Weights = None,
    scenario: Scenario = None,
) -> str | list[list[Any]]:
    """Why a school gets what it gets of a line, in a sentence with its own numbers; without a line, of all of them.

    All lines come as rows with a header: Line, FTE, Dollars, Why.

    Raises BadArgument with every problem of the plan, UnknownName for a school or line that is not there.

    >>> why(
    ...     "Alder", "Supplies",
    ...     [["Line", "Method", "Group", "Rate"], ["Supplies", "per-pupil dollars", "Students", 90.5]],
    ...     [["Code", "Name"], ["104", "Alder"]],
    ...     [["School", "Students"], ["104", 20]],
    ... )
    '20 students x $90.50 per student = $1,810.00.'
    """
    from apportion.allocation.sentences import Sentences
    from apportion.cells import as_text
    from apportion.rounding import cents

    asked = {name: as_text(_one(name, cell)) for name, cell in (("school", school), ("line", line))}
    staffing = _staffing(rules, schools, enrollment, job_types, rates, student_groups, bands, weights, scenario)
    run, program = staffing.run, staffing.program
    assert run is not None  # noqa: S101 - otherwise there were problems
    known = program.tables["Schools"]
    row = position_of("school", asked["school"], known["Code"].tolist(), known["Name"].tolist())
    sentences = Sentences(program, run)
    if asked["line"]:
        names = [each.line.name for each in program.lines]
        return sentences.why(program.lines[position_of("line", asked["line"], names)], row)
    told: list[list[Any]] = [["Line", "FTE", "Dollars", "Why"]]
    for each in program.lines:
        fte = float(run.column(each.fte).numbers()[row]) if each.fte else 0.0
        dollars = float(cents(run.column(each.dollars).numbers()[row : row + 1])[0])
        if fte or dollars or any(run.column(steps.school_reached).numbers()[row] for steps in each.rules):
            told.append([each.line.name, fte, dollars, sentences.why(each, row)])
    return told


def _one(name: str, cell: Cells) -> Any:
    if isinstance(cell, list):
        message = f"The {name} must be one cell, not a range."
        raise BadArgument(message)
    return cell


@dataclass(frozen=True)
class _Memory:
    """What is kept between calls: answers by all that was given, and by all but the numbers of students; runs."""

    answers: Kept[Staffing]
    plans: Kept[Staffing]
    runs: EarlierRuns


@cache
def _memory() -> _Memory:
    from apportion.allocation.earlier import EarlierRuns, Kept

    return _Memory(Kept(KEPT), Kept(KEPT), EarlierRuns())


def _staffing(*given: Cells) -> Staffing:
    """The plan in these ranges evaluated; the same ranges are evaluated once."""
    memory, key = _memory(), json.dumps(given, default=repr)
    staffing = memory.answers.get(key)
    if staffing is None:
        staffing = _evaluated(given, memory)
        if len(key) <= LONGEST_KEPT:
            memory.answers.put(key, staffing)
    return staffing


def _evaluated(given: tuple[Cells, ...], memory: _Memory) -> Staffing:
    from apportion.allocation.staffing import evaluated, recounted
    from apportion.functions_ranges import problems, without_counts
    from apportion.intake import read_tables

    tables = _tables(given)
    rules, schools, enrollment, *others = given
    shape = json.dumps((rules, schools, without_counts(enrollment), *others), default=repr)
    before = memory.plans.get(shape)
    if before is not None:
        read = read_tables({name: tables[name] for name in ("Schools", "Enrollment")})
        staffing = recounted(before, read.frames["Enrollment"], memory.runs)
    else:
        intake = read_tables(tables)
        if "JobTypes" not in tables:  # a plan of dollars alone has no positions
            intake = replace(intake, findings=tuple(each for each in intake.findings if each.table != "JobTypes"))
        staffing = evaluated(intake, earlier=memory.runs)
    if staffing.run is None:
        raise BadArgument(problems([each for each in staffing.findings if each.severity == "error"], tables))
    if before is None and len(shape) <= LONGEST_KEPT:
        memory.plans.put(shape, staffing)
    return staffing


def _tables(given: tuple[Cells, ...]) -> dict[str, Table]:
    """The tables of the ranges, and the scenario as one more. Raises BadArgument with every range that is none."""
    from apportion.functions_ranges import ARGUMENTS, as_table, job_types_missing, scenario_table

    *ranges, scenario = given
    wrong: list[str] = []
    tables = {}
    for (name, argument), rows in zip(ARGUMENTS.items(), ranges, strict=True):
        if argument in _NEEDED or rows not in (None, ""):
            try:
                tables[name] = as_table(name, argument, rows)
            except BadArgument as error:
                wrong.append(str(error))
    if not wrong and "JobTypes" not in tables and (missing := job_types_missing(tables["Rules"])):
        wrong.append(missing)
    if wrong:
        raise BadArgument("\n".join(wrong))
    return tables | {"Scenarios": scenario_table(scenario, tables)}


_NEEDED = ("rules", "schools", "enrollment")
