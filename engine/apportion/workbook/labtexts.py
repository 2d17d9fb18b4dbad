"""Formulas that were tried on the sheet Rule lab, as rules take them over.

A rule takes the text of a formula: with a live reference to the cell above the column, whose value is that text, or,
where the cell is formatted as text, with the reference itself as text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apportion.cells import ERROR_VALUES
from apportion.errors import Finding
from apportion.registry import NAMESPACE, STORED
from apportion.schema import BY_NAME, TABLES
from apportion.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apportion.tables import CellValue

LAB, LAB_TABLE, RATES_TABLE = "Rule lab", "RuleLab", "LabRates"
WITH_FORMULAS = {schema.name for schema in TABLES if any(field.kind == "formula" for field in schema.fields)}
TRY = re.compile(r"try\b", re.IGNORECASE)
HOW = "On Rules, type ={} under Formula, or copy the text from there; otherwise it stays in this workbook only."
EMPTY = "Type a formula in the column below that cell, or write the formula here as text."


@dataclass(frozen=True)
class Lab:
    """The Rule lab of a workbook: what its cells hold, by address, and where its table stands.

    `formulas` are the formulas of the file without `=`, `first_row` and `last_row` those of the table's body, and
    `columns` its headers by the letters of their columns.
    """

    sheet: str
    values: Mapping[str, CellValue]
    formulas: Mapping[str, str]
    columns: Mapping[str, str]
    first_row: int
    last_row: int

    def text(self, address: str) -> str:
        """The text of the formula that a rule means by a cell: of a cell in a column to try, its formula."""
        letters, row = _split(address)
        if letters in self.columns and self.first_row <= row <= self.last_row and address in self.formulas:
            return f"={self.formulas[address]}"
        value = self.values.get(address)
        return value if isinstance(value, str) and value not in ERROR_VALUES else ""

    def tried(self) -> Iterator[tuple[str, str, str]]:
        """The column's header, the cell and the formula of every column to try in which one was typed."""
        for letters, header in self.columns.items():
            cells = (f"{letters}{row}" for row in range(self.first_row, self.last_row + 1))
            if TRY.match(header) and (cell := next((each for each in cells if each in self.formulas), "")):
                yield header, cell, f"={self.formulas[cell]}"


def with_texts(table: Table, lab: Lab | None, live: Mapping[str, str], findings: list[Finding]) -> Table:
    """The table with the texts that its formulas take from the lab; `live` are the formulas in its cells, by address.

    A cell that takes a text from where there is none, or holds a number that a formula came to, is a finding.
    """
    schema = BY_NAME.get(table.name.casefold())
    names = {each.name.casefold() for each in schema.fields if each.kind == "formula"} if schema else set()
    cells = dict(table.cells)
    for header in (each for each in table.columns if each.strip().casefold() in names):
        values = list(cells[header])
        for index, value in enumerate(values):
            address = table.address(index, header)
            asked = _asked(value, lab.sheet if lab else LAB)
            source = str(value) if asked else f"={live[address]}" if address in live else ""
            taken = (lab.text(asked) if lab else "") if asked else value
            values[index] = as_typed(taken) or None if source and isinstance(taken, str) else taken
            trouble = _trouble(header, values[index], source)
            if trouble is not None:
                severity, what, remedy = trouble
                place = (table.origin.sheet, table.name, table.rows[index], address)
                findings.append(Finding(severity, what, remedy, *place))  # type: ignore[arg-type]
        cells[header] = values
    return Table(table.name, cells, table.rows, table.origin)


def not_taken(lab: Lab, tables: Mapping[str, Table]) -> Iterator[Finding]:
    """A note for each formula of a column to try that no rule has taken over."""
    taken = {
        _alike(value)
        for table in tables.values()
        for header, values in table.cells.items()
        if (schema := BY_NAME.get(table.name.casefold())) is not None
        and (field := schema.by_name.get(header.strip().casefold())) is not None
        and field.kind == "formula"
        for value in values
        if isinstance(value, str)
    }
    for header, cell, formula in lab.tried():
        if _alike(formula) not in taken:
            letters, _ = _split(cell)
            shown = as_typed(formula)
            what = f"{header} holds {shown}, which no rule takes over; it is not carried over."
            above = f"'{lab.sheet}'!{letters}{lab.first_row - 2}"
            yield Finding("note", what, HOW.format(above), lab.sheet, LAB_TABLE, None, cell)


def as_typed(formula: str) -> str:
    """A formula of the file as its author sees it in the lab.

    >>> as_typed("=RuleLab[[#This Row],[Enrollment]]/RuleLab[[#This Row],[AP ratio]]")
    '=[@Enrollment]/[@[AP ratio]]'
    """
    plain = formula.replace("_xlfn.", "").replace("_xlws.", "").replace(STORED, f"{NAMESPACE}.")
    short = re.sub(rf"{LAB_TABLE}\[\[#This Row\],\[((?:'.|[^\]'])+)\]\]", r"[@[\1]]", plain, flags=re.IGNORECASE)
    return re.sub(r"\[@\[(\w+)\]\]", r"[@\1]", short)


def _asked(value: CellValue, sheet: str) -> str:
    """The cell of the lab that a text such as ='Rule lab'!D8 refers to; "" when it refers to none."""
    if not isinstance(value, str) or "!" not in value:
        return ""
    found = re.fullmatch(rf"\s*=\s*'?{re.escape(sheet)}'?!\$?([A-Z]{{1,3}})\$?(\d{{1,7}})\s*", value, re.IGNORECASE)
    return f"{found[1].upper()}{found[2]}" if found else ""


def _trouble(header: str, value: CellValue, source: str) -> tuple[str, str, str] | None:
    """What is wrong with a text that was taken from elsewhere."""
    if not source or (isinstance(value, str) and value):
        return None
    if value is None or value == "":
        return "error", f"{header} takes its text from {source}, and there is none.", EMPTY
    what = f"{header} holds the formula {source}, which comes to {value}: a rule needs the text of a formula."
    return "error", what, "Refer to the cell above the column on Rule lab, or write the formula here as text."


def _alike(text: str) -> str:
    """A formula in one spelling, whether it names a rate by itself or as a column of the lab."""
    from apportion.formula import FormulaError
    from apportion.words import read_rule

    typed = as_typed(text).removeprefix("=")
    try:
        formula = read_rule(f"={typed}")
    except FormulaError:
        return "".join(typed.split()).casefold()
    names = {each.name: f"{LAB_TABLE}[[#This Row],[{each.name}]]" for each in formula.references if each.name}
    return formula.live(LAB_TABLE, names).casefold()  # type: ignore[arg-type]


def _split(address: str) -> tuple[str, int]:
    letters = address.rstrip("0123456789")
    return letters, int(address[len(letters) :])
