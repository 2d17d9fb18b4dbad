"""Faults of peers: each names a function and kinds of operands, and says where what Excel does is documented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fuzz.comparing import Disagreement
    from fuzz.operands import Kinds

LO, IRON, OURS = "LibreOffice", "IronCalc", "Apportion"
ANY = "*"
# As a source: the fault holds only where the other program gave what the engine gave.
AGREES = "the other program agrees with the engine"


@dataclass(frozen=True)
class Fault:
    """Where a peer is wrong, or (peer "Apportion") where the engine differs knowingly.

    `functions` are names separated by blanks, operators among them. `when` are words that all must hold: each asks for
    an operand of certain kinds (see `fuzz.operands`), such as `2:negative+reference`; `/` separates alternatives, `!`
    denies a kind, and the number in front says which operand (`3?:` also holds
    when there is none). `gives` is the same for the results, `ours>theirs`. A fault `alone` is a weakness that shows in
    any function: where the other peer gave the same, it explains nothing.
    """

    peer: str
    functions: str
    when: str
    gives: str
    example: str
    excel: str
    source: str
    alone: bool = False

    @property
    def open(self) -> bool:
        """Whether nothing was found that says what Excel does."""
        return self.source.startswith("not documented")

    def explains(self, one: Disagreement) -> bool:
        """Whether a disagreement is of this kind."""
        if self.peer not in (one.peer, "Apportion") or not named(one.function, self.functions):
            return False
        if self.source == AGREES and not one.others_side_with_engine():
            return False
        if self.alone and one.others_side_with_peer():
            return False
        ours, _, theirs = self.gives.partition(">")
        if not (_has(one.results[0], ours) and _has(one.results[1], theirs)):
            return False
        return holds(self.when, one.operands)


def named(function: str, functions: str) -> bool:
    """Whether a function is in a list of names; `*` is every function but those that follow."""
    first, *rest = functions.split()
    return function not in rest if first == ANY else function in (first, *rest)


def holds(when: str, operands: list[Kinds]) -> bool:
    """Whether each word of a condition holds for some operand, or for the one that its number names."""
    return all(_some(word, operands) for word in when.split())


def _some(word: str, operands: list[Kinds]) -> bool:
    place, colon, wanted = word.partition(":")
    if colon and place.endswith("?"):
        return int(place[:-1]) > len(operands) or _has(operands[int(place[:-1]) - 1], wanted)
    if colon and place.isdigit():
        return int(place) <= len(operands) and _has(operands[int(place) - 1], wanted)
    return any(_has(each, word) for each in operands)


def _has(kinds: Kinds, wanted: str) -> bool:
    return all(any(_is(kinds, one) for one in part.split("/")) for part in wanted.split("+") if part)


def _is(kinds: Kinds, wanted: str) -> bool:
    wanted = wanted.replace("_", " ").replace("#NA", "#N/A").replace("#DIV0!", "#DIV/0!")
    if wanted.startswith("!"):
        return wanted[1:] not in kinds
    return wanted in kinds
