"""Functions as words of rules: their native expansion gives what they give, and nothing else stands in a plan."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apportion.allocation.staffing import staff
from apportion.errors import has_errors
from apportion.formula import FormulaError, Model, evaluate, parse
from apportion.formula.catalogue import FUNCTIONS as NATIVE
from apportion.intake import read_tables
from apportion.registry import FUNCTIONS, BadDeclaration, Entry, function
from apportion.words import read_rule
from apportion.workbook.labtexts import as_typed
from apportion.workbook.proof import proof_workbook
from apportion.workbook.writer import write_workbook
from tools.comparison import differences
from tools.plans import table
from tools.recalculation import Pair, register

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from apportion.allocation.staffing import Staffing
    from apportion.tables import Table

PROJECT = Path(__file__).parents[2]
COUNTS = st.integers(0, 5000).map(float)
RATIOS = st.integers(1, 4000).map(lambda n: n / 8)
STEPS = (1, 0.5, 0.25, 0.2, 0.1, 0.01, 0.1667, 0.333, 2.5, 5)


def by_column(text: str, columns: dict[str, list[float]]) -> list[Any]:
    """What a rule's text comes to in every row, by the formula engine."""
    live = read_rule(text).live("Schools")
    run = Model({"Result": live}, name="Schools").run(columns)
    return [each if isinstance(each, float | str) else float(each) for each in run.column("Result").values()]


def column(cells: Sequence[float | None]) -> list[list[float | None]]:
    return [[each] for each in cells]


def flat(result: Any) -> list[Any]:
    return [row[0] for row in result]


ROWS = st.lists(st.tuples(COUNTS, RATIOS, st.integers(0, 40).map(lambda n: n / 4)), min_size=2, max_size=20)


@settings(deadline=None)
@given(ROWS, st.sampled_from(["none", "half up", "up", "down", "truncate"]), st.sampled_from(STEPS), st.sampled_from(["", ",[@Least]", ",,[@Least]", ",1,20"]))
def test_fte_is_its_expansion(rows: list[tuple[float, float, float]], rounding: str, step: float, limits: str) -> None:
    students, ratio, least = (list(each) for each in zip(*rows, strict=True))
    text = f'=FTE([@Students],[@Ratio],"{rounding}",{step}{limits})'
    given_limits = {"": (), ",[@Least]": (column(least),), ",,[@Least]": (None, column(least)), ",1,20": (1, 20)}[limits]
    expected = flat(FUNCTIONS["FTE"].call(column(students), column(ratio), rounding, step, *given_limits))
    assert by_column(text, {"Students": students, "Ratio": ratio, "Least": least}) == expected


@settings(deadline=None)
@given(ROWS, st.integers(1, 4))
def test_sections_are_their_expansion(rows: list[tuple[float, float, float]], cohorts: int) -> None:
    students, ratio, _ = (list(each) for each in zip(*rows, strict=True))
    expected = flat(FUNCTIONS["SECTIONS"].call(column(students), column(ratio), cohorts))
    assert by_column(f"=SECTIONS([@Students],[@Ratio],{cohorts})", {"Students": students, "Ratio": ratio}) == expected


@settings(deadline=None)
@given(ROWS)
def test_the_others_are_their_expansions(rows: list[tuple[float, float, float]]) -> None:
    a, b, c = (list(each) for each in zip(*rows, strict=True))
    far = [one + two for one, two in zip(a, b, strict=True)]
    columns = {"A": a, "B": b, "C": c, "Far": far}
    ways = {
        "=WEIGHTED([@A],0.3,[@B])": FUNCTIONS["WEIGHTED"].call(column(a), 0.3, column(b)),
        "=PROGRESS([@A],[@Far],[@C])": FUNCTIONS["PROGRESS"].call(column(a), column(far), column(c)),
        "=AROI([@C],[@A],[@B])": FUNCTIONS["AROI"].call(column(c), column(a), column(b)),
    }
    for text, expected in ways.items():
        assert by_column(text, columns) == pytest.approx(flat(expected), rel=1e-14, abs=1e-300)


@pytest.mark.parametrize(
    ("text", "native"),
    [
        ("=FTE([@A]+1,Ratio)", "=(Schools[[#This Row],[A]]+1)/Ratio"),
        ('=apportion.fte([@A],25,"Half up",1/6,1,)', "=MAX(ROUND(Schools[[#This Row],[A]]/25*6,0)/6,1)"),
        ("=_xldudf_APPORTION_SECTIONS([@A],22,2)*2", "=ROUNDUP(Schools[[#This Row],[A]]/(22*2),0)*2"),
        ("=WEIGHTED(Schools[A],Schools[B],Base+1)", "=SUMPRODUCT(Schools[A],Schools[B])*(Base+1)"),
        ("=LET(x,[@A],FTE(x,2))", "=_xlfn.LET(_xlpm.x,Schools[[#This Row],[A]],_xlpm.x/2)"),
    ],
)
def test_the_native_text(text: str, native: str) -> None:
    assert read_rule(text).live("Schools") == native


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("=1+BAND([@A],Bands)", 'BAND is a function for cells: .* Use the method "banded FTE"'),
        ("=LIMIT(1,2,3,4)", "LIMIT is a function for cells: .* MAX and MIN"),
        ("=SHARE(1,2)", 'SHARE is a function for cells: .* Use Per "district"'),
        ("=FTE([@A],25,Mode)", "In a rule the rounding is a typed text; here it is Mode"),
        ('=FTE([@A],25,"sideways")', 'There is no rounding "sideways". Write one of: none'),
        ('=FTE([@A],25,"up",Step)', "In a rule the step is a typed number; here it is Step"),
        ('=FTE([@A],25,"up",-1)', "A step is larger than 0"),
        ("=SECTIONS([@A],25,1,28)", 'Use the method "sections" with Combine'),
        ("=FTE([@A])", r"FTE needs 2 arguments, and 1 is given. Write FTE\(students, ratio, \[rounding\]"),
        ("=AROI(1,2,3,4)", "AROI takes at most 3 arguments, and 4 are given"),
        ("=APPORTION.SUM(1)", 'There is no function "APPORTION.SUM". Nearest: "SUM"'),
        ("=FTEE([@A],25)", 'There is no function "FTEE". Nearest: "FTE"'),
    ],
)
def test_what_cannot_stand_in_a_rule(text: str, says: str) -> None:
    with pytest.raises(FormulaError, match=says) as error:
        read_rule(text)
    assert text[error.value.position :].split("(", maxsplit=1)[0] == re.search(r"[A-Z.]+(?=\()", text)[0]  # type: ignore[index]


def test_the_formula_engine_alone_knows_no_word() -> None:
    with pytest.raises(FormulaError, match='There is no function "FTE"'):
        parse("=FTE(1,2)")
    with pytest.raises(FormulaError):
        evaluate("=APPORTION.FTE(1,2)")


def test_a_word_is_read_from_the_rule_lab_as_it_is_typed() -> None:
    assert as_typed("=_xldudf_APPORTION_FTE(RuleLab[[#This Row],[Enrollment]],25)") == "=APPORTION.FTE([@Enrollment],25)"


# -- plans


def plan_with(*formulas: str, rules: Sequence[dict[str, Any]] = (), schools: int = 12) -> dict[str, Table]:
    """Schools with counts of grades, and a rule for each formula."""
    made = [{"Line": f"Line {i}", "Method": "formula", "Formula": text, "Job type": "Teacher"} for i, text in enumerate(formulas)]
    counts = [
        {"School": f"S{i}", "Instructional model": "In person"}
        | {grade: float((i * 37 + place * 53) % 120) for place, grade in enumerate(("K", "Grade 1", "Grade 2"))}
        for i in range(schools)
    ]
    return {
        "Plan": table("Plan", [{"Setting": "Fiscal year", "Value": "2027"}]),
        "Schools": table("Schools", [{"Code": f"S{i}", "Name": f"School {i}", "Level": "Elementary"} for i in range(schools)]),
        "Enrollment": table("Enrollment", counts),
        "JobTypes": table("JobTypes", [{"Job type": "Teacher", "Year": 2027.0, "Average cost": 93040.37}]),
        "Bands": table("Bands", [{"Band": "AP", "From": low, "To": high, "Value": value} for low, high, value in STEPS_BY_SIZE]),
        "Rules": table("Rules", [*made, *rules]),
    }


STEPS_BY_SIZE = ((0.0, 90.0, 0.5), (90.0, 180.0, 1.0), (180.0, None, 2.0))


def staffed(tables: dict[str, Table]) -> Staffing:
    return staff(read_tables(tables))


@pytest.mark.parametrize(("text", "what", "remedy"), [
    ("=BAND([@Enrollment],Bands)", "BAND is a function for cells", 'Use the method "banded FTE"'),
    ("=FTE([@Enrollment],25,[@Level])", "In a rule the rounding is a typed text", "Write one of: none, half up"),
])  # fmt: skip
def test_a_function_that_cannot_be_expanded_is_a_finding(text: str, what: str, remedy: str) -> None:
    (finding,) = [each for each in staffed(plan_with(text)).findings if each.severity == "error"]
    assert (finding.table, finding.row) == ("Rules", 2)
    assert what in finding.what
    assert text in finding.what
    assert remedy in finding.remedy


WORDS = ('=FTE([@Enrollment],25,"up",0.5)', "=SECTIONS([@K],22,2)+FTE([@[Grade 1]],20)", "=WEIGHTED([@K],0.3,1)/100", "=PROGRESS(0,500,[@Enrollment])")


def write_proof(path: Path) -> None:
    write_workbook(proof_workbook(staffed(plan_with(*WORDS))), path)


register("proof_of_functions")(write_proof)


def test_every_formula_with_functions_recalculates(recalculated: Callable[[str], Pair]) -> None:
    """LibreOffice, which knows no function of Apportion, comes to the same results."""
    count, differ = differences(recalculated("proof_of_functions"))
    assert differ == []
    assert count >= 12 * len(WORDS)


def test_the_proof_holds_only_native_functions(tmp_path: Path) -> None:
    write_proof(tmp_path / "proof.xlsx")
    book = openpyxl.load_workbook(tmp_path / "proof.xlsx")
    texts = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    used = {name.removeprefix("_xlfn.") for text in texts for name in re.findall(r"([A-Za-z_.]+)\(", re.sub(r"\[[^\]]*\]", "", text))}
    assert used <= {*NATIVE, "SUBTOTAL"}  # the row of totals
    assert used.isdisjoint(FUNCTIONS)
    assert any("ROUNDUP(" in text and "/25*2,0)/2" in text for text in texts)


def test_functions_agree_with_the_methods_of_rules() -> None:
    """Bands, classes with combinations and shares in cents are one rule each, in cells and in plans."""
    per_grade = {"Per": "school, model and grade", "Job type": "Teacher"}
    tables = plan_with(rules=[
        {"Line": "AP", "Method": "banded FTE", "Rate": "AP", "Job type": "Teacher"},
        {"Line": "Classes", "Method": "sections", "Rate": 22.0, "Combine": "Enrollment", "Combination limit": 25.0, **per_grade},
        {"Line": "Pool", "Method": "proportional share", "Group": "Enrollment", "Rate": 98765.43},
    ], schools=40)  # fmt: skip
    staffing = staffed(tables)
    assert not has_errors(staffing.findings), [str(each) for each in staffing.findings]
    assert staffing.result is not None
    given_rows = staffing.result.amounts.set_index(["Line", "School"])
    codes = staffing.result.schools["Code"].tolist()
    grades = [list(row) for row in zip(*(tables["Enrollment"].cells[name] for name in ("K", "Grade 1", "Grade 2")), strict=True)]
    students = column([sum(row) for row in grades])
    amount = {(line, what): [given_rows[what].get((line, code), 0.0) for code in codes] for line, what in (("AP", "FTE"), ("Classes", "FTE"), ("Pool", "Dollars"))}
    assert amount["AP", "FTE"] == flat(FUNCTIONS["BAND"].call(students, [list(step) for step in STEPS_BY_SIZE]))
    assert amount["Classes", "FTE"] == [sum(row) for row in FUNCTIONS["SECTIONS"].call(grades, 22, 1, 25)]
    assert amount["Classes", "FTE"] != [sum(row) for row in FUNCTIONS["SECTIONS"].call(grades, 22)]
    assert amount["Pool", "Dollars"] == flat(FUNCTIONS["SHARE"].call(98765.43, students))


# -- declarations


def test_a_name_used_in_any_rule_of_the_project_has_a_native_expansion() -> None:
    """Every formula of templates and golden cases is read; what it uses is native or has an expansion."""
    texts = [
        cell
        for folder in ("workbook_templates", "tests/golden")
        for path in (PROJECT / folder).rglob("*.csv")
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
        for cell in row
        if cell.startswith("=")
    ]
    assert texts
    for text in texts:
        used = read_rule(text).functions
        assert {name for name in used if name not in NATIVE} <= {name for name, entry in FUNCTIONS.items() if entry.expansion}


def test_no_function_has_the_name_of_a_native_one() -> None:
    assert set(FUNCTIONS).isdisjoint(NATIVE)


def test_an_expansion_takes_the_arguments_of_its_function() -> None:
    for entry in FUNCTIONS.values():
        if entry.expansion is not None:
            names = [each.name for each in entry.parameters]
            assert list(entry.expansion.__code__.co_varnames[: entry.expansion.__code__.co_argcount]) == names


def documented(students: str) -> str:
    """Twice the students."""
    return students


def silent(students: str) -> str:
    return students


@pytest.mark.parametrize(
    ("name", "call", "says"),
    [
        ("FTE", documented, "The name FTE is taken"),
        ("TWICE", silent, "no docstring"),
        ("TWICE", documented, "argument students has no help"),
        ("Twice", documented, "no name of a function"),
        ("TWICE1", documented, "no name of a function"),
    ],
)
def test_a_declaration_without_help_or_with_a_taken_name_is_refused(name: str, call: Callable[..., Any], says: str) -> None:
    with pytest.raises(BadDeclaration, match=says):
        function(name)(call)
    assert name == "FTE" or name not in FUNCTIONS


def test_every_function_that_rules_cannot_use_says_what_to_do_instead() -> None:
    without: list[Entry] = [entry for entry in FUNCTIONS.values() if entry.expansion is None]
    assert [entry.name for entry in without if not entry.instead.endswith(".") and entry.name not in ("ALLOCATE", "WHY")] == []
