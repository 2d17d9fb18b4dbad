"""Formula columns of tables: compiled once, computed in order, and again only where something changed."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from apportion.errors import UnknownName, did_you_mean, nearest
from apportion.formula.errors import CycleError, FormulaError, Unknown, UnknownReferences
from apportion.formula.formula import Formula, Reference, parse
from apportion.formula.intake import Contents, contents
from apportion.formula.run import Run
from apportion.formula.steps import Compiled, compiled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from apportion.formula.explain import Explanation
    from apportion.formula.intake import Table

Key = tuple[str, str]
_KEPT = 8192  # formulas whose steps are kept, as many as texts that were read


@lru_cache(maxsize=_KEPT)
def _compiled(text: str) -> Compiled:
    """The steps of a formula by its text; they hold no state, so that models and threads may share them."""
    return compiled(parse(text).tree)


@dataclass(frozen=True)
class FormulaColumn:
    """A formula column: where it stands, as it is spelled, and what computes it."""

    table: str
    name: str
    formula: Formula
    compiled: Compiled

    @property
    def key(self) -> Key:
        """Table and name, folded."""
        return self.table.casefold(), self.name.casefold()


class Prepared:
    """Tables that were read for a model, with the results of the last run on them; made by `Model.prepare`.

    A later run computes only what a changed name reaches. Threads may share it.
    """

    def __init__(self, model: Model, tables: dict[str, Contents], earlier: Run | None) -> None:
        self.model = model
        self.tables = tables
        self.last = earlier


class Model:
    """Formula columns over tables; immutable, so that threads may share it.

    `formulas` maps a column's name, or "Table[Column]" (or the pair of them) for another table than the main one,
    to a text that begins with "=". `tables` maps the names of other tables to DataFrames or to mappings of lists.
    `name` is the main table's. Names of tables and columns ignore case. Raises `FormulaError` and `CycleError`.

    >>> model = Model({"FTE": "=ROUND([@Students]/Ratio,1)"})
    >>> model.run({"Students": [100, 250]}, {"Ratio": 20}).column("FTE").values()
    [5.0, 12.5]
    """

    def __init__(
        self,
        formulas: Mapping[str, str] | Mapping[tuple[str, str], str],
        tables: Mapping[str, Table] | None = None,
        *,
        name: str = "Schools",
    ) -> None:
        self.name = name
        self.tables = dict(tables or {})
        self._spelled = {table.casefold(): table for table in (name, *self.tables)}
        self.columns: dict[Key, FormulaColumn] = {}
        for label, text in formulas.items():
            column = self._column(label, text)
            self.columns[column.key] = column
        self._of_table: dict[str, list[Key]] = {}
        for key in self.columns:
            self._of_table.setdefault(key[0], []).append(key)
        self.references = tuple(
            (column, each) for column in self.columns.values() for each in column.formula.references
        )
        self._needs = {key: self._needed(column) for key, column in self.columns.items()}
        self.order = self._ordered()
        self._thread = threading.local()

    # -- what is declared

    def _column(self, label: str | tuple[str, str], text: str) -> FormulaColumn:
        table, name = label if isinstance(label, tuple) else self._split(label)
        try:
            formula = parse(text)
        except FormulaError as error:
            error.add_note(f"in the formula of {label}")
            raise
        spelled = self._spelled.get(table.casefold(), table)
        return FormulaColumn(spelled, name, formula, _compiled(formula.text))

    def _split(self, label: str) -> tuple[str, str]:
        table, bracket, rest = label.partition("[")
        return (table, rest[:-1]) if bracket and rest.endswith("]") else (self.name, label)

    def _needed(self, column: FormulaColumn) -> frozenset[Key | str]:
        """Columns as keys, names as folded texts, and every formula column of a table that is used whole."""
        needs: set[Key | str] = set()
        for reference in column.formula.references:
            table = (reference.table or column.table).casefold()
            if reference.column is not None:
                needs.update(self._between(table, reference))
            else:
                name = str(reference.name).casefold()
                needs.update(self._of_table.get(name, ()) if name in self._spelled else ())
                needs.add((name, "*") if name in self._spelled else name)
        return frozenset(needs)

    def _between(self, table: str, reference: Reference) -> Iterable[Key]:
        first, last = (str(each).casefold() for each in (reference.column, reference.last or reference.column))
        yield (table, first)
        if reference.last is None:
            return
        yield (table, "*")
        yield (table, last)
        keys = self._of_table.get(table, [])
        if (table, last) in self.columns:
            start = keys.index((table, first)) if (table, first) in self.columns else 0
            yield from keys[start : keys.index((table, last)) + 1]

    def _ordered(self) -> tuple[Key, ...]:
        """The formula columns, each after those that it needs."""
        done: dict[Key, None] = {}
        path: dict[Key, list[Key]] = {}
        for start in self.columns:
            if start in done:
                continue
            path[start] = self._formulas_needed(start)
            while path:
                key, waiting = next(reversed(path.items()))
                if not waiting:
                    done[key] = None
                    del path[key]
                    continue
                following = waiting.pop()
                if following in path:
                    cycle = [*path]
                    cycle = [*cycle[cycle.index(following) :], following]
                    raise CycleError([self.label(each) for each in cycle])
                if following not in done:
                    path[following] = self._formulas_needed(following)
        return tuple(done)

    def _formulas_needed(self, key: Key) -> list[Key]:
        found = [each for each in self._needs[key] if isinstance(each, tuple) and each in self.columns]
        return sorted(found, reverse=True)

    def label(self, key: Key) -> str:
        """A column as people name it: the name alone in the main table."""
        column = self.columns.get(key)
        name = column.name if column else key[1]
        table = self._spelled.get(key[0], key[0])
        return name if key[0] == self.name.casefold() else f"{table}[{name}]"

    def needs(self, key: Key) -> frozenset[Key | str]:
        """What a formula column reads: keys of columns, and folded names."""
        return self._needs[key]

    def find(self, label: str) -> Key:
        """The key of "Column" or "Table[Column]"; an `UnknownName` when it is no formula column."""
        table, bracket, rest = label.partition("[")
        key = (table.casefold(), rest[:-1].casefold()) if bracket else (self.name.casefold(), label.casefold())
        if key not in self.columns:
            hint = did_you_mean(label, map(self.label, self.columns))
            message = f'There is no formula column "{label}". {hint}'
            raise UnknownName(message.strip())
        return key

    def precedents(self, label: str) -> tuple[str, ...]:
        """What the column's formula reads, columns and names, in the order of its text.

        >>> Model({"FTE": "=[@Students]/Ratio", "Cost": "=[@FTE]*Rate"}).precedents("Cost")
        ('FTE', 'Rate')
        """
        column = self.columns[self.find(label)]
        found: dict[str, None] = {}
        for each in column.formula.references:
            if each.column is None:
                found[str(each.name)] = None
            else:
                found[self.spelling(each.table or column.table, each.column)] = None
        return tuple(found)

    def spelling(self, table: str, column: str) -> str:
        """A column as people name it, given or computed: the name alone in the main table."""
        key = (table.casefold(), column.casefold())
        if key in self.columns:
            return self.label(key)
        return column if key[0] == self.name.casefold() else f"{table}[{column}]"

    def dependents(self, label: str) -> tuple[str, ...]:
        """The formula columns that read a column or name, directly, in the order in which they are computed.

        >>> Model({"FTE": "=[@Students]/Ratio", "Cost": "=[@FTE]*Rate"}).dependents("Students")
        ('FTE',)
        """
        table, bracket, rest = label.partition("[")
        key = (table.casefold(), rest[:-1].casefold()) if bracket else (self.name.casefold(), label.casefold())
        wanted = {key, label.casefold(), (key[0], "*")}
        return tuple(self.label(each) for each in self.order if not wanted.isdisjoint(self._needs[each]))

    # -- what is computed

    def prepare(self, table: Table, tables: Mapping[str, Table] | None = None) -> Prepared:
        """A handle on tables that were read, for `run` and `compute`; then only a changed name is paid for.

        Raises `UnknownReferences` with every table and column that formulas mention and that is not there.
        """
        return self._prepared(table, tables, None)

    def _prepared(self, table: Table, tables: Mapping[str, Table] | None, last: Run | None) -> Prepared:
        given: dict[str, Table] = {key.casefold(): each for key, each in self.tables.items()}
        given |= {key.casefold(): each for key, each in (tables or {}).items()}
        given[self.name.casefold()] = table
        before = last.prepared.tables if last else {}
        read = {key: contents(each, before.get(key)) for key, each in given.items()}
        self._check(read)
        return Prepared(self, read, last)

    def run(
        self,
        table: Table | Prepared,
        names: Mapping[str, Any] | None = None,
        tables: Mapping[str, Table] | None = None,
        *,
        earlier: Run | None = None,
    ) -> Run:
        """All formula columns computed for the rows of a table, or of a prepared one, with these names.

        `names` maps a name to a number, text, boolean or None, or to a one-dimensional array: one per scenario.
        What has not changed since the last run (of the handle, or of this thread) is not computed again; nor, of a
        table, what has not changed since the run given as `earlier`, which may be of another model.
        """
        if isinstance(table, Prepared):
            prepared = table if tables is None else self._with_tables(table, tables)
        else:
            prepared = self._prepared(table, tables, earlier or getattr(self._thread, "last", None))
        made = Run(self, prepared, names or {}, prepared.last)
        prepared.last = made
        self._thread.last = made
        return made

    def _with_tables(self, prepared: Prepared, tables: Mapping[str, Table]) -> Prepared:
        table = prepared.tables[self.name.casefold()].table
        return self._prepared(table, tables, prepared.last)

    def compute(self, table: Table | Prepared, names: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """The table's index and columns, and the formula columns after them."""
        return self.run(table, names).frame()

    def explain(
        self, label: str, row: int, table: Table | Prepared | None = None, names: Mapping[str, Any] | None = None
    ) -> Explanation:
        """The steps from what was given to the result in one row, counted from 0.

        Without a table it is the row of this thread's last run.
        """
        last: Run | None = getattr(self._thread, "last", None)
        if table is not None:
            last = self.run(table, names)
        if last is None:
            message = "Nothing was computed yet in this thread. Give the table to explain."
            raise UnknownName(message)
        return last.explain(label, row)

    # -- what is missing

    def _check(self, read: Mapping[str, Contents]) -> None:
        unknown = [
            Unknown(self.label(each.key), each.formula.text, 0, "table", each.table, nearest(each.table, self._spelled))
            for each in self.columns.values()
            if each.key[0] not in read
        ]
        names = {table: self._names(table, each) for table, each in read.items()}
        unknown += [
            found for column, reference in self.references if (found := self._unknown(column, reference, names))
        ]
        if unknown:
            raise UnknownReferences(tuple(unknown))

    def _names(self, table: str, read: Contents) -> dict[str, str]:
        """The columns of a table by folded name, given and computed, as they are spelled."""
        return {**read.names, **{key[1]: self.columns[key].name for key in self._of_table.get(table, ())}}

    def _unknown(
        self, column: FormulaColumn, reference: Reference, names: Mapping[str, Mapping[str, str]]
    ) -> Unknown | None:
        if reference.column is None:
            return None
        table = (reference.table or column.table).casefold()

        def unknown(kind: str, name: str, known: Iterable[str]) -> Unknown:
            where = self.label(column.key)
            return Unknown(where, column.formula.text, reference.start, kind, name, nearest(name, known))

        if table not in names:
            return unknown("table", str(reference.table), self._spelled.values())
        for name in filter(None, (reference.column, reference.last)):
            if name.casefold() not in names[table]:
                return unknown("column", name, names[table].values())
        if reference.this_row and table != column.table.casefold():
            return unknown("row of this formula in table", str(reference.table), ())
        return None
