"""The chain of `formula.py` in every engine at hand.

Run with `python tests/benchmarks/formula_peers.py [rows]`. Every engine has a process of its own. "First" is the first
computation of what was loaded, "again" the median of three after the base amount has changed, with the last column
read back. LibreOffice is a whole process: start, load, compute, write.
"""

from __future__ import annotations

import csv
import functools
import json
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from formula import FORMULAS, NAMES, REGIONS, Handwritten, schools, weights

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = 100_000
BASES = (7001.0, 7002.0, NAMES["Base"])
OF_WEIGHTS = {"Code": "A", "Weight": "B", "Adj": "C", "Total": "D"}
OWN = [name for name in FORMULAS if "[" not in name]
TOTAL = FORMULAS["Weights[Total]"]
RAISED = {"max_input_bytes": 10**9, "max_expanded_bytes": 4 * 10**9, "max_part_bytes": 2 * 10**9}

Figures = dict[str, Any]


def letters(number: int) -> str:
    """The column of a sheet, counted from 0."""
    before, own = divmod(number, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + own)


def columns() -> dict[str, str]:
    """The letter of every column of the table of schools."""
    return {name: letters(i) for i, name in enumerate([*schools(1), *OWN])}


def addressed(text: str, rows: int) -> str:
    """A formula with cell addresses instead of columns; "{row}" stands for its own row."""
    at = columns()
    text = re.sub(r"Schools\[(\w+)\]", lambda m: f"Schools!${at[m[1]]}$2:${at[m[1]]}${rows + 1}", text)
    text = re.sub(r"Weights\[(\w+)\]", lambda m: f"Weights!${OF_WEIGHTS[m[1]]}$2:${OF_WEIGHTS[m[1]]}$13", text)
    text = text.replace("Weights,", "Weights!$A$2:$D$13,").replace("[@Code]", "$A{row}")
    text = re.sub(r"\[@(\w+)\]", lambda m: f"${at[m[1]]}{{row}}", text)
    for number, name in enumerate(NAMES, start=1):
        text = re.sub(rf"\b{name}\b", f"Names!$B${number}", text)
    return re.sub(r"\bIFS\(", "_xlfn.IFS(", text)


def written(path: Path, rows: int) -> None:
    """The workbook that the engines which need one load."""
    import xlsxwriter

    with xlsxwriter.Workbook(path) as workbook:
        sheets = {name: workbook.add_worksheet(name) for name in ("Schools", "Weights", "Names")}
        for name, letter in columns().items():
            sheets["Schools"].write(f"{letter}1", name)
        for i, (_, column) in enumerate(schools(rows).items()):
            sheets["Schools"].write_column(1, i, column)
        for name in OWN:
            text, place = addressed(FORMULAS[name], rows), columns()[name]
            for row in range(2, rows + 2):
                sheets["Schools"].write_formula(f"{place}{row}", text.replace("{row}", str(row)))
        for i, (_, column) in enumerate(weights().items()):
            sheets["Weights"].write_column(1, i, column)
        for row in range(2, len(REGIONS) + 2):
            sheets["Weights"].write_formula(f"D{row}", addressed(TOTAL, rows).replace("{row}", str(row)))
        sheets["Names"].write_column(0, 0, list(NAMES))
        sheets["Names"].write_column(0, 1, list(NAMES.values()))


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what came out."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def figures(load: float, first: Callable[[], Any], again: Callable[[float], Any]) -> Figures:
    """The figures of an engine that is loaded; its total is that of the last column after the last change."""
    one, _ = timed(first)
    more = [timed(lambda base=base: again(base)) for base in BASES]  # type: ignore[misc]
    total = sum(each for each in more[-1][1] if isinstance(each, (int, float)))
    return {"load": load, "first": one, "again": statistics.median(each for each, _ in more), "total": total}


def by_hand(rows: int, _: Path) -> Figures:
    load, hand = timed(lambda: Handwritten(schools(rows)))
    return figures(load, lambda: hand.run(NAMES["Base"]), lambda base: hand.run(base)["Final"].tolist())


def apportion(rows: int, _: Path) -> Figures:
    import pandas as pd

    from apportion.formula import Model

    table, others = pd.DataFrame(schools(rows)), {"Weights": pd.DataFrame(weights())}

    def loaded() -> tuple[Any, Any]:
        model = Model(FORMULAS, others)
        return model, model.prepare(table)

    load, (model, prepared) = timed(loaded)
    return figures(
        load,
        lambda: model.run(prepared, NAMES),
        lambda base: model.run(prepared, NAMES | {"Base": base}).column("Final").numbers().tolist(),
    )


def formualizer(rows: int, path: Path) -> Figures:
    import formualizer as engine

    load, workbook = timed(lambda: engine.load_workbook(str(path), strategy="eager_all", load_limits=RAISED))
    last = len(columns())

    def again(base: float) -> list[Any]:
        workbook.set_value("Names", 1, 2, base)
        workbook.evaluate_all()
        block = engine.RangeAddress("Schools", 2, last, rows + 1, last)
        return [row[0] for row in workbook.sheet("Schools").get_values(block)]

    return figures(load, workbook.evaluate_all, again)


def ironcalc(rows: int, path: Path) -> Figures:
    import ironcalc as engine

    load, model = timed(lambda: engine.load_from_xlsx(str(path), "en", "UTC"))
    last = len(columns())

    def again(base: float) -> list[Any]:
        model.update_cell_with_number(2, 1, 2, base)
        model.evaluate()
        return [model.get_cell_value(0, row, last) for row in range(2, rows + 2)]

    return figures(load, model.evaluate, again)


def formulas(rows: int, _: Path) -> Figures:
    """Whole columns as arrays; its MIN, MAX, AND and OR are made to work row by row, without which it is wrong."""
    import formulas as engine
    import schedula
    from formulas.functions import wrap_ufunc

    known = engine.get_functions()
    for name, body in (("MIN", min), ("MAX", max), ("AND", all), ("OR", any)):
        known[name] = wrap_ufunc(functools.partial(lambda function, *each: function(each), body))

    def plain(text: str) -> str:
        text = re.sub(r"\bWeights,", "W_WHOLE,", text)
        return re.sub(r"(\w*)\[@?(\w+)\]", lambda m: f"{m[1].upper() or 'C'}_{m[2].upper()}_", text)

    compiled = {name: engine.Parser().ast(plain(text))[1].compile() for name, text in FORMULAS.items()}
    given: Figures = {name.upper(): np.array([[value]], object) for name, value in NAMES.items()}
    for name, column in schools(rows).items():
        given[f"C_{name.upper()}_"] = np.array(
            [[schedula.EMPTY if each is None else each] for each in column], dtype=object
        )
    lines = list(zip(*weights().values(), strict=True))
    for i, name in enumerate(weights()):
        given[f"WEIGHTS_{name.upper()}_"] = np.array([[line[i]] for line in lines], object)

    def run(base: float) -> list[Any]:
        held = given | {"BASE": np.array([[base]], object), "C_CODE_": given["WEIGHTS_CODE_"]}
        held["W_WHOLE"] = np.array([[*line, 0] for line in lines], object)
        for name, function in compiled.items():
            result = np.asarray(function(*[held[each] for each in function.inputs]), object)
            if name in OWN:
                held[f"C_{name.upper()}_"] = result.reshape(rows, 1)
            else:
                held["W_WHOLE"][:, 3] = result.ravel()
            held["SCHOOLS_BASEALLOC_"], held["SCHOOLS_REGION_"] = held.get("C_BASEALLOC_"), held["C_REGION_"]
        return list(held["C_FINAL_"].ravel())

    return figures(0.0, lambda: run(NAMES["Base"]), run)


def libreoffice(_: int, path: Path) -> Figures:
    from tools.recalculation import ALWAYS_RECALCULATE

    profile = path.parent / "office"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE, encoding="utf-8")

    def run() -> list[float]:
        options = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1"
        subprocess.run(
            ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless",
             "--convert-to", options, "--outdir", str(path.parent), str(path)],
            check=True, capture_output=True,
        )  # fmt: skip
        with (path.parent / f"{path.stem}-Schools.csv").open(encoding="utf-8") as file:
            return [float(row[-1]) for row in list(csv.reader(file))[1:]]

    seconds, final = timed(run)
    return {"load": 0.0, "first": seconds, "again": seconds, "total": sum(final)}


PEERS = {
    "numpy by hand": by_hand,
    "Apportion": apportion,
    "formualizer": formualizer,
    "IronCalc": ironcalc,
    "formulas": formulas,
    "LibreOffice": libreoffice,
}


def main(rows: int) -> None:
    """Every peer, one after the other, and how many times Apportion's time it took."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chain.xlsx"
        written(path, rows)
        found = {}
        for name in PEERS:
            command = [sys.executable, __file__, name, str(rows), str(path)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            found[name] = json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else {"why": done.stderr[-200:]}
    own = found["Apportion"]
    print(f"{rows:,} rows x 12 columns; seconds, and times Apportion's")
    for name, each in found.items():
        if "why" in each:
            print(f"  {name:14s} failed: {each['why']}")
            continue
        print(
            f"  {name:14s} load {each['load']:6.2f}  first {each['first']:8.4f} ({each['first'] / own['first']:6.1f} x)"
            f"  again {each['again']:8.4f} ({each['again'] / own['again']:6.1f} x)"
            f"  {each['memory']:6.0f} MB  total {each['total']:.2f}"
        )


if __name__ == "__main__":
    if len(sys.argv) > 2:
        measured = PEERS[sys.argv[1]](int(sys.argv[2]), Path(sys.argv[3]))
        used = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        print(json.dumps(measured | {"memory": used / 1024}))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else ROWS)
