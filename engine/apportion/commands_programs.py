"""The verbs of a review of programs: score them, see the cliff, realign, review investments in cycles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

from apportion.errors import Finding, has_errors
from apportion.outcome import Outcome
from apportion.progress import stage
from apportion.registry import command
from apportion.workbook.book import Book  # noqa: TC001 - the registry reads the signatures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pandas as pd

    from apportion.programs.portfolio import Portfolio
    from apportion.workbook.sheets import Sheet

    # What a command makes of a portfolio: its sheets, the result in a sentence, and its rows by what they tell.
    Made: TypeAlias = tuple[Iterable[Sheet], str, Mapping[str, pd.DataFrame]]

_NEEDED_TO_RATE = ("Programs", "Criteria", "Raters")


def _checked(book: Book) -> tuple[Portfolio, tuple[Finding, ...]]:
    from apportion.programs.checking import checked

    stage("Checking every table", 0.05)
    portfolio, findings = checked(book.tables)
    return portfolio, (*book.findings, *findings)


def _outcome(book: Book, title: str, make: Callable[[Portfolio], Made], left: tuple[str, ...] = ()) -> Outcome:
    """What a command makes of a review without errors; otherwise all that is wrong in it."""
    from apportion.workbook.sheets import WorkbookDescription

    portfolio, findings = _checked(book)
    if has_errors(findings):
        return Outcome(findings)
    sheets, said, tables = make(portfolio)
    footer = "  ·  ".join(part for part in (portfolio.district, f"FY{portfolio.year}") if part)
    workbook = WorkbookDescription(tuple(sheets), footer=footer, title=title)
    return Outcome(findings, workbook, said=said, tables=tables, left=left)


@command("rate", label="Rate", group="Programs")
def rate(book: Book) -> Outcome:
    """Opens the review anew, with a sheet for every rater, a block for every program, and what was rated already."""
    from apportion.programs.portfolio import read_portfolio
    from apportion.workbook.program_review import review_workbook

    _, findings = read_portfolio(book.tables)
    unread = tuple(each for each in findings if each.severity == "error" and each.table in _NEEDED_TO_RATE)
    if unread:
        return Outcome(unread)
    return Outcome(tuple(book.findings), review_workbook(book.tables), separate=True)


@command("score", label="Score", group="Programs")
def score(
    book: Book, pages: Annotated[bool, "A page for each program too, for people to read and print."] = False
) -> Outcome:
    """Places every program by its ratings: District Priorities against Student Outcomes & Value, and who disagrees."""
    from apportion.programs.rubric import score as score_programs
    from apportion.workbook.program_scores import message, score_sheets

    def make(portfolio: Portfolio) -> Made:
        stage("Scoring every program", 0.3)
        scores = score_programs(portfolio)
        tables = {"programs": scores.programs, "criteria": scores.criteria}
        return score_sheets(scores, pages=pages), message(scores), tables

    return _outcome(book, "Scores of programs", make)


@command("cliff", label="Cliff", group="Programs")
def cliff(book: Book) -> Outcome:
    """Shows what ends when money ends: by year and fund, which programs, positions and schools, and the gap."""
    from apportion.programs.cliff import cliff as cliff_of
    from apportion.workbook.cliff_sheet import cliff_sheets, said_of

    def make(portfolio: Portfolio) -> Made:
        found = cliff_of(portfolio)
        tables = {"funds": found.funds, "programs": found.programs, "years": found.years}
        return cliff_sheets(found), said_of(found), tables

    return _outcome(book, "The cliff", make)


@command("realign", label="Realign", group="Programs")
def realign(
    book: Book,
    seconds: Annotated[float, "Most seconds to search for the best plan; it says how good the one it has is."] = 20.0,
) -> Outcome:
    """Proposes what to continue, expand, scale back or end within every fund, and what each choice would displace."""
    from apportion.programs.decided import decided
    from apportion.programs.realign import realign as realign_programs
    from apportion.programs.rubric import score as score_programs
    from apportion.workbook.realign_sheets import NAMES, realign_sheets, said_of

    def make(portfolio: Portfolio) -> Made:
        stage("Scoring every program", 0.1)
        proposal = realign_programs(portfolio, score_programs(portfolio), seconds=seconds)
        decisions = decided(portfolio, proposal)
        told = ("choices", "costs", "payments", "funds", "limits", "keeping", "steps", "frontier")
        tables = {name: getattr(proposal, name) for name in told}
        tables |= {"decisions": decisions.decisions, "fund_years": decisions.fund_years}
        return realign_sheets(proposal, decisions), said_of(proposal), tables

    return _outcome(book, "Goals realigned", make, left=NAMES)


@command("review", label="Review", group="Programs")
def review(book: Book) -> Outcome:
    """Says which investments are due for review, how they did against their targets, and what comes next."""
    from apportion.programs.cycles import review as review_investments
    from apportion.workbook.review_sheets import review_sheets, said_of

    def make(portfolio: Portfolio) -> Made:
        found = review_investments(portfolio)
        tables = {"investments": found.investments, "metrics": found.metrics, "history": found.history}
        return review_sheets(found), said_of(found), tables

    return _outcome(book, "Investments in cycles", make)
