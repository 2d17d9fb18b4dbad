"""The catalogue of methods: each a formula template, a sentence template and where the method is known from.

A template speaks of the rule's own steps: `{count}`, `{rate}`, `{band}` (the band's name as an Excel text) and
`{formula}` (what the district typed). What the template gives is then rounded, held between minimum and maximum,
adjusted and costed in the same way for every method (see `rules`). A method without a formula gives only what
Adjustments add.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ALLOVUE = "Allovue Allocate help, rule catalogue"


@dataclass(frozen=True)
class Method:
    """One way in which an amount comes about.

    `gives` says whether the amount is FTE or dollars ("either": FTE when the rule has a job type). `asks` names the
    columns of Rules that must be filled, `formula` and `sentence` are the templates, and `source` says where the
    method is known from.
    """

    name: str
    gives: Literal["FTE", "dollars", "either"]
    asks: tuple[str, ...]
    formula: str
    sentence: str
    source: str


METHODS: tuple[Method, ...] = (
    Method("fixed FTE", "FTE", ("Rate",), "{rate}", "{earned} for each {place}", f"{ALLOVUE}: fixed FTE"),
    Method(
        "ratio FTE",
        "FTE",
        ("Group", "Rate"),
        "{count}/{rate}",
        "{count} {unit} / {rate} per FTE = {earned}",
        f"{ALLOVUE}: ratio-based FTE, sub-enrollment ratio-based FTE",
    ),
    Method(
        "banded FTE",
        "FTE",
        ("Group", "Rate"),
        'SUMIFS(Bands[Value],Bands[Band],{band},Bands[From],"<="&{count},Bands[To],">"&{count})',
        "{count} {unit} in band {band} = {earned}",
        f"{ALLOVUE}: banded staffing allocation",
    ),
    Method(
        "per-pupil dollars",
        "dollars",
        ("Group", "Rate"),
        "{count}*{rate}",
        "{count} {unit} x {rate} per student = {earned}",
        f"{ALLOVUE}: per-pupil dollars, sub-enrollment per-pupil dollars",
    ),
    Method(
        "manual adjustment",
        "either",
        (),
        "",
        "",
        f"{ALLOVUE}: manual dollar adjustment, manual FTE adjustment",
    ),
    Method(
        "formula",
        "either",
        ("Formula",),
        "{formula}",
        "{formula} = {substituted} = {earned}",
        "Apportion: the district's own Excel formula",
    ),
)
BY_NAME: dict[str, Method] = {method.name: method for method in METHODS}
