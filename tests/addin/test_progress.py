"""How far long work has come, as the task pane asks for it while it waits."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING

from apportion.progress import stage
from apportion_addin import progress
from tools.excel.session import Session

if TYPE_CHECKING:
    from pathlib import Path

    from tools.served import Served

UNKNOWN = {"stage": "", "done": 0.0}


def test_a_run_is_known_by_its_number_until_it_ends() -> None:
    with progress.run("a-number"):
        assert progress.told("a-number") == UNKNOWN
        stage("Computing every school", 0.3)
        assert progress.told("a-number") == {"stage": "Computing every school", "done": 0.3}
        assert progress.told("another") == UNKNOWN
    assert progress.told("a-number") == UNKNOWN
    stage("Nobody listens", 0.5)


def test_a_click_is_watched_over_http(apportion: Served, planner: Path) -> None:
    """The stages come in their order, and what is done only grows."""
    session = Session(apportion.address, planner)
    clicked = threading.Thread(target=session.click, args=("look",), kwargs={"headers": {"X-Apportion-Run": "watched-1"}})
    clicked.start()
    seen: list[tuple[float, str]] = []
    while clicked.is_alive():
        told = json.loads(apportion.ask("GET", "/apportion/progress/watched-1").text)
        if told != UNKNOWN:
            seen.append((told["done"], told["stage"]))
        time.sleep(0.005)
    stages = list(dict.fromkeys(seen))
    assert stages
    assert stages == sorted(stages)
    assert {text for _, text in stages} <= {
        "Reading the plan", "Checking every table", "Reading the rules", "Computing every school", "Adding up",
        "Laying out the sheets",
    }  # fmt: skip
