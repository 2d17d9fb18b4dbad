"""The port between the verbs and whatever holds a plan: a workbook file, a folder of CSV files, or Excel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from apportion.errors import ApportionError, Finding

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from apportion.tables import Table


class CannotOpen(ApportionError, FileNotFoundError):
    """Raised when there is no file or folder at the path that was given."""


class Book(Protocol):
    """A plan as it was found.

    `tables` are the planner's tables by canonical name and the district's own by theirs, `findings` what was wrong
    when they were read, `other_sheets` the sheets that are not part of the plan.
    """

    @property
    def name(self) -> str:
        """What the plan is called, such as its file's name."""

    @property
    def tables(self) -> Mapping[str, Table]:
        """The tables by name."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was wrong when they were read."""

    @property
    def other_sheets(self) -> tuple[str, ...]:
        """The sheets that are not part of the plan."""


@dataclass(frozen=True)
class FileBook:
    """A plan read from a file or folder, or made in memory."""

    name: str
    tables: Mapping[str, Table]
    findings: tuple[Finding, ...] = ()
    other_sheets: tuple[str, ...] = field(default=())


def open_book(path: Path) -> FileBook:
    """The plan in a workbook (.xlsx, .xlsm) or in a folder of CSV files.

    What cannot be read is a finding of the book; CannotOpen is raised when nothing is there.
    """
    if not path.exists():
        message = f"There is no file or folder {path}."
        raise CannotOpen(message)
    if path.is_dir():
        from apportion.workbook.csvfolder import read_folder

        return read_folder(path)
    from apportion.workbook.reader import read_workbook

    return read_workbook(path)
