"""Where in a chart everything stands: lines from 0 up, between axes that end at round numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from qwendesk.ui.charts.shapes import Point
from qwendesk.ui.theme.style import colours

Tick = tuple[float, str]
_BESIDE, _LINE, _BETWEEN = 4.0, 16.0, 24.0
DOT = 2.5
_AT_END = 4.0
"""Right of the last point, where one points most: its dot is not cut."""
_LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Frame:
    """From `begin` to `end` across, from 0 to `top` (above 0) up, and the ticks of both axes."""

    begin: float = 0.0
    end: float = 1.0
    top: float = 1.0
    across: tuple[Tick, ...] = ()
    up: tuple[Tick, ...] = ()


@dataclass(frozen=True, slots=True)
class Plot:
    """A frame in an area of pixels, with the axes for which there is room."""

    frame: Frame
    area: QRectF
    has_left: bool
    has_below: bool

    def at(self, x: float, y: float) -> QPointF:
        """A point of a line, in pixels."""
        return QPointF(*self.places((x,), (y,))[0])

    def places(self, across: Sequence[float], up: Sequence[float]) -> list[Point]:
        """The points of a line, in pixels."""
        area, frame = self.area, self.frame
        left, bottom, begin = area.left(), area.bottom(), frame.begin
        by_x, by_y = area.width() / max(frame.end - begin, _LEAST), area.height() / max(frame.top, _LEAST)
        return [(left + (x - begin) * by_x, bottom - y * by_y) for x, y in zip(across, up, strict=True)]

    def value(self, pixel: float) -> float:
        """The place across of a pixel."""
        frame = self.frame
        share = (pixel - self.area.left()) / max(self.area.width(), 1.0)
        return frame.begin + share * (frame.end - frame.begin)

    def draw_axes(self, painter: QPainter) -> None:
        """Behind the lines."""
        now, area = colours(), self.area
        painter.setPen(QColor(now.line))
        if self.has_left:
            painter.drawLine(area.topLeft(), area.bottomLeft())
        if self.has_below:
            painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setPen(QColor(now.faint))
        for box, where, text in self.labels(painter.fontMetrics()):
            painter.drawText(box, where | Qt.AlignmentFlag.AlignVCenter, text)

    def labels(self, metrics: QFontMetrics) -> Iterator[tuple[QRectF, Qt.AlignmentFlag, str]]:
        """Each tick's box, the side of it on which the text stands, and the text."""
        area = self.area
        for value, text in self.frame.up if self.has_left else ():
            box = QRectF(0, self.at(0, value).y() - _LINE / 2, area.left() - _BESIDE, _LINE)
            yield box, Qt.AlignmentFlag.AlignRight, text
        for value, text in self._shown_below(metrics):
            half = metrics.horizontalAdvance(text) / 2 + 1
            x = min(max(self.at(value, 0).x(), area.left() + half), area.right() - half)
            yield QRectF(x - half, area.bottom() + 1, 2 * half, _LINE), Qt.AlignmentFlag.AlignHCenter, text

    def _shown_below(self, metrics: QFontMetrics) -> Sequence[Tick]:
        """Every other one where they would touch."""
        if not self.has_below:
            return ()
        width = sum(metrics.horizontalAdvance(text) for _at, text in self.frame.across)
        return self.frame.across[:: 2 if width + 2 * _BETWEEN > self.area.width() else 1]


def plotted(frame: Frame, size: QSize, metrics: QFontMetrics, has_left: bool, has_below: bool) -> Plot:
    """The frame within so many pixels; `metrics` are those of the ticks' font."""
    beside = max((metrics.horizontalAdvance(text) for _value, text in frame.up), default=0) + _BESIDE
    above = metrics.height() / 2 if has_left else 1.0
    area = QRectF(0, 0, size.width(), size.height()).adjusted(
        beside if has_left else 1.0,
        above,
        -_AT_END if has_left else -1.0,
        -_LINE - 1 if has_below else -above,
    )
    return Plot(frame, area, has_left, has_below)
