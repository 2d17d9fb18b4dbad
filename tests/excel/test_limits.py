"""Excel's limits and the syntax of its names (Microsoft: "Excel specifications and limits", "Rename a worksheet", ...)."""

from __future__ import annotations

import pytest

from tools.excel.areas import Area, area
from tools.excel.limits import (
    Refusal,
    check_defined_name,
    check_headers,
    check_sheet_name,
    check_table_name,
    looks_like_a_cell,
)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("x" * 32, "31"),
        ("", "blank"),
        ("  ", "blank"),
        ("A/B", "cannot contain"),
        ("A\\B", "cannot contain"),
        ("Why?", "cannot contain"),
        ("2*3", "cannot contain"),
        ("[x]", "cannot contain"),
        ("A:B", "cannot contain"),
        ("'x", "apostrophe"),
        ("x'", "apostrophe"),
        ("History", "reserved"),
        ("history", "reserved"),
        ("SCHOOLS", "one name"),
        ("\U0001f600" * 16, "31"),
    ],
)
def test_no_sheet_is_called(name: str, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        check_sheet_name(name, ["Schools"])


@pytest.mark.parametrize("name", ["x" * 31, "Lincoln's", "By school", "FY2027", "A1", "Schools (2)", "-"])
def test_a_sheet_is_called(name: str) -> None:
    check_sheet_name(name, ["Schools"])


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("A1", True), ("FY2027", True), ("XFD1048576", True), ("XFE1", False), ("A1048577", False), ("ABCD1", False),
        ("R1C1", True), ("rc", True), ("R", True), ("c", True), ("R2", True), ("C5", True), ("Rate", False), ("RC4x", False),
        ("A0", False), ("$B$2", True), ("Q1", True),
    ],
)  # fmt: skip
def test_what_looks_like_a_cell(name: str, cell: bool) -> None:
    """A name such as FY2027 cannot be defined: it is column FY, row 2027. The last cell is XFD1048576."""
    assert looks_like_a_cell(name) == cell


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "characters"), ("x" * 256, "255"), ("1st", "begins"), ("AP ratio", "letters"), ("a-b", "letters"),
        ("FY2027", "cell"), ("R1C1", "cell"), ("TRUE", "constant"), ("rates", "once"),
    ],
)  # fmt: skip
def test_no_name_is(name: str, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        check_defined_name(name, ["Rates"])


@pytest.mark.parametrize("name", ["_apportion", "AP_ratio", "\\x", "FY_2027", "Rate.2027", "Año"])
def test_a_name_is(name: str) -> None:
    check_defined_name(name, ["Rates"])


def test_a_table_shares_no_name_with_a_defined_name() -> None:
    with pytest.raises(Refusal, match="no two tables"):
        check_table_name("rates", ["Rates"])
    with pytest.raises(Refusal, match="cell"):
        check_table_name("T1", [])


def test_headers_differ_whatever_their_case() -> None:
    check_headers(["Code", "Name"])
    with pytest.raises(Refusal, match="different"):
        check_headers(["Code", "CODE"])


def test_addresses() -> None:
    assert area("$B$5:D9") == Area(5, 2, 5, 3)
    assert area("D9:B5") == Area(5, 2, 5, 3)
    assert area("B:D").address == "B:D"
    assert area("5:7").address == "5:7"
    assert Area(1, 1).absolute == "$A$1"
    for wrong in ("XFE1", "A1048577", "A0", "5", "B", "A1:B2:C3", "Sheet1!A1"):
        with pytest.raises(Refusal):
            area(wrong)


def test_what_is_left_of_a_rectangle() -> None:
    """B2:C3 out of A1:D4 leaves the rows above and below and a cell wide strip on either side."""
    left = area("A1:D4").without(area("B2:C3"))
    assert [each.address for each in left] == ["A1:D1", "A4:D4", "A2:A3", "D2:D3"]
