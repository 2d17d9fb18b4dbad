"""Workbooks that are no plan, or not a good one: a clear message, and nothing is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from addin.conftest import run
from apportion.commands import new
from apportion_addin.renderer import OnlyInFiles, write_sheets
from tools.excel.differences import sheets_untouched
from tools.excel.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tools.served import Served

SMALL = {
    "Plan": "Setting,Value\nDistrict,Two Schools\n",
    "Schools": "Code,Name,Type,Level\n1,{name},school,Elementary\n2,River,school,High\n",
    "Enrollment": "Projection,School,Instructional model,Enrollment\nBase,1,In person,{count}\nBase,2,In person,900\n",
    "JobTypes": "Job type,Year,Average cost\nTeacher,2027,100000\n",
    "Rules": "Line,Allocation,Method,Rate,Job type\nTeacher,Teaching,ratio FTE,25,Teacher\n",
    "Projections": "Projection,Year\nBase,2027\n",
    "Scenarios": "Scenario,Year,Projection\nBase,2027,Base\n",
}


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., Path]:
    """A planner of two schools, made by the command line."""

    def make(name: str = "Hill", count: object = 500) -> Path:
        folder = tmp_path / "csv"
        folder.mkdir()
        for table, text in SMALL.items():
            (folder / f"{table}.csv").write_text(text.format(name=name, count=count), encoding="utf-8")
        run("from-csv", str(folder), str(tmp_path / "planner.xlsx"))
        return tmp_path / "planner.xlsx"

    return make


def unchanged(session: Session, before: Path, tmp_path: Path) -> bool:
    after = session.save(tmp_path / "after.xlsx")
    names = openpyxl.load_workbook(before, read_only=True).sheetnames
    same = openpyxl.load_workbook(after, read_only=True).sheetnames == names
    return same and sheets_untouched(before, after, names) == []


def test_two_schools(apportion: Served, small: Callable[..., Path]) -> None:
    """500 and 900 students at 25 per teacher of $100,000 are 20 and 36 FTE, $5.6 million."""
    session = Session(apportion.address, small())
    assert session.click("allocate").ok
    assert session.shown is not None
    assert session.shown["summary"].startswith("2 organizations, 56.00 FTE, $5,600,000.00")


def test_no_sheet_of_an_earlier_allocation_is_left_as_it_was(apportion: Served, small: Callable[..., Path]) -> None:
    """Without a counted need there is nothing by need; old numbers must not stand beside new ones."""
    planner = small()
    book = openpyxl.load_workbook(planner)
    old = book.create_sheet("By need")
    old["B2"], old["B5"] = "By need", 123456.0
    old.defined_names["_apportion"] = openpyxl.workbook.defined_name.DefinedName("_apportion", attr_text="'By need'!$A$1")
    book.save(planner)
    session = Session(apportion.address, planner)
    assert session.click("allocate").ok
    assert session.shown is not None
    assert "By need" not in session.shown["sheets"]
    assert session.value("By need", "B5") is None
    assert session.value("By need", "B3") == "The last allocation has nothing for this sheet."


@pytest.mark.parametrize("name", ["allocate", "explain", "prove"])
def test_a_plan_with_errors(apportion: Served, small: Callable[..., Path], tmp_path: Path, name: str) -> None:
    planner = small(count="many")
    session = Session(apportion.address, planner)
    outcome = session.click(name, *(["1"] if name == "explain" else []))
    assert outcome.ok
    assert session.shown is not None
    assert session.shown["ok"] is False
    (finding,) = [each for each in session.shown["findings"] if each["severity"] == "error"]
    assert finding["sheet"] == "Enrollment"
    assert '"many"' in finding["what"]
    assert finding["cell"]
    assert unchanged(session, planner, tmp_path)


def test_check_lists_the_errors_on_a_sheet(apportion: Served, small: Callable[..., Path]) -> None:
    session = Session(apportion.address, small(count="many"))
    assert session.click("check").ok
    assert session.shown is not None
    assert session.shown["sheets"] == ["Checks"]
    texts = [cell.value for row in session.workbook["Checks"].iter_rows() for cell in row if cell.value]
    assert any('"many"' in str(each) for each in texts)


@pytest.mark.parametrize("name", ["check", "allocate", "explain", "prove", "look"])
@pytest.mark.parametrize("content", [None, "a letter to parents"])
def test_a_workbook_that_is_no_plan(apportion: Served, tmp_path: Path, name: str, content: str | None) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = content
    book.save(tmp_path / "other.xlsx")
    session = Session(apportion.address, tmp_path / "other.xlsx")
    outcome = session.click(name)
    assert outcome.ok
    assert session.shown is not None
    assert session.shown["plan"] is None
    assert "has none of a plan's tables" in session.shown["findings"][0]["what"]
    if name != "check":  # which lists them on a sheet of its own
        assert session.workbook.sheetnames == ["Sheet"]
    assert session.workbook["Sheet"]["A1"].value == content


def test_a_sheet_in_the_way_is_not_written_over(apportion: Served, small: Callable[..., Path], tmp_path: Path) -> None:
    """Only what carries Apportion's mark is ever written over."""
    planner = small()
    book = openpyxl.load_workbook(planner)
    book.create_sheet("By school")["A1"] = "my own notes"
    book.save(planner)
    session = Session(apportion.address, planner)
    outcome = session.click("allocate")
    assert (outcome.status, "By school" in outcome.text, "Rename it" in outcome.text) == (400, True, True)
    assert unchanged(session, planner, tmp_path)


def test_a_name_in_the_way(apportion: Served, small: Callable[..., Path], tmp_path: Path) -> None:
    """A table's name must be the only one in the workbook, among tables and among defined names."""
    planner = small()
    book = openpyxl.load_workbook(planner)
    book.defined_names["BySchool"] = openpyxl.workbook.defined_name.DefinedName("BySchool", attr_text="Start!$A$1")
    book.save(planner)
    session = Session(apportion.address, planner)
    outcome = session.click("allocate")
    assert outcome.status == 400
    assert "The name BySchool is taken by a defined name" in outcome.text
    assert unchanged(session, planner, tmp_path)


@pytest.mark.parametrize("name", ['=HYPERLINK("http://evil.example","Hill")', "+1", "007", "1-2", "TRUE", "#N/A is a name"])
def test_a_school_s_name_stays_a_text(apportion: Served, small: Callable[..., Path], name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    session = Session(apportion.address, small(name=quoted))
    assert session.click("allocate").ok
    cell = session.workbook["By school"]["B6"]
    assert (session.value("By school", "B6"), session.formula("By school", "B6"), cell.data_type) == (name, None, "s")


def test_an_option_of_the_wrong_kind(apportion: Served, small: Callable[..., Path], tmp_path: Path) -> None:
    planner = small()
    session = Session(apportion.address, planner)
    for script, arguments, words in (
        ("new", ["yes"], "The option sample is 'yes', where bool was expected."),
        ("allocate", ["No such scenario"], "No such scenario"),
        ("explain", ["Nobody's school"], 'There is no school "Nobody\'s school"'),
        ("allocate", ["Base", "and more"], "extra argument"),
        ("no_such_command", [], "no command"),
    ):
        outcome = session.click(script, *arguments)
        assert (outcome.status, words in outcome.text) == (400, True), outcome.text
    assert unchanged(session, planner, tmp_path)


def test_a_sheet_that_only_a_file_can_have_is_not_drawn_without_its_parts() -> None:
    """What if spills and has drop-downs, Rules too; New opens them as a file."""
    made = new(sample=True).workbook
    assert made is not None
    for sheet in (each for each in made.sheets if each.name in ("What if", "Rules")):
        with pytest.raises(OnlyInFiles, match=f"The sheet {sheet.name} has drop-downs"):
            write_sheets(None, [sheet])
