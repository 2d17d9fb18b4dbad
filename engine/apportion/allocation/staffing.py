"""Who gets what: a plan compiled, evaluated for all schools at once, checked, and told line by line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from apportion.allocation.plan import Plan, read_plan
from apportion.allocation.result import AllocationResult, Line
from apportion.allocation.rules import LineSteps, Program, RuleSteps, compile_plan
from apportion.allocation.sentences import Sentences
from apportion.errors import Finding, did_you_mean, has_errors
from apportion.formula import CycleError, Model
from apportion.rounding import cents
from apportion.schema import BY_NAME as SCHEMAS

if TYPE_CHECKING:
    from apportion.formula import Run
    from apportion.intake import Intake

NAMED_AT_MOST = 3
NO_LONGER_GIVEN = "No longer given"


@dataclass(frozen=True)
class Staffing:
    """One scenario evaluated: the program, its run, and the result; the last two are None while errors stand."""

    plan: Plan
    program: Program
    run: Run | None
    result: AllocationResult | None
    findings: tuple[Finding, ...]


def staff(intake: Intake, scenario: str | None = None) -> Staffing:
    """Allocate a scenario (by default the first) to all schools; every problem of the plan is among the findings.

    Raises UnknownName when there is no such scenario.
    """
    plan, planned = read_plan(intake, scenario)
    program, compiled = compile_plan(plan)
    findings = [*intake.findings, *planned, *compiled, *_unknown_lines(program)]
    run = _run(program, findings)
    if run is not None:
        findings += [*_error_values(program, run), *_hit_twice(program, run), *_rate_ties(program, run)]
    if run is None or has_errors(findings):
        return Staffing(plan, program, None, None, tuple(findings))
    amounts, lines = _amounts(program, run)
    findings += _funds(plan, amounts)
    return Staffing(plan, program, run, _result(program, amounts, lines, findings), tuple(findings))


def _run(program: Program, findings: list[Finding]) -> Run | None:
    if has_errors(findings):
        return None
    texts = {key: f"={text}" for key, text in (*program.formulas.items(), *program.checks.items())}
    others = {name: frame for name, frame in program.tables.items() if name != "Schools"}
    try:
        return Model(texts, others).run(program.tables["Schools"])
    except CycleError as error:
        findings.append(_cycle(program, error))
        return None


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


def _schools_named(program: Program, mask: np.ndarray, table: str = "Schools") -> str:
    frame = program.tables[table]
    names = frame["Name"] if table == "Schools" else frame["School"] + ", " + frame["Instructional model"]
    found = [str(name) for name in names[mask]]
    more = f" and {len(found) - NAMED_AT_MOST} more" if len(found) > NAMED_AT_MOST else ""
    return f"{', '.join(found[:NAMED_AT_MOST])}{more}"


def _error_values(program: Program, run: Run) -> list[Finding]:
    """The first step of each rule that is an error value at some school that it reaches."""
    findings = []
    for line in program.lines:
        found = next((each for steps in line.rules if (each := _error_value(program, run, steps)) is not None), None)
        if found is not None:
            findings.append(found)
        elif run.column(line.dollars).errors().any():
            where = _schools_named(program, run.column(line.dollars).errors())
            findings.append(
                Finding(
                    "error", f'line "{line.line.name}" has no amount at {where}.', "Look at its adjustments and cost."
                )
            )
    return findings


def _error_value(program: Program, run: Run, steps: RuleSteps) -> Finding | None:
    ways = (
        (steps.table, steps.applies, "Applies to", "its filter"),
        (steps.table, steps.count, "Group", "the count"),
        (steps.table, steps.earned, "Formula" if steps.rule.formula else "Rate", "the amount"),
        ("Schools", steps.result, "Minimum", "the amount between minimum and maximum"),
    )
    for table, column, field, what in ways:
        if not column or not (errors := run.column(column, table).errors()).any():
            continue
        value = str(run.column(column, table).values()[int(np.argmax(errors))])
        rate_missing = bool(steps.rate) and run.column(steps.rate, table).errors()[errors].all()
        remedy = (
            f"No row of Rates holds there for {steps.rule.rate}." if rate_missing else ERROR_REMEDIES.get(value, "")
        )
        return program.plan.intake.finding(
            "error",
            "Rules",
            steps.rule.index,
            field,
            f'line "{steps.rule.line}": {what} is {value} at {_schools_named(program, errors, table)}.',
            remedy,
        )
    return None


ERROR_REMEDIES = {
    "#DIV/0!": "Something is divided by 0 or by an empty cell: look at the rate.",
    "#VALUE!": "A text stands where a number is needed.",
    "#N/A": "Something that is looked up is not there.",
    "#NUM!": "A number is too large, or has no such root or power.",
}


def _hit_twice(program: Program, run: Run) -> list[Finding]:
    """Schools that two rules of one line both reach."""
    findings = []
    for line in program.lines:
        reached = [(steps, run.column(steps.school_reached).numbers() != 0) for steps in line.rules]
        for i, (later, mask) in enumerate(reached):
            for earlier, before in reached[:i]:
                if (both := mask & before).any():
                    other = program.plan.intake.tables["Rules"].rows[earlier.rule.index]
                    findings.append(
                        program.plan.intake.finding(
                            "error",
                            "Rules",
                            later.rule.index,
                            "Applies to",
                            f'this row and row {other} both give "{line.line.name}" to '
                            f"{_schools_named(program, both)}.",
                            "Narrow one filter so that no school is hit twice.",
                        )
                    )
    return findings


def _rate_ties(program: Program, run: Run) -> list[Finding]:
    """Rates of which two equally specific rows hold at one school."""
    findings = []
    for table, column in program.checks:
        tied = run.column(column, table).numbers() > 1
        if tied.any():
            name = column.removesuffix(" ties")
            index = int(program.plan.rates.index[program.plan.rates["Rate"] == name.split(" (")[0]][0])
            findings.append(
                program.plan.intake.finding(
                    "warning",
                    "Rates",
                    index,
                    "Where",
                    f'two rows of rate "{name}" hold at {_schools_named(program, tied, table)}; the upper one is used.',
                    "Narrow one of the conditions.",
                )
            )
    return findings


def _amounts(program: Program, run: Run) -> tuple[pd.DataFrame, tuple[Line, ...]]:
    """All lines of all schools, long; a line without any amount or prior year at a school has no row there."""
    plan, schools = program.plan, program.tables["Schools"]
    prior = _prior(plan)
    sentences = Sentences(program, run)
    lines: list[tuple[Line, LineSteps | None]] = [(line.line, line) for line in program.lines]
    lines += [(each, None) for each in _lost_lines(program, prior)]
    parts = []
    for number, (line, steps) in enumerate(lines):
        before = prior[prior["line"] == line.name.casefold()].set_index("School")
        had = before.reindex([code.casefold() for code in schools["Code"]])
        part = _line_amounts(schools, run, line, steps)
        part["Prior FTE"], part["Prior dollars"] = had["FTE"].to_numpy(), had["Dollars"].to_numpy()
        part["_line"] = number
        had_some = part["Prior dollars"].notna() | part["Prior FTE"].notna()
        some = part["_reached"] | (part["FTE"] != 0) | (part["Dollars"] != 0) | had_some
        part = part[some]
        whys = [
            sentences.why(steps, school) if steps else "No rule gives this line this year." for school in part.index
        ]
        parts.append(part.assign(Why=whys, _school=part.index))
    amounts = (
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*AMOUNT_COLUMNS, "_school", "_line"])
    )
    amounts = amounts.sort_values(["_school", "_line"], kind="stable", ignore_index=True)
    return amounts[list(AMOUNT_COLUMNS)], tuple(line for line, _ in lines)


AMOUNT_COLUMNS = (
    "School", "Name", "Type", "Level", "Line", "Allocation", "Job type", "Fund", "Held", "Lock",
    "Count", "Rate", "FTE", "Dollars", "Prior FTE", "Prior dollars", "Why",
)  # fmt: skip


def _line_amounts(schools: pd.DataFrame, run: Run, line: Line, steps: LineSteps | None) -> pd.DataFrame:
    zeros, nothing = np.zeros(len(schools)), np.full(len(schools), np.nan)
    count, rate, reached = nothing.copy(), nothing.copy(), zeros > 0
    for each in steps.rules if steps else ():
        hit = run.column(each.school_reached).numbers() != 0
        reached |= hit
        for target, column in ((count, each.count), (rate, each.rate)):
            if column:
                target[hit] = _at_school(schools, run, each, column, add=target is count)[hit]
    return pd.DataFrame(
        {
            "School": schools["Code"],
            "Name": schools["Name"],
            "Type": schools["Type"],
            "Level": schools["Level"].fillna(""),
            "Line": line.name,
            "Allocation": line.allocation,
            "Job type": line.job_type,
            "Fund": line.fund,
            "Held": line.held,
            "Lock": line.lock,
            "Count": count,
            "Rate": rate,
            "FTE": run.column(steps.fte).numbers() if steps and steps.fte else zeros,
            "Dollars": cents(run.column(steps.dollars).numbers()) if steps else zeros,
            "_reached": reached,
        }
    )


def _at_school(schools: pd.DataFrame, run: Run, steps: RuleSteps, column: str, *, add: bool) -> np.ndarray:
    """A step's values by school: of a finer grain the sum, or the value where all rows agree."""
    values = run.column(column, steps.table).numbers()
    if steps.table == "Schools":
        return values
    rows = pd.DataFrame({"school": run.column("School", steps.table).values(), "value": values})
    rows = rows[run.column(steps.reached, steps.table).numbers() != 0]
    grouped = rows.groupby("school")["value"]
    merged = grouped.sum() if add else grouped.first().where(grouped.min() == grouped.max())
    return np.asarray(merged.reindex(schools["Code"]), float)


def _prior(plan: Plan) -> pd.DataFrame:
    """Prior FTE and dollars by school and line, both in lower case, each amount to the cent."""
    prior = plan.prior.assign(School=plan.prior["School"].str.casefold(), line=plan.prior["Line"].str.casefold())
    summed = prior.groupby(["School", "line"], as_index=False)[["FTE", "Dollars"]].sum(min_count=1)
    return summed.assign(Dollars=cents(summed["Dollars"].to_numpy(dtype=float)))


def _lost_lines(program: Program, prior: pd.DataFrame) -> list[Line]:
    """Lines of last year that no rule gives now, so that no school's prior year is lost from sight."""
    known = {line.line.name.casefold() for line in program.lines}
    spelled = {name.casefold(): name for name in program.plan.prior["Line"]}
    lost = [name for name in dict.fromkeys(prior["line"]) if name not in known]
    return [Line(spelled[name], NO_LONGER_GIVEN, "", "", "school", "flexible", "", dollars_only=False) for name in lost]


def _funds(plan: Plan, amounts: pd.DataFrame) -> list[Finding]:
    """Funds that give more than they have, and funds that FundYears does not know."""
    frame = plan.intake.frames["FundYears"]
    frame = frame[frame["Year"] == plan.scenario.year]
    used = amounts.groupby("Fund")["Dollars"].sum()
    amount = dict(zip(frame["Fund"].str.casefold(), zip(frame["Amount"], frame.index, strict=True), strict=True))
    findings = []
    for fund, dollars in zip(used.index.astype(str), used, strict=True):
        if not fund or not amount:
            continue
        if fund.casefold() not in amount:
            near = did_you_mean(fund, frame["Fund"])
            findings.append(
                Finding(
                    "warning",
                    f'fund "{fund}" has no amount for FY{plan.scenario.year}.',
                    near or "Add it to Funds.",
                    sheet="Funds",
                    table="FundYears",
                )
            )
            continue
        has, index = amount[fund.casefold()]
        over = float(cents(np.array(dollars - has)))
        if over > 0:
            findings.append(
                plan.intake.finding(
                    "warning",
                    "FundYears",
                    int(index),
                    "Amount",
                    f'fund "{fund}" gives ${dollars:,.2f} and has ${has:,.2f}: ${over:,.2f} over.',
                    "Raise the amount, or move a line to another fund.",
                )
            )
    return findings


def _result(
    program: Program, amounts: pd.DataFrame, lines: tuple[Line, ...], findings: list[Finding]
) -> AllocationResult:
    plan, schools = program.plan, program.tables["Schools"]
    students = plan.counts.groupby("School")[plan.total_group].sum() if plan.total_group else pd.Series(dtype=float)
    funds = plan.intake.frames["FundYears"]
    funds = funds[funds["Year"] == plan.scenario.year]
    return AllocationResult(
        district=plan.district,
        scenario=plan.scenario,
        schools=schools[["Code", "Name", "Type", "Level"]].assign(
            Level=schools["Level"].fillna(""), Students=students.reindex(schools["Code"]).fillna(0.0).to_numpy()
        ),
        lines=lines,
        amounts=amounts,
        fund_amounts=dict(zip(funds["Fund"], funds["Amount"], strict=True)),
        findings=tuple(findings),
    )


def counts_by_severity(findings: tuple[Finding, ...]) -> Counter[str]:
    """How many findings there are of each severity."""
    return Counter(finding.severity for finding in findings)
