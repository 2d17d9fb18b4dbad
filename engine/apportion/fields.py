"""What a column and a table of a workbook are: the words in which every table is declared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "number", "dollars", "fte", "percent", "year", "date", "choice", "formula", "value"]


@dataclass(frozen=True)
class Field:
    """One column of a table.

    `kind` is how a cell is read: "value" takes a number or the name of a rate, "formula" an Excel formula
    as text. `choices` are the words of a drop-down (others are refused unless `suggested`), `lookup` names
    the table column whose entries fill the drop-down and must contain the cell. A percent may lie `beyond` 100%.
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
    beyond: bool = False
    width: float = 14


@dataclass(frozen=True)
class TableSchema:
    """One table: its sheet, its columns, and what makes a row unique.

    In a table with `more` a district adds columns of its own: `more` says what kind they are. Columns that are only
    `shown` help whoever fills the table, and are not read back.
    """

    name: str
    sheet: str
    doc: str
    empty: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()
    needed: bool = False
    more: Literal["", "characteristics", "counts"] = ""
    shown: tuple[str, ...] = ()
    by_name: dict[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {each.name.casefold(): each for each in self.fields})


def notes() -> Field:
    """The last column of many tables."""
    return Field("Notes", "text", "Anything worth remembering. Apportion does not read it.", width=30)


def school_field() -> Field:
    """The school of a row."""
    return Field("School", "text", "Code of the school.", required=True, lookup=("Schools", "Code"), width=12)


def fund_field(
    doc: str = "The fund that pays.", *, name: str = "Fund", required: bool = False, known: bool = False
) -> Field:
    """The fund of a row; one that must be `known` is among those of Funds."""
    lookup, width = (("Funds", "Fund"), 26) if known else (None, 18)
    return Field(name, "text", doc, required=required, lookup=lookup, width=width)


def year_field(doc: str, *, required: bool = False) -> Field:
    """The fiscal year of a row."""
    return Field("Year", "year", doc, "fiscal year", required=required, width=9)


def program_field(doc: str = "Code of the program.", *, required: bool = True) -> Field:
    """The program of a row."""
    return Field("Program", "text", doc, required=required, lookup=("Programs", "Code"), width=11)


def of_school_field() -> Field:
    """The school that a row of a program is about."""
    doc = "Code of the school. Empty: the whole program."
    return Field("School", "text", doc, lookup=("Schools", "Code"), width=11)


def investment_field(*, required: bool = True) -> Field:
    """The investment of a row."""
    doc = "Code of the investment."
    return Field("Investment", "text", doc, required=required, lookup=("Investments", "Code"), width=12)


def group_field() -> Field:
    """The student group of a row."""
    return Field("Student group", "text", "Of which students. Empty: all.", width=22)
