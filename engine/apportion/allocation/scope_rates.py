"""Rates as they hold at each row of a grain: the most specific row of Rates wins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apportion.allocation.grains import COARSER, FINER, exactly, grade_condition, quoted, this_row
from apportion.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from apportion.allocation.scope import Report, Scope


class RateColumns:
    """The rates that can be named at a grain, by name in lower case in `names`; their columns are made in the scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.names = {name.casefold(): name for name in dict.fromkeys(scope.plan.rates["Rate"])}
        self._groups = {name.casefold(): name for name in scope.plan.groups}
        rates = scope.plan.rates
        self._rows = dict(tuple(rates.groupby(rates["Rate"].str.casefold(), sort=False)))
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
        same_group = bool((rows["Student group"].str.casefold() == group.casefold()).any())
        by_group = (
            bool(group) and same_group and not (self.scope.grain == "school, model and grade" and self.grades_of(group))
        )
        column = f"{self.names[name.casefold()]} ({group})" if by_group else self.names[name.casefold()]
        if column in self.scope.inputs or column in self._making:
            return column
        if rows.empty:
            selectors = {
                "school": "an instructional model or another group",
                "campus": "some schools, models or groups",
                "district": "some schools, models or groups",
            }.get(self.scope.grain, "another group")
            report(f'rate "{name}" has rows only for {selectors}.', "Add a row without it to Rates, or change Per.")
            return ""
        self._making.append(column)
        conditions = [self._condition(row) for row in rows.assign(index=rows.index).to_dict("records")]
        self._making.remove(column)
        text = "#N/A"
        for key, condition in reversed(list(zip(rows["Key"], conditions, strict=True))):
            value = f"INDEX(Rates[Value],MATCH({exactly(str(key))},Rates[Key],0))"
            text = f"IF({condition},{value},{text})" if condition else value
        self.scope.inputs[column] = self.scope.made(text)
        for specific, tied in rows.assign(condition=conditions).groupby("specific"):
            if specific and len(tied) > 1:
                self.scope.ties[column] = self.scope.made(
                    "+".join(f"IF({each},1,0)" for each in tied["condition"] if each)
                )
        return column

    def _candidates(self, name: str, group: str) -> pd.DataFrame:
        """The rows of a rate that can hold at this grain, most specific first, then as they stand."""
        rows = self._rows[name.casefold()]
        grades = rows["Student group"].map(self.grades_of) if self.scope.grain == "school, model and grade" else None
        same = (rows["Student group"] == "") | (rows["Student group"].str.casefold() == group.casefold())
        rows = rows[same if grades is None else same | (grades.map(len) > 0)]
        if self.scope.grain not in FINER:
            rows = rows[rows["Model"] == ""]
        if self.scope.grain in COARSER:
            rows = rows[rows["Where"] == ""]
        specific = (rows[["Model", "Student group", "Where"]] != "").sum(axis=1).astype(float)
        if grades is not None:
            specific += (grades.reindex(rows.index).map(len) == 1) / 2  # one grade says more than a span of them
        return rows.assign(specific=specific).sort_values("specific", ascending=False, kind="stable")

    def grades_of(self, group: str) -> tuple[str, ...]:
        """The grades of Grades that a group stands for: itself, or those that it adds up."""
        made = self.scope.plan.student_groups.get(group.casefold())
        asked = made.columns if made is not None else (self._groups.get(group.casefold(), ""),)
        known = set(self.scope.plan.grades)
        return tuple(each for each in asked if each in known) if all(each in known for each in asked) else ()

    def _at_rate(self, row: Mapping[Any, Any]) -> Report:
        """Reports at the condition of a row of Rates, once however many rules use it."""

        def say(what: str, remedy: str) -> None:
            finding = self.scope.plan.intake.finding("error", "Rates", int(row["index"]), "Where", what, remedy)
            if finding not in self.scope.findings:
                self.scope.findings.append(finding)

        return say

    def _condition(self, row: Mapping[Any, Any]) -> str:
        parts = []
        if row["Model"]:
            parts.append(f"{this_row('Instructional model')}={quoted(str(row['Model']))}")
        if row["Student group"] and self.scope.grain == "school, model and grade":
            parts.append(grade_condition(self.grades_of(row["Student group"])))
        if row["Where"]:
            parts.append(self.scope.live(str(row["Where"]), self._at_rate(row)))
        parts = [part for part in parts if part]
        return f"AND({','.join(parts)})" if len(parts) > 1 else "".join(parts)
