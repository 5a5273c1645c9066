"""Small lines of a reply: what it is waiting for, notes, "Stopped"."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from qwendesk.ui.chat.item import Block, Item
from qwendesk.ui.chat.look import font
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import ROOMY, SMALL, SPACE, TIGHT

_BAR = 3


class LineItem(Item):
    """A dim sentence. `fraction` from 0 to 1 draws a thin bar under it."""

    above = ROOMY

    def __init__(self, words: str, fraction: float | None = None) -> None:
        super().__init__()
        self.words = words
        self.fraction = fraction

    def say(self, words: str, fraction: float | None = None) -> None:
        if (words, fraction) != (self.words, self.fraction):
            self.words, self.fraction = words, fraction
            self.changed()

    def estimate(self, width: int) -> int:
        return 2 * SPACE + (SPACE if self.fraction is not None else 0)

    def make(self, parent: QWidget) -> Block:
        return _LineBlock(parent, self)


class _LineBlock(Block):
    def __init__(self, parent: QWidget, item: LineItem) -> None:
        super().__init__(parent)
        self._item = item
        self._text = 0
        self.refresh()

    def refresh(self) -> None:
        self.setAccessibleName(self._item.words)
        self.update()

    def measure(self, width: int) -> int:
        metrics = QFontMetrics(font(SMALL))
        flags = Qt.TextFlag.TextWordWrap
        self._text = max(
            16, metrics.boundingRect(QRect(0, 0, width, 10_000), flags, self._item.words).height()
        )
        return self._text + (SPACE + _BAR if self._item.fraction is not None else 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = colours()
        painter = QPainter(self)
        painter.setFont(font(SMALL))
        painter.setPen(QColor(theme.dim))
        room = QRect(0, 0, self.width(), self._text)
        painter.drawText(room, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter, self._item.words)
        if self._item.fraction is not None:
            top = self._text + TIGHT
            width = min(240, self.width())
            painter.fillRect(0, top, width, _BAR, QColor(theme.line))
            painter.fillRect(0, top, int(width * min(1.0, self._item.fraction)), _BAR, QColor(theme.accent))
