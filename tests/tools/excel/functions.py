"""Cell functions: found in the workbook's formulas, called over HTTP as custom-functions-code.js does, and spilled."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from openpyxl.worksheet.formula import ArrayFormula

from tools.excel.areas import Area, area
from tools.excel.evaluation import Here, Matrix, evaluate
from tools.excel.payload import VERSION
from tools.excel.syntax import ErrorValue, parse
from tools.excel.workbook import Book, Spill, filled
from tools.excel.writing import NAMESPACE, STORED

if TYPE_CHECKING:
    from tools.excel.web import Web

CALL, META, CODE = (f"/xlwings/custom-functions-{name}" for name in ("call", "meta.json", "code.js"))
ATTEMPTS, AGAIN = 3, {500, 502, 503, 504}  # customFunctionsMaxRetries, customFunctionsRetryCodes
PASSES = 20
ERROR_TYPES = {
    "#DIV/0!": "Div0", "#N/A": "NotAvailable", "#NAME?": "Name", "#NULL!": "Null", "#NUM!": "Num", "#REF!": "Ref",
    "#VALUE!": "Value", "#SPILL!": "Spill", "#CALC!": "Calc",
}  # fmt: skip
_ASSOCIATED = re.compile(r'funcName: "(\w+)".*?CustomFunctions\.associate\("(\w+)"', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Function:
    """A cell function as its metadata declares it; `called` is its name on the server."""

    name: str
    called: str
    parameters: tuple[dict[str, Any], ...]


@dataclass
class Functions:
    """The server's cell functions, and what they answered: `errors` has the text behind every #VALUE! by cell."""

    web: Web
    declared: dict[str, Function] = field(default_factory=dict)
    answers: dict[str, Matrix | str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    requests: int = 0

    def load(self) -> None:
        """Read metadata and code, as Excel does when the add-in is loaded."""
        meta, code = self.web.get(META), self.web.get(CODE)
        if meta.status != 200 or code.status != 200:
            raise ConnectionError(f"The functions' metadata cannot be read: {meta.status} {meta.text}")
        called = {identifier: name for name, identifier in _ASSOCIATED.findall(code.data)}
        for each in meta.data["functions"]:
            full = f"{NAMESPACE}{each['name']}"  # the manifest's namespace comes before the metadata's name
            stored = full.replace(".", "_").upper()
            if each["id"] not in called:
                raise LookupError(f"{each['name']} has metadata but no code (CustomFunctions.associate).")
            self.declared[stored] = Function(full, called[each["id"]], tuple(each["parameters"]))

    def calculate(self, book: Book) -> dict[str, tuple[Any, Any]]:
        """Evaluate every cell with a cell function until nothing changes; what changed, as (before, after) by cell."""
        if not self.declared:
            self.load()
        self.answers.clear()
        self.errors.clear()
        before = _values(book)
        for _ in range(PASSES):
            state, waiting = _values(book), []
            for sheet, cell, formula in own_cells(book):
                try:
                    self._evaluate(book, sheet, cell, formula)
                except _NotYet:
                    waiting.append(f"{sheet}!{cell}")
            if state == _values(book):
                if waiting:
                    raise RecursionError(f"These cells wait for each other or for other formulas: {waiting[:5]}")
                break
        else:
            raise RecursionError(f"The cell functions do not settle in {PASSES} passes.")
        after = _values(book)
        keys = sorted(set(before) | set(after))
        return {key: (before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)}

    def _evaluate(self, book: Book, sheet: str, cell: tuple[int, int], formula: str) -> None:
        here = Here(book, sheet, cell, self.call)
        try:
            result = evaluate(parse(formula), here)
        except NotImplementedError as error:
            if "without a value" in str(error):
                raise _NotYet(str(error)) from error
            raise NotImplementedError(f"{sheet}!{Area(*cell).address} {formula}: {error}") from error
        spill(book, sheet, cell, [[0 if value is None else value for value in row] for row in result or [[0]]])

    def call(self, here: Here, name: str, arguments: list[Matrix | None]) -> Matrix:
        """The result of one call; an error value where Excel shows one."""
        if not name.upper().startswith(STORED.upper()):
            raise NotImplementedError(f"the function {name} is not evaluated here")
        function = self.declared.get(name[len(STORED) :].upper())
        if function is None:
            return [[ErrorValue("#NAME?")]]
        sent = _arguments(function, arguments)
        if sent is None:
            return self._failed(here, f"{function.name} is given {len(arguments)} arguments, too few or too many")
        key = json.dumps([function.called, sent])
        if key not in self.answers:
            self.answers[key] = self._ask(here, function, sent)
        answer = self.answers[key]
        return self._failed(here, answer) if isinstance(answer, str) else answer

    def _ask(self, here: Here, function: Function, sent: list[Any]) -> Matrix | str:
        """The rows that the server answers, or the text of its refusal; asked again when the server failed."""
        body = {
            "client": "Office.js", "func_name": function.called, "args": sent,
            "caller_address": f"[{here.book.name}]{here.sheet}!{Area(*here.cell).address}", "session_id": "headless",
            "culture_info_name": "en-US", "date_format": "M/d/yyyy", "version": VERSION, "runtime": "1.4",
        }  # fmt: skip
        for _ in range(ATTEMPTS):
            self.requests += 1
            answer = self.web.post(CALL, body)
            if answer.status == 200:
                return _read(answer.data["result"])
            if answer.status not in AGAIN:
                break
        return answer.text

    def _failed(self, here: Here, text: str) -> Matrix:
        self.errors[f"{here.sheet}!{Area(*here.cell).address}"] = text
        return [[ErrorValue("#VALUE!")]]


class _NotYet(LookupError):
    """Raised when an argument has no value yet."""


def own_cells(book: Book) -> list[tuple[str, tuple[int, int], str]]:
    """Sheet, place and formula of every cell that calls a cell function."""
    return [
        (sheet.title, (cell.row, cell.column), formula)
        for sheet in book.sheets
        for cell in filled(sheet)
        if cell.data_type == "f" and (formula := book.formula(sheet, cell.row, cell.column)) and STORED in formula.lower()
    ]


def _arguments(function: Function, given: list[Matrix | None]) -> list[Any] | None:
    """Arguments as Excel hands them over: rows of values, a bare value for a scalar, null for what is left out."""
    parameters = function.parameters
    repeating = bool(parameters) and bool(parameters[-1].get("repeating"))
    needed = sum(1 for each in parameters if not each.get("optional") and not each.get("repeating"))
    if len(given) < needed or (len(given) > len(parameters) and not repeating):
        return None
    if any(each is None for each in given[:needed]):
        given = [[[None]] if each is None and index < needed else each for index, each in enumerate(given)]
    fixed = parameters[:-1] if repeating else parameters
    padded: list[Matrix | None] = [*given, *[None] * (len(fixed) - len(given))]
    sent = [_argument(parameter, each) for parameter, each in zip(fixed, padded, strict=False)]
    if repeating:
        sent.append([_argument(parameters[-1], each) for each in padded[len(fixed) :]])
    return sent


def _argument(parameter: dict[str, Any], given: Matrix | None) -> Any:
    if given is None:
        return None
    if parameter["dimensionality"] == "scalar":
        if len(given) != 1 or len(given[0]) != 1:
            raise NotImplementedError(f"a range for {parameter['name']}, which takes one value, is not played here")
        return _handed(given[0][0])
    return [[_handed(value) for value in row] for row in given]


def _handed(value: Any) -> Any:
    if isinstance(value, ErrorValue):
        return {"type": "Error", "errorType": ERROR_TYPES[value], "basicValue": str(value), "basicType": "Error"}
    if value is None:
        return ""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _read(result: Any) -> Matrix:
    """The rows of an answer with error values; anything that Excel could not show raises."""
    if not isinstance(result, list) or not result or not all(isinstance(row, list) and row for row in result):
        raise TypeError(f"The answer is no matrix: {str(result)[:200]}")
    if len({len(row) for row in result}) != 1:
        raise TypeError("The rows of the answer are not equally long.")
    return [[_shown(value) for value in row] for row in result]


def _shown(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get("type") == "Error":
            known = {kind: text for text, kind in ERROR_TYPES.items()}
            return ErrorValue(value.get("basicValue") or known[value["errorType"]])
        if value.get("type") in {"FormattedNumber", "Double", "String", "Boolean"}:
            return value["basicValue"]
        raise NotImplementedError(f"Excel's data type {value.get('type')} is not played here.")
    if value is None:
        raise TypeError("A cell of the answer is null.")
    if isinstance(value, str) and len(value) > 32_767:
        return ErrorValue("#VALUE!")
    return value


def spill(book: Book, title: str, cell: tuple[int, int], result: Matrix) -> None:
    """Put a result into its cell and those below and to the right, or #SPILL! when something stands there."""
    sheet, known = book[title], book.spills.setdefault(title, {})
    old = known.get(cell)
    if old is None:  # entered by a person or program that does not spill: the first value only
        book.keep_value(title, *cell, result[0][0])
        return
    wanted = old.area
    if old.dynamic:
        try:
            wanted = Area(*cell, len(result), len(result[0]))
        except ValueError:
            wanted, result = Area(*cell), [[ErrorValue("#SPILL!")]]
        if _blocked(book, title, wanted, old.area):
            wanted, result = Area(*cell), [[ErrorValue("#SPILL!")]]
    for spot in old.area:
        if spot != cell:
            sheet.cell(*spot).value = None
    formula = book.formula(sheet, *cell)
    for row, column in wanted:
        down, across = row - cell[0], column - cell[1]
        inside = down < len(result) and across < len(result[0])
        value = result[down][across] if inside else ErrorValue("#N/A")
        if (row, column) == cell:
            book.keep_value(title, row, column, value)
        else:
            sheet.cell(row, column).value = str(value) if isinstance(value, str) else value
            if isinstance(value, str):
                sheet.cell(row, column).data_type = "e" if isinstance(value, ErrorValue) else "s"
    sheet.cell(*cell).value = ArrayFormula(wanted.address, formula)
    known[cell] = Spill(wanted, dynamic=old.dynamic)


def _blocked(book: Book, title: str, wanted: Area, own: Area) -> bool:
    sheet = book[title]
    taken = any(sheet.cell(*spot).value is not None for spot in wanted if not own.holds(Area(*spot)))
    crossing = [area(str(each)) for each in sheet.merged_cells.ranges] + [each.area for each in book.tables if each.sheet == title]
    many = wanted.rows * wanted.columns > 1
    return taken or (many and any(each.overlaps(wanted) for each in crossing))


def _values(book: Book) -> dict[str, Any]:
    """The values of the cells that call cell functions, and of those that they spill to."""
    found = {}
    for title, cell, _ in own_cells(book):
        spread = book.spills.get(title, {}).get(cell)
        for spot in spread.area if spread else [cell]:
            found[f"{title}!{Area(*spot).address}"] = book.value(book[title], *spot)
    return found
