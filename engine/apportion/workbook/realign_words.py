"""What a realignment comes to, in words for the public: how many programs do what, what is freed, what binds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from apportion.schema_realign import OPTION_KINDS
from apportion.spoken import counted, fiscal, together, whole_dollars

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from apportion.programs.decided import Decided
    from apportion.programs.portfolio import Portfolio
    from apportion.programs.realignment import Realignment

# What one program does, and what several do.
MOST_TOGETHER = 4  # names in a sentence
VERBS = {
    "continue": ("continues", "continue"),
    "expand": ("expands", "expand"),
    "scale back": ("is scaled back", "are scaled back"),
    "end": ("ends", "end"),
}
BY_SCHOOL = ("differs by school", "differ by school")
CHANGING_FIRST = ("end", "scale back", "expand", "continue")
MOST_SHIFTS = 3
SMALLEST_GAP = 0.0001  # of the value: the optimizer's own, 0.01%
SWITCH_OFF = "or switch the limit off"
REMEDIES = {
    "fund amounts": f"Raise For programs of a fund in FundYears, {SWITCH_OFF}.",
    "allowable uses": f"Add the use to FundUses where the fund's terms allow it, {SWITCH_OFF}.",
    "allowed shifts": f"Add a row to Shifts where the law allows one, {SWITCH_OFF}.",
    "maintenance of effort": f"Lower its amount in Limits where the law allows it, {SWITCH_OFF}.",
    "least service": f"Set the Least service of a mandate in Programs to what the law asks for, {SWITCH_OFF}.",
    "needs and excludes": f"Look at Needs and Excludes in Programs, {SWITCH_OFF}.",
    "cannot be kept as is": f"Give the program an option other than continue in Options, {SWITCH_OFF}.",
    "positions cut": f"Raise its amount in Limits, {SWITCH_OFF}.",
    "loss of one school": f"Raise its amount in Limits, {SWITCH_OFF}.",
}
"""What lets each kind of limit hold together with others; complete, see LIMIT_KINDS of the schema."""


def kinds_of(realignment: Realignment) -> dict[str, int]:
    """How many programs are proposed to do what; one that is decided by school counts once, alike or not."""
    by_program = realignment.choices.groupby("Program", sort=False)["Kind"].unique()
    own = [kinds[0] if len(kinds) == 1 else "by school" for kinds in by_program]
    return {kind: own.count(kind) for kind in (*OPTION_KINDS, "by school")}


def message(realignment: Realignment) -> str:
    """How many programs do what, as a title."""
    said: list[str] = []
    for kind, number in kinds_of(realignment).items():
        if number:
            verb = VERBS.get(kind, BY_SCHOOL)[number > 1]
            said.append(f"{counted(number, 'program')} {verb}" if not said else f"{number} {verb}")
    return f"Goals realigned: {', '.join(said)}" if said else "There is no program to realign"


def money_sentence(realignment: Realignment) -> str:
    """What is freed and spent in the first year, and the value that is reached."""
    expands = realignment.choices["Kind"] == "expand"
    freed, more = (float(realignment.choices["Freed"][each].sum()) for each in (~expands, expands))
    year = fiscal(realignment.portfolio.year)
    spent = f", {whole_dollars(-more)} more is spent on what expands" if more else ""
    value = f"the value reached is {realignment.value:,.0f} ({realignment.unit})"
    return f"{whole_dollars(freed)} is freed in {year}{spent}; {value}."


def proof_sentence(realignment: Realignment) -> str:
    """What is proven of the proposal: that it is best, or by how much another plan could be better."""
    if realignment.gap <= 0:
        return "This is proven: no other plan within the limits has more value."
    over = f"{realignment.gap:.3%}" if realignment.gap < SMALLEST_GAP * 100 else f"{realignment.gap:.1%}"
    if realignment.status == "within limits of time":
        return f"The time ran out before it was proven best: another plan could have up to {over} more value."
    return f"This is proven: no other plan within the limits has more than {over} more value."


def positions_sentence(realignment: Realignment) -> str:
    """How many positions end and are added in the first year; "" when none."""
    cut = realignment.choices["Positions cut"]
    said = [
        f"{counted(float(number), 'position')} {verb[int(number != 1)]}"
        for number, verb in ((cut[cut > 0].sum(), ("ends", "end")), (-cut[cut < 0].sum(), ("is added", "are added")))
        if number
    ]
    return f"{' and '.join(said)} in {fiscal(realignment.portfolio.year)}." if said else ""


def shift_sentences(realignment: Realignment) -> list[str]:
    """What funds pay of what others were meant to pay, over all years, the largest shifts by name."""
    payments = realignment.payments
    shifted = payments[(payments["From fund"] != payments["Fund"]) & (payments["Dollars"] > 0)]
    years = together([fiscal(year) for year in sorted(set(shifted["Year"]))], MOST_TOGETHER)
    sums = (
        shifted.groupby(["From fund", "Fund"], sort=False)["Dollars"].sum().sort_values(ascending=False, kind="stable")
    )
    rows = sums.reset_index().to_dict("records")
    said = [
        f"{row['Fund']} pays {whole_dollars(row['Dollars'])} that {row['From fund']} was meant to pay ({years})."
        for row in rows[:MOST_SHIFTS]
    ]
    others = sum(float(row["Dollars"]) for row in rows[MOST_SHIFTS:])
    more = counted(len(rows) - MOST_SHIFTS, "smaller shift")
    return [*said, f"{more} between funds come to {whole_dollars(others)}: see Fund years after."] if others else said


def decision_sentence(decided: Decided) -> str:
    """How many decisions there are, and how many are as proposed."""
    rows = decided.decisions
    made = rows[rows["Decided"] != ""]
    open_ones = len(rows) - len(made)
    if made.empty:
        return "Nothing is decided yet: decisions are entered in the table Decisions, each with its reason."
    agree = int(made["Agrees"].sum())
    told = f"{counted(len(made), 'decision')} made, {agree} as proposed and {len(made) - agree} otherwise"
    return f"{told}; {open_ones} still open."


def means(row: Mapping[Any, Any]) -> str:
    """What keeping a program, or giving it up, means for others."""
    name, displaced = str(row["Name"]), str(row["Displaced"]).rstrip(".")
    loss = float(row["Loss"])
    subject = f"Keeping {name}" if row["Forced"] == "keep" else f"Giving up {name}"
    if math.isinf(loss):
        return f"{subject} fits no plan within the limits."
    if displaced:
        return f"{subject} means that {displaced}."
    if row["Bound"]:
        return f"{subject} costs at least this much value; what else changes was not computed."
    return f"{subject} changes nothing else."


def conflict_sentences(portfolio: Portfolio, limits: tuple[str, ...]) -> list[tuple[str, str]]:
    """The limits that cannot hold together, each with what lets it."""
    rows = portfolio.table("RealignLimits")
    kinds = {str(name).casefold(): str(kind) for name, kind in zip(rows["Limit"], rows["Kind"], strict=True)}
    return [(limit, REMEDIES.get(kinds.get(limit.casefold(), limit.casefold()), "Switch it off.")) for limit in limits]


def budget_message(frontier: pd.DataFrame) -> str:
    """What a tenth more and a tenth less money would do to the value, as a title."""
    rows = {round(float(row["Share"]), 2): float(row["Value"]) for row in frontier.to_dict("records")}
    present = rows.get(1.0)
    if not present:
        return "Value by budget"
    said: list[str] = []
    if (more := rows.get(1.1)) is not None:
        said.append(f"10% more money would add {more / present - 1:.1%} of value")
    if (less := rows.get(0.9)) is not None:
        said.append(f"{'10% less' if said else '10% less money'} would take {1 - less / present:.1%}")
    elif said and min(rows) == 1:
        said.append("with 10% less no plan fits")
    return ", ".join(said) or "Value by budget"
