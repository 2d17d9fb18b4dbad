"""Cell functions through the server's real JavaScript, as Excel calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tools.browser.pane import Pane

CALLS = "/xlwings/custom-functions-call"


def test_a_cell(open_pane: Callable[..., Pane]) -> None:
    """636 students at 300 per FTE, half up to a tenth, are 2.1 FTE (DCPS FY2016); with and without the namespace."""
    pane = open_pane()
    assert pane.function("APPORTION.FTE", "Sheet1!A1", 636, 300, "half up", 0.1) == {"value": [[2.1]]}
    assert pane.function("FTE", "Sheet1!A1", 636, 300, "half up", 0.1) == {"value": [[2.1]]}


def test_a_range_of_the_workbook_spills(open_pane: Callable[..., Pane]) -> None:
    cells = {"A1": {"v": 300}, "A3": {"v": 450}}
    pane = open_pane({"active": "Counts", "sheets": [{"name": "Counts", "cells": cells}]})
    result = pane.function("FTE", "Counts!C1", {"range": "Counts!A1:A3"}, 300, "none")
    assert result == {"value": [[1], [0], [1.5]]}
    assert pane.page.evaluate("value => __office.spill('Counts!C1', value, '=APPORTION.FTE(A1:A3,300)')", result["value"])
    assert {address: cell["v"] for address, cell in pane.model()["sheets"][0]["cells"].items() if address[0] == "C"} == {"C1": 1, "C2": 0, "C3": 1.5}


def test_a_result_does_not_spill_over_what_is_there(open_pane: Callable[..., Pane]) -> None:
    pane = open_pane({"active": "S", "sheets": [{"name": "S", "cells": {"A2": {"v": "kept"}}}]})
    assert not pane.page.evaluate("__office.spill('S!A1', [[1], [2]])")
    assert {address: cell["v"] for address, cell in pane.model()["sheets"][0]["cells"].items()} == {"A1": "#SPILL!", "A2": "kept"}


def test_what_is_wrong_is_said_once_and_not_tried_again(open_pane: Callable[..., Pane]) -> None:
    """Status 400: its text is shown at the cell, and there is one request."""
    pane = open_pane()
    answer = pane.function("FTE", "Sheet1!A1", 636, 0)
    assert answer == {"error": "#VALUE!", "message": "The ratio must be larger than 0; it is 0."}
    assert pane.requests(CALLS) == [("POST", CALLS, 400)]
    assert [text for text in pane.take_errors() if "ratio" in text] == ["Attempt 1: The ratio must be larger than 0; it is 0."]


def test_a_function_that_is_not_there(open_pane: Callable[..., Pane]) -> None:
    answer = open_pane().function("APPORTION.NOTHING", "Sheet1!A1", 1)
    assert answer["error"] == "#NAME?"


def test_what_is_known_is_not_asked_again(open_pane: Callable[..., Pane]) -> None:
    """A cell's address and workbook travel with the call."""
    pane = open_pane({"name": "plan.xlsx", "active": "S", "sheets": [{"name": "S"}]})
    bodies: list[str] = []
    pane.page.on("request", lambda request: bodies.append(request.post_data or "") if CALLS in request.url else None)
    pane.function("FTE", "S!B7", 300, 300)
    assert ['"caller_address":"[plan.xlsx]S!B7"' in body for body in bodies] == [True]
