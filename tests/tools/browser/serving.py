"""The real server in a process of its own, on loopback. The only place that knows how it is started."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOOPBACK = "127.0.0.1"
PATIENCE = 60  # seconds until a server must answer

# The socket is made by the test and handed over, so that no other program can take the port in between.
PROGRAM = """
import os, socket, sys
import uvicorn
from apportion_addin import server
server.SETTINGS.update(pair.split("=", 1) for pair in sys.argv[2:])
listening = socket.socket(fileno=int(sys.argv[1]))
uvicorn.Server(uvicorn.Config(server.app(), log_level="warning", ws="auto")).run(sockets=[listening])
"""


@dataclass(frozen=True)
class Served:
    """A running server: its address, and the file that holds what it printed."""

    address: str
    log: Path


@contextlib.contextmanager
def serve(folder: Path, **settings: str) -> Iterator[Served]:
    """The project's server, with settings such as XLWINGS_PROJECT_DIR changed; its output goes to `folder`."""
    log = folder / "server.log"
    with socket.create_server((LOOPBACK, 0)) as listening, log.open("w", encoding="utf-8") as output:
        address = f"http://{LOOPBACK}:{listening.getsockname()[1]}"
        pairs = [f"{name}={value}" for name, value in settings.items()]
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(listening.fileno()), *pairs],
            pass_fds=[listening.fileno()],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    try:
        _wait(process, address, log)
        yield Served(address, log)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(f"{address}/taskpane.html", timeout=PATIENCE).close()  # noqa: S310 - it is our own
            return
        time.sleep(0.05)
    message = f"The server did not answer at {address}:\n{log.read_text(encoding='utf-8')}"
    raise RuntimeError(message)
