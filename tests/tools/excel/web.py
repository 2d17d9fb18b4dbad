"""Requests as a browser sends them: JSON there, a status and a body back."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 300  # seconds; xlwings' request_timeout


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; `data` is the JSON, or the text where it is none."""

    status: int
    data: Any

    @property
    def text(self) -> str:
        """The message that a person sees, found as index.js finds it."""
        if isinstance(self.data, dict):
            return str(self.data.get("detail") or self.data.get("error") or json.dumps(self.data))
        return str(self.data) if self.data else http.client.responses.get(self.status, "Unknown server error")


class Web:
    """An address and the headers that go with every request."""

    def __init__(self, url: str, headers: dict[str, str] | None = None, ssl: Any = None) -> None:
        self.place, self.headers, self.ssl = urlsplit(url), dict(headers or {}), ssl

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        """The answer to a GET."""
        return self._request("GET", path, None, headers)

    def post(self, path: str, body: Any, headers: dict[str, str] | None = None) -> Answer:
        """The answer to a POST of JSON."""
        content = json.dumps(body, allow_nan=False, ensure_ascii=False).encode()
        return self._request("POST", path, content, {"Content-Type": "application/json", **(headers or {})})

    def _request(self, method: str, path: str, body: bytes | None, headers: dict[str, str] | None) -> Answer:
        host, port = self.place.hostname or "", self.place.port
        if self.place.scheme == "https":
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(host, port, timeout=TIMEOUT, context=self.ssl)
        else:
            connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
        try:
            connection.request(method, path, body, {**self.headers, **(headers or {})})
            answer = connection.getresponse()
            content = answer.read()
            return Answer(answer.status, _decoded(content, answer.getheader("Content-Type") or ""))
        finally:
            connection.close()


def _decoded(content: bytes, kind: str) -> Any:
    if "json" in kind:
        return json.loads(content, parse_constant=_refuse)
    return content.decode("utf-8", "replace")


def _refuse(constant: str) -> Any:
    """NaN and Infinity are no JSON: a browser throws."""
    raise ValueError(f"The answer has {constant}, which is not JSON.")
