"""Rows of Rules that do not say what their author meant, each named at its cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.allocation.catalogue import METHODS
from apportion.errors import Finding
from apportion.schema import BY_NAME as SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apportion.allocation.plan import Plan
    from apportion.allocation.rule import Rule
    from apportion.errors import Severity

    Way = tuple[bool, Severity, str, str, str]  # whether it is wrong, how badly, the column, what, and the remedy

# Columns of Rules that only some methods read, as a sentence names what stands in them.
READ_BY_SOME = {
    "Formula": "a formula", "Rate": "a rate", "Of": "an Of", "Class maximum": "a class maximum",
    "Cohorts": "a number of cohorts", "Combine": "a Combine", "Combination limit": "a combination limit",
    "Combinations": "a number of combinations", "Periods taken": "a number of periods",
    "Periods taught": "a number of periods taught", "Rate step": "a rate step",
}  # fmt: skip
# Columns of Rules by which something is divided, or that nothing fits when they are 0.
DIVISORS = {
    "Class maximum": "a class maximum", "Cohorts": "a number of cohorts", "Combination limit": "a combination limit",
    "Periods taken": "a number of periods", "Periods taught": "a number of periods taught",
}  # fmt: skip


def check_rules(plan: Plan) -> Iterator[Finding]:
    """Rows of Rules that do not say what their author meant."""
    if not plan.rules and len(plan.intake.frames["Rules"]):
        yield Finding(
            "warning",
            "no rule of this scenario is active, so nothing is given.",
            'Write "active" in the column Status of Rules, or look at the Funding formula of the scenario.',
            sheet=SCHEMAS["rules"].sheet,
            table="Rules",
        )
    for rule in plan.rules:
        for wrong, severity, column, what, remedy in _ways(rule):
            if wrong:
                yield plan.intake.finding(severity, "Rules", rule.index, column, what, remedy)


def _ways(rule: Rule) -> tuple[Way, ...]:
    return (*_of_numbers(rule), *_of_money(rule), *_not_above_0(rule), *_not_read(rule))


def _of_numbers(rule: Rule) -> tuple[Way, ...]:
    """Steps, limits and ratios that do not go together."""
    minimum, maximum, rate = (
        value if isinstance(value, float) else np.nan for value in (rule.minimum, rule.maximum, rule.rate)
    )
    unit = "whole FTE" if rule.gives_fte else "the cent"
    used = bool(rule.method.formula)
    return (
        (
            rule.step is not None and rule.rounding == "none" and used,
            "warning",
            "Step",
            f'line "{rule.line}" has a Step of {rule.step or 0:g} and no Rounding, so nothing is rounded.',
            "Choose half up, up, down or truncate in Rounding, or empty Step.",
        ),
        (
            rule.step is None and rule.rounding != "none" and used and rule.method.name != "periods",
            "note",
            "Rounding",
            f'line "{rule.line}" is rounded {rule.rounding} without a Step: to {unit}.',
            "Fill Step when you mean another one, such as 0.1.",
        ),
        (
            minimum > maximum,
            "error",
            "Minimum",
            f'line "{rule.line}" has a minimum of {minimum:,.15g} above its maximum of {maximum:,.15g}.',
            "Correct one of the two.",
        ),
        (
            "/{" in rule.method.formula and rate <= 0,
            "error",
            "Rate",
            f'line "{rule.line}" has a ratio of {rate:,.15g} students per FTE.',
            "A ratio is above 0.",
        ),
    )


def _of_money(rule: Rule) -> tuple[Way, ...]:
    """FTE that cost nothing, and a reserve that nobody holds."""
    used = bool(rule.method.formula) or rule.method.name == "manual FTE"
    return (
        (
            rule.gives_fte and not rule.job_type and used,
            "warning",
            "Job type",
            f'line "{rule.line}" gives FTE and has no job type, so its FTE cost nothing.',
            "Choose a job type of Job types.",
        ),
        (
            rule.method.name == "reserve" and not rule.applies_to,
            "error",
            "Applies to",
            f'line "{rule.line}" is a reserve, and does not say which organization holds it.',
            'Write a condition for one, such as AND([@Type]="department",[@Code]="900").',
        ),
    )


def _not_above_0(rule: Rule) -> tuple[Way, ...]:
    """Numbers by which something is divided, or that nothing fits, when they are 0."""
    return tuple(
        (
            column in rule.method.takes and isinstance(rule.fields[column], float) and rule.fields[column] <= 0,
            "error",
            column,
            f'line "{rule.line}" has {noun} that is not above 0.',
            f"Type a number above 0 in {column}.",
        )
        for column, noun in DIVISORS.items()
    )


def _not_read(rule: Rule) -> tuple[Way, ...]:
    """Columns that are filled and that the method or the grain does not read."""
    by_method: tuple[Way, ...] = tuple(
        (
            True,
            "warning" if column == "Formula" else "note",
            column,
            f'line "{rule.line}" has {noun} that is not read, because its method is "{rule.method.name}".',
            f"Choose {_methods_reading(column)}, or empty {column}.",
        )
        for column, noun in READ_BY_SOME.items()
        if column not in rule.method.takes and _filled(rule, column)
    )
    by_grain: tuple[Way, ...] = tuple(
        (
            not rule.shared and _filled(rule, column),
            "warning",
            column,
            f'line "{rule.line}" has {column}, and is counted per {rule.grain}, so nothing is shared.',
            f"Choose campus or district in Per, or empty {column}.",
        )
        for column in ("Share by", "Share step")
    )
    return by_method + by_grain


def _filled(rule: Rule, column: str) -> bool:
    value = rule.fields[column]
    return value not in ("", None) and value == value  # noqa: PLR0124 - NaN is an empty number


def _methods_reading(column: str) -> str:
    """The first methods that read a column, in words."""
    names = [f'"{method.name}"' for method in METHODS if column in method.takes][:2]
    return f"the method {' or '.join(names)}"
