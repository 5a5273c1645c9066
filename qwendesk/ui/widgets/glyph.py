"""Small buttons whose sign is drawn: no file to read, no plugin to load, sharp on every screen."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolButton

from qwendesk.ui.theme.style import colours

_SIDE, _BUTTON = 12, 19
Line = tuple[tuple[float, float], ...]


class Glyph(NamedTuple):
    """Lines through points on a square of 12, and an arc: its circle's left, top and side, start and span."""

    lines: tuple[Line, ...]
    arc: tuple[float, float, float, int, int] | None = None
    width: float = 1.4


CLOSE = Glyph((((3, 3), (9, 9)), ((9, 3), (3, 9))), width=1.5)
FLOAT = Glyph(
    (((2, 4.5), (7.5, 4.5), (7.5, 10), (2, 10), (2, 4.5)), ((4.5, 4), (4.5, 2), (10, 2), (10, 8), (8, 8))),
    width=1.3,
)
RESET = Glyph((((2.2, 1.6), (2.2, 3.8), (4.4, 3.8)),), (2.2, 2.2, 7.6, 180, 311))


class GlyphButton(QToolButton):
    """`does` is its tooltip and its accessible name."""

    def __init__(self, glyph: Glyph, does: str) -> None:
        super().__init__()
        self._glyph = glyph
        self.setProperty("look", "icon")
        self.setToolTip(does)
        self.setAccessibleName(does)

    def sizeHint(self) -> QSize:
        return QSize(_BUTTON, _BUTTON)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(colours().border_strong), self._glyph.width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.translate((self.width() - _SIDE) / 2, (self.height() - _SIDE) / 2)
        for line in self._glyph.lines:
            painter.drawPolyline([QPointF(x, y) for x, y in line])
        if self._glyph.arc is not None:
            left, top, side, start, span = self._glyph.arc
            painter.drawArc(QRectF(left, top, side, side), start * 16, span * 16)
