"""The wheel scrolls the form; it changes a field only once one has clicked into it."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget


class _Calm(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


@cache
def _calm() -> _Calm:
    """One for all; made by the thread that uses it, not by the one that imports this."""
    return _Calm()


def calm(widget: QWidget) -> None:
    """Let a field ignore the wheel while it has no focus."""
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(_calm())
