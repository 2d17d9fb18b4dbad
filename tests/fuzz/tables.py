"""Tables drawn by chance: every kind of content that a cell can have, in the mixtures that people make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apportion.formula import ExcelError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

ERRORS = (ExcelError.NA, ExcelError.DIV, ExcelError.VALUE, ExcelError.NUM, ExcelError.REF, ExcelError.NAME)
WORDS = ("Virtual", "virtual", "VIRTUAL ", "Regular", "K-8", "straße", "Élan", "élan", "a b  c", " x", "co-op", "coop")
# Not exactly an error's text: those are errors to the engine, see `apportion.formula.differences`.
CODES = ("10", "1e2", "007", "-3", "5%", "$1,234.50", "(5)", "1 1/2", "TRUE", "false", "2024-02-29", "3/14/2025",
         "12:30", "6:15 PM", "14-Mar-2025", "#N/A!", "N/A", "#REF", "", " ", "Inf", "NaN", "1,5", "0x10", ".5", "5.")  # fmt: skip
WILD = ("v*", "?irtual", "*", "~*", "Ab*", "a?b", ">2", "<=10", "<>", "=", "<>virtual", "=10", ">k", "10", "TRUE", "")
WHOLE = (0, 1, 2, 3, 5, 7, 10, 12, 25, 100, -1, -2, -3, -10)


def _cents(draw: Random) -> float:
    return draw.choice(
        (
            lambda: draw.randint(-99999, 999999) / 100,
            lambda: draw.randint(0, 4000) / 8,
            lambda: draw.randint(1, 999) + 0.005,
            lambda: draw.randint(0, 400000) / 1000,
        )
    )()


def _noisy(draw: Random) -> float:
    """What binary arithmetic leaves of decimals, such as 440 * 0.587 * 0.125."""
    return draw.choice(
        (
            lambda: draw.randint(1, 500) * (draw.randint(1, 999) / 1000) * 0.125,
            lambda: draw.randint(1, 9999) / 100 * 100,
            lambda: 0.1 * draw.randint(1, 30),
            lambda: 0.5 - 0.4 - 0.1,
            lambda: draw.uniform(-5, 5),
        )
    )()


def _any(draw: Random) -> Any:
    return draw.choice(
        (_cents, _noisy, _word, _code, _truth, lambda _: None, _whole, _day, lambda _: draw.choice(ERRORS))
    )(draw)


def _word(draw: Random) -> str:
    return draw.choice(WORDS)


def _code(draw: Random) -> str:
    return draw.choice(CODES)


def _truth(draw: Random) -> bool:
    return draw.random() < 0.5


def _whole(draw: Random) -> float:
    return float(draw.choice(WHOLE))


def _day(draw: Random) -> float:
    """A day between 1902 and 2064, at times with the time of day."""
    return draw.randint(1000, 60000) + (draw.random() < 0.2) * draw.randint(1, 95) / 96


def _sometimes(share: float, make: Callable[[Random], Any], other: Callable[[Random], Any]) -> Callable[[Random], Any]:
    return lambda draw: other(draw) if draw.random() < share else make(draw)


# Name of a column: the kind of argument that it suits, and its cells.
COLUMNS: Mapping[str, tuple[str, Callable[[Random], Any]]] = {
    "Amount": ("number", _cents),
    "Noise": ("number", _noisy),
    "Count": ("number", _whole),
    "Part": ("number", lambda draw: draw.randint(0, 1000) / 1000),
    "Day": ("number", _day),
    "Gap": ("number", _sometimes(0.3, _whole, lambda _: None)),
    "Word": ("text", _sometimes(0.1, _word, lambda _: None)),
    "Code": ("text", _code),
    "Wild": ("criteria", lambda draw: draw.choice(WILD)),
    "Flag": ("truth", _sometimes(0.1, _truth, lambda _: None)),
    "Trouble": ("error", _sometimes(0.4, _whole, lambda draw: draw.choice(ERRORS))),
    "Mix": ("any", _any),
    "Empty": ("blank", lambda _: None),
}

# Names of the workbook, in the order of the cells that hold them.
NAMES: Mapping[str, Any] = {
    "Rate": 0.075,
    "Base_amount": 1234.565,
    "Zero": 0.0,
    "Less": -2.0,
    "Label": "virtual",
    "Typed": "12.5",
    "Yes": True,
    "Nothing": None,
    "Wrong": ExcelError.NA,
}


@dataclass(frozen=True)
class Table:
    """A table that was drawn: its name and its cells by column."""

    name: str
    columns: Mapping[str, list[Any]]

    @property
    def size(self) -> int:
        """The number of rows."""
        return len(next(iter(self.columns.values())))

    def given(self) -> dict[str, list[Any]]:
        """The columns as the engine takes them: errors as texts, as Excel hands them over."""
        return {name: [str(x) if isinstance(x, ExcelError) else x for x in cells] for name, cells in self.columns.items()}


def drawn(name: str, draw: Random, size: int) -> Table:
    """A table of all columns with `size` rows."""
    return Table(name, {column: [make(draw) for _ in range(size)] for column, (_, make) in COLUMNS.items()})
