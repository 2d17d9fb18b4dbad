"""What an expansion into Excel's own functions needs typed out, and how its arguments stand in the native formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apportion.formula import evaluate, parse
from apportion.functions_cells import BadArgument, choice
from apportion.registry import NotNative

if TYPE_CHECKING:
    from collections.abc import Sequence


def within(text: str) -> str:
    """An argument as an operand: a number as it is, anything else in parentheses.

    >>> within("[@Students]+1"), within("25")
    ('([@Students]+1)', '25')
    """
    return text if text.replace(".", "", 1).isdigit() else f"({text})"


def typed_number(argument: str, text: str, default: float) -> float:
    """The number that stands typed out as an argument, such as 0.5 or 1/6. Raises NotNative.

    >>> typed_number("step", "", 1.0), typed_number("step", "1/4", 1.0)
    (1.0, 0.25)
    """
    value = _constant(text, default)
    if isinstance(value, bool) or not isinstance(value, float):
        what = f"In a rule the {argument} is a typed number; here it is {text}."
        raise NotNative(what, "Write a number, such as 0.5.")
    return value


def typed_choice(argument: str, text: str, default: str, choices: Sequence[str]) -> str:
    """The choice that stands typed out as an argument, such as "up". Raises NotNative.

    >>> typed_choice("rounding", '"Up"', "none", ("none", "up"))
    'up'
    """
    value = _constant(text, default)
    remedy = f"Write one of: {', '.join(choices)}, in quotation marks."
    if not isinstance(value, str):
        raise NotNative(f"In a rule the {argument} is a typed text; here it is {text}.", remedy)
    try:
        return choice(argument, value, choices)
    except BadArgument:
        raise NotNative(f"There is no {argument} {text}.", remedy) from None


def _constant(text: str, default: Any) -> Any:
    """The value of a text that refers to nothing, otherwise None; the default when there is no text."""
    if not text:
        return default
    return None if parse(f"={text}").references else evaluate(f"={text}")
