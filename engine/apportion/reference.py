"""The reference of all cell functions and commands, made from the registry: as data, Markdown and a page."""

from __future__ import annotations

import ast
import doctest
import html
import inspect
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import apportion.commands  # noqa: F401 - importing it declares the commands
from apportion.functions import ORDER
from apportion.registry import COMMANDS, FUNCTIONS, NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apportion.registry import Entry, Parameter

TITLE = "Apportion: functions and commands"
IN_CELLS = (
    "Functions are typed in a cell, each with APPORTION. before its name. An argument in brackets may be left out. "
    "Where a cell is asked for a range may stand too; the result then has its shape. An argument that cannot be used "
    "is said in words: select the cell, and the sign beside it."
)
IN_RULES = "Also a word of rule formulas; the proof shows it in Excel's own functions."
BY_BUTTONS = (
    "Commands are the buttons of the tab Apportion, and the verbs of the command line: apportion COMMAND --help."
)


@dataclass(frozen=True)
class ArgumentReference:
    """One argument or option: `default` as it is typed, "" for none; `choices` of a drop-down."""

    name: str
    help: str
    required: bool
    default: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class EntryReference:
    """One function or command: `usage` as it is typed; `example` and its result, "" where there is none."""

    name: str
    usage: str
    help: str
    notes: tuple[str, ...]
    arguments: tuple[ArgumentReference, ...]
    label: str = ""
    group: str = ""
    example: str = ""
    result: str = ""
    in_rules: bool = False


@dataclass(frozen=True)
class Reference:
    """Everything that people can call: functions from staffing to programs, commands as they were declared."""

    functions: tuple[EntryReference, ...]
    commands: tuple[EntryReference, ...]


def reference() -> Reference:
    """The reference of all functions and commands of the registry.

    >>> reference().functions[0].example
    '=APPORTION.FTE(636,300,"half up",0.1)'
    """
    places = {name: place for place, name in enumerate(ORDER)}
    functions = sorted(FUNCTIONS.values(), key=lambda entry: places.get(entry.name, len(ORDER)))
    return Reference(tuple(map(_of_function, functions)), tuple(map(_of_command, COMMANDS.values())))


def _of_function(entry: Entry) -> EntryReference:
    example, result = _example(entry)
    return EntryReference(
        name=entry.name,
        usage=f"={NAMESPACE}.{entry.usage}",
        help=entry.help,
        notes=_notes(entry),
        arguments=tuple(map(_argument, entry.parameters)),
        example=example,
        result=result,
        in_rules=entry.expansion is not None,
    )


def _of_command(entry: Entry) -> EntryReference:
    options = tuple(map(_argument, entry.options))
    return EntryReference(
        entry.name, entry.label or entry.name, entry.help, _notes(entry), options, entry.label, entry.group
    )


def _argument(parameter: Parameter) -> ArgumentReference:
    default = "" if parameter.required or parameter.default is None else typed(parameter.default)
    return ArgumentReference(parameter.name, parameter.help, parameter.required, default, parameter.choices)


def _notes(entry: Entry) -> tuple[str, ...]:
    """What the docstring says beyond the help, for people: not what Python raises, nor its examples."""
    paragraphs = (inspect.getdoc(entry.call) or "").split("\n\n")[1:]
    kept = (each for each in paragraphs if not each.lstrip().startswith((">>>", "Raises ")))
    return tuple(" ".join(each.split()) for each in kept)


def _example(entry: Entry) -> tuple[str, str]:
    """A call as it is typed in a cell and what it gives: the entry's own, or the one that its docstring runs."""
    if entry.example:
        return entry.example, ""
    for each in doctest.DocTestParser().get_examples(inspect.getdoc(entry.call) or ""):
        call = ast.parse(each.source.strip(), mode="eval").body
        if isinstance(call, ast.Call) and not call.keywords:
            arguments = ",".join(typed(ast.literal_eval(argument)) for argument in call.args)
            return f"={NAMESPACE}.{entry.name}({arguments})", typed(ast.literal_eval(each.want.strip()))
    return "", ""


def typed(value: Any) -> str:
    """A value as it is typed in a formula; a range as an array in braces.

    >>> typed([["From", 0.5], [None, 300]]), typed("up")
    ('{"From",0.5;"",300}', '"up"')
    """
    if isinstance(value, list):
        return "{" + ";".join(",".join(_in_braces(cell) for cell in row) for row in value) + "}"
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.15g}" if isinstance(value, int | float) else '"' + str(value).replace('"', '""') + '"'


def _in_braces(cell: Any) -> str:
    return '""' if cell is None else typed(cell)


# -- Markdown ---------------------------------------------------------------------------------------------------------


def markdown() -> str:
    """The reference as Markdown, without anything that changes from day to day."""
    known = reference()
    lines = [f"# {TITLE}", "", "## Functions", "", IN_CELLS, ""]
    for entry in known.functions:
        lines += _function_lines(entry)
    lines += ["## Commands", "", BY_BUTTONS, ""]
    for entry in known.commands:
        lines += _command_lines(entry)
    return "\n".join(lines).rstrip() + "\n"


def _function_lines(entry: EntryReference) -> list[str]:
    lines = [f"### {entry.name}", "", f"`{entry.usage}`", "", entry.help, ""]
    lines += _table("argument", entry.arguments)
    for note in entry.notes:
        lines += [note, ""]
    if entry.example:
        lines += [f"Example: `{entry.example}`" + (f" gives `{entry.result}`" if entry.result else ""), ""]
    return [*lines, IN_RULES, ""] if entry.in_rules else lines


def _command_lines(entry: EntryReference) -> list[str]:
    title, usage = entry.label or entry.name, f"`apportion {entry.name}`, group {entry.group}"
    lines = [f"### {title}", "", usage, "", entry.help, ""]
    lines += _table("option", entry.arguments)
    for note in entry.notes:
        lines += [note, ""]
    return lines


def _table(kind: str, arguments: Iterable[ArgumentReference]) -> list[str]:
    rows = [f"| {_name(each)} | {_escaped(each.help)} | {_escaped(_default(each))} |" for each in arguments]
    return [f"| {kind} | meaning | left out |", "|---|---|---|", *rows, ""] if rows else []


def _name(argument: ArgumentReference) -> str:
    return argument.name if argument.required else f"[{argument.name}]"


def _default(argument: ArgumentReference) -> str:
    return "needed" if argument.required else argument.default or "none"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


# -- the page ---------------------------------------------------------------------------------------------------------

STYLE = """
:root{--ink:#1d2b2f;--accent:#0f5c5c;--pale:#f2f8f8;--line:#c9d6d6;--paper:#fff}
*{box-sizing:border-box}
body{margin:0 auto;max-width:52rem;padding:1rem;font:1rem/1.5 "Segoe UI",system-ui,sans-serif;color:var(--ink);
background:var(--paper)}
h1{font-size:1.4rem;line-height:1.25;margin:.2rem 0 1rem}
h2{font-size:1.2rem;margin:2rem 0 .5rem;color:var(--accent)}
h3{font-size:1.05rem;margin:1.6rem 0 .3rem;padding-top:.6rem;border-top:1px solid var(--line)}
p{margin:.4rem 0}
a{color:var(--accent)}
nav ul{display:flex;flex-wrap:wrap;gap:.3rem;padding:0;margin:.4rem 0;list-style:none}
nav a{display:block;padding:.2rem .6rem;border:1px solid var(--line);border-radius:.3rem;text-decoration:none}
nav a:hover,nav a:focus-visible{background:var(--pale)}
code{font:.9rem/1.4 Consolas,Menlo,monospace;overflow-wrap:anywhere}
.usage{display:block;padding:.5rem .6rem;background:var(--pale);border-left:3px solid var(--accent)}
dl{margin:.6rem 0}
dt{font-weight:600;margin-top:.4rem}
dd{margin:0 0 0 1rem}
.quiet{color:#4a5d61;font-weight:400}
@media (prefers-color-scheme:dark){:root{--ink:#e5eded;--accent:#7fd1c9;--pale:#17282a;--line:#34494b;--paper:#101a1b}
.quiet{color:#a9babb}}
"""


def help_html() -> str:
    """The reference as one page of HTML that needs nothing else: no script, no font, no picture, no other address."""
    known = reference()
    parts = [
        f"<h1>{_text(TITLE)}</h1>",
        f"<nav aria-label='Functions'>{_links(known.functions)}</nav>",
        f"<nav aria-label='Commands'>{_links(known.commands)}</nav>",
        f"<h2>Functions</h2><p>{_text(IN_CELLS)}</p>",
        *map(_function_html, known.functions),
        f"<h2>Commands</h2><p>{_text(BY_BUTTONS)}</p>",
        *map(_command_html, known.commands),
    ]
    return (
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{_text(TITLE)}</title><style>{STYLE}</style></head>\n<body><main>\n"
        + "\n".join(parts)
        + "\n</main></body></html>\n"
    )


def _function_html(entry: EntryReference) -> str:
    example = ""
    if entry.example:
        gives = f" gives <code>{_text(entry.result)}</code>" if entry.result else ""
        example = f"<p>Example: <code>{_text(entry.example)}</code>{gives}</p>"
    rules = f"<p class='quiet'>{_text(IN_RULES)}</p>" if entry.in_rules else ""
    return (
        f"<section>{_heading(entry)}<code class='usage'>{_text(entry.usage)}</code><p>{_text(entry.help)}</p>"
        f"{_list(entry.arguments)}{_paragraphs(entry)}{example}{rules}</section>"
    )


def _command_html(entry: EntryReference) -> str:
    usage = f"<p class='quiet'>{_text(entry.group)}; <code>apportion {_text(entry.name)}</code></p>"
    return (
        f"<section>{_heading(entry)}{usage}<p>{_text(entry.help)}</p>"
        f"{_list(entry.arguments)}{_paragraphs(entry)}</section>"
    )


def _heading(entry: EntryReference) -> str:
    return f"<h3 id='{_anchor(entry)}'>{_text(entry.label or entry.name)}</h3>"


def _links(entries: Iterable[EntryReference]) -> str:
    made = (f"<li><a href='#{_anchor(each)}'>{_text(each.label or each.name)}</a></li>" for each in entries)
    return f"<ul>{''.join(made)}</ul>"


def _anchor(entry: EntryReference) -> str:
    kind = "command" if entry.group else "function"
    return f"{kind}-{re.sub(r'[^a-z0-9]+', '-', entry.name.casefold())}"


def _list(arguments: Iterable[ArgumentReference]) -> str:
    made = []
    for each in arguments:
        left_out = "" if each.required else f" <span class='quiet'>left out: {_text(each.default or 'none')}</span>"
        made.append(f"<dt><code>{_text(_name(each))}</code>{left_out}</dt><dd>{_text(each.help)}</dd>")
    return f"<dl>{''.join(made)}</dl>" if made else ""


def _paragraphs(entry: EntryReference) -> str:
    return "".join(f"<p>{_text(each)}</p>" for each in entry.notes)


def _text(text: str) -> str:
    return html.escape(text)
