"""A reply on its way, seen by whoever asked for it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator

from qwendesk.api.problem import Problem
from qwendesk.api.reply import Failed, Finished, ReplyEvent

Sink = Callable[[ReplyEvent], None]


class Reply:
    """Handle of one request: cancel it, wait for it. Its events go to the sink on the reader's thread."""

    def __init__(self, id: int, sink: Sink, cancel: Callable[[int], None]) -> None:
        self.id = id
        self._sink = sink
        self._cancel = cancel
        self._over = threading.Event()
        self._end: Finished | Failed | None = None

    @property
    def over(self) -> bool:
        return self._over.is_set()

    def cancel(self) -> None:
        """Ask the worker to stop; answered within one token by Finished(reason="cancelled")."""
        if not self.over:
            self._cancel(self.id)

    def deliver(self, event: ReplyEvent) -> None:
        """Pass an event on; the first Finished or Failed is the last one."""
        if self.over:
            return
        if isinstance(event, (Finished, Failed)):
            self._end = event
            self._over.set()
        self._sink(event)

    def wait(self, timeout: float | None = None) -> Finished:
        """The finished reply. Raises the Problem it failed with, or TimeoutError."""
        if not self._over.wait(timeout):
            raise TimeoutError
        if isinstance(self._end, Failed):
            raise Problem.of(self._end.problem)
        assert isinstance(self._end, Finished)
        return self._end


class Inbox:
    """A sink that a blocking caller iterates over, ending after Finished or Failed."""

    def __init__(self) -> None:
        self._events: queue.SimpleQueue[ReplyEvent] = queue.SimpleQueue()

    def __call__(self, event: ReplyEvent) -> None:
        self._events.put(event)

    def __iter__(self) -> Iterator[ReplyEvent]:
        while True:
            event = self._events.get()
            yield event
            if isinstance(event, (Finished, Failed)):
                return
