"""A table as a person keeps it: named columns of cells, and where each cell stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator, Mapping, Sequence

    CellValue: TypeAlias = float | str | bool | dt.date | None


def column_letters(number: int) -> str:
    """The letters of a column by its number from 1.

    >>> column_letters(28)
    'AB'
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The number of a column, from 1, by its letters.

    >>> column_number("AB")
    28
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


@dataclass(frozen=True)
class Origin:
    """Where a table stands: its sheet (of a CSV folder: the file), header row and first column, from 1."""

    sheet: str
    header_row: int = 1
    first_column: int = 1


@dataclass(frozen=True)
class Table:
    """Cells by column as they were found, without rows that are wholly empty.

    `cells` maps each header, in order and as written, to one value per row: a number (float), text,
    boolean, date or None for an empty cell; an error value such as "#N/A" is its text.
    `rows` holds the row number that a person sees beside each row.
    """

    name: str
    cells: Mapping[str, Sequence[CellValue]]
    rows: Sequence[int]
    origin: Origin

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def columns(self) -> tuple[str, ...]:
        """The headers in order."""
        return tuple(self.cells)

    def column(self, header: str) -> Sequence[CellValue]:
        """The cells under a header in any case; () when there is none."""
        named = (cells for each, cells in self.cells.items() if each.strip().casefold() == header.casefold())
        return next(named, ())

    def address(self, index: int | None, column: str) -> str:
        """The cell's address, such as "E14", of a row by its index from 0; None is the header."""
        number = self.origin.first_column + self.columns.index(column)
        row = self.origin.header_row if index is None else self.rows[index]
        return f"{column_letters(number)}{row}"

    def place(self, index: int | None, header: str | None) -> tuple[str, int | None, str]:
        """The sheet, row and cell of a row by its index from 0; None is the header, or no column."""
        row = None if index is None else self.rows[index]
        return self.origin.sheet, row, "" if header is None else self.address(index, header)


def table_from_rows(name: str, header: Sequence[str], rows: Sequence[Sequence[CellValue]]) -> Table:
    """A table made in memory: header in row 1, one record per row from row 2."""
    cells = {column: [row[i] for row in rows] for i, column in enumerate(header)}
    return Table(name, cells, range(2, 2 + len(rows)), Origin(name))


@dataclass(frozen=True)
class JoinedTable(Table):
    """Rows of several tables with the same columns, each of which keeps the place where it stands."""

    places: Sequence[tuple[Table, int]] = ()

    def place(self, index: int | None, header: str | None) -> tuple[str, int | None, str]:
        """The sheet, row and cell in the table that a row came from."""
        if index is None:
            return super().place(index, header)
        table, own = self.places[index]
        return table.place(own, header if header in table.cells else None)


def joined(name: str, tables: Sequence[Table], needed: Collection[str], left_out: Collection[str] = ()) -> Table:
    """The rows of several tables that have one of the `needed` cells, under the headers of all but those `left_out`."""
    headers = list(dict.fromkeys(header for table in tables for header in table.cells if header not in left_out))
    places = [(table, i) for table in tables for i in _filled(table, needed)]
    cells: dict[str, list[CellValue]] = {
        header: [table.cells[header][i] if header in table.cells else None for table, i in places] for header in headers
    }
    origin = tables[0].origin if tables else Origin(name)
    return JoinedTable(name, cells, [table.rows[i] for table, i in places], origin, places)


def _filled(table: Table, needed: Collection[str]) -> Iterator[int]:
    """The rows, by index, in which one of the columns has something."""
    columns = [column for column in map(table.column, needed) if column]
    return (i for i in range(len(table)) if any(column[i] not in (None, "") for column in columns))
