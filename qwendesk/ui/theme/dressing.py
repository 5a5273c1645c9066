"""Another theme for widgets that are on the screen already: each is polished once, a slice at a time.

The style sheet names palette roles, and Qt looks a role's colour up when it polishes a widget. Until all of
them are through, the windows show their last frame: nobody sees a window in two themes.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from qwendesk.ui.slices import TURN, Work


def dressing(done: Callable[[], None]) -> Work:
    """The parts of the work; `done` is called with all widgets dressed, before they are painted."""
    windows = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
    for window in windows:
        window.setUpdatesEnabled(False)
    try:
        yield
        for widget in QApplication.allWidgets():
            if isValid(widget) and widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
                _dress(widget)
                yield
        done()
        yield TURN
    finally:
        for window in windows:
            if isValid(window):
                window.setUpdatesEnabled(True)


def _dress(widget: QWidget) -> None:
    widget.style().polish(widget)
    QApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))
