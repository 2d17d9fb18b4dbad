"""Rates as they hold at each row of a grain: the most specific row of Rates wins."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from apportion.allocation.grains import COARSER, FINER, exactly, grade_condition, quoted, this_row
from apportion.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apportion.allocation.scope import Report, Scope


class RateRow(NamedTuple):
    """A row of Rates that can hold at a grain, by its index in the frame.

    `specific` counts the filters that it has; a single grade says half more than a span of them.
    """

    at: int
    key: str
    model: str
    group: str
    where: str
    specific: float = 0.0


class RateColumns:
    """The rates that can be named at a grain, by name in lower case in `names`; their columns are made in the scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        rates = scope.plan.rates
        self.names = {name.casefold(): name for name in dict.fromkeys(rates["Rate"].tolist())}
        self._groups = {name.casefold(): name for name in scope.plan.groups}
        self._rows: dict[str, list[RateRow]] = {}
        columns = (rates[name].tolist() for name in ("Rate", "Key", "Model", "Student group", "Where"))
        for index, name, *row in zip(rates.index.tolist(), *columns, strict=True):
            self._rows.setdefault(name.casefold(), []).append(RateRow(index, *row))
        self._making: list[str] = []

    def value(self, given: float | str | None, group: str, report: Report) -> str:
        """The text of a cell that holds a number or the name of a rate."""
        if given is None:
            return ""
        if isinstance(given, str):
            if given.casefold() in self.names:
                return this_row(self.rate(given, group, report))
            report(*self.missing(given, self.names.values()))
            return ""
        return format(given, ".15g").upper()

    def has_rate(self, name: str) -> bool:
        """Whether the plan has a rate of that name in its year."""
        return name.casefold() in self.names

    def missing(self, name: str, known: Iterable[str]) -> tuple[str, str]:
        """That there is no such rate in the year, and the remedy."""
        year, every = self.scope.plan.scenario.year, self.scope.plan.intake.frames["Rates"]
        later = every["Year"][every["Rate"].str.casefold() == name.casefold()]
        if len(later):
            return f'rate "{name}" holds only from FY{later.min():.0f}.', f"Add a row for {year} to Rates."
        return f'no rate "{name}" for FY{year}.', f"{did_you_mean(name, known)} Add it to Rates.".strip()

    def rate(self, name: str, group: str, report: Report) -> str:
        """The column with a rate as it holds at each row of this grain, the most specific row of Rates first."""
        rows = self._candidates(name, group)
        same_group = any(row.group.casefold() == group.casefold() for row in rows)
        by_group = (
            bool(group) and same_group and not (self.scope.grain == "school, model and grade" and self.grades_of(group))
        )
        column = f"{self.names[name.casefold()]} ({group})" if by_group else self.names[name.casefold()]
        if column in self.scope.inputs or column in self._making:
            return column
        if not rows:
            selectors = {
                "school": "an instructional model or another group",
                "campus": "some schools, models or groups",
                "district": "some schools, models or groups",
            }.get(self.scope.grain, "another group")
            report(f'rate "{name}" has rows only for {selectors}.', "Add a row without it to Rates, or change Per.")
            return ""
        self._making.append(column)
        conditions = [self._condition(row) for row in rows]
        self._making.remove(column)
        text = "#N/A"
        for row, condition in zip(reversed(rows), reversed(conditions), strict=True):
            value = f"INDEX(Rates[Value],MATCH({exactly(row.key)},Rates[Key],0))"
            text = f"IF({condition},{value},{text})" if condition else value
        self.scope.inputs[column] = self.scope.made(text)
        for specific in sorted({row.specific for row in rows} - {0.0}):
            tied = [each for row, each in zip(rows, conditions, strict=True) if row.specific == specific]
            if len(tied) > 1:
                self.scope.ties[column] = self.scope.made("+".join(f"IF({each},1,0)" for each in tied if each))
        return column

    def _candidates(self, name: str, group: str) -> list[RateRow]:
        """The rows of a rate that can hold at this grain, most specific first, then as they stand."""
        grain, rows = self.scope.grain, []
        for row in self._rows[name.casefold()]:
            grades = self.grades_of(row.group) if grain == "school, model and grade" else ()
            if row.group and row.group.casefold() != group.casefold() and not grades:
                continue
            if (row.model and grain not in FINER) or (row.where and grain in COARSER):
                continue
            # One grade says more than a span of them.
            specific = sum(map(bool, (row.model, row.group, row.where))) + (len(grades) == 1) / 2
            rows.append(row._replace(specific=float(specific)))
        return sorted(rows, key=lambda row: -row.specific)

    def grades_of(self, group: str) -> tuple[str, ...]:
        """The grades of Grades that a group stands for: itself, or those that it adds up."""
        made = self.scope.plan.student_groups.get(group.casefold())
        asked = made.columns if made is not None else (self._groups.get(group.casefold(), ""),)
        known = set(self.scope.plan.grades)
        return tuple(each for each in asked if each in known) if all(each in known for each in asked) else ()

    def _at_rate(self, row: RateRow) -> Report:
        """Reports at the condition of a row of Rates, once however many rules use it."""

        def say(what: str, remedy: str) -> None:
            finding = self.scope.plan.intake.finding("error", "Rates", row.at, "Where", what, remedy)
            if finding not in self.scope.findings:
                self.scope.findings.append(finding)

        return say

    def _condition(self, row: RateRow) -> str:
        parts = []
        if row.model:
            parts.append(f"{this_row('Instructional model')}={quoted(row.model)}")
        if row.group and self.scope.grain == "school, model and grade":
            parts.append(grade_condition(self.grades_of(row.group)))
        if row.where:
            parts.append(self.scope.live(row.where, self._at_rate(row)))
        parts = [part for part in parts if part]
        return f"AND({','.join(parts)})" if len(parts) > 1 else "".join(parts)
