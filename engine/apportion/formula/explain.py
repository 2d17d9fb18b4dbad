"""Why a result is what it is: the steps from what was given to the result, in one row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from apportion.formula.comparison import compare
from apportion.formula.errors import ExcelError
from apportion.formula.evaluation import result
from apportion.formula.number_formats import compiled as number_format
from apportion.formula.numbers_in_text import text_of
from apportion.formula.steps import bound, compiled, pairs_of
from apportion.formula.tree import Array, Binary, Call, ColumnReference, Literal, Missing, Name, Node, Unary, children
from apportion.formula.writing import Writer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apportion.formula.model import FormulaColumn, Key
    from apportion.formula.run import Run
    from apportion.formula.steps import Compiled
    from apportion.formula.values import Value


@dataclass(frozen=True)
class Step:
    """One step: a part of a formula and its value; `column` is the formula column that it belongs to.

    `given` marks what no formula computed: a column of the table or a name. `of` is the column or name whose value it
    is; "" for a part of a formula.
    """

    column: str
    text: str
    value: Any
    given: bool = False
    of: str = ""

    def __str__(self) -> str:
        return f"{self.text} = {shown(self.value)}"


@dataclass(frozen=True)
class Explanation:
    """The steps of one row, from leaves to the result; the last step is the result itself."""

    column: str
    row: int
    value: Any
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        return self.text({})

    def text(self, formats: Mapping[str, str]) -> str:
        """The steps, a line each; `formats` maps columns and names to Excel's number formats, ignoring case."""
        codes = {name.casefold(): code for name, code in formats.items()}
        return "\n".join(f"{step.text} = {shown(step.value, codes.get(step.of.casefold(), ''))}" for step in self.steps)


def shown(value: object, code: str = "") -> str:
    """A value as a sentence shows it, a number in an Excel format where one is given.

    >>> shown(2.50), shown("High"), shown([[1.0], [2.0]]), shown(97412.5, "$#,##0.00")
    ('2.5', '"High"', '2 values', '$97,412.50')
    """
    if isinstance(value, list):
        return f"{sum(len(row) for row in value):,} values"
    if isinstance(value, float):
        return number_format(code).number(value) if code else text_of(value)
    if value is None:
        return "blank"
    return f'"{value}"' if isinstance(value, str) else str(value).upper() if isinstance(value, bool) else str(value)


def explanation(run: Run, label: str, row: int) -> Explanation:
    """The explanation of a formula column in a row; formula columns that it needs are explained before it."""
    key = run.model.find(label)
    size = run.column(key[1], key[0]).size
    if not 0 <= row < size:
        message = f"There is no row {row}; the table has {size:,} rows, counted from 0."
        raise IndexError(message)
    steps: list[Step] = []
    done: set[Key] = set()
    with np.errstate(all="ignore"):
        _explain(run, key, row, steps, done)
    return Explanation(run.model.label(key), row, steps[-1].value, tuple(steps))


def _explain(run: Run, key: Key, row: int, steps: list[Step], done: set[Key]) -> None:
    """The column's own steps after those of the formula columns of the same row that it reads."""
    waiting = [key]
    order: list[Key] = []
    while waiting:
        each = waiting.pop()
        if each in done:
            continue
        done.add(each)
        order.append(each)
        waiting.extend(_read_in_row(run, run.model.columns[each]))
    place = {each: i for i, each in enumerate(run.model.order)}
    for each in sorted(order, key=place.__getitem__):
        _Explainer(run, run.model.columns[each], row, steps).explain()


def _read_in_row(run: Run, column: FormulaColumn) -> list[Key]:
    found = []
    for each in column.formula.references:
        key = ((each.table or column.table).casefold(), str(each.column).casefold())
        if each.this_row and each.last is None and key in run.model.columns:
            found.append(key)
    return found


@dataclass(frozen=True)
class _Scope:
    """The names of the LETs that a part of a formula stands in: compiled, and each value with its own scope."""

    names: dict[str, Compiled]
    values: dict[str, tuple[Node, _Scope]]

    def with_name(self, name: str, value: Node) -> _Scope:
        """One name more, which hides an outer one."""
        return _Scope({**self.names, name: bound(value, self.names)}, {**self.values, name: (value, self)})


class _Explainer:
    """Computes one formula part by part for one row; only the branches that were taken."""

    def __init__(self, run: Run, column: FormulaColumn, row: int, steps: list[Step]) -> None:
        self.run, self.column, self.row, self.steps = run, column, row, steps
        self.label = run.model.label(column.key)
        self.context = run.context(column, row)
        self.seen: set[tuple[Node, int]] = set()
        self.writer = Writer()
        self.scope = _Scope({}, {})

    def explain(self) -> None:
        tree = self.column.formula.tree
        self._walk(tree)
        value = self.run.column(self.column.name, self.column.table).at(self.row)
        self.steps.append(Step(self.label, self.label, value, of=self.label))

    def _walk(self, node: Node) -> None:
        """A step for every part that was needed, leaves first, each once."""
        key = (node, self._meaning(node))
        if isinstance(node, Literal | Missing | Array) or key in self.seen:
            return
        self.seen.add(key)
        outer = self.scope
        if isinstance(node, Call) and node.function == "LET":
            for name, value in pairs_of(node):
                self.scope = self.scope.with_name(name, value)
            self._walk(node.arguments[-1])
        elif (value_of := self._value_of_name(node)) is not None:
            value, self.scope = value_of
            self._walk(value)
        else:
            for each in self._taken(node):
                self._walk(each)
        self.scope = outer
        self._add(node)

    def _meaning(self, node: Node) -> int:
        """What tells equal texts apart: the value that a name has here, or the names that a part may use."""
        if isinstance(node, Name):
            return id(self._value_of_name(node))
        return 0 if isinstance(node, ColumnReference) else id(self.scope)

    def _value_of_name(self, node: Node) -> tuple[Node, _Scope] | None:
        """The formula of a name that LET made, and the names that it may use itself."""
        return self.scope.values.get(node.name.casefold()) if isinstance(node, Name) else None

    def _add(self, node: Node) -> None:
        if isinstance(node, Unary) and isinstance(node.operand, Literal):
            return
        of, given = "", False
        if isinstance(node, ColumnReference):
            table = node.table or self.column.table
            of = self.run.model.spelling(table, node.column)
            given = (table.casefold(), node.column.casefold()) not in self.run.model.columns
        elif isinstance(node, Name):
            of, given = node.name, self._value_of_name(node) is None
        self.steps.append(Step(self.label, self.writer.text(node), result(self._value(node)), given, of))

    def _value(self, node: Node) -> Value:
        return compiled(node, self.scope.names).step(self.context)

    def _taken(self, node: Node) -> tuple[Node, ...]:
        """The operands that the result depends on in this row."""
        if isinstance(node, Call) and node.function in _BRANCHES:
            return _BRANCHES[node.function](self, node.arguments)
        if isinstance(node, Binary | Unary | Call):
            return children(node)
        return ()

    def _truth(self, node: Node) -> object:
        value = result(self._value(node))
        if isinstance(value, ExcelError):
            return value
        return value.upper() == "TRUE" if isinstance(value, str) else bool(value)

    def of_if(self, arguments: tuple[Node, ...]) -> tuple[Node, ...]:
        truth = self._truth(arguments[0])
        if isinstance(truth, ExcelError):
            return arguments[:1]
        return (arguments[0], *(arguments[1:2] if truth else arguments[2:3]))

    def of_ifs(self, arguments: tuple[Node, ...]) -> tuple[Node, ...]:
        taken: list[Node] = []
        for test, yes in zip(arguments[::2], arguments[1::2], strict=False):
            taken.append(test)
            truth = self._truth(test)
            if truth:
                return (*taken, *(() if isinstance(truth, ExcelError) else (yes,)))
        return tuple(taken)

    def of_if_error(self, arguments: tuple[Node, ...]) -> tuple[Node, ...]:
        value = result(self._value(arguments[0]))
        return arguments if isinstance(value, ExcelError) else arguments[:1]

    def of_switch(self, arguments: tuple[Node, ...]) -> tuple[Node, ...]:
        subject = self._value(arguments[0])
        for case, yes in zip(arguments[1::2], arguments[2::2], strict=False):
            if compare("=", subject, self._value(case)).data.all():
                return (arguments[0], case, yes)
        return (arguments[0], *(arguments[-1:] if len(arguments) % 2 == 0 else ()))

    def of_choose(self, arguments: tuple[Node, ...]) -> tuple[Node, ...]:
        index = result(self._value(arguments[0]))
        number = int(index) if isinstance(index, float) else 0
        return (arguments[0], *arguments[number : number + 1]) if number > 0 else arguments[:1]


_BRANCHES = {
    "IF": _Explainer.of_if,
    "IFS": _Explainer.of_ifs,
    "IFERROR": _Explainer.of_if_error,
    "IFNA": _Explainer.of_if_error,
    "SWITCH": _Explainer.of_switch,
    "CHOOSE": _Explainer.of_choose,
}
