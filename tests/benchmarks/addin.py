"""The add-in as Excel meets it: the real server as a process of its own, cell functions over HTTP on loopback.

A call is timed from the request's first byte to the answer's last, on a connection that stays open as a browser's does.
What is called again with a changed number changes at every call, so that no answer is one that was kept.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allocation import DISTRICT_RULES, DISTRICT_SCHOOLS, SEED, district_tables, median

sys.path.insert(0, str(Path(__file__).parents[1]))
from tools.ranges import arguments, as_allocate_takes, as_range, changed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RUNS = 7
CELL_GOAL, RANGE_GOAL, ALLOCATE_GOAL = 0.005, 0.250, 0.100  # seconds
CLICK_GOAL = 1.0  # second, from the click to the last action
WAIT_GOAL = 0.050  # seconds, a cell while another user's job runs
RANGE_ROWS, RANGE_COLUMNS = 5_000, 10
USERS = 8
JOB_SCHOOLS = 1_500  # a plan per model and grade that keeps the server busy for about a second
START_AT_MOST = 60.0  # seconds

Rows = list[list[Any]]


@contextmanager
def served() -> Iterator[int]:
    """The server as a process of its own; the port on which it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "apportion", "serve", "--no-tls", "--port", str(port)]
    process = subprocess.Popen(command, env=os.environ, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + START_AT_MOST
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(10)


class Excel:
    """One user's Excel: a connection that calls cell functions."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def call(self, name: str, *given: Any) -> Rows:
        """The cells that a function gives; every argument is a cell, a range or None."""
        return self.answer(body(name, *given))

    def answer(self, request: bytes) -> Rows:
        """The cells that a request gives."""
        result: Rows = self._posted("/xlwings/custom-functions-call", request)["result"]
        return result

    def script(self, name: str, request: bytes) -> list[Any]:
        """The actions that a command asks for."""
        actions: list[Any] = self._posted(f"/xlwings/custom-scripts-call/{name}", request)["actions"]
        return actions

    def _posted(self, path: str, request: bytes) -> Any:
        self.connection.request("POST", path, request, {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read()
        assert answer.status == 200, text[:1000]
        return json.loads(text)


def body(name: str, *given: Any) -> bytes:
    """The request that Excel sends for a call."""
    matrices = [each if isinstance(each, list) else [[each]] for each in given]
    return json.dumps(
        {
            "client": "Office.js", "func_name": name, "args": matrices, "caller_address": "[Book1.xlsx]Sheet1!A1",
            "session_id": "s", "culture_info_name": "en-US", "date_format": "m/d/yyyy", "version": "0.37.8",
            "runtime": "1.4",
        }
    ).encode()  # fmt: skip


def plans() -> dict[str, list[Any]]:
    """The arguments of ALLOCATE by what is said of the plan."""
    from apportion.workbook.book import open_book
    from apportion.workbook.locations import template_folder

    sample = as_allocate_takes(open_book(template_folder() / "sample_district").tables)
    scenario = as_range(sample["Scenarios"])[:2]
    district = f"{DISTRICT_SCHOOLS} schools x {DISTRICT_RULES} rules"
    return {
        "the sample district": [*arguments(sample, spare=20), scenario],
        f"{district}, per school": arguments(district_tables("school")),
        f"{district}, per model and grade": arguments(district_tables()),
    }


_NUMBERS = count(1)


def one_ratio(plan: list[Any]) -> list[Any]:
    """The plan with another number in the first rule that has its rate as a number."""
    rules: Rows = plan[0]
    rate = rules[0].index("Rate")
    row = next(i for i, each in enumerate(rules) if isinstance(each[rate], float))
    return [changed(rules, "Rate", row, 20 + next(_NUMBERS) / 64), *plan[1:]]


def one_count(plan: list[Any]) -> list[Any]:
    """The plan with other students in one row of Enrollment: of a grade and of all."""
    more, counts = float(next(_NUMBERS) % 500), plan[2]
    before = counts[3][counts[0].index("Enrollment")]
    counts = changed(changed(counts, "Enrollment", 3, before + more), "K", 3, 60.0 + more)
    return [*plan[:2], counts, *plan[3:]]


def timed(excel: Excel, make: Callable[[], bytes]) -> float:
    """The median seconds of a call; the request is made before the clock starts."""
    return median(excel.answer, make)


def say(what: str, seconds: float, goal: float) -> None:
    """One line: what, milliseconds, the goal and how much of it was taken."""
    verdict = "met" if seconds <= goal else "missed"
    print(f"  {what:<66}{seconds * 1000:9.1f} ms   goal {goal * 1000:.0f} ms: {verdict} ({seconds / goal:.2f})")


def single_calls(excel: Excel) -> None:
    """One user, one call at a time."""
    students = random.Random(SEED)  # noqa: S311 - made-up numbers
    print(f"one user, median of {RUNS}")
    one = excel.call("FTE", 636.0, 300.0, "half up", 0.1)
    assert one == [[2.1]], one
    say("FTE, one cell", timed(excel, lambda: body("FTE", 636.0 + next(_NUMBERS), 300.0, "half up", 0.1)), CELL_GOAL)
    cells = [[float(students.randrange(2000)) for _ in range(RANGE_COLUMNS)] for _ in range(RANGE_ROWS)]
    request = body("FTE", cells, 25.0, "up", 0.5)
    say(f"FTE, {RANGE_ROWS:,} x {RANGE_COLUMNS} cells", timed(excel, lambda: request), RANGE_GOAL)
    for said, plan in plans().items():
        spilled = excel.call("ALLOCATE", *plan)
        size = f"{len(spilled) - 1} rows of {len(spilled[0])}"
        request = body("ALLOCATE", *plan)
        say(f"ALLOCATE, {said}: {size}, unchanged", timed(excel, lambda given=request: given), ALLOCATE_GOAL)  # type: ignore[misc]
        for change, make in {"a ratio changed": one_ratio, "a count changed": one_count}.items():
            seconds = timed(excel, lambda make=make, plan=plan: body("ALLOCATE", *make(plan)))  # type: ignore[misc]
            say(f"  {change}", seconds, ALLOCATE_GOAL)


def clicks(port: int) -> None:
    """The button Allocate on the planner of the sample district, until the last action has been sent."""
    from apportion.commands import new
    from apportion.workbook.writer import write_workbook
    from tools.excel.payload import payload
    from tools.excel.workbook import open_book

    planner = new(sample=True).workbook
    assert planner is not None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "planner.xlsx"
        write_workbook(planner, path)
        request = json.dumps(payload(open_book(path))).encode()
    excel = Excel(port)
    for name, said in (("allocate", "Allocate"), ("check", "Check"), ("prove", "Prove")):
        answer = excel.script(name, request)
        size = f"{len(answer):,} actions" if name != "prove" else "a workbook"
        say(f"{said}, the sample district: {size}", median(lambda _, name=name: excel.script(name, request)), CLICK_GOAL)  # type: ignore[misc]


def job() -> list[Any]:
    """A plan that takes about a second: the district's rules per model and grade, of so many schools, all new."""
    from allocation import GRADES, GROUPS

    numbers = random.Random(next(_NUMBERS))  # noqa: S311 - made-up numbers
    rules, _, _, *rest = arguments(district_tables())
    schools = [["Code", "Name", "Type", "Level", "Region", "Locale"]]
    schools += [[f"{n:05d}", f"School {n}", "school", "High", "North", "City"] for n in range(JOB_SCHOOLS)]
    counts: Rows = [["Projection", "School", "Instructional model", "Enrollment", *GRADES, *GROUPS]]
    for school in schools[1:]:
        grades = [float(numbers.randrange(90)) for _ in GRADES]
        counts.append(["Base", school[0], "In person", sum(grades), *grades, 40.0, 50.0, 120.0])
    return [rules, schools, counts, *rest]


def together(port: int) -> None:
    """One user's job, and the one-cell calls of all others while it runs and while it does not."""
    waits: dict[bool, list[float]] = {True: [], False: []}
    jobs: list[float] = []
    busy, done = threading.Event(), threading.Event()

    def works() -> None:
        excel = Excel(port)
        for _ in range(RUNS):
            request = body("ALLOCATE", *job())
            time.sleep(0.3)
            busy.set()
            start = time.perf_counter()
            excel.answer(request)
            jobs.append(time.perf_counter() - start)
            busy.clear()
        done.set()

    def types() -> None:
        excel = Excel(port)
        while not done.is_set():
            held, start = busy.is_set(), time.perf_counter()
            excel.call("FTE", 636.0, 300.0)
            waits[held].append(time.perf_counter() - start)
            time.sleep(0.05)

    users = [threading.Thread(target=works), *(threading.Thread(target=types) for _ in range(USERS - 1))]
    for user in users:
        user.start()
    for user in users:
        user.join()
    print(f"{USERS} users at once: one runs a job of {statistics.median(jobs):.1f} s, the others type a cell each")
    for held, said in ((False, "before the job"), (True, "while it runs")):
        tenths = statistics.quantiles(waits[held], n=20)
        say(f"FTE, one cell, {said}: half of {len(waits[held])} calls within", tenths[9], WAIT_GOAL)
        say("  95 of 100 within", tenths[18], WAIT_GOAL)


def main() -> None:
    """Print one line per kind of call."""
    with served() as port:
        single_calls(Excel(port))
        clicks(port)
        print()
        together(port)


if __name__ == "__main__":
    main()
