"""Cold start of the window over a bare QMainWindow, and what the window process holds in memory.

A fresh process each time, the two kinds interleaved. Time: from starting the process until the first
frame is painted and the event loop has come to rest once after it. Memory: PSS (smaps_rollup) of the
window process some seconds later; the model lives in a worker of its own, which is not counted.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from report import arguments, median, publish

RATIO, MEMORY_MB = 1.5, 130
SETTLED_MS = 4000

_TOLD = """
import sys, time
def told(what, value):
    print(what, value, flush=True)
def pss():
    with open("/proc/self/smaps_rollup") as rollup:
        return next(int(line.split()[1]) * 1024 for line in rollup if line.startswith("Pss:"))
"""
BARE = (
    _TOLD
    + """
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
class Bare(QMainWindow):
    seen = False
    def event(self, event):
        if event.type() == QEvent.Type.Paint and not self.seen:
            self.seen = True
            QTimer.singleShot(0, lambda: QTimer.singleShot(0, self.rest))
        return super().event(event)
    def rest(self):
        told("ready", time.monotonic())
        QTimer.singleShot(SETTLED, lambda: (told("memory", pss()), application.quit()))
application = QApplication(sys.argv)
window = Bare()
window.resize(1280, 800)
window.show()
application.exec()
"""
)
OURS = (
    _TOLD
    + """
from pathlib import Path

from qwendesk.system.paths import Paths
from qwendesk.ui.main import run
def started(controller):
    from PySide6.QtCore import QTimer
    def rest():
        told("ready", time.monotonic())
        QTimer.singleShot(SETTLED, lambda: (told("memory", pss()), controller.quit()))
    QTimer.singleShot(0, rest)
run(Paths(Path(HOME)), started)
"""
)


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds until interactive, and bytes once settled (0 where it was not waited for)."""

    seconds: float
    memory: int


def start(script: str, settled_ms: int) -> Start:
    """One fresh process."""
    with tempfile.TemporaryDirectory() as home:
        text = script.replace("SETTLED", str(settled_ms)).replace("HOME", repr(home))
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", text], capture_output=True, text=True, check=True, env=environment
        )
    told = dict(line.split() for line in done.stdout.splitlines())
    return Start(float(told["ready"]) - began, int(told["memory"]))


def main() -> int:
    asked = arguments("startup")
    start(BARE, 0), start(OURS, 0)  # the first ones fill the page cache for all
    bare, ours = [], []
    for _ in range(max(asked.rounds, 5)):
        bare.append(start(BARE, 0).seconds)
        ours.append(start(OURS, 0).seconds)
    ratio = median([own / plain for own, plain in zip(ours, bare, strict=True)])
    bare_mb, ours_mb = (start(one, SETTLED_MS).memory / 1e6 for one in (BARE, OURS))
    rows = [
        ("Bare QMainWindow, interactive", 1000 * median(bare), "ms", ""),
        ("QwenDesk's window, interactive", 1000 * median(ours), "ms", ""),
        ("Ratio, median of pairs", ratio, "", f"at most {RATIO}"),
        ("Memory of the bare process", bare_mb, "MB PSS", ""),
        ("Memory of the window process, idle", ours_mb, "MB PSS", f"at most {MEMORY_MB}"),
    ]
    publish(Path(asked.json), rows, bare_s=bare, ours_s=ours)
    return 0 if ratio <= RATIO and ours_mb <= MEMORY_MB else 1


if __name__ == "__main__":
    sys.exit(main())
