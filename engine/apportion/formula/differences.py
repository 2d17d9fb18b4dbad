"""Where results differ from Excel's, with an example each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """One difference: a formula, what Excel gives, what Apportion gives, and why that is so."""

    topic: str
    formula: str
    excel: str
    apportion: str
    reason: str


DIFFERENCES = (
    Difference(
        "Cancellation inside a formula",
        "=1*(0.5-0.4-0.1)",
        "-2.77556E-17",
        "0",
        "Excel sets a difference that cancels to 0 only at the end of a formula; Apportion does so everywhere.",
    ),
    Difference(
        "A range where one value is expected",
        "=ROUND(A1:A4,2)",
        "the value of the formula's own row (files made before dynamic arrays)",
        "an array; #SPILL! in a column",
        "A formula in a text has no place on a sheet whose row could be taken. Write [@Column].",
    ),
    Difference(
        "Texts in a table that look like errors",
        '=LEN([@Name]), the column holding the text "#N/A"',
        "4",
        "#N/A",
        "Tables that come from Excel hold errors as such texts. `Text("#N/A")` is a text; so is one in a formula.",
    ),
    Difference(
        "Money other than dollars and euros",
        '=SIGN("£100")',
        "1, where the computer's region knows the pound sign",
        "#VALUE!",
        "Texts are read as in the United States; besides dollars, the euro sign is read.",
    ),
    Difference(
        "Texts split in each row",
        '=COUNTA(TEXTSPLIT([@Words]," ")) where rows have different numbers of words',
        "the number of words",
        "the largest number of words in any row",
        "Rows are computed together; #N/A fills what one row has less than another.",
    ),
    Difference(
        "Dates without a year",
        '=DATEVALUE("2-Jan")',
        "that day of the current year",
        "#VALUE!",
        "The same formulas give the same results every day. Write the year.",
    ),
    Difference(
        "Order of texts",
        '="co-op"<"coop"',
        "depends on the computer's language",
        "TRUE",
        "Signs come before digits, digits before letters, letters by code point without case.",
    ),
    Difference(
        "Large arrays",
        "=SUM(A1:A5000*B1:BZZ1), a column of 5,000 times a row of 2,027",
        "a number, slowly",
        "#CALC! above 4,194,304 elements in one row, 67,108,864 in one formula, 2,147,483,648 in one column",
        "A rule cannot use up the server. COUNTIFS, SUMIFS and look-ups over whole columns are no such arrays.",
    ),
    Difference(
        "Criteria without end",
        '=COUNTIFS([A],">"&[@A],[B],"<"&[@B]) over 100,000 rows',
        "a number, after a long time",
        "#CALC! above 2,147,483,648 comparisons",
        "Equalities and one bound are sorted once and have no such limit.",
    ),
    Difference(
        "Long chains",
        "=1+1+1+... (more than 250 operations)",
        "a number",
        "refused when it is read",
        "Use SUM, or split the formula into columns.",
    ),
    Difference(
        "Cell addresses in tables",
        "=B2*2 in a formula column",
        "the cell",
        "refused: no name B2",
        "Rules name columns. Addresses are for `evaluate` with inputs.",
    ),
    Difference(
        "Unions and intersections",
        "=SUM((A1,B2)), =A1:B9 B1:C9",
        "a number",
        "refused when it is read",
        "Rules do not address sheets. List the arguments instead.",
    ),
)
