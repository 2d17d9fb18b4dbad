"""Formulas as a file holds them and as Excel shows them."""

from __future__ import annotations

import re

# Functions that a file prefixes, as far as the project writes them. The prefix is never typed.
PREFIXED = (
    "XLOOKUP", "XMATCH", "LET", "LAMBDA", "IFS", "SWITCH", "MAXIFS", "MINIFS", "CONCAT", "TEXTJOIN", "IFNA", "VSTACK", "HSTACK",
    "TAKE", "DROP", "CHOOSECOLS", "CHOOSEROWS", "TOCOL", "TOROW", "TEXTSPLIT", "FORMULATEXT", "ANCHORARRAY", "SINGLE", "SEQUENCE",
    "UNIQUE", "NUMBERVALUE", "DAYS", "BYROW", "BYCOL", "MAP", "REDUCE", "SCAN", "MAKEARRAY", "ISFORMULA", "SORTBY", "FILTER", "SORT",
)  # fmt: skip
SORTED = ("FILTER", "SORT")  # these have a second prefix
_TEXTS = re.compile(r'("(?:[^"]|"")*")')
_THIS_ROW = re.compile(r"([A-Za-z_][\w.]*)?\[@(?:\[((?:[^\[\]']|'.)*)\]|([^\[\]:]*))\]")


def _outside_texts(formula: str, change: object) -> str:
    parts = _TEXTS.split(formula)
    return "".join(part if part.startswith('"') else change(part) for part in parts)  # type: ignore[operator]


def shown(formula: str) -> str:
    """A formula of a file as Excel shows it: cell functions with their namespace, new functions without prefix."""

    def change(text: str) -> str:
        text = re.sub(r"_xldudf_([A-Za-z]+)_(\w+)\(", lambda m: f"{m[1]}.{m[2].replace('_', '.')}(", text)
        return re.sub(r"_xl(?:fn|ws|pm)\.", "", text)

    return _outside_texts(formula, change)


def stored(formula: str) -> str:
    """A formula as a file holds it."""

    def change(text: str) -> str:
        text = re.sub(r"\b(APPORTION)\.([A-Z][A-Z.]*)\(", lambda m: f"_xldudf_{m[1]}_{m[2].replace('.', '_')}(", text)
        for name in PREFIXED:
            prefix = "_xlfn._xlws." if name in SORTED else "_xlfn."
            text = re.sub(rf"(?<![\w.]){name}\(", f"{prefix}{name}(", text)
        return text

    return _outside_texts(formula, change)


def _named(text: str, table: str) -> str:
    """Every reference to a column with its table's name before it."""
    parts, depth = [], 0
    for at, letter in enumerate(text):
        if letter == "[" and depth == 0 and not re.match(r"[\w\]]", text[at - 1 : at]):
            parts.append(table)
        if letter in "[]" and text[at - 1 : at] != "'":
            depth += 1 if letter == "[" else -1
        parts.append(letter)
    return "".join(parts)


def plain(formula: str, table: str = "") -> str:
    """A formula in one way of writing, to compare: `[@FTE]` inside `table` is `table[[#This Row],[FTE]]`."""

    def change(text: str) -> str:
        full = _THIS_ROW.sub(lambda m: f"{m[1] or table}[[#This Row],[{m[2] or m[3]}]]", text)
        return _named(full, table)

    return _outside_texts(shown(formula), change)
