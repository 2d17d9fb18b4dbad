"""Formula columns: order, what is computed again, mixed columns, cycles, what is missing, and why."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pytest

from apportion.errors import UnknownName
from apportion.formula import CycleError, ExcelError, FormulaError, Model, UnknownReferences

SCHOOLS = pd.DataFrame(
    {
        "School": ["Adams", "Baker", "Clark", "Dover"],
        "Level": ["High", "high", None, "Middle"],
        "Students": [100.0, 250.0, np.nan, 40.0],
        "Ratio": [20, 0, 25, 16],
    },
    index=[5, 6, 7, 9],
)
WEIGHTS = {"Level": ["High", "Middle"], "Weight": [1.5, 2.0]}


def values(text: str, table: Any = SCHOOLS, names: dict[str, Any] | None = None, **tables: Any) -> list[Any]:
    """The results of one formula column."""
    return Model({"Result": text}, tables).run(table, names).column("Result").values()


def test_rows_and_columns_are_told_apart() -> None:
    """`MIN([@A],[@B])` is per row, `MIN([A])` over the table."""
    assert values("=MIN([@Students],[@Ratio])") == [20.0, 0.0, 25.0, 16.0]
    assert values("=MIN([Students])") == [40.0] * 4
    assert values("=[@Students]/SUM(Schools[Students])") == [100 / 390, 250 / 390, 0.0, 40 / 390]


def test_a_column_holds_numbers_texts_booleans_and_errors_at_once() -> None:
    """Every row has the type that its own values give."""
    mixed = values('=IF([@Ratio]=0,"none",IF([@Students]="",TRUE,[@Students]/([@Ratio]-20)))')
    assert mixed == [ExcelError.DIV, "none", True, -10.0]
    frame = Model({"Mix": '=IF([@Ratio]=0,"none",[@Students])', "Half": "=[@Mix]/2"}).compute(SCHOOLS)
    assert frame["Mix"].tolist() == [100.0, "none", 0.0, 40.0]
    assert frame["Half"].tolist() == [50.0, ExcelError.VALUE, 0.0, 20.0]
    assert frame.index.tolist() == [5, 6, 7, 9]


def test_a_given_column_may_hold_all_types() -> None:
    """What Excel sends is a list of whatever the cells held."""
    table = {"A": [1, "x", True, None, "#N/A", "5%"]}
    result = Model({"B": "=[@A]*2", "C": '=[@A]&"!"', "D": "=SUM([A])", "E": "=ISBLANK([@A])"}).run(table)
    assert result.column("B").values() == [2.0, ExcelError.VALUE, 2.0, 0.0, ExcelError.NA, 0.1]
    assert result.column("C").values() == ["1!", "x!", "TRUE!", "!", ExcelError.NA, "5%!"]
    assert result.column("D").values() == [ExcelError.NA] * 6
    assert result.column("E").values() == [False, False, False, True, False, False]


def test_a_column_gives_numbers_values_and_errors() -> None:
    """Errors and texts are NaN among numbers, blanks are 0."""
    column = Model({"B": "=[@Students]/[@Ratio]"}).run(SCHOOLS).column("b")
    np.testing.assert_array_equal(column.numbers(), [5.0, np.nan, 0.0, 2.5])
    assert column.errors().tolist() == [False, True, False, False]
    np.testing.assert_array_equal(Model({}).run(SCHOOLS).column("Students").numbers(), [100, 250, 0, 40])


def test_an_error_does_not_leak_from_the_branch_that_is_not_taken() -> None:
    """IF is lazy row by row."""
    assert values("=IF([@Ratio]=0,0,[@Students]/[@Ratio])") == [5.0, 0.0, 0.0, 2.5]


def test_look_ups_and_sums_go_over_other_tables() -> None:
    """Text ignores case; a formula column of another table is computed when it is needed."""
    model = Model(
        {
            "Weight": "=IFERROR(VLOOKUP([@Level],Weights,2,FALSE),0)",
            "Share": "=IFERROR([@Students]/INDEX(Weights[Total],MATCH([@Level],Weights[Level],0)),0)",
            "Weights[Total]": "=SUMIFS(Schools[Students],Schools[Level],[@Level])",
        },
        {"Weights": WEIGHTS},
    )
    run = model.run(SCHOOLS)
    assert run.column("Weight").values() == [1.5, 1.5, 0.0, 2.0]
    assert run.column("Total", "weights").values() == [350.0, 40.0]
    assert run.column("Share").values() == [100 / 350, 250 / 350, 0.0, 1.0]
    assert run.frame("Weights").columns.tolist() == ["Level", "Weight", "Total"]


def test_criteria_may_look_at_this_row_only() -> None:
    """COUNTIFS over values of the row, and over a span of columns of the row."""
    assert values('=COUNTIFS([@Level],"high",[@Students],">150")') == [0.0, 1.0, 0.0, 0.0]
    assert values('=SUMIF([@[Students]:[Ratio]],">30")') == [100.0, 250.0, 0.0, 40.0]
    assert values("=SUM([@[Students]:[Ratio]])") == [120.0, 250.0, 25.0, 56.0]


def test_every_row_may_have_its_own_criterion() -> None:
    """Ranks, and sums up to a value; a sign with a blank after it finds nothing."""
    assert values('=COUNTIFS([Students],">"&[@Students])+1') == [2.0, 1.0, 1.0, 3.0]
    assert values('=SUMIFS([Students],[Level],[@Level],[Ratio],"<="&[@Ratio])') == [350.0, 250.0, 0.0, 40.0]


def test_an_array_in_a_column_spills() -> None:
    """A table's cell cannot hold an array."""
    assert values("=[Students]*2") == [ExcelError.SPILL] * 4


def test_blocks_of_rows_give_what_all_rows_give() -> None:
    """Rows are computed in blocks; the result must not show it."""
    size = 40_000
    table = {"A": np.arange(size) % 1000, "T": ["x" if i % 3 else "y" for i in range(size)]}
    run = Model({"B": "=[@A]/SUM([A])", "C": '=IF([@T]="X",[@A],[@T])', "D": "=[@T]&[@A]"}).run(table)
    a = np.arange(size) % 1000
    np.testing.assert_array_equal(run.column("B").numbers(), a / a.sum())
    assert run.column("C").values() == [float(a[i]) if i % 3 else "y" for i in range(size)]
    assert run.column("D").values()[-1] == f"y{a[-1]}"


CHAIN = {"FTE": "=ROUND([@Students]/Ratio,1)", "Dollars": "=[@FTE]*Cost", "Note": "=[@School]&Year"}
NAMES = {"Ratio": 20, "Cost": 90_000, "Year": 2026}


def test_only_what_a_changed_name_reaches_is_computed_again() -> None:
    """A prepared table keeps what it has."""
    model = Model(CHAIN)
    prepared = model.prepare(SCHOOLS)
    assert model.run(prepared, NAMES).computed == ("FTE", "Dollars", "Note")
    assert model.run(prepared, NAMES).computed == ()
    again = model.run(prepared, NAMES | {"Cost": 100_000})
    assert again.computed == ("Dollars",)
    assert again.column("Dollars").values() == [500_000.0, 1_250_000.0, 0.0, 200_000.0]
    assert model.run(prepared, NAMES | {"Ratio": 10}).computed == ("FTE", "Dollars")


def test_a_frame_that_was_edited_in_place_gives_the_right_answer() -> None:
    """Content counts, not identity."""
    model, frame = Model(CHAIN), SCHOOLS.copy()
    model.run(frame, NAMES)
    assert model.run(frame.copy(), NAMES).computed == ()
    frame.loc[5, "Students"] = 300.0
    edited = model.run(frame, NAMES)
    assert edited.computed == ("FTE", "Dollars")
    assert edited.column("FTE").values() == [15.0, 12.5, 0.0, 2.0]
    frame.loc[6, "School"] = "Bond"
    assert model.run(frame, NAMES).column("Note").values()[1] == "Bond2026"
    frame["Students"] = frame["Students"].astype(object)
    frame.loc[9, "Students"] = True
    assert model.run(frame, NAMES | {"Ratio": 1}).column("FTE").values()[3] == 1.0


def test_another_number_of_rows_computes_everything() -> None:
    """A shorter table has nothing to do with the one before."""
    model = Model(CHAIN)
    model.run(SCHOOLS, NAMES)
    assert model.run(SCHOOLS.iloc[:2], NAMES).column("FTE").values() == [5.0, 12.5]
    assert model.run(SCHOOLS.iloc[:0], NAMES).column("FTE").values() == []


def test_tables_can_be_other_ones_for_a_run() -> None:
    """`tables` of a run stand for those of the model."""
    model = Model({"W": "=SUM(Weights[Weight])"}, {"Weights": WEIGHTS})
    assert model.run(SCHOOLS).column("W").values()[0] == 3.5
    assert model.run(SCHOOLS, tables={"Weights": {"Level": ["x"], "Weight": [9]}}).column("W").values()[0] == 9.0
    assert model.run(SCHOOLS).column("W").values()[0] == 3.5


def test_a_name_may_have_one_value_per_scenario() -> None:
    """Scenarios are an axis: each gives what it would give alone."""
    model = Model({**CHAIN, "Part": "=[@Dollars]/SUM([Dollars])", "Sum": '=SUMIFS([Dollars],[Level],"high")'})
    ratios = np.array([10.0, 20.0, 25.0])
    together = model.run(SCHOOLS, NAMES | {"Ratio": ratios})
    for i, ratio in enumerate(ratios):
        alone = model.run(SCHOOLS, NAMES | {"Ratio": float(ratio)})
        for name in ("FTE", "Dollars", "Part", "Sum"):
            np.testing.assert_array_equal(together.column(name).numbers()[i], alone.column(name).numbers())


def test_threads_share_a_model_and_a_prepared_table() -> None:
    """Every thread gets the answer to its own names."""
    model = Model(CHAIN)
    prepared = model.prepare(SCHOOLS)

    def dollars(cost: int) -> list[Any]:
        table = prepared if cost % 2 else SCHOOLS
        return model.run(table, NAMES | {"Cost": cost}).column("Dollars").values()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(dollars, range(200)))
    assert found == [[5.0 * cost, 12.5 * cost, 0.0, 2.0 * cost] for cost in range(200)]


def test_a_cycle_is_named() -> None:
    """In the order in which the formulas need each other."""
    with pytest.raises(CycleError) as caught:
        Model({"X": "=1", "A": "=[@B]", "B": "=[@C]+[@X]", "C": "=SUM([A])"})
    assert caught.value.cells == ["A", "B", "C", "A"]
    with pytest.raises(CycleError) as caught:
        Model({"A": "=[@Students]/VLOOKUP(1,Schools,2,FALSE)"})
    assert caught.value.cells == ["A", "A"]


def test_a_long_chain_has_an_order() -> None:
    """A thousand columns, each needing the one before, given backwards."""
    formulas = {f"C{i}": f"=[@C{i - 1}]+1" for i in range(1000, 0, -1)} | {"C0": "=1"}
    assert Model(formulas).run({"A": [1]}).column("C1000").values() == [1001.0]


def test_all_that_is_missing_is_said_at_once() -> None:
    """Tables, columns and names; each with formula, position and the nearest."""
    model = Model({"A": "=[@Studnts]+Wieghts[x]", "B": "=Weights[Wight]+Weights[@Level]"}, {"Weights": WEIGHTS})
    with pytest.raises(UnknownReferences) as caught:
        model.run(SCHOOLS)
    found = [(each.formula, each.kind, each.name, each.position, each.nearest) for each in caught.value.unknown]
    assert found[:3] == [
        ("A", "column", "Studnts", 1, "Students"),
        ("A", "table", "Wieghts", 12, "Weights"),
        ("B", "column", "Wight", 1, "Weight"),
    ]
    assert found[3][:2] == ("B", "row of this formula in table")
    with pytest.raises(UnknownReferences, match=r'no name "Rat".*Nearest: "Rate"'):
        Model({"A": "=[@Ratio]*Rat"}).run(SCHOOLS, {"Rate": 1})


def test_a_formula_that_cannot_be_read_says_whose_it_is() -> None:
    """The column is a note of the error."""
    with pytest.raises(FormulaError) as caught:
        Model({"FTE": "=ROUND(1)"})
    assert caught.value.__notes__ == ["in the formula of FTE"]


def test_precedents_and_dependents_are_named() -> None:
    """In the author's spelling."""
    model = Model(CHAIN | {"Total": "=SUM([dollars])"})
    assert model.precedents("dollars") == ("FTE", "Cost")
    assert model.precedents("Total") == ("Dollars",)
    assert model.dependents("FTE") == ("Dollars",)
    assert model.dependents("Ratio") == ("FTE",)
    assert model.dependents("Students") == ("FTE",)
    with pytest.raises(UnknownName, match='Nearest: "Dollars"'):
        model.precedents("Dollar")


def test_an_explanation_goes_from_what_was_given_to_the_result() -> None:
    """Only the branch that was taken; formula columns before those that read them."""
    model = Model({"FTE": '=IF([@Level]="high",ROUND([@Students]/Ratio,1),1/0)', "Dollars": "=[@FTE]*Cost"})
    model.run(SCHOOLS, NAMES)
    found = model.explain("Dollars", 1)
    assert str(found).splitlines() == [
        '[@Level] = "high"',
        '[@Level]="high" = TRUE',
        "[@Students] = 250",
        "Ratio = 20",
        "[@Students]/Ratio = 12.5",
        "ROUND([@Students]/Ratio,1) = 12.5",
        'IF([@Level]="high",ROUND([@Students]/Ratio,1),1/0) = 12.5',
        "FTE = 12.5",
        "[@FTE] = 12.5",
        "Cost = 90000",
        "[@FTE]*Cost = 1125000",
        "Dollars = 1125000",
    ]
    assert found.value == 1_125_000.0
    assert [step.text for step in found.steps if step.given] == ["[@Level]", "[@Students]", "Ratio", "Cost"]


def test_names_ignore_case_and_columns_may_look_like_cells() -> None:
    """`Q1` is a column because it stands in brackets."""
    run = Model({"FY24": "=[@q1]*BASE"}).run({"Q1": [2, 3]}, {"base": 10})
    assert run.column("fy24").values() == [20.0, 30.0]


def test_ranks_come_from_sorting_once() -> None:
    """Where every row asks for another bound, the result is that of looking at all elements for each."""
    size = 3000
    draw = np.random.default_rng(4)
    a, g = draw.integers(0, 500, size) / 8, draw.choice(["x", "Y", "y"], size)
    table = {"A": a, "G": g.tolist(), "W": draw.integers(0, 100, size)}
    run = Model(
        {
            "Above": '=COUNTIFS([A],">"&[@A])',
            "Upto": '=SUMIFS([W],[A],"<="&[@A],[G],[@G])',
            "Below": '=SUMIFS([W],[G],[@G],[A],"<"&[@A]*2-5)',
        }
    ).run(table)
    same = np.char.lower(g)[:, None] == np.char.lower(g)[None, :]
    w = table["W"]
    np.testing.assert_array_equal(run.column("Above").numbers(), (a[None, :] > a[:, None]).sum(1))
    np.testing.assert_array_equal(run.column("Upto").numbers(), ((a[None, :] <= a[:, None]) & same) @ w)
    np.testing.assert_array_equal(run.column("Below").numbers(), ((a[None, :] < (a * 2 - 5)[:, None]) & same) @ w)


SCHOOLS_OF_TWO = {"Students": [100.0, 250.0], "Aides": [1.0, 2.0]}
FIRST = {"FTE": "=[@Students]/20", "Cost": "=[@FTE]*90000", "Aide cost": "=[@Aides]*30000", "All": "=SUM(Schools[[FTE]:[Aide cost]])"}


def test_a_run_takes_from_another_model_what_did_not_change() -> None:
    """One formula changed: it and what reads it are computed, the rest is kept; all is as if nothing had been kept."""
    earlier = Model(FIRST).run(SCHOOLS_OF_TWO)
    changed = FIRST | {"FTE": "=[@Students]/25"}
    run = Model(changed).run(SCHOOLS_OF_TWO, earlier=earlier)
    assert run.computed == ("FTE", "Cost", "All")
    assert run.column("Cost").values() == [360000.0, 900000.0]
    assert run.column("All").values() == Model(changed).run(SCHOOLS_OF_TWO).column("All").values()
    assert earlier.column("Cost").values() == [450000.0, 1125000.0]


def test_a_formula_column_that_is_gone_uncovers_the_column_under_it() -> None:
    """A formula that read the computed column reads the given one of the same name when only that is left."""
    formulas = {"Aides": "=[@Students]/50", "Pay": "=[@Aides]*10"}
    earlier = Model(formulas).run(SCHOOLS_OF_TWO)
    run = Model({"Pay": "=[@Aides]*10"}).run(SCHOOLS_OF_TWO, earlier=earlier)
    assert earlier.column("Pay").values() == [20.0, 50.0]
    assert run.column("Pay").values() == [10.0, 20.0]


def test_columns_in_another_order_change_a_span() -> None:
    model = Model({"Sum": "=SUM(Schools[[A]:[B]])"})
    given = {"A": [1.0], "B": [10.0], "C": [100.0]}
    earlier = model.run(given)
    assert earlier.column("Sum").values() == [11.0]
    assert model.run({name: given[name] for name in "ACB"}, earlier=earlier).column("Sum").values() == [111.0]


LET = "=LET(fte,ROUND([@Students]/Ratio,1),pay,fte*Cost,IF(fte>5,pay,0))"


def test_an_explanation_shows_the_names_of_let_and_the_formats_of_fields() -> None:
    """Each name once, after its value; formats are those of Excel and ignore the case of names."""
    model = Model({"Dollars": LET})
    model.run({"Students": [1000.0, 2500.0]}, {"Ratio": 20, "Cost": 97412.5})
    formats = {"dollars": "$#,##0.00", "Cost": "$#,##0.00", "Students": "#,##0"}
    assert model.explain("Dollars", 1).text(formats).splitlines() == [
        "[@Students] = 2,500",
        "Ratio = 20",
        "[@Students]/Ratio = 125",
        "ROUND([@Students]/Ratio,1) = 125",
        "fte = 125",
        "fte>5 = TRUE",
        "Cost = $97,412.50",
        "fte*Cost = 12176562.5",
        "pay = 12176562.5",
        "IF(fte>5,pay,0) = 12176562.5",
        f"{LET[1:]} = 12176562.5",
        "Dollars = $12,176,562.50",
    ]


def test_a_name_of_an_inner_let_hides_the_outer_one_in_an_explanation() -> None:
    model = Model({"C": "=LET(a,1,b,LET(a,[@X],a+1),a+b)"})
    model.run({"X": [5.0]})
    assert [str(step) for step in model.explain("C", 0).steps][:5] == ["a = 1", "[@X] = 5", "a = 5", "a+1 = 6", "LET(a,[@X],a+1) = 6"]
