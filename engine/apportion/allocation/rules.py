"""From the rows of Rules to columns of live formulas.

The order of a rule: filter, count at its grain, threshold, rate, amount, rounding, all at that grain; then the sum
to the school, minimum and maximum. A line adds up its rules and its adjustments, and its dollars are its FTE at the
cost of its job type, rounded to the cent. Every step is one column of Schools or Enrollment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from apportion.allocation.result import Line
from apportion.allocation.scope import ENROLLMENT_KEYS, Scope, criterion, escaped, quoted, this_row
from apportion.errors import Finding, did_you_mean
from apportion.formula import parse
from apportion.formula.tree import Binary, Call
from apportion.rounding import step_formula
from apportion.schema import SCHOOL_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from apportion.allocation.plan import Plan, Rule

# What every plan computes: the cost of a job type, and what an adjustment is worth.
GIVEN = {
    ("JobTypes", "Cost"): 'IF([@[Average cost]]="",[@Salary]*(1+[@[Fringe %]])+[@[Fringe flat]],[@[Average cost]])',
    ("Adjustments", "Amount"): "[@Dollars]+[@FTE]*[@[Cost each]]",
}
COMPARISONS = ("=", "<>", "<", ">", "<=", ">=")
CONDITIONS = ("AND", "OR", "NOT", "ISBLANK", "ISNUMBER", "ISTEXT", "ISERROR")
COST_COLUMNS = ["Job type", "Year", "Salary", "Fringe %", "Fringe flat", "Average cost"]


@dataclass(frozen=True)
class RuleSteps:
    """The columns in which one rule comes about; "" where it has no such step.

    `applies`, `count`, `rate`, `reached` (filter and threshold), `earned` and `rounded` are columns of the grain's
    table; `school_reached` and `result` are columns of Schools. `least` and `most` are a school's limits and
    `threshold` the grain's: a number, or the column with the rate.
    """

    rule: Rule
    table: str
    applies: str
    count: str
    rate: str
    reached: str
    earned: str
    rounded: str
    school_reached: str
    result: str
    least: str | float | None = None
    most: str | float | None = None
    threshold: str | float | None = None


@dataclass(frozen=True)
class LineSteps:
    """One line: its rules and the columns of Schools with its FTE ("" when it has none) and dollars."""

    line: Line
    rules: tuple[RuleSteps, ...]
    fte: str
    dollars: str


@dataclass(frozen=True)
class Program:
    """A compiled plan: the tables as they are evaluated, and the live formula of every column that is computed.

    `formulas` maps (table, column) to text without `=`, in the order in which people read it; `checks` are formulas
    whose only use is to find what is wrong.
    """

    plan: Plan
    tables: Mapping[str, pd.DataFrame]
    formulas: Mapping[tuple[str, str], str]
    checks: Mapping[tuple[str, str], str]
    lines: tuple[LineSteps, ...]


def as_condition(text: str) -> str:
    """The text of a formula that gives TRUE or FALSE where this one is true or not; an empty text stays empty."""
    tree = parse(f"={text}").tree if text else None
    compares = isinstance(tree, Binary) and tree.operator in COMPARISONS
    plain = tree is None or compares or (isinstance(tree, Call) and tree.function in CONDITIONS)
    return text if plain else f"IF({text},TRUE,FALSE)"


def compile_plan(plan: Plan) -> tuple[Program, list[Finding]]:
    """The program of a plan and what is wrong with its rules, all at once."""
    compiler = _Compiler(plan)
    for rules in compiler.by_line.values():
        compiler.add_line(rules)
    compiler.check_names()
    of_rates = [finding for scope in compiler.scopes.values() for finding in scope.findings]
    return compiler.program(), [*compiler.findings, *dict.fromkeys(of_rates)]


class _Compiler:
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
        self.costs = {name.casefold(): name for name in plan.costs["Job type"]}
        results = [
            f"{line} {unit}"
            for line, rules in self.by_line.items()
            for unit in (("FTE", "dollars") if self.has_fte(rules) else ("dollars",))
        ]
        self.scopes = {grain: Scope(plan, grain, results) for grain in ("school", "school and model")}
        self.scopes["school"].other = self.scopes["school and model"]
        self.scopes["school and model"].other = self.scopes["school"]

    def has_fte(self, rules: list[Rule]) -> bool:
        return any(rule.gives_fte for rule in rules) or rules[0].line.casefold() in self.fte_adjusted

    def report(self, rule: Rule, column: str) -> Callable[[str, str], None]:
        def say(what: str, remedy: str) -> None:
            self.findings.append(self.plan.intake.finding("error", "Rules", rule.index, column, what, remedy))

        return say

    def step(self, table: str, column: str, text: str) -> str:
        self.steps[table, column] = parse(f"={text}").live(table).removeprefix("=")
        return column

    def add_line(self, rules: list[Rule]) -> None:
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
        missing = [column for column in rule.method.asks if rule.fields[column] in ("", None)]
        for column in missing:
            self.report(rule, column)(f'method "{rule.method.name}" needs {column}, which is empty.', f"Fill {column}.")
        scope, before = self.scopes[rule.grain], len(self.findings)
        table = scope.table
        applies = self.step(table, f"{rule.label} applies", self._filter(rule, scope))
        count = self._count(rule, scope)
        rate = self._rate(rule, scope)
        reached = self._reached(rule, scope, applies, count)
        amount = "" if missing else self._amount(rule, scope, count, rate)
        if len(self.findings) > before or missing or any(each.findings for each in self.scopes.values()):
            return None
        live = self.steps[table, reached] == "TRUE"
        earned = self.step(table, f"{rule.label} earned", amount if live else f"IF({this_row(reached)},{amount},0)")
        rounded = self._rounded(rule, table, earned)
        school_reached, result = self._to_school(rule, table, reached, rounded or earned)
        result = self._limited(rule, school_reached, result)
        least, most = (self._limit(each, rule, "school") for each in (rule.minimum, rule.maximum))
        threshold = self._limit(rule.threshold, rule, rule.grain)
        return RuleSteps(
            rule, table, applies, count, rate, reached, earned, rounded, school_reached, result, least, most,
            threshold,
        )  # fmt: skip

    def _filter(self, rule: Rule, scope: Scope) -> str:
        condition = ""
        if rule.applies_to:
            condition = as_condition(scope.live(rule.applies_to, self.report(rule, "Applies to"), rule.group))
        named = parse(f"={rule.applies_to.removeprefix('=')}").references if condition else ()
        if any((each.column or "").casefold() == "type" and self._of_schools(each.table) for each in named):
            return condition
        if set(self.plan.schools["Type"]) <= set(SCHOOL_TYPES):
            return condition or "TRUE"
        school = this_row(scope.is_school())
        return f"IF({school},{condition},FALSE)" if condition else school

    @staticmethod
    def _of_schools(table: str | None) -> bool:
        return table is None or table.casefold() in ("schools", "enrollment")

    def _count(self, rule: Rule, scope: Scope) -> str:
        if not rule.group:
            return ""
        known = {name.casefold(): name for name in self.plan.groups}
        if rule.group.casefold() not in known:
            self.report(rule, "Group")(
                f'there is no counted group "{rule.group}" in Enrollment.',
                did_you_mean(rule.group, self.plan.groups) or "Add the column to Enrollment.",
            )
            return ""
        group = scope.count(known[rule.group.casefold()])
        return self.step(scope.table, f"{rule.label} count", this_row(group))

    def _rate(self, rule: Rule, scope: Scope) -> str:
        if "Rate" not in rule.method.asks or rule.method.name == "banded FTE" or rule.rate is None:
            return ""
        text = scope.value(rule.rate, rule.group, self.report(rule, "Rate"))
        return self.step(scope.table, f"{rule.label} rate", text) if text else ""

    def _reached(self, rule: Rule, scope: Scope, applies: str, count: str) -> str:
        if rule.threshold is None:
            return applies
        if not rule.group:
            self.report(rule, "Threshold")("a threshold needs a counted group.", "Fill Group, or empty Threshold.")
            return applies
        threshold = scope.value(rule.threshold, rule.group, self.report(rule, "Threshold"))
        if not threshold or not count:
            return applies
        met = f"{this_row(count)}>={threshold}"
        filtered = self.steps[scope.table, applies] != "TRUE"
        text = f"AND({this_row(applies)},{met})" if filtered else met
        return self.step(scope.table, f"{rule.label} reached", text)

    def _amount(self, rule: Rule, scope: Scope, count: str, rate: str) -> str:
        words = {"count": this_row(count), "rate": this_row(rate), "band": "", "formula": ""}
        if rule.method.name == "banded FTE":
            words["band"] = criterion(self._band(rule))
        if "Formula" in rule.method.asks:
            words["formula"] = scope.live(rule.formula, self.report(rule, "Formula"), rule.group)
        return rule.method.formula.format(**words)

    def _band(self, rule: Rule) -> str:
        known = {str(name).casefold(): str(name) for name in self.plan.bands["Band"]}
        asked = format(rule.rate, "g") if isinstance(rule.rate, float) else str(rule.rate)
        if asked.casefold() not in known:
            near = did_you_mean(asked, known.values())
            self.report(rule, "Rate")(f'there is no band "{asked}".', f"{near} Add its steps to Bands.".strip())
        return known.get(asked.casefold(), asked)

    def _rounded(self, rule: Rule, table: str, earned: str) -> str:
        if rule.rounding == "none":
            return ""
        step = rule.step if rule.step is not None else (1.0 if rule.gives_fte else 0.01)
        if step <= 0:
            self.report(rule, "Step")("a step is larger than 0.", "Write 1, 0.5, 0.2, 0.1 or 0.01.")
            return ""
        return self.step(table, f"{rule.label} rounded", step_formula(this_row(earned), step, rule.rounding))

    def _to_school(self, rule: Rule, table: str, reached: str, amount: str) -> tuple[str, str]:
        """The columns of Schools with whether a school is reached, and with its sum over instructional models."""
        if table == "Schools":
            return reached, amount
        same = f"{table}[School],[@Code]"
        anywhere = self.step("Schools", f"{rule.label} reached", f"COUNTIFS({same},{table}[{escaped(reached)}],TRUE)>0")
        total = self.step("Schools", f"{rule.label} together", f"SUMIFS({table}[{escaped(amount)}],{same})")
        return anywhere, total

    def _limited(self, rule: Rule, reached: str, result: str) -> str:
        scope = self.scopes["school"]
        least = scope.value(rule.minimum, rule.group, self.report(rule, "Minimum"))
        most = scope.value(rule.maximum, rule.group, self.report(rule, "Maximum"))
        if not least and not most:
            return result
        text = f"MAX({this_row(result)},{least})" if least else this_row(result)
        text = f"MIN({text},{most})" if most else text
        if self.steps["Schools", reached] != "TRUE":
            text = f"IF({this_row(reached)},{text},0)"
        return self.step("Schools", f"{rule.label} limited", text)

    def _limit(self, given: float | str | None, rule: Rule, grain: str) -> float | str | None:
        """A limit as a number, or as the column of the grain's table in which its rate stands."""
        scope = self.scopes[grain]
        if not isinstance(given, str):
            return given
        return scope.rate(given, rule.group, lambda *_: None) if scope.has_rate(given) else None

    def _fte(self, line: str, made: list[RuleSteps]) -> str:
        parts = [this_row(steps.result) for steps in made if steps.rule.gives_fte]
        if line.casefold() in self.fte_adjusted:
            parts.append(self._adjusted("FTE", line))
        return self.step("Schools", f"{line} FTE", "+".join(parts) or "0")

    def _dollars(self, first: Rule, made: list[RuleSteps], fte: str) -> str:
        parts = []
        if fte and first.job_type and self._has_cost(first):
            job = quoted(self.costs[first.job_type.casefold()])
            parts.append(f"{this_row(fte)}*INDEX(JobTypes[Cost],MATCH({job},JobTypes[Job type],0))")
        parts += [this_row(steps.result) for steps in made if not steps.rule.gives_fte]
        if first.line.casefold() in self.adjusted:
            parts.append(self._adjusted("Amount", first.line))
        return self.step("Schools", f"{first.line} dollars", f"ROUND({'+'.join(parts)},2)" if parts else "0")

    def _adjusted(self, column: str, line: str) -> str:
        return f"SUMIFS(Adjustments[{column}],Adjustments[School],[@Code],Adjustments[Line],{criterion(line)})"

    def _has_cost(self, rule: Rule) -> bool:
        name = self.costs.get(rule.job_type.casefold())
        cost = self.plan.costs.loc[self.plan.costs["Job type"] == name, "Cost"] if name else pd.Series(dtype=float)
        if len(cost) and not np.isnan(cost.iloc[0]):
            return True
        if name or rule.job_type.casefold() in self.plan.intake.frames["JobTypes"]["Job type"].str.casefold().tolist():
            self.report(rule, "Job type")(
                f'job type "{rule.job_type}" has no cost for FY{self.plan.scenario.year}.',
                "Fill Average cost, or Salary, in JobTypes.",
            )
        return False

    def check_names(self) -> None:
        """Columns that would stand twice in a table, and the adjustments and costs that rules leave open."""
        names = [("Schools", name) for name in (*self.plan.schools.columns, *self.scopes["school"].inputs)]
        names += [
            ("Enrollment", name)
            for name in (*ENROLLMENT_KEYS, *self.plan.groups, *self.scopes["school and model"].inputs)
        ]
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
        formulas = {
            (scope.table, name): text for scope in reversed(self.scopes.values()) for name, text in scope.inputs.items()
        }
        checks = {
            (scope.table, f"{name} ties"): text for scope in self.scopes.values() for name, text in scope.ties.items()
        }
        plan = self.plan
        given = {
            (table, column): parse(f"={text}").live(table).removeprefix("=") for (table, column), text in GIVEN.items()
        }
        costed = {rules[0].line.casefold() for rules in self.by_line.values() if rules[0].job_type}
        return Program(
            plan=plan,
            tables=program_tables(plan, costed),
            formulas=given | formulas | self.steps,
            checks=checks,
            lines=tuple(self.lines),
        )


def program_tables(plan: Plan, costed_lines: set[str]) -> dict[str, pd.DataFrame]:
    """The tables that the formulas see: of this scenario alone, blank texts as blanks.

    An adjustment's `Cost each` is the cost of its own job type where its line has none.
    """
    costs = dict(zip(plan.costs["Job type"].str.casefold(), plan.costs["Cost"].fillna(0.0), strict=True))
    own_cost = [
        0.0 if line in costed_lines else costs.get(job, 0.0)
        for line, job in zip(
            plan.adjustments["Line"].str.casefold(), plan.adjustments["Job type"].str.casefold(), strict=True
        )
    ]
    adjustments = plan.adjustments[["School", "Line", "FTE", "Dollars", "Reason"]].assign(**{"Cost each": own_cost})
    tables = {
        "Schools": plan.schools,
        "Enrollment": plan.counts[[*ENROLLMENT_KEYS, *plan.groups]],
        "Rates": plan.rates[["Key", "Rate", "Model", "Student group", "Where", "Value", "Unit", "Source"]],
        "Bands": plan.bands[["Band", "From", "To", "Value", "Source"]],
        "JobTypes": plan.costs[COST_COLUMNS],
        "Adjustments": adjustments,
        **plan.own_tables,
    }
    return {name: _blanks(frame.reset_index(drop=True)) for name, frame in tables.items()}


def _blanks(frame: pd.DataFrame) -> pd.DataFrame:
    texts = [name for name in frame.columns if frame[name].dtype == object]
    return frame.assign(**{name: frame[name].where(frame[name] != "", None) for name in texts})
