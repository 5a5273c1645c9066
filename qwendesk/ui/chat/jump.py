"""The way back to the newest text, for readers who scrolled up."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from qwendesk.ui.chat.look import rounded
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import WIDE
from qwendesk.words import _

_SIZE = 32


class JumpButton(QAbstractButton):
    """A round button with an arrow down, floating over the transcript's lower edge."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self.setAccessibleName(_("Jump to the newest text"))
        self.setToolTip(_("Jump to the newest text (End)"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.resize(_SIZE, _SIZE)
        self.hide()

    def place(self, *, shown: bool) -> None:
        """Centred at the bottom of its parent."""
        room = self._room.size()
        self.move((room.width() - _SIZE) // 2, room.height() - _SIZE - WIDE)
        if shown != self.isVisibleTo(self._room):
            self.setVisible(shown)
        if shown:
            self.raise_()

    def sizeHint(self) -> QSize:
        return QSize(_SIZE, _SIZE)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = colours()
        edge = theme.accent if self.hasFocus() or self.underMouse() else theme.border_strong
        painter = rounded(self, theme.raised, edge, _SIZE // 2)
        painter.setPen(QPen(QColor(theme.text), 1.6, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
        x, y = _SIZE / 2, _SIZE / 2
        painter.drawLine(QPointF(x, y - 6), QPointF(x, y + 6))
        painter.drawPolyline([QPointF(x - 5, y + 1), QPointF(x, y + 6), QPointF(x + 5, y + 1)])
