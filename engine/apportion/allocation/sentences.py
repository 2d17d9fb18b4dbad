"""Why a school got what it got, in one sentence with its own numbers.

The words come from the method's sentence template; the numbers from the very columns that were evaluated.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from apportion.allocation.amounts import printed_column, weight_column
from apportion.allocation.wording import EXACT, STUDENT_WORDS, dollars, fte, number, steps_of, typed, unit_of
from apportion.rounding import cents
from apportion.schema import SCHOOL_TYPES
from apportion.words import read_rule

if TYPE_CHECKING:
    from apportion.allocation.program import LineSteps, Program, RuleSteps
    from apportion.allocation.rule import Rule
    from apportion.formula import Reference, Run

NOT_THERE = object()
ROUNDING_WORDS = {"half up": "rounded half up", "up": "rounded up", "down": "rounded down", "truncate": "truncated"}


def _step(rule: Rule) -> float | None:
    return rule.step if rule.rounding != "none" or rule.shared else None


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
        self._rows: dict[str, dict[str, list[int]]] = {}
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
        told = f"{told or 'Nothing was entered'}." if complete else f"{told} = {amount}."
        return told + self._paid(line, school)

    def _paid(self, line: LineSteps, school: int) -> str:
        """What each fund pays, where more than one does."""
        paid = [(each.fund, self._value("Schools", each.dollars, school)) for each in line.funds]
        told = [f"{fund} {dollars(amount)}" for fund, amount in paid if amount]
        return f" Paid by {', '.join(told)}." if told else ""

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
            if steps.rule.shared:
                if self._value("Schools", steps.applies, school):
                    return f"{self._below(steps, self._row_at(steps, school))}: nothing."
                continue
            rows = [school] if steps.table == "Schools" else self._rows_of(steps.table, school)
            below = [row for row in rows if self._value(steps.table, steps.applies, row)]
            if below:
                return "; ".join(self._below(steps, row) for row in below) + ": nothing."
        if not line.rules:
            return "Nothing was entered for this school."
        finer = all(steps.table in ("Enrollment", "Grades") for steps in line.rules)
        if finer and not self._rows_of("Enrollment", school):
            return "Not reached: the school has no row in Enrollment."
        conditions = " or ".join(steps.rule.applies_to for steps in line.rules if steps.rule.applies_to)
        return f"Not reached: {conditions or 'the rule is for schools'}."

    def _below(self, steps: RuleSteps, row: int) -> str:
        count = self._value(steps.table, steps.count, row)
        limit = steps.threshold
        limit = self._value(steps.table, limit, row) if isinstance(limit, str) else limit
        lead = self._lead(steps.table, row)
        verb = "is" if count == 1 else "are"
        counted = f"{number(count, EXACT)} {unit_of(steps.rule.group, count)} {verb}"
        return f"{lead}{counted} below the threshold of {number(limit, EXACT)}"

    def _lead(self, table: str, row: int) -> str:
        """Which model, grade, campus or district a row is about; "" for a school."""
        names = {"Enrollment": ("Instructional model",), "Grades": ("Grade", "Instructional model")}.get(table, ())
        told = [str(self._value(table, name, row)) for name in names]
        if table == "Grades" and len(self._rows_of("Enrollment", self._school_of(table, row))) == 1:
            told = told[:1]
        ways = {"Campuses": "For the campus", "DistrictTotals": "For the district"}
        return f"{', '.join(told) or ways.get(table, '')}: ".removeprefix(": ")

    def _rule(self, steps: RuleSteps, school: int) -> str:
        if steps.rule.shared:
            return self._shared(steps, school)
        if steps.table == "Schools":
            return self._rule_at(steps, school) + self._limits(steps, "Schools", steps.amount, steps.result, school)
        rows = [row for row in self._rows_of(steps.table, school) if self._value(steps.table, steps.reached, row)]
        told = "; ".join(self._rule_at(steps, row) for row in rows if self._counts_there(steps, row) or len(rows) == 1)
        told = told or "no students"
        saved = self._combined(steps, school)
        if saved:
            told += f"; {number(saved)} combination class{'es' if saved > 1 else ''} less"
        if len(rows) > 1 or saved:
            told += f"; together {self._amount(steps.rule, self._value('Schools', steps.together, school))}"
        return told + self._limits(steps, "Schools", steps.together, steps.result, school)

    def _counts_there(self, steps: RuleSteps, row: int) -> bool:
        """Whether a row of a finer grain is worth a word: it has students, or an amount without them."""
        if steps.table != "Grades":
            return True
        return bool(self._value(steps.table, "Students", row) or self._value(steps.table, steps.amount, row))

    def _combined(self, steps: RuleSteps, school: int) -> float:
        """The classes that a school saves by combining neighboring grades."""
        if not steps.combined:
            return 0.0
        rows = self._rows_of("Enrollment", school)
        return float(sum(self._value("Enrollment", steps.combined, row) for row in rows))

    def _shared(self, steps: RuleSteps, school: int) -> str:
        """The amount of the campus or the district, and the school's part of it."""
        row, rule = self._row_at(steps, school), steps.rule
        told = self._rule_at(steps, row).removesuffix(f" for each {rule.grain}")
        told += self._limits(steps, steps.table, steps.amount, steps.limited, row)
        share, shares = self._value("Schools", steps.share, school), self._value(steps.table, steps.shares, row)
        by = rule.share_by or rule.group or self.program.plan.total_group or "schools"
        unit = "students" if by.casefold() in STUDENT_WORDS else by
        part = f"{number(share, EXACT)} of {number(shares, EXACT)} {unit}"
        step = f" in steps of {rule.share_step:.4g}" if rule.share_step else ""
        own = self._value("Schools", steps.result, school)
        return f"{told}, shared{step} by {unit}: {part} = {self._amount(replace(rule, step=rule.share_step), own)}"

    def _row_at(self, steps: RuleSteps, school: int) -> int:
        """The row of the campus or the district in which a school is."""
        if steps.rule.grain == "district":
            return 0
        names = [str(name).casefold() for name in self._column("Campuses", "Campus")]
        return names.index(str(self._value("Schools", "Own campus", school)).casefold())

    def _limits(self, steps: RuleSteps, table: str, before: str, after: str, row: int) -> str:
        if after == before or not after or not before:
            return ""
        was, now = (self._value(table, column, row) for column in (before, after))
        if now > was:
            return f", raised to the minimum = {self._amount(steps.rule, now)}"
        return f", held to the maximum = {self._amount(steps.rule, now)}" if now < was else ""

    def _rule_at(self, steps: RuleSteps, row: int) -> str:
        rule, table = steps.rule, steps.table
        earned = self._value(table, steps.earned, row)
        count = self._value(table, steps.count, row) if steps.count else 0.0
        cohorts = self._word(steps, rule.cohorts, row)
        words = {
            "count": number(count, EXACT),
            "unit": unit_of("students" if table == "Grades" else rule.group, count),
            "rate": self._rate(steps, row),
            "place": self._place(rule, table, row),
            "band": rule.rate,
            "of": rule.of or rule.line,
            "cohorts": f" in {cohorts} cohorts" if cohorts not in ("", "1") else "",
            "taken": self._word(steps, rule.periods_taken, row),
            "taught": self._word(steps, rule.periods_taught, row),
            "each": f"{rule.each:g}",
            "formula": rule.formula.removeprefix("="),
            "substituted": self._substituted(rule, table, row) if "Formula" in rule.method.asks else "",
            "weighted": self._weighted(steps, row) if rule.weights else "",
            "earned": self._earned(steps, earned, row),
            **{word: self._fetched(steps, word, row) for word in ("employees", "prior", "total")},
        }
        told = self._lead(table, row) + rule.method.sentence.format(**words)
        told = told.replace(f"{words['formula']} = {words['formula']} = ", "")
        if steps.classes and (held := self._value(table, steps.classes, row)) > earned:
            most = self._word(steps, rule.class_maximum, row)
            told += f", but no class above {most}: {self._amount(replace(rule, rounding='none'), held)}"
        if not steps.rounded:
            return told
        rounded = self._value(table, steps.rounded, row)
        if rule.method.name == "periods" and rule.step is None:
            taught = float(self._word(steps, rule.periods_taught, row).replace(",", ""))
            sections = number(round(rounded * taught, 6))
            return f"{told}, {ROUNDING_WORDS[rule.rounding]} to {sections} classes = {self._amount(rule, rounded)}"
        step = f"{rule.usual_step:.4g}"
        return f"{told}, {ROUNDING_WORDS[rule.rounding]} to {step} = {self._amount(rule, rounded)}"

    def _place(self, rule: Rule, table: str, row: int) -> str:
        """What a fixed amount is given to: a school, a department, a model, a grade, the campus or the district."""
        if table == "Schools":
            kind = str(self._value("Schools", "Type", row))
            return "school" if kind in SCHOOL_TYPES else kind
        return {"Enrollment": "instructional model", "Grades": "grade"}.get(table, rule.grain)

    def _word(self, steps: RuleSteps, given: float | str | None, row: int) -> str:
        """A number of the rule, or the rate that it names, as it holds in a row; "" when there is none."""
        if not isinstance(given, str):
            return "" if given is None else number(given, EXACT)
        known = self._known[steps.table]
        column = known.get(f"{given} ({steps.rule.group})".casefold()) or known.get(given.casefold())
        return number(self._value(steps.table, column, row), EXACT) if column else given

    def _fetched(self, steps: RuleSteps, word: str, row: int) -> str:
        """What the method counts from beside students: employees, last year's amount, a line's total."""
        text = steps.words.get(word, "")
        if not text:
            return ""
        column = text.removeprefix("[@[").removesuffix("]]").replace("'", "")
        value = self._value(steps.table, self._known[steps.table].get(column.casefold(), column), row)
        dollars_counted = column.casefold().endswith("dollars") or (word == "total" and not steps.rule.gives_fte)
        return dollars(value) if dollars_counted else f"{fte(value)} FTE" if word == "total" else fte(value)

    def _weighted(self, steps: RuleSteps, row: int) -> str:
        """Students x weight of every group that is there, and the base; with printed rates students x rate."""
        rule, table = steps.rule, steps.table
        base = self._rate(steps, row)
        terms, students = [], 0.0
        for weight in rule.weights:
            group = self._known[table].get(weight.group.casefold(), weight.group)
            count, factor = self._value(table, group, row), self._value(table, weight_column(rule, weight), row)
            if not count or not factor:
                continue
            students += count * factor
            counted = f"{number(count, EXACT)} {unit_of(weight.group, count)}"
            if rule.rate_step:
                printed = dollars(self._value(table, printed_column(rule, weight), row))
                terms.append(f"{counted} x {printed} ({number(factor, 6)} x {base})")
            else:
                terms.append(f"{counted} x {number(factor, 6)}")
        if not terms:
            return f"no students with a weight x {base}"
        if rule.rate_step or len(terms) == 1:
            return " + ".join(terms) + ("" if rule.rate_step else f" x {base}")
        return f"({' + '.join(terms)}) = {number(students, 4)} weighted students x {base}"

    def _earned(self, steps: RuleSteps, earned: float, row: int) -> str:
        if steps.rule.gives_fte:
            return self._before_rounding(steps.rule, earned) if steps.rounded else f"{fte(earned)} FTE"
        alone = steps.table == "Schools" and steps.result == steps.earned
        return dollars(self._cents(steps.earned, 1.0)[row] if alone else earned)

    @staticmethod
    def _before_rounding(rule: Rule, earned: float) -> str:
        """With three decimals, or with as many as it takes to be rounded to the same FTE."""
        step = rule.usual_step
        rounded = steps_of(earned, step, rule.rounding)
        digits = (n for n in range(3, EXACT) if steps_of(round(earned, n), step, rule.rounding) == rounded)
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
            shown = f'"{value}"' if isinstance(value, str) else typed(value)
            shown = f"({shown})" if shown.startswith("-") else '""' if value is None else shown
            text = text[: reference.start] + shown + text[reference.end :]
        return text.removeprefix("=")

    def _references(self, text: str, table: str) -> list[tuple[Reference, str]]:
        """What a formula names in its own row, with the column or rate, last in the text first."""
        if (text, table) not in self._read:
            found = [
                (each, each.column if each.this_row else each.name)
                for each in sorted(read_rule(text).references, key=lambda each: -each.start)
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
        if table not in ("Enrollment", "Grades") or known is None:
            return NOT_THERE
        return self._value("Schools", known, self._school_of(table, row))

    def _rate(self, steps: RuleSteps, row: int) -> str:
        if not steps.rate:
            return ""
        value = self._value(steps.table, steps.rate, row)
        share = not steps.rule.method.rate_in_dollars
        return number(value, EXACT) if share or steps.rule.gives_fte else dollars(value)

    def _amount(self, rule: Rule, value: float) -> str:
        return f"{fte(value, _step(rule))} FTE" if rule.gives_fte else dollars(value)

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

    def _school_of(self, table: str, row: int) -> int:
        return self._row_of[str(self._value(table, "School", row))]

    def _rows_of(self, table: str, school: int) -> list[int]:
        """The rows of a finer grain that belong to a school."""
        if table not in self._rows:
            rows: dict[str, list[int]] = {}
            for row, code in enumerate(self._column(table, "School")):
                rows.setdefault(str(code), []).append(row)
            self._rows[table] = rows
        return self._rows[table].get(self._code(school), [])

    @cached_property
    def _adjustments(self) -> dict[tuple[str, str], list[Adjustment]]:
        found: dict[tuple[str, str], list[Adjustment]] = {}
        for each in self.program.tables["Adjustments"].to_dict("records"):
            reason = str(each["Reason"] or "no reason given").rstrip(".")
            made = Adjustment(each["FTE"], each["Dollars"], each["Cost each"], reason)
            found.setdefault((each["Line"].casefold(), each["School"]), []).append(made)
        return found
