"""What an argument is like, by its function's and its own name: most values are such that there is something to compute."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from apportion.formula.tree import ColumnReference

if TYPE_CHECKING:
    from random import Random

FORMATS = ("0", "0.00", "#,##0", "#,##0.00", "0%", "0.0%", "$#,##0.00", "0.00E+00", "000", "#", "General", "@", "0.0;(0.0)", '0;-0;"zero"')
DATE_FORMATS = ("yyyy-mm-dd", "m/d/yyyy", "mmm d, yyyy", "dddd", "h:mm AM/PM", "hh:mm:ss", "d-mmm-yy")

# A pattern of `FUNCTION.parameter`, and constants or (by `@`) columns of the row; the first that fits is taken.
_DOMAINS: tuple[tuple[re.Pattern[str], tuple[Any, ...]], ...] = tuple(
    (re.compile(pattern), values)
    for pattern, values in (
        (r"^DATEDIF\.unit$", ("Y", "M", "D", "YM", "y", "d", "x")),
        (r"^(DATEVALUE\.date_text|TIMEVALUE\.time_text|VALUE\.text|NUMBERVALUE\.text)$", ("@Code",)),
        (r"^NUMBERVALUE\.decimal_separator$", (".", ",")),
        (r"^NUMBERVALUE\.group_separator$", (",", ".", " ")),
        (r"^TEXT(BEFORE|AFTER|SPLIT)\.\w*delimiter$", (" ", "-", "l", "virtual", "/", ":", "al")),
        (r"^X(LOOKUP|MATCH)\.match_mode$", (0.0, -1.0, 1.0)),
        (r"^X(LOOKUP|MATCH)\.search_mode$", (1.0, -1.0)),
        (r"^SORT(BY)?\.sort_order\d*$", (1.0, -1.0)),
        (r"^SORT\.sort_index$", (1.0,)),
        (r"^(SORT\.by_col|UNIQUE\.(by_col|exactly_once))$", (False, False, True)),
        (r"^(TAKE|DROP)\.(rows|columns)$", (1.0, -1.0, 2.0)),
        (r"^TEXT(BEFORE|AFTER)\.(match_mode|match_end)$|^TEXTSPLIT\.(ignore_empty|match_mode)$", (0.0, 1.0)),
        (r"^TEXTJOIN\.delimiter$", (", ", "-", "", "@Code")),
        (r"^(FIXED|DOLLAR)\.decimals$", (0.0, 1.0, 2.0, 3.0, 1.9, -1.0, -2.0)),
        (r"^CHAR\.number$", (32.0, 65.0, 97.9, 122.0, 0.0, 256.0, -1.0)),
        (r"^UNICHAR\.number$", (32.0, 65.0, 97.9, 122.0, 233.0, 8364.0, 0.0, -1.0)),
        (r"^(FIND|SEARCH)\.find_text$", ("l", "L", "al", "-", "v", "", "@Word")),
        (r"^SUBSTITUTE\.old_text$", ("l", "a", " ", "co", "")),
        (r"^(REPT\.number_times|FACT\.number|COMBIN\.\w+)$", (0.0, 1.0, 2.0, 3.9, 7.0, -1.0, "@Count", "@Gap")),
        (r"^(GCD|LCM)\.", (4.0, 6.0, 9.9, 0.0, "@Count", "@Gap", "@Noise")),
        (r"^(PERCENTILE[.A-Z]*\.k|TRIMMEAN\.percent)$", (0.0, 0.25, 0.5, 0.9, 1.0, 1.5, -0.1, "@Part")),
        (r"^QUARTILE[.A-Z]*\.quart$", (0.0, 1.0, 2.0, 3.0, 4.0, 1.9, 5.0, -1.0)),
        (r"^PERCENTRANK[.A-Z]*\.significance$", (1.0, 2.0, 3.0, 5.0, 0.0)),
        (r"^RANK[.A-Z]*\.number$", ("@Count", "@Gap", "@Amount")),
        (r"^SUBTOTAL\.function_num$", tuple(float(x) for x in (*range(1, 12), *range(101, 112), 0, 12))),
        (r"^AGGREGATE\.function_num$", tuple(float(x) for x in (*range(1, 14), 0, 20))),
        (r"^AGGREGATE\.options$", tuple(float(x) for x in range(9))),
        (r"^WEEKNUM\.return_type$", (1.0, 2.0, 11.0, 12.0, 17.0, 21.0, 5.0)),
        (r"^WEEKDAY\.return_type$", (1.0, 2.0, 3.0, 11.0, 17.0, 4.0)),
        (r"^YEARFRAC\.basis$", (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)),
        (r"\.INTL\.weekend$", (1.0, 2.0, 7.0, 11.0, 17.0, "0000011", "1000001", "1111111", 8.0)),
        (r"^WORKDAY[.A-Z]*\.days$", (1.0, 5.0, 30.0, -3.0, 0.0, "@Count")),
        (r"^(EDATE|EOMONTH)\.months$", (0.0, 1.0, 12.0, -1.0, 2.9, "@Count")),
        (r"^TIME\.", (0.0, 1.0, 12.0, 25.0, 59.0, 60.0, 90.5, "@Count")),
        (r"^DATE\.(month|day)$", (0.0, 1.0, 2.0, 12.0, 13.0, 29.0, 31.0, -1.0, "@Count")),
        (r"\.year$", (1999.0, 2000.0, 2024.0, 2025.0, 2100.0, 1904.0)),
        (r"(date|serial_number|\.holidays)$", ("@Day", "@Day", "@Day", 367.0, 36526.0, 45351.0, 45657.75, 401768.0)),
        ((r"(digits|places|decimals|num_chars|start_num|\.k|index|row_num|column_num|col_index_num|row_index_num|instance_num"
         r"|type|mode|base|sort_order\d*|\.rows|\.columns|sort_index)$"),
         (0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 4.0, -1.0, -2.0, 1.9, 0.5, 12.0, "@Count", "@Gap")),
    )
)  # fmt: skip


# Only these values: at dates after the year 9999 and at hundreds of decimals IronCalc stops altogether, at FACT(1E+300) it
# never ends, nor LibreOffice at years beyond all calendars, and of settings
# that name a rule other values are errors in Excel, and something else in each other program.
ONLY_THESE = re.compile(
    r"^((DATE|EDATE|EOMONTH|WORKDAY[.A-Z]*|NETWORKDAYS[.A-Z]*)\.|(FIXED|DOLLAR)\.decimals$|(FACT|COMBIN|YEARFRAC|DAYS360|DATEDIF)\.|(TEXT(BEFORE|AFTER|SPLIT)|X(LOOKUP|MATCH))\.\w*(_mode|delimiter)$"
    r"|TEXT(BEFORE|AFTER)\.match_end$|TEXTSPLIT\.ignore_empty$|NUMBERVALUE\.\w+_separator$|PERCENTRANK[.A-Z]*\.significance$"
    r"|(SUBTOTAL|AGGREGATE)\.(function_num|options)$|SORT(BY)?\.(sort_|by_col)|UNIQUE\.\w+(col|once)$|(TAKE|DROP)\.(rows|columns)$)"
)


def drawn_from(function: str, parameter: str, draw: Random) -> Any:
    """A value or a column of the row that suits the parameter; None when any will do."""
    values = next((values for pattern, values in _DOMAINS if pattern.search(f"{function}.{parameter}")), ())
    if not values:
        return None
    value = draw.choice(values)
    return ColumnReference(None, value[1:], this_row=True) if isinstance(value, str) and value[:1] == "@" and len(value) > 1 else value
