"""Where the add-in is served, under which names it may be called, and whether it asks for a token."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from apportion.errors import ApportionError

HOST, PORT = "localhost", 8765
LOOPBACK = ("localhost", "127.0.0.1", "::1")
WILDCARDS = ("0.0.0.0", "::")  # noqa: S104 - named in order to refuse them as an address to call
SHORTEST_TOKEN = 16
TOKEN = re.compile(r"[!-~]+")
NAME = re.compile(r"[a-z0-9.:_-]+", re.IGNORECASE)


class BadSite(ApportionError, ValueError):
    """Raised when the add-in cannot, or should not, be served as it was asked to be."""


@dataclass(frozen=True)
class Site:
    """The server as it listens (`host`, `port`, `tls`), as Excel calls it (`address`), and the token it asks for.

    `address` is empty when Excel calls the server as it listens, without a proxy in between.
    """

    host: str = HOST
    port: int = PORT
    tls: bool = True
    address: str = ""
    token: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.address:
            object.__setattr__(self, "address", https_address(self.address))
        _check_token(self.token)
        if not NAME.fullmatch(self.host):
            raise BadSite(f'"{self.host}" is no name or address of a computer. Give one to --host, such as localhost.')
        if self.host in WILDCARDS and not self.address:
            raise BadSite(
                f"{self.host} means every address of this computer, and is no name that Excel can call. "
                "Say which name it is with --address https://NAME:PORT."
            )
        outside = self.host if not self.is_local else self.public if not is_loopback(self.public_host) else ""
        if outside and self.token is None:
            raise BadSite(
                f"At {outside} other computers reach the server, so it must ask for a token. "
                f"Set APPORTION_TOKEN to at least {SHORTEST_TOKEN} characters, or serve on localhost."
            )

    @property
    def is_local(self) -> bool:
        """Whether only this computer reaches the server."""
        return is_loopback(self.host)

    @property
    def public(self) -> str:
        """The address as Excel calls it, scheme://name:port without a slash at its end."""
        return self.address or f"{self._scheme}://{_authority(self.host, self.port, self._scheme)}"

    @property
    def public_host(self) -> str:
        """The name in that address."""
        return urlsplit(self.public).hostname or ""

    @property
    def names(self) -> frozenset[str]:
        """Every name that a Host header may carry."""
        return frozenset({*LOOPBACK, self.host.casefold(), self.public_host} - set(WILDCARDS))

    @property
    def origins(self) -> frozenset[str]:
        """Every origin whose pages may send a request: the server's own, under each of its names."""
        own = {f"{self._scheme}://{_authority(name, self.port, self._scheme)}" for name in self.names}
        return frozenset({*own, self.public})

    @property
    def _scheme(self) -> str:
        return "https" if self.tls else "http"


def is_loopback(name: str) -> bool:
    """Whether a host's name or address is this computer as only it sees itself."""
    if name.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def https_address(text: str) -> str:
    """An address that Office can load an add-in from, in lower case and without a slash at its end."""
    wrong = f'"{text}" is no address that Excel can load an add-in from. It looks like https://budget.district.org:8765.'
    try:
        parts = urlsplit(text)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise BadSite(wrong) from error
    if parts.scheme == "http":
        raise BadSite(f'"{text}" is not encrypted, and Excel loads add-ins only from addresses that begin with https.')
    if host in WILDCARDS:
        raise BadSite(f"{host} means every address of a computer, and is no name that Excel can call. Give its name.")
    if parts.scheme != "https" or not host or not _is_bare(parts) or not NAME.fullmatch(host):
        raise BadSite(wrong)
    return f"https://{_authority(host, port or 443, 'https')}"


def own_address(host: str, port: int) -> str:
    """The address of a server that is called as it listens, over TLS."""
    return f"https://{_authority(host, port, 'https')}"


def _is_bare(parts: SplitResult) -> bool:
    return parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username or parts.password)


def _authority(host: str, port: int, scheme: str) -> str:
    name = f"[{host}]" if ":" in host else host.casefold()
    return name if port == {"https": 443, "http": 80}[scheme] else f"{name}:{port}"


def _check_token(token: str | None) -> None:
    if token is None:
        return
    if len(token) < SHORTEST_TOKEN:
        raise BadSite(f"A token of {len(token)} characters can be guessed. Take at least {SHORTEST_TOKEN}.")
    if not TOKEN.fullmatch(token):
        raise BadSite("A token is made of letters, digits and punctuation without spaces or accents; take another one.")
