"""The parts of a formula, as a tree: enough to say whether Excel can read it and to evaluate the simple ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError

from tools.excel import limits

if TYPE_CHECKING:
    from collections.abc import Iterator


class ErrorValue(str):
    """An error value such as #N/A, apart from the text that looks like it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, text, logical value or error value."""

    value: Any


@dataclass(frozen=True, slots=True)
class Missing:
    """An argument that is left out."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Whatever stands for cells: an address, a defined name, a structured reference."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator with one or two operands; "%" stands behind its operand."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """An array constant."""

    rows: tuple[tuple[Any, ...], ...]


Node = Constant | Missing | Reference | Call | Operation | Rows

_STRENGTH = {"=": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "<>": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
_REFERENCES = {":": 9, " ": 8, ",": 7}


def parse(formula: str) -> Node:
    """The tree of a formula that begins with =; refused when Excel could not read it."""
    limits.check(
        formula.startswith("=") and len(formula) > 1, "a formula begins with an equal sign and says something", formula
    )
    limits.check(
        len(formula) <= limits.FORMULA, f"a formula has at most {limits.FORMULA:,} characters", formula
    )
    try:
        tokens = [token for token in Tokenizer(formula).items if token.type != Token.WSPACE]
    except (TokenizerError, IndexError) as error:
        raise limits.Refusal(f"Excel cannot read the formula ({error})", formula) from error
    reader = _Reader(formula, tokens)
    tree = reader.expression(0)
    limits.check(reader.done, "Excel cannot read the formula: something stands behind its end", formula)
    return tree


def references(tree: Node) -> Iterator[Reference]:
    """Every reference in a tree."""
    if isinstance(tree, Reference):
        yield tree
    for part in getattr(tree, "arguments", None) or getattr(tree, "operands", ()):
        yield from references(part)


def calls(tree: Node) -> Iterator[Call]:
    """Every call of a function in a tree."""
    if isinstance(tree, Call):
        yield tree
    for part in getattr(tree, "arguments", None) or getattr(tree, "operands", ()):
        yield from calls(part)


class _Reader:
    def __init__(self, formula: str, tokens: list[Token]) -> None:
        self.formula, self.tokens, self.at, self.level = formula, tokens, 0, 0

    @property
    def done(self) -> bool:
        return self.at >= len(self.tokens)

    @property
    def token(self) -> Token:
        if self.done:
            raise limits.Refusal("Excel cannot read the formula: it ends too early", self.formula)
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.token
        self.at += 1
        return token

    def expression(self, least: int) -> Node:
        left = self.operand()
        while not self.done and self.token.type in {Token.OP_IN, Token.OP_POST}:
            if self.token.type == Token.OP_POST:
                left = Operation(self.take().value, (left,))
                continue
            strength = _STRENGTH.get(self.token.value) or _REFERENCES.get(self.token.value, 0)
            if strength <= least:
                break
            operator = self.take().value
            left = Operation(operator, (left, self.expression(strength)))
        return left

    def operand(self) -> Node:
        token = self.take()
        if token.type == Token.OP_PRE:
            return Operation(token.value, (self.expression(6),))
        if token.type == Token.OPERAND:
            return self.constant(token)
        if token.type in {Token.FUNC, Token.PAREN} and token.subtype == Token.OPEN:
            self.level += 1
            limits.check(self.level <= limits.LEVELS, f"functions nest at most {limits.LEVELS} deep", self.formula)
            made = self.called(token.value[:-1]) if token.type == Token.FUNC else self.bracketed()
            self.level -= 1
            return made
        if token.type == Token.ARRAY and token.subtype == Token.OPEN:
            return self.rows()
        raise limits.Refusal(f"Excel cannot read the formula at {token.value!r}", self.formula)

    def constant(self, token: Token) -> Node:
        text = token.value
        if token.subtype == Token.TEXT:
            content = text[1:-1].replace('""', '"')
            limits.check(
                len(content) <= limits.TEXT_IN_FORMULA,
                f"a text in a formula has at most {limits.TEXT_IN_FORMULA} characters",
                content,
            )
            return Constant(content)
        if token.subtype == Token.NUMBER:
            return Constant(float(text))
        if token.subtype == Token.LOGICAL:
            return Constant(text.upper() == "TRUE")
        if token.subtype == Token.ERROR:
            return Constant(ErrorValue(text.upper()))
        return Reference(text)

    def bracketed(self) -> Node:
        inner = self.expression(0)
        self.close()
        return inner

    def close(self) -> None:
        token = self.take()
        limits.check(token.subtype == Token.CLOSE, "Excel cannot read the formula: a bracket is open", self.formula)

    def called(self, name: str) -> Node:
        first, colon, last = name.rpartition(":")  # the tokenizer keeps A1:INDEX together
        return Operation(":", (Reference(first), self.call(last))) if colon else self.call(name)

    def call(self, name: str) -> Call:
        arguments: list[Node] = []
        while self.token.subtype != Token.CLOSE:
            if self.token.type == Token.SEP:
                arguments.append(Missing())
                self.take()
            else:
                arguments.append(self.expression(0))
                if self.token.type != Token.SEP:
                    break
                self.take()
            if self.token.subtype == Token.CLOSE:
                arguments.append(Missing())
        self.close()
        limits.check(
            len(arguments) <= limits.ARGUMENTS, f"a function has at most {limits.ARGUMENTS} arguments", self.formula
        )
        return Call(name, tuple(arguments))

    def rows(self) -> Rows:
        rows: list[list[Any]] = [[]]
        while (token := self.take()).type != Token.ARRAY:
            if token.type == Token.SEP:
                if token.value == ";":
                    rows.append([])
                continue
            negative = token.type == Token.OP_PRE and token.value == "-"
            node = self.constant(self.take() if token.type == Token.OP_PRE else token)
            if not isinstance(node, Constant):
                raise limits.Refusal("an array constant holds constants", self.formula)
            rows[-1].append(-node.value if negative else node.value)
        limits.check(len({len(row) for row in rows}) == 1, "rows of an array constant are equally long", self.formula)
        return Rows(tuple(tuple(row) for row in rows))
