"""The planner's tables, declared once.

Reader, validation, drop-downs, header notes, number formats and the reference page come from here.
A column is added at the end of its table and never renamed: CSV columns are frozen once released.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "number", "dollars", "fte", "percent", "year", "date", "choice", "formula", "value"]

ORGANIZATION_TYPES = ("school", "charter", "program", "department")
SCHOOL_TYPES = ("school", "charter")
INSTRUCTIONAL_MODELS = ("In person", "Hybrid", "Virtual")
ROUNDINGS = ("none", "half up", "up", "down", "truncate")
GRAINS = ("school", "school and model")
HELD = ("school", "central for schools", "central")
LOCKS = ("required", "flexible with petition", "flexible")
STATUSES = ("active", "off")


@dataclass(frozen=True)
class Field:
    """One column of a planner table.

    `kind` is how a cell is read: "value" takes a number or the name of a rate, "formula" an Excel formula
    as text. `choices` are the words of a drop-down (others are refused unless `suggested`), `lookup` names
    the table column whose entries fill the drop-down and must contain the cell.
    """

    name: str
    kind: Kind
    doc: str
    unit: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    suggested: bool = False
    lookup: tuple[str, str] | None = None
    default: str = ""
    least: float | None = None
    width: float = 14


@dataclass(frozen=True)
class TableSchema:
    """One table of the planner: its sheet, its columns, and what makes a row unique.

    In a table with `more` a district adds columns of its own: `more` says what kind they are.
    """

    name: str
    sheet: str
    doc: str
    empty: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()
    needed: bool = False
    more: Literal["", "characteristics", "counts"] = ""
    by_name: dict[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {each.name.casefold(): each for each in self.fields})


def _notes() -> Field:
    return Field("Notes", "text", "Anything worth remembering. Apportion does not read it.", width=30)


def _school() -> Field:
    return Field("School", "text", "Code of the school.", required=True, lookup=("Schools", "Code"), width=12)


def _fund() -> Field:
    return Field("Fund", "text", "The fund that pays.", width=18)


def _year(doc: str, *, required: bool = False) -> Field:
    return Field("Year", "year", doc, "fiscal year", required=required, width=9)


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
        _school(),
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
        _year(
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
        _notes(),
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
            choices=(
                "fixed FTE",
                "ratio FTE",
                "banded FTE",
                "per-pupil dollars",
                "manual adjustment",
                "formula",
            ),
            width=18,
        ),
        Field("Group", "text", "The counted group: a column of Enrollment.", width=18),
        Field("Threshold", "value", "Below this count nothing is given.", "students", width=11),
        Field(
            "Rate",
            "value",
            "fixed FTE: FTE per school. ratio FTE: students per FTE. banded FTE: name of a band. "
            "per-pupil dollars: dollars per student. A number, or the name of a rate.",
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
            "Where counting and rounding happen: for the school, or for each instructional model and then added up.",
            choices=GRAINS,
            default="school",
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
        _fund(),
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
        _notes(),
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
        _year("Fiscal year from which it holds. Empty: always."),
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
        _year("Fiscal year from which it holds. Empty: always."),
        Field("From", "number", "The least count of this step.", "students", required=True, width=10),
        Field("To", "number", "The count at which the next step begins. Empty: no end.", "students", width=10),
        Field("Value", "number", "What a school of this size gets.", "FTE", required=True, width=10),
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
        _school(),
        Field("Line", "text", "The line, as Rules names it.", required=True, width=28),
        Field("Job type", "text", "The position.", width=24),
        _fund(),
        _year("The fiscal year that these amounts belong to."),
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
        _year("Only in this fiscal year. Empty: in all."),
        _school(),
        Field("Line", "text", "The line, as Rules names it.", required=True, width=28),
        Field("Job type", "text", "The position, where the line has none.", width=24),
        _fund(),
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
    "Funds",
    "What each fund has, by fiscal year.",
    "One row per fund and year, to be warned before a fund is overspent.",
    (
        Field("Fund", "text", "The fund, as Rules names it.", required=True, width=28),
        _year("Fiscal year.", required=True),
        Field("Amount", "dollars", "What may be allocated from it.", "dollars", required=True, least=0, width=18),
        _notes(),
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
        _year("Fiscal year. Empty: the fiscal year of Start."),
        Field("Projection", "text", "The projection of Enrollment. Empty: the only one.", width=18),
        Field("Funding formula", "text", "The funding formula of Rules. Empty: rules without one.", width=18),
        _notes(),
    ),
    key=("Scenario",),
)

TABLES: tuple[TableSchema, ...] = (
    PLAN,
    SCHOOLS,
    ENROLLMENT,
    JOB_TYPES,
    RULES,
    RATES,
    BANDS,
    PRIOR_YEAR,
    ADJUSTMENTS,
    FUND_YEARS,
    SCENARIOS,
)
# Tables and sheets that Apportion writes beside a plan's own: a district's table cannot be called so.
RESERVED = (
    "Summary", "DollarsByHeading", "FTEByHeading", "LargestChanges", "BySchool", "ByDepartment", "Allocations",
    "ByFund", "Checks", "Proof", "Start", "BySchoolAndHeading", "ByDepartmentAndHeading", "ByJobType", "ByLevel",
    "ByNeed",
)  # fmt: skip
BY_NAME: dict[str, TableSchema] = {table.name.casefold(): table for table in TABLES}
