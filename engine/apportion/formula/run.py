"""One computation of a model: the state belongs to it, so that a model can be shared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from apportion.errors import UnknownName, did_you_mean, nearest
from apportion.formula.column import Column
from apportion.formula.errors import Unknown, UnknownReferences
from apportion.formula.functions_lookup import failed
from apportion.formula.limits import OneByOne, TooLarge
from apportion.formula.tree import children, walk
from apportion.formula.values import BLANK, CALC, NUMBER, SPILL, Value, assembled, constant, held, joined
from apportion.formula.work import ALONE, MOST_FOR_COLUMN, TooMuch, Work

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from apportion.formula.explain import Explanation
    from apportion.formula.model import FormulaColumn, Key, Model, Prepared
    from apportion.formula.tree import ColumnReference, Name

BLOCK = 1 << 17  # elements: rows times scenarios


class Run:
    """The columns of all tables after a computation, given and computed; made by `Model.run`.

    `computed` names the formula columns that this run had to compute; the others were kept from the run before.
    """

    def __init__(self, model: Model, prepared: Prepared, names: Mapping[str, Any], earlier: Run | None) -> None:
        self.model = model
        self.prepared = prepared
        self.names = {name.casefold(): item for name, item in names.items()}
        self._spelled = {name.casefold(): name for name in names}
        kept = (
            {}
            if earlier is None
            else {
                n: earlier.name_values[n]
                for n in earlier.names
                if n in self.names and _equal(earlier.names[n], self.names[n])
            }
        )
        self.name_values: dict[str, Value] = {name: kept.get(name) or _named(item) for name, item in self.names.items()}
        self.scenarios = max((value.shape[0] for value in self.name_values.values()), default=1)
        self.results: dict[Key, Value] = {}
        self.wholes: dict[Key, Value] = {}
        self.computed: tuple[str, ...] = ()
        self._check_names()
        self._compute(earlier)

    def _check_names(self) -> None:
        tables = self.prepared.tables
        unknown = [
            Unknown(self.model.label(column.key), column.formula.text, each.start, "name", each.name,
                    nearest(each.name, (*self._spelled.values(), *(table for table in tables))))
            for column, each in self.model.references
            if each.name is not None and each.name.casefold() not in self.names and each.name.casefold() not in tables
        ]  # fmt: skip
        if unknown:
            raise UnknownReferences(tuple(unknown))

    def _compute(self, earlier: Run | None) -> None:
        changed = self._changed(earlier)
        computed = []
        if earlier is not None:
            # Copied first: another thread may be looking something up in the earlier run.
            self.wholes = {key: value for key, value in dict(earlier.wholes).items() if key not in changed}
        with np.errstate(all="ignore"):
            for key in self.model.order:
                kept = None if earlier is None else earlier.results.get(key)
                if kept is not None and changed.isdisjoint(self.model.needs(key)) and key not in changed:
                    self.results[key] = kept
                    continue
                self.wholes.pop(key, None)
                self.wholes.pop((key[0], "*"), None)
                self.results[key] = self._column(self.model.columns[key])
                changed |= {key, (key[0], "*")}
                computed.append(self.model.label(key))
        self.computed = tuple(computed)

    def _changed(self, earlier: Run | None) -> set[Key | str]:
        """Names and columns that are not what they were in the earlier run."""
        if earlier is None:
            return set()
        changed: set[Key | str] = {
            name for name in {*self.names, *earlier.names}
            if not _equal(self.names.get(name, _Absent), earlier.names.get(name, _Absent))
        }  # fmt: skip
        if earlier.model is not self.model:
            changed |= self._formulas_changed(earlier.model)
        for table, now in self.prepared.tables.items():
            before = earlier.prepared.tables.get(table)
            if before is now:
                continue
            if before is None or before.size != now.size:
                changed |= {(table, "*"), *((table, name) for name in now.names)}
                changed |= {key for key in self.model.order if key[0] == table}
                continue
            different = {
                (table, name) for name in {*now.columns, *before.columns}
                if now.columns.get(name) is not before.columns.get(name)
            }  # fmt: skip
            moved = different or list(now.names) != list(before.names)
            changed |= different | ({(table, "*")} if moved else set())
        return changed

    def _formulas_changed(self, before: Model) -> set[Key | str]:
        """Columns whose formula is not what it was in another model, and tables that have other formula columns."""
        now = self.model
        changed: set[Key | str] = {
            key
            for key in {*now.columns, *before.columns}
            if key not in now.columns
            or key not in before.columns
            or now.columns[key].formula.text != before.columns[key].formula.text
        }
        for table in {key[0] for key in (*now.columns, *before.columns)}:
            if [key for key in now.columns if key[0] == table] != [key for key in before.columns if key[0] == table]:
                changed.add((table, "*"))
        return changed

    # -- columns

    def _column(self, column: FormulaColumn) -> Value:
        size = self.prepared.tables[column.key[0]].size if column.key[0] in self.prepared.tables else 1
        value = self._in_blocks(column, size)
        return _settled(value, size)

    def _in_blocks(self, column: FormulaColumn, size: int) -> Value:
        """Rows in blocks that stay in the processor's cache, smaller ones where arrays would become too large.

        Where rows need arrays of different sizes, the rows of a block are computed one by one.
        """
        shared: dict[object, Value] = {}
        work = Work(MOST_FOR_COLUMN)
        if not column.compiled.varies:
            return self._block(_Context(self, column, shared, work, 0, size))
        parts: list[Value] = []
        start, length, alone = 0, max(1, BLOCK // self.scenarios), 0
        calls = sum(bool(children(each)) for each in walk(column.formula.tree))
        while start < size:
            stop = min(size, start + (length if start >= alone else 1))
            try:
                if start < alone:
                    work.spend(calls * ALONE)
                value = column.compiled.step(_Context(self, column, shared, work, start, stop))
            except TooMuch:
                return failed(CALC)
            except TooLarge:
                if length == 1:
                    return failed(CALC)
                length = max(1, length // 8)
                continue
            except OneByOne:
                if stop > start + 1:
                    alone = stop
                    continue
                value = failed(SPILL)
            value = failed(SPILL) if value.is_array else value
            parts.append(value.broadcast((value.shape[0], stop - start, 1, 1)))
            start = stop
        return _joined_rows(parts) if parts else failed(CALC)

    def _block(self, context: _Context) -> Value:
        try:
            return context.formula.compiled.step(context)
        except (TooLarge, TooMuch):
            return failed(CALC)

    def given(self, key: Key) -> Value:
        """A column of a table, given or computed, one element per row."""
        found = self.results.get(key)
        return found if found is not None else self.prepared.tables[key[0]].columns[key[1]]

    def whole(self, key: Key) -> Value:
        """A column of a table as one array; tables made for looking things up in it stay with it."""
        found = self.wholes.get(key)
        if found is None:
            value = self.given(key)
            value = value.broadcast((value.shape[0], self.prepared.tables[key[0]].size, 1, 1))
            found = value.reshaped((value.shape[0], 1, value.shape[1], 1))
            self.wholes[key] = found
        return found

    def span(self, table: str, first: str, last: str) -> list[Key]:
        """The keys of the columns from one to another, in the table's order."""
        names = self._column_names(table)
        start, stop = sorted((names.index(first), names.index(last)))
        return [(table, name) for name in names[start : stop + 1]]

    def _column_names(self, table: str) -> list[str]:
        formulas = [key[1] for key in self.model.columns if key[0] == table]
        given = [name for name in self.prepared.tables[table].names if name not in formulas]
        return [*given, *formulas]

    def table(self, table: str) -> Value:
        """A whole table as one array."""
        key = (table, "*")
        if key not in self.wholes:
            parts = [self.whole((table, name)) for name in self._column_names(table)]
            outer = max(part.shape[0] for part in parts)
            made = joined([part.broadcast((outer, *part.shape[1:])) for part in parts], 3)
            # A look-up needs a column or two: those that are there already know what stands where.
            made.indexed("line").update({(3, i): part for i, part in enumerate(parts)})
            self.wholes[key] = made
        return self.wholes[key]

    def named(self, name: str) -> Value:
        """The value of a name, or a whole table."""
        found = self.name_values.get(name)
        return found if found is not None else self.table(name)

    def column(self, name: str, table: str | None = None) -> Column:
        """A column by name, given or computed; `table` is the main one unless said otherwise.

        Raises `UnknownName`.
        """
        key = ((table or self.model.name).casefold(), name.casefold())
        if key[0] not in self.prepared.tables:
            message = f'There is no table "{table}". {did_you_mean(key[0], self.prepared.tables)}'
            raise UnknownName(message.strip())
        if key not in self.results and key[1] not in self.prepared.tables[key[0]].columns:
            known = [
                *self.prepared.tables[key[0]].names.values(),
                *(self.model.columns[each].name for each in self.results),
            ]
            message = f'There is no column "{name}". {did_you_mean(name, known)}'
            raise UnknownName(message.strip())
        return Column(self.given(key), self.prepared.tables[key[0]].size)

    def frame(self, table: str | None = None) -> pd.DataFrame:
        """A table with its index, its own columns and the formula columns; errors are `ExcelError`."""
        import pandas as pd

        key = (table or self.model.name).casefold()
        source = self.prepared.tables[key].table
        frame = source.copy() if isinstance(source, pd.DataFrame) else pd.DataFrame(dict(source))
        own = {str(name).casefold(): name for name in frame.columns}
        added = {}
        for each in self.model.columns.values():
            if each.key[0] == key:
                added[own.get(each.key[1], each.name)] = self._series(self.column(each.name, each.table))
        new = pd.DataFrame(added, index=frame.index)
        return pd.concat([frame.drop(columns=[name for name in added if name in frame.columns]), new], axis=1)

    def _series(self, column: Column) -> Any:
        if column.value.kind == NUMBER and column.value.errors is None and column.value.shape[0] == 1:
            return column.numbers()
        items = column.values()
        return np.array(items, dtype=bool) if all(type(item) is bool for item in items) else _object_array(items)

    def context(self, column: FormulaColumn, row: int) -> _Context:
        """Where a formula of the column finds its values in one row."""
        return _Context(self, column, {}, Work(MOST_FOR_COLUMN), row, row + 1)

    def explain(self, label: str, row: int, table: str | None = None) -> Explanation:
        """The steps from what was given to the result in one row, counted from 0."""
        from apportion.formula.explain import explanation

        return explanation(self, label if table is None else f"{table}[{label}]", row)


class _Absent:
    """Stands for a name that was not given."""


def _equal(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return type(one) is type(other) and np.array_equal(one, other)  # type: ignore[arg-type]
    return type(one) is type(other) and one == other


def _object_array(items: list[Any]) -> NDArray[Any]:
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def _named(item: object) -> Value:
    if isinstance(item, np.ndarray) and item.ndim == 1:
        return Value(NUMBER, np.array(item, dtype=np.float64).reshape(-1, 1, 1, 1))
    return constant(held(item))


def _joined_rows(parts: list[Value]) -> Value:
    """Blocks of rows as one value."""
    outer = max(part.shape[0] for part in parts)
    return joined([part.broadcast((outer, *part.shape[1:])) for part in parts], 1)


def _settled(value: Value, size: int) -> Value:
    """A formula's result as cells hold it: one element per row, 0 for a blank, #SPILL! for an array."""
    if size == 0:
        return Value(NUMBER, np.zeros((1, 0, 1, 1)))
    if value.is_array:
        value = failed(SPILL)
    if value.kind == BLANK:
        value = Value(NUMBER, np.zeros(value.shape), value.errors)
    elif value.kinds is not None and bool((value.kinds == BLANK).any()):
        kinds = np.where(value.kinds == BLANK, np.int8(NUMBER), value.kinds)
        value = assembled(value.data, kinds, value.errors, value.texts)
    return value.broadcast((value.shape[0], size, 1, 1))


class _Context:
    """Where the steps of one formula find columns and names, for a block of rows."""

    __slots__ = ("_run", "_start", "_stop", "_table", "formula", "memo", "shared", "work")

    def __init__(
        self, run: Run, column: FormulaColumn, shared: dict[object, Value], work: Work, start: int, stop: int
    ) -> None:
        self._run, self._table, self._start, self._stop = run, column.key[0], start, stop
        self.formula, self.shared, self.work = column, shared, work
        self.memo: dict[object, Value] = {}

    def column(self, node: ColumnReference) -> Value:
        table = node.table.casefold() if node.table else self._table
        name = node.column.casefold()
        if node.last is not None:
            return self._span(table, name, node)
        if not node.this_row:
            return self._run.whole((table, name))
        value = self._run.given((table, name))
        return self._rows(value)

    def _rows(self, value: Value) -> Value:
        return value if value.shape[1] == self._stop - self._start else value.rows(self._start, self._stop)

    def _span(self, table: str, first: str, node: ColumnReference) -> Value:
        keys = self._run.span(table, first, str(node.last).casefold())
        if not node.this_row:
            return joined([self._run.whole(key) for key in keys], 3)
        return joined([self._rows(self._run.given(key)) for key in keys], 3)

    def name(self, node: Name) -> Value:
        return self._run.named(node.name.casefold())
