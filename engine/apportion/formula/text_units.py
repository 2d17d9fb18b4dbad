"""Texts as Excel counts them: in units of UTF-16, of which a letter beyond the first plane has two."""

from __future__ import annotations

from array import array

_LAST_OF_PLANE = "\uffff"


def units(text: str) -> str:
    """The text with one letter per unit, so that lengths and positions are those of Excel.

    >>> len(units("a😀"))
    3
    """
    if text.isascii() or max(text) <= _LAST_OF_PLANE:
        return text
    return "".join(map(chr, array("H", text.encode("utf-16-le", "surrogatepass"))))


def text_from(parts: str) -> str:
    """The text that units make; half a letter becomes the replacement character."""
    if parts.isascii() or not any("\ud800" <= part <= "\udfff" for part in parts):
        return parts
    return parts.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def lower(text: str) -> str:
    """The text in small letters, letter by letter, so that its length stays."""
    folded = text.lower()
    if len(folded) == len(text) and "ς" not in folded:
        return folded
    return "".join(each.lower() if len(each.lower()) == 1 else each for each in text)


def upper(text: str) -> str:
    """The text in capital letters; what has no single capital letter stays."""
    raised = text.upper()
    if len(raised) == len(text):
        return raised
    return "".join(each.upper() if len(each.upper()) == 1 else each for each in text)
