"""A chart as one uses it: lines over time, and what they are worth where the mouse or the keyboard points."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from qwendesk.monitor.live import Line
from qwendesk.ui.charts.curves import draw_lines
from qwendesk.ui.charts.hover import Hover
from qwendesk.ui.charts.plot import Frame, Tick, plotted
from qwendesk.ui.theme.style import colours, theme, tick_font

_LEFT_FROM, _BELOW_FROM, _WIDE = 72, 100, 132
"""Pixels of height from which there is room for the left axis, and for times below; of width for either."""
_FAR = 100_000
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -_FAR, Qt.Key.Key_End: _FAR}


@dataclass(frozen=True, slots=True)
class Words:
    """How a chart speaks: its name, and how a value and a place in time read.

    `lines` name several lines that are shown together; `tick` is how a value reads beside the axis.
    """

    name: str
    value: Callable[[float], str]
    when: Callable[[float], str]
    lines: tuple[str, ...] = ()
    tick: Callable[[float], str] | None = None


class Chart(QWidget):
    """Left and Right go from point to point, Home and End to the first and the last one."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words = words
        self.lines: tuple[Line, ...] = ()
        self._dotted = False
        self._at: float | None = None
        self.setAccessibleName(words.name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # what lies below need not be painted
        self._picture, self._is_old = QPixmap(), True
        self._lay(Frame())
        self._hover = Hover(self)
        theme.changed.connect(self._draw_anew)

    @property
    def hovered(self) -> str:
        """What is said of the place that one points at."""
        return self._hover.text

    def show_lines(
        self,
        lines: Sequence[Line],
        begin: float,
        end: float,
        top: float,
        ticks: Sequence[Tick],
        *,
        dotted: bool = False,
    ) -> None:
        """Lines from `begin` to `end`, and an axis from 0 to `top` with three ticks.

        With `dotted` the first one is single points.
        """
        self.lines, self._dotted = tuple(lines), dotted
        read = self.words.tick or self.words.value
        up = tuple((value, read(value)) for value in (0.0, top / 2, top))
        self._lay(Frame(begin, end, top, tuple(ticks), up))
        self._point()

    def _lay(self, frame: Frame) -> None:
        """The frame in the present size and font; the lines in it are placed when they are painted."""
        wide, high = self.width() >= _WIDE, self.height()
        left, below = wide and high >= _LEFT_FROM, wide and high >= _BELOW_FROM
        self._plot = plotted(frame, self.size(), QFontMetrics(tick_font(self.font())), left, below)
        self._draw_anew()

    def _draw_anew(self) -> None:
        self._is_old = True
        self.update()

    def _point(self) -> None:
        """Say what is nearest to the place pointed at."""
        line = self.lines[0] if self.lines else Line()
        if self._at is None or not line.known:
            self._hover.hide()
            return
        age = line.ages[_nearest(line, self._at)]
        found = [one.values[_nearest(one, age)] for one in self.lines if one.known]
        told = [self.words.value(value) for value in found]
        if self.words.lines:
            told = [f"{name} {value}" for name, value in zip(self.words.lines, told, strict=False)]
        dots = tuple(self._plot.at(age, value) for value in found)
        self._hover.point(" · ".join((*told, self.words.when(age))), dots, self._plot.area)

    def _step(self, by: int) -> None:
        line = self.lines[0] if self.lines else Line()
        if line.known:
            place = len(line.ages) - 1 if self._at is None else _nearest(line, self._at) + by
            self._at = line.ages[min(max(place, 0), len(line.ages) - 1)]
            self._point()

    def _leave(self) -> None:
        self._at = None
        self._hover.hide()

    def sizeHint(self) -> QSize:
        return QSize(160, 60)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, 24)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay(self._plot.frame)
        self._hover.setGeometry(self.rect())
        self._leave()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._at = self._plot.value(event.position().x())
        self._point()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _STEPS:
            self._step(_STEPS[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Escape and self._at is not None:
            self._leave()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._leave()
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._lay(self._plot.frame)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._is_old or self._picture.devicePixelRatioF() != self.devicePixelRatioF():
            self._draw()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        if self.hasFocus():
            painter.setPen(QColor(colours().accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _draw(self) -> None:
        """Kept until something of it changes: what lies over it moves with the mouse."""
        ratio = self.devicePixelRatioF()
        if self._picture.size() != self.size() * ratio:
            self._picture = QPixmap(self.size() * ratio)
        self._picture.setDevicePixelRatio(ratio)
        self._picture.fill(QColor(colours().raised))
        painter = QPainter(self._picture)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # so does time
        painter.setFont(tick_font(self.font()))
        self._plot.draw_axes(painter)
        draw_lines(painter, self._plot, self.lines, dotted=self._dotted)
        painter.end()
        self._is_old = False


def _nearest(line: Line, age: float) -> int:
    """The place of the point nearest to it that has a value; there is one."""
    place = bisect_left(line.ages, age)
    near = [one for one in range(place - 2, place + 3) if 0 <= one < len(line.ages)]
    told = [one for one in near if not math.isnan(line.values[one])]
    told = told or [one for one, value in enumerate(line.values) if not math.isnan(value)]
    return min(told, key=lambda one: abs(line.ages[one] - age))
