"""From the rows of Rules to columns of live formulas.

The order of a rule: filter, count at its grain, threshold, rate, amount, class maximum, rounding, all at that grain;
then the sum to the school, minimum and maximum; at the campus or the district the amount is held to them there and
then shared out. A line adds up its rules and its adjustments, and its dollars are its FTE at the cost of its job type,
rounded to the cent. Every step is one column of the grain's table.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from apportion.allocation import amounts, sharing
from apportion.allocation.grains import (
    COARSER,
    ENROLLMENT_KEYS,
    GRAIN_TABLES,
    OWN_CAMPUS,
    criterion,
    escaped,
    exactly,
    grade_condition,
    this_row,
)
from apportion.allocation.program import LineSteps, Program, RuleSteps
from apportion.allocation.result import Line
from apportion.allocation.scope import Scope
from apportion.allocation.splitting import split_lines
from apportion.allocation.tables import GIVEN, program_tables
from apportion.errors import Finding, did_you_mean
from apportion.formula import parse
from apportion.formula.tree import Binary, Call
from apportion.rounding import step_formula
from apportion.schema import SCHOOL_TYPES
from apportion.words import read_rule

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from apportion.allocation.plan import Plan
    from apportion.allocation.rule import Rule

COMPARISONS = ("=", "<>", "<", ">", "<=", ">=")
CONDITIONS = ("AND", "OR", "NOT", "ISBLANK", "ISNUMBER", "ISTEXT", "ISERROR")
_FUNCTIONS = {"half up": "ROUND", "up": "ROUNDUP", "down": "ROUNDDOWN", "truncate": "TRUNC"}


def as_condition(text: str) -> str:
    """The text of a formula that gives TRUE or FALSE where this one is true or not; an empty text stays empty."""
    tree = parse(f"={text}").tree if text else None
    compares = isinstance(tree, Binary) and tree.operator in COMPARISONS
    plain = tree is None or compares or (isinstance(tree, Call) and tree.function in CONDITIONS)
    return text if plain else f"IF({text},TRUE,FALSE)"


def compile_plan(plan: Plan) -> tuple[Program, list[Finding]]:
    """The program of a plan and what is wrong with its rules, all at once."""
    compiler = Compiler(plan)
    for rules in compiler.by_line.values():
        compiler.add_line(rules)
    compiler.lines = split_lines(compiler)
    compiler.check_names()
    of_rates = [finding for scope in compiler.scopes.values() for finding in scope.findings]
    return compiler.program(), [*compiler.findings, *dict.fromkeys(of_rates)]


class Compiler:
    """A plan on its way to a program: `steps` are the columns so far, `scopes` what can be named at each grain."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.findings: list[Finding] = []
        self.steps: dict[tuple[str, str], str] = {}
        self.lines: list[LineSteps] = []
        self.by_line: dict[str, list[Rule]] = {}
        for rule in plan.rules:
            self.by_line.setdefault(rule.line, []).append(rule)
        adjusted = plan.adjustments["Line"].str.casefold()
        self.fte_adjusted = set(adjusted[plan.adjustments["FTE"] != 0])
        self.adjusted = set(adjusted)
        self.costs = {name.casefold(): name for name in plan.costs["Job type"].tolist()}
        self.costed = set(plan.costs["Job type"][plan.costs["Cost"].notna()].tolist())
        results = [
            f"{line} {unit}"
            for line, rules in self.by_line.items()
            for unit in (("FTE", "dollars") if self.has_fte(rules) else ("dollars",))
        ]
        self.schools_only = set(plan.schools["Type"].unique()) <= set(SCHOOL_TYPES)
        headings: dict[str, list[str]] = {}
        for line, rules in self.by_line.items():
            heading = rules[0].fields["Allocation"]
            if heading and f"{heading} dollars".casefold() not in {each.casefold() for each in results}:
                headings.setdefault(heading, []).append(line)
        self.scopes = {grain: Scope(plan, grain, results, headings) for grain in GRAIN_TABLES}
        for scope in self.scopes.values():
            scope.others = self.scopes

    def has_fte(self, rules: list[Rule]) -> bool:
        """Whether the line of these rules has FTE."""
        return any(rule.gives_fte for rule in rules) or rules[0].line.casefold() in self.fte_adjusted

    def report(self, rule: Rule, column: str) -> Callable[[str, str], None]:
        """Reports at a cell of Rules."""

        def say(what: str, remedy: str) -> None:
            finding = self.plan.intake.finding("error", "Rules", rule.index, column, what, remedy)
            if finding not in self.findings:  # the parts of a bundle share a row
                self.findings.append(finding)

        return say

    def step(self, table: str, column: str, text: str) -> str:
        """Add a column; its name."""
        self.steps[table, column] = parse(f"={text}").live(table).removeprefix("=")
        return column

    def add_line(self, rules: list[Rule]) -> None:
        """Add the columns of a line."""
        first = rules[0]
        self._check_alike(rules)
        made = [steps for rule in rules if rule.method.formula and (steps := self.add_rule(rule)) is not None]
        fte = self._fte(first.line, made) if self.has_fte(rules) else ""
        dollars = self._dollars(first, made, fte)
        line = Line(
            name=first.line,
            allocation=first.fields["Allocation"],
            job_type=first.job_type,
            fund=first.fields["Fund"],
            held=first.fields["Held"] or "school",
            lock=first.fields["Lock"] or "flexible",
            source=first.fields["Source"],
            dollars_only=not fte,
        )
        self.lines.append(LineSteps(line, tuple(made), fte, dollars))

    def _check_alike(self, rules: list[Rule]) -> None:
        for rule in rules[1:]:
            for column in ("Job type", "Fund", "Allocation"):
                if rule.fields[column].casefold() != rules[0].fields[column].casefold():
                    self.report(rule, column)(
                        f'line "{rule.line}" has {column.lower()} "{rules[0].fields[column]}" in another row and '
                        f'"{rule.fields[column]}" here.',
                        "Rows of one line share job type, fund and allocation; otherwise give it a name of its own.",
                    )

    def add_rule(self, rule: Rule) -> RuleSteps | None:
        """The steps of one rule; None when something that it needs is missing."""
        before, known = len(self.findings), set(self.steps)
        missing = [column for column in rule.method.asks if rule.fields[column] in ("", None)]
        for column in missing:
            self.report(rule, column)(f'method "{rule.method.name}" needs {column}, which is empty.', f"Fill {column}.")
        if rule.grain not in rule.method.grains:
            what = f'method "{rule.method.name}" does not work per {rule.grain}.'
            grains = " or ".join(f'"{grain}"' for grain in rule.method.grains)
            self.report(rule, "Per")(what, f"Choose {grains}, or another method.")
            return None
        if rule.rate_step is not None and rule.rate_step <= 0:
            self.report(rule, "Rate step")("a step is larger than 0.", "Write 1 or 0.01.")
            return None
        scope = self.scopes[rule.grain]
        table = scope.table
        applies_table = "Schools" if rule.grain in COARSER else table
        applies = self._applies(rule)
        count = self._count(rule, scope, applies)
        rate = self._rate(rule, scope)
        reached = self._reached(rule, scope, applies, count)
        words = amounts.words(self, rule, scope, count, rate)
        if len(self.findings) > before or missing or any(each.findings for each in self.scopes.values()):
            return None
        amount = rule.method.formula.format(**words)
        live = self.steps[table, reached] == "TRUE"
        earned = self.step(table, f"{rule.label} earned", amount if live else f"IF({this_row(reached)},{amount},0)")
        classes = self._classes(rule, scope, reached, count, earned)
        rounded = self._rounded(rule, table, classes or earned, words)
        steps = RuleSteps(
            rule, table, applies_table, applies, count, rate, reached, earned, classes, rounded, "", "", words=words
        )
        steps = self._to_school(steps, scope)
        limits = {"least": rule.minimum, "most": rule.maximum}
        made = {name: self._limit(each, rule, rule.grain if rule.shared else "school") for name, each in limits.items()}
        steps = replace(steps, **made, threshold=self._limit(rule.threshold, rule, rule.grain))  # type: ignore[arg-type]
        trace = tuple(key for key in self.steps if key not in known)
        return None if len(self.findings) > before else replace(steps, trace=trace)

    def _applies(self, rule: Rule) -> str:
        """The column that says where the rule's filter holds: at the rule's grain, of a shared amount at the school."""
        scope = self.scopes["school" if rule.shared else rule.grain]
        return self.step(scope.table, f"{rule.label} applies", self._filter(rule, scope))

    def _filter(self, rule: Rule, scope: Scope) -> str:
        condition = ""
        if rule.applies_to:
            condition = as_condition(scope.live(rule.applies_to, self.report(rule, "Applies to"), rule.group))
        named = read_rule(f"={rule.applies_to.removeprefix('=')}").references if condition else ()
        if rule.grain == "school, model and grade":
            condition = self._of_grades(rule, condition)
        if any((each.column or "").casefold() == "type" and self._of_schools(each.table) for each in named):
            return condition
        if self.schools_only:
            return condition or "TRUE"
        school = this_row(scope.is_school())
        return f"IF({school},{condition},FALSE)" if condition else school

    def _of_grades(self, rule: Rule, condition: str) -> str:
        """The condition held to the grades of the rule's group."""
        grades = self.plan.grades_of(rule.group)
        if not grades:
            if rule.group:
                what = f'group "{rule.group}" has no grades, so nothing can be counted grade by grade.'
                remedy = "Name a group of StudentGroups that adds up grades, or choose another Per."
                self.report(rule, "Group")(what, remedy)
            return condition
        if set(grades) == set(self.plan.grades):
            return condition
        held = grade_condition(grades)
        return f"IF({held},{condition},FALSE)" if condition else held

    @staticmethod
    def _of_schools(table: str | None) -> bool:
        return table is None or table.casefold() in ("schools", "enrollment", "grades", "rulelab")

    def counted(self, say: Callable[[str, str], None], group: str, scope: Scope) -> str:
        """The column with the count of a group at a grain; "" and a report when there is none."""
        made = self.plan.student_groups
        known = {name.casefold(): name for name in (*self.plan.groups, *(each.name for each in made.values()))}
        numbers = {name.casefold(): name for name in self.plan.numbers}
        fold = group.casefold()
        if fold in known:
            return scope.count(known[fold], say)
        if fold in numbers and scope.grain not in ("school and model", "school, model and grade"):
            return scope.count(numbers[fold], say)
        if fold in numbers:
            what = f'"{group}" is known of a school, not of its models and grades.'
            say(what, "Choose school in Per.")
            return ""
        say(
            f'there is no counted group "{group}" in Enrollment.',
            did_you_mean(group, [*known.values(), *numbers.values()]) or "Add the column to Enrollment.",
        )
        return ""

    def _count(self, rule: Rule, scope: Scope, applies: str) -> str:
        if not rule.group:
            if rule.method.counts:
                self.report(rule, "Group")("there is nothing to count: Enrollment has no counted group.", "Add one.")
            return ""
        if rule.grain == "school, model and grade":
            return self.step(scope.table, f"{rule.label} count", this_row("Students"))
        if not rule.shared:
            group = self.counted(self.report(rule, "Group"), rule.group, scope)
            return self.step(scope.table, f"{rule.label} count", this_row(group)) if group else ""
        group = self.counted(self.report(rule, "Group"), rule.group, self.scopes["school"])
        if not group:
            return ""
        here = self.step("Schools", f"{rule.label} counted", f"IF({this_row(applies)},{this_row(group)},0)")
        return self.step(scope.table, f"{rule.label} count", scope.sum_of(here))

    def _rate(self, rule: Rule, scope: Scope) -> str:
        if not rule.method.uses_rate or rule.rate is None:
            return ""
        text = scope.rates.value(rule.rate, rule.group, self.report(rule, "Rate"))
        if text and rule.rate_step and not rule.weights:
            text = step_formula(text, rule.rate_step, "half up")
        return self.step(scope.table, f"{rule.label} rate", text) if text else ""

    def _reached(self, rule: Rule, scope: Scope, applies: str, count: str) -> str:
        if rule.threshold is None:
            return self.step(scope.table, f"{rule.label} reached", "TRUE") if rule.shared else applies
        if not rule.group:
            self.report(rule, "Threshold")("a threshold needs a counted group.", "Fill Group, or empty Threshold.")
            return applies
        threshold = scope.rates.value(rule.threshold, rule.group, self.report(rule, "Threshold"))
        if not threshold or not count:
            return applies
        met = f"{this_row(count)}>={threshold}"
        filtered = not rule.shared and self.steps[scope.table, applies] != "TRUE"
        text = f"AND({this_row(applies)},{met})" if filtered else met
        return self.step(scope.table, f"{rule.label} reached", text)

    def value(self, given: float | str | None, rule: Rule, column: str) -> str:
        """The text of a number or rate at the rule's grain; "" when there is none."""
        return self.scopes[rule.grain].rates.value(given, rule.group, self.report(rule, column))

    def _classes(self, rule: Rule, scope: Scope, reached: str, count: str, earned: str) -> str:
        """The amount held to the hard maximum of a class: so many classes at least."""
        if rule.class_maximum is None or "Class maximum" not in rule.method.takes:
            return ""
        most = self.value(rule.class_maximum, rule, "Class maximum")
        if not count or not most:
            if not count:
                self.report(rule, "Class maximum")("a class maximum needs a counted group.", "Fill Group.")
            return ""
        cohorts = self.value(rule.cohorts, rule, "Cohorts")
        room = f"({most}*{cohorts})" if cohorts else most
        text = f"MAX({this_row(earned)},ROUNDUP({this_row(count)}/{room},0))"
        live = self.steps[scope.table, reached] == "TRUE"
        return self.step(scope.table, f"{rule.label} classes", text if live else f"IF({this_row(reached)},{text},0)")

    def _rounded(self, rule: Rule, table: str, earned: str, words: Mapping[str, str]) -> str:
        if rule.rounding == "none":
            return ""
        if rule.method.name == "periods" and rule.step is None:
            taught = words["taught"]
            text = f"{_FUNCTIONS[rule.rounding]}({this_row(earned)}*{taught},0)/{taught}"
            return self.step(table, f"{rule.label} rounded", text)
        if rule.usual_step <= 0:
            self.report(rule, "Step")("a step is larger than 0.", "Write 1, 0.5, 0.2, 0.1 or 0.01.")
            return ""
        text = step_formula(this_row(earned), rule.usual_step, rule.rounding)
        return self.step(table, f"{rule.label} rounded", text)

    def _to_school(self, steps: RuleSteps, scope: Scope) -> RuleSteps:
        """The steps to Schools: the sum of a finer grain, the part of a coarser one, and the limits."""
        rule, table = steps.rule, steps.table
        if rule.shared:
            limited = self._limited(rule, scope, steps.reached, steps.amount)
            steps = replace(steps, limited=limited, school_reached=steps.applies)
            return sharing.shared_out(self, steps, scope)
        school = self.scopes["school"]
        combined = amounts.combined(self, steps) if rule.combine and "Combine" in rule.method.takes else ""
        if table == "Schools":
            result = self._limited(rule, school, steps.reached, steps.amount)
            return replace(steps, school_reached=steps.reached, result=result)
        same = f"{table}[School],[@Code]"
        reached = f"COUNTIFS({same},{table}[{escaped(steps.reached)}],TRUE)>0"
        anywhere = self.step("Schools", f"{rule.label} reached", reached)
        less = f"-SUMIFS(Enrollment[{escaped(combined)}],Enrollment[School],[@Code])" if combined else ""
        total = f"SUMIFS({table}[{escaped(steps.amount)}],{same}){less}"
        together = self.step("Schools", f"{rule.label} together", total)
        result = self._limited(rule, school, anywhere, together)
        return replace(steps, school_reached=anywhere, together=together, combined=combined, result=result)

    def _limited(self, rule: Rule, scope: Scope, reached: str, result: str) -> str:
        least = scope.rates.value(rule.minimum, rule.group, self.report(rule, "Minimum"))
        most = scope.rates.value(rule.maximum, rule.group, self.report(rule, "Maximum"))
        if not least and not most:
            return result
        text = f"MAX({this_row(result)},{least})" if least else this_row(result)
        text = f"MIN({text},{most})" if most else text
        if self.steps[scope.table, reached] != "TRUE":
            text = f"IF({this_row(reached)},{text},0)"
        return self.step(scope.table, f"{rule.label} limited", text)

    def _limit(self, given: float | str | None, rule: Rule, grain: str) -> float | str | None:
        """A limit as a number, or as the column of the grain's table in which its rate stands."""
        scope = self.scopes[grain]
        if not isinstance(given, str):
            return given
        return scope.rates.rate(given, rule.group, lambda *_: None) if scope.rates.has_rate(given) else None

    def _fte(self, line: str, made: list[RuleSteps]) -> str:
        parts = [this_row(steps.result) for steps in made if steps.rule.gives_fte]
        if line.casefold() in self.fte_adjusted:
            parts.append(self._adjusted("FTE", line))
        return self.step("Schools", f"{line} FTE", "+".join(parts) or "0")

    def _dollars(self, first: Rule, made: list[RuleSteps], fte: str) -> str:
        parts = []
        if fte and first.job_type and self._has_cost(first):
            job = exactly(self.costs[first.job_type.casefold()])
            parts.append(f"{this_row(fte)}*INDEX(JobTypes[Cost],MATCH({job},JobTypes[Job type],0))")
        parts += [this_row(steps.result) for steps in made if not steps.rule.gives_fte]
        if first.line.casefold() in self.adjusted:
            parts.append(self._adjusted("Amount", first.line))
        return self.step("Schools", f"{first.line} dollars", f"ROUND({'+'.join(parts)},2)" if parts else "0")

    def _adjusted(self, column: str, line: str) -> str:
        return f"SUMIFS(Adjustments[{column}],Adjustments[School],[@Code],Adjustments[Line],{criterion(line)})"

    def _has_cost(self, rule: Rule) -> bool:
        name = self.costs.get(rule.job_type.casefold())
        if name in self.costed:
            return True
        if name or rule.job_type.casefold() in self.plan.intake.frames["JobTypes"]["Job type"].str.casefold().tolist():
            self.report(rule, "Job type")(
                f'job type "{rule.job_type}" has no cost for FY{self.plan.scenario.year}.',
                "Fill Average cost, or Salary, in JobTypes.",
            )
        return False

    def check_names(self) -> None:
        """Columns that would stand twice in a table."""
        names = [("Schools", name) for name in self.plan.schools.columns]
        names += [("Enrollment", name) for name in (*ENROLLMENT_KEYS, *self.plan.groups)]
        if any(rule.shared for rule in self.plan.rules):
            names += [("Schools", OWN_CAMPUS), ("Schools", sharing.ORDER)]
        names += [(scope.table, name) for scope in self.scopes.values() for name in scope.inputs]
        seen: set[tuple[str, str]] = set()
        for table, column in [*names, *self.steps]:
            key = (table, column.casefold())
            if key in seen:
                self.findings.append(
                    Finding(
                        "error",
                        f'two columns of {table} would be called "{column}".',
                        "Rename the column, rate or line: names of Schools, Enrollment, Rates and results must differ.",
                        sheet=table,
                        table=table,
                    )
                )
            seen.add(key)

    def program(self) -> Program:
        """The program as far as it came."""
        formulas = {
            (scope.table, name): text for scope in reversed(self.scopes.values()) for name, text in scope.inputs.items()
        }
        checks = {
            (scope.table, f"{name} ties"): text for scope in self.scopes.values() for name, text in scope.ties.items()
        }
        costed = {rules[0].line.casefold() for rules in self.by_line.values() if rules[0].job_type}
        used = {table for table, _ in (*formulas, *self.steps)}
        texts = [*formulas.values(), *self.steps.values()]
        tables = program_tables(self.plan, costed, used, " ".join(texts))
        given = {
            (table, column): parse(f"={text}").live(table).removeprefix("=")
            for table, columns in GIVEN.items()
            for column, text in columns(self.plan, tables).items()
        }
        return Program(
            plan=self.plan,
            tables=tables,
            formulas=given | formulas | self.steps,
            checks=checks,
            lines=tuple(self.lines),
        )
