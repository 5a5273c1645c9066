"""Kill the worker of a real window at random moments, over and over: no window and no shown token is lost.

Anything lost ends it with an assertion. Prints one table: kills, those that came too late to meet a
reply, and the window's memory over time.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "tests")]

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from fakes.kills import Killer
from qwendesk.system.paths import Paths
from qwendesk.ui.controller import Controller
from qwendesk.ui.main import made
from report import publish

PATIENCE_S = 60.0


def until(is_so: Callable[[], object]) -> None:
    """Run the event loop until it is so. Raises TimeoutError."""
    loop, deadline = QEventLoop(), time.monotonic() + PATIENCE_S
    timer = QTimer(interval=2)
    timer.timeout.connect(lambda: loop.quit() if is_so() or time.monotonic() > deadline else None)
    timer.start()
    loop.exec()
    timer.stop()
    if not is_so():
        raise TimeoutError


def is_ready(controller: Controller) -> bool:
    state = controller.room.conversing.state if controller.room is not None else None
    return state is not None and state.phase == "ready"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, default=Path("build/bench/kills.json"))
    wanted = parser.parse_args()
    application = QApplication.instance() or QApplication(sys.argv[:1])
    memory = []
    with tempfile.TemporaryDirectory() as home:
        controller = made(Paths(Path(home)), application)
        controller.window.show()
        until(lambda: is_ready(controller))
        killer = Killer(controller, until, random.Random(wanted.seed))
        while killer.kills < wanted.kills:
            killer.once()
            if killer.kills >= (len(memory) + 1) * wanted.kills // 10:
                memory.append(psutil.Process().memory_info().rss)
                print(f"{killer.kills} kills", file=sys.stderr)
        controller.quit()
        until(lambda: controller.background.closed)
    rows = [
        ("Workers killed in a reply or while loading", float(killer.kills), "", ""),
        ("Killed too late: the reply was whole", float(killer.too_late), "", ""),
        ("Windows or shown tokens lost", 0.0, "", "0"),  # any other number ends with an assertion
        (
            "The window's memory, last tenth over second",
            memory[-1] / memory[min(1, len(memory) - 1)],
            "×",
            "≤ 1.1",
        ),
    ]
    publish(wanted.json, rows, kills=killer.kills, seed=wanted.seed)


if __name__ == "__main__":
    main()
