"""Calls of cell functions and scripts: each is looked at, then answered by xlwings without holding up the others.

xlwings Server's own routes read the JSON, convert every cell and write the answer inside the event loop, where a range
of 50,000 cells keeps everybody waiting, and FastAPI looks at every cell of the answer once more. Here a large call gets
a thread, and xlwings an event loop in that thread; a small one is answered at once, its function in a thread as ever.
"""

from __future__ import annotations

import asyncio
import contextvars
import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import xlwings
import xlwings.server
from starlette.responses import Response
from starlette.routing import Route
from xlwings import XlwingsError

from apportion.errors import did_you_mean
from apportion_addin import progress
from apportion_addin.context import RUN
from apportion_addin.security import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from types import ModuleType

    from starlette.requests import Request

FUNCTION_CALL = "/xlwings/custom-functions-call"
SCRIPT_CALL = "/xlwings/custom-scripts-call/{name}"
# Bodies of up to so many bytes, some thousand cells, cost less than a thread does.
SMALL = 20_000
# Large calls that are answered at a time. More would not be faster: they share one interpreter, whose turn a small
# call would wait for the longer the more there are.
THREADS = 4
# The data types of Excel's cells (an entity with properties that are entities) nest less deeply.
DEEPEST = 16
TOO_DEEP = "The call holds lists within lists, deeper than any range or workbook is."
LONGEST_SHOWN = 60


class BadCall(XlwingsError):
    """Raised when a call is not what Excel sends; its text says what is wrong."""


class Calls:
    """Answers calls of the functions and scripts that two modules hold, for a user."""

    def __init__(self, functions: ModuleType, scripts: ModuleType, user: Any, user_hint: Any) -> None:
        self.functions, self.scripts, self.user, self.user_hint = functions, scripts, user, user_hint
        self.routes = [
            Route(FUNCTION_CALL, self.function, methods=["POST"]),
            Route(SCRIPT_CALL, self.script, methods=["POST"]),
        ]
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="call")

    async def function(self, request: Request) -> Response:
        """What a cell function gives, as JSON."""
        body = await request.body()
        if len(body) <= SMALL:
            return await _answered(request, lambda: self._function(body))
        return await self._in_thread(_answered(request, lambda: self._function(body)))

    async def script(self, request: Request) -> Response:
        """The actions by which a command changes the workbook, as JSON."""
        body = await request.body()
        with progress.run(RUN.get()):
            return await self._in_thread(_answered(request, lambda: self._script(request.path_params["name"], body)))

    async def _in_thread(self, answer: Coroutine[Any, Any, Response]) -> Response:
        present = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._threads, present.run, asyncio.run, answer)

    async def _function(self, body: bytes) -> dict[str, Any]:
        data = _read(body)
        _check_fields(data, FUNCTION_FIELDS)
        _check_name("function", data["func_name"], self.functions, "__xlfunc__")
        for number, argument in enumerate(data["args"], start=1):
            _check_range(number, argument)
        caller = xlwings.server.caller_from_address(data.get("caller_address"))
        known = {self.user_hint: self.user, xlwings.server.Caller: caller}
        result = await xlwings.server.custom_functions_call(data, self.functions, self.user, typehint_to_value=known)
        return {"result": result}

    async def _script(self, name: str, body: bytes) -> dict[str, Any]:
        data = _read(body)
        _check_name("command", name, self.scripts, "__xlscript__")
        _check_fields(data, BOOK_FIELDS)
        _check_book(data)
        arguments = data.pop("args", None) or []
        book = xlwings.Book(json=data)
        try:
            known = {self.user_hint: self.user, xlwings.Book: book}
            done = await xlwings.server.custom_scripts_call(
                self.scripts, name, self.user, typehint_to_value=known, args=arguments
            )
            return dict(done.json())
        finally:
            book.close()


async def _answered(request: Request, work: Callable[[], Coroutine[Any, Any, dict[str, Any]]]) -> Response:
    """The answer as JSON, or in a sentence what the caller got wrong."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind != "application/json":
        return sentence("A call is sent as application/json.", 400)
    try:
        result = await work()
    except XlwingsError as error:
        return sentence(str(error), 400)
    content = json.dumps(result, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Response(content.encode("utf-8"), media_type="application/json")


def _read(body: bytes) -> dict[str, Any]:
    try:
        text = body.decode("utf-8")
        data = json.loads(text, parse_constant=_no_constant)
        if "\\ud" in text or "\\uD" in text:
            json.dumps(data, ensure_ascii=False).encode("utf-8")  # half a character, which no answer could quote
    except UnicodeError as error:
        raise BadCall("The call is not written in UTF-8.") from error
    except RecursionError as error:
        raise BadCall(TOO_DEEP) from error
    except ValueError as error:
        raise BadCall(f"The call is not JSON: {error}.") from error
    if not isinstance(data, dict):
        raise BadCall("A call is a JSON object.")
    if _is_deep(data, DEEPEST):
        raise BadCall(TOO_DEEP)
    return data


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


TEXT, MAYBE_TEXT, LIST, OBJECT = (str,), (str, type(None)), (list,), (dict,)
SAID = {TEXT: "a text", MAYBE_TEXT: "a text or null", LIST: "a list", OBJECT: "an object"}
REQUIRED = True
# What a call has: whether it must be there, and what it is.
Fields = dict[str, tuple[bool, tuple[type, ...]]]
CLIENT_FIELDS: Fields = {"client": (REQUIRED, TEXT), "version": (REQUIRED, TEXT)}
FUNCTION_FIELDS: Fields = CLIENT_FIELDS | {
    "func_name": (REQUIRED, TEXT),
    "args": (REQUIRED, LIST),
    "runtime": (REQUIRED, TEXT),
    "caller_address": (not REQUIRED, MAYBE_TEXT),
    "session_id": (not REQUIRED, MAYBE_TEXT),
    "culture_info_name": (not REQUIRED, MAYBE_TEXT),
    "date_format": (not REQUIRED, MAYBE_TEXT),
}
BOOK_FIELDS: Fields = CLIENT_FIELDS | {
    "book": (REQUIRED, OBJECT),
    "names": (REQUIRED, LIST),
    "sheets": (REQUIRED, LIST),
    "args": (not REQUIRED, (list, type(None))),
}
SHEET_FIELDS: Fields = {"name": (REQUIRED, TEXT), "values": (REQUIRED, LIST), "tables": (not REQUIRED, LIST)}


def _check_fields(data: dict[str, Any], fields: Fields, of: str = "call") -> None:
    for name, (required, kinds) in fields.items():
        if name not in data:
            if required:
                raise BadCall(f'The {of} has no "{name}".')
        elif not isinstance(data[name], kinds):
            raise BadCall(f'"{name}" of the {of} must be {SAID.get(kinds, "a list or null")}.')


def _check_name(kind: str, name: str, module: ModuleType, mark: str) -> None:
    """Only what carries the library's mark can be called; a module may know further spellings of its names."""
    if not hasattr(getattr(module, name, None), mark):
        names = [each for each, value in vars(module).items() if hasattr(value, mark)]
        shown = name if len(name) <= LONGEST_SHOWN else f"{name[:LONGEST_SHOWN]}…"
        raise BadCall(f'Apportion has no {kind} "{shown}". {did_you_mean(shown, names)}'.strip())


def _check_range(number: int, argument: Any) -> None:
    """A range is rows of the same length; a repeating argument is a list of ranges."""
    if not isinstance(argument, list):
        return
    if not argument or not all(isinstance(row, list) for row in argument):
        raise BadCall(f"Argument {number} must be a range: a list of rows.")
    if argument[0] and isinstance(argument[0][0], list):
        for each in argument:
            _check_range(number, each)
    elif len({len(row) for row in argument}) > 1:
        raise BadCall(f"Argument {number} must be a range: its rows have different lengths.")


def _check_book(data: dict[str, Any]) -> None:
    sheets, book = data["sheets"], data["book"]
    if not sheets or not all(isinstance(sheet, dict) for sheet in sheets):
        raise BadCall("The workbook has no sheets.")
    for sheet in sheets:
        _check_fields(sheet, SHEET_FIELDS, "sheet")
        if not all(isinstance(row, list) for row in sheet["values"]):
            raise BadCall(f'The values of sheet "{sheet["name"]}" must be a list of rows.')
        if not all(isinstance(table, dict) for table in sheet.get("tables", ())):
            raise BadCall(f'The tables of sheet "{sheet["name"]}" must be a list of objects.')
    if not all(isinstance(name, dict) for name in data["names"]):
        raise BadCall("The names of the workbook must be a list of objects.")
    _check_fields(book, {"name": (REQUIRED, TEXT)}, "book")
    active = book.get("active_sheet_index")
    if not isinstance(active, int) or isinstance(active, bool) or not 0 <= active < len(sheets):
        raise BadCall("The workbook does not say which of its sheets is open.")


def _is_deep(value: Any, levels: int) -> bool:
    inside = value.values() if isinstance(value, dict) else value
    nested = [each for each in inside if isinstance(each, list | dict)]
    return bool(nested) and (levels == 0 or any(_is_deep(each, levels - 1) for each in nested))
