"""Whether somebody can see a dock: one behind another tab counts as visible to Qt, and gets no event.

While docks are moved about each comes to the front for a moment; nobody sees that, and it does not count.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from shiboken6 import isValid

from qwendesk.ui.docks.dock import Dock
from qwendesk.ui.unseen import is_covered

_AFTER_MS = 20


class Sight(QObject):
    """`changed` with whether it is seen from now on: in front, not hidden, its window not minimized."""

    changed = Signal(bool)

    def __init__(self, dock: Dock) -> None:
        super().__init__(dock)
        self._dock = dock
        self._front = not dock.visibleRegion().isEmpty()
        self.on = self._front and dock.isVisible()
        self._later = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._later.timeout.connect(lambda: self._look(dock.isVisible()))
        dock.visibilityChanged.connect(self._on_front)
        dock.topLevelChanged.connect(lambda _floating: self._look(dock.isVisible()))
        dock.installEventFilter(self)

    def _on_front(self, front: bool) -> None:
        self._front = front
        self._look(self._dock.isVisible())

    def _look(self, shown: bool) -> None:
        if is_covered(self._dock.window()):
            self._later.start()
            return
        on = shown and (self._front or self._dock.isFloating())
        if on is not self.on:
            self.on = on
            self.changed.emit(on)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A dock that was torn off is hidden once more when it is no dock any more, and its window is gone.
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide) and isValid(self._dock):
            self._look(event.type() == QEvent.Type.Show)
        return False
