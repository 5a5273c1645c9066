"""Drift against what it costs: a point for each model, the beaten ones hollow, the others joined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPolygonF

from qwendesk.lab.pareto import Point
from qwendesk.lab.report.charts.placing import Box, place
from qwendesk.lab.report.charts.scale import Scale, linear, logarithmic
from qwendesk.lab.report.numbers import plain, tick_places
from qwendesk.ui.charts.axes import BOTTOM, RIGHT, TOP, Axes, left_of
from qwendesk.ui.charts.spots import Spot, SpotChart
from qwendesk.ui.theme.style import colours
from qwendesk.words import _

_WIDE = 20
"""From this ratio on, drifts stand on a logarithmic axis."""
_DOT, _CHOSEN, _LABEL = 4.0, 6.0, 16.0


class FrontChart(SpotChart):
    """`points` with the keys of beaten ones, and of the one that is to be kept."""

    def __init__(self) -> None:
        super().__init__(_("Drift against what it costs"))
        self.points: Sequence[Point] = ()
        self.beaten: Mapping[str, str] = {}
        self.chosen = ""
        self._titles, self._unit, self._divisor = ("", ""), "", 1.0
        self._axes: Axes | None = None

    @property
    def area(self) -> QRectF:
        return self._axes.area if self._axes is not None else super().area

    def show_points(
        self,
        points: Sequence[Point],
        beaten: Mapping[str, str],
        chosen: str,
        titles: tuple[str, str],
        unit: str,
        divisor: float,
    ) -> None:
        """`titles` of the axes; values across are shown in `unit`, of which one has `divisor` of theirs."""
        self.points, self.beaten, self.chosen = points, beaten, chosen
        self._titles, self._unit, self._divisor = titles, unit, divisor
        self.refresh()

    def place(self) -> list[Spot]:
        self._axes = self._framed() if self.points else None
        return [Spot(self._spot(one), self._told(one)) for one in self.points]

    def _framed(self) -> Axes:
        bottom = self.height() - BOTTOM
        up = _vertical(self.points, bottom, TOP)
        beside = [(one, f"{one:.3g}") for one in up.ticks()]
        left = left_of(QFontMetrics(self.small_font()), beside)
        values = [one.across.value / self._divisor for one in self.points]
        across = linear(values, left, self.width() - RIGHT)
        ticks = across.ticks(4)
        places = tick_places(ticks)
        return Axes(across, up, [(one, plain(one, places)) for one in ticks], beside, self._titles)

    def _spot(self, one: Point) -> QPointF:
        assert self._axes is not None
        return self._axes.at(one.across.value / self._divisor, one.drift.value)

    def _told(self, one: Point) -> str:
        told = _("{label}: {drift} nats ± {reach}, {across} {unit}").format(
            label=one.label,
            drift=f"{one.drift.value:.3g}",
            reach=f"{(one.drift.high - one.drift.low) / 2:.1g}",
            across=f"{one.across.value / self._divisor:.3g}",
            unit=self._unit,
        )
        by = next((other.label for other in self.points if other.key == self.beaten.get(one.key)), "")
        return _("{told}, beaten by {label}").format(told=told, label=by) if by else told

    def draw(self, painter: QPainter) -> None:
        if self._axes is None:
            return
        self._axes.draw(painter)
        now = colours()
        front = sorted((self._spot(one) for one in self.points if one.key not in self.beaten), key=QPointF.x)
        painter.setPen(QPen(QColor(now.accent), 1, Qt.PenStyle.DashLine))
        painter.drawPolyline(QPolygonF(front))
        for one in self.points:
            self._draw_ranges(painter, one)
        for one in self.points:
            self._draw_dot(painter, one)
        self._draw_labels(painter)

    def _draw_ranges(self, painter: QPainter, one: Point) -> None:
        assert self._axes is not None
        at, axes = self._spot(one), self._axes
        painter.setPen(QColor(colours().border_strong))
        if one.drift.is_known:
            painter.drawLine(
                QPointF(at.x(), axes.up.at(one.drift.low)), QPointF(at.x(), axes.up.at(one.drift.high))
            )
        if one.across.is_known:
            ends = (axes.across.at(end / self._divisor) for end in (one.across.low, one.across.high))
            low, high = ends
            painter.drawLine(QPointF(low, at.y()), QPointF(high, at.y()))

    def _draw_dot(self, painter: QPainter, one: Point) -> None:
        now, at = colours(), self._spot(one)
        is_beaten = one.key in self.beaten
        size = _CHOSEN if one.key == self.chosen else _DOT
        painter.setPen(QPen(QColor(now.faint if is_beaten else now.accent), 1.5))
        painter.setBrush(QColor(now.raised if is_beaten else now.accent))
        painter.drawEllipse(at, size, size)

    def _draw_labels(self, painter: QPainter) -> None:
        now, metrics = colours(), painter.fontMetrics()
        spots = [(at.x(), at.y()) for at in map(self._spot, self.points)]
        area = self.area
        bounds = Box(area.left(), 0, area.right() + RIGHT, area.bottom())
        widths = [float(metrics.horizontalAdvance(one.label)) + 2 for one in self.points]
        for one, box in zip(self.points, place(spots, widths, bounds), strict=True):
            painter.setPen(QColor(now.faint if one.key in self.beaten else now.text))
            where = QRectF(box.left, box.top, box.right - box.left + 2, _LABEL)
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, one.label)


def _vertical(points: Sequence[Point], start: float, end: float) -> Scale:
    values = [one.drift.value for one in points]
    ends = [*values, *(one.drift.high for one in points)]
    if min(values) > 0 and max(values) / min(values) >= _WIDE:
        lows = [one.drift.low for one in points if one.drift.low > 0]
        return logarithmic([*ends, *lows], start, end)
    return linear(ends, start, end, from_zero=True)
