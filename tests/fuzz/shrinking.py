"""What a formula reads, and smaller formulas that may still disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apportion.formula.tree import ColumnReference, Name, Node, children
from apportion.formula.writing import short
from fuzz.expressions import function_of, is_array
from fuzz.tables import NAMES

if TYPE_CHECKING:
    from fuzz.tables import Table


def cells_of(node: Node, table: Table, row: int) -> dict[str, Any]:
    """The cells of this row, the columns and the names among the operands of a node."""
    found: dict[str, Any] = {}
    for each in children(node):
        if isinstance(each, Name) and each.name in NAMES:
            found[each.name] = NAMES[each.name]
        elif isinstance(each, ColumnReference) and each.last is None and each.table in (None, table.name):
            cells = table.columns[each.column]
            found[short(each)] = cells[row] if each.this_row else cells
        elif function_of(each) is not None and is_array(each):
            found |= cells_of(each, table, row)
    return found
