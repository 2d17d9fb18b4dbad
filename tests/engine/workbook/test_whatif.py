"""The sheet What if: the formulas that Excel stores, with the answers that the functions give for those very cells.

Stand-ins play the functions here, so that a test sees what each was asked, and none depends on another's arithmetic.
"""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Annotated, Any, Literal

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

import apportion.functions
from apportion.allocation.catalogue import METHODS
from apportion.commands import new
from apportion.errors import ApportionError
from apportion.registry import FUNCTIONS, Entry
from apportion.workbook.book import open_book
from apportion.workbook.locations import template_folder
from apportion.workbook.planner import planner_workbook
from apportion.workbook.styles import width_needed
from apportion.workbook.whatif import ELSEWHERE, EMPTY
from apportion.workbook.whatif_examples import PROGRAMS, SCHOOLS
from apportion.workbook.writer import workbook_bytes, write_workbook
from tools.comparison import ADD_IN, differences, formula_of
from tools.recalculation import Pair, register

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from openpyxl.workbook import Workbook

    from apportion.workbook.sheets import Sheet

assert apportion.functions  # its functions are in the registry

SAMPLE = template_folder() / "sample_district"
CALL = re.compile(r"_xldudf_APPORTION_([A-Z]+)\((.*)\)")
PLAN_TABLES = ("Schools", "Enrollment", "JobTypes", "Rates", "StudentGroups", "Bands", "Weights", "Scenarios")
SHOWN = [example for _, examples in (*SCHOOLS, *PROGRAMS) for example in examples]
SPILLED = [["School", "Name", "Students", "Teacher FTE", "Total dollars"], ["104", "Alder Creek", 486.0, 19.5, 1_855_204.65], ["116", "Elm Street", 449.0, 18.0, 1_757_562.3]]

Cells = Annotated[Any, "Cells."]
Asked = list[tuple[str, tuple[Any, ...]]]


class Refused(ApportionError, ValueError):
    """Raised by a stand-in that takes nothing."""


def _stand_ins(asked: Asked | None = None) -> dict[str, Entry]:  # noqa: C901 - twelve functions without a branch
    """Functions with the frozen signatures, which answer in the shape that theirs do and note what they were asked."""
    seen: Asked = [] if asked is None else asked

    def note(name: str, *given: Any) -> None:
        seen.append((name, given))

    def fte(students: Cells, ratio: Cells, rounding: Annotated[Literal["none", "half up"], "How."] = "none", step: Cells = 1.0, minimum: Cells = None, maximum: Cells = None) -> float:
        """FTE at a ratio."""
        note("FTE", students, ratio, rounding, step, minimum, maximum)
        return 1.25

    def sections(students: Cells, limit: Cells, cohorts: Cells = 1.0, combination_limit: Cells = None) -> list[list[float]]:
        """Classes."""
        note("SECTIONS", students, limit, cohorts, combination_limit)
        return [[float(i) for i, _ in enumerate(students[0], 1)]]

    def band(n: Cells, bands: Cells) -> float:
        """Step."""
        note("BAND", n, bands)
        return 0.5

    def weighted(counts: Cells, weights: Cells, base: Cells) -> float:
        """Dollars."""
        note("WEIGHTED", counts, weights, base)
        return 100.01

    def share(amount: Cells, weights: Cells, step: Cells = 0.01) -> list[list[float]]:
        """Parts."""
        note("SHARE", amount, weights, step)
        return [[float(row + 1)] for row in range(len(weights))]

    def limit(prior: Cells, formula: Cells, maximum_loss: Cells, maximum_gain: Cells, pool: Cells = None) -> list[list[float]]:
        """Limited."""
        note("LIMIT", prior, formula, maximum_loss, maximum_gain, pool)
        return [[row[0]] for row in formula]

    def score(scores: Cells, weights: Cells) -> float:
        """Score."""
        note("SCORE", scores, weights)
        return 2.5

    def quadrant(priorities: Cells, outcomes: Cells, priority_threshold: Cells = 2.0, outcome_threshold: Cells = 2.0) -> str:
        """Quadrant."""
        note("QUADRANT", priorities, outcomes, priority_threshold, outcome_threshold)
        return "Review"

    def progress(baseline: Cells, target: Cells, actual: Cells) -> float:
        """Progress."""
        note("PROGRESS", baseline, target, actual)
        return float("inf")

    def aroi(gain: Cells, students: Cells, dollars: Cells) -> float:
        """Gain."""
        note("AROI", gain, students, dollars)
        return 0.01

    def allocate(rules: Cells, schools: Cells, enrollment: Cells, job_types: Cells = None, rates: Cells = None, student_groups: Cells = None, bands: Cells = None, weights: Cells = None, scenario: Cells = None) -> list[list[Any]]:
        """Everybody."""
        note("ALLOCATE", rules, schools, enrollment, job_types, rates, student_groups, bands, weights, scenario)
        return SPILLED

    def why(school: Cells, line: Cells, rules: Cells, schools: Cells, enrollment: Cells, job_types: Cells = None, rates: Cells = None, student_groups: Cells = None, bands: Cells = None, weights: Cells = None, scenario: Cells = None) -> str:
        """Why."""
        note("WHY", school, line, rules, schools, enrollment, job_types, rates, student_groups, bands, weights, scenario)
        return "449 students / 500 per FTE = 0.9 FTE."

    calls = (fte, sections, band, weighted, share, limit, score, quadrant, progress, aroi, allocate, why)
    return {call.__name__.upper(): Entry(name=call.__name__.upper(), call=call, help=str(call.__doc__), label="", group="") for call in calls}


def _sample(functions: Mapping[str, Entry]) -> dict[str, Any]:
    return {"tables": open_book(SAMPLE).tables, "functions": functions}


@register("what_if")
def _write(path: Path) -> None:
    write_workbook(planner_workbook(**_sample(_stand_ins())), path)


@pytest.fixture(scope="module")
def asked() -> Asked:
    """What the stand-ins were asked when the sample district's planner was made, in order."""
    found: Asked = []
    planner_workbook(**_sample(_stand_ins(found)))
    return found


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample district's planner with stand-ins for the functions."""
    path = tmp_path_factory.mktemp("what_if") / "planner.xlsx"
    _write(path)
    return path


def _calls(book: Workbook) -> dict[str, str]:
    """The formulas that call a function, by cell, in the order of the sheet's rows."""
    cells = (cell for row in book["What if"].iter_rows() for cell in row if cell.data_type == "f")
    return {cell.coordinate: formula_of(cell) for cell in cells if ADD_IN in formula_of(cell)}


def _value(book: Workbook, text: str) -> Any:
    """What an argument of a formula refers to in the workbook: a cell, a block of cells, or a whole table."""
    if text.endswith("[#All]"):
        name = text.removesuffix("[#All]")
        sheet = next(each for each in book if name in each.tables)
        text = sheet.tables[name].ref
    else:
        sheet = book["What if"]
        if ":" not in text:
            return sheet[text].value
    left, top, right, bottom = range_boundaries(text)
    return [list(row) for row in sheet.iter_rows(top, bottom, left, right, values_only=True)]


DEFAULTS = {("FTE", 2): "none", ("FTE", 3): 1.0, ("SECTIONS", 2): 1.0, ("SHARE", 2): 0.01, ("QUADRANT", 2): 2.0, ("QUADRANT", 3): 2.0}


def test_the_answers_are_those_for_the_cells_that_the_formulas_name(written: Path, asked: Asked) -> None:
    """Every argument is read from the finished workbook by the formula's own text."""
    values = openpyxl.load_workbook(written, data_only=True)
    found = [match for text in _calls(openpyxl.load_workbook(written)).values() if (match := CALL.search(text))]
    examples = [match for match in found if match[1] not in ("ALLOCATE", "WHY")]
    expected = sorted(
        (match[1], repr([_default(match[1], i, _value(values, text)) for i, text in enumerate(match[2].strip(")").split(","))]))
        for match in examples
    )
    given = sorted((name, repr(list(map(_plain, arguments)))) for name, arguments in asked if name not in ("ALLOCATE", "WHY"))
    assert given == expected
    assert {match[1] for match in examples} == {example.function for example in SHOWN}


def _default(name: str, position: int, value: Any) -> Any:
    return _plain(DEFAULTS.get((name, position)) if value is None else value)


def _plain(value: Any) -> Any:
    """Whole numbers are read back as integers."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return float(value) if isinstance(value, int) else value


def test_every_function_of_the_registry_has_its_place() -> None:
    """A new cell function gets an example here."""
    assert FUNCTIONS.keys() <= {*(example.function for example in SHOWN), "ALLOCATE", "WHY"}


def test_the_example_of_fte_is_right() -> None:
    """By hand: 449/500 = 0.898, 449/450 = 0.998, 419/500 = 0.838, each to the nearest tenth."""
    sheet = _what_if(planner_workbook(**_sample(FUNCTIONS)).sheets)
    given = [spill.rows for spill in sheet.spills if spill.formula.startswith("_xldudf_APPORTION_FTE")]
    assert given == [((0.9,),), ((1.0,),), ((0.8,),)]


def test_no_function_refuses_its_example() -> None:
    """With the real functions every answer is there, also over the sample district's own tables."""
    book = new(sample=True).workbook
    assert book is not None
    assert [spill.formula for spill in _what_if(book.sheets).spills if spill.rows[0][0] in ("", None, "#NUM!")] == []


def _what_if(sheets: tuple[Sheet, ...]) -> Sheet:
    return next(sheet for sheet in sheets if sheet.name == "What if")


def test_cells_hold_the_form_that_excel_stores(written: Path) -> None:
    """As dynamic arrays, or Excel would show @ before the function and one value of many."""
    calls = _calls(openpyxl.load_workbook(written))
    assert "=_xldudf_APPORTION_FTE(C14,D14,E14,F14,G14,H14)" in calls.values()
    with zipfile.ZipFile(written) as packed:
        titles = openpyxl.load_workbook(written).sheetnames
        page = packed.read(f"xl/worksheets/sheet{titles.index('What if') + 1}.xml").decode()
        assert b"XLDAPR" in packed.read("xl/metadata.xml")
    cells = re.findall(r'<c r="([A-Z]+\d+)"([^>]*)><f([^>]*)>([^<]*)</f>', page)
    arrays = {cell for cell, look, kind, text in cells if ADD_IN in text and 'cm="1"' in look and 't="array"' in kind}
    assert arrays == calls.keys()


def test_what_spills_is_stored_cell_by_cell(written: Path) -> None:
    """Three rows of five columns from the first header on; infinity is an error value; sums add up what is spilled."""
    sheet = openpyxl.load_workbook(written, data_only=True)["What if"]
    formulas = openpyxl.load_workbook(written)["What if"]
    place = next(cell for cell, text in _calls(openpyxl.load_workbook(written)).items() if "ALLOCATE" in text)
    left, top, right, bottom = range_boundaries(formulas[place].value.ref)
    assert [list(row) for row in sheet.iter_rows(top, bottom, left, right, values_only=True)] == SPILLED
    assert (sheet.cell(top + 1, left + 3).number_format[:7], sheet.cell(top + 1, left + 4).number_format[:6]) == ("#,##0.0", "$#,##0")
    found = {cell: sheet[cell].value for cell, text in _calls(openpyxl.load_workbook(written)).items() if text.startswith("=SUM(")}
    assert sorted(found.values()) == [10.0, 21.0, 455_790.0]  # 1+2+3+4; 1+...+6; the formula's amounts
    assert "#NUM!" in {cell.value for row in sheet.iter_rows() for cell in row}


def test_every_school_has_room_to_grow(written: Path) -> None:
    """Nothing stands below or to the right of the last block."""
    book = openpyxl.load_workbook(written)
    place = next(cell for cell, text in _calls(book).items() if "ALLOCATE" in text)
    left, top, right, bottom = range_boundaries(book["What if"][place].value.ref)
    filled = [cell for row in book["What if"].iter_rows() for cell in row if cell.value is not None]
    assert [cell.coordinate for cell in filled if cell.column >= left and cell.row > bottom] == []
    assert [cell.coordinate for cell in filled if cell.column > right and cell.row >= top] == []


def test_the_plans_own_tables_are_the_arguments(written: Path, asked: Asked) -> None:
    """Whole, with their headers and the rows that are still to be filled; rules that need other tables are left out."""
    values = openpyxl.load_workbook(written, data_only=True)
    text = next(text for text in _calls(openpyxl.load_workbook(written)).values() if "ALLOCATE" in text)
    assert text.endswith(",".join(f"{name}[#All]" for name in PLAN_TABLES) + "))")
    rules, *others = next(arguments for name, arguments in asked if name == "ALLOCATE")
    for name, given in zip(PLAN_TABLES, others, strict=True):
        assert _plain(given) == _plain(_value(values, f"{name}[#All]")), name
    method = rules[0].index("Method")
    rows = [row for row in _value(values, "Rules[#All]") if row[method] not in ("bundle", "prior-year FTE", "prior-year dollars")]
    assert _plain(rules) == _plain(rows)
    assert 'FILTER(Rules[#All],ISNA(MATCH(Rules[[#All],[Method]],{"bundle","prior-year FTE","prior-year dollars"},0)))' in text


def test_the_methods_that_are_left_out_exist() -> None:
    """And are those that look into tables which the functions do not take."""
    assert set(ELSEWHERE) <= {method.name for method in METHODS}


def test_a_reason_is_asked_for_the_first_school_and_a_line_that_all_get(asked: Asked) -> None:
    """Counselors are the first ratio of the handbook without a condition."""
    assert next(arguments[:2] for name, arguments in asked if name == "WHY") == ("104", "Counselor")


def test_an_empty_planner_asks_nothing_and_shows_no_error() -> None:
    """The examples are there; what stands over the plan's own tables says what belongs there, or nothing."""
    found: Asked = []
    sheet = _what_if(planner_workbook(functions=_stand_ins(found)).sheets)
    assert {name for name, _ in found} == {example.function for example in SHOWN}
    over = {spill.rows for spill in sheet.spills if "Schools[#All]" in spill.formula}
    assert over == {((EMPTY,),), (("",),)}
    assert all(spill.formula.startswith("IF(OR(") for spill in sheet.spills if "Schools[#All]" in spill.formula)


def test_a_plan_that_a_function_refuses_leaves_its_cells_blank() -> None:
    """A planner is made of any plan; what is wrong in it is for Check to say."""

    def refuse(*_: Any) -> None:
        raise Refused

    functions = _stand_ins()
    functions |= {name: Entry(name=name, call=refuse, help="Refuses.", label="", group="") for name in ("ALLOCATE", "WHY")}
    sheet = _what_if(planner_workbook(**_sample(functions)).sheets)
    assert {spill.rows for spill in sheet.spills if "Schools[#All]" in spill.formula} == {(("",),)}


def test_words_are_chosen_from_a_list(written: Path) -> None:
    """Rounding from its words, the school from the plan's codes, the line from Rules."""
    rules = openpyxl.load_workbook(written)["What if"].data_validations.dataValidation
    sources = {str(rule.sqref): rule.formula1 for rule in rules}
    assert sources["E14"] == '"none,half up"'
    assert "SchoolCodes" in sources.values()
    assert any(str(source).startswith("'Rules'!$D$6") for source in sources.values())


def test_the_sheet_says_how_to_load_the_add_in(written: Path) -> None:
    said = " ".join(str(cell.value) for cell in openpyxl.load_workbook(written)["What if"]["B"] if cell.value)
    assert "#NAME?" in said
    assert "Home > Add-ins" in said
    assert "last calculation" in said


def test_no_number_is_too_wide_for_its_column() -> None:
    """So that no cell shows ####, also where a formula gave the number."""
    sheet = _what_if(planner_workbook(**_sample(_stand_ins())).sheets)
    numbers = [(cell.column, cell.style, cell.value) for cell in sheet.cells]
    numbers += [
        (spill.column + across, spill.styles[min(across, len(spill.styles) - 1)], value)
        for spill in sheet.spills for row in spill.rows for across, value in enumerate(row)
    ]  # fmt: skip
    assert [each for each in numbers if width_needed(each[1], [each[2]]) > sheet.widths[each[0]]] == []


def test_the_plan_is_read_without_it(tmp_path: Path) -> None:
    """What is typed there is no part of the plan, and the sheet is none of the district's own."""
    path = tmp_path / "p.xlsx"
    _write(path)
    book = openpyxl.load_workbook(path)
    book["What if"]["C14"] = 777
    book.save(path)
    again, source = open_book(path), open_book(SAMPLE)
    assert again.other_sheets == ()
    assert {name for name, table in again.tables.items() if len(table)} == {name for name, table in source.tables.items() if len(table)}


def test_the_same_plan_gives_the_same_bytes() -> None:
    first, second = (workbook_bytes(planner_workbook(**_sample(_stand_ins()))) for _ in range(2))
    assert first == second


def test_start_leads_there_only_where_it_is() -> None:
    start, without = planner_workbook(functions=_stand_ins()).sheets[0], planner_workbook().sheets[0]
    assert "internal:'What if'!A1" in {cell.link for cell in start.cells}
    assert "internal:'What if'!A1" not in {cell.link for cell in without.cells}


def test_libreoffice_leaves_the_rest_as_it_was(recalculated: Callable[[str], Pair]) -> None:
    """It knows no add-in's functions: every other cell of the planner comes to what was stored."""
    count, differ = differences(recalculated("what_if"))
    assert differ == []
    assert count > 0
    again = openpyxl.load_workbook(recalculated("what_if").recalculated, data_only=True)["What if"]
    assert again["I14"].value == "#NAME?"  # so that leaving these cells out is known to be needed
    assert again["C14"].value == 449
