"""Where a block of a reply stands in its column: inset by lists and quotes, marker beside it."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter

from qwendesk.ui.chat.leaves import Place
from qwendesk.ui.chat.look import font
from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import GAP, SPACE, WIDE

MARKER_LINE = 17


def inset(place: Place) -> int:
    """Pixels to the left of the block."""
    return place.indent * GAP + place.quote * WIDE


def paint_place(painter: QPainter, place: Place, height: int) -> None:
    """The bars of quotes and the marker of a list item."""
    theme = colours()
    for depth in range(place.quote):
        painter.fillRect(depth * WIDE, 0, 3, height, QColor(theme.border_strong))
    if place.marker:
        painter.setFont(font())
        painter.setPen(QColor(theme.dim))
        room = QRect(0, 0, inset(place) - SPACE, MARKER_LINE)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, place.marker)
