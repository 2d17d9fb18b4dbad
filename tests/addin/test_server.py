"""The add-in over xlwings Server's own protocol, in-process."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from apportion_addin.server import app


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(app())


def call(client: TestClient, name: str, *arguments: Any) -> tuple[int, Any]:
    """Call a cell function as Excel does: every argument a list of rows."""
    matrices = [argument if isinstance(argument, list) else [[argument]] for argument in arguments]
    body = {
        "client": "Office.js", "func_name": name, "args": matrices, "caller_address": "[Book1.xlsx]Sheet1!A1",
        "session_id": "s", "culture_info_name": "en-US", "date_format": "m/d/yyyy", "version": "0.37.8", "runtime": "1.4",
    }  # fmt: skip
    answer = client.post("/xlwings/custom-functions-call", json=body)
    return answer.status_code, answer.json() if "json" in answer.headers["content-type"] else answer.text


def test_a_cell() -> None:
    """636 students at 300 per FTE, half up to a tenth, are 2.1 FTE (DCPS FY2016)."""
    assert call(TestClient(app()), "FTE", 636, 300, "half up", 0.1) == (200, {"result": [[2.1]]})


def test_arguments_left_out_in_the_middle(client: TestClient) -> None:
    assert call(client, "FTE", 100, 250, None, None, 0.5) == (200, {"result": [[0.5]]})


def test_a_range_spills(client: TestClient) -> None:
    assert call(client, "FTE", [[300], [None], [450]], 300, "none") == (200, {"result": [[1.0], [0.0], [1.5]]})


@pytest.mark.parametrize(
    ("students", "ratio", "rows"),
    [
        ([[300, 600]], 300, [[1.0, 2.0]]),
        ([[300], [600]], 300, [[1.0], [2.0]]),
        ([[300, 600], [900, None]], 300, [[1.0, 2.0], [3.0, 0.0]]),
        ([[300, 600]], [[300, 100]], [[1.0, 6.0]]),
        (300, [[300, 100]], [[1.0, 3.0]]),
    ],
)
def test_a_result_has_the_shape_of_its_range(client: TestClient, students: Any, ratio: Any, rows: Any) -> None:
    assert call(client, "FTE", students, ratio) == (200, {"result": rows})


def test_rounding_is_a_drop_down(client: TestClient) -> None:
    (choices,) = client.get("/xlwings/custom-functions-meta").json()["enums"]
    assert [each["name"] for each in choices["values"]] == ["none", "half up", "up", "down", "truncate"]


NOT_AVAILABLE = {"type": "Error", "errorType": "NotAvailable", "basicValue": "#N/A", "basicType": "Error"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([[NOT_AVAILABLE], [300]], 300), "Students has #N/A in row 1, column 1: mend that cell first"),
        ((NOT_AVAILABLE, 300), "Students has #N/A: mend"),
        ((300, NOT_AVAILABLE), "Ratio has #N/A: mend"),
        ((300, None), "ratio must be larger than 0"),
        ((300, 300, "up", "half"), 'Step has "half"'),
        ((300, 300, "up", [[1, 2]]), "step must be one cell"),
        ((300, 300, "up", 1, "one"), 'Minimum has "one"'),
        ((300, 300, "up", 1, 5, 2), "minimum, 5, is larger than the maximum, 2"),
        ((636, 0), "ratio must be larger than 0"),
        (("many", 300), '"many", which is not a number'),
        ((636, 300, "sideways"), '"sideways" is none of'),
        ((636, 300, "up", -1), "step must be larger than 0"),
        (([[1, 2], [3, 4]], [[1], [2], [3]]), "same shape"),
    ],
)
def test_bad_input_is_said_in_words_and_not_retried(client: TestClient, arguments: tuple[Any, ...], words: str) -> None:
    """Status 400 carries the text to the person; 500 would make Excel call three times again."""
    status, text = call(client, "FTE", *arguments)
    assert status == 400
    assert words in str(text)


def test_infinity_never_reaches_excel(client: TestClient) -> None:
    """1e308 / 1e-308 is infinite: Excel is given its own error value, since JSON has no infinity."""
    assert call(client, "FTE", 1e308, 1e-308) == (200, {"result": [[{"type": "Error", "errorType": "Num"}]]})


def test_metadata_has_help_for_every_argument(client: TestClient) -> None:
    functions = client.get("/xlwings/custom-functions-meta").json()["functions"]
    (fte,) = [each for each in functions if each["name"].endswith("FTE")]
    assert fte["description"].startswith("FTE earned by students at a ratio")
    assert [each["name"] for each in fte["parameters"]] == [
        "students",
        "ratio",
        "rounding",
        "step",
        "minimum",
        "maximum",
    ]
    assert all(each["description"] for each in fte["parameters"])
    assert [each.get("optional", False) for each in fte["parameters"]] == [False, False, True, True, True, True]
