"""What stands between a window and a body in it, so that neither is laid out for the sake of the other.

Qt lays out a whole window, each dock with it, whenever a widget somewhere in it is shown or wants another
size; docks behind tabs are no exception. That ends at a parent that has no layout.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget


class Holder(QWidget):
    """Gives the body all of its room: once in a turn of the event loop, before that is painted.

    When the whole window has another size, it is given at once: a window that is resized is painted at once.
    The least width is what the body wants now, the least height what it wanted at first: the docks around
    it stay where they are when a line is added to it.
    """

    def __init__(self, body: QWidget) -> None:
        super().__init__()
        self.body = body
        self._least = QSize()
        self._whole = QSize()
        self._take()

    def put(self, body: QWidget) -> None:
        """Another body. The one before is deleted."""
        before, self.body = self.body, body
        before.hide()
        before.deleteLater()
        self._take()

    def _take(self) -> None:
        self.body.setParent(self)
        self._is_new = True
        self._settle_soon()

    def _settle_soon(self) -> None:
        QCoreApplication.postEvent(self, QEvent(QEvent.Type.LayoutRequest))

    def _settle(self) -> None:
        self._whole = self.window().size()
        self.body.setGeometry(self.rect())
        if self._is_new:
            self.body.show()
        least = self.body.minimumSizeHint().expandedTo(self.body.minimumSize())
        if self._is_new or least.width() != self._least.width():
            self._least = least if self._is_new else QSize(least.width(), self._least.height())
            self.updateGeometry()
        self._is_new = False

    def sizeHint(self) -> QSize:
        return self.body.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._least

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._settle()
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._whole == self.window().size():
            self._settle_soon()
        else:
            self._settle()

    def showEvent(self, event: QShowEvent) -> None:
        self._settle()
