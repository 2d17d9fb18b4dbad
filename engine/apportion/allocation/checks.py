"""What can be seen to be wrong in a plan before anything is computed, beside what its formulas name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from apportion.allocation.checks_rules import check_rules
from apportion.allocation.funding import taken_by_programs
from apportion.cells import text_number
from apportion.errors import Finding, did_you_mean
from apportion.schema import BY_NAME as SCHEMAS
from apportion.schema import SCHOOL_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from apportion.allocation.plan import Plan
    from apportion.errors import Severity

NAMED_AT_MOST = 3
_RATE_NAME = re.compile(r"[^\W\d][\w.]*")
_WORD = re.compile(r"[^\W\d][\w.]*")
_CELL_NAME = re.compile(r"\$?[A-Z]{1,3}\$?[0-9]{1,7}|R\d*C\d*|[RC]", re.IGNORECASE)


def named(names: list[str]) -> str:
    """The first few names, and how many more there are.

    >>> named(["Alder", "Birch", "Cedar", "Dogwood", "Elm"])
    'Alder, Birch, Cedar and 2 more'
    """
    more = f" and {len(names) - NAMED_AT_MOST} more" if len(names) > NAMED_AT_MOST else ""
    return f"{', '.join(names[:NAMED_AT_MOST])}{more}"


def check_plan(plan: Plan) -> list[Finding]:
    """Everything that is wrong or looks unintended in the tables of a plan, all at once."""
    return [finding for check in CHECKS for finding in check(plan)]


def _funding_formulas(plan: Plan) -> Iterator[Finding]:
    """Funding formulas of Rules that no scenario names."""
    frame, scenarios = plan.intake.frames["Rules"], plan.intake.frames["Scenarios"]
    said = [name for name in scenarios["Funding formula"] if name]
    used = {name.casefold() for name in said}
    for name in dict.fromkeys(frame["Funding formula"]):
        if name and name.casefold() not in used:
            index = int(frame.index[frame["Funding formula"] == name][0])
            what = f'no scenario uses the funding formula "{name}", so its rules give nothing.'
            remedy = did_you_mean(name, said) or "Name it in the column Funding formula of Scenarios, or empty it here."
            yield plan.intake.finding("warning", "Rules", index, "Funding formula", what, remedy)


def _rate_names(plan: Plan) -> Iterator[Finding]:
    """Rates called like a column, which would hide it, or in a way that Excel does not take for a name."""
    columns = {name.casefold(): name for name in ("School", "Instructional model", *plan.schools.columns, *plan.groups)}
    first = plan.rates[~plan.rates["Rate"].str.casefold().duplicated()]
    for index, name in zip(first.index, first["Rate"], strict=True):
        if name.casefold() in columns:
            what = f'the rate "{name}" is called like a column of Schools or Enrollment.'
            yield plan.intake.finding("error", "Rates", int(index), "Rate", what, "Give the rate a name of its own.")
        elif _CELL_NAME.fullmatch(name) or not _RATE_NAME.fullmatch(name):
            kind = "the address of a cell" if _CELL_NAME.fullmatch(name) else "not a name that a formula can hold"
            remedy = "Begin with a letter, then letters, digits and _, such as AP_ratio."
            yield plan.intake.finding(
                "warning", "Rates", int(index), "Rate", f'the rate name "{name}" is {kind} in Excel.', remedy
            )


def _rate_years(plan: Plan) -> Iterator[Finding]:
    """Rates and bands dated before the year; those without a year hold always."""
    rules = plan.rules
    said = " ".join(
        str(value).casefold()
        for rule in rules
        for value in (rule.rate, rule.threshold, rule.minimum, rule.maximum, rule.formula, rule.applies_to)
    )
    for table, column, frame in (("Rates", "Rate", plan.rates), ("Bands", "Band", plan.bands)):
        older = frame[frame["Year"] < plan.scenario.year]
        older = older[~older[column].str.casefold().duplicated()]
        for index, name, year in zip(older.index, older[column], older["Year"], strict=True):
            if name.casefold() in said:
                what = f'{column.lower()} "{name}" is from FY{year:.0f} and is used for FY{plan.scenario.year}.'
                remedy = f"Add a row for {plan.scenario.year}, or empty Year if it holds always."
                yield plan.intake.finding("warning", table, int(index), "Year", what, remedy)


def _rate_grains(plan: Plan) -> Iterator[Finding]:
    """Rates that differ by instructional model and are used by a rule per school, which has none."""
    folded, by_model = plan.rates["Rate"].str.casefold(), plan.rates["Model"] != ""
    mixed = set(folded[by_model]) & set(folded[~by_model])
    for rule in plan.rules:
        if rule.grain in ("school and model", "school, model and grade"):
            continue
        formula = _WORD.findall(rule.formula) if "Formula" in rule.method.asks else []
        columns = [("Rate", rule.rate), ("Threshold", rule.threshold), *(("Formula", word) for word in formula)]
        for column, value in columns:
            if isinstance(value, str) and value.casefold() in mixed:
                what = f'rate "{value}" differs by instructional model, and the rule counts the whole school.'
                remedy = 'Choose "school and model" in Per to use the rates of the models.'
                yield plan.intake.finding("warning", "Rules", rule.index, column, what, remedy)


def _adjustments(plan: Plan) -> Iterator[Finding]:
    """Adjustments whose fund, job type or amount does not do what it says."""
    frame, lines = plan.adjustments, {rule.line.casefold(): rule for rule in reversed(plan.rules)}
    costs = {name.casefold(): name for name in plan.costs["Job type"]}
    for index, given in zip(frame.index, frame.to_dict("records"), strict=True):
        rule = lines.get(given["Line"].casefold())
        if rule is None:
            continue
        fund, job = rule.fields["Fund"], given["Job type"]
        own_job, has_fte = not rule.job_type, bool(given["FTE"])
        ways: tuple[tuple[bool, Severity, str, str, str], ...] = (
            (
                given["Fund"] and given["Fund"].casefold() != fund.casefold(),
                "warning",
                "Fund",
                f'the fund is "{given["Fund"]}", and the amount is counted under "{fund}", as all of "{rule.line}".',
                "Give what another fund pays a line of its own.",
            ),
            (
                job and not own_job and job.casefold() != rule.job_type.casefold(),
                "warning",
                "Job type",
                f'the job type is "{job}", and the FTE are costed as "{rule.job_type}", as all of "{rule.line}".',
                "Give another position a line of its own.",
            ),
            (
                own_job and job and has_fte and job.casefold() not in costs,
                "error",
                "Job type",
                f'there is no cost of a job type "{job}" for FY{plan.scenario.year}.',
                did_you_mean(job, costs.values()) or "Add it to Job types.",
            ),
            (
                own_job and not job and has_fte,
                "warning",
                "FTE",
                f'{given["FTE"]:g} FTE cost nothing: neither line "{rule.line}" nor the adjustment has a job type.',
                "Fill Job type here or in Rules.",
            ),
            (
                not has_fte and not given["Dollars"],
                "warning",
                "Line",
                f'the adjustment of "{rule.line}" at school "{given["School"]}" has neither FTE nor dollars.',
                "Fill FTE or Dollars, or remove the row.",
            ),
        )
        for wrong, severity, column, what, remedy in ways:
            if wrong:
                yield plan.intake.finding(severity, "Adjustments", int(index), column, what, remedy)


def _enrollment(plan: Plan) -> Iterator[Finding]:
    """Schools without counts, counts without an open school, and columns of numbers and texts."""
    frame, schools = plan.intake.frames["Enrollment"], plan.intake.frames["Schools"]
    same = frame["Projection"].str.casefold() == plan.scenario.projection.casefold()
    without = ~plan.schools["Code"].isin(frame["School"][same].tolist())
    uncounted = plan.schools[plan.schools["Type"].isin(SCHOOL_TYPES) & without]
    if len(uncounted):
        verb = "has" if len(uncounted) == 1 else "have"
        what = f"{named(list(uncounted['Name']))} {verb} no row in Enrollment and {verb} 0 students."
        remedy = "Add the school's counts, or write its Close year in Schools."
        yield plan.intake.finding("warning", "Schools", int(uncounted.index[0]), "Code", what, remedy)
    closed = set(schools["Code"].tolist()) - set(plan.schools["Code"].tolist())
    left = frame[same & frame["School"].isin(closed) & (frame[list(plan.groups)].sum(axis=1) > 0)]
    students_of = plan.students(left) if plan.total_group else left["School"]
    for index, code in zip(left.index, left["School"], strict=True):
        students = f" {students_of[index]:,.15g} of {plan.total_group} are" if plan.total_group else " They are"
        what = f'school "{code}" is not open in FY{plan.scenario.year}.{students} not counted.'
        remedy = "Move them to another school, or mend the Open year and Close year of Schools."
        yield plan.intake.finding("warning", "Enrollment", int(index), "School", what, remedy)


def _mixed_characteristics(plan: Plan) -> Iterator[Finding]:
    """Columns of Schools that hold numbers and, in some cells, numbers stored as text."""
    schools = plan.schools
    for column in schools.columns.difference([field.name for field in SCHEMAS["schools"].fields], sort=False):
        values = schools[column]
        kinds = set(map(type, values.tolist()))
        if str not in kinds or kinds.isdisjoint((int, float)):
            continue
        typed = values.map(
            lambda value: isinstance(value, int | float) and not isinstance(value, bool) and not np.isnan(value)
        )
        stored = values.map(lambda value: isinstance(value, str) and text_number(value) is not None)
        if typed.any() and stored.any():
            index = int(values.index[stored][0])
            what = f'{column} is a number stored as text, "{values[index]}", which no formula takes for a number.'
            more = int(stored.sum()) - 1
            what += f" So are {more} more cells of this column." if more > 1 else ""
            yield plan.intake.finding("error", "Schools", index, column, what, "Type it as a number.")


def _prior_lines(plan: Plan) -> Iterator[Finding]:
    """Lines of last year that look like a line of Rules and are not."""
    lines = list(dict.fromkeys(rule.line for rule in plan.rules))
    frames = (plan.intake.frames[table]["Line"] for table in ("Rules", "Bundles", "Weights"))
    known = {line.casefold() for frame in frames for line in frame}
    prior = plan.prior[~plan.prior["Line"].str.casefold().duplicated()]
    for index, line in zip(prior.index, prior["Line"], strict=True):
        if line.casefold() in known or not (near := did_you_mean(line, lines)):
            continue
        what = f'no rule gives a line "{line}" this year.'
        yield plan.intake.finding(
            "note", "PriorYear", int(index), "Line", what, f"{near} If it is meant, rename it here."
        )


def _fund_years(plan: Plan) -> Iterator[Finding]:
    """Funds with an amount in the year that pay neither a line nor a program."""
    frame = plan.intake.frames["FundYears"]
    used = list(dict.fromkeys(rule.fields["Fund"] for rule in plan.rules if rule.fields["Fund"]))
    used += [part.fund for split in plan.funding for part in split.parts]
    paying = {name.casefold() for name in (*used, *taken_by_programs(plan.intake, plan.scenario.year))}
    now: pd.DataFrame = frame[frame["Year"] == plan.scenario.year]
    for index, fund in zip(now.index, now["Fund"], strict=True):
        if fund and fund.casefold() not in paying:
            remedy = did_you_mean(fund, used) or "Name it in the column Fund of Rules, or leave it."
            what = f'no rule of this scenario is paid from the fund "{fund}".'
            yield plan.intake.finding("note", "FundYears", int(index), "Fund", what, remedy)


def _remaining(plan: Plan) -> Iterator[Finding]:
    """Funds that pay up to what they have left, and have no amount in the year."""
    known = {name.casefold() for name in plan.funds}
    for split in plan.funding:
        for part in split.parts:
            if part.takes == "up to remaining" and part.fund.casefold() not in known:
                what = (
                    f'fund "{part.fund}" pays line "{split.line}" up to what it has left, and has no amount for '
                    f"FY{plan.scenario.year}, so it pays nothing."
                )
                remedy = did_you_mean(part.fund, plan.funds) or "Add it to FundYears."
                yield plan.intake.finding("warning", "Funding", part.index, "Fund", what, remedy)


def _names_of_funds(plan: Plan) -> Iterator[Finding]:
    """Funds of Rules, Bundles and Funding that the table Funds does not have, where it is used."""
    known = [name for name in plan.intake.frames["Funds"]["Fund"] if name]
    folded = {name.casefold() for name in known}
    for table in ("Rules", "Bundles", "Funding", "FundYears") if known else ():
        frame = plan.intake.frames[table]
        first = frame[~frame["Fund"].str.casefold().duplicated() & (frame["Fund"] != "")]
        for index, fund in zip(first.index, first["Fund"], strict=True):
            if fund.casefold() not in folded:
                what = f'Funds has no fund "{fund}".'
                yield plan.intake.finding(
                    "warning", table, int(index), "Fund", what, did_you_mean(fund, known) or "Add it to Funds."
                )


def _projections(plan: Plan) -> Iterator[Finding]:
    """Projections of Enrollment that the table Projections does not have, where it is used; and of another year."""
    frame = plan.intake.frames["Projections"]
    known = {name.casefold(): year for name, year in zip(frame["Projection"], frame["Year"], strict=True)}
    rows = plan.intake.frames["Enrollment"]
    first = rows[~rows["Projection"].str.casefold().duplicated()]
    for index, name in zip(first.index, first["Projection"], strict=True):
        if known and name.casefold() not in known:
            what = f'Projections has no projection "{name}".'
            remedy = did_you_mean(name, frame["Projection"]) or "Add it to Projections."
            yield plan.intake.finding("warning", "Enrollment", int(index), "Projection", what, remedy)
    used, year = plan.scenario.projection.casefold(), plan.scenario.year
    if used in known and known[used] == known[used] and known[used] != year:
        index = int(frame.index[frame["Projection"].str.casefold() == used][0])
        what = f'projection "{plan.scenario.projection}" is for FY{known[used]:.0f} and is used for FY{year}.'
        yield plan.intake.finding("warning", "Projections", index, "Year", what, "Choose another one in Scenarios.")


CHECKS: tuple[Callable[[Plan], Iterator[Finding]], ...] = (
    check_rules,
    _funding_formulas,
    _rate_names,
    _rate_years,
    _rate_grains,
    _adjustments,
    _enrollment,
    _mixed_characteristics,
    _prior_lines,
    _fund_years,
    _remaining,
    _names_of_funds,
    _projections,
)
