"""Foreign Python code under a deadline: it runs in a thread of its own that can be interrupted."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from qwendesk.api.engine import StopFlag

POLL = 0.02
# One single operation in C cannot be interrupted; after this long the thread is left behind.
GRACE = 2.0

T = TypeVar("T")


class Overdue(Exception):
    """The code did not end in time."""


class Cancelled(Exception):
    """The request was cancelled while the code ran."""


class _Interrupt(BaseException):
    """Raised into the thread; not an Exception, so that no handler on the way swallows it."""


def run_within(seconds: float, work: Callable[[], T], stop: StopFlag | None = None) -> T:
    """What `work` returns or raises; raises Overdue or Cancelled when it has to be interrupted."""
    task = _Task(work)
    deadline = time.monotonic() + seconds
    while not task.done.wait(POLL):
        if stop is not None and stop.is_set():
            task.interrupt()
            raise Cancelled
        if time.monotonic() >= deadline:
            task.interrupt()
            raise Overdue
    return task.result()


class _Task(Generic[T]):
    def __init__(self, work: Callable[[], T]) -> None:
        self.done = threading.Event()
        self._work = work
        self._results: list[T] = []
        self._error: BaseException | None = None
        # Held while the outcome is recorded, so that an interrupt never hits a thread that is past that.
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="deadline", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            try:
                self._results.append(self._work())
            except BaseException as error:  # raised again by result()
                self._error = error
            with self._lock:
                self.done.set()
        except _Interrupt:
            self.done.set()

    def interrupt(self) -> None:
        until = time.monotonic() + GRACE
        while not self.done.is_set() and time.monotonic() < until:
            with self._lock:
                if not self.done.is_set():
                    self._raise()
            self.done.wait(POLL)

    def _raise(self) -> None:
        thread = ctypes.c_ulong(self._thread.ident or 0)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(_Interrupt))

    def result(self) -> T:
        if self._error is not None:
            raise self._error
        return self._results[0]
