"""What a scenario changes in the planner's tables: the table Changes, applied to a copy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from apportion.cells import READERS, as_text
from apportion.errors import did_you_mean
from apportion.fields import Field
from apportion.schema import BY_NAME as SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apportion.allocation.result import Scenario
    from apportion.errors import Finding
    from apportion.fields import TableSchema
    from apportion.intake import Intake

# A scenario is found by its own row and the plan's settings, so these cannot change with it.
FIXED = ("Plan", "Scenarios", "Changes")
KEYS = {"Rules": ("Line", "Order"), "PriorYear": ("School", "Line"), "Adjustments": ("School", "Line")}
COUNT = Field("Count", "number", "", "students", least=0)
CHARACTERISTIC = Field("Characteristic", "value", "")


def with_changes(intake: Intake, scenario: Scenario, findings: list[Finding]) -> Intake:
    """The plan's tables as the scenario has them; what cannot be applied is a finding at its row of Changes."""
    frame = intake.frames["Changes"]
    findings += _unknown_scenarios(intake)
    mine = frame[frame["Scenario"].str.casefold() == scenario.name.casefold()]
    frames = dict(intake.frames)
    for index, row in zip(mine.index, mine.to_dict("records"), strict=True):
        problem = _change(frames, scenario, row)
        if problem is not None:
            column, what, remedy = problem
            findings.append(intake.finding("error", "Changes", int(str(index)), column, what, remedy))
    return replace(intake, frames=frames) if len(mine) else intake


def _unknown_scenarios(intake: Intake) -> Iterator[Finding]:
    """Changes of a scenario that the plan does not have, the first one of each."""
    frame, known = intake.frames["Changes"], list(intake.frames["Scenarios"]["Scenario"]) or ["Base"]
    asked = frame["Scenario"].str.casefold()
    unknown = (asked != "") & ~asked.isin({name.casefold() for name in known})
    for index, name in frame["Scenario"][unknown & ~asked.duplicated()].items():
        what = f'there is no scenario "{name}", so nothing is changed.'
        remedy = did_you_mean(name, known) or "Add it to Scenarios."
        yield intake.finding("warning", "Changes", int(str(index)), "Scenario", what, remedy)


def _change(frames: dict[str, pd.DataFrame], scenario: Scenario, row: dict[Any, Any]) -> tuple[str, str, str] | None:
    """Apply one row to `frames`; otherwise the column of Changes at fault, what is wrong and the remedy."""
    schema = SCHEMAS.get(row["Table"].casefold())
    if schema is None or schema.name in FIXED:
        known = [each.name for each in SCHEMAS.values() if each.name not in FIXED]
        return "Table", f'a scenario cannot change a table "{row["Table"]}".', did_you_mean(row["Table"], known)
    frame = frames[schema.name]
    column = next((name for name in frame.columns if name.casefold() == row["Column"].casefold()), None)
    if column is None:
        return (
            "Column",
            f'there is no column "{row["Column"]}" in {schema.name}.',
            did_you_mean(row["Column"], map(str, frame.columns)),
        )
    hits = _rows(frame, schema, row["Key"], scenario)
    if len(hits) != 1:
        found = f"{len(hits)} rows" if len(hits) else "no row"
        keys = " | ".join(_keys(schema))
        return "Key", f'"{row["Key"]}" names {found} of {schema.name}.', f"Name one row by {keys}."
    field = schema.by_name.get(column.casefold()) or (COUNT if schema.more == "counts" else CHARACTERISTIC)
    value, what, remedy = _value(frames, field, row["Value"])
    changed = frame.copy()
    if isinstance(value, str | None) and changed[column].dtype != object:
        changed[column] = changed[column].astype(object)
    changed.loc[hits[0], column] = value
    if not what and column in schema.key and _stands_twice(changed, schema, hits[0]):
        what = f"{schema.name} then has two rows of the same {', '.join(schema.key)}."
        remedy = "Choose another value."
    if not what:
        frames[schema.name] = changed
    return ("Value", what, remedy) if what else None


def _value(frames: dict[str, pd.DataFrame], field: Field, text: str) -> tuple[Any, str, str]:
    """The new value, a name as the table spells it in which it must stand; what is wrong with it and the remedy."""
    value, severity, what, remedy = READERS[field.kind](_typed(text, field), field)
    if severity == "error":
        return value, what, remedy
    if not text and field.required:
        return value, f"{field.name} cannot be empty.", field.doc
    if not text and field is COUNT:
        return 0.0, "", ""
    if field.lookup is None or not value:
        return value, "", ""
    table, column = field.lookup
    known = {str(each).casefold(): str(each) for each in frames[table][column] if each}
    if str(value).casefold() in known:
        return known[str(value).casefold()], "", ""
    remedy = did_you_mean(str(value), known.values()) or f"Add it to {table}."
    return value, f'no {field.name.lower()} "{value}" in {table}.', remedy


def _stands_twice(frame: pd.DataFrame, schema: TableSchema, hit: Any) -> bool:
    keys = frame[list(schema.key)].astype(str).apply(lambda column: column.str.casefold())
    return bool((keys == keys.loc[hit]).all(axis=1).sum() > 1)


def _typed(text: str, field: Field) -> object:
    """A number that was typed into the text column Value, as a number."""
    if field.kind in ("text", "choice", "formula", "year", "date"):
        return text
    try:
        return float(text.replace(",", "").replace("$", ""))
    except ValueError:
        return text


def _keys(schema: TableSchema) -> tuple[str, ...]:
    if schema.name == "Enrollment":
        return ("School", "Instructional model", "Projection")
    return schema.key or KEYS.get(schema.name, (schema.fields[0].name,))


def _rows(frame: pd.DataFrame, schema: TableSchema, key: str, scenario: Scenario) -> list[Any]:
    """The rows that a key names: part by part, a part left out or empty being any; Enrollment in its projection."""
    parts = [part.strip() for part in key.split("|")]
    keys = _keys(schema)
    same = pd.Series(data=True, index=frame.index)
    for name, part in zip(keys, parts, strict=False):
        if part:
            same &= frame[name].map(as_text).str.casefold() == part.casefold()
    if schema.name == "Enrollment" and len(parts) < len(keys):
        same &= frame["Projection"].str.casefold() == scenario.projection.casefold()
    return frame.index[same].tolist()
