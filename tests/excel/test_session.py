"""A person with Excel before a real server: a small xlwings project, over HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from tools.excel.protocol import ActionFailed
from tools.excel.server import Server, project
from tools.excel.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCRIPTS = """
import xlwings as xw
from xlwings import script, XlwingsError


@script
def report(book: xw.Book, title: str = "Report"):
    sheet = book.sheets.add("Report", after=book.sheets[-1])
    sheet["A1"].value = title
    sheet["A3"].number_format = "@"
    sheet["A3"].value = "007"
    sheet["B3:B5"].value = [[1], [2.5], [3]]
    sheet["B6"].formula = "=SUM(B3:B5)"
    sheet["B3"].name = "First"
    sheet["A1"].font.bold = True
    sheet["A1"].color = "#0F5C5C"
    sheet["B3"].column_width = 100
    sheet.freeze_panes.freeze_at("A1:A2")
    chart = sheet.charts.add(10, 20, 300, 200)
    chart.chart_type = "column_clustered"
    chart.set_source_data(sheet["B3:B5"])
    chart.title = "Three"
    sheet.activate()


@script(include="Data")
def echo(book: xw.Book, cell: str = "A1"):
    sheet = book.sheets["Data"]
    sheet["H1"].value = "read " + repr(sheet[cell].value)
    sheet["H2"].value = "read " + repr(book.sheets["Other"]["A1"].value)
    sheet["H3"].value = "read " + repr(book.selection.address) + " " + repr([each.name for each in book.names])


@script
def refuse(book: xw.Book):
    book.sheets["Data"]["A1"].value = "lost"
    raise XlwingsError("There is no plan in this workbook.")


@script
def crash(book: xw.Book):
    raise ZeroDivisionError


@script
def wrong(book: xw.Book):
    book.sheets["Data"]["A9"].value = "kept"
    book.sheets.add("History", after=book.sheets[-1])


@script
def show(book: xw.Book):
    data = {"command": "check", "label": "Check", "ok": True, "summary": "Fine.",
            "tally": {"error": 0, "warning": 0, "note": 0}, "findings": [], "sheets": [], "plan": None}
    book.app.macro("apportionShow")(data)
    book.app.macro("apportionOpen")("new.xlsx", "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==")
    book.app.alert("Done", title="Apportion")
"""

FUNCTIONS = """
from typing import Annotated, Any, Literal
from xlwings import XlwingsError
from xlwings.server import func

calls = []


@func
def scale(values: Annotated[list, {"ndim": 2}], factor: float = 2):
    return [[value * factor if isinstance(value, (int, float)) else value for value in row] for row in values]


@func
def seen(value: Annotated[Any, {"ndim": 2, "err_to_str": True}]):
    return repr(value)


@func
def pick(way: Literal["up", "down"] = "up"):
    return way


@func
def refuses(value):
    raise XlwingsError("No such rate.")


@func
def crashes(value):
    calls.append(value)
    raise ZeroDivisionError


@func
def crashed():
    return len(calls)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with project(tmp_path_factory.mktemp("project"), SCRIPTS, FUNCTIONS) as running:
        yield running


@pytest.fixture
def path(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Data"
    for row in (("Code", "Students"), ("104", 100), ("105", 250), ("106", None)):
        sheet.append(row)
    table = Table(displayName="Schools", ref="A1:B4")
    sheet.add_table(table)
    sheet["D1"] = "#N/A"
    book.create_sheet("Other")["A1"] = "hidden"
    book.defined_names["Factor"] = DefinedName("Factor", attr_text="3")
    book.save(tmp_path / "Plan.xlsx")
    return tmp_path / "Plan.xlsx"


@pytest.fixture
def session(server: Server, path: Path) -> Session:
    return Session(server.address, path)


# --- scripts


def test_a_click_writes_a_sheet(session: Session, tmp_path: Path) -> None:
    outcome = session.click("report", "Staff")
    assert outcome.ok
    written = openpyxl.load_workbook(session.save(tmp_path / "after.xlsx"))
    sheet = written["Report"]
    assert [sheet[each].value for each in ("A1", "A3", "B3", "B4", "B5", "B6")] == ["Staff", "007", 1, 2.5, 3, "=SUM(B3:B5)"]
    assert (sheet["A1"].font.b, sheet["A1"].fill.fgColor.rgb[-6:], sheet.freeze_panes) == (True, "0F5C5C", "B3")
    assert written.defined_names["First"].attr_text == "Report!$B$3"
    assert written.active.title == "Report"
    assert len(sheet._charts) == 1
    assert session.book.charts["Report"][0].title == "Three"
    assert session.book.uncalculated == ["Report!B6"]


def test_what_the_server_reads(session: Session) -> None:
    """The script's metadata says include="Data": the other sheet is not sent."""
    session.select("Data", "B2:B3")
    assert session.click("echo", "B3").ok
    assert [session.value("Data", each) for each in ("H1", "H2")] == ["read 250", "read None"]
    assert session.value("Data", "H3") == "read '$B$2:$B$3' ['Factor']"


@pytest.mark.parametrize(
    ("script", "arguments", "status", "words"),
    [
        ("refuse", (), 400, "There is no plan in this workbook."),
        ("crash", (), 500, "An error occurred."),
        ("report", ("a", "b"), 400, "extra argument"),
    ],
)
def test_an_http_error_is_an_outcome_and_changes_nothing(session: Session, script: str, arguments: tuple[str, ...], status: int, words: str) -> None:
    outcome = session.click(script, *arguments)
    assert (outcome.status, outcome.ok, list(outcome.actions)) == (status, False, [])
    assert words in outcome.text
    assert session.value("Data", "A1") == "Code"
    assert session.workbook.sheetnames == ["Data", "Other"]


def test_an_action_that_fails_leaves_what_came_before(session: Session) -> None:
    with pytest.raises(ActionFailed, match="History"):
        session.click("wrong")
    assert session.value("Data", "A9") == "kept"


def test_what_is_shown_and_opened(session: Session) -> None:
    session.click("show")
    assert session.shown is not None
    assert session.shown["summary"] == "Fine."
    assert [(name, content[:2]) for name, content in session.opened] == [("new.xlsx", b"PK")]
    assert session.alerts[0]["prompt"] == "Done"


# --- cell functions


def calculated(session: Session, formula: str, at: str = "F10") -> object:
    session.enter("Data", at, formula)
    session.calculate()
    return session.value("Data", at)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=APPORTION.SCALE(B2)", 200),
        ("=APPORTION.SCALE(B2,Factor)", 300),
        ("=APPORTION.SCALE(B2,-1)", -100),
        ("=APPORTION.SCALE(2,)", 4),
        ("=APPORTION.SCALE(B2+B3*2,10%)", 60),
        ("=APPORTION.SCALE(APPORTION.SCALE(B2,2),3)", 600),
        ("=APPORTION.SCALE(5,2)+1", 11),
        ("=apportion.pick()", "up"),
        ('=APPORTION.PICK("down")', "down"),
        ("=APPORTION.SEEN(Schools[Code])", "[['104'], ['105'], ['106']]"),
        ("=APPORTION.SEEN(Schools[#All])", "[['Code', 'Students'], ['104', 100], ['105', 250], ['106', None]]"),
        ("=APPORTION.SEEN(D1)", "[['#N/A']]"),
        ("=APPORTION.SEEN({1,2;3,4})", "[[1, 2], [3, 4]]"),
        ('=APPORTION.SEEN("a"&1)', "[['a1']]"),
    ],
)
def test_a_cell_function(session: Session, formula: str, value: object) -> None:
    assert calculated(session, formula) == value


def test_a_refusal_is_a_value_error_with_its_text(session: Session) -> None:
    assert calculated(session, "=APPORTION.REFUSES(1)") == "#VALUE!"
    assert session.functions.errors == {"Data!F10": "No such rate."}


def test_a_failing_server_is_asked_three_times(session: Session) -> None:
    """The server counts its crashes: config.py has custom_functions_max_retries = 3, and a refusal is asked once."""
    before = calculated(session, "=APPORTION.CRASHED()", "F12")
    assert calculated(session, "=APPORTION.CRASHES(1)") == "#VALUE!"
    assert session.functions.errors == {"Data!F10": "An error occurred."}
    session.type("Data", "F10", "")
    session.calculate()
    assert session.value("Data", "F12") == before + 3
    asked = session.functions.requests
    calculated(session, "=APPORTION.REFUSES(1)")
    assert session.functions.requests - asked == 2  # the refusal, and the count in F12


@pytest.mark.parametrize("formula", ["=APPORTION.NOBODY(1)", "=_missing"])
def test_nobody_knows_it(session: Session, formula: str) -> None:
    session.enter("Data", "F10", formula)
    if "APPORTION" in formula:
        session.calculate()
    assert session.value("Data", "F10") == "#NAME?"


def test_too_many_arguments(session: Session) -> None:
    """Excel itself refuses to enter them; a stored formula of an older version shows #VALUE! here, with the reason."""
    assert calculated(session, "=APPORTION.SCALE(1,2,3)") == "#VALUE!"
    assert "3 arguments" in session.functions.errors["Data!F10"]


def test_a_result_spills_and_shrinks(session: Session, tmp_path: Path) -> None:
    changes = None
    session.enter("Data", "F10", "=APPORTION.SCALE(B2:B3)")
    changes = session.calculate()
    assert changes == {"Data!F10": (None, 200), "Data!F11": (None, 500)}
    session.type("Data", "B2", 1)
    assert session.calculate() == {"Data!F10": (200, 2)}
    session.enter("Data", "F10", "=APPORTION.SCALE(B3)")
    session.calculate()
    assert [session.value("Data", each) for each in ("F10", "F11")] == [500, None]
    saved = openpyxl.load_workbook(session.save(tmp_path / "spilled.xlsx"), data_only=True)
    assert saved["Data"]["F10"].value == 500


def test_a_spill_is_still_one_after_saving(session: Session, server: Server, tmp_path: Path) -> None:
    session.enter("Data", "F10", "=APPORTION.SCALE(B2:B3)")
    session.calculate()
    again = Session(server.address, session.save(tmp_path / "spilled.xlsx"))
    assert [again.value("Data", each) for each in ("F10", "F11")] == [200, 500]
    again.type("Data", "B3", 7)
    assert again.calculate() == {"Data!F11": (500, 14)}
    again.type("Data", "F11", "here")
    assert again.value("Data", "F10") == "#SPILL!"


def test_a_spill_onto_something_is_spill_error(session: Session) -> None:
    session.type("Data", "F11", "here")
    assert calculated(session, "=APPORTION.SCALE(B2:B3)") == "#SPILL!"
    assert session.value("Data", "F11") == "here"
    session.type("Data", "F11", "")
    session.calculate()
    assert [session.value("Data", each) for each in ("F10", "F11")] == [200, 500]


def test_typing_into_a_spill_blocks_it(session: Session) -> None:
    calculated(session, "=APPORTION.SCALE(B2:B3)")
    session.type("Data", "F11", 7)
    assert [session.value("Data", each) for each in ("F10", "F11")] == ["#SPILL!", 7]


def test_one_function_waits_for_another(session: Session) -> None:
    session.enter("Data", "F10", "=APPORTION.SCALE(F12)")
    session.enter("Data", "F12", "=APPORTION.SCALE(B2)")
    session.calculate()
    assert session.value("Data", "F10") == 400


def test_a_circle_is_found(session: Session) -> None:
    session.enter("Data", "F10", "=APPORTION.SCALE(F12)")
    session.enter("Data", "F12", "=APPORTION.SCALE(F10)")
    with pytest.raises(RecursionError, match="wait for each other"):
        session.calculate()


def test_what_is_not_evaluated_raises(session: Session) -> None:
    session.enter("Data", "F10", "=ROUND(APPORTION.SCALE(1),2)")
    with pytest.raises(NotImplementedError, match=r"Data!F10 .*ROUND"):
        session.calculate()


def test_functions_of_a_file(server: Server, tmp_path: Path) -> None:
    """A file's plain formula shows one value, its array formula fills the array."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["A2"] = 1, 2
    sheet["C1"] = "=_xldudf_APPORTION_SCALE(A1:A2)"
    sheet["D1"] = ArrayFormula("D1:D3", "=_xldudf_APPORTION_SCALE(A1:A2)")
    book.save(tmp_path / "file.xlsx")
    session = Session(server.address, tmp_path / "file.xlsx")
    session.calculate()
    values = openpyxl.load_workbook(session.save(tmp_path / "again.xlsx"), data_only=True).active
    assert [[each.value for each in row] for row in values["C1:D3"]] == [[2, 2], [None, 4], [None, "#N/A"]]


def test_a_payload_is_json(session: Session) -> None:
    from tools.excel.payload import payload

    sent = payload(session.book)
    assert json.loads(json.dumps(sent, allow_nan=False)) == sent  # no tuples, dates or numbers that JSON has not
