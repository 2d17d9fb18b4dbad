"""The manifest: what Microsoft's parser reads in it, that all it names is there, and that it stays within limits."""

from __future__ import annotations

import shutil
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright._impl._driver import compute_driver_executable

from apportion_addin.manifest import four_numbers, manifest, ribbon
from apportion_addin.registered import COMMANDS, BadRibbon
from apportion_addin.site import BadSite
from tools.served import Served, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ADDRESS = "https://budget.example.org:8765"
OFFICE = "{http://schemas.microsoft.com/office/appforoffice/1.1}"
OVER = "{http://schemas.microsoft.com/office/taskpaneappversionoverrides}"
BASIC = "{http://schemas.microsoft.com/office/officeappbasictypes/1.0}"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


@pytest.fixture(scope="module")
def tree() -> ET.Element:
    return ET.fromstring(manifest(ADDRESS))  # noqa: S314 - our own text


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server as it stands behind a proxy: the manifest names the proxy's address, and files come without a token."""
    folder = tmp_path_factory.mktemp("server")
    with served(folder, "--no-tls", "--address", ADDRESS, token="a-token-of-this-test") as running:  # noqa: S106
        yield running


def test_microsofts_parser_reads_it(project: Path, tmp_path: Path) -> None:
    program = project / "node_modules" / ".bin" / "office-addin-manifest"
    if not program.exists():
        pytest.skip("Microsoft's parser of manifests is not installed (tests/needs.sh)")
    node = shutil.which("node") or compute_driver_executable()[0]  # Playwright brings one
    file = tmp_path / "apportion.xml"
    file.write_text(manifest(ADDRESS), encoding="utf-8")
    done = subprocess.run([node, program, "info", file], capture_output=True, text=True, check=True)
    for line in (
        "Id: 46e16170-e8c7-492d-bfaa-36a8b09bf6a4", "Name: Apportion", "Provider: Apportion", "Type: TaskPaneApp",
        f"AppDomains: {ADDRESS}", "Permissions: ReadWriteDocument", f"Support Url: {ADDRESS}/help.html",
        f"Source Location: {ADDRESS}/taskpane.html", "Hosts: Workbook",
    ):  # fmt: skip
        assert line in done.stdout


CONTENT_TYPES = {
    ".png": "image/png", ".html": "text/html; charset=utf-8", ".json": "application/json", ".js": "text/javascript; charset=utf-8",
}  # fmt: skip


def test_every_address_in_it_is_served(server: Served) -> None:
    text = server.ask("GET", "/manifest.xml")
    assert text.headers["Content-Type"].startswith("text/xml")
    assert text.text == manifest(ADDRESS)
    found = ET.fromstring(text.text)  # noqa: S314 - our own text
    addresses = {value for each in found.iter() for value in each.attrib.values() if value.startswith("https://")}
    assert len(addresses) >= 3 * (len(COMMANDS) + 3) + 4
    for address in sorted(addresses):
        assert address.startswith(f"{ADDRESS}/")
        path = urlsplit(address).path
        answer = server.ask("GET", path, headers={"Host": "budget.example.org:8765"})
        assert (path, answer.status, answer.headers["Content-Type"]) == (path, 200, CONTENT_TYPES["." + path.rpartition(".")[2]])


def test_every_icon_has_the_size_that_it_is_named_for(server: Served, tree: ET.Element) -> None:
    """Office shows nothing for an icon of another size; with transparency, as PNG color type 6 (or 4) is."""
    for image in tree.iter(f"{BASIC}Image"):
        if "DefaultValue" not in image.attrib:
            continue
        content = server.ask("GET", urlsplit(image.attrib["DefaultValue"]).path).content
        size = int(image.attrib["id"].rpartition(".")[2])
        assert content[:8] == b"\x89PNG\r\n\x1a\n"
        assert (int.from_bytes(content[16:20]), int.from_bytes(content[20:24])) == (size, size)
        assert content[25] in (4, 6)


def test_every_resource_is_there_and_used(tree: ET.Element) -> None:
    used = {each.attrib["resid"] for each in tree.iter() if "resid" in each.attrib}
    given = [each.attrib["id"] for each in tree.iter() if each.tag.startswith(BASIC) and "id" in each.attrib]
    assert sorted(set(given)) == sorted(given)
    assert used == set(given)
    assert max(map(len, given)) <= 32


def test_texts_are_as_short_as_office_wants_them(tree: ET.Element) -> None:
    """Learn.microsoft.com, "Resources element": short strings 125 characters, long ones 250."""
    for kind, most in [("ShortStrings", 125), ("LongStrings", 250)]:
        (group,) = tree.iter(f"{BASIC}{kind}")
        texts = [each.attrib["DefaultValue"] for each in group]
        assert all(0 < len(text) <= most for text in texts)
    assert len(tree.findall(f"{OFFICE}Description")[0].attrib["DefaultValue"]) <= 250


def test_the_ribbon_is_one_tab_with_the_groups_in_order(tree: ET.Element) -> None:
    (tab,) = tree.iter(f"{OVER}CustomTab")
    groups = {group.attrib["id"]: [each.attrib["id"] for each in group.iter(f"{OVER}Control")] for group in tab.iter(f"{OVER}Group")}
    assert list(groups) == ["Apportion.Plan", "Apportion.Programs", "Apportion.Help"]
    assert groups["Apportion.Plan"] == [f"Apportion.{name}" for name in ("new", "check", "allocate", "explain", "prove")]
    assert groups["Apportion.Programs"] == [f"Apportion.{name}" for name in ("rate", "score", "cliff", "realign", "review")]
    assert groups["Apportion.Help"] == ["Apportion.task-pane", "Apportion.help"]
    assert all(len(buttons) <= 6 for buttons in groups.values())


def test_every_command_is_a_button_that_runs_it(tree: ET.Element) -> None:
    functions = [each.text for each in tree.iter(f"{OVER}FunctionName")]
    assert sorted(functions) == sorted([*(f"apportion-{name}" for name in COMMANDS), "apportion-help"])
    (pane,) = [each for each in tree.iter(f"{OVER}Action") if each.attrib[TYPE] == "ShowTaskpane"]
    assert pane.find(f"{OVER}SourceLocation") is not None


def test_labels_and_tips_are_those_of_the_registry(tree: ET.Element) -> None:
    texts = {each.attrib["id"]: each.attrib["DefaultValue"] for each in tree.iter(f"{BASIC}String")}
    for name, entry in COMMANDS.items():
        assert (texts[f"{name}.Label"], texts[f"{name}.Tip"]) == (entry.label, entry.help)
    assert texts["Functions.Namespace"] == "APPORTION"


COMMAND = COMMANDS["check"]


def test_what_a_command_says_is_escaped() -> None:
    said = 'Moves <all> & "more"'
    text = manifest(ADDRESS, {"move": replace(COMMAND, name="move", label=said, help=said, group="Change")})
    strings = ET.fromstring(text).iter(f"{BASIC}String")  # noqa: S314 - our own text
    assert [each.attrib["DefaultValue"] for each in strings].count(said) == 2


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"group": "Plans"}, "in group Plans, which the ribbon does not have"),
        ({"label": ""}, "label of check must have 1 to 32"),
        ({"label": "x" * 33}, "label of check must have 1 to 32"),
        ({"help": "x" * 251}, "help of check must begin with a paragraph of 1 to 250"),
    ],
)
def test_a_command_that_does_not_fit_on_the_ribbon_is_refused(changed: dict[str, str], words: str) -> None:
    with pytest.raises(BadRibbon, match=words):
        ribbon({"check": replace(COMMAND, **changed)})


def test_a_name_that_no_manifest_can_hold_is_refused() -> None:
    with pytest.raises(BadRibbon, match="no name that a manifest can hold"):
        ribbon({"x" * 27: replace(COMMAND, name="x" * 27)})


def test_a_seventh_button_is_refused() -> None:
    with pytest.raises(BadRibbon, match="has 7 buttons; a group of the ribbon shows 6"):
        ribbon({f"check-{letter}": replace(COMMAND, name=f"check-{letter}") for letter in "abcdefg"})


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://localhost:8765", "is not encrypted"),
        ("localhost:8765", "no address that Excel can load"),
        ("https://", "no address"),
        ("https://a.example/path", "no address"),
        ("https://a.example?x", "no address"),
        ("https://user:word@a.example", "no address"),
        ("https://a.example:99999", "no address"),
        ("https://a b.example", "no address"),
        ('https://a".example', "no address"),
        ("https://0.0.0.0:1", "every address of a computer"),
    ],
)
def test_an_address_that_office_cannot_load_from_is_refused(address: str, words: str) -> None:
    with pytest.raises(BadSite, match=words):
        manifest(address)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://Budget.Example.org/", "https://budget.example.org"),
        ("https://a.example:443", "https://a.example"),
        ("https://[::1]:8765", "https://[::1]:8765"),
    ],
)
def test_an_address_is_written_one_way(address: str, said: str) -> None:
    assert f'<SourceLocation DefaultValue="{said}/taskpane.html" />' in manifest(address)


def test_a_version_has_four_numbers() -> None:
    assert [four_numbers(each) for each in ("0.2.0", "1", "1.2.3.4.5", "2.0rc1", "1.2.dev3+g1")] == [
        "0.2.0.0", "1.0.0.0", "1.2.3.4", "2.0.0.0", "1.2.0.0",
    ]  # fmt: skip
