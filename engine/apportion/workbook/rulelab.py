"""The sheet Rule lab: real schools with their counts and rates, and columns in which a rule is tried as a real formula.

What stands there is live: characteristics from Schools, counts from Enrollment, rates from Rates as they hold at each
school. Above every column to try stands its text, which a rule takes over.
"""

from __future__ import annotations

import datetime as dt
from itertools import accumulate
from typing import TYPE_CHECKING, TypeGuard

from apportion.tables import column_letters
from apportion.workbook.drawing import escaped
from apportion.workbook.labtexts import LAB, LAB_TABLE, RATES_TABLE
from apportion.workbook.sheets import Cell, DataTable, Sheet, TableColumn
from apportion.workbook.start_parts import FIRST_COLUMN, as_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from apportion.tables import CellValue
    from apportion.workbook.sheets import Style

TRIES = tuple(f"Try {number}" for number in range(1, 6))
FIRST_TRY = FIRST_COLUMN + 2  # after Code and Name, so that a rule's reference stays whatever columns a district adds
PROJECTION_ROW, YEAR_ROW, TEXT_ROW, HEADER_ROW = 5, 6, 7, 8
SPARE_ROWS = 5
CENTURY = 2000
WIDEST = 30.0
MOST_SCHOOLS = 300
LONGEST_FORMULA = 8000
SCHOOL_COLUMNS = ("Level", "Type", "Campus")
YEARS = ("Open year", "Close year")
NOT_COUNTED = ("projection", "school", "instructional model", "notes", "note", "comments", "comment", "remarks")
POSITION = f"ROW()-ROW({LAB_TABLE}[[#Headers],[Code]])"
CODE = f"{LAB_TABLE}[[#This Row],[Code]]"
TRY_NOTE = "Type an Excel formula over this school, such as =[@Enrollment]/[@[AP_ratio]]. Excel fills it down."
INSTRUCTIONS = (
    "Type a formula, such as =[@Enrollment]/450, into a Try column. Excel completes and checks it, and fills it down.",
    "On Rules, choose the method formula and type ='Rule lab'!{text} under Formula, so that the rule takes it over.",
)
LEFT_OUT = (
    "Rates that hold only for a model or a student group have no column here. New columns of Schools and Enrollment "
    "get one in the next workbook that Apportion writes."
)


def lab_sheet(tables: Mapping[str, DataTable]) -> Sheet:
    """The Rule lab of a plan's tables: a row per school (at most the first 300), and some for schools added later."""
    lab = _Lab(tables)
    parts = {
        "": [lab.codes, lab.names, *lab.tries()],
        "From Schools": lab.characteristics(),
        "From Enrollment, added up": [*lab.counts(), *lab.groups()],
        "From Rates, as they hold at the school": lab.rates(),
    }
    starts = accumulate((len(columns) for columns in parts.values()), initial=0)
    band = {start: label for start, (label, columns) in zip(starts, parts.items(), strict=False) if columns}
    columns = tuple(column for part in parts.values() for column in part)
    table = DataTable(LAB_TABLE, HEADER_ROW, FIRST_COLUMN, columns, band=band)
    first_text = f"{column_letters(FIRST_TRY + 1)}{TEXT_ROW + 1}"
    more = f" The first {MOST_SCHOOLS} schools." if lab.schools > MOST_SCHOOLS else ""
    return Sheet(
        LAB,
        LAB,
        f"Try a rule as a real Excel formula over your own schools, before it becomes one.{more}",
        cells=(
            *(
                Cell(3 + i, FIRST_COLUMN, f"{i + 1}   {line.format(text=first_text)}", "subtitle")
                for i, line in enumerate(INSTRUCTIONS)
            ),
            Cell(PROJECTION_ROW, FIRST_COLUMN, "Projection", "strong"),
            Cell(PROJECTION_ROW, FIRST_COLUMN + 1, lab.projection, "setting", _projection_formula()),
            Cell(PROJECTION_ROW, FIRST_TRY, LEFT_OUT, "muted"),
            Cell(YEAR_ROW, FIRST_COLUMN, "Fiscal year", "strong"),
            Cell(YEAR_ROW, FIRST_COLUMN + 1, lab.year, "setting", _year_formula()),
            Cell(TEXT_ROW, FIRST_COLUMN + 1, "Text of the formula, for a rule:", "muted"),
            *(Cell(TEXT_ROW, FIRST_TRY + i, "", "code", _text_formula(FIRST_TRY + i)) for i in range(len(TRIES))),
        ),
        tables=(table, *lab.rates_in_force(FIRST_COLUMN + len(columns) + 1)),
        freeze=(HEADER_ROW + 1, FIRST_TRY),
        tab="input",
        heights={TEXT_ROW: 62.0},
    )


def _text_formula(column: int) -> str:
    """The text of the formula in the first row of a column to try."""
    return f'IFERROR(_xlfn.FORMULATEXT({column_letters(column + 1)}{HEADER_ROW + 2}),"")'


def _projection_formula() -> str:
    """The projection of the first scenario, without one the first of Enrollment."""
    chosen = "INDEX(Scenarios[Projection],1)"
    return f'IF({chosen}<>"",{chosen},INDEX(Enrollment[Projection],1)&"")'


def _year_formula() -> str:
    """The fiscal year of the first scenario, without one that of Start: 2027, "FY2027" and "2026-27" end alike."""
    chosen, plan = "INDEX(Scenarios[Year],1)", 'INDEX(Plan[Value],MATCH("Fiscal year",Plan[Setting],0))'
    return f'IFERROR({CENTURY}+VALUE(RIGHT(IF({chosen}<>"",{chosen},{plan}),2)),"")'


def _year(said: CellValue) -> CellValue:
    end = str(as_code(said) or "")[-2:]
    return CENTURY + float(end) if end.isdecimal() else ""


def _place(row: int) -> str:
    return f"${column_letters(FIRST_COLUMN + 2)}${row + 1}"


def _in_force_formula() -> str:
    """The value of a rate's newest row under a condition, for every model and student group, as Rates has it now."""
    own = {column: f"{RATES_TABLE}[[#This Row],[{column}]]" for column in ("Rate", "Where")}
    always = '(Rates[Model]="")*(Rates[Student group]="")'
    same = f'(Rates[Rate]={own["Rate"]})*(Rates[Where]&""={own["Where"]}&"")*{always}'
    newest = f"SUMPRODUCT(MAX({same}*(Rates[Year]<={_place(YEAR_ROW)})*Rates[Year]))"
    return f"LOOKUP(2,1/({same}*(Rates[Year]={newest})),Rates[Value])"


IN_FORCE = _in_force_formula()


class _Lab:
    """The columns of the Rule lab with their formulas and values."""

    def __init__(self, tables: Mapping[str, DataTable]) -> None:
        self.tables = tables
        codes = self._values("Schools", "Code")
        self.schools = len(codes)
        shown = [str(as_code(code) or "") for code in codes[:MOST_SCHOOLS]]
        self.rows = len(shown) + SPARE_ROWS
        self.known: dict[str, TableColumn] = {}
        self.in_force: list[tuple[str, str, float]] = []
        code = f'IFERROR(INDEX(Schools[Code],{POSITION})&"","")'
        self.codes = self._add(TableColumn("Code", self._padded(shown, ""), "text", 12, formula=code))
        self.names = self._add(self._of_school("Name", width=30))
        self.projection = _first(self._values("Scenarios", "Projection")) or _first(
            self._values("Enrollment", "Projection")
        )
        self.year = _year(_first(self._values("Scenarios", "Year")) or self._setting("fiscal year"))

    def _values(self, table: str, header: str) -> Sequence[CellValue]:
        fold = header.casefold()
        return next((each.values for each in self.tables[table].columns if each.header.casefold() == fold), ())

    def _setting(self, name: str) -> CellValue:
        pairs = zip(self._values("Plan", "Setting"), self._values("Plan", "Value"), strict=True)
        return next((value for setting, value in pairs if _key(setting) == name and value is not None), "")

    def _padded(self, values: Sequence[CellValue], blank: CellValue) -> list[CellValue]:
        return [*values, *[blank] * (self.rows - len(values))]

    def _add(self, column: TableColumn) -> TableColumn:
        self.known[column.header.casefold()] = column
        return column

    # -- what a school is ---------------------------------------------------------------------------------------------

    def tries(self) -> list[TableColumn]:
        """Empty columns to type a formula into."""
        return [self._add(TableColumn(name, [None] * self.rows, "input_trial", 26, TRY_NOTE)) for name in TRIES]

    def characteristics(self) -> list[TableColumn]:
        """Level, type and campus, the years in which a school opens or closes if any has one, the district's own."""
        own = [each.header for each in self.tables["Schools"].columns if each.header.casefold() not in self.known]
        rest = [each for each in own if each not in (*SCHOOL_COLUMNS, *YEARS)]
        years = [each for each in YEARS if any(value is not None for value in self._values("Schools", each))]
        return [self._add(self._of_school(each)) for each in (*SCHOOL_COLUMNS, *years, *rest)]

    def _of_school(self, header: str, width: float = 12) -> TableColumn:
        """A column of Schools: in numbers a blank is 0, in texts it is empty, as in a rule."""
        values = self._values("Schools", header)[:MOST_SCHOOLS]
        present = [value for value in values if value is not None]
        found = f"INDEX(Schools[{escaped(header)}],{POSITION})"
        if present and all(_is_number(value) for value in present):
            numbers = [0.0 if value is None else value for value in values]
            formula = f'IF({CODE}="",0,{found})'
            style: Style = _number_style(header, numbers)
            return TableColumn(header, self._padded(numbers, 0.0), style, width, formula=formula)
        texts = all(isinstance(value, str) for value in present)
        kept = f'{found}&""' if texts else f'IF({found}="","",{found})'
        dated = bool(present) and all(isinstance(value, dt.date) for value in present)
        style = "date" if dated else "text"
        blanks = ["" if value is None else value for value in values]
        width = max(width, min(WIDEST, max((len(str(value)) for value in blanks), default=0) + 3.0))
        return TableColumn(header, self._padded(blanks, ""), style, width, formula=f'IF({CODE}="","",{kept})')

    # -- whom it serves -----------------------------------------------------------------------------------------------

    def counts(self) -> list[TableColumn]:
        """The counted groups of the projection, added up over a school's rows of Enrollment."""
        codes = [_key(value) for value in self._values("Enrollment", "School")]
        same = [_key(value) == _key(self.projection) for value in self._values("Enrollment", "Projection")]
        columns = []
        for column in self.tables["Enrollment"].columns:
            fold = column.header.casefold()
            present = [value for value in column.values if value is not None]
            if fold in NOT_COUNTED or fold in self.known or (present and not any(map(_is_number, present))):
                continue
            sums: dict[str, float] = {}
            for code, counted, value in zip(codes, same, column.values, strict=True):
                if counted and _is_number(value):
                    sums[code] = sums.get(code, 0.0) + float(value)
            values = [sums.get(_key(code), 0.0) if code else 0.0 for code in self.codes.values]
            formula = (
                f'IF({CODE}="",0,SUMIFS(Enrollment[{escaped(column.header)}],Enrollment[School],{CODE},'
                f'Enrollment[Projection],"="&{_place(PROJECTION_ROW)}))'
            )
            style = _number_style(column.header, values)
            columns.append(self._add(TableColumn(column.header, values, style, 12, formula=formula)))
        return columns

    def groups(self) -> list[TableColumn]:
        """The groups of StudentGroups that can be told from the columns before: sums, and formulas over them."""
        columns = []
        parts = (self._values("StudentGroups", each) for each in ("Student group", "Adds up", "Formula"))
        for name, adds_up, formula in zip(*parts, strict=True):
            if not isinstance(name, str) or name.casefold() in self.known:
                continue
            if isinstance(formula, str) and formula:
                made = self._computed(name, formula, self._live(formula), "A student group, by its formula.")
            else:
                asked = [part.strip() for part in str(adds_up or "").replace(";", ",").replace("+", ",").split(",")]
                text = "+".join(f"[@[{escaped(part)}]]" for part in asked if part)
                made = self._computed(name, text, self._live(text), f"Adds up {adds_up}.") if text else None
            if made is not None:
                columns.append(self._add(made))
        return columns

    # -- the rates that hold there ------------------------------------------------------------------------------------

    def rates(self) -> list[TableColumn]:
        """The rates as they hold at each school: rows whose condition holds, then the one without a condition."""
        years = self._values("Rates", "Year")
        if any(isinstance(year, str) for year in years):
            return []  # a year that is a text cannot be compared in a cell
        names = self._values("Rates", "Rate")
        spelled = {_key(name): str(name) for name in reversed(names) if name}
        ordered = [spelled[fold] for fold in dict.fromkeys(_key(name) for name in names if name)]
        columns = [self._rate(name) for name in ordered if name.casefold() not in self.known]
        return [self._add(column) for column in columns if column is not None]

    def _rate(self, name: str) -> TableColumn | None:
        """A rate's column; None where a school has no such rate, or where a condition asks for what is not here."""
        in_force = self._in_force(name)
        conditions = [where for where in in_force if where]
        lives = {where: self._live(where) for where in conditions}
        if not in_force or None in lives.values():
            return None
        text, formula = "NA()", "NA()"
        numbers = {where: len(self.in_force) + i for i, where in enumerate(in_force, 1)}
        if "" in in_force:
            text, formula = _literal(in_force[""]), f"INDEX({RATES_TABLE}[Value],{numbers['']})"
        for where in reversed(conditions):
            text = f"IF({where.removeprefix('=')},{_literal(in_force[where])},{text})"
            formula = f"IF({lives[where]},INDEX({RATES_TABLE}[Value],{numbers[where]}),{formula})"
        if len(formula) > LONGEST_FORMULA:
            return None
        self.in_force += [(name, where, value) for where, value in in_force.items()]
        if not conditions:
            return TableColumn(name, [in_force[""]] * self.rows, "number", 11, "A rate of Rates.", formula)
        return self._computed(name, text, formula, "A rate of Rates, as it holds at this school.")

    def rates_in_force(self, column: int) -> tuple[DataTable, ...]:
        """The rates that the lab uses, one row per condition, as Rates has them now; none without rates."""
        if not self.in_force:
            return ()
        names, conditions, values = zip(*self.in_force, strict=True)
        columns = (
            TableColumn("Rate", names, "text", 22),
            TableColumn("Where", [each or None for each in conditions], "text", 30),
            TableColumn("Value", values, "number", 12, "The newest row of Rates that holds in the year.", IN_FORCE),
        )
        return (DataTable(RATES_TABLE, HEADER_ROW, column, columns, band={0: "Rates of the year"}),)

    def _in_force(self, name: str) -> dict[str, float]:
        """By condition, the value of the newest row that holds in the year, for every model and student group."""
        headers = ("Rate", "Year", "Model", "Student group", "Where", "Value")
        newest: dict[str, tuple[float, float]] = {}
        for rate, year, model, group, where, value in zip(
            *(self._values("Rates", header) for header in headers), strict=True
        ):
            since = float(year) if _is_number(year) else 0.0
            later = _is_number(self.year) and since > float(self.year)
            if _key(rate) != name.casefold() or model or group or later:
                continue
            key = str(where or "")
            if key not in newest or since >= newest[key][0]:
                newest[key] = (since, float(value) if _is_number(value) else 0.0)
        return {where: value for where, (_, value) in newest.items()}

    # -- formulas -----------------------------------------------------------------------------------------------------

    def _live(self, text: str) -> str | None:
        """An author's formula as it stands in a cell of the lab; None when it names what has no column here."""
        from apportion.formula import FormulaError, parse

        try:
            formula = parse(f"={text.removeprefix('=')}")
        except FormulaError:
            return None
        here = (None, LAB_TABLE.casefold())
        for each in formula.references:
            table = each.table.casefold() if each.table else None
            if each.name or not each.this_row or table not in here or str(each.column).casefold() not in self.known:
                return None
        return formula.live(LAB_TABLE).removeprefix("=")

    def _computed(self, header: str, text: str, live: str | None, note: str) -> TableColumn | None:
        """A column with the values that its formula comes to over the columns before."""
        from apportion.formula import Model

        if live is None:
            return None
        data = {column.header: [_plain(value) for value in column.values] for column in self.known.values()}
        values = Model({header: f"={text.removeprefix('=')}"}, name=LAB_TABLE).run(data).column(header).values()
        shown = [value if isinstance(value, str | int | float) else str(value) for value in values]
        return TableColumn(header, shown, "number", 12, note, live)


def _literal(value: float) -> str:
    return format(value, ".15g").upper()


def _plain(value: CellValue) -> CellValue:
    """A value as a formula sees it in the cell: a date is its serial number."""
    return float((value - dt.date(1899, 12, 30)).days) if type(value) is dt.date else value


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number_style(header: str, values: Iterable[CellValue]) -> Style:
    if "year" in header.casefold().split():
        return "number"
    whole = all(float(value).is_integer() for value in values if isinstance(value, int | float))
    return "count" if whole else "number"


def _first(values: Sequence[CellValue]) -> CellValue:
    return (values[0] if values else "") or ""


def _key(value: CellValue) -> str:
    return "" if value is None else str(as_code(value)).casefold()
