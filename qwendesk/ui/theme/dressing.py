"""Another theme for widgets that are on the screen already: each is polished once, a slice at a time.

The style sheet names palette roles, and Qt looks a role's colour up when it polishes a widget. Until all of
them are through, the windows show their last frame: nobody sees a window in two themes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from qwendesk.ui.slices import TURN, Work


def dressing(done: Callable[[], None]) -> Work:
    """The parts of the work; `done` is called with all widgets dressed, before they are painted."""
    windows = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
    for window in windows:
        # Of the window alone: what is in it can then still be painted where nobody sees it.
        window.setAttribute(Qt.WidgetAttribute.WA_UpdatesDisabled)
    try:
        yield
        for widget in QApplication.allWidgets():
            if isValid(widget) and widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
                _dress(widget)
                yield
        yield TURN
        done()
        yield TURN
        yield from _painting(windows)
    finally:
        for window in windows:
            if isValid(window):
                window.setAttribute(Qt.WidgetAttribute.WA_UpdatesDisabled, False)
                window.repaint()  # what was to be painted meanwhile has used up its requests


def _painting(windows: Sequence[QWidget]) -> Work:
    """Each part once, unseen: what the style sheet says of a widget is looked up when it is painted."""
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    for window in windows:
        for part in window.findChildren(QWidget, options=direct) if isValid(window) else ():
            if isValid(part) and part.isVisible() and not part.isWindow():
                part.grab()
                yield TURN


def _dress(widget: QWidget) -> None:
    widget.style().polish(widget)
    QApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))
