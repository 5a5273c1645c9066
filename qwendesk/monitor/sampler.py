"""Looks at the machine, the workers and the cards, and tells the bus what it saw.

It runs while a model is loaded or somebody watches, so that a command that loads nothing pays nothing:
once a second while somebody watches or records, else every five seconds.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from qwendesk.monitor.gpu import GpuProbe
from qwendesk.monitor.guard import Guard
from qwendesk.monitor.machine import MachineProbe
from qwendesk.monitor.sample import Sample, SampleTaken
from qwendesk.monitor.workers import WorkerProbe
from qwendesk.runtimes.session import Session
from qwendesk.runtimes.state import SessionChanged

WATCHED_S = 1.0
HIDDEN_S = 5.0
# A listener may wait for a database that another process holds.
_PATIENCE_S = 10.0
_log = logging.getLogger(__name__)


class Sampler:
    """Samples on a thread of its own. No method raises; any thread may call them."""

    def __init__(
        self,
        sessions: Callable[[], Sequence[Session]],
        publish: Callable[[SampleTaken], None],
        folder: Path = Path("/"),
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`sessions`: what is loaded now; `folder`: whose disk counts."""
        self._sessions, self._publish = sessions, publish
        self._folder, self._clock, self._wall = folder, clock, wall
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._watchers = 0
        self._thread: threading.Thread | None = None
        self._closed = False

    def watch(self, on: bool) -> None:
        """Somebody begins or ends to look, or to record; every True wants its False."""
        with self._lock:
            self._watchers = max(0, self._watchers + (1 if on else -1))
            self._start()
        self._wake.set()

    def heard(self, event: object) -> None:
        """For the bus: begins when a model is loaded."""
        if isinstance(event, SessionChanged) and self._thread is None and not event.state.over:
            with self._lock:
                self._start(loaded=True)

    def close(self) -> None:
        """End for good; waits for the sample that is being taken."""
        with self._lock:
            self._closed = True
            thread = self._thread
        self._wake.set()
        if thread is not None and thread is not threading.current_thread():
            thread.join(_PATIENCE_S)

    def _start(self, *, loaded: bool = False) -> None:
        if self._thread is None and not self._closed and (loaded or self._watchers):
            self._thread = threading.Thread(target=self._run, name="sampler", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        look = Look(self._folder)
        try:
            while True:
                self._wake.clear()
                began = self._clock()
                sessions = self._loaded()
                self._tell(look, sessions)
                if self._ends(sessions):
                    return
                pause = WATCHED_S if self._watchers else HIDDEN_S
                self._wake.wait(max(0.0, pause - (self._clock() - began)))
        finally:
            look.close()

    def _loaded(self) -> Sequence[Session]:
        try:
            return self._sessions()
        except Exception:
            _log.exception("Which models are loaded cannot be told")
            return ()

    def _tell(self, look: Look, sessions: Sequence[Session]) -> None:
        try:
            self._publish(SampleTaken(look(self._clock(), self._wall(), sessions)))
        except Exception:
            _log.exception("A sample was lost")

    def _ends(self, sessions: Sequence[Session]) -> bool:
        """Whether there is nothing left to look at; a model that is loaded from now on starts it anew."""
        with self._lock:
            over = self._closed or not (self._watchers or sessions)
            if over:
                self._thread = None
            return over


class Look:
    """Takes samples; what cannot be read is missing. For one thread."""

    def __init__(self, folder: Path) -> None:
        self._guard = Guard()
        self._machine = MachineProbe(folder, self._guard)
        self._workers = WorkerProbe()
        self._gpus = GpuProbe()

    def __call__(self, now: float, wall: float, sessions: Sequence[Session]) -> Sample:
        """`now` on the monotonic clock, `wall` in seconds since 1970."""
        gpus = self._guard(self._gpus) or ()
        workers = self._guard(lambda: self._workers(now, sessions, gpus)) or ()
        return Sample(wall, self._machine(now), workers, gpus)

    def close(self) -> None:
        self._gpus.close()
