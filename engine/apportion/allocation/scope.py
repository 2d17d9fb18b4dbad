"""What a formula may name at one grain, and the columns that are made so that it can.

A rule's formula, its filter and a rate's `Where` speak of a school by name: `[@Level]`, `[@Enrollment]`, `AP_ratio`,
`[@[Principal FTE]]`. A `Scope` turns such a text into the live formula of the grain's table, and adds the columns
it needs: a count summed over the school's rows of Enrollment, a characteristic looked up in Schools, a rate resolved
for the row. The live text is what is evaluated and what stands in the proof workbook.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from apportion.allocation.grains import (
    CAMPUS,
    COARSER,
    ENROLLMENT_KEYS,
    FINER,
    GRADE,
    GRAIN_TABLES,
    KEYS,
    OWN_CAMPUS,
    STUDENTS,
    criterion,
    escaped,
    quoted,
    this_row,
)
from apportion.allocation.scope_rates import RateColumns
from apportion.errors import did_you_mean
from apportion.formula import FormulaError, parse
from apportion.schema import SCHOOL_TYPES
from apportion.words import read_rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from apportion.allocation.plan import Plan
    from apportion.errors import Finding
    from apportion.formula import Reference

    Report = Callable[[str, str], None]  # takes what is wrong and the remedy
    Renames = dict[str | tuple[str, str], str]

LOOK_UP = "INDEX(Schools[{}],MATCH([@School],Schools[Code],0))"
OF_MODEL = "INDEX(Enrollment[{}],[@[Enrollment row]])"
PRIOR = {"prior dollars": "Dollars", "prior fte": "FTE"}
IS_SCHOOL = "Is a school"
RULE_LAB = "rulelab"
LONGEST_SHOWN = 80
_CELL = re.compile(
    r"(.*!)?(\$?[A-Z]{1,3}\$?\d{1,7}|\$?[A-Z]{1,3}:\$?[A-Z]{1,3})(:\$?[A-Z]{1,3}\$?\d{1,7})?", re.IGNORECASE
)
_TYPED_OTHERWISE = {
    "“": 'Type straight quotation marks: ".',
    "”": 'Type straight quotation marks: ".',
    ";": "Put a comma between the arguments.",
}


def _unreadable(text: str, error: FormulaError) -> tuple[str, str]:
    """What is wrong with a formula's text, and the remedy."""
    shift = 0 if text.startswith("=") else 1
    at = max(error.position - shift, 0)
    shown = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
    said = str(error).replace(error.hint, "").strip().rstrip(".") if error.hint else str(error).rstrip(".")
    remedy = error.hint or _TYPED_OTHERWISE.get(text[at : at + 1], "")
    return f"the formula {shown} cannot be read at character {at + 1:,}: {said}.", remedy or "Mend the formula."


class Scope:
    """The names known at one grain of a plan.

    `inputs` collects the columns made, as live formulas by column. `ties` holds, by rate, a formula that counts how
    many equally specific rows of Rates hold at a row; `others` are the scopes of all grains, which make what a
    formula names there.
    """

    def __init__(self, plan: Plan, grain: str, lines: Iterable[str], headings: Mapping[str, list[str]]) -> None:
        self.plan = plan
        self.grain = grain
        self.table = GRAIN_TABLES[grain]
        self.inputs: dict[str, str] = {}
        self.ties: dict[str, str] = {}
        self.findings: list[Finding] = []
        self.others: Mapping[str, Scope] = {}
        self._results = {name.casefold(): name for name in lines}
        self._headings = {f"{name} dollars".casefold(): (f"{name} dollars", of) for name, of in headings.items()}
        own = {
            "school": ["Code", *plan.schools.columns.drop("Code")],
            "school and model": [*ENROLLMENT_KEYS, *plan.groups],
        }.get(grain) or list(KEYS[grain])
        self._own = {name.casefold(): name for name in own}
        self._characteristics = {name.casefold(): name for name in plan.schools.columns}
        self._groups = {name.casefold(): name for name in plan.groups}
        self.rates = RateColumns(self)
        self._projections = {str(name).casefold(): str(name) for name in plan.other_counts["Projection"].unique()}
        self._making: list[str] = []

    @property
    def names(self) -> list[str]:
        """Every column that a formula at this grain may name."""
        results = (
            () if self.grain in FINER else [*self._results.values(), *(each for each, _ in self._headings.values())]
        )
        made = (each.name for each in self.plan.student_groups.values())
        own = [*self._own.values(), *self._characteristics.values(), *self._groups.values()]
        return list(dict.fromkeys([*own, *made, *results]))

    def live(self, text: str, report: Report, group: str = "") -> str:
        """The live formula (without `=`) of a text as its author wrote it; "" and a report when it cannot be read.

        `group` is the counted group of the rule, which a rate may depend on.
        """
        try:
            formula = read_rule(text if text.startswith("=") else f"={text}")
        except FormulaError as error:
            report(*_unreadable(text, error))
            return ""
        rename: dict[str | tuple[str, str], str] = {}
        sound = True
        for reference in formula.references:
            sound &= self._resolve(reference, rename, report, group)
        return formula.live(self.table, rename).removeprefix("=") if sound else ""

    def _resolve(self, reference: Reference, rename: Renames, report: Report, group: str) -> bool:
        if reference.name is not None:
            return self._resolve_name(reference.name, rename, report, group)
        column = reference.column or ""
        table = (reference.table or self.table).casefold()
        if table == RULE_LAB and reference.this_row:  # a rule that was tried on the sheet Rule lab
            made: Renames = {}
            found = self._resolve_column(column, made, report, group)
            rename[reference.table or "", column] = made.get((self.table, column)) or (
                f"{self.table}[[#This Row],[{escaped(self._spelling(column, group))}]]"
            )
            return found
        if table == self.table.casefold():
            return self._resolve_column(column, rename, report, group)
        return self._resolve_elsewhere(reference.table or "", column, report)

    def _spelling(self, column: str, group: str) -> str:
        """The column of this grain's table in which a name stands."""
        if column.casefold() in self.rates.names:
            return self.rates.rate(column, group, lambda *_: None)
        return next((name for name in self.names if name.casefold() == column.casefold()), column)

    def _resolve_name(self, name: str, rename: Renames, report: Report, group: str) -> bool:
        if name.casefold() in self.rates.names:
            column = self.rates.rate(name, group, report)
            rename[name] = f"{self.table}[[#This Row],[{escaped(column)}]]"
            return bool(column)
        if name.casefold() in {table.casefold() for table in self._tables()}:
            return True
        if _CELL.fullmatch(name):
            report(
                f"{name} is a place on a sheet, which a rule cannot see.",
                "Name a column of this school, such as [@Enrollment], or a whole column, such as Schools[Enrollment].",
            )
            return False
        if name.casefold() in {each.casefold() for each in self.names}:
            report(f'"{name}" is a column, not a rate.', f"Write {this_row(name)} for this school's value.")
            return False
        what, remedy = self.rates.missing(name, [*self.rates.names.values(), *self._tables()])
        report(what, remedy.replace("Rates.", f'Rates, or write "{name}" in quotation marks if it is a text.'))
        return False

    def _resolve_column(self, column: str, rename: Renames, report: Report, group: str = "") -> bool:
        fold = column.casefold()
        if (fold in self._results or fold in self._headings) and self.grain in FINER:
            report(
                f'a rule per {self.grain} cannot see the school\'s "{column}".',
                f"Make the rule per school, or use the whole column: SUM(Schools[{column}]).",
            )
            return False
        if fold in self._own or (fold in self._results and self.grain == "school"):
            return True
        made = self._made_here(fold, rename, report)
        if made or fold in self._groups or fold in self.plan.student_groups:
            return made
        if fold in self.rates.names:
            name = self.rates.rate(column, group, report)
            rename[self.table, column] = f"{self.table}[[#This Row],[{escaped(name)}]]"
            return bool(name)
        if remedy := self._remedy_of_many(fold):
            report(f'a rule per {self.grain} has no single "{column}".', remedy)
            return False
        report(
            f'there is no column "{column}" in Schools or Enrollment, and no line of that name.',
            did_you_mean(column, self.names) or "Add the column, or mend the name.",
        )
        return False

    def _remedy_of_many(self, fold: str) -> str:
        """What to do about a name of which a row of this grain has several, of each model, grade or school."""
        if fold in {key.casefold() for key in (*ENROLLMENT_KEYS, GRADE, STUDENTS)}:
            of_model = '"school and model" or ' if fold in {key.casefold() for key in ENROLLMENT_KEYS} else ""
            return f'Choose {of_model}"school, model and grade" in Per to count each of them.'
        if self.grain in COARSER and fold in self._characteristics:
            return f"Use it in Applies to or Share by, or name all of them: Schools[{self._characteristics[fold]}]."
        return ""

    def _made_here(self, fold: str, rename: Renames, report: Report) -> bool:
        """Make the column that a name stands for at this grain, when it can be made."""
        if fold in self._groups:
            return bool(self.count(self._groups[fold], report))
        if fold in self.plan.student_groups:
            return bool(self.count(self.plan.student_groups[fold].name, report))
        if self.grain in FINER and fold in self._characteristics:
            self._look_up(self._characteristics[fold], rename)
            return True
        if self.grain in COARSER and (fold in self._results or fold in self._headings):
            known = self._results.get(fold) or self._headings[fold][0]
            return self._summed(known, report)
        if self.grain == "school":
            return self._heading(fold) or self._prior(fold) or self._of_projection(fold)
        return False

    def _heading(self, fold: str) -> bool:
        """The dollars of all lines under a heading."""
        if fold not in self._headings:
            return False
        name, lines = self._headings[fold]
        self.inputs.setdefault(name, self.made("+".join(this_row(f"{line} dollars") for line in lines)))
        return True

    def _prior(self, fold: str) -> bool:
        """Last year's dollars or FTE, of a line or of all."""
        measure = next((each for each in PRIOR if fold.endswith(each)), None)
        if measure is None:
            return False
        line = fold.removesuffix(measure).strip()
        lines = {name.removesuffix(" dollars").removesuffix(" fte").casefold() for name in self._results}
        lines |= set(self.plan.prior["Line"].str.casefold())
        if line and line not in lines:
            return False
        self.prior(line, PRIOR[measure], fold)
        return True

    def prior(self, line: str, measure: str, name: str) -> str:
        """The column with last year's dollars or FTE of a line (of all lines when it is "")."""
        spelled = next((each for each in self.plan.prior["Line"] if each.casefold() == line.casefold()), line)
        of_line = f",PriorYear[Line],{criterion(spelled)}" if line else ""
        text = f"SUMIFS(PriorYear[{measure}],PriorYear[School],[@Code]{of_line})"
        column = next((each for each in self.inputs if each.casefold() == name.casefold()), name)
        self.inputs.setdefault(column, self.made(text))
        return column

    def _of_projection(self, fold: str) -> bool:
        """A count of another projection, written "Projection: group"."""
        projection, colon, group = fold.partition(":")
        group = group.strip()
        if not colon or projection.strip() not in self._projections or group not in self._groups:
            return False
        name = self._projections[projection.strip()]
        text = (
            f"SUMIFS(OtherProjections[{escaped(self._groups[group])}],OtherProjections[School],[@Code],"
            f"OtherProjections[Projection],{criterion(name)})"
        )
        self.inputs.setdefault(f"{name}: {self._groups[group]}", self.made(text))
        return True

    def _summed(self, column: str, report: Report) -> bool:
        """A column of Schools added up for the campus or the district."""
        if not self.others["school"]._resolve_column(column, {}, report):  # noqa: SLF001 - the same class
            return False
        self.inputs.setdefault(column, self.made(self.sum_of(column)))
        return True

    def sum_of(self, column: str) -> str:
        """The formula that adds up a column of Schools at the campus or the district."""
        if self.grain == "district":
            return f"SUM(Schools[{escaped(column)}])"
        return f"SUMIFS(Schools[{escaped(column)}],Schools[{OWN_CAMPUS}],[@{CAMPUS}])"

    def _tables(self) -> dict[str, list[str]]:
        plan = self.plan
        known = {
            "Schools": [],
            "Enrollment": [],
            "Rates": ["Key", *plan.rates.columns],
            "Bands": list(plan.bands.columns),
            "JobTypes": list(plan.costs.columns),
            "PriorYear": list(plan.prior.columns),
            "Weights": list(plan.weights.columns),
            "OtherProjections": ["Projection", *ENROLLMENT_KEYS, *plan.groups],
        }
        return known | {name: list(frame.columns) for name, frame in plan.own_tables.items()}

    def _resolve_elsewhere(self, table: str, column: str, report: Report) -> bool:
        other = next((each for each in self.others.values() if each.table.casefold() == table.casefold()), None)
        if other is not None and other.grain in ("school", "school and model"):
            return other._resolve_column(column, {}, report)  # noqa: SLF001 - the same class, another grain
        tables = {name.casefold(): (name, columns) for name, columns in self._tables().items()}
        if table.casefold() not in tables:
            report(f'there is no table "{table}".', did_you_mean(table, (name for name, _ in tables.values())))
            return False
        name, columns = tables[table.casefold()]
        if not column or column.casefold() in {each.casefold() for each in columns}:
            return True
        report(f'there is no column "{column}" in {name}.', did_you_mean(column, columns))
        return False

    def count(self, group: str, report: Report) -> str:
        """The column with the students of a counted group or of a student group at this grain; "" when it has none."""
        made = self.plan.student_groups.get(group.casefold())
        if made is not None and made.formula:
            return self._by_formula(made.name, made.formula, made.index)
        if made is not None and self.grain == "school and model":
            self.inputs.setdefault(group, self.made("+".join(this_row(each) for each in made.columns) or "0"))
            return group
        if self.grain == "school":
            if made is not None:
                self.others["school and model"].count(group, report)
            elif group.casefold() in self._characteristics:
                return group
            text = f"SUMIFS(Enrollment[{escaped(group)}],Enrollment[School],[@Code])"
            self.inputs.setdefault(group, self.made(text))
        elif self.grain == "school, model and grade":
            if made is not None:
                self.others["school and model"].count(group, report)
            self.inputs.setdefault(group, self.made(OF_MODEL.format(escaped(group))))
        elif self.grain in COARSER:
            self.others["school"].count(group, report)
            self.inputs.setdefault(group, self.made(self.sum_of(group)))
        return group

    def _by_formula(self, group: str, formula: str, index: int) -> str:
        """A student group by its formula over the counts of this grain."""
        if group in self.inputs:
            return group
        if group in self._making:
            self._at_group(index)(f'the student group "{group}" needs itself.', "Let it do without.")
            return ""
        self._making.append(group)
        text = self.live(formula, self._at_group(index))
        self._making.remove(group)
        if text:
            self.inputs[group] = text
        return group if text else ""

    def _at_group(self, index: int) -> Report:
        """Reports at the formula of a student group, once however many rules use it."""

        def say(what: str, remedy: str) -> None:
            finding = self.plan.intake.finding("error", "StudentGroups", index, "Formula", what, remedy)
            if finding not in self.findings:
                self.findings.append(finding)

        return say

    def is_school(self) -> str:
        """The column that says whether an organization is a school or charter, which rules reach by default."""
        if self.grain == "school":
            text = f"OR({','.join(f'[@Type]={quoted(each)}' for each in SCHOOL_TYPES)})"
            self.inputs.setdefault(IS_SCHOOL, self.made(text))
        else:
            self.others["school"].is_school()
            self.inputs.setdefault(IS_SCHOOL, self.made(LOOK_UP.format(escaped(IS_SCHOOL))))
        return IS_SCHOOL

    def _look_up(self, column: str, rename: Renames) -> None:
        """Let a school's characteristic be named at the finer grain: by a column, or in place when some are blank.

        A blank that a cell fetches becomes 0 there, and no text either, so that a condition on it would change.
        """
        found = self.made(LOOK_UP.format(escaped(column)))
        if self.plan.schools[column].isin(["", None, np.nan]).any():
            rename[self.table, column] = found
        else:
            self.inputs.setdefault(column, found)

    def made(self, text: str) -> str:
        """A formula as authors write it, as the live formula of this grain's table without `=`."""
        return parse(f"={text}").live(self.table).removeprefix("=")
