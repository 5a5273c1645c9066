"""Cold start of the window over a bare QMainWindow, and what the window process holds in memory.

A fresh process each time, the two kinds interleaved. Time: from starting the process until the first
frame is painted and the event loop has come to rest once after it; cold (the files of Python, Qt and
QwenDesk are evicted from the page cache before each start, as after switching the computer on) and warm
(they are all in memory). Memory: PSS (smaps_rollup) of the
window process some seconds later; the model lives in a worker of its own, which is not counted.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from report import arguments, median, publish

RATIO, MEMORY_MB = 1.5, 130
SETTLED_MS = 4000
PACKAGE = Path(__file__).parents[1] / "qwendesk"

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


def evict() -> None:
    """Drop what a start reads from the page cache; what another process has mapped stays."""
    for root in {Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib")} | {PACKAGE}:
        for file in root.rglob("*"):
            if file.suffix in (".py", ".pyc", ".so") or ".so." in file.name:
                handle = os.open(file, os.O_RDONLY)
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(handle)


def pairs(rounds: int, cold: bool) -> tuple[list[float], list[float]]:
    """Seconds of the bare window and of ours, in turn."""
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for script, seconds in zip((BARE, OURS), found, strict=True):
            if cold:
                evict()
            seconds.append(start(script, 0).seconds)
    return found


def start(script: str, settled_ms: int) -> Start:
    """One fresh process."""
    with tempfile.TemporaryDirectory() as home:
        text = script.replace("SETTLED", str(settled_ms)).replace("HOME", repr(home))
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
        # Compiled once, as for every user; otherwise each start would compile all of our modules again.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", text], capture_output=True, text=True, check=True, env=environment
        )
    told = dict(line.split() for line in done.stdout.splitlines())
    return Start(float(told["ready"]) - began, int(told["memory"]))


def main() -> int:
    asked = arguments("startup")
    start(BARE, 0), start(OURS, 0)  # the first ones fill the page cache for all
    rows = []
    seconds = {}
    for kind, target in (("cold", f"at most {RATIO}"), ("warm", "")):
        bare, ours = seconds[kind] = pairs(max(asked.rounds, 5), cold=kind == "cold")
        ratio = median([own / plain for own, plain in zip(ours, bare, strict=True)])
        rows += [
            (f"Bare QMainWindow, interactive, {kind}", 1000 * median(bare), "ms", ""),
            (f"QwenDesk's window, interactive, {kind}", 1000 * median(ours), "ms", ""),
            (f"Ratio, median of pairs, {kind}", ratio, "", target),
        ]
    bare_mb, ours_mb = (start(one, SETTLED_MS).memory / 1e6 for one in (BARE, OURS))
    rows += [
        ("Memory of the bare process", bare_mb, "MB PSS", ""),
        ("Memory of the window process, idle", ours_mb, "MB PSS", f"at most {MEMORY_MB}"),
    ]
    publish(Path(asked.json), rows, seconds=seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
