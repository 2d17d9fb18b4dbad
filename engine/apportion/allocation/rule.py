"""A rule: one row of Rules as it is computed, and the rows that a bundle or a set of weights makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from apportion.allocation.catalogue import BY_NAME as METHODS
from apportion.allocation.catalogue import Method
from apportion.errors import Finding, did_you_mean
from apportion.rounding import exact_step
from apportion.schema import BY_NAME as SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from apportion.allocation.result import Scenario
    from apportion.intake import Intake
    from apportion.rounding import Mode

    Given = float | str | None  # a number, or the name of a rate

EQUAL_PARTS = "schools"


@dataclass(frozen=True)
class Weight:
    """One row of Weights: `index` is its row in the frame, `key` names it among the weights of the year."""

    index: int
    key: str
    group: str
    weight: Given
    formula: str
    where: str


@dataclass(frozen=True)
class Rule:
    """One row of Rules. `index` is its row in the frame; `label` names its steps; blanks are "" or None.

    `each` is the FTE that one unit of a bundle has of this position, `weights` are the rows of a set of weights.
    """

    index: int
    label: str
    line: str
    method: Method
    group: str
    threshold: Given
    rate: Given
    rounding: Mode
    step: float | None
    minimum: Given
    maximum: Given
    grain: str
    applies_to: str
    job_type: str
    formula: str
    fields: Mapping[str, Any]
    of: str = ""
    class_maximum: Given = None
    cohorts: Given = None
    combine: str = ""
    combination_limit: Given = None
    combinations: Given = None
    periods_taken: Given = None
    periods_taught: Given = None
    share_by: str = ""
    share_step: float | None = None
    rate_step: float | None = None
    each: float = 1.0
    weights: tuple[Weight, ...] = ()

    @property
    def gives_fte(self) -> bool:
        """Whether the rule gives FTE rather than dollars."""
        return self.method.gives == "FTE" or (self.method.gives == "either" and bool(self.job_type))

    @property
    def shared(self) -> bool:
        """Whether the amount is found once for several schools and then shared out."""
        return self.grain in ("campus", "district")

    @property
    def usual_step(self) -> float:
        """What the amount is rounded to: the Step, or whole FTE, or cents; of periods whole sections."""
        return self.step if self.step is not None else 1.0 if self.gives_fte else 0.01


def read_rules(
    intake: Intake,
    scenario: Scenario,
    groups: tuple[str, ...],
    total_group: str,
    weights: pd.DataFrame,
    findings: list[Finding],
) -> tuple[Rule, ...]:
    """The active rules of a scenario in their order, bundles and sets of weights taken apart."""
    frame = intake.frames["Rules"]
    formula = frame["Funding formula"].str.casefold()
    wanted = (formula == "") | (formula == scenario.funding_formula.casefold())
    _unknown_formula(scenario, frame, findings)
    active = frame[wanted & (frame["Status"] != "off") & frame["Method"].isin(METHODS.keys()) & (frame["Line"] != "")]
    active = active.sort_values("Order", kind="stable", na_position="last")
    spelled = {name.casefold(): name for name in groups}
    made = [
        part
        for index, fields in zip(active.index, active.to_dict("records"), strict=True)
        for part in _parts(_rule(int(str(index)), fields, spelled, total_group), intake, weights, findings)
    ]
    return _labelled(made)


def _unknown_formula(scenario: Scenario, frame: pd.DataFrame, findings: list[Finding]) -> None:
    known = [name for name in dict.fromkeys(frame["Funding formula"]) if name]
    asked = scenario.funding_formula
    if asked and asked.casefold() not in {name.casefold() for name in known}:
        findings.append(
            Finding(
                "warning",
                f'No rule belongs to the funding formula "{asked}" of scenario "{scenario.name}".',
                did_you_mean(asked, known) or "Write it in the column Funding formula of Rules.",
                sheet=SCHEMAS["scenarios"].sheet,
                table="Scenarios",
            )
        )


def _labelled(rules: list[Rule]) -> tuple[Rule, ...]:
    """Lines in their first spelling; rules of one line are told apart by a number."""
    folds = [rule.line.casefold() for rule in rules]
    first = dict(zip(reversed(folds), (rule.line for rule in reversed(rules)), strict=True))
    seen: dict[str, int] = {}
    labelled = []
    for rule, fold in zip(rules, folds, strict=True):
        seen[fold] = seen.get(fold, 0) + 1
        suffix = f" ({seen[fold]})" if folds.count(fold) > 1 else ""
        labelled.append(replace(rule, line=first[fold], label=first[fold] + suffix))
    return tuple(labelled)


def _rule(index: int, fields: dict[Any, Any], spelled: Mapping[str, str], total_group: str) -> Rule:
    # A column of names and blanks is a column of texts to pandas, which keeps its blanks as NaN.
    values = (
        "Threshold", "Rate", "Minimum", "Maximum", "Class maximum", "Cohorts", "Combination limit", "Combinations",
        "Periods taken", "Periods taught",
    )  # fmt: skip
    fields |= {name: None for name in values if pd.isna(fields[name])}
    method = METHODS[fields["Method"]]
    group = spelled.get(fields["Group"].casefold(), fields["Group"])
    by_grade = fields["Per"] == "school, model and grade"
    return Rule(
        index=index,
        label=fields["Line"],
        line=fields["Line"],
        method=method,
        group=group or (total_group if method.counts or by_grade or fields["Threshold"] is not None else ""),
        threshold=fields["Threshold"],
        rate=fields["Rate"],
        rounding=fields["Rounding"] or "none",
        step=_number(fields["Step"]),
        minimum=fields["Minimum"],
        maximum=fields["Maximum"],
        grain=fields["Per"] or method.grains[0],
        applies_to=fields["Applies to"],
        job_type=fields["Job type"],
        formula=fields["Formula"],
        fields=fields,
        of=fields["Of"],
        class_maximum=fields["Class maximum"],
        cohorts=fields["Cohorts"],
        combine=fields["Combine"],
        combination_limit=fields["Combination limit"],
        combinations=fields["Combinations"],
        periods_taken=fields["Periods taken"],
        periods_taught=fields["Periods taught"],
        share_by=fields["Share by"],
        share_step=_number(fields["Share step"]),
        rate_step=_number(fields["Rate step"]),
    )


def _number(value: Any) -> float | None:
    return None if value is None or np.isnan(value) else exact_step(float(value))


def _parts(rule: Rule, intake: Intake, weights: pd.DataFrame, findings: list[Finding]) -> Iterator[Rule]:
    """The rule itself, or one rule per position of its bundle or per line of its set of weights."""
    if rule.method.name not in TAKEN_APART or not rule.of:
        yield rule
        return
    table, column, noun, take_apart = TAKEN_APART[rule.method.name]
    frame = {"Bundles": intake.frames["Bundles"], "Weights": weights}[table]
    rows = frame[frame[column].str.casefold() == rule.of.casefold()]
    if rows.empty:
        near = did_you_mean(rule.of, dict.fromkeys(intake.frames[table][column]))
        what, remedy = f'there is no {noun} "{rule.of}".', f"{near} Add its rows to {table}.".strip()
        findings.append(intake.finding("error", "Rules", rule.index, "Of", what, remedy))
    yield from take_apart(rule, rows)


def _of_bundle(rule: Rule, rows: pd.DataFrame) -> Iterator[Rule]:
    """One rule per position."""
    for row in rows.to_dict("records"):
        fund = row["Fund"] or rule.fields["Fund"]
        line = row["Line"] or f"{rule.line}: {row['Job type']}"
        fields = {**rule.fields, "Fund": fund, "Job type": row["Job type"], "Line": line}
        yield replace(rule, line=line, job_type=row["Job type"], each=float(row["FTE per unit"]), fields=fields)


def _of_weights(rule: Rule, rows: pd.DataFrame) -> Iterator[Rule]:
    """One rule per line that the weights name; those that name none are given as the rule's own line."""
    lines: dict[str, tuple[str, list[Weight]]] = {}
    for index, row in zip(rows.index, rows.to_dict("records"), strict=True):
        line = row["Line"] or rule.line
        given = None if pd.isna(row["Weight"]) else row["Weight"]
        made = Weight(int(str(index)), row["Key"], row["Student group"], given, row["Formula"], row["Where"])
        lines.setdefault(line.casefold(), (line, []))[1].append(made)
    for line, weights in lines.values():
        yield replace(rule, line=line, fields={**rule.fields, "Line": line}, weights=tuple(weights))


# Methods whose rule becomes several: the table of its parts, the column that `Of` names, what it is, and how.
TAKEN_APART: dict[str, tuple[str, str, str, Callable[[Rule, pd.DataFrame], Iterator[Rule]]]] = {
    "bundle": ("Bundles", "Bundle", "bundle", _of_bundle),
    "weighted per-pupil dollars": ("Weights", "Weights", "set of weights", _of_weights),
}
