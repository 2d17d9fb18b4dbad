"""The planner of the District of Columbia Public Schools for FY2016, from the published workbooks.

Source: DCPS FY2016 initial allocations and budgeted enrollment; see README.md beside this file.
"""

from __future__ import annotations

import csv
import math
import warnings
from functools import cache
from pathlib import Path

import openpyxl

from apportion.allocation.result import AllocationResult
from apportion.allocation.staffing import Staffing, staff
from apportion.intake import read_tables
from apportion.tables import Table, table_from_rows

HERE = Path(__file__).parent
YEAR = 2016
COSTS = {  # average position cost FY2016, dollars / FTE: the dollars that the schools have tenths, halves or wholes of
    "Principal": 160213.0,
    "Assistant principal": 130086.0,
    "Counselor": 93040.0,
    "Librarian": 93040.0,
    "Bilingual counselor": 93040.0,
    "Teacher": 93040.0,
    "Business manager": 74290.92168984374,
    "Administrative aide": 52407.96,
    "Clerk": 39493.91,
    "Registrar": 44386.51,
    "Attendance counselor": 53918.1981154762,
    "Custodial foreman": 61726.09690440685,
    "Instructional aide": 23979.8122365,
    "Coordinator": 99697.33995714292,
}
FIRST_GRANTED_LATER, TOTAL = "Gen Ed Teacher", "Total Budget Allocation"
GROUPS = {
    "Enrollment": "Total Budgeted Enrollment (FY16)",
    "Early childhood": "Early Childhood (FY16)",
    "English learners": "English Language Learners (FY16)",
    "Special education": "Special Education (FY16)",
}
RULE = "rule"  # the kind of a line that rules give
REASONS = {  # kind of line or of amount: the reason that its adjustments carry
    "granted later": "Published amount: granted to this school after the rules.",
    "floor under a total": "Published amount: what the school's other lines are short of a floor.",
    "program at some schools": "Published amount: a program at some schools; the record does not say how it chose them.",
    "no rule in the record": "Published amount: the record gives no rule for it.",
    "school that the rule does not reach": "Published amount; the rule is not for this school.",
}
Pairs = dict[tuple[str, str], float]  # an amount by school and line: FTE where the line has a job type, else dollars


def _rows(path: Path, sheet: str) -> list[tuple[object, ...]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl on an extension that it does not read
        return list(openpyxl.load_workbook(path, data_only=True)[sheet].iter_rows(values_only=True))


def _read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def lines() -> dict[str, str]:
    """The kind of every line, in the order of the published columns: `RULE`, or why it enters as it was published."""
    return {row["Line"]: row["Kind"] for row in _read("lines.csv")}


@cache
def published(folder: Path) -> dict[str, dict[str, float]]:
    """Published dollars by school code and line; "" is the published total of the school."""
    header, *schools = _rows(folder / "fy16_initial_allocations.xlsx", "Initial Allocations")[1:]
    line_of = {row["Published column"]: row["Line"] for row in _read("lines.csv")} | {TOTAL: ""}
    found: dict[str, dict[str, float]] = {}
    for school in schools:
        if school[0] is None:
            continue
        amounts: dict[str, float] = {}
        for name, value in list(zip(header, school, strict=True))[2:]:
            line = line_of[str(name).strip()]
            amounts[line] = amounts.get(line, 0.0) + float(value or 0)  # type: ignore[arg-type]
        found[str(school[0])] = amounts
    return found


def rule_rows() -> list[dict[str, str]]:
    """The rules, as in rules.csv."""
    return _read("rules.csv")


def costs() -> dict[str, float]:
    """The cost of one FTE by line; 1 for a line that is given in dollars."""
    return {row["Line"]: COSTS.get(row["Job type"], 1.0) for row in rule_rows()}


def exceptions() -> dict[tuple[str, str], dict[str, str]]:
    """The schools that a rule reaches and does not reproduce, by school and line."""
    return {(row["School"], row["Line"]): row for row in _read("exceptions.csv")}


def _of_both_years(folder: Path, year: int, column: str) -> dict[str, float]:
    with (folder / "schools_fy15_fy16.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["YEAR"] == str(year)]
    return {row["SCHOOLCODE"]: float(row[column]) for row in rows if row[column] not in {"", "NA"}}


def prior_totals(folder: Path) -> dict[str, float]:
    """Published dollars of FY2015 by school code; some schools have none."""
    return _of_both_years(folder, YEAR - 1, "AMT_TOTAL")


def at_risk_lines(folder: Path) -> dict[str, float]:
    """Published dollars that are paid for students at risk, without the flexible rest, by school code."""
    header, *schools = _rows(folder / "fy16_initial_allocations.xlsx", "At-Risk Allocations")[1:]
    flex = [str(name).strip() for name in header].index("At-Risk Flex")
    paid = {str(row[0]): [*row[2:flex], *row[flex + 1 :]] for row in schools if row[0] is not None}
    return {code: sum(value for value in row if isinstance(value, int | float)) for code, row in paid.items()}


def _at_risk(folder: Path) -> dict[str, int]:
    """The published share of students at risk in FY2016, in whole percent, by school code; some have none."""
    return {code: round(100 * share) for code, share in _of_both_years(folder, YEAR, "ATRISKPCT").items()}


def _records(name: str, records: list[dict[str, object]]) -> Table:
    header = list(dict.fromkeys(key for record in records for key in record))
    return table_from_rows(name, header, [[record.get(key) for key in header] for record in records])


def _typed(name: str) -> list[dict[str, object]]:
    def number(text: str) -> float | str | None:
        try:
            return float(text)
        except ValueError:
            return text or None

    return [{key: number(value) for key, value in row.items()} for row in _read(name)]


def planner_tables(folder: Path, by_rule: Pairs | None = None, leave: frozenset[str] = frozenset()) -> dict[str, Table]:
    """The planner's tables.

    `by_rule` is what the rules give, by school and line; with it, what is missing to the published amounts enters as
    adjustments, except on the lines of `leave`; without it the rules stand alone.
    """
    amounts, at_risk = published(folder), _at_risk(folder)
    header, *enrollment = _rows(folder / "fy16_budgeted_enrollment.xlsx", "Enrollment Data")
    names = [str(name).strip() for name in header]
    schools = [dict(zip(names, row, strict=True)) for row in enrollment if str(row[0]) in amounts]
    entered = [line for line, kind in lines().items() if kind != RULE]
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
                "Ward": float(row["Ward"]),  # type: ignore[arg-type]
                "At-risk share": at_risk.get(str(row["School Code"]), 0) / 100,
            }
            for row in schools
        ],
        "Enrollment": [_counts(row, at_risk) for row in schools],
        "JobTypes": [{"Job type": job, "Year": float(YEAR), "Average cost": cost} for job, cost in COSTS.items()],
        "Rules": _typed("rules.csv")
        + [
            {"Order": 100.0 + i, "Line": line, "Allocation": "Published amounts", "Method": "manual adjustment"}
            for i, line in enumerate(entered)
        ],
        "Bands": _typed("bands.csv"),
        "Rates": _typed("rates.csv"),
    }
    if by_rule is not None:
        tables["Adjustments"] = _adjustments(amounts, by_rule, leave)
    return {name: _records(name, records) for name, records in tables.items()}  # type: ignore[arg-type]


def _counts(row: dict[str, object], at_risk: dict[str, int]) -> dict[str, object]:
    """The counted groups of a school.

    Two are derived: students beyond early childhood, and students at risk, which the published dollars count as
    enrollment times the share, rounded down.
    """
    code = str(row["School Code"])
    counts = {group: float(row[column] or 0) for group, column in GROUPS.items()}  # type: ignore[arg-type]
    counts["Beyond early childhood"] = counts["Enrollment"] - counts["Early childhood"]
    counts["At-risk"] = float(int(counts["Enrollment"]) * at_risk.get(code, 0) // 100)
    return {"Projection": "Budgeted", "School": code, "Instructional model": "In person", **counts}


def _adjustments(
    amounts: dict[str, dict[str, float]], by_rule: Pairs, leave: frozenset[str]
) -> list[dict[str, object]]:
    """What the published amounts have beyond the rules: FTE where they are whole hundredths, otherwise dollars."""
    kinds, cost_of, known = lines(), costs(), exceptions()
    found: list[dict[str, object]] = []
    for school, by_line in amounts.items():
        for line, dollars in by_line.items():
            if not line or line in leave:
                continue
            cost, given = cost_of.get(line, 1.0), by_rule.get((school, line), 0.0)
            missing = round(dollars / cost - given, 2)
            fits = cost != 1.0 and math.isclose((missing + given) * cost, dollars, abs_tol=0.005)
            amount = {"FTE": missing} if fits else {"Dollars": dollars - given * cost}
            if abs(next(iter(amount.values()))) < 0.005:
                continue
            kind = kinds[line] if kinds[line] != RULE else "school that the rule does not reach"
            why = known[school, line]["Why"] if (school, line) in known else REASONS[kind]
            found.append({"School": school, "Line": line, **amount, "Reason": why})
    return found


def _result(staffing: Staffing) -> AllocationResult:
    if staffing.result is None:
        raise ValueError([str(finding) for finding in staffing.findings])
    return staffing.result


def _pairs(result: AllocationResult) -> Pairs:
    in_dollars = {line.name for line in result.lines if line.dollars_only}
    rows = result.amounts
    values = rows["FTE"].where(~rows["Line"].isin(in_dollars), rows["Dollars"])
    return dict(zip(zip(rows["School"], rows["Line"], strict=True), values, strict=True))


@cache
def rules_alone(folder: Path) -> Pairs:
    """What the rules give, from counts alone, without any adjustment; a pair that is missing is not reached."""
    found = _pairs(_result(staff(read_tables(planner_tables(folder)))))
    kinds = lines()
    return {pair: value for pair, value in found.items() if kinds[pair[1]] == RULE}


def following() -> frozenset[str]:
    """The lines whose rules count another line's FTE, such as an aide a teacher."""
    return frozenset(row["Line"] for row in rule_rows() if " FTE]]" in row["Formula"])


@cache
def lines_by_rule(folder: Path) -> Pairs:
    """What each line's own rules give: as `rules_alone`, but a line that counts another counts it as published."""
    alone, follow = rules_alone(folder), following()
    published_before = _pairs(_result(staff(read_tables(planner_tables(folder, alone, follow)))))
    return {pair: published_before[pair] if pair[1] in follow else value for pair, value in alone.items()}


@cache
def whole_plan(folder: Path) -> Staffing:
    """The rules, and everything else that was published as adjustments."""
    return staff(read_tables(planner_tables(folder, lines_by_rule(folder))))
