"""Small plans made in memory: schools with in-person and virtual students, and one line per rule."""

from __future__ import annotations

from typing import Any

from apportion.tables import Table, table_from_rows


def table(name: str, rows: list[dict[str, Any]]) -> Table:
    header = list(dict.fromkeys(key for row in rows for key in row))
    return table_from_rows(name, header, [[row.get(key) for key in header] for row in rows])


def plan(given_schools: list[tuple[int, int, str]], given_rules: list[dict[str, Any]]) -> dict[str, Table]:
    """Schools with in-person and virtual students, and one line per rule."""
    lines = []
    for number, rule in enumerate(given_rules):
        extra = {"Formula": f"=[@Enrollment]/{rule['Rate']:.0f}+[@Virtuals]"} if rule["Method"] == "formula" else {}
        job = {} if rule["Method"] == "per-pupil dollars" else {"Job type": "Teacher"}
        lines.append({"Line": f"Line {number}", "Group": "Enrollment"} | rule | extra | job)
    numbered = list(enumerate(given_schools))
    counts = [("In person", 0), ("Virtual", 1)]
    return {
        "Plan": table("Plan", [{"Setting": "Fiscal year", "Value": "2027"}]),
        "Schools": table(
            "Schools", [{"Code": f"S{i}", "Name": f"School {i}", "Level": level} for i, (_, _, level) in numbered]
        ),
        "Enrollment": table(
            "Enrollment",
            [
                {
                    "School": f"S{i}",
                    "Instructional model": model,
                    "Enrollment": float(school[at]),
                    "Virtuals": float(at),
                }
                for i, school in numbered
                for model, at in counts
            ],
        ),
        "JobTypes": table("JobTypes", [{"Job type": "Teacher", "Year": 2027.0, "Average cost": 93040.37}]),
        "Rules": table("Rules", lines),
    }
