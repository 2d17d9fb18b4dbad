"""Cell functions over xlwings Server's protocol: what Excel sends, what it is shown, and no fault for any input."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

from apportion.registry import FUNCTIONS, NAMESPACE
from apportion_addin.server import app

CASES = Path(__file__).parents[1] / "cases" / "functions"
# Microsoft's CustomFunctions.ErrorCode and Excel.ErrorCellValueType, by the text that a cell shows.
ERROR_TYPES = {"#DIV/0!": "Div0", "#N/A": "NotAvailable", "#NUM!": "Num", "#REF!": "Ref", "#VALUE!": "Value"}
ERROR = {"type": "Error", "basicType": "Error"}


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(app(), raise_server_exceptions=False)


def loaded() -> list[dict[str, Any]]:
    """The cases that JSON can carry: no dates, which Excel sends as serial numbers, and no infinity."""
    cases = [each for path in sorted(CASES.glob("*.yaml")) for each in yaml.safe_load(path.read_text(encoding="utf-8"))]
    return [each for each in cases if not re.search(r"datetime|\binf\b|\bnan\b", repr(each["args"]))]


def sent(cell: Any) -> Any:
    """A cell as Excel sends it: an error as an object, everything else as it is."""
    return {**ERROR, "basicValue": cell, "errorType": ERROR_TYPES[cell]} if cell in ERROR_TYPES else cell


def shown(cell: Any) -> Any:
    """A cell as it is shown: an error as its text."""
    names = {kind: text for text, kind in ERROR_TYPES.items()}
    return names[cell["errorType"]] if isinstance(cell, dict) else cell


def argument(value: Any) -> Any:
    """An argument as Excel sends it: every range and cell as a matrix."""
    if value is None:
        return None
    rows = value if isinstance(value, list) else [[value]]
    return [[sent(cell) for cell in row] for row in rows]


def posted(client: TestClient, name: Any, arguments: Any, **fields: Any) -> tuple[int, Any]:
    body = {
        "client": "Office.js", "func_name": name, "args": arguments, "caller_address": "[Book1.xlsx]Sheet1!A1",
        "session_id": "s", "culture_info_name": "en-US", "date_format": "m/d/yyyy", "version": "0.37.8", "runtime": "1.4",
    }  # fmt: skip
    answer = client.post("/xlwings/custom-functions-call", json=body | fields)
    return answer.status_code, answer.json() if "json" in answer.headers["content-type"] else answer.text


@pytest.mark.parametrize("case", [pytest.param(each, id=f"{each['call']}: {each['fact']}") for each in loaded()])
def test_every_case_over_http(client: TestClient, case: dict[str, Any]) -> None:
    """What the functions give and say is what Excel is given and told."""
    status, answer = posted(client, case["call"], [argument(each) for each in case["args"]])
    if "says" in case:
        assert status == 400
        assert case["says"] in answer
        return
    assert status == 200
    rows = case["gives"] if isinstance(case["gives"], list) else [[case["gives"]]]
    for row, wanted in zip(answer["result"], rows, strict=True):
        for cell, value in zip(row, wanted, strict=True):
            assert shown(cell) == (value if isinstance(value, str) else pytest.approx(value, rel=1e-15, abs=0))


@pytest.mark.parametrize(
    ("name", "arguments", "says"),
    [
        ("FTEE", [[[1]], [[2]]], 'There is no function "FTEE". Nearest: "FTE".'),
        ("", [], "There is no function"),
        ("x" * 5000, [], "There is no function"),
        ("FTE", [[[1]], [[25]], None, None, None, None, [[1]]], "FTE takes at most 6 arguments, and 7 are given"),
        ("FTE", [[[1]]], "FTE needs ratio. Write FTE(students, ratio"),
        ("FTE", [], "FTE needs students and ratio"),
        ("FTE", [[[1], [2, 3]], [[25]]], "The rows of students have different lengths"),
        ("FTE", ["abc", [[25]]], 'Students has "abc", which is not a number'),
        ("FTE", [[], [[25]]], "Students is an empty range"),
        ("FTE", [[[]], [[25]]], "Students is an empty range"),
        ("FTE", [[[{"a": 1}]], [[25]]], "There is something that is no cell"),
        ("FTE", [[[1, [2]]], [[25]]], "There is something that is no cell"),
        ("FTE", [[[1]], [[25]], {**ERROR, "basicValue": "#N/A"}], "Rounding has #N/A"),
        ("FTE", [[[10**400]], [[25]]], "too large"),
        ("BAND", [[[5]], [[7]]], "must have three columns"),
    ],
)  # fmt: skip
def test_a_callers_mistake_is_a_sentence(client: TestClient, name: str, arguments: Any, says: str) -> None:
    status, text = posted(client, name, arguments)
    assert status == 400
    assert says in text


def test_a_drop_down_is_sent_without_a_matrix_in_any_case(client: TestClient) -> None:
    """Excel sends the argument of an enumeration as a bare text."""
    assert posted(client, "FTE", [[[636]], [[300]], "HALF UP", [[0.1]]]) == (200, {"result": [[2.1]]})


def test_a_date_arrives_as_its_serial_number(client: TestClient) -> None:
    """A cell formatted as a date is a number with a format of its own to Excel."""
    date = {"type": "FormattedNumber", "basicValue": 46392, "basicType": "Double", "numberFormat": "m/d/yyyy"}
    assert posted(client, "FTE", [[[date]], [[2]]]) == (200, {"result": [[23196.0]]})


def test_errors_are_texts_where_excel_is_older(client: TestClient) -> None:
    assert posted(client, "AROI", [[[1e308]], [[10]], [[1]]], runtime="1.1") == (200, {"result": [["#NUM!"]]})


def test_excel_is_told_the_names_and_arguments_of_the_registry(client: TestClient) -> None:
    meta = client.get("/xlwings/custom-functions-meta").json()
    told = {each["name"]: each for each in meta["functions"]}
    assert set(told) == set(FUNCTIONS)
    assert {each["id"] for each in meta["functions"]} == set(FUNCTIONS)
    assert re.fullmatch(r"[A-Z][A-Z0-9_.]*", NAMESPACE)
    enums = {each["id"]: tuple(value["name"] for value in each["values"]) for each in meta["enums"]}
    for name, entry in FUNCTIONS.items():
        assert told[name]["description"] == entry.help
        assert told[name]["result"] == {"dimensionality": "matrix", "type": "any"}
        for parameter, shown_parameter in zip(entry.parameters, told[name]["parameters"], strict=True):
            assert shown_parameter["name"] == parameter.name
            assert shown_parameter["description"] == parameter.help
            assert shown_parameter.get("optional", False) is not parameter.required
            chosen = enums.pop(shown_parameter.get("customEnumId"), ())
            assert chosen == parameter.choices
    assert enums == {}


def test_javascript_has_a_function_for_each_name(client: TestClient) -> None:
    code = client.get("/xlwings/custom-functions-code").text
    assert set(re.findall(r'CustomFunctions\.associate\("(\w+)"', code)) == set(FUNCTIONS)
