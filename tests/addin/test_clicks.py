"""Every button of the ribbon, pressed in the headless Excel on the sample district's planner.

What a button writes is held against what the command line writes from the same planner: two hosts of one command,
which meet only in the engine.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import openpyxl
import pytest

from addin.conftest import Click, run, unlike
from apportion.workbook.results import NAMES
from tools.excel.differences import sheets_untouched
from tools.excel.session import Session

if TYPE_CHECKING:
    from tools.served import Served

RESULTS = ("Summary", "Checks", "By school", "By heading", "By need", "By job type", "By fund", "Allocations")
assert RESULTS == NAMES  # the sample has them all, so every one is pressed here


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clicks")


@pytest.fixture(scope="module")
def written(planner: Path, folder: Path) -> Path:
    """The results as the command line writes them."""
    run("allocate", str(planner), "--out", str(folder / "results.xlsx"))
    return folder / "results.xlsx"


def test_the_ribbon_has_a_button_for_every_command(apportion: Served, planner: Path) -> None:
    """The buttons of the manifest, the scripts that are served and the commands of the registry are the same."""
    from apportion.registry import COMMANDS

    session = Session(apportion.address, planner)
    manifest = ElementTree.fromstring(run("manifest"))  # noqa: S314 - our own
    pressed = {each.text for each in manifest.iter() if each.tag.endswith("FunctionName")}
    assert pressed - {"apportion-help"} == {f"apportion-{name}" for name in COMMANDS}
    assert set(session.scripts) == {*COMMANDS, "look"}


def test_allocate_writes_what_the_command_line_writes(allocated: Click, written: Path) -> None:
    """Cell by cell: values, formulas, number formats, fonts, fills, borders, widths, tables, charts, conditional formats."""
    assert allocated.outcome.ok
    assert unlike(allocated.path, written, RESULTS) == []


def test_allocate_leaves_every_other_sheet_as_it_was(allocated: Click, planner: Path) -> None:
    sheets = openpyxl.load_workbook(planner, read_only=True).sheetnames
    assert sheets_untouched(planner, allocated.path, sheets) == []


def test_the_results_come_after_the_first_sheet(allocated: Click, planner: Path) -> None:
    first, *others = openpyxl.load_workbook(planner, read_only=True).sheetnames
    assert openpyxl.load_workbook(allocated.path, read_only=True).sheetnames == [first, *RESULTS, *others]


def test_the_task_pane_is_told_what_was_written(allocated: Click) -> None:
    """The sample district: 38 organizations, $207,033,509.02, one fund overdrawn and one adjustment expired."""
    shown = allocated.session.shown
    assert shown is not None
    assert shown["sheets"] == list(RESULTS)
    assert shown["summary"].startswith("38 organizations, 2,112.58 FTE, $207,033,509.02 (scenario Base, FY2027")
    assert shown["tally"] == {"error": 0, "warning": 1, "note": 1}
    assert shown["plan"]["scenarios"] == ["Base", "Tighter ratios", "Smaller first grade"]
    assert len(shown["plan"]["schools"]) == 38


def test_a_user_s_own_formulas_survive_another_allocation(apportion: Served, allocated: Click, folder: Path, written: Path) -> None:
    """Sheets are emptied and filled again, and their tables stay, so that what refers to them is not lost."""
    path = folder / "again.xlsx"
    shutil.copyfile(allocated.path, path)
    session = Session(apportion.address, path)
    session.enter("Start", "Z1", "=SUM(Allocations[Dollars])")
    session.type("Schools", "C6", "Renamed Elementary")
    assert session.click("allocate").ok
    session.save(path)
    assert session.formula("Start", "Z1") == "=SUM(Allocations[Dollars])"
    changed = unlike(path, written, RESULTS)
    assert changed
    assert all("Renamed Elementary" in each or "=" in each for each in changed if "widths" not in each), changed[:5]


@pytest.mark.parametrize("name", ["prove", "new"])
def test_a_workbook_of_its_own_is_the_file_of_the_command_line(apportion: Served, planner: Path, folder: Path, name: str) -> None:
    """Byte for byte; the open workbook is not touched."""
    session = Session(apportion.address, planner)
    outcome = session.click(name)
    arguments = {"prove": ("prove", str(planner), "--out"), "new": ("new",)}
    run(*arguments[name], str(folder / f"{name}.xlsx"))
    assert outcome.ok
    ((_, content),) = session.opened
    assert content == (folder / f"{name}.xlsx").read_bytes()
    sheets = openpyxl.load_workbook(planner, read_only=True).sheetnames
    after = session.save(folder / f"after {name}.xlsx")
    assert openpyxl.load_workbook(after, read_only=True).sheetnames == sheets
    assert sheets_untouched(planner, after, sheets) == []


@pytest.mark.parametrize(
    ("name", "options", "arguments", "sheet"),
    [
        ("check", (), (), "Checks"),
        ("explain", ("116",), ("116",), "Explain"),
        ("explain", ("116", "Teacher"), ("116", "Teacher"), "Explain"),
        ("explain", ("116", None, "Tighter ratios"), ("116", "--scenario", "Tighter ratios"), "Explain"),
    ],
)
def test_a_sheet_is_what_the_command_line_writes(
    apportion: Served, planner: Path, tmp_path: Path,
    name: str, options: tuple[str | None, ...], arguments: tuple[str, ...], sheet: str,
) -> None:  # fmt: skip
    session = Session(apportion.address, planner)
    assert session.click(name, *options).ok
    clicked = session.save(tmp_path / "clicked.xlsx")
    run(name, str(planner), *arguments, "--out", str(tmp_path / "written.xlsx"))
    assert unlike(clicked, tmp_path / "written.xlsx", (sheet,)) == []
    first, *others = openpyxl.load_workbook(planner, read_only=True).sheetnames
    assert openpyxl.load_workbook(clicked, read_only=True).sheetnames == [first, sheet, *others]
    assert sheets_untouched(planner, clicked, [first, *others]) == []


def test_look_changes_nothing(apportion: Served, planner: Path) -> None:
    session = Session(apportion.address, planner)
    outcome = session.click("look", "Tighter ratios")
    assert [each["args"][0] for each in outcome.actions] == ["apportionShow"]
    assert session.shown is not None
    assert session.shown["plan"]["scenario"] == "Tighter ratios"
