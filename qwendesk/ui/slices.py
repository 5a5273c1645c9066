"""Long work on the UI thread in slices: a few milliseconds at a time, the event loop between them.

Work is a generator. What it does between two `yield`s is a part, which is never cut; parts follow one
another until the slice is used up, and then the window may paint and take input. Where a part shows or moves
widgets, `yield TURN` ends its slice: laying them out and painting them would add to what the next part takes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from time import perf_counter
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

TURN: Any = "turn"
"""Yielded: what comes next waits for the next turn of the event loop."""
Work = Generator[None, None, None]
SLICE_S = 0.003
"""A frame is 16 ms; laying out and painting what a slice has made takes the rest."""


class Slices(QObject):
    """Works in turn, first come first served. Work whose owner is deleted is dropped."""

    finished = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: deque[tuple[QObject, Work]] = deque()
        self._doing: Work | None = None
        # Of no milliseconds it would go before every other timer, each time.
        self._timer = QTimer(self, interval=1)
        self._timer.timeout.connect(self._on_turn)

    @property
    def busy(self) -> bool:
        return bool(self._queue)

    def begin(self, owner: QObject, work: Work) -> None:
        """Do this from the next turn of the event loop on, for as long as `owner` lives."""
        self._queue.append((owner, work))
        self._timer.start()

    def stop(self, owner: QObject | None = None) -> None:
        """Drop what is left to do, of one owner or of all."""
        dropped = [one for one in self._queue if owner in (None, one[0])]
        self._queue = deque(one for one in self._queue if one not in dropped)
        for _owner, work in dropped:
            if work is not self._doing:
                work.close()

    def _on_turn(self) -> None:
        until = perf_counter() + SLICE_S
        while self._queue and perf_counter() < until:
            if self._do_part():
                break
        if not self._queue:
            self._timer.stop()
            self.finished.emit()

    def _do_part(self) -> bool:
        """Whether the slice ends with it."""
        one = self._queue[0]
        owner, self._doing = one
        over = True
        try:
            told: object = next(self._doing, self) if isValid(owner) else self
            over = told is self
            return told is TURN
        finally:
            # A part that fails ends its work; one that stops its own work is not asked again.
            if over and self._queue and self._queue[0] is one:
                self._queue.popleft()
            if over or one not in self._queue:
                self._doing.close()
            self._doing = None
