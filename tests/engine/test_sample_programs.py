"""The fictional review of programs is whole: its tables fit the schema and each other, and its story holds together."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from apportion.fields import TableSchema
from apportion.programs.portfolio import listed, read_portfolio
from apportion.schema import FUND_YEARS, FUNDS, PLAN, SCHOOLS
from apportion.schema_programs import PROGRAM_TABLES
from apportion.workbook.csvfolder import read_folder

TEMPLATES = Path(__file__).parents[2] / "workbook_templates"
FOLDER = TEMPLATES / "sample_programs"
SCHEMAS = (PLAN, SCHOOLS, FUNDS, FUND_YEARS, *PROGRAM_TABLES)
OUTCOMES = ("Well established", "Meaningful participation", "Value provided", "Measured outcomes")
PRIORITIES = ("Strategic alignment", "Equity of reach")
CONDITIONS = ("Cost-effectiveness", "Sustainability")
# The way of a request: Yan, Jefferson County Public Schools, cycle-based budgeting (2016).
MAY_FOLLOW = {
    "": {"draft"},
    "draft": {"submitted"},
    "submitted": {"returned", "approved", "denied"},
    "returned": {"submitted"},
    "approved": {"active"},
    "active": {"review due"},
    "review due": {"decided"},
}


def rows(table: str, folder: Path = FOLDER) -> list[dict[str, str]]:
    """The records of one table as text."""
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cost_of(program: str, year: str = "2027") -> float:
    return sum(float(row["Dollars"]) for row in rows("ProgramCosts") if (row["Program"], row["Year"]) == (program, year))


def test_nothing_is_wrong_in_it() -> None:
    book = read_folder(FOLDER)
    portfolio, findings = read_portfolio(book.tables)
    assert (book.findings, findings) == ((), ())
    assert (portfolio.year, portfolio.years) == (2027, (2027, 2028, 2029))


def test_it_has_every_table_and_no_other() -> None:
    assert {path.stem for path in FOLDER.glob("*.csv")} == {schema.name for schema in SCHEMAS}


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)
def test_every_table_has_the_columns_of_the_schema_and_unique_keys(schema: TableSchema) -> None:
    """Headers are the schema's, in its order; Schools has the district's own after them."""
    records = rows(schema.name)
    header = list(records[0])
    assert header[: len(schema.fields)] == [field.name for field in schema.fields]
    assert len(header) == len(schema.fields) or schema.name == "Schools"
    keys = [tuple(record[name] for name in schema.key) for record in records]
    assert not schema.key or len(set(keys)) == len(keys)


def test_it_is_the_district_of_the_planner() -> None:
    """The same schools; every fund of the planner has the same amount and dates in FY2027, and new ones stand beside."""
    district = TEMPLATES / "sample_district"
    assert rows("Schools") == rows("Schools", district)
    here = {row["Fund"]: row for row in rows("FundYears") if row["Year"] == "2027"}
    for row in rows("FundYears", district):
        if row["Year"] == "2027":
            assert {header: here[row["Fund"]][header] for header in row if header != "For programs"} == {
                header: value for header, value in row.items() if header != "For programs"
            }
    assert {row["Fund"] for row in rows("Funds", district)} < {row["Fund"] for row in rows("Funds")}


def test_twenty_six_programs_ten_of_them_paid_by_grants() -> None:
    """One-time money pays the grant-funded ones, recurring money alone the legacy ones."""
    origins = {row["Code"]: row["Origin"] for row in rows("Programs")}
    assert Counter(origins.values()) == {"legacy": 16, "grant-funded": 10}
    one_time = {row["Fund"] for row in rows("Funds") if row["Recurrence"] == "one-time"}
    paid = {row["Program"] for row in rows("ProgramCosts") if row["Fund"] in one_time}
    assert paid == {code for code, origin in origins.items() if origin == "grant-funded"}
    assert all(60_000 <= cost_of(code) <= 2_500_000 for code in origins)


def test_the_eight_parts_stand_on_two_axes() -> None:
    """Alignment and equity, and the four parts of outcomes, are scored; two parts are conditions."""
    axes = {row["Criterion"]: (row["Axis"], row["Role"]) for row in rows("Criteria")}
    assert axes == {
        **dict.fromkeys(OUTCOMES, ("Student Outcomes & Value", "score")),
        **dict.fromkeys(PRIORITIES, ("District Priorities", "score")),
        **dict.fromkeys(CONDITIONS, ("District Priorities", "condition")),
    }
    assert all(float(row["Weight"]) > 0 for row in rows("Criteria"))


def test_the_public_rubric_has_the_same_parts_with_equal_weights() -> None:
    """The template begins with it; the sample's district weighs two parts double."""
    public = rows("Criteria", TEMPLATES / "program_rubric")
    aside = ("Weight", "Notes")
    assert [{h: v for h, v in row.items() if h not in aside} for row in public] == [
        {h: v for h, v in row.items() if h not in aside} for row in rows("Criteria")
    ]
    assert {row["Weight"] for row in public} == {"1"}


def test_four_people_rate_everything_and_a_0_or_4_rests_on_evidence() -> None:
    ratings = rows("Ratings")
    assert len(ratings) == 26 * 8 * 4
    assert all(row["Evidence"] for row in ratings if row["Score"] in ("0", "4"))
    assert sum(bool(row["Evidence"]) for row in ratings) / len(ratings) > 0.75
    assert 20 < sum(row["Score"] == "not rated" for row in ratings) < 100


def test_two_raters_own_programs_and_rate_them_too() -> None:
    owners = {row["Rater"]: listed(row["Owner of"]) for row in rows("Raters") if row["Owner of"]}
    assert len(owners) == 2
    named = {row["Code"]: row["Owner"] for row in rows("Programs")}
    for rater, programs in owners.items():
        for program in programs:
            assert named[program] == rater
            own = [row for row in rows("Ratings") if (row["Program"], row["Rater"]) == (program, rater)]
            assert len(own) == 8


def scores(program: str, criterion: str) -> dict[str, str]:
    found = (row for row in rows("Ratings") if (row["Program"], row["Criterion"]) == (program, criterion))
    return {row["Rater"]: row["Score"] for row in found}


def test_the_example_of_the_rule_is_among_them() -> None:
    """Alignment 4, equity 4, outcomes 1, no recurring fund: Online tutoring, by everyone but its owner."""
    expected = {**dict.fromkeys(OUTCOMES, "1"), **dict.fromkeys(PRIORITIES, "4")}
    for criterion, score in expected.items():
        given = scores("OLT", criterion)
        assert given.pop("Daniel Okafor") >= score
        assert set(given.values()) == {score}
    funds = {row["Fund"] for row in rows("ProgramCosts") if row["Program"] == "OLT"}
    assert funds == {"Learning Recovery Grant"}


def test_raters_disagree_about_some_and_two_have_too_little_evidence() -> None:
    """By three points about counselors' outcomes and the priority of music; nobody measured two programs yet."""
    assert sorted(scores("MHC", "Measured outcomes").values()) == ["1", "2", "3", "4"]
    assert sorted(scores("MUS", "Strategic alignment").values()) == ["0", "1", "1", "3"]
    for program in ("NEW", "IND"):
        for criterion in ("Meaningful participation", "Measured outcomes"):
            assert set(scores(program, criterion).values()) == {"not rated"}


def test_continuing_everything_costs_more_than_there_is_when_grants_end() -> None:
    """FY2028: $24,549,000 against $19,160,000 of recurring money for programs and $1,570,000 of grants that end."""
    every = sum(cost_of(row["Code"], "2028") for row in rows("Programs"))
    recurring = {row["Fund"]: row["Recurrence"] == "recurring" for row in rows("Funds")}
    there = Counter[bool]()
    for row in rows("FundYears"):
        if row["Year"] == "2028":
            there[recurring[row["Fund"]]] += int(row["For programs"] or row["Amount"])
    assert (every, there[True], there[False]) == (24_549_000, 19_160_000, 1_570_000)


def test_costs_per_participant_in_the_evidence_are_those_of_the_tables() -> None:
    """Evidence of cost-effectiveness begins with dollars per student (per child, per reader)."""
    taking = {row["Code"]: row["Students taking part"] for row in rows("Programs")}
    told = 0
    for row in rows("Ratings"):
        match = re.match(r"\$([\d,]+) per", row["Evidence"])
        if row["Criterion"] == "Cost-effectiveness" and match and row["Program"] != "DEV":
            told += 1
            assert int(match[1].replace(",", "")) == round(cost_of(row["Program"]) / int(taking[row["Program"]]))
    assert told > 60


def test_participation_by_school_adds_up_to_the_program() -> None:
    programs = {row["Code"]: (row["Students with access"], row["Students taking part"]) for row in rows("Programs")}
    by_school: dict[str, list[int]] = {}
    for row in rows("Participation"):
        if row["School"] and row["Taking part"]:
            total = by_school.setdefault(row["Program"], [0, 0])
            total[0] += int(row["With access"])
            total[1] += int(row["Taking part"])
    assert len(by_school) == 10
    assert {code: tuple(map(str, total)) for code, total in by_school.items()} == {
        code: programs[code] for code in by_school
    }


def test_lists_name_what_there_is() -> None:
    """Schools served, substitutes, needs, excludes, what raters own, options that were decided."""
    schools, programs = {row["Code"] for row in rows("Schools")}, {row["Code"] for row in rows("Programs")}
    priorities = {row["Priority"] for row in rows("Priorities")}
    for row in rows("Programs"):
        assert set(listed(row["Schools served"])) <= schools
        assert {*listed(row["Substitutes"]), *listed(row["Needs"]), *listed(row["Excludes"])} <= programs - {row["Code"]}
        assert set(listed(row["Priorities"])) <= priorities
    options = {(row["Program"], row["School"], row["Option"]) for row in rows("Options")}
    assert {(row["Program"], row["School"], row["Option"]) for row in rows("OptionCosts")} <= options
    decided = [row for row in rows("Decisions") if row["Program"]]
    assert {(row["Program"], row["School"], row["Option"]) for row in decided} <= options
    assert all(row["Reason"] for row in decided)
    mandates = [row for row in rows("Programs") if row["Mandate"]]
    assert {row["Code"]: row["Least service"] for row in mandates} == {"ELS": "0.95", "DYS": "0.8", "GTE": "0.5"}


def test_every_limit_can_be_switched_and_has_its_amount() -> None:
    """One row for each of the nine kinds; three of them need an amount."""
    limits = {row["Kind"]: row["Amount"] for row in rows("RealignLimits")}
    assert len(rows("RealignLimits")) == len(limits) == 9
    with_amount = {kind for kind, amount in limits.items() if amount}
    assert with_amount == {"maintenance of effort", "positions cut", "loss of one school"}


def test_investments_follow_the_legal_way() -> None:
    """Dates rise, every step may follow the one before, and most states are reached by one."""
    now: dict[str, str] = {}
    dates: dict[str, str] = {}
    for row in rows("States"):
        code = row["Investment"]
        assert row["State"] in MAY_FOLLOW[now.get(code, "")]
        assert row["Date"] > dates.get(code, "")
        assert row["Reason"] or row["State"] not in ("returned", "denied")
        now[code], dates[code] = row["State"], row["Date"]
    assert set(now) == {row["Code"] for row in rows("Investments")}
    assert set(now.values()) == {"draft", "returned", "approved", "denied", "active", "review due", "decided"}


def test_metrics_have_a_target_for_every_year_and_readings_in_order() -> None:
    """Of two readings fewer than ten students were measured."""
    years = {row["Code"]: int(row["Cycle years"]) for row in rows("Investments")}
    metrics = {(row["Investment"], row["Metric"], row["Student group"]) for row in rows("Metrics")}
    for row in rows("Metrics"):
        targets = [row[f"Target year {year}"] for year in range(1, 6)]
        assert [bool(target) for target in targets] == [year <= years[row["Investment"]] for year in range(1, 6)]
    last: dict[tuple[str, str, str], str] = {}
    for row in rows("Readings"):
        key = (row["Investment"], row["Metric"], row["Student group"])
        assert key in metrics
        assert row["Date"] > last.get(key, "")
        last[key] = row["Date"]
    assert sum(int(row["Students"]) < 10 for row in rows("Readings")) == 2
