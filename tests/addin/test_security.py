"""What the server refuses, in which words, and that Excel will not try it again."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from apportion_addin.context import RUN
from apportion_addin.security import LARGEST_BODY, OFFICE_ON_THE_WEB, Guard
from apportion_addin.server import app, application, guarded
from apportion_addin.site import Site
from tools.served import FUNCTION_CALL, JSON, Served, call, served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Receive, Scope, Send

TOKEN = "a-token-of-this-test-0123456789"  # noqa: S105
GIVEN = JSON | {"Authorization": TOKEN}
FTE = call("FTE", 636, 300, "half up", 0.1)
SCRIPT_CALL = "/xlwings/custom-scripts-call"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("server"), "--no-tls", token=TOKEN) as running:
        yield running


# --- who is asked for ---


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example:80", "127.0.0.1.evil.example", "", "a b", "evil.example:8765"]
)
def test_a_foreign_host_is_refused(server: Served, host: str) -> None:
    """A page whose name was made to lead to 127.0.0.1 still says its own name."""
    answer = server.ask("GET", "/", headers={"Host": host})
    assert answer.status == 400
    assert server.address in answer.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:8765", "localhost."])
def test_every_name_of_this_computer_is_known(server: Served, host: str) -> None:
    assert server.ask("GET", "/", headers={"Host": host}).status == 200


def test_two_hosts_are_none(server: Served) -> None:
    assert server.ask("GET", "/", headers=[("Host", server.host), ("Host", "evil.example")]).status == 400


# --- from which page ---


def foreign_origins(server: Served) -> list[str]:
    port = server.address.rpartition(":")[2]
    return [
        "null", "https://evil.example", f"http://evil.example:{port}", f"https://localhost:{port}", "http://localhost",
        f"http://localhost:{port}.evil.example", "", f"http://localhost:{port}/",
    ]  # fmt: skip


def test_a_foreign_origin_may_not_send(server: Served) -> None:
    for origin in foreign_origins(server):
        answer = server.ask("POST", FUNCTION_CALL, FTE, GIVEN | {"Origin": origin})
        assert (origin, answer.status) == (origin, 403)
        assert "Only Apportion's own pages" in answer.text


def test_our_own_pages_may_send(server: Served) -> None:
    for origin in (server.address, server.address.replace("localhost", "127.0.0.1")):
        assert server.ask("POST", FUNCTION_CALL, FTE, GIVEN | {"Origin": origin}).status == 200


def test_nobody_is_invited_across_origins(server: Served) -> None:
    """No CORS header anywhere, also not in the answer to a browser that asks beforehand."""
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for method, path in [("OPTIONS", FUNCTION_CALL), ("GET", "/taskpane.html"), ("GET", "/xlwings/custom-functions-meta.json")]:
        headers = server.ask(method, path, headers=asked).headers
        assert [name for name in headers if name.lower().startswith("access-control")] == []


def test_only_excel_on_the_web_reads_the_list_of_functions_from_a_page_of_its_own(server: Served) -> None:
    """Its page loads that one public file itself (OfficeDev/office-js-docs-pr, issue 1920)."""
    excel = {"Origin": "https://inc-excel.officeapps.live.com"}
    answer = server.ask("GET", "/xlwings/custom-functions-meta.json", headers=excel)
    assert answer.headers["Access-Control-Allow-Origin"] == excel["Origin"]
    assert answer.headers["Vary"] == "Origin"
    for origin in ("https://evilofficeapps.live.com.example", "http://excel.officeapps.live.com", "https://notlive.com"):
        headers = server.ask("GET", "/xlwings/custom-functions-meta.json", headers={"Origin": origin}).headers
        assert "Access-Control-Allow-Origin" not in headers
    assert "Access-Control-Allow-Origin" not in server.ask("GET", "/taskpane.html", headers=excel).headers


# --- with the token ---


@pytest.mark.parametrize("given", [None, "", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), f"Bearer {TOKEN}", "\xe9" * 20])
def test_a_wrong_token_is_refused(server: Served, given: str | None) -> None:
    headers = JSON | ({} if given is None else {"Authorization": given})
    answer = server.ask("POST", FUNCTION_CALL, FTE, headers)
    assert answer.status == 401
    assert "asks for a token" in answer.text


def test_the_right_token_is_taken_again_and_again(server: Served) -> None:
    """A wrong one between two right ones is not let in by anything that was remembered."""
    for token, status in [(TOKEN, 200), ("x" * 20, 401), (TOKEN, 200)]:
        assert server.ask("POST", FUNCTION_CALL, FTE, JSON | {"Authorization": token}).status == status


def test_a_refusal_reaches_who_is_still_sending(server: Served) -> None:
    """A whole workbook was sent with a wrong token: the pane must read 401, not a closed connection."""
    assert server.ask("POST", f"{SCRIPT_CALL}/check", b"x" * 8_000_000, JSON).status == 401


@pytest.mark.parametrize(
    "path",
    [
        "/", "/taskpane.html", "/help.html", "/favicon.ico", "/static/js/utils.js",
        "/xlwings/custom-functions-meta.json", "/xlwings/custom-functions-code.js", "/xlwings/custom-scripts-meta.json",
    ],
)  # fmt: skip
def test_pages_and_lists_need_no_token(server: Served, path: str) -> None:
    assert server.ask("GET", path).status == 200


@pytest.mark.parametrize("path", ["/apportion/progress/x", "/anything", "/static", "/xlwings/custom-functions-call"])
def test_everything_else_does(server: Served, path: str) -> None:
    assert server.ask("GET", path).status == 401


# --- files ---


@pytest.mark.parametrize(
    "path",
    [
        "/static/../auth/custom/__init__.py", "/static/images/../../custom_functions/__init__.py",
        "/static/../../../../../../../../../../../../etc/passwd", "/static/%2e%2e/auth/custom/__init__.py",
        "/static/..%2fauth/custom/__init__.py", "/static/..%5Cauth", "/static/C:/Windows/win.ini", "/static/%00",
        "/static/js/a%0Ab",
    ],
)  # fmt: skip
def test_no_file_outside_of_the_static_folder_is_served(server: Served, path: str) -> None:
    """The library itself would: it looks for the file before it looks whether it is inside."""
    answer = server.ask("GET", path, headers={"Authorization": TOKEN})
    assert (answer.status, answer.text) == (404, "There is nothing at this address.")


def test_the_library_still_needs_that_guard() -> None:
    """When this fails, xlwings Server has mended it, and the words about it in security.py can go."""
    messages: list[Any] = []

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    async def send(message: Any) -> None:
        messages.append(message)

    scope = {
        "type": "http", "method": "GET", "path": "/static/../auth/custom/__init__.py", "raw_path": b"", "headers": [],
        "query_string": b"", "root_path": "", "scheme": "http", "http_version": "1.1", "server": ("x", 80), "client": ("x", 1),
    }  # fmt: skip
    asyncio.run(app()(scope, receive, send))
    assert messages[0]["status"] == 200


# --- how much ---


def test_a_body_that_says_it_is_too_large(server: Served) -> None:
    answer = server.ask("POST", FUNCTION_CALL, b" " * (LARGEST_BODY + 1), GIVEN)
    assert answer.status == 413
    assert answer.text.startswith("This is more than 64 MB")


def test_a_body_that_does_not_say_that_it_is_too_large(server: Served) -> None:
    answer = server.ask("POST", FUNCTION_CALL, (b" " * 2**20 for _ in range(65)), GIVEN | {"Transfer-Encoding": "chunked"})
    assert answer.status == 413


def test_a_body_in_pieces_is_read(server: Served) -> None:
    pieces = (FTE[start : start + 7] for start in range(0, len(FTE), 7))
    answer = server.ask("POST", FUNCTION_CALL, pieces, GIVEN | {"Transfer-Encoding": "chunked"})
    assert (answer.status, answer.text) == (200, '{"result":[[2.1]]}')


# --- what ---

NESTED = b'{"args":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b"[]", "is a JSON object"),
        (b"null", "is a JSON object"),
        (b'"FTE"', "is a JSON object"),
        (b"\xff\xfe{}", "not written in UTF-8"),
        ('{"a": "é"}'.encode("latin-1"), "not written in UTF-8"),
        (b'{"client": NaN}', "NaN is no number"),
        (b'{"client": ' + b"1" * 10_000 + b"}", "is not JSON"),
        (NESTED, "lists within lists"),
        (b'{"args": ' + b"[" * 300 + b"]" * 300 + b"}", "lists within lists"),
        (b'{"args": ' + b'{"a":' * 40 + b"1" + b"}" * 40 + b"}", "lists within lists"),
        (call("FTE", 1, 2, func_name=None), 'has no "func_name"'),
        (call("FTE", 1, 2, func_name=5), '"func_name" of the call must be a text'),
        (call("FTE", 1, 2, args=None), 'has no "args"'),
        (call("FTE", 1, 2, args={}), '"args" of the call must be a list'),
        (call("FTE", 1, 2, args=[[1]]), "Argument 1 must be a range"),
        (call("FTE", 1, 2, args=[[[1]], []]), "Argument 2 must be a range"),
        (call("FTE", [[1, 2], [3]], 2), "Argument 1 must be a range: its rows have different lengths"),
        (call("FTE", 1, 2, version=None), 'has no "version"'),
        (call("FTE", 1, 2, client=None), 'has no "client"'),
        (call("FTE", 1, 2, runtime=None), 'has no "runtime"'),
        (call("FTE", 1, 2, caller_address=5), '"caller_address" of the call must be a text or null'),
        (call("FTE", 1, 2, caller_address="nowhere"), "caller address"),
        (call("FTEE", 1, 2), "FTEE"),
        (call("__doc__", 1, 2), 'Apportion has no function "__doc__"'),
        (call("cell_function", 1, 2), "cell_function"),
        (call("x" * 5000, 1, 2), "xxxx"),
        (call("FTE", "\ud800", 2), "not written in UTF-8"),
        (call("\udfff", 1, 2), "not written in UTF-8"),
        (call("FTE", "many", 2), '"many"'),
        (call("FTE", 1, 2, client="VBA", version="0.1"), "version"),
    ],
    ids=range(32),
)  # fmt: skip
def test_what_is_no_call_of_a_function_is_said_in_a_sentence(server: Served, body: bytes, words: str) -> None:
    answer = server.ask("POST", FUNCTION_CALL, body, GIVEN)
    assert answer.status == 400
    assert words in answer.text
    assert len(answer.text) < 400
    assert "Traceback" not in answer.text


BOOK: dict[str, Any] = {
    "client": "Office.js", "version": "0.37.8", "names": [], "args": [],
    "book": {"name": "Book1.xlsx", "active_sheet_index": 0, "selection": "A1"},
    "sheets": [{"name": "Sheet1", "values": [[]], "tables": [], "pictures": []}],
}  # fmt: skip


def test_an_unknown_command_is_said_to_be_one(server: Served) -> None:
    for name in ("alocate", "__doc__", "XlwingsError", "%ED%A0%80", "x" * 1000):
        answer = server.ask("POST", f"{SCRIPT_CALL}/{name}", json.dumps(BOOK).encode(), GIVEN)
        assert (name, answer.status) == (name, 400)
        assert "Apportion has no command" in answer.text
    assert server.ask("POST", f"{SCRIPT_CALL}/a%2Fb", json.dumps(BOOK).encode(), GIVEN).status == 404


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_form_is_no_call(server: Served, kind: str) -> None:
    """What a foreign page could send without being asked first is not even read."""
    for path in (FUNCTION_CALL, f"{SCRIPT_CALL}/check"):
        answer = server.ask("POST", path, b"bookData=x", {"Authorization": TOKEN, "Content-Type": kind})
        assert (answer.status, answer.text) == (400, "A call is sent as application/json.")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"book": None}, '"book" of the call must be an object'),
        ({"book": {"name": "b"}}, "which of its sheets is open"),
        ({"book": {"name": "b", "active_sheet_index": 1}}, "which of its sheets is open"),
        ({"book": {"name": "b", "active_sheet_index": True}}, "which of its sheets is open"),
        ({"sheets": []}, "has no sheets"),
        ({"sheets": ["Sheet1"]}, "has no sheets"),
        ({"sheets": [{"name": "S"}]}, 'sheet has no "values"'),
        ({"sheets": [{"name": "S", "values": [1]}]}, 'values of sheet "S" must be a list of rows'),
        ({"sheets": [{"name": "S", "values": [[]], "tables": [1]}]}, 'tables of sheet "S"'),
        ({"names": [1]}, "names of the workbook"),
        ({"args": {}}, '"args" of the call must be a list or null'),
    ],
)
def test_what_is_no_workbook_is_said_in_a_sentence(change: dict[str, Any], words: str) -> None:
    client = TestClient(own_application(), base_url="http://localhost:8765")
    answer = client.post(f"{SCRIPT_CALL}/wait", content=json.dumps(BOOK | change), headers=JSON)
    assert (answer.status_code, words in answer.text) == (400, True), answer.text


# --- faults, headers and what a handler sees ---


def own_application(script: Any = None) -> Any:
    """The whole application around scripts of a test's own, without a token."""
    app()
    from xlwings import Book
    from xlwings.server import script as as_script  # only now: its licence is set by then
    from xlwings_server.models import CurrentUser
    from xlwings_server.routers.xlwings import custom_functions

    from apportion_addin.calls import Calls

    scripts = ModuleType("custom_scripts")

    async def wait(book: Book) -> Book:
        if script is not None:
            await asyncio.to_thread(script)
        return book

    wait.__annotations__ = {"book": Book, "return": Book}
    scripts.wait = as_script(wait)  # type: ignore[attr-defined]
    user = SimpleNamespace(name="a", id="a", roles=[], has_required_roles=_yes)
    calls = Calls(custom_functions, scripts, user, CurrentUser)
    return guarded(Site(tls=False), calls.routes, {})


async def _yes(_roles: Any) -> bool:
    return True


def test_a_fault_is_one_sentence_and_its_trace_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise KeyError("of ours")

    client = TestClient(own_application(fail), base_url="http://localhost:8765")
    with caplog.at_level(logging.ERROR):
        answer = client.post(f"{SCRIPT_CALL}/wait", json=BOOK)
    assert answer.status_code == 500
    assert answer.text.startswith("Apportion could not finish this because of a fault of its own.")
    (record,) = caplog.records
    assert record.exc_info is not None
    assert "of ours" in str(record.exc_info[1])


def test_a_slow_command_and_a_large_range_keep_nobody_waiting() -> None:
    """While eight calls are being answered, one of them a command that waits, a cell is answered."""
    gate = threading.Event()
    client = TestClient(own_application(gate.wait), base_url="http://localhost:8765")
    with client:
        slow = [threading.Thread(target=client.post, args=(f"{SCRIPT_CALL}/wait",), kwargs={"json": BOOK}) for _ in range(3)]
        for thread in slow:
            thread.start()
        time.sleep(0.1)
        large = client.post(FUNCTION_CALL, content=call("FTE", [[float(row)] * 10 for row in range(5000)], 100), headers=JSON)
        small = client.post(FUNCTION_CALL, content=FTE, headers=JSON)
        assert all(thread.is_alive() for thread in slow)
        gate.set()
        for thread in slow:
            thread.join()
    assert small.json() == {"result": [[2.1]]}
    assert large.json()["result"][4999] == [49.99] * 10


def test_what_a_proxy_is_said_to_have_seen_is_not_believed() -> None:
    seen: list[Any] = []

    async def look(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        seen.append(({*request.headers} & {"x-forwarded-for", "x-forwarded-host", "forwarded"}, RUN.get()))
        await PlainTextResponse("")(scope, receive, send)

    client = TestClient(Guard(look, Site(tls=False), {}), base_url="http://localhost:8765")
    client.get("/", headers={"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Host": "x", "Forwarded": "for=x", "X-Apportion-Run": "a-1_b"})
    client.get("/", headers={"X-Apportion-Run": "../x"})
    assert seen == [(set(), "a-1_b"), (set(), "")]


def test_two_sites_in_one_process_ask_for_tokens_of_their_own() -> None:
    open_one = TestClient(application(Site(tls=False)), base_url="http://localhost:8765")
    closed = TestClient(application(Site(tls=False, token=TOKEN)), base_url="http://localhost:8765")
    for client, token, status in [(open_one, "", 200), (closed, "", 401), (closed, TOKEN, 200), (open_one, "", 200)]:
        assert client.post(FUNCTION_CALL, content=FTE, headers=JSON | {"Authorization": token}).status_code == status


def test_every_answer_carries_the_security_headers(server: Served) -> None:
    for path in ("/", "/taskpane.html", "/static/js/utils.js", "/nothing", "/help.html"):
        headers = server.ask("GET", path, headers={"Authorization": TOKEN}).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert all(f"https://*.{domain}" in policy.partition("frame-ancestors")[2] for domain in OFFICE_ON_THE_WEB)
        assert "unsafe-eval" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store, max-age=0"
        assert headers["X-Frame-Options"] is None  # Office on the web shows the pane in a frame
        assert headers["Server"] is None


def test_excel_may_keep_an_icon(server: Served) -> None:
    """Otherwise Excel on Windows shows none."""
    assert server.ask("GET", "/static/images/icons/apportion-32.png").headers["Cache-Control"] is None


def test_only_a_server_for_others_insists_on_encryption() -> None:
    """For localhost it would hold for every other program on this computer too."""

    async def empty(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("")(scope, receive, send)

    header = {"Strict-Transport-Security": "max-age=1"}
    inside = TestClient(Guard(empty, Site(), header), base_url="https://localhost:8765").get("/")
    outside = TestClient(Guard(empty, Site("budget.example.org", token=TOKEN), header), base_url="https://budget.example.org:8765").get("/")
    assert "strict-transport-security" not in inside.headers
    assert outside.headers["strict-transport-security"] == "max-age=1"
