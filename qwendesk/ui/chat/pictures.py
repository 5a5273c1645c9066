"""Drawings in a colour and at a size: painted once, kept while there is room."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from qwendesk.ui.chat.typeset import Drawing

MOST_KEPT = 48_000_000
"""Bytes."""
Key = tuple[Drawing, float, int]


class Pictures:
    """`scale` is device pixels a pixel of the drawing, font size included."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, QImage] = OrderedDict()
        self._size = 0

    def has(self, drawing: Drawing, scale: float, colour: QColor) -> bool:
        """Whether `get` costs nothing."""
        return (drawing, scale, colour.rgba()) in self._kept

    def get(self, drawing: Drawing, scale: float, colour: QColor) -> QImage:
        """The drawing in this one colour."""
        key = (drawing, scale, colour.rgba())
        if key not in self._kept:
            self._kept[key] = _painted(drawing, scale, colour)
            self._size += self._kept[key].sizeInBytes()
        self._kept.move_to_end(key)
        while self._size > MOST_KEPT and len(self._kept) > 1:
            self._size -= self._kept.popitem(last=False)[1].sizeInBytes()
        return self._kept[key]


pictures = Pictures()


def _painted(drawing: Drawing, scale: float, colour: QColor) -> QImage:
    width, height = drawing.width * scale, (drawing.ascent + drawing.descent) * scale
    image = QImage(int(width) + 1, int(height) + 1, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(drawing.svg)).render(painter, QRectF(0, 0, width, height))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(image.rect(), colour)
    painter.end()
    return image
