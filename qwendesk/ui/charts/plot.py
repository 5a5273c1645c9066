"""The part of a chart that is drawn: lines from 0 up, between axes that end at round numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from qwendesk.monitor.live import Line
from qwendesk.ui.charts.shapes import Point, below, courses, dots, polygon
from qwendesk.ui.theme.style import colours

Tick = tuple[float, str]
_BESIDE, _BELOW, _BETWEEN = 4.0, 16.0, 24.0
_DOT = 2.5
_FILL = 0.18
_SERIES = ("accent", "good", "warn")
"""The tokens that colour lines, in their order."""


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
        left, bottom = area.left(), area.bottom()
        wide, high = area.width() / max(frame.end - frame.begin, 1e-9), area.height() / frame.top
        begin = frame.begin
        return [(left + (x - begin) * wide, bottom - y * high) for x, y in zip(across, up, strict=True)]

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
        middle = Qt.AlignmentFlag.AlignVCenter
        for value, text in self.frame.up if self.has_left else ():
            box = QRectF(0, self.at(0, value).y() - _BELOW / 2, area.left() - _BESIDE, _BELOW)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | middle, text)
        metrics = painter.fontMetrics()
        for value, text in self._shown_below(metrics):
            half = metrics.horizontalAdvance(text) / 2 + 1
            x = min(max(self.at(value, 0).x(), area.left() + half), area.right() - half)
            box = QRectF(x - half, area.bottom() + 1, 2 * half, _BELOW)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _shown_below(self, metrics: QFontMetrics) -> Sequence[Tick]:
        """Every other one where they would touch."""
        if not self.has_below:
            return ()
        told = sum(metrics.horizontalAdvance(text) for _at, text in self.frame.across)
        return self.frame.across[:: 2 if told + 2 * _BETWEEN > self.area.width() else 1]


def plotted(frame: Frame, size: QSize, metrics: QFontMetrics, has_left: bool, has_below: bool) -> Plot:
    """The frame within so many pixels; `metrics` are those of the ticks' font."""
    beside = max((metrics.horizontalAdvance(text) for _value, text in frame.up), default=0) + _BESIDE
    above = metrics.height() / 2 if has_left else 1.0
    area = QRectF(0, 0, size.width(), size.height()).adjusted(
        beside if has_left else 1.0, above, -1.0, -_BELOW - 1 if has_below else -above
    )
    return Plot(frame, area, has_left, has_below)


class Curves:
    """Lines as they are drawn in a plot. With `dotted` the first is single points, else it is filled."""

    def __init__(self, plot: Plot, lines: Sequence[Line], *, dotted: bool = False) -> None:
        placed = [plot.places(line.ages, line.values) for line in lines]
        self._plot = plot
        self._dots = dots(placed.pop(0)) if dotted and placed else []
        self._first = 1 if dotted else 0
        found = [courses(one) for one in placed]
        self._lines = [[polygon(course) for course in parts] for parts in found]
        filled = found[0] if found and not dotted else []
        self._below = [piece for one in filled for piece in below(one, plot.area.bottom())]

    def draw(self, painter: QPainter) -> None:
        """The first line is in front."""
        now = colours()
        painter.setClipRect(self._plot.area.adjusted(-_DOT, -_DOT, _DOT, 0))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_mixed(now.accent, now.raised))
        for piece in self._below:
            painter.drawPolygon(piece)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = _SERIES[self._first :]
        for token, parts in reversed(list(zip(tokens, self._lines, strict=False))):
            # One pixel wide: a line of 1.5 takes Qt a hundred times as long.
            painter.setPen(QColor(getattr(now, token)))
            for one in parts:
                painter.drawPolyline(one)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(now.accent))
        for dot in self._dots:
            painter.drawEllipse(QPointF(*dot), _DOT, _DOT)
        painter.setClipping(False)


def _mixed(colour: str, ground: str) -> QColor:
    """A little of the colour on the ground."""
    over, under = QColor(colour), QColor(ground)
    parts = zip(over.getRgb()[:3], under.getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(round(_FILL * one + (1 - _FILL) * other) for one, other in parts))
