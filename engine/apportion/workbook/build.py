"""Builds the planner template: `python -m apportion.workbook.build [folder]`."""

from __future__ import annotations

import sys
from pathlib import Path

from apportion.workbook.planner import planner_workbook
from apportion.workbook.writer import write_workbook

PLANNER = "district_planner.xlsx"


def build(folder: Path) -> Path:
    """The path of the empty planner, written to `folder`."""
    path = folder / PLANNER
    write_workbook(planner_workbook(), path)
    return path


if __name__ == "__main__":
    from apportion.workbook.locations import template_folder

    written = build(Path(sys.argv[1]) if len(sys.argv) > 1 else template_folder())
    sys.stdout.write(f"Wrote {written}\n")
