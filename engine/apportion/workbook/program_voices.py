"""What raters wrote beside their scores, quoted by their role: on each criterion what is farthest from its mean first, the owner last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apportion.programs.panel import POINTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apportion.programs.rubric import Scores

OWNER = "Owner"


@dataclass(frozen=True)
class Voice:
    """One line of evidence: criterion, role, score and what was written."""

    text: str


def voices_of(scores: Scores, roles: Sequence[str]) -> dict[str, list[Voice]]:
    """By program what raters wrote: one voice on every criterion, then the second ones, and so on."""
    rows = scores.portfolio.table("Ratings")
    told = rows[rows["Evidence"] != ""]
    panel = scores.panel
    criteria = {name: at for at, name in enumerate(scores.portfolio.table("Criteria")["Criterion"])}
    programs = {code: at for at, code in enumerate(scores.programs["Code"])}
    raters = {name: at for at, name in enumerate(panel.raters)}
    mean = scores.criteria["Score"].to_numpy(dtype=float).reshape(len(programs), len(criteria))
    found: dict[str, dict[int, list[tuple[bool, float, int, str]]]] = {}
    for code, criterion, rater, score, evidence in told[
        ["Program", "Criterion", "Rater", "Score", "Evidence"]
    ].itertuples(index=False, name=None):
        if code not in programs or criterion not in criteria or rater not in raters:
            continue
        own = bool(panel.owns[programs[code], raters[rater]])
        points = POINTS.get(score)
        away = 0.0 if points is None else abs(points - mean[programs[code], criteria[criterion]])
        who = OWNER if own else roles[raters[rater]]
        given = f"{criterion}  ·  {who}, {score}: “{evidence}”"
        found.setdefault(code, {}).setdefault(criteria[criterion], []).append((own, -away, raters[rater], given))
    return {code: _in_turn(by_criterion) for code, by_criterion in found.items()}


def _in_turn(by_criterion: dict[int, list[tuple[bool, float, int, str]]]) -> list[Voice]:
    ordered = [sorted(by_criterion[criterion], key=_farthest) for criterion in sorted(by_criterion)]
    longest = max(map(len, ordered), default=0)
    return [Voice(voices[turn][-1]) for turn in range(longest) for voices in ordered if turn < len(voices)]


def _farthest(voice: tuple[bool, float, int, str]) -> tuple[bool, float, int]:
    own, away, rater, _ = voice
    return own, (away if away == away else 0.0), rater  # noqa: PLR0124 - NaN where only the owner rated
