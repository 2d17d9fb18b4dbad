"""Trees to steps: a formula is compiled once to nested functions, which then compute all rows together."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from apportion.formula.calls import step
from apportion.formula.catalogue import BINARY, FUNCTIONS, UNARY
from apportion.formula.declaration import Style, Type
from apportion.formula.functions_lookup import failed
from apportion.formula.limits import TooLarge
from apportion.formula.pool import Origin
from apportion.formula.tree import Array, Binary, Call, ColumnReference, Literal, Missing, Name, Node, children
from apportion.formula.values import NA, Value, constant, from_objects
from apportion.formula.work import Folding, TooMuch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from apportion.formula.declaration import Function
    from apportion.formula.work import Work

    Step = Callable[[Any], Value]

# Functions whose result Excel treats as a reference, so that SUM and MIN skip a text in it; those that give a part
# of their first argument ask only whether that is one.
_REFER = frozenset({"INDEX", "TAKE", "DROP", "XLOOKUP", "IF", "IFS", "CHOOSE", "SWITCH"})
_PARTS = frozenset({"INDEX", "TAKE", "DROP"})
# Functions whose result is an array, also when it has one element.
_ARRAYS = frozenset({
    *("FILTER", "SORT", "SORTBY", "UNIQUE", "SEQUENCE", "TRANSPOSE", "TAKE", "DROP"),
    *("TREND", "FREQUENCY", "MODE.MULT", "TEXTSPLIT"),
})  # fmt: skip


class Context(Protocol):
    """Where a compiled formula finds its columns and names while it runs."""

    memo: dict[object, Value]
    shared: dict[object, Value]
    work: Work

    def column(self, node: ColumnReference) -> Value:
        """A column, or its value in this row."""

    def name(self, node: Name) -> Value:
        """A name or a whole table."""


@dataclass(frozen=True)
class Compiled:
    """A step, and what is known about its result before it runs."""

    step: Step
    varies: bool
    reference: bool = False
    constant: Value | None = None
    array: bool = False

    @property
    def origin(self) -> Origin:
        """What the result is to a function that counts what is in it."""
        return Origin.REFERENCE if self.reference else Origin.ARRAY if self.array else Origin.VALUE


_NO_NAMES: Mapping[str, Compiled] = MappingProxyType({})
_NOT_GIVEN = Compiled(None, varies=False)  # type: ignore[arg-type]  # bodies take None for a default


def compiled(node: Node, local: Mapping[str, Compiled] = _NO_NAMES) -> Compiled:
    """The steps that compute a tree; `local` holds the names of the LET that it stands in."""
    with np.errstate(all="ignore"):
        return _compiled(node, local)


def _compiled(node: Node, local: Mapping[str, Compiled]) -> Compiled:
    if isinstance(node, Literal | Missing | Array):
        return _constant(_value(node), array=isinstance(node, Array))
    if isinstance(node, ColumnReference):
        return Compiled(lambda context: context.column(node), node.this_row, reference=True)
    if isinstance(node, Name):
        return local.get(node.name.casefold()) or Compiled(lambda context: context.name(node), False, reference=True)  # noqa: FBT003
    if isinstance(node, Call) and node.function == "LET":
        return _let(node, local)
    function = _function(node)
    arguments = _arguments(function, children(node), local)
    return _call(function, arguments)


def _function(node: Node) -> Function:
    if isinstance(node, Call):
        return FUNCTIONS[node.function]
    return BINARY[node.operator] if isinstance(node, Binary) else UNARY[node.operator]  # type: ignore[union-attr]


def _arguments(function: Function, nodes: tuple[Node, ...], local: Mapping[str, Compiled]) -> list[Compiled]:
    """The arguments; what was not given is filled from the declaration where a body is called with plain data."""
    made = [_argument(function, i, each, local) for i, each in enumerate(nodes)]
    if function.style in (Style.ROWS, Style.EACH):
        made += [_constant(constant(each.default)) for each in function.parameters[len(nodes) :]]
    return made


def _argument(function: Function, place: int, node: Node, local: Mapping[str, Compiled]) -> Compiled:
    """An argument; left empty it is a blank, or as good as not given where the declaration has no default value.

    As a value to look up it is 0, which a reference to a blank cell is not: `MATCH(,{1,0},0)` is 2.
    """
    parameter = function.parameter(place)
    if isinstance(node, Missing):
        if parameter.fills:
            return _constant(constant(parameter.default))
        if parameter.type is Type.ANY and parameter.required:
            return _NOT_GIVEN if function.style is Style.LAZY else _constant(constant(0.0))
        if parameter.type is Type.STRICT:
            return _constant(failed(NA))
        if parameter.default is None:
            return _NOT_GIVEN
    return _compiled(node, local)


def _value(node: Literal | Missing | Array) -> Value:
    if isinstance(node, Array):
        items = [each.value for row in node.rows for each in row]
        return from_objects(items, (1, 1, len(node.rows), len(node.rows[0])))
    return constant(node.value if isinstance(node, Literal) else None)


def _constant(value: Value, *, array: bool = False) -> Compiled:
    return Compiled(lambda _: value, varies=False, constant=value, array=array)


def _call(function: Function, arguments: list[Compiled]) -> Compiled:
    varies = any(each.varies for each in arguments)
    steps = [_kept(each) if varies and not each.varies else each.step for each in arguments]
    references = [each.reference for each in arguments]
    run = step(function, steps, [each.origin for each in arguments])
    array = function.name in _ARRAYS
    if all(each.constant is not None for each in arguments) and (folded := _folded(run)) is not None:
        return _constant(folded, array=array)
    refers = function.name in _REFER and all(references[:1] if function.name in _PARTS else references[1:])
    return Compiled(run, varies, refers, array=array)


def _folded(run: Step) -> Value | None:
    """What does not depend on anything is computed at once, unless that is a lot."""
    try:
        return run(Folding())
    except (TooLarge, TooMuch):
        return None


def _kept(each: Compiled) -> Step:
    """What does not differ by row is computed once, even when rows come in blocks."""
    if each.constant is not None or each.reference or each is _NOT_GIVEN:
        return each.step
    key, run = object(), each.step

    def kept(context: Context) -> Value:
        value = context.shared.get(key)
        if value is None:
            value = context.shared[key] = run(context)
        return value

    return kept


def _let(node: Call, local: Mapping[str, Compiled]) -> Compiled:
    """Names are computed when first needed and at most once; a later name sees the earlier ones."""
    for name, value in pairs_of(node):
        local = {**local, name: bound(value, local)}
    return _compiled(node.arguments[-1], local)


def pairs_of(let: Call) -> Iterator[tuple[str, Node]]:
    """The names of a LET, folded, and the formulas of their values."""
    for name, value in zip(let.arguments[:-1:2], let.arguments[1::2], strict=True):
        yield name.name.casefold(), value  # type: ignore[union-attr]


def bound(node: Node, local: Mapping[str, Compiled]) -> Compiled:
    """What a name of a LET stands for: computed when first needed and at most once."""
    made = _compiled(node, local)
    return Compiled(_once(made), made.varies, made.reference, made.constant, made.array)


def _once(each: Compiled) -> Step:
    if each.constant is not None:
        return each.step
    key, run = object(), each.step

    def once(context: Context) -> Value:
        value = context.memo.get(key)
        if value is None:
            value = context.memo[key] = run(context)
        return value

    return once
