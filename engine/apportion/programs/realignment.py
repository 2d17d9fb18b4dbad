"""What realigning proposes: an option for every program, what it costs, frees and protects, and what else was close."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

    from apportion.programs.portfolio import Portfolio
    from apportion.programs.rubric import Scores

Status = Literal["optimal", "within limits of time", "conflict"]
STEP = 100_000.0  # dollars: what the next ones would buy, and what the last ones bought


@dataclass(frozen=True)
class Realignment:
    """A proposal, or the limits that conflict.

    A unit is what is decided on: a program, or a program at one school where its options are by school. `choices` has
    one row per unit in the order of Programs and schools: Program, School, Name, Option, Kind, Value (in the unit of
    `unit`), Students, Score (rubric value 0-4), Last decision (date or None), Offered (number of options that could be
    taken), Left out (sentences: which of its options could not be taken, and why), Positions cut (of the first year, a
    negative number where they grow), Now and Cost (dollars of the first year, continued and as proposed), Average
    (dollars that the service given up costs on average), Freed (dollars that can be avoided).

    `costs`: Program, School, Option, Year, Fund (meant to pay), Now, Dollars, Positions now, Positions: what goes on
    and what is proposed. `payments`: Program, School, From fund, Fund (that pays), Year, Dollars: adds up to `costs`
    exactly.
    `funds`: Fund, Year, Available, Before (dollars that continuing everything would take from it, wherever it was meant
    to be paid), After, Left. `limits`: Limit, Kind, Status (on, off), Binds (bool), Used, Most (NaN where it has none).

    `keeping`: one row per unit and other kind of answer, of all units: Program, School, Name, Proposed, Forced
    ("keep" or "give up"), Loss (of value; inf when nothing fits then), Share (of the value), Bound (whether Loss is
    only a lower bound), Displaced (names with their change, as a sentence; "" where it is only a bound).
    `steps`: Fund, Year, Step (+/-STEP; of a recurring fund in that year and every later one), Value (change; NaN when
    nothing fits), Changes (a sentence). `frontier`: Share (of the money that is there), Dollars (of the first year),
    Value, Gap, Kept (units that continue or expand).

    Of a conflict `conflict` names the smallest set of limits found that cannot hold together; the frames are empty.
    """

    portfolio: Portfolio
    scores: Scores
    status: Status
    value: float
    bound: float
    unit: str
    choices: pd.DataFrame
    costs: pd.DataFrame
    payments: pd.DataFrame
    funds: pd.DataFrame
    limits: pd.DataFrame
    keeping: pd.DataFrame
    steps: pd.DataFrame
    frontier: pd.DataFrame
    conflict: tuple[str, ...] = ()

    @property
    def gap(self) -> float:
        """The proven share by which a better plan could exceed the value; 0 when it is the best."""
        return gap_between(self.value, self.bound)


def gap_between(value: float, bound: float) -> float:
    """The share by which a bound exceeds a value; 0 where both are the same."""
    return 0.0 if value == bound else (bound - value) / max(abs(value), 1e-9)
