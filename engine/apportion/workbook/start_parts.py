"""What every Start sheet is made of: steps with where they stand, sheets to go to, what the colors mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apportion.schema import BY_NAME
from apportion.spoken import counted as said
from apportion.tables import Origin, Table
from apportion.workbook.drawing import escaped
from apportion.workbook.sheets import Cell, Highlight, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from apportion.tables import CellValue
    from apportion.workbook.sheets import DataTable, Style

FIRST_COLUMN = 1
SETTINGS = ("District", "Fiscal year")
STEP_HEIGHT, OPTION_HEIGHT = 21.0, 18.0
ONE_LINE = 64
OWN_TABLE = "A table of the district's own."
OWN_GROUP = "Your own tables"
FINE, TO_DO, LOOK = "✓ fine", "to do", "look here"
CHECKS: dict[str, Style] = {FINE: "ok", TO_DO: "look", LOOK: "look"}
CHECK_COLUMN = FIRST_COLUMN + 4
WIDTHS = {1: 5, 2: 24, 3: 58, 4: 46, 5: 12}


@dataclass(frozen=True)
class Standing:
    """Where a step stands, as a live formula with its value, and whether that is fine."""

    formula: str
    value: str
    check: str = ""
    checked: str = ""


@dataclass(frozen=True)
class Step:
    """A step of the work: its name, the sheet that it leads to, what to do, where it stands."""

    name: str
    sheet: str
    what: str
    standing: Standing
    numbered: bool = True


def start_of(title: str, subtitle: str, plan: DataTable, cells: Sequence[Cell], options: range) -> Sheet:
    """The sheet Start with these cells; the rows of `options` are lower than those of steps."""
    last = max(cell.row for cell in cells)
    return Sheet(
        "Start",
        title,
        subtitle,
        cells=tuple(cells),
        tables=(plan,),
        highlights=tuple(
            Highlight((plan.row + 1, CHECK_COLUMN), (last, CHECK_COLUMN), "equals", equals=word, style=style)
            for word, style in CHECKS.items()
        ),
        widths=WIDTHS,
        heights={
            cell.row: OPTION_HEIGHT if cell.row in options else STEP_HEIGHT
            for cell in cells
            if cell.style.startswith(("row", "header", "group"))
        },
        landscape=False,
    )


# -- rows -------------------------------------------------------------------------------------------------------------


def header(cells: list[Cell], row: int, *words: str) -> None:
    """A line of headings."""
    cells.extend(Cell(row, FIRST_COLUMN + i, word, "header") for i, word in enumerate(words))


def add_steps(cells: list[Cell], row: int, steps: Iterable[Step]) -> int:
    """The steps, from this row on; the row after the last."""
    header(cells, row, "", "Step", "What to do", "Where it stands", "Check")
    number = 0
    for step in steps:
        row, number = row + 1, number + step.numbered
        cells.append(Cell(row, FIRST_COLUMN, float(number) if step.numbered else None, "row_center"))
        _place(cells, row, step.name, step.sheet, step.what)
        cells.append(Cell(row, FIRST_COLUMN + 3, step.standing.value, "row_muted", step.standing.formula))
        cells.append(Cell(row, CHECK_COLUMN, step.standing.checked or None, "row_center", step.standing.check))
    return row + 1


def _place(cells: list[Cell], row: int, name: str, sheet: str, what: str) -> None:
    link = "internal:'{}'!A1".format(sheet.replace("'", "''")) if sheet else ""
    cells.append(Cell(row, FIRST_COLUMN + 1, name, "row_link" if link else "row_strong", link=link))
    cells.append(Cell(row, FIRST_COLUMN + 2, what, "row"))


@dataclass(frozen=True)
class Listed:
    """A sheet to go to, in its group; without words of its own, what the schema says and how many rows it has."""

    group: str
    sheet: Sheet
    what: str = ""
    standing: Standing | None = None


def add_sheets(cells: list[Cell], row: int, heading: str, sheets: Iterable[Listed]) -> int:
    """Sheets group by group, from this row on; the row after the last."""
    header(cells, row, "", heading, "What belongs there", "Where it stands", "")
    group = ""
    for each in sheets:
        if group != each.group:
            row, group = row + 1, each.group
            cells.append(Cell(row, FIRST_COLUMN + 1, group, "group"))
        row += 1
        table = each.sheet.tables[0]
        standing = each.standing or _rows_in(table)
        _place(cells, row, each.sheet.name, each.sheet.name, each.what or _belongs(table))
        cells.append(Cell(row, FIRST_COLUMN + 3, standing.value, "row_muted", standing.formula))
        cells += [Cell(row, FIRST_COLUMN, None, "row"), Cell(row, CHECK_COLUMN, None, "row")]
    return row + 1


def _rows_in(table: DataTable) -> Standing:
    """How many rows a table has."""
    schema = BY_NAME.get(table.name.casefold())
    required = next((each.name for each in schema.fields if each.required), "") if schema else ""
    column = required or table.columns[0].header
    number, count = f"COUNTA({table.name}[{escaped(column)}])", filled(values_of(table, column))
    formula = f'IF({number}=0,"not used",{counted(number, "row", "rows")})'
    return Standing(formula, said(count, "row", "rows") if count else "not used")


def _belongs(table: DataTable) -> str:
    """The first sentence of a table's description, of a long one what stands before the colon."""
    schema = BY_NAME.get(table.name.casefold())
    if schema is None:
        return OWN_TABLE
    sentence = schema.doc.split(". ", maxsplit=1)[0].rstrip(".")
    return (sentence if len(sentence) <= ONE_LINE else sentence.split(":", maxsplit=1)[0]) + "."


def add_colors(cells: list[Cell], row: int) -> int:
    """What the colors mean; the row after the last."""
    cells += [Cell(row, 2, "How to read the colors", "heading"), Cell(row, 3, None, "heading")]
    colors: tuple[tuple[str, Style, str], ...] = (
        ("yours to fill", "input", "Blue on cream: type or paste here."),
        ("computed", "text", "Black on white: comes from a formula or from Apportion."),
        ("look here", "look", "Amber: works, but somebody should know."),
        ("stop", "stop", "Red: nothing is written until this is mended."),
    )
    for word, style, meaning in colors:
        row += 1
        cells += [Cell(row, 2, word, style), Cell(row, 3, meaning, "muted")]
    return row + 1


# -- settings ---------------------------------------------------------------------------------------------------------


def with_settings(table: Table | None, settings: Mapping[str, CellValue]) -> Table:
    """The table Plan with a row, after its own, for each of the settings that is not there yet."""
    cells = dict(table.cells) if table is not None else {}
    by_fold = {header.casefold(): header for header in cells}
    names = list(cells.pop(by_fold.get("setting", ""), ()))
    values = list(cells.pop(by_fold.get("value", ""), [None] * len(names)))
    known = {str(each).strip().casefold() for each in names}
    missing = {name: value for name, value in settings.items() if name.casefold() not in known}
    others = {header: [*column, *([None] * len(missing))] for header, column in cells.items()}
    every = {"Setting": [*names, *missing], "Value": [*values, *missing.values()], **others}
    return Table("Plan", every, range(2, 2 + len(every["Setting"])), Origin("Plan"))


def settings_said(plan: DataTable) -> tuple[str, str]:
    """District and fiscal year as text, "" where they are not filled in."""
    pairs = zip(values_of(plan, "Setting"), values_of(plan, "Value"), strict=True)
    found = {str(setting).strip().casefold(): value for setting, value in pairs if setting}
    district, year = (found.get(name.casefold()) for name in SETTINGS)
    return str(district or ""), f"{year:g}" if isinstance(year, float) else str(year or "")


def footer_of(plan: DataTable) -> str:
    """What every page says of the plan: its district and fiscal year."""
    district, year = settings_said(plan)
    return "  ·  ".join(part for part in (district, f"FY{year}" if year else "") if part)


def plan_standing(plan: DataTable) -> Standing:
    """Whether district and fiscal year are filled in."""

    def setting(name: str) -> str:
        return f'INDEX(Plan[Value],MATCH("{name}",Plan[Setting],0))'

    district, year = settings_said(plan)
    both = f'AND({setting("District")}<>"",{setting("Fiscal year")}<>"")'
    told = f'{setting("District")}&", FY"&{setting("Fiscal year")}'
    return Standing(
        f'IF({both},{told},"not filled in")',
        f"{district}, FY{year}" if district and year else "not filled in",
        f'IF({both},"{FINE}","{TO_DO}")',
        FINE if district and year else TO_DO,
    )


# -- words ------------------------------------------------------------------------------------------------------------


def as_code(value: CellValue) -> CellValue:
    """A cell as a code: 202.0 is "202"; texts and blanks stay."""
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else value


def values_of(table: DataTable, header: str) -> Sequence[CellValue]:
    """The values of a table's column."""
    return next(column.values for column in table.columns if column.header == header)


def filled(values: Iterable[CellValue]) -> int:
    """How many cells have something in them."""
    return sum(value is not None and value != "" for value in values)


def key(value: CellValue) -> str:
    """A cell as Excel compares it."""
    return "" if value is None else str(as_code(value)).casefold()


def counted(count: str, one: str, many: str) -> str:
    """The formula of a number with its noun."""
    return f'TEXT({count},"#,##0")&IF({count}=1," {one}"," {many}")'


def aside(count: int, one: str, many: str) -> str:
    """A number with its noun after a comma, "" for none."""
    return f", {said(count, one, many)}" if count else ""


def checked(count: str, look: str) -> str:
    """The formula of a step's check: nothing is there yet, somebody should look, or it is fine."""
    return f'IF({count}=0,"{TO_DO}",IF({look},"{LOOK}","{FINE}"))'


def check(count: int, *, look: bool) -> str:
    """The value of such a check."""
    if not count:
        return TO_DO
    return LOOK if look else FINE
