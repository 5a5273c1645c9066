"""What measuring costs: the processor time of the sampler's thread as a share of one core.

Seedling is loaded a few times over and answers all the while; the sampler looks once a second, and what it
sees is written to the database as it always is. The same hidden, where it looks every five seconds.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from pathlib import Path

from qwendesk.api.messages import Message
from qwendesk.api.reply import ReplyRequest
from qwendesk.app import App
from qwendesk.monitor.sample import SampleTaken
from qwendesk.monitor.sampler import HIDDEN_S, WATCHED_S
from qwendesk.system.paths import Paths
from report import parser, publish


class Costs:
    """Hears of each sample on the sampler's own thread, and asks for that thread's processor time."""

    def __init__(self) -> None:
        self.readings: list[tuple[float, float]] = []
        self.enough = threading.Event()
        self._wanted = 0

    def expect(self, samples: int) -> None:
        self.readings, self._wanted = [], samples
        self.enough.clear()

    def __call__(self, event: object) -> None:
        if isinstance(event, SampleTaken):
            self.readings.append((time.monotonic(), time.thread_time()))
            if len(self.readings) > self._wanted:
                self.enough.set()

    def share(self) -> float:
        """Processor time over time, from the second sample on: the first one loads libraries."""
        (began, before), (ended, after) = self.readings[1], self.readings[-1]
        return (after - before) / (ended - began)


def measured(app: App, costs: Costs, samples: int, pause: float) -> float:
    """Percent of one core, over so many samples."""
    costs.expect(samples + 1)
    if not costs.enough.wait((samples + 2) * pause * 2 + 10):
        sys.exit("The sampler stands still.")
    return 100 * costs.share()


def main() -> None:
    own = parser("sampler")
    own.add_argument("--models", type=int, default=3)
    own.add_argument("--samples", type=int, default=30, help="of each kind")
    own.add_argument("--runtime", default=None)
    wanted = own.parse_args()
    costs = Costs()
    with tempfile.TemporaryDirectory() as home, App(Paths(Path(home))) as app:
        app.bus.subscribe(costs)
        seedling = app.library.find("seedling")
        sessions = [app.runtimes.open(seedling, wanted.runtime) for _ in range(wanted.models)]
        for session in sessions:
            session.wait_ready(60)
            session.stream(ReplyRequest((Message("user", "Tell me a story"),)))[0].wait(60)
        app.sampler.watch(True)
        watched = measured(app, costs, wanted.samples, WATCHED_S)
        app.sampler.watch(False)
        hidden = measured(app, costs, max(2, wanted.samples // 6), HIDDEN_S)
    rows = [
        (f"Sampling once a second, {wanted.models} models", watched, "% core", "≤ 1"),
        (f"Sampling every five seconds, {wanted.models} models", hidden, "% core", "≤ 1"),
    ]
    publish(wanted.json, rows, models=wanted.models, samples=wanted.samples)


if __name__ == "__main__":
    main()
