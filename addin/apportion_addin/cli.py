"""The commands that concern Excel: `apportion serve` and `apportion manifest`."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from apportion.errors import ApportionError
from apportion_addin.site import HOST, PORT, SHORTEST_TOKEN, Site

PACKAGES = {
    "xlwings": "xlwings",
    "xlwings_server": "xlwings-server",
    "uvicorn": "uvicorn",
    "jinja2": "jinja2",
    "cryptography": "cryptography",
}
app = typer.Typer()


class MissingPackages(ApportionError, ImportError):
    """Raised when the add-in is asked for and the packages that it needs are not installed."""


def _need_packages() -> None:
    missing = [name for module, name in PACKAGES.items() if importlib.util.find_spec(module) is None]
    if missing:
        raise MissingPackages(
            f"The add-in needs packages that are not installed: {', '.join(missing)}. "
            'Install them with: pip install "apportion[addin]"'
        )


def data_folder() -> Path:
    """Where this person's data of Apportion lies on this system."""
    if sys.platform.startswith("linux"):
        return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "apportion"
    return Path(typer.get_app_dir("Apportion", roaming=False))


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The name or address to listen at.")] = HOST,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = PORT,
    cert: Annotated[
        Path | None,
        typer.Option(help="A TLS certificate (PEM), with those between it and its authority; by default one is made."),
    ] = None,
    key: Annotated[Path | None, typer.Option(help="Its private key (PEM), if it is in a file of its own.")] = None,
    no_tls: Annotated[bool, typer.Option("--no-tls", help="Plain http, for a reverse proxy that does TLS.")] = False,
    token: Annotated[
        str | None,
        typer.Option(
            envvar="APPORTION_TOKEN",
            help=f"What callers must know, at least {SHORTEST_TOKEN} characters. Given here it shows in lists of "
            "processes; the environment variable does not.",
        ),
    ] = None,
    data: Annotated[Path | None, typer.Option(help="The folder for certificates; by default one of your own.")] = None,
    address: Annotated[
        str, typer.Option(help="The address as Excel calls it, if it is another one: https://NAME[:PORT].")
    ] = "",
) -> None:
    """Serve the add-in to Excel, until Ctrl+C."""
    _need_packages()
    from apportion_addin.listening import Wish, run

    run(
        Site(host=host, port=port, tls=not no_tls, address=address, token=token or None),
        Wish(cert, key, data or data_folder()),
        _say,
    )


def _say(text: str, *, warning: bool = False) -> None:
    from rich.console import Console

    style = "yellow" if warning else None
    Console(stderr=warning).print(text, style=style, markup=False, highlight=False, soft_wrap=True)


@app.command()
def manifest(
    address: Annotated[str, typer.Option(help="The address as Excel calls it: https://NAME[:PORT].")] = "",
    host: Annotated[str, typer.Option(help="The name that `apportion serve` listens at.")] = HOST,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Its port.")] = PORT,
    out: Annotated[Path | None, typer.Option(help="The file to write; by default it is printed.")] = None,
) -> None:
    """Write the manifest, the file by which Excel finds the add-in."""
    _need_packages()
    from apportion.workbook.csvfolder import write_text
    from apportion_addin.manifest import manifest as of_address
    from apportion_addin.site import own_address

    text = of_address(address or own_address(host, port))
    if out is None:
        sys.stdout.write(text + "\n")
        return
    write_text(out, text + "\n")
    _say(f"Wrote the manifest to {out}")
