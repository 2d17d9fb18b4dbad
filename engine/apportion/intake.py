"""From tables as they were found to tables that can be computed with, and everything that is wrong on the way."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from apportion.cells import ERROR_VALUES, NUMERIC, READERS, are_clean, as_text, clean, text_number
from apportion.errors import Finding, Severity, did_you_mean, nearest
from apportion.fields import Field, TableSchema
from apportion.schema import BY_NAME, RESERVED, TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from apportion.tables import Table

SAME_PROBLEM_AT_MOST = 8  # cells of one column with one kind of problem that are listed one by one
NOTE_COLUMNS = {"notes", "note", "comments", "comment", "remarks"}  # texts that no one expects to be counted
LENIENT_LOOKUPS = {"PriorYear"}  # last year's schools may be gone
_RESERVED = {name.casefold() for name in RESERVED}
_TABLE_NAME = re.compile(r"[^\W\d][\w.]*")
_CELL = re.compile(r"[A-Z]{1,3}[0-9]+|R[0-9]*C?[0-9]*|C[0-9]*", re.IGNORECASE)
_SIGNS = frozenset("=+-@#")  # what a formula or an error value begins with
_PATTERN_SIGNS = frozenset("*?~<>=")
_MOST_KEYS = 1 << 62
_VARIABLE = re.compile(r"""[0-9]+|".*\"""")  # what differs between two messages of one kind


@dataclass(frozen=True)
class Intake:
    """The planner's tables, read.

    `frames` has every table of the schema, empty when the plan has none: its columns by their canonical names, then
    the district's own. Texts are "" when blank, numbers NaN, counts 0; a "value" is a number, a name or None.
    `tables` are the tables as they were found, by canonical name, the district's own tables among them.
    """

    frames: Mapping[str, pd.DataFrame]
    tables: Mapping[str, Table]
    findings: tuple[Finding, ...]

    def finding(
        self, severity: Severity, table: str, index: int | None, column: str, what: str, remedy: str = ""
    ) -> Finding:
        """A finding at a cell, by the row's index in the frame (None: the header)."""
        return place_finding(self.tables.get(table), table, severity, index, column, what, remedy)


def place_finding(
    found: Table | None, name: str, severity: Severity, index: int | None, column: str, what: str, remedy: str
) -> Finding:
    """A finding with the sheet, row and cell where a table's column stands; without the table, its usual sheet."""
    if found is None:
        schema = BY_NAME.get(name.casefold())
        return Finding(severity, what, remedy, schema.sheet if schema else name, name)
    header = next((each for each in found.columns if _fold(each) == column.casefold()), None)
    sheet, row, cell = found.place(index, header)
    return Finding(severity, what, remedy, sheet, name, row, cell)


def read_tables(tables: Mapping[str, Table], schemas: Sequence[TableSchema] = TABLES) -> Intake:
    """Read a plan's tables; every problem of every cell is among the findings.

    Tables of other schemas than these are left aside; tables of no schema are the district's own.
    """
    asked = {schema.name for schema in schemas}
    others = {name for name, schema in BY_NAME.items() if schema.name not in asked}
    by_name = {name.casefold(): table for name, table in tables.items() if name.casefold() not in others}
    frames: dict[str, pd.DataFrame] = {}
    findings: list[Finding] = []
    named: dict[str, Table] = {}
    for schema in schemas:
        table = by_name.pop(schema.name.casefold(), None)
        if table is not None:
            named[schema.name] = table
        reader = _TableReader(schema, table)
        frames[schema.name] = reader.frame()
        findings += reader.findings
    named |= {table.name: table for table in by_name.values()}
    findings += [finding for table in by_name.values() for finding in _own_name(table)]
    for schema in schemas:
        if schema.name in named:
            findings += _lookups(schema, frames, named[schema.name])
    for column in ("Code", "Campus"):
        findings += _alike_codes(frames["Schools"], named.get("Schools"), column)
    return Intake(frames, named, tuple(findings))


def _counts_anything(values: Sequence[object]) -> bool:
    """Whether a column has a number in it (or what was to be one), or nothing at all yet."""
    if any(isinstance(cell, int | float) and not isinstance(cell, bool) and cell == cell for cell in values):  # noqa: PLR0124 - NaN
        return True
    filled = {cell for cell in values if as_text(cell)}
    texts = [clean(cell) for cell in filled if isinstance(cell, str)]
    return not filled or any(text in ERROR_VALUES or text_number(text) is not None for text in texts)


def _own_name(table: Table) -> Iterator[Finding]:
    """What is wrong with the name of a district's own table."""
    if table.name.casefold() in _RESERVED:
        what = f'a table of your own is called "{table.name}", as one that Apportion writes.'
        yield place_finding(table, table.name, "error", None, "", what, "Give it another name.")
    elif not _TABLE_NAME.fullmatch(table.name) or _CELL.fullmatch(table.name):
        what = f'a table of your own is called "{table.name}", which Excel does not take for the name of a table.'
        remedy = "Begin with a letter, then letters, digits and _, and not like a cell (T1, FY24)."
        yield place_finding(table, table.name, "error", None, "", what, remedy)


def _fold(header: str) -> str:
    return " ".join(clean(str(header)).split()).casefold()


class _TableReader:
    """Reads one table column by column."""

    def __init__(self, schema: TableSchema, table: Table | None) -> None:
        self.schema = schema
        self.table = table
        self.findings: list[Finding] = []
        self._cells: dict[tuple[str, str], list[tuple[int, Severity, str, str]]] = defaultdict(list)

    def frame(self) -> pd.DataFrame:
        if self.table is None:
            if self.schema.needed:
                self._say("error", None, "", f"the table {self.schema.name} is missing.", self._where_it_belongs())
            return _empty(self.schema.name)
        headers = self._headers(self.table)
        columns: dict[str, Any] = {}
        for field in self.schema.fields:
            header = headers.pop(field.name.casefold(), None)
            columns[field.name] = self._column(
                field, [None] * len(self.table) if header is None else self.table.cells[header]
            )
            if header is None and field.required:
                near = nearest(field.name, self.table.columns)
                remedy = (
                    f'Is it the column "{near}"? Rename it.'
                    if near
                    else f'Add a column with the header "{field.name}".'
                )
                self._say("error", None, "", f'the column "{field.name}" is missing.', remedy)
            elif field.required:
                self._required(field, columns[field.name])
        columns |= self._further(headers)
        if self.schema.needed and not len(self.table):
            self._say("error", None, "", f"the table {self.schema.name} has no rows.", self.schema.empty)
        frame = pd.DataFrame(columns)
        self._duplicates(frame)
        self._flush()
        return frame

    def _where_it_belongs(self) -> str:
        return (
            f'Put it on the sheet "{self.schema.sheet}" as an Excel Table of that name, or copy it from a new planner.'
        )

    def _say(self, severity: Severity, index: int | None, column: str, what: str, remedy: str) -> None:
        self.findings.append(place_finding(self.table, self.schema.name, severity, index, column, what, remedy))

    def _headers(self, table: Table) -> dict[str, str]:
        headers: dict[str, str] = {}
        for header in table.columns:
            fold = _fold(header)
            if fold in headers:
                self._say("error", None, header, f'two columns are called "{header}".', "Rename one of them.")
            else:
                headers[fold] = header
        return headers

    def _further(self, headers: Mapping[str, str]) -> dict[str, Any]:
        if self.table is None:
            return {}
        columns: dict[str, Any] = {}
        for header in headers.values():
            values = self.table.cells[header]
            name = " ".join(clean(header).split())
            if self.schema.more == "counts" and (name.casefold() in NOTE_COLUMNS or not _counts_anything(values)):
                if name.casefold() not in NOTE_COLUMNS:
                    what = f'the column "{name}" has no numbers and is not counted.'
                    self._say("warning", None, header, what, "Nothing needs to be done if it is not a counted group.")
            elif self.schema.more == "counts":
                columns[name] = np.nan_to_num(
                    self._column(Field(name, "number", "", "students", least=0), values), nan=0.0
                )
            elif self.schema.more == "characteristics":
                columns[name] = self._characteristic(name, values)
            else:
                known = [field.name for field in self.schema.fields]
                remedy = did_you_mean(name, known) or "Rename or remove it, or leave it: it does no harm."
                self._say(
                    "warning", None, header, f'{self.schema.name} has no column "{name}"; it is not read.', remedy
                )
        return columns

    def _characteristic(self, name: str, values: Sequence[object]) -> np.ndarray:
        if str not in (kinds := set(map(type, values))):
            return _objects(values)
        if kinds <= _TEXTS and _plain_texts({value for value in values if value}):
            return _objects([value or None for value in values])
        column = np.empty(len(values), object)
        for i, value in enumerate(values):
            column[i] = clean(value) if isinstance(value, str) else value
            if isinstance(value, str) and clean(value) in ERROR_VALUES:
                self._note(
                    i, name, "error", f"{name} is the error value {clean(value)}.", "Mend the formula in this cell."
                )
            column[i] = None if column[i] == "" else column[i]
        return column

    def _column(self, field: Field, values: Sequence[object]) -> np.ndarray:
        quick = _clean_column(field, values)
        if quick is not None:
            return quick
        read = READERS[field.kind]
        column = np.empty(len(values), float if field.kind in NUMERIC else object)
        kinds = set(map(type, values))
        once = kinds <= _TEXTS or (field.kind == "year" and kinds <= {float, type(None)})
        known = {cell: read(cell, field) for cell in set(values)} if once else {}
        if known and not any(reading[1] for reading in known.values()):
            column[:] = [known[cell][0] for cell in values]
            return column
        for i, cell in enumerate(values):
            column[i], severity, what, remedy = known[cell] if once else read(cell, field)
            if severity and not (severity == "note" and not (field.required or field.lookup)):
                self._note(i, field.name, severity, what, remedy)  # type: ignore[arg-type]
        return column

    def _note(self, index: int, column: str, severity: Severity, what: str, remedy: str) -> None:
        kind = _VARIABLE.sub("", what)
        self._cells[column, f"{severity} {kind}"].append((index, severity, what, remedy))

    def _flush(self) -> None:
        for (column, _), problems in self._cells.items():
            for index, severity, what, remedy in problems[:SAME_PROBLEM_AT_MOST]:
                self._say(severity, index, column, what, remedy)
            if (more := len(problems) - SAME_PROBLEM_AT_MOST) > 0:
                index, severity, what, remedy = problems[SAME_PROBLEM_AT_MOST]
                self._say(
                    severity,
                    index,
                    column,
                    f"{what} And {more - 1} more cells of this column alike." if more > 1 else what,
                    remedy,
                )

    def _required(self, field: Field, column: np.ndarray) -> None:
        if self.table is None:
            return
        header = next(each for each in self.table.columns if _fold(each) == field.name.casefold())
        cells = self.table.cells[header]
        empty = {"text": lambda: column == ""} | dict.fromkeys(NUMERIC, lambda: np.isnan(column))
        # Of other kinds every cell is looked at: an empty choice, say, was read as its default.
        for i in np.flatnonzero(empty[field.kind]()).tolist() if field.kind in empty else range(len(cells)):
            if as_text(cells[i]) == "":
                self._note(i, field.name, "error", f"{field.name} is empty.", field.doc)

    def _duplicates(self, frame: pd.DataFrame) -> None:
        if not self.schema.key or frame.empty or self.table is None:
            return
        if _all_differ([frame[name] for name in self.schema.key]):
            return
        keys = frame[list(self.schema.key)].astype(str).apply(lambda column: column.str.casefold())
        repeated = keys.duplicated(keep=False)
        if not repeated.any():
            return
        seen: dict[tuple[str, ...], int] = {}
        for index in frame.index[repeated]:
            key = tuple(keys.loc[index])
            if not any(part not in ("", "nan") for part in key):
                continue
            if key in seen:
                what = f"the same {', '.join(self.schema.key)} stands in row {self.table.rows[seen[key]]}."
                self._note(int(index), self.schema.key[-1], "error", what, "Remove or change one of the two rows.")
            else:
                seen[key] = int(index)


@cache
def _empty(table: str) -> pd.DataFrame:
    """The frame of a table that a plan does not have."""
    fields = BY_NAME[table.casefold()].fields
    return pd.DataFrame({field.name: pd.Series(dtype=_dtype(field)) for field in fields})


def _dtype(field: Field) -> type:
    return float if field.kind in NUMERIC else object


def _clean_column(field: Field, values: Sequence[object]) -> np.ndarray | None:
    """The column when every cell is plainly of its kind; None when cells must be read one by one."""
    kinds = set(map(type, values))
    if field.kind in ("number", "dollars", "fte") and kinds <= {float, int, type(None)}:
        column = np.array([np.nan if cell is None else cell for cell in values], float)
        sound = np.isfinite(column).all() if type(None) not in kinds else not np.isinf(column).any()
        return column if sound and (field.least is None or not (column < field.least).any()) else None
    if field.kind == "text" and kinds <= {str, type(None)}:
        texts = [cell or "" for cell in values]
        if _plain_texts(set(texts)):
            return _objects(texts)
    return None


_TEXTS = {str, type(None)}


def _plain_texts(texts: Collection[Any]) -> bool:
    """Whether texts have no spaces around them, and none can be a formula or an error value."""
    return _SIGNS.isdisjoint({text[:1] for text in texts}) and are_clean(texts)


def _objects(values: Sequence[object]) -> np.ndarray:
    """An array of the values as they are."""
    return np.array([*values, None], object)[:-1]


def _all_differ(keys: list[pd.Series]) -> bool:
    """Whether no two rows have the same key, ignoring case; False also when that is not known."""
    rows = len(keys[0])
    combined, width = np.zeros(rows, np.int64), 1
    for column in keys:
        folded = [str(value).casefold() for value in column.tolist()]
        ids = {fold: number for number, fold in enumerate(dict.fromkeys(folded))}
        if len(ids) == rows:
            return True
        if (width := width * len(ids)) > _MOST_KEYS:
            return False
        combined = combined * len(ids) + np.array([ids[fold] for fold in folded])
    return len(np.unique(combined)) == rows


def _lookups(schema: TableSchema, frames: dict[str, pd.DataFrame], table: Table) -> list[Finding]:
    """Names that another table does not have; those that differ only in case take its spelling."""
    findings: list[Finding] = []
    frame = frames[schema.name]
    for field in schema.fields:
        if field.lookup is None or frame.empty:
            continue
        target, column = field.lookup
        spellings = set(frames[target][column].tolist()) - {""}
        known = {str(value).casefold(): value for value in frames[target][column].tolist() if value}
        if not known:
            continue
        asked = frame[field.name]
        distinct = [value for value in asked.unique().tolist() if value]
        if len(known) == len(spellings) and spellings.issuperset(distinct):
            continue
        missing = {value for value in distinct if str(value).casefold() not in known}
        spelled = {value: known[str(value).casefold()] for value in distinct if value not in missing}
        if any(value != written for value, written in spelled.items()):
            frame[field.name] = asked.map(lambda value, spelled=spelled: spelled.get(value, value))
        if missing:
            findings += _missing(schema, field, frame, table, missing, [str(name) for name in known.values()])
    return findings


def _missing(
    schema: TableSchema, field: Field, frame: pd.DataFrame, table: Table, missing: set[Any], known: list[str]
) -> list[Finding]:
    severity: Severity = "warning" if schema.name in LENIENT_LOOKUPS else "error"
    target = field.lookup[0] if field.lookup else ""
    found = []
    for value in sorted(missing):
        rows = np.flatnonzero((frame[field.name] == value).to_numpy())
        more = f" It stands in {len(rows)} rows." if len(rows) > 1 else ""
        remedy = f"{did_you_mean(value, known)} Correct it, or add it to {target}.".strip()
        what = f'no {field.name.lower()} "{value}" in {target}.{more}'
        found.append(place_finding(table, schema.name, severity, int(rows[0]), field.name, what, remedy))
    return found


def _alike_codes(schools: pd.DataFrame, table: Table | None, column: str) -> list[Finding]:
    """Codes, or campuses, that Excel's own functions cannot tell apart or take for a pattern."""
    findings: list[Finding] = []
    codes = dict(reversed(list(zip(schools[column], range(len(schools)), strict=True))))  # the first row of each
    numbers = [float(code) for code in codes if code.isdecimal()]
    if len(set(numbers)) == len(numbers) and _PATTERN_SIGNS.isdisjoint("".join(codes)):
        return findings
    seen: dict[float, str] = {}
    for code, index in reversed(codes.items()):
        if re.search(r"[*?~]", code) or re.match(r"[<>=]", code):
            what = f'the {column.lower()} "{code}" has a sign that Excel takes for a pattern.'
            remedy = "Use letters, digits, - and _."
            findings.append(place_finding(table, "Schools", "error", index, column, what, remedy))
        if re.fullmatch(r"\d+", code) and (other := seen.setdefault(float(code), code)) != code:
            what = f'Excel cannot tell the {column.lower()} "{code}" from "{other}": both are the same number.'
            findings.append(place_finding(table, "Schools", "error", index, column, what, "Change one of them."))
    return findings
