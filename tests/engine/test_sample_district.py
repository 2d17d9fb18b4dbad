"""The fictional district is a whole plan: its tables fit the schema and each other, and its counts add up."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from apportion.schema import TABLES, TableSchema

FOLDER = Path(__file__).parents[2] / "workbook_templates" / "sample_district"
GRADES = ("K", *(f"Grade {number}" for number in range(1, 13)))
NEED_GROUPS = ("English learners", "Students with disabilities", "Economically disadvantaged")
CHARACTERISTICS = ("Region", "Title I", "Poverty share", "Square feet")
OWN_COLUMNS = {"Schools": CHARACTERISTICS, "Enrollment": ("Enrollment", *GRADES, *NEED_GROUPS)}


def rows(table: str) -> list[dict[str, str]]:
    """The records of one table as text."""
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("schema", TABLES, ids=lambda schema: schema.name)
def test_every_table_has_the_columns_of_the_schema(schema: TableSchema) -> None:
    """Headers are the schema's, in its order; the district's own columns follow."""
    declared = [field.name for field in schema.fields]
    header = list(rows(schema.name)[0])
    own = list(OWN_COLUMNS.get(schema.name, ()))
    assert header == declared + own


@pytest.mark.parametrize("schema", TABLES, ids=lambda schema: schema.name)
def test_keys_are_unique_required_cells_filled_and_choices_known(schema: TableSchema) -> None:
    """What the schema asks of a table holds in every row."""
    records = rows(schema.name)
    keys = [tuple(record[name] for name in schema.key) for record in records]
    assert not schema.key or len(set(keys)) == len(keys)
    for field in schema.fields:
        cells = {record[field.name] for record in records}
        assert not field.required or "" not in cells
        assert not field.choices or cells <= {*field.choices, ""}


def test_grades_add_up_to_enrollment() -> None:
    """A school's grades are its enrollment, in every projection and instructional model."""
    for record in rows("Enrollment"):
        assert sum(int(record[grade]) for grade in GRADES) == int(record["Enrollment"]), record["School"]


def test_no_need_group_is_larger_than_the_school() -> None:
    """Need groups overlap, but none has more students than the row."""
    for record in rows("Enrollment"):
        assert all(0 <= int(record[group]) <= int(record["Enrollment"]) for group in NEED_GROUPS), record["School"]


def test_the_base_projection_has_21334_students_in_36_schools() -> None:
    """The number that the sample's README states."""
    base = [record for record in rows("Enrollment") if record["Projection"] == "Base"]
    assert (sum(int(record["Enrollment"]) for record in base), len({record["School"] for record in base})) == (
        21_334,
        36,
    )


def test_tables_name_only_what_is_there() -> None:
    """Schools, job types and lines that a table names exist."""
    schools = {record["Code"] for record in rows("Schools")}
    lines = {record["Line"] for record in rows("Rules")}
    jobs = {record["Job type"] for record in rows("JobTypes")} | {""}
    for table in ("Enrollment", "PriorYear", "Adjustments"):
        assert {record["School"] for record in rows(table)} <= schools, table
    assert {record["Job type"] for record in rows("Rules")} <= jobs
    assert {record["Line"] for record in rows("Adjustments")} <= lines
    assert {record["Line"] for record in rows("PriorYear")} - lines == {"Learning recovery tutor"}


def test_the_school_that_opens_has_no_prior_year() -> None:
    """Meadowlark opens in FY2027; every other organization has something in FY2026."""
    opened = {record["Code"] for record in rows("Schools") if record["Open year"] == "2027"}
    before = {record["School"] for record in rows("PriorYear")}
    assert opened == {"139"}
    assert {record["Code"] for record in rows("Schools")} - before == opened


def test_every_method_grain_and_rounding_is_used() -> None:
    """The sample shows each word of the drop-downs that decide how an amount comes about."""
    schema = next(table for table in TABLES if table.name == "Rules")
    for column in ("Method", "Per", "Rounding"):
        assert {record[column] for record in rows("Rules")} == set(schema.by_name[column.casefold()].choices), column
