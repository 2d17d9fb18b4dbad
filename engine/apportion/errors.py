"""What can go wrong, in two kinds.

What the user's workbook has wrong is a `Finding`: all of them are collected and shown under *Checks*.
What the caller of the Python package has wrong is an `ApportionError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Severity = Literal["error", "warning", "note"]


class ApportionError(Exception):
    """Raised when a caller of the package asks for something that cannot be done."""


class UnknownName(ApportionError, LookupError):
    """Raised when a caller names a table, column, school, line or scenario that does not exist."""


@dataclass(frozen=True)
class Finding:
    """One problem of the user's workbook: where it stands, what is wrong and what to do.

    `sheet` is the sheet's name (of a CSV folder: the file's name), `row` the row number that a person
    sees there, `cell` the address such as "E14". An `error` stops a result from being written,
    a `warning` should be known, a `note` explains.
    """

    severity: Severity
    what: str
    remedy: str = ""
    sheet: str = ""
    table: str = ""
    row: int | None = None
    cell: str = ""

    def __str__(self) -> str:
        place = f"{self.table or self.sheet} row {self.row}: " if self.row else f"{self.table or self.sheet}: "
        return f"{place if place != ': ' else ''}{self.what} {self.remedy}".strip()


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any of the findings stops a result from being written."""
    return any(finding.severity == "error" for finding in findings)


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that looks most like `name`, ignoring case; "" when none does."""
    by_fold = {str(each).casefold(): str(each) for each in known}
    close = get_close_matches(str(name).casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[close[0]] if close else ""


def position_of(kind: str, asked: str, *spelled: Sequence[str]) -> int:
    """Where a school or line stands among the known ones, by any of their names, in any case. Raises UnknownName.

    >>> position_of("school", "elm street", ["104", "116"], ["Alder", "Elm Street"])
    1
    """
    for names in spelled:
        folded = [str(name).casefold() for name in names]
        if asked.casefold() in folded:
            return folded.index(asked.casefold())
    if not asked:
        raise UnknownName(f"Name a {kind}.")
    near = did_you_mean(asked, [name for names in spelled for name in names])
    raise UnknownName(f'There is no {kind} "{asked}". {near}'.strip())


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence 'Nearest: "AP_ratio".' for a message, or "" when no known name comes close."""
    found = nearest(name, known)
    return f'Nearest: "{found}".' if found else ""
