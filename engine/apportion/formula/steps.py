"""Trees to steps: a formula is compiled once to nested functions, which then compute all rows together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from apportion.formula.calls import TooLarge, step
from apportion.formula.catalogue import BINARY, FUNCTIONS, UNARY
from apportion.formula.declaration import Style, Type
from apportion.formula.functions_lookup import failed
from apportion.formula.tree import Array, Binary, Call, ColumnReference, Literal, Missing, Name, Node, children
from apportion.formula.values import NA, Value, constant, from_objects
from apportion.formula.work import Folding, TooMuch

if TYPE_CHECKING:
    from collections.abc import Callable

    from apportion.formula.declaration import Function, Parameter
    from apportion.formula.work import Work

    Step = Callable[[Any], Value]

# Functions whose result Excel treats as a reference, so that SUM and MIN skip a text in it.
_REFER = frozenset({"INDEX", "XLOOKUP", "IF", "IFS", "CHOOSE", "SWITCH"})


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


_NOT_GIVEN = Compiled(None, varies=False)  # type: ignore[arg-type]  # bodies take None for a default


def compiled(node: Node) -> Compiled:
    """The steps that compute a tree."""
    with np.errstate(all="ignore"):
        return _compiled(node, {})


def _compiled(node: Node, local: dict[str, Compiled]) -> Compiled:
    if isinstance(node, Literal | Missing | Array):
        return _constant(_value(node))
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


def _arguments(function: Function, nodes: tuple[Node, ...], local: dict[str, Compiled]) -> list[Compiled]:
    """The arguments; what was not given is filled from the declaration where a body is called with plain data."""
    made = [_argument(function.parameter(i), each, local) for i, each in enumerate(nodes)]
    if function.style in (Style.ROWS, Style.EACH):
        made += [_constant(constant(each.default)) for each in function.parameters[len(nodes) :]]
    return made


def _argument(parameter: Parameter, node: Node, local: dict[str, Compiled]) -> Compiled:
    """An argument; left empty it is a blank, or as good as not given where the declaration has no default value."""
    if isinstance(node, Missing):
        if parameter.fills:
            return _constant(constant(parameter.default))
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


def _constant(value: Value) -> Compiled:
    return Compiled(lambda _: value, varies=False, constant=value)


def _call(function: Function, arguments: list[Compiled]) -> Compiled:
    varies = any(each.varies for each in arguments)
    steps = [_kept(each) if varies and not each.varies else each.step for each in arguments]
    references = [each.reference for each in arguments]
    run = step(function, steps, references)
    if all(each.constant is not None for each in arguments) and (folded := _folded(run)) is not None:
        return _constant(folded)
    refers = function.name in _REFER and all(references[1:] if function.name != "INDEX" else references[:1])
    return Compiled(run, varies, refers)


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


def _let(node: Call, local: dict[str, Compiled]) -> Compiled:
    """Names are computed when first needed and at most once; a later name sees the earlier ones."""
    local = dict(local)
    for name, value in zip(node.arguments[:-1:2], node.arguments[1::2], strict=True):
        made = _compiled(value, local)
        local[name.name.casefold()] = Compiled(_once(made), made.varies, made.reference, made.constant)  # type: ignore[union-attr]
    return _compiled(node.arguments[-1], local)


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
