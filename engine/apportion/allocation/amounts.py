"""What a method's template speaks of, as texts of live formulas: counts of employees, last year, weights, classes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from apportion.allocation.grains import criterion, escaped, exactly, quoted, this_row
from apportion.combinations import left_over, shares_class
from apportion.errors import did_you_mean
from apportion.rounding import step_formula

if TYPE_CHECKING:
    from collections.abc import Callable

    from apportion.allocation.program import RuleSteps
    from apportion.allocation.rule import Rule, Weight
    from apportion.allocation.rules import Compiler
    from apportion.allocation.scope import Scope


def words(compiler: Compiler, rule: Rule, scope: Scope, count: str, rate: str) -> dict[str, str]:
    """The words of the rule's template; what it does not speak of is ""."""
    template = rule.method.formula
    made = dict.fromkeys(("band", "formula", "employees", "prior", "total", "taken", "taught", "weighted"), "")
    made |= {"count": this_row(count), "rate": this_row(rate), "each": format(rule.each, ".15g")}
    made["capacity"] = this_row(rate)
    if rule.cohorts is not None and "{capacity}" in template:
        made["capacity"] = f"({this_row(rate)}*{compiler.value(rule.cohorts, rule, 'Cohorts')})"
    ways: dict[str, Callable[[], str]] = {
        "band": lambda: quoted(_band(compiler, rule)),
        "formula": lambda: scope.live(rule.formula, compiler.report(rule, "Formula"), rule.group),
        "employees": lambda: _employees(compiler, rule),
        "prior": lambda: _prior(compiler, rule),
        "total": lambda: _total(compiler, rule),
        "taken": lambda: compiler.value(rule.periods_taken, rule, "Periods taken"),
        "taught": lambda: compiler.value(rule.periods_taught, rule, "Periods taught"),
        "weighted": lambda: _weighted(compiler, rule, scope, rate),
    }
    return made | {word: way() for word, way in ways.items() if f"{{{word}}}" in template}


def _band(compiler: Compiler, rule: Rule) -> str:
    known = {str(name).casefold(): str(name) for name in compiler.plan.bands["Band"]}
    asked = format(rule.rate, "g") if isinstance(rule.rate, float) else str(rule.rate)
    if rule.rate is not None and asked.casefold() not in known:
        near = did_you_mean(asked, known.values())
        compiler.report(rule, "Rate")(f'there is no band "{asked}".', f"{near} Add its steps to Bands.".strip())
    return known.get(asked.casefold(), asked)


def _employees(compiler: Compiler, rule: Rule) -> str:
    """The FTE of all other lines with the job type that `Of` names, added up at the school."""
    jobs = {rules[0].job_type.casefold(): rules[0].job_type for rules in compiler.by_line.values()}
    lines = [
        line
        for line, rules in compiler.by_line.items()
        if rules[0].job_type.casefold() == rule.of.casefold() and line != rule.line and compiler.has_fte(rules)
    ]
    if not lines:
        what = f'no other line gives the job type "{rule.of}".'
        near = did_you_mean(rule.of, filter(None, jobs.values()))
        compiler.report(rule, "Of")(what, near or "Name a job type of the column Job type.")
        return ""
    added = "+".join(this_row(f"{line} FTE") for line in lines)
    return this_row(compiler.step("Schools", f"{rule.label} employees", added))


def _prior(compiler: Compiler, rule: Rule) -> str:
    """Last year's FTE or dollars of the line that `Of` names, or of the rule's own."""
    line, measure = rule.of or rule.line, "FTE" if rule.gives_fte else "Dollars"
    known = dict.fromkeys(compiler.plan.prior["Line"])
    if line.casefold() not in {each.casefold() for each in known}:
        what = f'PriorYear has no line "{line}".'
        compiler.report(rule, "Of")(what, did_you_mean(line, known) or "Paste last year's amounts into PriorYear.")
        return ""
    unit = "FTE" if rule.gives_fte else "dollars"
    return this_row(compiler.scopes["school"].prior(line, measure, f"{line} prior {unit}"))


def _total(compiler: Compiler, rule: Rule) -> str:
    """What a line gives in the whole district: FTE for a rule that gives FTE, otherwise dollars."""
    known = {line.casefold(): line for line in compiler.by_line}
    line = known.get(rule.of.casefold(), "")
    if not line or line == rule.line:
        what = f'no other line is called "{rule.of}".'
        others = [each for each in known.values() if each != rule.line]
        compiler.report(rule, "Of")(what, did_you_mean(rule.of, others) or "Name a line of Rules.")
        return ""
    unit = "FTE" if rule.gives_fte and compiler.has_fte(compiler.by_line[line]) else "dollars"
    total = f"SUM(Schools[{escaped(f'{line} {unit}')}])"
    return this_row(compiler.step("Schools", f"{rule.label} total", total))


def _weighted(compiler: Compiler, rule: Rule, scope: Scope, rate: str) -> str:
    """Students x weight, added up, x the base; or with printed rates students x each rate, added up."""
    if not rate or not rule.weights:
        return ""
    terms = []
    for weight in rule.weights:
        name = weight_column(rule, weight)
        count = compiler.counted(_at(compiler, weight, "Student group"), weight.group, scope)
        factor = compiler.step(scope.table, name, _weight(compiler, scope, weight) or "0")
        if rule.rate_step:
            printed = step_formula(f"{this_row(factor)}*{this_row(rate)}", rule.rate_step, "half up")
            factor = compiler.step(scope.table, printed_column(rule, weight), printed)
        terms.append(f"{this_row(count)}*{this_row(factor)}")
    added = "+".join(terms)
    if rule.rate_step:
        return added
    return f"({added})*{this_row(rate)}" if len(terms) > 1 else f"{added}*{this_row(rate)}"


def weight_column(rule: Rule, weight: Weight) -> str:
    """The column with a weight as it holds at each row."""
    same = [each for each in rule.weights if each.group.casefold() == weight.group.casefold()]
    number = f" ({same.index(weight) + 1})" if len(same) > 1 else ""
    return f"{rule.label} weight {weight.group}{number}"


def printed_column(rule: Rule, weight: Weight) -> str:
    """The column with the printed rate of a weight."""
    return weight_column(rule, weight).replace(f"{rule.label} weight", f"{rule.label} rate", 1)


def _at(compiler: Compiler, weight: Weight, column: str) -> Callable[[str, str], None]:
    """Reports at a cell of Weights, once however many rules use it."""

    def say(what: str, remedy: str) -> None:
        finding = compiler.plan.intake.finding("error", "Weights", weight.index, column, what, remedy)
        if finding not in compiler.findings:
            compiler.findings.append(finding)

    return say


def _weight(compiler: Compiler, scope: Scope, weight: Weight) -> str:
    if weight.formula and weight.weight is not None:
        what = f'"{weight.group}" has a weight and a formula.'
        _at(compiler, weight, "Formula")(what, "Keep one of the two.")
        return ""
    if weight.formula:
        text = scope.live(weight.formula, _at(compiler, weight, "Formula"), weight.group)
    elif isinstance(weight.weight, str):
        text = scope.rates.value(weight.weight, weight.group, _at(compiler, weight, "Weight"))
    elif weight.weight is None:
        _at(compiler, weight, "Weight")(f'"{weight.group}" has no weight.', "Type a weight, or write a formula.")
        return ""
    else:
        text = f"INDEX(Weights[Weight],MATCH({exactly(weight.key)},Weights[Key],0))"
    where = scope.live(weight.where, _at(compiler, weight, "Where"), weight.group) if weight.where else ""
    return f"IF({where},{text},0)" if where and text else text


def combined(compiler: Compiler, steps: RuleSteps) -> str:
    """The column of Enrollment with the classes saved by combining neighboring grades (see `combinations`)."""
    rule = steps.rule
    most = compiler.scopes["school and model"].rates.value(
        rule.combination_limit, rule.group, compiler.report(rule, "Combination limit")
    )
    grades = compiler.plan.grades_of(rule.combine)
    grades = tuple(grade for grade in compiler.plan.grades if grade in grades)
    ways = (
        (not most, "Combination limit", "a combination class needs a limit.", "Fill Combination limit."),
        (len(grades) < 2, "Combine", f'"{rule.combine}" has no two grades of the rule.',
         "Name a group of StudentGroups."),
        (rule.grain != "school, model and grade", "Combine", "classes are combined grade by grade.",
         'Choose "school, model and grade" in Per.'),
    )  # fmt: skip
    for wrong, column, what, remedy in ways:
        if wrong:
            compiler.report(rule, column)(what, remedy)
            return ""
    room = steps.words["capacity"]
    left = left_over(this_row(steps.count), room)
    over = compiler.step("Grades", f"{rule.label} over", f"IF({this_row(steps.reached)},{left},0)")
    number = compiler.scopes["school and model"].rates.value(
        rule.combinations, rule.group, compiler.report(rule, "Combinations")
    )
    same = "Grades[School],[@School],Grades[Instructional model],[@[Instructional model]],Grades[Grade]"
    of_grade = {
        grade: compiler.step(
            "Enrollment", f"{rule.label} over {grade}", f"SUMIFS(Grades[{escaped(over)}],{same},{criterion(grade)})"
        )
        for grade in grades
    }
    pairs: list[str] = []
    for low, high in pairwise(grades):
        before = [this_row(pair) for pair in pairs]
        text = shares_class(this_row(of_grade[low]), this_row(of_grade[high]), most, before, number)
        pairs.append(compiler.step("Enrollment", f"{rule.label} {low} + {high}", text))
    return compiler.step("Enrollment", f"{rule.label} combined", "+".join(this_row(pair) for pair in pairs))
