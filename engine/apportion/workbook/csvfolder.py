"""A plan as a folder of CSV files, one per table: the text form for review, version control and tests.

Round trips lose nothing. In columns that are not text by the schema, a text that would be read as a number, boolean or
date carries an apostrophe before it, as in Excel.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from apportion.cells import as_text
from apportion.errors import ApportionError, Finding
from apportion.schema import BY_NAME
from apportion.tables import Origin, Table
from apportion.workbook.book import FileBook

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from typing import Protocol

    from apportion.errors import Severity
    from apportion.tables import CellValue

    class CsvReader(Iterator[list[str]], Protocol):
        """What the csv module's reader does: rows, and the line on which the last one ended."""

        @property
        def line_num(self) -> int:
            """Lines read so far."""


LARGEST_FILE = 512 * 1024 * 1024
BLOCK = 1024  # rows that are held as rows while a file is read
TEXT_KINDS = ("text", "choice", "formula")
_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
WORDS: dict[str, CellValue] = {"": None, "TRUE": True, "FALSE": False}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMERIC_SIGNS = set("0123456789.-e")


class CannotWrite(ApportionError, OSError):
    """Raised when a file or folder cannot be written."""


def read_folder(folder: Path) -> FileBook:
    """The plan in a folder of CSV files named like its tables; what cannot be read is a finding."""
    findings: list[Finding] = []
    tables: dict[str, Table] = {}
    for path in sorted(folder.glob("*.csv"), key=lambda each: each.name):
        schema = BY_NAME.get(path.stem.casefold())
        table = _read(path, schema.name if schema else path.stem, findings)
        if table is not None:
            tables[table.name] = table
    if not tables:
        remedy = "A plan has files such as Schools.csv, Enrollment.csv, JobTypes.csv and Rules.csv."
        findings.append(Finding("error", f"{folder} has no CSV files that can be read.", remedy))
    return FileBook(folder.name, tables, tuple(findings))


@dataclass(frozen=True)
class _File:
    """One CSV file while it is read, and where its findings go."""

    path: Path
    name: str
    findings: list[Finding]

    def say(self, severity: Severity, what: str, remedy: str, row: int | None = None) -> None:
        self.findings.append(Finding(severity, what, remedy, self.path.name, self.name, row))


def _read(path: Path, name: str, findings: list[Finding]) -> Table | None:
    file = _File(path, name, findings)
    found = _rows(file)
    if found is None:
        return None
    header = found.header
    if any(header.count(each) > 1 or not each for each in header):
        what = "two columns have the same header, or one has none."
        file.say("error", what, "Every column has a header of its own.", 1)
        return None
    columns = zip(header, found.columns, found.texts, strict=True)
    cells = {column: _typed(name, column, values, texts) for column, values, texts in columns}
    return Table(name, cells, found.lines, Origin(path.name))


def _rows(file: _File) -> _Rows | None:
    """The rows of a file; None, and a finding, when it cannot be read."""
    if file.path.stat().st_size > LARGEST_FILE:
        file.say("error", "the file is larger than 512 MB.", "Split the plan, or remove what is not part of it.")
        return None
    data = file.path.read_bytes()
    if b"\0" in data:
        file.say("error", "the file is not text.", "Save it as CSV UTF-8.")
        return None
    encoding = _encoding(file, data)
    separator = _separator(next(io.BytesIO(data), b"").decode(encoding, "replace"))
    if separator != ",":
        said = "tabs" if separator == "\t" else "semicolons"
        file.say("warning", f"the cells are separated by {said}.", "Nothing needs to be done; CSV UTF-8 uses commas.")
    csv.field_size_limit(32_767 * 4)
    text = io.TextIOWrapper(io.BytesIO(data), encoding, "replace", newline="")
    reader = csv.reader(text, strict=True, delimiter=separator)
    try:
        header = next(reader, None)
        rows = _Rows([] if header is None else [cell.strip() for cell in header])
        rows.take(reader)
    except csv.Error as error:
        file.say("error", f"the file is not CSV: {error}.", "Save it again as CSV UTF-8.")
        return None
    if header is None:
        file.say("error", "the file is empty.", "It begins with a row of column headers.")
        return None
    for line, width in rows.too_wide:
        what = f"the row has {width} cells and the header {len(rows.header)}."
        file.say("error", what, "Put texts with commas in double quotes.", line)
    return rows


class _Rows:
    """The rows below a header that are not empty, as columns, and the line on which each ends.

    A block of rows is turned into columns at a time, and `texts` holds once what stands in several rows of a column.
    """

    def __init__(self, header: list[str]) -> None:
        while header and not header[-1]:
            header.pop()
        self.header = header
        self.lines: list[int] = []
        self.columns: list[list[str]] = [[] for _ in header]
        self.texts: list[dict[str, str]] = [{} for _ in header]
        self.too_wide: list[tuple[int, int]] = []

    def take(self, reader: CsvReader) -> None:
        width, block = len(self.header), []
        for row in reader:
            if any(row):
                block.append(row)
                self.lines.append(reader.line_num)
                if len(row) > width and any(row[width:]):
                    self.too_wide.append((reader.line_num, len(row)))
                if len(block) == BLOCK:
                    self._add(block)
                    block = []
        self._add(block)

    def _add(self, block: list[list[str]]) -> None:
        width = len(self.header)
        if block and min(map(len, block)) < width:
            block = [row + [""] * (width - len(row)) for row in block]
        for column, texts, values in zip(self.columns, self.texts, zip(*block, strict=False), strict=False):
            column.extend(map(texts.setdefault, values, values))


def _separator(header: str) -> str:
    """What stands between the headers: a comma, or what Excel writes in other languages."""
    return max(",;\t", key=header.count)


def _encoding(file: _File, data: bytes) -> str:
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        file.say("warning", "the file is not UTF-8 and is read as Windows-1252.", "Save it as CSV UTF-8.")
        return "cp1252"
    return "utf-8-sig"


def _kind(table: str, column: str) -> str:
    schema = BY_NAME.get(table.casefold())
    field = schema.by_name.get(column.casefold()) if schema else None
    return field.kind if field else ""


def _typed(table: str, column: str, values: Sequence[str], distinct: Collection[str]) -> list[CellValue]:
    """The cells of a column with these distinct texts, each of which is read once."""
    known: Mapping[str, CellValue] | None = None
    if _kind(table, column) in TEXT_KINDS:
        known = {value: value or None for value in distinct}
    elif set("".join(distinct)) <= _NUMERIC_SIGNS:
        with suppress(ValueError):
            known = {value: float(value) if value else None for value in distinct}
    if known is None:
        known = {value: _literal(value) for value in distinct}
    return list(map(known.__getitem__, values))


def _literal(value: str) -> CellValue:
    if value.startswith("'"):
        return value[1:]
    if _NUMBER.fullmatch(value):
        return float(value)
    if _DATE.fullmatch(value):
        return _date(value)
    return WORDS.get(value, value)


def _date(value: str) -> dt.date | str:
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return value


def _written(cell: CellValue) -> str:
    """A cell of a column that is not text by the schema."""
    if isinstance(cell, str) and (cell.startswith("'") or not isinstance(_literal(cell), str)):
        return f"'{cell}" if cell else ""
    return as_text(cell) if not isinstance(cell, str) else cell


def write_folder(tables: Mapping[str, Table], folder: Path) -> None:
    """Write each table as a CSV file; each file is written whole or not at all.

    Raises CannotWrite when the folder cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot(folder, error) from error
    for table in tables.values():
        write_whole(folder / f"{table.name}.csv", partial(_write, table))


def _write(table: Table, path: Path) -> None:
    columns = []
    for column, values in table.cells.items():
        form: Callable[[CellValue], str] = typed_text if _kind(table.name, column) in TEXT_KINDS else _written
        columns.append([form(value) for value in values])
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(table.columns)
        writer.writerows(zip(*columns, strict=True))


def typed_text(cell: CellValue) -> str:
    """A cell of a column that is text by the schema, as it is written: a text stays as it is."""
    return cell if isinstance(cell, str) else as_text(cell)


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file under a passing name in its folder, then put it in its place: it is whole or not there.

    Raises CannotWrite.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
        os.close(handle)
        passing = Path(name)
        try:
            write(passing)
            passing.chmod(0o644)
            passing.replace(path)
        finally:
            passing.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot(path, error) from error


def write_text(path: Path, text: str) -> None:
    """Write a text file, whole or not at all. Raises CannotWrite."""
    write_whole(path, lambda passing: passing.write_bytes(text.encode("utf-8")))


def _cannot(path: Path, error: OSError) -> CannotWrite:
    return CannotWrite(f"{path} cannot be written: {error.strerror or error}.")
