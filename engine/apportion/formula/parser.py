"""The parser: the token classes and the builder with which `formulas.Parser` reads structured references.

The package `formulas` brings the order of operators and of parentheses; tokens, tree and messages are ours.
Nothing outside this module knows that package.
"""

from __future__ import annotations

import functools
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from apportion.errors import did_you_mean
from apportion.formula import tokens as t
from apportion.formula.catalogue import FUNCTIONS
from apportion.formula.checking import checked
from apportion.formula.errors import ExcelError, FormulaError
from apportion.formula.tree import (
    PERCENT_PRECEDENCE,
    PRECEDENCE,
    PREFIX_PRECEDENCE,
    Array,
    Binary,
    Call,
    ColumnReference,
    Literal,
    Missing,
    Name,
    Node,
    Unary,
)
from apportion.registry import NAMESPACE, STORED

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping

    from apportion.formula.declaration import Function

# `formulas` drops line feeds wherever they stand, also inside texts; a vertical tab survives.
_LINE_FEED, _STAND_IN = "\n", "\v"
NO_MORE: Mapping[str, Function] = MappingProxyType({})
_HOSTED = (f"{NAMESPACE}.", STORED.upper())  # before a function of the add-in: in a cell, and in a file


def read(text: str, more: Mapping[str, Function] = NO_MORE) -> Node:
    """The tree of a formula's text, or a `FormulaError` that knows the place.

    `more` are functions that are not native, by their names in upper case.

    >>> read("=[@Students]/20")
    Binary(operator='/', left=ColumnReference(table=None, column='Students', this_row=True, last=None, start=1, \
end=12), right=Literal(value=20.0, start=13, end=15), start=12, end=13)
    """
    if len(text) > t.LONGEST_TEXT:
        message = f"The formula has {len(text):,} characters; Excel allows {t.LONGEST_TEXT:,}."
        raise FormulaError(message, text=text[:200], position=0, hint="Split it into columns.")
    body = text.lstrip()
    if not body.startswith("="):
        raise FormulaError("A formula begins with an equal sign.", text=text, position=0, hint=f'Write "={body}".')
    if not body[1:].strip():
        raise FormulaError("There is nothing after the equal sign.", text=text, position=len(text.rstrip()))
    reading = _Reading(text, len(text) - len(body) + 1, more)
    return checked(reading.tree(), text, more)


@functools.cache
def _parts() -> Any:  # noqa: C901 one class beside the other
    """Our subclasses of the parser, tokens and builder of `formulas`, made when the first text is read."""
    import formulas.parser
    from formulas.errors import BaseError
    from formulas.tokens.function import Array as Braces
    from formulas.tokens.function import Function
    from formulas.tokens.operand import Operand
    from formulas.tokens.operator import Operator, Separator
    from formulas.tokens.parenthesis import Parenthesis

    class Leaf(Operand):  # type: ignore[misc]
        """An operand that already is a node of our tree."""

        def __init__(self, node: Node, end: int) -> None:
            self.source, self.attr, self.node, self.end_match = None, {"name": "operand"}, node, end

    class Sign(Operator):  # type: ignore[misc]
        """An operator; unlike the one of `formulas` it keeps `--x` as it is, which converts to a number."""

        def __init__(self, name: str, end: int, place: int, *, prefix: bool) -> None:
            self.source, self.attr, self.end_match, self.place = None, {"name": name}, end, place
            self.prefix = prefix

        @property
        def rank(self) -> int:
            if self.prefix:
                return PREFIX_PRECEDENCE
            return PERCENT_PRECEDENCE if self.name == "%" else PRECEDENCE[self.name]

        def ast(self, tokens: list[Any], stack: list[Any], builder: Any) -> None:
            tokens.append(self)
            if self.prefix:
                if stack and isinstance(stack[-1], Parenthesis):
                    stack[-1].n_args += 1
            else:
                while stack and isinstance(stack[-1], Sign) and stack[-1].rank >= self.rank:
                    builder.append(stack.pop())
            stack.append(self)

    class Parser(formulas.parser.Parser):  # type: ignore[misc]
        """The parser of `formulas` with one filter, which looks at the text instead of trying class after class."""

        def __init__(self, reading: _Reading) -> None:
            super().__init__()
            self.filters = [reading.token]
            self.ast_builder = lambda match: reading  # noqa: ARG005 called with the name `match`

        def is_formula(self, value: str) -> re.Match[str] | None:
            return t.ANYTHING.fullmatch(value)

    class Parts:
        braces, function, operator, separator, parenthesis = Braces, Function, Sign, Separator, Parenthesis
        leaf, parser, trouble = Leaf, Parser, BaseError

    return Parts


class _Reading:
    """One text while it is read: gives `formulas` its next token and takes the tokens back in Polish order."""

    def __init__(self, text: str, begin: int, more: Mapping[str, Function]) -> None:
        self.text = text
        self.more = more
        self.source = text.replace(_LINE_FEED, _STAND_IN)
        self.begin = begin
        self.parts = _parts()
        self.nodes: list[Node] = []
        self.open: list[tuple[str, int]] = []
        self.wants_operand = True
        self.after_comma = False

    def tree(self) -> Node:
        try:
            self.parts.parser(self).ast(self.source[self.begin :].rstrip())
        except self.parts.trouble as trouble:
            # Our own checks come first; what is left are rows of an array that differ in length.
            raise self.fail("The rows of an array differ in length.", self.source.rfind("{")) from trouble
        return self.nodes[0]

    def fail(self, what: str, position: int, hint: str = "") -> FormulaError:
        return FormulaError(what, text=self.text, position=min(position, len(self.text)), hint=hint)

    # -- the filter: text to tokens

    def token(self, rest: str, _context: object, _parser: object) -> Any:
        place = len(self.source.rstrip()) - len(rest)
        space = len(rest) - len(rest.lstrip(t.SPACE))
        found = t.PATTERN.match(rest, space)
        start = place + space
        if found is None:
            raise self._unreadable(rest[space:], start)
        kind = str(found.lastgroup)
        made = _MAKERS[kind](self, found[0], start, found.end())
        if found.end() == len(rest):
            self._check_end(start + len(found[0]))
        return made

    def _check_end(self, position: int) -> None:
        if self.wants_operand:
            raise self.fail("The formula ends where a value should follow.", position)
        if self.open:
            character, where = self.open[-1]
            raise self.fail(f'"{character}" is not closed.', where, 'Add ")".' if character == "(" else 'Add "}".')

    def _unreadable(self, rest: str, position: int) -> FormulaError:
        first = rest[0]
        if first == '"':
            return self.fail("A text is not closed.", position, "Add a quotation mark at its end.")
        if first == "[":
            return self.fail("A bracket is not closed.", position, 'Add "]".')
        if first == "'":
            return self.fail("A sheet name is not closed.", position, "Write 'Sheet 2'!B1.")
        if first.isdigit() or first == ".":
            return self.fail("This is neither a number nor a name.", position, "Names begin with a letter.")
        return self.fail(f'"{first}" cannot stand here.', position)

    def _operand(self, node: Node, position: int, end: int) -> Any:
        if not self.wants_operand:
            what = "There is no operator between two values."
            raise self.fail(what, position, "Put +, -, *, /, & or a comma between them.")
        self.wants_operand = self.after_comma = False
        return self.parts.leaf(node, end)

    def string(self, raw: str, start: int, end: int) -> Any:
        value = raw[1:-1].replace('""', '"').replace(_STAND_IN, _LINE_FEED)
        return self._operand(Literal(value, start, start + len(raw)), start, end)

    def number(self, raw: str, start: int, end: int) -> Any:
        value = float(t.fifteen_digits(raw))
        if value == float("inf"):
            raise self.fail("This number is too large.", start)
        return self._operand(Literal(value, start, start + len(raw)), start, end)

    def error(self, raw: str, start: int, end: int) -> Any:
        return self._operand(Literal(ExcelError(raw.upper()), start, start + len(raw)), start, end)

    def name(self, raw: str, start: int, end: int) -> Any:
        node: Node
        if raw.upper() in ("TRUE", "FALSE"):
            node = Literal(raw.upper() == "TRUE", start, start + len(raw))
        else:
            name = raw[6:] if raw.lower().startswith("_xlpm.") else raw
            node = Name(name.replace(_STAND_IN, _LINE_FEED), start, start + len(raw))
        return self._operand(node, start, end)

    def column(self, raw: str, start: int, end: int) -> Any:
        parts = t.structured(raw.replace(_STAND_IN, _LINE_FEED))
        if parts.problem:
            raise self.fail(parts.problem, start)
        node = ColumnReference(parts.table, parts.column, parts.this_row, parts.last, start, start + len(raw))
        return self._operand(node, start, end)

    def function(self, raw: str, start: int, end: int) -> Any:
        name = raw[:-1].rstrip()
        key = plain_function(name)
        if key not in FUNCTIONS:
            key = hosted_function(key)
            if key not in self.more:
                raise self.fail(f'There is no function "{name}".', start, did_you_mean(key, (*FUNCTIONS, *self.more)))
        if not self.wants_operand:
            raise self.fail("There is no operator before this function.", start, "Put +, -, *, / or & before it.")
        self._opened("(", start + len(raw) - 1)
        token = self.parts.function(f"{key}(", None, None)
        token.end_match, token.place, token.attr["name"] = end, start, key
        return token

    def _opened(self, character: str, position: int) -> None:
        self.open.append((character, position))
        self.wants_operand, self.after_comma = True, False
        if len(self.open) > t.DEEPEST_NESTING:
            raise self.fail(
                f"Parentheses are nested more than {t.DEEPEST_NESTING} deep.", position, "Split the formula."
            )

    def operator(self, raw: str, start: int, end: int) -> Any:
        if self.wants_operand and raw not in "+-":
            raise self.fail(f'A value is missing before "{raw}".', start)
        prefix, self.wants_operand, self.after_comma = self.wants_operand, True, False
        return self.parts.operator(raw, end, start, prefix=prefix)

    def percent(self, _raw: str, start: int, end: int) -> Any:
        if self.wants_operand:
            raise self.fail('A value is missing before "%".', start)
        return self.parts.operator("%", end, start, prefix=False)

    def parenthesis(self, raw: str, start: int, end: int) -> Any:
        if raw == "(":
            if not self.wants_operand:
                raise self.fail("There is no operator before this parenthesis.", start)
            self._opened("(", start)
        else:
            self._closed(start)
        token = self.parts.parenthesis(raw, None, None)
        token.end_match = end
        return token

    def _closed(self, position: int) -> None:
        if not self.open or self.open[-1][0] != "(":
            raise self.fail('This ")" closes nothing.', position, "Remove it, or open one before it.")
        _, opened = self.open.pop()
        if self.wants_operand and not self._is_call(opened):
            raise self.fail('A value is missing before ")".', position)
        if self.wants_operand and not self.after_comma and self.source[opened + 1 : position].strip():
            raise self.fail('A value is missing before ")".', position)
        self.wants_operand = self.after_comma = False

    def _is_call(self, position: int) -> bool:
        before = self.source[:position].rstrip()
        return bool(before) and (before[-1].isalnum() or before[-1] in "_.\\?")

    def comma(self, _raw: str, start: int, end: int) -> Any:
        if not self.open or (self.open[-1][0] == "(" and not self._is_call(self.open[-1][1])):
            raise self.fail("A comma stands outside of a function.", start)
        previous = self.source[:start].rstrip()[-1:]
        if self.wants_operand and previous not in "(,":
            raise self.fail("A value is missing before the comma.", start)
        self.wants_operand = self.after_comma = True
        token = self.parts.separator(",", None, None)
        token.end_match = end
        return token

    def braces(self, raw: str, start: int, end: int) -> Any:
        if raw == "{":
            if not self.wants_operand:
                raise self.fail("There is no operator before this array.", start)
            self._opened("{", start)
        elif not self.open or self.open[-1][0] != "{" or self.wants_operand:
            raise self.fail(f'"{raw}" cannot stand here.', start)
        else:
            self.wants_operand = raw == ";"
            if raw == "}":
                self.open.pop()
        token = self.parts.braces(raw, None, None)
        token.end_match = end
        return token

    def at(self, _raw: str, start: int, _end: int) -> Any:
        raise self.fail('"@" cannot stand here.', start, "Write [@Column] for this row's value.")

    # -- the builder: tokens in Polish order to nodes

    def __len__(self) -> int:
        return len(self.nodes)

    def finish(self) -> None:
        """Nothing is left to do when the last token has come."""

    def append(self, token: Any) -> None:
        if isinstance(token, self.parts.leaf):
            self.nodes.append(token.node)
        elif isinstance(token, self.parts.operator):
            self._append_operator(token)
        elif token.name:
            self._append_call(token)
        else:
            self.nodes.append(Missing())

    def _append_operator(self, token: Any) -> None:
        right = self.nodes.pop()
        if token.prefix or token.name == "%":
            self.nodes.append(Unary(token.name, right, token.place, token.place + 1))
        else:
            left = self.nodes.pop()
            self.nodes.append(Binary(token.name, left, right, token.place, token.place + len(token.name)))

    def _append_call(self, token: Any) -> None:
        count = token.get_n_args
        taken = tuple(self.nodes[len(self.nodes) - count :])
        del self.nodes[len(self.nodes) - count :]
        place = getattr(token, "place", None)
        if place is not None:
            self.nodes.append(Call(token.name, taken, place, place + len(token.name)))
        elif taken and all(isinstance(each, Array) for each in taken):
            self.nodes.append(Array(tuple(row for each in taken for row in each.rows)))  # type: ignore[union-attr]
        else:
            self.nodes.append(Array((tuple(self._constant(each) for each in taken),)))

    def _constant(self, node: Node) -> Literal:
        if isinstance(node, Literal):
            return node
        if isinstance(node, Unary) and isinstance(node.operand, Literal) and isinstance(node.operand.value, float):
            sign = {"-": -1.0, "+": 1.0, "%": 0.01}[node.operator]
            return Literal(node.operand.value * sign, node.start, node.operand.end)
        raise self.fail("An array in braces holds only numbers, texts, TRUE, FALSE and errors.", node.start)


_MAKERS: dict[str, Callable[[_Reading, str, int, int], Any]] = {
    "string": _Reading.string,
    "number": _Reading.number,
    "error": _Reading.error,
    "name": _Reading.name,
    "column": _Reading.column,
    "function": _Reading.function,
    "operator": _Reading.operator,
    "percent": _Reading.percent,
    "open": _Reading.parenthesis,
    "close": _Reading.parenthesis,
    "comma": _Reading.comma,
    "array": _Reading.braces,
    "at": _Reading.at,
}


def plain_function(name: str) -> str:
    """A function's name in upper case without the prefixes that files carry.

    >>> plain_function("_xlfn.Ifs")
    'IFS'
    """
    return name.upper().removeprefix("_XLFN.").removeprefix("_XLWS.")


def hosted_function(name: str) -> str:
    """The name of a function of the add-in, in upper case, without what stands before it in cells and files.

    >>> hosted_function("APPORTION.FTE"), hosted_function("_xldudf_APPORTION_FTE")
    ('FTE', 'FTE')
    """
    upper = name.upper()
    return next((upper.removeprefix(before) for before in _HOSTED if upper.startswith(before)), upper)
