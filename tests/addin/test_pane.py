"""The task pane's page, styles and JavaScript, as far as that can be said without a browser."""

from __future__ import annotations

import itertools
import json
import posixpath
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Annotated

import pytest
from starlette.testclient import TestClient

from apportion.registry import COMMANDS, Entry
from apportion_addin.pane import Option, command_list, ribbon_groups
from apportion_addin.server import HOST, app

SCRIPTS = sorted((HOST / "static").rglob("*.js"))
PAGES = [HOST / "templates" / name for name in ("taskpane.html", "xlwings_alert.html")]
STYLES = HOST / "static/css/style.css"
TEXT_ALONE = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(")


class Page(HTMLParser):
    """What a page names: its elements' ids, and the addresses it loads or links to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that begins."""
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        self.ids += [attributes["id"]] if attributes.get("id") else []
        self.addresses += [value for name in ("src", "href") if (value := attributes.get(name))]


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(app())


@pytest.fixture(scope="module")
def text(client: TestClient) -> str:
    return client.get("/taskpane.html").text


def test_every_command_has_a_button_with_its_label_and_help(text: str) -> None:
    page = Page(text)
    forms = [
        attributes["data-command"]
        for tag, attributes in page.elements
        if tag == "form" and "data-command" in attributes
    ]
    assert sorted(str(each) for each in forms) == sorted(COMMANDS)
    for entry in COMMANDS.values():
        assert re.search(rf'aria-describedby="about-{entry.name}">{re.escape(entry.label)}</button>', text)


def test_the_ribbon_finds_every_command_in_the_page(text: str) -> None:
    """ribbon.js associates what this list names; the manifest names apportion-<command>."""
    listed = re.search(r'<script id="apportion-commands" type="application/json">(.*?)</script>', text, re.DOTALL)
    assert listed
    assert [(each["name"], each["help"]) for each in json.loads(listed[1])] == [
        (entry.name, entry.help) for entry in COMMANDS.values()
    ]


def test_ids_are_unique(text: str) -> None:
    ids = Page(text).ids
    assert [each for each, same in itertools.groupby(sorted(ids)) if len(list(same)) > 1] == []


def test_every_field_has_a_label(text: str) -> None:
    """An input stands inside a label or is named by one, or a screen reader says only "edit"."""
    page = Page(text)
    named = {attributes.get("for") for tag, attributes in page.elements if tag == "label"}
    fields = [each for tag, each in page.elements if tag in {"input", "select"} and each.get("type") != "checkbox"]
    assert fields
    assert [each["id"] for each in fields if each["id"] not in named] == []


def test_every_address_of_the_page_is_ours_and_served(client: TestClient, text: str) -> None:
    addresses = Page(text).addresses
    assert "/static/css/style.css" in addresses
    assert [each for each in addresses if not each.startswith("/")] == []
    assert [each for each in addresses if client.get(each).status_code != 200] == []


def test_every_import_is_served(client: TestClient) -> None:
    """Modules are loaded by name, without a build step that would notice a misspelled one."""
    missing = []
    for path in SCRIPTS:
        folder = posixpath.dirname("/" + path.relative_to(HOST).as_posix())
        for name in re.findall(r'^import\s[^;]*?"(\.[^"]+)";', path.read_text(), re.MULTILINE):
            address = posixpath.normpath(posixpath.join(folder, name))
            missing += [] if client.get(address).status_code == 200 else [f"{path.name}: {address}"]
    assert missing == []


def test_every_element_that_javascript_asks_for_is_in_the_page(text: str) -> None:
    asked = {name for path in SCRIPTS for name in re.findall(r'\bpart\("([^"]+)"\)', path.read_text())}
    assert {"outcome", "busy", "trouble"} <= asked
    assert asked - set(Page(text).ids) == set()


@pytest.mark.parametrize("path", [*PAGES, *SCRIPTS, STYLES], ids=lambda path: path.name)
def test_no_file_of_ours_knows_an_address_outside(path: Path) -> None:
    """A district's network may be closed, and nothing of a plan may leave it."""
    assert re.findall(r"https?://|@import|url\(", path.read_text()) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_text_only_enters_the_page_as_text(path: Path) -> None:
    """A school named <img onerror=...> stays a name when nothing ever parses text as a page."""
    assert TEXT_ALONE.findall(path.read_text()) == []


def test_our_actions_carry_the_names_that_the_server_sends() -> None:
    script = (HOST / "static/js/apportion.js").read_text()
    names = re.findall(r"^  (apportion\w+):", script, re.MULTILINE)
    assert names == ["apportionCharts", "apportionClear", "apportionFormat", "apportionOpen", "apportionShow"]


def test_a_dialog_shows_markup_as_text(client: TestClient) -> None:
    query = {"prompt": "<b>no</b>\nschool", "title": "<i>", "buttons": "ok", "mode": "critical", "callback": '"><b>'}
    shown = client.get("/xlwings/alert", params=query).text
    assert "&lt;b&gt;no&lt;/b&gt;\nschool" in shown
    assert "<b>" not in shown
    assert [each["id"] for tag, each in Page(shown).elements if tag == "button" and each.get("class") == "primary"] == [
        "ok"
    ]


def test_how_options_are_asked_for() -> None:
    """The scenario is chosen once for all commands, a school from a list, a yes or no with a check box."""

    def tell(
        book: object,
        school: Annotated[str, "Code or name."],
        whole: Annotated[bool, "All of it."] = False,
        first_line: Annotated[str | None, "One line."] = None,
        scenario: Annotated[str | None, "Its name."] = None,
    ) -> None:
        del book, school, whole, first_line, scenario

    entries = {
        "tell": Entry("tell", tell, "Tells.", "Tell", "Plan"),
        "more": Entry("more", lambda: None, "More.", "More", "Change"),
        "third": Entry("third", lambda: None, "Third.", "Third", "Plan"),
    }
    groups = ribbon_groups(entries)
    assert [(group.name, [each.name for each in group.commands]) for group in groups] == [
        ("Plan", ["tell", "third"]),
        ("Change", ["more"]),
    ]
    assert groups[0].commands[0].options == (
        Option("school", "School", "Code or name.", "school"),
        Option("whole", "Whole", "All of it.", "check"),
        Option("first_line", "First line", "One line.", "text"),
        Option("scenario", "Scenario", "Its name.", "scenario"),
    )
    assert [each.name for each in groups[0].commands[0].asked] == ["school", "whole", "first_line"]
    assert [each["name"] for each in command_list(groups)] == ["tell", "third", "more"]


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    """Black on white is 21 : 1, and #767676 is known as the lightest gray that passes on white, at 4.54 : 1."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize(
    ("word", "ground"),
    [
        ("ink", "white"), ("ink", "pale"), ("ink", "error-fill"), ("ink", "note-fill"),
        ("muted", "white"), ("muted", "pale"), ("muted", "note-fill"),
        ("accent", "white"), ("accent", "pale"), ("white", "accent"), ("white", "accent-dark"),
        ("error", "white"), ("error", "error-fill"), ("warning", "warning-fill"), ("note", "note-fill"),
        ("fine", "fine-fill"), ("input", "input-fill"),
    ],
)  # fmt: skip
def test_every_text_can_be_read(word: str, ground: str) -> None:
    colors = {"white": "#ffffff", **dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", STYLES.read_text()))}
    assert contrast(colors[word], colors[ground]) >= 4.5
