"""Why a school got what it got, in one sentence with its own numbers.

The words come from the method's sentence template; the numbers from the very columns that were evaluated.
"""

from __future__ import annotations

import math
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from apportion.formula import parse
from apportion.rounding import cents

if TYPE_CHECKING:
    from apportion.allocation.plan import Rule
    from apportion.allocation.rules import LineSteps, Program, RuleSteps
    from apportion.formula import Reference, Run

STUDENT_WORDS = ("enrollment", "total enrollment", "students", "all students", "total students", "total")
ONE = re.compile(r"\b(students|learners|pupils|children)\b", re.IGNORECASE)
SINGULAR = {"students": "student", "learners": "learner", "pupils": "pupil", "children": "child"}
EXACT = 8  # decimals that lead from FTE to the right cent
NOT_THERE = object()
ROUNDING_WORDS = {"half up": "rounded half up", "up": "rounded up", "down": "rounded down", "truncate": "truncated"}


def number(value: object, digits: int = 3) -> str:
    """A number as people write it: thousands separated, at most `digits` decimals, none that are 0.

    >>> number(1412.0), number(4.70666), number("High")
    ('1,412', '4.707', 'High')
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value).upper() if isinstance(value, bool) else "blank" if value is None else str(value)
    if float(value).is_integer():
        return f"{value:,.0f}"
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def dollars(value: float) -> str:
    """Dollars and cents, with the further digits of a cost that has them.

    >>> dollars(130086.0), dollars(-12.5), dollars(48850.090247)
    ('$130,086.00', '-$12.50', '$48,850.090247')
    """
    digits = 2 if round(value, 2) == value else _decimals_of_dollars(value)
    return f"{'-' if value < 0 else ''}${abs(value):,.{digits}f}"


def _decimals_of_dollars(value: float) -> int:
    return next((n for n in range(2, 7) if math.isclose(round(value, n), value, rel_tol=1e-12)), 6)


def fte(value: float, step: float | None = None) -> str:
    """FTE with the decimals of the step to which it was rounded, at least one; as many as lead to its cost.

    >>> fte(2.0), fte(2.25), fte(3.0, 0.01), fte(1 / 3)
    ('2.0', '2.25', '3.00', '0.33333333')
    """
    least = 2 if step is not None and not (step * 10).is_integer() else 1
    digits = next((n for n in range(least, EXACT) if math.isclose(round(value, n), value, abs_tol=1e-9)), EXACT)
    return f"{value:,.{digits}f}"


def _steps_of(value: float, step: float, mode: str) -> int:
    """How many steps an amount is rounded to."""
    parts = abs(value) / step
    if mode == "up":
        return math.ceil(parts - 1e-9)
    return math.floor(parts + (0.5 if mode == "half up" else 0) + 1e-9)


def _step(rule: Rule) -> float | None:
    return rule.step if rule.rounding != "none" else None


def _added(amount: str, *, less: bool, first: bool) -> str:
    lead = ("Adjustment of -" if less else "Adjustment of ") if first else ", less " if less else ", plus "
    return lead + amount


class Adjustment(NamedTuple):
    """What an adjustment adds; `cost` is what one of its FTE costs where the line has no job type of its own."""

    fte: float
    dollars: float
    cost: float
    reason: str


class Sentences:
    """The sentences of one run of a program; columns are fetched once, when they are first spoken of."""

    def __init__(self, program: Program, run: Run) -> None:
        self.program = program
        self.run = run
        self._columns: dict[tuple[str, str], list[Any]] = {}
        self._read: dict[tuple[str, str], list[tuple[Reference, str]]] = {}

    def why(self, line: LineSteps, school: int) -> str:
        """Why a line came out as it did at a school (by its row in Schools)."""
        reached = [steps for steps in line.rules if self._value("Schools", steps.school_reached, school)]
        adjustments = self._adjustments.get((line.line.name.casefold(), self._code(school)), [])
        if not reached and not adjustments:
            return self._nothing(line, school)
        cost = self._cost(line)
        staff = [self._rule(steps, school) for steps in reached if steps.rule.gives_fte]
        money = [self._rule(steps, school) for steps in reached if not steps.rule.gives_fte]
        added = [(each.fte, each.reason) for each in adjustments if each.fte and cost is not None]
        told, parts = self._staff(line, school, staff, added, cost)
        if money:
            told, parts = "; ".join([told, *money] if told else money), parts + len(money)
        for each in adjustments:
            if each.dollars:
                told += _added(dollars(abs(each.dollars)), less=each.dollars < 0, first=not told) + f" ({each.reason})"
            if each.fte and cost is None:
                amount = f"{fte(abs(each.fte))} FTE {f'x {dollars(each.cost)}' if each.cost else 'without a cost'}"
                told += _added(amount, less=each.fte < 0, first=not told) + f" ({each.reason})"
            parts += bool(each.dollars) + bool(each.fte and cost is None)
        amount = dollars(self._value("Schools", line.dollars, school))
        complete = told.endswith(amount) if parts == 1 else not parts
        return f"{told or 'Nothing was entered'}." if complete else f"{told} = {amount}."

    def _staff(
        self, line: LineSteps, school: int, rules: list[str], added: list[tuple[float, str]], cost: float | None
    ) -> tuple[str, int]:
        """The FTE of a line and what they cost; and 1 when they cost something, 0 otherwise."""
        told = "; ".join(rules)
        for each, reason in added:
            told += _added(f"{fte(abs(each))} FTE", less=each < 0, first=not told) + f" ({reason})"
        if not told:
            return "", 0
        got = sum(self._value("Schools", steps.result, school) for steps in line.rules if steps.rule.gives_fte)
        got = self._value("Schools", line.fte, school) if cost is not None else got
        shown = f"{fte(got, _step(line.rules[0].rule) if line.rules else None)} FTE"
        whole = len(rules) + len(added) == 1 and (told.endswith(shown) or told.startswith(f"{shown} for each"))
        told = told if whole else f"{told} = {shown}"
        if cost is None:
            return f"{told}, without a cost", 0
        return (f"{told} x {dollars(cost)} = {dollars(self._cents(line.fte, cost)[school])}", 1) if got else (told, 0)

    def _nothing(self, line: LineSteps, school: int) -> str:
        for steps in line.rules:
            if steps.reached == steps.applies:
                continue
            rows = [school] if steps.table == "Schools" else self._rows_of.get(self._code(school), [])
            below = [row for row in rows if self._value(steps.table, steps.applies, row)]
            if below:
                return "; ".join(self._below(steps, row) for row in below) + ": nothing."
        if not line.rules:
            return "Nothing was entered for this school."
        if all(steps.table == "Enrollment" for steps in line.rules) and self._code(school) not in self._rows_of:
            return "Not reached: the school has no row in Enrollment."
        conditions = " or ".join(steps.rule.applies_to for steps in line.rules if steps.rule.applies_to)
        return f"Not reached: {conditions or 'the rule is for schools'}."

    def _below(self, steps: RuleSteps, row: int) -> str:
        count = self._value(steps.table, steps.count, row)
        limit = steps.threshold
        limit = self._value(steps.table, limit, row) if isinstance(limit, str) else limit
        lead = "" if steps.table == "Schools" else f"{self._value(steps.table, 'Instructional model', row)}: "
        verb = "is" if count == 1 else "are"
        counted = f"{number(count, EXACT)} {self._unit(steps.rule, count)} {verb}"
        return f"{lead}{counted} below the threshold of {number(limit, EXACT)}"

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
        count = self._value(table, steps.count, row) if steps.count else 0.0
        words = {
            "count": number(count, EXACT),
            "unit": self._unit(rule, count),
            "rate": self._rate(steps, row),
            "place": "school" if table == "Schools" else "instructional model",
            "band": rule.rate,
            "formula": rule.formula.removeprefix("="),
            "substituted": self._substituted(rule, table, row) if "Formula" in rule.method.asks else "",
            "earned": self._earned(steps, earned, row),
        }
        told = lead + rule.method.sentence.format(**words).replace(f"{words['formula']} = {words['formula']} = ", "")
        if not steps.rounded:
            return told
        rounded = self._value(table, steps.rounded, row)
        step = rule.step if rule.step is not None else (1.0 if rule.gives_fte else 0.01)
        return f"{told}, {ROUNDING_WORDS[rule.rounding]} to {step:g} = {self._amount(rule, rounded)}"

    def _earned(self, steps: RuleSteps, earned: float, row: int) -> str:
        if steps.rule.gives_fte:
            return self._before_rounding(steps.rule, earned) if steps.rounded else f"{fte(earned)} FTE"
        alone = steps.table == "Schools" and steps.result == steps.earned
        return dollars(self._cents(steps.earned, 1.0)[row] if alone else earned)

    @staticmethod
    def _before_rounding(rule: Rule, earned: float) -> str:
        """With three decimals, or with as many as it takes to be rounded to the same FTE."""
        step = rule.step if rule.step is not None else 1.0
        rounded = _steps_of(earned, step, rule.rounding)
        digits = (n for n in range(3, EXACT) if _steps_of(round(earned, n), step, rule.rounding) == rounded)
        return number(earned, next(digits, EXACT))

    def _substituted(self, rule: Rule, table: str, row: int) -> str:
        """The author's formula with this school's values in place of the names."""
        text = rule.formula if rule.formula.startswith("=") else f"={rule.formula}"
        for reference, column in self._references(text, table):
            by_group = f"{column} ({rule.group})"
            name = by_group if reference.name and by_group.casefold() in self._known[table] else column
            value = self._named(table, name, row)
            if value is NOT_THERE:
                continue
            shown = f'"{value}"' if isinstance(value, str) else number(value, 10).replace(",", "")
            shown = f"({shown})" if shown.startswith("-") else '""' if value is None else shown
            text = text[: reference.start] + shown + text[reference.end :]
        return text.removeprefix("=")

    def _references(self, text: str, table: str) -> list[tuple[Reference, str]]:
        """What a formula names in its own row, with the column or rate, last in the text first."""
        if (text, table) not in self._read:
            found = [
                (each, each.column if each.this_row else each.name)
                for each in sorted(parse(text).references, key=lambda each: -each.start)
                if not each.this_row or (each.table or table).casefold() == table.casefold()
            ]
            self._read[text, table] = [(each, name) for each, name in found if name is not None]
        return self._read[text, table]

    def _named(self, table: str, column: str, row: int) -> Any:
        """What a name stands for in a row; at the finer grain also a characteristic of the row's school."""
        known = self._known[table].get(column.casefold())
        if known is not None:
            return self._value(table, known, row)
        known = self._known["Schools"].get(column.casefold())
        if table == "Schools" or known is None:
            return NOT_THERE
        return self._value("Schools", known, self._row_of[str(self._value(table, "School", row))])

    def _rate(self, steps: RuleSteps, row: int) -> str:
        if not steps.rate:
            return ""
        value = self._value(steps.table, steps.rate, row)
        return dollars(value) if not steps.rule.gives_fte else number(value, EXACT)

    def _amount(self, rule: Rule, value: float) -> str:
        return f"{fte(value, _step(rule))} FTE" if rule.gives_fte else dollars(value)

    def _unit(self, rule: Rule, count: float) -> str:
        unit = "students" if rule.group.casefold() in STUDENT_WORDS else rule.group
        return ONE.sub(lambda found: SINGULAR[found[0].casefold()], unit, count=1) if count == 1 else unit

    def _cost(self, line: LineSteps) -> float | None:
        return self._costs.get(line.line.job_type.casefold()) if line.fte else None

    @cached_property
    def _costs(self) -> dict[str, float]:
        jobs = (str(job).casefold() for job in self._column("JobTypes", "Job type"))
        return dict(zip(jobs, self._column("JobTypes", "Cost"), strict=True))

    def _code(self, school: int) -> str:
        return str(self._column("Schools", "Code")[school])

    def _value(self, table: str, column: str, row: int) -> Any:
        return self._column(table, column)[row]

    def _column(self, table: str, column: str) -> list[Any]:
        key = (table, column)
        if key not in self._columns:
            self._columns[key] = self.run.column(column, table).values()
        return self._columns[key]

    def _cents(self, column: str, each: float) -> list[float]:
        """A column of Schools times a cost, to the cent: of all schools at once, as one by one would be slow."""
        key = (f"{each!r}", column)
        if key not in self._columns:
            self._columns[key] = cents(self.run.column(column).numbers() * each).tolist()
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
    def _row_of(self) -> dict[str, int]:
        return {str(code): row for row, code in enumerate(self._column("Schools", "Code"))}

    @cached_property
    def _rows_of(self) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for row, code in enumerate(self._column("Enrollment", "School")):
            rows.setdefault(str(code), []).append(row)
        return rows

    @cached_property
    def _adjustments(self) -> dict[tuple[str, str], list[Adjustment]]:
        found: dict[tuple[str, str], list[Adjustment]] = {}
        for each in self.program.tables["Adjustments"].to_dict("records"):
            reason = str(each["Reason"] or "no reason given").rstrip(".")
            made = Adjustment(each["FTE"], each["Dollars"], each["Cost each"], reason)
            found.setdefault((each["Line"].casefold(), each["School"]), []).append(made)
        return found
