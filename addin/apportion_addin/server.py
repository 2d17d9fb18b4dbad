"""The web application that Excel talks to: xlwings Server with the project's settings, behind a door of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from fastapi import FastAPI, HTTPException
from fastapi.exceptions import RequestValidationError
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from apportion.reference import help_html
from apportion.registry import NAMESPACE
from apportion_addin import progress
from apportion_addin.manifest import MANIFEST_ID, manifest
from apportion_addin.pane import furnish
from apportion_addin.security import FAULT, Guard, sentence
from apportion_addin.site import BadSite, Site

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

HOST = Path(__file__).parent / "host"

# The production environment: in "dev" the namespace of the cell functions gets the ending _DEV, and workbooks that
# were saved with it would break. The licence key is checked offline; the README says whom it permits.
SETTINGS = {
    "XLWINGS_PROJECT_DIR": str(HOST),
    "XLWINGS_LICENSE_KEY": "noncommercial",
    "XLWINGS_ENVIRONMENT": "prod",
    "XLWINGS_FUNCTIONS_NAMESPACE": NAMESPACE,
    "XLWINGS_PROJECT_NAME": "Apportion",
    "XLWINGS_MANIFEST_ID_PROD": MANIFEST_ID,
    # Who calls is asked at every request (host/auth/custom); where the server asks for no token, anyone may.
    "XLWINGS_AUTH_PROVIDERS": '["custom"]',
    "XLWINGS_CORS_ALLOW_ORIGINS": "[]",
    "XLWINGS_ENABLE_ALPINEJS_CSP": "false",
    "XLWINGS_ENABLE_BOOTSTRAP": "false",
    "XLWINGS_ENABLE_EXAMPLES": "false",
    "XLWINGS_ENABLE_HOTRELOAD": "false",
    "XLWINGS_ENABLE_HTMX": "false",
    "XLWINGS_ENABLE_SOCKETIO": "false",
    "XLWINGS_LOG_LEVEL": "WARNING",
    "DOTENV_PATH": os.devnull,
}


def app() -> FastAPI:
    """The application of xlwings Server with the project's settings, as it answers when nobody stands at the door."""
    if "xlwings_server.config" not in sys.modules:  # it reads its settings once, when it is first imported
        for name in [each for each in os.environ if each.startswith("XLWINGS_")]:
            del os.environ[name]
    os.environ.update(SETTINGS)
    # At every cell xlwings looks for a type of pyodide's, and a search that fails costs 4 microseconds, without this
    # entry ten times that. Found at once, a type that nothing is costs next to nothing. To be dropped when xlwings
    # keeps the answer.
    nowhere = ModuleType("pyodide.ffi")
    nowhere.JsNull = type("JsNull", (), {})  # type: ignore[attr-defined]
    sys.modules.setdefault("pyodide.ffi", nowhere)
    from xlwings import XlwingsError
    from xlwings_server.main import app as served  # without its CORS layer: everything is called from our own pages
    from xlwings_server.templates import templates

    furnish(templates.env.globals)

    # Errors are sentences, for whoever sees them: the library's own handlers answer with JSON, or only in general.
    for kind, answer in ((XlwingsError, _mistake), (HTTPException, _http), (RequestValidationError, _invalid)):
        served.add_exception_handler(kind, answer)
    served.add_exception_handler(Exception, _fault)
    return served  # type: ignore[no-any-return]


def application(site: Site) -> ASGIApp:
    """The whole application for a site: its door, the project's own pages, and xlwings Server for the rest."""
    served = app()
    from xlwings_server.models import CurrentUser, User
    from xlwings_server.routers.xlwings import custom_functions, custom_scripts
    from xlwings_server.security_headers import resolve_security_headers

    from apportion_addin.calls import Calls

    calls = Calls(custom_functions, custom_scripts, User(id="apportion", name="Apportion"), CurrentUser)
    headers = resolve_security_headers(excel_online=True, cdn_officejs=False)
    return guarded(site, [*ROUTES, *calls.routes, Mount("/", served)], headers)


def guarded(site: Site, routes: Sequence[BaseRoute], headers: Mapping[str, str]) -> ASGIApp:
    """Routes behind the door of a site; every answer carries the headers."""
    own = Starlette(routes=routes, exception_handlers={Exception: _fault})
    own.state.site = site
    return Guard(own, site, headers)


async def _mistake(_request: Request, error: Exception) -> Response:
    return sentence(str(error), 400)


async def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - the table of handlers says so
    return sentence(str(error.detail), error.status_code)


async def _invalid(_request: Request, _error: Exception) -> Response:
    return sentence("This is not a call as Excel sends it.", 400)


async def _fault(_request: Request, _error: Exception) -> Response:
    return sentence(FAULT, 500)


async def _start_page(request: Request) -> Response:
    site: Site = request.app.state.site
    return PlainTextResponse(f"Apportion is running at {site.public}. What it can do is at {site.public}/help.html.\n")


async def _manifest_file(request: Request) -> Response:
    site: Site = request.app.state.site
    try:
        text = manifest(site.public)
    except BadSite as error:
        return sentence(f"{error} Start the server with TLS, or say its public name with --address.", 404)
    headers = {"Content-Disposition": "attachment; filename=apportion.xml"} if "download" in request.url.path else {}
    return Response(text, media_type="text/xml", headers=headers)


async def _progress(request: Request) -> Response:
    return JSONResponse(progress.told(request.path_params["number"]))


async def _help_page(_request: Request) -> Response:
    return HTMLResponse(help_html())


# The project's own addresses. Those that are public stand in security.PUBLIC; the others ask for the token.
ROUTES = [
    Route("/", _start_page),
    Route("/help.html", _help_page),
    Route("/manifest", _manifest_file),
    Route("/manifest.xml", _manifest_file),
    Route("/manifest/download", _manifest_file),
    Route("/apportion/progress/{number}", _progress),
]
