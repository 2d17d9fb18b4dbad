"""Which funds pay for a line that more than one fund pays for: the table Funding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from apportion.errors import Finding, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from apportion.allocation.rule import Rule
    from apportion.intake import Intake

FOR_PROGRAMS = "For programs"
WHOLE = 1.0
CLOSE = 1e-9


@dataclass(frozen=True)
class Part:
    """What one fund takes of a line: a share of it, what the fund still has, or the rest."""

    index: int
    fund: str
    takes: str
    share: float


@dataclass(frozen=True)
class Split:
    """A line and the funds that pay for it, in order; the last one pays what is left of it to the cent."""

    line: str
    parts: tuple[Part, ...]

    @property
    def told(self) -> str:
        """The funds in words, such as "General Fund 60%, Title I 40%"."""
        return ", ".join(
            f"{part.fund} {part.share * 100:.10g}%" if part.takes == "share" else f"{part.fund} ({part.takes})"
            for part in self.parts
        )


def fund_amounts(intake: Intake, year: int) -> dict[str, float]:
    """What each fund has for rules in a year, in dollars: amount and carried in, less what programs take."""
    now = _of_year(intake, year)
    has = now["Amount"] + now["Carried in"].fillna(0.0) - now[FOR_PROGRAMS].fillna(0.0)
    return dict(zip(now["Fund"], has, strict=True))


def taken_by_programs(intake: Intake, year: int) -> dict[str, float]:
    """What programs take of each fund in a year before rules allocate, in dollars; without those that give none."""
    now = _of_year(intake, year)
    taken = dict(zip(now["Fund"], now[FOR_PROGRAMS].fillna(0.0), strict=True))
    return {fund: dollars for fund, dollars in taken.items() if dollars > 0}


def _of_year(intake: Intake, year: int) -> pd.DataFrame:
    frame = intake.frames["FundYears"]
    now: pd.DataFrame = frame[frame["Year"] == year]
    return now


def read_funding(intake: Intake, rules: tuple[Rule, ...], findings: list[Finding]) -> tuple[Split, ...]:
    """The split lines in the order of the rules; what does not add up is among the findings."""
    frame = intake.frames["Funding"]
    lines = {rule.line.casefold(): rule.line for rule in rules}
    order = {fold: number for number, fold in enumerate(lines)}
    everywhere = {name.casefold() for name in intake.frames["Rules"]["Line"]} | set(lines)
    splits = []
    for fold, rows in frame.groupby(frame["Line"].str.casefold(), sort=False):
        ordered = rows.sort_values("Order", kind="stable", na_position="last")
        if fold not in lines:
            if fold not in everywhere:
                index, line = int(str(ordered.index[0])), ordered["Line"].iloc[0]
                remedy = did_you_mean(line, lines.values()) or "Mend the name, or remove the row."
                what = f'no rule gives a line "{line}".'
                findings.append(intake.finding("error", "Funding", index, "Line", what, remedy))
            continue
        wrong = list(_wrong(intake, ordered))
        findings += wrong
        if not wrong:
            splits.append(Split(lines[str(fold)], tuple(_parts(ordered))))
    return tuple(sorted(splits, key=lambda split: order[split.line.casefold()]))


def _parts(rows: pd.DataFrame) -> Iterator[Part]:
    for index, row in zip(rows.index, rows.to_dict("records"), strict=True):
        share = 0.0 if np.isnan(row["Share"]) else float(row["Share"])
        yield Part(int(str(index)), row["Fund"], row["Takes"] or "share", share)


def _wrong(intake: Intake, rows: pd.DataFrame) -> Iterator[Finding]:
    def at(index: Any, column: str, what: str, remedy: str) -> Finding:
        return intake.finding("error", "Funding", int(str(index)), column, what, remedy)

    takes, line = rows["Takes"], rows["Line"].iloc[0]
    shares = rows["Share"].where(takes == "share")
    for index in rows.index[(takes == "share") & rows["Share"].isna()]:
        yield at(
            index, "Share", f'line "{line}": the share of {rows["Fund"][index]} is empty.', "Type it, such as 60%."
        )
    total, last = float(shares.sum()), rows.index[-1]
    if (takes == "share").all():
        if abs(total - WHOLE) > CLOSE:
            what = f'the shares of line "{line}" total {total * 100:.10g}%, not 100%.'
            yield at(last, "Share", what, "Mend a share, or let one fund take the rest.")
        return
    if total > WHOLE + CLOSE:
        yield at(last, "Share", f'the shares of line "{line}" total {total * 100:.10g}%.', "Mend a share.")
    if (takes == "rest").sum() != 1 or takes.iloc[-1] != "rest":
        yield at(
            last, "Takes", f'no fund takes the rest of line "{line}" as the last one.',
            "Let the last fund in Order take the rest, and only that one.",
        )  # fmt: skip
