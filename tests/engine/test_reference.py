"""The reference says everything that can be called, and its examples are true."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from apportion.formula import evaluate
from apportion.reference import EntryReference, help_html, markdown, reference
from apportion.registry import COMMANDS, FUNCTIONS

MINE = ("FTE", "SECTIONS", "BAND", "WEIGHTED", "SHARE", "LIMIT", "SCORE", "QUADRANT", "PROGRESS", "AROI")
EVERY = [*reference().functions, *reference().commands]


def test_every_function_and_command_is_there() -> None:
    assert sorted(each.name for each in reference().functions) == sorted(FUNCTIONS)
    assert [each.name for each in reference().commands] == list(COMMANDS)
    assert [each.name for each in reference().functions if each.name in MINE] == list(MINE)


@pytest.mark.parametrize("entry", EVERY, ids=lambda each: each.name)
def test_everything_is_explained(entry: EntryReference) -> None:
    text, page = markdown(), help_html()
    assert entry.help.endswith(".")
    assert entry.help in text
    for argument in entry.arguments:
        assert argument.help.endswith(".")
        assert argument.help in text
    assert page.count(f"id='{'command' if entry.group else 'function'}-{entry.name.casefold()}'") == 1


@pytest.mark.parametrize("name", MINE)
def test_the_example_is_what_excel_would_be_given(name: str) -> None:
    """The example is read back as Excel reads it, called, and gives the result that is told."""
    (entry,) = [each for each in reference().functions if each.name == name]
    inside = entry.example.removeprefix(f"=APPORTION.{name}(").removesuffix(")")
    parts = re.findall(r'\{[^}]*\}|"[^"]*"|[^,{}"]+|(?<=,)(?=,)', inside)
    arguments = [evaluate(f"={part}") if part else None for part in parts]
    result = FUNCTIONS[name].call(*FUNCTIONS[name].arguments(arguments))
    told = evaluate(f"={entry.result}")
    assert result == told


def test_the_text_is_the_same_every_time_and_without_a_date() -> None:
    assert markdown() == markdown()
    assert not re.search(r"\b202\d-\d\d-\d\d\b", markdown())


class Page(HTMLParser):
    """What is in a page: tags that are open, addresses, and what could run or be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what a tag opens and names."""
        self.tags.add(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)
        for name, value in attrs:
            assert not name.startswith("on")
            if name in ("href", "src"):
                self.addresses.append(str(value))
            if name == "id":
                self.ids.append(str(value))

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that was opened last."""
        assert self.open.pop() == tag


def test_the_page_needs_nothing_else_and_runs_nothing() -> None:
    page = Page()
    page.feed(help_html())
    assert page.open == []
    assert page.tags.isdisjoint({"script", "link", "img", "iframe", "object", "embed", "base", "form"})
    assert sorted(page.addresses) == sorted(f"#{each}" for each in page.ids)
    assert len(set(page.ids)) == len(page.ids) == len(EVERY)
    assert "url(" not in help_html()
    assert "@import" not in help_html()
    assert "width=device-width" in help_html()
