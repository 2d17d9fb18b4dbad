"""What a command found and made, for whichever host shows or writes it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from apportion.errors import Finding, has_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from apportion.allocation.result import AllocationResult
    from apportion.workbook.sheets import Sheet, WorkbookDescription
    from apportion.workbook.statement import Statement


@dataclass(frozen=True)
class Outcome:
    """What a command found and made; when errors stand `result` is None, and `workbook` too but for the checks.

    A `separate` workbook is one of its own; of any other the marked sheets belong into the plan's workbook.

    `plan_sheets` makes the plan's own sheets, which a file has after those that the command made; a host in which
    the plan is open never asks for them. There, of the sheets that an earlier run may have `left`, those that this one
    did not make are emptied.

    `said` is the result in a sentence, and `tables` are its rows by what they tell, where the command has them.
    """

    findings: tuple[Finding, ...] = ()
    workbook: WorkbookDescription | None = None
    result: AllocationResult | None = None
    statement: Statement | None = None
    separate: bool = False
    plan_sheets: Callable[[], tuple[Sheet, ...]] | None = None
    left: tuple[str, ...] = ()
    said: str = ""
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def file(self) -> WorkbookDescription | None:
        """The workbook as a file has it: what the command made, and the plan's own sheets after it."""
        if self.workbook is None or self.plan_sheets is None:
            return self.workbook
        return replace(self.workbook, sheets=(*self.workbook.sheets, *self.plan_sheets()))

    @property
    def failed(self) -> bool:
        """Whether an error stands among the findings."""
        return has_errors(self.findings)


def tally(findings: tuple[Finding, ...]) -> str:
    """How many errors, warnings and notes there are, in words.

    >>> tally((Finding("error", "x"), Finding("note", "y"), Finding("note", "z")))
    '1 error, 2 notes'
    """
    counts = {name: sum(each.severity == name for each in findings) for name in ("error", "warning", "note")}
    said = [f"{count} {name}{'s' if count != 1 else ''}" for name, count in counts.items() if count]
    return ", ".join(said) or "nothing to mend"
