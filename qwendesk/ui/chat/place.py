"""Where a block of a reply stands in its column: inset by lists and quotes, marker beside it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from qwendesk.ui.chat.leaves import DONE, TO_DO, Place
from qwendesk.ui.chat.look import font
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import GAP, SPACE, WIDE
from qwendesk.words import _

MARKER_LINE = 17
_BOX = 12


def inset(place: Place) -> int:
    """Pixels beside the block, on the side where its lines begin."""
    return place.indent * GAP + place.quote * WIDE


def marked(place: Place, name: str) -> str:
    """The accessible name of a block with this marker."""
    states = {TO_DO: _("To do"), DONE: _("Done")}
    return f"{states[place.marker]}: {name}" if place.marker in states else name


def paint_place(painter: QPainter, place: Place, size: QWidget, *, mirrored: bool = False) -> None:
    """The bars of quotes and the marker of a list item; `mirrored` where lines begin at the right."""
    theme = colours()
    width = size.width()
    for depth in range(place.quote):
        left = width - depth * WIDE - 3 if mirrored else depth * WIDE
        painter.fillRect(left, 0, 3, size.height(), QColor(theme.border_strong))
    if not place.marker:
        return
    room = QRect(0, 0, inset(place) - SPACE, MARKER_LINE)
    if mirrored:
        room.moveRight(width - 1)
    edge = Qt.AlignmentFlag.AlignLeft if mirrored else Qt.AlignmentFlag.AlignRight
    if place.marker in (TO_DO, DONE):
        left = room.left() if mirrored else room.right() + 1 - _BOX
        _paint_box(painter, QRectF(left, 3, _BOX, _BOX), done=place.marker == DONE)
        return
    painter.setFont(font())
    painter.setPen(QColor(theme.dim))
    painter.drawText(room, edge | Qt.AlignmentFlag.AlignVCenter, place.marker)


def _paint_box(painter: QPainter, box: QRectF, *, done: bool) -> None:
    theme = colours()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.button if done else theme.border_strong), 1))
    painter.setBrush(QColor(theme.button) if done else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
    if done:
        painter.setPen(QPen(QColor(theme.on_button), 1.6, c=Qt.PenCapStyle.RoundCap))
        at = box.topLeft()
        painter.drawPolyline([at + QPointF(3, 6.2), at + QPointF(5.2, 8.4), at + QPointF(9, 4)])
