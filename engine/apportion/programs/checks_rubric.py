"""What is wrong in the tables of programs and ratings, beyond what is wrong in their cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from apportion.errors import Finding, did_you_mean, nearest
from apportion.intake import SAME_PROBLEM_AT_MOST
from apportion.programs.panel import read_panel
from apportion.programs.portfolio import LISTS, find_in_list, listed
from apportion.schema_rubric import AXES, NOT_RATED
from apportion.spoken import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from apportion.programs.portfolio import Portfolio

EVIDENCE_FOR = ("0", "4")
MOST_NAMED = 8


def check_rubric(portfolio: Portfolio) -> Iterator[Finding]:
    """Everything that is wrong with programs, criteria, raters and ratings, in the order of the tables."""
    for check in CHECKS:
        yield from check(portfolio)


def _lists(portfolio: Portfolio) -> Iterator[Finding]:
    """Entries of lists that no table has; a list of schools or priorities counts only where there are any."""
    for table, column, target, name, what in LISTS:
        known = {each.casefold(): each for each in portfolio.table(target)[name] if each}
        if not known:
            continue
        for index in np.flatnonzero(portfolio.table(table)[column] != "").tolist():
            yield from find_in_list(portfolio, table, index, column, known, what)


def _of_itself(portfolio: Portfolio) -> Iterator[Finding]:
    """Programs that need, exclude or stand in for themselves."""
    rows = portfolio.table("Programs")
    for column in ("Substitutes", "Needs", "Excludes"):
        for index, (code, entries) in enumerate(zip(rows["Code"], rows[column], strict=True)):
            if code and code.casefold() in map(str.casefold, listed(entries)):
                what, remedy = f"{code} stands in its own {column}.", "Take it out of the list."
                yield portfolio.intake.finding("error", "Programs", index, column, what, remedy)


def _students(portfolio: Portfolio) -> Iterator[Finding]:
    """More students who take part than have access, of a program or in a row of Participation."""
    for table, access, taking in (
        ("Programs", "Students with access", "Students taking part"),
        ("Participation", "With access", "Taking part"),
    ):
        rows = portfolio.table(table)
        for index in np.flatnonzero((rows[taking] > rows[access]).to_numpy(dtype=bool)).tolist():
            part, may = rows[taking].iloc[index], rows[access].iloc[index]
            what = f"{part:,g} students take part, and {may:,g} have access."
            remedy = f"Correct one of the two: who takes part has access. The other stands under {access}."
            yield portfolio.intake.finding("error", table, index, taking, what, remedy)


def _mandates(portfolio: Portfolio) -> Iterator[Finding]:
    """A least service without a mandate, and a least service above all of it."""
    rows = portfolio.table("Programs")
    without = rows["Least service"].notna() & (rows["Mandate"] == "")
    for index in np.flatnonzero(without).tolist():
        name, least = rows["Program"].iloc[index], rows["Least service"].iloc[index]
        what = f"{name} has a least service of {least:.0%}, and no mandate; it does not count."
        remedy = "Name the law or order under Mandate, or leave Least service empty."
        yield portfolio.intake.finding("warning", "Programs", index, "Least service", what, remedy)


def _owners(portfolio: Portfolio) -> Iterator[Finding]:
    """Programs for which nobody answers, and owners whose name is nearly that of a rater."""
    rows, raters = portfolio.table("Programs"), portfolio.table("Raters")["Rater"]
    known = {each.casefold() for each in raters}
    owned = [bool(any(owners)) for owners in read_panel(portfolio).owns.tolist()]
    strangers: dict[str, int] = {}
    for index, (name, owner) in enumerate(zip(rows["Program"], rows["Owner"], strict=True)):
        if not owner and not owned[index]:
            yield portfolio.intake.finding(
                "warning", "Programs", index, "Owner", f"nobody answers for {name}.", "Name its owner."
            )
        elif owner and owner.casefold() not in known:
            strangers.setdefault(owner, index)
    for owner in [owner for owner in strangers if nearest(owner, raters)]:
        what = f'the owner "{owner}" is not among the raters.'
        remedy = f"{did_you_mean(owner, raters)} Write the name alike where that person rates too."
        yield portfolio.intake.finding("warning", "Programs", strangers[owner], "Owner", what, remedy)


def _costs(portfolio: Portfolio) -> Iterator[Finding]:
    """Programs without cost in the plan's year."""
    rows, costs = portfolio.table("Programs"), portfolio.costs
    known = set(costs.loc[costs["Year"] == portfolio.year, "Program"])
    for index, (code, name) in enumerate(zip(rows["Code"], rows["Program"], strict=True)):
        if code and code not in known:
            what = f"{name} has no cost in FY{portfolio.year}."
            remedy = (
                f"Add its rows of FY{portfolio.year} to ProgramCosts, one per fund; 0 dollars where it costs nothing."
            )
            yield portfolio.intake.finding("warning", "Programs", index, "Code", what, remedy)


def _criteria(portfolio: Portfolio) -> Iterator[Finding]:
    """Weights that are not larger than 0, and axes without a criterion that is scored."""
    rows = portfolio.table("Criteria")
    for index in np.flatnonzero(rows["Weight"] <= 0).tolist():
        what = f"{rows['Criterion'].iloc[index]} weighs {rows['Weight'].iloc[index]:g}."
        remedy = "A weight is larger than 0. To leave it out of the axis, make its role condition."
        yield portfolio.intake.finding("error", "Criteria", index, "Weight", what, remedy)
    for axis in AXES:
        if not ((rows["Axis"] == axis) & (rows["Role"] == "score")).any() and len(rows):
            what = f"no criterion with the role score is on the axis {axis}."
            remedy = "Add one, or give one of its criteria the role score: without it no program can be placed."
            yield portfolio.intake.finding("error", "Criteria", None, "Axis", what, remedy)


def _evidence(portfolio: Portfolio) -> Iterator[Finding]:
    """Scores of 0 and 4 without evidence; of each rater the first are listed one by one."""
    rows = portfolio.table("Ratings")
    bare = rows[rows["Score"].isin(EVIDENCE_FOR) & (rows["Evidence"] == "")]
    remedy = "Write under Evidence what the score rests on; 0 and 4 need it. Or give 1 to 3, or not rated."
    for rater, given in bare.groupby("Rater", sort=False):
        more = len(given) - SAME_PROBLEM_AT_MOST
        for number, row in enumerate(given.head(SAME_PROBLEM_AT_MOST).to_dict("records"), 1):
            program = portfolio.names.get(row["Program"], row["Program"])
            what = f"{rater} gives {program} a {row['Score']} on {row['Criterion']} without evidence."
            if number == SAME_PROBLEM_AT_MOST and more > 0:
                what += f" And {more} more of {rater}'s ratings alike."
            index = int(given.index[number - 1])
            yield portfolio.intake.finding("error", "Ratings", index, "Evidence", what, remedy)


def _silent(portfolio: Portfolio) -> Iterator[Finding]:
    """Programs that nobody rated, or that only their owner rated, and raters who rated nothing."""
    panel = read_panel(portfolio)
    given, others = (~np.isnan(each) for each in (panel.scores, panel.others))
    for index, name in enumerate(portfolio.table("Programs")["Program"]):
        if not others[index].any():
            who = "only its owner has rated" if given[index].any() else "nobody has rated"
            remedy = "Let raters score it; until then it is not placed."
            yield portfolio.intake.finding("warning", "Programs", index, "Code", f"{who} {name}.", remedy)
    for index, rater in enumerate(panel.raters):
        if not given[:, :, index].any():
            remedy = f"Nothing needs to be done; {NOT_RATED} is left out of every score."
            yield portfolio.intake.finding("note", "Raters", index, "Rater", f"{rater} has rated nothing.", remedy)


def _shares(portfolio: Portfolio) -> Iterator[Finding]:
    """Positions that cost more than all of the row, in ProgramCosts."""
    rows = portfolio.table("ProgramCosts")
    for index in np.flatnonzero(rows["Position dollars"] > rows["Dollars"]).tolist():
        row = rows.iloc[index]
        what = f"positions cost ${row['Position dollars']:,.2f}, more than the ${row['Dollars']:,.2f} of the row."
        remedy = "Position dollars are the part of Dollars that pays positions: correct one of the two."
        yield portfolio.intake.finding("error", "ProgramCosts", index, "Position dollars", what, remedy)


def _named(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {counted(more, 'other')}" if more > 0 else "")


CHECKS: tuple[Callable[[Portfolio], Iterator[Finding]], ...] = (
    _lists, _of_itself, _students, _mandates, _owners, _costs, _shares, _criteria, _evidence, _silent,
)  # fmt: skip
