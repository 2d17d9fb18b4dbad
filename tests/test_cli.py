"""The command line as a person uses it: a process, its words, its files and its exit code."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from apportion.workbook.locations import template_folder

SAMPLE = template_folder() / "sample_district"


def run(*arguments: object, cwd: Path | None = None, columns: int = 200) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "apportion", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, env={"COLUMNS": str(columns), "PATH": "", **_python_path()})


def _python_path() -> dict[str, str]:
    return {"PYTHONPATH": ":".join(path for path in sys.path if path), "PYTHONIOENCODING": "utf-8"}


@pytest.fixture(scope="module")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plan") / "plan.xlsx"
    assert run("new", path, "--sample").returncode == 0
    return path


def test_allocate_writes_beside_the_plan_and_leaves_the_plan_alone(planner: Path) -> None:
    before = planner.read_bytes()
    done = run("allocate", planner)
    assert done.returncode == 0
    assert planner.read_bytes() == before
    assert "FTE" in done.stdout
    book = openpyxl.load_workbook(planner.parent / "plan results.xlsx", data_only=True)
    assert book.sheetnames[:4] == ["Summary", "Checks", "By school", "By heading"]


def test_the_same_plan_gives_the_same_bytes(planner: Path, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        assert run("allocate", planner, "--out", tmp_path / name).returncode == 0
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_json_has_its_fields(planner: Path) -> None:
    """These fields are frozen; others may be added."""
    answer = json.loads(run("allocate", planner, "--json").stdout)
    assert {"district", "scenario", "year", "projection", "total_fte", "total_dollars", "allocations", "findings"} <= set(answer)
    assert {
        "school", "name", "type", "level", "line", "allocation", "job_type", "fund", "held", "lock", "count", "rate",
        "fte", "dollars", "prior_fte", "prior_dollars", "why",
    } <= set(answer["allocations"][0])  # fmt: skip
    assert {"severity", "sheet", "table", "row", "cell", "what", "remedy"} <= set(answer["findings"][0])
    assert round(sum(row["dollars"] for row in answer["allocations"]), 2) == answer["total_dollars"]


def test_a_wide_file_alone_and_beside_a_workbook(planner: Path, tmp_path: Path) -> None:
    wide = tmp_path / "wide.csv"
    plan = tmp_path / "own.xlsx"
    plan.write_bytes(planner.read_bytes())
    done = run("allocate", plan, "--wide", wide)
    assert done.returncode == 0
    assert {path.name for path in tmp_path.iterdir()} == {"own.xlsx", "wide.csv"}
    answer = json.loads(run("allocate", plan, "--json").stdout)
    with wide.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert round(sum(float(row["Total dollars"]) for row in rows), 2) == answer["total_dollars"]
    assert f"{answer['total_dollars']:,.2f}" in done.stdout
    both = run("allocate", plan, "--wide", tmp_path / "second.csv", "--out", tmp_path / "r.xlsx")
    assert both.returncode == 0
    assert (tmp_path / "r.xlsx").exists()
    assert (tmp_path / "second.csv").read_bytes() == wide.read_bytes()
    assert run("allocate", SAMPLE, "--wide", SAMPLE / "Schools.csv").returncode == 2
    assert run("allocate", plan, "--wide", tmp_path / "nowhere" / "wide.csv").returncode == 2


def test_a_folder_of_csv_files_is_a_plan(planner: Path, tmp_path: Path) -> None:
    """From the workbook to CSV, to a workbook and to CSV again: nothing is lost, and all allocate alike."""
    assert run("to-csv", planner, tmp_path / "one").returncode == 0
    assert run("from-csv", tmp_path / "one", tmp_path / "again.xlsx").returncode == 0
    assert run("to-csv", tmp_path / "again.xlsx", tmp_path / "two").returncode == 0
    first = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    assert first == {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}
    totals = {json.loads(run("allocate", plan, "--json").stdout)["total_dollars"] for plan in (planner, tmp_path / "one", SAMPLE)}
    assert len(totals) == 1


def test_scenarios(planner: Path) -> None:
    base, tighter = (json.loads(run("allocate", planner, "--json", "--scenario", name).stdout) for name in ("Base", "tighter ratios"))
    assert tighter["scenario"] == "Tighter ratios"
    assert tighter["total_fte"] < base["total_fte"]


def test_explain_a_school_and_a_line(planner: Path) -> None:
    told = run("explain", planner, "116").stdout
    assert "Elm Street Elementary (116)" in told
    assert "449 Protected enrollment / 500 per FTE = 0.898, rounded half up to 0.1 = 0.9 FTE" in told
    steps = run("explain", planner, "elm street elementary", "Counselor").stdout
    assert "Counselor rate" in steps
    assert "ROUND([@[Counselor earned]],1)" in steps


@pytest.mark.parametrize("columns", (80, 120))
def test_a_statement_fits_its_terminal(planner: Path, columns: int) -> None:
    """Headings have their subtotals, and the total is that of the workbook: 55.95 FTE for 449 students."""
    told = run("explain", planner, "116", columns=columns).stdout.splitlines()
    assert max(map(len, told)) <= columns
    total = next(line.split() for line in told if line.startswith("Total"))
    assert total == ["Total", "55.95", "5,430,707.72", "5,273,167.89", "+157,539.83"]
    headings = [line.split()[-4:] for line in told if line[:1].isalpha() and line.split()[-1][:1] in "+-"][:-1]
    dollars = [float(cells[1].replace(",", "").replace("–", "0")) for cells in headings]
    assert round(sum(dollars), 2) == 5_430_707.72
    assert "$12,095 per pupil" in " ".join(told)
    assert any(line.startswith(" " * 6) and line.endswith("= $64,137.32.") for line in told)


def test_a_department_has_no_dollars_per_pupil(planner: Path) -> None:
    told = run("explain", planner, "801").stdout
    assert "Student Support Services (801)" in told
    assert "per pupil" not in told


def test_checks_and_statements_can_be_written_too(planner: Path, tmp_path: Path) -> None:
    """Beside what is printed; the checks also while errors stand, a statement only without them."""
    done = run("check", planner, "--out", tmp_path / "checks.xlsx")
    assert done.returncode == 0
    assert "Wrote the checks to" in done.stdout
    assert openpyxl.load_workbook(tmp_path / "checks.xlsx").sheetnames == ["Checks"]
    told = run("explain", planner, "116", "Counselor", "--out", tmp_path / "told.xlsx").stdout
    assert "0.898, rounded half up to 0.1" in told
    book = openpyxl.load_workbook(tmp_path / "told.xlsx", data_only=True)
    assert (book.sheetnames, book["Explain"]["B2"].value) == (["Explain"], "Elm Street Elementary: Counselor")
    folder = tmp_path / "plan"
    folder.mkdir()
    (folder / "Schools.csv").write_text("Code,Name\nA,Ash\n", encoding="utf-8")
    assert run("check", folder, "--out", tmp_path / "errors.xlsx").returncode == 1
    assert openpyxl.load_workbook(tmp_path / "errors.xlsx")["Checks"]["B6"].value == "Error"
    assert run("explain", folder, "A", "--out", tmp_path / "none.xlsx").returncode == 1
    assert not (tmp_path / "none.xlsx").exists()


def test_errors_write_nothing_and_exit_with_1(tmp_path: Path) -> None:
    folder = tmp_path / "plan"
    folder.mkdir()
    for path in SAMPLE.glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    with (folder / "Rules.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    rows[1][rows[0].index("Rate")] = "Principal_rat"
    with (folder / "Rules.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    done = run("allocate", folder, "--out", tmp_path / "r.xlsx")
    assert done.returncode == 1
    assert 'no rate "Principal_rat" for FY2027' in done.stdout
    assert "Nothing was written" in done.stdout
    assert not (tmp_path / "r.xlsx").exists()
    wide = run("allocate", folder, "--wide", tmp_path / "wide.csv")
    assert wide.returncode == 1
    assert "Nothing was written" in wide.stdout
    assert not (tmp_path / "wide.csv").exists()
    assert run("prove", folder, "--out", tmp_path / "p.xlsx").returncode == 1
    assert not (tmp_path / "p.xlsx").exists()
    answer = run("allocate", folder, "--json")
    assert answer.returncode == 1
    assert "allocations" not in json.loads(answer.stdout)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "nowhere.xlsx"], "There is no file or folder nowhere.xlsx"),
        (["explain", SAMPLE, "Elm Stret Elementary"], 'Nearest: "Elm Street Elementary"'),
        (["explain", SAMPLE, "116", "Counsellor"], 'Nearest: "Counselor"'),
        (["allocate", SAMPLE, "--json", "--scenario", "Bse"], 'Nearest: "Base"'),
        (["allocate", SAMPLE, "--out", "nowhere/r.xlsx"], "nowhere"),
    ],
)
def test_a_callers_mistake_is_one_sentence_and_exit_code_2(arguments: list[object], words: str, tmp_path: Path) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_plan_is_never_overwritten(planner: Path) -> None:
    before = planner.read_bytes()
    assert run("allocate", planner, "--out", planner).returncode == 2
    assert run("prove", planner, "--out", planner).returncode == 2
    assert run("check", planner, "--out", planner).returncode == 2
    assert run("explain", planner, "116", "--out", planner).returncode == 2
    assert run("new", planner).returncode == 2
    assert planner.read_bytes() == before


def test_usage_exits_with_2() -> None:
    assert run("allocate").returncode == 2
    assert run("nonsense").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (("FTE", 636, 300, "half up", 0.1), "2.1\n"),
        (("apportion.share", 100, "[[1],[1],[1]]"), "33.34\n33.33\n33.33\n"),
        (("FTE", "[[300,450]]", 25, "up", 0.5, "", 14), "12\t14\n"),
        (("PROGRESS", 10, 5, -2), "2.4\n"),
        (("QUADRANT", 4, 1), "Cannot be kept as is\n"),
        (("SCORE", '[["NR",null]]', "[[1,1]]"), "NR\n"),
        (("AROI", 1e308, 100, 1), "#NUM!\n"),
    ],
)
def test_a_cell_function_is_called(arguments: tuple[object, ...], printed: str) -> None:
    done = run("call", *arguments)
    assert (done.stdout, done.stderr, done.returncode) == (printed, "", 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("FTEE", 1), 'There is no function "FTEE". Nearest: "FTE".'),
        (("FTE", 1), "FTE needs ratio. Write FTE(students, ratio,"),
        (("FTE", *range(1, 9)), "FTE takes at most 6 arguments, and 8 are given."),
        (("FTE", "true", 25), "Students has TRUE, which is not a number"),
        (("FTE", "[[1],[2", 25), 'Students has "[[1],[2", which is not a number'),
        (("FTE", "[[1],[2,3]]", 25), "The rows of students have different lengths."),
    ],
)
def test_a_call_that_cannot_be_made_is_a_sentence(arguments: tuple[object, ...], said: str) -> None:
    done = run("call", *arguments)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert (done.stdout, done.returncode) == ("", 2)


def test_the_reference_is_printed_or_written(tmp_path: Path) -> None:
    printed = run("reference")
    assert printed.stdout.startswith("# Apportion: functions and commands\n")
    assert "`=APPORTION.FTE(students, ratio, [rounding], [step], [minimum], [maximum])`" in printed.stdout
    assert run("reference", "--out", tmp_path / "reference.md").returncode == 0
    assert (tmp_path / "reference.md").read_text(encoding="utf-8") == printed.stdout
    failed = run("reference", "--out", tmp_path / "nowhere" / "reference.md")
    assert (failed.returncode, "cannot be written" in failed.stderr) == (2, True)
