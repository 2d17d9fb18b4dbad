"""Imports go one way, hosts stay outside, and each outside library has its place."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
ENGINE = PROJECT / "engine" / "apportion"

# Layers from the ground up; a module imports from its own layer or from one below.
LAYERS = (
    (
        "errors", "progress", "rounding", "spoken", "tables", "fields", "schema_rubric", "schema_realign", "schema_cycles",
        "schema_programs", "schema", "registry", "cells", "intake",
    ),
    ("formula",),
    ("combinations", "expansions", "functions_cells", "functions_staffing", "functions_money", "functions_programs"),
    ("words",),
    ("allocation", "programs"),
    # What if calls the functions that it is handed: it knows the registry, not them.
    ("ledger", "workbook", "functions_ranges", "functions_plan"),
    ("functions",),
    ("outcome", "commands_programs", "commands_plan", "commands"),
    ("reference",),
    ("terminal", "shell"),
    ("cli", "cli_programs", "__main__", "build"),
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
BASE_ORDER = LAYERS[0]

HOSTS = {"xlwings", "xlwings_server", "fastapi", "starlette", "uvicorn"}
NETWORK = {"socket", "urllib", "http", "requests", "httpx", "ftplib", "smtplib", "asyncio", "time"}
# Where each outside library may be imported, as prefixes below engine/apportion.
PLACES = {
    "formulas": ("formula/",),
    "schedula": ("formula/",),
    "highspy": ("programs/",),
    "simpledorff": ("programs/",),
    "xlsxwriter": ("workbook/",),
    "openpyxl": ("workbook/reader.py",),
    "typer": ("cli.py", "cli_programs.py", "shell.py"),
    "rich": ("shell.py", "terminal.py"),
}
CLOCKS = {"now", "today", "utcnow"}


def modules() -> list[Path]:
    return sorted(ENGINE.rglob("*.py"))


def part_of(path: Path) -> str:
    """The first part of a module below the package: its layer's name."""
    return path.relative_to(ENGINE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(str(node.module))
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def layers_imported(path: Path) -> set[str]:
    parts = {name.split(".")[1] for name in imports(path) if name.startswith("apportion.")}
    return {part for part in parts if part in LEVEL}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ENGINE)))
def test_imports_go_one_way(path: Path) -> None:
    part = part_of(path)
    if part == "__init__":
        assert layers_imported(path) == set()
        return
    assert part in LEVEL, f"{part} has no place in LAYERS"
    upward = {name for name in layers_imported(path) if LEVEL[name] > LEVEL[part]}
    assert upward == set()
    if part in BASE_ORDER:
        assert {name for name in layers_imported(path) if BASE_ORDER.index(name) >= BASE_ORDER.index(part)} == set()


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ENGINE)))
def test_the_engine_knows_no_host_no_network_and_no_clock(path: Path) -> None:
    roots = {name.split(".")[0] for name in imports(path)}
    assert roots.isdisjoint(HOSTS | NETWORK)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)}
    assert called.isdisjoint(CLOCKS), called & CLOCKS
    for library, places in PLACES.items():
        if library in roots:
            assert str(path.relative_to(ENGINE)).startswith(places), library


def test_only_the_addin_imports_xlwings() -> None:
    addin = PROJECT / "addin" / "apportion_addin"
    assert any("xlwings" in {name.split(".")[0] for name in imports(path)} for path in addin.rglob("*.py"))


def test_the_command_line_answers_without_loading_the_engine() -> None:
    """Help is answered before pandas, numpy or any workbook library is imported."""
    code = (
        "import sys, contextlib, io\nfrom apportion.cli import app\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n    app(['--help'])\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'pandas', 'numpy', 'formulas', 'openpyxl', 'xlsxwriter'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_command_without_help_for_an_option_is_refused() -> None:
    """Functions are refused the same way: see tests/engine/test_functions_in_rules.py."""
    from apportion.registry import BadDeclaration, command

    def unexplained(book: object, scenario: str) -> None:
        """Does something."""

    with pytest.raises(BadDeclaration, match="argument scenario has no help"):
        command("unexplained", label="Unexplained", group="Plan")(unexplained)


def test_the_verbs_that_there_are() -> None:
    from apportion.registry import COMMANDS

    assert importlib.import_module("apportion.commands")
    assert list(COMMANDS) == ["new", "check", "allocate", "explain", "prove", "rate", "score", "cliff", "realign", "review"]
