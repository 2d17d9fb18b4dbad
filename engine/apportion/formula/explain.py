"""Why a result is what it is: the steps from what was given to the result, in one row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from apportion.formula.comparison import compare
from apportion.formula.errors import ExcelError
from apportion.formula.evaluation import result
from apportion.formula.numbers_in_text import text_of
from apportion.formula.steps import compiled
from apportion.formula.tree import Array, Binary, Call, ColumnReference, Literal, Missing, Name, Node, Unary, children
from apportion.formula.writing import Writer

if TYPE_CHECKING:
    from apportion.formula.model import FormulaColumn, Key
    from apportion.formula.run import Run
    from apportion.formula.values import Value


@dataclass(frozen=True)
class Step:
    """One step: a part of a formula and its value; `column` is the formula column that it belongs to.

    `given` marks what no formula computed: a column of the table or a name.
    """

    column: str
    text: str
    value: Any
    given: bool = False

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
        return "\n".join(map(str, self.steps))


def shown(value: object) -> str:
    """A value as a sentence shows it.

    >>> shown(2.50), shown("High"), shown([[1.0], [2.0]])
    ('2.5', '"High"', '2 values')
    """
    if isinstance(value, list):
        return f"{sum(len(row) for row in value):,} values"
    if isinstance(value, float):
        return text_of(value)
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


class _Explainer:
    """Computes one formula part by part for one row; only the branches that were taken."""

    def __init__(self, run: Run, column: FormulaColumn, row: int, steps: list[Step]) -> None:
        self.run, self.column, self.row, self.steps = run, column, row, steps
        self.label = run.model.label(column.key)
        self.context = run.context(column, row)
        self.seen: set[Node] = set()
        self.writer = Writer()

    def explain(self) -> None:
        tree = self.column.formula.tree
        self._walk(tree)
        value = self.run.column(self.column.name, self.column.table).at(self.row)
        self.steps.append(Step(self.label, self.label, value))

    def _walk(self, node: Node) -> None:
        """A step for every part that was needed, leaves first, each once."""
        if isinstance(node, Literal | Missing | Array) or node in self.seen:
            return
        self.seen.add(node)
        if isinstance(node, Call) and node.function == "LET":
            self._add(node)
            return
        for each in self._taken(node):
            self._walk(each)
        self._add(node)

    def _add(self, node: Node) -> None:
        if isinstance(node, Unary) and isinstance(node.operand, Literal):
            return
        given = isinstance(node, ColumnReference | Name)
        if given and isinstance(node, ColumnReference):
            key = ((node.table or self.column.table).casefold(), node.column.casefold())
            given = key not in self.run.model.columns
        self.steps.append(Step(self.label, self.writer.text(node), result(self._value(node)), given))

    def _value(self, node: Node) -> Value:
        return compiled(node).step(self.context)

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
