"""The planner of Washington State for 2024-25: each of its 315 districts is allocated as a school is.

Source: OSPI final enrollment and apportionment of 2024-25; see README.md beside this file.
"""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path

from apportion.tables import Table, table_from_rows

HERE = Path(__file__).parent
YEAR = 2025  # the fiscal year that ends in the school year 2024-25
# Column of Enrollment: the file's annual average FTE that it adds up. Running Start and Open Doors are paid for apart.
GROUPS = {
    "K-3": ("k3",),
    "4-6": ("grades46",),
    "K-6": ("k3", "grades46"),
    "7-8": ("middle",),
    "9-12": ("high",),
    "K-12": ("k3", "grades46", "middle", "high"),
}


@cache
def districts(folder: Path) -> list[dict[str, object]]:
    """The 315 districts, charters and tribal compact schools, as OSPI counts them."""
    return json.loads((folder / "districts_2024_25.json").read_text(encoding="utf-8"))["districts"]


@cache
def published(folder: Path) -> dict[str, dict[str, int]]:
    """Published state dollars by district code and component."""
    return json.loads((folder / "allocation_2024_25.json").read_text(encoding="utf-8"))["districts"]


def counts(district: dict[str, object]) -> dict[str, float]:
    """The district's annual average FTE students by column of Enrollment."""
    fte: dict[str, float] = district["fundingFte"]  # type: ignore[assignment]
    return {group: round(sum(fte[each] for each in parts), 2) for group, parts in GROUPS.items()}


def _records(name: str, records: list[dict[str, object]]) -> Table:
    header = list(dict.fromkeys(key for record in records for key in record))
    return table_from_rows(name, header, [[record.get(key) for key in header] for record in records])  # type: ignore[misc]


def _number(text: str) -> float | str | None:
    try:
        return float(text)
    except ValueError:
        return text or None


def _rows(name: str) -> list[dict[str, object]]:
    with (HERE / name).open(newline="", encoding="utf-8") as file:
        return [{key: _number(value) for key, value in row.items()} for row in csv.DictReader(file)]


def planner_tables(folder: Path) -> dict[str, Table]:
    """The planner's tables: rules, rates and job types from the CSV files here, districts and students from OSPI."""
    known = districts(folder)
    tables: dict[str, list[dict[str, object]]] = {
        "Plan": [
            {"Setting": "District", "Value": "State of Washington"},
            {"Setting": "Fiscal year", "Value": str(YEAR)},
        ],
        "Schools": [
            {"Code": each["code"], "Name": each["name"], "Type": "school", "County": each["county"]} for each in known
        ],
        "Enrollment": [
            {"Projection": "Annual average FTE", "School": each["code"], "Instructional model": "In person"}
            | counts(each)
            for each in known
        ],
        "JobTypes": _rows("job_types.csv"),
        "Rules": _rows("rules.csv"),
        "Rates": _rows("rates.csv"),
    }
    return {name: _records(name, records) for name, records in tables.items()}
