"""SUMIFS and its family where a whole column asks at once: what one row alone is told, and what a plain loop finds."""

from __future__ import annotations

import pytest

from apportion.formula import Model

TABLE = {
    "Key": ["007", "7", 7.0, "ab1", "AB1", "a?b", "axb", "TRUE", True, "", None, "<5", "10%", 0.1, "#N/A", "x"],
    "Amount": [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0, 2048.0, 4096.0, 8192.0, 16384.0, None],
    "Model": ["v", "V", "p", "p", "v", "p", "v", "p", "v", "p", "v", "p", "v", "p", "v", "p"],
    "Counts": [True, True, False, True, True, False, True, True, True, True, True, True, True, False, True, True],
}
# Plain texts alone are answered by one pass over the range; with the others every criterion is looked at by itself.
PLAIN = ["007", "7", "ab1", "AB1", "TRUE", "10%", "nowhere", "x", "axb", "a~?b"]
OTHERS = ["a?b", "a*", "<5", "=7", "<>7", "", "#N/A", 7.0, True, None]
FORMULAS = {
    "SUMIFS": "=SUMIFS(Data[Amount],Data[Key],[@Asked])",
    "constants": '=SUMIFS(Data[Amount],Data[Model],"v",Data[Key],[@Asked],Data[Counts],TRUE)',
    "two targets": "=SUMIFS(Data[Amount],Data[Key],[@Asked])+COUNTIFS(Data[Key],[@Asked],Data[Counts],TRUE)",
    "two models": '=COUNTIFS(Data[Key],[@Asked],Data[Model],"v")-COUNTIFS(Data[Key],[@Asked],Data[Model],"p")',
    "SUMIF": "=SUMIF(Data[Key],[@Asked],Data[Amount])",
    "AVERAGEIFS": "=AVERAGEIFS(Data[Amount],Data[Key],[@Asked])",
    "MINIFS": "=MINIFS(Data[Amount],Data[Key],[@Asked])",
    "MAXIFS": "=MAXIFS(Data[Amount],Data[Counts],TRUE,Data[Key],[@Asked])",
}


@pytest.mark.parametrize("asked", [PLAIN, PLAIN + OTHERS], ids=["plain texts", "all kinds"])
@pytest.mark.parametrize("name", FORMULAS)
def test_a_column_is_told_what_each_row_is_told(name: str, asked: list[object]) -> None:
    model = Model({"Found": FORMULAS[name]}, {"Data": TABLE})
    alone = [model.run({"Asked": [each]}).column("Found").values()[0] for each in asked]
    assert model.run({"Asked": asked}).column("Found").values() == alone


def test_codes_with_and_without_zeros_are_the_same_number() -> None:
    """Excel's SUMIFS takes the texts "007" and "7" and the number 7 for one: 1 + 2 + 4."""
    found = Model({"Found": FORMULAS["SUMIFS"]}, {"Data": TABLE}).run({"Asked": ["007", "7", "ab1"]}).column("Found")
    assert found.values() == [7.0, 7.0, 24.0]


def test_more_rows_than_a_block_holds() -> None:
    """40,000 schools with one to three rows each, against sums made in a loop."""
    size = 40_000
    codes = [f"S{(n * 7919) % size:05d}" for n in range(size)]
    owners = [codes[n % size] for n in range(0, 3 * size, 2)]
    amounts = [float(n % 97) for n in range(len(owners))]
    virtual = [n % 3 == 0 for n in range(len(owners))]
    sums, counts = dict.fromkeys(codes, 0.0), dict.fromkeys(codes, 0.0)
    for owner, amount, counted in zip(owners, amounts, virtual, strict=True):
        sums[owner] += amount
        counts[owner] += counted
    formulas = {
        "Sum": "=SUMIFS(Data[Amount],Data[Owner],[@Code])",
        "Virtual": "=COUNTIFS(Data[Owner],[@Code],Data[Virtual],TRUE)",
    }
    data = {"Owner": owners, "Amount": amounts, "Virtual": virtual}
    run = Model(formulas, {"Data": data}).run({"Code": codes})
    assert run.column("Sum").values() == [sums[code] for code in codes]
    assert run.column("Virtual").values() == [counts[code] for code in codes]


def test_a_changed_target_is_summed_again() -> None:
    model = Model({"Found": FORMULAS["SUMIFS"]}, {"Data": TABLE})
    asked = {"Asked": PLAIN}
    before = model.run(asked).column("Found").values()
    doubled = TABLE | {"Amount": [None if each is None else 2 * each for each in TABLE["Amount"]]}
    after = model.run(asked, tables={"Data": doubled}).column("Found").values()
    assert after == [2 * each for each in before]
