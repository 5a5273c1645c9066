"""Which colour is what: a small square before each name, on one line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import TIGHT

_SQUARE, _GAP, _HEIGHT, _PIXELS = 8, 10, 15, 11


class Legend(QWidget):
    """What does not fit ends in an ellipsis; all of it is in the tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[tuple[str, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        return " · ".join(text for _token, text in self._entries)

    def show_entries(self, entries: Sequence[tuple[str, str]]) -> None:
        """Tokens of colours, and what they stand for."""
        if tuple(entries) != self._entries:
            self._entries = tuple(entries)
            self.setAccessibleName(self.text)
            self.setToolTip(self.text)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(60, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = QFont(self.font())
        font.setPixelSize(_PIXELS)
        painter.setFont(font)
        left, metrics = 0, painter.fontMetrics()
        for token, text in self._entries:
            room = self.width() - left - _SQUARE - TIGHT
            if room < metrics.horizontalAdvance("…"):
                break
            top = (self.height() - _SQUARE) // 2
            painter.fillRect(left, top, _SQUARE, _SQUARE, QColor(getattr(colours(), token)))
            painter.setPen(QColor(colours().dim))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            place = QRect(left + _SQUARE + TIGHT, 0, room, self.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
            left += _SQUARE + TIGHT + metrics.horizontalAdvance(shown) + _GAP
        painter.end()
