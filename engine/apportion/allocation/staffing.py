"""Who gets what: a plan compiled, evaluated for all schools at once, checked, and told line by line."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from apportion.allocation.checks import check_plan
from apportion.allocation.funding import taken_by_programs
from apportion.allocation.grains import CAMPUS, OWN_CAMPUS
from apportion.allocation.plan import Plan, read_plan, recounted_plan, settings
from apportion.allocation.result import FUNDING_COLUMNS, AllocationResult, Line
from apportion.allocation.rules import compile_plan
from apportion.allocation.run_checks import check_amounts, check_run
from apportion.allocation.sentences import Sentences
from apportion.allocation.tables import recounted_tables
from apportion.errors import Finding, did_you_mean, has_errors
from apportion.formula import CycleError, Model
from apportion.progress import stage
from apportion.rounding import cents, significant
from apportion.schema import BY_NAME as SCHEMAS

if TYPE_CHECKING:
    from apportion.allocation.earlier import EarlierRuns
    from apportion.allocation.program import LineSteps, Program, RuleSteps
    from apportion.formula import Run
    from apportion.intake import Intake

NO_LONGER_GIVEN = "No longer given"
NEED = re.compile(r"disadvantaged|at[- ]risk|low[- ]income|poverty|free|high[- ]need|unduplicated", re.IGNORECASE)


@dataclass(frozen=True)
class Staffing:
    """One scenario evaluated: the program, its run, and the result; the last two are None while errors stand."""

    plan: Plan
    program: Program
    run: Run | None
    result: AllocationResult | None
    findings: tuple[Finding, ...]


def staff(intake: Intake, scenario: str | None = None, *, sentences: bool = True) -> Staffing:
    """Allocate a scenario (by default the first) to all schools; every problem of the plan is among the findings.

    Without `sentences`, Why is empty. Raises UnknownName when there is no such scenario.
    """
    staffing = evaluated(intake, scenario)
    if staffing.run is None:
        return staffing
    stage("Writing the reasons" if sentences else "Adding up", 0.5)
    amounts, lines = _amounts(staffing.program, staffing.run, told=sentences)
    result = _result(staffing.program, staffing.run, amounts, lines)
    findings = (*staffing.findings, *check_amounts(staffing.plan, result.by_fund, result.amounts))
    return replace(staffing, result=replace(result, findings=findings), findings=findings)


def evaluated(intake: Intake, scenario: str | None = None, earlier: EarlierRuns | None = None) -> Staffing:
    """A scenario evaluated and checked, before its amounts are collected: without a result.

    What has not changed since a run among the `earlier` ones is taken from it, and this run is kept there.
    Raises UnknownName when there is no such scenario.
    """
    stage("Reading the rules", 0.1)
    plan, planned = read_plan(intake, scenario)
    program, compiled = compile_plan(plan)
    stage("Computing every school", 0.3)
    findings = [*intake.findings, *planned, *check_plan(plan), *compiled, *_unknown_lines(program)]
    run = _run(program, findings, earlier)
    if run is not None:
        findings += check_run(program, run)
    if run is None or has_errors(findings):
        return Staffing(plan, program, None, None, tuple(findings))
    return Staffing(plan, program, run, None, tuple(findings))


def recounted(staffing: Staffing, enrollment: pd.DataFrame, earlier: EarlierRuns | None = None) -> Staffing:
    """An evaluated scenario again, with other numbers of students in the same rows and columns of Enrollment.

    Rules are compiled by names, conditions and rates, not by how many students there are. `enrollment` was read
    without an error; warnings about the counts are not looked for again.
    """
    plan = recounted_plan(staffing.plan, enrollment)
    program = replace(staffing.program, plan=plan, tables=recounted_tables(plan, staffing.program.tables))
    findings: list[Finding] = []
    run = _run(program, findings, earlier)
    if run is not None:
        findings += check_run(program, run)
    return Staffing(plan, program, None if has_errors(findings) else run, None, tuple(findings))


def _run(program: Program, findings: list[Finding], earlier: EarlierRuns | None) -> Run | None:
    if has_errors(findings):
        return None
    texts = {key: f"={text}" for key, text in (*program.formulas.items(), *program.checks.items())}
    others = {name: frame for name, frame in program.tables.items() if name != "Schools"}
    try:
        model = Model(texts, others)
    except CycleError as error:
        findings.append(_cycle(program, error))
        return None
    run = model.run(program.tables["Schools"], earlier=earlier.of(program) if earlier else None)
    if earlier:
        earlier.keep(program, run)
    return run


def _cycle(program: Program, error: CycleError) -> Finding:
    named = [line.line.name for line in program.lines if any(line.line.name in cell for cell in error.cells)]
    rule = next((steps.rule for line in program.lines for steps in line.rules if line.line.name in named), None)
    what = f"these lines need each other's result: {' -> '.join(error.cells)}."
    remedy = "Let one of them do without the other."
    if rule is None:
        return Finding("error", what, remedy, sheet=SCHEMAS["rules"].sheet, table="Rules")
    return program.plan.intake.finding("error", "Rules", rule.index, "Formula", what, remedy)


def _unknown_lines(program: Program) -> list[Finding]:
    """Adjustments to lines that no rule gives."""
    plan, known = program.plan, [line.line.name for line in program.lines]
    folded = {name.casefold() for name in known}
    everywhere = {name.casefold() for name in plan.intake.frames["Rules"]["Line"]}
    return [
        plan.intake.finding(
            "warning" if line.casefold() in everywhere else "error",
            "Adjustments",
            int(index),
            "Line",
            f'no rule of this scenario gives a line "{line}".',
            did_you_mean(line, known) or 'Add it to Rules, with the method "manual adjustment".',
        )
        for index, line in zip(plan.adjustments.index, plan.adjustments["Line"], strict=True)
        if line.casefold() not in folded
    ]


def _amounts(program: Program, run: Run, *, told: bool) -> tuple[pd.DataFrame, tuple[Line, ...]]:
    """All lines of all schools, long; a line without any amount or prior year at a school has no row there."""
    schools, prior = program.tables["Schools"], _prior(program.plan)
    before = {str(line): rows.set_index("School") for line, rows in prior.groupby("line", sort=False)}
    sentences = Sentences(program, run) if told else None
    nothing = "No rule gives this line this year." if told else ""
    folded = [code.casefold() for code in schools["Code"].tolist()]
    named = {name: schools[name] for name in ("Code", "Name", "Type")} | {"Level": schools["Level"].fillna("")}
    lines: list[tuple[Line, LineSteps | None]] = [(line.line, line) for line in program.lines]
    lines += [(each, None) for each in _lost_lines(program, prior)]
    parts: list[tuple[np.ndarray, np.ndarray]] = []  # which schools have a row of each line, and their numbers there
    whys: list[str] = []
    for line, steps in lines:
        numbers, reached = _line_amounts(schools, run, steps)
        if (had := before.get(line.name.casefold())) is not None:
            numbers[4:] = had.reindex(folded)[["FTE", "Dollars"]].to_numpy().T
        some = reached | (numbers[2:4] != 0).any(axis=0) | ~np.isnan(numbers[4:]).all(axis=0)
        rows = np.flatnonzero(some)
        parts.append((rows, numbers[:, rows]))
        whys += [sentences.why(steps, row) if steps and sentences else nothing for row in rows.tolist()]
    if not lines:
        return pd.DataFrame(columns=list(AMOUNT_COLUMNS)).astype(dict.fromkeys(NUMBER_COLUMNS, float)), ()
    of_school = np.concatenate([rows for rows, _ in parts])
    of_line = np.repeat(np.arange(len(lines)), [len(rows) for rows, _ in parts])
    order = np.lexsort((of_line, of_school))
    of_school, of_line = of_school[order], of_line[order]
    columns: dict[str, Any] = {
        target: column.take(of_school).array for target, column in zip(AMOUNT_COLUMNS, named.values(), strict=False)
    }
    for target, field in LINE_COLUMNS.items():
        texts = np.array([getattr(line, field) for line, _ in lines], object)
        columns[target] = pd.Series(texts[of_line], dtype="str")
    numbers = np.concatenate([numbers for _, numbers in parts], axis=1)[:, order]
    columns |= dict(zip(NUMBER_COLUMNS, numbers, strict=True))
    columns["Why"] = pd.Series(np.array(whys, object)[order], dtype="str")
    return pd.DataFrame(columns), tuple(line for line, _ in lines)


AMOUNT_COLUMNS = (
    "School", "Name", "Type", "Level", "Line", "Allocation", "Job type", "Fund", "Held", "Lock",
    "Count", "Rate", "FTE", "Dollars", "Prior FTE", "Prior dollars", "Why",
)  # fmt: skip
LINE_COLUMNS = {
    "Line": "name", "Allocation": "allocation", "Job type": "job_type", "Fund": "fund", "Held": "held", "Lock": "lock",
}  # fmt: skip
NUMBER_COLUMNS = AMOUNT_COLUMNS[10:16]


def _line_amounts(schools: pd.DataFrame, run: Run, steps: LineSteps | None) -> tuple[np.ndarray, np.ndarray]:
    """The numbers of a line, a row for each of `NUMBER_COLUMNS` (prior ones unknown), and which schools it reaches."""
    numbers, reached = np.full((len(NUMBER_COLUMNS), len(schools)), np.nan), np.zeros(len(schools), bool)
    count, rate = numbers[:2]
    for each in steps.rules if steps else ():
        hit = run.column(each.school_reached).numbers() != 0
        reached |= hit
        for target, column in ((count, each.count), (rate, each.rate)):
            if column:
                target[hit] = _at_school(schools, run, each, column, add=target is count)[hit]
    numbers[2] = run.column(steps.fte).numbers() if steps and steps.fte else 0.0
    numbers[3] = cents(run.column(steps.dollars).numbers()) if steps else 0.0
    return numbers, reached


def _at_school(schools: pd.DataFrame, run: Run, steps: RuleSteps, column: str, *, add: bool) -> np.ndarray:
    """A step's values by school: of a finer grain the sum, or the value where all rows agree."""
    values = run.column(column, steps.table).numbers()
    if steps.table == "Schools":
        return values
    if steps.rule.shared:
        return _of_shared(schools, run, steps, values, add=add)
    rows = pd.DataFrame({"school": run.column("School", steps.table).values(), "value": values})
    rows = rows[run.column(steps.reached, steps.table).numbers() != 0]
    grouped = rows.groupby("school")["value"]
    merged = grouped.sum() if add else grouped.first().where(grouped.min() == grouped.max())
    return np.asarray(merged.reindex(schools["Code"]), float)


def _of_shared(schools: pd.DataFrame, run: Run, steps: RuleSteps, values: np.ndarray, *, add: bool) -> np.ndarray:
    """Of an amount that is shared out: a school's own count, and the rate of its campus or the district."""
    counted = f"{steps.rule.label} counted"
    if add:
        return run.column(counted).numbers()
    if steps.rule.grain == "district":
        return np.full(len(schools), values[0])
    campuses = pd.Series(values, index=[str(each).casefold() for each in run.column(CAMPUS, "Campuses").values()])
    return np.asarray(campuses.reindex([str(each).casefold() for each in run.column(OWN_CAMPUS).values()]), float)


def _prior(plan: Plan) -> pd.DataFrame:
    """Prior FTE and dollars by school and line, both in lower case, each amount to the cent."""
    prior = plan.prior.assign(School=plan.prior["School"].str.casefold(), line=plan.prior["Line"].str.casefold())
    summed = prior.groupby(["School", "line"], as_index=False)[["FTE", "Dollars"]].sum(min_count=1)
    return summed.assign(Dollars=cents(summed["Dollars"].to_numpy(dtype=float)))


def _lost_lines(program: Program, prior: pd.DataFrame) -> list[Line]:
    """Lines of last year that no rule gives now, so that no school's prior year is lost from sight."""
    known = {line.line.name.casefold() for line in program.lines}
    given = program.plan.prior
    rows = dict(tuple(given.groupby(given["Line"].str.casefold(), sort=False)))
    return [
        Line(
            name=str(rows[name]["Line"].iloc[-1]),
            allocation=NO_LONGER_GIVEN,
            job_type=_only(rows[name]["Job type"]),
            fund=_only(rows[name]["Fund"]),
            held="school",
            lock="flexible",
            source="",
            dollars_only=False,
        )
        for name in dict.fromkeys(prior["line"])
        if name not in known
    ]


def _only(texts: pd.Series) -> str:
    """The one text that stands in all rows; "" when they differ."""
    distinct = texts.unique()
    return str(distinct[0]) if len(distinct) == 1 else ""


def _result(program: Program, run: Run, amounts: pd.DataFrame, lines: tuple[Line, ...]) -> AllocationResult:
    plan, schools = program.plan, program.tables["Schools"]
    no_counts = pd.Series(dtype=float)
    students = plan.students(plan.counts).groupby(plan.counts["School"]).sum() if plan.total_group else no_counts
    label, need = _need(plan)
    return AllocationResult(
        district=plan.district,
        scenario=plan.scenario,
        schools=schools[["Code", "Name", "Type", "Level"]].assign(
            Level=schools["Level"].fillna(""),
            Students=students.reindex(schools["Code"]).fillna(0.0).to_numpy(),
            Need=need.reindex(schools["Code"]).to_numpy(dtype=float),
        ),
        lines=lines,
        amounts=amounts,
        fund_amounts=plan.funds,
        for_programs=taken_by_programs(plan.intake, plan.scenario.year),
        findings=(),
        funding=_funding(program, run),
        need=label,
    )


def _need(plan: Plan) -> tuple[str, pd.Series]:
    """The group that stands for need, and its share of each school's students."""
    asked = settings(plan.intake).get("need group", "")
    label = next((name for name in plan.groups if name.casefold() == asked.casefold()), "")
    label = label or next((name for name in plan.groups if NEED.search(name)), "")
    if not label or not plan.total_group:
        return "", pd.Series(dtype=float)
    school = plan.counts["School"]
    students, need = (each.groupby(school).sum() for each in (plan.students(plan.counts), plan.counts[label]))
    return label, (need / students.where(students > 0)).clip(upper=1.0)


def _funding(program: Program, run: Run) -> pd.DataFrame:
    """What each fund pays of the lines that more than one fund pays, a row per school, line and fund."""
    codes = program.tables["Schools"]["Code"]
    parts = []
    for line in program.lines:
        for each in line.funds:
            share = float(run.column(each.share, "DistrictTotals").numbers()[0])
            fte = run.column(line.fte).numbers() * share if line.fte else np.zeros(len(codes))
            dollars = cents(run.column(each.dollars).numbers())
            part = {"School": codes, "Line": line.line.name, "Fund": each.fund, "Share": share}
            frame = pd.DataFrame(part | {"FTE": significant(fte), "Dollars": dollars})
            parts.append(frame[(frame["FTE"] != 0) | (frame["Dollars"] != 0)])
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(FUNDING_COLUMNS))
