"""Files dragged over the conversation: a veil says that they may be dropped, wherever they are let go."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDragMoveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from qwendesk.ui.chat.given import given, holds_something
from qwendesk.ui.chat.look import font
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import BUBBLE_RADIUS, ROOMY, TITLE
from qwendesk.words import _


class Dropping(QWidget):
    """Takes what is dropped on its parent; words go to whom `text_dropped` tells."""

    dropped = Signal(object)
    text_dropped = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(_("Drop to attach"))
        self.hide()
        parent.setAcceptDrops(True)
        parent.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event:
            case QDragEnterEvent():
                return self._on_entered(event)
            case QDragMoveEvent():
                event.acceptProposedAction()
                return True
            case QDropEvent():
                return self._on_dropped(event)
        if event.type() == QEvent.Type.DragLeave:
            self.hide()
        return False

    def _on_entered(self, event: QDragEnterEvent) -> bool:
        data = event.mimeData()
        things = holds_something(data)
        if not things and not data.hasText():
            return False
        event.acceptProposedAction()
        if things:
            self.setGeometry(self._over.rect())
            self.raise_()
            self.show()
        return True

    def _on_dropped(self, event: QDropEvent) -> bool:
        self.hide()
        # What is moved would be gone from where it was.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        things = given(event.mimeData())
        for one in things:
            self.dropped.emit(one)
        if not things:
            self.text_dropped.emit(event.mimeData())
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(theme.background)
        ground.setAlphaF(0.94)
        painter.fillRect(self.rect(), ground)
        painter.setPen(QPen(QColor(theme.accent), 2, Qt.PenStyle.DashLine))
        edge = QRectF(self.rect()).adjusted(ROOMY, ROOMY, -ROOMY, -ROOMY)
        painter.drawRoundedRect(edge, BUBBLE_RADIUS, BUBBLE_RADIUS)
        painter.setFont(font(TITLE, semibold=True))
        painter.setPen(QColor(theme.text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, _("Drop to attach to your message"))
