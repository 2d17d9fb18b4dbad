"""The tables of programs and of the rubric by which they are rated."""

from __future__ import annotations

from apportion.fields import (
    Field,
    TableSchema,
    fund_field,
    group_field,
    notes,
    of_school_field,
    program_field,
    year_field,
)

PRIORITIES_AXIS, OUTCOMES_AXIS = "District Priorities", "Student Outcomes & Value"
AXES = (PRIORITIES_AXIS, OUTCOMES_AXIS)
ROLES = ("score", "condition")
ORIGINS = ("grant-funded", "legacy")
RECURRENCE = ("recurring", "one-time")
NOT_RATED = "not rated"
SCORES = ("0", "1", "2", "3", "4", NOT_RATED)
LEVELS = tuple(f"Level {level}" for level in range(5))

PROGRAMS = TableSchema(
    "Programs",
    "Programs",
    "Everything the district pays for and can continue, expand, scale back or end: one row each.",
    "One row per program, grant-funded or legacy.",
    (
        Field("Code", "text", "A short code. Unique.", required=True, width=9),
        Field("Program", "text", "Its name as people know it.", required=True, width=30),
        Field("Owner", "text", "Who answers for it; a name of Raters where that person rates too.", width=20),
        Field("Purpose", "text", "What it is for, in a sentence.", width=46),
        Field(
            "Origin",
            "choice",
            "Paid by a grant at the start, or part of the budget for long.",
            choices=ORIGINS,
            default="legacy",
            width=13,
        ),
        Field(
            "Recurrence",
            "choice",
            "Whether it is meant to go on year after year.",
            choices=RECURRENCE,
            default="recurring",
            width=12,
        ),
        Field("Use", "text", "What it is for a fund: a word that FundUses allows, such as tutoring.", width=18),
        Field(
            "Priorities",
            "text",
            "The district's priorities that it serves, by name; several with semicolons.",
            width=26,
        ),
        Field("Students with access", "number", "Students who could take part.", "students", least=0, width=11),
        Field("Students taking part", "number", "Students who do.", "students", least=0, width=11),
        Field("Schools served", "text", "Codes of its schools with semicolons between. Empty: all.", width=22),
        Field("Mandate", "text", "The law or order that requires it; empty when none does.", width=26),
        Field(
            "Least service",
            "percent",
            "The share of its present service that the mandate requires. Empty: all of it.",
            "present service",
            least=0,
            width=10,
        ),
        Field("Substitutes", "text", "Codes of programs that give the same students the same.", width=13),
        Field("Needs", "text", "Codes of programs without which it cannot run.", width=11),
        Field("Excludes", "text", "Codes of programs that cannot run beside it.", width=11),
        Field(
            "Vacant positions",
            "fte",
            "Positions vacant, or left by a retirement: they end first and cost nothing to end.",
            "FTE",
            least=0,
            width=11,
        ),
        Field(
            "Separation cost",
            "dollars",
            "What ending one filled position costs once: leave payout, unemployment.",
            "dollars per position",
            least=0,
            width=13,
        ),
        Field("Notice by", "date", "Last day on which notice still ends a position with the fiscal year.", width=12),
        notes(),
    ),
    key=("Code",),
    needed=True,
)

PROGRAM_COSTS = TableSchema(
    "ProgramCosts",
    "Program costs",
    "What each program costs when it goes on as it is, by fiscal year and the fund that is meant to pay.",
    "One row per program, fiscal year and fund. Name the grant also for years after its end: that is the cliff.",
    (
        program_field(),
        of_school_field(),
        year_field("Fiscal year.", required=True),
        fund_field("The fund that is meant to pay.", required=True, known=True),
        Field("Dollars", "dollars", "Cost of the year.", "dollars", required=True, least=0, width=14),
        Field("Positions", "fte", "Positions that are in it.", "FTE", least=0, width=10),
        Field(
            "Position dollars", "dollars", "The part of the dollars that pays positions.", "dollars", least=0, width=14
        ),
        notes(),
    ),
    key=("Program", "School", "Year", "Fund"),
    needed=True,
)

PARTICIPATION = TableSchema(
    "Participation",
    "Participation",
    "Who could take part in a program and who does, by school and student group.",
    "One row per program, school and student group; either may be left empty.",
    (
        program_field(),
        of_school_field(),
        group_field(),
        Field("With access", "number", "Students who could take part.", "students", least=0, width=11),
        Field("Taking part", "number", "Students who do.", "students", least=0, width=11),
        notes(),
    ),
    key=("Program", "School", "Student group"),
)

CRITERIA = TableSchema(
    "Criteria",
    "Criteria",
    "The rubric's parts: which axis each is on, what it weighs, what raters ask, and what each score means.",
    "One row per part of the rubric.",
    (
        Field("Criterion", "text", "Its name.", required=True, width=24),
        Field("Axis", "choice", "The axis it belongs to.", choices=AXES, required=True, width=25),
        Field(
            "Role",
            "choice",
            "score: it enters its axis. condition: shown beside the quadrant, not averaged.",
            choices=ROLES,
            default="score",
            width=11,
        ),
        Field("Weight", "number", "Its weight on the axis, larger than 0. Empty: 1.", width=9),
        Field("Guiding questions", "text", "What raters ask themselves.", width=44),
        *(Field(level, "text", f"What a score of {level[-1]} means.", width=26) for level in LEVELS),
        notes(),
    ),
    key=("Criterion",),
    needed=True,
)

RATERS = TableSchema(
    "Raters",
    "Raters",
    "Who rates. The owner of a program rates it too, apart from the others.",
    "One row per person who rates.",
    (
        Field("Rater", "text", "The person's name.", required=True, width=22),
        Field("Role", "text", "Principal, teacher, finance, parent, or your own words.", width=30),
        Field("Owner of", "text", "Codes of programs that this person answers for, with semicolons.", width=22),
        notes(),
    ),
    key=("Rater",),
    needed=True,
)

RATINGS = TableSchema(
    "Ratings",
    "Ratings",
    "Scores from 0 to 4 with their evidence, one row per program, criterion and rater.",
    "One row per score. In the workbook every rater has a sheet.",
    (
        program_field(),
        Field("Criterion", "text", "The rubric's part.", required=True, lookup=("Criteria", "Criterion"), width=22),
        Field("Rater", "text", "Who rates.", required=True, lookup=("Raters", "Rater"), width=18),
        Field(
            "Score",
            "choice",
            "0 to 4, or not rated where nothing is known. Not rated is not zero.",
            choices=SCORES,
            default=NOT_RATED,
            width=11,
        ),
        Field("Evidence", "text", "What the score rests on. Needed for 0 and 4.", width=46),
        Field("Date", "date", "When it was given.", width=12),
    ),
    key=("Program", "Criterion", "Rater"),
    shown=("Guiding questions", "This score says", "Mend", *LEVELS),
)

PRIORITIES = TableSchema(
    "Priorities",
    "Priorities",
    "The priorities of the strategic plan, the first first.",
    "One row per priority.",
    (
        Field("Priority", "text", "Its name.", required=True, width=30),
        Field("Goal", "text", "What is to be true, and by when.", width=60),
        Field("Student groups", "text", "The groups it is for.", width=30),
        notes(),
    ),
    key=("Priority",),
)
