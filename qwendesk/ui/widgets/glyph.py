"""Small buttons whose sign is drawn: no file to read, no plugin to load, sharp on every screen."""

from __future__ import annotations

from math import cos, radians, sin
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
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


def _bow(x: float, y: float, radius: float, start: int, end: int) -> Line:
    """Points along an arc around (x, y), in degrees from the right, clockwise."""
    steps = [start + (end - start) * at / 8 for at in range(9)]
    return tuple((x + radius * cos(radians(one)), y + radius * sin(radians(one))) for one in steps)


CLOSE = Glyph((((3, 3), (9, 9)), ((9, 3), (3, 9))), width=1.5)
FLOAT = Glyph(
    (((2, 4.5), (7.5, 4.5), (7.5, 10), (2, 10), (2, 4.5)), ((4.5, 4), (4.5, 2), (10, 2), (10, 8), (8, 8))),
    width=1.3,
)
RESET = Glyph((((2.2, 1.6), (2.2, 3.8), (4.4, 3.8)),), (2.2, 2.2, 7.6, 180, 311))
CLIP = Glyph(
    (
        (
            (9.4, 4),
            *_bow(6, 8, 3.4, 0, 180),
            *_bow(4.8, 2.9, 2.2, 180, 360),
            *_bow(5.9, 7.8, 1.1, 0, 180),
            (4.8, 4),
        ),
    ),
    width=1.1,
)
PAGE = Glyph(
    (
        ((3, 1.5), (7.2, 1.5), (9.5, 3.8), (9.5, 10.5), (3, 10.5), (3, 1.5)),
        ((7.2, 1.5), (7.2, 3.8), (9.5, 3.8)),
        ((4.8, 6.2), (7.7, 6.2)),
        ((4.8, 8.2), (7.7, 8.2)),
    ),
    width=0.7,
)


def draw(painter: QPainter, glyph: Glyph, colour: str, place: QRect, scale: float = 1.0) -> None:
    """The sign in the middle of a place, its side `scale` times 12 pixels."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(QColor(colour), glyph.width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    side = _SIDE * scale
    painter.translate(place.x() + (place.width() - side) / 2, place.y() + (place.height() - side) / 2)
    painter.scale(scale, scale)
    for line in glyph.lines:
        painter.drawPolyline([QPointF(x, y) for x, y in line])
    if glyph.arc is not None:
        left, top, across, start, span = glyph.arc
        painter.drawArc(QRectF(left, top, across, across), start * 16, span * 16)
    painter.restore()


class GlyphButton(QToolButton):
    """`does` is its tooltip and its accessible name."""

    def __init__(self, glyph: Glyph, does: str, scale: float = 1.0) -> None:
        super().__init__()
        self._glyph, self._scale = glyph, scale
        self.setProperty("look", "icon")
        self.setToolTip(does)
        self.setAccessibleName(does)

    def sizeHint(self) -> QSize:
        side = round(_BUTTON * self._scale)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        draw(QPainter(self), self._glyph, colours().border_strong, self.rect(), self._scale)
