"""Memory by context: a line for each model, labelled at its end, and the limit of this computer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPolygonF

from qwendesk.lab.fitting import Curve, Fitting
from qwendesk.lab.report.charts.placing import spread
from qwendesk.lab.report.charts.scale import Scale, logarithmic
from qwendesk.lab.report.numbers import tokens, unit_of
from qwendesk.ui.charts.axes import BOTTOM, TOP, Axes, left_of
from qwendesk.ui.charts.spots import Spot, SpotChart
from qwendesk.ui.theme.style import colours
from qwendesk.words import _, figures

_LINE, _GAP, _MOST = 14.0, 8.0, 140.0
_FAR = 4
"""A limit beyond this many times the largest value is written beside the chart, and not drawn in it."""


class ContextChart(SpotChart):
    """`fitting` as it is drawn; the line of the model to be kept is the heavier one."""

    def __init__(self) -> None:
        super().__init__(_("Memory by context"))
        self.fitting: Fitting | None = None
        self.chosen = ""
        self._titles = ("", "")
        self._axes: Axes | None = None
        self._divisor = 1.0

    @property
    def area(self) -> QRectF:
        return self._axes.area if self._axes is not None else super().area

    @property
    def limit_told(self) -> str:
        """The limit in words."""
        if self.fitting is None:
            return ""
        return _("limit of this computer: {size}").format(size=figures.size(self.fitting.limit))

    def show_fitting(self, fitting: Fitting, chosen: str, titles: tuple[str, str]) -> None:
        """`titles` of the axes; the vertical one has a place for its {unit}."""
        self.fitting, self.chosen, self._titles = fitting, chosen, titles
        self.refresh()

    @property
    def _curves(self) -> Sequence[Curve]:
        return [one for one in self.fitting.curves if one.points] if self.fitting is not None else []

    def place(self) -> list[Spot]:
        self._axes = self._framed() if self._curves else None
        return [Spot(self._spots(one)[-1], self._told(one)) for one in self._curves]

    def _framed(self) -> Axes:
        assert self.fitting is not None
        metrics = QFontMetrics(self.small_font())
        sizes = [size for one in self._curves for _context, size in one.points]
        shown = [*sizes, *([self.fitting.limit] if self._limit_is_near(sizes) else [])]
        unit, self._divisor = unit_of(max(shown))
        up = logarithmic([one / self._divisor for one in shown], self.height() - BOTTOM, TOP)
        beside = [(one, f"{one:.3g}") for one in up.ticks()]
        contexts = sorted({context for one in self._curves for context, _size in one.points})
        right = self.width() - min(
            max(metrics.horizontalAdvance(one.label) for one in self._curves) + 2 * _GAP, _MOST
        )
        across = Scale(
            contexts[0], max(contexts[-1], contexts[0] + 1), left_of(metrics, beside), right, is_log=True
        )
        below = [(one, tokens(one)) for one in contexts]
        title, unit_title = self._titles
        return Axes(across, up, below, beside, (title, unit_title.format(unit=unit)))

    def _limit_is_near(self, sizes: Sequence[int]) -> bool:
        return self.fitting is not None and 0 < self.fitting.limit <= _FAR * max(sizes)

    def _spots(self, one: Curve) -> list[QPointF]:
        assert self._axes is not None
        return [self._axes.at(context, size / self._divisor) for context, size in one.points]

    def _told(self, one: Curve) -> str:
        context, size = one.points[-1]
        told = _("{label}: {size} with {context} tokens").format(
            label=one.label, size=figures.size(size), context=f"{context:,}"
        )
        if not one.most:
            return _("{told}; does not fit").format(told=told)
        return _("{told}; {most} fit").format(told=told, most=f"{one.most:,}")

    def draw(self, painter: QPainter) -> None:
        if self._axes is None or self.fitting is None:
            return
        self._axes.draw(painter)
        now = colours()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for one in sorted(self._curves, key=lambda one: one.key == self.chosen):
            is_chosen = one.key == self.chosen  # drawn last, it covers the others
            painter.setPen(
                QPen(QColor(now.accent if is_chosen else now.border_strong), 2 if is_chosen else 1)
            )
            painter.drawPolyline(QPolygonF(self._spots(one)))
        self._draw_limit(painter)
        self._draw_labels(painter)

    def _draw_limit(self, painter: QPainter) -> None:
        assert self._axes is not None
        assert self.fitting is not None
        now, area, axes = colours(), self.area, self._axes
        size = self.fitting.limit / self._divisor
        near, above = axes.up.low <= size <= axes.up.high, size > axes.up.high
        y = axes.up.at(size) if near else area.top() if above else area.bottom()
        if near:
            painter.setPen(QPen(QColor(now.warn), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        told = self.limit_told if near else f"{'↑' if above else '↓'} {self.limit_told}"
        below = above or y - area.top() < _LINE
        box = QRectF(area.left() + _GAP, y + 1 if below else y - _LINE - 1, area.width() - _GAP, _LINE)
        painter.setPen(QColor(now.warn))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, told)

    def _draw_labels(self, painter: QPainter) -> None:
        now, area = colours(), self.area
        ends = [self._spots(one)[-1].y() for one in self._curves]
        heights = spread(ends, _LINE, area.top(), area.bottom())
        room = self.width() - area.right() - _GAP
        for one, y in zip(self._curves, heights, strict=True):
            painter.setPen(QColor(now.text if one.key == self.chosen else now.dim))
            told = painter.fontMetrics().elidedText(one.label, Qt.TextElideMode.ElideRight, int(room))
            box = QRectF(area.right() + _GAP, y - _LINE / 2, room, _LINE)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, told)
