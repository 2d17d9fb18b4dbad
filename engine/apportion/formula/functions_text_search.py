"""Finding and replacing in texts. Wildcards are matched in linear time."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from apportion.formula.calls import LONGEST_TEXT
from apportion.formula.declaration import Function, Style, parameters
from apportion.formula.errors import ExcelError
from apportion.formula.text_calls import elements, on_values, optional, optional_body
from apportion.formula.text_units import lower, text_from, units

if TYPE_CHECKING:
    from apportion.formula.values import Value
    from apportion.formula.work import Work

_LONGEST_PATTERN = 255
_WILD = re.compile(r"[*?~]")


def _find(needle: str, text: str, start: float) -> float | ExcelError:
    whole = units(text)
    if not 1 <= start < len(whole) + 2:
        return ExcelError.VALUE
    place = whole.find(units(needle), int(start) - 1)
    return float(place + 1) if place >= 0 else ExcelError.VALUE


def _search(needle: str, text: str, start: float) -> float | ExcelError:
    whole = lower(units(text))
    if not 1 <= start < len(whole) + 2:
        return ExcelError.VALUE
    sought = lower(units(needle))
    if not _WILD.search(sought):
        place = whole.find(sought, int(start) - 1)
        return float(place + 1) if place >= 0 else ExcelError.VALUE
    place = -1 if len(sought) > _LONGEST_PATTERN else _first_match(sought, whole, int(start) - 1)
    return float(place + 1) if place >= 0 else ExcelError.VALUE


def _first_match(sought: str, text: str, start: int) -> int:
    """Where a pattern first matches; its pieces between "*" are looked for one after another, never again."""
    first, place = -1, start
    for piece in _pieces(sought):
        found = piece.search(text, place)
        if found is None:
            return -1
        first = found.start() if first < 0 else first
        place = found.end()
    return first


def _pieces(sought: str) -> list[re.Pattern[str]]:
    """A pattern's pieces; "~" takes the next sign literally, and stands for nothing at the end."""
    pieces = [""]
    letters = iter(sought)
    for letter in letters:
        if letter == "*":
            pieces.append("")
        else:
            pieces[-1] += "." if letter == "?" else re.escape(next(letters, "") if letter == "~" else letter)
    return [re.compile(piece, re.DOTALL) for piece in pieces]


def _substitute(text: str, old: str, new: str, instance: float | None) -> str | ExcelError:
    if instance is not None and instance < 1:
        return ExcelError.VALUE
    if not old:
        return text
    if instance is None:
        longest = len(text) + text.count(old) * (len(new) - len(old))
        return text.replace(old, new) if longest <= LONGEST_TEXT else ExcelError.VALUE
    place = -len(old)
    for _ in range(int(min(instance, len(text) + 1))):
        place = text.find(old, place + len(old))
        if place < 0:
            return text
    return text[:place] + new + text[place + len(old) :]


def _replace(text: str, start: float, count: float, new: str) -> str | ExcelError:
    if start < 1 or count < 0:
        return ExcelError.VALUE
    whole = units(text)
    before = int(min(start, len(whole) + 1)) - 1
    return text_from(whole[:before] + units(new) + whole[before + int(min(count, len(whole))) :])


def occurrences(text: str, delimiters: list[str], *, fold: bool, backward: bool = False) -> list[tuple[int, int]]:
    """Where delimiters stand in a text, from its beginning or from its end, none within another."""
    whole = lower(text) if fold else text
    sought = [lower(each) if fold else each for each in delimiters if each]
    if not sought:
        return []
    pattern = "|".join(re.escape(each[::-1] if backward else each) for each in sought)
    found = [match.span() for match in re.finditer(pattern, whole[::-1] if backward else whole)]
    return [(len(text) - end, len(text) - start) for start, end in found] if backward else found


def _place(text: str, instance: float | None, fold: float, end: float, delimiters: list[str]) -> object:
    """Where the delimiter asked for begins and ends in a text; None when it is not there."""
    count = 1 if instance is None else math.floor(instance)
    shortest = min(map(len, delimiters))
    if not count or (instance is not None and (abs(count) > max(len(text), 1) or shortest > len(text))):
        return ExcelError.VALUE
    if int(fold) not in (0, 1) or int(end) not in (0, 1):
        return ExcelError.VALUE
    edge = len(text) if count > 0 else 0
    if not shortest:  # an empty delimiter is found at once
        return (0, 0) if count > 0 else (len(text), len(text))
    found = occurrences(text, delimiters, fold=bool(int(fold)), backward=count < 0)
    if int(end):
        found.append((edge, edge))
    return found[abs(count) - 1] if abs(count) <= len(found) else None


def _around(name: str, *, after: bool) -> Function:
    """TEXTBEFORE and TEXTAFTER: several delimiters come as an array, and the first that stands there counts."""
    row = parameters(
        "text:text delimiter:text instance_num:number= match_mode:number= match_end:number= if_not_found:any="
    )

    def body(text: str, instance: float | None, fold: float | None, end: float | None, *more: Any) -> object:
        delimiters, missing = more[:-1], more[-1]
        whole = units(text)
        place = _place(whole, instance, fold or 0, end or 0, [units(each) for each in delimiters])
        if isinstance(place, tuple):
            return text_from(whole[place[1] :] if after else whole[: place[0]])
        return place or (ExcelError.NA if missing is _ABSENT else missing)

    def run(work: Work, text: Value, delimiter: Value, *options: Value | None) -> Value:
        given_options: list[Value | None] = [*options, None, None, None, None]
        instance, fold, end, missing = given_options[:4]
        delimiters = elements(delimiter)
        declared = ["text:text instance:number= fold:number= end:number="]
        declared += [f"delimiter{i}:text" for i in range(len(delimiters))]
        given = missing is not None
        made = optional_body(
            " ".join([*declared, "missing:any="]),
            lambda *plain: body(*plain[:-1], plain[-1] if given else _ABSENT),
            waits=1,
        )
        return made(work, text, instance, fold, end, *delimiters, missing)

    return on_values(name, row, run, since="2024")


_ABSENT = object()


def _each(name: str, declared: str, body: object) -> Function:
    source = f"Microsoft Support, {name} function"
    return Function(name, parameters(declared), Style.EACH, body, source=source)  # type: ignore[arg-type]


FUNCTIONS = (
    _each("FIND", "find_text:text within_text:text start_num:number=1", _find),
    _each("SEARCH", "find_text:text within_text:text start_num:number=1", _search),
    optional("SUBSTITUTE", "text:text old_text:text new_text:text instance_num:number=", _substitute),
    _each("REPLACE", "old_text:text start_num:number num_chars:number new_text:text", _replace),
    _around("TEXTBEFORE", after=False),
    _around("TEXTAFTER", after=True),
)
