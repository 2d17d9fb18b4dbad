"""Where results differ from Excel's: what is known of it, with an example each, computed when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from apportion.errors import ApportionError
from apportion.formula.evaluation import evaluate
from apportion.formula.model import Model
from apportion.formula.numbers_in_text import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MANY = range(100_000)


@dataclass(frozen=True)
class Difference:
    """One difference: a formula, what Excel gives, and why that is so.

    `inputs` are those of `evaluate`; with `columns` the formula is that of a column, and its first row is shown.
    `where` says in words what the formula is computed over.
    """

    topic: str
    formula: str
    excel: str
    reason: str
    where: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    @property
    def apportion(self) -> str:
        """What Apportion gives, as it computes it now; where it refuses the formula, the first sentence of why."""
        try:
            if self.columns:
                value = Model({"Result": self.formula}).run(self.columns).column("Result").at(0)
            else:
                value = evaluate(self.formula, self.inputs)
        except ApportionError as error:
            return f"refused: {str(error).split('. ')[0].rstrip('.')}"
        if isinstance(value, list):
            return f"{sum(map(len, value)):,} values"
        if isinstance(value, float):
            return text_of(value)
        return str(value).upper() if isinstance(value, bool) else str(value)


DIFFERENCES = (
    Difference(
        "Cancellation inside a formula",
        "=1*(0.5-0.4-0.1)",
        "-2.77556E-17",
        "Excel sets a difference that cancels to 0 only at the end of a formula; Apportion does so everywhere.",
    ),
    Difference(
        "A range where one value is expected",
        "=ROUND([A],2)",
        "in files made before dynamic arrays the value of the formula's own row",
        "A formula in a text has no place on a sheet whose row could be taken. Write [@A]; `evaluate` takes a cell.",
        columns={"A": (1.234, 5.678)},
    ),
    Difference(
        "Texts in a table that look like errors",
        "=LEN([@Name])",
        "4",
        'Tables that come from Excel hold errors as such texts. `Text("#N/A")` is a text; so is one in a formula.',
        where="a column that holds the text #N/A",
        columns={"Name": ("#N/A",)},
    ),
    Difference(
        "Money other than dollars and euros",
        '=SIGN("£100")',
        "1, where the computer's region knows the pound sign",
        "Texts are read as in the United States; besides dollars, the euro sign is read.",
    ),
    Difference(
        "Dates without a year",
        '=DATEVALUE("2-Jan")',
        "that day of the current year",
        "The same formulas give the same results every day. Write the year.",
    ),
    Difference(
        "Today",
        "=TODAY()",
        "the day of the computation",
        "The same formulas give the same results every day. Give the day as a name.",
    ),
    Difference(
        "Order of texts",
        '="co-op"<"coop"',
        "depends on the computer's language",
        "Signs come before digits, digits before letters; case does not count, accents only between equals.",
    ),
    Difference(
        "Large arrays",
        "=SUM(SEQUENCE(5000)*SEQUENCE(1,2000))",
        "25012502500000, slowly",
        "Above 4,194,304 elements in one row, 67,108,864 in one formula, 2,147,483,648 in one column: a rule cannot "
        "use up the server. What is sorted or looked for counts 4 to 160 times, a call on texts 1,000 times. COUNTIFS, "
        "SUMIFS and look-ups over whole columns are no such arrays.",
    ),
    Difference(
        "Criteria without end",
        '=COUNTIFS([A],">"&[@A],[A],"<"&[@B])',
        "a number, after a long time",
        "Above 2,147,483,648 comparisons. Equalities and one bound are sorted once and have no such limit.",
        where="100,000 rows",
        columns={"A": _MANY, "B": _MANY},
    ),
    Difference(
        "Long chains",
        "=1" + "+1" * 250,
        "251",
        "Use SUM, or split the formula into columns.",
    ),
    Difference(
        "Cell addresses in tables",
        "=B2*2",
        "twice the cell",
        "Rules name columns. Addresses are for `evaluate` with inputs.",
        where="a formula column",
        columns={"A": (1.0,)},
    ),
    Difference(
        "Unions and intersections",
        "=SUM((A1,B2))",
        "the sum of the two cells",
        "Rules do not address sheets. List the arguments instead.",
        inputs={"A1": 1, "B2": 2},
    ),
)
