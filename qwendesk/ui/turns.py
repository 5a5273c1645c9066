"""Background work in order: what is asked for first is done first, one at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from qwendesk.api.problem import Problem
from qwendesk.ui.background import Background, Failed


class Turns:
    """Wishes that must not overtake one another ("pause", then "resume")."""

    def __init__(self, background: Background, failed: Failed) -> None:
        self._background, self._failed = background, failed
        self._waiting: deque[Callable[[], object]] = deque()
        self._busy = False

    def add(self, work: Callable[[], object]) -> None:
        """Do this elsewhere, after everything that was added before."""
        self._waiting.append(work)
        if not self._busy:
            self._next()

    def _next(self) -> None:
        self._busy = bool(self._waiting)
        if self._waiting:
            self._background.run(self._waiting.popleft(), lambda _: self._next(), self._on_failed)

    def _on_failed(self, problem: Problem) -> None:
        self._failed(problem)
        self._next()
