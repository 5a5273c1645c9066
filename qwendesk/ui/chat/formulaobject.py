"""A formula inside a line of text: a character of its own, as tall as it is, on the base line."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QPainter,
    QPyTextObject,
    QTextCharFormat,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QAbstractScrollArea

from qwendesk.ui.chat.pictures import pictures
from qwendesk.ui.chat.typeset import Drawing
from qwendesk.ui.theme.tokens import BODY

KIND = QTextFormat.ObjectTypes.UserObject.value + 1
_SOURCE = QTextFormat.Property.UserProperty.value + 1
OBJECT = "\ufffc"
_ON_BASE = QTextCharFormat.VerticalAlignment.AlignNormal
ALLOWANCE = 80_000
_SMALLEST = 0.4
"""A formula wider than the column shrinks this far."""


class FormulaObject(QPyTextObject):
    """Draws the formulas of one document; `drawings` are those that stand in it, by source.

    `allowance` is how many bytes of drawings may still be painted for the first time in this paint event.
    """

    def __init__(self, view: QAbstractScrollArea) -> None:
        super().__init__(view)
        self._view = view
        self.allowance = 0
        self.drawings: dict[str, Drawing] = {}

    def intrinsicSize(self, document: QTextDocument, position: int, format: QTextFormat) -> QSizeF:
        look = format.toCharFormat()
        drawing = self.drawings.get(source_of(look))
        if drawing is None:
            return QSizeF(0, 0)
        scale = self._scale(document, look, drawing)
        metrics = QFontMetricsF(look.font())
        if look.verticalAlignment() == _ON_BASE:
            return QSizeF(drawing.width * scale, max(drawing.ascent * scale, metrics.ascent()))
        # Qt centres the box on half an x: so much room that the drawing fits around its base line.
        half = metrics.xHeight() / 2
        height = max(2 * drawing.ascent * scale - half, 2 * drawing.descent * scale + half)
        return QSizeF(drawing.width * scale, height)

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        document: QTextDocument,
        position: int,
        format: QTextFormat,
    ) -> None:
        look = format.toCharFormat()
        drawing = self.drawings.get(source_of(look))
        if drawing is None:
            return
        scale = self._scale(document, look, drawing)
        low = look.verticalAlignment() == _ON_BASE
        base = rect.bottom() if low else rect.top() + self._base(document, position, rect.height())
        ratio = painter.device().devicePixelRatio()
        wanted = (drawing, scale * ratio, look.foreground().color())
        if not self._may_paint(*wanted):
            return
        image = pictures.get(*wanted)
        image.setDevicePixelRatio(ratio)
        top = base - drawing.ascent * scale
        painter.drawImage(QPointF(_on_pixel(rect.left(), ratio), _on_pixel(top, ratio)), image)

    def _may_paint(self, drawing: Drawing, scale: float, colour: QColor) -> bool:
        """Hundreds of formulas in a paragraph are painted one turn after the other."""
        if pictures.has(drawing, scale, colour):
            return True
        allowed, self.allowance = self.allowance > 0, self.allowance - len(drawing.svg)
        if not allowed:
            self._view.viewport().update()
        return allowed

    def _scale(self, document: QTextDocument, look: QTextCharFormat, drawing: Drawing) -> float:
        scale = look.font().pixelSize() / BODY
        room = document.textWidth()
        if room > 0 and drawing.width * scale > room:
            scale = max(scale * _SMALLEST, room / drawing.width)
        return scale

    def _base(self, document: QTextDocument, position: int, height: float) -> float:
        """From the top of the object's box to the base line: the box stands in the middle of its line."""
        block = document.findBlock(position)
        line = block.layout().lineForTextPosition(position - block.position())
        return line.ascent() - (line.height() - height) / 2


def _on_pixel(at: float, ratio: float) -> float:
    return round(at * ratio) / ratio


def formula_format(source: str, drawing: Drawing, look: QTextCharFormat) -> QTextCharFormat:
    """The format of the character that stands for a formula, in text of this look.

    Its box ends on the base line where nothing reaches below the text's own letters, and else is centred.
    """
    made = QTextCharFormat(look)
    made.setObjectType(KIND)
    made.setProperty(_SOURCE, source)
    low = drawing.descent * look.font().pixelSize() / BODY <= QFontMetricsF(look.font()).descent() + 1
    made.setVerticalAlignment(_ON_BASE if low else QTextCharFormat.VerticalAlignment.AlignMiddle)
    made.setToolTip(source)
    return made


def source_of(format: QTextFormat) -> str:
    """The LaTeX that a format stands for, delimiters included; "" for other text."""
    return str(format.property(_SOURCE) or "") if format.objectType() == KIND else ""
