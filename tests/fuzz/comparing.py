"""Cell by cell: where a peer's result is not the engine's, although all parts of the formula agree."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from apportion.formula import ExcelError, evaluate
from fuzz.expressions import Expression, name_of
from fuzz.not_asked import is_asked
from fuzz.operands import Kinds, kinds, operands
from fuzz.peers import Unreadable
from fuzz.rounds import ASKED, Round, known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fuzz.peers import Results
    from fuzz.sheets import Sheet

# Excel itself shows 15 digits; a difference in the last ones is that of another order of operations.
_CLOSE = 1e-11
# Where large numbers cancel fewer digits are left.
_CANCELLED = 1e-5


def same(ours: Any, theirs: Any, within: float = _CLOSE) -> bool:
    """Whether two results are one: numbers to eleven digits, all else exactly.

    LibreOffice has no booleans, only numbers that show as such (ODF 1.3 part 4, 4.5): its 1 is TRUE.
    """
    if isinstance(ours, Unreadable) or isinstance(theirs, Unreadable):
        return False
    if isinstance(ours, (bool, float)) and isinstance(theirs, (bool, float)):
        if isinstance(ours, bool) is not isinstance(theirs, bool):
            return False
        return abs(ours - theirs) <= within * max(abs(ours), abs(theirs))
    return type(ours) is type(theirs) and bool(ours == theirs)


def _truth_or_number(ours: Any, theirs: Any) -> bool:
    return same(float(ours) if isinstance(ours, bool) else ours, float(theirs) if isinstance(theirs, bool) else theirs)


def _exactly(peer: str, ours: Any, theirs: Any) -> bool:
    """Whether a part is the same to the last digit that is told: else what is computed from it tells nothing."""
    if not _truth_or_number(ours, theirs):
        return False
    if not (isinstance(ours, float) and isinstance(theirs, float)):
        return True
    return float(f"{ours:.15g}") == float(f"{theirs:.15g}") if peer == "LibreOffice" else ours == theirs


def _as_a_file_tells(ours: Any, theirs: Any) -> bool:
    """Whether LibreOffice's result is ours as far as a file in Excel's format can tell.

    It has an error for each kind of illegal argument (Help, Error codes), and writes nearly all of them as #VALUE!.
    """
    if theirs is ExcelError.VALUE and isinstance(ours, ExcelError):
        return True
    return _truth_or_number(ours, theirs)


SAME = {"LibreOffice": _as_a_file_tells, "IronCalc": same}


@dataclass(frozen=True)
class Case:
    """One cell: a formula in one row of a table, and the results of its parts."""

    round: Round
    sheet: Sheet
    expression: Expression
    row: int
    parts: Mapping[str, Any]

    @property
    def function(self) -> str:
        """The outermost function or operator."""
        return name_of(self.expression.tree)

    @cached_property
    def operands(self) -> list[Kinds]:
        """The kinds of its operands."""
        tables = {sheet.table.name: sheet.table for sheet in self.round.sheets}
        found = operands(self.expression.tree, self.sheet.table, self.row, tables, self._part)
        several = sum(not each.isdisjoint(("error", "in:error")) for each in found) > 1 or any("in:error" in each for each in found)
        more = ({"array formula"} if self.expression.array else set()) | ({"one of several"} if several else set())
        return [each | more for each in found]

    def _part(self, text: str) -> Any:
        return self.parts[text] if text in self.parts else evaluate(text)


@dataclass(frozen=True)
class Disagreement(Case):
    """One cell where a peer's result is another one, and the parts of its formula are not to blame."""

    peer: str
    ours: Any
    theirs: Any
    witnesses: Mapping[str, Any]

    @cached_property
    def results(self) -> tuple[Kinds, Kinds]:
        """The kinds of both results."""
        close = frozenset({"close"}) if same(self.ours, self.theirs, _CANCELLED) else frozenset()
        return kinds(self.ours) | close, kinds(self.theirs) | close

    def sides_with_engine(self, peer: str) -> bool:
        """Whether another peer gave what the engine gave."""
        return SAME[peer](self.ours, self.witnesses[peer])

    def others_side_with_engine(self) -> bool:
        """Whether there is another peer, and none but this one differs from the engine."""
        others = [peer for peer in self.witnesses if peer != self.peer]
        return bool(others) and all(self.sides_with_engine(peer) for peer in others)

    def others_side_with_peer(self) -> bool:
        """Whether another peer gave the same as this one, or an error too where the engine has none."""
        others = [result for peer, result in self.witnesses.items() if peer != self.peer]
        errors = isinstance(self.theirs, ExcelError) and not isinstance(self.ours, ExcelError)
        return any(_truth_or_number(result, self.theirs) or (errors and isinstance(result, ExcelError)) for result in others)

    @property
    def inputs(self) -> dict[str, Any]:
        """What its parts and cells hold, by their text."""
        from fuzz.shrinking import cells_of

        return dict(self.parts) | cells_of(self.expression.tree, self.sheet.table, self.row)

    def __str__(self) -> str:
        held = ", ".join(f"{text.removeprefix('=')} = {value!r}" for text, value in self.inputs.items())
        others = "".join(f"; {peer} {value!r}" for peer, value in self.witnesses.items() if peer != self.peer)
        return f"{self.expression.text}  engine {self.ours!r}; {self.peer} {self.theirs!r}{others}  [{held}]"


@dataclass
class Comparison:
    """What came of one round: how many cells each peer was compared in, and where it disagreed."""

    compared: dict[str, int]
    found: list[Disagreement]
    unknown: dict[str, frozenset[str]]


def compared(made: Round, ours: Results, theirs: Mapping[str, Results]) -> Comparison:
    """All disagreements of a round that no part of the formula has already."""
    knows = {peer: known(of[ASKED], made) for peer, of in theirs.items()}
    counted = dict.fromkeys(theirs, 0)
    found: list[Disagreement] = []
    for sheet in made.sheets[:-1]:
        mine = ours[sheet.table.name]
        rows = {each.text: i for i, each in enumerate(sheet.formulas)}
        for i, expression in enumerate(sheet.formulas):
            for row in range(sheet.table.size):
                case = Case(made, sheet, expression, row, {part.text: mine[rows[part.text]][row] for part in expression.parts})
                if ExcelError.SPILL in (mine[i][row], *case.parts.values()):  # of an array a file shows one element
                    continue
                witnesses = {
                    peer: of[sheet.table.name][i][row]
                    for peer, of in theirs.items()
                    if expression.functions <= knows[peer] and is_asked(peer, case)
                }
                for peer, result in witnesses.items():
                    counted[peer] += 1
                    table = theirs[peer][sheet.table.name]
                    if not SAME[peer](mine[i][row], result) and all(
                        _exactly(peer, value, table[rows[text]][row]) for text, value in case.parts.items()
                    ):
                        found.append(Disagreement(made, sheet, expression, row, case.parts, peer, mine[i][row], result, witnesses))
    everything = frozenset(name for each in made.sheets[-1].formulas for name in each.functions)
    return Comparison(counted, found, {peer: everything - of for peer, of in knows.items()})


def grouped(found: list[Disagreement]) -> Iterator[tuple[tuple[Any, ...], list[Disagreement]]]:
    """Disagreements that look alike: of one peer and function, with results of the same types; the shortest first."""
    groups: dict[tuple[Any, ...], list[Disagreement]] = {}
    for each in found:
        ours, theirs = (_short(result) for result in (each.ours, each.theirs))
        groups.setdefault((each.peer, each.function, ours, theirs), []).append(each)
    for key, members in sorted(groups.items(), key=lambda group: -len(group[1])):
        yield key, sorted(members, key=lambda each: (len(each.parts), len(each.expression.text)))


def _short(result: Any) -> str:
    return str(result) if len(kinds(result) & {"error", "unreadable"}) else type(result).__name__
