"""The wide CSV file: a row per organization, whose amounts are those of the allocation line by line."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from apportion.allocation.staffing import staff
from apportion.errors import Finding
from apportion.intake import read_tables
from apportion.tables import Table
from apportion.workbook.book import FileBook, open_book
from apportion.workbook.csvfolder import CannotWrite
from apportion.workbook.locations import template_folder
from apportion.workbook.wide import IsThePlan, WideAllocation, allocate_wide, refuse_plan, write_wide
from tools.plans import table

SAMPLE = template_folder() / "sample_district"


def small(**changed: list[dict[str, object]]) -> dict[str, Table]:
    """Two schools and a department: a teacher for 20 students, half up to 0.1, and $10.01 for each student."""
    tables: dict[str, list[dict[str, object]]] = {
        "Plan": [{"Setting": "Fiscal year", "Value": "2027"}],
        "Schools": [
            {"Code": "007", "Name": 'Alder, "North"', "Type": "school", "Level": "High"},
            {"Code": "010", "Name": "NA", "Type": "charter", "Level": ""},
            {"Code": "900", "Name": "=1+1", "Type": "department", "Level": ""},
        ],
        "Enrollment": [{"School": "007", "Enrollment": 123.0}, {"School": "010", "Enrollment": 40.0}],
        "JobTypes": [{"Job type": "Teacher", "Year": 2027.0, "Average cost": 90000.25}],
        "Rules": [
            {"Line": "Teacher", "Method": "ratio FTE", "Group": "Enrollment", "Rate": 20.0, "Rounding": "half up", "Step": 0.1, "Job type": "Teacher", "Fund": "General"},
            {"Line": "Supplies", "Method": "per-pupil dollars", "Group": "Enrollment", "Rate": 10.01, "Fund": "General"},
        ],
    }  # fmt: skip
    return {name: table(name, rows) for name, rows in (tables | changed).items()}


def wide_of(tables: dict[str, Table]) -> tuple[WideAllocation, tuple[Finding, ...]]:
    wide, findings = allocate_wide(FileBook("plan", tables))
    assert wide is not None, findings
    return wide, findings


def written(wide: WideAllocation, path: Path) -> list[list[str]]:
    write_wide(wide, path)
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file, strict=True))


def test_a_row_per_organization(tmp_path: Path) -> None:
    """123 students / 20 = 6.15, half up 6.2 FTE at $90,000.25 = $558,001.55; 123 x $10.01 = $1,231.23."""
    wide, _ = wide_of(small())
    assert written(wide, tmp_path / "wide.csv") == [
        ["Code", "Name", "Type", "Level", "Students", "Teacher FTE", "Teacher dollars", "Supplies dollars", "Total FTE", "Total dollars"],
        ["007", 'Alder, "North"', "school", "High", "123", "6.2", "558001.55", "1231.23", "6.2", "559232.78"],
        ["010", "NA", "charter", "", "40", "2", "180000.5", "400.4", "2", "180400.9"],
        ["900", "=1+1", "department", "", "0", "0", "0", "0", "0", "0"],
    ]  # fmt: skip
    assert (wide.total_fte, wide.total_dollars) == (8.2, 739633.68)


@pytest.mark.parametrize("scenario", ["Base", "Tighter ratios"])
def test_the_sample_district_is_the_same_wide_and_long(scenario: str) -> None:
    """Every amount, every total and every finding, in both scenarios."""
    book = open_book(SAMPLE)
    wide, findings = allocate_wide(book, scenario)
    result = staff(read_tables(book.tables), scenario).result
    assert wide is not None
    assert result is not None
    assert findings == (*book.findings, *result.findings)
    assert list(wide.columns["Code"]) == result.schools["Code"].tolist()
    assert list(wide.columns["Students"]) == result.schools["Students"].tolist()
    long = result.amounts.pivot_table(index="School", columns="Line", values=["FTE", "Dollars"], aggfunc="sum", fill_value=0.0)
    long = long.reindex(result.schools["Code"], fill_value=0.0)
    for line in result.lines:
        if f"{line.name} dollars" not in wide.columns:
            assert not result.amounts.loc[result.amounts["Line"] == line.name, ["FTE", "Dollars"]].to_numpy().any()
            continue
        assert list(wide.columns[f"{line.name} dollars"]) == long["Dollars"][line.name].tolist()
        assert (f"{line.name} FTE" in wide.columns) == (not line.dollars_only)
        if not line.dollars_only:
            assert list(wide.columns[f"{line.name} FTE"]) == long["FTE"][line.name].tolist()
    assert wide.total_dollars == result.total_dollars
    assert wide.total_fte == round(result.total_fte, 9)


def test_the_totals_tie() -> None:
    """Of every row, and of the file: the sum of the lines to the cent."""
    wide, _ = allocate_wide(open_book(SAMPLE))
    assert wide is not None
    by_line = [values for name, values in wide.columns.items() if name.endswith(" dollars") and name != "Total dollars"]
    assert np.round(np.sum(by_line, axis=0), 2).tolist() == list(wide.columns["Total dollars"])
    assert round(float(np.sum(by_line)), 2) == wide.total_dollars


def test_funds_that_give_too_much_and_amounts_below_zero_are_said() -> None:
    """739,633.68 as above, less 3 teachers and $9,000; the same words as those of the allocation line by line."""
    tables = small(
        FundYears=[{"Fund": "General", "Year": 2027.0, "Amount": 1000.0}],
        Adjustments=[
            {"School": "010", "Line": "Teacher", "FTE": -3.0, "Reason": "moved"},
            {"School": "010", "Line": "Supplies", "Dollars": -9000.0, "Reason": "paid back"},
        ],
    )
    _, findings = wide_of(tables)
    said = [each.what for each in findings if each.severity == "warning"]
    assert said[1:] == [
        'fund "General" gives $460,632.93 and has $1,000.00: $459,632.93 over.',
        "the total is below $0 at NA.",
        'line "Teacher" has less than 0 FTE at NA.',
    ]
    assert findings == staff(read_tables(tables)).findings


def test_without_sentences_only_why_is_empty() -> None:
    intake = read_tables(open_book(SAMPLE).tables)
    told, quiet = staff(intake).result, staff(intake, sentences=False).result
    assert told is not None
    assert quiet is not None
    assert set(quiet.amounts["Why"]) == {""}
    assert told.amounts.drop(columns="Why").equals(quiet.amounts.drop(columns="Why"))
    assert told.findings == quiet.findings


def test_errors_give_no_allocation() -> None:
    wide, findings = allocate_wide(FileBook("plan", small(JobTypes=[{"Job type": "Principal", "Year": 2027.0}])))
    assert wide is None
    assert 'no job type "Teacher"' in " ".join(each.what for each in findings if each.severity == "error")


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    wide, _ = wide_of(small())
    (tmp_path / "wide.csv").write_text("before")
    wide.columns["Total dollars"] = wide.columns["Total dollars"][:-1]  # type: ignore[index]
    with pytest.raises(ValueError, match="shorter"):
        write_wide(wide, tmp_path / "wide.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["wide.csv"]
    assert (tmp_path / "wide.csv").read_text() == "before"


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="cannot be written"):
        write_wide(wide_of(small())[0], tmp_path / "nowhere" / "wide.csv")


def test_the_plan_is_never_written_to(tmp_path: Path) -> None:
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan.xlsx").write_bytes(b"")
    refuse_plan(tmp_path / "plan", tmp_path / "wide.csv")
    for plan, target in (("plan", "plan/Schools.csv"), ("plan", "plan/new.csv"), ("plan.xlsx", "plan.xlsx")):
        with pytest.raises(IsThePlan, match="never rewritten"):
            refuse_plan(tmp_path / plan, tmp_path / target)
