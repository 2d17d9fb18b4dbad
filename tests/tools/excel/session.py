"""A person with Excel: opens a workbook, clicks buttons of the ribbon, lets Excel calculate, saves.

with apportion(folder) as server:
session = Session(server.url, folder / "planner.xlsx")
outcome = session.click("allocate", "Base")
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.excel import (  # noqa: F401 - they register what they play
    actions_charts,
    actions_conditional,
    actions_grid,
    actions_looks,
    actions_names,
    actions_sheets,
    actions_tables,
    actions_validation,
    actions_values,
    limits,
    writing,
)
from tools.excel.areas import area
from tools.excel.functions import Functions
from tools.excel.macros import MACROS
from tools.excel.payload import payload
from tools.excel.protocol import Action, Context, run_actions
from tools.excel.web import Web
from tools.excel.workbook import Book, open_book, take_values

if TYPE_CHECKING:
    import ssl
    from collections.abc import Sequence
    from pathlib import Path

    import openpyxl

SCRIPT, SCRIPTS = "/xlwings/custom-scripts-call/", "/xlwings/custom-scripts-meta.json"
TODAY = datetime.date(2027, 1, 15)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a click: the status, its text when it is not 200, and the actions that were applied."""

    status: int
    text: str = ""
    actions: Sequence[Action] = ()

    @property
    def ok(self) -> bool:
        """Whether the script ran."""
        return self.status == 200

    def of(self, func: str) -> list[Action]:
        """The actions of one kind, in order."""
        return [each for each in self.actions if each["func"] == func]


class Session:
    """An open workbook beside a server. `shown`, `opened` and `alerts` are what the last click brought up."""

    def __init__(
        self, url: str, path: Path, *, headers: dict[str, str] | None = None, ssl: ssl.SSLContext | None = None,
        today: datetime.date = TODAY,
    ) -> None:  # fmt: skip
        self.web, self.today = Web(url, headers, ssl), today
        self.book: Book = open_book(path)
        self.functions = Functions(self.web)
        self.shown: dict[str, Any] | None = None
        self.opened: list[tuple[str, bytes]] = []
        self.alerts: list[dict[str, str]] = []
        self._scripts: dict[str, dict[str, Any]] | None = None

    @property
    def workbook(self) -> openpyxl.Workbook:
        """Openpyxl's workbook, to look into."""
        return self.book.workbook

    # --- what a person does

    def click(self, script: str, *arguments: Any, headers: dict[str, str] | None = None) -> Outcome:
        """Run a script. An HTTP error is an outcome and changes nothing; an action that fails raises ActionFailed."""
        self.shown, self.opened, self.alerts = None, [], []
        declared = self.scripts.get(script, {})
        body = payload(self.book, **{name: _names(declared.get(name)) for name in ("include", "exclude")})
        if arguments:
            body["args"] = list(arguments)
        answer = self.web.post(SCRIPT + script, body, headers)
        if answer.status != 200:
            return Outcome(answer.status, answer.text)
        context = Context(self.book, self.today, macros=MACROS)
        actions = answer.data["actions"]
        try:
            run_actions(context, actions)
        finally:
            self.shown = context.shown[-1] if context.shown else None
            self.opened, self.alerts = context.opened, context.alerts
        self.check_limits()
        return Outcome(200, actions=actions)

    def type(self, sheet: str, address: str, value: Any) -> None:
        """Type something into a cell."""
        place = area(address)
        writing.put(self.book, self.book[sheet], place.top, place.left, value, self.today)

    def enter(self, sheet: str, address: str, formula: str) -> None:
        """Enter a formula, which spills if its result is a range."""
        place = area(address)
        writing.put_formula(self.book, self.book[sheet], place.top, place.left, formula, self.today)

    def select(self, sheet: str, address: str) -> None:
        """Show a sheet and select cells on it."""
        self.book.activate(self.book[sheet])
        self.book.selection = area(address).address

    def value(self, sheet: str, address: str) -> Any:
        """What a cell shows."""
        place = area(address)
        return self.book.value(self.book[sheet], place.top, place.left)

    def formula(self, sheet: str, address: str) -> str | None:
        """The formula of a cell as a file has it, or None."""
        place = area(address)
        return self.book.formula(self.book[sheet], place.top, place.left)

    def calculate(self) -> dict[str, tuple[Any, Any]]:
        """Call the cell functions; what changed, as (before, after) by cell. Excel's own functions stay as they are."""
        return self.functions.calculate(self.book)

    def take_values(self, path: Path) -> None:
        """Take the values of formulas from the same workbook, recalculated elsewhere."""
        take_values(self.book, path)

    def save(self, path: Path) -> Path:
        """The path of the workbook, saved."""
        self.book.save(path)
        return path

    # --- what Excel knows

    @property
    def scripts(self) -> dict[str, dict[str, Any]]:
        """The scripts' metadata by name, read once."""
        if self._scripts is None:
            answer = self.web.get(SCRIPTS)
            found = answer.data if answer.status == 200 else []
            self._scripts = {each["function_name"]: each for each in found}
        return self._scripts

    def check_limits(self) -> None:
        """Refuse a workbook with more formats than Excel can keep."""
        styles, codes = len(self.workbook._cell_styles), len(self.workbook._number_formats)
        limits.check(styles <= limits.CELL_FORMATS, f"a workbook has at most {limits.CELL_FORMATS:,} cell formats", styles)
        limits.check(codes <= limits.NUMBER_FORMATS, f"a workbook has some {limits.NUMBER_FORMATS} number formats", codes)


def _names(given: Any) -> list[str]:
    """Sheets of a script's include or exclude, which is a comma-separated text."""
    return [each.strip() for each in str(given or "").split(",") if each.strip()]
