"""Lines as they are drawn in a plot; shapes are made once, colours are those of the moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from qwendesk.monitor.live import Line
from qwendesk.ui.charts.plot import DOT, Plot
from qwendesk.ui.charts.shapes import Point, below, courses, dots, polygon
from qwendesk.ui.theme.style import colours

_FILL = 0.18
_SERIES = ("accent", "good", "warn")
"""The tokens that colour lines, in their order."""


class Curves:
    """The first line is in front, filled and in the accent; with `dotted` it is single points."""

    def __init__(self, plot: Plot, lines: Sequence[Line], *, dotted: bool = False) -> None:
        self._plot = plot
        self._curves = [
            _Curve(token, plot.places(line.ages, line.values), dotted and number == 0)
            for number, (token, line) in enumerate(zip(_SERIES, lines, strict=False))
        ]
        filled = [] if dotted or not self._curves else self._curves[0].courses
        self._below = [piece for one in filled for piece in below(one, plot.area.bottom())]

    def draw(self, painter: QPainter) -> None:
        """In front of the axes."""
        now = colours()
        painter.setClipRect(self._plot.area.adjusted(-DOT, -DOT, DOT, DOT))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_mixed(now.accent, now.raised))
        for piece in self._below:
            painter.drawPolygon(piece)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for one in reversed(self._curves):
            one.draw(painter)
        painter.setClipping(False)


class _Curve:
    """A point that stands alone is a dot, too: a line of one point is not seen."""

    def __init__(self, token: str, points: Iterable[Point], dotted: bool) -> None:
        self._token = token
        found = [] if dotted else courses(points)
        self._dots = dots(points) if dotted else [one[0] for one in found if len(one) == 1]
        self.courses = [one for one in found if len(one) > 1]
        self._lines = [polygon(one) for one in self.courses]

    def draw(self, painter: QPainter) -> None:
        colour = QColor(getattr(colours(), self._token))
        pen = QPen(colour)
        # A pixel of the screen, however it is scaled: more takes Qt a hundred times as long.
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for line in self._lines:
            painter.drawPolyline(line)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for dot in self._dots:
            painter.drawEllipse(QPointF(*dot), DOT, DOT)


def _mixed(colour: str, ground: str) -> QColor:
    """A little of the colour on the ground."""
    over, under = QColor(colour), QColor(ground)
    parts = zip(over.getRgb()[:3], under.getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(round(_FILL * one + (1 - _FILL) * other) for one, other in parts))
