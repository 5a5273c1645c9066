"""The one crossing from the bus to the window: an event on any thread becomes a queued signal here.

Events gather in a deque and ONE queued signal wakes the UI thread, which drains for a few
milliseconds and then lets the window paint. A publisher that runs far ahead waits a moment, never
long: it may hold a lock that the UI thread wants.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from qwendesk.system.bus import Bus

DRAIN_S = 0.006
"""Longest stretch of draining; the rest of a 16 ms frame belongs to painting and input."""
PAUSE_MS = 4
CROWDED = 2_000
WAIT_S = 0.008


class Bridge(QObject):
    """Re-emits every event of a bus as `happened`, in order, on the thread that made the bridge."""

    happened = Signal(object)
    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._events: deque[object] = deque()
        self._room = threading.Condition()
        self._awake = False
        self._closed = False
        self._home = threading.get_ident()
        self._leave: list[Callable[[], None]] = []
        # In a turn of its own: what has set off the event may have taken most of this one.
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._drain)
        self._woken.connect(self._turn.start, Qt.ConnectionType.QueuedConnection)

    def listen(self, bus: Bus) -> None:
        """Carry this bus's events from now on."""
        self._leave.append(bus.subscribe(self.put))

    @property
    def pending(self) -> int:
        return len(self._events)

    def put(self, event: object) -> None:
        """Take an event in; from any thread. Waits at most WAIT_S, and never on the UI thread."""
        with self._room:
            if self._closed:
                return
            if len(self._events) >= CROWDED and threading.get_ident() != self._home:
                self._room.wait_for(self._has_room, WAIT_S)
            self._events.append(event)
            if self._awake or self._closed:
                return
            self._awake = True
        self._woken.emit()

    def _has_room(self) -> bool:
        return self._closed or len(self._events) < CROWDED

    def _drain(self) -> None:
        until = time.monotonic() + DRAIN_S
        while time.monotonic() < until:
            with self._room:
                if self._closed or not self._events:
                    self._awake = False
                    return
                event = self._events.popleft()
                self._room.notify_all()
            self.happened.emit(event)
        QTimer.singleShot(PAUSE_MS, self, self._drain)

    def close(self) -> None:
        """Carry nothing more; publishers that wait go on at once."""
        for leave in self._leave:
            leave()
        with self._room:
            self._closed = True
            self._events.clear()
            self._room.notify_all()
