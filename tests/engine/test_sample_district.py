"""The fictional district is a whole plan: its tables fit the schema and each other, and its counts add up."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from apportion.allocation.result import AllocationResult
from apportion.allocation.staffing import staff
from apportion.fields import TableSchema
from apportion.intake import read_tables
from apportion.schema import TABLES
from apportion.workbook.book import open_book
from tools.cedar_falls import OPTIONS, CedarFalls

FOLDER = Path(__file__).parents[2] / "workbook_templates" / "sample_district"
GRADES = ("K", *(f"Grade {number}" for number in range(1, 13)))
NEED_GROUPS = ("English learners", "Students with disabilities", "Economically disadvantaged", "Self-contained")
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
    """Need groups overlap, but none has more students than the row, and self-contained students have disabilities."""
    for record in rows("Enrollment"):
        assert int(record["Self-contained"]) <= int(record["Students with disabilities"]), record["School"]
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
    lines = {record["Line"] for table in ("Rules", "Bundles", "Weights") for record in rows(table)}
    jobs = {record["Job type"] for record in rows("JobTypes")} | {""}
    for table in ("Enrollment", "PriorYear", "Adjustments"):
        assert {record["School"] for record in rows(table)} <= schools, table
    assert {record["Job type"] for record in rows("Rules")} <= jobs
    for table in ("Adjustments", "Funding"):
        assert {record["Line"] for record in rows(table)} <= lines, table
    funds = {record["Fund"] for record in rows("Funds")} | {""}
    for table in ("Rules", "Bundles", "FundYears", "Funding", "PriorYear"):
        assert {record["Fund"] for record in rows(table)} <= funds, table
    assert {record["Projection"] for record in rows("Projections")} == {
        record["Projection"] for record in rows("Enrollment")
    }
    assert {record["Scenario"] for record in rows("Changes")} <= {record["Scenario"] for record in rows("Scenarios")}
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
    # 80/22 = 3.64, but no class above 25: 4
    ("104", "Kindergarten teacher", 4.0, 390_569.40),
    # grades 1 to 5: 85, 83 and 77 in classes of 23 are 4 each, 78 and 83 in classes of 27 are 3 and 4
    ("104", "Teacher", 19.0, 1_855_204.65),
    # eight grades of 10 to 12; 1 + 2, 3 + 4 and 5 + 6 share a class, 7 + 8 have 23 and do not; and half by exception
    ("181", "Teacher", 5.5, 537_032.93),
    # sections: 1,528 x 6/31 up to 296, 148 x 6/29 up to 31, 36 x 6/36 = 6; of which a teacher has five
    ("301", "Teacher", 66.6, 6_502_980.51),
    # 386/28 = 13.786, up to 0.2
    ("390", "Teacher", 13.8, 1_347_464.43),
    # (4 + 19)/6 = 3.833, half up to 0.2
    ("104", "Art, music and PE teacher", 3.8, 371_040.93),
    # (66.6 and 3.6 for English learners)/50 = 1.404, half up to 0.2
    ("301", "Department lead", 1.4, 136_699.29),
    # 4 x 0.5; 29,780 x 1.289 + 10,260 = $48,646.42
    ("104", "Kindergarten aide", 2.0, 97_292.84),
    # 148 / (20 x 2) up to 4
    ("301", "Hybrid room aide", 4.0, 194_585.68),
    # 486/600 = 0.81, down to 0.5; 106,500 x 1.243 + 10,260 = $142,639.50
    ("104", "Assistant principal", 0.5, 71_319.75),
    # 1,712/375 = 4.565, half up to 0.5
    ("301", "Assistant principal", 4.5, 641_877.75),
    # 1 + (402-400)/350 truncated to 1.0, less the half shared with Riverside Middle; 42,490 x 1.268 + 10,260
    ("152", "Secretary", 0.5, 32_068.66),
    # 1.0 last year
    ("125", "Parent-center clerk", 1.0, 64_137.32),
    # (217 - 24)/16 = 12.06, up to 0.5; 71,550 x 1.251 + 10,260 = $99,769.05
    ("301", "Special education teacher", 12.5, 1_247_113.13),
    # 24 students are 3 rooms with two aides each
    ("301", "Self-contained teacher", 3.0, 299_307.15),
    ("301", "Self-contained aide", 6.0, 291_878.52),
    # the campus has 402 + 569 = 971: 1.4, which is 7 days; 569/971 x 7 = 4.1 days, and the elementary gets the last one
    ("215", "Nurse", 0.8, 77_153.11),
    ("152", "Nurse", 0.6, 57_864.83),
    # 629 last fall, 612 projected: 629/350 = 1.797, half up to 0.1; 73,430 x 1.251 + 10,260 = $102,120.93
    ("209", "Counselor", 1.8, 183_817.67),
    # 842/450 = 1.871, half up to 0.2
    ("301", "Attendance counselor", 1.8, 183_817.67),
    # 569/600 is rounded down to 0 and raised to the minimum; 40,260 x 1.276 + 10,260
    ("215", "Campus safety officer", 1.0, 61_631.76),
    # 386/180 = 2.1444, truncated to 0.01; 76,900 x 1.251 + 10,260 = $106,461.90
    ("390", "Virtual learning lead", 2.14, 227_828.47),
    # (1,528 + 148) x $151.25 + 36 x $212
    ("301", "Instructional supplies", 0.0, 261_127.00),
    # 1,712 x ($92.40 + 0.2 x $92.40)
    ("301", "Discretionary funds", 0.0, 189_826.56),
    # 493 of 614 are 80%: 0.25 + 0.15 of $92.40 = $36.96 each; 256 x $27.72
    ("134", "Equity supplement", 0.0, 25_317.60),
    ("215", "Technology refresh", 0.0, 15_000.00),
    ("301", "School office", 0.0, 9_600.00),
    # $119,470.33 last year x 1.035
    ("104", "Utilities", 0.0, 123_651.79),
    # (23.6 + 1.6 + 0.6) x 1,349 = 34,804.20, up to ten dollars
    ("215", "Substitute days", 0.0, 34_810.00),
    # (66.6 + 3.6 + 1.4) x $150
    ("301", "Professional development", 0.0, 10_740.00),
    # $1,866,000 x 493/4,281
    ("134", "Title I school allocation", 0.0, 214_888.58),
    # poverty share 0.803: 493 economically disadvantaged x $125
    ("134", "Title I high-poverty supplement", 0.0, 61_625.00),
    # only an adjustment
    ("139", "School start-up", 0.0, 185_000.00),
    ("203", "Board initiative", 0.0, 24_000.00),
    ("110", "Dual-language teacher", 1.0, 97_642.35),
    # 5 for student services; the average cost is given
    ("801", "Program specialist", 5.0, 566_250.00),
    # 856.5 teachers x 0.6% = 5.139, half up
    ("801", "Growth reserve", 5.0, 488_211.75),
]


@pytest.mark.parametrize(("school", "line", "fte", "dollars"), WORKED)
def test_a_line_comes_out_as_worked_by_hand(school: str, line: str, fte: float, dollars: float) -> None:
    """Each method, rounding mode and grain of the sample, at one school."""
    amounts = allocation("Base").amounts
    row = amounts[(amounts["School"] == school) & (amounts["Line"] == line)].iloc[0]
    assert (row["FTE"], row["Dollars"]) == (pytest.approx(fte, abs=1e-12), dollars)


@pytest.mark.parametrize("scenario", OPTIONS)
def test_every_school_and_line_is_what_the_handbook_gives_in_exact_fractions(scenario: str) -> None:
    """Over a thousand amounts in each scenario, computed apart from the engine."""
    expected = {key: (float(fte), float(dollars)) for key, (fte, dollars) in CedarFalls(FOLDER, scenario).lines.items()}
    amounts = allocation(scenario).amounts.to_dict("records")
    actual = {(row["School"], row["Line"]): (round(row["FTE"], 9), row["Dollars"]) for row in amounts}
    different = {
        key: (actual.get(key), expected.get(key))
        for key in {*actual, *expected}
        if actual.get(key, (0, 0)) != expected.get(key, (0, 0))
    }
    assert (different, len(actual) > 1000) == ({}, True)


@pytest.mark.parametrize(
    ("scenario", "fte", "dollars"),
    [
        ("Base", 2_112.58, 207_033_509.02),
        ("Tighter ratios", 2_041.91, 200_106_212.01),
        ("Smaller first grade", 2_116.18, 207_390_421.48),
    ],
)
def test_the_districts_totals(scenario: str, fte: float, dollars: float) -> None:
    """As the README states them and as the exact fractions add up."""
    result = allocation(scenario)
    assert (round(result.total_fte, 2), result.total_dollars) == (fte, dollars)
    assert tuple(map(float, CedarFalls(FOLDER, scenario).total())) == (fte, dollars)


@pytest.mark.parametrize("scenario", OPTIONS)
def test_title_two_pays_what_coaches_leave_of_it(scenario: str) -> None:
    """Up to remaining: $1,488,500 less 13 coaches at $108,175.77 is $82,215.00, less cents cut off at each school."""
    by_fund = allocation(scenario).by_fund
    paid = by_fund[by_fund["Fund"] == "Title II, Part A"]["Dollars"].sum()
    assert round(paid - 13 * 108_175.77, 2) == float(CedarFalls(FOLDER, scenario).paid_by_title_two())


def test_the_sample_warns_of_one_fund_and_notes_one_adjustment() -> None:
    """Title I gives $2,403,493.92 of $2,378,000, and the counselor of Ivy Lane expired in FY2026."""
    said = [(finding.severity, finding.table) for finding in allocation("Base").findings]
    assert sorted(said) == [("note", "Adjustments"), ("warning", "FundYears")]
