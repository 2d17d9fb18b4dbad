"""What can be seen to be wrong only once a plan is computed, named at the rule and at its schools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.allocation.checks import named
from apportion.allocation.funding import taken_by_programs
from apportion.errors import Finding, did_you_mean
from apportion.rounding import cents

if TYPE_CHECKING:
    import pandas as pd

    from apportion.allocation.plan import Plan
    from apportion.allocation.program import Program, RuleSteps
    from apportion.formula import Run

ERROR_REMEDIES = {
    "#DIV/0!": "Something is divided by 0 or by an empty cell: look at {field}.",
    "#VALUE!": "A text stands where a number is needed.",
    "#N/A": "Something that is looked up is not there.",
    "#NUM!": "A number is too large, or has no such root or power.",
    "#SPILL!": "A whole column or table stands where one value is needed: write [@Enrollment] for this school's value.",
    "#REF!": "A row or column is asked for that is not there.",
}


def check_run(program: Program, run: Run) -> list[Finding]:
    """Everything that is wrong with what the rules came to, all at once."""
    findings = [*_error_values(program, run), *_hit_twice(program, run), *_rate_ties(program, run)]
    for line in program.lines:
        for steps in line.rules:
            findings += _of_rule(program, run, steps)
    return findings


def schools_named(program: Program, mask: np.ndarray, table: str = "Schools") -> str:
    """The schools (or schools and models) of a mask over a table's rows, as people know them."""
    frame = program.tables[table]
    keys = {
        "Schools": ("Name",),
        "Enrollment": ("School", "Instructional model"),
        "Grades": ("School", "Instructional model", "Grade"),
        "Campuses": ("Campus",),
        "DistrictTotals": ("District",),
    }[table]
    rows = frame.loc[np.broadcast_to(mask, len(frame)), list(keys)].to_numpy()
    return named([", ".join(map(str, row)) for row in rows])


def _error_values(program: Program, run: Run) -> list[Finding]:
    """The first step of each rule that is an error value at some school that it reaches."""
    findings = []
    for line in program.lines:
        found = next((each for steps in line.rules if (each := _error_value(program, run, steps)) is not None), None)
        if found is not None:
            findings.append(found)
        elif (
            run.column(line.dollars).errors().any()
            and line.rules
            and not any(_no_number(run, steps).any() for steps in line.rules)
        ):
            where = schools_named(program, run.column(line.dollars).errors())
            index = line.rules[0].rule.index
            what = f'line "{line.line.name}" has no amount at {where}.'
            remedy = "Look at its adjustments and the cost of its job type."
            findings.append(program.plan.intake.finding("error", "Rules", index, "Line", what, remedy))
    return findings


def _error_value(program: Program, run: Run, steps: RuleSteps) -> Finding | None:
    ways = (
        (steps.applies_table, steps.applies, "Applies to", "its filter"),
        (steps.table, steps.count, "Group", "the count"),
        (steps.table, steps.reached, "Threshold", "the threshold"),
        (steps.table, steps.earned, "Formula" if "Formula" in steps.rule.method.asks else "Rate", "the amount"),
        (steps.table, steps.classes, "Class maximum", "the amount held to the class maximum"),
        ("Schools", steps.share, "Share by", "what the amount is shared by"),
        ("Schools", steps.result, "Minimum", "the amount between minimum and maximum"),
    )
    for table, column, field, what in ways:
        if not column or not (errors := run.column(column, table).errors()).any():
            continue
        value = str(run.column(column, table).values()[int(np.argmax(errors))])
        remedy = ERROR_REMEDIES.get(value, "Look at its formula.").format(field=field)
        if field == "Rate" and steps.rate and run.column(steps.rate, table).errors()[errors].all():
            remedy = f"No row of Rates holds there for {steps.rule.rate}."
        if field == "Applies to" and value == "#VALUE!":
            remedy = 'A filter is a comparison, such as [@Level]="High".'
        return program.plan.intake.finding(
            "error",
            "Rules",
            steps.rule.index,
            field,
            f'line "{steps.rule.line}": {what} is {value} at {schools_named(program, errors, table)}.',
            remedy,
        )
    return None


def _of_rule(program: Program, run: Run, steps: RuleSteps) -> list[Finding]:
    """Ratios below 0, amounts that are no numbers, limits that cross, and counts in no band."""
    rule, table = steps.rule, steps.table
    reached = run.column(steps.reached, table).numbers() != 0
    ways = (
        ("error", "Rate", _negative_ratio(run, steps), "the ratio is below 0", "A ratio is above 0: look at Rates."),
        (
            "error",
            "Formula",
            _no_number(run, steps),
            "the formula gives TRUE or FALSE, or a text, instead of an amount",
            "Let it give numbers, such as IF([@Enrollment]>300,1,0).",
        ),
        (
            "warning",
            "Rate",
            _in_no_band(program, run, steps),
            f'the count is in no step of band "{rule.rate}", so nothing is given',
            "Let the first step begin at 0 and the last one have no end, or narrow the filter.",
        ),
    )
    findings = [
        program.plan.intake.finding(
            severity,  # type: ignore[arg-type]
            "Rules",
            rule.index,
            field,
            f'line "{rule.line}": {what} at {schools_named(program, mask & reached, table)}.',
            remedy,
        )
        for severity, field, mask, what, remedy in ways
        if (mask & reached).any()
    ]
    findings += _of_shares(program, run, steps)
    if rule.shared:
        return findings
    crossed = _limits_cross(run, steps) & (run.column(steps.school_reached).numbers() != 0)
    if crossed.any() and (isinstance(rule.minimum, str) or isinstance(rule.maximum, str)):
        what = f'line "{rule.line}": the minimum is above the maximum at {schools_named(program, crossed)}.'
        remedy = "Correct one of the two, here or in Rates."
        findings.append(program.plan.intake.finding("error", "Rules", rule.index, "Minimum", what, remedy))
    return findings


def _of_shares(program: Program, run: Run, steps: RuleSteps) -> list[Finding]:
    """Amounts of a campus or the district that no school shares, or that are no multiple of the share's step."""
    if not steps.shares:
        return []
    rule, table = steps.rule, steps.table
    amount, shares = (run.column(each, table).numbers() for each in (steps.limited, steps.shares))
    lost = (shares == 0) & (amount != 0) & _has_schools(program, run, steps)
    findings = []
    if (below := run.column(steps.share).numbers() < 0).any():
        what = f'line "{rule.line}": what the amount is shared by is below 0 at {schools_named(program, below)}.'
        remedy = "Share by a count that is 0 or more."
        column = "Share by" if rule.share_by else "Group"
        findings.append(program.plan.intake.finding("error", "Rules", rule.index, column, what, remedy))
    if lost.any():
        what = f'line "{rule.line}": nobody shares the amount at {schools_named(program, lost, table)}.'
        remedy = "Look at Share by, Group and the filter: no school that the rule reaches has a count."
        findings.append(program.plan.intake.finding("warning", "Rules", rule.index, "Share by", what, remedy))
    if rule.share_step and rule.share_step > 0:
        steps_given = np.abs(amount) / rule.share_step
        odd = (np.abs(steps_given - np.round(steps_given)) > 1e-9) & (shares != 0)
        if odd.any():
            what = (
                f'line "{rule.line}": {amount[odd][0]:,.6g} at {schools_named(program, odd, table)} is no multiple of '
                f"the Share step of {rule.share_step:.4g}, and is shared as the nearest one."
            )
            remedy = "Round the amount to a multiple of the Share step."
            findings.append(program.plan.intake.finding("warning", "Rules", rule.index, "Share step", what, remedy))
    return findings


def _has_schools(program: Program, run: Run, steps: RuleSteps) -> np.ndarray:
    """Where a shared amount has schools that its rule reaches."""
    applies = run.column(steps.applies).numbers() != 0
    if steps.rule.grain == "district":
        return np.array([bool(applies.any())])
    campus = np.array([str(each).casefold() for each in run.column("Own campus").values()])
    names = [str(each).casefold() for each in program.tables["Campuses"]["Campus"]]
    return np.isin(names, campus[applies])


def _negative_ratio(run: Run, steps: RuleSteps) -> np.ndarray:
    named_rate = "/{" in steps.rule.method.formula and isinstance(steps.rule.rate, str) and steps.rate
    rate = run.column(steps.rate, steps.table).numbers() if named_rate else np.zeros(1)
    return np.asarray(np.nan_to_num(rate) < 0)


def _no_number(run: Run, steps: RuleSteps) -> np.ndarray:
    if "Formula" not in steps.rule.method.asks:
        return np.zeros(1, bool)
    values = run.column(steps.earned, steps.table).values()
    if set(map(type, values)) <= {float}:
        return np.zeros(1, bool)
    return np.array([isinstance(value, bool | str) for value in values], dtype=bool)


def _in_no_band(program: Program, run: Run, steps: RuleSteps) -> np.ndarray:
    if "{band}" not in steps.rule.method.formula or not steps.count:
        return np.zeros(1, bool)
    bands = program.plan.bands
    own = bands[bands["Band"].str.casefold() == _plain(steps.rule.rate).casefold()]
    count = run.column(steps.count, steps.table).numbers()
    held = (count[:, None] >= own["From"].to_numpy()) & (count[:, None] < own["To"].to_numpy())
    return np.asarray(~held.any(axis=1))


def _plain(rate: float | str | None) -> str:
    return format(rate, "g") if isinstance(rate, float) else str(rate)


def _limits_cross(run: Run, steps: RuleSteps) -> np.ndarray:
    least, most = steps.least, steps.most
    if not least or not most:
        return np.zeros(1, bool)
    low, high = (
        run.column(each).numbers() if isinstance(each, str) else np.array([each], float) for each in (least, most)
    )
    return np.asarray(low > high)


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
                            f'this row and row {other} both give "{line.line.name}" to {schools_named(program, both)}.',
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
                    f'two rows of rate "{name}" hold at {schools_named(program, tied, table)}; the upper one is used.',
                    "Narrow one of the conditions.",
                )
            )
    return findings


def check_amounts(plan: Plan, by_fund: pd.DataFrame, amounts: pd.DataFrame) -> list[Finding]:
    """Funds that give more than they have, funds that FundYears does not know, and what is below 0.

    `by_fund` has what each fund pays (Fund, Dollars), `amounts` the lines of every school.
    """
    return [*_funds(plan, by_fund), *_below_zero(plan, amounts)]


def _below_zero(plan: Plan, amounts: pd.DataFrame) -> list[Finding]:
    totals = amounts.groupby("School", sort=False)["Dollars"].sum().astype(float)
    findings = []
    if len(below := totals[cents(totals.to_numpy()) < 0]):
        names = dict(zip(plan.schools["Code"], plan.schools["Name"], strict=True))
        index = dict(zip(plan.schools["Code"], plan.schools.index, strict=True))
        what = f"the total is below $0 at {named([str(names[code]) for code in below.index])}."
        remedy = "Look at its negative lines and adjustments."
        findings.append(plan.intake.finding("warning", "Schools", int(index[below.index[0]]), "Code", what, remedy))
    rules = {rule.line: rule.index for rule in reversed(plan.rules)}
    for line, rows in amounts[amounts["FTE"].astype(float) < 0].groupby("Line", sort=False):
        what = f'line "{line}" has less than 0 FTE at {named([str(name) for name in rows["Name"]])}.'
        remedy = "Look at its rate, formula and adjustments."
        findings.append(plan.intake.finding("warning", "Rules", rules.get(str(line)), "Line", what, remedy))
    return findings


def _funds(plan: Plan, amounts: pd.DataFrame) -> list[Finding]:
    frame = plan.intake.frames["FundYears"]
    frame = frame[frame["Year"] == plan.scenario.year]
    used = amounts.groupby(amounts["Fund"].astype(str).str.casefold())["Dollars"].sum().astype(float)
    spelled = {name.casefold(): name for name in reversed(amounts["Fund"].tolist())}
    amount = dict(zip(frame["Fund"].str.casefold(), zip(frame["Amount"], frame.index, strict=True), strict=True))
    taken = taken_by_programs(plan.intake, plan.scenario.year)
    findings = []
    for fold, dollars in used.items():
        fund = spelled[str(fold)]
        if not fund or not amount or (fold not in amount and not dollars):  # a fund of last year pays nothing now
            continue
        if fold not in amount:
            near = did_you_mean(fund, frame["Fund"])
            findings.append(
                Finding(
                    "warning",
                    f'fund "{fund}" has no amount for FY{plan.scenario.year}.',
                    near or "Add it to FundYears.",
                    sheet="Fund years",
                    table="FundYears",
                )
            )
            continue
        index = amount[str(fold)][1]
        name = str(frame["Fund"][index])
        has, programs = plan.funds[name], taken.get(name, 0.0)
        after = f" after ${programs:,.2f} for programs" if programs else ""
        over = float(cents(np.array(dollars - has)))
        if over > 0:
            findings.append(
                plan.intake.finding(
                    "warning",
                    "FundYears",
                    int(index),
                    "Amount",
                    f'fund "{fund}" gives ${dollars:,.2f} and has ${has:,.2f}{after}: ${over:,.2f} over.',
                    "Raise the amount, or move a line to another fund.",
                )
            )
    return findings
