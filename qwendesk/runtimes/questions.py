"""The questions that a session has asked and that are not answered yet."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from qwendesk.api.problem import Note, Problem
from qwendesk.worker import wire
from qwendesk.worker.frames import decoder
from qwendesk.worker.question import LONG, Question, answer_type

T = TypeVar("T")
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Open:
    question: Question[Any]
    future: Future[Any]
    progress: Progress | None


class Questions:
    """Futures by the id of their question; a future that was cancelled takes no answer any more."""

    def __init__(self) -> None:
        self._open: dict[int, _Open] = {}
        self._lock = threading.Lock()

    def add(self, id: int, question: Question[T], progress: Progress | None) -> Future[T]:
        """Expect an answer."""
        future: Future[T] = Future()
        with self._lock:
            self._open[id] = _Open(question, future, progress)
        return future

    def is_open(self, id: int) -> bool:
        with self._lock:
            return id in self._open

    def must_stop(self, id: int) -> bool:
        """Whether an answer to a cancel of this question is due soon: short ones come to their end anyway."""
        with self._lock:
            return id in self._open and isinstance(self._open[id].question, LONG)

    def on_working(self, message: wire.Working) -> None:
        """Tell who asked how far it is."""
        with self._lock:
            asked = self._open.get(message.id)
        if asked is not None and asked.progress is not None and not asked.future.cancelled():
            asked.progress(message.done, message.total)

    def on_answered(self, message: wire.Answered, nothing: Note) -> None:
        """Hand over the answer; `nothing` says why there is none, although nobody cancelled the question."""
        with self._lock:
            asked = self._open.get(message.id)
        if asked is None:
            return
        # Before it is forgotten: an answer that cannot be read ends the worker, and that fails what is open.
        answer = decoder(answer_type(asked.question)).decode(message.answer)
        self._pop(message.id)
        if not asked.future.set_running_or_notify_cancel():
            return
        if answer is None:
            asked.future.set_exception(Problem.of(nothing))
        else:
            asked.future.set_result(answer)

    def fail(self, id: int, problem: Note) -> None:
        """There will be no answer, and this is why."""
        asked = self._pop(id)
        if asked is not None and asked.future.set_running_or_notify_cancel():
            asked.future.set_exception(Problem.of(problem))

    def fail_all(self, problem: Note) -> None:
        """The worker is gone."""
        with self._lock:
            left = list(self._open)
        for id in left:
            self.fail(id, problem)

    def _pop(self, id: int) -> _Open | None:
        with self._lock:
            return self._open.pop(id, None)
