"""Much changes in a window, and nobody sees it half done: until then it shows its last frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from qwendesk.ui.slices import TURN, Work


@contextmanager
def unseen(windows: Sequence[QWidget]) -> Iterator[None]:
    """Until the end of it, these are not painted where they can be seen."""
    for window in windows:
        # Of the window alone: what is in it can then still be painted elsewhere.
        window.setAttribute(Qt.WidgetAttribute.WA_UpdatesDisabled)
    try:
        yield
    finally:
        for window in windows:
            if isValid(window):
                window.setAttribute(Qt.WidgetAttribute.WA_UpdatesDisabled, False)
                window.repaint()  # what was to be painted meanwhile has used up its requests


def painting(windows: Sequence[QWidget]) -> Work:
    """Each part once, elsewhere: what the style sheet says of a widget is looked up when it is painted."""
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    for window in windows:
        for part in window.findChildren(QWidget, options=direct) if isValid(window) else ():
            if isValid(part) and part.isVisible() and not part.isWindow():
                part.grab()
                yield TURN
