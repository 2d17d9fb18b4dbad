"""xlwings Server with the project's settings. Importing this module sets them, before xlwings is first imported."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from apportion_addin.pane import furnish

if TYPE_CHECKING:
    from fastapi import FastAPI

HOST = Path(__file__).parent / "host"
NAMESPACE = "APPORTION"

# The production environment: in "dev" the namespace of the cell functions gets the ending _DEV, and workbooks that
# were saved with it would break. The licence key is checked offline; the README says whom it permits.
SETTINGS = {
    "XLWINGS_PROJECT_DIR": str(HOST),
    "XLWINGS_LICENSE_KEY": "noncommercial",
    "XLWINGS_ENVIRONMENT": "prod",
    "XLWINGS_FUNCTIONS_NAMESPACE": NAMESPACE,
    "XLWINGS_PROJECT_NAME": "Apportion",
    "XLWINGS_ENABLE_HOTRELOAD": "false",
    "XLWINGS_AUTH_PROVIDERS": "[]",
    "XLWINGS_CORS_ALLOW_ORIGINS": "[]",
    "XLWINGS_LOG_LEVEL": "WARNING",
    "DOTENV_PATH": os.devnull,
}


def app() -> FastAPI:
    """The web application that Excel talks to."""
    os.environ.update(SETTINGS)
    # xlwings asks for pyodide at every cell (43 microseconds each); saying once that there is none makes a range of
    # 50,000 cells ten times faster. To be dropped when xlwings keeps the answer.
    sys.modules.setdefault("pyodide", None)  # type: ignore[arg-type]
    sys.modules.setdefault("pyodide.ffi", None)  # type: ignore[arg-type]
    from xlwings_server.main import main_app
    from xlwings_server.templates import templates

    furnish(templates.env.globals)
    return main_app  # type: ignore[no-any-return]
