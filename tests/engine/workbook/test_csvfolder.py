"""A plan as CSV files: nothing is lost on the way there and back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apportion.tables import Table, table_from_rows
from apportion.workbook.book import open_book
from apportion.workbook.csvfolder import CannotWrite, read_folder, write_folder

HARD = [
    "007",
    "1e5",
    "-5",
    "TRUE",
    "FALSE",
    "2026-05-31",
    "'quoted",
    '"',
    "a,b",
    "a\nb",
    "a\r\nb",
    "=1+1",
    "+1",
    "@x",
    " x ",
    "Élan",
    "½",
]
TEXTS = st.one_of(
    st.sampled_from(HARD), st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
CELLS = st.one_of(st.none(), TEXTS, NUMBERS, st.booleans(), st.dates(dt.date(1900, 3, 1), dt.date(2200, 1, 1)))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(TEXTS, CELLS, CELLS, st.one_of(NUMBERS, st.none())), max_size=6))
def test_round_trip(tmp_path: Path, rows: list[tuple[object, ...]]) -> None:
    """Text codes, mixed columns of the district's own, and numbers come back as they went."""
    header = ["Code", "Own", "Other", "Open year"]
    table = table_from_rows("Schools", header, rows)  # type: ignore[arg-type]
    write_folder({"Schools": table}, tmp_path)
    book = open_book(tmp_path)
    assert book.findings == ()
    assert {name: list(cells) for name, cells in book.tables["Schools"].cells.items()} == {
        name: list(cells) for name, cells in table.cells.items()
    }


def folder_with(tmp_path: Path, data: bytes, name: str = "Schools.csv") -> Path:
    (tmp_path / name).write_bytes(data)
    return tmp_path


def test_byte_order_mark_and_row_numbers(tmp_path: Path) -> None:
    book = read_folder(folder_with(tmp_path, b"\xef\xbb\xbfCode,Name\r\n101,Alder\r\n\r\n,\r\n102,Birch\r\n"))
    assert list(book.tables["Schools"].cells["Code"]) == ["101", "102"]
    assert list(book.tables["Schools"].rows) == [2, 5]


def test_rows_are_numbered_by_the_line_on_which_they_end(tmp_path: Path) -> None:
    """Through line breaks in cells, empty lines, short rows, and more rows than are turned into columns at a time."""
    many = "".join(f"{n:05d},NA\r\n" for n in range(3000))
    data = f'Code,Name,Region\r\n007,"Alder\r\nNorth",N\r\n\r\n008\n"",\r{many}"9","a ""b"" c","d,e"'
    table = read_folder(folder_with(tmp_path, data.encode())).tables["Schools"]
    assert list(table.rows) == [3, 5, *range(7, 3007), 3007]
    assert list(table.cells["Code"])[:3] == ["007", "008", "00000"]
    assert list(table.cells["Name"])[:3] == ["Alder\r\nNorth", None, "NA"]
    assert list(table.cells["Region"])[:3] == ["N", None, None]
    assert [values[-1] for values in table.cells.values()] == ["9", 'a "b" c', "d,e"]


@pytest.mark.parametrize(
    ("data", "severity", "what"),
    [
        (b"Code,Name\r\n101,Montr\xe9al\r\n", "warning", "Windows-1252"),
        (b"Code,Name\r\n101,A\x00B\r\n", "error", "not text"),
        (b"", "error", "empty"),
        (b"Code,Code\r\n1,2\r\n", "error", "same header"),
        (b"Code,Name\r\n101,Alder,more\r\n", "error", "3 cells"),
        (b'Code,Name\r\n101,"open\r\n', "error", "not CSV"),
    ],
)
def test_what_cannot_be_read_is_a_finding(tmp_path: Path, data: bytes, severity: str, what: str) -> None:
    findings = read_folder(folder_with(tmp_path, data)).findings
    assert [
        each for each in findings if each.severity == severity and what in each.what and each.sheet == "Schools.csv"
    ]


@pytest.mark.parametrize("data", [b"Code;Name\r\n101;Alder, North\r\n", b"Code\tName\r\n101\tAlder, North\r\n", b"Code;Name;Region, short\r\n101;Alder, North;N\r\n"])
def test_semicolons_and_tabs_are_read_with_a_warning(tmp_path: Path, data: bytes) -> None:
    """Excel writes them where a comma is the decimal point."""
    book = read_folder(folder_with(tmp_path, data))
    assert list(book.tables["Schools"].cells["Name"]) == ["Alder, North"]
    assert [each.severity for each in book.findings] == ["warning"]


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CannotWrite, match="cannot be written"):
        write_folder(
            {
                "Schools": Table(
                    "Schools",
                    {"Code": ["1"]},
                    [2],
                    open_book(folder_with(tmp_path, b"Code,Name\n1,x\n")).tables["Schools"].origin,
                )
            },
            tmp_path / "file" / "sub",
        )


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    class Breaks(str):
        __slots__ = ()

        def startswith(self, *_: object) -> bool:  # type: ignore[override]
            raise RuntimeError

    table = table_from_rows("Own", ["A"], [[Breaks("x")]])
    with pytest.raises(RuntimeError):
        write_folder({"Own": table}, tmp_path)
    assert list(tmp_path.iterdir()) == []
