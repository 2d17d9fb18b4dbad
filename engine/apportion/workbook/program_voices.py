"""What raters wrote beside their scores, quoted by their role: what is farthest from the mean first, the owner last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from apportion.programs.panel import POINTS
from apportion.programs.publication import without_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apportion.programs.rubric import Scores

OWNER = "Owner"


@dataclass(frozen=True)
class Voice:
    """What one rater wrote on a criterion, as a line, and what ranks it: the owner, points from the mean, the rater."""

    text: str
    evidence: str
    rank: tuple[bool, float, int]


def roles_of(roles: Sequence[str]) -> list[str]:
    """What raters are called in public: their role up to a comma, numbered where several have the same.

    >>> roles_of(["Principal, Elm Street", "Teacher", "Principal, Oak Hill", ""])
    ['Principal 1', 'Teacher', 'Principal 2', 'Rater']
    """
    named = [role.split(",")[0].strip() or "Rater" for role in roles]
    return [
        f"{role} {named[: place + 1].count(role)}" if named.count(role) > 1 else role
        for place, role in enumerate(named)
    ]


def voices_of(scores: Scores, roles: Sequence[str], persons: Sequence[str]) -> dict[str, list[Voice]]:
    """By program what raters wrote, without names of persons: one voice on every criterion, then the second ones.

    What several raters wrote in the same words on a criterion is told once.
    """
    panel, rows = scores.panel, scores.portfolio.table("Ratings")
    criteria, programs, raters = (
        {name: at for at, name in reversed(list(enumerate(names)))}
        for names in (scores.portfolio.table("Criteria")["Criterion"], scores.programs["Code"], panel.raters)
    )
    mean = scores.criteria["Score"].to_numpy(dtype=float).reshape(len(scores.programs), -1)
    found: dict[str, dict[int, list[Voice]]] = {}
    columns = ["Program", "Criterion", "Rater", "Score", "Evidence"]
    for code, criterion, rater, score, evidence in rows.loc[rows["Evidence"] != "", columns].to_numpy().tolist():
        if code not in programs or criterion not in criteria or rater not in raters:
            continue
        who, part = raters[rater], criteria[criterion]
        own = bool(panel.owns[programs[code], who])
        quoted = without_names(evidence, persons)
        away = float(np.nan_to_num(abs(POINTS.get(score, np.nan) - mean[programs[code], part])))
        text = f"{criterion}  ·  {OWNER if own else roles[who]}, {score}: “{quoted}”"
        found.setdefault(code, {}).setdefault(part, []).append(Voice(text, quoted, (own, -away, who)))
    return {code: _in_turn(by_criterion) for code, by_criterion in found.items()}


def _in_turn(by_criterion: dict[int, list[Voice]]) -> list[Voice]:
    ordered = [_once(sorted(by_criterion[part], key=lambda voice: voice.rank)) for part in sorted(by_criterion)]
    longest = max(map(len, ordered), default=0)
    return [voices[turn] for turn in range(longest) for voices in ordered if turn < len(voices)]


def _once(voices: list[Voice]) -> list[Voice]:
    """Voices without those whose words another one used before."""
    said: dict[str, Voice] = {}
    for voice in voices:
        said.setdefault(voice.evidence.casefold(), voice)
    return list(said.values())
