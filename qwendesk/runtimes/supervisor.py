"""Patience and deadlines: asking politely, then terminate, then kill; and noticing silence."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. Only an unanswered cancel or close leads to terminate and then kill; silence is only told."""

    terminate_after: float = 5.0
    kill_after: float = 3.0
    silence: float = 5.0
    beat: float = 1.0


class Escalation:
    """From an unanswered request to terminate, then to kill."""

    def __init__(self, patience: Patience, terminate: Callable[[], None], kill: Callable[[], None]) -> None:
        self._steps = [(patience.terminate_after, terminate), (patience.kill_after, kill)]
        self._waiting: dict[object, float] = {}
        self._due: float | None = None
        self._next = 0
        self._lock = threading.Lock()

    @property
    def began(self) -> bool:
        """Whether the process was told to end because it did not answer."""
        return self._next > 0

    def expect(self, answer: object) -> None:
        """From now on an answer is due."""
        with self._lock:
            self._waiting.setdefault(answer, time.monotonic() + self._steps[0][0])
            self._set_due()

    def answered(self, answer: object) -> None:
        with self._lock:
            self._waiting.pop(answer, None)
            self._set_due()

    def _set_due(self) -> None:
        """The first step is due when the oldest answer is; later ones follow the step before."""
        if not self.began:
            self._due = min(self._waiting.values(), default=None)

    def beat(self) -> float | None:
        """Take the step that is due; seconds until the next one, or None."""
        with self._lock:
            if self._due is None or self._next >= len(self._steps):
                return None
            now = time.monotonic()
            if now >= self._due:
                self._steps[self._next][1]()
                self._next += 1
                if self._next == len(self._steps):
                    return None
                self._due = now + self._steps[self._next][0]
            return self._due - now
