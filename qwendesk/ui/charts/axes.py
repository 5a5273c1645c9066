"""The frame of a chart: grid, ticks, and titles of both axes, by the report's own scales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from qwendesk.lab.report.charts.scale import Scale
from qwendesk.ui.theme.style import colours

Tick = tuple[float, str]
_GAP, _LINE = 6, 16
TOP, BOTTOM, RIGHT = 20.0, 34.0, 8.0
"""Pixels around the area: above for the vertical axis's title, below for ticks and the other title."""


@dataclass(frozen=True, slots=True)
class Axes:
    """Two scales in pixels of the chart, their ticks and their titles."""

    across: Scale
    up: Scale
    below: Sequence[Tick]
    beside: Sequence[Tick]
    titles: tuple[str, str]

    @property
    def area(self) -> QRectF:
        """Between the axes."""
        left, bottom = self.across.start, self.up.start
        return QRectF(left, self.up.end, self.across.end - left, bottom - self.up.end)

    def at(self, x: float, y: float) -> QPointF:
        """A point, in pixels."""
        return QPointF(self.across.at(x), self.up.at(y))

    def draw(self, painter: QPainter) -> None:
        """Behind everything else."""
        now, area, metrics = colours(), self.area, painter.fontMetrics()
        for value, text in self.beside:
            y = self.up.at(value)
            painter.setPen(QColor(now.line))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(now.faint))
            box = QRectF(0, y - _LINE / 2, area.left() - _GAP, _LINE)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        painter.setPen(QColor(now.border_strong))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setPen(QColor(now.faint))
        free = 0.0
        for value, text in self.below:
            half = metrics.horizontalAdvance(text) / 2
            x = min(max(self.across.at(value), half), area.right() + RIGHT - half)
            if x - half >= free:
                box = QRectF(x - half - 1, area.bottom() + 2, 2 * half + 2, _LINE)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
                free = x + half + _GAP
        painter.setPen(QColor(now.dim))
        below = QRectF(0, area.bottom() + _LINE, area.right() + RIGHT, _LINE)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.titles[0])
        painter.drawText(QPointF(0, metrics.ascent()), self.titles[1])


def left_of(metrics: QFontMetrics, ticks: Sequence[Tick]) -> float:
    """Pixels that the ticks of the vertical axis need."""
    return max((metrics.horizontalAdvance(text) for _value, text in ticks), default=0) + _GAP + 2.0
