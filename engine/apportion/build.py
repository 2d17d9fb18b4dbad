"""Builds the templates, the empty planner and the empty review of programs: `python -m apportion.build [folder]`."""

from __future__ import annotations

import sys
from pathlib import Path

from apportion.commands import new
from apportion.workbook.writer import write_workbook

PLANNER, REVIEW = "district_planner.xlsx", "program_review.xlsx"


def build(folder: Path) -> tuple[Path, ...]:
    """The paths of the empty planner and the empty review of programs, written to `folder`."""
    paths = []
    for name, programs in ((PLANNER, False), (REVIEW, True)):
        workbook = new(programs=programs).workbook
        assert workbook is not None  # noqa: S101 - an empty workbook has no findings
        write_workbook(workbook, folder / name)
        paths.append(folder / name)
    return tuple(paths)


if __name__ == "__main__":
    from apportion.workbook.locations import template_folder

    for written in build(Path(sys.argv[1]) if len(sys.argv) > 1 else template_folder()):
        sys.stdout.write(f"Wrote {written}\n")
