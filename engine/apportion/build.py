"""Builds the planner template: `python -m apportion.build [folder]`."""

from __future__ import annotations

import sys
from pathlib import Path

from apportion.commands import new
from apportion.workbook.writer import write_workbook

PLANNER = "district_planner.xlsx"


def build(folder: Path) -> Path:
    """The path of the empty planner, written to `folder`."""
    path = folder / PLANNER
    planner = new().workbook
    assert planner is not None  # noqa: S101 - an empty planner has no findings
    write_workbook(planner, path)
    return path


if __name__ == "__main__":
    from apportion.workbook.locations import template_folder

    written = build(Path(sys.argv[1]) if len(sys.argv) > 1 else template_folder())
    sys.stdout.write(f"Wrote {written}\n")
