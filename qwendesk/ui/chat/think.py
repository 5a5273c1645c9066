"""Thinking on or off, as a pill."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from qwendesk.ui.chat.look import font, rounded
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import ROOMY
from qwendesk.words import _

_HEIGHT = 26


class ThinkPill(QAbstractButton):
    """None leaves it to the model: "Think: auto"."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.on: bool | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(_("Whether the model reasons before it answers. Slower, often better."))
        self.show_state(None)

    def show_state(self, on: bool | None) -> None:
        self.on = on
        words = {None: _("Think: auto"), True: _("Think: on"), False: _("Think: off")}[on]
        self.setText(words)
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(font()).horizontalAdvance(self.text()) + 2 * ROOMY, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = colours()
        lit = self.on is True
        edge = theme.accent if lit or self.hasFocus() else theme.border_strong
        painter = rounded(self, theme.soft if lit else theme.raised, edge, _HEIGHT // 2)
        if self.hasFocus():
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), _HEIGHT // 2 - 1, _HEIGHT // 2 - 1)
        painter.setFont(font())
        painter.setPen(QColor(theme.text if lit else theme.dim))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
