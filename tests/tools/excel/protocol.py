"""The order of things in xlwings' action-dispatch.js: which actions exist, when they take effect, what a failure leaves.

Office.js queues what a script orders and carries it out at `context.sync()`. An order that fails keeps those before it
and drops those behind it; it is blamed on the action that happened to call sync.
"""

from __future__ import annotations

import importlib.util
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.excel.areas import Area
from tools.excel.limits import Refusal

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from openpyxl.worksheet.table import Table
    from openpyxl.worksheet.worksheet import Worksheet

    from tools.excel.charts import Chart
    from tools.excel.workbook import Book

Action = dict[str, Any]


class ActionFailed(RuntimeError):
    """Raised when an action fails in Excel: `index` from 0, `func`, and the workbook keeps what came before."""

    def __init__(self, message: str, index: int | None = None, func: str | None = None) -> None:
        super().__init__(message)
        self.index, self.func = index, func


class ScriptError(ValueError):
    """Raised where xlwings' JavaScript throws an Error of its own."""


def need(holds: Any, message: str) -> None:
    """Raise as xlwings' JavaScript does unless the condition holds."""
    if not holds:
        raise ScriptError(message)


@dataclass
class Context:
    """Office.js' request context, and what a script showed beside the cells."""

    book: Book
    today: datetime.date
    queue: list[Callable[[], None]] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)
    opened: list[tuple[str, bytes]] = field(default_factory=list)
    alerts: list[dict[str, str]] = field(default_factory=list)
    macros: dict[str, Callable[..., None]] = field(default_factory=dict)

    def order(self, *orders: Callable[[], None]) -> None:
        """Queue what is carried out at the next sync."""
        self.queue.extend(orders)

    def sync(self) -> None:
        """Carry out the queue; at the first failure the rest is dropped."""
        waiting, self.queue = self.queue, []
        for each in waiting:
            each()

    def sheet(self, action: Action) -> Worksheet:
        """The sheet of an action; finding it syncs, as getActionSheet does."""
        self.sync()
        return self.sheet_at(action["sheet_position"])

    def sheet_at(self, position: Any) -> Worksheet:
        """The sheet at a position from 0."""
        if not isinstance(position, int) or not 0 <= position < len(self.book.sheets):
            raise ScriptError(f"Cannot read properties of undefined (no sheet at position {position!r})")
        return self.book.sheets[position]

    def range(self, action: Action) -> tuple[Worksheet, Area]:
        """The sheet and rectangle of an action; positions count from 0 there."""
        sheet = self.sheet(action)
        numbers = [action[key] for key in ("start_row", "start_column", "row_count", "column_count")]
        if not all(isinstance(each, int) and not isinstance(each, bool) for each in numbers):
            raise ScriptError(f"getRangeByIndexes needs four numbers, not {numbers}")
        row, column, rows, columns = numbers
        return sheet, Area(row + 1, column + 1, rows, columns)

    def table(self, action: Action) -> Table:
        """The table whose index is the action's first argument."""
        sheet = self.sheet(action)
        tables, index = list(sheet.tables.values()), int(action["args"][0])
        if not 0 <= index < len(tables):
            raise ScriptError(f"Cannot set properties of undefined (sheet {sheet.title} has no table {index})")
        return tables[index]

    def chart(self, action: Action) -> Chart:
        """The chart whose index is the action's first argument; it is going to be changed."""
        sheet = self.sheet(action)
        charts, index = self.book.charts.get(sheet.title, []), action["args"][0]
        if not isinstance(index, int) or not 0 <= index < len(charts):
            raise ScriptError(f"No chart at index {index} on sheet position {action['sheet_position']}")
        charts[index].original = None
        return charts[index]


ACTIONS: dict[str, Callable[[Context, Action], None]] = {}


def plays(name: str) -> Callable[[Callable[[Context, Action], None]], Callable[[Context, Action], None]]:
    """Register a function that plays the action `name`."""

    def add(play: Callable[[Context, Action], None]) -> Callable[[Context, Action], None]:
        ACTIONS[name] = play
        return play

    return add


def javascript() -> Path:
    """The folder static/js of the installed xlwings Server (which is found, not imported)."""
    found = importlib.util.find_spec("xlwings_server")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("xlwings-server is not installed.")
    return Path(found.origin).parent / "static" / "js"


def known_actions() -> list[str]:
    """The actions that the installed JavaScript knows, from its table `funcs`."""
    source = (javascript() / "custom-scripts" / "index.js").read_text(encoding="utf-8")
    table = re.search(r"^let funcs = \{\n(.*?)^\};", source, re.DOTALL | re.MULTILINE)
    if table is None:
        raise LookupError("index.js has no table `let funcs = {...}` any more.")
    return re.findall(r"^  (\w+):", table[1], re.MULTILINE)


def run_actions(context: Context, actions: Any) -> None:
    """Play a script's actions one after the other; the workbook keeps what was done before a failure."""
    if not isinstance(actions, list):
        raise ActionFailed("Action payload must contain an actions array")
    known = set(known_actions())
    for index, action in enumerate(actions):
        func = action.get("func")
        if func not in known:
            raise ActionFailed(
                f"Action {index + 1} has an unknown function: {func}."
                + (f" The preceding {index} actions may already have been applied." if index else ""),
                index, func,
            )  # fmt: skip
        if func not in ACTIONS:
            raise NotImplementedError(f"The action {func} is not played here (action {index + 1}).")
        try:
            ACTIONS[func](context, action)
            if "sheet" in func.lower():
                context.sync()
        except (Refusal, ScriptError) as error:
            raise ActionFailed(
                f"Action {index + 1} ({func}) failed: {error} Up to {index + 1} actions may already have been applied, "
                "including the failing action.",
                index, func,
            ) from error  # fmt: skip
    try:
        context.sync()
    except (Refusal, ScriptError) as error:
        raise ActionFailed(str(error)) from error
