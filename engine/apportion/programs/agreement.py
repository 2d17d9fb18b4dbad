"""How far raters agree: Krippendorff's alpha, and what the figure means in plain words."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from apportion.rounding import Floats

FEWEST = 2
# Krippendorff, "Content Analysis" (2004), chapter 11: rely on 0.8 and more, tentatively on 0.667 and more.
WORDS = (
    (0.8, "The raters read the rubric alike: the scores can be relied on."),
    (0.667, "The raters mostly agree: the scores carry careful conclusions."),
    (0.0, "The raters often differ: talk about the programs below before anything is decided on their scores."),
    (-math.inf, "The raters differ more than by chance: the criteria do not mean the same to them."),
)
UNDEFINED = "Agreement needs two raters for the same program and criterion, and scores that are not all the same."


def agreement(scores: Floats) -> float:
    """Krippendorff's alpha of scores with interval distances, from 1 (raters agree) over 0 (as by chance) down.

    `scores` has a row for each unit that was rated and a column for each rater, NaN where not rated. NaN where alpha is
    not defined: no unit has two scores, or all scores are the same.

    Source: Krippendorff, "Computing Krippendorff's alpha-reliability" (2011).

    >>> round(agreement(np.array([[1.0, 1.0], [2.0, 3.0], [4.0, 4.0]])), 3)
    0.912
    """
    from simpledorff import calculate_krippendorffs_alpha  # type: ignore[import-untyped] # lazily: it is slow to load
    from simpledorff.metrics import interval_metric  # type: ignore[import-untyped]

    compared = scores[(~np.isnan(scores)).sum(axis=-1) >= FEWEST]
    if not len(compared) or np.nanmin(compared) == np.nanmax(compared):
        return math.nan
    by_rater = pd.DataFrame(compared.T)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it calls pandas in a way that pandas 4 will not take
        return float(calculate_krippendorffs_alpha(by_rater, metric_fn=interval_metric))


def in_words(alpha: float) -> str:
    """What a figure of agreement means, in a sentence."""
    if math.isnan(alpha):
        return UNDEFINED
    return next(words for least, words in WORDS if alpha >= least)
