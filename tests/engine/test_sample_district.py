"""The fictional district is a whole plan: its tables fit the schema and each other, and its counts add up."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from apportion.allocation.result import AllocationResult
from apportion.allocation.staffing import staff
from apportion.intake import read_tables
from apportion.schema import TABLES, TableSchema
from apportion.workbook.book import open_book

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


@cache
def allocation(scenario: str) -> AllocationResult:
    """The sample allocated."""
    result = staff(read_tables(open_book(FOLDER).tables), scenario).result
    assert result is not None
    return result


# School, line, FTE, dollars; each worked out by hand from the handbook's rule.
# A teacher costs 69,850 x 1.251 + 10,260 = $97,642.35.
WORKED = [
    # 1,528 in person / 26 up to 58.8, 148 hybrid / 24 up to 6.2, 36 virtual / 30 = 1.2
    ("301", "Teacher", 66.2, 6_463_923.57),
    # (80+85+83+77)/20 + (78+83)/26 = 22.442, up to 0.5
    ("104", "Teacher", 22.5, 2_196_952.88),
    # 22.5/6 = 3.75, half up to 0.2
    ("104", "Art, music and PE teacher", 3.8, 371_040.93),
    # 486/600 = 0.81, down to 0.5; 106,500 x 1.243 + 10,260 = $142,639.50
    ("104", "Assistant principal", 0.5, 71_319.75),
    # 1,712/375 = 4.565, half up to 0.5
    ("301", "Assistant principal", 4.5, 641_877.75),
    # 1 + (402-400)/350 truncated to 1.0, less the half shared with Riverside Middle; 42,490 x 1.268 + 10,260
    ("152", "Secretary", 0.5, 32_068.66),
    # 80/24 up to 4 classes x 0.5; 29,780 x 1.289 + 10,260 = $48,646.42
    ("104", "Kindergarten aide", 2.0, 97_292.84),
    # band 400-900 gives 1.0, less 0.4; 68,890 x 1.251 + 10,260 = $96,441.39
    ("215", "Nurse", 0.6, 57_864.83),
    # 569/600 is rounded down to 0 and raised to the minimum; 40,260 x 1.276 + 10,260
    ("215", "Campus safety officer", 1.0, 61_631.76),
    # 386/180 = 2.1444, truncated to 0.01; 76,900 x 1.251 + 10,260 = $106,461.90
    ("390", "Virtual learning lead", 2.14, 227_828.47),
    # (1,528 + 148) x $151.25 + 36 x $212
    ("301", "Instructional supplies", 0.0, 261_127.00),
    # (22.8 + 5.5) x 9.5 x 142 = 38,176.70, up to ten dollars
    ("215", "Substitute days", 0.0, 38_180.00),
    # poverty share 0.803: 493 economically disadvantaged x $590
    ("134", "Title I school allocation", 0.0, 290_870.00),
    # only an adjustment
    ("139", "School start-up", 0.0, 185_000.00),
    # 5 for student services; the average cost is given
    ("801", "Program specialist", 5.0, 566_250.00),
]


@pytest.mark.parametrize(("school", "line", "fte", "dollars"), WORKED)
def test_a_line_comes_out_as_worked_by_hand(school: str, line: str, fte: float, dollars: float) -> None:
    """Each method, rounding mode and grain of the sample, at one school."""
    amounts = allocation("Base").amounts
    row = amounts[(amounts["School"] == school) & (amounts["Line"] == line)].iloc[0]
    assert (row["FTE"], row["Dollars"]) == (pytest.approx(fte, abs=1e-12), dollars)


@pytest.mark.parametrize(
    ("scenario", "fte", "dollars"), [("Base", 1_964.08, 184_805_966.09), ("Tighter ratios", 1_903.61, 178_774_638.74)]
)
def test_the_districts_totals(scenario: str, fte: float, dollars: float) -> None:
    """Computed apart from the engine in exact fractions, but for the family liaisons and the teacher of Stonebridge.

    These were added by hand: 13 x 0.5 x $66,633.68 = $433,118.92 in both; in the second one teacher at $97,642.35,
    and $1,350 more of substitute days.
    """
    result = allocation(scenario)
    assert (round(result.total_fte, 2), result.total_dollars) == (fte, dollars)


def test_the_sample_warns_of_one_fund_and_notes_one_adjustment() -> None:
    """Title I gives $2,403,828.92 of $2,378,000, and the counselor of Ivy Lane expired in FY2026."""
    said = [(finding.severity, finding.table) for finding in allocation("Base").findings]
    assert sorted(said) == [("note", "Adjustments"), ("warning", "FundYears")]
