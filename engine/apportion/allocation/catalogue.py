"""The catalogue of methods: each a formula template, a sentence template and where the method is known from.

A template speaks of the rule's own steps: `{count}`, `{rate}`, `{capacity}` (the rate, times cohorts that take turns),
`{band}` (the band's name as an Excel text), `{employees}`, `{prior}`, `{total}` (what `Of` names), `{taken}`,
`{taught}`, `{each}`, `{weighted}` and `{formula}` (what the district typed). What the template gives is then held to
the class maximum, rounded, held between minimum and maximum, adjusted and costed in the same way for every method
(see `rules`). A method without a formula gives only what Adjustments add.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ALLOVUE = "Allovue Allocate help, rule catalogue"
ANY_GRAIN = ("school", "school and model", "school, model and grade", "campus", "district")
FINER = ("school", "school and model", "school, model and grade")
AT_SCHOOL = ("school",)


@dataclass(frozen=True)
class Method:
    """One way in which an amount comes about.

    `gives` says whether the amount is FTE or dollars ("either": FTE when the rule has a job type). `asks` names the
    columns of Rules that must be filled, `reads` those that may be; others are reported as not read. `formula` and
    `sentence` are the templates, `source` says where the method is known from, `grains` where it makes sense, the
    usual one first.
    """

    name: str
    gives: Literal["FTE", "dollars", "either"]
    asks: tuple[str, ...]
    formula: str
    sentence: str
    source: str
    grains: tuple[str, ...] = ANY_GRAIN
    reads: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether the amount comes from a count: of the Group, or of all students where that is left empty."""
        return "{count}" in self.formula

    @property
    def uses_rate(self) -> bool:
        """Whether Rate is a number or the name of a rate (of a band it is the band's name)."""
        return any(word in self.formula for word in ("{rate}", "{capacity}", "{weighted}"))

    @property
    def rate_in_dollars(self) -> bool:
        """Whether the rate of a method that gives dollars is in dollars, not a share of dollars."""
        return "{prior}" not in self.formula and "{total}" not in self.formula

    @property
    def takes(self) -> tuple[str, ...]:
        """The columns of Rules that the method reads."""
        return (*self.asks, *self.reads)


_BAND = "SUMPRODUCT((Bands[Band]={band})*(Bands[From]<={count})*(Bands[To]>{count})*Bands[Value])"
_CLASSES = ("Class maximum", "Cohorts")

METHODS: tuple[Method, ...] = (
    Method("fixed FTE", "FTE", ("Rate",), "{rate}", "{earned} for each {place}", f"{ALLOVUE}: fixed FTE"),
    Method(
        "ratio FTE", "FTE", ("Rate",), "{count}/{rate}", "{count} {unit} / {rate} per FTE = {earned}",
        f"{ALLOVUE}: ratio-based FTE", reads=_CLASSES,
    ),
    Method(
        "student-group ratio FTE", "FTE", ("Group", "Rate"), "{count}/{rate}",
        "{count} {unit} / {rate} per FTE = {earned}", f"{ALLOVUE}: sub-enrollment ratio-based FTE", reads=_CLASSES,
    ),
    Method(
        "banded FTE", "FTE", ("Rate",), _BAND, "{count} {unit} in band {band} = {earned}",
        f"{ALLOVUE}: banded staffing allocation",
    ),
    Method(
        "sections", "FTE", ("Rate",), "ROUNDUP({count}/{capacity},0)",
        "{count} {unit} in classes of up to {rate}{cohorts} = {earned}",
        "Virginia Standards of Quality; sections per grade with a cap, as districts staff elementary schools",
        FINER, (*_CLASSES, "Combine", "Combination limit", "Combinations"),
    ),
    Method(
        "periods", "FTE", ("Rate", "Periods taken", "Periods taught"), "{count}*{taken}/{rate}/{taught}",
        "{count} {unit} x {taken} periods / {rate} per class / {taught} periods taught = {earned}",
        "secondary staffing by periods, DOMAIN section 2", FINER, _CLASSES,
    ),
    Method(
        "bundle", "FTE", ("Rate", "Of"), "ROUNDUP({count}/{capacity},0)*{each}",
        "{count} {unit} in units of up to {rate}{cohorts}, {each} FTE each = {earned}",
        "self-contained rooms: several positions per unit", reads=("Cohorts",),
    ),
    Method(
        "FTE per employees", "FTE", ("Of", "Rate"), "{employees}/{rate}",
        "{employees} FTE of {of} / {rate} = {earned}", f"{ALLOVUE}: FTE per number of employees of a job type",
        AT_SCHOOL,
    ),
    Method(
        "prior-year FTE", "FTE", ("Rate",), "{prior}*{rate}", "{prior} FTE of {of} last year x {rate} = {earned}",
        f"{ALLOVUE}: prior-year-budget-based", AT_SCHOOL, ("Of",),
    ),
    Method("manual FTE", "FTE", (), "", "", f"{ALLOVUE}: manual FTE adjustment", AT_SCHOOL),
    Method("gross dollars", "dollars", ("Rate",), "{rate}", "{earned} for each {place}", f"{ALLOVUE}: gross dollars"),
    Method(
        "per-pupil dollars", "dollars", ("Rate",), "{count}*{rate}", "{count} {unit} x {rate} per student = {earned}",
        f"{ALLOVUE}: per-pupil dollars", reads=("Rate step",),
    ),
    Method(
        "student-group per-pupil dollars", "dollars", ("Group", "Rate"), "{count}*{rate}",
        "{count} {unit} x {rate} per student = {earned}", f"{ALLOVUE}: sub-enrollment per-pupil dollars",
        reads=("Rate step",),
    ),
    Method(
        "weighted per-pupil dollars", "dollars", ("Of", "Rate"), "{weighted}", "{weighted} = {earned}",
        "weighted student funding; D.C. Code 38-2905; California Education Code 42238.02",
        ("school", "school and model"), ("Rate step",),
    ),
    Method(
        "proportional share", "dollars", ("Group", "Rate"), "{rate}", "{earned}",
        f"{ALLOVUE}: proportional share of a total by a sub-enrollment", ("district", "campus"),
    ),
    Method(
        "banded dollars", "dollars", ("Rate",), _BAND, "{count} {unit} in band {band} = {earned}",
        f"{ALLOVUE}: banded allocation",
    ),
    Method(
        "dollars per employee", "dollars", ("Of", "Rate"), "{employees}*{rate}",
        "{employees} FTE of {of} x {rate} = {earned}", f"{ALLOVUE}: dollars per employee of a job type", AT_SCHOOL,
    ),
    Method(
        "prior-year dollars", "dollars", ("Rate",), "{prior}*{rate}", "{prior} for {of} last year x {rate} = {earned}",
        f"{ALLOVUE}: prior-year-budget-based dollars", AT_SCHOOL, ("Of",),
    ),
    Method("manual dollars", "dollars", (), "", "", f"{ALLOVUE}: manual dollar adjustment", AT_SCHOOL),
    Method(
        "manual adjustment", "either", (), "", "", f"{ALLOVUE}: manual dollar adjustment, manual FTE adjustment",
        AT_SCHOOL,
    ),
    Method(
        "reserve", "either", ("Of", "Rate"), "{total}*{rate}", "{total} of {of} in the district x {rate} = {earned}",
        "a reserve held back for growth, DOMAIN section 2", AT_SCHOOL,
    ),
    Method(
        "formula", "either", ("Formula",), "{formula}", "{formula} = {substituted} = {earned}",
        "Apportion: the district's own Excel formula", reads=_CLASSES,
    ),
)  # fmt: skip
BY_NAME: dict[str, Method] = {method.name: method for method in METHODS}
