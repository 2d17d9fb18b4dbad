"""Formulas of rules: Excel's own functions, and those of the registry that say how Excel itself would write them.

A rule is proved by live formulas, which must need nothing but Excel; so a function of the registry stands in a rule
only where its expansion can be written, and what is evaluated and proved is the expansion.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, NoReturn

from apportion import functions_money, functions_programs, functions_staffing
from apportion.formula import Formula, Word, parse_with
from apportion.formula.declaration import Function, Parameter, Style, Type
from apportion.registry import FUNCTIONS, Entry, NotNative

if TYPE_CHECKING:
    from collections.abc import Callable

# Importing them declares the functions that a rule may use.
DECLARED = (functions_staffing, functions_money, functions_programs)
INSTEAD = "Use it in a cell, or write the rule in Excel's own functions."
_KEPT = 4096


@lru_cache(maxsize=_KEPT)
def read_rule(text: str) -> Formula:
    """The formula in a text that begins with "=" and may use functions of the registry, as FTE or APPORTION.FTE.

    Its tree and references are the author's; `live` writes Excel's own functions. Raises FormulaError.

    >>> read_rule('=FTE([@Students],25,"up",0.5)').live("Schools")
    '=ROUNDUP(Schools[[#This Row],[Students]]/25*2,0)/2'
    """
    return parse_with(text, {name: _word(entry) for name, entry in FUNCTIONS.items()})


def _word(entry: Entry) -> Word:
    declared = tuple(
        Parameter(each.name, Type.LAZY) if each.required else Parameter(each.name, Type.LAZY, None)
        for each in entry.parameters
    )
    expand: Callable[..., str] = entry.expansion or partial(_refuse, entry)
    return Word(Function(entry.name, declared, Style.LAZY, expand), expand)


def _refuse(entry: Entry, *_: str) -> NoReturn:
    what = f"{entry.name} is a function for cells: a rule has to be proved in Excel's own functions."
    raise NotNative(what, entry.instead or INSTEAD)
