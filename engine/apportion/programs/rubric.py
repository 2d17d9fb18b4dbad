"""Scores of programs by the rubric: two axes, coverage, place, who differs, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from apportion.functions_programs import QUADRANTS
from apportion.programs import agreement
from apportion.programs.money import recurring
from apportion.programs.panel import counts, highest, lowest, means, read_panel
from apportion.programs.placing import axis_weights, could_be, standing
from apportion.programs.reach import Reach
from apportion.programs.score_words import low_ones, recurring_in_words, unrated_ones, who_differs
from apportion.rounding import cents, significant
from apportion.schema_rubric import AXES, OUTCOMES_AXIS

if TYPE_CHECKING:
    from apportion.programs.panel import Panel
    from apportion.programs.placing import Standing
    from apportion.programs.portfolio import Portfolio
    from apportion.rounding import Floats

NAMED = QUADRANTS[True, False]
"""The rule that districts ask for first: high on priorities, low on outcomes cannot simply be kept as is."""


@dataclass(frozen=True, eq=False)
class Scores:
    """What the rubric says of every program.

    `programs` has one row per program in order: Code, Program, Owner, Origin, Priorities and Outcomes (0 to 4, NaN
    without a rating), Priorities coverage, Outcomes coverage and Coverage (share of the weight that is rated, on each
    axis and both), Owner priorities, Owner outcomes (by the owner's own rating), Raters (who gave a score, the owner
    not counted), Range (largest difference between two of them on one criterion), Differ (who gave what there), Place
    (a text of QUADRANTS, or NOT_PLACED), Could be (where another reading of the ratings would place it), Named (the
    rule that it cannot be kept as is), Missing (what is low, not rated, without a recurring fund), Cost (dollars of the
    plan's year), Students (taking part), Per participant (dollars), Recurring share (of that cost), Recurring by year
    (one share for each of the portfolio's years), Value (0 to 4: the mean of the axes that are rated).

    `criteria` has one row per program and criterion: Code, Criterion, Axis, Role, Weight, Score (the mean of raters
    without the owner), Lowest, Highest, Rated by, Owner score. `panel` are the scores of each rater.
    """

    portfolio: Portfolio
    programs: pd.DataFrame
    criteria: pd.DataFrame
    panel: Panel

    @cached_property
    def agreement(self) -> float:
        """Krippendorff's alpha of all raters but owners over every program and criterion; NaN where not defined."""
        others = self.panel.others
        return agreement.agreement(others.reshape(-1, others.shape[-1]))


def score(portfolio: Portfolio) -> Scores:
    """The scores of every program, 0 to 4 on each axis, and what stands beside them.

    Not rated is not zero: it is left out of a score and lowers its coverage. A condition is rated and not averaged. The
    owner's own rating stands apart.

    Sources: Allovue, "A decision support framework for district administrators"; GFOA, "Best Practices in School
    Budgeting"; the rule of what cannot be kept as is.
    """
    criteria, panel = portfolio.table("Criteria"), read_panel(portfolio)
    weights = axis_weights(criteria)
    rated = means(panel.others)
    own, owner = standing(rated, weights), standing(means(panel.owners), weights)
    places = own.places(portfolio.settings)
    low, high = lowest(panel.others), highest(panel.others)
    apart = np.fmax.reduce(high - low, axis=-1, initial=np.nan)
    costs = _costs(portfolio)
    named = portfolio.table("Programs")[["Code", "Program", "Owner", "Origin"]]
    programs = named.assign(
        **_axes(own, owner, weights),
        Raters=(counts(panel.others.transpose(0, 2, 1)) > 0).sum(axis=-1),
        Range=apart,
        Differ=who_differs(list(criteria["Criterion"]), panel.raters, panel.others, portfolio.settings.differ_by),
        Place=places,
        **{"Could be": could_be(panel, weights, portfolio.settings, places)},
        Named=places == NAMED,
        Missing=_missing(portfolio, rated, weights, own, costs),
        **{str(name): costs[name].tolist() for name in costs},
        Value=np.where(np.isnan(own.scores).all(axis=-1), np.nan, means(own.scores)),
    )
    return Scores(portfolio, programs, _criteria(portfolio, panel, rated, (low, high)), panel)


def _axes(own: Standing, owner: Standing, weights: Floats) -> dict[str, Floats]:
    total = weights.sum(axis=-1)
    together = own.coverage @ total / total.sum() if total.sum() else own.coverage.sum(axis=-1)
    return {
        "Priorities": own.scores[:, 0],
        "Outcomes": own.scores[:, 1],
        "Priorities coverage": own.coverage[:, 0],
        "Outcomes coverage": own.coverage[:, 1],
        "Coverage": significant(together),
        "Owner priorities": owner.scores[:, 0],
        "Owner outcomes": owner.scores[:, 1],
    }


def _criteria(portfolio: Portfolio, panel: Panel, rated: Floats, range_of: tuple[Floats, Floats]) -> pd.DataFrame:
    codes, parts = portfolio.table("Programs")["Code"], portfolio.table("Criteria")
    every = np.tile(np.arange(len(parts)), len(codes))
    about = parts[["Criterion", "Axis", "Role", "Weight"]].fillna({"Weight": 1.0}).iloc[every].reset_index(drop=True)
    about.insert(0, "Code", np.repeat(codes.to_numpy(dtype=object), len(parts)))
    return about.assign(
        Score=rated.ravel(),
        Lowest=range_of[0].ravel(),
        Highest=range_of[1].ravel(),
        **{"Rated by": counts(panel.others).ravel(), "Owner score": means(panel.owners).ravel()},
    )


def _costs(portfolio: Portfolio) -> pd.DataFrame:
    """By program: Cost and Recurring share of the plan's year, Students, Per participant, Recurring by year."""
    programs, years = portfolio.table("Programs"), portfolio.years
    costs, known = portfolio.costs, recurring(portfolio)
    lasting = costs["Dollars"].where(costs["Fund"].map(lambda fund: known.get(fund, True)).astype(bool), 0.0)
    sums = costs.assign(Lasting=lasting).groupby(["Program", "Year"])[["Dollars", "Lasting"]].sum()
    shape = pd.MultiIndex.from_product([programs["Code"], years or (portfolio.year,)])
    by_year = sums.reindex(shape).fillna(0.0)
    totals, lasts = (
        cents(by_year[name].to_numpy(dtype=float)).reshape(len(programs), -1) for name in ("Dollars", "Lasting")
    )
    shares = np.divide(lasts, totals, out=np.full(totals.shape, np.nan), where=totals > 0)
    first = years.index(portfolio.year) if portfolio.year in years else None
    cost = np.zeros(len(programs)) if first is None else totals[:, first]
    reach = Reach(portfolio)
    students = np.array([reach.students(program) for program in programs.to_dict("records")], float)
    return pd.DataFrame(
        {
            "Cost": cost,
            "Students": students,
            "Per participant": np.divide(cost, students, out=np.full(len(cost), np.nan), where=students > 0),
            "Recurring share": np.full(len(cost), np.nan) if first is None else shares[:, first],
            "Recurring by year": list(map(tuple, shares[:, : len(years)].tolist())),
        },
        index=programs.index,
    )


def _missing(portfolio: Portfolio, rated: Floats, weights: Floats, own: Standing, costs: pd.DataFrame) -> list[str]:
    """For each program what is low on outcomes, what is not rated, and for which years no recurring fund is meant."""
    names = portfolio.table("Criteria")["Criterion"].to_numpy(dtype=object)
    outcome, counted = weights[AXES.index(OUTCOMES_AXIS)] > 0, (weights > 0).any(axis=0)
    of_outcomes, of_any = names[outcome].tolist(), names[counted].tolist()
    threshold = portfolio.settings.outcome_threshold
    is_low = own.scores[:, 1] < threshold
    parts = zip(rated[:, outcome].tolist(), rated[:, counted].tolist(), is_low, costs["Recurring by year"], strict=True)
    return [
        " ".join(
            part
            for part in (
                low_ones(of_outcomes, outcomes, threshold) if low else "",
                unrated_ones(of_any, scores),
                recurring_in_words(portfolio.years, shares),
            )
            if part
        )
        for outcomes, scores, low, shares in parts
    ]
