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
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from apportion.cells import as_text
from apportion.errors import ApportionError, Finding
from apportion.schema import BY_NAME
from apportion.tables import Origin, Table
from apportion.workbook.book import FileBook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from apportion.errors import Severity
    from apportion.tables import CellValue

LARGEST_FILE = 512 * 1024 * 1024
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
    numbered = _rows(file)
    if not numbered:
        return None
    header = [cell.strip() for cell in numbered[0][1]]
    while header and not header[-1]:
        header.pop()
    body = [(line, row) for line, row in numbered[1:] if any(row)]
    for line, row in body:
        if any(row[len(header) :]):
            what = f"the row has {len(row)} cells and the header {len(header)}."
            file.say("error", what, "Put texts with commas in double quotes.", line)
    if any(header.count(each) > 1 or not each for each in header):
        what = "two columns have the same header, or one has none."
        file.say("error", what, "Every column has a header of its own.", 1)
        return None
    columns = list(zip_longest(*(row[: len(header)] for _, row in body), fillvalue="")) or [()] * len(header)
    columns += [("",) * len(body)] * (len(header) - len(columns))
    cells = {column: _typed(name, column, values) for column, values in zip(header, columns, strict=True)}
    return Table(name, cells, [line for line, _ in body], Origin(path.name))


def _rows(file: _File) -> list[tuple[int, list[str]]]:
    """The rows of a file with their line numbers; none, and a finding, when it cannot be read."""
    if file.path.stat().st_size > LARGEST_FILE:
        file.say("error", "the file is larger than 512 MB.", "Split the plan, or remove what is not part of it.")
        return []
    text = _decoded(file)
    if "\0" in text:
        file.say("error", "the file is not text.", "Save it as CSV UTF-8.")
        return []
    separator = _separator(text)
    if separator != ",":
        said = "tabs" if separator == "\t" else "semicolons"
        file.say("warning", f"the cells are separated by {said}.", "Nothing needs to be done; CSV UTF-8 uses commas.")
    csv.field_size_limit(32_767 * 4)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    try:
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        file.say("error", f"the file is not CSV: {error}.", "Save it again as CSV UTF-8.")
        return []
    if not rows:
        file.say("error", "the file is empty.", "It begins with a row of column headers.")
    return rows


def _separator(text: str) -> str:
    """What stands between the headers: a comma, or what Excel writes in other languages."""
    header = text.split("\n", 1)[0]
    return max(",;\t", key=header.count)


def _decoded(file: _File) -> str:
    data = file.path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        file.say("warning", "the file is not UTF-8 and is read as Windows-1252.", "Save it as CSV UTF-8.")
        return data.decode("cp1252", errors="replace")


def _kind(table: str, column: str) -> str:
    schema = BY_NAME.get(table.casefold())
    field = schema.by_name.get(column.casefold()) if schema else None
    return field.kind if field else ""


def _typed(table: str, column: str, values: Sequence[str]) -> list[CellValue]:
    if _kind(table, column) in TEXT_KINDS:
        return [value or None for value in values]
    if set("".join(values)) <= _NUMERIC_SIGNS:
        try:
            return [float(value) if value else None for value in values]
        except ValueError:
            pass
    return [_literal(value) for value in values]


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
        for table in tables.values():
            write_whole(folder / f"{table.name}.csv", partial(_write, table))
    except OSError as error:
        message = f"{folder} cannot be written: {error.strerror or error}."
        raise CannotWrite(message) from error


def _write(table: Table, path: Path) -> None:
    columns = []
    for column, values in table.cells.items():
        form: Callable[[CellValue], str] = _as_typed_text if _kind(table.name, column) in TEXT_KINDS else _written
        columns.append([form(value) for value in values])
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(table.columns)
        writer.writerows(zip(*columns, strict=True))


def _as_typed_text(cell: CellValue) -> str:
    return cell if isinstance(cell, str) else as_text(cell)


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Write a file under a passing name in its folder, then put it in its place: it is whole or not there."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
    os.close(handle)
    passing = Path(name)
    try:
        write(passing)
        passing.chmod(0o644)
        passing.replace(path)
    finally:
        passing.unlink(missing_ok=True)
