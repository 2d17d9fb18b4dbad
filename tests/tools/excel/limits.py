"""What Excel refuses: its limits and the syntax of its names, each as one check that names the limit.

Sources: Microsoft, "Excel specifications and limits", "Rename a worksheet", "Rename an Excel table", "Names in
formulas", "Apply data validation to cells".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from openpyxl.utils import column_index_from_string

if TYPE_CHECKING:
    from collections.abc import Iterable

ROWS, COLUMNS = 1_048_576, 16_384
TEXT, FORMULA, TEXT_IN_FORMULA, ARGUMENTS, LEVELS = 32_767, 8_192, 255, 255, 64
SHEET_NAME, NAME = 31, 255
CELL_FORMATS, NUMBER_FORMATS, HYPERLINKS = 65_490, 200, 65_530
COLUMN_WIDTH, ROW_HEIGHT, INDENT = 255, 409, 250
VALIDATION, VALIDATION_TITLE, VALIDATION_MESSAGE, FOOTER = 255, 32, 255, 255
FONT_SIZES = (1, 409)

_FORBIDDEN_IN_SHEET_NAME = re.compile(r"[\\/?*\[\]:]")
_A1 = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_R1C1 = re.compile(r"(?i)(R[0-9]*|C[0-9]*|R[0-9]*C[0-9]*)")


class Refusal(ValueError):
    """Raised when Excel would refuse: `limit` is the rule, `given` what broke it."""

    def __init__(self, limit: str, given: Any) -> None:
        self.limit, self.given = limit, given
        shown = repr(given)
        super().__init__(f"InvalidArgument: {shown if len(shown) < 200 else shown[:200] + '...'}: {limit}.")


def check(holds: bool, limit: str, given: Any) -> None:
    """Refuse what was given unless the rule holds."""
    if not holds:
        raise Refusal(limit, given)


def check_sheet_name(name: str, others: Iterable[str]) -> None:
    """Refuse a name that no sheet beside the others can have."""
    check(isinstance(name, str) and name.strip() != "", "a sheet's name cannot be blank", name)
    check(_length(name) <= SHEET_NAME, f"a sheet's name has at most {SHEET_NAME} characters", name)
    check(not _FORBIDDEN_IN_SHEET_NAME.search(name), r"a sheet's name cannot contain / \ ? * : [ ]", name)
    check(not name.startswith("'") and not name.endswith("'"), "a sheet's name has no apostrophe at its ends", name)
    check(name.casefold() != "history", "the name History is reserved by Excel", name)
    check(_new(name, others), "two sheets cannot have one name, whatever the case", name)


def check_defined_name(name: str, others: Iterable[str] = ()) -> None:
    """Refuse what is no defined name, or one that exists in its scope (names of the others)."""
    check(0 < len(name) <= NAME, f"a name has 1 to {NAME} characters", name)
    check(name[0].isalpha() or name[0] in "_\\", "a name begins with a letter, an underscore or a backslash", name)
    check(
        all(each.isalnum() or each in "._\\?" for each in name),
        "a name has letters, digits, periods and underscores, no spaces",
        name,
    )
    check(not looks_like_a_cell(name), "a name cannot look like a cell reference such as Z100 or R1C1", name)
    check(name.casefold() not in {"true", "false"}, "a name cannot be a constant", name)
    check(_new(name, others), "a name exists once in its scope, whatever the case", name)


def check_table_name(name: str, others: Iterable[str]) -> None:
    """Refuse what no table can be called beside the workbook's other tables and its defined names."""
    check("?" not in name, "a table's name has letters, digits, periods and underscores", name)
    check_defined_name(name)
    check(_new(name, others), "no two tables, nor a table and a name, can have one name", name)


def check_headers(headers: Iterable[str]) -> None:
    """Refuse headers of a table that are not all different."""
    seen: set[str] = set()
    for header in headers:
        check(header != "", "a table's header cell cannot be empty", header)
        check(_length(header) <= NAME, f"a table's header has at most {NAME} characters", header)
        check(header.casefold() not in seen, "the headers of a table are all different", header)
        seen.add(header.casefold())


def check_text(text: str) -> None:
    check(_length(text) <= TEXT, f"a cell holds at most {TEXT:,} characters", text)


def check_number(number: float, least: float, most: float, what: str) -> None:
    """Refuse a number outside of least to most."""
    check(
        isinstance(number, int | float) and not isinstance(number, bool) and least <= number <= most,
        f"{what} is {least:,} to {most:,}",
        number,
    )


def looks_like_a_cell(name: str) -> bool:
    """FY2027 is a cell: column FY, row 2027. XFE1 is none, since the last column is XFD."""
    if found := _A1.fullmatch(name):
        return column_index_from_string(found[1]) <= COLUMNS and 1 <= int(found[2]) <= ROWS
    return bool(_R1C1.fullmatch(name))


def _new(name: str, others: Iterable[str]) -> bool:
    return name.casefold() not in {other.casefold() for other in others}


def _length(text: str) -> int:
    """Excel counts UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
