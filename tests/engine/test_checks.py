"""What a person can get wrong in a plan is named at its cell, with a remedy, and all of it at once."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from apportion.allocation.staffing import Staffing, staff
from apportion.intake import read_tables
from apportion.tables import table_from_rows

GOOD: dict[str, list[dict[str, Any]]] = {
    "Plan": [{"Setting": "District", "Value": "Case"}, {"Setting": "Fiscal year", "Value": "FY2027"}],
    "Schools": [
        {"Code": "101", "Name": "Alder", "Level": "Elementary"},
        {"Code": "102", "Name": "Birch", "Level": "High"},
    ],
    "Enrollment": [
        {"Projection": "Base", "School": "101", "Enrollment": 300.0, "English learners": 20.0},
        {"Projection": "Base", "School": "102", "Enrollment": 900.0, "English learners": 50.0},
    ],
    "JobTypes": [{"Job type": "Principal", "Year": 2027.0, "Average cost": 150000.0}],
    "Rules": [
        {
            "Line": "Principal",
            "Method": "fixed FTE",
            "Group": None,
            "Rate": 1.0,
            "Applies to": None,
            "Job type": "Principal",
            "Fund": "General",
            "Formula": None,
        },
        {
            "Line": "Supplies",
            "Method": "per-pupil dollars",
            "Group": "Enrollment",
            "Rate": "Supply_rate",
            "Applies to": None,
            "Job type": None,
            "Fund": "General",
            "Formula": None,
        },
    ],
    "Rates": [{"Rate": "Supply_rate", "Year": 2027.0, "Value": 40.0}],
}


def run(changes: dict[str, Any]) -> Staffing:
    """The plan with some cells changed: {"Rules 1 Rate": value} sets a cell, {"Rules +": row} adds a row."""
    tables = copy.deepcopy(GOOD)
    for place, value in changes.items():
        table, _, rest = place.partition(" ")
        if rest == "+":
            tables.setdefault(table, []).append(value)
        elif rest == "gone":
            del tables[table]
        else:
            row, _, column = rest.partition(" ")
            tables[table][int(row)][column] = value
    made = {}
    for name, rows in tables.items():
        header = list(dict.fromkeys(key for row in rows for key in row))
        made[name] = table_from_rows(name, header, [[row.get(key) for key in header] for row in rows])
    return staff(read_tables(made))


# what is changed; severity, sheet, cell, words of the message, words of the remedy
CASES: list[tuple[dict[str, Any], str, str, str, str, str]] = [
    ({"Schools gone": 0}, "error", "Schools", "", "Schools is missing", "sheet"),
    ({"Rules 0 Applies to": '[@Lvel]="High"'}, "error", "Rules", "E2", 'no column "Lvel"', 'Nearest: "Level"'),
    ({"Rules 1 Rate": "Suply_rate"}, "error", "Rules", "D3", 'no rate "Suply_rate" for FY2027', 'Nearest: "Supply_rate"'),
    ({"Rules 1 Group": "Enrolment"}, "error", "Rules", "C3", 'no counted group "Enrolment"', 'Nearest: "Enrollment"'),
    ({"Enrollment 1 School": "1O2"}, "error", "Enrollment", "B3", 'no school "1O2"', 'Nearest: "102"'),
    ({"Rules 0 Job type": "Principle"}, "error", "Rules", "F2", 'no job type "Principle"', 'Nearest: "Principal"'),
    ({"Rules 0 Method": "fixd FTE"}, "error", "Rules", "B2", '"fixd FTE"', 'Nearest: "fixed FTE"'),
    (
        {"Rules 0 Method": "formula", "Rules 0 Formula": "[@Enrollment]/(300"},
        "error", "Rules", "H2", "cannot be read at character", "",
    ),
    (
        {"Rules 0 Method": "formula", "Rules 0 Formula": "=ROUNDD([@Enrollment],1)"},
        "error", "Rules", "H2", "ROUNDD", "ROUND",
    ),
    (
        {
            "Rules 0 Method": "formula", "Rules 0 Formula": "=[@[Supplies dollars]]*0.1",
            "Rules 1 Method": "formula", "Rules 1 Formula": "=[@[Principal FTE]]*2",
        },
        "error", "Rules", "", "need each other's result", "do without",
    ),
    ({"Schools + ": 0, "Schools +": {"Code": "101", "Name": "Again"}}, "error", "Schools", "A4", "row 2", "Remove or change"),
    ({"Enrollment 0 Enrollment": -5.0}, "error", "Enrollment", "C2", "-5", "or more"),
    ({"Enrollment 0 Enrollment": "many"}, "error", "Enrollment", "C2", 'text "many"', "number"),
    ({"Enrollment 0 Enrollment": "300"}, "warning", "Enrollment", "C2", "stored as text", "number"),
    ({"Enrollment 0 Enrollment": "#N/A"}, "error", "Enrollment", "C2", "#N/A", "Mend"),
    ({"JobTypes 0 Average cost": None}, "error", "Rules", "F2", "no cost for FY2027", "Average cost"),
    ({"JobTypes 0 Year": 2026.0}, "warning", "JobTypes", "B2", "from FY2026", "2027"),
    (
        {"Rules +": {"Line": "Principal", "Method": "fixed FTE", "Rate": 1.0, "Job type": "Principal", "Fund": "General"}},
        "error", "Rules", "E4", "row 2", "no school is hit twice",
    ),
    ({"FundYears +": {"Fund": "General", "Year": 2027.0, "Amount": 300000.0}}, "warning", "FundYears", "C2", "over", "Raise"),
    ({"Schools 0 Name": '=HYPERLINK("http://x","y")'}, "warning", "Schools", "B2", 'begins with "="', "No formula"),
    ({"Schools 0 Name": "@home"}, "warning", "Schools", "B2", 'begins with "@"', "No formula"),
    ({"Schools 0 Code": "\xa0101 "}, "note", "Schools", "A2", "spaces", "Nothing"),
    ({"Rules 1 Rate": None}, "error", "Rules", "D3", "needs Rate", "Fill Rate"),
    ({"Rates 0 Value": "$40"}, "warning", "Rates", "C2", "stored as text", "number"),
    ({"Rules 0 Method": "ratio FTE", "Rules 0 Group": "Enrollment", "Rules 0 Rate": 0.0}, "error", "Rules", "D2", "a ratio of 0", "above 0"),
    ({"Rules 0 Minimum": 3.0, "Rules 0 Maximum": 2.0}, "error", "Rules", "I2", "above its maximum", "Correct one"),
    ({"Rules 0 Step": 0.5}, "warning", "Rules", "I2", "no Rounding", "Choose half up"),
    ({"Rules 0 Rounding": "up"}, "note", "Rules", "I2", "without a Step", "Fill Step"),
    ({"Rules 0 Job type": None}, "warning", "Rules", "F2", "its FTE cost nothing", "Choose a job type"),
    ({"Rules 0 Formula": "=1"}, "warning", "Rules", "H2", "is not read", 'method "formula"'),
    (
        {"Rules 0 Method": "banded FTE", "Rules 0 Group": "Enrollment", "Rules 0 Rate": "B", "Bands +": {"Band": "B", "From": 400.0, "To": None, "Value": 1.0}},
        "warning", "Rules", "D2", 'in no step of band "B", so nothing is given at Alder', "begin at 0",
    ),
    ({"Rates +": {"Rate": "Level", "Year": 2027.0, "Value": 1.0}}, "error", "Rates", "A3", "called like a column", "a name of its own"),
    ({"Rates +": {"Rate": "FY24", "Year": 2027.0, "Value": 1.0}}, "warning", "Rates", "A3", "the address of a cell", "AP_ratio"),
    ({"Rates 0 Year": 2026.0}, "warning", "Rates", "B2", "is from FY2026 and is used for FY2027", "Add a row"),
    ({"Schools +": {"Code": "103", "Name": "Cedar"}}, "warning", "Schools", "A4", "Cedar has no row in Enrollment", "Close year"),
    ({"Schools 1 Close year": 2026.0}, "warning", "Enrollment", "B3", "not open in FY2027", "Move them"),
    ({"Rules 0 Status": "off", "Rules 1 Status": "off"}, "warning", "Rules", "", "no rule of this scenario is active", "Status"),
    ({"Rules 1 Funding formula": "Tight"}, "warning", "Rules", "I3", 'no scenario uses the funding formula "Tight"', "Scenarios"),
    ({"Adjustments +": {"School": "101", "Line": "Supplies", "FTE": 1.0, "Reason": "x"}}, "warning", "Adjustments", "C2", "cost nothing", "Fill Job type"),
    ({"Adjustments +": {"School": "101", "Line": "Supplies", "Dollars": -99999.0, "Reason": "x", "Fund": "Title I"}}, "warning", "Adjustments", "E2", 'counted under "General"', "a line of its own"),
    ({"Adjustments +": {"School": "101", "Line": "Principal", "Dollars": -999999.0, "Reason": "x"}}, "warning", "Schools", "A2", "the total is below $0 at Alder", "negative"),
    ({"PriorYear +": {"School": "101", "Line": "Principle", "Year": 2026.0, "Dollars": 1.0}}, "note", "PriorYear", "B2", '"Principle"', '"Principal"'),
    ({"Rules 0 Method": "formula", "Rules 0 Formula": "=“High”"}, "error", "Rules", "H2", "cannot be read", "straight quotation marks"),
    ({"Rules 0 Method": "formula", "Rules 0 Formula": "=A1*2"}, "error", "Rules", "H2", "A1 is a place on a sheet", "Schools[Enrollment]"),
    ({"Rules 0 Method": "formula", "Rules 0 Formula": "=Enrollment*2"}, "error", "Rules", "H2", "#SPILL!", "write [@Enrollment]"),
    ({"Rules 0 Method": "formula", "Rules 0 Formula": "=" + "1+" * 4500 + "1"}, "error", "Rules", "H2", "cannot be read", ""),
    ({"Rules 0 Method": "formula", "Rules 0 Formula": '=IF([@Level]="High","yes",1)'}, "error", "Rules", "H2", "instead of an amount", "numbers"),
    ({"Enrollment 0 Closure": "#N/A"}, "error", "Enrollment", "E2", "#N/A", "Mend"),
    ({"FY24 +": {"x": 1.0}}, "error", "FY24", "", "does not take for the name of a table", "Begin with a letter"),
    ({"Allocations +": {"School": "101", "x": 1.0}}, "error", "Allocations", "", "as one that Apportion writes", "another name"),
    ({"JobTypes 0 Fringe %": "25"}, "warning", "JobTypes", "D2", "read as 25%", "Type 25%"),
    ({"Enrollment 0 Counted by": "Ms. Doe"}, "warning", "Enrollment", "E1", '"Counted by" has no numbers', "Nothing"),
    ({"Enrollment 0 Enrollment": "−5"}, "error", "Enrollment", "C2", "-5", "or more"),
    ({"Plan 1 Value": "2026-28"}, "error", "Start", "", "not a fiscal year", "2027"),
    ({"Rates 0 Year": "twenty"}, "error", "Rates", "B2", "not a fiscal year", "2027"),
    ({"Adjustments +": {"School": "101", "Line": "Principl", "FTE": 0.5, "Reason": "x"}}, "error", "Adjustments", "B2", '"Principl"', '"Principal"'),
    ({"Adjustments +": {"School": "101", "Line": "Principal", "FTE": 0.5, "Reason": None}}, "error", "Adjustments", "D2", "Reason is empty", ""),
    ({"Rules 0 Applies to": "[@Enrollment]/0>1"}, "error", "Rules", "E2", "#DIV/0!", "divided by 0"),
    ({"Enrollment +": {"Projection": "Low", "School": "101", "Enrollment": 1.0}}, "error", "Scenarios", "", "does not say which projection", "Fill"),
    ({"Schools 0 Code": "0102"}, "error", "Schools", "A3", "same number", "Change one"),
    ({"Rules 0 Colour": "red"}, "warning", "Rules", "I1", 'no column "Colour"', ""),
    ({"Bands +": {"Band": "B", "From": 0.0, "To": 10.0, "Value": 1.0}, "Bands + ": 0}, "", "", "", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "severity", "sheet", "cell", "what", "remedy"), CASES)
def test_a_mistake_is_named_at_its_cell(
    changes: dict[str, Any], severity: str, sheet: str, cell: str, what: str, remedy: str
) -> None:
    staffing = run({place: value for place, value in changes.items() if not place.endswith("+ ")})
    if not severity:
        assert staffing.result is not None
        return
    told = [str(each) for each in staffing.findings]
    found = [
        each
        for each in staffing.findings
        if (each.severity, each.sheet.replace(" ", "")) == (severity, sheet)
        and what in each.what
        and remedy in each.remedy
        and (not cell or each.cell == cell)
    ]
    assert found, told
    assert (staffing.result is None) == any(each.severity == "error" for each in staffing.findings)


def test_a_good_plan_has_nothing_to_mend() -> None:
    staffing = run({})
    assert staffing.findings == ()
    assert staffing.result is not None
    assert staffing.result.total_dollars == 2 * 150000 + 1200 * 40


def test_notes_beside_counts_are_left_alone() -> None:
    assert run({"Enrollment 0 Notes": "ask Ms. Doe", "Enrollment 1 Notes": 12.0}).findings == ()


def test_all_mistakes_are_told_at_once() -> None:
    staffing = run(
        {
            "Rules 0 Applies to": '[@Lvel]="High"',
            "Rules 1 Rate": "Suply_rate",
            "Enrollment 0 Enrollment": "many",
            "Enrollment 1 School": "1O2",
        }
    )
    told = " ".join(each.what for each in staffing.findings)
    assert all(word in told for word in ("Lvel", "Suply_rate", "many", "1O2"))
