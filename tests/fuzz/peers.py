"""What computes a workbook of formulas: the engine itself, LibreOffice from a file, IronCalc in this process."""

from __future__ import annotations

import multiprocessing
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from apportion.formula import ExcelError, Model
from fuzz.tables import NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from fuzz.sheets import Sheet

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ERRORS = {str(each): each for each in ExcelError}
_PLACE = re.compile(r"([A-Z]+)(\d+)")
_ESCAPED = re.compile(r"_x([0-9a-fA-F]{4})_")  # ECMA-376, 22.4.2.4: characters that XML does not hold


@dataclass(frozen=True)
class Unreadable:
    """What a peer gave where Excel has no such value, or an exception that the engine raised."""

    what: str

    def __str__(self) -> str:
        return self.what


# A result of every formula of a sheet, by sheet: one per formula and row.
Results = dict[str, list[list[Any]]]


def engine(sheets: Sequence[Sheet]) -> Results:
    """The engine's results, and the exceptions that it raised."""
    names = {name: str(value) if isinstance(value, ExcelError) else value for name, value in NAMES.items()}
    given = {sheet.table.name: sheet.table.given() for sheet in sheets}
    return {sheet.table.name: _computed(sheet, given, names) for sheet in sheets}


def _computed(sheet: Sheet, given: Mapping[str, Any], names: Mapping[str, Any]) -> list[list[Any]]:
    texts = [each.text for each in sheet.formulas]
    try:
        return _run(sheet, texts, given, names)
    except Exception:  # noqa: BLE001 - which formula it was is found out below
        found = []
        for text in texts:
            try:
                found += _run(sheet, [text], given, names)
            except Exception as error:  # noqa: BLE001 - a formula must not raise: it is reported as a disagreement
                found.append([Unreadable(f"{type(error).__name__}: {error}")] * sheet.table.size)
        return found


def _run(sheet: Sheet, texts: Sequence[str], given: Mapping[str, Any], names: Mapping[str, Any]) -> list[list[Any]]:
    others = {name: table for name, table in given.items() if name != sheet.table.name}
    model = Model({f"F{i}": text for i, text in enumerate(texts)}, others, name=sheet.table.name)
    run = model.run(given[sheet.table.name], names)
    return [[0.0 if x is None else x for x in run.column(f"F{i}").values()] for i in range(len(texts))]


def libreoffice(sheets: Sequence[Sheet], recalculated: Path) -> Results:
    """What LibreOffice stored in the file that it recalculated."""
    found: Results = {}
    with zipfile.ZipFile(recalculated) as file:
        for number, sheet in enumerate(sheets, start=1):
            cells = _cells(file, f"xl/worksheets/sheet{number}.xml")
            found[sheet.table.name] = [
                [cells.get((row, column), "") for row in range(2, sheet.table.size + 2)] for column in sheet.places
            ]
    return found


def _cells(file: zipfile.ZipFile, path: str) -> dict[tuple[int, int], Any]:
    """The results of formulas by row and column, both counted from 1."""
    found: dict[tuple[int, int], Any] = {}
    with file.open(path) as stream:
        for _, cell in ET.iterparse(stream):  # noqa: S314 - a file that LibreOffice just wrote
            if cell.tag == f"{_MAIN}c" and cell.find(f"{_MAIN}f") is not None:
                where = _PLACE.fullmatch(cell.attrib["r"])
                text = cell.findtext(f"{_MAIN}v") or ""
                if where is not None:
                    found[int(where[2]), _number(where[1])] = _value(cell.attrib.get("t", "n"), text)
            if cell.tag == f"{_MAIN}row":
                cell.clear()
    return found


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _value(kind: str, text: str) -> Any:
    if kind == "e":
        return _ERRORS.get(text, Unreadable(text))
    if kind == "b":
        return text == "1"
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if kind == "str" else float(text or 0)


def ironcalc(sheets: Sequence[Sheet], path: Path) -> Results:
    """What IronCalc computes of a file; that it knows no function when it stops altogether, as it does at some dates."""
    import ironcalc

    model = ironcalc.load_from_xlsx(str(path), "en", "UTC")
    try:
        model.evaluate()
    except BaseException as stopped:
        if type(stopped).__name__ != "PanicException":
            raise
        return nothing(sheets, f"IronCalc stopped: {stopped}")

    def value(sheet: int, row: int, column: int) -> Any:
        found = model.get_cell_value(sheet, row, column)
        if isinstance(found, bool) or found is None:
            return "" if found is None else found
        if isinstance(found, (int, float)):
            return float(found)
        if model.get_cell_type(sheet, row, column) == ironcalc.CellType.ErrorValue:
            return _ERRORS.get(found, Unreadable(found))
        return str(found)

    return {
        sheet.table.name: [
            [value(number, row, column) for row in range(2, sheet.table.size + 2)] for column in sheet.places
        ]
        for number, sheet in enumerate(sheets)
    }


def nothing(sheets: Sequence[Sheet], why: str) -> Results:
    """The results of a program that knows no function."""
    print(why)
    return {each.table.name: [[ExcelError.NAME] * each.table.size for _ in each.formulas] for each in sheets}


def patient(sheets: Sequence[Sheet], path: Path, seconds: float = 120) -> Results:
    """What IronCalc computes of a file, in a process of its own: some formulas never end there."""
    with multiprocessing.get_context("spawn").Pool(1) as alone:
        try:
            return alone.apply_async(ironcalc, (sheets, path)).get(seconds)
        except multiprocessing.TimeoutError:
            return nothing(sheets, f"IronCalc did not end within {seconds} seconds.")
