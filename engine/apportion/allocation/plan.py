"""A plan: what one scenario takes from the planner's tables, ready to be compiled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from apportion.allocation.changes import with_changes
from apportion.allocation.funding import fund_amounts, read_funding
from apportion.allocation.groups import StudentGroup, all_students, counted_grades, grades_of, read_student_groups
from apportion.allocation.result import Scenario
from apportion.allocation.rule import read_rules
from apportion.cells import read_year
from apportion.errors import Finding, UnknownName, did_you_mean
from apportion.schema import BY_NAME as SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apportion.allocation.funding import Split
    from apportion.allocation.rule import Rule
    from apportion.intake import Intake

OPEN_END = 1e9  # the To of a band's last step, larger than any count
@dataclass(frozen=True)
class Plan:
    """Everything one scenario allocates from: organizations open in its year, its counts, and its rules in order.

    `groups` are the counted columns of Enrollment, `student_groups` those made of them, by name in lower case.
    `grades` are the columns that a rule per grade counts one by one, `numbers` the columns of Schools with numbers;
    `other_counts` are the counts of all other
    projections.
    """

    district: str
    scenario: Scenario
    intake: Intake
    schools: pd.DataFrame
    counts: pd.DataFrame
    groups: tuple[str, ...]
    student_groups: Mapping[str, StudentGroup]
    grades: tuple[str, ...]
    numbers: tuple[str, ...]
    total_group: str
    rules: tuple[Rule, ...]
    rates: pd.DataFrame
    bands: pd.DataFrame
    weights: pd.DataFrame
    costs: pd.DataFrame
    adjustments: pd.DataFrame
    prior: pd.DataFrame
    other_counts: pd.DataFrame
    funding: tuple[Split, ...]
    funds: Mapping[str, float]
    own_tables: Mapping[str, pd.DataFrame]

    def grades_of(self, group: str) -> tuple[str, ...]:
        """The grades that a rule per grade counts for its group: those that it adds up, of all students every one."""
        return grades_of(group, self.groups, self.student_groups, self.total_group)

    def students(self, counts: pd.DataFrame) -> pd.Series:
        """The students of each row of Enrollment: the column of all of them, or what their group adds up."""
        made = self.student_groups.get(self.total_group.casefold())
        return counts[list(made.columns)].sum(axis=1) if made is not None else counts[self.total_group]


def scenario_names(intake: Intake) -> list[str]:
    """The scenarios that the plan has, in order; without the table there is one, Base."""
    return list(intake.frames["Scenarios"]["Scenario"]) or ["Base"]


def settings(intake: Intake) -> dict[str, str]:
    """What the table Plan says, by setting in lower case."""
    frame = intake.frames["Plan"]
    return {str(key).casefold(): str(value) for key, value in zip(frame["Setting"], frame["Value"], strict=True)}


def read_plan(intake: Intake, scenario: str | None = None) -> tuple[Plan, list[Finding]]:
    """The plan of a scenario (by default the first) and what is wrong with it.

    Raises UnknownName when there is no such scenario.
    """
    findings: list[Finding] = []
    chosen = _scenario(intake, scenario, findings)
    intake = with_changes(intake, chosen, findings)
    schools = _schools(intake, chosen.year)
    given = tuple(
        name for name in intake.frames["Enrollment"].columns if name.casefold() not in SCHEMAS["enrollment"].by_name
    )
    made = read_student_groups(intake, given, findings)
    total, made = all_students(given, made, schools)
    numbered = tuple(name for name in schools.columns if _is_number(schools[name]))
    weights = _weights(intake, chosen.year)
    known = (*given, *(each.name for each in made.values()), *numbered)
    rules = read_rules(intake, chosen, known, total, weights, findings)
    counts, others = _counts(intake, chosen, schools)
    plan = Plan(
        district=settings(intake).get("district", ""),
        scenario=chosen,
        intake=intake,
        schools=schools,
        counts=counts,
        groups=given,
        student_groups=made,
        grades=counted_grades(rules, given, made, total),
        numbers=numbered,
        total_group=total,
        rules=rules,
        rates=_rates(intake, chosen.year),
        bands=_bands(intake, chosen.year, findings),
        weights=weights,
        costs=_costs(intake, chosen.year, findings),
        adjustments=_adjustments(intake, chosen, schools, findings),
        prior=_prior(intake, chosen.year, findings),
        other_counts=others,
        funding=read_funding(intake, rules, findings),
        funds=fund_amounts(intake, chosen.year),
        own_tables={
            name: pd.DataFrame(dict(table.cells))
            for name, table in intake.tables.items()
            if name.casefold() not in SCHEMAS
        },
    )
    return plan, findings


def recounted_plan(plan: Plan, enrollment: pd.DataFrame) -> Plan:
    """The plan with another Enrollment of the same rows and columns, which differs in numbers of students alone."""
    intake = replace(plan.intake, frames={**plan.intake.frames, "Enrollment": enrollment})
    counts, others = _counts(intake, plan.scenario, plan.schools)
    return replace(plan, intake=intake, counts=counts, other_counts=others)


def in_force(frame: pd.DataFrame, year: int, key: tuple[str, ...]) -> pd.DataFrame:
    """The rows that hold in a year: of rows alike in `key`, the newest that is not younger than the year."""
    years = frame["Year"].fillna(-np.inf).tolist()
    alike = list(zip(*([str(cell).casefold() for cell in frame[column].tolist()] for column in key), strict=True))
    newest: dict[tuple[str, ...], float] = {}
    for each, since in zip(alike, years, strict=True):
        if since <= year:
            newest[each] = max(since, newest.get(each, since))
    held = [since <= year and newest[each] == since for each, since in zip(alike, years, strict=True)]
    return frame[np.array(held, bool)]


def _scenario(intake: Intake, name: str | None, findings: list[Finding]) -> Scenario:
    frame, names = intake.frames["Scenarios"], scenario_names(intake)
    chosen = name or names[0]
    position = next((i for i, each in enumerate(names) if each.casefold() == chosen.casefold()), None)
    if position is None:
        message = f'There is no scenario "{chosen}". {did_you_mean(chosen, names)} The plan has: {", ".join(names)}.'
        raise UnknownName(message.replace("  ", " "))
    row = frame.iloc[position].to_dict() if len(frame) else {}
    year = _fiscal_year(intake, row.get("Year"), findings)
    projections = intake.frames["Enrollment"]["Projection"].unique().tolist()
    projection = str(row.get("Projection") or "")
    if not projection and len(projections) > 1:
        findings.append(
            Finding(
                "error",
                f'Scenario "{names[position]}" does not say which projection it uses; Enrollment has '
                f"{', '.join(projections)}.",
                "Fill Projection in Scenarios.",
                sheet="Scenarios",
                table="Scenarios",
            )
        )
    projection = projection or (projections[0] if projections else "")
    known = {each.casefold(): each for each in projections}
    if projection.casefold() not in known and projections:
        findings.append(
            intake.finding(
                "error",
                "Scenarios",
                position,
                "Projection",
                f'no projection "{projection}" in Enrollment.',
                did_you_mean(projection, projections) or f"Enrollment has: {', '.join(projections)}.",
            )
        )
    return Scenario(
        names[position], year, known.get(projection.casefold(), projection), str(row.get("Funding formula") or "")
    )


def _fiscal_year(intake: Intake, year: float | None, findings: list[Finding]) -> int:
    if year is not None and not np.isnan(year):
        return int(year)
    field = SCHEMAS["scenarios"].by_name["year"]
    said, severity, what, remedy = read_year(settings(intake).get("fiscal year"), field)
    if severity:
        findings.append(Finding("error", f"Fiscal year: {what}", remedy, SCHEMAS["plan"].sheet, "Plan"))
    if not np.isnan(said):
        return int(said)
    years = intake.frames["JobTypes"]["Year"].dropna()
    newest = int(years.max()) if len(years) else 0
    findings.append(
        Finding(
            "warning" if newest else "error",
            f"The plan does not say its fiscal year{f'; {newest}, the newest of JobTypes, is used' if newest else ''}.",
            "Write it beside Fiscal year on the sheet Start, such as 2027.",
            sheet="Start",
            table="Plan",
        )
    )
    return newest


def _schools(intake: Intake, year: int) -> pd.DataFrame:
    frame = intake.frames["Schools"]
    opened, closed = frame["Open year"].fillna(-np.inf), frame["Close year"].fillna(np.inf)
    return frame[(opened <= year) & (closed >= year)]


def _counts(intake: Intake, scenario: Scenario, schools: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The counts of the scenario's projection, and those of all others, at the schools that are open."""
    frame = intake.frames["Enrollment"]
    same = frame["Projection"].str.casefold() == scenario.projection.casefold()
    opened = frame["School"].isin(set(schools["Code"].tolist()))
    return frame[same & opened], frame[~same & opened]


def _is_number(column: pd.Series) -> bool:
    return any(issubclass(kind, int | float) and kind is not bool for kind in set(map(type, column.tolist())))


def _weights(intake: Intake, year: int) -> pd.DataFrame:
    """The weights of the year, each row with a key of its own, such as "Need:2"."""
    return _keyed(in_force(intake.frames["Weights"], year, ("Weights", "Student group", "Where")), "Weights")


def _rates(intake: Intake, year: int) -> pd.DataFrame:
    """The rates of the year, each row with a key of its own, such as "AP_ratio:2"."""
    return _keyed(in_force(intake.frames["Rates"], year, ("Rate", "Model", "Student group", "Where")), "Rate")


def _keyed(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """The frame with a key for every row: its name, and which row of that name it is."""
    seen: dict[str, int] = {}
    keys = []
    for name in frame[column].tolist():
        nth = seen[name.casefold()] = seen.get(name.casefold(), 0) + 1
        keys.append(f"{name}:{nth}")
    return frame.assign(Key=pd.Series(keys, index=frame.index, dtype="str"))


def _bands(intake: Intake, year: int, findings: list[Finding]) -> pd.DataFrame:
    """The bands of the year, by name and size; gaps and overlaps are findings."""
    frame = intake.frames["Bands"]
    bands = in_force(frame, year, ("Band",))
    bands = bands.assign(To=bands["To"].fillna(OPEN_END))
    names = [name.casefold() for name in bands["Band"].tolist()]
    bands = bands.iloc[sorted(range(len(bands)), key=list(zip(names, bands["From"].tolist(), strict=True)).__getitem__)]
    for name in dict.fromkeys(sorted(names)):
        steps = bands[[each.casefold() == name for each in bands["Band"].tolist()]]
        findings += _band_ends(intake, steps)
        ends, starts = steps["To"].to_numpy()[:-1], steps["From"].to_numpy()[1:]
        for i in np.flatnonzero(ends != starts).tolist():
            kind = "overlaps the next" if ends[i] > starts[i] else "leaves a gap before the next"
            end = "without an end" if ends[i] == OPEN_END else f"to {ends[i]:,.15g}"
            findings.append(
                intake.finding(
                    "error",
                    "Bands",
                    int(steps.index[i]),
                    "To",
                    f'band "{steps["Band"].iloc[i]}": the step {end} {kind}, which starts at {starts[i]:,.15g}.',
                    "A step goes from its From to just below its To; the next one starts at that To.",
                )
            )
    return bands


def _band_ends(intake: Intake, steps: pd.DataFrame) -> list[Finding]:
    """Steps that end before they begin."""
    return [
        intake.finding(
            "error",
            "Bands",
            int(index),
            "To",
            f'band "{name}": the step from {least:,.15g} ends at {end:,.15g}, so that no count is in it.',
            "To is larger than From; leave To empty where the step has no end.",
        )
        for index, name, least, end in zip(steps.index, steps["Band"], steps["From"], steps["To"], strict=True)
        if end <= least
    ]


def _costs(intake: Intake, year: int, findings: list[Finding]) -> pd.DataFrame:
    """One row per job type with its cost in the year: the average given, or salary with fringe."""
    costs = in_force(intake.frames["JobTypes"], year, ("Job type",))
    made = costs["Salary"] * (1 + costs["Fringe %"].fillna(0)) + costs["Fringe flat"].fillna(0)
    costs = costs.assign(Cost=costs["Average cost"].fillna(made))
    older = costs[costs["Year"].notna() & (costs["Year"] < year) & costs["Cost"].notna()]
    used = set(intake.frames["Rules"]["Job type"].str.casefold())
    for index, name, dated in zip(older.index, older["Job type"], older["Year"], strict=True):
        if name.casefold() in used:
            findings.append(
                intake.finding(
                    "warning",
                    "JobTypes",
                    int(index),
                    "Year",
                    f'the cost of "{name}" is from FY{dated:.0f} and is used for FY{year}.',
                    f"Add a row for {year} when the new cost is known.",
                )
            )
    return costs


def _adjustments(intake: Intake, scenario: Scenario, schools: pd.DataFrame, findings: list[Finding]) -> pd.DataFrame:
    """The adjustments that hold in the scenario, FTE and dollars blank as 0."""
    frame = intake.frames["Adjustments"]
    same = (frame["Scenario"] == "") | (frame["Scenario"].str.casefold() == scenario.name.casefold())
    now = (frame["Year"].isna() | (frame["Year"] == scenario.year)) & same
    expired = now & (frame["Expires"] < scenario.year)
    findings += [
        intake.finding(
            "note",
            "Adjustments",
            int(i),
            "Expires",
            f'the adjustment of "{frame["Line"][i]}" at school "{frame["School"][i]}" expired in '
            f"FY{frame['Expires'][i]:.0f} and is not applied.",
            "Remove it, or give it a later year.",
        )
        for i in frame.index[expired]
    ]
    now &= ~expired
    known = frame["School"].isin(intake.frames["Schools"]["Code"].tolist())
    closed = now & known & ~frame["School"].isin(schools["Code"].tolist())
    findings += [
        intake.finding(
            "error",
            "Adjustments",
            int(i),
            "School",
            f'school "{frame["School"][i]}" is not open in FY{scenario.year}.',
            "Remove the adjustment, or mend the school's Open year and Close year.",
        )
        for i in frame.index[closed]
    ]
    held = frame[now & ~closed]
    return held.assign(FTE=held["FTE"].fillna(0.0), Dollars=held["Dollars"].fillna(0.0))


def _prior(intake: Intake, year: int, findings: list[Finding]) -> pd.DataFrame:
    frame = intake.frames["PriorYear"]
    before = frame["Year"].isna() | (frame["Year"] == year - 1)
    if len(frame) and not before.any():
        findings.append(
            Finding(
                "warning",
                f"PriorYear has no rows for FY{year - 1}, so nothing can be compared.",
                f"Paste last year's amounts with the year {year - 1}.",
                sheet=SCHEMAS["prioryear"].sheet,
                table="PriorYear",
            )
        )
    return frame[before]
