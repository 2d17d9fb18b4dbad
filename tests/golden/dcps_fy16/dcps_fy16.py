"""The planner of the District of Columbia Public Schools for FY2016, from the published workbooks.

Source: DCPS FY2016 initial allocations and budgeted enrollment; see README.md beside this file.
"""

from __future__ import annotations

import csv
import math
import warnings
from pathlib import Path

import openpyxl

from apportion.tables import Table, table_from_rows

HERE = Path(__file__).parent
YEAR = 2016
COSTS = {  # average position cost FY2016, as published: dollars / FTE
    "Principal": 160213.0,
    "Assistant principal": 130086.0,
    "Counselor": 93040.0,
    "Librarian": 93040.0,
    "Bilingual counselor": 93040.0,
    "Teacher": 93040.0,
}
RULE_COLUMNS = {  # line of rules.csv: the published columns that it stands for
    "Principal": ("Principal",),
    "Assistant principal": ("Assistant Principal",),
    "Guidance counselor": ("Guidance Counselor",),
    "Librarian": ("Librarian",),
    "ELL counselor": ("ELL Counselor",),
    "Related-arts teachers": ("Art Teacher", "Music Teacher", "Phys Ed Teacher", "Add'l Related Arts Teachers"),
}
FIRST_GRANTED_LATER, TOTAL = "Gen Ed Teacher", "Total Budget Allocation"
GROUPS = {
    "Enrollment": "Total Budgeted Enrollment (FY16)",
    "Early childhood": "Early Childhood (FY16)",
    "English learners": "English Language Learners (FY16)",
    "Special education": "Special Education (FY16)",
}


def _rows(path: Path, sheet: str) -> list[tuple[object, ...]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl on an extension that it does not read
        return list(openpyxl.load_workbook(path, data_only=True)[sheet].iter_rows(values_only=True))


def published(folder: Path) -> dict[str, dict[str, float]]:
    """Published dollars by school code and line; "" is the published total of the school."""
    header, *schools = _rows(folder / "fy16_initial_allocations.xlsx", "Initial Allocations")[1:]
    names = [str(name).strip() for name in header]
    later = names.index(FIRST_GRANTED_LATER)
    lines = {column: line for line, columns in RULE_COLUMNS.items() for column in columns}
    found: dict[str, dict[str, float]] = {}
    for school in schools:
        if school[0] is None:
            continue
        amounts: dict[str, float] = {}
        for position, (name, value) in enumerate(zip(names, school, strict=True)):
            line = lines.get(name, f"{name} (granted later)" if position >= later else name)
            line = "" if name == TOTAL else line
            if position > 1:
                amounts[line] = amounts.get(line, 0.0) + float(value or 0)
        found[str(school[0])] = amounts
    return found


def rule_rows() -> list[dict[str, str]]:
    """The seven rules, as in rules.csv."""
    with (HERE / "rules.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def exceptions() -> dict[tuple[str, str], dict[str, str]]:
    """The schools that a rule does not reproduce, by school and line."""
    with (HERE / "exceptions.csv").open(newline="", encoding="utf-8") as file:
        return {(row["School"], row["Line"]): row for row in csv.DictReader(file)}


def _records(name: str, records: list[dict[str, object]]) -> Table:
    header = list(dict.fromkeys(key for record in records for key in record))
    return table_from_rows(name, header, [[record.get(key) for key in header] for record in records])


def _number(text: str) -> float | str | None:
    try:
        return float(text)
    except ValueError:
        return text or None


def planner_tables(folder: Path, rules_fte: dict[tuple[str, str], float] | None = None) -> dict[str, Table]:
    """The planner's tables.

    `rules_fte` is what the rules alone give, by school and line; with it, what is missing to the published amounts
    enters as adjustments, without it the rules stand alone.
    """
    amounts = published(folder)
    header, *enrollment = _rows(folder / "fy16_budgeted_enrollment.xlsx", "Enrollment Data")
    names = [str(name).strip() for name in header]
    schools = [dict(zip(names, row, strict=True)) for row in enrollment if str(row[0]) in amounts]
    rules: list[dict[str, object]] = [{key: _number(value) for key, value in row.items()} for row in rule_rows()]
    entered = [line for line in next(iter(amounts.values())) if line and line not in RULE_COLUMNS]
    rules += [
        {"Order": 100.0 + i, "Line": line, "Allocation": "Published amounts", "Method": "manual adjustment"}
        for i, line in enumerate(entered)
    ]
    with (HERE / "bands.csv").open(newline="", encoding="utf-8") as file:
        bands: list[dict[str, object]] = [
            {key: _number(value) for key, value in row.items()} for row in csv.DictReader(file)
        ]
    tables = {
        "Plan": [
            {"Setting": "District", "Value": "District of Columbia Public Schools"},
            {"Setting": "Fiscal year", "Value": str(YEAR)},
        ],
        "Schools": [
            {
                "Code": str(row["School Code"]),
                "Name": row["School Name"],
                "Type": "school",
                "Level": row["School Type"],
                "Ward": float(row["Ward"]),
            }
            for row in schools
        ],
        "Enrollment": [
            {"Projection": "Budgeted", "School": str(row["School Code"]), "Instructional model": "In person"}
            | {group: float(row[column] or 0) for group, column in GROUPS.items()}
            for row in schools
        ],
        "JobTypes": [{"Job type": job, "Year": float(YEAR), "Average cost": cost} for job, cost in COSTS.items()],
        "Rules": rules,
        "Bands": bands,
    }
    if rules_fte is not None:
        tables["Adjustments"] = _adjustments(amounts, rules_fte)
    return {name: _records(name, records) for name, records in tables.items()}  # type: ignore[arg-type]


def _adjustments(
    amounts: dict[str, dict[str, float]], rules_fte: dict[tuple[str, str], float]
) -> list[dict[str, object]]:
    """What the published amounts have beyond the rules: FTE where they are whole hundredths, otherwise dollars."""
    jobs = {row["Line"]: row["Job type"] for row in rule_rows()}
    known = exceptions()
    found: list[dict[str, object]] = []
    for school, lines in amounts.items():
        for line, dollars in lines.items():
            if not line:
                continue
            record: dict[str, object] = {"School": school, "Line": line}
            if line not in RULE_COLUMNS:
                if dollars:
                    found.append(record | {"Dollars": dollars, "Reason": "Published amount; no rule stated yet."})
                continue
            cost, given = COSTS[jobs[line]], rules_fte.get((school, line), 0.0)
            missing = round(dollars / cost - given, 2)
            if not math.isclose((missing + given) * cost, dollars, abs_tol=0.005):
                record |= {"Dollars": dollars - given * cost}
            elif missing:
                record |= {"FTE": missing}
            else:
                continue
            why = known.get((school, line), {}).get(
                "Why", "Published amount; the rule is not for schools of this type."
            )
            found.append(record | {"Reason": why})
    return found
