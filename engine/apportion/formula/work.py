"""How much one formula may compute, so that no text can hang or exhaust the machine. Counted, not timed."""

from __future__ import annotations

# Elements of arrays that a formula may compute in all: about half a second for one value, some ten for a column.
MOST_FOR_ONE = 1 << 26
MOST_FOR_COLUMN = 1 << 31
# What is computed while a text is compiled, before anybody asked for its value.
MOST_FOR_CONSTANTS = 1 << 12
# A call of a plain Python function takes as long as so many elements of an array; a letter that it gives takes memory.
# Numbers are written in a format four times as slowly as others call.
CALL, FORMATTED, LETTER = 1000, 4000, 4
# An element of an array that is sorted, put into a table to look things up, ranked, or part of a row that is told apart
# from others takes as long as so many that are added; so does each call of a function in a row that is computed alone.
# A text that is joined takes longer still: a number is written first.
LONGER, SORTED, SOUGHT, RANKED, APART, JOINED, ALONE = 4, 12, 32, 64, 160, 400, 2048


class TooMuch(Exception):
    """A formula would compute more elements than allowed."""


class Work:
    """What is left of the elements that one formula may compute."""

    __slots__ = ("left",)

    def __init__(self, most: int) -> None:
        self.left = most

    def spend(self, elements: int) -> None:
        """Takes elements off; raises `TooMuch` when none are left."""
        self.left -= elements
        if self.left < 0:
            raise TooMuch


class Folding:
    """The context in which the constant parts of a formula are computed once, when it is compiled."""

    def __init__(self) -> None:
        self.work = Work(MOST_FOR_CONSTANTS)
