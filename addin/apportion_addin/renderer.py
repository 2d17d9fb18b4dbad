"""Draws sheets into the workbook that is open in Excel: the same descriptions that files are written from.

Only sheets that carry Apportion's mark are ever written over. What a user refers to from elsewhere survives: a sheet
is emptied and filled again, and a table that stands where it stood keeps its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apportion.errors import ApportionError
from apportion.tables import column_letters
from apportion.workbook.drawing import draw
from apportion.workbook.grids import MARK
from apportion.workbook.styles import GAIN
from apportion_addin.blocks import Block, blocks
from apportion_addin.book import is_marked, placed
from apportion_addin.looks import charts, looks
from apportion_addin.typing_in import formula, typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xlwings

    from apportion.workbook.drawing import Drawing, DrawnTable, Rule
    from apportion.workbook.sheets import Sheet

TABLE_STYLE = "TableStyleLight1"  # Excel asks for one; every cell has its own look over it


class InTheWay(ApportionError, ValueError):
    """Raised when a sheet or name of the user's stands where a result must go; nothing is written."""


class OnlyInFiles(ApportionError, NotImplementedError):
    """Raised for a sheet with what is drawn in files alone: drop-downs and formulas that spill."""


def macro(book: xlwings.Book, name: str, *arguments: Any) -> None:
    """Ask for one of the task pane's own scripts.

    Not by xlwings' `App.macro`, which speaks to whichever book came last, be it another user's.
    """
    book.impl.append_json_action(func="runMacro", args=[name, *arguments])


def write_sheets(book: xlwings.Book, sheets: Sequence[Sheet], footer: str = "") -> tuple[str, ...]:
    """Write sheets into the book and show the first; the names of those written. Raises InTheWay."""
    for sheet in sheets:
        _refuse_unknown(sheet)
    drawings = [draw(sheet) for sheet in sheets]
    _refuse(book, drawings)
    pages = [_page(book, drawing, drawings[:index]) for index, drawing in enumerate(drawings)]
    for page in pages:
        page.values()
        page.tables()
    for page in pages:  # a formula may refer to any sheet and table, so all are there by now
        page.formulas()
    for page in pages:
        page.rules()
        page.finish(footer)
    pages[0].sheet.activate()
    return tuple(drawing.sheet.name for drawing in drawings)


def _refuse_unknown(sheet: Sheet) -> None:
    columns = [column for table in sheet.tables for column in table.columns]
    offered = any(each.choice for each in sheet.cells) or any(each.choice for each in columns)
    if sheet.spills or offered:
        raise OnlyInFiles(f"The sheet {sheet.name} has drop-downs or formulas that spill, and is not drawn in Excel.")


def _refuse(book: xlwings.Book, drawings: Sequence[Drawing]) -> None:
    written = {drawing.sheet.name.casefold() for drawing in drawings}
    names = book.api["names"]
    problems = [
        f'The sheet "{sheet["name"]}" is not Apportion\'s. Rename it, so that the result can have that name.'
        for sheet in book.api["sheets"]
        if sheet["name"].casefold() in written and not is_marked(sheet["name"], names)
    ]
    others = {
        table["name"].casefold(): f'a table on the sheet "{sheet["name"]}"'
        for sheet in book.api["sheets"]
        if sheet["name"].casefold() not in written
        for table in sheet["tables"]
    } | {each["name"].casefold(): "a defined name" for each in names if each["scope_sheet_name"] is None}
    problems += [
        f"The name {drawn.table.name} is taken by {others[drawn.table.name.casefold()]}. Rename that."
        for drawing in drawings
        for drawn in drawing.tables
        if drawn.table.name.casefold() in others
    ]
    if problems:
        raise InTheWay(" ".join(["Nothing was written.", *problems]))


def _page(book: xlwings.Book, drawing: Drawing, before: Sequence[Drawing]) -> _Page:
    """The sheet of a drawing, emptied or added: after those written before it, the first after the book's first."""
    name = drawing.sheet.name
    known = next((each for each in book.api["sheets"] if each["name"].casefold() == name.casefold()), None)
    if known is None:
        after = before[-1].sheet.name if before else book.sheets[0].name
        sheet = book.sheets.add(name, after=book.sheets[after])
        quoted = name.replace("'", "''")
        sheet.names.add(MARK, f"='{quoted}'!$A$1")
        return _Page(book, sheet, drawing, ())
    kept = tuple(drawn.table.name for drawn in drawing.tables if _stays(drawn, known["tables"]))
    refs = [{"name": each.table.name, "ref": _body(each).address} for each in drawing.tables if each.table.name in kept]
    macro(book, "apportionClear", known["name"], refs)
    known["tables"][:] = [each for each in known["tables"] if each["name"] in kept]
    return _Page(book, book.sheets[known["name"]], drawing, kept)


def _stays(drawn: DrawnTable, tables: Sequence[dict[str, Any]]) -> bool:
    """Whether the table is there already, at the same corner and with the same columns."""
    old = next((each for each in tables if each["name"] == drawn.table.name), None)
    if old is None or not old["show_headers"] or tuple(old["columns"]) != drawn.headers:
        return False
    place = placed(old)
    return (place.first_row, place.first_column) == (drawn.table.row + 1, drawn.table.column + 1)


def _body(drawn: DrawnTable) -> Block:
    """A table's header and rows, without its total row."""
    return Block(drawn.table.row, drawn.table.column, drawn.last_row, drawn.last_column)


@dataclass(frozen=True)
class _Page:
    book: xlwings.Book
    sheet: xlwings.Sheet
    drawing: Drawing
    kept: tuple[str, ...]

    def values(self) -> None:
        """Every text and number in one block; formulas, and the rows of totals that Excel adds itself, come later."""
        cells: dict[tuple[int, int], Any] = {
            (drawn.table.row, drawn.table.column + index): typed(header)
            for drawn in self.drawing.tables
            for index, header in enumerate(drawn.headers)
        }
        cells |= {
            (cell.row, cell.column): typed(cell.value)
            for cell in self.drawing.cells
            if not cell.formula and cell.variant != "total" and cell.value not in (None, "")
        }
        if not cells:
            return
        rows, columns = [row for row, _ in cells], [column for _, column in cells]
        block = Block(min(rows), min(columns), max(rows), max(columns))
        self._range(block).value = [
            [cells.get((row, column), "") for column in range(block.first_column, block.last_column + 1)]
            for row in range(block.first_row, block.last_row + 1)
        ]

    def tables(self) -> None:
        """The Excel Tables, those that stayed as they are."""
        for drawn in self.drawing.tables:
            if drawn.table.name in self.kept:
                table = self.sheet.tables[drawn.table.name]
            else:
                source = self._range(_body(drawn))
                table = self.sheet.tables.add(source, drawn.table.name, table_style_name=TABLE_STYLE)
                table.show_table_style_row_stripes = False
            table.show_autofilter = drawn.filtered
            if drawn.table.total_row:
                table.show_totals = True

    def formulas(self) -> None:
        """Live formulas, and the whole row of totals, in as few blocks as there are."""
        wanted = {
            (cell.row, cell.column): formula(cell.formula) if cell.formula else typed(cell.value)
            for cell in self.drawing.cells
            if cell.formula or cell.variant == "total"
        }
        for block, _ in blocks(dict.fromkeys(wanted, 0)):
            self._range(block).formula = [
                [wanted[row, column] for column in range(block.first_column, block.last_column + 1)]
                for row in range(block.first_row, block.last_row + 1)
            ]

    def rules(self) -> None:
        """Conditional formats; Excel puts each above those that were there, so the last comes first."""
        for rule in reversed(self.drawing.rules):
            self._rule(rule)

    def _rule(self, rule: Rule) -> None:
        place = self._range(Block(*rule.first, *rule.last)).conditional_formats
        shown: dict[str, Any] = {
            "fill_color": rule.properties.get("bg_color"),
            "font_color": rule.properties.get("font_color"),
            "font_bold": rule.properties.get("bold"),
        }
        said = rule.text.replace('"', '""')
        if rule.kind == "bar":
            place.add_data_bar(GAIN, gradient=False, show_value=not rule.bar_only)
        elif rule.kind == "equals":
            place.add_cell_value("equal_to", f'="{said}"', **shown)
        else:
            place.add_custom(f"={rule.text}", **shown)

    def finish(self, footer: str) -> None:
        """Looks, charts, and what is frozen."""
        macro(self.book, "apportionFormat", self.sheet.name, looks(self.drawing, footer))
        if self.drawing.sheet.charts:  # after the widths, with which a chart would move and grow
            macro(self.book, "apportionCharts", self.sheet.name, charts(self.drawing))
        self.sheet.show_gridlines = False
        if self.drawing.sheet.freeze is not None:
            self.sheet.freeze_panes.freeze_at(_frozen(*self.drawing.sheet.freeze))

    def _range(self, block: Block) -> xlwings.Range:
        return self.sheet.range(
            (block.first_row + 1, block.first_column + 1), (block.last_row + 1, block.last_column + 1)
        )


def _frozen(rows: int, columns: int) -> str:
    """What stays in sight: whole rows, whole columns, or the block in which they meet.

    >>> _frozen(5, 2), _frozen(5, 0)
    ('A1:B5', '1:5')
    """
    if not columns:
        return f"1:{rows}"
    letters = column_letters(columns)
    return f"A1:{letters}{rows}" if rows else f"A:{letters}"
