"""Why a school got what it got, in one sentence with its own numbers.

The words come from the method's sentence template; the numbers from the very columns that were evaluated.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

from apportion.formula import parse
from apportion.rounding import cents

if TYPE_CHECKING:
    from apportion.allocation.plan import Rule
    from apportion.allocation.rules import LineSteps, Program, RuleSteps
    from apportion.formula import Run

STUDENT_WORDS = ("enrollment", "total enrollment", "students", "all students", "total students", "total")
ROUNDING_WORDS = {"half up": "rounded half up", "up": "rounded up", "down": "rounded down", "truncate": "truncated"}


def number(value: object, digits: int = 3) -> str:
    """A number as people write it: thousands separated, at most `digits` decimals, none that are 0.

    >>> number(1412.0), number(4.70666), number("High")
    ('1,412', '4.707', 'High')
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value).upper() if isinstance(value, bool) else "blank" if value is None else str(value)
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def dollars(value: float) -> str:
    """Dollars and cents, with the further digits of a cost that has them.

    >>> dollars(130086.0), dollars(-12.5), dollars(48850.090247)
    ('$130,086.00', '-$12.50', '$48,850.090247')
    """
    digits = next((n for n in range(2, 7) if math.isclose(round(value, n), value, rel_tol=1e-12)), 6)
    return f"{'-' if value < 0 else ''}${abs(value):,.{digits}f}"


def fte(value: float, step: float | None = None) -> str:
    """FTE with the decimals of the step to which it was rounded, at least one.

    >>> fte(2.0), fte(2.25), fte(3.0, 0.01)
    ('2.0', '2.25', '3.00')
    """
    least = 2 if step is not None and not (step * 10).is_integer() else 1
    digits = next((n for n in range(least, 5) if math.isclose(round(value, n), value, abs_tol=1e-9)), 3)
    return f"{value:,.{digits}f}"


class Sentences:
    """The sentences of one run of a program; columns are fetched once, when they are first spoken of."""

    def __init__(self, program: Program, run: Run) -> None:
        self.program = program
        self.run = run
        self._columns: dict[tuple[str, str], list[Any]] = {}

    def why(self, line: LineSteps, school: int) -> str:
        """Why a line came out as it did at a school (by its row in Schools)."""
        parts = [
            self._rule(steps, school) for steps in line.rules if self._value("Schools", steps.school_reached, school)
        ]
        adjustments = self._adjustments.get((line.line.name.casefold(), self._code(school)), [])
        if not parts and not adjustments:
            return self._nothing(line, school)
        amount = self._value("Schools", line.dollars, school)
        told = "; ".join(part for part in parts if part)
        for fte_added, dollars_added, reason in adjustments:
            told += self._adjusted(fte_added, dollars_added, reason, first=not told)
        return self._costed(line, school, told, amount, adjusted=bool(adjustments)) + "."

    def _costed(self, line: LineSteps, school: int, told: str, amount: float, *, adjusted: bool) -> str:
        if not line.fte:
            return f"{told} = {dollars(amount)}" if adjusted and not told.endswith(dollars(amount)) else told
        got = self._value("Schools", line.fte, school)
        step = line.rules[0].rule.step if line.rules else None
        shown = f"{fte(got, step)} FTE"
        told = told if told.endswith(shown) or told.startswith(f"{shown} for each") else f"{told} = {shown}"
        cost = self._cost(line)
        return f"{told} x {dollars(cost)} = {dollars(amount)}" if cost is not None and got else told

    def _adjusted(self, fte_added: float, dollars_added: float, reason: str, *, first: bool) -> str:
        told = ""
        for added, shown in ((fte_added, f"{fte(abs(fte_added))} FTE"), (dollars_added, dollars(abs(dollars_added)))):
            if added:
                lead = ", less " if added < 0 else ", plus "
                begin = "Adjustment of -" if added < 0 else "Adjustment of "
                told += (begin if first and not told else lead) + shown
        return f"{told} ({reason})" if told else ""

    def _nothing(self, line: LineSteps, school: int) -> str:
        for steps in line.rules:
            if (
                steps.table == "Schools"
                and self._value("Schools", steps.applies, school)
                and steps.reached != steps.applies
            ):
                count, unit = self._value("Schools", steps.count, school), self._unit(steps.rule)
                threshold = self._given(steps.rule.threshold)
                return f"{number(count)} {unit} are below the threshold of {threshold}: nothing."
        if not line.rules:
            return "Nothing was entered for this school."
        conditions = " or ".join(steps.rule.applies_to for steps in line.rules if steps.rule.applies_to)
        return f"Not reached: {conditions or 'the rule is for schools'}."

    def _rule(self, steps: RuleSteps, school: int) -> str:
        if steps.table == "Schools":
            told = self._rule_at(steps, school, "")
        else:
            rows = [
                row for row in self._rows_of.get(self._code(school), []) if self._value(steps.table, steps.reached, row)
            ]
            told = "; ".join(
                self._rule_at(steps, row, f"{self._value(steps.table, 'Instructional model', row)}: ") for row in rows
            )
            if len(rows) > 1:
                unlimited = f"{steps.rule.label} together"
                told += f"; together {self._amount(steps.rule, self._value('Schools', unlimited, school))}"
        return told + self._limits(steps, school)

    def _limits(self, steps: RuleSteps, school: int) -> str:
        before = steps.rounded or steps.earned if steps.table == "Schools" else f"{steps.rule.label} together"
        if steps.result == before:
            return ""
        was, now = (self._value("Schools", column, school) for column in (before, steps.result))
        if now > was:
            return f", raised to the minimum = {self._amount(steps.rule, now)}"
        return f", held to the maximum = {self._amount(steps.rule, now)}" if now < was else ""

    def _rule_at(self, steps: RuleSteps, row: int, lead: str) -> str:
        rule, table = steps.rule, steps.table
        earned = self._value(table, steps.earned, row)
        words = {
            "count": number(self._value(table, steps.count, row)) if steps.count else "",
            "unit": self._unit(rule),
            "rate": self._rate(steps, row),
            "place": "school" if table == "Schools" else "instructional model",
            "band": rule.rate,
            "formula": rule.formula.removeprefix("="),
            "substituted": self._substituted(rule, table, row) if rule.formula else "",
            "earned": self._earned(steps, earned),
        }
        told = lead + rule.method.sentence.format(**words).replace(f"{words['formula']} = {words['formula']} = ", "")
        if not steps.rounded:
            return told
        rounded = self._value(table, steps.rounded, row)
        step = rule.step if rule.step is not None else (1.0 if rule.gives_fte else 0.01)
        return f"{told}, {ROUNDING_WORDS[rule.rounding]} to {step:g} = {self._amount(rule, rounded)}"

    def _earned(self, steps: RuleSteps, earned: float) -> str:
        if steps.rule.gives_fte:
            return number(earned) if steps.rounded else f"{fte(earned)} FTE"
        return dollars(earned if steps.rounded else float(cents(earned)))

    def _substituted(self, rule: Rule, table: str, row: int) -> str:
        """The author's formula with this school's values in place of the names."""
        text = rule.formula if rule.formula.startswith("=") else f"={rule.formula}"
        for reference in sorted(parse(text).references, key=lambda each: -each.start):
            column = reference.column if reference.this_row else reference.name
            if column is None or (reference.this_row and (reference.table or table).casefold() != table.casefold()):
                continue
            known = self._known[table].get(column.casefold())
            if known is None:
                continue
            value = self._value(table, known, row)
            shown = f'"{value}"' if isinstance(value, str) else number(value, 6).replace(",", "")
            text = text[: reference.start] + shown + text[reference.end :]
        return text.removeprefix("=")

    def _rate(self, steps: RuleSteps, row: int) -> str:
        if not steps.rate:
            return ""
        value = self._value(steps.table, steps.rate, row)
        return dollars(value) if not steps.rule.gives_fte else number(value)

    def _given(self, value: float | str | None) -> str:
        return number(value) if not isinstance(value, str) else value

    def _amount(self, rule: Rule, value: float) -> str:
        return f"{fte(value, rule.step)} FTE" if rule.gives_fte else dollars(value)

    def _unit(self, rule: Rule) -> str:
        return "students" if rule.group.casefold() in STUDENT_WORDS else rule.group

    def _cost(self, line: LineSteps) -> float | None:
        jobs = [str(job).casefold() for job in self._column("JobTypes", "Job type")]
        job = line.line.job_type.casefold()
        return self._column("JobTypes", "Cost")[jobs.index(job)] if job in jobs else None

    def _code(self, school: int) -> str:
        return str(self._column("Schools", "Code")[school])

    def _value(self, table: str, column: str, row: int) -> Any:
        return self._column(table, column)[row]

    def _column(self, table: str, column: str) -> list[Any]:
        key = (table, column)
        if key not in self._columns:
            self._columns[key] = self.run.column(column, table).values()
        return self._columns[key]

    @cached_property
    def _known(self) -> dict[str, dict[str, str]]:
        """The columns of each table by their names in lower case."""
        known = {
            table: {name.casefold(): name for name in frame.columns} for table, frame in self.program.tables.items()
        }
        for table, column in self.program.formulas:
            known[table][column.casefold()] = column
        return known

    @cached_property
    def _rows_of(self) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for row, code in enumerate(self._column("Enrollment", "School")):
            rows.setdefault(str(code), []).append(row)
        return rows

    @cached_property
    def _adjustments(self) -> dict[tuple[str, str], list[tuple[float, float, str]]]:
        found: dict[tuple[str, str], list[tuple[float, float, str]]] = {}
        frame = self.program.tables["Adjustments"]
        for line, code, *rest in zip(
            frame["Line"], frame["School"], frame["FTE"], frame["Dollars"], frame["Reason"], strict=True
        ):
            found.setdefault((line.casefold(), code), []).append((rest[0], rest[1], rest[2] or "no reason given"))
        return found
