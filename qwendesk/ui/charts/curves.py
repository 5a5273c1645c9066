"""Lines as they are drawn in a plot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from qwendesk.monitor.live import Line
from qwendesk.ui.charts.plot import DOT, Plot
from qwendesk.ui.charts.shapes import Point, below, courses, dots, polygon
from qwendesk.ui.theme.style import colours

_FILL = 0.18
_SERIES = ("accent", "good", "warn")
"""The tokens that colour lines, in their order."""


def draw_lines(painter: QPainter, plot: Plot, lines: Sequence[Line], *, dotted: bool = False) -> None:
    """The first line is in front, filled and in the accent; with `dotted` it is single points."""
    placed = [plot.places(line.ages, line.values) for line in lines]
    single = dots(placed[0]) if dotted and placed else []
    found = [[] if dotted and number == 0 else courses(one) for number, one in enumerate(placed)]
    painter.setClipRect(plot.area.adjusted(-DOT, -DOT, DOT, DOT))
    _fill(painter, found[0] if found else [], plot.area.bottom())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for token, parts in reversed(list(zip(_SERIES, found, strict=False))):
        _draw(painter, parts, QColor(getattr(colours(), token)))
    _dot(painter, single, QColor(colours().accent))
    painter.setClipping(False)


def _fill(painter: QPainter, found: Sequence[Sequence[Point]], bottom: float) -> None:
    now = colours()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_mixed(now.accent, now.raised))
    for course in found:
        for piece in below(course, bottom):
            painter.drawPolygon(piece)


def _draw(painter: QPainter, found: Sequence[Sequence[Point]], colour: QColor) -> None:
    """A point that stands alone is a dot: a line of one point is not seen."""
    pen = QPen(colour)
    # A pixel of the screen, however it is scaled: more takes Qt a hundred times as long.
    pen.setCosmetic(True)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for course in found:
        if len(course) > 1:
            painter.drawPolyline(polygon(course))
    _dot(painter, [course[0] for course in found if len(course) == 1], colour)


def _dot(painter: QPainter, points: Sequence[Point], colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for point in points:
        painter.drawEllipse(QPointF(*point), DOT, DOT)


def _mixed(colour: str, ground: str) -> QColor:
    """A little of the colour on the ground."""
    over, under = QColor(colour), QColor(ground)
    parts = zip(over.getRgb()[:3], under.getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(round(_FILL * one + (1 - _FILL) * other) for one, other in parts))
