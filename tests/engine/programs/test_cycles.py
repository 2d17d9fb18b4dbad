"""Investments in cycles, by cases worked out by hand: states, targets and progress, what is due, A-ROI, suppression."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from apportion.functions_programs import progress
from apportion.programs.checks_cycles import check_cycles
from apportion.programs.cycles import Review, review
from apportion.schema_cycles import STATE_NAMES
from tools.investments import ONE, WAYS, investment, metric, portfolio_of, reading, way_to

CASES = Path(__file__).parents[2] / "cases" / "programs"
READ_ON = dt.date(2026, 5, 20)


def cases(name: str) -> Any:
    return yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))


def named(name: str) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in cases(name)]


def known(value: Any) -> float:
    return math.nan if value is None else float(value)


ALLOWED = cases("transitions")
PAIRS = [(before, after) for before in ("none", *STATE_NAMES) for after in STATE_NAMES]


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_every_pair_of_states(before: str, after: str) -> None:
    """A state follows another one or is refused at its cell, with the states between which it may stand."""
    steps = [] if before == "none" else way_to(before)
    day = dt.date(2026, 5, 1)
    steps.append({"Investment": ONE, "State": after, "Date": day, "Reason": "Because."})
    portfolio = portfolio_of({
        "Investments": [investment()], "Metrics": [metric()], "States": steps,
        "Decisions": [{"Investment": ONE, "Date": day, "Decision": "continue", "Reason": "It works."}] if "decided" in (before, after) else [],
    })  # fmt: skip
    found = [each for each in check_cycles(portfolio) if each.table == "States"]
    if after in ALLOWED[before]:
        assert found == []
        assert review(portfolio).investments["State"].tolist() == [after]
        return
    (finding,) = found
    assert (finding.severity, finding.cell, finding.row) == ("error", f"C{len(steps) + 1}", len(steps) + 1)
    assert f'"{after}"' in finding.what
    assert before == "none" or f'"{before}"' in finding.what
    assert all(state in finding.remedy for state in ALLOWED[before])


def test_every_state_has_a_way_to_it() -> None:
    """The ways by which tests come to a state are allowed themselves."""
    for state, way in WAYS.items():
        assert way[-1] == state
        assert all(after in ALLOWED[before] for before, after in zip(["none", *way], way, strict=False))


def test_a_legacy_program_begins_approved_where_a_request_may_not() -> None:
    step = [{"Investment": ONE, "State": "approved", "Date": dt.date(2025, 4, 1)}]
    for origin, wrong in (("legacy reset", 0), ("new", 1)):
        tables = {"Investments": [investment(Origin=origin)], "Metrics": [metric()], "States": step}
        assert len([each for each in check_cycles(portfolio_of(tables)) if each.table == "States"]) == wrong


def test_rows_of_states_need_not_be_sorted() -> None:
    tables = {"Investments": [investment()], "Metrics": [metric()], "States": way_to("active")[::-1]}
    portfolio = portfolio_of(tables)
    assert list(check_cycles(portfolio)) == []
    row = review(portfolio).investments.iloc[0]
    assert (row["State"], row["Since"], row["By"], row["Cycle"]) == ("active", dt.date(2025, 1, 31), "Budget office", "year 2 of 3")


@pytest.mark.parametrize("case", named("progress"))
def test_progress(case: dict[str, Any]) -> None:
    readings = [reading(day, value) for day, value in case["readings"]]
    tables = {"Investments": [investment()], "States": way_to("active"), "Readings": readings}
    defaults = dict.fromkeys(("Target year 1", "Target year 2", "Target year 3"))
    tables["Metrics"] = [metric(**(defaults | case["metric"]))]
    found = review(portfolio_of(tables, year=case.get("year", 2027), as_of=case.get("as_of"))).metrics.iloc[0]
    assert (found["Target"], found["Target year"], found["Status"]) == (case["target"], case["of"], case["status"])
    assert found["Progress"] == pytest.approx(known(case["progress"]), nan_ok=True)


@pytest.mark.parametrize("case", named("due"))
def test_due(case: dict[str, Any]) -> None:
    own = {"Start": case["start"], "Cycle_years": case["years"], "Review_year": case.get("review")}
    tables = {"Investments": [investment(**own)], "Metrics": [metric()], "States": way_to(case["state"])}
    found = review(portfolio_of(tables, year=case["year"])).investments.iloc[0]
    assert (found["Cycle"], bool(found["Due"])) == (case["cycle"], case["due"])


@pytest.mark.parametrize("case", named("aroi"))
def test_return_on_investment(case: dict[str, Any]) -> None:
    """Where there is no number there is a word, never a number of another unit."""
    costs = [{"Investment": ONE, "Year": year, "Dollars": given, "Spent": spent} for year, given, spent in case["costs"]]
    tables = {
        "Investments": [investment() | case["investment"]],
        "InvestmentCosts": costs,
        "States": way_to("active"),
        "Metrics": [metric(**({"Counts for A-ROI": "yes"} | case["metric"]))],
        "Readings": [reading(READ_ON, *case["reading"])] if case["reading"] else [],
    }
    found = review(portfolio_of(tables)).investments.iloc[0]
    assert found["Expected A-ROI"] == pytest.approx(known(case["expected"]), nan_ok=True)
    assert found["Actual A-ROI"] == pytest.approx(known(case["actual"]), nan_ok=True)
    assert found["Actual word"] == case.get("word", "")


@pytest.mark.parametrize("case", named("suppression"))
def test_suppression(case: dict[str, Any]) -> None:
    groups = {name: "" if name == "all" else name for name in case["groups"]}
    readings = [
        reading(READ_ON.replace(day=day), 45, count, **{"Student group": groups[name]})
        for name, counts in case["groups"].items()
        for day, count in enumerate(counts, 1)
    ]
    metrics = [metric(**{"Student group": group}) for group in groups.values()]
    tables = {"Investments": [investment(Students=case.get("helped"))], "Metrics": metrics, "Readings": readings}
    found = review(portfolio_of(tables)).metrics
    hidden = {name for name, why in zip(groups, found["Withheld"], strict=True) if why}
    assert hidden == set(case["hidden"])


# -- Jefferson County Public Schools ------------------------------------------------------------------------------


def jefferson(year: int) -> Review:
    """2016-17: 87 requests for $22.89 million; 11 on a cycle of two years, 17 ($11.6 million) on five, 59 others.

    Source: Yan, Jefferson County Public Schools, "Cycle-based budgeting and continuous improvement", years 1 and 2.
    The 59 others share the rest equally, and are taken to run for three years.
    """
    lengths = [2] * 11 + [5] * 17 + [3] * 59
    dollars = {5: 11_600_000 / 17, 2: 11_290_000 / 70, 3: 11_290_000 / 70}
    codes = [f"R{number:02}" for number in range(87)]
    pairs = list(zip(codes, lengths, strict=True))
    return review(
        portfolio_of(
            {
                "Investments": [investment(code, Start=2017, Cycle_years=length) for code, length in pairs],
                "InvestmentCosts": [{"Investment": code, "Year": 2017, "Dollars": dollars[length]} for code, length in pairs],
                "States": [step for code in codes for step in way_to("active", code, dt.date(2016, 2, 1))],
                "Metrics": [metric(code) for code in codes],
            },
            year=year,
        )
    )


@pytest.mark.parametrize(("year", "due"), [(2017, 0), (2018, 11), (2019, 70), (2020, 70), (2021, 87)])
def test_what_jefferson_county_has_to_review(year: int, due: int) -> None:
    """In their second year the 11, in their third the 59 with them, in their fifth all that nobody decided on."""
    found = jefferson(year)
    assert len(found.due) == due
    assert found.investments["Dollars"].sum() == pytest.approx(22_890_000, abs=1)
    assert found.investments["Dollars"][found.investments["Review year"] == 2021].sum() == pytest.approx(11_600_000, abs=1)


# -- what to do next, the end of a cycle, history ------------------------------------------------------------------


def decided(decision: str, *more: dict[str, Any], **own: Any) -> Review:
    steps = way_to("decided")
    made = {"Investment": ONE, "Date": dt.date(2026, 6, 1), "Decision": decision, "Reason": "It was measured."}
    tables = {"Investments": [investment(**own), *more], "Metrics": [metric()], "States": steps, "Decisions": [made]}
    return review(portfolio_of(tables))


@pytest.mark.parametrize("decision", ["continue", "expand", "scale back", "new cycle"])
def test_what_goes_on_goes_on_as_a_new_cycle(decision: str) -> None:
    """The old row stays as it is; until the new one is entered, that is what is to be done."""
    alone = decided(decision).investments.iloc[0]
    assert (alone["Decision"], alone["Reason"]) == (decision, "It was measured.")
    assert alone["Next"] == "Enter its next cycle as a new row of Investments that follows A1."
    followed = decided(decision, investment("A2", Follows=ONE, Start=2029)).investments.iloc[0]
    assert (followed["Followed by"], followed["Next"]) == ("A2", "Nothing: it goes on as A2.")


def test_what_ends_has_an_exit_plan() -> None:
    row = decided("end", Exit_plan="Tutors move to Title I.").investments.iloc[0]
    assert row["Next"] == "Carry out the exit plan: Tutors move to Title I."


NEXT = {
    "draft": "Complete the request and submit it.",
    "submitted": "Approve, return or deny it, with a reason.",
    "returned": "Change what it was returned for, and submit it again.",
    "approved": "It starts in FY2026: enter the state active with its date in States.",
    "denied": "Nothing. A changed request is a new row of Investments.",
    "active": "Measure Reading in FY2027. Review in FY2028.",
    "review due": "Measure Reading first. Decide: continue, expand, scale back, end or a new cycle. "
    "Enter it with its reason in Decisions, and decided in States.",
    "decided": "Enter what was decided, with its reason, in Decisions.",
}


@pytest.mark.parametrize("state", STATE_NAMES)
def test_what_is_to_be_done_next(state: str) -> None:
    tables = {"Investments": [investment()], "Metrics": [metric()], "States": way_to(state)}
    assert review(portfolio_of(tables)).investments["Next"].tolist() == [NEXT[state]]


def test_a_later_decision_takes_the_place_of_an_earlier_one() -> None:
    both = [
        {"Investment": ONE, "Date": dt.date(2026, 6, 9), "Decision": "end", "Reason": "After the hearing."},
        {"Investment": ONE, "Date": dt.date(2026, 6, 1), "Decision": "continue", "Reason": "First reading."},
    ]
    tables = {"Investments": [investment()], "Metrics": [metric()], "States": way_to("decided"), "Decisions": both}
    found = review(portfolio_of(tables))
    assert found.investments["Decision"].tolist() == ["end"]
    history = found.history[found.history["Event"] == "decision"]
    assert history["What"].tolist() == ["continue: First reading.", "end: After the hearing."]


def test_history_has_every_dated_row_in_order() -> None:
    tables = {
        "Investments": [investment("B1"), investment()],
        "Metrics": [metric(), metric("B1")],
        "States": [*way_to("approved"), *way_to("draft", "B1", dt.date(2026, 1, 1))],
        "Readings": [reading("2026-05-20", 45, 88), reading("2025-01-17", 40)],
    }
    found = review(portfolio_of(tables)).history
    assert found[["Investment", "Event", "What"]].to_numpy().tolist() == [
        ["B1", "state", "draft: Because."],
        [ONE, "state", "draft: Because."],
        [ONE, "reading", "Reading: 40 (100 students)"],
        [ONE, "state", "submitted: Because."],
        [ONE, "state", "approved: Because."],
        [ONE, "reading", "Reading: 45 (88 students)"],
    ]


def test_nothing_of_what_comes_after_the_day_of_the_review_has_happened() -> None:
    """As of May 1, 2026: neither the reading of May 20 nor the decision of June 1 is known."""
    made = {"Investment": ONE, "Date": dt.date(2026, 6, 1), "Decision": "end", "Reason": "It was measured."}
    tables = {
        "Investments": [investment()], "Metrics": [metric()], "States": way_to("review due"), "Decisions": [made],
        "Readings": [reading("2026-04-30", 44), reading("2026-05-20", 45)],
    }  # fmt: skip
    found = review(portfolio_of(tables, as_of=dt.date(2026, 5, 1)))
    assert found.investments["Decision"].tolist() == [""]
    assert found.history["Date"].tolist()[5:] == [dt.date(2026, 4, 30)]
    assert len(review(portfolio_of(tables)).history) == 8


def test_two_cycles_that_follow_one_are_both_said() -> None:
    found = decided("continue", *(investment(code, Follows=ONE, Start=2029) for code in ("A2", "A3")))
    assert found.investments["Next"].tolist()[0] == "Nothing: it goes on as A2 and A3."


def test_legacy_programs_show_the_cycles_that_they_are_on() -> None:
    programs = [
        {"Code": "MUS", "Program": "Music", "Origin": "legacy"},
        {"Code": "LAB", "Program": "Labs", "Origin": "legacy"},
        {"Code": "TUT", "Program": "Tutoring", "Origin": "grant-funded"},
    ]
    costs = [{"Program": "MUS", "Year": 2027, "Fund": "General", "Dollars": dollars} for dollars in (100, 50)]
    tables = {"Programs": programs, "ProgramCosts": costs, "Investments": [investment(Program="LAB", Origin="legacy reset")]}
    found = review(portfolio_of(tables)).legacy
    assert found.to_numpy().tolist() == [["MUS", "Music", 150.0, ""], ["LAB", "Labs", 0.0, ONE]]


# -- laws ----------------------------------------------------------------------------------------------------------

numbers = st.integers(-1000, 1000).map(lambda number: number / 8)


@settings(max_examples=30, deadline=None)
@given(baseline=numbers, target=numbers, actual=numbers, factor=st.sampled_from([0.01, 1000.0, 7.0]))
def test_the_unit_of_money_does_not_matter_to_progress(baseline: float, target: float, actual: float, factor: float) -> None:
    """Dollars or thousands of them: progress and status are the same, and a return is so many times less."""

    def made(unit: float) -> Review:
        cost = {"Investment": ONE, "Year": 2026, "Dollars": 5000 * unit, "Spent": 4000 * unit}
        tables = {
            "Investments": [investment(Students=50, Expected_gain=2, Gain_unit="% of students")],
            "InvestmentCosts": [cost],
            "Metrics": [metric(**{"Baseline": baseline, "Target year 1": target, "Counts for A-ROI": "yes"})],
            "Readings": [reading(READ_ON, actual)],
        }
        return review(portfolio_of(tables))

    plain, scaled = made(1.0), made(factor)
    for column in ("Progress", "Status", "Target", "Gain"):
        assert plain.metrics[column].tolist() == pytest.approx(scaled.metrics[column].tolist(), nan_ok=True)
    for column in ("Expected A-ROI", "Actual A-ROI"):
        assert plain.investments[column].iloc[0] == pytest.approx(scaled.investments[column].iloc[0] * factor)


@settings(max_examples=40, deadline=None)
@given(baseline=numbers, gain=st.integers(1, 800).map(lambda number: number / 8), actual=numbers)
def test_progress_is_that_of_the_cell_function(baseline: float, gain: float, actual: float) -> None:
    """And a mirrored metric, where lower is better, has the same progress and status."""
    shares, said = [], []
    for sign, better in ((1, "higher"), (-1, "lower")):
        own = {"Better": better, "Baseline": sign * baseline, "Target year 1": sign * (baseline + gain)}
        tables = {"Investments": [investment()], "Metrics": [metric(**own)], "Readings": [reading(READ_ON, sign * actual)]}
        found = review(portfolio_of(tables)).metrics.iloc[0]
        shares.append(found["Progress"])
        said.append(found["Status"])
    assert shares == [progress(baseline, baseline + gain, actual)] * 2
    assert said[0] == said[1]
