"""Selectable text that fits its block: never a file, never the network, links only asked about."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QByteArray, QEvent, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QToolTip, QWidget

from qwendesk.ui.theme.style import colours

_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class TextView(QTextBrowser):
    """As tall as its text. Keys and wheel that it has no use for go to the transcript."""

    link_activated = Signal(str)

    def __init__(self, parent: QWidget, *, wraps: bool = True) -> None:
        super().__init__(parent)
        self._ring = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("look", "reading")
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        if wraps:
            self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        else:
            self.setLineWrapMode(QTextBrowser.LineWrapMode.NoWrap)
        self.document().setDocumentMargin(0)
        self.anchorClicked.connect(self._on_anchor)

    def height_at(self, width: int) -> int:
        """Pixels for all of the text at this width, the horizontal scroll bar included if it shows."""
        if self.lineWrapMode() == QTextBrowser.LineWrapMode.NoWrap:
            size = self.document().size()
            bar = self.horizontalScrollBar().sizeHint().height() if size.width() > width else 0
            return int(size.height() + 0.999) + bar
        if self.width() != width:
            self.resize(width, max(1, self.height()))
        document = self.document()
        if document.textWidth() != width:
            document.setTextWidth(width)
        return int(document.size().height() + 0.999)

    def _on_anchor(self, address: QUrl) -> None:
        self.link_activated.emit(address.toString())

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        return QByteArray()  # not None: Qt would then open local files by itself

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(
                event.globalPos(), self.anchorAt(self.viewport().mapFrom(self, event.pos())), self
            )
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = event.modifiers()
        copies = event.matches(QKeySequence.StandardKey.Copy) or event.matches(
            QKeySequence.StandardKey.SelectAll
        )
        selects = bool(keys & Qt.KeyboardModifier.ShiftModifier)
        follows = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        if copies or selects or follows:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        sideways = event.angleDelta().x() or event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if sideways and self.horizontalScrollBar().maximum() > 0:
            super().wheelEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in _KEYBOARD
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        super().focusOutEvent(event)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._ring:
            painter = QPainter(self.viewport())
            painter.setPen(QPen(QColor(colours().accent), 1))
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))
