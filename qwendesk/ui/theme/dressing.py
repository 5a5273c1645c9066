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
from qwendesk.ui.unseen import painting, unseen


def dressing(done: Callable[[], None]) -> Work:
    """The parts of the work; `done` is called with all widgets dressed, before they are painted."""
    windows = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
    with unseen(windows):
        yield
        for widget in QApplication.allWidgets():
            if isValid(widget) and widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
                _dress(widget)
                yield
        yield TURN
        done()
        yield TURN
        yield from painting(windows)


def _dress(widget: QWidget) -> None:
    widget.style().polish(widget)
    QApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))
