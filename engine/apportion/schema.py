"""The planner's tables, declared once.

Reader, validation, drop-downs, header notes, number formats and the reference page come from here.
A column is added at the end of its table and never renamed: CSV columns are frozen once released.
"""

from __future__ import annotations

import re

from apportion.fields import Field, TableSchema, fund_field, notes, school_field, year_field
from apportion.schema_programs import PROGRAM_TABLES
from apportion.schema_rubric import RATINGS, RECURRENCE

ORGANIZATION_TYPES = ("school", "charter", "program", "department")
SCHOOL_TYPES = ("school", "charter")
INSTRUCTIONAL_MODELS = ("In person", "Hybrid", "Virtual")
ROUNDINGS = ("none", "half up", "up", "down", "truncate")
GRAINS = ("school", "school and model", "school, model and grade", "campus", "district")
HELD = ("school", "central for schools", "central")
LOCKS = ("required", "flexible with petition", "flexible")
STATUSES = ("active", "off")
TAKES = ("share", "up to remaining", "rest")
BASES = ("membership", "ADM", "ADA", "FTE")
METHODS = (
    "fixed FTE", "ratio FTE", "student-group ratio FTE", "banded FTE", "sections", "periods", "bundle",
    "FTE per employees", "prior-year FTE", "manual FTE", "gross dollars", "per-pupil dollars",
    "student-group per-pupil dollars", "weighted per-pupil dollars", "proportional share", "banded dollars",
    "dollars per employee", "prior-year dollars", "manual dollars", "manual adjustment", "reserve", "formula",
)  # fmt: skip


PLAN = TableSchema(
    "Plan",
    "Start",
    "Who plans, and for which fiscal year.",
    "District and fiscal year.",
    (
        Field("Setting", "text", "What is set: District, Fiscal year.", required=True, width=26),
        Field("Value", "text", "Its value.", width=52),
    ),
    key=("Setting",),
)

SCHOOLS = TableSchema(
    "Schools",
    "Schools",
    "Every organization that is given staff or dollars, one row each. Add columns for what your rules ask for.",
    "One row per school: code, name, level. Add columns of your own for what your rules ask for.",
    (
        Field("Code", "text", "The school's code in your accounting system. Unique.", required=True, width=10),
        Field("Name", "text", "The school's name as people know it.", required=True, width=30),
        Field(
            "Type",
            "choice",
            "Rules reach schools and charters. Programs and departments are reached only by a rule "
            "whose filter asks for [@Type], and never enter averages or per-pupil figures.",
            choices=ORGANIZATION_TYPES,
            default="school",
            width=13,
        ),
        Field("Level", "text", "Elementary, Middle, High, or your own words.", width=14),
        Field("Campus", "text", "Schools that share a campus carry the same word here.", width=14),
        Field("Open year", "year", "First fiscal year in which the school is open. Empty: always was.", width=11),
        Field("Close year", "year", "Last fiscal year in which the school is open. Empty: stays open.", width=11),
    ),
    key=("Code",),
    needed=True,
    more="characteristics",
)

ENROLLMENT = TableSchema(
    "Enrollment",
    "Enrollment",
    "Projected students, one row per school and instructional model. Add a column per counted group: grades, "
    "English learners, and so on.",
    "One row per school and instructional model, one column per counted group.",
    (
        Field(
            "Projection", "text", "Name of the projection; several can stand side by side.", default="Base", width=14
        ),
        school_field(),
        Field(
            "Instructional model",
            "choice",
            "How these students are taught.",
            choices=INSTRUCTIONAL_MODELS,
            suggested=True,
            default="In person",
            width=20,
        ),
    ),
    key=("Projection", "School", "Instructional model"),
    needed=True,
    more="counts",
)

JOB_TYPES = TableSchema(
    "JobTypes",
    "Job types",
    "What one FTE of each position costs, by fiscal year.",
    "One row per job type and year.",
    (
        Field("Job type", "text", "The position.", required=True, width=28),
        year_field(
            "Fiscal year of these costs. A later year without its own row uses the newest before it, with a warning."
        ),
        Field("Salary", "dollars", "Average salary of one FTE.", "dollars per FTE", least=0),
        Field("Fringe %", "percent", "Benefits as a share of salary.", "share of salary", least=0, width=11),
        Field("Fringe flat", "dollars", "Benefits as a flat amount.", "dollars per FTE", least=0),
        Field(
            "Average cost",
            "dollars",
            "Salary and benefits of one FTE. Empty: salary x (1 + fringe %) + flat fringe.",
            "dollars per FTE",
            least=0,
        ),
        notes(),
    ),
    key=("Job type", "Year"),
    needed=True,
)

RULES = TableSchema(
    "Rules",
    "Rules",
    "Who gets what, per what, rounded how. One row per rule.",
    "One row per rule. Start with Line, Method, and what the method asks for.",
    (
        Field("Funding formula", "text", "The funding formula this rule belongs to. Empty: all of them.", width=16),
        Field("Order", "number", "The order in which people read the rules.", width=8),
        Field(
            "Line",
            "text",
            'What is given, such as "Assistant principal". Several rules can share a line when no school is hit twice.',
            required=True,
            width=26,
        ),
        Field("Allocation", "text", "The heading under which the line is reported.", width=20),
        Field(
            "Method",
            "choice",
            "How the amount comes about.",
            required=True,
            choices=METHODS,
            width=18,
        ),
        Field(
            "Group",
            "text",
            "The counted group: a column of Enrollment, a group of StudentGroups, or a number column of Schools.",
            width=18,
        ),
        Field("Threshold", "value", "Below this count nothing is given.", "students", width=11),
        Field(
            "Rate",
            "value",
            "fixed FTE: FTE per school. ratio FTE: students per FTE. banded: name of a band. sections, periods: "
            "students per class. bundle: students per unit. per-pupil: dollars per student. weighted: the base. "
            "proportional share: the amount to share. prior-year and reserve: a share. "
            "A number, or the name of a rate.",
            width=16,
        ),
        Field(
            "Rounding",
            "choice",
            "none; half up; up (away from zero); down and truncate (toward zero).",
            choices=ROUNDINGS,
            default="none",
            width=11,
        ),
        Field("Step", "number", "Rounded to a multiple of this: 1, 0.5, 0.2, 0.1, 0.01.", "FTE or dollars", width=8),
        Field("Minimum", "value", "A school that the rule reaches gets at least this.", "FTE or dollars", width=11),
        Field("Maximum", "value", "A school that the rule reaches gets at most this.", "FTE or dollars", width=11),
        Field(
            "Per",
            "choice",
            "Where counting and rounding happen: for the school, each instructional model, or each grade, and then "
            "added up; for the campus or the district once, and then shared out. Empty: the school (a proportional "
            "share: the district).",
            choices=GRAINS,
            width=17,
        ),
        Field(
            "Applies to",
            "formula",
            'A condition over the school, such as [@Level]="High". Empty: every school and charter.',
            width=34,
        ),
        Field(
            "Job type",
            "text",
            "The position that is given; its cost comes from Job types.",
            lookup=("JobTypes", "Job type"),
            width=24,
        ),
        fund_field(),
        Field("Held", "choice", "Where the position is budgeted.", choices=HELD, default="school", width=19),
        Field("Lock", "choice", "What the school may change.", choices=LOCKS, default="flexible", width=21),
        Field("Source", "text", "Where the rule is written: handbook page, board policy, statute.", width=30),
        Field(
            "Formula",
            "formula",
            "For the method formula: an Excel formula over the school, such as [@Enrollment]/AP_ratio or "
            "[@[Teacher FTE]]*0.1. It gives FTE when the rule has a job type, otherwise dollars.",
            width=40,
        ),
        Field("Status", "choice", "A rule that is off gives nothing.", choices=STATUSES, default="active", width=9),
        notes(),
        Field(
            "Of",
            "text",
            "What the method counts from. per employee(s): a job type. prior-year and reserve: a line. bundle: a "
            "bundle of Bundles. weighted: a set of Weights.",
            width=20,
        ),
        Field(
            "Class maximum", "value", "No class is larger: so many classes at least are staffed.", "students", width=11
        ),
        Field(
            "Cohorts", "value", "Groups that take turns in a room (A and B days: 2), so that it serves more.", width=10
        ),
        Field(
            "Combine",
            "text",
            "sections per grade: the student group whose neighboring grades may share a combination class.",
            width=18,
        ),
        Field("Combination limit", "value", "Largest combination class.", "students", width=12),
        Field(
            "Combinations", "value", "Most combination classes per school and model. Empty: as many as help.", width=13
        ),
        Field("Periods taken", "value", "periods: classes that a student takes.", "periods", width=10),
        Field("Periods taught", "value", "periods: classes that a teacher teaches.", "periods", width=10),
        Field(
            "Share by",
            "text",
            "campus and district: the count by which schools share the amount. Empty: the Group. "
            "A counted group, a number column of Schools, or schools (equal parts).",
            width=18,
        ),
        Field(
            "Share step",
            "number",
            "campus and district: schools get multiples of this (0.2 is a day a week). Empty: exact parts, dollars to "
            "the cent.",
            "FTE or dollars",
            width=8,
        ),
        Field(
            "Rate step",
            "number",
            "Rates in dollars per student are printed to a multiple of this (1, 0.01) before they are multiplied.",
            "dollars",
            width=8,
        ),
    ),
    needed=True,
)

RATES = TableSchema(
    "Rates",
    "Rates",
    "Named numbers that rules use: ratios, class-size limits, dollars per student. The most specific row wins.",
    "One row per rate, year and, where it differs, instructional model or condition.",
    (
        Field("Rate", "text", "Its name, as rules write it: letters, digits and _.", required=True, width=22),
        year_field("Fiscal year from which it holds. Empty: always."),
        Field("Model", "text", "Only for this instructional model. Empty: every one.", width=14),
        Field("Student group", "text", "Only for this counted group. Empty: every one.", width=18),
        Field("Where", "formula", 'Only where this condition holds, such as [@Level]="High".', width=32),
        Field("Value", "number", "The number.", required=True, width=12),
        Field("Unit", "text", "What it counts: students per FTE, dollars per student.", width=24),
        Field("Source", "text", "Where it is written.", width=34),
    ),
    key=("Rate", "Year", "Model", "Student group", "Where"),
)

BANDS = TableSchema(
    "Bands",
    "Bands",
    "Steps by size: from <= count < to gives the value.",
    "One row per step of a band.",
    (
        Field("Band", "text", "Its name, as the rule's Rate says it.", required=True, width=22),
        year_field("Fiscal year from which it holds. Empty: always."),
        Field("From", "number", "The least count of this step.", "students", required=True, width=10),
        Field("To", "number", "The count at which the next step begins. Empty: no end.", "students", width=10),
        Field("Value", "number", "What a school of this size gets.", "FTE or dollars", required=True, width=10),
        Field("Source", "text", "Where it is written.", width=34),
    ),
    key=("Band", "Year", "From"),
)

PRIOR_YEAR = TableSchema(
    "PriorYear",
    "Prior year",
    "What each school had for each line before.",
    "One row per school and line of last year, to see the change.",
    (
        school_field(),
        Field("Line", "text", "The line, as Rules names it.", required=True, width=28),
        Field("Job type", "text", "The position.", width=24),
        fund_field(),
        year_field("The fiscal year that these amounts belong to."),
        Field("FTE", "fte", "FTE of that year.", "FTE", width=10),
        Field("Dollars", "dollars", "Dollars of that year.", "dollars"),
        Field("Source", "text", "Where it comes from.", width=34),
    ),
)

ADJUSTMENTS = TableSchema(
    "Adjustments",
    "Adjustments",
    "Exceptions for one school, each with its reason. They are added to what the rules give.",
    "One row per exception: school, line, FTE or dollars, and why.",
    (
        Field("Scenario", "text", "Only in this scenario. Empty: in all.", width=14),
        year_field("Only in this fiscal year. Empty: in all."),
        school_field(),
        Field("Line", "text", "The line, as Rules names it.", required=True, width=28),
        Field("Job type", "text", "The position, where the line has none.", width=24),
        fund_field(),
        Field("FTE", "fte", "FTE added (negative: taken away). Costed like the line.", "FTE", width=10),
        Field("Dollars", "dollars", "Dollars added (negative: taken away).", "dollars"),
        Field("Reason", "text", "Why this school.", required=True, width=40),
        Field("Author", "text", "Who asked for it.", width=18),
        Field("Approved by", "text", "Who approved it.", width=18),
        Field("Date", "date", "When.", width=12),
        Field("Expires", "year", "Last fiscal year in which it holds.", "fiscal year", width=10),
    ),
)

FUND_YEARS = TableSchema(
    "FundYears",
    "Fund years",
    "What each fund has, by fiscal year.",
    "One row per fund and year, to be warned before a fund is overspent.",
    (
        Field("Fund", "text", "The fund, as Rules names it.", required=True, width=28),
        year_field("Fiscal year.", required=True),
        Field("Amount", "dollars", "What may be allocated from it.", "dollars", required=True, least=0, width=18),
        notes(),
        Field("Carried in", "dollars", "What is left from the year before, in addition.", "dollars", width=15),
        Field(
            "Carry-over limit", "percent", "Share of the amount that may be carried out.", "share", least=0, width=11
        ),
        Field("Available from", "date", "First day on which it may be spent.", width=13),
        Field("Obligate by", "date", "Last day to commit it.", width=13),
        Field("Liquidate by", "date", "Last day to pay it out.", width=13),
        Field(
            "For programs",
            "dollars",
            "What programs may take of it before rules allocate the rest. Empty: nothing; in the review of programs, "
            "all of it.",
            "dollars",
            least=0,
            width=15,
        ),
    ),
    key=("Fund", "Year"),
)

SCENARIOS = TableSchema(
    "Scenarios",
    "Scenarios",
    "Which projection and which funding formula belong together. Empty: one scenario, Base, over everything.",
    "One row per scenario. Without one, Apportion uses the fiscal year of Start and the only projection.",
    (
        Field("Scenario", "text", "Its name.", required=True, width=20),
        year_field("Fiscal year. Empty: the fiscal year of Start."),
        Field("Projection", "text", "The projection of Enrollment. Empty: the only one.", width=18),
        Field("Funding formula", "text", "The funding formula of Rules. Empty: rules without one.", width=18),
        notes(),
    ),
    key=("Scenario",),
)

CHANGES = TableSchema(
    "Changes",
    "Changes",
    "What a scenario changes in the tables, cell by cell. The tables themselves stay as they are.",
    "One row per changed cell: scenario, table, key, column, value.",
    (
        Field("Scenario", "text", "The scenario that makes the change.", required=True, width=20),
        Field("Table", "text", "The table, such as Rates.", required=True, width=14),
        Field(
            "Key",
            "text",
            'What names the row, such as the rate; several parts with " | " between them, in the order of the table: '
            "Class_size | 2027 | Virtual. Parts that are left out may be anything.",
            required=True,
            width=30,
        ),
        Field("Column", "text", "The column that changes.", required=True, width=18),
        Field("Value", "text", "The new value. Empty: an empty cell.", width=18),
        notes(),
    ),
)

PROJECTIONS = TableSchema(
    "Projections",
    "Projections",
    "What each projection of Enrollment is: for which year, projected or counted, on which day.",
    "One row per projection of Enrollment.",
    (
        Field("Projection", "text", "Its name, as Enrollment writes it.", required=True, width=18),
        year_field("The fiscal year that it is for."),
        Field(
            "Kind", "choice", "Projected, or counted.", choices=("projected", "actual"), default="projected", width=11
        ),
        Field("Count date", "date", "The day of the count.", width=13),
        Field("Basis", "choice", "What is counted.", choices=BASES, suggested=True, width=14),
        notes(),
    ),
    key=("Projection",),
)

STUDENT_GROUPS = TableSchema(
    "StudentGroups",
    "Student groups",
    "Counted groups that are made of columns of Enrollment: a grade span, a share, the greater of two years.",
    "One row per group: the columns that it adds up, or a formula.",
    (
        Field("Student group", "text", "Its name, as Rules writes it under Group.", required=True, width=24),
        Field("Adds up", "text", "Columns or groups with commas between them: K, Grade 1, Grade 2.", width=40),
        Field(
            "Formula",
            "formula",
            "Instead: an Excel formula over counts, such as [@[At-risk]]/[@Enrollment] or "
            "MAX([@Enrollment],[@[Actual 2026: Enrollment]]) with the count of another projection.",
            width=44,
        ),
        Field("Unit", "text", "What it counts: students, a share.", width=14),
        Field("Source", "text", "Where it is written.", width=30),
    ),
    key=("Student group",),
)

WEIGHTS = TableSchema(
    "Weights",
    "Weights",
    "Weights of student groups on a base: a set of them is what a rule of weighted per-pupil dollars gives.",
    "One row per student group of a set.",
    (
        Field("Weights", "text", "The set, as the rule's Of says it.", required=True, width=20),
        Field("Student group", "text", "The counted group.", required=True, width=26),
        year_field("Fiscal year from which it holds. Empty: always."),
        Field("Weight", "value", "The weight, or the name of a rate.", "share of the base", width=12),
        Field(
            "Formula",
            "formula",
            "Instead of Weight, where it slides with size or concentration: an Excel formula over the school.",
            width=44,
        ),
        Field("Where", "formula", 'Only where this condition holds, such as [@Level]="High".', width=30),
        Field("Line", "text", "The line that it is given as. Empty: the line of the rule.", width=26),
        Field("Source", "text", "Where it is written.", width=34),
    ),
    key=("Weights", "Student group", "Year", "Where"),
)

BUNDLES = TableSchema(
    "Bundles",
    "Bundles",
    "Positions that come together: a self-contained room is a teacher and two aides.",
    "One row per position of a bundle.",
    (
        Field("Bundle", "text", "The bundle, as the rule's Of says it.", required=True, width=24),
        Field("Line", "text", "The line that it is given as. Empty: the rule's line and the job type.", width=28),
        Field("Job type", "text", "The position.", required=True, lookup=("JobTypes", "Job type"), width=26),
        Field("FTE per unit", "number", "FTE of this position in one unit.", "FTE", required=True, least=0, width=11),
        Field("Fund", "text", "The fund that pays. Empty: the fund of the rule.", width=18),
        Field("Source", "text", "Where it is written.", width=34),
    ),
    key=("Bundle", "Job type", "Line"),
)

FUNDS = TableSchema(
    "Funds",
    "Funds",
    "Where money comes from, and what it may pay for.",
    "One row per fund.",
    (
        Field("Fund", "text", "Its name, as Rules writes it.", required=True, width=28),
        Field("Source", "text", "Where the money comes from.", width=30),
        Field("Allowable uses", "text", "What it may pay for.", width=40),
        Field("May shift here", "text", "What may be moved to this fund, and what may not.", width=40),
        notes(),
        Field(
            "Recurrence",
            "choice",
            "Whether the money comes year after year, or once.",
            choices=RECURRENCE,
            default="recurring",
            width=12,
        ),
    ),
    key=("Fund",),
)

FUNDING = TableSchema(
    "Funding",
    "Funding",
    "Lines that two or more funds pay, in order. Shares of a line total 100%, or the last row takes the rest.",
    "One row per line and fund that pays a part of it.",
    (
        Field("Line", "text", "The line, as Rules names it.", required=True, width=28),
        Field("Order", "number", "The order in which its funds pay.", width=8),
        Field("Fund", "text", "The fund.", required=True, width=28),
        Field(
            "Takes",
            "choice",
            "share: its Share of the line. up to remaining: what the fund still has. rest: what is left of the line.",
            choices=TAKES,
            default="share",
            width=16,
        ),
        Field("Share", "percent", "Its share of the line, such as 60%.", "share of the line", least=0, width=10),
        notes(),
    ),
    key=("Line", "Fund"),
)

TABLES: tuple[TableSchema, ...] = (
    PLAN,
    SCHOOLS,
    ENROLLMENT,
    JOB_TYPES,
    RULES,
    RATES,
    STUDENT_GROUPS,
    BANDS,
    WEIGHTS,
    BUNDLES,
    PRIOR_YEAR,
    ADJUSTMENTS,
    FUNDS,
    FUND_YEARS,
    FUNDING,
    PROJECTIONS,
    SCENARIOS,
    CHANGES,
)
# Tables and sheets that Apportion writes beside a plan's own: a district's table cannot be called so.
RESERVED = (
    "Summary", "DollarsByHeading", "FTEByHeading", "LargestChanges", "BySchool", "ByDepartment", "Allocations",
    "ByFund", "Checks", "Proof", "Start", "BySchoolAndHeading", "ByDepartmentAndHeading", "ByJobType", "ByLevel",
    "ByNeed", "Grades", "Campuses", "DistrictTotals", "OtherProjections", "SplitFunding", "RuleLab", "LabRates",
    "ProgramScores", "ProgramCriteria", "RaterDifferences", "ReviewDue", "InvestmentStates", "MetricProgress",
    "ReviewHistory", "LegacyPrograms", "Tracker", "CliffByYear", "CliffByFund", "CliffByProgram", "Realigned",
    "RealignedYears", "RealignedFunds", "RealignedPayments", "LimitsThatBind", "DecisionsCompared",
    "WhatKeepingMeans", "NextDollars", "ValueByBudget", "FundYearsAfter",
)  # fmt: skip
EVERY_TABLE = (*TABLES, *PROGRAM_TABLES)
BY_NAME: dict[str, TableSchema] = {table.name.casefold(): table for table in EVERY_TABLE}


def is_rating_sheet(name: str) -> bool:
    """Whether a table of that name holds the ratings of one rater: Ratings_1, Ratings_2, and so on.

    >>> is_rating_sheet("Ratings_12"), is_rating_sheet("Ratings_history")
    (True, False)
    """
    return re.fullmatch(r"ratings_[0-9]+", name.casefold()) is not None


def shown_only(table: str) -> tuple[str, ...]:
    """The columns of a table that only help whoever fills it.

    >>> "Mend" in shown_only("Ratings_1")
    True
    """
    schema = BY_NAME.get(RATINGS.name.casefold() if is_rating_sheet(table) else table.casefold())
    return schema.shown if schema is not None else ()
