"""The real task pane with the server's real JavaScript, in Chromium on the stub of Office."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools.browser.reading import read_workbook
from tools.browser.writing import canonical, differences
from tools.excel.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from addin.conftest import Click
    from tools.browser.pane import Pane
    from tools.served import Served


@pytest.fixture
def pane(open_pane: Callable[..., Pane], planner: Path) -> Pane:
    opened = open_pane(planner)
    opened.wait()
    return opened


def test_both_kinds_of_excel_come_to_the_same_workbook(pane: Pane, allocated: Click) -> None:
    """The same actions, once through xlwings' and our JavaScript and once through the headless Excel's Python."""
    pane.click_ribbon("allocate")
    assert differences(canonical(pane.model()), canonical(read_workbook(allocated.path))) == []


@pytest.mark.parametrize(("name", "options"), [("check", ()), ("explain", ("116", "Teacher"))])
def test_other_buttons_too(pane: Pane, apportion: Served, planner: Path, tmp_path: Path, name: str, options: tuple[str, ...]) -> None:
    session = Session(apportion.address, planner)
    session.click(name, *options)
    pane.run_script(name, *options)
    assert differences(canonical(pane.model()), canonical(read_workbook(session.save(tmp_path / "other.xlsx")))) == []


def test_the_pane_says_where_the_plan_stands(pane: Pane) -> None:
    """On loading it reads the plan and changes nothing: Cedar Falls has one warning and one note."""
    shown = pane.shown()
    assert "Cedar Falls" in shown
    assert "1 warning" in shown
    assert [path for _, path, _ in pane.requests("custom-scripts-call")] == ["/xlwings/custom-scripts-call/look"]


def test_allocate_from_the_pane_lists_what_was_written(pane: Pane) -> None:
    pane.press("Allocate")
    assert "$207,033,509.02" in pane.shown()
    names = [sheet["name"] for sheet in pane.model()["sheets"]]
    assert names[1:9] == ["Summary", "Checks", "By school", "By heading", "By need", "By job type", "By fund", "Allocations"]
    assert pane.model()["active"] == "Summary"
    pane.press("By school")
    assert pane.model()["active"] == "By school"


def test_a_check_leads_to_its_cell(pane: Pane) -> None:
    """The overdrawn fund of the sample stands on Fund years, row 11."""
    pane.press("Check")
    pane.page.get_by_role("button", name="Title I").first.click()
    pane.wait()
    model = pane.model()
    assert model["active"] == "Fund years"
    assert next(sheet for sheet in model["sheets"] if sheet["name"] == "Fund years")["selection"] == "D11"


def test_the_keyboard_is_enough(pane: Pane) -> None:
    button = pane.page.get_by_role("button", name="Check", exact=True)
    button.focus()
    pane.page.keyboard.press("Enter")
    pane.wait()
    assert "1 warning" in pane.page.inner_text("#outcome")


def test_explain_takes_the_school_of_the_selected_row(pane: Pane) -> None:
    pane.select("Schools!C8")
    pane.click_ribbon("explain")
    sheet = next(sheet for sheet in pane.model()["sheets"] if sheet["name"] == "Explain")
    plan = next(sheet for sheet in pane.model()["sheets"] if sheet["name"] == "Schools")
    assert plan["cells"]["C8"]["v"] in sheet["cells"]["B2"]["v"]


def test_explain_without_a_school_says_what_to_do(pane: Pane) -> None:
    before = canonical(pane.model())
    pane.select("Start!A1")
    pane.click_ribbon("explain")
    assert "Select a cell in a row that has a school" in pane.shown()
    assert "Select a cell in a row that has a school" in pane.answer("OK")
    assert any("400" in text for text in pane.take_errors())
    assert canonical(pane.model())["sheets"] == before["sheets"]


@pytest.mark.parametrize("name", ["prove", "new"])
def test_a_workbook_of_its_own_is_opened_as_a_new_one(pane: Pane, name: str) -> None:
    before = canonical(pane.model())
    pane.click_ribbon(name)
    (content,) = pane.opened()
    assert content.startswith("UEsDB")  # a packed file, as base64
    assert canonical(pane.model()) == before


def test_a_plan_with_errors_is_not_allocated(open_pane: Callable[..., Pane], planner: Path) -> None:
    """A text where a number belongs, and a school named like a formula: both are said, nothing is written."""
    model = read_workbook(planner)
    schools = next(sheet for sheet in model["sheets"] if sheet["name"] == "Schools")
    enrollment = next(sheet for sheet in model["sheets"] if sheet["name"] == "Enrollment")
    schools["cells"]["C6"]["v"] = "=HYPERLINK(1)<img src=x onerror=alert(1)>"
    enrollment["cells"]["E6"]["v"] = "many"
    pane = open_pane(model)
    before = canonical(pane.model())
    pane.press("Allocate")
    assert "Nothing was written" in pane.shown()
    assert '"many"' in pane.shown()
    assert canonical(pane.model()) == before
    assert pane.page.locator("img").count() == 0


def test_a_workbook_without_a_plan(open_pane: Callable[..., Pane]) -> None:
    pane = open_pane()
    assert "This workbook has no plan" in pane.shown()
    assert not pane.page.locator("#apportion-pane").get_attribute("aria-busy")


def test_cell_functions_give_what_excel_shows(pane: Pane) -> None:
    """636 students at 300 per FTE, half up to a tenth, are 2.1 FTE (DCPS FY2016)."""
    assert pane.function("FTE", "Start!Z1", 636, 300, "half up", 0.1) == {"value": [[2.1]]}
    spilled = pane.function("ALLOCATE", "Start!Z2", *({"range": each} for each in ("Rules!B5:M6", "Schools!B5:H40")))
    assert spilled["error"] == "#VALUE!"
    pane.take_errors()


@pytest.mark.parametrize("width", [320, 400])
def test_it_can_be_read_in_a_narrow_pane(pane: Pane, width: int, tmp_path: Path) -> None:
    """Nothing is wider than the pane, in which Excel starts at 320 pixels."""
    pane.press("Check")
    pane.screenshot(tmp_path / "pane.png", width)
    assert pane.page.evaluate("document.documentElement.scrollWidth") <= width
