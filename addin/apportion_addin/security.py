"""The door of the server: who may call it under which name, from which page, and with how much.

Everything here is decided from the request's head before a body is read. A refusal is a sentence and a status of the
400s: what is in the 500s Excel would try three times again.
"""

from __future__ import annotations

import hmac
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

from apportion_addin.context import RUN, TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from apportion_addin.site import Site

# A cell takes 4 to 20 bytes of JSON: between three and sixteen million cells. The planner of 113 schools and 60 rules
# is under one million bytes, so that a state's plan fits and what fills the memory does not.
LARGEST_BODY = 64 * 2**20
LARGEST_BODY_TEXT = "64 MB"
# How much of a body that is too large is still received, so that the sender gets to read why it was refused.
DRAINED = 4 * LARGEST_BODY

FAULT = (
    "Apportion could not finish this because of a fault of its own. Nothing was changed; "
    "what went wrong is in the server's log."
)

# What Excel and a person load before there is any token: pages, files, and the names and help of what is offered.
PUBLIC = frozenset(
    {
        "/", "/favicon.ico", "/help.html", "/manifest", "/manifest.xml", "/manifest/download",
        "/taskpane", "/taskpane.html", "/xlwings/alert",
        "/xlwings/custom-functions-code", "/xlwings/custom-functions-code.js",
        "/xlwings/custom-functions-meta", "/xlwings/custom-functions-meta.json",
        "/xlwings/custom-scripts-meta", "/xlwings/custom-scripts-meta.json",
    }
)  # fmt: skip
STATIC = "/static/"
READING = ("GET", "HEAD")

# Where Office on the web shows add-ins in a frame, Microsoft's clouds for governments among them.
OFFICE_ON_THE_WEB = (
    "officeapps.live.com", "live.com", "office.com", "office365.com", "microsoft365.com", "cloud.microsoft",
    "sharepoint.com", "office365.us", "sharepoint.us",
)  # fmt: skip
# Excel on the web reads the list of cell functions from a page of its own (office-js-docs-pr 1920): that one file,
# which is public, may be read from there.
READ_BY_OFFICE = frozenset({"/xlwings/custom-functions-meta", "/xlwings/custom-functions-meta.json"})

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # Office sets styles on elements
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        f"frame-ancestors 'self' {' '.join(f'https://*.{domain}' for domain in OFFICE_ON_THE_WEB)}",
    )
)

logger = logging.getLogger(__name__)


def is_token(given: str) -> bool:
    """Whether this is the token that the server asks for, compared in constant time; anything, if it asks for none."""
    asked = TOKEN.get()
    return asked is None or hmac.compare_digest(given.encode("utf-8", "replace"), asked.encode())


@dataclass(frozen=True)
class Refusal:
    """Why a request goes no further, as a sentence for the person who sees it."""

    status: int
    sentence: str

    async def send(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request with it."""
        await sentence(self.sentence, self.status)(scope, receive, send)


def sentence(text: str, status: int) -> PlainTextResponse:
    """A sentence as an answer, whatever it quotes."""
    return PlainTextResponse(text.encode("utf-8", "replace"), status)


def _of_path(_site: Site, scope: Scope, _headers: Headers) -> Refusal | None:
    """No way out of the folders that are served: a file's name is only ever put together from plain parts.

    xlwings Server 1.20 joins what comes after /static/ to its folder before it looks whether it stayed inside.
    """
    path = scope["path"]
    if ".." in path.split("/") or re.search(r"[\\:\x00-\x1f\x7f]", path):
        return Refusal(404, "There is nothing at this address.")
    return None


def _of_host(site: Site, _scope: Scope, headers: Headers) -> Refusal | None:
    """Only our own names: a foreign one that leads here is how a web page reaches servers on one's own computer."""
    given = headers.getlist("host")
    name = host_name(given[0]) if len(given) == 1 else ""
    if name in site.names:
        return None
    return Refusal(400, f"This server is not called {name or 'that'}; it answers at {site.public}.")


def host_name(host: str) -> str:
    """The name in a Host header, without its port."""
    found = re.fullmatch(r"(\[[0-9a-f:.]+\]|[^:\[\]/@\s]+?)\.?(:\d{1,5})?", host.casefold())
    return found[1].strip("[]") if found else ""


def _of_origin(site: Site, scope: Scope, headers: Headers) -> Refusal | None:
    """Only our own pages may send; a request without an origin comes from no page."""
    origins = headers.getlist("origin")
    if scope["method"] in READING or all(origin.casefold() in site.origins for origin in origins):
        return None
    return Refusal(403, f"Only Apportion's own pages may send requests here; they are at {site.public}.")


def _of_token(_site: Site, scope: Scope, headers: Headers) -> Refusal | None:
    path = scope["path"]
    if scope["method"] in READING and (path in PUBLIC or path.startswith(STATIC)):
        return None
    if is_token(headers.get("authorization", "")):
        return None
    return Refusal(401, "This server asks for a token, and this is not it. Enter the token in Apportion's task pane.")


def _of_length(_site: Site, _scope: Scope, headers: Headers) -> Refusal | None:
    length = headers.get("content-length", "0")
    if not length.isdecimal():
        return Refusal(400, "The request does not say its length as a number.")
    return TOO_LARGE if len(length) > 15 or int(length) > LARGEST_BODY else None


TOO_LARGE = Refusal(
    413, f"This is more than {LARGEST_BODY_TEXT}, which no plan needs. Send only the sheets or ranges that it takes."
)
CHECKS: tuple[Callable[[Site, Scope, Headers], Refusal | None], ...] = (
    _of_path, _of_host, _of_origin, _of_token, _of_length,
)  # fmt: skip


class Guard:
    """Lets through to `app` what may pass, gives every answer its security headers, and says faults in a sentence."""

    def __init__(self, app: ASGIApp, site: Site, headers: Mapping[str, str]) -> None:
        self.app, self.site = app, site
        # What this computer serves to itself stays out of Strict-Transport-Security: it would force every other
        # program on localhost to https for a year.
        kept = {name: value for name, value in headers.items() if not site.is_local or "transport" not in name.lower()}
        self.headers = {**kept, "Content-Security-Policy": CONTENT_SECURITY_POLICY}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await send({"type": "websocket.close"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        TOKEN.set(self.site.token)
        RUN.set(_run(headers))
        answer = _Answer(send, lambda start: self._finish(scope, headers, start))
        try:
            refusal = next((found for check in CHECKS if (found := check(self.site, scope, headers))), None)
            body = await whole_body(receive, kept=refusal is None)
            if body is None:
                await (refusal or TOO_LARGE).send(scope, receive, answer.send)
            else:
                await self.app({**scope, "headers": _trusted(scope["headers"])}, replayed(body, receive), answer.send)
        except Exception:
            logger.exception("A fault while answering %s %s", scope["method"], scope["path"])
            if not answer.started:
                await sentence(FAULT, 500)(scope, receive, answer.send)

    def _finish(self, scope: Scope, request: Headers, start: Message) -> None:
        """Put the security headers on an answer that is about to begin."""
        headers = MutableHeaders(scope=start)
        image = headers.get("content-type", "").startswith("image/")
        for name in [each for each in headers if each.startswith(("access-control-", "strict-transport-"))]:
            del headers[name]
        for name, value in self.headers.items():
            # Excel on Windows shows no icon that it must not keep.
            if not (image and name.lower() == "cache-control"):
                headers[name] = value
        if scope["path"] in READ_BY_OFFICE and scope["method"] in READING:
            headers["Vary"] = "Origin"
            origin = request.get("origin", "").casefold()
            if origin.startswith("https://") and origin.endswith(tuple(f".{domain}" for domain in OFFICE_ON_THE_WEB)):
                headers["Access-Control-Allow-Origin"] = origin


class _Answer:
    """Sends an answer on, finishing its head first, and knows whether it has begun."""

    def __init__(self, send: Send, finish: Callable[[Message], None]) -> None:
        self._send, self._finish, self.started = send, finish, False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self._finish(message)
        await self._send(message)


def _run(headers: Headers) -> str:
    given = headers.get("x-apportion-run", "")
    return given if re.fullmatch(r"[\w-]{1,64}", given, re.ASCII) else ""


def _trusted(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Without what a proxy is said to have seen: anybody can write that."""
    return [(name, value) for name, value in headers if not name.lower().startswith((b"x-forwarded", b"forwarded"))]


async def whole_body(receive: Receive, *, kept: bool) -> bytes | None:
    """The body, or None when it is not kept or is larger than `LARGEST_BODY`, whatever its head said.

    What is not kept is received all the same: closing on somebody who is still sending would keep the answer from them.
    """
    parts: list[bytes] = []
    size, more = 0, True
    while more and size <= DRAINED:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        more = message.get("more_body", False)
        kept = kept and size <= LARGEST_BODY
        if kept:
            parts.append(part)
        else:
            parts.clear()
    return b"".join(parts) if kept else None


def replayed(body: bytes, receive: Receive) -> Receive:
    """A body that was read, to be read again by the next in line."""
    rest: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return rest.pop() if rest else await receive()

    return again
