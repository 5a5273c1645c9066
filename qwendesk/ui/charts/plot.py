"""The part of a chart that pyqtgraph draws, without OpenGL: curves between axes that end at round numbers.

Only what changed is drawn anew: axes have fixed ticks and move when their ends do, and there is no automatic
range. A view, two axes and the curves are all that is made: a whole PlotItem makes a form of forty widgets
for its menu. This module imports pyqtgraph; `qwendesk.ui.charts.importing` does it before, bit by bit.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QWidget

from qwendesk.monitor.live import Line
from qwendesk.ui.theme.style import colours, tabular

Tick = tuple[float, str]
_SMALL = 11
_BELOW, _BETWEEN = 16, 24
_FILL = 0.18
_SMOOTH = 2_000
"""More points than this are drawn without smoothing their edges."""
# Lines are one pixel wide, and what is below is opaque and not smoothed. Of 300 points that go up and down
# Qt draws a smooth line of one pixel in 0.9 ms and one of 1.5 in 440; it fills in 2 ms, smoothly in 50.


class Plot:
    """Lines from 0 up; the first is filled and in the accent. With `dots` it can be points instead."""

    def __init__(self, parent: QWidget, lines: int, *, dots: bool = False) -> None:
        self.view = pg.GraphicsView(parent, useOpenGL=False)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.view.setMinimumSize(0, 0)
        self._plot = pg.GraphicsLayout()
        self._box = pg.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0.0)
        self._left, self._below = pg.AxisItem("left"), pg.AxisItem("bottom")
        self._arrange()
        self._fill = pg.PlotCurveItem()
        self._fill.setPen(None)
        self._fill.setFillLevel(0.0)
        self._curves = [pg.PlotCurveItem() for _ in range(lines)]
        for curve in (self._fill, *reversed(self._curves)):
            self._box.addItem(curve)
        self._dots = pg.ScatterPlotItem(size=5) if dots else None
        if self._dots is not None:
            self._box.addItem(self._dots)
        self._range, self._top = (0.0, 1.0), 1.0
        self._ticks: tuple[Sequence[Tick], Sequence[Tick]] = ((), ())
        self._has_left = self._has_below = True
        self.retheme()

    def _arrange(self) -> None:
        plot = self._plot
        plot.setContentsMargins(0, 1, 0, 0)
        plot.setSpacing(0)
        plot.addItem(self._left, 0, 0)
        plot.addItem(self._box, 0, 1)
        plot.addItem(self._below, 1, 1)
        font = tabular(QFont(self.view.font()))
        font.setPixelSize(_SMALL)
        for axis in (self._left, self._below):
            axis.linkToView(self._box)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(tickLength=0, tickTextOffset=4, autoExpandTextSpace=False, tickFont=font)
            axis.setStyle(hideOverlappingLabels=False)
        self.view.setCentralItem(plot)

    @property
    def area(self) -> QRectF:
        """Where lines are, in pixels of the view."""
        found: QRectF = self._box.sceneBoundingRect()
        return found

    def place(self, x: float, y: float) -> QPointF:
        """A point of a line, in pixels of the view."""
        area, (begin, end) = self.area, self._range
        across = (x - begin) / max(end - begin, 1e-9)
        return QPointF(area.left() + across * area.width(), area.bottom() - y / self._top * area.height())

    def value(self, pixel: float) -> float:
        """The place across of a pixel of the view."""
        area, (begin, end) = self.area, self._range
        return begin + (pixel - area.left()) / max(area.width(), 1.0) * (end - begin)

    def frame(self, begin: float, end: float, top: float, across: Sequence[Tick], up: Sequence[Tick]) -> None:
        """From `begin` to `end` and from 0 to `top` (above 0), with these ticks."""
        if (begin, end, top) != (*self._range, self._top):
            self._range, self._top = (begin, end), top
            self._box.setRange(xRange=(begin, end), yRange=(0.0, top), padding=0)
        if self._ticks != (across, up):
            self._ticks = (across, up)
            self._left.setTicks([list(up)])
            self._fit()

    def show_axes(self, left: bool, below: bool) -> None:
        """Where there is room for them; the view has a new size."""
        self._has_left, self._has_below = left, below
        self._fit()

    def _fit(self) -> None:
        self._left.setVisible(self._has_left)
        self._below.setVisible(self._has_below)
        widths = [self.view.fontMetrics().horizontalAdvance(text) for _value, text in self._ticks[1]]
        self._left.setWidth(max(widths, default=0) + 4 if self._has_left else 0)
        self._below.setHeight(_BELOW if self._has_below else 0)
        told = [self.view.fontMetrics().horizontalAdvance(text) for _at, text in self._ticks[0]]
        few = sum(told) + 2 * _BETWEEN > self.view.width() - self._left.width()
        self._below.setTicks([list(self._ticks[0][::2] if few else self._ticks[0])])
        # The labels at the ends of an axis stand half beyond it.
        last = self.view.fontMetrics().horizontalAdvance(self._ticks[0][-1][1]) if self._ticks[0] else 0
        right, above = last // 2 if self._has_below else 0, _SMALL // 2 if self._has_left else 1
        self._plot.setContentsMargins(0, above, right, 0 if self._has_below else above)

    def draw(self, lines: Sequence[Line], *, dotted: bool = False) -> None:
        """`dotted`: the first as single points, with nothing between them."""
        if self._dots is not None:
            points = lines[0] if dotted else Line()
            self._dots.setData(np.array(points.ages), np.array(points.values))
            lines = (Line(), *lines[1:]) if dotted else lines
        for number, (curve, line) in enumerate(zip(self._curves, lines, strict=False)):
            ages, values = np.array(line.ages), np.array(line.values)
            whole = "finite" if np.isnan(values).any() else "all"
            curve.setData(ages, values, connect=whole, antialias=len(values) < _SMOOTH)
            if number == 0:
                self._fill.setData(ages, values, connect=whole, antialias=False)

    def retheme(self) -> None:
        """The colours of the theme in force."""
        now = colours()
        self.view.setBackground(QColor(now.raised))
        for axis in (self._left, self._below):
            axis.setPen(pg.mkPen(now.line))
            axis.setTextPen(pg.mkPen(now.faint))
        for curve, colour in zip(self._curves, (now.accent, now.good, now.warn), strict=False):
            curve.setPen(pg.mkPen(colour))
        self._fill.setBrush(_mixed(now.accent, now.raised))
        if self._dots is not None:
            self._dots.setPen(None)
            self._dots.setBrush(QColor(now.accent))


def _mixed(colour: str, ground: str) -> QColor:
    """A little of the colour on the ground."""
    over, under = QColor(colour), QColor(ground)
    parts = zip(over.getRgb()[:3], under.getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(round(_FILL * one + (1 - _FILL) * other) for one, other in parts))
