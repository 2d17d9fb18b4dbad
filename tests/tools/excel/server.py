"""A server that a test starts, waits for and stops: a small xlwings project, without anything of Apportion's."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Self

from tools.excel.web import Web

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

WAIT = 60.0  # seconds that a start may take on a busy machine
ALIVE = "/xlwings/custom-scripts-meta.json"
# The same settings as apportion_addin.server gives xlwings Server.
SETTINGS = {
    "XLWINGS_LICENSE_KEY": "noncommercial", "XLWINGS_ENVIRONMENT": "prod", "XLWINGS_ENABLE_HOTRELOAD": "false",
    "XLWINGS_FUNCTIONS_NAMESPACE": "APPORTION", "XLWINGS_PROJECT_NAME": "Apportion", "XLWINGS_AUTH_PROVIDERS": "[]",
    "XLWINGS_CORS_ALLOW_ORIGINS": "[]", "XLWINGS_LOG_LEVEL": "WARNING", "DOTENV_PATH": os.devnull,
}  # fmt: skip


class Server:
    """`with Server(command, port, log) as server:` runs a command until its address answers; `server.address` is where."""

    def __init__(self, command: Sequence[str], port: int, log: Path, environment: Mapping[str, str] | None = None) -> None:
        self.command, self.port, self.log = list(command), port, log
        self.environment = {**os.environ, **(environment or {})}
        self.address = f"http://127.0.0.1:{port}"

    def __enter__(self) -> Self:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(self.command, env=self.environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _wait(self) -> None:
        end, web = time.monotonic() + WAIT, Web(self.address)
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"The server ended with {self.process.returncode}: {self.said}")
            try:
                if web.get(ALIVE).status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError(f"The server did not answer within {WAIT:.0f} seconds: {self.said}")

    @property
    def said(self) -> str:
        """The end of what the server wrote."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-4000:]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def project(folder: Path, scripts: str, functions: str = "") -> Server:
    """A server of an xlwings project that is written into the folder."""
    for name, source in (("custom_scripts", scripts), ("custom_functions", functions)):
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text(source, encoding="utf-8")
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "xlwings_server.main:main_app", "--host", "127.0.0.1", "--port", str(port)]
    return Server(command, port, folder / "server.log", {**SETTINGS, "XLWINGS_PROJECT_DIR": str(folder)})
