"""The planner's sheet What if in the headless Excel: its cells call the real server, as Excel would."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools.excel.session import Session

if TYPE_CHECKING:
    from pathlib import Path

    from tools.served import Served

SHEET = "What if"


@pytest.fixture
def session(apportion: Served, planner: Path) -> Session:
    return Session(apportion.address, planner)


def test_what_is_stored_is_what_the_server_answers(session: Session) -> None:
    """Every cell, with all schools that ALLOCATE spills; so the sheet is right before the add-in is loaded."""
    assert session.calculate() == {}
    assert session.functions.requests > 12
    assert session.functions.errors == {}


def test_a_typed_number_changes_its_answer(session: Session) -> None:
    """636 students at 300 per FTE, half up to a tenth, are 2.1 FTE (DCPS FY2016)."""
    for address, value in (("C14", 636), ("D14", 300), ("E14", "half up"), ("F14", 0.1), ("G14", ""), ("H14", "")):
        session.type(SHEET, address, value)
    changed = session.calculate()
    assert session.value(SHEET, "I14") == 2.1
    assert f"{SHEET}!I14" in changed


def test_another_rate_reaches_every_school_that_is_spilled(session: Session) -> None:
    """The rules, schools and counts are the planner's own tables, where an analyst changes them."""
    schools = session.value(SHEET, "M11"), session.value(SHEET, "M12")
    session.type("Rates", "F6", 1)
    changed = session.calculate()
    assert (session.value(SHEET, "M11"), session.value(SHEET, "M12")) == schools
    assert changed


def test_a_wrong_input_is_an_error_with_a_sentence(session: Session) -> None:
    session.type(SHEET, "D14", 0)
    session.calculate()
    assert session.value(SHEET, "I14") == "#VALUE!"
    assert session.functions.errors == {f"{SHEET}!I14": "The ratio must be larger than 0; it is 0."}
