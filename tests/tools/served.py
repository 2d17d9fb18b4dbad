"""`apportion serve` in a process of its own, and requests to it that are free to be wrong."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import ssl
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

FUNCTION_CALL = "/xlwings/custom-functions-call"
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the text, the headers, and the bytes."""

    status: int
    text: str
    headers: http.client.HTTPMessage
    content: bytes


@dataclass(frozen=True)
class Served:
    """A running server: where it listens, what it said at its start, and its process."""

    address: str
    said: str
    process: subprocess.Popen[str]
    authority: Path

    @property
    def host(self) -> str:
        """Its name and port, as a Host header carries them."""
        return urlsplit(self.address).netloc

    def ask(
        self, method: str, path: str, body: bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (), *, name: str = "",
    ) -> Answer:  # fmt: skip
        """One request as it is given: only Host is added, unless it is among the headers."""
        given = list(headers.items() if hasattr(headers, "items") else headers)
        connection = self.connection(name)
        with contextlib.closing(connection):
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            if not any(key.lower() == "host" for key, _ in given):
                connection.putheader("Host", self.host)
            if isinstance(body, bytes):
                connection.putheader("Content-Length", str(len(body)))
            for key, value in given:
                connection.putheader(key, value)
            connection.endheaders(body, encode_chunked=body is not None and not isinstance(body, bytes))
            answer = connection.getresponse()
            content = answer.read()
            return Answer(answer.status, content.decode("utf-8", "replace"), answer.headers, content)

    def connection(self, name: str = "") -> http.client.HTTPConnection:
        """A connection by a name of this computer, over TLS with nothing trusted but the server's own authority."""
        parts = urlsplit(self.address)
        host = name or "127.0.0.1"
        if parts.scheme == "http":
            return http.client.HTTPConnection(host, parts.port, timeout=60)
        trusting = ssl.create_default_context(cafile=str(self.authority))
        return http.client.HTTPSConnection(name or str(parts.hostname), parts.port, timeout=60, context=trusting)


def program(*arguments: str) -> list[str]:
    """The command line, as a program to start."""
    return [sys.executable, "-m", "apportion", *arguments]


@contextlib.contextmanager
def served(folder: Path, *options: str, token: str | None = None) -> Iterator[Served]:
    """`apportion serve` at a free port with its data in a folder, until the end of the block."""
    environment = {key: value for key, value in os.environ.items() if key != "APPORTION_TOKEN"}
    environment |= {"APPORTION_TOKEN": token} if token else {}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            program("serve", "--port", "0", "--data", str(folder), *options),
            stdout=subprocess.PIPE, stderr=log, text=True, env=environment,
        )  # fmt: skip
    try:
        lines = []
        assert process.stdout
        for line in process.stdout:
            lines.append(line)
            if "Ctrl+C" in line:
                break
        said = "".join(lines)
        found = re.findall(r"https?://[^\s)]+", said)
        assert found, f"the server did not start: {said}{(folder / 'log').read_text()}"
        listening = re.findall(r"listening at (\S+)\)", said) or found
        yield Served(listening[0], said, process, folder / "certificates" / "apportion-authority.crt")
    finally:
        process.terminate()
        process.communicate(timeout=30)


def call(name: str, *arguments: Any, **changed: Any) -> bytes:
    """The body of a call of a cell function, as Excel sends it; what is changed to None is left out."""
    matrices = [each if isinstance(each, list) else [[each]] for each in arguments]
    body = {
        "client": "Office.js", "func_name": name, "args": matrices, "caller_address": "[Book1.xlsx]Sheet1!A1",
        "session_id": "s", "culture_info_name": "en-US", "date_format": "m/d/yyyy", "version": "0.37.8", "runtime": "1.4",
    } | changed  # fmt: skip
    return json.dumps({key: value for key, value in body.items() if value is not None}).encode()
