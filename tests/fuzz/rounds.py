"""A round: tables and formulas drawn from one seed, and the workbook that holds them as live formulas."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING, Any

import xlsxwriter

from apportion.formula import ExcelError, parse
from apportion.formula.catalogue import FUNCTIONS
from fuzz.expressions import Expression
from fuzz.formulas import Author, heads, results
from fuzz.sheets import Sheet
from fuzz.tables import NAMES, Table, drawn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_TABLES = ("First", "Second", "Third")
_ROWS = 12
_NAMES_SHEET = "Names"
_DATE = "yyyy-mm-dd hh:mm"


@dataclass(frozen=True)
class Round:
    """The sheets of one workbook; the last asks for each function whether it is known."""

    sheets: tuple[Sheet, ...]

    @property
    def cells(self) -> int:
        """The number of formula cells."""
        return sum(sheet.table.size * len(sheet.formulas) for sheet in self.sheets)


@lru_cache(maxsize=1)
def _kinds() -> dict[str, type | None]:
    return results()


def drawn_round(seed: int, *, each: int = 2) -> Round:
    """A round with `each` formulas for every function and operator, dealt out to three tables."""
    author = Author(_TABLES, _kinds())
    dealt: list[dict[str, None]] = [{} for _ in _TABLES]
    for number, head in enumerate(heads()):
        for i in range(each):
            formula = author.formula(head, f"{seed} {i}")
            if formula is not None:
                dealt[(number + i) % len(_TABLES)].update(dict.fromkeys(one.text for one in formula.whole()))
    sheets = [
        Sheet(drawn(name, Random(f"{seed} {name}"), _ROWS), tuple(map(Expression, texts)))  # noqa: S311
        for name, texts in zip(_TABLES, dealt, strict=True)
    ]
    return Round((*sheets, _asking()))


ASKED = "Asked"


def _asking() -> Sheet:
    """A call of every function, from which is seen whether a peer knows it."""
    texts = [f"={name}({','.join(['1'] * row.least)})" for name, row in FUNCTIONS.items()
             if name != "LET"]  # fmt: skip
    return Sheet(Table(ASKED, {"One": [1.0]}), (*map(Expression, texts), Expression("=LET(x_1,1,x_1)")))


def write(made: Round, path: Path) -> None:
    """The round as an .xlsx file: a sheet and a table for each of its tables, and one sheet with the names."""
    book = xlsxwriter.Workbook(str(path))
    date = book.add_format({"num_format": _DATE})
    for sheet in made.sheets:
        page = book.add_worksheet(sheet.table.name)
        headers = [*sheet.table.columns, *(f"F{i}" for i in range(len(sheet.formulas)))]
        for column, (name, cells) in enumerate(sheet.table.columns.items()):
            for row, value in enumerate(cells, start=1):
                _put(page, row, column, value, date if name == "Day" else None)
        for column, formula in enumerate(sheet.formulas, start=len(sheet.table.columns)):
            text = parse(formula.text).live(sheet.table.name)
            for row in range(1, sheet.table.size + 1):
                if formula.array:
                    page.write_array_formula(row, column, row, column, f"{{{text}}}")
                else:
                    page.write_formula(row, column, text)
        page.add_table(
            0, 0, sheet.table.size, len(headers) - 1,
            {"name": sheet.table.name, "columns": [{"header": each} for each in headers]},
        )  # fmt: skip
    page = book.add_worksheet(_NAMES_SHEET)
    for row, (name, value) in enumerate(NAMES.items()):
        _put(page, row, 0, value, None)
        book.define_name(name, f"={_NAMES_SHEET}!$A${row + 1}")
    book.close()


def _put(page: Any, row: int, column: int, value: Any, style: Any) -> None:
    if isinstance(value, ExcelError):
        page.write_formula(row, column, f"={value}", None, str(value))
    elif value == "":
        page.write_formula(row, column, '=""', None, "")  # a cell without anything would be a blank
    elif isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, str):
        page.write_string(row, column, value)
    elif value is not None:
        page.write_number(row, column, value, style)


def known(asked: Sequence[list[Any]], made: Round) -> frozenset[str]:
    """The functions that did not give #NAME? on the sheet that asks for them."""
    return frozenset(
        name
        for expression, values in zip(made.sheets[-1].formulas, asked, strict=True)
        for name in expression.functions
        if values[0] is not ExcelError.NAME
    )
