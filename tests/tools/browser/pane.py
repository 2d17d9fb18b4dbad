"""The task pane in headless Chromium, with an Excel that lives in its page."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Request, Response, Route, sync_playwright

from tools.browser.reading import Model, read_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

STUB = Path(__file__).parents[2] / "addin" / "browser" / "office_stub"
STUB_FILES = ("addresses", "entries", "formulas", "proxies", "workbook", "ranges", "tables", "sheets", "charts", "office")
# Debian's headless shell is the lightest; a full browser does as well.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# No sandbox, since tests run as root in CI; nothing that a browser does by itself; and no name but loopback resolves.
FLAGS = (
    "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
    "--disable-default-apps", "--disable-extensions", "--disable-domain-reliability", "--disable-client-side-phishing-detection",
    "--disable-dev-shm-usage", "--disable-gpu", "--metrics-recording-only", "--no-default-browser-check", "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost, EXCLUDE 127.0.0.1",
)  # fmt: skip
PATIENCE = 60  # seconds for a button's whole work
WIDTH = 320  # pixels: the narrowest pane that Office shows


def program() -> str:
    """Chromium's path: from $CHROMIUM, or the first of Debian's that is installed."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        message = "No Chromium is installed. On Debian: apt-get install chromium-headless-shell fonts-liberation"
        raise FileNotFoundError(message)
    return found


def stub_script() -> str:
    """What the page gets in place of office.js."""
    return "\n".join((STUB / f"{name}.js").read_text(encoding="utf-8") for name in STUB_FILES)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium that reaches loopback alone."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program(), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


class Pane:
    """The task pane over a workbook.

    `outside` lists every request that wanted to leave loopback, `errors` what the page complained of, `answers` the
    requests that were answered, as (method, path, status).
    """

    def __init__(self, browser: Browser, address: str, workbook: Path | Model | None = None, **options: Any) -> None:
        """Open /taskpane.html over the workbook (a file, a model, or an empty one); `options` are the stub's."""
        self.address = address
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.answers: list[tuple[str, str, int]] = []
        self._waiting: set[Request] = set()
        self._context = browser.new_context(viewport={"width": WIDTH, "height": 640})
        self._context.set_default_timeout(PATIENCE * 1000)
        self._context.route("**/*", self._route)
        model = read_workbook(workbook) if isinstance(workbook, Path) else workbook
        self.page = self._open("/taskpane.html", model, options)
        self.page.wait_for_function("window.xlwings !== undefined && document.readyState === 'complete'")
        self.page.evaluate("Office.onReady().then(() => null)")
        self.wait()

    def _open(self, path: str, model: Model | None, options: dict[str, Any]) -> Page:
        page = self._context.new_page()
        begin = f"window.__officeOptions = {json.dumps(options)};"
        if model is not None:
            begin += f"window.__excel = {json.dumps(model)};"
        page.add_init_script(begin)
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(f"uncaught: {error}"))
        page.on("request", self._asked)
        page.on("requestfailed", self._done)
        page.on("requestfinished", self._done)
        page.on("response", self._answered)
        page.goto(self.address + path)
        return page

    def _route(self, route: Route) -> None:
        parts = urlsplit(route.request.url)
        if f"{parts.scheme}://{parts.netloc}" != self.address and parts.scheme not in {"data", "blob"}:
            self.outside.append(route.request.url)
            route.abort()
        elif parts.path.endswith("/office.js"):
            route.fulfill(content_type="text/javascript", body=stub_script())
        else:
            route.continue_()

    def _asked(self, request: Request) -> None:
        self._waiting.add(request)

    def _done(self, request: Request) -> None:
        self._waiting.discard(request)

    def _answered(self, response: Response) -> None:
        self.answers.append((response.request.method, urlsplit(response.url).path, response.status))

    def close(self) -> None:
        """Close the page and what belongs to it."""
        self._context.close()

    # --- what a person does

    def click_ribbon(self, name: str) -> None:
        """Click a ribbon button, by the name of its action or what follows the last colon of it, and wait."""
        self.page.evaluate("name => __office.ribbon(name)", name)
        self.wait()

    def press(self, label: str) -> None:
        """Press the pane's button with this label, and wait until its work is done."""
        self.page.get_by_role("button", name=label, exact=True).click()
        self.wait()

    def select(self, address: str) -> None:
        """Select cells, such as "Schools!B6"."""
        self.page.evaluate("address => __office.select(address)", address)
        self.wait()

    def answer(self, button: str) -> str:
        """The text of the open dialog, whose page is opened and whose button is clicked."""
        (url,) = [each["url"] for each in self.dialogs() if each["open"]]
        page = self._open(url.removeprefix(self.address), None, {"dialog": True})
        text = page.inner_text("body")
        page.get_by_role("button", name=button, exact=True).click()
        page.wait_for_function("__office.state.messages.length > 0")
        (message,) = page.evaluate("__office.state.messages")
        page.close()
        self.page.evaluate("message => __office.answer(message)", message)
        self.wait()
        return text

    # --- what Excel does

    def function(self, name: str, cell: str, *arguments: Any) -> Model:
        """{"value": rows} or {"error", "message"} of a cell function; {"range": "Schools!B6:D9"} is an argument too."""
        return self.page.evaluate("([name, cell, given]) => __function(name, cell, given)", [name, cell, list(arguments)])

    def run_script(self, name: str, *arguments: Any, show: str = "taskpane") -> None:
        """Run a script as xlwings' buttons do; errors appear in the pane, or in a dialog with show="alert"."""
        self.page.evaluate(
            "([scriptName, args, errorDisplayMode]) => xlwings.runPython({scriptName, args, errorDisplayMode})",
            [name, list(arguments), show],
        )
        self.wait()

    def run_actions(self, *actions: Model) -> None:
        """Apply actions as the server's answer would hold them."""
        self.page.evaluate("actions => xlwings.runActions({actions})", list(actions))
        self.wait()

    def excel(self, body: str) -> Any:
        """The result of JavaScript in Excel.run, where `context` is known. Errors come back as "Code: message"."""
        code = f"Excel.run(async (context) => {{ {body} }}).catch((error) => `${{error.code ?? error.name}}: ${{error.message}}`)"
        return self.page.evaluate(code)

    # --- what is seen

    def model(self) -> Model:
        """The workbook as it is now."""
        # As text: Playwright takes seconds to hand over a large object piece by piece.
        return json.loads(self.page.evaluate("JSON.stringify(OfficeStub.book)"))

    def shown(self) -> str:
        """The text that the pane shows."""
        return self.page.inner_text("body")

    def is_open(self) -> bool:
        """Whether the add-in asked for the pane to be opened."""
        return self.page.evaluate("__office.state.shown")

    def dialogs(self) -> list[Model]:
        """Every dialog that was asked for, with its address."""
        return self.page.evaluate("__office.dialogs()")

    def opened(self) -> list[str]:
        """The workbooks that were opened, as base64."""
        return self.page.evaluate("__office.state.opened")

    def requests(self, path: str) -> list[tuple[str, str, int]]:
        """The answered requests whose path holds `path`."""
        return [each for each in self.answers if path in each[1]]

    def take_errors(self) -> list[str]:
        """What the page complained of so far; it is expected and not held against the test."""
        taken, self.errors = self.errors, []
        return taken

    def screenshot(self, path: Path, width: int = WIDTH) -> None:
        """The whole pane as a PNG."""
        self.page.set_viewport_size({"width": width, "height": 640})
        self.page.screenshot(path=path, full_page=True)

    def wait(self) -> None:
        """Until nothing is asked of the server and nothing is done in Excel."""
        end, quiet = time.monotonic() + PATIENCE, 0
        while quiet < 2:
            if time.monotonic() > end:
                message = f"The pane is still busy after {PATIENCE} s: {[request.url for request in self._waiting]}"
                raise TimeoutError(message)
            busy = self.page.evaluate("OfficeStub.running > 0")
            pending = [request for request in self._waiting if "/socket.io/" not in request.url]
            quiet = 0 if busy or pending else quiet + 1
            self.page.wait_for_timeout(15)
