"""Garbage in cycles is looked for on the window's thread only, and in full when nobody would notice.

The interpreter collects on whatever thread happens to make an object. Where widgets are among the garbage,
that is the end of the program: they may be deleted on the window's thread alone. So its own rule stays off.
A full collection looks at every object there is: with a long chat open that takes several frames. What was
made just now is looked at often, a few thousand objects at a time.
"""

from __future__ import annotations

import gc
from time import monotonic

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QWindow

_LOOK_MS, _YOUNG_MS = 5_000, 100
QUIET_S = 20.0
"""So long without a key or a mouse movement: a pause of some frames is not felt."""
WORTH = 100
"""Collections of the young since the last full one, before which one is not worth it."""

AT_MOST = 20 * WORTH
"""So many, and what was made since is looked at, whoever is there: some pause is better than no memory."""


class Collecting(QObject):
    """Watches the window's input; `begin()` takes over from the interpreter's own rule."""

    def __init__(self, window: QWindow) -> None:
        super().__init__(window)
        self._touched = monotonic()
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._young = QTimer(self, interval=_YOUNG_MS)
        self._young.timeout.connect(self.look_at_young)
        window.installEventFilter(self)

    def begin(self) -> None:
        """What is there by now stays: no collection has to look at it again."""
        gc.disable()
        gc.freeze()
        self._timer.start()
        self._young.start()

    def look_at_young(self) -> None:
        """Collect them, if there are enough. What lived through that waits for a full collection."""
        if gc.get_count()[0] > gc.get_threshold()[0]:
            gc.collect(0)

    def look(self) -> None:
        """Collect if it is worth it and nobody is there."""
        collections = gc.get_count()[1]
        if collections >= WORTH and self._unwatched():
            gc.collect()
        elif collections >= AT_MOST:
            gc.collect(1)

    def _unwatched(self) -> bool:
        away = QGuiApplication.applicationState() != Qt.ApplicationState.ApplicationActive
        return away or monotonic() - self._touched >= QUIET_S

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            self._touched = monotonic()
        return False


_INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchUpdate,
        QEvent.Type.InputMethod,
    }
)
