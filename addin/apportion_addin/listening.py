"""Listening, speaking TLS, saying how to go on, and ending when it is asked to."""

from __future__ import annotations

import contextlib
import errno
import signal
import socket
import ssl
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import uvicorn

from apportion_addin.certificate import local_certificate
from apportion_addin.site import LOOPBACK, WILDCARDS, BadSite, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# How long requests that are being answered are waited for, in seconds, once the server is told to stop.
PATIENCE = 10
# The processor goes from one call to the next after this long, in seconds, so that a cell is not kept waiting behind
# eight ranges; Python's own default is five times as long.
TURN = 0.001


class Say(Protocol):
    """Tells the person at the terminal something."""

    def __call__(self, text: str, *, warning: bool = False) -> None:
        """Show one text."""


@dataclass(frozen=True)
class Wish:
    """Which certificate to use: files that were given, or one that is made in the data folder."""

    certificate: Path | None
    key: Path | None
    data: Path


def run(site: Site, wish: Wish, say: Say) -> None:
    """Serve until Ctrl+C or the system's request to stop; errors of the caller are raised before anything is served."""
    if wish.key and not wish.certificate:
        raise BadSite("A key was given without its certificate. Name the certificate with --cert.")
    if wish.certificate and not site.tls:
        raise BadSite("A certificate was given together with --no-tls. Leave out one of the two.")
    with _stoppable(), contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(each) for each in listen(site.host, site.port)]
        site = replace(site, port=sockets[0].getsockname()[1])
        context, trust = _tls(site, wish) if site.tls else (None, [])
        from apportion_addin.server import application

        config = uvicorn.Config(
            application(site), log_level="warning", access_log=False, server_header=False, proxy_headers=False,
            ws="none", lifespan="off", timeout_graceful_shutdown=PATIENCE,
            ssl_context_factory=None if context is None else lambda *_: context,
        )  # fmt: skip
        sys.setswitchinterval(TURN)
        _Server(config, lambda: _introduce(site, trust, say)).run(sockets=sockets)
    say("Stopped.")


class _Server(uvicorn.Server):
    """A server that says so once it serves."""

    def __init__(self, config: uvicorn.Config, introduce: Callable[[], None]) -> None:
        super().__init__(config)
        self.introduce = introduce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, then say it."""
        await super().startup(sockets=sockets)
        self.introduce()


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """Ctrl+C, and the system's request to stop, are how a server ends: neither is an error."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        yield


def listen(host: str, port: int) -> list[socket.socket]:
    """A socket for every address of a host name, all with the same port; 0 takes a free one."""
    # Localhost is both, whatever the computer's own list of names says: browsers do not ask that list.
    names = LOOPBACK[1:] if host.casefold() == LOOPBACK[0] else (host,)
    try:
        found = [each for name in names for each in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)]
    except OSError as error:
        raise BadSite(f"There is no computer called {host}. Give another name to --host, such as localhost.") from error
    sockets: list[socket.socket] = []
    trouble: OSError | None = None
    for family, where in dict.fromkeys((each[0], each[4][0]) for each in found):
        try:
            sockets.append(socket.create_server((where, port), family=family, backlog=2048))
        except OSError as error:
            trouble = error
            if error.errno == errno.EADDRINUSE:
                break
            continue
        port = sockets[-1].getsockname()[1]
    if trouble and (not sockets or trouble.errno == errno.EADDRINUSE):
        for each in sockets:
            each.close()
        raise BadSite(_why_not(host, port, trouble)) from trouble
    return sockets


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is in use already, perhaps by Apportion. Stop that, or take another --port."
    if error.errno == errno.EACCES:
        return f"Port {port} needs rights that you do not have. Take a --port above 1023."
    return f"{host} is not an address of this computer, or it cannot be listened at: {error.strerror}."


def _tls(site: Site, wish: Wish) -> tuple[ssl.SSLContext, list[str]]:
    """The certificate, ready to be used, and what people must know about it."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    if wish.certificate is not None:
        _load(context, wish.certificate, wish.key)
        return context, []
    folder = wish.data / "certificates"
    try:
        local = local_certificate(folder, site.names, datetime.now(UTC))
    except OSError as error:
        raise BadSite(f"No certificate can be made in {folder}: {error.strerror}. Give a folder to --data.") from error
    _load(context, local.server, None)
    new = "was made just now; trust it once" if local.is_new else "must be trusted once"
    keychain = "~/Library/Keychains/login.keychain-db"
    return context, [
        f"Its certificate is signed by an authority of this computer's own, which {new}:",
        f"  {local.authority}",
        f'  Windows: certutil -user -addstore Root "{local.authority}"',
        f'  Mac:     security add-trusted-cert -r trustRoot -k {keychain} "{local.authority}"',
    ]


def _load(context: ssl.SSLContext, certificate: Path, key: Path | None) -> None:
    def no_password() -> str:
        raise BadSite(f"The key in {key or certificate} has a password. Give one without.")

    try:
        context.load_cert_chain(certificate, key, no_password)
    except FileNotFoundError as error:
        missing = next(each for each in (certificate, key) if each and not each.exists())
        raise BadSite(f"There is no file {missing}.") from error
    except OSError as error:  # ssl.SSLError is one
        files = f"{certificate} and {key}" if key else str(certificate)
        raise BadSite(f"{files} cannot be used: not a certificate with its key, both as PEM ({error}).") from error


def _introduce(site: Site, trust: list[str], say: Say) -> None:
    listening = replace(site, address="").public if site.address and site.host not in WILDCARDS else ""
    say(f"Apportion is served at {site.public}" + (f" (listening at {listening})" if listening else ""))
    if site.public.startswith("https"):
        say(f"  Manifest for Excel: apportion manifest --address {site.public} --out apportion.xml")
    else:
        say("  Excel cannot load it from here without TLS: use a reverse proxy, and say its --address.")
    say(f"  Token: {'asked of every caller' if site.token else 'none; only this computer reaches the server'}")
    for line in trust:
        say(line)
    if not site.tls and not site.is_local:
        say(
            "Nothing is encrypted between this server and whoever calls it: only a reverse proxy that does TLS should "
            "be able to reach it.",
            warning=True,
        )
    say("Ctrl+C stops it.")
