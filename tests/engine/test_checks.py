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
    """The plan with some cells changed: {"Rules 1 Rate": value} sets a cell, {"Rules +": row or rows} adds some."""
    tables = copy.deepcopy(GOOD)
    for place, value in changes.items():
        table, _, rest = place.partition(" ")
        if rest == "+":
            tables.setdefault(table, []).extend(value if isinstance(value, list) else [value])
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


def new(method: str, **columns: Any) -> dict[str, Any]:
    """A row of Rules for a new line; a keyword's _ is a blank."""
    row = {"Line": "New", "Method": method, "Job type": "Principal", "Fund": "General", "Rate": 1.0}
    return row | {name.replace("_", " "): value for name, value in columns.items()}


BY_GRADE = "school, model and grade"
GRADES = {"Enrollment 0 K": 10.0, "Enrollment 0 Grade 1": 20.0}
SCENARIO = {"Scenarios +": {"Scenario": "Base", "Projection": "Base"}}


def change(table: str, key: str, column: str, value: str | None, scenario: str = "Base") -> dict[str, Any]:
    row = {"Scenario": scenario, "Table": table, "Key": key, "Column": column, "Value": value}
    return SCENARIO | {"Changes +": row}


def weighted(**columns: Any) -> dict[str, Any]:
    """A set of weights with one row, and a rule that gives it."""
    row = {"Weights": "Need", "Student group": "Enrollment", "Weight": 1.0, "Formula": None, "Where": None}
    row |= {name.replace("_", " "): value for name, value in columns.items()}
    return {"Weights +": row, "Rules +": new("weighted per-pupil dollars", Of="Need", Job_type=None)}


def group(name: str, adds_up: str | None = None, formula: str | None = None) -> dict[str, Any]:
    return {"StudentGroups +": {"Student group": name, "Adds up": adds_up, "Formula": formula}}


def paid(*rows: tuple[str, str, str | None, float | None]) -> dict[str, Any]:
    """Rows of Funding, by line: fund, what it takes, its share."""
    made = [
        {"Line": line, "Order": float(order), "Fund": fund, "Takes": takes, "Share": share}
        for order, (line, fund, takes, share) in enumerate(rows)
    ]
    return {"Funding +": made}


# The same for the columns and tables of the whole catalogue.
CATALOGUE_CASES: list[tuple[dict[str, Any], str, str, str, str, str]] = [
    # what a method counts from
    ({**weighted(), "Rules +": new("weighted per-pupil dollars", Of="Ned", Job_type=None)}, "error", "Rules", "I4", 'no set of weights "Ned"', 'Nearest: "Need"'),
    ({"Rules +": new("weighted per-pupil dollars", Of="Need", Job_type=None)}, "error", "Rules", "I4", 'no set of weights "Need"', "Add its rows to Weights"),
    ({"Bundles +": {"Bundle": "Room", "Job type": "Principal", "FTE per unit": 1.0}, "Rules +": new("bundle", Of="Rom")}, "error", "Rules", "I4", 'no bundle "Rom"', 'Nearest: "Room"'),
    ({"Rules +": new("bundle")}, "error", "Rules", "", "needs Of, which is empty", "Fill Of"),
    ({"Rules +": new("FTE per employees", Of="Princpal")}, "error", "Rules", "I4", 'no other line gives the job type "Princpal"', 'Nearest: "Principal"'),
    ({"Rules +": new("dollars per employee", Of="Nurse", Job_type=None)}, "error", "Rules", "I4", 'no other line gives the job type "Nurse"', "Job type"),
    ({"PriorYear +": {"School": "101", "Line": "Supplies", "Dollars": 1.0}, "Rules +": new("prior-year FTE", Of="Supplis")}, "error", "Rules", "I4", 'PriorYear has no line "Supplis"', 'Nearest: "Supplies"'),
    ({"Rules +": new("prior-year dollars", Job_type=None)}, "error", "Rules", "", 'PriorYear has no line "New"', "Paste last year"),
    ({"Rules +": new("reserve", Of="Suplies", Applies_to='[@Code]="101"')}, "error", "Rules", "I4", 'no other line is called "Suplies"', 'Nearest: "Supplies"'),
    ({"Rules +": new("reserve", Of="New", Applies_to='[@Code]="101"')}, "error", "Rules", "I4", 'no other line is called "New"', "Name a line"),
    ({"Rules +": new("reserve", Of="Principal")}, "error", "Rules", "E4", "does not say which organization holds it", "department"),
    ({"Rules +": new("proportional share", Job_type=None)}, "error", "Rules", "C4", "needs Group", "Fill Group"),
    # grains
    ({"Rules +": new("sections", Rate=20.0, Per="campus")}, "error", "Rules", "I4", "does not work per campus", '"school, model and grade"'),
    ({"Rules +": new("reserve", Of="Principal", Per="district", Applies_to='[@Code]="101"')}, "error", "Rules", "J4", "does not work per district", 'Choose "school"'),
    ({"Rules +": new("sections", Rate=20.0, Per="grade")}, "error", "Rules", "I4", "Per is", "school, model and grade"),
    ({"Rules +": new("sections", Rate=20.0, Per=BY_GRADE)}, "error", "Rules", "C4", 'group "Enrollment" has no grades', "StudentGroups"),
    ({**GRADES, **group("Share", formula="[@K]/[@Enrollment]"), "Rules +": new("sections", Rate=20.0, Group="Share", Per=BY_GRADE)}, "error", "Rules", "C4", 'group "Share" has no grades', "adds up grades"),
    ({"Rules +": new("formula", Formula='=IF([@Grade]="K",1,0)')}, "error", "Rules", "H4", 'no single "Grade"', 'Choose "school, model and grade"'),
    ({**GRADES, "Rules +": new("formula", Formula="=[@Students]", Per="school and model")}, "error", "Rules", "H4", 'per school and model has no single "Students"', 'Choose "school, model and grade"'),
    ({**GRADES, "Rules +": new("formula", Formula="=[@[Principal FTE]]*2", Per=BY_GRADE)}, "error", "Rules", "H4", 'cannot see the school\'s "Principal FTE"', "SUM(Schools[Principal FTE])"),
    ({"Rules +": new("formula", Formula='=IF([@Level]="High",1,0)', Per="district")}, "error", "Rules", "H4", 'a rule per district has no single "Level"', "Applies to"),
    ({"Rates +": {"Rate": "Nurses", "Where": '[@Level]="High"', "Value": 5.0}, "Rules +": new("ratio FTE", Rate="Nurses", Per="campus")}, "error", "Rules", "D4", "has rows only for some schools", "change Per"),
    ({"Rates +": {"Rate": "Nurses", "Model": "Virtual", "Value": 5.0}, "Rules +": new("ratio FTE", Rate="Nurses")}, "error", "Rules", "D4", "has rows only for an instructional model", "change Per"),
    ({"Schools 0 Area": 5.0, "Rules +": new("ratio FTE", Rate=20.0, Group="Area", Per="school and model")}, "error", "Rules", "C4", "known of a school, not of its models", "Choose school in Per"),
    # shares
    ({"Rules +": new("fixed FTE", Rate=1.1, Per="district", Share_step=0.2)}, "warning", "Rules", "J4", "no multiple of the Share step of 0.2", "Round the amount"),
    ({"Rules +": new("fixed FTE", Per="district", Share_step=0.0)}, "error", "Rules", "J4", "a step is larger than 0", "0.2"),
    ({"Rules +": new("fixed FTE", Per="district", Share_step=-0.2)}, "error", "Rules", "J4", "a step is larger than 0", "0.2"),
    ({"Rules +": new("fixed FTE", Per="district", Share_by="Enrolment")}, "error", "Rules", "J4", 'no counted group "Enrolment"', 'Nearest: "Enrollment"'),
    ({"Rules +": new("fixed FTE", Share_by="Enrollment")}, "warning", "Rules", "I4", "so nothing is shared", "Choose campus or district"),
    ({"Rules +": new("fixed FTE", Per="district", Share_by="English learners"), "Enrollment 0 English learners": 0.0, "Enrollment 1 English learners": 0.0}, "warning", "Rules", "J4", "nobody shares the amount", "Share by"),
    ({**group("Room", formula="=400-[@Enrollment]"), "Rules +": new("proportional share", Group="Room", Job_type=None)}, "error", "Rules", "C4", "shared by is below 0 at Birch", "0 or more"),
    ({"Schools 0 Own campus": "North", "Rules +": new("fixed FTE", Per="campus")}, "error", "Schools", "", 'two columns of Schools would be called "Own campus"', "Rename"),
    ({"Schools 0 Campus": "North*"}, "error", "Schools", "D2", 'the campus "North*" has a sign that Excel takes for a pattern', "Use letters"),
    ({"Schools 0 Campus": "7", "Schools 1 Campus": "007"}, "error", "Schools", "D3", 'cannot tell the campus "007" from "7"', "Change one"),
    # classes, periods, steps
    ({"Rules +": new("formula", Formula="=1", Class_maximum=20.0)}, "error", "Rules", "I4", "a class maximum needs a counted group", "Fill Group"),
    ({"Rules +": new("ratio FTE", Rate=20.0, Class_maximum=0.0)}, "error", "Rules", "I4", "a class maximum that is not above 0", "above 0"),
    ({"Rules +": new("fixed FTE", Class_maximum=20.0)}, "note", "Rules", "I4", "a class maximum that is not read", '"ratio FTE"'),
    ({"Rules +": new("ratio FTE", Rate=20.0, Class_maximum="Most")}, "error", "Rules", "I4", 'no rate "Most"', "Add it to Rates"),
    ({"Rules +": new("sections", Rate=20.0, Cohorts=0.0)}, "error", "Rules", "I4", "a number of cohorts that is not above 0", "above 0"),
    ({"Rules +": new("sections", Rate=-5.0)}, "error", "Rules", "D4", "a ratio of -5", "above 0"),
    ({"Rules +": new("periods", Rate=25.0, Periods_taken=6.0)}, "error", "Rules", "", "needs Periods taught", "Fill Periods taught"),
    ({"Rules +": new("periods", Rate=25.0, Periods_taken=6.0, Periods_taught=0.0)}, "error", "Rules", "J4", "periods taught that is not above 0", "above 0"),
    ({**GRADES, **group("Both", "K, Grade 1"), "Rules +": new("sections", Rate=25.0, Per=BY_GRADE, Combine="Both")}, "error", "Rules", "", "a combination class needs a limit", "Fill Combination limit"),
    ({**GRADES, "Rules +": new("sections", Rate=25.0, Per=BY_GRADE, Combine="Bth", Combination_limit=20.0)}, "error", "Rules", "J4", '"Bth" has no two grades of the rule', "StudentGroups"),
    ({**GRADES, **group("Both", "K, Grade 1"), "Rules +": new("sections", Rate=25.0, Per=BY_GRADE, Group="K", Combine="Both", Combination_limit=20.0)}, "error", "Rules", "J4", '"Both" has no two grades of the rule', "StudentGroups"),
    ({**GRADES, **group("Both", "K, Grade 1"), "Rules +": new("sections", Rate=25.0, Combine="Both", Combination_limit=20.0)}, "error", "Rules", "I4", '"Both" has no two grades of the rule', ""),
    ({"Rules +": new("per-pupil dollars", Rate_step=0.0, Job_type=None)}, "error", "Rules", "I4", "a step is larger than 0", "1 or 0.01"),
    ({"Rules +": new("per-pupil dollars", Rate_step=-1.0, Job_type=None)}, "error", "Rules", "I4", "a step is larger than 0", "1 or 0.01"),
    ({"Rules +": new("fixed FTE", Rounding="up", Step=-0.2)}, "error", "Rules", "J4", "a step is larger than 0", "0.5"),
    # weights and bundles
    (weighted(Weight=None), "error", "Weights", "C2", '"Enrollment" has no weight', "Type a weight"),
    (weighted(Formula="=2"), "error", "Weights", "D2", "has a weight and a formula", "Keep one"),
    (weighted(Weight="Suply_rate"), "error", "Weights", "C2", 'no rate "Suply_rate"', 'Nearest: "Supply_rate"'),
    (weighted(Student_group="Enrolment"), "error", "Weights", "B2", 'no counted group "Enrolment"', 'Nearest: "Enrollment"'),
    (weighted(Where='[@Levl]="High"'), "error", "Weights", "E2", 'no column "Levl"', 'Nearest: "Level"'),
    (weighted(Weight=None, Formula="=1+("), "error", "Weights", "D2", "cannot be read", ""),
    (weighted(Line="Supplies"), "error", "Rules", "", "both give", "Narrow one filter"),
    (weighted(Weights=None), "error", "Weights", "A2", "Weights is empty", ""),
    ({"Bundles +": {"Bundle": "Room", "Job type": "Nurs", "FTE per unit": 1.0}}, "error", "Bundles", "B2", 'no job type "Nurs"', "JobTypes"),
    ({"Bundles +": {"Bundle": "Room", "Job type": "Principal", "FTE per unit": -1.0}}, "error", "Bundles", "C2", "-1, below 0", "0 or more"),
    # student groups
    (group("Learners", "English lerners"), "error", "StudentGroups", "B2", 'no counted group "English lerners"', 'Nearest: "English learners"'),
    (group("Nothing"), "error", "StudentGroups", "B2", "adds up nothing and has no formula", "Name columns"),
    (group("Two", "Enrollment", "=1"), "error", "StudentGroups", "C2", "adds up columns and has a formula", "Keep one"),
    (group("enrollment", "English learners"), "error", "StudentGroups", "A2", "is a column of Schools, of Enrollment", "a name of its own"),
    (group("Level", "English learners"), "error", "StudentGroups", "A2", "is a column of Schools, of Enrollment", "a name of its own"),
    ({**group("Loop", formula="=[@Loop]+1"), "Rules 1 Group": "Loop"}, "error", "StudentGroups", "C2", '"Loop" needs itself', "do without"),
    ({"StudentGroups +": [{"Student group": "One", "Formula": "=[@Two]+1"}, {"Student group": "Two", "Formula": "=[@One]+1"}], "Rules 1 Group": "One"}, "error", "StudentGroups", "B2", '"One" needs itself', "do without"),
    ({**group("Bad", formula="=[@Nope]"), "Rules 1 Group": "Bad"}, "error", "StudentGroups", "C2", 'no column "Nope"', "mend the name"),
    ({**group("Bad", formula="=1/0"), "Rules 1 Group": "Bad"}, "error", "Rules", "C3", "the count is #DIV/0!", "look at Group"),
    ({**group("Last", formula="=[@[Actual 2025: Enrollment]]"), "Rules 1 Group": "Last"}, "error", "StudentGroups", "C2", 'no column "Actual 2025: Enrollment"', 'Nearest: "Enrollment"'),
    # split funding
    (paid(("Supplies", "General", None, 0.6), ("Supplies", "Title I", None, 0.3)), "error", "Funding", "E3", "total 90%, not 100%", "Mend a share"),
    (paid(("Supplies", "General", None, 0.6), ("Supplies", "Title I", None, 0.6), ("Supplies", "Gift", "rest", None)), "error", "Funding", "E4", "total 120%", "Mend a share"),
    (paid(("Supplies", "General", None, None), ("Supplies", "Title I", "rest", None)), "error", "Funding", "E2", "the share of General is empty", "60%"),
    (paid(("Suplies", "General", None, 1.0)), "error", "Funding", "A2", 'no rule gives a line "Suplies"', 'Nearest: "Supplies"'),
    (paid(("Supplies", "General", "rst", None)), "error", "Funding", "D2", '"rst"', 'Nearest: "rest"'),
    (paid(("Supplies", "General", "up to remaining", None)), "error", "Funding", "D2", "no fund takes the rest", "the last fund in Order"),
    (paid(("Supplies", "General", "rest", None), ("Supplies", "Title I", None, 0.5)), "error", "Funding", "D3", "no fund takes the rest", "the last fund in Order"),
    (paid(("Supplies", "General", None, 60.0), ("Supplies", "Title I", "rest", None)), "warning", "Funding", "E2", "read as 60%", "Type 60%"),
    (paid(("Supplies", "Grant", "up to remaining", None), ("Supplies", "General", "rest", None)), "warning", "Funding", "C2", "has no amount for FY2027, so it pays nothing", "Add it to FundYears"),
    (paid(("Supplies", "General", None, 0.6), ("Supplies", "general", "rest", None)), "error", "Funding", "C3", "the same Line, Fund stands in row 2", "Remove or change"),
    ({"Funds +": {"Fund": "Genral"}}, "warning", "Rules", "G2", 'Funds has no fund "General"', 'Nearest: "Genral"'),
    # changes and projections
    (change("Rates", "Supply", "Value", "1"), "error", "Changes", "C2", '"Supply" names no row of Rates', "Rate | Year | Model"),
    (change("Enrollment", " | In person", "Enrollment", "1"), "error", "Changes", "C2", "names 2 rows of Enrollment", "School | Instructional model"),
    (change("Rats", "x", "Value", "1"), "error", "Changes", "B2", 'cannot change a table "Rats"', 'Nearest: "Rates"'),
    (change("Scenarios", "Base", "Year", "2030"), "error", "Changes", "B2", 'cannot change a table "Scenarios"', ""),
    (change("Rates", "Supply_rate", "Valu", "1"), "error", "Changes", "D2", 'no column "Valu" in Rates', 'Nearest: "Value"'),
    (change("Rates", "Supply_rate", "Value", "much"), "error", "Changes", "E2", 'the text "much", not a number', "Type a number"),
    (change("Rates", "Supply_rate", "Value", None), "error", "Changes", "E2", "Value cannot be empty", ""),
    (change("Enrollment", "101", "Enrollment", "-3"), "error", "Changes", "E2", "-3, below 0", "0 or more"),
    (change("Enrollment", "101", "School", "1O2"), "error", "Changes", "E2", 'no school "1O2" in Schools', 'Nearest: "102"'),
    (change("Rules", "Principal", "Job type", "Principle"), "error", "Changes", "E2", 'no job type "Principle"', 'Nearest: "Principal"'),
    (change("Rules", "Principal", "Method", "fixd FTE"), "error", "Changes", "E2", '"fixd FTE"', 'Nearest: "fixed FTE"'),
    (change("Schools", "101", "Code", "102"), "error", "Changes", "E2", "two rows of the same Code", "another value"),
    (change("Rules", "Principal", "Rate", "2", scenario="Bse"), "warning", "Changes", "A2", 'no scenario "Bse"', 'Nearest: "Base"'),
    (change("Rules", "Principal", "Applies to", '[@Lvel]="High"'), "error", "Rules", "E2", 'no column "Lvel"', 'Nearest: "Level"'),
    ({"Scenarios +": {"Scenario": "Base", "Projection": "Bas"}}, "error", "Scenarios", "B2", 'no projection "Bas"', 'Nearest: "Base"'),
    ({"Projections +": {"Projection": "Base", "Year": 2025.0}}, "warning", "Projections", "B2", "is for FY2025 and is used for FY2027", "Choose another"),
    ({"Projections +": {"Projection": "Bse", "Year": 2027.0}}, "warning", "Enrollment", "A2", 'no projection "Base"', 'Nearest: "Bse"'),
    # names that go in a circle
    ({"Rules +": new("formula", Formula="=[@[New FTE]]+1")}, "error", "Rules", "H4", "need each other's result", "do without"),
    (
        {
            "JobTypes +": {"Job type": "Coach", "Year": 2027.0, "Average cost": 1.0},
            "Rules +": [new("FTE per employees", Of="Coach", Line="Head"), new("FTE per employees", Of="Principal", Line="Coach", Job_type="Coach")],
        },
        "error", "Rules", "", "need each other's result", "do without",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "severity", "sheet", "cell", "what", "remedy"), [*CASES, *CATALOGUE_CASES])
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


def test_hundreds_of_mistakes_are_told_one_by_one_and_at_once() -> None:
    """Each of 300 rows is wrong in its own way, and none hides another."""
    wrong = [new("fixed FTE", Line=f"Line {n}", Rate=f"Rate_{n}", Applies_to=f'[@Levl{n}]="High"', Per="district", Share_step=-1.0) for n in range(300)]  # fmt: skip
    told = [str(each) for each in run({"Rules +": wrong}).findings]
    for n in range(300):
        assert sum(f'"Rate_{n}"' in each for each in told) == 1
        assert sum(f'"Levl{n}"' in each for each in told) == 1


def test_the_parts_of_a_bundle_tell_a_mistake_of_their_rule_once() -> None:
    bundle = [{"Bundle": "Room", "Job type": "Principal", "Line": f"Part {n}", "FTE per unit": 1.0} for n in range(5)]
    findings = run({"Bundles +": bundle, "Rules +": new("bundle", Of="Room", Group="Enrolment")}).findings
    assert [each.what for each in findings] == ['there is no counted group "Enrolment" in Enrollment.']


def test_a_weight_that_two_rules_use_is_told_once() -> None:
    given = weighted(Weight=None)
    given["Rules +"] = [given["Rules +"], given["Rules +"] | {"Line": "Newer"}]
    assert [each.what for each in run(given).findings] == ['"Enrollment" has no weight.']


def test_an_emptied_count_is_zero() -> None:
    """As in Enrollment itself: 900 students are left, at $40 each, beside two principals."""
    staffing = run(change("Enrollment", "101", "Enrollment", None))
    assert staffing.findings == ()
    assert staffing.result is not None
    assert staffing.result.total_dollars == 2 * 150000 + 900 * 40


def test_a_plan_that_uses_every_table_has_nothing_to_mend() -> None:
    staffing = run(
        {
            **GRADES,
            **group("Both", "K, Grade 1"),
            **paid(("Supplies", "Title I", "up to remaining", None), ("Supplies", "General", "rest", None)),
            **change("Rates", "Supply_rate", "Value", "41"),
            "FundYears +": [{"Fund": fund, "Year": 2027.0, "Amount": 1e6} for fund in ("General", "Title I")],
            "Funds +": [{"Fund": "General"}, {"Fund": "Title I"}],
            "Projections +": {"Projection": "Base", "Year": 2027.0, "Kind": "projected", "Basis": "ADA"},
            "Bundles +": {"Bundle": "Room", "Job type": "Principal", "FTE per unit": 0.5},
            "Weights +": {"Weights": "Need", "Student group": "Both", "Weight": 0.5},
            "PriorYear +": {"School": "101", "Line": "Supplies", "Year": 2026.0, "Dollars": 12000.0},
            "Rules +": [
                new("bundle", Line="Room", Of="Room", Rate=8.0, Group="K"),
                new("weighted per-pupil dollars", Line="Weighted", Of="Need", Job_type=None),
                new("sections", Line="Class", Rate=20.0, Per=BY_GRADE, Group="Both", Combine="Both", Combination_limit=20.0),
                new("fixed FTE", Line="Nurse", Per="district", Share_step=0.2),
            ],
        }
    )
    assert [str(each) for each in staffing.findings] == []
    assert staffing.result is not None
    assert set(staffing.result.amounts["Line"]) == {"Principal", "Supplies", "Room: Principal", "Weighted", "Class", "Nurse"}
