"""Much changes in a window, and nobody sees it half done: until then it shows its last frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from qwendesk.ui.slices import TURN, Work

_COVERS = "covers"


@contextmanager
def unseen(windows: Sequence[QWidget]) -> Iterator[None]:
    """Until the end of it, these are not painted where they can be seen."""
    for window in windows:
        cover(window)
    try:
        yield
    finally:
        for window in windows:
            if isValid(window):
                uncover(window)


def cover(window: QWidget) -> None:
    """It is not painted any more, until as many have uncovered it as have covered it."""
    window.setProperty(_COVERS, (window.property(_COVERS) or 0) + 1)
    # Of the window alone: what is in it can then still be painted elsewhere.
    window.setAttribute(Qt.WidgetAttribute.WA_UpdatesDisabled)


def uncover(window: QWidget) -> None:
    """The last one shows it as it is now."""
    covers = (window.property(_COVERS) or 1) - 1
    window.setProperty(_COVERS, covers)
    if covers:
        return
    # What was made or moved in it meanwhile has taken over from it that it is not painted.
    window.setUpdatesEnabled(True)
    for part in window.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if part.isWindow():
            part.setUpdatesEnabled(True)
    window.repaint()  # what was to be painted meanwhile has used up its requests


def is_covered(window: QWidget) -> bool:
    return window.testAttribute(Qt.WidgetAttribute.WA_UpdatesDisabled)


def painting(windows: Sequence[QWidget]) -> Work:
    """Each part once, elsewhere: what the style sheet says of a widget is looked up when it is painted."""
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    for window in windows:
        for part in window.findChildren(QWidget, options=direct) if isValid(window) else ():
            if isValid(part) and part.isVisible() and not part.isWindow():
                part.grab()
                yield TURN
