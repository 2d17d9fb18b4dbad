"""What the public may see of investments: everything that stands on the sheet Tracker comes from here.

Numbers that are withheld are not in it at all, nor is anything computed from them, nor the names of persons.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from apportion.programs.cycles import overall
from apportion.programs.progress_of import AHEAD, NO_READING, ON_TRACK, asks_no_gain, key_of
from apportion.programs.states import GRANTED
from apportion.programs.suppression import LEAST_PUBLISHED, is_small
from apportion.schema_cycles import TARGETS
from apportion.spoken import day

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    import pandas as pd

    from apportion.programs.cycles import Review
    from apportion.programs.portfolio import Portfolio

    Row = Mapping[Hashable, Any]

PER = 1000.0  # dollars, for which returns are said
FEW = f"fewer than {LEAST_PUBLISHED}"
LEFT_OUT = "(name left out)"
OF_PERSONS = (
    ("Raters", "Rater"), ("Programs", "Owner"), ("Investments", "Owner"), ("States", "By"), ("Readings", "By"),
    ("Decisions", "Decided by"),
)  # fmt: skip
"""Columns in which persons are named."""
RATERS = "Raters"  # whoever rates is a person, whatever the name
_APART = re.compile(r"[;/&()\n]|\band\b", re.IGNORECASE)
_TITLES = re.compile(
    r"^(?:(?:Dr|Mr|Mrs|Ms|Mx|Prof|Professor|Principal|Superintendent|Director|Coordinator|Assistant|Associate|Deputy"
    r"|Vice|Chief)\b\.?\s+)+",
    re.IGNORECASE,
)
OFFICES = frozenset(
    ("academics", "accountability", "administration", "administrator", "administrators", "arts", "assessment",
     "athletics", "board", "budget", "business", "cabinet", "center", "central", "cfo", "chief", "college",
     "commission", "committee", "communications", "community", "consortium", "coordinator", "council", "counseling",
     "curriculum", "data", "department", "director", "district", "division", "education", "elementary", "engagement",
     "enrollment", "equity", "evaluation", "facilities", "finance", "food", "for", "foundation", "group", "health",
     "high", "hr", "instruction", "instructional", "it", "language", "leadership", "learning", "legal", "libraries",
     "library", "literacy", "maintenance", "management", "manager", "math", "mathematics", "middle", "music",
     "none", "nutrition", "of", "office", "officer", "operations", "partnerships", "payroll", "personnel", "planning",
     "principal", "principals", "program", "programs", "purchasing", "reading", "research", "resources", "safety",
     "school", "schools", "science", "security", "services", "special", "staff", "strategy", "student", "students",
     "superintendent", "support", "systems", "task", "tbd", "teacher", "teachers", "team", "technology", "the", "title",
     "transportation", "treasurer", "trustees", "union", "university", "vacant", "various")
)  # fmt: skip
"""Words that tell an office, or that nobody is named, where a column may hold either; what has none is a person."""


@dataclass(frozen=True)
class PublicMetric:
    """A metric as the public sees it: by fiscal year its targets and readings, NaN where there is none.

    Where it is `withheld`, that is the reason in words, and there are no numbers.
    """

    name: str
    group: str
    unit: str
    source: str
    withheld: str = ""
    status: str = ""
    said: str = ""
    baseline: float = math.nan
    years: tuple[int, ...] = ()
    targets: tuple[float, ...] = ()
    readings: tuple[float, ...] = ()


@dataclass(frozen=True)
class Card:
    """An investment as the public sees it; `status` and `on_track` are those of the metrics that are published."""

    name: str
    priority: str
    purpose: str
    cycle: str
    review_year: float
    state: str
    dollars: float
    spent: float
    status: str
    on_track: str
    facts: tuple[str, ...]
    metrics: tuple[PublicMetric, ...] = field(default=())


def published(review: Review) -> tuple[Card, ...]:
    """A card per investment that was approved, in the order of their table; those decided stand last."""
    names = persons_of(review.portfolio)
    rows = [row for row in review.investments.to_dict("records") if row["State"] in GRANTED]
    rows.sort(key=lambda row: row["State"] == "decided")
    own: dict[str, list[Row]] = {row["Code"]: [] for row in rows}
    for metric, given in zip(_records(review.metrics), _records(review.portfolio.table("Metrics")), strict=True):
        if metric["Investment"] in own:
            own[metric["Investment"]].append({**given, **metric})
    return tuple(_card(review, row, own[row["Code"]], names) for row in rows)


def _records(frame: pd.DataFrame) -> list[Row]:
    return [*frame.to_dict("records")]


def persons_of(portfolio: Portfolio) -> tuple[str, ...]:
    """The names of persons that the tables have, the longest first; offices and boards are none."""
    columns = ((table, portfolio.table(table)[column].unique()) for table, column in OF_PERSONS)
    found = {name for table, texts in columns for text in texts for name in names_in(text, always=table == RATERS)}
    return tuple(sorted(found, key=lambda name: (-len(name), name)))


def is_person(name: str) -> bool:
    """Whether a text is taken for the name of a person: it is, unless one of its words tells an office.

    >>> is_person("Maria de la Cruz"), is_person("Board of Education"), is_person("Reading Office")
    (True, False, False)
    """
    return sum(map(str.isalpha, name)) > 1 and OFFICES.isdisjoint(re.findall(r"\w+", name.casefold()))


def names_in(text: str, *, always: bool = False) -> set[str]:
    """The names in a cell that says who: as written, without titles, and with the given name first.

    Beside an office only what has two words is a name. With `always` all of it is, whatever its words.

    >>> sorted(names_in("Ortiz, Dana; Principal Lee Chan")), names_in("Research and Evaluation")
    (['Dana Ortiz', 'Lee Chan', 'Ortiz, Dana'], set())
    """
    whole = " ".join(_composed(text).split())
    alone = is_person(whole) or (always and len(whole) > 1)
    found: set[str] = set()
    for part in (" ".join(each.split()) for each in _APART.split(_composed(text))):
        pieces = [_TITLES.sub("", piece.strip()) for piece in part.split(",")]
        swapped = [" ".join(reversed(pieces))] if len(pieces) == 2 else []
        found |= {_TITLES.sub("", part), *swapped, *(piece for piece in pieces if " " in piece)}
    return {name for name in found if is_person(name) and (alone or " " in name)} | ({whole} if alone else set())


def without_names(text: str, names: Sequence[str]) -> str:
    """A text without the names of persons.

    >>> without_names("Dana Ortiz leads it.", ["Dana Ortiz"])
    '(name left out) leads it.'
    """
    return _any_of(tuple(names)).sub(LEFT_OUT, _composed(text)) if names else text


@lru_cache(maxsize=1)
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the names as whole words, in any case and with any spaces."""
    words = (r"\s+".join(map(re.escape, name.split())) for name in names)
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


def _composed(text: str) -> str:
    """A text with every accented letter as one, so that a name is found however it was typed."""
    return unicodedata.normalize("NFC", text)


def _card(review: Review, row: Row, own: Sequence[Row], names: Sequence[str]) -> Card:
    """The card of an investment; its metrics have the columns of the table Metrics too."""
    shown = [metric for metric in own if not metric["Withheld"]]
    good = sum(metric["Status"] in (AHEAD, ON_TRACK) for metric in shown)
    return Card(
        name=without_names(row["Name"], names),
        priority=without_names(row["Priority"], names),
        purpose=without_names(row["Rationale"], names),
        cycle=row["Cycle"],
        review_year=row["Review year"],
        state=row["State"],
        dollars=row["Dollars"],
        spent=row["Spent"],
        status=overall([metric["Status"] for metric in shown]),
        on_track=f"{good} of {len(shown)}" if shown else "",
        facts=tuple(without_names(fact, names) for fact in (_money(row), _return(row, own), _decided(row)) if fact),
        metrics=tuple(_metric(metric, _years(row), review.readings.get(key_of(metric)), names) for metric in own),
    )


def _money(row: Row) -> str:
    first, last, students = row["First year"], row["Last year"], row["Students"]
    years = "" if math.isnan(last) else f"FY{first:.0f}" if first == last else f"FY{first:.0f} to FY{last:.0f}"
    said = (
        years,
        f"${row['Dollars']:,.0f}" + ("" if math.isnan(row["Spent"]) else f", ${row['Spent']:,.0f} of it spent"),
        "" if math.isnan(students) else f"{FEW if is_small(students) else f'{students:,.0f}'} students",
        row["State"],
    )
    return "  ·  ".join(part for part in said if part)


def _return(row: Row, metrics: Sequence[Row]) -> str:
    """Expected and actual A-ROI for 1,000 dollars, of enough students and of what is published only."""
    if is_small(row["Students"]) or math.isnan(row["Expected A-ROI"]):
        return ""
    hidden = any(metric["Counts"] and metric["Withheld"] for metric in metrics) or is_small(row["Measured"])
    reached = math.nan if hidden else row["Actual A-ROI"]
    until = "at its end" if row["State"] == "decided" else "so far"
    so_far = "not known" if math.isnan(reached) else f"{reached * PER:,.3g}"
    unit = f"{row['Gain unit']} x students for every $1,000"
    return f"Return (A-ROI), in {unit}: expected {row['Expected A-ROI'] * PER:,.3g}, {until} {so_far}"


def _decided(row: Row) -> str:
    if not row["Decision"] or row["State"] != "decided":
        return ""
    return f"Decided {day(row['Decided on'])}: {row['Decision']}. {row['Reason']}".strip()


def _metric(row: Row, years: Sequence[int], readings: pd.DataFrame | None, names: Sequence[str]) -> PublicMetric:
    name, group, unit, source = (
        without_names(row[column], names) for column in ("Metric", "Student group", "Unit", "Source")
    )
    if row["Withheld"]:
        return PublicMetric(name, group, unit, source, row["Withheld"])
    latest = {} if readings is None else dict(zip(readings["Year"], readings["Value"], strict=True))
    return PublicMetric(
        name,
        group,
        unit,
        source,
        status=row["Status"],
        said=_said(row),
        baseline=row["Baseline"],
        years=tuple(years),
        targets=tuple(row[target] for target, _ in zip(TARGETS, years, strict=False)),
        readings=tuple(latest.get(year, math.nan) for year in years),
    )


def _years(row: Row) -> range:
    """The fiscal years of an investment's cycle; none where they are not known, or more than have targets."""
    first, last = row["First year"], row["Last year"]
    if math.isnan(last) or not 0 <= last - first < len(TARGETS):
        return range(0)
    return range(int(first), int(last) + 1)


def _said(row: Row) -> str:
    """How a metric does, in words."""
    if row["Status"] == NO_READING or not row["Status"]:
        return "Not measured yet in this cycle"
    students = "" if math.isnan(row["Students"]) else f", {row['Students']:,.0f} students"
    measured = f"measured {day(row['Date'])}{students}"
    target = f"{row['Target']:,.10g} for FY{row['Target year']:.0f}"
    if asks_no_gain(row["Baseline"], row["Target"], row["Better"]):
        return f"To hold {target}; {measured}"
    return f"{row['Progress']:.0%} of the way to the target of {target}; {measured}"
