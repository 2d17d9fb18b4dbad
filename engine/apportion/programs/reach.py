"""Which students and schools a program reaches, and what part of it each school has."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from apportion.programs.portfolio import listed

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from apportion.programs.portfolio import Portfolio
    from apportion.rounding import Floats

    Row = Mapping[Hashable, Any]


class Reach:
    """The schools of a district and who takes part where."""

    def __init__(self, portfolio: Portfolio) -> None:
        schools = portfolio.table("Schools")
        self.schools = schools.loc[schools["Type"].isin(("school", "charter", "")), "Code"].tolist()
        self.names = {code: name or code for code, name in zip(schools["Code"], schools["Name"], strict=True)}
        self._taking_part: dict[str, dict[str, dict[str, float]]] = {}
        for row in portfolio.table("Participation").to_dict("records"):
            if not math.isnan(row["Taking part"]):
                of_program = self._taking_part.setdefault(row["Program"].casefold(), {})
                of_program.setdefault(row["School"], {})[row["Student group"]] = float(row["Taking part"])

    def in_order(self, codes: set[str]) -> list[str]:
        """Codes of schools in the order of Schools; those it does not have come last."""
        order = {code: place for place, code in enumerate(self.names)}
        return sorted(codes, key=lambda code: (order.get(code, len(order)), code))

    def name(self, program: Row, school: str) -> str:
        """The name of a program, at its school where it is decided by school."""
        return f"{program['Program']} at {self.names.get(school, school)}" if school else program["Program"]

    def _students(self, program: Row) -> dict[str, float]:
        """Students taking part by school: all of them where that row is given, else the largest group."""
        found = self._taking_part.get(program["Code"].casefold(), {})
        return {school: groups[""] if "" in groups else max(groups.values()) for school, groups in found.items()}

    def students(self, program: Row) -> float:
        """Students who take part in a program: as Programs says, else Participation; NaN where neither does.

        Of Participation the row of the whole program counts, else its schools together; of each the row of all
        students, else the largest group.
        """
        told = float(program["Students taking part"])
        known = self._students(program)
        return told if not math.isnan(told) or not known else known.get("", sum(known.values()))

    def taking_part(self, program: Row, school: str, by_school: Iterable[str]) -> float:
        """Students who take part in a unit: at one school, or in what is left beside the schools decided apart."""
        known, total = self._students(program), self.students(program)
        total = 0.0 if math.isnan(total) else total
        served = [code for code in listed(program["Schools served"]) if code] or list(by_school)
        at = {code: known.get(code, total / len(served) if code in served else 0.0) for code in by_school}
        return at[school] if school else max(total - sum(at.values()), 0.0)

    def shares(self, program: Row, school: str, costs: Iterable[Row], years: Mapping[int, int]) -> Mapping[str, Floats]:
        """The part of a unit's dollars that each school has, by the places of fiscal years.

        Costs that name a school are that school's; the others are shared by who takes part, else equally.
        """
        if school:
            return {school: np.ones(len(years))}
        dollars: dict[str, Floats] = {}
        for row in costs:
            if row["Year"] in years:
                dollars.setdefault(row["School"], np.zeros(len(years)))[years[row["Year"]]] += row["Dollars"]
        total = np.sum(list(dollars.values()), axis=0) if dollars else np.zeros(len(years))
        parts = {
            code: np.divide(own, total, out=np.zeros_like(total), where=total > 0) for code, own in dollars.items()
        }
        rest = np.where(total > 0, parts.pop("", np.zeros_like(total)), 1.0)
        known = {code: students for code, students in self._students(program).items() if code and students}
        weights = known or dict.fromkeys(listed(program["Schools served"]) or self.schools, 1.0)
        for code, weight in weights.items():
            parts[code] = parts.get(code, 0.0) + rest * (weight / sum(weights.values()))
        return parts
