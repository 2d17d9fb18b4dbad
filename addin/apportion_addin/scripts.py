"""From a command of the registry to a script of xlwings Server: what a ribbon button or the task pane starts."""

from __future__ import annotations

import base64
import dataclasses
import inspect
import math
import types
import typing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import xlwings
from xlwings import XlwingsError
from xlwings.server import script

from apportion.cells import as_text, read_year, text_number
from apportion.commands import tally
from apportion.errors import ApportionError
from apportion.fields import Field
from apportion.progress import stage
from apportion.schema import BY_NAME
from apportion.workbook.results import nothing_for
from apportion_addin.book import has_marked, read_book, selected_texts
from apportion_addin.renderer import macro, write_sheets

if TYPE_CHECKING:
    from collections.abc import Callable

    from apportion.commands import Outcome
    from apportion.registry import Entry, Parameter
    from apportion.workbook.book import FileBook
    from apportion.workbook.sheets import WorkbookDescription

ORDER = ("error", "warning", "note")
LONG_LIST = 2000  # findings that are sent; a list that long says that a whole column is wrong


def command_script(entry: Entry) -> Callable[..., Any]:
    """The command as xlwings Server serves it: its options as arguments in their order, all of them optional."""
    def run(book: xlwings.Book, arguments: dict[str, Any]) -> None:
        if len(entry.options) == len(entry.parameters):  # it works on no plan
            outcome = entry.call(**arguments)
            show(book, entry, outcome, _placed(book, outcome))
            return
        stage("Reading the plan", 0.02)
        plan = _plan_in(book)
        if "school" in arguments and not arguments["school"]:
            arguments["school"] = _selected_school(book, plan)
        outcome = entry.call(plan, **arguments)
        stage("Laying out the sheets", 0.8)
        show(book, entry, outcome, _placed(book, outcome), plan)

    return _script(entry.name, entry.help, entry.options, run)


def look_script(check: Entry) -> Callable[..., Any]:
    """A script that says where the plan stands, and changes nothing."""

    def run(book: xlwings.Book, arguments: dict[str, Any]) -> None:
        plan = _plan_in(book)
        show(book, replace(check, name="look", label=""), check.call(plan, **arguments), (), plan)

    return _script("look", "Says where the plan stands, and changes nothing.", check.options, run)


def show(
    book: xlwings.Book, entry: Entry, outcome: Outcome, written: tuple[str, ...], plan: FileBook | None = None
) -> None:
    """Tell the task pane what a command found and wrote."""
    findings = sorted(outcome.findings, key=lambda each: ORDER.index(each.severity))
    macro(
        book,
        "apportionShow",
        {
            "command": entry.name,
            "label": entry.label,
            "ok": not outcome.failed,
            "summary": _summary(entry.label, outcome, written),
            "tally": {each: sum(finding.severity == each for finding in findings) for each in ORDER},
            "findings": [dataclasses.asdict(finding) for finding in findings[:LONG_LIST]],
            "sheets": list(written),
            "plan": None if plan is None else _plan(plan, outcome),
        },
    )


def _plan_in(book: xlwings.Book) -> FileBook:
    try:
        return read_book(book)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise XlwingsError(
            f"The workbook did not come as Excel sends it ({error!r}). Close the task pane, open it and try again."
        ) from error


def _selected_school(book: xlwings.Book, plan: FileBook) -> str:
    """The school in whose row the selected cell stands; "" when the plan has no schools at all."""
    schools = {text.casefold() for pair in _schools(plan) for text in pair}
    school = next((text for text in selected_texts(book) if text.casefold() in schools), "")
    if not school and schools:
        raise NoSchool(
            "Select a cell in a row that has a school's code or name, such as on By school, or choose the school in "
            "the task pane."
        )
    return school


def _schools(plan: FileBook) -> list[list[str]]:
    table = plan.tables.get("Schools")
    if table is None:
        return []
    columns = [table.column(header) or [None] * len(table) for header in ("Code", "Name")]
    return [[as_text(code), as_text(name)] for code, name in zip(*columns, strict=True)]


def _setting(plan: FileBook, name: str) -> str:
    table = plan.tables.get("Plan")
    if table is None:
        return ""
    pairs = zip(table.column("Setting"), table.column("Value"), strict=False)
    return next((as_text(value) for setting, value in pairs if as_text(setting).casefold() == name), "")


def _year(plan: FileBook) -> int | None:
    """The fiscal year that the plan says, where nothing was allocated for one."""
    year, severity, _, _ = read_year(_setting(plan, "fiscal year"), Field("Fiscal year", "year", ""))
    return None if severity or math.isnan(year) else int(year)


class NoSchool(ApportionError, LookupError):
    """Raised when a statement is asked for and the selected row names no school."""


def _placed(book: xlwings.Book, outcome: Outcome) -> tuple[str, ...]:
    """Write what the outcome has to be written, and say on which sheets."""
    made = outcome.workbook
    if made is None:
        return ()
    if outcome.separate:
        macro(book, "apportionOpen", f"{made.title}.xlsx", base64.b64encode(_bytes(made)).decode("ascii"))
        return ()
    sheets = [sheet for sheet in made.sheets if sheet.mark]
    names = {sheet.name for sheet in sheets}
    empty = [nothing_for(each) for each in outcome.left if each not in names and has_marked(book, each)]
    return write_sheets(book, [*sheets, *empty], made.footer)[: len(sheets)]


def _bytes(made: WorkbookDescription) -> bytes:
    from apportion.workbook.writer import workbook_bytes

    return workbook_bytes(made)


def _summary(label: str, outcome: Outcome, written: tuple[str, ...]) -> str:
    counted = tally(outcome.findings)
    if outcome.failed:
        return f"Nothing was written: {counted}." if label and not written else f"{counted}."
    result = outcome.result
    if outcome.said:
        return f"{outcome.said} ({counted}.)"
    if result is None:
        return "Opened as a new workbook." if outcome.separate else f"{counted}."
    return (
        f"{len(result.schools)} organizations, {result.total_fte:,.2f} FTE, ${result.total_dollars:,.2f} "
        f"(scenario {result.scenario.name}, FY{result.scenario.year}; {counted})."
    )


def _plan(plan: FileBook, outcome: Outcome) -> dict[str, Any] | None:
    """What the task pane says of the plan and offers to choose from; None when the workbook has no plan."""
    if not any(name.casefold() in BY_NAME for name in plan.tables):
        return None
    named = plan.tables.get("Scenarios")
    scenarios = [as_text(each) for each in (named.column("Scenario") if named else ()) if each is not None]
    result = outcome.result
    return {
        "district": result.district if result else _setting(plan, "district"),
        "scenario": result.scenario.name if result else next(iter(scenarios), ""),
        "year": result.scenario.year if result else _year(plan),
        "scenarios": scenarios,
        "schools": _schools(plan),
    }


def _script(
    name: str, text: str, options: tuple[Parameter, ...], run: Callable[[xlwings.Book, dict[str, Any]], None]
) -> Callable[..., Any]:
    def serve(book: xlwings.Book, *given: Any) -> None:
        arguments = {each.name: _argument(each, value) for each, value in zip(options, given, strict=True)}
        try:
            run(book, arguments)
        except ApportionError as error:
            raise XlwingsError(str(error)) from error

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [
        inspect.Parameter("book", kind, annotation=xlwings.Book),
        *(inspect.Parameter(each.name, kind, default=None, annotation=typing.Any) for each in options),
    ]
    serve.__name__, serve.__doc__ = name, text
    serve.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    serve.__annotations__ = {each.name: each.annotation for each in parameters}
    return script(serve)


def _argument(option: Parameter, value: Any) -> Any:
    """An option as the task pane sends it; nothing and an empty text mean its default."""
    default = None if option.required else option.default
    if value is None or value == "":
        return default
    wanted = _kind(option.annotation)
    if wanted is float:
        return _number(option, value)
    if not isinstance(value, wanted):
        raise XlwingsError(f"The option {option.name} is {value!r}, where {wanted.__name__} was expected.")
    return value


def _number(option: Parameter, value: Any) -> float:
    """A number as the task pane sends it, which is how it was typed."""
    number = text_number(value) if isinstance(value, str) else value
    if not isinstance(number, int | float) or isinstance(number, bool):
        raise XlwingsError(f"The option {option.name} is {value!r}, where a number was expected.")
    return float(number)


def _kind(annotation: Any) -> type:
    """The type of an option, without the None that an optional one may be."""
    if isinstance(annotation, types.UnionType):
        return next(each for each in typing.get_args(annotation) if each is not type(None))  # type: ignore[no-any-return]
    return annotation  # type: ignore[no-any-return]
