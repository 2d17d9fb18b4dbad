"""HiGHS: mixed-integer and linear models made of numpy arrays, solved with a proven bound.

The only module that knows HiGHS (Huangfu and Hall 2018, https://highs.dev). It runs on one thread with a fixed seed, so
that the same model gives the same answer. Time is HiGHS's own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from apportion.rounding import Floats

    Places = NDArray[np.int64]

TOLERANCE = 1e-9  # of a row, in the unit of the model: far less than a cent
_OPTIONS: dict[str, bool | float | str] = {
    "output_flag": False, "threads": 1, "random_seed": 0, "primal_feasibility_tolerance": TOLERANCE,
    "mip_abs_gap": 0.0,
}  # fmt: skip


@dataclass(frozen=True)
class Model:
    """Maximize `objective` over columns between 0 and `upper`; rows between `lower_rows` and `upper_rows`.

    The first columns are choices of 0 or 1: `group` says for each column which unit it is an option of, -1 for columns
    of dollars. Of every unit exactly one option is chosen; that is not among the rows. `starts`, `index` and
    `coefficients` are the rows one after the other.
    """

    objective: Floats
    upper: Floats
    group: Places
    starts: Places
    index: Places
    coefficients: Floats
    lower_rows: Floats
    upper_rows: Floats

    @property
    def rows(self) -> Places:
        """The row of each coefficient."""
        return np.repeat(np.arange(len(self.lower_rows)), np.diff(self.starts))


@dataclass(frozen=True)
class Answer:
    """The best values found (None when nothing fits), their objective, what it cannot exceed, and seconds taken."""

    values: Floats | None
    objective: float
    bound: float
    seconds: float


@dataclass(frozen=True)
class Relaxed:
    """A model without whole numbers: its objective (a bound), and what each column loses when it is forced."""

    objective: float
    losses: Floats
    seconds: float


def _solver(model: Model, *, whole: bool, **options: bool | float | str) -> Any:
    import highspy
    from highspy import _core

    solver = _core._Highs()  # noqa: SLF001 - highspy.Highs prints its banner before it can be told not to
    for name, value in {**_OPTIONS, **options}.items():
        solver.setOptionValue(name, value)
    linear = highspy.HighsLp()
    units, first = np.unique(model.group[model.group >= 0], return_index=True)
    chosen = np.searchsorted(model.group[model.group >= 0], units, side="right")
    columns = len(model.objective)
    linear.num_col_, linear.num_row_ = columns, len(model.lower_rows) + len(units)
    linear.sense_ = highspy.ObjSense.kMaximize
    linear.col_cost_, linear.col_lower_, linear.col_upper_ = model.objective, np.zeros(columns), model.upper
    linear.row_lower_ = np.concatenate([np.ones(len(units)), model.lower_rows])
    linear.row_upper_ = np.concatenate([np.ones(len(units)), model.upper_rows])
    options_of_units = int(chosen[-1]) if len(chosen) else 0
    linear.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    linear.a_matrix_.start_ = np.concatenate([first, options_of_units + model.starts])
    linear.a_matrix_.index_ = np.concatenate([np.arange(options_of_units), model.index])
    linear.a_matrix_.value_ = np.concatenate([np.ones(options_of_units), model.coefficients])
    if whole:
        kinds = highspy.HighsVarType
        linear.integrality_ = [kinds.kInteger if each >= 0 else kinds.kContinuous for each in model.group]
    solver.passModel(linear)
    return solver


def relaxed(model: Model) -> Relaxed | None:
    """The model without whole numbers; None when even that does not fit."""
    solver = _solver(model, whole=False)
    solver.run()
    seconds = solver.getRunTime()
    if not _is_optimal(solver):
        return None
    solution, columns = solver.getSolution(), len(model.objective)
    reduced = -np.array(solution.col_dual[:columns])
    losses = np.zeros(columns)
    at = model.group >= 0
    least = np.full(int(model.group.max(initial=-1)) + 1, np.inf)
    open_columns = at & (model.upper > 0)
    np.minimum.at(least, model.group[open_columns], reduced[open_columns])
    losses[at] = reduced[at] - least[model.group[at]]
    return Relaxed(solver.getInfo().objective_function_value, losses, seconds)


def _is_optimal(solver: Any) -> bool:
    import highspy

    return bool(solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)


def _is_infeasible(solver: Any) -> bool:
    import highspy

    statuses = highspy.HighsModelStatus
    return solver.getModelStatus() in {statuses.kInfeasible, statuses.kUnboundedOrInfeasible}


def branched(
    model: Model,
    gap: float,
    seconds: float,
    *,
    start: Floats | None = None,
    target: float | None = None,
    nodes: int | None = None,
) -> Answer:
    """The model by branch and bound, until the gap is proven, the target is met, or time or nodes run out.

    Without any plan in that time it goes on to the first that fits: there is always an answer.
    """
    options: dict[str, bool | float | str] = {"mip_rel_gap": gap, "time_limit": max(seconds, 0.01)}
    if target is not None:
        options["objective_target"] = target
    if nodes is not None:
        options["mip_max_nodes"] = nodes
    solver = _solver(model, whole=True, **options)
    if start is not None:
        chosen = np.flatnonzero(model.group >= 0).astype(np.int32)
        solver.setSolution(len(chosen), chosen, np.rint(start[chosen]))
    solver.run()
    info, taken = solver.getInfo(), solver.getRunTime()
    if _is_infeasible(solver):
        return Answer(None, -np.inf, -np.inf, taken)
    bound = info.mip_dual_bound
    if not np.isfinite(info.objective_function_value) or info.primal_solution_status != 2:
        if nodes is not None:
            return Answer(None, -np.inf, bound, taken)
        solver = _solver(model, whole=True, mip_max_improving_sols=1)
        solver.run()
        taken += solver.getRunTime()
        if _is_infeasible(solver):
            return Answer(None, -np.inf, -np.inf, taken)
        info = solver.getInfo()
    value = info.objective_function_value
    return Answer(np.array(solver.getSolution().col_value), value, max(bound, value), taken)


def restricted(model: Model, open_columns: NDArray[np.bool_]) -> Model:
    """The model with the other columns closed."""
    return replace(model, upper=np.where(open_columns, model.upper, 0.0))


class Probe:
    """The model without whole numbers, kept ready: what it comes to when some columns are closed."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.solver = _solver(model, whole=False, presolve="off")
        self.solver.run()
        self.basis = self.solver.getBasis()

    def bound(self, closed: Places) -> float:
        """The most that the objective can be with these columns closed; -inf when nothing fits."""
        columns = closed.astype(np.int32)
        nothing = np.zeros(len(columns))
        self.solver.setBasis(self.basis)
        self.solver.changeColsBounds(len(columns), columns, nothing, nothing)
        self.solver.run()
        found = self.solver.getInfo().objective_function_value if _is_optimal(self.solver) else np.nan
        if np.isnan(found):
            found = -np.inf if _is_infeasible(self.solver) else np.inf
        self.solver.changeColsBounds(len(columns), columns, nothing, self.model.upper[closed])
        return float(found)


def linear(cost: Floats, upper: Floats, rows: Iterable[tuple[list[int], list[float], float, float]]) -> Floats | None:
    """The cheapest values between 0 and `upper` that keep every row between its two ends; None when none do.

    Of a network with whole numbers they are whole.
    """
    listed = list(rows)
    if not len(cost):
        return np.zeros(0) if all(least <= 0 <= most for _, _, least, most in listed) else None
    starts = np.cumsum([0, *(len(index) for index, *_ in listed)])
    index = np.array([each for columns, *_ in listed for each in columns], np.int64)
    coefficients = np.array([each for _, values, *_ in listed for each in values], float)
    lower, most = (np.array([row[end] for row in listed], float) for end in (2, 3))
    nobody = np.full(len(cost), -1)
    model = Model(-cost, upper, nobody, starts, index, coefficients, lower, most)
    solver = _solver(model, whole=False, primal_feasibility_tolerance=1e-7, solver="simplex")
    solver.run()
    return np.array(solver.getSolution().col_value) if _is_optimal(solver) else None


def components(model: Model) -> Iterator[Places]:
    """The columns of each part of the model that has nothing to do with the others."""
    parent = list(range(len(model.objective)))

    def root(column: int) -> int:
        while parent[column] != column:
            parent[column] = parent[parent[column]]
            column = parent[column]
        return column

    firsts: dict[int, int] = {}
    for column, unit in enumerate(model.group.tolist()):
        if unit >= 0:
            parent[root(column)] = root(firsts.setdefault(unit, column))
    index, starts = model.index.tolist(), model.starts.tolist()
    for begin, end in pairwise(starts):
        for column in index[begin + 1 : end]:
            parent[root(column)] = root(index[begin])
    roots = np.array([root(column) for column in range(len(parent))], np.int64)
    order = np.argsort(roots, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(roots[order])) + 1) if len(order) else []


def part(model: Model, columns: Places) -> Model:
    """The part of a model that these columns (in ascending order) make, with the rows that are about them."""
    place = np.full(len(model.objective), -1)
    place[columns] = np.arange(len(columns))
    inside = place[model.index] >= 0
    rows = model.rows
    kept = np.unique(rows[inside])
    counts = np.bincount(rows[inside], minlength=len(model.lower_rows))[kept]
    return Model(
        model.objective[columns], model.upper[columns], model.group[columns], np.cumsum([0, *counts]),
        place[model.index[inside]], model.coefficients[inside], model.lower_rows[kept], model.upper_rows[kept],
    )  # fmt: skip


def without_idle_rows(model: Model) -> Model:
    """The model without the rows that no choice could break."""
    rows, count = model.rows, len(model.lower_rows)
    ends = []
    for sign in (1.0, -1.0):
        reach = np.maximum(sign * model.coefficients, 0.0) * model.upper[model.index]
        of_unit = model.group[model.index]
        at = of_unit >= 0
        most = np.bincount(rows[~at], reach[~at], count)
        # Of a unit one option is chosen: it adds its largest coefficient at most (or, when all are below 0, nothing).
        width = int(of_unit.max(initial=0)) + 1
        keys, inverse = np.unique(rows[at] * width + of_unit[at], return_inverse=True)
        largest = np.zeros(len(keys))
        np.maximum.at(largest, inverse, reach[at])
        ends.append(sign * (most + np.bincount(keys // width, largest, count)))
    kept = (ends[0] > model.upper_rows) | (ends[1] < model.lower_rows)
    inside = kept[rows]
    counts = np.bincount(rows[inside], minlength=count)[kept]
    return replace(
        model, starts=np.cumsum([0, *counts]), index=model.index[inside], coefficients=model.coefficients[inside],
        lower_rows=model.lower_rows[kept], upper_rows=model.upper_rows[kept],
    )  # fmt: skip
