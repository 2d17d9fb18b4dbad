"""The tables of realigning: what could become of each program, what binds, and what people decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apportion.fields import (
    Field,
    TableSchema,
    fund_field,
    investment_field,
    notes,
    of_school_field,
    program_field,
    school_field,
    year_field,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

OPTION_KINDS = ("continue", "expand", "scale back", "end")
DECIDED = (*OPTION_KINDS, "new cycle")
LIMITS_ABOUT: Mapping[str, tuple[str, ...]] = {
    "fund amounts": ("Fund", "Year"),
    "allowable uses": ("Fund", "Year"),
    "allowed shifts": ("Fund", "Year"),
    "maintenance of effort": ("Fund", "Year", "Amount"),
    "least service": (),
    "needs and excludes": (),
    "cannot be kept as is": (),
    "positions cut": ("Year", "Amount"),
    "loss of one school": ("School", "Year", "Amount"),
}
"""What a row of each kind of limit may be about: its columns of RealignLimits."""
LIMIT_KINDS = tuple(LIMITS_ABOUT)
ON_OFF = ("on", "off")

OPTIONS = TableSchema(
    "Options",
    "Options",
    "What could become of a program. Without rows a program can continue or end.",
    "One row per program and option; with a school when schools are decided one by one.",
    (
        program_field(),
        of_school_field(),
        Field("Option", "text", "What is done, in a few words.", required=True, width=34),
        Field("Kind", "choice", "Continue, expand, scale back or end.", choices=OPTION_KINDS, required=True, width=12),
        Field(
            "Level",
            "percent",
            "Share of the present service. Empty: 100% to continue, 0% to end.",
            "present service",
            least=0,
            beyond=True,
            width=9,
        ),
        Field(
            "Students",
            "number",
            "Students reached. Empty: those who take part, times the level.",
            "students",
            least=0,
            width=11,
        ),
        Field("Value", "number", "The district's own value of it. Empty: by the rubric.", least=0, width=9),
        Field("Last decision", "date", "Last day on which it can be decided.", width=13),
        notes(),
    ),
    key=("Program", "School", "Option"),
)

OPTION_COSTS = TableSchema(
    "OptionCosts",
    "Option costs",
    "What an option costs by fiscal year and fund, with what cannot be avoided. Without rows: by its level.",
    "One row per program, option, fiscal year and fund.",
    (
        program_field(),
        of_school_field(),
        Field("Option", "text", "As in Options.", required=True, width=34),
        year_field("Fiscal year.", required=True),
        fund_field("The fund that is meant to pay.", required=True, known=True),
        Field(
            "Dollars",
            "dollars",
            "Cost of the year, payouts and notice periods included.",
            "dollars",
            required=True,
            least=0,
            width=14,
        ),
        Field("Positions", "fte", "Whole positions that stay.", "FTE", least=0, width=10),
        notes(),
    ),
    key=("Program", "School", "Option", "Year", "Fund"),
)

REALIGN_LIMITS = TableSchema(
    "RealignLimits",
    "Limits",
    "What binds a realignment, one row each. Switch a row off to see what it costs.",
    "One row per limit.",
    (
        Field("Limit", "text", "Its name, as the plan and the conflict report it.", required=True, width=36),
        Field("Kind", "choice", "What it limits.", choices=LIMIT_KINDS, required=True, width=24),
        Field("Status", "choice", "on, or off to leave it out.", choices=ON_OFF, default="on", width=9),
        fund_field(
            "The fund. Empty: all, each for itself (for maintenance of effort: all recurring funds together).",
            known=True,
        ),
        of_school_field(),
        Field("Year", "year", "The fiscal year. Empty: every year.", width=9),
        Field(
            "Amount",
            "number",
            "Maintenance of effort and loss of one school: dollars. Positions cut: positions. All of one year.",
            "dollars, or positions",
            least=0,
            width=13,
        ),
        notes(),
    ),
    key=("Limit",),
)

SHIFTS = TableSchema(
    "Shifts",
    "Shifts",
    "Which fund may take over what another was meant to pay. What is not listed may not shift.",
    "One row per allowed shift.",
    (
        fund_field("The fund that was meant to pay.", name="From fund", required=True, known=True),
        fund_field("The fund that may pay instead.", name="To fund", required=True, known=True),
        program_field("The program. Empty: every one.", required=False),
        Field(
            "At most",
            "dollars",
            "Most dollars in a year. Empty: no limit of its own.",
            "dollars a year",
            least=0,
            width=13,
        ),
        Field("Reason", "text", "Why it is lawful: supplement, not supplant.", width=46),
        notes(),
    ),
    key=("From fund", "To fund", "Program"),
)

FUND_USES = TableSchema(
    "FundUses",
    "Fund uses",
    "What a fund may pay for, by the Use of Programs. A fund without rows may pay for anything.",
    "One row per fund and use.",
    (
        fund_field("The fund.", required=True, known=True),
        Field("Use", "text", "A Use of Programs.", required=True, width=22),
        notes(),
    ),
    key=("Fund", "Use"),
)

ALLOCATION_CHANGES = TableSchema(
    "AllocationChanges",
    "Allocation changes",
    "How each school's allocation changes, so that all its losses count together.",
    "One row per school and fiscal year.",
    (
        school_field(),
        year_field("Fiscal year.", required=True),
        Field(
            "Dollars",
            "dollars",
            "Change against the year before; a loss is negative.",
            "dollars",
            required=True,
            width=14,
        ),
        notes(),
    ),
    key=("School", "Year"),
)

DECISIONS = TableSchema(
    "Decisions",
    "Decisions",
    "What people decided, with reason. A later row takes the place of an earlier one; none is overwritten.",
    "One row per decision, about a program or an investment.",
    (
        Field("Date", "date", "When it was decided.", required=True, width=12),
        program_field("Code of the program; empty for an investment.", required=False),
        of_school_field(),
        investment_field(required=False),
        Field("Decision", "choice", "What was decided.", choices=DECIDED, required=True, width=13),
        Field("Option", "text", "Which of its options, where there are several of the kind.", width=34),
        Field("Reason", "text", "Why. It is published.", width=50),
        Field("Decided by", "text", "Who decided.", width=22),
        notes(),
    ),
)
