"""What looking at the Monitor costs: the processor time of the UI thread as a share of one core.

The window is the real one, with an engine room that loads nothing. Once a second a sample of a busy machine
(a worker that answers, a graphics card, fifty new tokens) goes over the real bus; the hour before is filled,
so that every line has all of its points. The page in its dock and as a large window of its own, over the
shortest and the longest time; and paused and hidden, where only collecting is left.
Run: QT_QPA_PLATFORM=offscreen python benchmarks/dashboard.py
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from time import perf_counter, thread_time

from PySide6.QtCore import QSize, QTimer

from qwendesk.monitor.live import Live
from qwendesk.monitor.sample import SampleTaken
from qwendesk.ui import monitorexamples as examples
from qwendesk.ui.screenshots import Stage, stage
from report import parser, publish

LEAST_POINTS = 250


class Feed:
    """Fills the hour before now, then publishes a sample a second from the UI thread's timer."""

    def __init__(self, on: Stage) -> None:
        self._on = on
        on.room.app.sampler.close()  # what is real is later than the hour that is played
        on.settle(200)
        self._samples = examples.samples(time.time() - 3601)
        on.room.monitoring.live = Live()
        on.room.monitoring.expect(examples.SESSION, examples.expected())
        for _second in range(3600):
            on.room.monitoring.live.add(examples.with_card(next(self._samples)))
        on.room.monitoring.live.replied(examples.reply())
        self._timer = QTimer(interval=1000)
        self._timer.timeout.connect(self._publish)
        self._timer.start()

    def _publish(self) -> None:
        self._on.room.app.bus.publish(SampleTaken(examples.with_card(next(self._samples))))

    def cost(self, seconds: float) -> float:
        """Percent of one core that the UI thread takes."""
        self._on.settle(1500)
        began, before = perf_counter(), thread_time()
        self._on.settle(round(1000 * seconds))
        return 100 * (thread_time() - before) / (perf_counter() - began)


def main() -> None:
    own = parser("dashboard")
    own.add_argument("--seconds", type=float, default=20, help="for each figure")
    wanted = own.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        stage(Path(folder), "dark", QSize(1440, 900)) as on,
    ):
        window, view = on.controller.window, on.room.views.monitor
        dock = window.docks["monitor"]
        feed, found = Feed(on), {}
        for span, name in ((60, "a minute"), (3600, "an hour")):
            view.range.choose(span)
            found[f"Monitor in its dock, {name}"] = feed.cost(wanted.seconds)
        dock.setFloating(True)
        dock.resize(1600, 1000)
        found["Monitor as a large window, an hour"] = feed.cost(wanted.seconds)
        points = len(view.flow.cards[0].chart.lines[0].ages) if view.flow is not None else 0
        if points < LEAST_POINTS:
            sys.exit(f"Only {points} points were drawn.")
        view.pause.click()
        found["Monitor paused"] = feed.cost(wanted.seconds)
        view.pause.click()
        dock.setFloating(False)
        window.docks["log"].raise_()
        found["Monitor behind another tab"] = feed.cost(wanted.seconds)
    rows = [(what, value, "% core", "≤ 2") for what, value in found.items()]
    publish(wanted.json, rows)


if __name__ == "__main__":
    main()
