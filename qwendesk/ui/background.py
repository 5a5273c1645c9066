"""Run this elsewhere, then done or failed here: the window's way to anything that takes time.

What arrives gathers in a deque, and is taken from it for a few milliseconds in each turn of the event loop:
many items that arrive together do not hold up the window together.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from queue import SimpleQueue
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from qwendesk.api.problem import Problem

if TYPE_CHECKING:
    from concurrent.futures import Future

DRAIN_S = 0.002
"""Longest stretch of taking in; laying out and painting what that changes takes more."""
T = TypeVar("T")
Failed = Callable[[Problem], None]


class Task:
    """Work on its way. `cancel` silences it: nothing of it arrives any more."""

    def __init__(self, era: int = 0) -> None:
        self.era = era
        self._cancelled = threading.Event()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def cancel(self) -> None:
        self._cancelled.set()


class _Starter:
    """Starts threads on a thread of its own: who starts one waits until it runs, and that is milliseconds
    where others are busy."""

    def __init__(self) -> None:
        self._works: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._closed = False
        threading.Thread(target=self._run, name="window-starter", daemon=True).start()

    def start(self, work: Callable[[], None]) -> None:
        """Do it on a new thread."""
        if self._closed:
            _started(work)
        else:
            self._works.put(work)

    def close(self) -> None:
        """Nobody minds waiting from now on."""
        self._closed = True
        self._works.put(None)

    def _run(self) -> None:
        while self._start_next():
            pass

    def _start_next(self) -> bool:
        """A function of its own: the work, and what of the window it holds, is let go at once."""
        work = self._works.get()
        if work is not None:
            _started(work)
        return work is not None


def _started(work: Callable[[], None]) -> None:
    # A daemon: a check that hangs must not keep the program from ending.
    thread = threading.Thread(target=work, name="window-background", daemon=True)
    try:
        thread.start()
    except RuntimeError:  # the system has no thread left: late is better than never
        work()


class Background(QObject):
    """Threads for the window. Callbacks run on the thread that made this object, unless closed by then."""

    _arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.closed = False
        self._going: set[Task] = set()
        self._starter = _Starter()
        self._era = 0
        self._arrivals: deque[tuple[Task, Callable[[], None]]] = deque()
        self._arrived.connect(self._drain, Qt.ConnectionType.QueuedConnection)
        self._rest = QTimer(self, singleShot=True, interval=0)
        self._rest.timeout.connect(self._drain)

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Failed) -> Task:
        """Call `work` on a thread of its own, then one of the two here."""
        task = Task(self._era)

        def elsewhere() -> None:
            result = work()
            self._send(task, lambda: done(result))

        self._start(task, elsewhere, failed)
        return task

    def stream(
        self,
        work: Callable[[], Iterable[T]],
        each: Callable[[T], None],
        done: Callable[[], None],
        failed: Failed,
    ) -> Task:
        """Hand over every item as it comes; a cancelled task stops at the next item."""
        task = Task(self._era)

        def elsewhere() -> None:
            for item in work():
                if task.cancelled or self.closed:
                    return
                self._send(task, lambda item=item: each(item))  # type: ignore[misc]
            self._send(task, done)

        self._start(task, elsewhere, failed)
        return task

    def when(self, future: Future[T], done: Callable[[T], None], failed: Failed) -> Task:
        """The same for a result that is already on its way; takes no thread."""
        task = Task(self._era)

        def arrived(future: Future[T]) -> None:
            error = future.exception()
            if error is None:
                result = future.result()
                self._send(task, lambda: done(result))
            else:
                problem = as_problem(error)
                self._send(task, lambda: failed(problem))

        future.add_done_callback(arrived)
        return task

    @property
    def busy(self) -> bool:
        """Whether any work goes on."""
        return bool(self._going)

    def _start(self, task: Task, elsewhere: Callable[[], None], failed: Failed) -> None:
        def guarded() -> None:
            try:
                elsewhere()
            except Exception as error:
                problem = as_problem(error)
                self._send(task, lambda: failed(problem))
            finally:
                self._going.discard(task)

        self._going.add(task)
        self._starter.start(guarded)

    def hush(self) -> None:
        """Silence everything that was begun before."""
        self._era += 1

    def _send(self, task: Task, call: Callable[[], None]) -> None:
        if not self.closed and not task.cancelled:
            self._arrivals.append((task, call))
            self._arrived.emit()

    def _drain(self) -> None:
        if self._rest.isActive():
            return
        until = perf_counter() + DRAIN_S
        try:
            while self._arrivals and perf_counter() < until:
                task, call = self._arrivals.popleft()
                if not self.closed and not task.cancelled and task.era == self._era:
                    call()
        finally:
            if self._arrivals:
                self._rest.start()

    def close(self) -> None:
        """Nothing arrives any more."""
        self.closed = True
        self._starter.close()


def as_problem(error: BaseException) -> Problem:
    """The error as the window words it; anything unexpected is our bug and is logged."""
    if isinstance(error, Problem):
        return error
    import logging

    logging.getLogger(__name__).error("Background work failed", exc_info=error)
    return Problem("internal", detail=f"{type(error).__name__}: {error}")
