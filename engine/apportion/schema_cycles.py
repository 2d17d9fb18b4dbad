"""The tables of investments that are paid for a cycle, measured, and reviewed."""

from __future__ import annotations

from apportion.fields import (
    Field,
    TableSchema,
    fund_field,
    group_field,
    investment_field,
    notes,
    program_field,
    year_field,
)
from apportion.schema_rubric import RECURRENCE

STATE_NAMES = ("draft", "submitted", "returned", "approved", "denied", "active", "review due", "decided")
TIERS = ("strong", "moderate", "promising", "rationale")
YES_NO = ("yes", "no")
LEGACY_RESET = "legacy reset"
BETTER = {"higher": 1.0, "lower": -1.0}
"""Which way a metric gets better, and the sign of its gain."""
LONGEST_CYCLE = 5
TARGETS = tuple(f"Target year {year}" for year in range(1, LONGEST_CYCLE + 1))

INVESTMENTS = TableSchema(
    "Investments",
    "Investments",
    "What is paid for a cycle and then reviewed: requests, approved ones, and legacy programs reset onto a cycle.",
    "One row per investment and cycle.",
    (
        Field("Code", "text", "A short code. Unique.", required=True, width=9),
        Field("Name", "text", "Its name as people know it.", required=True, width=30),
        program_field("The program that it pays for, where Programs has it.", required=False),
        Field("Owner", "text", "Who answers for it.", width=20),
        Field("Cost center", "text", "The cost center that holds the budget.", width=12),
        Field("Schools served", "text", "Codes of its schools with semicolons between. Empty: all.", width=20),
        Field("Students", "number", "Students helped.", "students", least=0, width=10),
        Field(
            "Priority", "text", "The strategic priority that it serves.", lookup=("Priorities", "Priority"), width=26
        ),
        Field("Rationale", "text", "Why it should work.", width=46),
        Field("Evidence tier", "choice", "ESSA's tier of the evidence.", choices=TIERS, width=13),
        Field("Recurrence", "choice", "Whether its cost recurs.", choices=RECURRENCE, default="recurring", width=12),
        Field("FTE", "fte", "Positions that it pays.", "FTE", least=0, width=9),
        Field(
            "Origin",
            "choice",
            "A new request, or a legacy program reset onto a cycle.",
            choices=("new", LEGACY_RESET),
            default="new",
            width=13,
        ),
        Field("Cycle years", "number", "Length of the cycle, 1 to 5 years.", "years", least=1, width=9),
        Field("Start", "year", "First fiscal year of the cycle.", "fiscal year", width=9),
        Field("Review year", "year", "Fiscal year in which it is reviewed. Empty: the last of the cycle.", width=9),
        Field("Expected gain", "number", "Learning increase per student that is expected.", width=10),
        Field(
            "Gain unit",
            "text",
            "Unit of the gain, such as months of reading; the metric that counts has the same.",
            width=20,
        ),
        Field("Exit plan", "text", "What happens when it ends.", width=40),
        Field("Follows", "text", "Code of the cycle before.", lookup=("Investments", "Code"), width=10),
        notes(),
    ),
    key=("Code",),
)

INVESTMENT_COSTS = TableSchema(
    "InvestmentCosts",
    "Investment costs",
    "What an investment is given by fiscal year, fund and account, and what was spent.",
    "One row per investment, fiscal year and account.",
    (
        investment_field(),
        year_field("Fiscal year.", required=True),
        fund_field(),
        Field("Account", "text", "The account it is booked on.", width=26),
        Field("Dollars", "dollars", "What it is given.", "dollars", required=True, least=0, width=14),
        Field("Spent", "dollars", "What was spent; empty while that is not known.", "dollars", least=0, width=14),
        notes(),
    ),
    key=("Investment", "Year", "Fund", "Account"),
)

STATES = TableSchema(
    "States",
    "States",
    "The way of every investment: one row per step, never overwritten.",
    "One row per step: draft, submitted, returned, approved or denied, active, review due, decided.",
    (
        investment_field(),
        Field("Date", "date", "When it came into this state.", required=True, width=12),
        Field("State", "choice", "The state it came into.", choices=STATE_NAMES, required=True, width=14),
        Field("By", "text", "Who did it.", width=22),
        Field("Reason", "text", "Why; needed when it is returned or denied.", width=46),
        notes(),
    ),
)

METRICS = TableSchema(
    "Metrics",
    "Metrics",
    "What an investment is measured by: where it stood, and where it should be in every year of the cycle.",
    "One row per investment and metric.",
    (
        investment_field(),
        Field("Metric", "text", "What is measured.", required=True, width=34),
        group_field(),
        Field("Unit", "text", "Its unit, such as % of students, or months.", required=True, width=18),
        Field(
            "Better",
            "choice",
            "Whether higher or lower is better.",
            choices=tuple(BETTER),
            default="higher",
            width=9,
        ),
        Field("Baseline", "number", "Where it stood.", required=True, width=10),
        Field("Baseline date", "date", "When that was measured.", width=12),
        *(
            Field(target, "number", f"The target at the end of {target[7:]} of the cycle.", width=10)
            for target in TARGETS
        ),
        Field("Source", "text", "Where the data come from.", width=30),
        Field(
            "Counts for A-ROI",
            "choice",
            "Whether its gain is the gain of the A-ROI. One metric of an investment at most.",
            choices=YES_NO,
            default="no",
            width=9,
        ),
        notes(),
    ),
    key=("Investment", "Metric", "Student group"),
)

READINGS = TableSchema(
    "Readings",
    "Readings",
    "Metrics as they were measured. A new reading is a new row; none is overwritten.",
    "One row per metric and date.",
    (
        investment_field(),
        Field("Metric", "text", "As in Metrics.", required=True, width=34),
        group_field(),
        Field(
            "Date",
            "date",
            "When it was measured. Up to six months after the cycle it counts for its last year.",
            required=True,
            width=12,
        ),
        Field("Value", "number", "What was measured.", required=True, width=10),
        Field(
            "Students",
            "number",
            "How many students were measured; fewer than 10 are not published.",
            "students",
            least=0,
            width=10,
        ),
        Field("By", "text", "Who entered it.", width=20),
        notes(),
    ),
)
