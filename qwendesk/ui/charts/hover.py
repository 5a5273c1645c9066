"""The line and the values at the place of a chart that the mouse or the keyboard points at."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from qwendesk.ui.theme.style import colours
from qwendesk.ui.theme.tokens import TIGHT
from qwendesk.ui.widgets.parts import label

_DOT = 3.0


class Hover(QWidget):
    """Lies over a chart and lets the mouse through; `text` is what it says."""

    def __init__(self, chart: QWidget) -> None:
        super().__init__(chart)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._dots: tuple[QPointF, ...] = ()
        self._area = QRectF()
        self._told = label("", "hover")
        self._told.setParent(self)
        self.hide()

    @property
    def text(self) -> str:
        return "" if self.isHidden() else self._told.text()

    def point(self, text: str, dots: tuple[QPointF, ...], area: QRectF) -> None:
        """A line through the dots, from top to bottom of the area, and their values beside it."""
        self._dots, self._area = dots, area
        self._told.setText(text)
        self._told.adjustSize()
        x, width = dots[0].x(), self._told.width()
        left = x + 2 * TIGHT if x + 2 * TIGHT + width <= self.width() else x - 2 * TIGHT - width
        self._told.move(round(min(max(left, 0), max(self.width() - width, 0))), round(area.top()))
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QPen(QColor(colours().border_strong), 1))
        x = self._dots[0].x()
        painter.drawLine(QPointF(x, self._area.top()), QPointF(x, self._area.bottom()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours().text))
        for dot in self._dots:
            painter.drawEllipse(QRectF(dot.x() - _DOT, dot.y() - _DOT, 2 * _DOT, 2 * _DOT))
        painter.end()
