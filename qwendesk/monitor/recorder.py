"""Keeps samples and the figures of replies: collected in memory, written every few seconds."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable

from qwendesk.api.problem import Problem
from qwendesk.monitor import metrics, series
from qwendesk.monitor.sample import Sample, SampleTaken
from qwendesk.runtimes.session import ReplyFinished
from qwendesk.store.metrics import MetricRows, ReplyRow, Series

WRITTEN_S = 10.0
_FORGOTTEN_S = 3600.0
# A database that cannot be written for long: what came last is kept.
_MOST = 20_000
_log = logging.getLogger(__name__)


class Recorder:
    """Listens to the bus. No method raises; any thread may call them.

    Only a sample makes it write, so that a worker's own thread never waits for the database.
    """

    def __init__(
        self,
        rows: MetricRows,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._rows, self._clock, self._wall = rows, clock, wall
        self._lock = threading.Lock()
        self._values: list[tuple[Series, float, float]] = []
        self._replies: list[ReplyRow] = []
        self._written = clock()
        self._forgot = float("-inf")
        self._failed = ""

    def heard(self, event: object) -> None:
        """For the bus."""
        if isinstance(event, ReplyFinished):
            self._keep_reply(event)
        elif isinstance(event, SampleTaken):
            self._keep_sample(event.sample)
            if self._is_due(event.sample):
                self.write()

    def close(self) -> None:
        """Write what is left."""
        self.write()

    def _keep_reply(self, event: ReplyFinished) -> None:
        whose, figures, at = metrics.whose(event), metrics.figures(event), self._wall()
        row = ReplyRow(at, whose.model, whose.runtime, whose.settings, json.dumps(figures))
        with self._lock:
            self._replies = [*self._replies[-_MOST:], row]
            self._values += [
                (Series("reply", whose.model, whose.runtime, whose.settings, name), at, value)
                for name, value in figures.items()
            ]

    def _keep_sample(self, sample: Sample) -> None:
        found = [(one, round(sample.at, 3), value) for one, value in series.values(sample)]
        with self._lock:
            self._values = [*self._values[-_MOST:], *found]

    def _is_due(self, sample: Sample) -> bool:
        """Every few seconds, and once the last model is gone: nobody knows when the next sample comes."""
        with self._lock:
            waiting = any(one.kind in ("worker", "reply") for one, _, _ in self._values)
        return self._clock() - self._written >= WRITTEN_S or (
            waiting and not sample.workers and not self._failed
        )

    def write(self) -> None:
        """Write what was collected now; blocks."""
        with self._lock:
            values, self._values = self._values, []
            replies, self._replies = self._replies, []
            self._written = self._clock()
        if not values and not replies:
            return
        try:
            self._rows.add(values, replies)
            self._failed = ""
            if self._clock() - self._forgot >= _FORGOTTEN_S:
                self._forgot = self._clock()
                self._rows.forget(self._wall())
        except Problem as problem:
            self._lost(problem, values, replies)

    def _lost(
        self, problem: Problem, values: list[tuple[Series, float, float]], replies: list[ReplyRow]
    ) -> None:
        """They are tried again with the next ones; the log hears of each kind of trouble once."""
        if problem.id != self._failed:
            self._failed = problem.id
            _log.info("Metrics were not written: %s", problem)
        with self._lock:
            self._values = [*values, *self._values][-_MOST:]
            self._replies = [*replies, *self._replies][-_MOST:]
