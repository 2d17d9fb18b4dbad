"""Calls of cell functions and scripts: each is looked at, then answered in a thread of its own.

xlwings Server reads the JSON, converts every cell and writes the answer inside the event loop, where a range of 50,000
cells would keep everybody waiting. Here a call gets a thread, and its library an event loop in that thread.
"""

from __future__ import annotations

import asyncio
import contextvars
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers

from apportion.errors import did_you_mean
from apportion_addin.security import Refusal, replayed, whole_body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

FUNCTION_CALL = "/xlwings/custom-functions-call"
SCRIPT_CALL = "/xlwings/custom-scripts-call/"
# As many as asyncio's own default has at most: the calls wait for the processor, not for one another.
THREADS = 32
# The data types of Excel's cells (an entity with properties that are entities) nest less deeply.
DEEPEST = 16


class BadCall(Exception):
    """Raised when a call is not what Excel sends; its text says what is wrong."""


@dataclass(frozen=True)
class Offered:
    """The names that may be called."""

    functions: Callable[[], Iterable[str]]
    scripts: Callable[[], Iterable[str]]


class Calls:
    """Answers calls in threads; everything else goes straight on to `app`."""

    def __init__(self, app: ASGIApp, offered: Offered) -> None:
        self.app, self.offered = app, offered
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="call")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        is_call = scope["type"] == "http" and scope["method"] == "POST"
        if not is_call or not scope["path"].startswith((FUNCTION_CALL, SCRIPT_CALL)):
            await self.app(scope, receive, send)
            return
        body = await whole_body(receive, kept=True) or b""
        present = contextvars.copy_context()
        messages = await asyncio.get_running_loop().run_in_executor(
            self._threads, present.run, self._answer, scope, body
        )
        for message in messages:
            await send(message)

    def _answer(self, scope: Scope, body: bytes) -> list[Message]:
        app = self.app
        try:
            check_call(scope, body, self.offered)
        except BadCall as bad:
            app = Refusal(400, str(bad)).send
        return asyncio.run(_answered(app, scope, body))


async def _answered(app: ASGIApp, scope: Scope, body: bytes) -> list[Message]:
    messages: list[Message] = []

    async def nothing_more() -> Message:
        await asyncio.Event().wait()
        raise AssertionError  # it waits until it is cancelled

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, replayed(body, nothing_more), keep)
    return messages


def check_call(scope: Scope, body: bytes, offered: Offered) -> None:
    """Raise BadCall when the body is not a call as Excel sends it, or when what it calls does not exist."""
    kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().casefold()
    if kind != "application/json":
        raise BadCall("A call is sent as application/json.")
    data = _read(body)
    path = scope["path"]
    if path.startswith(SCRIPT_CALL):
        _check_name("command", path.removeprefix(SCRIPT_CALL), offered.scripts())
        _check_fields(data, BOOK_FIELDS)
        _check_book(data)
    else:
        _check_fields(data, FUNCTION_FIELDS)
        _check_name("function", data["func_name"], offered.functions())
        for number, argument in enumerate(data["args"], start=1):
            _check_range(number, argument)
    if _is_deep(data, DEEPEST):
        raise BadCall("The call holds lists within lists, deeper than any range or workbook is.")


def _read(body: bytes) -> dict[str, Any]:
    try:
        text = body.decode("utf-8")
        data = json.loads(text, parse_constant=_no_constant)
        if "\\ud" in text or "\\uD" in text:
            json.dumps(data, ensure_ascii=False).encode("utf-8")  # half a character, which no answer could quote
    except UnicodeError as error:
        raise BadCall("The call is not written in UTF-8.") from error
    except RecursionError as error:
        raise BadCall("The call holds lists within lists, deeper than any range or workbook is.") from error
    except ValueError as error:
        raise BadCall(f"The call is not JSON: {error}.") from error
    if not isinstance(data, dict):
        raise BadCall("A call is a JSON object.")
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


def _check_name(kind: str, name: str, known: Iterable[str]) -> None:
    names = sorted(known)
    if name not in names:
        shown = name if len(name) <= 60 else f"{name[:60]}…"
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
